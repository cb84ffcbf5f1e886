/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A date in a cell, in whatever form: 1973-12-02, 19731202, 02.12.1973, 12/2/73, 2 Dec 1973,
 * 1973, 1973-12, EDTF, with a time of day behind it, in Arabic digits. What does not exist is
 * kept as what can be read of it: 1675-01-81 as January 1675.
 */
#include "engine/link/people_parts.h"

#define YEAR_LEAST 1000
#define YEAR_MOST  2200

static struct time_days days_of(int year, int month, int day)
{
    struct time_date d = {.year = year, .month = (uint8_t)month, .day = (uint8_t)day};
    return time_days_of_date(&d);
}

/* Year, month and day as they were written; 0 is unknown. */
static bool settle(int year, int month, int day, enum link_date_form form,
                   struct link_date *ret)
{
    if (year < YEAR_LEAST || year > YEAR_MOST)
        return false;
    struct link_date d = {.form = form};
    if (month > 12 && day >= 1 && day <= 12 && month <= 31) {
        int m = day; /* the other way round */
        day = month;
        month = m;
    }
    if (month > 12 || (month && day > time_month_length(year, month)))
        d.odd = true;
    if (month > 12)
        month = day = 0;
    if (!month || day > time_month_length(year, month))
        day = 0;
    d.days = days_of(year, month, day);
    *ret = d;
    return true;
}

static int full_year(int y, size_t digits)
{
    return digits > 2 ? y : y <= 30 ? 2000 + y : 1900 + y;
}

/* The first letters of the months, folded, in languages in which lists are kept. */
static int month_of(struct str word)
{
    static const struct {
        const char *begin;
        int month;
    } list[] = {
        {"jan", 1},    {"ene", 1},     {"янв", 1},     {"січ", 1},     {"يناير", 1},
        {"feb", 2},    {"fév", 2},     {"fev", 2},     {"фев", 2},     {"лют", 2},
        {"فبراير", 2}, {"mar", 3},     {"mär", 3},     {"mrz", 3},     {"мар", 3},
        {"бер", 3},    {"مارس", 3},    {"apr", 4},     {"abr", 4},     {"avr", 4},
        {"апр", 4},    {"кві", 4},     {"ابريل", 4},   {"أبريل", 4},   {"may", 5},
        {"mai", 5},    {"мая", 5},     {"май", 5},     {"тра", 5},     {"مايو", 5},
        {"jun", 6},    {"juin", 6},    {"июн", 6},     {"чер", 6},     {"يونيو", 6},
        {"jul", 7},    {"juil", 7},    {"июл", 7},     {"лип", 7},     {"يوليو", 7},
        {"aug", 8},    {"ago", 8},     {"aoû", 8},     {"aou", 8},     {"авг", 8},
        {"сер", 8},    {"اغسطس", 8},   {"أغسطس", 8},   {"sep", 9},     {"сен", 9},
        {"вер", 9},    {"سبتمبر", 9},  {"oct", 10},    {"okt", 10},    {"окт", 10},
        {"жов", 10},   {"اكتوبر", 10}, {"أكتوبر", 10}, {"nov", 11},    {"ноя", 11},
        {"лис", 11},   {"نوفمبر", 11}, {"dec", 12},    {"dez", 12},    {"dic", 12},
        {"déc", 12},   {"дек", 12},    {"гру", 12},    {"ديسمبر", 12},
    };
    char low[32];
    size_t n = word.n < sizeof low ? word.n : sizeof low;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)word.p[i], before = i ? (unsigned char)low[i - 1] : 0;
        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c + 32);
        else if (before == 0xc3 && c >= 0x80 && c <= 0x9e)
            c = (unsigned char)(c + 32); /* É */
        else if (before == 0xd0 && c >= 0x90 && c <= 0x9f)
            c = (unsigned char)(c + 32); /* А-П */
        else if (before == 0xd0 && c >= 0xa0 && c <= 0xaf) {
            low[i - 1] = (char)0xd1; /* Р-Я */
            c = (unsigned char)(c - 32);
        }
        low[i] = (char)c;
    }
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (str_starts(str_make(low, n), str_of(list[i].begin)))
            return list[i].month;
    return 0;
}

/* Groups of digits and one word, which names a month. */
struct groups {
    int value[4];
    size_t digits[4], count;
    int month; /* of a word */
    size_t month_at;
    bool time;      /* a time of day came, and what is behind it */
    bool other;     /* something that no date holds */
    char separator; /* between the first two */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return (c & 0x80) || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static void take_group(struct groups *g, struct str s, size_t *at)
{
    int value = 0;
    size_t i = *at;
    for (; i < s.n && is_digit(s.p[i]) && i - *at < 8; i++)
        value = value * 10 + (s.p[i] - '0');
    if ((i < s.n && is_digit(s.p[i])) || g->count == 4) {
        g->other = true;
    } else if (g->count && i < s.n && s.p[i] == ':') {
        g->time = true;
    } else {
        g->value[g->count] = value;
        g->digits[g->count++] = i - *at;
    }
    *at = i;
}

static void take_word(struct groups *g, struct str s, size_t *at)
{
    size_t i = *at;
    while (i < s.n && is_word(s.p[i]))
        i++;
    struct str word = str_slice(s, *at, i);
    int month = month_of(word);
    if (month && !g->month) {
        g->month = month;
        g->month_at = g->count;
    } else if (g->count && (word.p[0] == 'T' || word.p[0] == 't') && word.n == 1) {
        g->time = true;
    } else if (!(g->count && (str_eq(word, STR("г")) || str_eq(word, STR("de")) ||
                              str_eq(word, STR("р")) || str_eq(word, STR("th")) ||
                              str_eq(word, STR("st")) || str_eq(word, STR("nd")) ||
                              str_eq(word, STR("rd")) || str_eq(word, STR("года"))))) {
        g->other = true;
    }
    *at = i;
}

static struct groups groups_of(struct str s)
{
    struct groups g = {.separator = '\0'};
    for (size_t i = 0; i < s.n && !g.time && !g.other;) {
        char c = s.p[i];
        if (is_digit(c)) {
            take_group(&g, s, &i);
        } else if (is_word(c)) {
            take_word(&g, s, &i);
        } else {
            if (!strchr("-./ ,\\", c))
                g.other = true;
            if (g.count == 1 && !g.separator)
                g.separator = c;
            i++;
        }
    }
    return g;
}

/* A day and a month before the year, in the order of the column. */
static bool settle_last(int a, int b, int year, enum link_order order, struct link_date *ret)
{
    enum link_date_form form = a > 12   ? LINK_DATE_DAYS
                               : b > 12 ? LINK_DATE_MONTHS
                                        : LINK_DATE_EVEN;
    bool swap = order == LINK_MONTH_FIRST ? a <= 12 : b > 12 && a <= 12;
    return swap ? settle(year, a, b, form, ret) : settle(year, b, a, form, ret);
}

static bool read_groups(const struct groups *g, enum link_order order, struct link_date *ret)
{
    const int *v = g->value;
    const size_t *d = g->digits;
    if (g->month && g->count == 2)
        return d[0] == 4 ? settle(v[0], g->month, v[1], LINK_DATE_ISO, ret)
                         : settle(full_year(v[1], d[1]), g->month, v[0], LINK_DATE_DAYS, ret);
    if (g->month)
        return g->count == 1 && d[0] == 4 && settle(v[0], g->month, 0, LINK_DATE_ISO, ret);
    if (g->count == 3 && d[0] == 4)
        return settle(v[0], v[1], v[2], LINK_DATE_ISO, ret);
    if (g->count == 3 && d[0] <= 2 && d[1] <= 2 && (d[2] == 4 || d[2] == 2))
        return settle_last(v[0], v[1], full_year(v[2], d[2]), order, ret);
    if (g->count == 2 && d[0] == 4 && d[1] <= 2)
        return settle(v[0], v[1], 0, LINK_DATE_ISO, ret);
    if (g->count == 2 && d[0] <= 2 && d[1] == 4)
        return settle(v[1], v[0], 0, LINK_DATE_ISO, ret);
    if (g->count == 1 && d[0] == 4)
        return settle(v[0], 0, 0, LINK_DATE_YEAR, ret);
    if (g->count != 1 || d[0] != 8)
        return false;
    int year = v[0] / 10000;
    if (year >= 1500 && year <= YEAR_MOST)
        return settle(year, v[0] / 100 % 100, v[0] % 100, LINK_DATE_ISO, ret);
    year = v[0] % 10000;
    return year >= 1500 && settle_last(v[0] / 1000000, v[0] / 10000 % 100, year, order, ret);
}

struct str link_plain_digits(struct str s, char room[LINK_DATE_BYTES])
{
    size_t n = 0;
    if (s.n > LINK_DATE_BYTES)
        s.n = LINK_DATE_BYTES;
    if (!s.n || (!memchr(s.p, 0xd9, s.n) && !memchr(s.p, 0xdb, s.n)))
        return s;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i],
                      d = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
        bool arabic = c == 0xd9 && d >= 0xa0 && d <= 0xa9;
        if (arabic || (c == 0xdb && d >= 0xb0 && d <= 0xb9)) {
            room[n++] = (char)('0' + (d & 15));
            i++;
        } else {
            room[n++] = (char)c;
        }
    }
    return str_make(room, n);
}

bool link_date_read(struct str s, enum link_order order, struct link_date *ret)
{
    char room[LINK_DATE_BYTES];
    if (s.n > LINK_DATE_BYTES)
        return false;
    s = link_plain_digits(s, room);
    size_t digit = 0;
    while (digit < s.n && !is_digit(s.p[digit]))
        digit++;
    if (s.n < 4 || digit == s.n)
        return false;
    struct groups g = groups_of(s);
    if (!g.other && read_groups(&g, order, ret))
        return true;
    struct time_edtf e;
    struct err err;
    if (time_parse(s, &e, &err))
        return false;
    struct time_days days = time_days_of(&e);
    if (days.first < time_day(YEAR_LEAST, 1, 1) || days.last > time_day(YEAR_MOST, 12, 31))
        return false;
    *ret = (struct link_date){.days = days, .form = LINK_DATE_ISO};
    return true;
}

bool link_age_read(struct str s, int *ret_low, int *ret_high)
{
    char room[LINK_DATE_BYTES];
    int value[2] = {0, 0};
    size_t count = 0, i = 0;
    s = link_plain_digits(s, room);
    while (i < s.n && count < 2) {
        size_t begin = i;
        while (i < s.n && is_digit(s.p[i]) && i - begin < 4) {
            value[count] = value[count] * 10 + (s.p[i] - '0');
            i++;
        }
        count += i > begin;
        if (i < s.n && i > begin && (s.p[i] == '.' || s.p[i] == ','))
            for (i++; i < s.n && is_digit(s.p[i]);) /* 3.5 years are 3 */
                i++;
        if (i == begin)
            i++;
    }
    if (!count || value[0] > 120 || (count == 2 && (value[1] < value[0] || value[1] > 120)))
        return false;
    size_t word = 0;
    while (word < s.n && !is_word(s.p[word]))
        word++;
    struct str unit = str_slice(s, word, s.n);
    static const char *const short_ones[] = {
        "mo",  "me",   "Mo",   "d",   "w",    "мес",  "дн",   "день", "нед", "міс", "тиж",
        "شهر", "اشهر", "أشهر", "يوم", "ايام", "أيام", "jour", "Tag",  "tag", "Woch"};
    for (size_t k = 0; k < sizeof short_ones / sizeof *short_ones; k++)
        if (str_starts(unit, str_of(short_ones[k])))
            value[0] = value[1] = 0;
    *ret_low = value[0];
    *ret_high = count == 2 && value[1] > value[0] ? value[1] : value[0];
    return true;
}

struct str link_days_text(struct time_days d, struct arena *a)
{
    int y, m, day, y2, m2, d2;
    time_civil(d.first, &y, &m, &day);
    time_civil(d.last, &y2, &m2, &d2);
    if (d.first == d.last)
        return arena_printf(a, "%04d-%02d-%02d", y, m, day);
    bool whole = day == 1 && d2 == time_month_length(y2, m2);
    if (whole && y == y2 && m == m2)
        return arena_printf(a, "%04d-%02d", y, m);
    if (whole && y == y2 && m == 1 && m2 == 12)
        return arena_printf(a, "%04d", y);
    return arena_printf(a, "%04d-%02d-%02d/%04d-%02d-%02d", y, m, day, y2, m2, d2);
}
