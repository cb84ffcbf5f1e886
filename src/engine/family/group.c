/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From sketches to families. Three steps:
 *   1. how many texts have each gram (sorted block by block, so that memory stays small);
 *   2. candidates: texts that share rare grams among their lowest hashes; each is scored;
 *   3. what holds without any doubt is joined first. Then each gram is weighed again by the
 *      number of *unrelated* groups that have it: boilerplate of a site, stock phrases and
 *      names of the day lose their weight, the grams of a family of eleven copies do not.
 */

#include "base/sort.h"
#include "engine/family/parts.h"

#include <math.h>
#include <stdlib.h>

#define BLOCK_ENTRIES   (1u << 18)
#define HISTOGRAM_BITS  12
#define CANDIDATE_GRAMS 64u /* of each kind, by text */
#define CANDIDATE_NEAR  12u /* neighbours taken from a long list of texts with one gram */
#define CANDIDATE_BEST  24u /* scored for each text */

/* The evidence that one gram gives for a copy (when shared) or against it (when not), in units
 * of the weight of one rare pair of names: roughly the logarithm of how much likelier it is in
 * a copy with a third of its words changed than in another text on the same matter. Of such a
 * copy most of the skeleton remains, but only a sixth of the word n-grams. */
#define SKELETON_FOR     1.0
#define SKELETON_AGAINST 0.5
#define WORDS_FOR        0.8
#define WORDS_AGAINST    0.03

/* The shipped threshold, and the surer one of the first round. */
#define LINK_EVIDENCE 3.5
#define SURE_EVIDENCE 10.0
/* A footer or one borrowed passage is no copy: of the evidence so much must remain without the
 * best quarter of the shorter text, or the best quarter is at most this share of it; to be
 * sure, without the two best ones. */
#define LINK_REST  1.3
#define LINK_SHARE 0.85
#define SURE_REST  2.0
/* A text that is nearly all quotation has little outside it to go by: there the quotations may
 * second what stands outside, but never more. */
/* And the share of the skeleton plus twice that of the words, shrunk towards nothing, must be
 * at least RATIO_MANY in a large collection. A few texts are often on one matter, with the same
 * names in each, and cannot tell which of them are rare: there it must be up to RATIO_FEW more.
 */
#define RATIO_MANY        0.40
#define RATIO_FEW         0.22
#define SKELETON_SHRINK   3.0
#define WORDS_SHRINK      5.0
#define SECONDED_EVIDENCE 1.5
#define SECONDED_SHARED   5.0
#define SECONDED_SHARE    0.20
#define SECONDED_REST     0.90

/* Candidates come from the first two. */
enum gram_kind { GRAM_SKELETON, GRAM_WORDS, GRAM_QUOTED, GRAM_KIND_COUNT };
#define GRAM_LEADING GRAM_QUOTED

/* What a gram says by its parts alone (enum family_prior); words are weaker than names. */
static const double prior_weights[GRAM_KIND_COUNT][4] = {
    {0.1, 0.4, 0.7, 1.0},
    {0.0, 0.35, 0.8, 1.0},
    {0.0, 0.35, 0.8, 1.0},
};

struct entry {
    uint32_t gram, text, slot;
};

struct grouping {
    struct arena *arena;
    const struct family_set *set;
    uint32_t count;
    uint32_t *order;                   /* texts by digest: the input order must not matter */
    uint8_t **spread[GRAM_KIND_COUNT]; /* [place in order][slot]: groups that have the gram */
    uint32_t *parents;                 /* by place in order */
    double spread_weights[256];
    double least_ratio;
    struct candidate *candidates;
    size_t candidate_count, candidate_cap;
};

struct candidate {
    uint32_t a, b; /* places in order, a > b */
    double skeleton, words, score;
};

static const struct family_grams *grams_of(const struct grouping *g, uint32_t place,
                                           enum gram_kind kind)
{
    const struct family_sketch *s = &g->set->items[g->order[place]];
    return kind == GRAM_SKELETON ? &s->skeleton : kind == GRAM_WORDS ? &s->grams : &s->quoted;
}

static uint32_t find_root(uint32_t *parents, uint32_t x)
{
    while (parents[x] != x) {
        parents[x] = parents[parents[x]];
        x = parents[x];
    }
    return x;
}

static void join(uint32_t *parents, uint32_t x, uint32_t y)
{
    x = find_root(parents, x);
    y = find_root(parents, y);
    if (x < y)
        parents[y] = x;
    else
        parents[x] = y;
}

/* ---- 1. in how many groups a gram stands ---- */

static void sort_entries(struct entry *e, struct entry *spare, size_t n)
{
    struct entry *from = e, *to = spare;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        size_t starts[257] = {0};
        for (size_t i = 0; i < n; i++)
            starts[(from[i].gram >> shift & 255) + 1]++;
        for (size_t i = 0; i < 256; i++)
            starts[i + 1] += starts[i];
        for (size_t i = 0; i < n; i++)
            to[starts[from[i].gram >> shift & 255]++] = from[i];
        struct entry *other = from;
        from = to;
        to = other;
    }
}

/* Texts come in ascending order, each once; their groups are counted up to 255. */
static void count_run(struct grouping *g, enum gram_kind kind, const struct entry *run,
                      size_t n, uint32_t *stamps, uint32_t stamp)
{
    unsigned groups = 0;
    for (size_t i = 0; i < n && groups < 255; i++) {
        uint32_t root = find_root(g->parents, run[i].text);
        groups += stamps[root] != stamp;
        stamps[root] = stamp;
    }
    for (size_t i = 0; i < n; i++)
        g->spread[kind][run[i].text][run[i].slot] = (uint8_t)groups;
}

/* The end of the block that begins with histogram bucket `from`: at least one bucket, at most
 * about BLOCK_ENTRIES entries. */
static uint32_t block_end(const uint32_t *histogram, uint32_t from, size_t *ret_entries)
{
    size_t n = histogram[from];
    uint32_t to = from + 1;
    while (to < 1u << HISTOGRAM_BITS && n + histogram[to] <= BLOCK_ENTRIES)
        n += histogram[to++];
    *ret_entries = n;
    return to;
}

static void count_groups(struct grouping *g, enum gram_kind kind)
{
    ARENA_AUTO work = {0};
    uint32_t *histogram = ARENA_NEW(&work, 1u << HISTOGRAM_BITS, uint32_t);
    for (uint32_t t = 0; t < g->count; t++) {
        const struct family_grams *grams = grams_of(g, t, kind);
        for (uint32_t i = 0; i < grams->count; i++)
            histogram[grams->items[i] >> (32 - HISTOGRAM_BITS)]++;
    }
    uint32_t *cursors = ARENA_NEW(&work, g->count, uint32_t);
    uint32_t *stamps = ARENA_NEW(&work, g->count, uint32_t);
    uint32_t stamp = 0;
    for (uint32_t from = 0, to; from < 1u << HISTOGRAM_BITS; from = to) {
        size_t n, filled = 0;
        to = block_end(histogram, from, &n);
        ARENA_AUTO block = {0};
        struct entry *entries = ARENA_NEW(&block, n, struct entry);
        struct entry *spare = ARENA_NEW(&block, n, struct entry);
        for (uint32_t t = 0; t < g->count; t++) {
            const struct family_grams *grams = grams_of(g, t, kind);
            uint32_t *at = &cursors[t];
            for (; *at < grams->count && grams->items[*at] >> (32 - HISTOGRAM_BITS) < to; ++*at)
                entries[filled++] = (struct entry){FAMILY_GRAM_KEY(grams->items[*at]), t, *at};
        }
        sort_entries(entries, spare, filled);
        for (size_t i = 0, end; i < filled; i = end) {
            for (end = i + 1; end < filled && entries[end].gram == entries[i].gram;)
                end++;
            count_run(g, kind, entries + i, end - i, stamps, ++stamp);
        }
    }
}

/* ---- scoring ---- */

struct shares {
    double shared, of; /* weights, of the shorter text */
    double quarter_shared[4], quarter_of[4];
};

static void compare_grams(const struct grouping *g, enum gram_kind kind, uint32_t shorter,
                          uint32_t longer, struct shares *ret)
{
    const struct family_grams *a = grams_of(g, shorter, kind), *b = grams_of(g, longer, kind);
    const uint8_t *spread = g->spread[kind][shorter];
    uint32_t limit = a->limit < b->limit ? a->limit : b->limit;
    for (uint32_t i = 0, j = 0; i < a->count && a->items[i] < limit; i++) {
        uint32_t gram = a->items[i], key = FAMILY_GRAM_KEY(gram);
        double weight =
            prior_weights[kind][FAMILY_GRAM_PRIOR(gram)] * g->spread_weights[spread[i]];
        while (j < b->count && FAMILY_GRAM_KEY(b->items[j]) < key)
            j++;
        bool shared = j < b->count && FAMILY_GRAM_KEY(b->items[j]) == key;
        ret->of += weight;
        ret->quarter_of[FAMILY_GRAM_QUARTER(gram)] += weight;
        if (shared) {
            ret->shared += weight;
            ret->quarter_shared[FAMILY_GRAM_QUARTER(gram)] += weight;
        }
    }
}

static double evidence_of(double skeleton, double skeleton_of, double words, double words_of)
{
    return SKELETON_FOR * skeleton - SKELETON_AGAINST * (skeleton_of - skeleton) +
           WORDS_FOR * words - WORDS_AGAINST * (words_of - words);
}

/* Whether the quotations second what little stands outside them. */
static bool quotations_second(const struct grouping *g, uint32_t shorter, uint32_t longer)
{
    struct shares quoted = {0};
    compare_grams(g, GRAM_QUOTED, shorter, longer, &quoted);
    return quoted.shared >= SECONDED_SHARED && quoted.shared >= SECONDED_SHARE * quoted.of;
}

/* c->score is the evidence, or 0 when it does not do. */
static void score_pair(const struct grouping *g, struct candidate *c, bool sure)
{
    const struct family_sketch *a = &g->set->items[g->order[c->a]];
    const struct family_sketch *b = &g->set->items[g->order[c->b]];
    bool a_shorter = a->words < b->words || (a->words == b->words && c->a < c->b);
    uint32_t shorter = a_shorter ? c->a : c->b, longer = a_shorter ? c->b : c->a;
    struct shares skeleton = {0}, words = {0};
    compare_grams(g, GRAM_SKELETON, shorter, longer, &skeleton);
    compare_grams(g, GRAM_WORDS, shorter, longer, &words);
    c->skeleton = skeleton.of > 0 ? skeleton.shared / skeleton.of : 0;
    c->words = words.of > 0 ? words.shared / words.of : 0;
    double ratio = skeleton.shared / (skeleton.of + SKELETON_SHRINK) +
                   2 * words.shared / (words.of + WORDS_SHRINK);
    double all = 0, best = 0, second = 0;
    for (int q = 0; q < 4; q++) {
        double e = evidence_of(skeleton.quarter_shared[q], skeleton.quarter_of[q],
                               words.quarter_shared[q], words.quarter_of[q]);
        all += e;
        second = e > best ? best : e > second ? e : second;
        best = e > best ? e : best;
    }
    bool linked =
        sure ? all >= SURE_EVIDENCE && all - best - second >= SURE_REST
             : all >= LINK_EVIDENCE && (all - best >= LINK_REST || best <= LINK_SHARE * all);
    if (!linked && !sure && all >= SECONDED_EVIDENCE && best <= SECONDED_REST * all)
        linked = quotations_second(g, shorter, longer);
    c->score = linked && ratio >= g->least_ratio ? all : 0;
}

/* ---- 2. candidates ---- */

struct index {
    uint64_t *entries; /* gram key << 32 | place, ascending */
    size_t count;
};

static int compare_u64(const void *x, const void *y)
{
    uint64_t a, b;
    memcpy(&a, x, sizeof a);
    memcpy(&b, y, sizeof b);
    return a < b ? -1 : a > b;
}

static void build_index(const struct grouping *g, struct arena *work, enum gram_kind kind,
                        struct index *ret)
{
    size_t cap = 0;
    for (uint32_t t = 0; t < g->count; t++) {
        uint32_t n = grams_of(g, t, kind)->count;
        cap += n < CANDIDATE_GRAMS ? n : CANDIDATE_GRAMS;
    }
    ret->entries = ARENA_NEW(work, cap, uint64_t);
    ret->count = 0;
    for (uint32_t t = 0; t < g->count; t++) {
        const struct family_grams *grams = grams_of(g, t, kind);
        for (uint32_t i = 0; i < grams->count && i < CANDIDATE_GRAMS; i++)
            if (g->spread[kind][t][i] >= 2)
                ret->entries[ret->count++] =
                    (uint64_t)FAMILY_GRAM_KEY(grams->items[i]) << 32 | t;
    }
    sort_items(ret->entries, ret->count, sizeof *ret->entries, compare_u64);
}

static size_t index_find(const struct index *x, uint64_t entry)
{
    size_t low = 0, high = x->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (x->entries[middle] < entry)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Weights gathered for one text. */
struct gathering {
    float *weights; /* by place */
    uint32_t *touched;
    uint32_t count;
};

/* The texts before `text` in the order that share the gram; of a long list the nearest. */
static void gather(const struct grouping *g, const struct index *x, enum gram_kind kind,
                   uint32_t text, struct gathering *ret)
{
    const struct family_grams *grams = grams_of(g, text, kind);
    for (uint32_t i = 0; i < grams->count && i < CANDIDATE_GRAMS; i++) {
        unsigned spread = g->spread[kind][text][i];
        if (spread < 2)
            continue;
        uint64_t key = (uint64_t)FAMILY_GRAM_KEY(grams->items[i]) << 32;
        float weight = (float)(prior_weights[kind][FAMILY_GRAM_PRIOR(grams->items[i])] *
                               g->spread_weights[spread]);
        size_t at = index_find(x, key | text);
        for (uint32_t near = 0; at > 0 && near < CANDIDATE_NEAR; near++) {
            uint64_t entry = x->entries[--at];
            if (entry < key)
                break;
            uint32_t other = (uint32_t)entry;
            if (ret->weights[other] == 0)
                ret->touched[ret->count++] = other;
            ret->weights[other] += weight + 1e-6f;
        }
    }
}

static void keep_candidates(struct grouping *g, uint32_t text, struct gathering *found)
{
    uint32_t best[CANDIDATE_BEST];
    uint32_t n = 0;
    for (uint32_t i = 0; i < found->count; i++) {
        uint32_t other = found->touched[i];
        if (found->weights[other] < 1.0f)
            continue;
        uint32_t at = n < CANDIDATE_BEST ? n++ : n;
        while (at > 0 && found->weights[best[at - 1]] < found->weights[other]) {
            if (at < CANDIDATE_BEST)
                best[at] = best[at - 1];
            at--;
        }
        if (at < CANDIDATE_BEST)
            best[at] = other;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct candidate c = {.a = text, .b = best[i]};
        ARENA_PUSH(g->arena, g->candidates, g->candidate_count, g->candidate_cap, c);
    }
    for (uint32_t i = 0; i < found->count; i++)
        found->weights[found->touched[i]] = 0;
    found->count = 0;
}

static void find_candidates(struct grouping *g)
{
    ARENA_AUTO work = {0};
    struct index indexes[GRAM_LEADING];
    for (enum gram_kind k = 0; k < GRAM_LEADING; k++)
        build_index(g, &work, k, &indexes[k]);
    struct gathering found = {
        .weights = ARENA_NEW(&work, g->count, float),
        .touched = ARENA_NEW(&work, g->count, uint32_t),
    };
    for (uint32_t t = 0; t < g->count; t++) {
        for (enum gram_kind k = 0; k < GRAM_LEADING; k++)
            gather(g, &indexes[k], k, t, &found);
        keep_candidates(g, t, &found);
    }
}

/* ---- 3. links and families ---- */

static int compare_candidates(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

static void weigh_spread(struct grouping *g, double background, bool unrelated)
{
    double most = log2(1 + background);
    for (int n = 1; n < 256; n++) {
        double w = log2(1 + background / n) / most;
        g->spread_weights[n] = w * w;
        if (unrelated && n > 2)
            g->spread_weights[n] *= 2.0 / n;
    }
    g->spread_weights[0] = 1;
}

/* Joins what is linked, strongest first; *ret are the links that joined something. */
static void join_links(struct grouping *g, struct family_link *ret, size_t *ret_count)
{
    sort_items(g->candidates, g->candidate_count, sizeof *g->candidates, compare_candidates);
    for (uint32_t t = 0; t < g->count; t++)
        g->parents[t] = t;
    size_t links = 0;
    for (size_t i = 0; i < g->candidate_count && g->candidates[i].score > 0; i++) {
        const struct candidate *c = &g->candidates[i];
        if (find_root(g->parents, c->a) == find_root(g->parents, c->b))
            continue;
        join(g->parents, c->a, c->b);
        uint32_t x = g->order[c->a], y = g->order[c->b];
        ret[links++] = (struct family_link){
            .a = x < y ? x : y,
            .b = x < y ? y : x,
            .skeleton = c->skeleton,
            .words = c->words,
        };
    }
    *ret_count = links;
}

/* A family gets its number from its first text; members and links are laid out one family
 * after the other. */
static void collect(struct grouping *g, struct arena *a, const struct family_link *links,
                    size_t link_count, struct family_groups *ret)
{
    uint32_t *roots = ARENA_NEW(g->arena, g->count, uint32_t); /* by text number */
    uint32_t *sizes = ARENA_NEW(g->arena, g->count, uint32_t); /* by root */
    uint32_t *numbers = ARENA_NEW(g->arena, g->count, uint32_t);
    for (uint32_t t = 0; t < g->count; t++) {
        uint32_t root = find_root(g->parents, t);
        roots[g->order[t]] = root;
        sizes[root]++;
    }
    struct family_group *groups = ARENA_NEW(a, link_count, struct family_group);
    uint32_t **texts = ARENA_NEW(g->arena, link_count, uint32_t *);
    struct family_link **kept = ARENA_NEW(g->arena, link_count, struct family_link *);
    size_t count = 0;
    for (uint32_t text = 0; text < g->count; text++) {
        uint32_t root = roots[text];
        if (sizes[root] < 2)
            continue;
        if (numbers[root] == 0) {
            texts[count] = ARENA_NEW(a, sizes[root], uint32_t);
            kept[count] = ARENA_NEW(a, sizes[root], struct family_link);
            groups[count] = (struct family_group){texts[count], 0, kept[count]};
            numbers[root] = (uint32_t)++count;
        }
        size_t n = numbers[root] - 1;
        texts[n][groups[n].count++] = text;
    }
    for (size_t i = 0; i < link_count; i++)
        *kept[numbers[roots[links[i].a]] - 1]++ = links[i];
    *ret = (struct family_groups){groups, count};
}

struct ordered {
    uint64_t digest;
    struct str name;
    uint32_t text;
};

static int compare_ordered(const void *x, const void *y)
{
    const struct ordered *a = x, *b = y;
    if (a->digest != b->digest)
        return a->digest < b->digest ? -1 : 1;
    return str_compare(a->name, b->name);
}

static void order_texts(struct grouping *g)
{
    ARENA_AUTO work = {0};
    struct ordered *all = ARENA_NEW(&work, g->count, struct ordered);
    for (uint32_t t = 0; t < g->count; t++)
        all[t] = (struct ordered){g->set->items[t].digest, g->set->items[t].name, t};
    sort_items(all, g->count, sizeof *all, compare_ordered);
    for (uint32_t t = 0; t < g->count; t++) {
        g->order[t] = all[t].text;
        g->parents[t] = t;
    }
}

void family_group(struct arena *a, const struct family_set *s, struct family_groups *ret)
{
    ARENA_AUTO work = {0};
    struct grouping g = {.arena = &work, .set = s, .count = (uint32_t)s->count};
    g.order = ARENA_NEW(&work, g.count, uint32_t);
    g.parents = ARENA_NEW(&work, g.count, uint32_t);
    order_texts(&g);
    for (enum gram_kind k = 0; k < GRAM_KIND_COUNT; k++) {
        g.spread[k] = ARENA_NEW(&work, g.count, uint8_t *);
        for (uint32_t t = 0; t < g.count; t++)
            g.spread[k][t] = ARENA_NEW(&work, grams_of(&g, t, k)->count, uint8_t);
        count_groups(&g, k);
    }
    double background = g.count > 1000 ? g.count : 1000;
    struct family_link *links = ARENA_NEW(&work, g.count, struct family_link);
    size_t link_count = 0;
    g.least_ratio = RATIO_MANY + RATIO_FEW / (1 + g.count / 100.0);
    weigh_spread(&g, background, false);
    find_candidates(&g);
    for (size_t i = 0; i < g.candidate_count; i++)
        score_pair(&g, &g.candidates[i], true);
    join_links(&g, links, &link_count);
    for (enum gram_kind k = 0; k < GRAM_KIND_COUNT; k++)
        count_groups(&g, k);
    weigh_spread(&g, background, true);
    for (size_t i = 0; i < g.candidate_count; i++)
        score_pair(&g, &g.candidates[i], false);
    join_links(&g, links, &link_count);
    collect(&g, a, links, link_count, ret);
}
