/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Accounts as they may be shown. Rows are gathered before anything is called back or appended,
 * so that whoever is called back may ask again.
 */
#include "vault/archive/parts.h"
#include "view_sql.h"

static int count_statements(struct archive *a, int64_t account, size_t *ret, struct err *err)
{
    struct store_query *q = store_query(a->view, VIEW_STATEMENTS_OF);
    store_bind_int(q, 1, account);
    int r = store_step(q, err);
    if (r > 0) {
        *ret = (size_t)store_int(q, 0);
        store_reset(q);
    }
    return r < 0 ? r : 0;
}

/* Everything but the text; that stays in *ret_text until custody is written. */
static int look_account(const struct look *l, int64_t num, struct archive_account *ret,
                        struct str *ret_text, struct err *err)
{
    struct archive *a = l->a;
    struct record r;
    struct standing s;
    bool there;
    int e = view_record(a, l->arena, view_key(RECORD_ACCOUNT, num), &r, &there, err);
    if (!e && there)
        e = view_standing(a, num, &s, &there, err);
    if (!e && !there)
        e = err_set(err, ERR_BUG, "the view: an account without a row");
    if (e)
        return e;
    const unsigned may = terms_allow(&s.terms, l->purpose);
    bool words, cut;
    view_mask(&r, may, &words, &cut);
    *ret = (struct archive_account){
        .id = r.u.account.id,
        .source = r.u.account.source,
        .channel = r.u.account.channel,
        .received = r.u.account.received,
        .language = r.u.account.language,
        .attachments = r.u.account.attachments.items,
        .attachment_count = r.u.account.attachments.count,
        .terms = s.terms,
        .may = may,
    };
    *ret_text = r.u.account.text;
    e = count_statements(a, num, &ret->statements, err);
    if (!e)
        e = view_record(a, l->arena, view_key(RECORD_SOURCE, s.source), &r, &there, err);
    if (e || !there)
        return e;
    view_mask(&r, may, &words, &cut);
    ret->name = r.u.source.name;
    ret->description = r.u.source.description;
    return 0;
}

struct gone {
    struct id id;
    bool shredded;
};

static int gather_gone(struct archive *a, struct arena *arena, struct gone **ret,
                       size_t *ret_count, struct err *err)
{
    struct gone *items = NULL;
    size_t count = 0, cap = 0;
    struct store_query *q = store_query(a->view, VIEW_GONE_ALL);
    int r;
    while ((r = store_step(q, err)) > 0) {
        struct gone g = {.shredded = store_int(q, 2) != 0};
        struct str id = store_blob(q, 1);
        if (id.n == ID_SIZE)
            memcpy(g.id.b, id.p, ID_SIZE);
        ARENA_PUSH(arena, items, count, cap, g);
    }
    *ret = items;
    *ret_count = count;
    return r;
}

int archive_list(struct archive *a, struct arena *arena, enum purpose purpose,
                 int (*each)(void *context, const struct archive_account *account,
                             struct err *err),
                 void *context, struct err *err)
{
    ARENA_AUTO held = {0};
    ARENA_AUTO one = {0};
    int64_t *keys;
    struct gone *gone = NULL;
    size_t count, gone_count = 0;
    const struct look look = {a, &one, purpose};
    (void)arena;
    int r = view_need(a, err);
    if (!r)
        r = view_gather_kind(a, RECORD_ACCOUNT, &held, &keys, &count, err);
    for (size_t i = 0; !r && i < count; i++) {
        struct archive_account account;
        struct str text;
        arena_reset(&one);
        r = look_account(&look, view_num(keys[i]), &account, &text, err);
        if (!r)
            r = each(context, &account, err);
    }
    if (!r)
        r = gather_gone(a, &held, &gone, &gone_count, err);
    for (size_t i = 0; !r && i < gone_count; i++) {
        const struct archive_account account = {
            .id = id_print(&held, gone[i].id),
            .may = TERMS_EXISTS,
            .locked = !gone[i].shredded,
            .shredded = gone[i].shredded,
        };
        r = each(context, &account, err);
    }
    return r;
}

/* An account that nobody here can open any more, or yet. */
static int look_gone(struct archive *a, struct arena *arena, struct str text,
                     struct archive_account *ret, bool *ret_there, struct err *err)
{
    ARENA_AUTO held = {0};
    struct gone *gone = NULL;
    size_t count = 0;
    struct id id;
    *ret_there = false;
    int r = id_parse(text, &id) ? gather_gone(a, &held, &gone, &count, err) : 0;
    for (size_t i = 0; !r && i < count; i++) {
        if (memcmp(gone[i].id.b, id.b, ID_SIZE) != 0)
            continue;
        *ret_there = true;
        *ret = (struct archive_account){
            .id = id_print(arena, id),
            .may = TERMS_EXISTS,
            .locked = !gone[i].shredded,
            .shredded = gone[i].shredded,
        };
    }
    return r;
}

int archive_account(struct archive *a, struct arena *arena, struct str id, enum purpose purpose,
                    struct archive_account *ret, struct err *err)
{
    const struct look look = {a, arena, purpose};
    struct archive_account gone = {0}, account = {0};
    struct str text;
    bool there = false;
    int64_t num;
    int r = view_need(a, err);
    if (!r)
        r = look_gone(a, arena, id, &gone, &there, err);
    if (!r && there) {
        *ret = gone;
        return 0;
    }
    if (!r)
        r = view_number_of(a, id, RECORD_ACCOUNT, &num, err);
    if (!r)
        r = look_account(&look, num, &account, &text, err);
    if (!r)
        *ret = account;
    return r;
}

int archive_read_accounts(struct archive *a, struct arena *arena, const struct str *ids,
                          size_t count, enum purpose purpose, struct archive_account *ret,
                          struct err *err)
{
    const struct look look = {a, arena, purpose};
    struct archive_account *read = ARENA_NEW(arena, count, struct archive_account);
    struct str *texts = ARENA_NEW(arena, count, struct str);
    struct id *custody = ARENA_NEW(arena, count, struct id);
    size_t custody_count = 0;
    int r = view_need(a, err);
    for (size_t i = 0; i < count && !r; i++) {
        int64_t num;
        r = view_number_of(a, ids[i], RECORD_ACCOUNT, &num, err);
        if (!r)
            r = look_account(&look, num, &read[i], &texts[i], err);
        if (!r && read[i].may & TERMS_QUOTE && id_parse(ids[i], &custody[custody_count]))
            custody_count++;
    }
    if (!r)
        r = custody_read(a, custody, custody_count, purpose, err);
    for (size_t i = 0; i < count && !r; i++) {
        ret[i] = read[i];
        if (read[i].may & TERMS_QUOTE)
            ret[i].text = texts[i];
    }
    return r;
}

int archive_read_account(struct archive *a, struct arena *arena, struct str id,
                         enum purpose purpose, struct archive_account *ret, struct err *err)
{
    int64_t num;
    struct standing s;
    bool there;
    int r = view_number_of(a, id, RECORD_ACCOUNT, &num, err);
    if (!r)
        r = view_standing(a, num, &s, &there, err);
    if (r)
        return r;
    if (!there || terms_allow(&s.terms, purpose) == TERMS_EXISTS)
        return err_set(err, ERR_REFUSED,
                       there && s.terms.withdrawn
                           ? "%.*s was withdrawn; only that it existed may be said"
                           : "the terms of %.*s do not allow that for this purpose",
                       (int)id.n, id.p);
    return archive_read_accounts(a, arena, &id, 1, purpose, ret, err);
}

int archive_read_attachment(struct archive *a, struct str account, struct str attachment,
                            enum purpose purpose, const struct age_sink *out, struct err *err)
{
    ARENA_AUTO arena = {0};
    const struct look look = {a, &arena, purpose};
    struct archive_account seen;
    struct str text;
    struct id id, payload;
    int64_t num;
    int r = view_number_of(a, account, RECORD_ACCOUNT, &num, err);
    if (!r)
        r = look_account(&look, num, &seen, &text, err);
    if (r)
        return r;
    if (!(seen.may & TERMS_QUOTE))
        return err_set(err, ERR_REFUSED,
                       "the terms of %.*s do not allow its attachments for this purpose",
                       (int)account.n, account.p);
    bool listed = false;
    for (size_t i = 0; i < seen.attachment_count; i++)
        listed |= str_eq(seen.attachments[i], attachment);
    if (!listed || !id_parse(attachment, &payload) || !id_parse(account, &id))
        return err_set(err, ERR_MISSING, "%.*s has no attachment %.*s", (int)account.n,
                       account.p, attachment.n > 40 ? 40 : (int)attachment.n, attachment.p);
    struct ledger_file *file;
    struct age_source source;
    struct id subject;
    r = ledger_file_open(a->ledger, payload, &file, &source, &subject, err);
    if (r)
        return r;
    r = memcmp(subject.b, id.b, ID_SIZE)
            ? err_set(err, ERR_INPUT, "the attachment %.*s is of another account",
                      (int)attachment.n, attachment.p)
            : custody_read(a, &id, 1, purpose, err);
    if (!r)
        r = keys_open_attachment(a->keys, id, &source, out, err);
    ledger_file_close(file);
    return r;
}
