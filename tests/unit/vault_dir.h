/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/vault_dir: a folder for a test's archives, removed afterwards with all that is in
 * it.
 */
#ifndef DEPONENT_TESTS_VAULT_DIR_H
#define DEPONENT_TESTS_VAULT_DIR_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct vault_dir {
    char base[512], path[1024];
};

static inline void vault_dir_make(struct vault_dir *d)
{
    const char *temp = getenv("TMPDIR");
    (void)snprintf(d->base, sizeof d->base, "%s/deponent-test-XXXXXX", temp ? temp : "/tmp");
    if (!mkdtemp(d->base))
        abort();
}

/* Holds until the next call. */
static inline const char *vault_dir_path(struct vault_dir *d, const char *name)
{
    (void)snprintf(d->path, sizeof d->path, "%s/%s", d->base, name);
    return d->path;
}

static inline void vault_dir_wipe(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir) {
        (void)unlink(path);
        return;
    }
    for (const struct dirent *e; (e = readdir(dir));) {
        char child[4096];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        int n = snprintf(child, sizeof child, "%s/%s", path, e->d_name);
        if (n > 0 && (size_t)n < sizeof child)
            vault_dir_wipe(child);
    }
    (void)closedir(dir);
    (void)rmdir(path);
}

static inline void vault_dir_remove(struct vault_dir *d)
{
    vault_dir_wipe(d->base);
}

#endif
