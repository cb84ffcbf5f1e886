/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/crash_world: an archive of which a test remembers what was acknowledged, and what
 * was being done when the program or the disk failed; and the comparison of the two.
 */
#ifndef DEPONENT_TESTS_CRASH_WORLD_H
#define DEPONENT_TESTS_CRASH_WORLD_H

#include "vault/archive/archive.h"

#define WORLD_DAY STR("2024-05-17")

/* Was it acknowledged? MAYBE: it was being done when the fault came. */
enum sure { NOT, MAYBE, SURE };

struct world_entry {
    char words[24]; /* of an archive: the text of the account `subject` */
    int subject;    /* -1: under A */
    enum sure sure;
    bool attachment;
    struct id payload;
};
struct world_subject {
    struct id id;
    enum sure live, gone; /* has a secret; the ledger says that it was shredded */
    enum sure dropped;    /* the secret went too */
};

struct session;
struct world {
    char dir[1200];
    /* Something that may be interrupted half done, and is then done again; NULL: nothing was. */
    bool (*again)(struct session *s);
    bool archive; /* used through vault/archive: entries are accounts, subjects theirs and those
                     of their sources, in turn */
    enum sure made;
    char pass[2][24]; /* the one that holds, and the one that it is changed to */
    enum sure passed;
    struct age_identity paper[2]; /* likewise; without a secret: none */
    enum sure papered;
    struct world_entry entries[128];
    struct world_subject subjects[24];
    size_t entry_count, subject_count;
};

/* An archive that is open, or as far as it came. */
struct session {
    struct world *w;
    struct keys *keys;
    struct ledger *l;
    struct archive *a; /* then `l` is its ledger */
    struct err err;
    const char *silent; /* an error without a sentence */
};

int session_open(struct session *s, struct world *w);
/* Of an archive: with its snapshot. */
void session_close(struct session *s);

/* Each notes what it begins and what was acknowledged; false when it failed. */
bool do_subjects(struct session *s, size_t count);
/* A bundle of `count` entries, in turn of each live subject and of nobody; or `count` accounts. */
bool do_append(struct session *s, size_t count);
bool do_attach(struct session *s, int subject, bool commit);
bool do_passwd(struct session *s);
bool do_recovery(struct session *s);
bool do_shred(struct session *s, int subject);

/* What is wrong after a fault, and how often. */
enum wrong {
    WRONG_LOST,     /* an acknowledged entry or attachment */
    WRONG_REFUSED,  /* it does not open, or does not go on */
    WRONG_BACK,     /* the secret or words of a shredded account */
    WRONG_KEY_LOST, /* the secret of an account that is not shredded */
    WRONG_VERIFY,   /* verify finds a fault, or entries that nobody wrote */
    WRONG_LEFT,     /* pieces of files that stay */
    WRONG_COUNT
};
extern const char *const wrong_names[WRONG_COUNT];
/* Called with one sentence for each that is found. */
typedef void wrong_fn(enum wrong wrong, const char *sentence);

/* Starts again, compares, goes on working, and compares again; what was in doubt is known then.
 */
void world_check(struct world *w, wrong_fn *say);

#endif
