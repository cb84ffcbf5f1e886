/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/sheet_print.h"
#include "door/cli/table.h"
#include "work/sheet_say.h"

#define NARROW    72 /* below it, a row becomes a block */
#define ROW_LINES 6
#define INDENT    3

struct page {
    struct buf *out;
    const struct sheet *s;
    size_t width;
};

static struct str join2(const struct sheet *s, struct str a, const char *between, struct str b)
{
    if (a.n == 0 || b.n == 0)
        return a.n ? a : b;
    return arena_printf(s->a, "%.*s%s%.*s", (int)a.n, a.p, between, (int)b.n, b.p);
}

static void heading(const struct page *p, const char *text)
{
    buf_printf(p->out, "\n%s\n", text);
    for (size_t i = strlen(text); i; i--)
        buf_add_char(p->out, '-');
    buf_add_char(p->out, '\n');
}

static void note(const struct page *p, struct str text, size_t indent)
{
    if (text.n)
        table_note(p->out, text, indent, p->width);
}

/* A row behind INDENT blanks: an empty first column of that width. */
static void row(const struct page *p, const struct table *t, const struct str *cells)
{
    struct str all[TABLE_COLUMNS_MAX] = {STR("")};
    for (size_t i = 1; i < t->columns; i++)
        all[i] = cells[i - 1];
    table_row(p->out, t, all);
}

/* ---- figures ---- */

static void print_given(const struct page *p, const struct sheet_figure *f)
{
    const struct sheet *s = p->s;
    struct table t = {.columns = 5, .lines_max = ROW_LINES};
    size_t rest = p->width - INDENT - 4;
    t.width[0] = INDENT - 1;
    t.width[1] = rest * 34 / 100;
    t.width[2] = 16;
    t.width[3] = rest >= 100 ? 26 : 15;
    t.width[4] = rest - t.width[1] - t.width[2] - t.width[3];
    bool narrow = p->width < NARROW;
    if (!narrow)
        row(p, &t, (struct str[]){STR("source"), STR("figure"), STR("when"), STR("through")});
    for (size_t i = 0; i < f->given_count; i++) {
        const struct sheet_given *g = &f->given[i];
        const struct sheet_statement *st = &s->statements[g->statement];
        struct str who = sheet_say_source(s, st), figure = sheet_say_figure(s, g->figure);
        struct str through = arena_printf(s->a, "[%u] ", g->statement + 1);
        struct str report = sheet_say_report(s, st->document);
        through =
            arena_printf(s->a, "%.*s%.*s", (int)through.n, through.p, (int)report.n, report.p);
        if (narrow) {
            note(p, join2(s, figure, ": ", who), INDENT);
            note(p, join2(s, sheet_say_when(s, st), "; ", through), INDENT + 3);
        } else {
            row(p, &t, (struct str[]){who, figure, sheet_say_when(s, st), through});
        }
        if (sheet_span_given(st->p->verification))
            note(p,
                 join2(s, STR("!"), " ", sheet_say_span(s, st->document, st->p->verification)),
                 INDENT + 3);
    }
}

static void print_figure(const struct page *p, size_t i)
{
    const struct sheet *s = p->s;
    const struct sheet_figure *f = &s->figures[i];
    note(p, arena_printf(s->a, "%zu. %.*s", i + 1, (int)f->title.n, f->title.p), 0);
    struct str range = sheet_say_range(s, f->result.low, f->result.high);
    struct str line = join2(s, range, " ", sheet_say_unit(s, f));
    const char *verdict = vocab_name(&vocab_verdict, (int)f->result.verdict);
    line = join2(s, line, "; ", verdict ? str_of(verdict) : STR(""));
    for (int k = 0; k < FLAG_COUNT; k++)
        if (f->result.flags & 1u << k)
            line = join2(s, line, ", ", str_of(vocab_name(&vocab_flag, k)));
    note(p, join2(s, line, "; ", sheet_say_origins(s, f)), INDENT);
    struct str sentence = sheet_show(s, f->result.sentence);
    if (sentence.n)
        note(p, arena_printf(s->a, "> %.*s", (int)sentence.n, sentence.p), INDENT);
    for (size_t k = 0; k < f->result.lints.count; k++)
        note(
            p,
            join2(s, STR("! do not publish as it stands:"), " ", f->result.lints.items[k].text),
            INDENT);
    size_t count;
    struct str *notes = sheet_say_notes(s, f, &count);
    for (size_t k = 0; k < count; k++)
        note(p, notes[k], INDENT);
    print_given(p, f);
    for (size_t k = 0; k < f->denial_count; k++) {
        const struct sheet_statement *st = &s->statements[f->denials[k]];
        struct str who = sheet_say_source(s, st), when = sheet_say_when(s, st);
        struct str what = sheet_say_content(s, st);
        note(p,
             arena_printf(s->a, "denied by %.*s, %.*s [%u]: %.*s", (int)who.n, who.p,
                          (int)when.n, when.p, f->denials[k] + 1, (int)what.n, what.p),
             INDENT);
    }
    buf_add_char(p->out, '\n');
}

/* ---- places ---- */

static void print_course(const struct page *p, const struct sheet_course *c)
{
    const struct sheet *s = p->s;
    note(p, join2(s, c->place, ": ", sheet_say_course(s, c)), 0);
    for (size_t i = 0; i < c->count; i++) {
        const struct sheet_step *step = &c->steps[i];
        const struct sheet_statement *st = &s->statements[step->statement];
        struct str date = sheet_say_date(s, s->documents[st->document].reading.published);
        struct str state = sheet_say_state(s, step), who = sheet_say_source(s, st);
        struct str what = sheet_say_content(s, st);
        note(p,
             arena_printf(s->a, "%s %.*s, %.*s: %.*s [%u]: %.*s", step->against ? "!" : "-",
                          (int)date.n, date.p, (int)state.n, state.p, (int)who.n, who.p,
                          step->statement + 1, (int)what.n, what.p),
             INDENT);
    }
}

/* ---- statements ---- */

static struct table statement_table(size_t width)
{
    struct table t = {.columns = 5, .lines_max = ROW_LINES};
    size_t rest = width - 5 - 4 - 10;
    t.width[0] = 4;
    t.width[1] = rest * 30 / 100;
    t.width[2] = 10;
    t.width[3] = rest >= 80 ? 16 : 11;
    t.width[4] = rest - t.width[1] - t.width[3] + 1;
    return t;
}

static void print_statement(const struct page *p, const struct table *t, uint32_t i)
{
    const struct sheet *s = p->s;
    const struct sheet_statement *st = &s->statements[i];
    struct str id = arena_printf(s->a, "%u", i + 1), who = sheet_say_source(s, st);
    struct str stance = sheet_say_stance(st), what = sheet_say_content(s, st);
    struct str when = sheet_say_date(s, st->p->when);
    struct str terms = sheet_say_terms(s, st);
    if (p->width < NARROW) {
        note(p,
             arena_printf(s->a, "%u. %.*s, %.*s%s%.*s: %.*s", i + 1, (int)who.n, who.p,
                          (int)stance.n, stance.p, when.n ? ", " : "", (int)when.n, when.p,
                          (int)what.n, what.p),
             0);
    } else {
        who = terms.n
                  ? arena_printf(s->a, "%.*s; %.*s", (int)who.n, who.p, (int)terms.n, terms.p)
                  : who;
        table_row(p->out, t, (struct str[]){id, who, stance, when, what});
    }
    struct str remark = sheet_say_hedges(s, st);
    if (st->copy_only)
        remark = join2(s, remark, "; ", STR("only in this copy"));
    if (sheet_span_given(st->p->verification))
        remark = join2(s, remark, "; ", sheet_say_span(s, st->document, st->p->verification));
    if (remark.n)
        note(p, arena_printf(s->a, "! %.*s", (int)remark.n, remark.p), 5);
}

static void print_statements(const struct page *p)
{
    const struct sheet *s = p->s;
    struct table t = statement_table(p->width);
    uint32_t last = SHEET_NONE;
    for (uint32_t i = 0; i < s->statement_count; i++) {
        uint32_t d = s->statements[i].document;
        if (d != last) {
            buf_add(p->out, last == SHEET_NONE ? STR("") : STR("\n"));
            note(p, join2(s, sheet_say_report(s, d), ": ", sheet_say_title(s, d)), 0);
        }
        last = d;
        print_statement(p, &t, i);
    }
}

/* ---- copies ---- */

static void print_drift(const struct page *p, const struct sheet_family *f)
{
    const struct sheet *s = p->s;
    size_t columns = f->count + 2, rest = p->width - INDENT - 10 - f->count;
    struct table t = {.columns = columns, .lines_max = ROW_LINES};
    bool fits = columns <= TABLE_COLUMNS_MAX && rest / f->count >= 16;
    struct str cells[TABLE_COLUMNS_MAX] = {STR("")};
    if (fits) {
        t.width[0] = INDENT - 1;
        t.width[1] = 10;
        for (size_t k = 0; k < f->count; k++) {
            t.width[k + 2] = rest / f->count;
            cells[k + 1] = sheet_say_publisher(s, f->documents[k]);
        }
        cells[0] = STR("drift");
        row(p, &t, cells);
    }
    for (size_t i = 0; i < f->report.drift_count; i++) {
        const struct family_drift *d = &f->report.drifts[i];
        cells[0] = str_of(family_drift_name(d->kind));
        if (!fits) {
            note(p, join2(s, cells[0], ": ", sheet_say_wordings(s, f, d)), INDENT);
            continue;
        }
        for (size_t k = 0; k < f->count; k++) {
            struct str value = sheet_say_value(s, &d->values[k]);
            cells[k + 1] = value.n ? value : STR("(left out)");
        }
        row(p, &t, cells);
    }
}

static void print_family(const struct page *p, size_t i)
{
    const struct sheet *s = p->s;
    const struct sheet_family *f = &s->families[i];
    struct str title = sheet_say_title(s, f->documents[0]);
    note(p, arena_printf(s->a, "%zu. %.*s", i + 1, (int)title.n, title.p), 0);
    for (size_t k = 0; k < f->count; k++)
        note(p, join2(s, sheet_say_report(s, f->documents[k]), " ", sheet_say_member(s, f, k)),
             INDENT);
    size_t count;
    struct str *notes = sheet_say_family_notes(s, f, &count);
    for (size_t k = 0; k < count; k++)
        note(p, join2(s, STR("!"), " ", notes[k]), INDENT);
    if (f->report.drift_count)
        print_drift(p, f);
    buf_add_char(p->out, '\n');
}

void sheet_print_table(struct buf *out, const struct sheet *s, size_t width)
{
    struct page p = {out, s, width};
    buf_add(out, STR("FIGURE SHEET: INTERNAL, PROPOSED\n"));
    note(&p,
         STR("Proposed by rules (" SHEET_RULES ", " WEIGH_RULES
             "); nobody has decided anything here yet."),
         0);
    note(&p, sheet_say_lede(s), 0);
    heading(&p, "Figures");
    for (size_t i = 0; i < s->figure_count; i++)
        print_figure(&p, i);
    if (!s->figure_count)
        note(&p, STR("No statement with a figure was found in these texts."), 0);
    if (s->course_count) {
        heading(&p, "Places over time");
        for (size_t i = 0; i < s->course_count; i++)
            print_course(&p, &s->courses[i]);
    }
    heading(&p, "Statements");
    print_statements(&p);
    if (s->family_count) {
        heading(&p, "Copies and drift");
        for (size_t i = 0; i < s->family_count; i++)
            print_family(&p, i);
    }
    heading(&p, "Not read");
    for (size_t i = 0; i < s->unread_count; i++)
        note(&p,
             join2(s, sheet_show(s, s->unread[i].path), ": ", sheet_show(s, s->unread[i].why)),
             0);
    if (!s->unread_count)
        note(&p, STR("Every file was read."), 0);
    note(&p, sheet_say_aside(s), 0);
}
