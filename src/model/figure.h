/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model/figure: how many, as a text gave it. low, best and high follow UCDP; NAN stands for
 * "not given" and is printed as null.
 *
 *   bound      wording                           low    best   high
 *   exact      "12", "twelve"                    n      n      n
 *   approx     "about 12", "a couple of dozen"   n      n      n
 *   at_least   "at least 12", "more than 12"     n      n      null   (more than: open)
 *   at_most    "up to 12", "as many as 12"       null   n      n      (fewer than: open)
 *   approached "nearly 12", "almost 12"          null   n      n
 *   range      "10 to 12", "10 to almost 12"     a      null   b
 *   order      "hundreds"                        200    null   999    (declared convention)
 *   vague      "some", "several", "many"         null   null   null
 */
#ifndef DEPONENT_MODEL_FIGURE_H
#define DEPONENT_MODEL_FIGURE_H

#include "base/str.h"

enum figure_bound {
    FIGURE_EXACT,
    FIGURE_APPROX,
    FIGURE_AT_LEAST,
    FIGURE_AT_MOST,
    FIGURE_APPROACHED,
    FIGURE_RANGE,
    FIGURE_ORDER,
    FIGURE_VAGUE,
    FIGURE_BOUND_COUNT
};

/* HURIDOCS list 7, extended. A figure never mixes units. */
enum counting_unit {
    UNIT_NONE, /* not one of ours: money, percentages, distances … */
    UNIT_INDIVIDUAL,
    UNIT_FAMILY,
    UNIT_GROUP,
    UNIT_EVENT,
    UNIT_REQUEST,
    UNIT_REPORT,
    UNIT_ENTITY,
    UNIT_COUNT
};

struct figure {
    double low, best, high; /* NAN: not given */
    enum figure_bound bound;
    bool open;       /* "more than", "fewer than": the number itself is excluded */
    struct str unit; /* as written, "" if none */
    enum counting_unit counting_unit;
    size_t begin, end; /* bytes in the document, end exclusive: number with its bound words */
};

/* Names as in the glossary; never NULL. The second form is -1 for an unknown name. */
const char *figure_bound_name(enum figure_bound b);
int figure_bound_parse(struct str name);
/* NULL for UNIT_NONE. */
const char *counting_unit_name(enum counting_unit u);
int counting_unit_parse(struct str name);

#endif
