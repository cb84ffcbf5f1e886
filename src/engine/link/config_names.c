/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Several columns of names: copies of one another, parts of one name, or its spellings in
 * several scripts. Told from the records themselves: which words of one column stand in others.
 */
#include "base/hash.h"
#include "base/text.h"
#include "engine/link/config_parts.h"

#define RECORDS_LOOKED_AT 20000u
#define WORDS             24u

/* The words of a cell as hashes. */
static size_t add_words(const struct link_guess *g, uint32_t column, uint32_t record,
                        uint64_t *words, size_t count)
{
    const struct link_column *c = &g->data->columns[column];
    struct str s = link_column_text(c, c->cell[record]);
    if (s.n > 200 || link_is_nothing(s))
        return count;
    BUF_AUTO fold;
    buf_init(&fold, 2000);
    text_fold(&fold, s, false);
    s = buf_str(&fold);
    size_t begin = 0;
    for (size_t i = 0, next; i <= s.n && count < WORDS; i = next) {
        uint32_t cp = i < s.n ? text_decode(s, i, &next) : ' ';
        if (i == s.n)
            next = i + 1;
        if (text_is_letter(cp) || text_is_digit(cp))
            continue;
        if (i > begin)
            words[count++] = hash_bytes(str_slice(s, begin, i), 5);
        begin = next;
    }
    return count;
}

/* How one column's words stand to those of others of the same record. */
struct relation {
    double both, alone; /* records in which both sides, or only this, has words */
    double inside;      /* of both: all its words stand on the other side */
    double shared;      /* of both: mean share of its words that do */
};

static struct relation relate(const struct link_guess *g, uint32_t column,
                              const uint32_t *others, size_t other_count)
{
    struct relation r = {0};
    const struct link_data *d = g->data;
    uint32_t every = d->records / RECORDS_LOOKED_AT + 1;
    const struct link_column *c = &d->columns[column];
    for (uint32_t i = 0; i < d->records; i++) {
        if (!c->cell[i])
            continue;
        if (every > 1 && hash_bytes(link_column_text(c, c->cell[i]), 9) % every != 0)
            continue;
        uint64_t mine[WORDS], theirs[WORDS];
        size_t n = add_words(g, column, i, mine, 0), m = 0, hits = 0;
        for (size_t k = 0; k < other_count; k++)
            m = add_words(g, others[k], i, theirs, m);
        if (!n)
            continue;
        if (!m) {
            r.alone++;
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            size_t j = 0;
            while (j < m && theirs[j] != mine[k])
                j++;
            hits += j < m;
        }
        r.both++;
        r.inside += hits == n;
        r.shared += (double)hits / (double)n;
    }
    if (r.both > 0) {
        r.inside /= r.both;
        r.shared /= r.both;
    }
    return r;
}

static bool is_part(enum link_role r)
{
    return r == LINK_ROLE_GIVEN || r == LINK_ROLE_MIDDLE || r == LINK_ROLE_FAMILY;
}

static bool is_copy(const struct relation *r)
{
    return r->both > 0 && r->inside >= 0.99 && r->alone <= 0.005 * (r->both + r->alone);
}

static void ignore(struct link_guess *g, uint32_t k, const char *why)
{
    g->columns[k].role = LINK_ROLE_IGNORE;
    g->columns[k].version = 0;
    g->columns[k].why = str_of(why);
}

/* Parts: one version a script; a second column of one part in one script is a copy, a further
 * part of the name, or, when it is another way to write the first, a version of its own. */
static void parts(struct link_guess *g, unsigned *versions)
{
    int version_of[LINK_OTHER_SCRIPT + 1] = {-1, -1, -1, -1, -1};
    for (uint32_t k = 0; k < g->data->column_count; k++) {
        if (!is_part(g->columns[k].role))
            continue;
        int *v = &version_of[g->facts[k].script];
        if (*v < 0)
            *v = *versions < 3 ? (int)(*versions)++ : 3;
        g->columns[k].version = (uint8_t)*v;
        for (uint32_t j = 0; j < k; j++) {
            if (g->columns[j].role != g->columns[k].role ||
                g->facts[j].script != g->facts[k].script)
                continue;
            struct relation r = relate(g, k, &j, 1);
            if (is_copy(&r))
                ignore(g, k, "holds another column again");
            else if (r.both > 0 && r.shared >= 0.3 && g->columns[k].version == *v) {
                g->columns[k].version = (uint8_t)(*versions < 3 ? (*versions)++ : 3);
                g->columns[k].why = STR("another spelling");
            }
        }
    }
}

/* The lowest version that no column of names has in a list of this one. */
static uint8_t free_version(const struct link_guess *g, uint32_t k)
{
    unsigned taken = 0;
    for (uint32_t j = 0; j < g->data->column_count; j++) {
        bool placed =
            is_part(g->columns[j].role) || (j < k && g->columns[j].role == LINK_ROLE_FULL);
        if (j != k && placed && (g->facts[j].lists & g->facts[k].lists))
            taken |= 1u << g->columns[j].version;
    }
    uint8_t v = 0;
    while (v < 3 && (taken >> v & 1))
        v++;
    return v;
}

/* Whole names of the script of parts hold them again, or more than they; others are versions
 * of their own unless they are copies. */
static void wholes(struct link_guess *g)
{
    for (uint32_t k = 0; k < g->data->column_count; k++) {
        if (g->columns[k].role != LINK_ROLE_FULL)
            continue;
        uint32_t others[LINK_COLUMNS_MAX];
        size_t count = 0;
        int version = -1;
        for (uint32_t j = 0; j < g->data->column_count; j++) {
            if (!is_part(g->columns[j].role) || g->facts[j].script != g->facts[k].script)
                continue;
            others[count++] = j;
            if (version < 0 || g->columns[j].version < version)
                version = g->columns[j].version;
        }
        struct relation r = relate(g, k, others, count);
        bool done = count && (is_copy(&r) || r.shared >= 0.5);
        if (done && is_copy(&r))
            ignore(g, k, "holds the parts of the name again");
        else if (done) {
            g->columns[k].version = (uint8_t)version;
            g->columns[k].why = STR("holds more than the parts of the name");
        }
        for (uint32_t j = 0; j < k && !done; j++) {
            if (g->columns[j].role != LINK_ROLE_FULL)
                continue;
            r = relate(g, k, &j, 1);
            if (is_copy(&r)) {
                ignore(g, k, "holds another column again");
                done = true;
            }
        }
        if (!done) {
            g->columns[k].version = free_version(g, k);
            if (g->columns[k].version)
                g->columns[k].why = STR("another spelling or script of the name");
        }
    }
}

/* A whole name that adds to parts, when a second one adds no more than the first did. */
static void second_wholes(struct link_guess *g)
{
    for (uint32_t k = 0; k < g->data->column_count; k++) {
        if (g->columns[k].role != LINK_ROLE_FULL)
            continue;
        for (uint32_t j = 0; j < g->data->column_count; j++) {
            if (j == k || g->columns[j].role != LINK_ROLE_FULL)
                continue;
            struct relation r = relate(g, k, &j, 1), back = relate(g, j, &k, 1);
            if (is_copy(&r) && (!is_copy(&back) || j < k)) {
                ignore(g, k, "holds another column again");
                break;
            }
        }
    }
}

/* Words under a header that says nothing, all of which stand in the columns of names. */
static void hidden_copies(struct link_guess *g)
{
    uint32_t names[LINK_COLUMNS_MAX];
    size_t count = 0;
    for (uint32_t k = 0; k < g->data->column_count; k++)
        if (is_part(g->columns[k].role) || g->columns[k].role == LINK_ROLE_FULL)
            names[count++] = k;
    for (uint32_t k = 0; k < g->data->column_count && count; k++) {
        enum link_role role = g->columns[k].role;
        if (!g->by_values[k] || (role != LINK_ROLE_PLACE && role != LINK_ROLE_TEXT))
            continue;
        struct relation r = relate(g, k, names, count);
        if (is_copy(&r))
            ignore(g, k, "holds the name again");
    }
}

/* "Name" beside a column of given names is the family name, and the other way round. */
static void lone_names(struct link_guess *g)
{
    uint32_t given = 0, family = 0, full = 0, which = 0;
    for (uint32_t k = 0; k < g->data->column_count; k++) {
        given += g->columns[k].role == LINK_ROLE_GIVEN;
        family += g->columns[k].role == LINK_ROLE_FAMILY;
        if (g->columns[k].role == LINK_ROLE_FULL) {
            full++;
            which = k;
        }
    }
    if (full != 1 || (given > 0) == (family > 0) || g->facts[which].words > 1.5)
        return;
    g->columns[which].role = given ? LINK_ROLE_FAMILY : LINK_ROLE_GIVEN;
    g->columns[which].why = given ? STR("one word, beside a column of given names")
                                  : STR("one word, beside a column of family names");
}

void link_guess_names(struct link_guess *g)
{
    unsigned versions = 0;
    lone_names(g);
    second_wholes(g);
    parts(g, &versions);
    wholes(g);
    hidden_copies(g);
}
