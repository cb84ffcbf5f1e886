/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/compare.h"

#include "engine/link/compare_parts.h"

#include <math.h>

static const char *const name_levels[NAME_LEVELS] = {
    [NAME_MISSING] = "missing",
    [NAME_DIFFERS] = "differs",
    [NAME_ELSEWHERE] = "stands in another part of the name",
    [NAME_INITIAL] = "an initial agrees",
    [NAME_SOMEWHAT] = "somewhat alike",
    [NAME_ALIKE] = "alike",
    [NAME_CLOSE] = "close in spelling or sound",
    [NAME_STEM] = "short form of the same name",
    [NAME_EDIT] = "one letter differs",
    [NAME_SOME] = "equal, but one says more",
    [NAME_EQUAL] = "equal, a very common name",
    [NAME_EQUAL + 1] = "equal, a common name",
    [NAME_EQUAL + 2] = "equal, an uncommon name",
    [NAME_EQUAL + 3] = "equal, a rare name",
};
static const char *const order_levels[ORDER_LEVELS] = {
    "missing", "given and family name swapped", "given and family name in place"};
static const char *const text_levels[TEXT_LEVELS] = {
    [TEXT_MISSING] = "missing",
    [TEXT_DIFFERS] = "differs",
    [TEXT_SOMEWHAT] = "somewhat alike",
    [TEXT_WORD] = "a word is shared",
    [TEXT_PARENT] = "within the same larger place",
    [TEXT_ALIKE] = "alike",
    [TEXT_WITHIN] = "one says more than the other",
    [TEXT_CLOSE] = "close in spelling or sound",
    [TEXT_EDIT] = "one letter or the order of words differs",
    [TEXT_EQUAL] = "equal, very common",
    [TEXT_EQUAL + 1] = "equal, common",
    [TEXT_EQUAL + 2] = "equal, uncommon",
    [TEXT_EQUAL + 3] = "equal, rare",
};
static const char *const code_levels[CODE_LEVELS] = {
    [CODE_MISSING] = "missing",           [CODE_DIFFERS] = "differs",
    [CODE_AREA] = "begins alike",         [CODE_PREFIX] = "the first half is equal",
    [CODE_TWO] = "two characters differ", [CODE_EDIT] = "one character differs",
    [CODE_EQUAL] = "equal, very common",  [CODE_EQUAL + 1] = "equal, common",
    [CODE_EQUAL + 2] = "equal, uncommon", [CODE_EQUAL + 3] = "equal, rare",
};
static const char *const mail_levels[MAIL_LEVELS] = {
    [MAIL_MISSING] = "missing",          [MAIL_DIFFERS] = "differs",
    [MAIL_DOMAIN] = "same domain",       [MAIL_ALIKE] = "alike before the @",
    [MAIL_CLOSE] = "close before the @", [MAIL_EDIT] = "one or two characters differ",
    [MAIL_LOCAL] = "equal before the @", [MAIL_EQUAL] = "equal, very common",
    [MAIL_EQUAL + 1] = "equal, common",  [MAIL_EQUAL + 2] = "equal, uncommon",
    [MAIL_EQUAL + 3] = "equal, rare",
};
static const char *const set_levels[SET_LEVELS] = {"missing", "differs", "equal"};
static const char *const day_levels[DAY_LEVELS] = {
    [DAY_MISSING] = "missing",
    [DAY_DIFFERS] = "differs",
    [DAY_NEAR] = "within a year",
    [DAY_YEAR] = "same year",
    [DAY_YEAR_DIGIT] = "one digit of the year differs, and one says no more",
    [DAY_TWO] = "two digits differ",
    [DAY_DAY_MONTH] = "same day and month",
    [DAY_YEAR_ONLY] = "same year, and one says no more",
    [DAY_PARTS] = "same year, and month or day too",
    [DAY_SWAPPED] = "day and month or two digits swapped",
    [DAY_DIGIT] = "one digit differs",
    [DAY_EQUAL] = "equal, very common",
    [DAY_EQUAL + 1] = "equal, common",
    [DAY_EQUAL + 2] = "equal, uncommon",
    [DAY_EQUAL + 3] = "equal, rare",
};
static const char *const span_levels[SPAN_LEVELS] = {
    "missing",  "differs", "up to five years apart", "two years apart", "one year apart",
    "overlaps", "equal",
};

/* ---- tables ---- */

void compare_cache_new(struct arena *a, uint64_t distinct, struct compare_cache *ret)
{
    uint64_t size = 1u << 10;
    while (size < distinct * 16 && size < 1u << 15)
        size <<= 1;
    ret->entry = ARENA_NEW(a, size, _Atomic uint64_t);
    ret->mask = size - 1;
}

#define BIT(level) (1u << (level))

/* `apart`: the levels, as bits, that are not on the scale. */
static struct link_comparison *comparison_add(struct link_compare *c, struct str label,
                                              unsigned levels, const char *const *names,
                                              unsigned first_exact, unsigned apart)
{
    struct link_comparison *k = &c->comparisons[c->count++];
    *k = (struct link_comparison){.label = label, .levels = (uint8_t)levels};
    k->field = k->part = UINT8_MAX;
    for (unsigned i = 0; i < LINK_LEVELS_MAX; i++) {
        k->u[i] = k->share[i] = (double)NAN;
        k->level[i] = i < levels ? names[i] : NULL;
        k->exact[i] = i >= first_exact && i < levels;
        k->apart[i] = apart >> i & 1;
    }
    return k;
}

/* ---- rarity ---- */

/* Where classes of rarity begin: the same shares of the surprise that the rarest value has. */
static void class_edges(uint32_t records, float edge[COMPARE_CLASSES - 1])
{
    double most = log2(records > 512 ? (double)records : 512.0);
    edge[0] = (float)(0.38 * most);
    edge[1] = (float)(0.55 * most);
    edge[2] = (float)(0.75 * most);
}

/* Sums over the values of one comparison: per class, f and f², and how many are present. */
struct tally {
    double sum[COMPARE_CLASSES], square[COMPARE_CLASSES], present;
};

static void tally_add(struct tally *t, unsigned class, double count)
{
    t->sum[class] += count;
    t->square[class] += count * count;
    t->present += count;
}

/* Bits of a class: the surprise of the mean value of it, each counted as often as it occurs. */
static float tally_mean(const struct tally *t, unsigned class, double records)
{
    if (t->square[class] <= 0)
        return 0;
    return (float)-log2(t->square[class] / t->sum[class] / records);
}

/* Chance of equality by class: pairs of one list and across, or only across. */
static void tally_chances(const struct tally *all, const struct tally *lists, unsigned count,
                          double ret[COMPARE_CLASSES])
{
    double pairs = all->present * all->present;
    for (unsigned l = 0; l < count; l++)
        pairs -= lists[l].present * lists[l].present;
    if (count == 0)
        pairs -= all->present;
    for (unsigned k = 0; k < COMPARE_CLASSES; k++) {
        double equal = all->square[k];
        for (unsigned l = 0; l < count; l++)
            equal -= lists[l].square[k];
        if (count == 0)
            equal -= all->sum[k];
        ret[k] = pairs > 0 ? equal / pairs : (double)NAN;
    }
}

/* Tallies the values of each list by itself, for pairs across lists. */
static void tally_lists(const struct link_people *p, const uint32_t *value, uint32_t values,
                        const struct compare_rarity *rarity, struct tally *lists)
{
    struct arena scratch = {0};
    uint32_t *count = ARENA_NEW(&scratch, values, uint32_t);
    for (uint32_t l = 0; l < p->list_count; l++) {
        memset(&lists[l], 0, sizeof lists[l]);
        memset(count, 0, values * sizeof *count);
        for (uint32_t i = 0; i < p->records; i++)
            if (p->list[i] == l && value[i] != 0)
                count[value[i]]++;
        for (uint32_t v = 1; v < values; v++)
            if (count[v])
                tally_add(&lists[l], rarity[v].class, count[v]);
    }
    arena_free(&scratch);
}

/* The rarity of each value of a field, and the chance of equality at each class. With one class
 * only, all are class 0. */
static void field_rarity(const struct compare_inside *in, bool unique, bool one_class,
                         struct arena *a, struct compare_field *f, struct link_comparison *k,
                         unsigned first_equal)
{
    const struct link_field *field = f->field;
    double records = in->people->records;
    struct tally all = {0};
    f->rarity = ARENA_NEW(a, field->values, struct compare_rarity);
    for (uint32_t v = 1; v < field->values; v++) {
        compare_rarity_alike(field->count[v], records, &f->rarity[v]);
        f->rarity[v].class = one_class ? 0 : compare_class(in, f->rarity[v].common);
        tally_add(&all, f->rarity[v].class, field->count[v]);
    }
    for (uint32_t v = 1; v < field->values; v++)
        f->rarity[v].bits = f->rarity[v].common - tally_mean(&all, f->rarity[v].class, records);
    struct tally lists[LINK_LISTS_MAX];
    double chance[COMPARE_CLASSES];
    if (unique)
        tally_lists(in->people, field->value, field->values, f->rarity, lists);
    tally_chances(&all, lists, unique ? in->people->list_count : 0, chance);
    for (unsigned c = 0; first_equal + c < k->levels; c++) {
        k->u[first_equal + c] = chance[c];
        k->share[first_equal + c] = all.present > 0 ? all.sum[c] / all.present : (double)NAN;
    }
}

/* A value that is as frequent as slips never are is a value of its own. */
void compare_rarity_alike(double count, double records, struct compare_rarity *ret)
{
    const double slip = 0.01; /* chance of any one slip */
    ret->common = (float)-log2((count > 0 ? count : 1) / records);
    ret->rare = count <= 3 ? 64 : (float)fmax(0, -log2((count - 3) / records / slip));
}

/* ---- names ---- */

/* The parts of the name by row, and how many records have more than that. */
static void name_rows(struct compare_inside *in)
{
    const struct link_people *p = in->people;
    for (uint32_t i = 0; i < p->records; i++) {
        size_t n;
        const struct link_name_token *t = link_name_of(p, i, &n);
        uint32_t *row = in->row + (size_t)i * in->stride;
        for (size_t k = 0; k < n; k++) {
            unsigned part = t[k].part == LINK_ANY_PART ? LINK_GIVEN : t[k].part;
            if (in->second && part == LINK_MIDDLE && row[part] != 0)
                part = SLOT_SECOND;
            if (t[k].version != t[0].version || row[part] != 0 ||
                (p->tokens[t[k].token].flags & LINK_TOKEN_PARTICLE)) {
                row[0] = COMPARE_MANY;
                break;
            }
            row[part] = t[k].token;
        }
    }
}

static void token_rarity_fill(struct compare_inside *in, struct arena *a,
                              struct tally tally[LINK_ANY_PART])
{
    const struct link_people *p = in->people;
    in->token_rarity = arena_room(a, (size_t)p->token_count * 3 * sizeof *in->token_rarity);
    for (uint32_t t = 0; t < p->token_count; t++)
        for (unsigned part = 0; part < LINK_ANY_PART; part++) {
            uint32_t count = p->tokens[t].count[part];
            struct compare_rarity *r = &in->token_rarity[3 * (size_t)t + part];
            compare_rarity_alike(count, p->records, r);
            r->class = compare_class(in, r->common);
            r->bits = 0;
            if (count)
                tally_add(&tally[part], r->class, count);
        }
}

/* Chance of equality is exact from counts when names have one token a part and one version. */
static void name_chances(const struct compare_inside *in, bool unique, unsigned part,
                         const struct tally *all, struct link_comparison *k)
{
    const struct link_people *p = in->people;
    uint32_t many = 0;
    for (uint32_t i = 0; i < p->records; i++)
        many += in->row[(size_t)i * in->stride] == COMPARE_MANY;
    if (many > p->records / 50)
        return;
    struct tally lists[LINK_LISTS_MAX];
    double chance[COMPARE_CLASSES];
    if (unique) {
        struct arena scratch = {0};
        struct compare_rarity *r = ARENA_NEW(&scratch, p->token_count, struct compare_rarity);
        uint32_t *value = ARENA_NEW(&scratch, p->records, uint32_t);
        for (uint32_t t = 0; t < p->token_count; t++)
            r[t].class = in->token_rarity[3 * (size_t)t + part].class;
        for (uint32_t i = 0; i < p->records; i++) {
            const uint32_t *row = in->row + (size_t)i * in->stride;
            value[i] = row[0] == COMPARE_MANY ? 0 : row[part];
        }
        tally_lists(p, value, p->token_count, r, lists);
        arena_free(&scratch);
    }
    tally_chances(all, lists, unique ? p->list_count : 0, chance);
    for (unsigned c = 0; c < COMPARE_CLASSES; c++) {
        k->u[NAME_EQUAL + c] = chance[c];
        k->share[NAME_EQUAL + c] = all->sum[c] / all->present;
    }
}

/* Do many records have two middle names and more (in one version)? */
static bool second_is_common(const struct link_people *p)
{
    uint32_t many = 0;
    for (uint32_t i = 0; i < p->records; i++) {
        size_t n, middle = 0;
        const struct link_name_token *t = link_name_of(p, i, &n);
        for (size_t k = 0; k < n && t[k].version == t[0].version; k++)
            middle += t[k].part == LINK_MIDDLE &&
                      !(p->tokens[t[k].token].flags & LINK_TOKEN_PARTICLE);
        many += middle >= 2;
    }
    return many > 16 && many > p->records / 20;
}

/* Are there records that have no script of their names in common? */
static bool scripts_apart(const struct link_people *p)
{
    uint32_t count[1u << (LINK_OTHER_SCRIPT + 1)] = {0};
    for (uint32_t i = 0; i < p->records; i++) {
        size_t n;
        unsigned set = 0;
        const struct link_name_token *t = link_name_of(p, i, &n);
        for (size_t k = 0; k < n; k++)
            set |= BIT(p->tokens[t[k].token].script);
        count[set]++;
    }
    uint32_t least = p->records / 200 > 4 ? p->records / 200 : 4;
    for (unsigned a = 1; a < sizeof count / sizeof *count; a++)
        for (unsigned b = a + 1; b < sizeof count / sizeof *count; b++)
            if ((a & b) == 0 && count[a] >= least && count[b] >= least)
                return true;
    return false;
}

static void plan_across(struct link_compare *c, struct compare_inside *in, unsigned slot,
                        struct arena *a)
{
    static const char *const levels[ACROSS_LEVELS] = {
        "missing", "differs", "stands in another part of the name", "somewhat alike",
        "alike",   "close",   "the same name in another script",
    };
    in->across_part[slot] = UINT8_MAX;
    if (!in->across || in->part[slot] == UINT8_MAX)
        return;
    struct str label = c->comparisons[in->part[slot]].label;
    in->across_part[slot] = (uint8_t)c->count;
    struct link_comparison *k =
        comparison_add(c, arena_printf(a, "%.*s across scripts", (int)label.n, label.p),
                       ACROSS_LEVELS, levels, ACROSS_SAME, BIT(ACROSS_ELSEWHERE));
    k->part = (uint8_t)compare_part_of(slot);
}

static void plan_names(struct link_compare *c, struct compare_inside *in, bool unique,
                       struct arena *a)
{
    static const struct {
        uint8_t slot;
        const char *label;
    } slots[SLOTS] = {{LINK_GIVEN, "given name"},
                      {LINK_MIDDLE, "middle name"},
                      {SLOT_SECOND, "second middle name"},
                      {LINK_FAMILY, "family name"}};
    const struct link_people *p = in->people;
    struct tally tally[LINK_ANY_PART] = {0};
    token_rarity_fill(in, a, tally);
    for (unsigned i = 0; i < SLOTS; i++) {
        unsigned slot = slots[i].slot, part = compare_part_of(slot);
        in->part[slot] = UINT8_MAX;
        if (tally[part].present < 2 || (slot == SLOT_SECOND && !in->second))
            continue;
        in->part[slot] = (uint8_t)c->count;
        struct link_comparison *k = comparison_add(
            c, str_of(slots[i].label), NAME_LEVELS, name_levels, NAME_EQUAL,
            BIT(NAME_ELSEWHERE) | BIT(NAME_INITIAL) | BIT(NAME_STEM) | BIT(NAME_SOME));
        k->part = (uint8_t)part;
        for (unsigned class = 0; class < COMPARE_CLASSES; class ++)
            in->name_mean[part][class] = tally_mean(&tally[part], class, p->records);
        if (slot != SLOT_SECOND && !(slot == LINK_MIDDLE && in->second))
            name_chances(in, unique, part, &tally[part], k);
    }
    in->across = scripts_apart(p);
    for (unsigned slot = 0; slot < SLOTS; slot++)
        plan_across(c, in, slot, a);
    in->order = UINT8_MAX;
    if (in->part[LINK_GIVEN] != UINT8_MAX && in->part[LINK_FAMILY] != UINT8_MAX) {
        in->order = (uint8_t)c->count;
        comparison_add(c, STR("name order"), ORDER_LEVELS, order_levels, ORDER_LEVELS, 0)
            ->part = LINK_ANY_PART;
    }
    compare_cache_new(a, p->token_count, &in->token_cache);
    in->token_sketch = ARENA_NEW(a, p->token_count + 1, struct compare_sketch);
    for (uint32_t t = 1; t < p->token_count; t++)
        in->token_sketch[t] = compare_token_sketch(p, t);
}

/* ---- dates ---- */

/* Days such as 1 January that were written where only the year was known: far more frequent
 * than a day of the year can be. */
static void find_fillers(const struct link_field *f, struct compare_day *day)
{
    uint64_t count[13][32] = {{0}}, all = 0;
    for (uint32_t v = 1; v < f->values; v++)
        if (day[v].exact) {
            count[day[v].month][day[v].day] += f->count[v];
            all += f->count[v];
        }
    for (uint32_t v = 1; v < f->values; v++) {
        uint64_t n = count[day[v].month][day[v].day];
        day[v].filler = day[v].exact && day[v].day == 1 && n > 20 && n * 365 > all * 6;
    }
}

/* Where some cells are only nearly dates, all have their characters to be compared. */
static void plan_slips(struct compare_field *f, struct arena *a)
{
    f->word = ARENA_NEW(a, f->field->values, struct link_word);
    for (uint32_t v = 1; v < f->field->values; v++) {
        struct str text = f->field->text[v];
        const struct compare_day *d = &f->day[v];
        const char *mark = d->slip ? memchr(text.p, '!', text.n) : NULL;
        if (mark)
            f->word[v] =
                compare_letters(a, str_make(mark + 1, (size_t)(text.p + text.n - mark) - 1));
        else if (d->exact)
            f->word[v] =
                compare_letters(a, arena_printf(a, "%04d%02u%02u", d->year, d->month, d->day));
    }
}

static bool plan_date(struct link_compare *c, struct compare_inside *in, bool unique,
                      struct arena *a, struct compare_field *f)
{
    const struct link_field *field = f->field;
    uint64_t exact = 0, vague = 0, slips = 0;
    f->day = ARENA_NEW(a, field->values, struct compare_day);
    for (uint32_t v = 1; v < field->values; v++) {
        compare_day_read(field->days[v], &f->day[v]);
        f->day[v].slip = memchr(field->text[v].p, '!', field->text[v].n) != NULL;
        slips += f->day[v].slip ? field->count[v] : 0;
        if (f->day[v].exact)
            exact += field->count[v];
        else if (field->days[v].first != TIME_DAY_MIN)
            vague += field->count[v];
    }
    if (slips)
        plan_slips(f, a);
    find_fillers(field, f->day);
    f->comparison = f->span_comparison = UINT8_MAX;
    if (exact > 1) {
        f->comparison = (uint8_t)c->count;
        struct link_comparison *k = comparison_add(
            c, field->label, DAY_LEVELS, day_levels, DAY_EQUAL,
            BIT(DAY_YEAR_DIGIT) | BIT(DAY_YEAR_ONLY) | BIT(DAY_DAY_MONTH) | BIT(DAY_SWAPPED));
        field_rarity(in, unique, false, a, f, k, DAY_EQUAL);
        if (vague > 0 || slips > 0)
            for (unsigned i = 0; i < COMPARE_CLASSES; i++)
                k->u[DAY_EQUAL + i] = (double)NAN;
    }
    if (vague > 0 && c->count < LINK_COMPARISONS_MAX) {
        f->span_comparison = (uint8_t)c->count;
        comparison_add(
            c,
            exact > 1 ? arena_printf(a, "%.*s as a span", (int)field->label.n, field->label.p)
                      : field->label,
            SPAN_LEVELS, span_levels, SPAN_LEVELS, 0);
    }
    return exact > 1 || vague > 0;
}

/* ---- the plan ---- */

static void plan_field(struct link_compare *c, struct compare_inside *in, bool unique,
                       struct arena *a, uint32_t index)
{
    static const struct {
        unsigned levels, equal, apart;
        const char *const *names;
    } kinds[] = {
        [LINK_KIND_TEXT] = {TEXT_LEVELS, TEXT_EQUAL, BIT(TEXT_PARENT) | BIT(TEXT_WITHIN),
                            text_levels},
        [LINK_KIND_CODE] = {CODE_LEVELS, CODE_EQUAL, 0, code_levels},
        [LINK_KIND_MAIL] = {MAIL_LEVELS, MAIL_EQUAL, BIT(MAIL_LOCAL), mail_levels},
        [LINK_KIND_SET] = {SET_LEVELS, SET_EQUAL, 0, set_levels},
    };
    const struct link_field *field = &in->people->fields[index];
    struct compare_field *f = &in->fields[in->field_count];
    uint32_t first = c->count;
    if (field->kind == LINK_KIND_NAME || c->count == LINK_COMPARISONS_MAX)
        return;
    *f = (struct compare_field){.field = field, .span_comparison = UINT8_MAX};
    if (field->kind == LINK_KIND_DATE) {
        if (!plan_date(c, in, unique, a, f))
            return;
    } else {
        f->comparison = (uint8_t)c->count;
        struct link_comparison *k =
            comparison_add(c, field->label, kinds[field->kind].levels, kinds[field->kind].names,
                           kinds[field->kind].equal, kinds[field->kind].apart);
        field_rarity(in, unique, field->kind == LINK_KIND_SET, a, f, k,
                     kinds[field->kind].equal);
    }
    if (field->kind == LINK_KIND_TEXT || field->kind == LINK_KIND_CODE ||
        field->kind == LINK_KIND_MAIL) {
        f->word = ARENA_NEW(a, field->values, struct link_word);
        f->sketch = ARENA_NEW(a, field->values, struct compare_sketch);
        for (uint32_t v = 1; v < field->values; v++) {
            f->word[v] = compare_letters(a, field->text[v]);
            f->sketch[v] = compare_sketch_of(f->word[v], 0);
        }
        /* Of many values no pair comes again. */
        if (field->values < 100000)
            compare_cache_new(a, field->values, &f->cache);
    }
    for (uint32_t k = first; k < c->count; k++)
        c->comparisons[k].field = (uint8_t)index;
    in->field_count++;
}

void link_compare_plan(const struct link_people *people, bool unique, struct arena *a,
                       struct link_compare *ret)
{
    struct compare_inside *in = ARENA_NEW(a, 1, struct compare_inside);
    *ret = (struct link_compare){.people = people, .inside = in};
    in->people = people;
    in->names = people->name_at != NULL && people->name_at[people->records] > 0;
    uint32_t heads = in->names ? (uint32_t)SLOTS : 0;
    in->stride = heads + people->field_count;
    in->row = ARENA_NEW(a, (size_t)people->records * in->stride + 1, uint32_t);
    class_edges(people->records, in->class_edge);
    if (in->names) {
        in->second = second_is_common(people);
        name_rows(in);
        plan_names(ret, in, unique, a);
    }
    for (uint32_t i = 0; i < people->field_count; i++)
        plan_field(ret, in, unique, a, i);
    for (uint32_t f = 0; f < in->field_count; f++) {
        const uint32_t *value = in->fields[f].field->value;
        for (uint32_t i = 0; i < people->records; i++)
            in->row[(size_t)i * in->stride + heads + f] = value[i];
    }
}
