/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rich profile: persons killed in an invented war, Arabic and Russian names, on four lists
 * with their own capture rates, scripts and errors:
 *   ministry.csv   their own script, full name, birth date, sex, place
 *   media.csv      Latin letters any way, parts in columns, age, place, date of death
 *   relatives.csv  their own script, misspelled, birth date or year, place, date of death; some
 *                  persons reported twice
 *   hospital.csv   Latin letters, family name first, age, sex, date of death
 * Persons live in households that share family name, father and place; in a third of the
 * households all of them die on one day. Few given names and many households: namesakes.
 */
#include "link_names.h"

#include <stdlib.h>
#include <string.h>

struct person {
    uint8_t speech, sex, place;
    bool together;
    uint32_t given, father, grandfather, family;
    struct people_date birth, death;
};

struct writer {
    const struct names *names;
    struct rng r;
    const struct person *p;
    double error; /* chance of an error in a field */
    FILE *f;
};

static struct people_date day_of_war(struct rng *r)
{
    return people_date_choose(r, 2031, 2032);
}

/* A household of one to seven; returns how many of `room` persons it filled. */
static size_t household_make(const struct names *n, struct rng *r, struct person *ret,
                             size_t room)
{
    struct person first = {.speech = rng_below(r, 10) < 6 ? NAMES_ARABIC : NAMES_RUSSIAN};
    size_t size = 1 + rng_below(r, 7);
    enum names_speech s = first.speech;
    size = size < room ? size : room;
    first.family = names_family_choose(n, s, r);
    first.father = names_given_choose(n, s, 0, r);
    first.grandfather = names_given_choose(n, s, 0, r);
    first.place = (uint8_t)people_words_choose(&n->town[s], r);
    first.together = rng_below(r, 3) == 0;
    first.death = day_of_war(r);
    int born = 1945 + (int)rng_below(r, 40);
    for (size_t i = 0; i < size; i++) {
        struct person *p = &ret[i];
        *p = first;
        p->sex = (uint8_t)rng_below(r, 2);
        p->given = names_given_choose(n, s, p->sex, r);
        if (i < 2 && size > 2) { /* the parents: fathers of their own */
            p->sex = (uint8_t)i;
            p->given = i ? names_given_choose(n, s, 1, r) : first.father;
            p->father = i ? names_given_choose(n, s, 0, r) : first.grandfather;
            p->grandfather = names_given_choose(n, s, 0, r);
            p->birth = people_date_choose(r, born, born + 5);
        } else {
            p->birth = people_date_choose(r, born + 20, born + 40 < 2030 ? born + 40 : 2030);
        }
        if (!first.together)
            p->death = day_of_war(r);
    }
    return size;
}

/* --- fields ------------------------------------------------------------------------------- */

static bool chance(struct writer *w, double p)
{
    return rng_unit(&w->r) < p;
}

static void write_kept(struct writer *w, const char *kept, bool own, enum names_scheme scheme,
                       char ret[NAME_BYTES])
{
    enum names_speech s = w->p->speech;
    if (own) {
        names_write_own(s, kept, true, &w->r, ret);
        if (chance(w, w->error))
            names_error_own(ret, &w->r);
        return;
    }
    names_write_latin(s, kept, scheme, &w->r, ret);
    if (chance(w, w->error) && strlen(ret) < WORD_BYTES - 1) {
        char word[WORD_BYTES] = "";
        strcpy(word, ret);
        people_error_make(word, (enum people_error)rng_below(&w->r, PEOPLE_WORD_ERRORS), &w->r);
        strcpy(ret, word);
    }
}

/* Given, middle (patronymic or father and grandfather), family. */
static void write_names(struct writer *w, bool own, enum names_scheme scheme,
                        char ret[3][2 * NAME_BYTES])
{
    const struct person *p = w->p;
    char kept[NAME_BYTES], one[NAME_BYTES], two[NAME_BYTES] = "";
    write_kept(w, names_given(p->speech, p->sex, p->given), own, scheme, one);
    strcpy(ret[0], one);
    if (p->speech == NAMES_RUSSIAN) {
        names_patronymic(p->father, p->sex, kept);
        write_kept(w, kept, own, scheme, one);
    } else {
        write_kept(w, names_given(p->speech, 0, p->father), own, scheme, one);
        if (own || chance(w, 0.3))
            write_kept(w, names_given(p->speech, 0, p->grandfather), own, scheme, two);
    }
    (void)snprintf(ret[1], sizeof ret[1], "%s%s%s", one, two[0] ? " " : "", two);
    names_family(w->names, p->speech, p->sex, p->family, kept);
    write_kept(w, kept, own, scheme, one);
    strcpy(ret[2], one);
}

static void print_place(struct writer *w, bool own, enum names_scheme scheme)
{
    char place[NAME_BYTES];
    write_kept(w, w->names->town[w->p->speech].text[w->p->place], own, scheme, place);
    (void)fprintf(w->f, ",%s", chance(w, 0.05) ? "" : place);
}

static void print_date(struct writer *w, struct people_date d, double missing)
{
    if (chance(w, w->error / 2))
        d.day = d.day > 1 ? d.day - 1 : 2;
    if (chance(w, missing))
        (void)fputc(',', w->f);
    else
        (void)fprintf(w->f, ",%04d-%02d-%02d", d.year, d.month, d.day);
}

static void print_age(struct writer *w)
{
    struct people_date b = w->p->birth, d = w->p->death;
    int age = d.year - b.year - (d.month < b.month || (d.month == b.month && d.day < b.day));
    if (chance(w, 0.12))
        age += rng_below(&w->r, 2) ? 1 : -1;
    if (age > 20 && chance(w, 0.08))
        age = (age + 2) / 5 * 5;
    if (chance(w, 0.08))
        (void)fputc(',', w->f);
    else
        (void)fprintf(w->f, ",%d", age > 0 ? age : 0);
}

/* --- the lists ---------------------------------------------------------------------------- */

static void ministry(struct writer *w)
{
    char name[3][2 * NAME_BYTES];
    write_names(w, true, 0, name);
    const char *form = w->p->speech == NAMES_RUSSIAN ? ",%3$s %1$s %2$s" : ",%1$s %2$s %3$s";
    (void)fprintf(w->f, form, name[0], name[1], name[2]);
    print_date(w, w->p->birth, 0.04);
    (void)fprintf(w->f, ",%s", w->p->sex ? "F" : "M");
    print_place(w, true, 0);
}

static void media(struct writer *w)
{
    char name[3][2 * NAME_BYTES];
    enum names_scheme scheme = (enum names_scheme)rng_below(&w->r, 3);
    write_names(w, false, scheme, name);
    (void)fprintf(w->f, ",%s,%s,%s", name[0], chance(w, 0.5) ? name[1] : "", name[2]);
    print_age(w);
    print_place(w, false, scheme);
    print_date(w, w->p->death, 0.03);
}

static void relatives(struct writer *w)
{
    char name[3][2 * NAME_BYTES];
    write_names(w, true, 0, name);
    (void)fprintf(w->f, ",%s,%s,%s", name[0], chance(w, 0.85) ? name[1] : "", name[2]);
    if (chance(w, 0.4))
        (void)fprintf(w->f, ",%04d", w->p->birth.year + (chance(w, 0.1) ? 1 : 0));
    else
        print_date(w, w->p->birth, 0.1);
    print_place(w, true, 0);
    print_date(w, w->p->death, 0.05);
}

static void hospital(struct writer *w)
{
    char name[3][2 * NAME_BYTES];
    write_names(w, false, NAMES_LOOSE, name);
    (void)fprintf(w->f, ",%s %s", name[2], name[0]);
    print_age(w);
    (void)fprintf(w->f, ",%s", chance(w, 0.03) ? "" : w->p->sex ? "female" : "male");
    print_date(w, w->p->death, 0.02);
}

static const struct list {
    const char *file, *head;
    double capture, capture_together, twice, error;
    void (*write)(struct writer *w);
} lists[] = {
    {"ministry.csv", "id,full_name,birth_date,sex,place", 0.5, 0.7, 0.0, 0.02, ministry},
    {"media.csv", "id,given_name,middle_name,family_name,age,place,date_of_death", 0.25, 0.5,
     0.02, 0.06, media},
    {"relatives.csv", "id,given_name,patronymic,family_name,birth_date,place,date_of_death",
     0.35, 0.25, 0.06, 0.08, relatives},
    {"hospital.csv", "id,name,age,sex,date_of_death", 0.3, 0.1, 0.01, 0.06, hospital},
};

/* How often list k has person i: 0, 1 or 2. */
static unsigned captured(const struct list *l, uint64_t seed, uint64_t k, uint64_t i,
                         const struct person *p)
{
    struct rng r;
    rng_seed_stream(&r, seed + 1, 8 * i + k);
    if (rng_unit(&r) >= (p->together ? l->capture_together : l->capture))
        return 0;
    return 1 + (rng_unit(&r) < l->twice);
}

void people_rich(uint64_t persons, uint64_t seed, const char *folder)
{
    struct names names;
    struct rng r;
    struct person *all = calloc(persons, sizeof *all);
    names_make(&names);
    rng_seed_stream(&r, seed, 0);
    for (size_t i = 0; i < persons;)
        i += household_make(&names, &r, &all[i], persons - i);
    FILE *truth = people_open(folder, "truth.csv");
    (void)fprintf(truth, "record,entity\n");
    for (uint64_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        struct writer w = {.names = &names, .error = lists[k].error};
        w.f = people_open(folder, lists[k].file);
        (void)fprintf(w.f, "%s\n", lists[k].head);
        for (uint64_t row = 0; row < persons; row++) {
            uint64_t i = people_shuffle(row, persons, seed + k);
            unsigned times = captured(&lists[k], seed, k, i, &all[i]);
            for (uint64_t t = 0; t < times; t++) {
                w.p = &all[i];
                rng_seed_stream(&w.r, seed + 2, (i * 8 + k) * 2 + t);
                unsigned long long id =
                    people_shuffle((i * 4 + k) * 2 + t, persons * 20, seed ^ 0x1d);
                (void)fprintf(w.f, "r%08llx", id);
                lists[k].write(&w);
                (void)fputc('\n', w.f);
                (void)fprintf(truth, "r%08llx,%llu\n", id,
                              (unsigned long long)people_shuffle(i, persons, seed ^ 0xe4));
            }
        }
        people_close(w.f);
    }
    people_close(truth);
    names_free(&names);
    free(all);
}
