/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Terms: the table of attribution, purposes, withdrawal and expiry, written out a second time
 * and compared in every cell: attributions x sets of purposes x purpose asked for x withdrawn x
 * expiry; and what holds where no terms were given.
 */
#include "tap.h"
#include "vault/archive/terms.h"

#define TODAY STR("2026-11-23")

/* One letter a right: e exists, c count, d describe, q quote, n name. */
static const char *const table[ATTRIBUTION_COUNT] = {
    "ecdq",  /* not known: as anonymity */
    "ecdqn", /* on_record */
    "ecdq",  /* anonymity */
    "ecd",   /* background */
    "ec",    /* deep_background */
    "e",     /* off_record */
};

static unsigned rights(const char *letters, bool count)
{
    unsigned set = 0;
    for (; *letters; letters++)
        switch (*letters) {
        case 'e':
            set |= TERMS_EXISTS;
            break;
        case 'c':
            set |= count ? TERMS_COUNT : 0;
            break;
        case 'd':
            set |= TERMS_DESCRIBE;
            break;
        case 'q':
            set |= TERMS_QUOTE;
            break;
        default:
            set |= TERMS_NAME;
        }
    return set;
}

static const struct {
    const char *expires;
    bool over;
} expiries[] = {
    {NULL, false},
    {"2026-11-23", false}, /* through the day itself */
    {"2026-11-22", true},
    {"2026-11-24", false},
    {"2026-11", false}, /* through the last day of the month */
    {"2026-10", true},
    {"2026", false},
    {"2025", true},
    {"2026-01-01/2026-06-30", true},
    {"2026-01-01/..", false},
    {"some day", true}, /* unreadable: the cautious side */
};

static void test_table(void)
{
    const char *const withdrawn[] = {NULL, "2026-11-20", "2027-01-01", ""};
    size_t cells = 0, wrong = 0;
    for (int attribution = 0; attribution < ATTRIBUTION_COUNT; attribution++)
        for (unsigned purposes = 0; purposes < 1u << PURPOSE_COUNT; purposes++)
            for (size_t e = 0; e < sizeof expiries / sizeof expiries[0]; e++)
                for (size_t w = 0; w < 4; w++)
                    for (int asked = 0; asked < PURPOSE_COUNT; asked++) {
                        struct record_terms t = {.attribution = (enum attribution)attribution,
                                                 .purposes = purposes,
                                                 .expires = str_of(expiries[e].expires),
                                                 .withdrawn = str_of(withdrawn[w])};
                        struct terms_state state = terms_of(&t, cells % 2, TODAY);
                        bool gone = withdrawn[w] || expiries[e].over;
                        bool consented = purposes >> asked & 1;
                        unsigned want = gone || !consented
                                            ? TERMS_EXISTS
                                            : rights(table[attribution],
                                                     purposes >> PURPOSE_STATISTICS & 1);
                        wrong += state.withdrawn != gone ||
                                 terms_allow(&state, (enum purpose)asked) != want;
                        cells++;
                    }
    ok(wrong == 0 && cells == 6u * 32 * 11 * 4 * 5, "every cell of the table: %zu, %zu wrong",
       cells, wrong);
}

static void test_none(void)
{
    struct terms_state told = terms_of(NULL, false, TODAY);
    struct terms_state published = terms_of(NULL, true, TODAY);
    size_t wrong = 0;
    for (int asked = 0; asked < PURPOSE_COUNT; asked++) {
        unsigned may = terms_allow(&told, (enum purpose)asked);
        wrong += may != (asked == PURPOSE_HELP ? TERMS_EXISTS | TERMS_DESCRIBE | TERMS_QUOTE
                                               : (unsigned)TERMS_EXISTS);
        wrong += terms_allow(&published, (enum purpose)asked) != rights("ecdqn", true);
    }
    ok(wrong == 0, "no terms: anonymous and for help; a published report on the record");
}

static void test_outside(void)
{
    struct terms_state s = {ATTRIBUTION_ON_RECORD, ~0u, false};
    ok(terms_allow(&s, PURPOSE_COUNT) == TERMS_EXISTS, "an unknown purpose gets nothing");
    s.attribution = ATTRIBUTION_COUNT;
    ok(terms_allow(&s, PURPOSE_HELP) == TERMS_EXISTS, "an unknown attribution gives nothing");
    struct record_terms t = {.attribution = ATTRIBUTION_ON_RECORD,
                             .purposes = 1u << PURPOSE_HELP,
                             .expires = STR("2030")};
    ok(terms_of(&t, false, STR("")).withdrawn, "terms that expire need a day to hold on");
}

int main(void)
{
    test_table();
    test_none();
    test_outside();
    return tap_end();
}
