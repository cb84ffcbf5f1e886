/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/html: an HTML page reduced to the text of its article, by libxml2.
 *
 * Dropped: scripts, styles, navigation, asides, footers, forms, pictures with their captions,
 * and blocks that are mostly links. Of the rest the container with the densest running text is
 * taken. Paragraphs are set apart by an empty line, white space is one blank. Every byte of the
 * text has its place in the file (struct offset_map), also behind entities, comments and tags
 * inside a word. Guarantees: nothing is loaded, no entity but a character is expanded, size and
 * depth are bounded, libxml2 never prints. Does not: run scripts, or read other charsets than
 * UTF-8.
 */
#ifndef DEPONENT_BASE_HTML_H
#define DEPONENT_BASE_HTML_H

#include "base/err.h"
#include "base/offset.h"

#define HTML_MAX_DEPTH      256
#define HTML_MAX_ELEMENTS   1000000
#define HTML_MAX_ATTRIBUTES 256 /* of one element */

struct html_article {
    struct str text;
    struct offset_map map; /* text to file */
    struct str published;  /* "YYYY-MM-DD" from the page's head, or p == NULL */
    struct str publisher;  /* og:site_name, or p == NULL */
    struct str title;      /* og:title, or p == NULL */
};

/* Does the file begin like HTML? */
bool html_is(struct str bytes);
/* ERR_INPUT when the page declares a charset that its bytes cannot be read in. */
int html_check_charset(struct str bytes, const char *what, struct err *err) ERR_CHECKED;
/* `bytes` is valid UTF-8 of less than 4 GB. ERR_INPUT when there is no article, ERR_LIMIT when
 * the page is nested too deeply; `what` names the file in the sentence. */
int html_article(struct arena *a, struct str bytes, const char *what, struct html_article *ret,
                 struct err *err) ERR_CHECKED;

#endif
