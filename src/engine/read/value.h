/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/value: every number, number range, amount of money, age, date and period of time
 * in a text, each for itself and without asking whether it matters: "$20" is a number and an
 * amount, "5/17/2018" three numbers and a date. For those who want to see what the readers of
 * figures and dates work with, and for measuring them.
 *
 * Guarantees: pure, linear; values of one kind are disjoint and in the order of the text.
 */
#ifndef DEPONENT_ENGINE_READ_VALUE_H
#define DEPONENT_ENGINE_READ_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "engine/read/token.h"
#include "model/proposal.h"

enum value_kind {
    VALUE_NUMBER,
    VALUE_RANGE,
    VALUE_MONEY,
    VALUE_AGE,
    VALUE_DATE,
    VALUE_PERIOD,
    VALUE_KIND_COUNT
};

struct value {
    enum value_kind kind;
    struct span span;
    struct str text;
    double value;         /* number, money, age; NAN: a currency without an amount */
    double low, high;     /* range; NAN: open */
    bool low_in, high_in; /* the ends belong to the range */
    struct str unit;      /* money: the currency's name; age: year, month, week, day */
    char currency[4];     /* ISO 4217, "" when the name alone does not tell */
    struct str edtf;      /* date, period; p == NULL: cannot be resolved */
    struct str from,
        until; /* the first day, and the first one after; p == NULL: open. The end of
                  a range is the first day of its last part: "4 to 22 May" the 22nd */
};

struct value_list {
    struct value *items;
    size_t count;
};

/* `text` is valid UTF-8 of at most READ_MAX_BYTES; `published` is EDTF or p == NULL. */
void value_find(struct arena *a, struct str text, struct str published, struct value_list *ret);
/* One JSON object a line: kind, text, begin, end, value, and what the kind has besides. */
void value_print_json(struct buf *out, const struct value_list *list);

#endif
