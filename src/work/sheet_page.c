/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sheet as a page. sheet.html is the page, this file fills it; escaping is the template's.
 */
#include "sheet_html.h"
#include "work/sheet_say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SCALE_LEFT  6.0 /* of the drawing of a figure's range, in its own units */
#define SCALE_WIDTH 124.0

static struct str number(const struct sheet *s, size_t n)
{
    return arena_printf(s->a, "%zu", n);
}

static struct str document_number(const struct sheet *s, uint32_t document)
{
    return number(s, document + 1u);
}

/* ---- figures ---- */

static double figure_top(double top, double v)
{
    return isfinite(v) && v > top ? v : top;
}

static struct str scaled(const struct sheet *s, double v, double top)
{
    return arena_printf(s->a, "%.1f", SCALE_LEFT + SCALE_WIDTH * (top > 0 ? v / top : 0));
}

/* The range as a bar, the best value as a dot, an open end as an arrow. */
static void draw(const struct sheet *s, const struct figure *f, double top, struct buf *bar,
                 struct buf *dot, struct buf *left, struct buf *right)
{
    double low = isnan(f->low) ? 0 : f->low, high = isnan(f->high) ? top : f->high;
    sheet_html_bar(bar, &(struct sheet_html_bar){scaled(s, low, top), scaled(s, high, top)});
    if (!isnan(f->best))
        sheet_html_dot(dot, &(struct sheet_html_dot){scaled(s, f->best, top)});
    if (isnan(f->low))
        sheet_html_arrow_left(left, &(struct sheet_html_arrow_left){0});
    if (isnan(f->high))
        sheet_html_arrow_right(right, &(struct sheet_html_arrow_right){0});
}

static void print_given(const struct sheet *s, struct buf *out, const struct sheet_given *g,
                        double top)
{
    const struct sheet_statement *st = &s->statements[g->statement];
    BUF_AUTO bar, dot, left, right;
    buf_init(&bar, SIZE_MAX / 4);
    buf_init(&dot, SIZE_MAX / 4);
    buf_init(&left, SIZE_MAX / 4);
    buf_init(&right, SIZE_MAX / 4);
    draw(s, g->figure, top, &bar, &dot, &left, &right);
    struct str note = STR("");
    if (sheet_span_given(st->p->verification))
        note = sheet_say_span(s, st->document, st->p->verification);
    else if (g->place_inferred)
        note = STR("the place is that of the report, not of the sentence");
    sheet_html_given(out, &(struct sheet_html_given){
                              .who = sheet_say_source(s, st),
                              .statement = number(s, g->statement + 1u),
                              .through = sheet_say_report(s, st->document),
                              .range = sheet_say_figure(s, g->figure),
                              .bar = &bar,
                              .dot = &dot,
                              .arrow_left = &left,
                              .arrow_right = &right,
                              .when = sheet_say_when(s, st),
                              .wording = sheet_say_content(s, st),
                              .note = note,
                          });
}

static void print_denials(const struct sheet *s, struct buf *out, const struct sheet_figure *f)
{
    BUF_AUTO rows;
    buf_init(&rows, SIZE_MAX / 4);
    for (size_t i = 0; i < f->denial_count; i++) {
        const struct sheet_statement *st = &s->statements[f->denials[i]];
        sheet_html_denial(&rows, &(struct sheet_html_denial){
                                     .who = sheet_say_source(s, st),
                                     .statement = number(s, f->denials[i] + 1u),
                                     .through = sheet_say_report(s, st->document),
                                     .when = sheet_say_when(s, st),
                                     .wording = sheet_say_content(s, st),
                                 });
    }
    if (f->denial_count)
        sheet_html_denials(out, &(struct sheet_html_denials){.denial = &rows});
}

static void print_badges(const struct sheet *s, struct buf *badges, struct buf *flags,
                         const struct sheet_figure *f)
{
    const char *verdict = vocab_name(&vocab_verdict, (int)f->result.verdict);
    if (verdict)
        sheet_html_badge(badges, &(struct sheet_html_badge){str_of(verdict)});
    sheet_html_badge(badges, &(struct sheet_html_badge){sheet_say_origins(s, f)});
    for (int k = 0; k < FLAG_COUNT; k++)
        if (f->result.flags & 1u << k)
            sheet_html_flag(flags,
                            &(struct sheet_html_flag){str_of(vocab_name(&vocab_flag, k))});
}

static void print_figure(const struct sheet *s, struct buf *out, size_t i)
{
    const struct sheet_figure *f = &s->figures[i];
    BUF_AUTO badges, flags, sentence, lints, notes, given, denials;
    struct buf *all[] = {&badges, &flags, &sentence, &lints, &notes, &given, &denials};
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
        buf_init(all[k], SIZE_MAX / 4);
    print_badges(s, &badges, &flags, f);
    if (f->result.sentence.n)
        sheet_html_sentence(&sentence,
                            &(struct sheet_html_sentence){sheet_show(s, f->result.sentence)});
    for (size_t k = 0; k < f->result.lints.count; k++)
        sheet_html_lint(&lints, &(struct sheet_html_lint){f->result.lints.items[k].text});
    size_t note_count;
    struct str *note = sheet_say_notes(s, f, &note_count);
    for (size_t k = 0; k < note_count; k++)
        sheet_html_figure_note(&notes, &(struct sheet_html_figure_note){note[k]});
    double top = 0;
    for (size_t k = 0; k < f->given_count; k++) {
        const struct figure *x = f->given[k].figure;
        top = figure_top(figure_top(figure_top(top, x->low), x->high), x->best);
    }
    for (size_t k = 0; k < f->given_count; k++)
        print_given(s, &given, &f->given[k], top);
    print_denials(s, &denials, f);
    sheet_html_figure(out, &(struct sheet_html_figure){
                               .number = number(s, i + 1),
                               .title = f->title,
                               .range = sheet_say_range(s, f->result.low, f->result.high),
                               .unit = sheet_say_unit(s, f),
                               .badge = &badges,
                               .flag = &flags,
                               .sentence = &sentence,
                               .lint = &lints,
                               .figure_note = &notes,
                               .given = &given,
                               .denials = &denials,
                           });
}

/* ---- places over time ---- */

static void print_course(const struct sheet *s, struct buf *out, size_t i)
{
    const struct sheet_course *c = &s->courses[i];
    BUF_AUTO steps;
    buf_init(&steps, SIZE_MAX / 4);
    for (size_t k = 0; k < c->count; k++) {
        const struct sheet_step *step = &c->steps[k];
        const struct sheet_statement *st = &s->statements[step->statement];
        struct sheet_html_step v = {
            .when = sheet_say_date(s, s->documents[st->document].reading.published),
            .state = sheet_say_state(s, step),
            .who = sheet_say_source(s, st),
            .statement = number(s, step->statement + 1u),
            .wording = sheet_say_content(s, st),
        };
        if (step->against)
            sheet_html_step_against(&steps,
                                    &(struct sheet_html_step_against){v.when, v.state, v.who,
                                                                      v.statement, v.wording});
        else
            sheet_html_step(&steps, &v);
    }
    sheet_html_course(out, &(struct sheet_html_course){
                               .number = number(s, i + 1),
                               .place = c->place,
                               .summary = sheet_say_course(s, c),
                               .step = &steps,
                           });
}

/* ---- statements ---- */

static void add_remark(struct buf *out, struct str text)
{
    if (text.n)
        sheet_html_remark(out, &(struct sheet_html_remark){text});
}

static void print_statement(const struct sheet *s, struct buf *out, uint32_t i)
{
    const struct sheet_statement *st = &s->statements[i];
    BUF_AUTO remarks;
    buf_init(&remarks, SIZE_MAX / 4);
    if (sheet_span_given(st->p->verification))
        add_remark(&remarks, sheet_say_span(s, st->document, st->p->verification));
    if (st->copy_only)
        add_remark(&remarks, STR("only in this copy"));
    add_remark(&remarks, sheet_say_hedges(s, st));
    bool denies = st->p->stance == STANCE_DENIES;
    sheet_html_statement(out, &(struct sheet_html_statement){
                                  .number = number(s, i + 1u),
                                  .who = sheet_say_source(s, st),
                                  .who_more = sheet_say_terms(s, st),
                                  .stance_class = denies ? STR("denies") : STR("stance"),
                                  .stance = sheet_say_stance(st),
                                  .wording = sheet_say_content(s, st),
                                  .remark = &remarks,
                                  .rule = str_of(st->p->rule),
                                  .when = sheet_say_date(s, st->p->when),
                                  .when_of = st->p->when.p ? sheet_say_when_of(st) : STR(""),
                              });
}

static uint32_t print_report(const struct sheet *s, struct buf *out, uint32_t first)
{
    uint32_t d = s->statements[first].document, i = first;
    BUF_AUTO rows, notes;
    buf_init(&rows, SIZE_MAX / 4);
    buf_init(&notes, SIZE_MAX / 4);
    for (; i < s->statement_count && s->statements[i].document == d; i++)
        print_statement(s, &rows, i);
    const struct sheet_document *doc = &s->documents[d];
    if (doc->family != SHEET_NONE && doc->lead)
        sheet_html_report_note(
            &notes, &(struct sheet_html_report_note){arena_printf(
                        s->a, "Leads a family of %zu copies; the others are not read again.",
                        s->families[doc->family].count)});
    else if (doc->family != SHEET_NONE)
        sheet_html_report_note(&notes,
                               &(struct sheet_html_report_note){
                                   STR("A copy; only what the leading text does not have.")});
    sheet_html_report(out, &(struct sheet_html_report){
                               .number = document_number(s, d),
                               .title = sheet_say_title(s, d),
                               .publisher = sheet_say_publisher(s, d),
                               .published = sheet_say_date(s, doc->reading.published),
                               .file = sheet_show(s, doc->path),
                               .report_note = &notes,
                               .statement = &rows,
                           });
    return i;
}

/* ---- families ---- */

static void print_drift(const struct sheet *s, struct buf *out, const struct sheet_family *f)
{
    BUF_AUTO heads, rows;
    buf_init(&heads, SIZE_MAX / 4);
    buf_init(&rows, SIZE_MAX / 4);
    bool wide = f->count > SHEET_SIDE_BY_SIDE;
    for (size_t k = 0; k < f->count && !wide; k++)
        sheet_html_drift_head(
            &heads, &(struct sheet_html_drift_head){sheet_say_publisher(s, f->documents[k])});
    if (wide)
        sheet_html_drift_head(&heads, &(struct sheet_html_drift_head){STR("Wordings")});
    for (size_t i = 0; i < f->report.drift_count; i++) {
        const struct family_drift *d = &f->report.drifts[i];
        BUF_AUTO values;
        buf_init(&values, SIZE_MAX / 4);
        for (size_t k = 0; k < f->count && !wide; k++) {
            struct str name = sheet_say_publisher(s, f->documents[k]);
            struct str text = sheet_say_value(s, &d->values[k]);
            if (text.n)
                sheet_html_drift_value(&values, &(struct sheet_html_drift_value){name, text});
            else
                sheet_html_drift_none(&values, &(struct sheet_html_drift_none){name});
        }
        if (wide)
            sheet_html_drift_value(&values, &(struct sheet_html_drift_value){
                                                STR("Wordings"), sheet_say_wordings(s, f, d)});
        sheet_html_drift(&rows, &(struct sheet_html_drift){
                                    .kind = str_of(family_drift_name(d->kind)),
                                    .drift_value = &values,
                                });
    }
    sheet_html_drift_table(out, &(struct sheet_html_drift_table){&heads, &rows});
}

static void print_family(const struct sheet *s, struct buf *out, size_t i)
{
    const struct sheet_family *f = &s->families[i];
    BUF_AUTO members, notes, drift, none;
    buf_init(&members, SIZE_MAX / 4);
    buf_init(&notes, SIZE_MAX / 4);
    buf_init(&drift, SIZE_MAX / 4);
    buf_init(&none, SIZE_MAX / 4);
    for (size_t k = 0; k < f->count; k++)
        sheet_html_member(&members,
                          &(struct sheet_html_member){document_number(s, f->documents[k]),
                                                      sheet_say_report(s, f->documents[k]),
                                                      sheet_say_member(s, f, k)});
    size_t note_count;
    struct str *note = sheet_say_family_notes(s, f, &note_count);
    for (size_t k = 0; k < note_count; k++)
        sheet_html_family_note(&notes, &(struct sheet_html_family_note){note[k]});
    if (f->report.drift_count)
        print_drift(s, &drift, f);
    else
        sheet_html_no_drift(&none, &(struct sheet_html_no_drift){0});
    sheet_html_family(out, &(struct sheet_html_family){
                               .number = number(s, i + 1),
                               .title = sheet_say_title(s, f->documents[0]),
                               .member = &members,
                               .family_note = &notes,
                               .drift_table = &drift,
                               .no_drift = &none,
                           });
}

/* ---- texts ---- */

enum mark { MARK_SAID, MARK_WHO, MARK_CUE, MARK_FIGURE, MARK_REMARK, MARK_COUNT };

struct edge {
    size_t at;
    uint32_t statement; /* number, for the anchor; 0: none */
    int8_t step;        /* +1 opens, -1 closes, 0 anchor */
    uint8_t mark;
};

struct edges {
    struct edge *items;
    size_t count, cap;
    struct arena *a;
};

static int by_place(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->step != y->step) /* what ends here ends before what begins */
        return (x->step > y->step) - (x->step < y->step);
    if (x->statement != y->statement)
        return x->statement < y->statement ? -1 : 1;
    return (x->mark > y->mark) - (x->mark < y->mark);
}

static void add_mark(struct edges *e, struct span span, enum mark mark)
{
    if (!sheet_span_given(span))
        return;
    struct edge open = {span.begin, 0, 1, (uint8_t)mark},
                close = {span.end, 0, -1, (uint8_t)mark};
    ARENA_PUSH(e->a, e->items, e->count, e->cap, open);
    ARENA_PUSH(e->a, e->items, e->count, e->cap, close);
}

static void mark_proposal(struct edges *e, const struct proposal *p, uint32_t number)
{
    for (size_t i = 0; i < p->content.count; i++)
        add_mark(e, p->content.items[i], MARK_SAID);
    add_mark(e, p->speaker, MARK_WHO);
    add_mark(e, p->cue, MARK_CUE);
    add_mark(e, p->verification, MARK_REMARK);
    for (size_t i = 0; i < p->figures.count; i++)
        add_mark(e, (struct span){p->figures.items[i].begin, p->figures.items[i].end},
                 MARK_FIGURE);
    if (number && p->content.count) {
        struct edge anchor = {p->content.items[0].begin, number, 0, 0};
        ARENA_PUSH(e->a, e->items, e->count, e->cap, anchor);
    }
}

static struct str marks_of(const struct sheet *s, const size_t *depth)
{
    static const char *const names[MARK_COUNT] = {"said", "who", "cue", "figure", "remark"};
    char text[64] = "";
    size_t n = 0;
    for (int m = 0; m < MARK_COUNT; m++)
        if (depth[m])
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? " " : "", names[m]);
    return n ? arena_copy(s->a, str_make(text, n)) : (struct str){0};
}

/* A stretch of text that bears the same marks from end to end, names withheld. */
static void put_stretch(const struct sheet *s, struct buf *out, struct str text,
                        struct span stretch, const struct span *held, size_t held_count,
                        size_t *next_held, struct str marks)
{
    size_t at = stretch.begin;
    while (at < stretch.end) {
        while (*next_held < held_count && held[*next_held].end <= at)
            ++*next_held;
        const struct span *h = *next_held < held_count ? &held[*next_held] : NULL;
        bool inside = h && h->begin <= at;
        size_t end = inside ? h->end : h && h->begin < stretch.end ? h->begin : stretch.end;
        end = end < stretch.end ? end : stretch.end;
        if (inside) {
            if (h->begin == at || at == stretch.begin)
                sheet_html_segment(
                    out, &(struct sheet_html_segment){STR("withheld"), STR("name withheld")});
        } else if (marks.p) {
            sheet_html_segment(out,
                               &(struct sheet_html_segment){marks, str_slice(text, at, end)});
        } else {
            sheet_html_plain(out, &(struct sheet_html_plain){str_slice(text, at, end)});
        }
        at = end;
    }
    (void)s;
}

static size_t find_held(const struct sheet *s, struct str text, struct span **ret)
{
    struct span *held = NULL, span;
    size_t n = 0, cap = 0;
    for (size_t at = 0; sheet_next_withheld(s, text, at, &span); at = span.end)
        ARENA_PUSH(s->a, held, n, cap, span);
    *ret = held;
    return n;
}

static size_t print_text(const struct sheet *s, struct buf *out, uint32_t d,
                         const struct edges *e)
{
    struct str text = s->documents[d].text;
    struct span *held;
    size_t held_count = find_held(s, text, &held), next_held = 0, at = 0;
    size_t depth[MARK_COUNT] = {0};
    /* Blank lines at both ends are the file's, not the report's. */
    while (at < text.n && strchr(" \t\r\n", text.p[at]))
        at++;
    while (text.n > at && strchr(" \t\r\n", text.p[text.n - 1]))
        text.n--;
    for (size_t i = 0; i <= e->count; i++) {
        size_t to = i < e->count ? e->items[i].at : text.n;
        to = to < text.n ? to : text.n;
        if (to > at) {
            put_stretch(s, out, text, (struct span){at, to}, held, held_count, &next_held,
                        marks_of(s, depth));
            at = to;
        }
        if (i == e->count)
            break;
        const struct edge *x = &e->items[i];
        if (x->step > 0)
            depth[x->mark]++;
        else if (x->step < 0)
            depth[x->mark]--;
        else
            sheet_html_anchor(out, &(struct sheet_html_anchor){number(s, x->statement)});
    }
    return held_count;
}

/* `next` runs along the statements, which stand in the order of the documents. */
static void print_document(const struct sheet *s, struct buf *out, uint32_t d, uint32_t *next)
{
    const struct sheet_document *doc = &s->documents[d];
    struct edges e = {.a = s->a};
    for (size_t i = 0; i < doc->reading.count; i++) {
        const struct proposal *p = &doc->reading.items[i];
        bool numbered = *next < s->statement_count && s->statements[*next].p == p;
        mark_proposal(&e, p, numbered ? ++*next : 0);
    }
    if (e.count)
        qsort(e.items, e.count, sizeof *e.items, by_place);
    BUF_AUTO facts, notes, text;
    buf_init(&facts, SIZE_MAX / 4);
    buf_init(&notes, SIZE_MAX / 4);
    buf_init(&text, SIZE_MAX / 4);
    size_t held = print_text(s, &text, d, &e);
    size_t fact_count, note_count;
    struct str *fact = sheet_say_facts(s, d, &fact_count);
    for (size_t i = 0; i < fact_count; i++)
        sheet_html_fact(&facts, &(struct sheet_html_fact){fact[i]});
    struct str *note = sheet_say_document_notes(s, d, held, &note_count);
    for (size_t i = 0; i < note_count; i++)
        sheet_html_document_note(&notes, &(struct sheet_html_document_note){note[i]});
    sheet_html_document(out, &(struct sheet_html_document){
                                 .number = document_number(s, d),
                                 .title = sheet_say_title(s, d),
                                 .publisher = sheet_say_publisher(s, d),
                                 .published = sheet_say_date(s, doc->reading.published),
                                 .file = sheet_show(s, doc->path),
                                 .fact = &facts,
                                 .document_note = &notes,
                                 .segment = &text,
                             });
}

/* ---- the page ---- */

static void print_unread(const struct sheet *s, struct buf *unread, struct buf *all_read)
{
    BUF_AUTO items;
    buf_init(&items, SIZE_MAX / 4);
    for (size_t i = 0; i < s->unread_count; i++)
        sheet_html_unread_item(
            &items, &(struct sheet_html_unread_item){sheet_show(s, s->unread[i].path),
                                                     sheet_show(s, s->unread[i].why)});
    if (s->unread_count)
        sheet_html_unread(unread, &(struct sheet_html_unread){&items});
    else
        sheet_html_all_read(all_read, &(struct sheet_html_all_read){0});
}

enum part {
    FIGURES,
    NO_FIGURE,
    COURSES,
    NAV_COURSES,
    REPORTS,
    FAMILIES,
    NAV_FAMILIES,
    TEXTS,
    UNREAD,
    ALL_READ,
    ASIDE,
    PART_COUNT
};

static void print_parts(const struct sheet *s, struct buf *part)
{
    BUF_AUTO courses, families;
    buf_init(&courses, SIZE_MAX / 4);
    buf_init(&families, SIZE_MAX / 4);
    for (size_t i = 0; i < s->figure_count; i++)
        print_figure(s, &part[FIGURES], i);
    if (!s->figure_count)
        sheet_html_no_figure(&part[NO_FIGURE], &(struct sheet_html_no_figure){0});
    for (size_t i = 0; i < s->course_count; i++)
        print_course(s, &courses, i);
    if (s->course_count) {
        sheet_html_courses(&part[COURSES], &(struct sheet_html_courses){&courses});
        sheet_html_nav_courses(&part[NAV_COURSES], &(struct sheet_html_nav_courses){0});
    }
    for (uint32_t i = 0; i < s->statement_count;)
        i = print_report(s, &part[REPORTS], i);
    for (size_t i = 0; i < s->family_count; i++)
        print_family(s, &families, i);
    if (s->family_count) {
        sheet_html_families(&part[FAMILIES], &(struct sheet_html_families){&families});
        sheet_html_nav_families(&part[NAV_FAMILIES], &(struct sheet_html_nav_families){0});
    }
    uint32_t next = 0;
    for (uint32_t d = 0; d < s->document_count; d++)
        print_document(s, &part[TEXTS], d, &next);
    print_unread(s, &part[UNREAD], &part[ALL_READ]);
    struct str aside = sheet_say_aside(s);
    if (aside.n)
        sheet_html_figures_aside(&part[ASIDE], &(struct sheet_html_figures_aside){aside});
}

void sheet_print_page(struct buf *out, const struct sheet *s)
{
    struct buf part[PART_COUNT];
    for (int i = 0; i < PART_COUNT; i++)
        buf_init(&part[i], SIZE_MAX / 4);
    print_parts(s, part);
    sheet_html_page(out, &(struct sheet_html_page){
                             .title = sheet_show(s, s->title),
                             .lede = sheet_say_lede(s),
                             .nav_courses = &part[NAV_COURSES],
                             .nav_families = &part[NAV_FAMILIES],
                             .figure = &part[FIGURES],
                             .no_figure = &part[NO_FIGURE],
                             .courses = &part[COURSES],
                             .report = &part[REPORTS],
                             .families = &part[FAMILIES],
                             .document = &part[TEXTS],
                             .unread = &part[UNREAD],
                             .all_read = &part[ALL_READ],
                             .figures_aside = &part[ASIDE],
                             .version = STR(DEPONENT_VERSION),
                             .rules = STR("rules " SHEET_RULES ", " WEIGH_RULES),
                         });
    for (int i = 0; i < PART_COUNT; i++)
        buf_free(&part[i]);
}
