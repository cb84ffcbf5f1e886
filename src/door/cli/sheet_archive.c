/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "door/cli/figure_print.h"
#include "door/cli/sheet_print.h"
#include "door/cli/table.h"

static void heading(struct buf *out, const char *text)
{
    buf_printf(out, "\n%s\n", text);
    for (size_t i = strlen(text); i; i--)
        buf_add_char(out, '-');
    buf_add_char(out, '\n');
}

static void print_cases(struct buf *out, const struct sheet_archive *s, size_t width)
{
    BUF_AUTO b;
    buf_init(&b, 1024);
    buf_printf(&b, "%zu case%s: ", s->case_count, s->case_count == 1 ? "" : "s");
    for (int o = 0; o < OUTCOME_COUNT; o++)
        if (s->cases[o] || o == OUTCOME_UNKNOWN)
            buf_printf(&b, "%s%zu %s", o ? ", " : "", s->cases[o],
                       vocab_name(&vocab_outcome, o));
    table_note(out, buf_str(&b), 0, width);
}

void sheet_print_archive(struct buf *out, const struct sheet_archive *s, size_t width)
{
    heading(out, "Recorded figures");
    for (size_t i = 0; i < s->figure_count; i++) {
        figure_print_row(out, &s->figures[i]);
        table_note(out, s->figures[i].sentence, 3, width);
    }
    if (s->figure_count == 0)
        buf_add(out, STR("No figure is recorded.\n"));
    heading(out, "Cases by outcome");
    print_cases(out, s, width);
    if (s->withheld)
        buf_printf(out, "\n%zu published report%s left out, as the terms demand.\n",
                   s->withheld, s->withheld == 1 ? " is" : "s are");
}

void sheet_print_archive_json(struct buf *out, const struct sheet_archive *s)
{
    for (size_t i = 0; i < s->figure_count; i++)
        figure_print_kept_json(out, &s->figures[i]);
    struct json_out j = {out, false};
    json_begin_object(&j);
    json_put_key(&j, "cases");
    json_begin_object(&j);
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        json_put_key(&j, vocab_name(&vocab_outcome, o));
        json_put_int(&j, (int64_t)s->cases[o]);
    }
    json_end_object(&j);
    json_put_key(&j, "reports");
    json_put_int(&j, (int64_t)s->reports);
    json_put_key(&j, "reports_withheld");
    json_put_int(&j, (int64_t)s->withheld);
    json_end_object(&j);
    buf_add_char(out, '\n');
}
