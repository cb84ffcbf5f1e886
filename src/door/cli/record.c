/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/record.h"

#include "base/markup.h"
#include "model/card.h"

void record_print_text(struct buf *out, struct str text)
{
    struct str line;
    while (str_next_line(&text, &line)) {
        markup_terminal(out, line);
        buf_add_char(out, '\n');
    }
}

int record_print_lines(struct buf *out, const struct record *r, struct err *err)
{
    BUF_AUTO card;
    buf_init(&card, RECORD_MAX);
    int e = card_print(&card, r, err);
    if (!e)
        e = buf_check(&card, record_shapes[r->kind].name, err);
    if (!e)
        record_print_text(out, str_trim(buf_str(&card)));
    return e;
}

int record_print_brief(struct arena *a, const struct record *r, struct str *ret,
                       struct err *err)
{
    BUF_AUTO card, brief;
    buf_init(&card, RECORD_MAX);
    buf_init(&brief, RECORD_MAX);
    int e = card_print(&card, r, err);
    if (e)
        return e;
    struct str rest = buf_str(&card), line;
    bool first = true;
    while (str_next_line(&rest, &line)) {
        if (line.n == 0 || str_starts(line, STR("card: ")) || str_starts(line, STR("id: ")))
            continue;
        bool more = line.p[0] == ' ';
        if (!first && !more)
            buf_add(&brief, STR(";"));
        if (!first && !more)
            buf_add_char(&brief, ' ');
        buf_add(&brief, line);
        first = false;
    }
    *ret = brief.n ? arena_copy(a, buf_str(&brief)) : STR("");
    return 0;
}

int record_print_object(struct buf *out, const struct record *r, struct err *err)
{
    int e = card_print_json(out, r, err);
    if (!e && out->n && out->p[out->n - 1] != '\n')
        buf_add_char(out, '\n');
    return e;
}
