/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/seal_file: a file to an age file and back, and files with keys.
 *
 * Guarantees: whatever the size, memory is bounded; an output file appears only when it is
 * whole and on the disk; what is opened was authenticated before it is written. Keys stay in
 * locked memory. Does not: hide how long a file is.
 */
#ifndef DEPONENT_WORK_SEAL_FILE_H
#define DEPONENT_WORK_SEAL_FILE_H

#include "vault/seal/age.h"

#define SEAL_KEYS_MAX ((size_t)256 << 10) /* bytes of a file with keys */

struct seal_job {
    const char *in;  /* "-": standard input */
    const char *out; /* NULL: standard output; a file that is there is replaced */
    struct age_options options;
    /* Called now and then, on any thread but never twice at once; may be NULL. `size` is 0 when
     * nobody knows. */
    void (*progress)(void *context, uint64_t done, uint64_t size);
    void *context;
};

/* Errors are those of vault/seal/age; besides ERR_USAGE when `in` and `out` are one file. When
 * opening to standard output fails, the sentence says how much was written. */
int seal_file(const struct age_recipients *to, const struct seal_job *job,
              struct err *err) ERR_CHECKED;
int seal_open_file(const struct age_identities *with, const struct seal_job *job,
                   struct err *err) ERR_CHECKED;

/* The text of a file with identities, which may itself be an age file: seal_key_unlock then
 * opens it in place. `spare` (may be NULL) is a path that will be written: ERR_USAGE when it is
 * this file. */
int seal_key_read(const char *path, const char *spare, struct secret *ret,
                  struct err *err) ERR_CHECKED;
int seal_key_unlock(struct secret *file, const struct secret *passphrase, const char *path,
                    struct err *err) ERR_CHECKED;
/* Makes a key and writes it to the new file `path` (NULL: standard output), in armor under
 * `passphrase` unless that is NULL; adds its recipient to `ret_public`. ERR_EXISTS when
 * something is there. `created` stands in a comment. */
int seal_key_new(const char *path, const struct secret *passphrase, struct str created,
                 struct buf *ret_public, struct err *err) ERR_CHECKED;

#endif
