/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sort.h"
#include "base/text.h"
#include "base/time.h"
#include "work/sheet_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CONTENT_MAX 100000

struct str sheet_text(const struct sheet *s, uint32_t document, struct span span)
{
    return str_slice(s->documents[document].text, span.begin, span.end);
}

const char *sheet_state_name(enum sheet_state state)
{
    static const char *const names[SHEET_STATE_COUNT] = {"full", "closed", "still in use"};
    return names[state];
}

/* ---- names that are not shown ---- */

static bool part_of_word(struct str s, size_t at, size_t *ret_next)
{
    uint32_t cp = text_decode(s, at, ret_next);
    return text_is_letter(cp) || (cp >= 0x300 && cp <= 0x36F);
}

static int by_word(const void *key, const void *item)
{
    return str_compare(*(const struct str *)key, ((const struct sheet_withheld *)item)->word);
}

static bool word_withheld(const struct sheet *s, struct str word)
{
    size_t next;
    if (!text_is_upper(text_decode(word, 0, &next)))
        return false;
    BUF_AUTO b;
    buf_init(&b, 4096);
    text_fold(&b, word, true);
    struct str key = buf_str(&b);
    return sort_find(&key, s->withheld, s->withheld_count, sizeof *s->withheld, by_word) !=
           NULL;
}

bool sheet_next_withheld(const struct sheet *s, struct str text, size_t from, struct span *ret)
{
    bool found = false;
    if (!s->withheld_count)
        return false;
    for (size_t i = from, next; i < text.n; i = next) {
        if (!part_of_word(text, i, &next)) {
            /* Between the words of one name stand blanks, a hyphen or a dot. */
            if (found && !strchr(" -.\n", text.p[i]))
                return true;
            continue;
        }
        size_t end = next;
        while (end < text.n && part_of_word(text, end, &next))
            end = next;
        next = end;
        bool held = word_withheld(s, str_slice(text, i, end));
        if (found && !held)
            return true;
        if (held) {
            ret->begin = found ? ret->begin : i;
            ret->end = end;
            found = true;
        }
    }
    return found;
}

struct str sheet_show(const struct sheet *s, struct str text)
{
    struct span held;
    if (!sheet_next_withheld(s, text, 0, &held))
        return text;
    BUF_AUTO b;
    buf_init(&b, SIZE_MAX / 4);
    size_t at = 0;
    do {
        buf_add(&b, str_slice(text, at, held.begin));
        buf_add(&b, STR(SHEET_WITHHELD));
        at = held.end;
    } while (sheet_next_withheld(s, text, at, &held));
    buf_add(&b, str_slice(text, at, text.n));
    return arena_copy(s->a, buf_str(&b));
}

/* ---- numbers ---- */

static void add_number(struct buf *b, double v)
{
    char digits[40];
    if (v != floor(v) || fabs(v) >= 1e15) {
        buf_printf(b, "%.6g", v);
        return;
    }
    int n = snprintf(digits, sizeof digits, "%.0f", fabs(v));
    if (v < 0)
        buf_add_char(b, '-');
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0 && n > 3)
            buf_add_char(b, ',');
        buf_add_char(b, digits[i]);
    }
}

struct str sheet_say_range(const struct sheet *s, double low, double high)
{
    BUF_AUTO b;
    buf_init(&b, 4096);
    if (isnan(low) && isnan(high))
        return STR("no number");
    if (isnan(high))
        buf_add(&b, STR("at least "));
    if (isnan(low))
        buf_add(&b, STR("up to "));
    add_number(&b, isnan(low) ? high : low);
    if (!isnan(low) && !isnan(high) && low != high) {
        buf_add(&b, STR(" to "));
        add_number(&b, high);
    }
    return arena_copy(s->a, buf_str(&b));
}

struct str sheet_say_figure(const struct sheet *s, const struct figure *f)
{
    BUF_AUTO b;
    buf_init(&b, 4096);
    switch (f->bound) {
    case FIGURE_VAGUE:
    case FIGURE_BOUND_COUNT:
        return STR("no number");
    case FIGURE_RANGE:
    case FIGURE_ORDER:
        return sheet_say_range(s, f->low, f->high);
    case FIGURE_EXACT:
        break;
    case FIGURE_APPROX:
        buf_add(&b, STR("about "));
        break;
    case FIGURE_AT_LEAST:
        buf_add(&b, f->open ? STR("more than ") : STR("at least "));
        break;
    case FIGURE_AT_MOST:
        buf_add(&b, f->open ? STR("fewer than ") : STR("up to "));
        break;
    case FIGURE_APPROACHED:
        buf_add(&b, STR("nearly "));
        break;
    }
    double v = !isnan(f->best) ? f->best : !isnan(f->low) ? f->low : f->high;
    if (isnan(v))
        return STR("no number");
    add_number(&b, v);
    return arena_copy(s->a, buf_str(&b));
}

/* ---- dates ---- */

static void add_date(struct buf *b, const struct time_date *d)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    static const char *const seasons[] = {"spring", "summer", "autumn", "winter"};
    if (d->approximate)
        buf_add(b, STR("about "));
    if (d->uncertain)
        buf_add(b, STR("perhaps "));
    if (d->day && !d->day_x)
        buf_printf(b, "%d ", d->day);
    if (d->month >= 1 && d->month <= 12 && !d->month_x)
        buf_printf(b, "%s ", months[d->month - 1]);
    else if (d->month >= TIME_SPRING && d->month <= TIME_WINTER)
        buf_printf(b, "%s ", seasons[d->month - TIME_SPRING]);
    buf_printf(b, "%d", d->year);
}

struct str sheet_say_date(const struct sheet *s, struct str edtf)
{
    struct time_edtf e;
    if (!edtf.p || time_parse(edtf, &e, NULL) != 0)
        return STR("");
    bool coarse = e.from.year_x || (e.from.month && e.from.month_x) ||
                  (e.from.month > TIME_WINTER && e.from_kind == TIME_DATE);
    if (coarse || (e.interval && e.to_kind == TIME_DATE && (e.to.year_x || e.to.month_x)))
        return edtf;
    BUF_AUTO b;
    buf_init(&b, 4096);
    if (!e.interval) {
        add_date(&b, &e.from);
    } else if (e.from_kind == TIME_DATE && e.to_kind == TIME_DATE) {
        bool month = e.from.year == e.to.year && e.from.month == e.to.month && e.from.day &&
                     e.to.day && !e.from.approximate && !e.to.approximate;
        if (month)
            buf_printf(&b, "%d", e.from.day);
        else
            add_date(&b, &e.from);
        buf_add(&b, STR(" to "));
        add_date(&b, &e.to);
    } else if (e.from_kind == TIME_DATE) {
        buf_add(&b, STR("since "));
        add_date(&b, &e.from);
    } else if (e.to_kind == TIME_DATE) {
        buf_add(&b, STR("until "));
        add_date(&b, &e.to);
    }
    return arena_copy(s->a, buf_str(&b));
}

/* ---- who and what ---- */

static void add_one_line(struct buf *b, struct str text)
{
    bool blank = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            blank = true;
            continue;
        }
        if (blank && b->n)
            buf_add_char(b, ' ');
        blank = false;
        buf_add_char(b, c);
    }
}

static struct str one_line(const struct sheet *s, struct str text)
{
    BUF_AUTO b;
    buf_init(&b, CONTENT_MAX);
    add_one_line(&b, text);
    return arena_copy(s->a, buf_str(&b));
}

struct str sheet_say_span(const struct sheet *s, uint32_t document, struct span span)
{
    return sheet_show(s, one_line(s, sheet_text(s, document, span)));
}

struct str sheet_say_content(const struct sheet *s, const struct sheet_statement *st)
{
    BUF_AUTO b;
    buf_init(&b, CONTENT_MAX);
    for (size_t i = 0; i < st->p->content.count; i++) {
        if (i)
            buf_add(&b, STR(" … "));
        struct str piece = one_line(s, sheet_text(s, st->document, st->p->content.items[i]));
        buf_add(&b, piece);
    }
    return sheet_show(s, arena_copy(s->a, buf_str(&b)));
}

struct str sheet_say_source(const struct sheet *s, const struct sheet_statement *st)
{
    const struct sheet_source *src = st->source == SHEET_NONE ? NULL : &s->sources[st->source];
    if (st->p->naming == NAMING_ANONYMITY || (src && src->naming == NAMING_ANONYMITY))
        return STR("a source granted anonymity");
    if (!src) {
        struct str speaker = sheet_say_span(s, st->document, st->p->speaker);
        return speaker.n ? speaker : STR("not said");
    }
    struct str label = sheet_show(s, one_line(s, src->label));
    if (!st->person.p)
        return label;
    struct str name = sheet_show(s, one_line(s, st->person));
    return arena_printf(s->a, "%.*s (%.*s)", (int)label.n, label.p, (int)name.n, name.p);
}

struct str sheet_say_publisher(const struct sheet *s, uint32_t document)
{
    const struct sheet_document *d = &s->documents[document];
    return sheet_show(s, one_line(s, d->publisher.p ? d->publisher : d->path));
}

struct str sheet_say_report(const struct sheet *s, uint32_t document)
{
    struct str who = sheet_say_publisher(s, document);
    struct str date = sheet_say_date(s, s->documents[document].reading.published);
    if (date.n == 0)
        return who;
    return arena_printf(s->a, "%.*s, %.*s", (int)who.n, who.p, (int)date.n, date.p);
}

struct str sheet_say_when(const struct sheet *s, const struct sheet_statement *st)
{
    struct str when = sheet_say_date(s, st->p->when);
    return when.n ? when : sheet_say_date(s, s->documents[st->document].reading.published);
}
