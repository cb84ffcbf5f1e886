/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"
#include "base/text.h"
#include "engine/link/config_parts.h"

#define TEXTS_LOOKED_AT 40000u

/* What one cell looks like. */
struct look {
    bool date, year, number, age, month, day, mail, phone, letters, digits;
    unsigned words;
    int of_year;
    unsigned scripts[LINK_OTHER_SCRIPT + 1];
};

static enum link_script script_of(uint32_t cp)
{
    return cp < 0x250                    ? LINK_LATIN
           : cp >= 0x400 && cp < 0x530   ? LINK_CYRILLIC
           : cp >= 0x590 && cp < 0x600   ? LINK_HEBREW
           : cp >= 0x600 && cp < 0x780   ? LINK_ARABIC
           : cp >= 0x1e00 && cp < 0x1f00 ? LINK_LATIN
           : cp >= 0xfb50 && cp < 0xff00 ? LINK_ARABIC
                                         : LINK_OTHER_SCRIPT;
}

static void look_at_dates(struct str s, struct look *l)
{
    struct link_date d;
    if (!link_date_read(s, LINK_DAY_FIRST, &d))
        return;
    int month, day;
    time_civil(d.days.first, &l->of_year, &month, &day);
    l->year = d.form == LINK_DATE_YEAR && s.n == 4;
    l->date = !l->year;
}

static struct look look_at(struct str s)
{
    struct look l = {.words = 0};
    size_t letters = 0, digits = 0, others = 0, phone = 0, spaces = 0, length = 0;
    bool inside = false;
    for (size_t i = 0, next; i < s.n; i = next) {
        uint32_t cp = text_decode(s, i, &next);
        bool blank = text_is_space(cp);
        l.words += !blank && !inside;
        inside = !blank;
        length++;
        if (text_is_letter(cp)) {
            letters++;
            l.scripts[script_of(cp)]++;
        } else if (text_is_digit(cp)) {
            digits++;
        } else {
            spaces += blank;
            phone += cp == '+' || cp == '-' || cp == '(' || cp == ')' || cp == '/' || cp == '.';
            others += !blank && cp != '-' && cp != '.' && cp != '\'' && cp != 0x2019 &&
                      cp != ',' && cp != '`';
        }
    }
    l.letters = letters && !digits && !others;
    l.digits = digits > 0;
    l.number = digits == length;
    l.phone = digits >= 7 && digits <= 15 && digits + phone + spaces == length;
    size_t at = str_find(s, STR("@"), 0);
    l.mail = at != STR_NONE && at && str_find(s, STR("."), at) != STR_NONE && !spaces;
    look_at_dates(s, &l);
    uint64_t v;
    if (l.number && str_to_u64(s, &v)) {
        l.month = v >= 1 && v <= 12;
        l.day = v >= 1 && v <= 31;
    }
    int low, high;
    l.age = digits && letters <= 8 && !l.date && !l.year && digits <= 6 &&
            link_age_read(s, &low, &high);
    return l;
}

#define TOP 40u

/* The share of records that the commonest texts have. */
static double top_share(const uint32_t *count, uint32_t texts, uint32_t filled)
{
    uint32_t top[TOP] = {0};
    uint64_t sum = 0;
    for (uint32_t k = 1; k < texts; k++) {
        if (count[k] <= top[TOP - 1])
            continue;
        size_t at = TOP - 1;
        for (; at > 0 && top[at - 1] < count[k]; at--)
            top[at] = top[at - 1];
        top[at] = count[k];
    }
    for (unsigned i = 0; i < TOP; i++)
        sum += top[i];
    return filled ? (double)sum / filled : 0;
}

static bool is_sex(struct str s, struct arena *a)
{
    if (s.n == 0 || s.n > 24)
        return false;
    BUF_AUTO fold;
    buf_init(&fold, 400);
    text_fold(&fold, s, false);
    struct str folded = arena_copy(a, buf_str(&fold));
    return link_sex_of(folded).p != folded.p;
}

static void add(struct link_facts *f, const struct look *l, double n, struct str s)
{
    f->date += l->date ? n : 0;
    f->year += l->year ? n : 0;
    f->number += l->number ? n : 0;
    f->age += l->age ? n : 0;
    f->month += l->month ? n : 0;
    f->day += l->day ? n : 0;
    f->mail += l->mail ? n : 0;
    f->phone += l->phone ? n : 0;
    f->letters += l->letters ? n : 0;
    f->digits += l->digits ? n : 0;
    f->words += l->words * n;
    f->length += (double)s.n * n;
    if ((l->year || l->date) && l->of_year < f->year_low)
        f->year_low = l->of_year;
    if ((l->year || l->date) && l->of_year > f->year_high)
        f->year_high = l->of_year;
}

void link_facts_of(const struct link_data *data, uint32_t column, struct arena *a,
                   struct link_facts *ret)
{
    const struct link_column *c = &data->columns[column];
    struct link_facts f = {.distinct = c->texts - 1, .year_low = 9999};
    uint32_t *count = ARENA_NEW(a, c->texts, uint32_t);
    for (uint32_t i = 0; i < data->records; i++) {
        count[c->cell[i]]++;
        f.lists |= c->cell[i] ? (uint64_t)1 << (data->list[i] & 63) : 0;
    }
    f.filled = data->records - count[0];
    /* Of very many texts those with certain hashes, so that the order of rows says nothing. */
    uint64_t every = c->texts / TEXTS_LOOKED_AT + 1;
    double seen = 0;
    uint64_t scripts[LINK_OTHER_SCRIPT + 1] = {0};
    for (uint32_t k = 1; k < c->texts; k++) {
        struct str s = link_column_text(c, k);
        f.single += count[k] == 1;
        if (link_is_nothing(s)) {
            f.filled -= count[k];
            continue;
        }
        if (every > 1 && hash_bytes(s, 3) % every != 0)
            continue;
        struct look l = look_at(s);
        add(&f, &l, count[k], s);
        f.sex += f.distinct <= 40 && is_sex(s, a) ? count[k] : 0;
        for (unsigned i = 0; i <= LINK_OTHER_SCRIPT; i++)
            scripts[i] += (uint64_t)l.scripts[i] * count[k];
        seen += count[k];
    }
    double *shares[] = {&f.date,  &f.year,    &f.number, &f.age, &f.month, &f.day,   &f.mail,
                        &f.phone, &f.letters, &f.digits, &f.sex, &f.words, &f.length};
    for (size_t i = 0; i < sizeof shares / sizeof *shares && seen > 0; i++)
        *shares[i] /= seen;
    f.single = f.filled ? f.single / f.filled : 0;
    for (unsigned i = 1; i <= LINK_OTHER_SCRIPT; i++)
        if (scripts[i] > scripts[f.script])
            f.script = (enum link_script)i;
    f.top = top_share(count, c->texts, f.filled);
    *ret = f;
}
