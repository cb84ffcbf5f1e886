/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What may not be said. Lints read the sentence as words (words.h) and know the case and its
 * result. Labels that may be printed are set aside first: what an organisation is called is not
 * our wording. When in doubt a lint refuses.
 */
#include "base/hash.h"
#include "base/sort.h"
#include "base/text.h"
#include "engine/weigh/parts.h"
#include "engine/weigh/words.h"

#include <math.h>
#include <stdlib.h>

#define LINTS_MAX       64
#define LABEL_WORDS     16 /* longer labels are known by their first words */
#define ALL_SUMS_MAX    12 /* statements: up to so many every sum is known */
#define PAIRED_SUMS_MAX 64 /* up to so many the sums of two */

static const char *const lint_names[WEIGH_LINT_COUNT] = {
    "plural-sources", "confirmed",        "at-least",     "mixed-units",
    "likelihood",     "name-not-allowed", "sum-of-lists",
};

static const char *const lint_texts[WEIGH_LINT_COUNT] = {
    "\"sources\" says more independent origins than there are; write \"one origin\" or give "
    "the number of accounts",
    "\"confirmed\" and its kin may be said only of what is verified; write what the verdict is",
    "\"at least\" may be said only of a floor: a low end that two independent origins give, "
    "corroborated or better; say who gave the number",
    "a figure never mixes counting units; give each unit its own sentence and its own number",
    "words of likelihood and words of confidence may not stand in one sentence; split it",
    "this names or points to somebody whose terms allow no name; use the description",
    "this adds numbers of lists that may overlap; give them apart or the range",
};

const char *weigh_lint_name(enum weigh_lint_code code)
{
    return lint_names[code];
}

struct lint {
    struct arena *a;
    const struct weigh_case *c;
    const struct weigh_result *r;
    struct words w;
    struct weigh_lint *items;
    size_t count;
};

static void refuse(struct lint *l, enum weigh_lint_code code, size_t first, size_t words)
{
    if (l->count == LINTS_MAX)
        return;
    l->items[l->count++] =
        (struct weigh_lint){code, str_of(lint_texts[code]), l->w.items[first].begin,
                            l->w.items[first + words - 1].end};
}

static bool same_sentence(const struct lint *l, size_t a, size_t b)
{
    return b < l->w.count && l->w.items[a].sentence == l->w.items[b].sentence;
}

/* ---- names ---- */

struct keys {
    uint64_t *items;
    size_t count, cap;
};

static int compare_keys(const void *pa, const void *pb)
{
    uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;
    return a < b ? -1 : a > b;
}

static bool has_key(const struct keys *k, uint64_t key)
{
    return sort_find(&key, k->items, k->count, sizeof *k->items, compare_keys) != NULL;
}

/* The key of the words from `first` on, one longer each time. */
static uint64_t lengthen_key(uint64_t key, const struct word *word)
{
    return hash_mix(key, word->hash);
}

static uint64_t label_key(const struct words *label)
{
    uint64_t key = 0;
    for (size_t i = 0; i < label->count && i < LABEL_WORDS; i++)
        key = lengthen_key(key, &label->items[i]);
    return key;
}

/* The longest run of words from i on that is one of the keys, or 0. */
static size_t longest_label(const struct words *w, size_t i, const struct keys *keys)
{
    size_t longest = 0;
    uint64_t key = 0;
    for (size_t n = 1; keys->count && n <= LABEL_WORDS && i + n <= w->count; n++) {
        key = lengthen_key(key, &w->items[i + n - 1]);
        if (has_key(keys, key))
            longest = n;
    }
    return longest;
}

struct guards {
    struct keys allowed; /* labels that may be printed */
    struct keys labels;  /* labels that may not */
    struct keys parts;   /* words of those */
};

/* In a label such as "doctor from Marnoth" the place is no name when it is said anyway. */
static bool is_place_word(const struct words *label, const struct keys *places, uint64_t hash)
{
    bool role = false;
    for (size_t i = 0; i < label->count; i++)
        role |= words_generic(label->items[i].fold);
    return role && has_key(places, hash);
}

static void guard_label(struct lint *l, struct guards *g, const struct words *label,
                        const struct keys *places)
{
    bool telling = false;
    for (size_t i = 0; i < label->count; i++) {
        const struct word *t = &label->items[i];
        bool digit = t->fold.n && t->fold.p[0] >= '0' && t->fold.p[0] <= '9';
        bool tells = !digit && !words_generic(t->fold);
        telling |= tells;
        size_t next = 0;
        if (t->fold.n)
            (void)text_decode(t->fold, 0, &next);
        bool letter = next == t->fold.n; /* alone it is not enough of a name */
        if (tells && label->count > 1 && !letter && !is_place_word(label, places, t->hash))
            ARENA_PUSH(l->a, g->parts.items, g->parts.count, g->parts.cap, t->hash);
    }
    if (telling)
        ARENA_PUSH(l->a, g->labels.items, g->labels.count, g->labels.cap, label_key(label));
}

static bool any_guarded(const struct weigh_case *c)
{
    for (size_t i = 0; i < c->source_count; i++)
        if (c->sources[i].label.n && c->sources[i].terms != ATTRIBUTION_ON_RECORD)
            return true;
    return false;
}

/* The words of all places that are named. */
static struct keys places_of(struct lint *l)
{
    struct keys places = {0};
    struct str last = {0};
    for (size_t i = 0; i < l->c->statement_count; i++) {
        struct str where = l->c->statements[i].where;
        if (str_eq(where, last))
            continue;
        struct words w = words_of(l->a, where);
        for (size_t k = 0; k < w.count; k++)
            ARENA_PUSH(l->a, places.items, places.count, places.cap, w.items[k].hash);
        last = where;
    }
    sort_items(places.items, places.count, sizeof(uint64_t), compare_keys);
    return places;
}

static struct guards make_guards(struct lint *l)
{
    struct guards g = {0};
    struct keys places = {0};
    const bool *nameable = weigh_find_nameable(l->a, l->c);
    if (any_guarded(l->c))
        places = places_of(l);
    ARENA_AUTO scratch = {0};
    for (size_t i = 0; i < l->c->source_count; i++) {
        const struct weigh_source *s = &l->c->sources[i];
        if (!s->label.n)
            continue;
        arena_reset(&scratch);
        struct words label = words_of(&scratch, s->label);
        if (label.count && nameable[i] && label.count <= LABEL_WORDS)
            ARENA_PUSH(l->a, g.allowed.items, g.allowed.count, g.allowed.cap,
                       label_key(&label));
        else if (label.count && s->terms != ATTRIBUTION_ON_RECORD)
            guard_label(l, &g, &label, &places);
    }
    sort_items(g.allowed.items, g.allowed.count, sizeof(uint64_t), compare_keys);
    sort_items(g.labels.items, g.labels.count, sizeof(uint64_t), compare_keys);
    sort_items(g.parts.items, g.parts.count, sizeof(uint64_t), compare_keys);
    return g;
}

static void lint_names_in(struct lint *l)
{
    struct guards g = make_guards(l);
    for (size_t i = 0; i < l->w.count; i++)
        for (size_t n = longest_label(&l->w, i, &g.allowed); n > 0; n--)
            l->w.items[i + n - 1].name = true;
    for (size_t i = 0; i < l->w.count; i++) {
        size_t n = longest_label(&l->w, i, &g.labels);
        if (!n && !l->w.items[i].name && has_key(&g.parts, l->w.items[i].hash))
            n = 1;
        if (n) {
            refuse(l, WEIGH_LINT_NAME, i, n);
            i += n - 1;
        }
    }
}

/* ---- words ---- */

static const char *const count_nouns[] = {
    "account", "accounts", "origin", "origins", "source", "sources", "denial", "denials",
    "repeat",  "repeats",  "copy",   "copies",  "other",  "others",  "more",   NULL,
};

static void lint_sources(struct lint *l)
{
    static const char *const plural[] = {"sources", NULL};
    for (size_t i = 0; i < l->w.count; i++) {
        double n;
        size_t taken = words_number(&l->w, i, &n);
        bool independent = taken && words_phrase(&l->w, i + taken, "independent");
        bool counted = taken && words_any(&l->w, i + taken + independent, plural);
        if ((counted && n > (double)l->r->origins_low) ||
            (words_any(&l->w, i, plural) && l->r->origins_low < 2))
            refuse(l, WEIGH_LINT_PLURAL_SOURCES, i, 1);
    }
}

static bool is_negated(const struct lint *l, size_t i)
{
    static const char *const no[] = {"not",     "never",   "cannot", "no",       "none",
                                     "nothing", "without", "yet to", "neither",  "nor",
                                     "isn t",   "wasn t",  "hasn t", "couldn t", NULL};
    for (size_t back = 1; back <= 4 && back <= i; back++)
        if (same_sentence(l, i - back, i) && words_any(&l->w, i - back, no))
            return true;
    return false;
}

static void lint_confirmed(struct lint *l)
{
    static const char *const list[] = {
        "confirmed", "confirms",  "confirm",      "confirming", "confirmation", "confirmations",
        "verified",  "verifies",  "verification", "proven",     "proved",       "proves",
        "proof",     "certified", "undisputed",   NULL};
    if (l->r->verdict >= VERDICT_VERIFIED)
        return;
    for (size_t i = 0; i < l->w.count; i++)
        if (words_any(&l->w, i, list) && !is_negated(l, i))
            refuse(l, WEIGH_LINT_CONFIRMED, i, 1);
}

static void lint_likelihood(struct lint *l)
{
    static const char *const likely[] = {
        "likely",           "unlikely",         "probable",
        "probably",         "improbable",       "improbably",
        "likelihood",       "probability",      "remote",
        "almost certain",   "almost certainly", "nearly certain",
        "roughly even",     "even chance",      "even odds",
        "almost no chance", "no chance",        NULL};
    static const char *const sure[] = {"confidence", "confident", "confidently", NULL};
    for (size_t first = 0, i; first < l->w.count; first = i) {
        size_t at = 0, words = 0;
        bool confident = false;
        for (i = first; i < l->w.count && same_sentence(l, first, i); i++) {
            size_t n = words_any(&l->w, i, likely);
            if (n && !words) {
                at = i;
                words = n;
            }
            confident |= words_any(&l->w, i, sure) != 0;
        }
        if (words && confident)
            refuse(l, WEIGH_LINT_LIKELIHOOD, at, words);
    }
}

/* ---- numbers ---- */

static const struct {
    const char *word;
    enum counting_unit unit;
} unit_words[] = {
    {"people", UNIT_INDIVIDUAL},     {"person", UNIT_INDIVIDUAL},
    {"persons", UNIT_INDIVIDUAL},    {"individuals", UNIT_INDIVIDUAL},
    {"individual", UNIT_INDIVIDUAL}, {"men", UNIT_INDIVIDUAL},
    {"women", UNIT_INDIVIDUAL},      {"children", UNIT_INDIVIDUAL},
    {"soldiers", UNIT_INDIVIDUAL},   {"prisoners", UNIT_INDIVIDUAL},
    {"detainees", UNIT_INDIVIDUAL},  {"civilians", UNIT_INDIVIDUAL},
    {"family", UNIT_FAMILY},         {"families", UNIT_FAMILY},
    {"households", UNIT_FAMILY},     {"household", UNIT_FAMILY},
    {"event", UNIT_EVENT},           {"events", UNIT_EVENT},
    {"incidents", UNIT_EVENT},       {"incident", UNIT_EVENT},
    {"request", UNIT_REQUEST},       {"requests", UNIT_REQUEST},
    {"groups", UNIT_GROUP},          {"reports", UNIT_REPORT},
    {"entities", UNIT_ENTITY},       {"entity", UNIT_ENTITY},
    {"organisations", UNIT_ENTITY},  {"organizations", UNIT_ENTITY},
};

static enum counting_unit unit_at(const struct lint *l, size_t i)
{
    if (i < l->w.count && !l->w.items[i].name)
        for (size_t k = 0; k < sizeof unit_words / sizeof unit_words[0]; k++)
            if (str_eq(l->w.items[i].fold, str_of(unit_words[k].word)))
                return unit_words[k].unit;
    return UNIT_NONE;
}

/* The unit within `reach` words from i, behind a number, and where; another number or a
 * preposition ends the search unless `past_number`. */
static enum counting_unit unit_after(const struct lint *l, size_t i, size_t reach,
                                     bool past_number, size_t *ret_at)
{
    static const char *const ends[] = {"from", "by", "according", "in",  "at",   "on", "and",
                                       "or",   "to", "with",      "who", "that", NULL};
    for (size_t k = i; k < i + reach && k < l->w.count && same_sentence(l, i - 1, k); k++) {
        double n;
        enum counting_unit u = unit_at(l, k);
        if (u != UNIT_NONE) {
            *ret_at = k;
            return u;
        }
        if (!past_number && (words_any(&l->w, k, ends) || words_number(&l->w, k, &n)))
            break;
    }
    return UNIT_NONE;
}

static bool counts_accounts(const struct lint *l, size_t after)
{
    static const char *const links[] = {"and", "to", "or", NULL};
    double n;
    if (words_any(&l->w, after, links) && words_number(&l->w, after + 1, &n))
        after += 1 + words_number(&l->w, after + 1, &n);
    for (size_t k = after; k < after + 2; k++)
        if (same_sentence(l, after - 1, k) && words_any(&l->w, k, count_nouns))
            return true;
    return false;
}

static bool is_date(const struct lint *l, size_t i, size_t after)
{
    static const char *const before[] = {
        "january", "february", "march",     "april",   "may",      "june",
        "july",    "august",   "september", "october", "november", "december",
        "spring",  "summer",   "autumn",    "winter",  "year",     NULL};
    static const char *const links[] = {"and", "to", "until", NULL};
    const struct word *t = &l->w.items[i];
    size_t at;
    double n;
    if (isnan(t->number))
        return false;
    if (i > 0 && words_any(&l->w, i - 1, before))
        return true;
    if (!same_sentence(l, i, after))
        after = l->w.count;
    if (words_any(&l->w, after, before) ||
        (words_any(&l->w, after, links) && words_number(&l->w, after + 1, &n) == 1 &&
         words_any(&l->w, after + 2, before)))
        return true;
    bool dashed =
        (after < l->w.count && l->w.items[after].begin == t->end + 1 &&
         !isnan(l->w.items[after].number)) ||
        (i > 0 && l->w.items[i - 1].end + 1 == t->begin && !isnan(l->w.items[i - 1].number));
    return dashed || (!t->grouped && t->number >= 1000 && t->number <= 9999 &&
                      unit_after(l, after, 3, false, &at) == UNIT_NONE);
}

static void lint_at_least(struct lint *l)
{
    static const char *const floors[] = {"at least",          "at the least",
                                         "at the very least", "no fewer than",
                                         "not fewer than",    "no less than",
                                         "not less than",     "a minimum of",
                                         "minimum of",        "upwards of",
                                         "upward of",         "more than",
                                         "in excess of",      NULL};
    static const char *const behind[] = {
        "or more", "or higher", "and counting", "at a minimum", "at minimum", "and more", NULL};
    static const char *const fill[] = {"a", "total", "of", "some", "about", "around", NULL};
    for (size_t i = 0; i < l->w.count; i++) {
        double n = NAN;
        size_t words = words_any(&l->w, i, floors), taken = 0, k = i + words;
        if (words) {
            while (k < i + words + 3 && words_any(&l->w, k, fill))
                k++;
            taken = k < l->w.count && same_sentence(l, i, k) ? words_number(&l->w, k, &n) : 0;
        } else if (words_any(&l->w, i, behind)) {
            words = words_any(&l->w, i, behind);
            for (size_t back = 1; back <= 3 && back <= i && !taken; back++)
                if (same_sentence(l, i - back, i))
                    taken = words_number(&l->w, k = i - back, &n);
            if (!taken)
                continue;
        } else {
            continue;
        }
        if (taken && k > i && counts_accounts(l, k + taken))
            continue;
        if (!l->r->floor || !taken || n > l->r->floor_value)
            refuse(l, WEIGH_LINT_AT_LEAST, i, words);
    }
}

/* Was this number given in this unit; was it in another? */
static void find_number(const struct lint *l, double n, enum counting_unit unit, bool *ret_in,
                        bool *ret_elsewhere)
{
    *ret_in = *ret_elsewhere = false;
    for (size_t i = 0; i < l->c->statement_count; i++) {
        const struct weigh_statement *t = &l->c->statements[i];
        if (t->low != n && t->high != n)
            continue;
        if (t->unit == unit)
            *ret_in = true;
        else if (t->unit != UNIT_NONE)
            *ret_elsewhere = true;
    }
}

static void lint_units(struct lint *l)
{
    static const char *const joins[] = {"and", "plus", "or", "to", "with", NULL};
    size_t looked_up = 0;
    for (size_t i = 0; i < l->w.count; i++) {
        double n;
        size_t taken = words_number(&l->w, i, &n), at = 0, other_at;
        if (!taken || is_date(l, i, i + taken))
            continue;
        enum counting_unit u = unit_after(l, i + taken, 3, false, &at), other = UNIT_NONE;
        if (u != UNIT_NONE && same_sentence(l, i, at + 1) && words_any(&l->w, at + 1, joins))
            other = unit_after(l, at + 2, 5, true, &other_at);
        bool in = true, elsewhere = false;
        if (u != UNIT_NONE && u != UNIT_GROUP && u != UNIT_REPORT && looked_up++ < LINTS_MAX)
            find_number(l, n, u, &in, &elsewhere);
        if ((other != UNIT_NONE && other != u) || (!in && elsewhere))
            refuse(l, WEIGH_LINT_MIXED_UNITS, i, taken);
        i += taken - 1;
    }
}

/* ---- sums ---- */

struct numbers {
    double *items;
    size_t count, cap;
};

static int compare_doubles(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return a < b ? -1 : a > b;
}

static bool has_number(const struct numbers *s, double n)
{
    return sort_find(&n, s->items, s->count, sizeof *s->items, compare_doubles) != NULL;
}

static void push(struct lint *l, struct numbers *s, double n)
{
    if (!isnan(n))
        ARENA_PUSH(l->a, s->items, s->count, s->cap, n);
}

/* One end of figures that might be added up. */
struct ends {
    struct numbers first; /* at most PAIRED_SUMS_MAX + 1 of them */
    double all;
    size_t count;
};

static void push_end(struct lint *l, struct ends *e, double n)
{
    if (isnan(n))
        return;
    if (e->count++ <= PAIRED_SUMS_MAX)
        push(l, &e->first, n);
    e->all += n;
}

/* Sums of several of the given ends, one end of all figures at a time. */
static void push_sums(struct lint *l, struct numbers *sums, const struct ends *e)
{
    const struct numbers *ends = &e->first;
    if (e->count > 1)
        push(l, sums, e->all);
    if (e->count <= ALL_SUMS_MAX) {
        for (unsigned set = 0; set < 1u << ends->count; set++) {
            double sum = 0;
            if ((set & (set - 1)) == 0)
                continue;
            for (size_t i = 0; i < ends->count; i++)
                sum += set >> i & 1 ? ends->items[i] : 0;
            push(l, sums, sum);
        }
    } else if (e->count <= PAIRED_SUMS_MAX) {
        for (size_t i = 0; i < ends->count; i++)
            for (size_t k = 0; k < i; k++)
                push(l, sums, ends->items[i] + ends->items[k]);
    }
}

/* The numbers of the sentence, sorted: all others are of no interest. */
struct said {
    struct numbers numbers;
    uint64_t mask; /* a bit for each, by its last six bits: mostly it says no */
};

static uint64_t said_bit(double n)
{
    return n >= 0 && n < 1e15 ? (uint64_t)1 << ((uint64_t)n & 63) : ~(uint64_t)0;
}

static struct said said_numbers(struct lint *l)
{
    struct said said = {0};
    for (size_t i = 0; i < l->w.count; i++) {
        double n;
        if (!words_number(&l->w, i, &n))
            continue;
        push(l, &said.numbers, n);
        said.mask |= said_bit(n);
    }
    sort_items(said.numbers.items, said.numbers.count, sizeof(double), compare_doubles);
    return said;
}

static void push_given(struct lint *l, struct numbers *given, const struct said *said, double n)
{
    if (isnan(n) || !(said->mask & said_bit(n)) || !has_number(&said->numbers, n))
        return;
    if (given->count == 0 || given->items[given->count - 1] != n)
        push(l, given, n);
}

/* Returns how many accounts with figures there are. */
static size_t collect_sums(struct lint *l, struct numbers *given, struct numbers *sums)
{
    size_t accounts = 0;
    struct said said = said_numbers(l);
    struct ends lows[UNIT_COUNT] = {0}, highs[UNIT_COUNT] = {0}, all_lows = {0},
                all_highs = {0};
    for (size_t i = 0; i < l->c->statement_count; i++) {
        const struct weigh_statement *t = &l->c->statements[i];
        enum weigh_state s = l->r->fates[i].state;
        push_given(l, given, &said, t->low);
        push_given(l, given, &said, t->high);
        if (!weigh_has_figure(t) || !(weigh_asserting(s) || s == WEIGH_OURS))
            continue;
        accounts++;
        push_end(l, &lows[t->unit], t->low);
        push_end(l, &highs[t->unit], t->high);
        push_end(l, &all_lows, t->low);
        push_end(l, &all_highs, t->high);
    }
    for (int u = 0; u < UNIT_COUNT; u++) {
        push_sums(l, sums, &lows[u]);
        push_sums(l, sums, &highs[u]);
    }
    push_sums(l, sums, &all_lows);
    push_sums(l, sums, &all_highs);
    sort_items(given->items, given->count, sizeof(double), compare_doubles);
    sort_items(sums->items, sums->count, sizeof(double), compare_doubles);
    return accounts;
}

static void lint_sums(struct lint *l)
{
    static const char *const adding[] = {
        "in total",  "altogether", "combined", "taken together", "added together",
        "adding up", "adds up to", "added up", "sum of",         "the sum",
        "total of",  "totalling",  "totaling", "totals",         "put together",
        "all told",  NULL};
    struct numbers given = {0}, sums = {0};
    size_t accounts = collect_sums(l, &given, &sums);
    for (size_t i = 0; i < l->w.count; i++) {
        double n;
        size_t words = words_any(&l->w, i, adding), taken = words_number(&l->w, i, &n);
        if (words && accounts > 1)
            refuse(l, WEIGH_LINT_SUM, i, words);
        if (!taken)
            continue;
        if (n > 1 && has_number(&sums, n) && !has_number(&given, n) &&
            !is_date(l, i, i + taken) && !counts_accounts(l, i + taken))
            refuse(l, WEIGH_LINT_SUM, i, taken);
        i += taken - 1;
    }
}

static int compare_lints(const void *pa, const void *pb)
{
    const struct weigh_lint *a = pa, *b = pb;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    if (a->code != b->code)
        return a->code < b->code ? -1 : 1;
    return a->end < b->end ? -1 : a->end > b->end;
}

void weigh_lint(struct arena *a, struct str sentence, const struct weigh_case *c,
                const struct weigh_result *r, struct weigh_lints *ret)
{
    struct lint l = {.a = a, .c = c, .r = r};
    l.w = words_of(a, sentence);
    l.items = arena_alloc(a, LINTS_MAX, sizeof *l.items);
    lint_names_in(&l); /* first: it marks the names that the others leave alone */
    lint_sources(&l);
    lint_confirmed(&l);
    lint_at_least(&l);
    lint_units(&l);
    lint_likelihood(&l);
    lint_sums(&l);
    sort_items(l.items, l.count, sizeof *l.items, compare_lints);
    *ret = (struct weigh_lints){l.items, l.count};
}
