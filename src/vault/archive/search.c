/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Searching. The index names rows, newest first; each is looked at as it is now and as its terms
 * stand today, and is a hit only if what may be seen holds every word that was asked for.
 */
#include "base/sort.h"
#include "base/text.h"
#include "base/words.h"
#include "find_sql.h"
#include "vault/archive/find.h"
#include "view_sql.h"

#define MAX_WORDS    64
#define LOOK_AT_ONCE 4  /* rows that are asked for at once, for each hit that is wanted */
#define CUT_BEFORE   60 /* bytes of a snippet before and behind the first word found */
#define CUT_BEHIND   180
#define FOUND_MOST   64 /* places that are marked */
#define OPEN_MARK    "\xe2\x81\xa8"
#define CLOSE_MARK   "\xe2\x81\xa9"

struct asked {
    struct str word;
    bool prefix;
};

struct search {
    struct archive *a;
    struct arena *arena;
    struct words *words;
    struct str typed, match; /* as typed, and as FTS5 is asked */
    struct asked asked[MAX_WORDS];
    size_t asked_count;
};

struct place {
    size_t begin, end;
};

/* One text, looked through. */
struct scan {
    const struct search *s;
    uint64_t found; /* bit i: asked[i] is there */
    size_t hits, words, count;
    struct place places[FOUND_MOST];
};

struct found {
    struct archive_hit hit;
    struct id account;
    int64_t key;
    double score;
    size_t order;
};

static int ask_word(void *context, struct str word, size_t begin, size_t end)
{
    struct search *s = context;
    (void)begin;
    if (s->asked_count == MAX_WORDS)
        return 1;
    struct str behind = str_slice(s->typed, end, s->typed.n);
    s->asked[s->asked_count++] = (struct asked){
        arena_copy(s->arena, word),
        str_starts(behind, STR("*")) || str_starts(behind, STR("\"*")),
    };
    return 0;
}

static int scan_word(void *context, struct str word, size_t begin, size_t end)
{
    struct scan *c = context;
    bool hit = false;
    c->words++;
    for (size_t i = 0; i < c->s->asked_count; i++) {
        const struct asked *asked = &c->s->asked[i];
        if (!(asked->prefix ? str_starts(word, asked->word) : str_eq(word, asked->word)))
            continue;
        c->found |= (uint64_t)1 << i;
        hit = true;
    }
    if (!hit)
        return 0;
    c->hits++;
    if (c->count && c->places[c->count - 1].end == begin)
        c->places[c->count - 1].end = end; /* letters of a script without spaces */
    else if (c->count < FOUND_MOST)
        c->places[c->count++] = (struct place){begin, end};
    return 0;
}

static size_t to_boundary(struct str s, size_t at)
{
    while (at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static void add_plain(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        buf_add_char(out, (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i]);
}

static struct str cut_snippet(struct arena *arena, struct str text, const struct scan *c)
{
    const size_t first = c->places[0].begin;
    size_t from = first > CUT_BEFORE ? to_boundary(text, first - CUT_BEFORE) : 0;
    size_t to = first + CUT_BEHIND < text.n ? to_boundary(text, first + CUT_BEHIND) : text.n;
    BUF_AUTO out;
    buf_init(&out, (CUT_BEFORE + CUT_BEHIND) * 16);
    if (from)
        buf_add(&out, STR("\xe2\x80\xa6"));
    size_t at = from;
    for (size_t i = 0; i < c->count && c->places[i].end <= to; i++) {
        add_plain(&out, str_slice(text, at, c->places[i].begin));
        buf_add(&out, STR(OPEN_MARK));
        add_plain(&out, str_slice(text, c->places[i].begin, c->places[i].end));
        buf_add(&out, STR(CLOSE_MARK));
        at = c->places[i].end;
    }
    add_plain(&out, str_slice(text, at, to));
    if (to < text.n)
        buf_add(&out, STR("\xe2\x80\xa6"));
    return arena_copy(arena, str_trim(buf_str(&out)));
}

/* ---- rows of the index ---- */

/* Rows behind *last, from the newest to the oldest. */
static int match_rows(struct search *s, struct arena *arena, size_t most, int64_t *last,
                      int64_t **ret, size_t *ret_count, struct err *err)
{
    struct store_query *q = store_query(s->a->find->store, FIND_ENTRY_MATCH);
    store_bind_text(q, 1, s->match);
    store_bind_int(q, 2, *last);
    store_bind_int(q, 3, (int64_t)most);
    int r = view_gather(q, arena, ret, ret_count, err);
    if (!r && *ret_count)
        *last = (*ret)[*ret_count - 1];
    return r;
}

static int record_of_row(struct archive *a, int64_t row, int64_t *ret_key, struct err *err)
{
    struct store_query *q = store_query(a->find->store, FIND_DOC_GET);
    store_bind_int(q, 1, row);
    *ret_key = 0;
    int r = store_step(q, err);
    if (r <= 0)
        return r;
    int64_t kind = store_int(q, 0);
    struct id id = {0};
    struct ident have;
    struct str bytes = store_blob(q, 1);
    if (bytes.n == ID_SIZE)
        memcpy(id.b, bytes.p, ID_SIZE);
    store_reset(q);
    r = ids_find(a, id, &have, err);
    if (!r && kind >= 0 && kind < RECORD_COUNT && have.kinds >> kind & 1)
        *ret_key = view_key((enum record_kind)kind, have.num);
    return r;
}

/* The account whose source it is, the first of them. */
static int account_of_source(struct archive *a, const struct record *source, struct id *ret,
                             bool *ret_there, struct err *err)
{
    struct id id;
    struct ident have = {0};
    *ret_there = false;
    int r = id_parse(source->u.source.id, &id) ? ids_find(a, id, &have, err) : 0;
    if (r || !have.num)
        return r;
    struct store_query *q = store_query(a->view, VIEW_SOURCE_ACCOUNTS);
    store_bind_int(q, 1, have.num);
    store_bind_int(q, 2, view_key(RECORD_ACCOUNT, 0));
    store_bind_int(q, 3, view_key(RECORD_ACCOUNT + 1, 0));
    r = store_step(q, err);
    if (r <= 0)
        return r;
    int64_t num = view_num(store_int(q, 0));
    store_reset(q);
    *ret_there = true;
    return view_id(a, RECORD_ACCOUNT, num, ret, err);
}

static int look_row(struct search *s, int64_t key, struct found *ret, bool *ret_found,
                    struct err *err)
{
    struct find_look look;
    *ret_found = false;
    int r = find_look(s->a, s->arena, key, &look, err);
    if (r || !look.text.n)
        return r;
    struct scan scan = {.s = s};
    (void)words_each(s->words, look.text, scan_word, &scan);
    const uint64_t all =
        s->asked_count == 64 ? ~(uint64_t)0 : ((uint64_t)1 << s->asked_count) - 1;
    if (scan.found != all || !scan.count)
        return 0;
    bool there = look.sealed;
    ret->account = look.account;
    if (look.record.kind == RECORD_SOURCE)
        r = account_of_source(s->a, &look.record, &ret->account, &there, err);
    if (r || !there)
        return r;
    ret->hit = (struct archive_hit){
        .account = id_print(s->arena, ret->account),
        .snippet = cut_snippet(s->arena, look.text, &scan),
    };
    if (look.record.kind == RECORD_STATEMENT)
        ret->hit.statement = look.record.u.statement.id;
    ret->score = (double)scan.hits / (double)(scan.words + 50);
    *ret_found = true;
    return 0;
}

static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return (x->order > y->order) - (x->order < y->order);
}

/* One batch of rows; a record is a hit once, however many rows it has. */
static int look_rows(struct search *s, const int64_t *rows, size_t count, size_t limit,
                     struct found *found, size_t *hits, struct err *err)
{
    int r = 0;
    for (size_t i = 0; i < count && *hits < limit && !r; i++) {
        int64_t key;
        bool hit = false, again = false;
        r = record_of_row(s->a, rows[i], &key, err);
        for (size_t j = 0; j < *hits; j++)
            again |= found[j].key == key;
        if (r || !key || again)
            continue;
        struct found *next = &found[*hits];
        r = look_row(s, key, next, &hit, err);
        next->key = key;
        next->order = *hits;
        *hits += !r && hit;
    }
    return r;
}

/* Until there are enough, or no more rows: many may be of accounts whose terms were narrowed. */
static int find_hits(struct search *s, size_t limit, struct found *found, size_t *hits,
                     struct err *err)
{
    ARENA_AUTO arena = {0};
    int64_t last = INT64_MAX, *rows;
    size_t count = 1;
    int r = 0;
    *hits = 0;
    while (!r && count && *hits < limit) {
        arena_reset(&arena);
        r = match_rows(s, &arena, limit * LOOK_AT_ONCE, &last, &rows, &count, err);
        if (!r)
            r = look_rows(s, rows, count, limit, found, hits, err);
    }
    return r;
}

int archive_search(struct archive *a, struct arena *arena, struct str words, size_t limit,
                   struct archive_hit **ret, size_t *ret_count, struct err *err)
{
    struct search s = {.a = a, .arena = arena, .typed = words};
    BUF_AUTO match;
    buf_init(&match, (size_t)1 << 16);
    int r = a->view ? store_match_phrase(&match, words, err)
                    : err_set(err, ERR_STATE, "the archive has to be opened again");
    if (!r)
        r = find_open(a, err);
    if (r)
        return r;
    s.words = words_new();
    (void)words_each(s.words, words, ask_word, &s);
    s.match = buf_str(&match);
    size_t hits;
    struct found *found = ARENA_NEW(arena, limit + 1, struct found);
    r = find_hits(&s, limit, found, &hits, err);
    words_free(s.words);
    struct id *custody = ARENA_NEW(arena, hits, struct id);
    for (size_t i = 0; i < hits; i++)
        custody[i] = found[i].account;
    if (!r)
        r = custody_read(a, custody, hits, PURPOSE_HELP, err);
    if (r)
        return r;
    sort_items(found, hits, sizeof *found, compare_found);
    *ret = ARENA_NEW(arena, hits, struct archive_hit);
    for (size_t i = 0; i < hits; i++)
        (*ret)[i] = found[i].hit;
    *ret_count = hits;
    return 0;
}
