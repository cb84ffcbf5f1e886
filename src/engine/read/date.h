/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/date: inside the reader of dates. An expression is first read as a part (a month
 * with or without its year, "the 21st", "last week"), which is resolved to days only when its
 * neighbours have been seen: in "from March to May 2020" the second gives the year of the
 * first.
 *
 * The reference date decides what is missing. Of two readings the past one is taken, that of
 * news: "on Friday" is the last Friday, and the day itself on a Friday; "in June" is the last
 * June that has begun. "this", "next" and "last" week, month, year are those of the calendar,
 * weeks begin on Monday.
 */
#ifndef DEPONENT_ENGINE_READ_DATE_H
#define DEPONENT_ENGINE_READ_DATE_H

#include "base/time.h"
#include "engine/read/number.h"
#include "engine/read/parts.h"

enum date_kind {
    PART_DAY,   /* month and day, maybe a year */
    PART_MONTH, /* a month or a part of a year (21-41), maybe a year */
    PART_YEAR,
    PART_MDAY, /* day of a month, maybe its weekday */
    PART_WEEKDAY,
    PART_HOLIDAY, /* `rule`, maybe a year */
    PART_WEEK,    /* number of the week in `rule`, maybe a year */
    PART_FIXED,   /* days */
    PART_NEVER    /* an expression of time that names no day */
};

enum date_grain {
    GRAIN_DAY,
    GRAIN_WEEK,
    GRAIN_MONTH,
    GRAIN_PART, /* season, quarter, half */
    GRAIN_YEAR,
    GRAIN_DECADE,
    GRAIN_CENTURY,
    GRAIN_SPAN
};

enum date_cut { CUT_NONE, CUT_EARLY, CUT_MID, CUT_LATE, CUT_EARLIER, CUT_LATER };

#define DATE_NO_YEAR INT32_MIN

struct date_part {
    uint32_t begin, end; /* atoms */
    enum date_kind kind;
    enum date_grain grain;
    int year, month, day, weekday, rule;
    struct time_days days; /* PART_FIXED */
    enum date_cut cut;     /* "early", "the end of" */
    bool halves;           /* the cut makes halves, not thirds: "late this year" */
    bool approximate;
    bool future;  /* without a year, the next one is meant */
    bool to_last; /* ends with its last day in range and list: "rest of the week" */
};

struct date_reader {
    const struct atoms *x;
    bool has_ref;
    int32_t ref;
    int year, month, day; /* of ref */
    bool wide;
    int depth; /* expressions inside expressions: "two weeks after the week of" */
};

/* date_point.c: one expression that begins at atom i, without what opens or joins it. */
bool date_point(const struct date_reader *r, size_t i, struct date_part *ret);
/* "3 weeks", "1 month and 21 days": atoms taken, 0 for none. */
struct date_length {
    int64_t days, months;
    size_t end;
    int unit;
    bool single;      /* one number and one unit */
    bool approximate; /* "a few" */
    int64_t count;
    bool business;
};
bool date_length_read(const struct date_reader *r, size_t i, struct date_length *ret);
/* date_shape.c: figures with strokes, dots or dashes, and quarters: "22/04/2016", "2016Q3". */
bool date_shape(const struct date_reader *r, size_t i, struct date_part *ret);
/* A year behind a date: ", 2016", "of 1992", "in 2020"; the new end. */
size_t date_year_after(const struct date_reader *r, size_t i, int *ret_year);
/* A year of four digits or in words at i: atoms taken, or 0. */
size_t date_year_at(const struct date_reader *r, size_t i, int *ret_year);
/* Day of the month from 1 to 31 at i: "22", "22nd", "twenty-second"; *ret_ordinal. */
size_t date_day_at(const struct date_reader *r, size_t i, int *ret_day, bool *ret_ordinal);

/* date_resolve.c: false if no such day exists, or a reference date is missing. */
bool date_resolve(const struct date_reader *r, const struct date_part *p,
                  struct time_days *ret);
/* The day of a holiday in a year; TIME_DAY_MIN when there is none. */
int32_t date_holiday(int rule, int year);
int32_t date_add(int32_t day, const struct date_length *length, int sign);
/* The unit (lexicon value of time_unit) that lies `shift` units from the one that holds the
 * reference. */
struct time_days date_unit(const struct date_reader *r, int unit, int64_t shift,
                           enum date_grain *ret);

/* date.c: what was found, with more than the list of mentions keeps. */
struct date_found {
    uint32_t begin, end; /* atoms */
    bool resolved;
    bool period; /* not one day */
    bool open_first, open_last;
    struct time_days days;
    int32_t until; /* the first day after, or the first day of the last part as it is written */
    struct str edtf; /* p == NULL unless resolved */
};
struct date_found_list {
    struct date_found *items;
    size_t count;
};
/* With `wide`, also what is a date only in plans and talk: "in two weeks", "the week", 4/22. */
void date_scan(struct arena *a, const struct atoms *x, struct str published, bool wide,
               struct date_found_list *ret);

#endif
