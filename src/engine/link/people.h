/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/people: the records of all lists as the comparison sees them.
 *
 * Two layers. `struct link_data` is what the files held: one column a header, each distinct
 * cell text once (cells are numbers into that dictionary, 0 is empty). `struct link_people` is
 * what they mean, by a configuration (config.h): person names as tokens, dates as intervals of
 * days, and everything else as folded text, again each distinct value once. Records are
 * numbered over all lists, in the order of the files; nothing below looks at that order.
 *
 * Sizes: at most LINK_RECORDS_MAX records, LINK_COLUMNS_MAX columns, LINK_LISTS_MAX lists.
 */
#ifndef DEPONENT_ENGINE_LINK_PEOPLE_H
#define DEPONENT_ENGINE_LINK_PEOPLE_H

#include "base/arena.h"
#include "base/time.h"

#define LINK_RECORDS_MAX 20000000u
#define LINK_COLUMNS_MAX 64u
#define LINK_LISTS_MAX   64u
#define LINK_FIELDS_MAX  16u

/* One list: a file, or one value of a list column. */
struct link_list {
    struct str name;       /* base name of the file, or the value */
    uint32_t records;      /* how many are of it */
    struct time_days made; /* when it was made, if known; else TIME_DAY_MIN … TIME_DAY_MAX */
};

struct link_column {
    struct str header;
    uint32_t *cell; /* [records] a text of its own; 0 empty, or its file lacks the column */
    char *bytes;    /* each distinct cell once, UTF-8, trimmed, one behind the other */
    uint32_t *at;   /* [texts + 1] where each begins; text 0 is "" */
    uint32_t texts;
};

static inline struct str link_column_text(const struct link_column *c, uint32_t text)
{
    return (struct str){c->bytes + c->at[text], c->at[text + 1] - c->at[text]};
}

struct link_data {
    uint32_t records;
    uint8_t *list; /* [records] */
    struct link_list *lists;
    uint32_t list_count;
    struct link_column *columns;
    uint32_t column_count;
};

/* A distinct part of a name in one script: "muhammad", "محمد". */
struct link_token {
    struct str text;      /* folded (name.h), UTF-8 */
    uint32_t letters_at;  /* its letters as bytes of a small alphabet, in link_people.letters */
    uint8_t letter_count; /* at most LINK_TOKEN_LETTERS */
    uint8_t script;       /* enum link_script */
    uint8_t flags;        /* LINK_TOKEN_… */
    uint32_t sound;    /* hash of its key over all scripts: consonants, romanised and folded */
    uint32_t stem;     /* the token of which it is a short form or a spelling; itself if none */
    uint32_t count[4]; /* records that hold it, by enum link_part */
};
#define LINK_TOKEN_LETTERS 32u
enum link_script { LINK_LATIN, LINK_CYRILLIC, LINK_ARABIC, LINK_HEBREW, LINK_OTHER_SCRIPT };
enum link_token_flag { LINK_TOKEN_INITIAL = 1, LINK_TOKEN_PARTICLE = 2 };

/* Which part of a name a token stands in. From columns of their own where there are some, else
 * by position and form (name.h). Patronymics, fathers' and grandfathers' names are MIDDLE. */
enum link_part { LINK_GIVEN, LINK_MIDDLE, LINK_FAMILY, LINK_ANY_PART, LINK_PART_COUNT };

/* One token at one place of one spelling of a record's name. */
struct link_name_token {
    uint32_t token : 28;
    uint32_t part : 2;    /* enum link_part */
    uint32_t version : 2; /* up to four spellings or scripts of the name of one record */
};

enum link_kind {
    LINK_KIND_NAME, /* tokens, in link_people.name_*; never among the fields */
    LINK_KIND_DATE, /* value: intervals of days */
    LINK_KIND_TEXT, /* places, addresses, occupations: folded text */
    LINK_KIND_CODE, /* identifiers, postcodes, telephone numbers: letters and digits only */
    LINK_KIND_SET,  /* few values, equal or not: sex, state */
    LINK_KIND_MAIL, /* e-mail addresses: local@domain, folded */
};

/* A field other than the name: each distinct value once, with how many records hold it. */
struct link_field {
    enum link_kind kind;
    struct str label;       /* what it is called in print: the header it came from */
    uint32_t *value;        /* [records]; 0 missing */
    uint32_t values;        /* distinct values + 1 */
    uint32_t *count;        /* [values] records that hold it; count[0]: missing */
    struct str *text;       /* [values] folded; of dates EDTF, of what is nearly a date that
                             * and "!" and its characters, year first: "!1989p0711" */
    struct time_days *days; /* [values] KIND_DATE: what it can mean */
    uint32_t *sound;        /* [values] KIND_TEXT: hash of its key over scripts; 0 none */
    uint32_t *parent;       /* [values] KIND_TEXT: the value one step up a hierarchy, 0 none;
                               NULL without a hierarchy */
    bool strong;            /* an identifier that should name one person */
    bool from_age;          /* KIND_DATE: some of its intervals were made from ages */
    bool birth;             /* KIND_DATE: of birth, not of what happened */
};

/* A sentence for the person: dates that are none, a list's date that was learnt. */
struct link_note {
    struct str text;
    uint32_t record; /* for example, or UINT32_MAX */
};

struct link_people {
    uint32_t records;
    const uint8_t *list; /* [records] */
    const struct link_list *lists;
    uint32_t list_count;
    struct link_token *tokens; /* [token_count]; 0 is no token */
    uint32_t token_count;
    uint8_t *letters;
    uint64_t *name_at;            /* [records + 1] where the tokens of a record begin */
    struct link_name_token *name; /* in the order of version, then as written */
    struct link_field *fields;    /* [field_count] */
    uint32_t field_count;
    struct link_note *notes;
    uint32_t note_count;
};

/* The tokens of record i. */
static inline const struct link_name_token *link_name_of(const struct link_people *p,
                                                         uint32_t i, size_t *ret_count)
{
    *ret_count = (size_t)(p->name_at[i + 1] - p->name_at[i]);
    return p->name + p->name_at[i];
}

#endif
