/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/compare_parts.h"
#include "engine/link/name.h"

enum { TOKENS_MAX = 8 };

/* ---- two tokens ---- */

static unsigned tokens_of_one_script(const struct link_people *p, const struct link_token *a,
                                     const struct link_token *b)
{
    struct link_word x = {p->letters + a->letters_at, a->letter_count};
    struct link_word y = {p->letters + b->letters_at, b->letter_count};
    if (x.n == 0 || y.n == 0)
        return NAME_DIFFERS;
    if ((a->flags | b->flags) & LINK_TOKEN_INITIAL || x.n == 1 || y.n == 1)
        return x.p[0] == y.p[0] ? NAME_INITIAL : NAME_DIFFERS;
    uint32_t shorter = x.n < y.n ? x.n : y.n, longer = x.n < y.n ? y.n : x.n;
    unsigned apart = longer - shorter > 2 ? 3 : link_osa(x, y);
    if (apart <= 1 && shorter >= 3)
        return NAME_EDIT;
    if (a->stem == b->stem)
        return NAME_STEM;
    double near = link_jaro_winkler_near(x, y);
    bool sound = a->sound != 0 && a->sound == b->sound;
    if ((sound && near >= 0.7) || (apart == 2 && shorter >= 6) || near >= 0.93)
        return NAME_CLOSE;
    bool prefix = shorter >= 3 && memcmp(x.p, y.p, shorter) == 0;
    if (prefix || near >= 0.86 || (apart == 2 && shorter >= 4))
        return NAME_ALIKE;
    return near >= 0.76 ? NAME_SOMEWHAT : NAME_DIFFERS;
}

static unsigned tokens_across(const struct link_people *p, uint32_t a, uint32_t b)
{
    const struct link_token *x = &p->tokens[a], *y = &p->tokens[b];
    if ((x->flags | y->flags) & LINK_TOKEN_INITIAL)
        return NAME_MISSING;
    double alike = link_token_alike(p, a, b);
    if (alike >= 0.97)
        return NAME_EDIT;
    if (alike >= 0.9)
        return NAME_CLOSE;
    if (alike >= 0.7)
        return NAME_ALIKE;
    return alike >= 0.5 ? NAME_SOMEWHAT : NAME_DIFFERS;
}

/* What is decided by other things than letters has no sketch. */
struct compare_sketch compare_token_sketch(const struct link_people *p, uint32_t token)
{
    const struct link_token *t = &p->tokens[token];
    bool any = t->flags & LINK_TOKEN_INITIAL || t->letter_count < 2;
    struct compare_sketch s =
        compare_sketch_of((struct link_word){p->letters + t->letters_at, t->letter_count},
                          any ? COMPARE_ANY_KIND : t->script);
    s.words = t->sound;
    s.head = t->stem;
    return s;
}

/* Tokens that cannot be more than different, told from their sketches. */
static inline bool tokens_far(const struct compare_inside *in, uint32_t a, uint32_t b)
{
    const struct compare_sketch *x = &in->token_sketch[a], *y = &in->token_sketch[b];
    struct compare_shared s = compare_shared_of(x, y);
    return compare_far_edit(x, y, s) && compare_far_jaro(x, y, s) && x->head != y->head &&
           (x->words == 0 || x->words != y->words);
}

/* The level of two tokens: NAME_DIFFERS … NAME_EDIT, or NAME_EQUAL. */
unsigned compare_tokens(const struct compare_inside *in, uint32_t a, uint32_t b)
{
    if (a == b)
        return NAME_EQUAL;
    if (tokens_far(in, a, b))
        return NAME_DIFFERS;
    uint64_t key;
    unsigned level;
    if (a > b) {
        uint32_t t = a;
        a = b;
        b = t;
    }
    if (compare_cache_get(&in->token_cache, a, b, &key, &level))
        return level;
    const struct link_token *x = &in->people->tokens[a], *y = &in->people->tokens[b];
    level = x->script == y->script ? tokens_of_one_script(in->people, x, y)
                                   : tokens_across(in->people, a, b);
    compare_cache_put(&in->token_cache, key, level);
    return level;
}

/* ---- parts ---- */

/* The tokens of one part of one version of a name. */
struct part {
    uint32_t token[TOKENS_MAX];
    unsigned count;
};
struct name {
    struct part part[SLOTS];
    unsigned version, tokens;
    uint8_t script;
};

/* About how many bits a level is worth, to choose between ways to lay two names together. */
static const int8_t worth[NAME_LEVELS] = {
    [NAME_MISSING] = 0,    [NAME_DIFFERS] = -4,   [NAME_ELSEWHERE] = -1, [NAME_INITIAL] = 1,
    [NAME_SOMEWHAT] = 0,   [NAME_ALIKE] = 3,      [NAME_CLOSE] = 6,      [NAME_STEM] = 5,
    [NAME_EDIT] = 7,       [NAME_SOME] = 7,       [NAME_EQUAL] = 7,      [NAME_EQUAL + 1] = 9,
    [NAME_EQUAL + 2] = 11, [NAME_EQUAL + 3] = 13,
};

struct laid {
    unsigned level[SLOTS];
    float rarity[SLOTS];
    unsigned order;
    int score;
    bool across; /* the scripts are different */
};

static const struct compare_rarity *rarity_of(const struct compare_inside *in, uint32_t token,
                                              unsigned part)
{
    return &in->token_rarity[3 * (size_t)token + compare_part_of(part)];
}

/* Bits of a token that two names have, here in one part and there perhaps in another. */
static float token_bits(const struct compare_inside *in, uint32_t token, unsigned part_a,
                        unsigned part_b)
{
    float a = rarity_of(in, token, part_a)->common, b = rarity_of(in, token, part_b)->common;
    return a < b ? a : b;
}

/* Levels at which it matters how common the two tokens are. */
static bool level_is_alike(unsigned level)
{
    return level >= NAME_ALIKE && level <= NAME_EDIT;
}

static unsigned equal_level(const struct compare_inside *in, unsigned part, float bits,
                            float *rarity)
{
    unsigned class = compare_class(in, bits);
    float more = bits - in->name_mean[compare_part_of(part)][class];
    *rarity = more > 4 ? 4 : more < -4 ? -4 : more;
    return NAME_EQUAL + class;
}

/* The tokens of a part run together: "mary ann" and "maryann". */
static struct link_word joined(const struct link_people *p, const struct part *part,
                               uint8_t *room)
{
    uint32_t n = 0;
    for (unsigned i = 0; i < part->count; i++) {
        const struct link_token *t = &p->tokens[part->token[i]];
        memcpy(room + n, p->letters + t->letters_at, t->letter_count);
        n += t->letter_count;
    }
    return (struct link_word){room, n};
}

static unsigned joined_level(const struct compare_inside *in, const struct part *a,
                             const struct part *b)
{
    uint8_t room_a[TOKENS_MAX * LINK_TOKEN_LETTERS], room_b[TOKENS_MAX * LINK_TOKEN_LETTERS];
    const struct link_token *tokens = in->people->tokens;
    if (tokens[a->token[0]].script != tokens[b->token[0]].script)
        return NAME_DIFFERS;
    struct link_word x = joined(in->people, a, room_a), y = joined(in->people, b, room_b);
    uint32_t gap = x.n > y.n ? x.n - y.n : y.n - x.n;
    if (gap > 2 || x.n < 4 || y.n < 4)
        return NAME_DIFFERS;
    unsigned apart = link_osa(x, y);
    return apart <= 1 ? NAME_EDIT : apart == 2 && x.n >= 6 ? NAME_CLOSE : NAME_DIFFERS;
}

/* Lays the tokens of two parts together, best first. *rarity: of equal ones, bits beyond their
 * level; of alike ones, all their bits, or less than 0 where there is nothing to say. */
static unsigned parts_level(const struct compare_inside *in, const struct part *a,
                            unsigned part_a, const struct part *b, unsigned part_b,
                            float *rarity)
{
    *rarity = -1;
    if (a->count == 0 || b->count == 0)
        return NAME_MISSING;
    if (a->count == 1 && b->count == 1) {
        unsigned level = compare_tokens(in, a->token[0], b->token[0]);
        *rarity = -1;
        if (level_is_alike(level))
            *rarity = compare_alike_bits(rarity_of(in, a->token[0], part_a),
                                         rarity_of(in, b->token[0], part_b));
        if (level != NAME_EQUAL)
            return level;
        return equal_level(in, part_a, token_bits(in, a->token[0], part_a, part_b), rarity);
    }
    uint8_t level[TOKENS_MAX][TOKENS_MAX];
    for (unsigned i = 0; i < a->count; i++)
        for (unsigned j = 0; j < b->count; j++)
            level[i][j] = (uint8_t)compare_tokens(in, a->token[i], b->token[j]);
    unsigned pairs = a->count < b->count ? a->count : b->count, worst = NAME_EQUAL, best = 0;
    unsigned used_a = 0, used_b = 0;
    float bits = 0;
    for (unsigned k = 0; k < pairs; k++) {
        unsigned top = 0, ti = 0, tj = 0;
        for (unsigned i = 0; i < a->count; i++)
            for (unsigned j = 0; j < b->count; j++)
                if (!(used_a >> i & 1) && !(used_b >> j & 1) && level[i][j] > top) {
                    top = level[i][j];
                    ti = i;
                    tj = j;
                }
        used_a |= 1u << ti;
        used_b |= 1u << tj;
        if (k == 0)
            best = top;
        worst = top < worst ? top : worst;
        if (top == NAME_EQUAL)
            bits += token_bits(in, a->token[ti], part_a, part_b);
    }
    if (worst == NAME_EQUAL)
        return a->count == b->count ? equal_level(in, part_a, bits, rarity) : NAME_SOME;
    if (worst <= NAME_ALIKE) {
        unsigned j = joined_level(in, a, b);
        if (j > worst)
            return j;
    }
    return worst <= NAME_DIFFERS && best >= NAME_STEM ? NAME_SOMEWHAT : worst;
}

/* ---- names ---- */

/* Takes the next version off the tokens of a record; particles only where nothing else is. */
static bool name_next(const struct compare_inside *in, const struct link_name_token **at,
                      const struct link_name_token *end, struct name *ret)
{
    const struct link_people *p = in->people;
    if (*at == end)
        return false;
    memset(ret, 0, sizeof *ret);
    ret->version = (*at)->version;
    ret->script = p->tokens[(*at)->token].script;
    for (; *at < end && (*at)->version == ret->version; (*at)++) {
        unsigned where = (*at)->part == LINK_ANY_PART ? LINK_GIVEN : (*at)->part;
        if (in->second && where == LINK_MIDDLE && ret->part[LINK_MIDDLE].count > 0)
            where = SLOT_SECOND;
        struct part *part = &ret->part[where];
        if (p->tokens[(*at)->token].flags & LINK_TOKEN_PARTICLE || part->count == TOKENS_MAX)
            continue;
        part->token[part->count++] = (*at)->token;
        ret->tokens++;
    }
    return true;
}

static bool in_part(const struct compare_inside *in, uint32_t token, const struct part *part)
{
    for (unsigned i = 0; i < part->count; i++) {
        unsigned level = compare_tokens(in, token, part->token[i]);
        if (level == NAME_EQUAL || level == NAME_EDIT)
            return true;
    }
    return false;
}

/* Does a token of this part of the one name stand in another part of the other? */
static bool elsewhere(const struct compare_inside *in, const struct name *a,
                      const struct name *b, unsigned part)
{
    for (unsigned other = 0; other < SLOTS; other++) {
        if (other == part)
            continue;
        for (unsigned i = 0; i < a->part[part].count; i++)
            if (in_part(in, a->part[part].token[i], &b->part[other]))
                return true;
        for (unsigned i = 0; i < b->part[part].count; i++)
            if (in_part(in, b->part[part].token[i], &a->part[other]))
                return true;
    }
    return false;
}

/* The same of names that have one token a part and no middle name, from the levels of given
 * name against family name. */
static bool stands_across(unsigned level)
{
    return level >= NAME_EQUAL || level == NAME_EDIT;
}

/* One of the two names has one middle name, the other more: it may be any of them. */
static void lay_middle(const struct compare_inside *in, const struct name *a,
                       const struct name *b, struct laid *ret)
{
    const struct part *one = &a->part[LINK_MIDDLE], *second = &b->part[SLOT_SECOND];
    if (!in->second || (a->part[SLOT_SECOND].count == 0) == (second->count == 0))
        return;
    if (second->count == 0) {
        one = &b->part[LINK_MIDDLE];
        second = &a->part[SLOT_SECOND];
    }
    float rarity;
    unsigned level = parts_level(in, one, LINK_MIDDLE, second, LINK_MIDDLE, &rarity);
    if (level > ret->level[LINK_MIDDLE]) {
        ret->level[LINK_MIDDLE] = level;
        ret->rarity[LINK_MIDDLE] = rarity;
    }
}

static void lay(const struct compare_inside *in, const struct name *a, const struct name *b,
                struct laid *ret)
{
    int straight = 0;
    for (unsigned part = 0; part < SLOTS; part++) {
        ret->level[part] =
            parts_level(in, &a->part[part], part, &b->part[part], part, &ret->rarity[part]);
        straight += part == LINK_GIVEN || part == LINK_FAMILY ? worth[ret->level[part]] : 0;
    }
    lay_middle(in, a, b, ret);
    bool one_each = a->part[LINK_MIDDLE].count + b->part[LINK_MIDDLE].count == 0;
    for (unsigned part = 0; part < SLOTS; part++)
        one_each = one_each && a->part[part].count < 2 && b->part[part].count < 2;
    unsigned x = NAME_MISSING, y = NAME_MISSING;
    bool crossed = false;
    bool both =
        ret->level[LINK_GIVEN] != NAME_MISSING && ret->level[LINK_FAMILY] != NAME_MISSING;
    ret->order = both ? ORDER_STRAIGHT : ORDER_MISSING;
    unsigned good = ret->level[LINK_GIVEN] > ret->level[LINK_FAMILY] ? ret->level[LINK_GIVEN]
                                                                     : ret->level[LINK_FAMILY];
    if (good < NAME_CLOSE) {
        float more[2];
        x = parts_level(in, &a->part[LINK_GIVEN], LINK_GIVEN, &b->part[LINK_FAMILY],
                        LINK_FAMILY, &more[0]);
        y = parts_level(in, &b->part[LINK_GIVEN], LINK_GIVEN, &a->part[LINK_FAMILY],
                        LINK_FAMILY, &more[1]);
        crossed = true;
        if (worth[x] + worth[y] > straight + 4 && (x >= NAME_CLOSE || y >= NAME_CLOSE)) {
            /* Which of the two was which part nobody knows: the better one stands for the
             * given name, so that the order of the records does not matter. */
            bool first = x > y || (x == y && more[0] >= more[1]);
            ret->level[LINK_GIVEN] = first ? x : y;
            ret->rarity[LINK_GIVEN] = more[first ? 0 : 1];
            ret->level[LINK_FAMILY] = first ? y : x;
            ret->rarity[LINK_FAMILY] = more[first ? 1 : 0];
            ret->order = ORDER_SWAPPED;
        }
    }
    ret->score = 0;
    for (unsigned part = 0; part < SLOTS; part++) {
        if (ret->level[part] == NAME_DIFFERS && ret->order != ORDER_SWAPPED &&
            (one_each && crossed ? stands_across(x) || stands_across(y)
                                 : elsewhere(in, a, b, part)))
            ret->level[part] = NAME_ELSEWHERE;
        ret->score += worth[ret->level[part]];
    }
}

static const uint8_t across_level[NAME_LEVELS] = {
    [NAME_MISSING] = ACROSS_MISSING,     [NAME_DIFFERS] = ACROSS_DIFFERS,
    [NAME_ELSEWHERE] = ACROSS_ELSEWHERE, [NAME_INITIAL] = ACROSS_SOMEWHAT,
    [NAME_SOMEWHAT] = ACROSS_SOMEWHAT,   [NAME_ALIKE] = ACROSS_ALIKE,
    [NAME_CLOSE] = ACROSS_CLOSE,         [NAME_STEM] = ACROSS_CLOSE,
    [NAME_EDIT] = ACROSS_SAME,           [NAME_SOME] = ACROSS_CLOSE,
    [NAME_EQUAL] = ACROSS_SAME,          [NAME_EQUAL + 1] = ACROSS_SAME,
    [NAME_EQUAL + 2] = ACROSS_SAME,      [NAME_EQUAL + 3] = ACROSS_SAME,
};

static void laid_add(const struct compare_inside *in, const struct laid *l,
                     struct compare_pair *pair)
{
    bool across = in->across && l->across;
    const uint8_t *comparison = across ? in->across_part : in->part;
    for (unsigned part = 0; part < SLOTS; part++) {
        unsigned k = comparison[part], level = l->level[part];
        if (k == UINT8_MAX)
            continue;
        unsigned at = across ? across_level[level] : level;
        pair->pattern |= (link_pattern)at << (4 * k);
        if (level >= NAME_EQUAL)
            pair->rarity += across ? 0 : l->rarity[part];
        else if (l->rarity[part] >= 0)
            compare_alike(in, pair, k, at, l->rarity[part]);
    }
    if (in->order != UINT8_MAX)
        pair->pattern |= (link_pattern)l->order << (4 * in->order);
}

/* One token a part at most, one version: nothing to lay together. */
static void name_of_row(const uint32_t *row, struct name *ret)
{
    for (unsigned part = 0; part < SLOTS; part++) {
        ret->part[part].token[0] = row[part];
        ret->part[part].count = row[part] != 0;
    }
}

static unsigned row_script(const struct compare_inside *in, const uint32_t *row)
{
    for (unsigned slot = 0; slot < SLOTS; slot++)
        if (row[slot] != 0)
            return in->people->tokens[row[slot]].script;
    return LINK_OTHER_SCRIPT;
}

/* An order of two names by what they say, so that ties break the same way whichever of the two
 * comes first and whatever the records are numbered. */
static bool name_before(const struct link_people *p, uint32_t left, uint32_t right)
{
    size_t na, nb;
    const struct link_name_token *a = link_name_of(p, left, &na);
    const struct link_name_token *b = link_name_of(p, right, &nb);
    for (size_t i = 0; i < na && i < nb; i++) {
        if (a[i].version != b[i].version)
            return a[i].version < b[i].version;
        if (a[i].part != b[i].part)
            return a[i].part < b[i].part;
        if (a[i].token != b[i].token)
            return str_compare(p->tokens[a[i].token].text, p->tokens[b[i].token].text) < 0;
    }
    return na <= nb;
}

void compare_names(const struct compare_inside *in, uint32_t left, uint32_t right,
                   struct compare_pair *pair)
{
    const uint32_t *x = in->row + (size_t)left * in->stride;
    const uint32_t *y = in->row + (size_t)right * in->stride;
    struct laid best = {.score = INT32_MIN}, now;
    struct name a, b;
    if (x[0] != COMPARE_MANY && y[0] != COMPARE_MANY) {
        name_of_row(x, &a);
        name_of_row(y, &b);
        lay(in, &a, &b, &best);
        best.across = in->across && row_script(in, x) != row_script(in, y);
        laid_add(in, &best, pair);
        return;
    }
    size_t na, nb;
    if (!name_before(in->people, left, right)) {
        uint32_t t = left;
        left = right;
        right = t;
    }
    const struct link_name_token *at = link_name_of(in->people, left, &na), *end = at + na;
    bool same_script = false;
    while (name_next(in, &at, end, &a)) {
        const struct link_name_token *bt = link_name_of(in->people, right, &nb);
        const struct link_name_token *bend = bt + nb;
        while (name_next(in, &bt, bend, &b)) {
            bool same = a.script == b.script;
            if (same_script && !same)
                continue;
            lay(in, &a, &b, &now);
            now.across = !same;
            if (now.score > best.score || (same && !same_script)) {
                best = now;
                same_script = same_script || same;
            }
        }
    }
    if (best.score != INT32_MIN)
        laid_add(in, &best, pair);
}
