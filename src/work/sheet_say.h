/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/sheet_say: the wordings of a sheet that its printers share. Everything comes back on one
 * line, in the sheet's arena, with withheld names left out; it is not escaped for any place.
 */
#ifndef DEPONENT_WORK_SHEET_SAY_H
#define DEPONENT_WORK_SHEET_SAY_H

#include "work/sheet.h"

#define SHEET_WITHHELD "[name withheld]"
/* The next run of withheld words at or behind `from`. */
bool sheet_next_withheld(const struct sheet *s, struct str text, size_t from, struct span *ret);
/* The bytes of a document, as they are: for looking at, not for showing. */
struct str sheet_text(const struct sheet *s, uint32_t document, struct span span);
struct str sheet_say_span(const struct sheet *s, uint32_t document, struct span span);
/* "at least 120", "150 to 180", "about 40". */
struct str sheet_say_figure(const struct sheet *s, const struct figure *f);
/* "120 to 180", "at least 120", "up to 60", "no number" */
struct str sheet_say_range(const struct sheet *s, double low, double high);
/* Who said it, with what the terms of the text allow. */
struct str sheet_say_source(const struct sheet *s, const struct sheet_statement *st);
/* The content, its pieces joined by " … ". */
struct str sheet_say_content(const struct sheet *s, const struct sheet_statement *st);
struct str sheet_say_publisher(const struct sheet *s, uint32_t document);
/* "Meridian News Agency, 4 March 2024" */
struct str sheet_say_report(const struct sheet *s, uint32_t document);
/* EDTF for people: "4 March 2024"; "" when it is p == NULL. */
struct str sheet_say_date(const struct sheet *s, struct str edtf);
/* The statement's own time, or else the date of the report. */
struct str sheet_say_when(const struct sheet *s, const struct sheet_statement *st);
const char *sheet_state_name(enum sheet_state state);

/* The row in which the copies of a leading report differ on one of its figures, or NULL. */
const struct family_drift *sheet_drift_of(const struct sheet *s,
                                          const struct sheet_statement *st,
                                          const struct figure *figure);

/* ---- sheet_wording.c ---- */
struct str sheet_say_title(const struct sheet *s, uint32_t document);
/* "people", or the counting unit when no noun was recognised */
struct str sheet_say_unit(const struct sheet *s, const struct sheet_figure *f);
/* "2 to 4 independent origins" */
struct str sheet_say_origins(const struct sheet *s, const struct sheet_figure *f);
/* Circles, revisions and what else a person should know; each one sentence. */
struct str *sheet_say_notes(const struct sheet *s, const struct sheet_figure *f,
                            size_t *ret_count);
struct str sheet_say_stance(const struct sheet_statement *st);
struct str sheet_say_when_of(const struct sheet_statement *st);
/* Role, terms and the way it came: what stands under the name of a source. */
struct str sheet_say_terms(const struct sheet *s, const struct sheet_statement *st);
struct str sheet_say_hedges(const struct sheet *s, const struct sheet_statement *st);
struct str sheet_say_state(const struct sheet *s, const struct sheet_step *step);
/* "reported full, then closed, then contradicted" */
struct str sheet_say_course(const struct sheet *s, const struct sheet_course *c);
/* Member k of a family: leads, copy, credits, looks reworded. */
struct str sheet_say_member(const struct sheet *s, const struct sheet_family *f, size_t k);
struct str *sheet_say_family_notes(const struct sheet *s, const struct sheet_family *f,
                                   size_t *ret_count);
/* One copy's wording in a drift table; n == 0: it left it out. */
struct str sheet_say_value(const struct sheet *s, const struct family_value *v);
/* Up to so many copies stand side by side; of more, copies of one wording are put together. */
#define SHEET_SIDE_BY_SIDE 6
/* "“At least 120”: Meridian News Agency and 3 more; “about 120”: The Dalsk Courier" */
struct str sheet_say_wordings(const struct sheet *s, const struct sheet_family *f,
                              const struct family_drift *d);
struct str *sheet_say_facts(const struct sheet *s, uint32_t document, size_t *ret_count);
/* `held` names are withheld in it. */
struct str *sheet_say_document_notes(const struct sheet *s, uint32_t document, size_t held,
                                     size_t *ret_count);
/* "12 reports, 2 families of copies, …" */
struct str sheet_say_lede(const struct sheet *s);
/* What was left aside; n == 0: nothing. */
struct str sheet_say_aside(const struct sheet *s);

static inline bool sheet_span_given(struct span s)
{
    return s.end > s.begin;
}

#endif
