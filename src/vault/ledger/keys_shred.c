/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shredding, and what is left of an interrupted one. The files and the ledger walk through
 * these states; each arrow is one atomic step, and whatever stops the program leaves one of
 * them. K{g} is a keys.age (and recovery.age) that holds the ring secret of generation g.
 *
 *   0  K{g}      ring-g              ledger names g    at rest
 *   |     prepare: write ring-(g+1) without the subjects
 *   1  K{g}      ring-g ring-(g+1)   ledger names g    taken back: remove ring-(g+1)
 *   |     prepare: write recovery.age, then keys.age, with both secrets
 *   2  K{g,g+1}  ring-g ring-(g+1)   ledger names g    taken back: write K{g}, then as in 1
 *   |     the ledger commits the control entry that names ring-(g+1)
 *   3  K{g,g+1}  ring-g ring-(g+1)   ledger names g+1  finished: write K{g+1}
 *   |     finish: write recovery.age, then keys.age, with the new secret alone
 *   4  K{g+1}    ring-g ring-(g+1)   ledger names g+1  finished: remove ring-g
 *   |     finish: remove ring-g
 *   0  with g+1
 *
 * From 4 on no current file holds R_g, and nothing opens ring-g again. Between recovery.age and
 * keys.age of one step, keys.age still is what it was before the step, so the step is done
 * again. Settling does whatever the state asks for; the ledger, which is signed, decides
 * between going on and going back, as only its commit can be seen by others. A killed program
 * also leaves temporary files, which may hold R_g under the passphrase: settling removes them.
 *
 * No subject is added in the states 1 to 4: prepare and finish run under one lock, and settling
 * comes before any other change.
 */
#include "vault/ledger/keys_parts.h"

#include "base/sort.h"
#include "sys/file.h"

#include <stdlib.h>

static int remove_if_there(const char *path, struct err *err)
{
    uint64_t size = 0;
    if (file_size(path, &size, NULL) == ERR_MISSING)
        return 0;
    return file_remove(path, err);
}

/* Keeps only rings[keep], on disk first. On failure all is as it was. Without the passphrase
 * only in memory: setting a new one will write what is kept, or another start will. */
static int keep_ring(struct keys_file *f, size_t keep, struct err *err)
{
    struct keys_text before = f->text;
    f->text.rings[0] = before.rings[keep];
    f->text.rings[1].secret = (struct secret){0};
    f->text.ring_count = 1;
    int r = f->passphrase.p ? keys_write(f, err) : 0;
    if (r) {
        f->text = before;
        return r;
    }
    for (size_t i = 0; i < before.ring_count; i++)
        if (i != keep)
            secret_free(&before.rings[i].secret);
    f->chosen = 0;
    return 0;
}

int keys_shred_prepare(struct keys *k, const struct id *subjects, size_t count,
                       uint64_t *ret_generation, uint64_t *ret_size, unsigned char hash[32],
                       struct err *err)
{
    struct keys_file *f = NULL;
    char path[KEYS_PATH_MAX];
    int r = keys_file_of(k, &f, err);
    if (!r && f->text.ring_count != 1)
        r = err_set(err, ERR_STATE, "a shredding is under way");
    if (!r && !f->passphrase.p)
        r = err_set(err, ERR_STATE, "opened with the recovery key: set a new passphrase first");
    if (!r)
        r = ring_refresh(&f->ring, f->pool, err);
    uint64_t generation = f ? f->ring.name.generation + 1 : 0;
    if (!r)
        r = keys_ring_path(f, generation, path, err);
    if (r)
        return r;
    struct id *leaving = calloc(count ? count : 1, sizeof *leaving);
    if (!leaving)
        err_die("out of memory");
    if (count)
        memcpy(leaving, subjects, count * sizeof *leaving);
    sort_items(leaving, count, sizeof *leaving, ring_compare_ids);
    struct ring_name name = keys_ring_name(f, generation);
    f->text.rings[1].generation = generation;
    secret_random(&f->text.rings[1].secret, RING_SECRET);
    uint64_t size = 0;
    unsigned char ring[SHA256_SIZE];
    r = ring_write(path, &name, &f->text.rings[1].secret, &f->ring, leaving, count, &size, ring,
                   err);
    if (!r) {
        f->text.ring_count = 2;
        r = keys_write(f, err);
    }
    if (r) {
        f->text.ring_count = 1;
        secret_free(&f->text.rings[1].secret);
        free(leaving);
        return r;
    }
    f->leaving = leaving;
    f->leaving_count = count;
    *ret_generation = generation;
    *ret_size = size;
    memcpy(hash, ring, SHA256_SIZE);
    return 0;
}

int keys_shred_finish(struct keys *k, uint64_t generation, struct err *err)
{
    struct keys_file *f = NULL;
    char old[KEYS_PATH_MAX], path[KEYS_PATH_MAX];
    int r = keys_file_of(k, &f, err);
    if (!r &&
        (f->text.ring_count != 2 || !f->leaving || f->text.rings[1].generation != generation))
        r = err_set(err, ERR_BUG, "no shredding to generation %llu was prepared",
                    (unsigned long long)generation);
    if (!r)
        r = keys_ring_path(f, generation - 1, old, err);
    if (!r)
        r = keys_ring_path(f, generation, path, err);
    if (!r)
        r = keep_ring(f, 1, err);
    if (r)
        return r;
    ring_forget(&f->ring, f->leaving, f->leaving_count);
    free(f->leaving);
    f->leaving = NULL;
    f->leaving_count = 0;
    ring_move(&f->ring, path, generation, &f->text.rings[0].secret);
    return remove_if_there(old, err);
}

/* ---- at the next start ---- */

static int check_ring(struct keys_file *f, uint64_t size, const unsigned char hash[32],
                      struct err *err)
{
    unsigned char got[SHA256_SIZE];
    int r = ring_hash(&f->ring, size, got, err);
    if (!r && memcmp(got, hash, sizeof got) != 0)
        r = err_set(err, ERR_REFUSED,
                    "%s is not the keyring that the ledger names; put the file back from a "
                    "backup made after the last shredding",
                    f->ring.path);
    return r;
}

static size_t find_ring(const struct keys_file *f, uint64_t generation)
{
    size_t i = 0;
    while (i < f->text.ring_count && f->text.rings[i].generation != generation)
        i++;
    return i;
}

int keys_file_choose(struct keys *k, uint64_t generation, uint64_t size,
                     const unsigned char hash[32], struct err *err)
{
    struct keys_file *f = NULL;
    int r = keys_file_of(k, &f, err);
    if (r)
        return r;
    size_t i = find_ring(f, generation);
    if (i == f->text.ring_count) {
        /* another process may have shredded since keys.age was read */
        r = keys_reload(f, err);
        i = find_ring(f, generation);
    }
    if (r)
        return r;
    if (i == f->text.ring_count)
        return err_set(err, ERR_REFUSED,
                       "%s/keys.age is for keyring %llu, the ledger names keyring %llu: one of "
                       "the two files was put back from an older time",
                       f->dir, (unsigned long long)f->text.rings[0].generation,
                       (unsigned long long)generation);
    if (i != f->chosen || f->ring.name.generation != generation)
        r = keys_use_ring(f, i, err);
    return r ? r : check_ring(f, size, hash, err);
}

static int clean_all(struct keys_file *f, uint64_t generation, struct err *err)
{
    static const char *const names[] = {"keys.age", "recovery.age"};
    char path[KEYS_PATH_MAX];
    int r = 0;
    for (size_t i = 0; !r && i < 2; i++) {
        r = keys_path(f, names[i], path, err);
        if (!r)
            r = file_remove_leftovers(path, err);
    }
    for (uint64_t g = generation ? generation - 1 : 0; !r && g <= generation + 1; g++) {
        r = keys_ring_path(f, g, path, err);
        if (!r)
            r = file_remove_leftovers(path, err);
        if (!r && g != generation)
            r = remove_if_there(path, err);
    }
    return r;
}

int keys_file_settle(struct keys *k, uint64_t generation, uint64_t size,
                     const unsigned char hash[32], struct err *err)
{
    struct keys_file *f = NULL;
    int r = keys_file_of(k, &f, err);
    if (!r)
        r = keys_file_choose(k, generation, size, hash, err);
    if (!r && f->text.ring_count == 2) {
        r = keep_ring(f, f->chosen, err);
        free(f->leaving);
        f->leaving = NULL;
        f->leaving_count = 0;
    }
    return r ? r : clean_all(f, generation, err);
}
