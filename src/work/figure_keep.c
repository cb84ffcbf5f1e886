/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures that are kept: recorded with the accounts they rest on, and shown again as the terms
 * then allow.
 */
#include "base/sort.h"
#include "vault/ledger/bundle.h"
#include "work/figure_parts.h"

#include <math.h>

#define WITHHELD "[source withheld]"

/* ---- keeping ---- */

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* Each once. */
static size_t sort_once(struct str *items, size_t count)
{
    size_t kept = 0;
    sort_items(items, count, sizeof *items, by_text);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !str_eq(items[i], items[kept - 1]))
            items[kept++] = items[i];
    return kept;
}

/* Where the ledger stands: what a later check compares. */
static int checkpoint_of(struct archive *archive, struct arena *a, struct str *ret,
                         struct err *err)
{
    struct bundle_head *heads;
    size_t count;
    int r = ledger_heads(archive_ledger(archive), a, &heads, &count, err);
    if (r)
        return r;
    BUF_AUTO text;
    buf_init(&text, RECORD_TEXT_MAX);
    for (size_t i = 0; i < count; i++)
        bundle_print_head(&text, &heads[i]);
    *ret = arena_copy(a, str_trim(buf_str(&text)));
    return buf_check(&text, "the heads of the ledger", err);
}

static struct str_list denials_of(struct arena *a, const struct work_figure *f)
{
    struct str *ids = ARENA_NEW(a, f->c.statement_count + 1, struct str);
    size_t count = 0;
    for (size_t i = 0; i < f->c.statement_count; i++)
        if (f->r.fates[i].state == WEIGH_DENIAL)
            ids[count++] = f->c.statements[i].id;
    count = sort_once(ids, count);
    return (struct str_list){ids, count < RECORD_LIST_MAX ? count : RECORD_LIST_MAX};
}

/* One record of the figure, and as many of what it rests on as there must be. */
static size_t make_records(struct arena *a, const struct work_figure *f, struct str id,
                           struct str checkpoint, struct record **ret)
{
    struct str *accounts = ARENA_NEW(a, f->c.statement_count + 1, struct str);
    for (size_t i = 0; i < f->c.statement_count; i++)
        accounts[i] = f->accounts[i];
    size_t count = sort_once(accounts, f->c.statement_count), made = 1;
    struct record *records = ARENA_NEW(a, 2 + count / RECORD_LIST_MAX, struct record);
    record_init(&records[0], RECORD_FIGURE);
    records[0].u.figure = (struct record_figure){.id = id,
                                                 .query = f->question,
                                                 .unit = f->query.unit,
                                                 .low = f->r.low,
                                                 .high = f->r.high,
                                                 .origins_low = (double)f->r.origins_low,
                                                 .origins_high = (double)f->r.origins_high,
                                                 .verdict = f->r.verdict,
                                                 .flags = f->r.flags,
                                                 .denials = denials_of(a, f),
                                                 .wording = f->wording,
                                                 .rules = STR(WEIGH_RULES),
                                                 .checkpoint = checkpoint};
    for (size_t i = 0; i < count; i += RECORD_LIST_MAX, made++) {
        size_t n = count - i < RECORD_LIST_MAX ? count - i : RECORD_LIST_MAX;
        record_init(&records[made], RECORD_SUPPORT);
        records[made].u.support = (struct record_support){
            .id = id_print(a, id_new()), .figure = id, .accounts = {accounts + i, n}};
    }
    *ret = records;
    return made;
}

int work_figure_record(struct archive *archive, struct arena *a,
                       const struct archive_query *query, struct work_figure *ret,
                       struct str *ret_id, struct err *err)
{
    struct work_figure f;
    struct str checkpoint, id = id_print(a, id_new());
    int r = archive_rebuild(archive, err);
    if (!r)
        r = work_figure_make(archive, a, query, &f, err);
    if (r)
        return r;
    if (f.r.verdict == VERDICT_NONE)
        return err_set(err, ERR_MISSING,
                       "no account that may be counted answers this; nothing is recorded");
    r = checkpoint_of(archive, a, &checkpoint, err);
    if (r)
        return r;
    struct record *records;
    size_t count = make_records(a, &f, id, checkpoint, &records);
    r = archive_append(archive, records, count, err);
    if (r)
        return r;
    *ret = f;
    *ret_id = id;
    return 0;
}

/* ---- showing ---- */

void figure_add_name(struct buf *out, struct str name)
{
    static const char *const small[] = {"a ", "an ", "the "};
    bool begins = out->n == 0 || str_ends(buf_str(out), STR(". ")), capital = false;
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++)
        capital |= begins && str_starts(name, str_of(small[i]));
    if (capital)
        buf_add_char(out, (char)(name.p[0] - 'a' + 'A'));
    buf_add(out, capital ? str_slice(name, 1, name.n) : name);
}

struct str work_figure_fill(struct arena *a, struct str wording,
                            struct str (*name)(void *context, struct str id, bool described),
                            void *context)
{
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    size_t at = 0, open;
    while ((open = str_find(wording, STR("{source:"), at)) != STR_NONE) {
        size_t close = str_find(wording, STR("}"), open);
        if (close == STR_NONE)
            break;
        struct str inside = str_slice(wording, open + strlen("{source:"), close);
        size_t blank = str_find(inside, STR(" "), 0);
        bool described = blank != STR_NONE;
        struct str id = described ? str_slice(inside, 0, blank) : inside;
        struct str text = name(context, id, described);
        buf_add(&out, str_slice(wording, at, open));
        figure_add_name(&out, text.p ? text : STR(WITHHELD));
        at = close + 1;
    }
    buf_add(&out, str_slice(wording, at, wording.n));
    return arena_copy(a, buf_str(&out));
}

struct filling {
    struct archive *archive;
    struct arena *a;
};

/* The name, or where it was described the description, as the terms now allow. */
static struct str now_called(void *context, struct str id, bool described)
{
    struct filling *f = context;
    struct record r;
    struct err ignored = {0};
    if (archive_record(f->archive, f->a, id, PURPOSE_STATISTICS, &r, &ignored) != 0 ||
        r.kind != RECORD_SOURCE)
        return (struct str){0};
    struct str text = described ? r.u.source.description : r.u.source.name;
    return text.n ? text : (struct str){0};
}

struct support {
    struct arena *a;
    struct str *accounts;
    size_t count, cap;
};

static int take_support(void *context, const struct record *r, struct err *err)
{
    struct support *s = context;
    (void)err;
    for (size_t i = 0; i < r->u.support.accounts.count; i++)
        ARENA_PUSH(s->a, s->accounts, s->count, s->cap,
                   arena_copy(s->a, r->u.support.accounts.items[i]));
    return 0;
}

struct state {
    struct work_figure_kept *kept;
    struct str *accounts;
    size_t count;
    bool *seen;
};

static int take_state(void *context, const struct archive_account *account, struct err *err)
{
    struct state *s = context;
    (void)err;
    const struct str *found =
        sort_find(&account->id, s->accounts, s->count, sizeof *s->accounts, by_text);
    if (!found || s->seen[found - s->accounts])
        return 0;
    s->seen[found - s->accounts] = true;
    if (account->shredded)
        s->kept->shredded++;
    else if (account->locked)
        s->kept->locked++;
    else if (account->terms.withdrawn)
        s->kept->withdrawn++;
    return 0;
}

/* How the accounts that it rests on stand by now. */
static int find_state(struct archive *archive, struct arena *a, struct work_figure_kept *k,
                      struct err *err)
{
    ARENA_AUTO scratch = {0};
    struct support s = {.a = a};
    int r = archive_each_coded(archive, RECORD_SUPPORT, k->figure.id, PURPOSE_STATISTICS,
                               take_support, &s, err);
    if (r)
        return r;
    k->accounts = s.count = sort_once(s.accounts, s.count);
    struct state state = {k, s.accounts, s.count, ARENA_NEW(a, s.count + 1, bool)};
    r = archive_list(archive, &scratch, PURPOSE_STATISTICS, take_state, &state, err);
    for (size_t i = 0; i < s.count && !r; i++) /* not even listed: its key is gone */
        k->shredded += !state.seen[i];
    return r;
}

static struct str_list copy_list(struct arena *a, struct str_list list)
{
    struct str *items = ARENA_NEW(a, list.count + 1, struct str);
    for (size_t i = 0; i < list.count; i++)
        items[i] = arena_copy(a, list.items[i]);
    return (struct str_list){items, list.count};
}

static struct str keep(struct arena *a, struct str s)
{
    return s.p ? arena_copy(a, s) : s;
}

static struct record_figure keep_figure(struct arena *a, const struct record_figure *f)
{
    struct record_figure k = *f;
    k.id = keep(a, f->id);
    k.query = keep(a, f->query);
    k.wording = keep(a, f->wording);
    k.rules = keep(a, f->rules);
    k.disclosure = keep(a, f->disclosure);
    k.checkpoint = keep(a, f->checkpoint);
    k.denials = copy_list(a, f->denials);
    return k;
}

static int complete(struct archive *archive, struct arena *a, struct work_figure_kept *k,
                    struct err *err)
{
    struct filling f = {archive, a};
    k->sentence = work_figure_fill(a, k->figure.wording, now_called, &f);
    return find_state(archive, a, k, err);
}

int work_figure_kept(struct archive *archive, struct arena *a, struct str id,
                     struct work_figure_kept *ret, struct err *err)
{
    struct record rec;
    int r = archive_record(archive, a, id, PURPOSE_STATISTICS, &rec, err);
    if (!r && rec.kind != RECORD_FIGURE)
        return err_set(err, ERR_INPUT, "%.*s is of kind %s; expected a figure", (int)id.n, id.p,
                       record_shapes[rec.kind].name);
    struct work_figure_kept k = {0};
    if (!r) {
        k.figure = rec.u.figure;
        r = complete(archive, a, &k, err);
    }
    if (!r)
        *ret = k;
    return r;
}

struct listing {
    struct arena *a;
    struct work_figure_kept *items;
    size_t count, cap;
};

static int take_figure(void *context, const struct record *r, struct err *err)
{
    struct listing *l = context;
    (void)err;
    struct work_figure_kept k = {.figure = keep_figure(l->a, &r->u.figure)};
    ARENA_PUSH(l->a, l->items, l->count, l->cap, k);
    return 0;
}

int work_figure_list(struct archive *archive, struct arena *a, struct work_figure_kept **ret,
                     size_t *ret_count, struct err *err)
{
    struct listing l = {.a = a};
    int r = archive_each_coded(archive, RECORD_FIGURE, (struct str){0}, PURPOSE_STATISTICS,
                               take_figure, &l, err);
    for (size_t i = 0; i < l.count && !r; i++)
        r = complete(archive, a, &l.items[i], err);
    if (r)
        return r;
    *ret = l.items;
    *ret_count = l.count;
    return 0;
}
