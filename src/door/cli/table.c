/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/table.h"

#include "base/markup.h"
#include "base/text.h"
#include "sys/terminal.h"

#include <stdlib.h>
#include <unistd.h>

#define WIDTH_PLAIN 100
#define WIDTH_LEAST 40
#define WIDTH_MOST  200
#define LINES_MOST  64

/* How many bytes of s, from its start, make one line of `width` columns; *ret_next is where the
 * next line begins. */
static size_t line_of(struct str s, size_t width, size_t *ret_next)
{
    size_t columns = 0, blank = 0, i = 0, next;
    while (i < s.n) {
        (void)text_decode(s, i, &next);
        size_t w = text_width(str_slice(s, i, next));
        if (columns + w > width && i > 0)
            break;
        if (s.p[i] == ' ')
            blank = i;
        columns += w;
        i = next;
    }
    size_t end = i;
    if (i < s.n && s.p[i] != ' ' && blank > 0)
        end = blank;
    size_t after = end;
    while (after < s.n && s.p[after] == ' ')
        after++;
    *ret_next = after;
    return end;
}

static void pad(struct buf *out, size_t n)
{
    while (n--)
        buf_add_char(out, ' ');
}

/* The next line of the cell, padded unless it is the last column. */
static void put_line(struct buf *out, struct str *rest, size_t width, bool cut, bool last)
{
    size_t next;
    size_t n = line_of(*rest, width, &next);
    struct str line = str_trim(str_slice(*rest, 0, n));
    bool ellipsis = cut && next < rest->n;
    if (ellipsis) {
        size_t unused;
        line = str_slice(line, 0, line_of(line, width > 1 ? width - 1 : 1, &unused));
    }
    buf_add(out, line);
    if (ellipsis)
        buf_add(out, STR("\xe2\x80\xa6"));
    *rest = str_slice(*rest, next, rest->n);
    size_t used = text_width(line) + ellipsis;
    if (!last && used < width)
        pad(out, width - used);
}

static void trim_right(struct buf *out)
{
    while (out->n && out->p[out->n - 1] == ' ')
        out->n--;
}

void table_row(struct buf *out, const struct table *t, const struct str *cells)
{
    struct buf safe[TABLE_COLUMNS_MAX];
    struct str rest[TABLE_COLUMNS_MAX];
    for (size_t c = 0; c < t->columns; c++) {
        buf_init(&safe[c], SIZE_MAX / 4);
        markup_terminal(&safe[c], cells[c]);
        rest[c] = str_trim(buf_str(&safe[c]));
    }
    size_t most = t->lines_max < LINES_MOST ? t->lines_max : LINES_MOST;
    bool more = true;
    for (size_t line = 0; line < most && more; line++) {
        more = false;
        for (size_t c = 0; c < t->columns; c++) {
            put_line(out, &rest[c], t->width[c], line + 1 == most, c + 1 == t->columns);
            more = more || rest[c].n;
            if (c + 1 < t->columns)
                buf_add_char(out, ' ');
        }
        trim_right(out);
        buf_add_char(out, '\n');
    }
    for (size_t c = 0; c < t->columns; c++)
        buf_free(&safe[c]);
}

void table_note(struct buf *out, struct str text, size_t indent, size_t width)
{
    BUF_AUTO safe;
    buf_init(&safe, SIZE_MAX / 4);
    markup_terminal(&safe, text);
    struct str rest = str_trim(buf_str(&safe));
    size_t room = width > indent + 10 ? width - indent : 10;
    for (size_t line = 0; rest.n && line < LINES_MOST; line++) {
        pad(out, indent);
        put_line(out, &rest, room, false, true);
        trim_right(out);
        buf_add_char(out, '\n');
    }
}

size_t table_terminal_width(void)
{
    uint64_t w = terminal_width(STDOUT_FILENO);
    const char *columns = getenv("COLUMNS");
    if (w == 0 && !(columns && str_to_u64(str_of(columns), &w)))
        w = WIDTH_PLAIN;
    return w < WIDTH_LEAST ? WIDTH_LEAST : w > WIDTH_MOST ? WIDTH_MOST : (size_t)w;
}
