/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a column is: first what its header says, if the values can be that; else what the values
 * look like. A column that is empty, the same everywhere, or different everywhere like a row
 * number says nothing of who a person is.
 */
#include "base/text.h"
#include "engine/link/config_parts.h"

static void set(struct link_guess *g, uint32_t k, enum link_role role, const char *why)
{
    g->columns[k].role = role;
    g->columns[k].why = str_of(why);
}

static bool is_name(enum link_role r)
{
    return r == LINK_ROLE_GIVEN || r == LINK_ROLE_MIDDLE || r == LINK_ROLE_FAMILY ||
           r == LINK_ROLE_FULL;
}

/* Can the values be what the header says? */
static bool fits(const struct link_facts *f, enum link_role role)
{
    switch (role) {
    case LINK_ROLE_GIVEN:
    case LINK_ROLE_MIDDLE:
    case LINK_ROLE_FAMILY:
    case LINK_ROLE_FULL:
        return f->letters >= 0.5 && f->words < 9;
    case LINK_ROLE_BIRTH:
    case LINK_ROLE_EVENT:
        return f->date + f->year >= 0.5;
    case LINK_ROLE_BIRTH_YEAR:
        return f->year + f->date >= 0.5;
    case LINK_ROLE_BIRTH_MONTH:
        return f->month >= 0.5;
    case LINK_ROLE_BIRTH_DAY:
        return f->day >= 0.5;
    case LINK_ROLE_AGE:
        return f->age >= 0.5;
    case LINK_ROLE_SEX:
        return f->distinct <= 40;
    case LINK_ROLE_LIST:
        return f->distinct >= 2 && f->distinct <= LINK_LISTS_MAX;
    case LINK_ROLE_CATEGORY:
        return f->top >= 0.9;
    case LINK_ROLE_IDENTIFIER:
    case LINK_ROLE_POSTCODE:
        return f->words < 4;
    default:
        return true;
    }
}

static bool all_different(const struct link_guess *g, const struct link_facts *f)
{
    return f->filled == g->data->records && f->distinct == f->filled && f->filled > 1;
}

static void by_header(struct link_guess *g, uint32_t k)
{
    const struct link_facts *f = &g->facts[k];
    enum link_role role = link_header_role(g->data->columns[k].header);
    if (f->filled == 0) {
        set(g, k, LINK_ROLE_IGNORE, "empty");
        return;
    }
    /* But a name or a birth date tells persons apart from those of other lists to come. */
    bool person = role >= LINK_ROLE_GIVEN && role <= LINK_ROLE_BIRTH_DAY && fits(f, role);
    if (f->distinct == 1 && g->data->records > 1 && f->filled == g->data->records && !person) {
        set(g, k, LINK_ROLE_IGNORE, "the same in every record");
        return;
    }
    g->columns[k].role = LINK_ROLE_COUNT;
    if (role == LINK_ROLE_COUNT)
        return;
    if (role == LINK_ROLE_ID) {
        bool different = all_different(g, f);
        set(g, k, different ? LINK_ROLE_ID : LINK_ROLE_IGNORE,
            different ? "called like an id, different in every record"
                      : "called like the numbers of a list");
        return;
    }
    if (role == LINK_ROLE_LIST && f->distinct <= LINK_LISTS_MAX &&
        (f->filled < g->data->records || g->data->list_count > 1)) {
        set(g, k, LINK_ROLE_IGNORE,
            g->data->list_count > 1 ? "each file is a list" : "empty in some records");
        return;
    }
    if (role == LINK_ROLE_CATEGORY && !fits(f, role))
        role = f->letters > 0.8 ? LINK_ROLE_PLACE : LINK_ROLE_TEXT;
    if ((role == LINK_ROLE_BIRTH || role == LINK_ROLE_EVENT) && f->age > 0.8 && f->date < 0.1 &&
        f->year < 0.1)
        role = LINK_ROLE_COUNT;
    if (role == LINK_ROLE_BIRTH && f->year >= 0.9)
        role = LINK_ROLE_BIRTH_YEAR;
    if (role == LINK_ROLE_BIRTH_YEAR && f->date > 0.5)
        role = LINK_ROLE_BIRTH;
    if (role != LINK_ROLE_COUNT && fits(f, role))
        set(g, k, role, "the header says so");
}

/* ---- by values ---- */

/* Year, month and day side by side. */
static void date_parts(struct link_guess *g)
{
    for (uint32_t k = 0; k < g->data->column_count; k++)
        if (g->columns[k].role == LINK_ROLE_BIRTH || g->columns[k].role == LINK_ROLE_BIRTH_YEAR)
            return;
    for (uint32_t k = 0; k + 2 < g->data->column_count; k++) {
        const struct link_facts *f = &g->facts[k];
        bool free_ones = true, up, down;
        for (uint32_t j = k; j < k + 3; j++)
            free_ones &= g->columns[j].role == LINK_ROLE_COUNT && g->facts[j].number > 0.9;
        up = f[0].year > 0.9 && f[1].month > 0.95 && f[2].day > 0.95 && f[2].month < 0.9;
        down = f[2].year > 0.9 && f[1].month > 0.95 && f[0].day > 0.95 && f[0].month < 0.9;
        if (!free_ones || up == down)
            continue;
        set(g, up ? k : k + 2, LINK_ROLE_BIRTH_YEAR, "a year beside a month and a day");
        set(g, k + 1, LINK_ROLE_BIRTH_MONTH, "a month between a year and a day");
        set(g, up ? k + 2 : k, LINK_ROLE_BIRTH_DAY, "a day beside a month and a year");
        return;
    }
}

static bool has(const struct link_guess *g, enum link_role role)
{
    for (uint32_t k = 0; k < g->data->column_count; k++)
        if (g->columns[k].role == role)
            return true;
    return false;
}

static bool has_birth(const struct link_guess *g)
{
    return has(g, LINK_ROLE_BIRTH) || has(g, LINK_ROLE_BIRTH_YEAR);
}

static void by_values(struct link_guess *g, uint32_t k)
{
    const struct link_facts *f = &g->facts[k];
    double distinct = (double)f->distinct / (double)f->filled;
    if (f->mail > 0.5)
        set(g, k, LINK_ROLE_CONTACT, "e-mail addresses");
    else if (f->date > 0.6 && !has_birth(g) && f->year_high - f->year_low > 25)
        set(g, k, LINK_ROLE_BIRTH, "dates over many years");
    else if (f->date > 0.6)
        set(g, k, LINK_ROLE_EVENT, "dates");
    else if (all_different(g, f) && f->digits > 0.9 && f->words < 1.5)
        set(g, k, LINK_ROLE_IGNORE, "a code that is different in every record");
    else if (f->sex > 0.8)
        set(g, k, LINK_ROLE_SEX, "values of sex");
    else if (f->year > 0.9 && !has_birth(g) && f->year_high - f->year_low > 25)
        set(g, k, LINK_ROLE_BIRTH_YEAR, "years over a lifetime");
    else if (f->age > 0.9 && !has(g, LINK_ROLE_AGE) && !has_birth(g) && f->distinct > 20 &&
             f->number > 0.8)
        set(g, k, LINK_ROLE_AGE, "numbers like ages");
    else if (f->phone > 0.7 && distinct > 0.3)
        set(g, k, LINK_ROLE_CONTACT, "numbers like those of telephones");
    else if (f->digits > 0.9 && f->words < 1.5 && distinct > 0.4 && f->length >= 5)
        set(g, k, LINK_ROLE_IDENTIFIER, "codes that few records share");
    else if (f->distinct <= 60 && distinct < 0.2)
        set(g, k, LINK_ROLE_CATEGORY, "few values");
    else if (f->words > 9)
        set(g, k, LINK_ROLE_IGNORE, "long texts");
    else if (f->digits > 0.9 && f->words < 2.5)
        set(g, k, LINK_ROLE_POSTCODE, "codes");
    else
        set(g, k, f->letters > 0.8 && f->words < 2.5 ? LINK_ROLE_PLACE : LINK_ROLE_TEXT,
            "words");
}

/* When no header names a name: columns of letters that many records differ in. */
static void names_by_values(struct link_guess *g)
{
    uint32_t found[2] = {UINT32_MAX, UINT32_MAX}, whole = UINT32_MAX;
    for (uint32_t k = 0; k < g->data->column_count; k++) {
        const struct link_facts *f = &g->facts[k];
        if (is_name(g->columns[k].role))
            return;
        double distinct = f->filled ? (double)f->distinct / (double)f->filled : 0;
        if (g->columns[k].role != LINK_ROLE_COUNT || f->letters < 0.9 ||
            (distinct < 0.1 && f->distinct < 25) || f->filled * 2 < g->data->records)
            continue;
        if (f->words >= 1.7 && f->words < 6 && distinct > 0.5 && whole == UINT32_MAX)
            whole = k;
        else if (f->words < 1.7 && found[0] == UINT32_MAX)
            found[0] = k;
        else if (f->words < 1.7 && found[1] == UINT32_MAX)
            found[1] = k;
    }
    if (whole != UINT32_MAX) {
        set(g, whole, LINK_ROLE_FULL, "some words of letters, mostly different");
    } else if (found[1] != UINT32_MAX) {
        bool first = g->facts[found[0]].distinct <= g->facts[found[1]].distinct;
        set(g, found[!first], LINK_ROLE_GIVEN, "words of letters, of which there are fewer");
        set(g, found[first], LINK_ROLE_FAMILY, "words of letters, of which there are more");
    }
}

/* ---- the whole ---- */

/* Is another column the same as this one? */
static bool stands_for(const struct link_guess *g, uint32_t k)
{
    for (uint32_t j = 0; j < g->data->column_count; j++)
        if (g->columns[j].same.n && str_eq(g->columns[j].same, g->columns[k].header))
            return true;
    return false;
}

/* More columns than are compared: those go that say least. */
static void keep_limit(struct link_guess *g)
{
    static const enum link_role order[] = {
        LINK_ROLE_TEXT,  LINK_ROLE_EVENT,    LINK_ROLE_CATEGORY, LINK_ROLE_ADDRESS,
        LINK_ROLE_PLACE, LINK_ROLE_POSTCODE, LINK_ROLE_CONTACT,  LINK_ROLE_IDENTIFIER};
    uint32_t count = 0;
    for (uint32_t k = 0; k < g->data->column_count; k++)
        count += g->columns[k].role == LINK_ROLE_EVENT || g->columns[k].role >= LINK_ROLE_SEX;
    for (size_t r = 0; r < sizeof order / sizeof *order; r++) {
        for (uint32_t k = g->data->column_count; k-- > 0 && count + 2 > LINK_FIELDS_MAX;) {
            if (g->columns[k].role != order[r] || g->columns[k].same.n || stands_for(g, k))
                continue;
            set(g, k, LINK_ROLE_IGNORE, "more columns than are compared");
            count--;
        }
    }
}

static int set_id(struct link_guess *g, struct str id, struct err *err)
{
    BUF_AUTO names;
    buf_init(&names, 300);
    if (!id.n)
        return 0;
    for (uint32_t k = 0; k < g->data->column_count; k++) {
        struct str h = g->data->columns[k].header;
        if (str_eq(h, id)) {
            set(g, k, LINK_ROLE_ID, "named with --id");
            return 0;
        }
        if (names.n + h.n + 2 < names.max)
            buf_printf(&names, "%s%.*s", k ? ", " : "", (int)h.n, h.p);
    }
    return err_set(err, ERR_INPUT, "no file has a column \"%.*s\"; there are: %.*s",
                   (int)(id.n < 80 ? id.n : 80), id.p, (int)names.n, names.p ? names.p : "");
}

int link_config_guess(const struct link_data *data, struct str id, struct arena *a,
                      struct link_config *ret, struct err *err)
{
    struct link_guess *g = arena_alloc(a, 1, sizeof *g);
    g->data = data;
    g->a = a;
    g->columns = ARENA_NEW(a, data->column_count, struct link_column_config);
    for (uint32_t k = 0; k < data->column_count; k++) {
        g->columns[k].header = arena_copy(a, data->columns[k].header);
        link_facts_of(data, k, &g->scratch, &g->facts[k]);
        by_header(g, k);
    }
    int e = set_id(g, id, err);
    date_parts(g);
    names_by_values(g);
    for (uint32_t k = 0; k < data->column_count; k++) {
        g->by_values[k] = g->columns[k].role == LINK_ROLE_COUNT;
        if (g->by_values[k])
            by_values(g, k);
    }
    link_guess_names(g);
    link_guess_same(g);
    keep_limit(g);
    arena_free(&g->scratch);
    if (!e)
        *ret = (struct link_config){.columns = g->columns, .count = data->column_count};
    return e;
}
