/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names: each distinct cell is split once, each distinct token kept once. A record's name in one
 * version is what its columns of parts hold (given, middle, family), and then what only a column
 * of whole names has; where there are no parts it is the whole name.
 */
#include "base/hash.h"
#include "engine/link/people_parts.h"

#define VERSIONS   4u
#define RECORD_MAX 64u /* tokens of a record's name */
#define PIECE      16384u

/* One column of names: the tokens of each of its texts. */
struct column {
    const struct link_column *data;
    enum link_part part;
    uint32_t *at;                  /* [texts + 1] */
    struct link_name_token *items; /* version 0 */
    size_t count, cap;
};

struct names {
    struct link_job *job;
    struct link_intern tokens;
    struct column columns[LINK_COLUMNS_MAX];
    unsigned count[VERSIONS], of[VERSIONS][LINK_COLUMNS_MAX]; /* parts first, whole last */
    struct column *now;
    struct link_name_token *out;
    uint64_t *at;
};

/* A token on its way from one thread to the other: part, length, text. */
static void split_text(void *context, unsigned worker, uint32_t text, struct buf *out)
{
    struct names *n = context;
    struct link_found found[LINK_FOUND_MAX];
    struct str s = link_column_text(n->now->data, text);
    if (link_is_nothing(s))
        return;
    size_t count = link_name_split(n->job->namers[worker], s, n->now->part, found);
    for (size_t i = 0; i < count; i++) {
        buf_add_char(out, (char)found[i].part);
        buf_add_char(out, (char)found[i].n);
        buf_add(out, str_make(found[i].text, found[i].n));
    }
}

static void put_text(void *context, uint32_t text, struct str s)
{
    struct names *n = context;
    struct column *c = n->now;
    while (s.n >= 2) {
        size_t length = (unsigned char)s.p[1];
        struct link_name_token t = {
            .token = link_intern_add(&n->tokens, str_slice(s, 2, 2 + length)) & 0xfffffffu,
            .part = (unsigned)s.p[0] & 3u};
        if (t.token)
            ARENA_PUSH(&n->job->scratch, c->items, c->count, c->cap, t);
        s = str_slice(s, 2 + length, s.n);
    }
    c->at[text + 1] = (uint32_t)c->count;
}

static void take_column(struct names *n, unsigned index, uint32_t column, enum link_role role,
                        unsigned version)
{
    struct column *c = &n->columns[index];
    c->data = &n->job->data->columns[column];
    c->part = role == LINK_ROLE_GIVEN    ? LINK_GIVEN
              : role == LINK_ROLE_MIDDLE ? LINK_MIDDLE
              : role == LINK_ROLE_FAMILY ? LINK_FAMILY
                                         : LINK_ANY_PART;
    c->at = ARENA_NEW(&n->job->scratch, c->data->texts + 1u, uint32_t);
    n->now = c;
    struct link_sweep s = {split_text, put_text, n};
    link_sweep_texts(n->job, c->data->texts, &s);
    n->of[version][n->count[version]++] = index;
}

/* Adds one column's tokens; those of a whole name only where parts lack them. */
static size_t add_tokens(const struct column *c, uint32_t record, unsigned version,
                         size_t begin, size_t count, struct link_name_token ret[RECORD_MAX])
{
    uint32_t text = c->data->cell[record];
    bool extra = c->part == LINK_ANY_PART && count > begin, used[RECORD_MAX] = {0};
    size_t parts = count;
    for (uint32_t k = text ? c->at[text] : 0; text && k < c->at[text + 1]; k++) {
        struct link_name_token t = c->items[k];
        bool there = false;
        for (size_t i = begin; extra && i < parts && !there; i++)
            if (!used[i] && ret[i].token == t.token)
                there = used[i] = true;
        if (there || count == RECORD_MAX)
            continue;
        if (extra)
            t.part = LINK_MIDDLE;
        t.version = version & 3u;
        ret[count++] = t;
    }
    return count;
}

static bool same_tokens(const struct link_name_token *a, const struct link_name_token *b,
                        size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i].token != b[i].token || a[i].part != b[i].part)
            return false;
    return true;
}

static size_t name_of(const struct names *n, uint32_t record,
                      struct link_name_token ret[RECORD_MAX])
{
    size_t count = 0, begins[VERSIONS + 1];
    for (unsigned v = 0; v < VERSIONS; v++) {
        size_t begin = begins[v] = count;
        for (unsigned i = 0; i < n->count[v]; i++)
            count = add_tokens(&n->columns[n->of[v][i]], record, v, begin, count, ret);
        bool twin = false;
        for (unsigned w = 0; w < v; w++)
            twin |= begins[w + 1] - begins[w] == count - begin &&
                    same_tokens(ret + begins[w], ret + begin, count - begin);
        if (twin)
            count = begin;
        begins[v + 1] = count;
    }
    return count;
}

static void count_piece(void *context, size_t i, unsigned worker)
{
    (void)worker;
    struct names *n = context;
    struct link_name_token tokens[RECORD_MAX];
    uint32_t records = n->job->data->records;
    for (uint32_t k = (uint32_t)i * PIECE; k < records && k < (i + 1) * PIECE; k++)
        n->at[k + 1] = name_of(n, k, tokens);
}

static void fill_piece(void *context, size_t i, unsigned worker)
{
    (void)worker;
    struct names *n = context;
    struct link_name_token tokens[RECORD_MAX];
    uint32_t records = n->job->data->records;
    for (uint32_t k = (uint32_t)i * PIECE; k < records && k < (i + 1) * PIECE; k++) {
        size_t count = name_of(n, k, tokens);
        memcpy(n->out + n->at[k], tokens, count * sizeof *tokens);
    }
}

static void count_tokens(struct link_people *p)
{
    for (uint32_t i = 0; i < p->records; i++) {
        size_t count;
        const struct link_name_token *t = link_name_of(p, i, &count);
        for (size_t k = 0; k < count; k++) {
            bool before = false;
            for (size_t j = 0; j < k && !before; j++)
                before = t[j].token == t[k].token && t[j].part == t[k].part;
            p->tokens[t[k].token].count[t[k].part] += !before;
        }
    }
}

/* The number of each token in the order of their texts. */
static void renumber(struct names *n)
{
    uint32_t *number;
    link_intern_sort(&n->tokens, &n->job->scratch, &number);
    for (unsigned i = 0; i < LINK_COLUMNS_MAX; i++)
        for (size_t k = 0; k < n->columns[i].count; k++)
            n->columns[i].items[k].token = number[n->columns[i].items[k].token] & 0xfffffffu;
}

void link_make_names(struct link_job *job)
{
    struct link_people *p = job->people;
    struct names *n = arena_alloc(&job->scratch, 1, sizeof *n);
    n->job = job;
    link_intern_open(&n->tokens, job->a);
    static const enum link_role roles[] = {LINK_ROLE_GIVEN, LINK_ROLE_MIDDLE, LINK_ROLE_FAMILY,
                                           LINK_ROLE_FULL};
    unsigned index = 0;
    for (size_t r = 0; r < sizeof roles / sizeof *roles; r++)
        for (uint32_t k = 0; k < job->config->count; k++)
            if (job->config->columns[k].role == roles[r] && job->column[k] != UINT32_MAX)
                take_column(n, index++, job->column[k], roles[r],
                            job->config->columns[k].version & 3u);
    renumber(n);
    p->token_count = (uint32_t)n->tokens.count;
    p->tokens = ARENA_NEW(job->a, p->token_count, struct link_token);
    for (uint32_t k = 0; k < p->token_count; k++)
        p->tokens[k].text = n->tokens.texts[k];
    link_intern_close(&n->tokens);
    link_tokens_finish(p, job->namers[0], job->a);
    p->name_at = n->at = ARENA_NEW(job->a, p->records + 1u, uint64_t);
    size_t pieces = p->records / PIECE + 1;
    pool_run(job->pool, pieces, count_piece, n);
    for (uint32_t i = 0; i < p->records; i++)
        n->at[i + 1] += n->at[i];
    p->name = n->out = arena_room(job->a, (n->at[p->records] + 1) * sizeof *n->out);
    pool_run(job->pool, pieces, fill_piece, n);
    count_tokens(p);
}

uint64_t link_whole_name(const struct link_people *p, uint32_t record, unsigned version,
                         bool whole)
{
    size_t count;
    const struct link_name_token *t = link_name_of(p, record, &count);
    uint64_t h = 0;
    unsigned tokens = 0;
    for (size_t k = 0; k < count; k++) {
        const struct link_token *token = &p->tokens[t[k].token];
        if (t[k].version != version || (!whole && t[k].part == LINK_MIDDLE))
            continue;
        h += hash_mix(token->sound ? token->sound : t[k].token, 7); /* whatever the order */
        tokens++;
    }
    return tokens > 1 ? h | 1 : 0;
}
