/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Appending: records are checked, each against the table and against what is there, before
 * anything is written; then secrets of new subjects, then bundles, then the fold.
 */
#include "base/sort.h"
#include "base/text.h"
#include "vault/archive/parts.h"
#include "view_sql.h"

#include <stdlib.h>

#define NAMED_LEAST 4 /* bytes of a name that is looked for in a figure's wording */

/* One record of the batch. */
struct item {
    struct id id;
    size_t at; /* in the batch */
    enum record_kind kind;
};

struct batch {
    struct archive *a;
    const struct record *records;
    size_t count;
    struct arena arena, scratch;
    struct item *by_id;  /* sorted */
    struct id *subjects; /* of each record */
    bool *sealed;        /* under a subject; else under the archive key */
    struct id *fresh;    /* subjects that get a secret, sorted */
    size_t fresh_count;
};

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int c = memcmp(x->id.b, y->id.b, ID_SIZE);
    return c ? c : (x->at > y->at) - (x->at < y->at);
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, ID_SIZE);
}

static const struct item *find_item(const struct batch *b, struct id id)
{
    size_t low = 0, high = b->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(b->by_id[middle].id.b, id.b, ID_SIZE) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < b->count && !memcmp(b->by_id[low].id.b, id.b, ID_SIZE) ? &b->by_id[low] : NULL;
}

static int refuse_id(const struct record *r, const char *field, struct err *err)
{
    return err_set(
        err, ERR_INPUT,
        "%s: field %s: expected an id of 26 characters from 0-9 and a-z without i, l, "
        "o and u",
        record_shapes[r->kind].name, field);
}

/* "an account or a source", for the sentence that misses one. */
static void name_kinds(struct buf *out, unsigned kinds)
{
    bool first = true;
    for (int kind = 0; kind < RECORD_COUNT; kind++) {
        if (!(kinds >> kind & 1))
            continue;
        buf_printf(out, "%s%s", first ? "" : " or ", record_shapes[kind].name);
        first = false;
    }
}

static int check_ref(struct batch *b, const struct record *r, const struct place_ref *ref,
                     struct err *err)
{
    struct id id;
    struct ident have;
    if (!id_parse(ref->id, &id))
        return refuse_id(r, ref->field, err);
    if (!ref->kinds)
        return 0;
    int e = ids_find(b->a, id, &have, err);
    if (e)
        return e;
    const struct item *item = find_item(b, id);
    for (; item && item < b->by_id + b->count && !memcmp(item->id.b, id.b, ID_SIZE); item++)
        have.kinds |= 1u << item->kind;
    if (have.kinds & ref->kinds)
        return 0;
    BUF_AUTO kinds;
    buf_init(&kinds, ERR_TEXT_MAX);
    name_kinds(&kinds, ref->kinds);
    return err_set(err, ERR_MISSING, "%s: field %s: there is no %s %.*s in this archive",
                   record_shapes[r->kind].name, ref->field, kinds.p, (int)ref->id.n, ref->id.p);
}

/* A new version stays what the one before was, and of whom. */
static int check_version(struct batch *b, size_t i, struct err *err)
{
    const struct record *r = &b->records[i];
    struct ident have;
    struct id id;
    if (!id_parse(place_id(r), &id))
        return refuse_id(r, "id", err);
    int e = ids_find(b->a, id, &have, err);
    if (e || !have.kinds)
        return e;
    const char *kind = record_shapes[r->kind].name;
    if (have.kinds != 1u << r->kind)
        return err_set(err, ERR_EXISTS, "%s: %.*s is the id of another kind of record", kind,
                       ID_TEXT, place_id(r).p);
    if (!b->sealed[i] || r->kind == RECORD_ACCOUNT || r->kind == RECORD_SOURCE)
        return 0;
    struct record old;
    bool there;
    arena_reset(&b->scratch);
    e = view_record(b->a, &b->scratch, view_key(r->kind, have.num), &old, &there, err);
    if (!e && there && !str_eq(place_subject(&old), place_subject(r)))
        e = err_set(err, ERR_REFUSED, "%s: %.*s belongs to %.*s and stays there", kind, ID_TEXT,
                    place_id(r).p, ID_TEXT, place_subject(&old).p);
    return e;
}

/* Whose secret seals it. */
static int find_subject(struct batch *b, size_t i, struct err *err)
{
    const struct record *r = &b->records[i];
    struct str subject = place_subject(r);
    b->sealed[i] = subject.p != NULL;
    if (!subject.p)
        return 0;
    if (!id_parse(subject, &b->subjects[i]))
        return refuse_id(r, "of", err);
    if (r->kind != RECORD_ASSESSMENT)
        return 0;
    const struct item *item = find_item(b, b->subjects[i]);
    if (item && item->kind == RECORD_STATEMENT) {
        struct str account = b->records[item->at].u.statement.account;
        return id_parse(account, &b->subjects[i]) ? 0 : refuse_id(r, "of", err);
    }
    struct ident of;
    int64_t account;
    int e = ids_find(b->a, b->subjects[i], &of, err);
    if (e || !(of.kinds & 1u << RECORD_STATEMENT))
        return e;
    e = view_statement_account(b->a, of.num, &account, err);
    return e ? e : view_id(b->a, RECORD_ACCOUNT, account, &b->subjects[i], err);
}

/* The words of a figure stay when a source is shredded. */
static int check_figure(struct batch *b, const struct record_figure *f, struct err *err)
{
    const struct str texts[] = {f->query, f->wording, f->disclosure};
    BUF_AUTO said;
    buf_init(&said, RECORD_TEXT_MAX * 16);
    buf_add_char(&said, ' ');
    for (size_t i = 0; i < 3; i++) {
        BUF_AUTO folded;
        view_fold_name(&folded, texts[i].p ? texts[i] : STR(""));
        buf_add(&said, buf_str(&folded));
        buf_add_char(&said, ' ');
    }
    struct store_query *q = store_query(b->a->view, VIEW_NAMED_ALL);
    int r;
    while ((r = store_step(q, err)) > 0) {
        struct str name = store_text(q, 0);
        size_t at = name.n < NAMED_LEAST ? STR_NONE : str_find(buf_str(&said), name, 1);
        for (; at != STR_NONE; at = str_find(buf_str(&said), name, at + 1)) {
            /* Bytes of other scripts count as letters on both sides: "Chen" is not in "Chenin". */
            size_t next;
            uint32_t behind = text_decode(buf_str(&said), at + name.n, &next);
            unsigned char before = (unsigned char)said.p[at - 1];
            if (text_is_letter(behind) || before >= 0x80 || text_is_letter(before))
                continue;
            store_reset(q);
            return err_set(err, ERR_REFUSED,
                           "figure: its words name a source, and they stay when the source is "
                           "shredded; write {source:ID} in its place");
        }
    }
    return r;
}

static int check_record(struct batch *b, size_t i, struct err *err)
{
    const struct record *r = &b->records[i];
    BUF_AUTO card;
    buf_init(&card, RECORD_MAX);
    int e = card_print(&card, r, err);
    if (!e)
        e = place_check(r, err);
    if (!e && r->kind == RECORD_CONTROL && r->u.control.act != CONTROL_RETRACT)
        e = err_set(err, ERR_REFUSED, "control: only a retraction is appended like this");
    struct place_ref *refs;
    arena_reset(&b->scratch);
    size_t count = e ? 0 : place_refs(&b->scratch, r, &refs);
    for (size_t j = 0; j < count && !e; j++)
        e = check_ref(b, r, &refs[j], err);
    if (!e)
        e = find_subject(b, i, err);
    if (!e)
        e = check_version(b, i, err);
    if (!e && r->kind == RECORD_FIGURE)
        e = check_figure(b, &r->u.figure, err);
    return e;
}

/* ---- secrets ---- */

static int is_gone(struct archive *a, struct id id, bool *ret_shredded, bool *ret_locked,
                   struct err *err)
{
    struct ident have;
    *ret_shredded = *ret_locked = false;
    int r = ids_find(a, id, &have, err);
    if (r || !have.num)
        return r;
    struct store_query *q = store_query(a->view, VIEW_GONE_GET);
    store_bind_int(q, 1, have.num);
    r = store_step(q, err);
    if (r > 0) {
        *ret_shredded = store_int(q, 0) != 0;
        *ret_locked = !*ret_shredded;
        store_reset(q);
    }
    return r < 0 ? r : 0;
}

/* Every subject has a secret, or gets one because its own record is in the batch. */
static int find_fresh(struct batch *b, struct err *err)
{
    b->fresh = ARENA_NEW(&b->arena, b->count + 1, struct id);
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        if (b->sealed[i] && !keys_has(b->a->keys, b->subjects[i]))
            b->fresh[n++] = b->subjects[i];
    sort_items(b->fresh, n, sizeof *b->fresh, compare_ids);
    for (size_t i = 0; i < n; i++) {
        if (i && !compare_ids(&b->fresh[i], &b->fresh[b->fresh_count - 1]))
            continue;
        const struct id id = b->fresh[i];
        bool shredded, locked, own = false;
        const struct item *item = find_item(b, id);
        for (; item && item < b->by_id + b->count && !compare_ids(&item->id, &id); item++)
            own |= item->kind == RECORD_ACCOUNT || item->kind == RECORD_SOURCE;
        int r = is_gone(b->a, id, &shredded, &locked, err);
        if (r)
            return r;
        char text[ID_TEXT + 1];
        id_text(id, text);
        if (shredded)
            return err_set(err, ERR_REFUSED, "%s was shredded and cannot be added to", text);
        if (locked || !own)
            return err_set(err, ERR_MISSING, "there is no key for %s here; nothing was added",
                           text);
        b->fresh[b->fresh_count++] = id;
    }
    return 0;
}

/* ---- the bundles ---- */

static int add_records(struct batch *b, size_t *from, struct ledger_draft *d, struct err *err)
{
    BUF_AUTO card;
    buf_init(&card, RECORD_MAX);
    size_t end = *from + BUNDLE_MAX_ENTRIES < b->count ? *from + BUNDLE_MAX_ENTRIES : b->count;
    int r = 0;
    for (size_t i = *from; i < end && !r; i++) {
        struct id payload;
        buf_clear(&card);
        r = card_print(&card, &b->records[i], err);
        if (!r)
            r = ledger_add(d, b->sealed[i] ? &b->subjects[i] : NULL, buf_str(&card), &payload,
                           err);
    }
    *from = end;
    return r;
}

static int write_bundles(struct batch *b, struct err *err)
{
    for (size_t from = 0; from < b->count;) {
        struct ledger_draft *d;
        int r = ledger_begin(b->a->ledger, &d, err);
        if (r)
            return r;
        r = add_records(b, &from, d, err);
        if (r) {
            ledger_discard(d);
            return r;
        }
        r = ledger_commit(d, str_of(b->a->today), err);
        if (r)
            return r;
    }
    return 0;
}

static int check_batch(struct batch *b, struct err *err)
{
    for (size_t i = 0; i < b->count; i++) {
        struct id id;
        if (!id_parse(place_id(&b->records[i]), &id))
            return refuse_id(&b->records[i], "id", err);
        b->by_id[i] = (struct item){id, i, b->records[i].kind};
    }
    sort_items(b->by_id, b->count, sizeof *b->by_id, compare_items);
    int r = 0;
    for (size_t i = 0; i < b->count && !r; i++)
        r = check_record(b, i, err);
    return r ? r : find_fresh(b, err);
}

int archive_append(struct archive *a, const struct record *records, size_t count,
                   struct err *err)
{
    if (!a->write)
        return err_set(err, ERR_STATE, "the archive is open for reading only");
    if (!a->view)
        return err_set(err, ERR_STATE, "the archive has to be opened again");
    if (!count)
        return 0;
    struct batch b = {.a = a, .records = records, .count = count};
    b.by_id = ARENA_NEW(&b.arena, count, struct item);
    b.subjects = ARENA_NEW(&b.arena, count, struct id);
    b.sealed = ARENA_NEW(&b.arena, count, bool);
    int r = check_batch(&b, err);
    if (!r && b.fresh_count)
        r = keys_new_subjects(a->keys, b.fresh, b.fresh_count, err);
    if (!r)
        r = write_bundles(&b, err);
    arena_free(&b.arena);
    arena_free(&b.scratch);
    return r ? r : archive_refresh(a, err);
}

int archive_attach(struct archive *a, struct arena *arena, struct archive_file *file,
                   struct err *err)
{
    if (!a->write)
        return err_set(err, ERR_STATE, "the archive is open for reading only");
    ARENA_AUTO scratch = {0};
    struct ident have;
    struct record r;
    bool there = false;
    int e = ids_find(a, file->account, &have, err);
    if (!e && have.kinds & 1u << RECORD_ACCOUNT)
        e = view_record(a, &scratch, view_key(RECORD_ACCOUNT, have.num), &r, &there, err);
    if (!e && !there)
        e = err_set(err, ERR_MISSING, "there is no such account in this archive");
    struct ledger_draft *d;
    if (!e)
        e = ledger_begin(a->ledger, &d, err);
    if (e)
        return e;
    struct id payload, entry;
    e = ledger_attach(d, &file->account, file->in, &payload, err);
    BUF_AUTO card;
    buf_init(&card, RECORD_MAX);
    if (!e) {
        struct str_list *list = &r.u.account.attachments;
        struct str *items = ARENA_NEW(&scratch, list->count + 1, struct str);
        for (size_t i = 0; i < list->count; i++)
            items[i] = list->items[i];
        items[list->count] = id_print(arena, payload);
        *list = (struct str_list){items, list->count + 1};
        *file->ret_attachment = items[list->count - 1];
        e = card_print(&card, &r, err);
    }
    if (!e)
        e = ledger_add(d, &file->account, buf_str(&card), &entry, err);
    if (e) {
        ledger_discard(d);
        return e;
    }
    e = ledger_commit(d, str_of(a->today), err);
    return e ? e : archive_refresh(a, err);
}
