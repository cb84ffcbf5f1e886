/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/people_parts: link_people_make in its parts: names (people_names.c), dates and
 * ages (people_dates.c, people_date.c, people_made.c), every other field (people_fields.c), and
 * the dictionary that all of them use (people_intern.c).
 */
#ifndef DEPONENT_ENGINE_LINK_PEOPLE_PARTS_H
#define DEPONENT_ENGINE_LINK_PEOPLE_PARTS_H

#include "engine/link/config.h"
#include "engine/link/name.h"

/* ---- each text once ---- */

struct link_intern {
    struct arena *a;   /* keeps the texts */
    struct str *texts; /* [count], 0 is "" */
    uint32_t *hashes;
    size_t count, cap, hash_cap;
    uint32_t *slots;
    size_t size;
    char *block;
    size_t block_left;
};
void link_intern_open(struct link_intern *t, struct arena *a);
/* Its number; 0 for an empty text. Copies it when it is new. */
uint32_t link_intern_add(struct link_intern *t, struct str s);
/* Puts the texts in an order that only their bytes decide; ret_new[old number] is the new one
 * (in `a`). Nothing can be added afterwards. */
void link_intern_sort(struct link_intern *t, struct arena *a, uint32_t **ret_new);
void link_intern_close(struct link_intern *t);

/* ---- the job ---- */

struct link_job {
    const struct link_data *data;
    const struct link_config *config;
    struct pool *pool;
    struct arena *a; /* of the result */
    struct arena scratch;
    struct link_people *people;
    struct link_list *lists;           /* people->lists, to be filled */
    struct link_namer **namers;        /* [threads] */
    uint32_t column[LINK_COLUMNS_MAX]; /* of the data, by column of the configuration */
    size_t field_cap, note_cap;
};

/* Calls text(context, worker, texts begin to end) over all texts of a column but the empty one,
 * in parallel pieces, and then `put` once a piece, in order, on one thread. */
struct link_sweep {
    void (*text)(void *context, unsigned worker, uint32_t text, struct buf *out);
    void (*put)(void *context, uint32_t text, struct str bytes);
    void *context;
};
void link_sweep_texts(struct link_job *job, uint32_t texts, const struct link_sweep *s);

/* The column of the configuration with which this one is one field: itself, or one before it. */
uint32_t link_job_first(const struct link_job *job, uint32_t k);
void link_job_note(struct link_job *job, struct str sentence, uint32_t record);
struct link_field *link_job_field(struct link_job *job, struct str label, enum link_kind kind);
/* The values of a field from its dictionary: sorts it, renumbers f->value, counts. Returns the
 * new numbers by the old ones, in the scratch arena. */
const uint32_t *link_job_values(struct link_job *job, struct link_field *f,
                                struct link_intern *t);
/* Is the cell an empty one in words: "n/a", "unknown", "?"? */
bool link_is_nothing(struct str s);

void link_make_names(struct link_job *job);
void link_make_birth(struct link_job *job);
void link_make_events(struct link_job *job);
void link_make_fields(struct link_job *job);
/* A key over scripts of the name in one version, whatever the order of its tokens, with or
 * without those between given and family name; 0 for a record with fewer than two. */
uint64_t link_whole_name(const struct link_people *p, uint32_t record, unsigned version,
                         bool whole);

/* ---- birth ---- */

#define LINK_NO_DAYS                                                                           \
    {                                                                                          \
        TIME_DAY_MAX, TIME_DAY_MIN                                                             \
    }
static inline bool link_days_known(struct time_days d)
{
    return d.first <= d.last;
}

struct link_birth {
    struct time_days *days; /* [records], from dates */
    struct str *slip;       /* [records] characters of what is nearly a date; NULL: none */
    int16_t *age[2];        /* [records] least and most; -1: none */
    bool ages;
    struct str label;
};
/* The day on which each list was made, where the configuration does not say: from what its
 * records, or those of one name in another list, say of birth and age. */
void link_learn_made(struct link_job *job, const struct link_birth *b);

/* ---- dates in cells ---- */

enum link_order { LINK_DAY_FIRST, LINK_MONTH_FIRST };
enum link_date_form {
    LINK_NO_DATE,
    LINK_DATE_YEAR,
    LINK_DATE_ISO,   /* year first */
    LINK_DATE_EVEN,  /* year last; day and month could be either */
    LINK_DATE_DAYS,  /* year last; the first is no month */
    LINK_DATE_MONTHS /* year last; the second is no month */
};
struct link_date {
    struct time_days days;
    enum link_date_form form;
    bool odd; /* not a date that exists: what could be read of it */
};
/* Arabic and Persian digits as ASCII ones; what is longer than a date is cut off. */
#define LINK_DATE_BYTES 60u
struct str link_plain_digits(struct str s, char room[LINK_DATE_BYTES]);
/* False when nothing of a date can be read. */
bool link_date_read(struct str s, enum link_order order, struct link_date *ret);
/* Years of age, the least and the most it can mean; false: none. */
bool link_age_read(struct str s, int *ret_low, int *ret_high);
/* Of a date that is known to some extent, as EDTF: for print and as the key of a value. */
struct str link_days_text(struct time_days d, struct arena *a);

/* "m", "f" or what it is, folded. */
struct str link_sex_of(struct str folded);

#endif
