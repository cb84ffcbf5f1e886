/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What engine/weigh promises, tried on random cases: each case comes from its seed, so a
 * failure can be repeated. Worked examples are in weigh_example_test.c.
 */
#include "base/rng.h"
#include "base/text.h"
#include "tap.h"
#include "work/weigh.h"

#include <math.h>

#define CASES   2000
#define NODES   24 /* room for sources, statements, derivations, with what a test adds */
#define RANDOMS 8  /* at most so many are drawn */

struct made {
    struct rng rng;
    struct arena arena;
    struct weigh_source sources[NODES];
    struct weigh_statement statements[NODES];
    struct weigh_derivation derivations[NODES];
    struct weigh_ref ours[2];
    struct weigh_case c;
};

static uint64_t draw(struct made *m, uint64_t n)
{
    return rng_below(&m->rng, n);
}

static struct str draw_text(struct made *m, const char *const *list, size_t count)
{
    const char *z = list[draw(m, count)];
    return str_of(z);
}

#define DRAW(m, list) draw_text((m), (list), sizeof(list) / sizeof(list)[0])

static const char *const labels[] = {
    "Marnoth Relief",
    "the Harbour Ministry",
    "Confirmed Sources Weekly",
    "At Least 40 Families",
    "Gen. Orlo Vask",
    "Likely High Confidence Ltd.",
    "a witness",
    "sources",
    "Committee \"Light\"",
    NULL,
    "",
    "bad\nlabel",
};
static const char *const acts[] = {
    NULL,
    NULL,
    "detained",
    "were confirmed dead",
    "missing, at least 12 of them",
    "full",
    "shut",
    "the site was closed",
    "had no water",
    "likely moved with confidence",
    "wounded",
    "held in total with 3 families",
};
static const char *const places[] = {
    NULL, NULL, "Marnoth", "the harbour at Dorn", "near Dorn", "Hall 7, with sources",
};
static const char *const nouns[] = {NULL, NULL, "complaints", "confirmed families", "men"};
static const char *const whens[] = {
    NULL,
    "2022-07-11",
    "2022-07-11",
    "2022-07",
    "2022-07~",
    "2022-07-1X",
    "2022?",
    "2022-07-14",
    "2022-08-02",
    "202X",
    "2022-XX-XX",
    "2022-21",
    "../2022-07",
    "2022-07/..",
    "2022-07-04/2022-07-11",
    "2022-05/2022-07",
    "0033",
    "2022-33",
    "/2022-07-11",
    "-0004-02-03",
    "nonsense",
};

static struct str id_text(struct made *m, const char *kind, size_t n)
{
    return arena_printf(&m->arena, "%s%02zu", kind, n);
}

static void draw_source(struct made *m, struct weigh_source *s, size_t i)
{
    *s = (struct weigh_source){.id = id_text(m, "s", i)};
    s->grade = (enum source_grade)draw(m, GRADE_COUNT);
    s->basis = (enum basis)draw(m, BASIS_COUNT);
    s->terms = (enum attribution)draw(m, ATTRIBUTION_COUNT);
    s->label = DRAW(m, labels);
    if (draw(m, 2))
        s->label = arena_printf(&m->arena, "Ansa Qorl%zu Vexmin", i);
    if (draw(m, 4) == 0)
        s->description = STR("an elder of the lower town");
    if (draw(m, 8) == 0) /* a description that gives the name away */
        s->description = arena_printf(&m->arena, "the brother of qorl%zu", i);
    s->party = draw(m, 12) == 0;
    s->withdrawn = draw(m, 12) == 0;
}

static void draw_statement(struct made *m, struct weigh_statement *t, size_t i)
{
    static const double numbers[] = {0, 1, 1, 2, 3, 12, 12, 20, 24, 40, 200, 1234, 99000};
    *t = (struct weigh_statement){.id = id_text(m, "t", i), .low = NAN, .high = NAN};
    t->source = draw(m, m->c.source_count);
    t->stance = draw(m, 2) ? STANCE_ASSERTS : (enum stance)draw(m, STANCE_COUNT);
    t->information = (enum information_grade)draw(m, INFORMATION_COUNT);
    t->bound = (enum figure_bound)draw(m, FIGURE_BOUND_COUNT);
    t->unit = draw(m, 4) ? UNIT_INDIVIDUAL : (enum counting_unit)draw(m, UNIT_COUNT);
    double a = numbers[draw(m, 13)], b = draw(m, 2) ? a : numbers[draw(m, 13)];
    if (draw(m, 5))
        t->low = a < b ? a : b;
    if (draw(m, 5))
        t->high = a < b ? b : a;
    t->when = DRAW(m, whens);
    t->what = DRAW(m, acts);
    t->where = DRAW(m, places);
    t->denial = draw(m, 3) ? DENIAL_NONE : (enum denial_kind)draw(m, DENIAL_COUNT);
    t->unverified = draw(m, 6) == 0;
    t->withdrawn = draw(m, 16) == 0;
}

static struct weigh_ref draw_ref(struct made *m)
{
    bool statement = m->c.statement_count && draw(m, 2);
    return (struct weigh_ref){statement,
                              draw(m, statement ? m->c.statement_count : m->c.source_count)};
}

static void make_case(struct made *m, uint64_t seed)
{
    memset(m, 0, sizeof *m);
    rng_seed(&m->rng, seed);
    m->c = (struct weigh_case){.sources = m->sources,
                               .statements = m->statements,
                               .derivations = m->derivations,
                               .ours = m->ours};
    m->c.noun = DRAW(m, nouns);
    m->c.source_count = 1 + draw(m, RANDOMS);
    m->c.statement_count = draw(m, RANDOMS + 1);
    m->c.derivation_count = draw(m, 2) ? 0 : draw(m, RANDOMS);
    m->c.our_count = draw(m, 3) ? 0 : draw(m, 3);
    for (size_t i = 0; i < m->c.source_count; i++)
        draw_source(m, &m->sources[i], i);
    for (size_t i = 0; i < m->c.statement_count; i++)
        draw_statement(m, &m->statements[i], i);
    for (size_t i = 0; i < m->c.derivation_count; i++)
        m->derivations[i] = (struct weigh_derivation){
            draw_ref(m), draw_ref(m), (enum derivation_kind)(1 + draw(m, DERIVATION_COUNT - 1)),
            (enum certainty)(1 + draw(m, CERTAINTY_COUNT - 1))};
    for (size_t i = 0; i < m->c.our_count; i++)
        m->ours[i] = draw_ref(m);
}

static void free_case(struct made *m)
{
    arena_free(&m->arena);
}

static struct weigh_result weigh(struct made *m)
{
    struct weigh_result r;
    weigh_run(&m->arena, &m->c, &r);
    return r;
}

/* Everything that is printed, as one string in the arena of the case. */
static struct str printed(struct made *m, const struct weigh_case *c)
{
    struct weigh_result r;
    weigh_run(&m->arena, c, &r);
    BUF_AUTO out;
    buf_init(&out, 1u << 20);
    work_weigh_print_json(&out, c, &r);
    work_weigh_print_table(&out, c, &r);
    return arena_copy(&m->arena, buf_str(&out));
}

/* ---- what holds of every result ---- */

static void test_every_result(void)
{
    size_t crossed = 0, linted = 0, empty = 0, beyond = 0, broken = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct made m;
        make_case(&m, seed);
        struct weigh_result r = weigh(&m);
        struct weigh_lints lints;
        weigh_lint(&m.arena, r.sentence, &m.c, &r, &lints);
        crossed += r.origins_low > r.origins_high;
        beyond += r.origins_high > r.accounts && r.accounts > 0;
        empty += r.sentence.n == 0;
        broken += str_find(r.sentence, STR("nan"), 0) != STR_NONE ||
                  str_find(r.sentence, STR("  "), 0) != STR_NONE ||
                  str_find(r.sentence, STR(" ."), 0) != STR_NONE ||
                  str_find(r.sentence, STR(" ,"), 0) != STR_NONE ||
                  !str_ends(r.sentence, STR("."));
        if (lints.count && linted++ < 3)
            printf("# seed %llu: %s in %.*s\n", (unsigned long long)seed,
                   weigh_lint_name(lints.items[0].code), (int)r.sentence.n, r.sentence.p);
        free_case(&m);
    }
    ok(crossed == 0, "the low end is never above the high one");
    ok(beyond == 0, "there are never more origins than accounts");
    ok(empty == 0, "there is always a sentence");
    ok(broken == 0, "and no seam shows in it");
    ok(linted == 0, "every sentence passes the lints");
}

/* ---- a copy ---- */

static bool is_account(const struct made *m, const struct weigh_result *r, size_t i)
{
    (void)m;
    enum weigh_state s = r->fates[i].state;
    return s == WEIGH_STANDS || s == WEIGH_REVISED || s == WEIGH_COPY || s == WEIGH_OURS;
}

static void test_copy(void)
{
    size_t raised = 0, tried = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct made m;
        make_case(&m, seed);
        struct weigh_result before = weigh(&m);
        size_t of = m.c.statement_count ? draw(&m, m.c.statement_count) : 0;
        if (m.c.statement_count && is_account(&m, &before, of)) {
            size_t s = m.c.source_count++, t = m.c.statement_count++;
            draw_source(&m, &m.sources[s], s);
            draw_statement(&m, &m.statements[t], t);
            m.statements[t].source = s;
            m.statements[t].stance = STANCE_REPORTS;
            struct weigh_ref from = {draw(&m, 2), 0};
            from.at = from.statement ? t : s;
            struct weigh_ref to = {draw(&m, 2), 0};
            to.at = to.statement ? of : m.statements[of].source;
            m.derivations[m.c.derivation_count++] = (struct weigh_derivation){
                from, to, (enum derivation_kind)(DERIVATION_QUOTED + draw(&m, 3)),
                CERTAINTY_ESTABLISHED};
            struct weigh_result after = weigh(&m);
            tried++;
            if ((after.origins_low > before.origins_low ||
                 after.origins_high > before.origins_high) &&
                raised++ < 3)
                printf("# seed %llu: [%zu, %zu] became [%zu, %zu]\n", (unsigned long long)seed,
                       before.origins_low, before.origins_high, after.origins_low,
                       after.origins_high);
        }
        free_case(&m);
    }
    ok(tried > CASES / 4, "%zu copies were added", tried);
    ok(raised == 0, "a copy never raises the origins");
}

/* ---- a denial ---- */

static bool same_count(const struct weigh_result *a, const struct weigh_result *b)
{
    bool low = a->low == b->low || (isnan(a->low) && isnan(b->low));
    bool high = a->high == b->high || (isnan(a->high) && isnan(b->high));
    return a->origins_low == b->origins_low && a->origins_high == b->origins_high &&
           a->accounts == b->accounts && low && high && a->floor == b->floor;
}

static void test_denial(void)
{
    size_t changed = 0, unseen = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct made m;
        make_case(&m, seed);
        struct weigh_result before = weigh(&m);
        bool new_source = draw(&m, 2);
        size_t s = new_source ? m.c.source_count++ : draw(&m, m.c.source_count);
        if (new_source)
            draw_source(&m, &m.sources[s], s);
        size_t t = m.c.statement_count++;
        draw_statement(&m, &m.statements[t], t);
        m.statements[t].source = s;
        m.statements[t].stance = STANCE_DENIES;
        m.statements[t].denial = DENIAL_ACT;
        for (size_t k = draw(&m, 3); k > 0; k--) { /* denials quote what they deny */
            struct weigh_ref from = {!new_source || draw(&m, 2), 0};
            from.at = from.statement ? t : s;
            m.derivations[m.c.derivation_count++] = (struct weigh_derivation){
                from, draw_ref(&m), (enum derivation_kind)(1 + draw(&m, DERIVATION_COUNT - 1)),
                draw(&m, 2) ? CERTAINTY_ESTABLISHED : CERTAINTY_POSSIBLE};
        }
        struct weigh_result after = weigh(&m);
        if (!same_count(&before, &after) && changed++ < 3)
            printf("# seed %llu: [%zu, %zu] became [%zu, %zu]\n", (unsigned long long)seed,
                   before.origins_low, before.origins_high, after.origins_low,
                   after.origins_high);
        bool used = after.fates[t].state == WEIGH_DENIAL;
        unseen += used && !(after.flags & 1u << FLAG_DENIED);
        free_case(&m);
    }
    ok(changed == 0, "a denial changes neither origins, accounts, range nor floor");
    ok(unseen == 0, "a denial that is used raises its flag");
}

/* ---- rings ---- */

static void test_ring(void)
{
    size_t wrong = 0, untold = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct made m;
        make_case(&m, seed);
        struct weigh_result before = weigh(&m);
        size_t length = 2 + draw(&m, 5), first = m.c.source_count;
        for (size_t k = 0; k < length; k++) {
            size_t s = m.c.source_count++, t = m.c.statement_count++;
            m.sources[s] = (struct weigh_source){
                .id = id_text(&m, "ring", k), .basis = BASIS_WITNESS, .grade = GRADE_B};
            draw_statement(&m, &m.statements[t], t);
            m.statements[t].source = s;
            m.statements[t].stance = STANCE_REPORTS;
            m.statements[t].withdrawn = false;
            m.derivations[m.c.derivation_count++] =
                (struct weigh_derivation){{false, s},
                                          {false, first + (k + 1) % length},
                                          DERIVATION_QUOTED,
                                          CERTAINTY_ESTABLISHED};
        }
        struct weigh_result after = weigh(&m);
        wrong += after.origins_high != before.origins_high + 1 ||
                 after.origins_low > before.origins_low + 1 ||
                 after.origins_low < before.origins_low;
        bool told = false;
        for (size_t i = 0; i < after.circle_count; i++)
            told |= after.circles[i].ring && after.circles[i].count == length &&
                    str_starts(m.sources[after.circles[i].sources[0]].id, STR("ring"));
        untold += !told;
        free_case(&m);
    }
    ok(wrong == 0, "a ring of reports is one origin");
    ok(untold == 0, "a ring is told as one");
}

/* ---- order ---- */

static void shuffle(struct made *m, size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t k = draw(m, i), kept = order[i - 1];
        order[i - 1] = order[k];
        order[k] = kept;
    }
}

static struct weigh_ref moved(struct weigh_ref r, const size_t *source_to,
                              const size_t *statement_to)
{
    return (struct weigh_ref){r.statement, (r.statement ? statement_to : source_to)[r.at]};
}

static void shuffle_case(struct made *m, struct made *to)
{
    size_t source_to[NODES], statement_to[NODES], derivation_to[NODES];
    memset(to, 0, sizeof *to);
    shuffle(m, source_to, m->c.source_count);
    shuffle(m, statement_to, m->c.statement_count);
    shuffle(m, derivation_to, m->c.derivation_count);
    for (size_t i = 0; i < m->c.source_count; i++)
        to->sources[source_to[i]] = m->sources[i];
    for (size_t i = 0; i < m->c.statement_count; i++) {
        to->statements[statement_to[i]] = m->statements[i];
        to->statements[statement_to[i]].source = source_to[m->statements[i].source];
    }
    for (size_t i = 0; i < m->c.derivation_count; i++) {
        struct weigh_derivation d = m->derivations[i];
        d.from = moved(d.from, source_to, statement_to);
        d.to = moved(d.to, source_to, statement_to);
        to->derivations[derivation_to[i]] = d;
    }
    for (size_t i = 0; i < m->c.our_count; i++)
        to->ours[m->c.our_count - 1 - i] = moved(m->ours[i], source_to, statement_to);
    to->c = m->c;
    to->c.sources = to->sources;
    to->c.statements = to->statements;
    to->c.derivations = to->derivations;
    to->c.ours = to->ours;
}

static void test_order(void)
{
    size_t differ = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct made m, other;
        make_case(&m, seed);
        shuffle_case(&m, &other);
        struct str a = printed(&m, &m.c), b = printed(&m, &other.c);
        if (!str_eq(a, b) && differ++ < 2)
            printf("# seed %llu:\n# %.*s# %.*s", (unsigned long long)seed, (int)a.n, a.p,
                   (int)b.n, b.p);
        free_case(&m);
    }
    ok(differ == 0, "the order of the input never shows, byte for byte");
}

/* ---- names ---- */

static bool holds_folded(struct str text, struct str part)
{
    BUF_AUTO a, b;
    buf_init(&a, 1u << 22);
    buf_init(&b, 1u << 16);
    text_fold(&a, text, false);
    text_fold(&b, part, false);
    return str_find(buf_str(&a), buf_str(&b), 0) != STR_NONE;
}

static void test_names(void)
{
    size_t leaked = 0, printed_names = 0, off_record = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct made m;
        make_case(&m, seed);
        struct str all = printed(&m, &m.c);
        for (size_t i = 0; i < m.c.source_count; i++) {
            struct str canary = arena_printf(&m.arena, "Qorl%zu", i);
            if (str_find(m.sources[i].label, canary, 0) == STR_NONE)
                continue;
            bool there = holds_folded(all, canary);
            leaked += there && m.sources[i].terms != ATTRIBUTION_ON_RECORD;
            printed_names += there;
        }
        /* Taking what is off the record out of the case changes nothing but its own lines. */
        struct weigh_result r = weigh(&m);
        for (size_t i = 0; i < m.c.source_count; i++)
            for (size_t k = 0; k < m.c.statement_count; k++)
                off_record += m.statements[k].source == i &&
                              m.sources[i].terms == ATTRIBUTION_OFF_RECORD &&
                              r.fates[k].state != WEIGH_OFF_RECORD;
        free_case(&m);
    }
    ok(leaked == 0, "no name stands where the terms allow none, not even in a description");
    ok(printed_names > CASES / 20, "names on the record are printed (%zu)", printed_names);
    ok(off_record == 0, "nothing off the record is used");
}

/* Words of our own sentences as somebody's label: they can't make our sentences fail. */
static void test_own_words(void)
{
    size_t failed = 0, tried = 0;
    for (uint64_t seed = 1; seed <= CASES / 4; seed++) {
        struct made m;
        make_case(&m, seed);
        for (size_t i = 0; i < m.c.statement_count; i++)
            m.statements[i].what = m.statements[i].where = (struct str){0};
        for (size_t i = 0; i < m.c.source_count; i++)
            m.sources[i].description = (struct str){0};
        struct weigh_result r = weigh(&m);
        for (int k = 0; k < 6; k++) {
            size_t at = draw(&m, r.sentence.n), end = str_find(r.sentence, STR(" "), at);
            at = str_find(r.sentence, STR(" "), at);
            if (at == STR_NONE)
                continue;
            end = str_find(r.sentence, STR(" "), at + 1);
            m.sources[0].terms = ATTRIBUTION_ANONYMITY;
            m.sources[0].label = str_slice(r.sentence, at + 1, end);
            struct weigh_result again = weigh(&m);
            struct weigh_lints lints;
            weigh_lint(&m.arena, again.sentence, &m.c, &again, &lints);
            tried++;
            if (lints.count && failed++ < 5)
                printf("# seed %llu: %s, %.*s in %.*s\n", (unsigned long long)seed,
                       weigh_lint_name(lints.items[0].code), (int)m.sources[0].label.n,
                       m.sources[0].label.p, (int)again.sentence.n, again.sentence.p);
        }
        free_case(&m);
    }
    ok(failed == 0, "%zu labels made of our own words: the sentences still pass", tried);
}

int main(void)
{
    test_every_result();
    test_copy();
    test_denial();
    test_ring();
    test_order();
    test_names();
    test_own_words();
    return tap_end();
}
