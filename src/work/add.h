/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/add: accounts and published reports from files into the archive.
 *
 * Guarantees: several items go in as one bundle, all or none; the text is kept as it was told,
 * but for line ends, which become LF, and other control characters, which become U+FFFD. A text
 * longer than a card holds is kept by its beginning, and whole as an attachment. Does not: judge
 * who else may be the same source; of published reports those with the same name are one.
 */
#ifndef DEPONENT_WORK_ADD_H
#define DEPONENT_WORK_ADD_H

#include "vault/archive/archive.h"

#define ADD_CHANNEL_PUBLISHED "published" /* the channel of a report */
/* Bytes of one attachment: what an envelope can name once it is sealed. */
#define ADD_ATTACHMENT_MAX 4290000000u
#define ADD_ITEMS_MAX      64
#define ADD_ATTACH_MAX     64

/* What is said about all the files of one call. Fields that are not given have p == NULL. */
struct add_options {
    bool report;
    struct str source;         /* the id of one that is there, or p == NULL: a new one */
    struct record_source told; /* of a new one */
    struct str channel, received, language;
    bool terms_given; /* of the next: then there is a terms record */
    enum attribution attribution;
    unsigned purposes;
    struct str reason, expires;
    struct str today;
};

struct add_item {
    struct str file, text; /* text p == NULL: attachments only */
    struct str whole;      /* p == NULL: the text is whole; else to be attached */
    struct str received, language, publisher;
    /* When it is in: */
    struct str account, source;
    bool new_source;
    struct terms_state terms;
    struct str attachments[ADD_ATTACH_MAX + 1];
    size_t attachment_count;
};

/* The text of the file `path` ("-" is standard input), and what its head says. Everything in
 * *ret lives in `a`. */
int work_add_read(struct arena *a, const struct add_options *options, const char *path,
                  struct add_item *ret, struct err *err) ERR_CHECKED;
/* All of them; their ids are set. */
int work_add_append(struct archive *archive, struct arena *a, const struct add_options *options,
                    struct add_item *items, size_t count, struct err *err) ERR_CHECKED;

/* Files that are to be attached, opened and measured before anything is appended. */
struct add_file;
int work_add_open(struct arena *a, const char *const *paths, size_t count,
                  struct add_file **ret, struct err *err) ERR_CHECKED;
void work_add_close(struct add_file *files, size_t count);
/* To an account that is in the archive; the sentence says which file was not attached. */
int work_add_attach(struct archive *archive, struct arena *a, struct add_item *item,
                    struct add_file *files, size_t count, struct err *err) ERR_CHECKED;

#endif
