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
#include "engine/weigh/parts.h"

#include <math.h>
#include <stdlib.h>

#define SAY_MAX   (64u << 10)
#define LIST_MAX  6 /* of anything that is listed */
#define DATES_MAX 4

struct say {
    struct weigh_work *w;
    struct buf *out;
    unsigned plain;
    const bool *nameable;
    size_t start; /* of the sentence that is being made */
};

static void begin(struct say *s)
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
static void end(struct say *s, bool own_words)
{
    if (s->out->full || s->out->n == s->start)
        return;
    char *p = s->out->p + s->start;
    struct str rest = {p, s->out->n - s->start};
    if (*p >= 'a' && *p <= 'z' && (own_words || starts_small(rest)))
        *p = (char)(*p - 'a' + 'A');
    buf_add_char(s->out, '.');
}

static void add(struct say *s, const char *z)
{
    buf_add(s->out, str_of(z));
}

static const struct weigh_statement *statement(const struct say *s, size_t i)
{
    return &s->w->c->statements[i];
}

static struct str words(const struct say *s, struct str given)
{
    if (s->plain & PLAIN_WORDS || !weigh_sayable(given))
        return (struct str){0};
    struct str t = str_trim(given);
    while (t.n && t.p[t.n - 1] == '.')
        t.n--;
    return t.n ? t : (struct str){0};
}

/* ---- number and unit ---- */

static const struct {
    const char *one, *many;
} nouns[UNIT_COUNT] = {
    [UNIT_INDIVIDUAL] = {"person", "people"}, [UNIT_FAMILY] = {"family", "families"},
    [UNIT_GROUP] = {"group", "groups"},       [UNIT_EVENT] = {"event", "events"},
    [UNIT_REQUEST] = {"request", "requests"}, [UNIT_REPORT] = {"report", "reports"},
    [UNIT_ENTITY] = {"entity", "entities"},
};

static void say_noun(struct say *s, bool noun, double n)
{
    enum counting_unit u = s->w->r->unit;
    if (!noun || u == UNIT_NONE)
        return;
    buf_add_char(s->out, ' ');
    add(s, n == 1 ? nouns[u].one : nouns[u].many);
}

/* The bound that all standing figures in the main unit share, or COUNT. */
static enum figure_bound common_bound(const struct say *s)
{
    enum figure_bound bound = FIGURE_BOUND_COUNT;
    bool first = true;
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        const struct weigh_statement *t = statement(s, i);
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

/* "between 12 and 40 people"; *ret_one: the verb is singular. */
static void say_range(struct say *s, bool noun, bool *ret_one)
{
    const struct weigh_result *r = s->w->r;
    enum figure_bound bound = common_bound(s);
    double low = r->low, high = r->high;
    const char *order = bound == FIGURE_ORDER ? order_word(low, high) : NULL;
    *ret_one = false;
    if (r->floor) {
        add(s, "at least ");
        weigh_say_number(s->out, low);
        say_noun(s, noun, low);
        *ret_one = low == 1;
    } else if (order) {
        buf_printf(s->out, "%s%s%s", noun ? "" : "in the ", order,
                   noun && r->unit != UNIT_NONE ? " of" : "");
        say_noun(s, noun, 2);
        add(s, " (read as ");
        weigh_say_number(s->out, low);
        add(s, " to ");
        weigh_say_number(s->out, high);
        add(s, " by convention)");
    } else if (low == high) {
        if (bound == FIGURE_APPROX)
            add(s, "about ");
        weigh_say_number(s->out, low);
        say_noun(s, noun, low);
        *ret_one = low == 1;
    } else if (isnan(low)) {
        add(s, bound == FIGURE_APPROACHED ? "nearly " : "up to ");
        weigh_say_number(s->out, high);
        say_noun(s, noun, high);
        *ret_one = high == 1;
    } else {
        bool open = isnan(high), pair = !open || s->w->top > low;
        double top = open ? s->w->top : high;
        if (pair)
            add(s, "between ");
        weigh_say_number(s->out, low);
        if (pair) {
            add(s, " and ");
            weigh_say_number(s->out, top);
        }
        say_noun(s, noun, pair ? 2 : low);
        if (open)
            add(s, pair ? " (the higher number given as a lower limit)"
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

/* Statements the claim rests on. */
typedef bool claim_test(const struct say *s, size_t i);

static bool in_claim(const struct say *s, size_t i)
{
    const struct weigh_result *r = s->w->r;
    const struct weigh_statement *t = statement(s, i);
    enum weigh_state wanted = r->accounts ? WEIGH_STANDS : WEIGH_OURS;
    return s->w->fates[i].state == wanted && weigh_has_figure(t) && t->unit == r->unit;
}

/* The place if all who name one name the same. */
static struct str common_place(const struct say *s)
{
    struct str place = {0};
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        struct str where = words(s, statement(s, i)->where);
        if (!in_claim(s, i) || !where.p)
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
    add(s, has_preposition(place) ? " " : " in ");
    buf_add(s->out, place);
}

/* The time all give; if they differ, the days from the first to the last. */
static void say_time(struct say *s)
{
    struct time_edtf first = {0}, e;
    struct time_days hull = {0, 0};
    bool any = false, differ = false, vague = false;
    struct str seen = {0};
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        struct str when = statement(s, i)->when;
        if (!in_claim(s, i) || !when.p || time_parse(when, &e, NULL) != 0)
            continue;
        struct time_days days = time_days_of(&e);
        vague |= e.from.approximate || e.from.uncertain || e.to.approximate || e.to.uncertain;
        differ |= any && !str_eq(when, seen);
        hull.first = any && hull.first < days.first ? hull.first : days.first;
        hull.last = any && hull.last > days.last ? hull.last : days.last;
        first = e;
        seen = when;
        any = true;
    }
    if (!any)
        return;
    size_t before = s->out->n;
    buf_add_char(s->out, ' ');
    if (differ) {
        if (hull.first == TIME_DAY_MIN || hull.last == TIME_DAY_MAX) {
            s->out->n = before;
            return;
        }
        struct time_date from = {0}, to = {0};
        int y, m, d;
        time_civil(hull.first, &y, &m, &d);
        from = (struct time_date){.year = y, .month = (uint8_t)m, .day = (uint8_t)d};
        time_civil(hull.last, &y, &m, &d);
        to = (struct time_date){.year = y, .month = (uint8_t)m, .day = (uint8_t)d};
        from.approximate = to.approximate = vague;
        first = (struct time_edtf){.interval = true, .from = from, .to = to};
    }
    weigh_say_date(s->out, &first, false);
    if (s->out->n == before + 1)
        s->out->n = before;
}

/* ---- the claim ---- */

struct voices {
    struct weigh_voice *items;
    size_t count;
};

/* Each source once, however many statements pass. */
static struct voices gather(const struct say *s, claim_test *test)
{
    const struct weigh_case *c = s->w->c;
    struct arena *a = s->w->a;
    bool *seen = arena_alloc(a, c->source_count + 1, sizeof *seen);
    struct voices v = {arena_alloc(a, c->source_count + 1, sizeof *v.items), 0};
    for (size_t i = 0; i < c->statement_count; i++) {
        size_t source = statement(s, i)->source;
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
        add(s, clause ? "according to our own release, " : "according to our own release: ");
        return;
    }
    add(s, "according to ");
    if (weigh_say_voices(s->out, v.items, v.count)) {
        add(s, clause ? ", " : ": ");
        return;
    }
    s->out->n = before;
    if (!clause) {
        add(s, "as told to us: ");
        return;
    }
    add(s,
        s->w->r->verdict == VERDICT_ALLEGED ? "it is alleged that " : "it is reported that ");
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
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        struct str what = words(s, statement(s, i)->what);
        if (what.p && test(s, i))
            acts[count++] = what;
    }
    qsort(acts, count, sizeof *acts, compare_strs);
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
    add(s, one ? " was " : " were ");
    buf_add(s->out, act);
}

static void say_figure_claim(struct say *s)
{
    const struct weigh_result *r = s->w->r;
    struct str act = common_act(s, in_claim), place = common_place(s);
    bool one;
    begin(s);
    say_attribution(s, gather(s, in_claim), true);
    if (act.p) {
        say_range(s, true, &one);
        say_act(s, act, one);
        say_place(s, place);
        say_time(s);
    } else {
        add(s, "the number");
        if (r->unit != UNIT_NONE)
            buf_printf(s->out, " of %s concerned", nouns[r->unit].many);
        say_place(s, place);
        say_time(s);
        add(s, " was ");
        say_range(s, false, &one);
    }
    if (r->unit == UNIT_NONE)
        add(s, " (the counting unit is not stated)");
    end(s, true);
    double top = isnan(r->high) ? s->w->top : r->high;
    if (r->floor && top > r->low) {
        begin(s);
        add(s, "the highest number given is ");
        weigh_say_number(s->out, top);
        end(s, true);
    }
}

static bool without_figure(const struct say *s, size_t i)
{
    return s->w->fates[i].state == (s->w->r->accounts ? WEIGH_STANDS : WEIGH_OURS) &&
           !weigh_has_figure(statement(s, i));
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
    begin(s);
    say_attribution(s, (struct voices){voices, count}, clause);
    if (clause) {
        buf_add(s->out, t->act);
    } else {
        add(s, "\"");
        buf_add(s->out, t->act);
        buf_add_char(s->out, '"');
    }
    say_place(s, t->where);
    if (t->when.p) {
        buf_add_char(s->out, ' ');
        weigh_say_when(s->out, t->when);
    }
    end(s, true);
}

/* Accounts without a figure, each in its own words, in the order of their days. */
static void say_plain_claims(struct say *s)
{
    const struct weigh_case *c = s->w->c;
    struct told *told = arena_alloc(s->w->a, c->statement_count + 1, sizeof *told);
    size_t count = 0, listed = 0;
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = statement(s, i);
        struct str act = words(s, t->what);
        if (!without_figure(s, i) || !act.p)
            continue;
        struct time_edtf e;
        bool dated = t->when.p && time_parse(t->when, &e, NULL) == 0;
        told[count++] =
            (struct told){act, dated ? t->when : (struct str){0}, words(s, t->where),
                          weigh_voice_of(c, s->nameable, t->source, s->plain)};
    }
    qsort(told, count, sizeof *told, compare_told);
    for (size_t i = 0; i < count && listed < LIST_MAX; listed++) {
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
        begin(s);
        add(s, "no account that may be used is at hand");
        end(s, true);
        return;
    }
    if (!isnan(s->w->top)) {
        say_figure_claim(s);
        return;
    }
    say_plain_claims(s);
    begin(s);
    struct voices v = gather(s, without_figure);
    size_t before = s->out->n;
    if (before == s->start && s->start == 0 && weigh_say_voices(s->out, v.items, v.count))
        add(s, v.count == 1 ? " gives no figure" : " give no figure");
    else
        add(s, "no figure is given");
    end(s, true);
}

/* ---- verdict, accounts and origins ---- */

static void say_origins(struct say *s)
{
    const struct weigh_result *r = s->w->r;
    size_t low = r->origins_low, high = r->origins_high;
    if (r->accounts == 0) {
        add(s, "no account but our own");
        return;
    }
    weigh_say_count(s->out, r->accounts, "account", "accounts");
    if (high <= 1 && low == 1) {
        if (r->accounts > 1)
            add(s, " that go back to one origin");
    } else if (low == 0) {
        add(s, r->accounts == 1 ? " that possibly repeats our own" : " from at most ");
        if (r->accounts > 1)
            weigh_say_count(s->out, high, "independent origin", "independent origins");
    } else if (low == high) {
        add(s, " from ");
        weigh_say_count(s->out, high, "independent origin", "independent origins");
    } else {
        add(s, " from between ");
        BUF_AUTO number;
        buf_init(&number, 64);
        weigh_say_count(&number, low, "", "");
        buf_add(s->out, str_trim(buf_str(&number)));
        add(s, " and ");
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
    begin(s);
    add(s, openings[r->verdict]);
    say_origins(s);
    end(s, true);
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
    if (w->r->verdict != VERDICT_CORROBORATED || left == 0)
        return;
    begin(s);
    add(s, "no two independent origins agree on ");
    for (int e = 0; e < ELEMENT_COUNT; e++) {
        if (!open[e])
            continue;
        add(s, names[e]);
        left--;
        if (left)
            add(s, left == 1 ? " or " : ", ");
    }
    end(s, true);
}

/* A fixed remark about a number of accounts; nothing for none. */
static void say_remark(struct say *s, size_t n, const char *one, const char *many)
{
    if (n == 0)
        return;
    begin(s);
    weigh_say_count(s->out, n, one, many);
    end(s, true);
}

/* ---- what each gave ---- */

static void say_own_figure(struct say *s, const struct weigh_statement *t)
{
    bool low = !isnan(t->low), high = !isnan(t->high);
    if (low && high && t->low == t->high) {
        if (t->bound == FIGURE_APPROX)
            add(s, "about ");
        weigh_say_number(s->out, t->low);
    } else if (low && high) {
        weigh_say_number(s->out, t->low);
        add(s, " to ");
        weigh_say_number(s->out, t->high);
    } else if (high) {
        add(s, "up to ");
        weigh_say_number(s->out, t->high);
    } else {
        weigh_say_number(s->out, t->low);
        add(s, " as a lower limit");
    }
}

struct entry {
    const struct weigh_statement *t;
    struct weigh_voice voice;
    struct time_days days;
};

static int compare_number(double a, double b)
{
    a = isnan(a) ? -1 : a;
    b = isnan(b) ? -1 : b;
    return a < b ? -1 : a > b;
}

static int compare_entries(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    int c = weigh_voice_compare(&a->voice, &b->voice);
    if (!c)
        c = time_compare(a->days, b->days);
    if (!c)
        c = compare_number(a->t->low, b->t->low);
    if (!c)
        c = compare_number(a->t->high, b->t->high);
    if (!c)
        c = a->t->bound < b->t->bound ? -1 : a->t->bound > b->t->bound;
    if (!c)
        c = str_compare(a->t->what, b->t->what);
    if (!c)
        c = str_compare(a->t->when, b->t->when);
    return c ? c : str_compare(a->t->id, b->t->id);
}

/* The statements that pass, in an order that does not depend on the input's; the silent ones
 * at the end. Returns how many may be spoken of. */
static size_t gather_entries(const struct say *s, claim_test *test, struct entry **ret_items,
                             size_t *ret_count)
{
    const struct weigh_case *c = s->w->c;
    struct entry *items = arena_alloc(s->w->a, c->statement_count + 1, sizeof *items);
    size_t count = 0, spoken = 0;
    for (size_t i = 0; i < c->statement_count; i++) {
        if (!test(s, i))
            continue;
        struct entry e = {statement(s, i),
                          weigh_voice_of(c, s->nameable, statement(s, i)->source, s->plain),
                          {0}};
        (void)weigh_days(e.t, &e.days);
        items[count++] = e;
        spoken += e.voice.kind != VOICE_SILENT;
    }
    qsort(items, count, sizeof *items, compare_entries);
    *ret_items = items;
    *ret_count = count;
    return spoken;
}

static void say_contest(struct say *s)
{
    if (!s->w->figures_disagree)
        return;
    struct entry *items;
    size_t count, spoken = gather_entries(s, in_claim, &items, &count);
    begin(s);
    add(s, "the numbers given do not agree");
    if (spoken == count && count <= LIST_MAX)
        for (size_t i = 0; i < count; i++) {
            add(s, i == 0 ? ": " : i + 1 == count ? " and " : ", ");
            say_own_figure(s, items[i].t);
            add(s, " from ");
            weigh_say_voice(s->out, &items[i].voice, 1);
        }
    end(s, true);
}

static bool is_revised(const struct say *s, size_t i)
{
    return s->w->fates[i].state == WEIGH_REVISED;
}

/* History stays visible: what was said before, by whom and when. */
static void say_history(struct say *s)
{
    struct entry *items;
    size_t count, spoken = gather_entries(s, is_revised, &items, &count), listed = 0;
    if (count == 0)
        return;
    begin(s);
    add(s, "earlier versions are kept");
    for (size_t i = 0; i < spoken && listed < LIST_MAX; i++) {
        struct str act = words(s, items[i].t->what);
        bool figure = weigh_has_figure(items[i].t) && items[i].t->unit == s->w->r->unit;
        if (!figure && !act.p)
            continue;
        add(s, listed++ ? "; " : ": ");
        if (figure) {
            say_own_figure(s, items[i].t);
        } else {
            buf_printf(s->out, "\"%.*s\"", (int)act.n, act.p);
        }
        add(s, " from ");
        weigh_say_voice(s->out, &items[i].voice, 1);
        struct time_edtf e;
        if (items[i].t->when.p && time_parse(items[i].t->when, &e, NULL) == 0) {
            add(s, " (");
            weigh_say_date(s->out, &e, true);
            buf_add_char(s->out, ')');
        }
    }
    if (listed && count > listed) {
        add(s, "; and ");
        weigh_say_number(s->out, (double)(count - listed));
        add(s, " more");
    }
    end(s, true);
}

static bool is_denial(const struct say *s, size_t i)
{
    return s->w->fates[i].state == WEIGH_DENIAL;
}

static void say_denial(struct say *s, const struct entry *d, size_t count)
{
    static const char *const verbs[DENIAL_COUNT] = {
        [DENIAL_NONE] = " denied this",
        [DENIAL_ACKNOWLEDGES] = " acknowledged this",
        [DENIAL_ACT] = " denied the act",
        [DENIAL_RESPONSIBILITY] = " denied responsibility",
        [DENIAL_OTHER_EXPLANATION] = " gave another explanation",
        [DENIAL_ACCEPTS_RESPONSIBILITY] = " accepted responsibility",
    };
    begin(s);
    weigh_say_voice(s->out, &d->voice, 1);
    add(s, verbs[d->t->denial]);
    size_t dates = 0;
    struct str last = {0};
    for (size_t i = 0; i < count && dates < DATES_MAX; i++) {
        struct time_edtf e;
        if (!d[i].t->when.p || str_eq(d[i].t->when, last) ||
            time_parse(d[i].t->when, &e, NULL) != 0)
            continue;
        last = d[i].t->when;
        add(s, dates++ ? " and " : " ");
        weigh_say_date(s->out, &e, false);
    }
    const struct weigh_statement *t = d[count - 1].t;
    if (weigh_has_figure(t) && t->unit == s->w->r->unit) {
        add(s, dates ? ", putting the number at " : " and put the number at ");
        say_own_figure(s, t);
    }
    end(s, false);
}

static void say_denials(struct say *s)
{
    struct entry *items;
    size_t count, spoken = gather_entries(s, is_denial, &items, &count), listed = 0, i = 0;
    while (i < spoken && listed < LIST_MAX) {
        size_t k = i + 1;
        while (k < spoken && items[k].t->source == items[i].t->source &&
               items[k].t->denial == items[i].t->denial)
            k++;
        say_denial(s, &items[i], k - i);
        listed++;
        i = k;
    }
    say_remark(s, spoken - i, "more denial is on file", "more denials are on file");
    say_remark(s, count - spoken, "denial may not be attributed",
               "denials may not be attributed");
}

/* ---- the rest ---- */

static bool did_not_comment(const struct say *s, size_t i)
{
    return s->w->fates[i].state == WEIGH_OTHER && statement(s, i)->stance == STANCE_NO_COMMENT;
}

static void say_no_comment(struct say *s)
{
    struct voices v = gather(s, did_not_comment);
    begin(s);
    if (weigh_say_voices(s->out, v.items, v.count)) {
        add(s, " did not comment");
        end(s, false);
    } else if (s->start) {
        s->out->n = s->start - 1;
    }
}

static bool is_unverified(const struct say *s, size_t i)
{
    return weigh_standing(s->w->fates[i].state) && statement(s, i)->unverified;
}

static void say_unverified(struct say *s)
{
    struct voices v = gather(s, is_unverified);
    if (v.count == 0)
        return;
    begin(s);
    add(s, "what ");
    size_t before = s->out->n;
    size_t said = weigh_say_voices(s->out, v.items, v.count);
    if (said) {
        add(s, " said could not be independently verified");
    } else {
        s->out->n = before - strlen("what ");
        weigh_say_count(s->out, v.count, "account", "accounts");
        add(s, " could not be independently verified");
    }
    end(s, true);
}

static void say_other_units(struct say *s)
{
    const struct weigh_result *r = s->w->r;
    for (size_t i = 0; i < r->other_unit_count; i++) {
        const struct weigh_unit_range *u = &r->other_units[i];
        struct weigh_statement t = {.low = u->low, .high = u->high, .unit = u->unit};
        if (!weigh_has_figure(&t))
            continue;
        begin(s);
        if (u->unit == UNIT_NONE)
            add(s, "a separate count without a stated unit gives ");
        else
            buf_printf(s->out, "a separate count of %s gives ", nouns[u->unit].many);
        say_own_figure(s, &t);
        add(s, " and is not added");
        end(s, true);
    }
}

static size_t count_fates(const struct say *s, enum weigh_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < s->w->c->statement_count; i++)
        n += s->w->fates[i].state == state;
    return n;
}

/* Copies whose figure is not within the range. */
static size_t count_drift(const struct say *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        const struct weigh_statement *t = statement(s, i);
        if (s->w->fates[i].state == WEIGH_COPY && t->unit == s->w->r->unit &&
            weigh_has_figure(t))
            n += t->low < s->w->r->low || t->high > s->w->r->high ||
                 (isnan(s->w->r->high) && !isnan(t->high)) ||
                 (isnan(s->w->r->low) && !isnan(t->low)) ||
                 (isnan(t->low) && !isnan(s->w->r->low)) ||
                 (isnan(t->high) && !isnan(s->w->r->high));
    }
    return n;
}

static void say_counts(struct say *s)
{
    const struct weigh_result *r = s->w->r;
    size_t repeats = 0, discounted = 0, pending = 0;
    for (size_t i = 0; i < r->circle_count; i++)
        if (r->circles[i].certainty == CERTAINTY_ESTABLISHED)
            repeats += r->circles[i].count - 1;
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        const struct weigh_statement *t = statement(s, i);
        if (!weigh_standing(s->w->fates[i].state))
            continue;
        discounted += weigh_discounted(s->w->c, t);
        pending += s->w->c->sources[t->source].grade == GRADE_NONE ||
                   t->information == INFORMATION_NONE;
    }
    if (r->origins_high > 1)
        say_remark(s, repeats, "repeat is not counted as an origin",
                   "repeats are not counted as origins");
    say_remark(s, count_drift(s), "copy gives another number, which is left out",
               "copies give other numbers, which are left out");
    if (r->accounts)
        say_remark(s, count_fates(s, WEIGH_OURS),
                   "account is our own or repeats ours and is not counted",
                   "accounts are our own or repeat ours and are not counted");
    if (s->w->unknown_accounts) {
        begin(s);
        add(s, "it is not known where ");
        weigh_say_count(s->out, s->w->unknown_accounts, "account comes from",
                        "accounts come from");
        end(s, true);
    }
    say_remark(s, discounted, "account is graded as unreliable or improbable",
               "accounts are graded as unreliable or improbable");
    say_remark(s, pending, "account is not yet assessed", "accounts are not yet assessed");
    say_remark(s, count_fates(s, WEIGH_WITHDRAWN), "account was withdrawn and is not used",
               "accounts were withdrawn and are not used");
}

static void compose(struct say *s)
{
    buf_clear(s->out);
    say_claim(s);
    say_verdict(s);
    say_disagreement(s);
    say_contest(s);
    say_other_units(s);
    say_history(s);
    say_denials(s);
    say_no_comment(s);
    say_unverified(s);
    say_counts(s);
    begin(s);
    add(s, isnan(s->w->top) ? "this covers only the accounts at hand"
                            : "this covers only the accounts at hand, and the true number may "
                              "differ");
    end(s, true);
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
