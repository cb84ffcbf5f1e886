/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sentence: the claim with its range, unit and attribution; the verdict with the number of
 * accounts and origins; what does not agree, was corrected, denied or could not be verified;
 * what is left out; the coverage line.
 *
 * Words of the input (labels, descriptions, places, acts) are linted with the rest. When they
 * bring in a fault, the sentence is made again without them, in three steps; what is left are
 * our own words, which never fail (weigh_test tries it on random cases).
 */
#include "engine/weigh/say.h"
#include "base/sort.h"

#include <math.h>
#include <stdlib.h>

#define SAY_MAX (64u << 10)

void say_begin(struct say *s)
{
    if (s->out->n)
        buf_add_char(s->out, ' ');
    s->start = s->out->n;
}

static bool starts_small(struct str t)
{
    return str_starts(t, STR("a ")) || str_starts(t, STR("an ")) || str_starts(t, STR("the "));
}

/* A capital first letter, unless a name begins the sentence that is written small. */
void say_end(struct say *s, bool own_words)
{
    if (s->out->full || s->out->n == s->start)
        return;
    char *p = s->out->p + s->start;
    struct str rest = {p, s->out->n - s->start};
    if (*p >= 'a' && *p <= 'z' && (own_words || starts_small(rest)))
        *p = (char)(*p - 'a' + 'A');
    buf_add_char(s->out, '.');
}

void say_add(struct say *s, const char *z)
{
    buf_add(s->out, str_of(z));
}

const struct weigh_statement *say_statement(const struct say *s, size_t i)
{
    return &s->w->c->statements[i];
}

struct str say_words(const struct say *s, struct str given)
{
    if (s->plain & PLAIN_WORDS || !weigh_sayable(given))
        return (struct str){0};
    struct str t = str_trim(given);
    while (t.n && t.p[t.n - 1] == '.')
        t.n--;
    if (t.n == 0)
        t.p = NULL;
    return t;
}

/* ---- number and unit ---- */

const struct say_noun say_nouns[UNIT_COUNT] = {
    [UNIT_INDIVIDUAL] = {"person", "people"}, [UNIT_FAMILY] = {"family", "families"},
    [UNIT_GROUP] = {"group", "groups"},       [UNIT_EVENT] = {"event", "events"},
    [UNIT_REQUEST] = {"request", "requests"}, [UNIT_REPORT] = {"report", "reports"},
    [UNIT_ENTITY] = {"entity", "entities"},
};

/* The noun that the caller gave, or the unit's own. */
static void say_noun_of_unit(struct say *s, double n)
{
    enum counting_unit u = s->w->r->unit;
    struct str given = say_words(s, s->w->c->noun);
    if (given.p && n != 1)
        buf_add(s->out, given);
    else
        say_add(s, n == 1 ? say_nouns[u].one : say_nouns[u].many);
}

static void say_unit(struct say *s, bool noun, double n)
{
    if (!noun || s->w->r->unit == UNIT_NONE)
        return;
    buf_add_char(s->out, ' ');
    say_noun_of_unit(s, n);
}

/* The bound that all standing figures in the main unit share, or COUNT. */
static enum figure_bound common_bound(const struct say *s)
{
    enum figure_bound bound = FIGURE_BOUND_COUNT;
    bool first = true;
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        const struct weigh_statement *t = say_statement(s, i);
        enum weigh_state state = s->w->fates[i].state;
        enum weigh_state wanted = s->w->r->accounts ? WEIGH_STANDS : WEIGH_OURS;
        if (state != wanted || !weigh_has_figure(t) || t->unit != s->w->r->unit)
            continue;
        if (!first && t->bound != bound)
            return FIGURE_BOUND_COUNT;
        bound = t->bound;
        first = false;
    }
    return bound;
}

static const char *order_word(double low, double high)
{
    if (low == 24 && high == 99)
        return "dozens";
    if (low == 200 && high == 999)
        return "hundreds";
    return low == 2000 && high == 9999 ? "thousands" : NULL;
}

static void say_amount(struct say *s, bool noun, double n)
{
    if (noun && n == 1)
        say_add(s, "one");
    else
        weigh_say_number(s->out, n);
    say_unit(s, noun, n);
}

/* "between 12 and 40 people"; *ret_one: the verb is singular. */
static void say_range(struct say *s, bool noun, bool *ret_one)
{
    const struct weigh_result *r = s->w->r;
    enum figure_bound bound = common_bound(s);
    double low = r->low, high = r->high;
    const char *order = bound == FIGURE_ORDER ? order_word(low, high) : NULL;
    *ret_one = false;
    if (r->floor) {
        say_add(s, "at least ");
        say_amount(s, noun, low);
        *ret_one = low == 1;
    } else if (order) {
        buf_printf(s->out, "%s%s%s", noun ? "" : "in the ", order,
                   noun && r->unit != UNIT_NONE ? " of" : "");
        say_unit(s, noun, 2);
        say_add(s, " (read as ");
        weigh_say_number(s->out, low);
        say_add(s, " to ");
        weigh_say_number(s->out, high);
        say_add(s, " by convention)");
    } else if (low == high) {
        if (bound == FIGURE_APPROX)
            say_add(s, "about ");
        say_amount(s, noun, low);
        *ret_one = low == 1;
    } else if (isnan(low) && isnan(high)) { /* "up to 10" and "30 or more" */
        say_add(s, noun ? "an unknown number" : "unclear");
        if (noun && r->unit != UNIT_NONE) {
            say_add(s, " of ");
            say_noun_of_unit(s, 2);
        }
    } else if (isnan(low)) {
        say_add(s, bound == FIGURE_APPROACHED ? "nearly " : "up to ");
        say_amount(s, noun, high);
        *ret_one = high == 1;
    } else {
        bool open = isnan(high), pair = !open || s->w->top > low;
        double top = open ? s->w->top : high;
        if (pair)
            say_add(s, "between ");
        weigh_say_number(s->out, low);
        if (pair) {
            say_add(s, " and ");
            weigh_say_number(s->out, top);
        }
        say_unit(s, noun, pair ? 2 : low);
        if (open)
            say_add(s, pair ? " (the higher number given as a lower limit)"
                            : " (given as a lower limit)");
        *ret_one = !pair && low == 1;
    }
}

/* ---- place and time of the claim ---- */

static bool has_preposition(struct str where)
{
    static const char *const list[] = {"in ",      "at ",     "near ",  "on ",     "around ",
                                       "outside ", "inside ", "from ",  "across ", "along ",
                                       "between ", "off ",    "beside "};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (str_starts(where, str_of(list[i])))
            return true;
    return false;
}

bool say_in_claim(const struct say *s, size_t i)
{
    const struct weigh_result *r = s->w->r;
    const struct weigh_statement *t = say_statement(s, i);
    enum weigh_state wanted = r->accounts ? WEIGH_STANDS : WEIGH_OURS;
    if (s->w->listed)
        return s->w->fates[i].state == wanted;
    return s->w->fates[i].state == wanted && weigh_has_figure(t) && t->unit == r->unit;
}

/* The place if all who name one name the same. */
static struct str common_place(const struct say *s)
{
    struct str place = {0};
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        struct str given = say_statement(s, i)->where;
        if (!given.p || !say_in_claim(s, i))
            continue;
        struct str where = say_words(s, given);
        if (!where.p)
            continue;
        if (place.p && !str_eq(place, where))
            return (struct str){0};
        place = where;
    }
    return place;
}

static void say_place(struct say *s, struct str place)
{
    if (!place.p)
        return;
    say_add(s, has_preposition(place) ? " " : " in ");
    buf_add(s->out, place);
}

/* Whole months and whole years are said as such. */
static struct time_edtf say_hull(struct time_days hull, bool vague)
{
    struct time_date from = {0}, to = {0};
    int y1, m1, d1, y2, m2, d2;
    time_civil(hull.first, &y1, &m1, &d1);
    time_civil(hull.last, &y2, &m2, &d2);
    bool months = d1 == 1 && d2 == time_month_length(y2, m2);
    bool years = months && m1 == 1 && m2 == 12;
    from.year = y1;
    from.month = years ? 0 : (uint8_t)m1;
    from.day = months ? 0 : (uint8_t)d1;
    to.year = y2;
    to.month = years ? 0 : (uint8_t)m2;
    to.day = months ? 0 : (uint8_t)d2;
    from.approximate = to.approximate = vague;
    return (struct time_edtf){.interval = true, .from = from, .to = to};
}

/* The time all give; if they differ, the days from the first to the last. */
static void say_time(struct say *s)
{
    struct time_edtf first = {0};
    struct time_days hull = {0, 0};
    bool any = false, differ = false, vague = false;
    struct str seen = {0};
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        struct str when = say_statement(s, i)->when;
        const struct weigh_when *w = &s->w->when[i];
        if (!w->given || !say_in_claim(s, i))
            continue;
        vague |= w->vague;
        differ |= any && !str_eq(when, seen);
        hull.first = any && hull.first < w->days.first ? hull.first : w->days.first;
        hull.last = any && hull.last > w->days.last ? hull.last : w->days.last;
        seen = when;
        any = true;
    }
    if (!any || time_parse(seen, &first, NULL) != 0)
        return;
    size_t before = s->out->n;
    buf_add_char(s->out, ' ');
    if (differ) {
        if (hull.first == TIME_DAY_MIN || hull.last == TIME_DAY_MAX) {
            s->out->n = before;
            return;
        }
        first = say_hull(hull, vague);
    }
    weigh_say_date(s->out, &first, false);
    if (s->out->n == before + 1)
        s->out->n = before;
}

/* ---- the claim ---- */

struct voices say_gather(const struct say *s, claim_test *test)
{
    const struct weigh_case *c = s->w->c;
    struct arena *a = s->w->a;
    bool *seen = arena_alloc(a, c->source_count + 1, sizeof *seen);
    struct voices v = {arena_alloc(a, c->source_count + 1, sizeof *v.items), 0};
    for (size_t i = 0; i < c->statement_count; i++) {
        size_t source = say_statement(s, i)->source;
        if (seen[source] || !test(s, i))
            continue;
        seen[source] = true;
        v.items[v.count++] = weigh_voice_of(c, s->nameable, source, s->plain);
    }
    return v;
}

/* "According to …, " or, when nobody may be spoken of, "It is reported that ". */
static void say_attribution(struct say *s, struct voices v, bool clause)
{
    size_t before = s->out->n;
    if (s->w->r->accounts == 0) {
        say_add(s,
                clause ? "according to our own release, " : "according to our own release: ");
        return;
    }
    say_add(s, "according to ");
    if (weigh_say_voices(s->out, v.items, v.count)) {
        say_add(s, clause ? ", " : ": ");
        return;
    }
    s->out->n = before;
    if (!clause) {
        say_add(s, "as told to us: ");
        return;
    }
    say_add(s, s->w->r->verdict == VERDICT_ALLEGED ? "it is alleged that "
                                                   : "it is reported that ");
}

/* The act that most of the claim's statements name; of equals the first. */
static int compare_strs(const void *pa, const void *pb)
{
    return str_compare(*(const struct str *)pa, *(const struct str *)pb);
}

static struct str common_act(const struct say *s, claim_test *test)
{
    struct str *acts = arena_alloc(s->w->a, s->w->c->statement_count + 1, sizeof *acts),
               best = {0};
    size_t count = 0, best_count = 0, run = 0;
    bool same = true;
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        struct str given = say_statement(s, i)->what;
        if (!given.p || !test(s, i))
            continue;
        struct str what = say_words(s, given);
        if (!what.p)
            continue;
        same &= count == 0 || str_eq(what, acts[0]);
        acts[count++] = what;
    }
    if (same)
        return count ? acts[0] : best;
    sort_items(acts, count, sizeof *acts, compare_strs);
    for (size_t i = 0; i < count; i++) {
        run = i > 0 && str_eq(acts[i], acts[i - 1]) ? run + 1 : 1;
        if (run > best_count) {
            best_count = run;
            best = acts[i];
        }
    }
    return best;
}

/* The act behind the number: "were detained"; it may bring its own verb. */
static void say_act(struct say *s, struct str act, bool one)
{
    static const char *const own[] = {"had ", "have ", "has ", "did ", "lost ", "left "};
    static const char *const ours[] = {"were ", "was ", "are ", "is "};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (str_starts(act, str_of(own[i]))) {
            buf_add_char(s->out, ' ');
            buf_add(s->out, act);
            return;
        }
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (str_starts(act, str_of(ours[i])))
            act = str_slice(act, strlen(ours[i]), act.n);
    say_add(s, one ? " was " : " were ");
    buf_add(s->out, act);
}

static void say_figure_claim(struct say *s)
{
    const struct weigh_result *r = s->w->r;
    struct str act = common_act(s, say_in_claim), place = common_place(s);
    bool one;
    say_begin(s);
    say_attribution(s, say_gather(s, say_in_claim), true);
    if (act.p) {
        say_range(s, true, &one);
        say_add(s, s->w->listed && !one ? ", each counted once," : "");
        say_act(s, act, one);
        say_place(s, place);
        say_time(s);
    } else {
        say_add(s, "the number");
        if (r->unit != UNIT_NONE) {
            say_add(s, " of ");
            say_noun_of_unit(s, 2);
            say_add(s, " concerned");
        }
        say_place(s, place);
        say_time(s);
        say_add(s, " was ");
        say_range(s, false, &one);
        say_add(s, s->w->listed && !one ? ", each counted once" : "");
    }
    if (r->unit == UNIT_NONE)
        say_add(s, " (the counting unit is not stated)");
    say_end(s, true);
    double top = isnan(r->high) ? s->w->top : r->high;
    if (r->floor && top > r->low) {
        say_begin(s);
        say_add(s, "the highest number given is ");
        weigh_say_number(s->out, top);
        say_end(s, true);
    }
}

static bool without_figure(const struct say *s, size_t i)
{
    return s->w->fates[i].state == (s->w->r->accounts ? WEIGH_STANDS : WEIGH_OURS) &&
           !weigh_has_figure(say_statement(s, i));
}

struct told {
    struct str act, when, where;
    struct weigh_voice voice;
};

static int compare_told(const void *pa, const void *pb)
{
    const struct told *a = pa, *b = pb;
    struct time_edtf e;
    struct time_days da = {0}, db = {0};
    if (a->when.p && time_parse(a->when, &e, NULL) == 0)
        da = time_days_of(&e);
    if (b->when.p && time_parse(b->when, &e, NULL) == 0)
        db = time_days_of(&e);
    int c = time_compare(da, db);
    if (!c)
        c = str_compare(a->act, b->act);
    if (!c)
        c = str_compare(a->when, b->when);
    if (!c)
        c = str_compare(a->where, b->where);
    return c ? c : weigh_voice_compare(&a->voice, &b->voice);
}

static void say_told(struct say *s, const struct told *t, size_t count)
{
    struct weigh_voice *voices = arena_alloc(s->w->a, count, sizeof *voices);
    for (size_t i = 0; i < count; i++)
        voices[i] = t[i].voice;
    bool clause = str_find(t->act, STR(" "), 0) != STR_NONE;
    say_begin(s);
    say_attribution(s, (struct voices){voices, count}, clause);
    if (clause) {
        buf_add(s->out, t->act);
    } else {
        say_add(s, "\"");
        buf_add(s->out, t->act);
        buf_add_char(s->out, '"');
    }
    say_place(s, t->where);
    if (t->when.p) {
        buf_add_char(s->out, ' ');
        weigh_say_when(s->out, t->when);
    }
    say_end(s, true);
}

/* Accounts without a figure, each in its own words, in the order of their days. */
static void say_plain_claims(struct say *s)
{
    const struct weigh_case *c = s->w->c;
    struct told *told = arena_alloc(s->w->a, c->statement_count + 1, sizeof *told);
    size_t count = 0, listed = 0;
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = say_statement(s, i);
        struct str act = say_words(s, t->what);
        if (!without_figure(s, i) || !act.p)
            continue;
        struct time_edtf e;
        bool dated = t->when.p && time_parse(t->when, &e, NULL) == 0;
        told[count++] =
            (struct told){act, dated ? t->when : (struct str){0}, say_words(s, t->where),
                          weigh_voice_of(c, s->nameable, t->source, s->plain)};
    }
    sort_items(told, count, sizeof *told, compare_told);
    for (size_t i = 0; i < count && listed < SAY_LIST_MAX; listed++) {
        size_t k = i + 1;
        while (k < count && str_eq(told[i].act, told[k].act) &&
               str_eq(told[i].when, told[k].when) && str_eq(told[i].where, told[k].where))
            k++;
        say_told(s, &told[i], k - i);
        i = k;
    }
}

static void say_claim(struct say *s)
{
    const struct weigh_result *r = s->w->r;
    if (r->verdict == VERDICT_NONE ||
        (r->accounts == 0 && r->verdict == VERDICT_ACKNOWLEDGED && isnan(s->w->top))) {
        say_begin(s);
        say_add(s, "no account that may be used is at hand");
        say_end(s, true);
        return;
    }
    if (!isnan(s->w->top)) {
        say_figure_claim(s);
        return;
    }
    say_plain_claims(s);
    say_begin(s);
    struct voices v = say_gather(s, without_figure);
    size_t before = s->out->n;
    if (before == s->start && s->start == 0 && weigh_say_voices(s->out, v.items, v.count))
        say_add(s, v.count == 1 ? " gives no figure" : " give no figure");
    else
        say_add(s, "no figure is given");
    say_end(s, true);
}

/* ---- verdict, accounts and origins ---- */

static void say_origins(struct say *s)
{
    const struct weigh_result *r = s->w->r;
    size_t low = r->origins_low, high = r->origins_high;
    if (r->accounts == 0) {
        say_add(s, "no account but our own");
        return;
    }
    weigh_say_count(s->out, r->accounts, "account", "accounts");
    if (high <= 1 && low == 1) {
        if (r->accounts > 1)
            say_add(s, " that go back to one origin");
    } else if (low == 0) {
        say_add(s, r->accounts == 1 ? " that possibly repeats our own" : " from at most ");
        if (r->accounts > 1)
            weigh_say_count(s->out, high, "independent origin", "independent origins");
    } else if (low == high) {
        say_add(s, " from ");
        weigh_say_count(s->out, high, "independent origin", "independent origins");
    } else {
        say_add(s, " from between ");
        BUF_AUTO number;
        buf_init(&number, 64);
        weigh_say_count(&number, low, "", "");
        buf_add(s->out, str_trim(buf_str(&number)));
        say_add(s, " and ");
        weigh_say_count(s->out, high, "independent origin", "independent origins");
    }
}

static void say_verdict(struct say *s)
{
    static const char *const openings[VERDICT_COUNT] = {
        [VERDICT_ALLEGED] = "this is alleged and not verified: it rests on ",
        [VERDICT_REPORTED] = "this is reported and not verified: it rests on ",
        [VERDICT_CORROBORATED] = "this is corroborated but not verified: it rests on ",
        [VERDICT_VERIFIED] = "this is verified: it rests on ",
        [VERDICT_ACKNOWLEDGED] = "this is acknowledged by the party responsible; it rests on ",
    };
    const struct weigh_result *r = s->w->r;
    if (r->verdict == VERDICT_NONE)
        return;
    say_begin(s);
    say_add(s, openings[r->verdict]);
    say_origins(s);
    say_end(s, true);
}

/* "No two independent origins agree on the number or the place." */
static void say_disagreement(struct say *s)
{
    static const char *const names[ELEMENT_COUNT] = {"the number", "the time", "the place",
                                                     "the act"};
    const struct weigh_work *w = s->w;
    bool open[ELEMENT_COUNT];
    size_t left = 0;
    for (int e = 0; e < ELEMENT_COUNT; e++) {
        open[e] = w->stated[e] && !w->supported[e];
        if (e == ELEMENT_NUMBER && w->figures_disagree)
            open[e] = false; /* said with the numbers */
        left += open[e];
    }
    if ((w->r->verdict != VERDICT_CORROBORATED && !w->acts_differ) || left == 0)
        return;
    say_begin(s);
    say_add(s, "no two independent origins agree on ");
    for (int e = 0; e < ELEMENT_COUNT; e++) {
        if (!open[e])
            continue;
        say_add(s, names[e]);
        left--;
        if (left)
            say_add(s, left == 1 ? " or " : ", ");
    }
    say_end(s, true);
}

void say_remark(struct say *s, size_t n, const char *one, const char *many)
{
    if (n == 0)
        return;
    say_begin(s);
    weigh_say_count(s->out, n, one, many);
    say_end(s, true);
}

static void compose(struct say *s)
{
    buf_clear(s->out);
    say_claim(s);
    say_verdict(s);
    say_disagreement(s);
    say_remarks(s);
    say_begin(s);
    say_add(s, isnan(s->w->top)
                   ? "this covers only the accounts at hand"
                   : "this covers only the accounts at hand, and the true number may "
                     "differ");
    say_end(s, true);
}

void weigh_say(struct weigh_work *w)
{
    static const unsigned plain[] = {0, PLAIN_WORDS, PLAIN_WORDS | PLAIN_DESCRIPTIONS,
                                     PLAIN_WORDS | PLAIN_DESCRIPTIONS | PLAIN_LABELS};
    BUF_AUTO out;
    buf_init(&out, SAY_MAX);
    struct say s = {w, &out, 0, weigh_find_nameable(w->a, w->c), 0};
    struct weigh_lints given = {0};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        struct weigh_lints lints;
        s.plain = plain[i];
        compose(&s);
        weigh_lint(w->a, buf_str(&out), w->c, w->r, &lints);
        if (i == 0)
            given = lints;
        if (lints.count == 0)
            break;
    }
    w->r->sentence = arena_copy(w->a, buf_str(&out));
    struct weigh_lint *all = arena_alloc(w->a, given.count + 1, sizeof *all);
    size_t count = 0;
    if (w->r->other_unit_count)
        all[count++] = (struct weigh_lint){
            WEIGH_LINT_MIXED_UNITS,
            STR("the statements count in different units; the sentence keeps them apart, and "
                "they must not be added"),
            0, 0};
    for (size_t i = 0; i < given.count; i++) {
        all[count] = given.items[i];
        all[count].begin = all[count].end = 0;
        count++;
    }
    w->r->lints = (struct weigh_lints){all, count};
}
