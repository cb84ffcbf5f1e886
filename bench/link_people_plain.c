/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The plain profile: one list in Latin letters. Each person has a stream of random numbers of
 * their own, and each second record too, so that rows come out in shuffled order without the
 * list being held in memory.
 */
#include "link_people.h"

#include <math.h>
#include <string.h>

#define LISTED_AGAIN 0.28

struct lists {
    struct people_words given, family, city, street;
};

struct person {
    char given[WORD_BYTES], family[WORD_BYTES], city[WORD_BYTES], street[WORD_BYTES];
    char postcode[8];
    struct people_date birth;
    bool has_birth, has_postcode;
};

static void home_choose(const struct lists *l, struct rng *r, struct person *ret)
{
    uint32_t city = people_words_choose(&l->city, r);
    uint32_t districts = 1 + 400 / (city + 8);
    strcpy(ret->city, l->city.text[city]);
    (void)snprintf(
        ret->postcode, sizeof ret->postcode, "%05u",
        (unsigned)(10000 + (city * 89u + (uint32_t)rng_below(r, districts)) % 90000));
    (void)snprintf(ret->street, sizeof ret->street, "%.40s %u",
                   l->street.text[people_words_choose(&l->street, r)],
                   (unsigned)(1 + rng_below(r, 1 + rng_below(r, 180))));
}

static void person_make(const struct lists *l, uint64_t seed, uint64_t number,
                        struct person *ret)
{
    struct rng r;
    rng_seed_stream(&r, seed, 2 * number);
    memset(ret, 0, sizeof *ret);
    strcpy(ret->given, l->given.text[people_words_choose(&l->given, &r)]);
    strcpy(ret->family, l->family.text[people_words_choose(&l->family, &r)]);
    /* Fewer are very old. */
    int oldest = 1932 + (int)(40 * rng_unit(&r) * rng_unit(&r));
    ret->birth = people_date_choose(&r, oldest, 2006);
    ret->has_birth = ret->has_postcode = true;
    home_choose(l, &r, ret);
}

static void date_error(struct people_date *d, struct rng *r)
{
    int day = d->day;
    switch (rng_below(r, 4)) {
    case 0:
        if (day <= 12 && day != d->month) {
            d->day = d->month;
            d->month = day;
            break;
        } /* fall through */
    case 1:
        d->day = day > 2 && rng_below(r, 2) ? day - 1 : day % 28 + 1;
        break;
    case 2:
        d->month = d->month % 12 + 1;
        d->day = day > 28 ? 28 : day;
        break;
    default:
        d->year += rng_below(r, 2) ? 1 : rng_below(r, 2) ? -1 : d->year > 1960 ? -10 : 10;
        d->day = day > 28 ? 28 : day;
    }
}

static void value_leave_out(struct person *p, struct rng *r)
{
    switch (rng_below(r, 5)) {
    case 0:
        p->has_birth = false;
        break;
    case 1:
        p->city[0] = 0;
        break;
    case 2:
        p->has_postcode = false;
        break;
    case 3:
        p->street[0] = 0;
        break;
    default:
        p->given[0] = 0;
    }
}

/* Seven kinds in words, and five more: turned names, an initial, the date, a value left out,
 * another home. */
static void error_make(const struct lists *l, struct person *p, struct rng *r)
{
    char *words[] = {p->given, p->family, p->family, p->given, p->city, p->street, p->postcode};
    unsigned kind = (unsigned)rng_below(r, 100);
    if (kind < 70) {
        char *word = words[rng_below(r, 7)];
        char room[WORD_BYTES] = "";
        strcpy(room, word);
        people_error_make(room, (enum people_error)(kind / 10), r);
        if (word != p->postcode)
            strcpy(word, room);
        else if (strlen(room) < sizeof p->postcode)
            strcpy(word, room);
    } else if (kind < 72) {
        char turned[WORD_BYTES];
        strcpy(turned, p->given);
        strcpy(p->given, p->family);
        strcpy(p->family, turned);
    } else if (kind < 75) {
        if (p->given[0])
            strcpy(p->given + 1, ".");
    } else if (kind < 85) {
        date_error(&p->birth, r);
    } else if (kind < 94) {
        value_leave_out(p, r);
    } else {
        home_choose(l, r, p);
    }
}

static void record_write(FILE *f, const char *id, const struct person *p)
{
    (void)fprintf(f, "%s,%s,%s,", id, p->given, p->family);
    if (p->has_birth)
        (void)fprintf(f, "%04d-%02d-%02d", p->birth.year, p->birth.month, p->birth.day);
    (void)fprintf(f, ",%s,%s,%s\n", p->city, p->has_postcode ? p->postcode : "", p->street);
}

void people_plain(uint64_t persons, uint64_t seed, const char *folder)
{
    static const char *const family_endings[] = {"",    "",    "",     "son", "man", "er",
                                                 "ley", "ton", "berg", "s",   "ham", "ov"};
    static const char *const city_endings[] = {"ville", "burg", "ton", "field", "port", "ham"};
    static const char *const street_endings[] = {" Street", " Road", " Lane", "gasse", " Way"};
    struct lists l;
    people_words_make(&l.given, 1500, 101, 1, 3, NULL, 0, 12, 1.1);
    people_words_make(&l.family, 60000, 102, 1, 3, family_endings, 12, 60, 0.95);
    people_words_make(&l.city, 900, 103, 1, 2, city_endings, 6, 6, 0.9);
    people_words_make(&l.street, 6000, 104, 1, 3, street_endings, 5, 40, 0.8);
    uint64_t again = (uint64_t)floor((double)persons * LISTED_AGAIN), records = persons + again;
    FILE *list = people_open(folder, "people.csv"), *truth = people_open(folder, "truth.csv");
    (void)fprintf(list, "id,given_name,family_name,birth_date,city,postcode,street\n");
    (void)fprintf(truth, "record,entity\n");
    for (uint64_t row = 0; row < records; row++) {
        uint64_t record = people_shuffle(row, records, seed ^ 0x5eed);
        bool second = record >= persons;
        uint64_t number =
            second ? people_shuffle(record - persons, persons, seed ^ 0xa6a1) : record;
        struct person p;
        char id[24];
        person_make(&l, seed, number, &p);
        if (second) {
            struct rng r;
            rng_seed_stream(&r, seed, 2 * number + 1);
            double u = rng_unit(&r);
            for (int errors = (u > 0.12) + (u > 0.52) + (u > 0.82) + (u > 0.95); errors;
                 errors--)
                error_make(&l, &p, &r);
        }
        (void)snprintf(id, sizeof id, "r%07llx",
                       (unsigned long long)people_shuffle(record, 20 * records, seed ^ 0x1d));
        record_write(list, id, &p);
        (void)fprintf(truth, "%s,%llu\n", id,
                      (unsigned long long)people_shuffle(number, persons, seed ^ 0xe4));
    }
    people_close(list);
    people_close(truth);
    people_words_free(&l.given);
    people_words_free(&l.family);
    people_words_free(&l.city);
    people_words_free(&l.street);
}
