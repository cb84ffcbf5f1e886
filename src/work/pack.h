/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/pack: files and texts as one tar stream that is pulled, so that it can go through
 * age_seal without a file of plaintext. Bounded memory: one item's text at a time.
 */
#ifndef DEPONENT_WORK_PACK_H
#define DEPONENT_WORK_PACK_H

#include "base/arena.h"
#include "base/tar.h"
#include "sys/file.h"
#include "vault/seal/age.h"

struct pack_item {
    struct str name;
    struct str bytes; /* its content; or, with p == NULL, that of the file at `path` */
    const char *path;
};

struct pack {
    /* The next item; everything in it lives in `a`, which is reset before each call. */
    int (*next)(void *context, struct arena *a, struct pack_item *ret, bool *ret_end,
                struct err *err);
    void *context;
    /* The rest is pack's own; zero. */
    struct arena a;
    unsigned char head[2 * TAR_BLOCK];
    struct str bytes; /* to be given out before the file is read on */
    struct file_in file;
    bool open, ended;
    uint64_t left;
    size_t padding;
};

/* What age_seal pulls from. */
struct age_source pack_source(struct pack *p);
void pack_free(struct pack *p);

#endif
