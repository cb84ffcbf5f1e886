/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault_vfs.h"

#include "base/err.h"
#include "base/rng.h"
#include "vault/store/store_fault.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR 512

/* A file as the disk would have it if the power ended now. */
struct disk_file {
    char *path;
    unsigned char *old;   /* what dirty sectors held when they were last synced */
    unsigned char *dirty; /* a byte for each sector */
    size_t sectors;
    sqlite3_int64 size; /* when it was last synced */
    bool fresh;         /* its name was never synced */
    bool ghost;         /* deleted, and that was not synced; `old` is all of it */
    struct disk_file *next;
};

struct handle {
    sqlite3_file base;
    struct disk_file *file; /* NULL: without a name */
    sqlite3_file *real;
};

static struct {
    sqlite3_vfs vfs, *real;
    enum fault_kind kind;
    uint64_t at, count;
    bool once, hit, dead;
    struct rng rng;
    struct disk_file *files;
    char where[96];
    const char *forgotten;
} fault;

static void *grow(void *p, size_t n)
{
    void *fresh = realloc(p, n ? n : 1);
    if (!fresh)
        err_die("out of memory");
    return fresh;
}

static struct disk_file *file_of(const char *path)
{
    for (struct disk_file *f = fault.files; f; f = f->next)
        if (strcmp(f->path, path) == 0)
            return f;
    struct disk_file *f = calloc(1, sizeof *f);
    if (!f)
        err_die("out of memory");
    f->path = strcpy(grow(NULL, strlen(path) + 1), path);
    f->next = fault.files;
    return fault.files = f;
}

void (*fault_vfs_folder_synced)(const char *path);

void fault_vfs_sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    for (struct disk_file *f = fault.files; f; f = f->next)
        if (strncmp(f->path, path, n) == 0 && !strchr(f->path + n, '/'))
            f->fresh = f->ghost = false;
}

static void set_synced(struct disk_file *f, sqlite3_int64 size)
{
    if (f->sectors)
        memset(f->dirty, 0, f->sectors);
    f->size = size;
}

/* Before bytes [from, to) change: keeps what is there. */
static void keep(struct handle *h, sqlite3_int64 from, sqlite3_int64 to)
{
    struct disk_file *f = h->file;
    size_t first = (size_t)from / SECTOR, last = ((size_t)to + SECTOR - 1) / SECTOR;
    if (last > f->sectors) {
        f->old = grow(f->old, last * SECTOR);
        f->dirty = grow(f->dirty, last);
        memset(f->dirty + f->sectors, 0, last - f->sectors);
        f->sectors = last;
    }
    for (size_t i = first; i < last; i++) {
        if (f->dirty[i])
            continue;
        /* A short read fills with zeros. */
        (void)h->real->pMethods->xRead(h->real, f->old + i * SECTOR, SECTOR,
                                       (sqlite3_int64)(i * SECTOR));
        f->dirty[i] = 1;
    }
}

enum fault_verdict fault_vfs_point(const char *step, const char *path)
{
    if (fault.dead)
        return FAULT_FAIL;
    if (++fault.count != fault.at || fault.kind == FAULT_NONE)
        return FAULT_GO;
    fault.hit = true;
    const char *slash = strrchr(path, '/');
    (void)snprintf(fault.where, sizeof fault.where, "%s %s", step, slash ? slash + 1 : path);
    bool error =
        fault.kind == FAULT_EIO || fault.kind == FAULT_ENOSPC || fault.kind == FAULT_SHORT;
    fault.dead = !(error && fault.once);
    switch (fault.kind) {
    case FAULT_POWER:
        return FAULT_GO_AND_DIE;
    case FAULT_TORN:
    case FAULT_SHORT:
        return FAULT_HALF;
    case FAULT_ENOSPC:
        return FAULT_FAIL_FULL;
    default:
        return FAULT_FAIL;
    }
}

static enum fault_verdict point(const char *step, const struct handle *h)
{
    return fault_vfs_point(step, h->file ? h->file->path : "a file without a name");
}

static struct handle *of(sqlite3_file *file)
{
    return (struct handle *)(void *)file;
}

static int x_close(sqlite3_file *file)
{
    sqlite3_file *real = of(file)->real;
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int x_read(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
    if (fault.dead)
        return SQLITE_IOERR_READ;
    sqlite3_file *real = of(file)->real;
    return real->pMethods->xRead(real, p, n, at);
}

static int x_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
    struct handle *h = of(file);
    enum fault_verdict v = point("write", h);
    if (v == FAULT_FAIL)
        return SQLITE_IOERR_WRITE;
    if (v == FAULT_FAIL_FULL)
        return SQLITE_FULL;
    if (v == FAULT_HALF)
        n = (int)rng_below(&fault.rng, (uint64_t)n);
    if (h->file)
        keep(h, at, at + n);
    int rc = n ? h->real->pMethods->xWrite(h->real, p, n, at) : SQLITE_OK;
    if (v == FAULT_HALF)
        return fault.kind == FAULT_SHORT ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    return v == FAULT_GO ? rc : SQLITE_IOERR_WRITE;
}

static int x_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct handle *h = of(file);
    enum fault_verdict v = point("truncate", h);
    if (v != FAULT_GO && v != FAULT_GO_AND_DIE)
        return SQLITE_IOERR_TRUNCATE;
    sqlite3_int64 now = 0;
    if (h->file && h->real->pMethods->xFileSize(h->real, &now) == SQLITE_OK && now > size)
        keep(h, size, now);
    int rc = h->real->pMethods->xTruncate(h->real, size);
    return v == FAULT_GO ? rc : SQLITE_IOERR_TRUNCATE;
}

static int x_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    struct handle *h = of(file);
    sqlite3_int64 size = 0;
    if (point("sync", h) != FAULT_GO)
        return SQLITE_IOERR_FSYNC;
    int rc = h->real->pMethods->xFileSize(h->real, &size);
    if (!h->file || rc != SQLITE_OK || fault_vfs_forgets(h->file->path))
        return rc;
    set_synced(h->file, size);
    if (h->file->fresh) { /* the first sync of a new journal is that of its folder too */
        fault_vfs_sync_folder(h->file->path);
        if (fault_vfs_folder_synced)
            fault_vfs_folder_synced(h->file->path);
    }
    return rc;
}

static int x_file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    return fault.dead ? SQLITE_IOERR_FSTAT
                      : of(file)->real->pMethods->xFileSize(of(file)->real, ret);
}

static int x_lock(sqlite3_file *file, int level)
{
    return fault.dead ? SQLITE_IOERR_LOCK
                      : of(file)->real->pMethods->xLock(of(file)->real, level);
}

static int x_unlock(sqlite3_file *file, int level)
{
    return of(file)->real->pMethods->xUnlock(of(file)->real, level);
}

static int x_reserved(sqlite3_file *file, int *ret)
{
    return of(file)->real->pMethods->xCheckReservedLock(of(file)->real, ret);
}

static int x_control(sqlite3_file *file, int op, void *arg)
{
    return of(file)->real->pMethods->xFileControl(of(file)->real, op, arg);
}

static int x_sector_size(sqlite3_file *file)
{
    return of(file)->real->pMethods->xSectorSize(of(file)->real);
}

/* A sector is written whole or not at all, and nothing beside it is hurt: no more is promised. */
static int x_characteristics(sqlite3_file *file)
{
    return of(file)->real->pMethods->xDeviceCharacteristics(of(file)->real) &
           SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int x_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    return of(file)->real->pMethods->xShmMap(of(file)->real, page, size, extend, ret);
}

static int x_shm_lock(sqlite3_file *file, int at, int n, int flags)
{
    return of(file)->real->pMethods->xShmLock(of(file)->real, at, n, flags);
}

static void x_shm_barrier(sqlite3_file *file)
{
    of(file)->real->pMethods->xShmBarrier(of(file)->real);
}

static int x_shm_unmap(sqlite3_file *file, int delete)
{
    return of(file)->real->pMethods->xShmUnmap(of(file)->real, delete);
}

/* Version 2: without memory mapping, so that every read and write comes by. */
static const sqlite3_io_methods methods = {
    2,
    x_close,
    x_read,
    x_write,
    x_truncate,
    x_sync,
    x_file_size,
    x_lock,
    x_unlock,
    x_reserved,
    x_control,
    x_sector_size,
    x_characteristics,
    x_shm_map,
    x_shm_lock,
    x_shm_barrier,
    x_shm_unmap,
    NULL,
    NULL,
};

static int x_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *ret)
{
    (void)vfs;
    struct handle *h = of(file);
    *h = (struct handle){.real = (sqlite3_file *)(void *)(h + 1)};
    memset(h->real, 0, (size_t)fault.real->szOsFile);
    int there = 1;
    if (path)
        /* SQLite says of an empty file that there is none */
        (void)fault.real->xAccess(fault.real, path, SQLITE_ACCESS_READWRITE, &there);
    enum fault_verdict v = fault.dead ? FAULT_FAIL : FAULT_GO;
    if (path && !there && (flags & SQLITE_OPEN_CREATE))
        v = fault_vfs_point("create", path);
    if (v != FAULT_GO && v != FAULT_GO_AND_DIE)
        return SQLITE_CANTOPEN;
    int rc = fault.real->xOpen(fault.real, path, h->real, flags, ret);
    if (rc != SQLITE_OK)
        return rc;
    h->base.pMethods = &methods;
    if (!path)
        return SQLITE_OK;
    sqlite3_int64 size = 0;
    bool known = false;
    for (struct disk_file *f = fault.files; f; f = f->next)
        known = known || strcmp(f->path, path) == 0;
    h->file = file_of(path);
    if (!there || !known) {
        (void)h->real->pMethods->xFileSize(h->real, &size);
        set_synced(h->file, size);
        h->file->fresh = !there;
        h->file->ghost = false;
    }
    return SQLITE_OK;
}

/* All of a file that is deleted, as it was when it was last synced. */
static void keep_ghost(const char *path, struct disk_file *f)
{
    struct handle *h = grow(NULL, sizeof *h + (size_t)fault.real->szOsFile);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB;
    if (x_open(NULL, path, &h->base, flags, &flags) == SQLITE_OK) {
        if (f->size)
            keep(h, 0, f->size);
        f->ghost = true;
        (void)x_close(&h->base);
    }
    free(h);
}

static int x_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void)vfs;
    struct disk_file *f = file_of(path);
    enum fault_verdict v = fault_vfs_point("delete", path);
    if (v != FAULT_GO && v != FAULT_GO_AND_DIE)
        return SQLITE_IOERR_DELETE;
    int there = 0;
    (void)fault.real->xAccess(fault.real, path, SQLITE_ACCESS_EXISTS, &there);
    if (there && !f->fresh && (!sync || v == FAULT_GO_AND_DIE)) {
        bool dead = fault.dead;
        fault.dead = false;
        keep_ghost(path, f);
        fault.dead = dead;
    }
    int rc = fault.real->xDelete(fault.real, path, 0);
    return v == FAULT_GO ? rc : SQLITE_IOERR_DELETE;
}

static int x_access(sqlite3_vfs *vfs, const char *path, int flags, int *ret)
{
    (void)vfs;
    return fault.dead ? SQLITE_IOERR_ACCESS : fault.real->xAccess(fault.real, path, flags, ret);
}

static int x_full_path(sqlite3_vfs *vfs, const char *path, int n, char *out)
{
    (void)vfs;
    return fault.real->xFullPathname(fault.real, path, n, out);
}

void fault_vfs_install(void)
{
    fault.real = sqlite3_vfs_find(NULL);
    fault.vfs = *fault.real;
    fault.vfs.szOsFile = (int)sizeof(struct handle) + fault.real->szOsFile;
    fault.vfs.zName = "fault";
    fault.vfs.xOpen = x_open;
    fault.vfs.xDelete = x_delete;
    fault.vfs.xAccess = x_access;
    fault.vfs.xFullPathname = x_full_path;
    if (sqlite3_vfs_register(&fault.vfs, 0) != SQLITE_OK)
        err_die("fault_vfs: cannot be registered");
    store_use_vfs("fault");
}

void fault_vfs_remove(void)
{
    fault_vfs_settle();
    store_use_vfs(NULL);
    (void)sqlite3_vfs_unregister(&fault.vfs);
}

static void forget(void)
{
    while (fault.files) {
        struct disk_file *f = fault.files;
        fault.files = f->next;
        free(f->path);
        free(f->old);
        free(f->dirty);
        free(f);
    }
}

void fault_vfs_arm(enum fault_kind kind, uint64_t at, uint64_t seed, bool once)
{
    forget();
    fault.kind = kind;
    fault.at = at;
    fault.once = once;
    fault.count = 0;
    fault.hit = fault.dead = false;
    fault.where[0] = '\0';
    rng_seed(&fault.rng, seed);
}

void fault_vfs_cut(void)
{
    fault.kind = FAULT_POWER;
    fault.hit = fault.dead = true;
}

void fault_vfs_forget_syncs(const char *part)
{
    fault.forgotten = part;
}

bool fault_vfs_forgets(const char *path)
{
    return fault.forgotten && strstr(path, fault.forgotten);
}

const char *fault_vfs_where(void)
{
    return fault.where;
}

uint64_t fault_vfs_below(uint64_t n)
{
    return rng_below(&fault.rng, n);
}

uint64_t fault_vfs_count(void)
{
    return fault.count;
}

bool fault_vfs_hit(void)
{
    return fault.hit;
}

static bool coin(void)
{
    return rng_u64(&fault.rng) & 1;
}

/* Writes to the real file what it holds when the power is back. */
static void lose(struct disk_file *f)
{
    if ((f->ghost || f->fresh) && coin()) {
        if (f->fresh)
            (void)fault.real->xDelete(fault.real, f->path, 0);
        return;
    }
    sqlite3_file *real = grow(NULL, (size_t)fault.real->szOsFile);
    memset(real, 0, (size_t)fault.real->szOsFile);
    int flags =
        SQLITE_OPEN_READWRITE | (f->ghost ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_MAIN_DB;
    if (fault.real->xOpen(fault.real, f->path, real, flags, &flags) == SQLITE_OK) {
        sqlite3_int64 size = 0;
        (void)real->pMethods->xFileSize(real, &size);
        bool old_size = f->ghost || coin();
        sqlite3_int64 end = old_size ? f->size : size;
        for (size_t i = 0; i < f->sectors; i++) {
            sqlite3_int64 at = (sqlite3_int64)(i * SECTOR);
            if (!f->dirty[i] || at >= end || !(f->ghost || coin()))
                continue;
            int n = end - at < SECTOR ? (int)(end - at) : SECTOR;
            (void)real->pMethods->xWrite(real, f->old + i * SECTOR, n, at);
        }
        if (old_size)
            (void)real->pMethods->xTruncate(real, end);
        (void)real->pMethods->xClose(real);
    }
    free(real);
}

void fault_vfs_settle(void)
{
    fault.dead = false;
    if (fault.kind == FAULT_POWER && fault.hit)
        for (struct disk_file *f = fault.files; f; f = f->next)
            lose(f);
    forget();
    fault.kind = FAULT_NONE;
}
