/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Birth: one field of what the record says of it, a date, or parts of a date, or an age and the
 * day on which its list was made (people_made.c).
 */
#include "base/sort.h"
#include "engine/link/people_parts.h"

#include <stdio.h>

static const struct time_days nothing = LINK_NO_DAYS;

enum { SLIP_LEAST = 6, SLIP_MOST = 12 }; /* characters */

/* ---- a column of dates ---- */

/* Records with such a cell, and the first of them. */
struct kept {
    uint32_t count, record;
};

struct dates {
    const struct link_column *column;
    struct time_days *days; /* [texts] */
    struct str *slip;       /* [texts] of cells that are nearly a date: see slip_of */
    enum link_order order;
    bool year_last;
    struct kept odd, slips, none;
};

static struct str cell_text(const struct link_column *c, uint32_t text)
{
    struct str s = link_column_text(c, text);
    return link_is_nothing(s) ? STR("") : s;
}

/* Day or month first, and is the year last: what the column itself shows, weighed by records. */
static void order_of(const struct link_column *c, const uint32_t *count, struct dates *ret)
{
    uint64_t days = 0, months = 0, first = 0, last = 0;
    for (uint32_t k = 1; k < c->texts; k++) {
        struct link_date d;
        if (!link_date_read(link_column_text(c, k), LINK_DAY_FIRST, &d))
            continue;
        days += d.form == LINK_DATE_DAYS ? count[k] : 0;
        months += d.form == LINK_DATE_MONTHS ? count[k] : 0;
        *(d.form == LINK_DATE_ISO ? &first : &last) += d.form == LINK_DATE_YEAR ? 0 : count[k];
    }
    ret->order = months > days ? LINK_MONTH_FIRST : LINK_DAY_FIRST;
    ret->year_last = last > first;
}

static bool is_year(struct str s)
{
    uint64_t year;
    return str_to_u64(s, &year) && year >= 1000 && year <= 2200;
}

/* What was meant as a whole date and holds a slip ("1989p07-11", "1980-16-10"): its characters
 * without separators, year first, so that it can be compared with "19890711". Else empty. */
static struct str slip_of(const struct dates *d, struct str cell, struct arena *a)
{
    char room[LINK_DATE_BYTES], plain[16];
    size_t n = 0, digits = 0;
    cell = link_plain_digits(cell, room);
    for (size_t i = 0; i < cell.n; i++) {
        char c = cell.p[i];
        if (strchr("-./ ,\\", c))
            continue;
        if (n == SLIP_MOST || (c & 0x80))
            return STR("");
        digits += c >= '0' && c <= '9';
        plain[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    if (n < SLIP_LEAST || digits + 3 < n || digits < SLIP_LEAST - 1)
        return STR("");
    struct str s = str_make(plain, n);
    if (!d->year_last || n < 8 || !is_year(str_slice(s, n - 4, n)) ||
        is_year(str_slice(s, 0, 4)))
        return arena_copy(a, s);
    struct str year = str_slice(s, n - 4, n), one = str_slice(s, 0, 2),
               two = str_slice(s, 2, n - 4);
    bool days = d->order == LINK_DAY_FIRST;
    struct str month = days ? two : one, day = days ? one : two;
    return arena_printf(a, "%.*s%.*s%.*s", (int)year.n, year.p, (int)month.n, month.p,
                        (int)day.n, day.p);
}

enum cell_kind { FINE, ODD, SLIP, NONE };

static void note_cells(struct link_job *job, struct str header, const struct kept *k,
                       const char *what)
{
    if (k->count)
        link_job_note(job,
                      arena_printf(job->a, "%.*s: %u record%s %s",
                                   (int)(header.n < 80 ? header.n : 80), header.p, k->count,
                                   k->count == 1 ? "" : "s", what),
                      k->record);
}

static void read_dates(struct link_job *job, uint32_t column, struct dates *ret)
{
    const struct link_column *c = &job->data->columns[column];
    struct dates d = {.column = c};
    d.days = ARENA_NEW(&job->scratch, c->texts, struct time_days);
    uint32_t *count = ARENA_NEW(&job->scratch, c->texts, uint32_t);
    for (uint32_t i = 0; i < job->data->records; i++)
        count[c->cell[i]]++;
    d.slip = ARENA_NEW(&job->scratch, c->texts, struct str);
    order_of(c, count, &d);
    d.days[0] = nothing;
    uint8_t *is = ARENA_NEW(&job->scratch, c->texts, uint8_t);
    for (uint32_t k = 1; k < c->texts; k++) {
        struct str s = cell_text(c, k);
        struct link_date one;
        bool known = s.n && link_date_read(s, d.order, &one);
        d.days[k] = known ? one.days : nothing;
        is[k] = s.n && !known ? NONE : known && one.odd ? ODD : FINE;
        if (is[k] != FINE)
            d.slip[k] = slip_of(&d, s, &job->scratch);
        if (is[k] == NONE && d.slip[k].n)
            is[k] = SLIP;
    }
    for (uint32_t i = job->data->records; i-- > 0;) {
        uint8_t what = is[c->cell[i]];
        if (what == FINE)
            continue;
        struct kept *kept = what == ODD ? &d.odd : what == SLIP ? &d.slips : &d.none;
        kept->count++;
        kept->record = i;
    }
    note_cells(job, c->header, &d.odd,
               "with a day or month that does not exist: the rest of the date counts");
    note_cells(job, c->header, &d.slips,
               "with something that is nearly a date: compared by its digits");
    note_cells(job, c->header, &d.none, "with something that is no date: taken as empty");
    *ret = d;
}

/* ---- a field of intervals ---- */

/* A value: the days, and behind them the characters of a slip. */
static struct str value_key(struct arena *a, struct time_days days, struct str slip)
{
    char *key = arena_room(a, sizeof days + slip.n);
    memcpy(key, &days, sizeof days);
    if (slip.n)
        memcpy(key + sizeof days, slip.p, slip.n);
    return str_make(key, sizeof days + slip.n);
}

static struct time_days key_days(struct str key)
{
    struct time_days d;
    memcpy(&d, key.p, sizeof d);
    return d;
}

static int compare_values(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    int order = time_compare(key_days(*x), key_days(*y));
    return order ? order : str_compare(*x, *y);
}

/* "1980", and of a slip "1980!19801610" or "!1989p0711". */
static struct str value_text(struct str key, struct arena *a)
{
    struct time_days days = key_days(key);
    struct str slip = str_slice(key, sizeof days, key.n);
    bool known = days.first != TIME_DAY_MIN;
    struct str text = known ? link_days_text(days, a) : STR("");
    return slip.n ? arena_printf(a, "%.*s!%.*s", (int)text.n, text.p, (int)slip.n, slip.p)
                  : text;
}

/* Interns the value of record i; 0 when it has none. */
static uint32_t value_add(struct link_intern *t, struct arena *a, struct time_days days,
                          struct str slip)
{
    if (!slip.n)
        return link_days_known(days)
                   ? link_intern_add(t, str_make((const char *)&days, sizeof days))
                   : 0;
    if (!link_days_known(days))
        days = (struct time_days){TIME_DAY_MIN, TIME_DAY_MAX};
    return link_intern_add(t, value_key(a, days, slip));
}

/* slip: [records], or NULL. */
static void make_field(struct link_job *job, struct link_field *f, const struct time_days *days,
                       const struct str *slip)
{
    struct link_people *p = job->people;
    struct link_intern t;
    link_intern_open(&t, &job->scratch);
    for (uint32_t i = 0; i < p->records; i++)
        f->value[i] = value_add(&t, &job->scratch, days[i], slip ? slip[i] : STR(""));
    size_t distinct = t.count - 1;
    struct str *all = ARENA_NEW(&job->scratch, distinct + 1, struct str);
    for (size_t k = 1; k <= distinct; k++)
        all[k] = t.texts[k];
    sort_items(all + 1, distinct, sizeof *all, compare_values);
    uint32_t *number = ARENA_NEW(&job->scratch, distinct + 1, uint32_t);
    f->text = ARENA_NEW(job->a, distinct + 1, struct str);
    f->days = ARENA_NEW(job->a, distinct + 1, struct time_days);
    f->text[0] = STR("");
    f->days[0] = (struct time_days){TIME_DAY_MIN, TIME_DAY_MAX};
    for (size_t k = 1; k <= distinct; k++) {
        number[link_intern_add(&t, all[k])] = (uint32_t)k;
        f->text[k] = value_text(all[k], job->a);
        f->days[k] = key_days(all[k]);
    }
    link_intern_close(&t);
    f->values = (uint32_t)distinct + 1;
    f->count = ARENA_NEW(job->a, f->values, uint32_t);
    for (uint32_t i = 0; i < p->records; i++) {
        f->value[i] = number[f->value[i]];
        f->count[f->value[i]]++;
    }
}

/* ---- birth ---- */

/* A part of a date: its digits; 0 when it is none. */
static uint32_t number_of(struct str s)
{
    char plain[LINK_DATE_BYTES];
    uint64_t v;
    return str_to_u64(link_plain_digits(s, plain), &v) && v < 10000 ? (uint32_t)v : 0;
}

static uint32_t column_with(const struct link_job *job, enum link_role role, uint32_t from)
{
    for (uint32_t k = from; k < job->config->count; k++)
        if (job->config->columns[k].role == role && job->column[k] != UINT32_MAX)
            return k;
    return UINT32_MAX;
}

static void take_label(struct link_birth *b, struct str header)
{
    if (!b->label.n)
        b->label = header;
}

static void slip_put(struct link_job *job, struct link_birth *b, uint32_t i, struct str slip)
{
    if (!b->slip)
        b->slip = ARENA_NEW(&job->scratch, job->data->records + 1u, struct str);
    b->slip[i] = slip;
}

static void take_dates(struct link_job *job, struct link_birth *b)
{
    for (uint32_t k = column_with(job, LINK_ROLE_BIRTH, 0); k != UINT32_MAX;
         k = column_with(job, LINK_ROLE_BIRTH, k + 1)) {
        struct dates d;
        read_dates(job, job->column[k], &d);
        take_label(b, d.column->header);
        for (uint32_t i = 0; i < job->data->records; i++)
            if (!link_days_known(b->days[i])) {
                b->days[i] = d.days[d.column->cell[i]];
                if (d.odd.count + d.slips.count)
                    slip_put(job, b, i, d.slip[d.column->cell[i]]);
            }
    }
}

static void take_parts(struct link_job *job, struct link_birth *b)
{
    static const enum link_role roles[] = {LINK_ROLE_BIRTH_YEAR, LINK_ROLE_BIRTH_MONTH,
                                           LINK_ROLE_BIRTH_DAY};
    const struct link_column *c[3] = {NULL};
    for (unsigned i = 0; i < 3; i++) {
        uint32_t k = column_with(job, roles[i], 0);
        if (k != UINT32_MAX)
            c[i] = &job->data->columns[job->column[k]];
    }
    if (!c[0])
        return;
    take_label(b, c[0]->header);
    struct kept odd = {0, 0};
    for (uint32_t i = 0; i < job->data->records; i++) {
        uint32_t v[3] = {0};
        for (unsigned j = 0; j < 3; j++)
            v[j] = c[j] ? number_of(link_column_text(c[j], c[j]->cell[i])) : 0;
        char text[40];
        if (v[0] && v[0] < 100)
            v[0] += v[0] <= 30 ? 2000 : 1900;
        int n = snprintf(text, sizeof text,
                         v[1] && v[2] ? "%04u-%02u-%02u"
                         : v[1]       ? "%04u-%02u"
                                      : "%04u",
                         v[0], v[1], v[2]);
        struct link_date d;
        if (link_days_known(b->days[i]) || !v[0])
            continue;
        if (!link_date_read(str_make(text, (size_t)n), LINK_DAY_FIRST, &d))
            continue;
        if (d.odd && odd.count++ == 0)
            odd.record = i;
        b->days[i] = d.days;
        if (d.odd)
            slip_put(job, b, i, arena_printf(&job->scratch, "%04u%02u%02u", v[0], v[1], v[2]));
    }
    note_cells(job, c[0]->header, &odd,
               "with a day or month that does not exist: the rest of the date counts");
}

static void take_ages(struct link_job *job, struct link_birth *b)
{
    uint32_t k = column_with(job, LINK_ROLE_AGE, 0);
    if (k == UINT32_MAX)
        return;
    const struct link_column *c = &job->data->columns[job->column[k]];
    int16_t *low = ARENA_NEW(&job->scratch, c->texts, int16_t);
    int16_t *high = ARENA_NEW(&job->scratch, c->texts, int16_t);
    low[0] = high[0] = -1;
    for (uint32_t t = 1; t < c->texts; t++) {
        int from = -1, to = -1;
        if (!link_age_read(cell_text(c, t), &from, &to))
            from = to = -1;
        low[t] = (int16_t)from;
        high[t] = (int16_t)to;
    }
    for (unsigned j = 0; j < 2; j++)
        b->age[j] = ARENA_NEW(&job->scratch, job->data->records + 1u, int16_t);
    for (uint32_t i = 0; i < job->data->records; i++) {
        b->age[0][i] = low[c->cell[i]];
        b->age[1][i] = high[c->cell[i]];
    }
    b->ages = true;
    take_label(b, c->header);
}

void link_make_birth(struct link_job *job)
{
    struct link_people *p = job->people;
    struct link_birth b = {.days = ARENA_NEW(&job->scratch, p->records + 1u, struct time_days)};
    for (uint32_t i = 0; i < p->records; i++)
        b.days[i] = nothing;
    take_dates(job, &b);
    take_parts(job, &b);
    take_ages(job, &b);
    if (!b.label.n)
        return;
    struct link_field *f = link_job_field(job, b.label, LINK_KIND_DATE);
    f->birth = true;
    if (b.ages) {
        link_learn_made(job, &b);
        for (uint32_t i = 0; i < p->records; i++) {
            if (link_days_known(b.days[i]) || b.age[0][i] < 0)
                continue;
            struct time_days made = job->lists[p->list[i]].made;
            if (b.slip && b.slip[i].n)
                continue;
            b.days[i].first = time_add_months(made.first, -12 * (b.age[1][i] + 1)) + 1;
            b.days[i].last = time_add_months(made.last, -12 * b.age[0][i]);
            f->from_age = true;
        }
    }
    make_field(job, f, b.days, b.slip);
}

void link_make_events(struct link_job *job)
{
    uint32_t records = job->data->records;
    for (uint32_t k = 0; k < job->config->count; k++) {
        if (job->config->columns[k].role != LINK_ROLE_EVENT || job->column[k] == UINT32_MAX ||
            link_job_first(job, k) != k)
            continue;
        struct time_days *days = ARENA_NEW(&job->scratch, records + 1u, struct time_days);
        for (uint32_t i = 0; i < records; i++)
            days[i] = nothing;
        for (uint32_t j = k; j < job->config->count; j++) {
            struct dates d;
            if (job->config->columns[j].role != LINK_ROLE_EVENT ||
                job->column[j] == UINT32_MAX || link_job_first(job, j) != k)
                continue;
            read_dates(job, job->column[j], &d);
            for (uint32_t i = 0; i < records; i++)
                if (!link_days_known(days[i]))
                    days[i] = d.days[d.column->cell[i]];
        }
        struct str label = job->config->columns[k].header;
        make_field(job, link_job_field(job, label, LINK_KIND_DATE), days, NULL);
    }
}
