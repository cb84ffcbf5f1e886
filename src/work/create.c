/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A new archive. While it is made, a file says that it is unfinished: only where that stands may
 * anything be taken away again, and only what making an archive leaves.
 */
#include "sys/file.h"
#include "vault/seal/hash.h"
#include "work/vault.h"

#define NAMES_MAX 64
#define MARK      "unfinished"
#define RING_NEW  64 /* bytes of a keyring without a record */

static const char *const parts[] = {
    "keys.age",
    "ring-0",
    "ledger.db",
    "ledger.db-journal",
    "ledger.db-wal",
    "ledger.db-shm",
    "heads",
    "attachments",
    MARK,
};
#define PARTS (sizeof parts / sizeof parts[0])

static const char *path_of(struct arena *a, const char *dir, struct str name)
{
    return arena_printf(a, "%s/%.*s", dir, (int)name.n, name.p).p;
}

/* A part, or what writing one left when it was killed: its name and six more characters. */
static bool is_part(struct str name)
{
    for (size_t i = 0; i < PARTS; i++) {
        struct str part = str_of(parts[i]);
        if (str_eq(name, part) ||
            (name.n == part.n + 7 && str_starts(name, part) && name.p[part.n] == '.'))
            return true;
    }
    return false;
}

static bool is_there(const struct str *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(names[i], str_of(name)))
            return true;
    return false;
}

/* Marked as unfinished, or stopped while the mark was being written. */
static bool is_marked(const struct str *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(names[i], STR(MARK)) ||
            (str_starts(names[i], STR(MARK ".")) && is_part(names[i])))
            return true;
    return false;
}

static int not_empty(const char *dir, const struct str *names, size_t count, struct err *err)
{
    if (is_there(names, count, "keys.age") && is_there(names, count, "ledger.db"))
        return err_set(err, ERR_EXISTS, "%s: there is an archive already", dir);
    return err_set(err, ERR_EXISTS,
                   "%s is not empty; name a new folder for the archive, or an empty one", dir);
}

/* Takes away what a making left; the mark last, so that it can be done again. */
static int clear(const char *dir, struct err *err)
{
    ARENA_AUTO a = {0};
    struct str *names;
    size_t count;
    int r = file_names(&a, dir, NAMES_MAX, &names, &count, err);
    for (size_t i = 0; i < count && !r; i++)
        if (!is_part(names[i]))
            r = not_empty(dir, names, count, err);
    for (size_t i = 0; i < count && !r; i++) {
        if (str_eq(names[i], STR(MARK)))
            continue;
        const char *path = path_of(&a, dir, names[i]);
        r = str_eq(names[i], STR("attachments")) ? file_remove_folder(path, err)
                                                 : file_remove(path, err);
    }
    if (!r && is_there(names, count, MARK))
        r = file_remove(path_of(&a, dir, STR(MARK)), err);
    return r;
}

/* A marked folder: was the archive whole when the making was interrupted? Then only the mark is
 * taken away. */
static int finish_or_clear(struct arena *a, const char *dir, const struct str *names,
                           size_t count, struct err *err)
{
    uint64_t ring = 0;
    struct err none;
    if (file_size(path_of(a, dir, STR("ring-0")), &ring, &none) == 0 && ring > RING_NEW)
        return not_empty(dir, names, count, err); /* secrets of accounts are in it */
    struct ledger *l;
    if (!is_there(names, count, "ledger.db") || ledger_open(dir, NULL, false, &l, &none))
        return clear(dir, err);
    bool whole = ledger_count(l) > 0;
    unsigned char id[32];
    char hex[65];
    ledger_archive_id(l, id);
    ledger_close(l);
    if (!whole)
        return clear(dir, err);
    hex_print(id, sizeof id, hex);
    int r = file_remove(path_of(a, dir, STR(MARK)), err);
    return r ? r
             : err_set(err, ERR_EXISTS,
                       "%s: the archive was finished already, with the passphrase that was "
                       "given then; its id is %s",
                       dir, hex);
}

/* The folder is there, empty and closed to others. */
static int make_room(const char *dir, bool *ret_made, struct err *err)
{
    ARENA_AUTO a = {0};
    struct str *names;
    size_t count;
    struct err missing = {0};
    *ret_made = false;
    int r = file_names(&a, dir, NAMES_MAX, &names, &count, &missing);
    if (r == ERR_MISSING) {
        *ret_made = true;
        return file_make_folder(dir, err);
    }
    if (r == ERR_LIMIT)
        return not_empty(dir, NULL, 0, err);
    if (r)
        return err_set(err, r, "%s", missing.text);
    if (count && !is_marked(names, count))
        return not_empty(dir, names, count, err);
    if (count && (r = finish_or_clear(&a, dir, names, count, err)) != 0)
        return r;
    return file_close_folder(dir, err);
}

static int make(const char *dir, const struct secret *passphrase, unsigned log2, struct str day,
                unsigned char archive_id[32], struct err *err)
{
    struct keys *keys;
    int r = keys_create(dir, passphrase, log2, &keys, err);
    if (r)
        return r;
    struct ledger *ledger;
    r = ledger_create(dir, keys, day, &ledger, err);
    if (!r) {
        memcpy(archive_id, keys_public(keys)->archive, sizeof keys_public(keys)->archive);
        ledger_close(ledger);
    }
    keys_close(keys);
    return r;
}

/* Done when the mark is gone; should it come back because the folder was not synced, the next
 * making finds that the archive is whole. */
static int remove_mark(const char *mark, struct err *err)
{
    uint64_t size;
    struct err gone;
    int r = file_remove(mark, err);
    return r && file_size(mark, &size, &gone) == ERR_MISSING ? 0 : r;
}

int work_vault_create(const char *dir, const struct secret *passphrase, unsigned log2,
                      struct str day, unsigned char archive_id[32], struct err *err)
{
    ARENA_AUTO a = {0};
    unsigned char id[32] = {0};
    bool made;
    int r = make_room(dir, &made, err);
    if (r && !made)
        return r;
    const char *mark = path_of(&a, dir, STR(MARK));
    if (!r)
        r = file_write_private(mark, STR(""), err);
    if (!r)
        r = make(dir, passphrase, log2, day, id, err);
    if (!r)
        r = remove_mark(mark, err);
    if (!r) {
        memcpy(archive_id, id, sizeof id);
        return 0;
    }
    /* What cannot be taken away is marked, and goes when it is made again. */
    struct err other;
    if (clear(dir, &other) == 0 && made && file_remove_folder(dir, &other))
        r = err_prefix(err, "%s", other.text);
    return r;
}
