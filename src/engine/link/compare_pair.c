/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comparison of one pair, by the tables that compare.c made.
 */
#include "base/hash.h"
#include "engine/link/compare_parts.h"

static unsigned value_level(const struct compare_field *f, uint32_t a, uint32_t b)
{
    if (f->field->kind == LINK_KIND_SET)
        return SET_DIFFERS;
    uint64_t key = 0;
    unsigned level;
    if (a > b) {
        uint32_t t = a;
        a = b;
        b = t;
    }
    if (f->cache.entry && compare_cache_get(&f->cache, a, b, &key, &level))
        return level;
    level = f->field->kind == LINK_KIND_TEXT   ? compare_text(f, a, b)
            : f->field->kind == LINK_KIND_CODE ? compare_code(f, a, b)
                                               : compare_mail(f, a, b);
    if (f->cache.entry)
        compare_cache_put(&f->cache, key, level);
    return level;
}

static unsigned equal_from(enum link_kind kind)
{
    static const uint8_t from[] = {
        [LINK_KIND_DATE] = DAY_EQUAL,  [LINK_KIND_TEXT] = TEXT_EQUAL,
        [LINK_KIND_CODE] = CODE_EQUAL, [LINK_KIND_SET] = SET_EQUAL,
        [LINK_KIND_MAIL] = MAIL_EQUAL,
    };
    return from[kind];
}

/* Levels of a field at which it matters how common the two values are. */
static bool level_is_alike(enum link_kind kind, unsigned level)
{
    switch (kind) {
    case LINK_KIND_TEXT:
        return level == TEXT_ALIKE || level == TEXT_CLOSE || level == TEXT_EDIT;
    case LINK_KIND_CODE:
        return level == CODE_EDIT;
    default:
        return false;
    }
}

static bool is_whole(const struct compare_day *d)
{
    return d->exact || d->slip;
}

static unsigned day_level(const struct compare_field *f, uint32_t a, uint32_t b)
{
    if (f->day[a].slip || f->day[b].slip)
        return compare_slip(f->word[a], f->word[b]);
    return compare_day(&f->day[a], &f->day[b]);
}

static void compare(const struct link_compare *c, uint32_t left, uint32_t right,
                    struct compare_pair *pair)
{
    const struct compare_inside *in = c->inside;
    uint32_t heads = 0;
    if (in->names) {
        heads = SLOTS;
        compare_names(in, left, right, pair);
    }
    const uint32_t *x = in->row + (size_t)left * in->stride + heads;
    const uint32_t *y = in->row + (size_t)right * in->stride + heads;
    for (uint32_t i = 0; i < in->field_count; i++) {
        const struct compare_field *f = &in->fields[i];
        uint32_t a = x[i], b = y[i];
        unsigned level;
        if (a == 0 || b == 0)
            continue;
        if (f->day &&
            !(f->comparison != UINT8_MAX && is_whole(&f->day[a]) && is_whole(&f->day[b]))) {
            if (f->span_comparison != UINT8_MAX && f->day[a].first != TIME_DAY_MIN &&
                f->day[b].first != TIME_DAY_MIN)
                pair->pattern |= (link_pattern)compare_span(&f->day[a], &f->day[b])
                                 << (4 * f->span_comparison);
            continue;
        }
        if (a == b) {
            level = equal_from(f->field->kind) + f->rarity[a].class;
            pair->rarity += f->rarity[a].bits;
        } else {
            level = f->day ? day_level(f, a, b) : value_level(f, a, b);
            if (level_is_alike(f->field->kind, level))
                compare_alike(in, pair, f->comparison, level,
                              compare_alike_bits(&f->rarity[a], &f->rarity[b]));
        }
        pair->pattern |= (link_pattern)level << (4 * f->comparison);
    }
}

link_pattern link_compare_pair(const struct link_compare *c, uint32_t left, uint32_t right,
                               float *ret_rarity)
{
    struct compare_pair pair = {0};
    compare(c, left, right, &pair);
    if (ret_rarity)
        *ret_rarity = pair.rarity;
    return pair.pattern;
}

link_pattern link_compare_random(const struct link_compare *c, uint32_t left, uint32_t right,
                                 struct link_centre *centre)
{
    struct compare_pair pair = {.centre = centre};
    compare(c, left, right, &pair);
    return pair.pattern;
}

uint64_t link_compare_content(const struct link_compare *c, uint32_t record)
{
    const struct compare_inside *in = c->inside;
    size_t n = 0;
    uint64_t h = 0;
    const struct link_name_token *t = in->names ? link_name_of(in->people, record, &n) : NULL;
    for (size_t i = 0; i < n; i++)
        h = hash_mix(h, (uint64_t)t[i].token << 4 | (uint64_t)t[i].part << 2 | t[i].version);
    const uint32_t *row = in->row + (size_t)record * in->stride;
    for (uint32_t i = in->names ? SLOTS : 0; i < in->stride; i++)
        h = hash_mix(h, (uint64_t)row[i] << 8 | i);
    return h;
}

void link_compare_centre(struct link_compare *c, const struct link_centre *centre)
{
    struct compare_inside *in = c->inside;
    for (uint32_t k = 0; k < c->count; k++)
        for (unsigned l = 0; l < LINK_LEVELS_MAX; l++) {
            double count = (double)centre->count[k][l];
            in->middle[k][l] = (struct compare_middle){0};
            if (count >= 16)
                in->middle[k][l] = (struct compare_middle){
                    .middle = (float)((double)centre->sum[k][l] / count / 1024), .times = 1};
        }
}

void link_compare_keep(const struct link_compare *c, struct link_middles *ret)
{
    const struct compare_inside *in = c->inside;
    for (uint32_t k = 0; k < LINK_COMPARISONS_MAX; k++)
        for (unsigned l = 0; l < LINK_LEVELS_MAX; l++)
            ret->middle[k][l] = in->middle[k][l].times > 0 ? in->middle[k][l].middle : -1;
}

void link_compare_restore(struct link_compare *c, const struct link_middles *middles)
{
    struct compare_inside *in = c->inside;
    for (uint32_t k = 0; k < LINK_COMPARISONS_MAX; k++)
        for (unsigned l = 0; l < LINK_LEVELS_MAX; l++) {
            float m = middles->middle[k][l];
            bool known = m >= 0 && m < 1000;
            in->middle[k][l] = (struct compare_middle){known ? m : 0, known};
        }
}
