/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/date_parts: the readers of one kind of expression each, for date_point. Each gets
 * the atom at which its kind begins; `the` says that "the" stands before it.
 */
#ifndef DEPONENT_ENGINE_READ_DATE_PARTS_H
#define DEPONENT_ENGINE_READ_DATE_PARTS_H

#include "engine/read/date.h"

/* date_length.c */
bool date_word(const struct date_reader *r, size_t k, const char *w);
bool date_class(const struct date_reader *r, size_t k, enum lex_class c);
/* An expression inside another one. */
bool date_inner(const struct date_reader *r, size_t i, struct date_part *p);
bool date_part_set(struct date_part *p, size_t begin, size_t end, enum date_kind kind,
                   enum date_grain grain);
bool date_part_days(struct date_part *p, size_t begin, size_t end, struct time_days days,
                    enum date_grain grain);
bool date_part_never(struct date_part *p, size_t begin, size_t end);
/* The days of a unit around the reference, or an expression that cannot be resolved. */
bool date_part_unit(const struct date_reader *r, struct date_part *p, size_t begin, size_t end,
                    int unit, int64_t shift);
int64_t date_count_at(const struct date_reader *r, size_t i, size_t *ret_end, bool *ret_approx);
void date_length_add(struct date_length *l, int unit, int64_t n);
bool date_length_parts(const struct date_reader *r, size_t i, int most,
                       struct date_length *ret);
bool date_is_shift(const struct date_reader *r, size_t i);
int64_t date_shift_of(const struct date_reader *r, size_t i);
/* A weekday at k that may be one: "sun" and "sat" only in capitals. */
bool date_weekday_at(const struct date_reader *r, size_t k);

/* date_calendar.c */
bool date_month_first(const struct date_reader *r, size_t i, struct date_part *p);
/* "15 June 2016", "the tenth of September", "the 15th day of next month", "22 of Jan". */
bool date_day_first(const struct date_reader *r, size_t i, bool the, struct date_part *p);
bool date_weekday_first(const struct date_reader *r, size_t i, struct date_part *p);
bool date_decade_first(const struct date_reader *r, size_t i, bool the, struct date_part *p);
bool date_year_first(const struct date_reader *r, size_t i, struct date_part *p);
/* "year 2008", "calendar year 2008", "cy 2008", "fiscal year", "week 10". */
bool date_numbered_first(const struct date_reader *r, size_t i, struct date_part *p);
bool date_season_first(const struct date_reader *r, size_t i, bool the, struct date_part *p);
bool date_holiday_first(const struct date_reader *r, size_t i, struct date_part *p);

/* date_relative.c */
/* "next 3 weeks", "the last two decades": days before or behind the reference. */
bool date_span_around(const struct date_reader *r, size_t begin, size_t end,
                      const struct date_length *l, int64_t shift, struct date_part *p);
bool date_weekday_in_week(const struct date_reader *r, size_t begin, size_t end, int weekday,
                          int64_t week, struct date_part *p);
/* "this week", "next 3 days", "last Friday", "this summer", "current quarter". */
bool date_shift_first(const struct date_reader *r, size_t i, struct date_part *p);
/* "3 days ago", "two weeks from now", "2 years and 21 days later", "3 upcoming months". */
bool date_length_first(const struct date_reader *r, size_t i, struct date_part *p);

/* date_inside.c */
bool date_ordinal_first(const struct date_reader *r, size_t i, bool the, struct date_part *p);
/* "(the) week of the 18th", "week commencing February 4", "w/c Feb 4", "weekend of Easter". */
bool date_week_of(const struct date_reader *r, size_t i, bool the, struct date_part *p);
/* "rest of the week", "rest this month". */
bool date_rest_first(const struct date_reader *r, size_t i, struct date_part *p);
/* "early", "the end of", "mid-", "later this", with what they cut. */
bool date_cut_first(const struct date_reader *r, size_t i, struct date_part *p);

#endif
