/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Invariants: every file that was seen is held open, so that the number by which it is known is
 * not given to another one; SQLite's files are left to fault_vfs as soon as their name is
 * durable.
 */
#include "fault_disk.h"

#include "base/err.h"
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR    512
#define NAMES_MAX 256
#define PATH_SIZE 2000

/* What is durable of a file, whatever its name. */
struct content {
    ino_t inode;
    int fd;
    char *durable;
    size_t size;
};

struct name {
    char path[PATH_SIZE];
    ino_t inode;
    bool folder;
};
struct names {
    struct name items[NAMES_MAX];
    size_t count;
};

static struct {
    char root[PATH_SIZE / 2];
    bool power, full;
    struct names durable;
    struct content files[NAMES_MAX];
    size_t file_count;
} disk;

/* ---- what is there ---- */

static const struct name *find(const struct names *names, const char *path)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i].path, path) == 0)
            return &names->items[i];
    return NULL;
}

/* Below `path`, folders before what is in them; deep: also in its folders. */
static void scan(const char *path, bool deep, struct names *out)
{
    DIR *dir = opendir(path);
    if (!dir)
        return;
    for (const struct dirent *d; (d = readdir(dir));) {
        struct stat st;
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (out->count == NAMES_MAX)
            err_die("fault_disk: too many files");
        struct name *n = &out->items[out->count];
        (void)snprintf(n->path, sizeof n->path, "%s/%s", path, d->d_name);
        if (lstat(n->path, &st) != 0)
            continue;
        n->inode = st.st_ino;
        n->folder = S_ISDIR(st.st_mode);
        out->count++;
        if (n->folder && deep)
            scan(n->path, true, out);
    }
    (void)closedir(dir);
}

static char *read_all(int fd, size_t *ret_n)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        err_die("fault_disk: a file cannot be looked at");
    char *p = malloc((size_t)st.st_size + 1);
    if (!p || pread(fd, p, (size_t)st.st_size, 0) != st.st_size)
        err_die("fault_disk: a file cannot be read");
    *ret_n = (size_t)st.st_size;
    return p;
}

/* Nothing of a file that is seen for the first time is durable. */
static struct content *content_of(const struct name *n)
{
    for (size_t i = 0; i < disk.file_count; i++)
        if (disk.files[i].inode == n->inode)
            return &disk.files[i];
    if (disk.file_count == NAMES_MAX)
        err_die("fault_disk: too many files");
    struct content *c = &disk.files[disk.file_count++];
    *c = (struct content){.inode = n->inode, .fd = open(n->path, O_RDONLY | O_CLOEXEC)};
    if (c->fd < 0)
        err_die("fault_disk: a file cannot be opened");
    return c;
}

static void make_durable(const struct name *n)
{
    struct content *c = content_of(n);
    free(c->durable);
    c->durable = read_all(c->fd, &c->size);
}

static bool ends(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n >= m && strcmp(path + n - m, end) == 0;
}

static bool is_sqlites(const char *path)
{
    return ends(path, "/ledger.db-wal") || ends(path, "/ledger.db-shm") ||
           (ends(path, "/ledger.db") && find(&disk.durable, path));
}

/* ---- syncs ---- */

/* A file that is being written goes by the name it will have. */
static bool is_meant(const char *name, const char *path)
{
    size_t n = strlen(path);
    return strncmp(name, path, n) == 0 &&
           (name[n] == '\0' || (name[n] == '.' && strlen(name + n) == 7));
}

static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) : 0;
}

static bool is_in(const char *path, const char *folder, size_t n)
{
    return strncmp(path, folder, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

static void sync_file(const char *path)
{
    static struct names now;
    char folder[PATH_SIZE];
    now.count = 0;
    (void)snprintf(folder, sizeof folder, "%.*s", (int)folder_length(path), path);
    scan(folder, false, &now);
    for (size_t i = 0; i < now.count; i++)
        if (!now.items[i].folder && is_meant(now.items[i].path, path))
            make_durable(&now.items[i]);
}

static void sync_names(const char *path)
{
    static struct names now;
    char folder[PATH_SIZE];
    size_t n = folder_length(path), kept = 0;
    (void)snprintf(folder, sizeof folder, "%.*s", (int)n, path);
    for (size_t i = 0; i < disk.durable.count; i++)
        if (!is_in(disk.durable.items[i].path, folder, n))
            disk.durable.items[kept++] = disk.durable.items[i];
    disk.durable.count = kept;
    now.count = 0;
    scan(folder, false, &now);
    for (size_t i = 0; i < now.count; i++) {
        if (disk.durable.count == NAMES_MAX)
            err_die("fault_disk: too many files");
        disk.durable.items[disk.durable.count++] = now.items[i];
        if (!now.items[i].folder && !is_sqlites(now.items[i].path))
            (void)content_of(&now.items[i]);
    }
}

static int hook(const char *step, const char *path, size_t *n)
{
    if (strncmp(path, disk.root, strlen(disk.root)) != 0)
        return 0;
    bool write = strcmp(step, "write") == 0, file = strcmp(step, "sync") == 0,
         folder = strcmp(step, "sync folder") == 0;
    if (disk.full && write) {
        disk.full = false;
        return ENOSPC;
    }
    switch (fault_vfs_point(step, path)) {
    case FAULT_GO:
        if (fault_vfs_forgets(path))
            return 0;
        if (file && disk.power)
            sync_file(path);
        if (folder && disk.power) {
            sync_names(path);
            fault_vfs_sync_folder(path);
        }
        return 0;
    case FAULT_GO_AND_DIE:
        return file || folder ? EIO : 0;
    case FAULT_HALF:
        if (!write)
            return ENOSPC;
        *n = (size_t)fault_vfs_below(*n);
        disk.full = true; /* the rest of it */
        return 0;
    case FAULT_FAIL_FULL:
        return ENOSPC;
    default:
        return EIO;
    }
}

/* ---- the loss of power ---- */

static bool coin(void)
{
    return fault_vfs_below(2) != 0;
}

/* What a file holds when the power is back. */
static char *lose_bytes(const struct content *c, size_t *ret_n)
{
    size_t n = 0;
    char *now = read_all(c->fd, &n);
    size_t end = coin() ? n : c->size, most = n > c->size ? n : c->size;
    char *p = calloc(1, most + SECTOR);
    if (!p)
        err_die("out of memory");
    for (size_t at = 0; at < most; at += SECTOR) {
        bool fresh = coin();
        const char *from = fresh ? now : c->durable;
        size_t have = fresh ? n : c->size;
        if (at < have)
            memcpy(p + at, from + at, have - at < SECTOR ? have - at : SECTOR);
    }
    free(now);
    *ret_n = end;
    return p;
}

static void put(const char *path, const char *p, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, p, n) != (ssize_t)n || close(fd) != 0)
        err_die("fault_disk: a file cannot be written");
}

static bool parent_is_there(const char *path)
{
    char folder[PATH_SIZE];
    struct stat st;
    (void)snprintf(folder, sizeof folder, "%.*s", (int)folder_length(path), path);
    return stat(folder, &st) == 0;
}

static void remove_tree(const char *path)
{
    static struct names below; /* folders stand before what is in them */
    below.count = 0;
    scan(path, true, &below);
    for (size_t i = below.count; i-- > 0;)
        if (remove(below.items[i].path) != 0)
            err_die("fault_disk: a file cannot be removed");
    if (remove(path) != 0)
        err_die("fault_disk: a folder cannot be removed");
}

/* One name: what it stands for afterwards. */
static void lose_name(const struct name *now, const struct name *before)
{
    const struct name *stays = before;
    const char *path = now ? now->path : before->path;
    if (now && before && now->inode == before->inode)
        stays = now;
    else if (coin())
        stays = now;
    if (!parent_is_there(path))
        return;
    if (stays && stays->folder) {
        if (!now && mkdir(path, 0700) != 0)
            err_die("fault_disk: a folder cannot be made");
        return;
    }
    if (now && now->folder) {
        remove_tree(path);
        return;
    }
    char *p = NULL;
    size_t n = 0;
    if (stays)
        p = lose_bytes(content_of(stays), &n);
    if (now)
        (void)unlink(path);
    if (p)
        put(path, p, n);
    free(p);
}

static void lose(void)
{
    static struct names now;
    now.count = 0;
    scan(disk.root, true, &now);
    /* All are held before the first one goes. */
    for (size_t i = 0; i < now.count; i++)
        if (!now.items[i].folder && !is_sqlites(now.items[i].path))
            (void)content_of(&now.items[i]);
    for (size_t i = 0; i < now.count; i++)
        if (!is_sqlites(now.items[i].path))
            lose_name(&now.items[i], find(&disk.durable, now.items[i].path));
    for (size_t i = 0; i < disk.durable.count; i++)
        if (!is_sqlites(disk.durable.items[i].path) && !find(&now, disk.durable.items[i].path))
            lose_name(NULL, &disk.durable.items[i]);
}

static void forget(void)
{
    for (size_t i = 0; i < disk.file_count; i++) {
        (void)close(disk.files[i].fd);
        free(disk.files[i].durable);
    }
    disk.file_count = disk.durable.count = 0;
}

/* ---- from outside ---- */

static void folder_synced(const char *path)
{
    if (disk.power)
        sync_names(path);
}

void fault_disk_install(const char *root)
{
    (void)snprintf(disk.root, sizeof disk.root, "%s", root);
    fault_vfs_folder_synced = folder_synced;
    fault_vfs_install();
}

void fault_disk_remove(void)
{
    file_fault_hook = NULL;
    fault_vfs_folder_synced = NULL;
    forget();
    fault_vfs_remove();
}

void fault_disk_arm(enum fault_kind kind, uint64_t at, uint64_t seed, bool once)
{
    forget();
    disk.power = kind == FAULT_POWER;
    disk.full = false;
    if (disk.power)
        scan(disk.root, true, &disk.durable);
    for (size_t i = 0; i < disk.durable.count; i++)
        if (!disk.durable.items[i].folder && !is_sqlites(disk.durable.items[i].path))
            make_durable(&disk.durable.items[i]);
    fault_vfs_arm(kind, at, seed, once);
    file_fault_hook = hook;
}

void fault_disk_settle(void)
{
    file_fault_hook = NULL;
    if (disk.power && fault_vfs_hit())
        lose();
    forget();
    fault_vfs_settle();
}
