/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/family_print.h"
#include "door/cli/table.h"

#define CELL_MAX  (16u << 10)
#define ROW_LINES 6

/* ---- for people ---- */

/* "1 2 4": the copies that word it like copy i; empty when an earlier copy does. */
static struct str copies_like(struct arena *a, const struct family_shown *f,
                              const struct family_value *values, size_t i)
{
    struct buf b;
    buf_init(&b, CELL_MAX);
    for (size_t k = 0; k < f->group->count; k++) {
        bool same = (values[k].text.p != NULL) == (values[i].text.p != NULL) &&
                    str_eq(values[k].text, values[i].text);
        if (!same)
            continue;
        if (k < i) {
            buf_free(&b);
            return STR("");
        }
        buf_printf(&b, "%s%zu", b.n ? " " : "", k + 1);
    }
    struct str s = arena_copy(a, buf_str(&b));
    buf_free(&b);
    return s;
}

static void print_drifts(struct buf *out, struct arena *a, const struct family_shown *f,
                         size_t width)
{
    struct table t = {.columns = 3, .lines_max = ROW_LINES};
    t.width[0] = 9;
    t.width[1] = width >= 80 ? 14 : 10;
    t.width[2] = width - t.width[0] - t.width[1] - 2;
    if (f->report->drift_count)
        table_row(out, &t, (struct str[]){STR("drift"), STR("copies"), STR("wording")});
    for (size_t i = 0; i < f->report->drift_count; i++) {
        const struct family_drift *d = &f->report->drifts[i];
        struct str kind = str_of(family_drift_name(d->kind));
        for (size_t k = 0; k < f->group->count; k++) {
            struct str copies = copies_like(a, f, d->values, k);
            if (copies.n == 0)
                continue;
            struct str text = d->values[k].text.p ? d->values[k].text : STR("(not there)");
            table_row(out, &t, (struct str[]){kind, copies, text});
            kind = STR("");
        }
    }
}

static void print_notes(struct buf *out, struct arena *a, const struct family_shown *f,
                        size_t width)
{
    for (size_t i = 0; i < f->report->credit_count; i++) {
        const struct family_credit *c = &f->report->credits[i];
        struct str to =
            c->to < 0 ? STR("") : arena_printf(a, ", which is copy %d", (int)c->to + 1);
        table_note(out,
                   arena_printf(a, "copy %u credits %.*s%.*s", c->from + 1, (int)c->whom.n,
                                c->whom.p, (int)to.n, to.p),
                   2, width);
    }
    for (size_t i = 0; i < f->report->unmask_count; i++) {
        const struct family_unmask *u = &f->report->unmasks[i];
        table_note(out,
                   arena_printf(a,
                                "! copy %u names a speaker to whom copy %u grants anonymity; "
                                "the name is withheld here",
                                u->unmasks + 1, u->granted_by + 1),
                   2, width);
    }
    if (f->report->compared < f->group->count)
        table_note(out,
                   arena_printf(a, "! only the first %zu of %zu copies are compared",
                                f->report->compared, f->group->count),
                   2, width);
}

/* The strongest link and the longest run of a copy say why it is here. */
static struct str why(struct arena *a, const struct family_shown *f, size_t i)
{
    struct buf b;
    buf_init(&b, CELL_MAX);
    for (size_t k = 0; k < f->report->run_count && b.n == 0; k++) {
        const struct family_run *r = &f->report->runs[k];
        if (r->b == i)
            buf_printf(&b, "longest run: %u of %u words as in copy %u", r->words, r->of_words,
                       r->a + 1);
    }
    struct str s = arena_copy(a, buf_str(&b));
    buf_free(&b);
    return s.p ? s : STR("");
}

void family_print_table(struct buf *out, struct arena *a, const struct family_shown *f,
                        size_t width)
{
    table_note(out, arena_printf(a, "Family %zu: %zu copies", f->number, f->group->count), 0,
               width);
    for (size_t i = 0; i < f->group->count; i++) {
        struct str file = family_file(f, i), reason = why(a, f, i);
        table_note(out,
                   arena_printf(a, "%zu. %.*s%s%.*s", i + 1, (int)file.n, file.p,
                                reason.n ? " - " : "", (int)reason.n, reason.p),
                   2, width);
    }
    print_notes(out, a, f, width);
    if (f->report->drift_count == 0)
        table_note(out, STR("the copies do not differ in figures, names, negations or quotes"),
                   2, width);
    print_drifts(out, a, f, width);
    buf_add_char(out, '\n');
}

void family_print_table_end(struct buf *out, struct arena *a, size_t families,
                            const struct str *too_short, size_t too_short_count, size_t width)
{
    if (families == 0)
        table_note(out, STR("No two of these texts are copies of one report."), 0, width);
    for (size_t i = 0; i < too_short_count; i++)
        table_note(out,
                   arena_printf(a,
                                "%.*s: too short, or too poor in names and numbers, to say "
                                "whether it is a copy",
                                (int)too_short[i].n, too_short[i].p),
                   0, width);
}

/* ---- for programs ---- */

static void put_field(struct buf *out, struct str s, bool last)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        buf_add_char(out, c < 0x20 || c == 0x7f ? ' ' : s.p[i]);
    }
    buf_add_char(out, last ? '\n' : '\t');
}

/* A number, or nothing. */
static void put_number(struct buf *out, bool given, size_t v, bool last)
{
    if (given)
        buf_add_u64(out, v);
    buf_add_char(out, last ? '\n' : '\t');
}

static void put_row(struct buf *out, size_t family, size_t row, const char *kind,
                    struct str file, struct str text, const struct span *span)
{
    put_number(out, family != 0, family, false);
    put_number(out, row != 0, row, false);
    put_field(out, str_of(kind), false);
    put_field(out, file, false);
    put_field(out, text, false);
    put_number(out, span != NULL, span ? span->begin : 0, false);
    put_number(out, span != NULL, span ? span->end : 0, true);
}

void family_print_tsv_head(struct buf *out)
{
    buf_add(out, STR("family\tdrift\tkind\tfile\ttext\tbegin\tend\n"));
}

void family_print_tsv(struct buf *out, const struct family_shown *f)
{
    const struct family_report *r = f->report;
    for (size_t i = 0; i < f->group->count; i++)
        put_row(out, f->number, 0, "copy", family_file(f, i), STR(""), NULL);
    for (size_t i = 0; i < r->credit_count; i++)
        put_row(out, f->number, 0, "derivation", family_file(f, r->credits[i].from),
                r->credits[i].whom, &r->credits[i].span);
    for (size_t i = 0; i < r->unmask_count; i++)
        put_row(out, f->number, 0, "unmasks", family_file(f, r->unmasks[i].unmasks),
                STR("withheld"), NULL);
    for (size_t i = 0; i < r->drift_count; i++)
        for (size_t k = 0; k < f->group->count; k++) {
            const struct family_value *v = &r->drifts[i].values[k];
            put_row(out, f->number, i + 1, family_drift_name(r->drifts[i].kind),
                    family_file(f, k), v->text.p ? v->text : STR(""),
                    v->text.p && !v->withheld ? &v->span : NULL);
        }
}

void family_print_tsv_short(struct buf *out, struct str file)
{
    put_row(out, 0, 0, "too_short", file, STR(""), NULL);
}
