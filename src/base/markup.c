/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/markup.h"

#include "base/text.h"

enum place { PLACE_TEXT, PLACE_ATTR, PLACE_TERMINAL };

/* Direction overrides and isolates can make a page show another order than the bytes have. */
static bool turns_direction(uint32_t cp)
{
    return (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

static void add_ascii(struct buf *out, char c, enum place place)
{
    if (c == '\n' || c == '\r' || c == '\t')
        buf_add_char(out, place == PLACE_TEXT ? c : ' ');
    else if ((unsigned char)c < 0x20 || c == 0x7f)
        buf_add(out, STR("\xef\xbf\xbd"));
    else if (place == PLACE_TERMINAL)
        buf_add_char(out, c);
    else if (c == '&')
        buf_add(out, STR("&amp;"));
    else if (c == '<')
        buf_add(out, STR("&lt;"));
    else if (c == '>')
        buf_add(out, STR("&gt;"));
    else if (c == '"' && place == PLACE_ATTR)
        buf_add(out, STR("&quot;"));
    else if (c == '\'' && place == PLACE_ATTR)
        buf_add(out, STR("&#39;"));
    else
        buf_add_char(out, c);
}

static void add_safe(struct buf *out, struct str s, enum place place)
{
    for (size_t i = 0, next; i < s.n; i = next) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80) {
            add_ascii(out, (char)c, place);
            next = i + 1;
            continue;
        }
        uint32_t cp = text_decode(s, i, &next);
        bool invalid = cp == 0xFFFD && next == i + 1;
        if (invalid || cp < 0xA0 || turns_direction(cp))
            buf_add(out, STR("\xef\xbf\xbd"));
        else if (place != PLACE_TEXT && (cp == 0x2028 || cp == 0x2029))
            buf_add_char(out, ' ');
        else
            buf_add(out, str_slice(s, i, next));
    }
}

void markup_text(struct buf *out, struct str s)
{
    add_safe(out, s, PLACE_TEXT);
}
void markup_attr(struct buf *out, struct str s)
{
    add_safe(out, s, PLACE_ATTR);
}
void markup_terminal(struct buf *out, struct str s)
{
    add_safe(out, s, PLACE_TERMINAL);
}

void markup_page_head(struct buf *out, const char *title)
{
    buf_printf(out,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" "
               "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
               "<meta name=\"referrer\" content=\"no-referrer\">\n"
               "<title>%s</title>\n",
               title);
}
