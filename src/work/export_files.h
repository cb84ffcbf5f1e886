/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/export_files: the files of an export: written as they come, sealed or not, each with its
 * line in the manifest. Private to export*.c.
 */
#ifndef DEPONENT_WORK_EXPORT_FILES_H
#define DEPONENT_WORK_EXPORT_FILES_H

#include "base/arena.h"
#include "sys/file.h"
#include "vault/seal/age.h"
#include "vault/seal/hash.h"

struct export_folder {
    const char *path;
    const struct age_recipients *to; /* count 0: plain */
    struct arena *a;                 /* names */
    struct buf manifest;
    size_t count;
};

/* One file that is being written. */
struct export_file {
    struct export_folder *folder;
    const char *name;
    struct file_out out;
    struct sha256 hash;        /* of what stands in the file */
    struct age_writer *writer; /* NULL: plain */
};
/* NAME, or NAME.age when `seal` and the folder has recipients. */
int export_begin(struct export_folder *folder, const char *name, bool seal,
                 struct export_file *ret, struct err *err) ERR_CHECKED;
/* The write of a struct age_sink whose context is the file. */
int export_add(void *file, const void *p, size_t n, struct err *err) ERR_CHECKED;
/* Adds what is in `bytes` and clears it. */
int export_drain(struct export_file *f, struct buf *bytes, struct err *err) ERR_CHECKED;
/* Commits it when r is 0, else abandons it; returns r or what failed. */
int export_end(struct export_file *f, int r, struct err *err) ERR_CHECKED;

#endif
