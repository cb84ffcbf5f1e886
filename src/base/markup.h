/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/markup: text from outside, made safe for the place where it is shown.
 *
 * Each function adds `s` so that it can only be read as text there. Bytes that are not UTF-8,
 * control characters and the invisible characters that turn the direction of what follows come
 * out as U+FFFD. Does not: judge what the text says, or keep byte offsets.
 */
#ifndef DEPONENT_BASE_MARKUP_H
#define DEPONENT_BASE_MARKUP_H

#include "base/buf.h"

/* Between the tags of an HTML page. Tabs and line breaks stay. */
void markup_text(struct buf *out, struct str s);
/* Inside a double-quoted attribute. Line breaks and tabs come out as spaces. */
void markup_attr(struct buf *out, struct str s);
/* On a terminal, in one line: no escape sequence gets through, line breaks become spaces. */
void markup_terminal(struct buf *out, struct str s);

/* The beginning of a page that runs no script and loads nothing, up to the end of its title; the
 * style and the end of the head are the caller's. `title` is ours and holds no markup. */
void markup_page_head(struct buf *out, const char *title);

#endif
