/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/compare_parts.h"

enum { WORDS_MAX = 12, DAYS_OF_YEAR = 366, DAYS_NEAR = 400 };

/* ---- letters ---- */

struct link_word compare_letters(struct arena *a, struct str text)
{
    size_t n = text.n < 256 ? text.n : 256;
    uint8_t *p = arena_room(a, n ? n : 1);
    uint32_t k = 0;
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)text.p[i];
        if (c < 128) {
            p[k++] = c;
            i++;
            continue;
        }
        /* A letter of several bytes: any mixture of them will do, if it is the same each time. */
        uint32_t point = c;
        for (i++; i < n && ((unsigned char)text.p[i] & 0xc0) == 0x80; i++)
            point = point << 6 ^ ((unsigned char)text.p[i] & 0x3fu);
        p[k++] = (uint8_t)(128 + point % 127);
    }
    return (struct link_word){p, k};
}

static uint32_t shared_prefix(struct link_word a, struct link_word b)
{
    uint32_t n = a.n < b.n ? a.n : b.n, k = 0;
    while (k < n && a.p[k] == b.p[k])
        k++;
    return k;
}

/* ---- text ---- */

static size_t split(struct link_word w, struct link_word ret[WORDS_MAX])
{
    size_t count = 0;
    for (uint32_t i = 0; i < w.n && count < WORDS_MAX;) {
        while (i < w.n && w.p[i] == ' ')
            i++;
        uint32_t begin = i;
        while (i < w.n && w.p[i] != ' ')
            i++;
        if (i > begin)
            ret[count++] = (struct link_word){w.p + begin, i - begin};
    }
    return count;
}

static bool word_eq(struct link_word a, struct link_word b)
{
    return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* How many words of the one are words of the other; *ret_real: longer ones without digits. */
static size_t shared_words(const struct link_word *a, size_t na, const struct link_word *b,
                           size_t nb, size_t *ret_real)
{
    bool used[WORDS_MAX] = {false};
    size_t shared = 0;
    *ret_real = 0;
    for (size_t i = 0; i < na; i++)
        for (size_t j = 0; j < nb; j++)
            if (!used[j] && word_eq(a[i], b[j])) {
                used[j] = true;
                shared++;
                *ret_real += a[i].n >= 3 && !(a[i].p[0] >= '0' && a[i].p[0] <= '9');
                break;
            }
    return shared;
}

unsigned compare_text(const struct compare_field *f, uint32_t a, uint32_t b)
{
    const struct link_field *field = f->field;
    struct link_word x = f->word[a], y = f->word[b];
    uint32_t shorter = x.n < y.n ? x.n : y.n, longer = x.n < y.n ? y.n : x.n;
    const struct compare_sketch *sx = &f->sketch[a], *sy = &f->sketch[b];
    struct compare_shared bound = compare_shared_of(sx, sy);
    bool far = longer - shorter > 2 || compare_far_edit(sx, sy, bound);
    unsigned apart = far ? 3 : link_osa(x, y);
    if (apart <= 1 && shorter >= 3)
        return TEXT_EDIT;
    struct link_word wx[WORDS_MAX], wy[WORDS_MAX];
    size_t nx = 1, ny = 1, real = 0, shared = 0;
    if (sx->words & sy->words) {
        nx = split(x, wx);
        ny = split(y, wy);
        shared = shared_words(wx, nx, wy, ny, &real);
    }
    if (shared == nx && shared == ny)
        return TEXT_EDIT;
    if (field->sound && field->sound[a] != 0 && field->sound[a] == field->sound[b])
        return TEXT_CLOSE;
    double near = compare_far_jaro(sx, sy, bound) ? 0 : link_jaro_winkler_near(x, y);
    if (near >= 0.93 || (apart == 2 && shorter >= 6))
        return TEXT_CLOSE;
    if (real > 0 && (shared == nx || shared == ny))
        return TEXT_WITHIN;
    if (near >= 0.87)
        return TEXT_ALIKE;
    if (field->parent) {
        uint32_t pa = field->parent[a], pb = field->parent[b];
        if ((pa != 0 && pa == pb) || pa == b || pb == a)
            return TEXT_PARENT;
    }
    if (real > 0)
        return TEXT_WORD;
    return near >= 0.76 ? TEXT_SOMEWHAT : TEXT_DIFFERS;
}

/* ---- codes and addresses of e-mail ---- */

unsigned compare_code(const struct compare_field *f, uint32_t a, uint32_t b)
{
    struct link_word x = f->word[a], y = f->word[b];
    uint32_t shorter = x.n < y.n ? x.n : y.n, longer = x.n < y.n ? y.n : x.n;
    const struct compare_sketch *sx = &f->sketch[a], *sy = &f->sketch[b];
    bool far = longer - shorter > 2 || compare_far_edit(sx, sy, compare_shared_of(sx, sy));
    unsigned apart = far ? 3 : link_osa(x, y);
    if (apart <= 1 && shorter >= 3)
        return CODE_EDIT;
    if (apart == 2 && shorter >= 5)
        return CODE_TWO;
    uint32_t prefix = shared_prefix(x, y);
    if (prefix * 2 >= longer && prefix >= 2)
        return CODE_PREFIX;
    return prefix >= 2 ? CODE_AREA : CODE_DIFFERS;
}

unsigned compare_mail(const struct compare_field *f, uint32_t a, uint32_t b)
{
    struct link_word x = f->word[a], y = f->word[b];
    uint32_t longer = x.n < y.n ? y.n : x.n, shorter = x.n < y.n ? x.n : y.n;
    unsigned apart = (longer - shorter) * 2 > longer ? longer : link_osa(x, y);
    if (apart <= 2 && shorter >= 6)
        return MAIL_EDIT;
    const uint8_t *ax = memchr(x.p, '@', x.n), *ay = memchr(y.p, '@', y.n);
    struct link_word lx = {x.p, ax ? (uint32_t)(ax - x.p) : x.n};
    struct link_word ly = {y.p, ay ? (uint32_t)(ay - y.p) : y.n};
    if (lx.n >= 3 && word_eq(lx, ly))
        return MAIL_LOCAL;
    if (apart * 4 <= longer)
        return MAIL_CLOSE;
    bool domain =
        ax && ay &&
        word_eq((struct link_word){ax, x.n - lx.n}, (struct link_word){ay, y.n - ly.n});
    if (domain)
        return MAIL_DOMAIN;
    return apart * 5 <= longer * 2 ? MAIL_ALIKE : MAIL_DIFFERS;
}

/* ---- dates ---- */

static uint32_t digits_of(int year, int month, int day)
{
    uint32_t ret = 0, of[] = {(uint32_t)(year < 0 ? 0 : year), (uint32_t)month, (uint32_t)day};
    static const uint32_t unit[] = {1000, 100, 10, 1, 10, 1, 10, 1};
    static const uint8_t which[] = {0, 0, 0, 0, 1, 1, 2, 2};
    for (unsigned i = 0; i < 8; i++)
        ret = ret << 4 | of[which[i]] / unit[i] % 10;
    return ret;
}

void compare_day_read(struct time_days d, struct compare_day *ret)
{
    int year, month, day;
    int32_t first = d.first < TIME_DAY_MIN ? TIME_DAY_MIN : d.first;
    time_civil(first > TIME_DAY_MAX ? TIME_DAY_MAX : first, &year, &month, &day);
    *ret = (struct compare_day){.first = d.first,
                                .last = d.last,
                                .year = (int16_t)year,
                                .month = (uint8_t)month,
                                .day = (uint8_t)day,
                                .digits = digits_of(year, month, day),
                                .exact = d.first == d.last};
}

unsigned compare_day(const struct compare_day *a, const struct compare_day *b)
{
    uint32_t apart = a->digits ^ b->digits, digit = apart | apart >> 1;
    digit = (digit | digit >> 2) & 0x11111111u;
    unsigned differ = digit * 0x11111111u >> 28;
    unsigned at = apart ? (unsigned)__builtin_clz(apart) / 4 : 0; /* the first that differs */
    bool year = a->year == b->year, month = a->month == b->month, day = a->day == b->day;
    if (a->filler || b->filler) {
        unsigned in_year = (digit >> 16) * 0x1111u >> 12 & 15u;
        if (in_year <= 1)
            return in_year ? DAY_YEAR_DIGIT : DAY_YEAR_ONLY;
        return DAY_DIFFERS;
    }
    if (differ == 1)
        return DAY_DIGIT;
    if (year && a->day == b->month && a->month == b->day)
        return DAY_SWAPPED;
    if (differ == 2 && at < 7 && at != 3) {
        unsigned x = a->digits >> (24 - 4 * at) & 255u, y = b->digits >> (24 - 4 * at) & 255u;
        if (x >> 4 == (y & 15u) && (x & 15u) == y >> 4)
            return DAY_SWAPPED;
    }
    if (year && (month || day))
        return DAY_PARTS;
    if (day && month)
        return DAY_DAY_MONTH;
    if (differ == 2)
        return DAY_TWO;
    if (year)
        return DAY_YEAR;
    int64_t gap = (int64_t)a->first - b->first;
    return gap <= DAYS_NEAR && gap >= -DAYS_NEAR ? DAY_NEAR : DAY_DIFFERS;
}

unsigned compare_slip(struct link_word a, struct link_word b)
{
    switch (link_osa(a, b)) {
    case 0:
    case 1:
        return DAY_DIGIT;
    case 2:
        return DAY_TWO;
    case 3:
        return DAY_NEAR;
    default:
        return DAY_DIFFERS;
    }
}

unsigned compare_span(const struct compare_day *a, const struct compare_day *b)
{
    if (a->first == b->first && a->last == b->last)
        return SPAN_EQUAL;
    int64_t gap = 0;
    if (a->first > b->last)
        gap = (int64_t)a->first - b->last;
    else if (b->first > a->last)
        gap = (int64_t)b->first - a->last;
    if (gap == 0)
        return SPAN_OVERLAP;
    /* Two years or ages that are one apart are spans that touch: between touching and half a
     * year on is one, and so on. */
    if (gap <= DAYS_OF_YEAR / 2)
        return SPAN_ONE;
    if (gap <= DAYS_OF_YEAR * 3 / 2)
        return SPAN_TWO;
    return gap <= DAYS_OF_YEAR * 9 / 2 ? SPAN_FIVE : SPAN_DIFFERS;
}
