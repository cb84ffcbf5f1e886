/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that are kept: what is added, removed and left over, and the order in which it reaches
 * the disk.
 */
#include "sys/file.h"
#include "tap.h"
#include "vault_dir.h"

#include <errno.h>

static struct buf trace;
static const char *fail_step; /* fails with ENOSPC */
static size_t short_write;

static int hook(const char *step, const char *path, size_t *n)
{
    const char *slash = strrchr(path, '/');
    buf_printf(&trace, "%s %s\n", step, slash ? slash + 1 : path);
    if (short_write && strcmp(step, "write") == 0 && *n > short_write)
        *n = short_write;
    return fail_step && strcmp(step, fail_step) == 0 ? ENOSPC : 0;
}

static void watch(void)
{
    buf_clear(&trace);
    file_fault_hook = hook;
}

static void is_content(const char *path, struct str want, const char *what)
{
    BUF_AUTO got;
    struct err err = {0};
    buf_init(&got, 1000);
    ok(file_read(path, 1000, &got, &err) == 0, "%s is there %s", what, err.text);
    is(buf_str(&got), want, what);
}

static void test_append(const char *path)
{
    struct err err = {0};
    uint64_t size = 7;
    ok(file_append(path, 0, STR("x"), &err) == ERR_MISSING, "%s", err.text);
    ok(file_size(path, &size, &err) == ERR_MISSING && size == 7, "%s", err.text);
    watch();
    ok(file_write_private(path, STR("one"), &err) == 0, "a file");
    is(buf_str(&trace), STR("create f\nwrite f\nsync f\nrename f\nsync folder f\n"),
       "synced, then named, then its name synced");
    watch();
    ok(file_append(path, 3, STR(" two"), &err) == 0, "added to");
    is(buf_str(&trace), STR("write f\nsync f\n"), "and synced");
    is_content(path, STR("one two"), "what was added");
    watch();
    ok(file_append(path, 4, STR("three"), &err) == 0, "over a piece that was left");
    is(buf_str(&trace), STR("truncate f\nwrite f\nsync f\n"), "which is cut off first");
    is_content(path, STR("one three"), "what was added instead");
    ok(file_append(path, 10, STR("x"), &err) == ERR_STATE, "%s", err.text);
    short_write = 2;
    watch();
    ok(file_append(path, 9, STR(" four"), &err) == 0, "in short writes");
    is(buf_str(&trace), STR("write f\nwrite f\nwrite f\nsync f\n"), "all of them");
    is_content(path, STR("one three four"), "what was added in pieces");
    static const char *const steps[] = {"write", "sync"};
    for (size_t i = 0; i < 2; i++) {
        fail_step = steps[i];
        ok(file_append(path, 14, STR("five"), &err) == ERR_IO, "%s", err.text);
        fail_step = NULL;
        is_content(path, STR("one three four"), "nothing is added then");
    }
    short_write = 0;
    char part[4];
    size_t n = 0;
    ok(file_read_at(path, 4, part, 4, &n, &err) == 0 && n == 4 && memcmp(part, "thre", 4) == 0,
       "a piece of it");
    ok(file_read_at(path, 12, part, 4, &n, &err) == 0 && n == 2, "fewer at the end");
    ok(file_size(path, &size, &err) == 0 && size == 14, "its size");
}

static void test_replace(const char *path)
{
    struct err err = {0};
    static const char *const steps[] = {"create", "write", "sync", "rename"};
    for (size_t i = 0; i < 4; i++) {
        watch();
        fail_step = steps[i];
        ok(file_write_private(path, STR("other"), &err) == ERR_IO, "%s", err.text);
        fail_step = NULL;
        is_content(path, STR("one three four"), "the old file stays");
    }
    const char **paths = NULL;
    size_t count = 0;
    ARENA_AUTO a = {0};
    char folder[1024];
    (void)snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    ok(file_list(&a, folder, 10, &paths, &count, &err) == 0 && count == 1,
       "and nothing beside it");
}

static void test_remove(struct vault_dir *d, const char *path)
{
    struct err err = {0};
    char left[1200], other[1200];
    (void)snprintf(left, sizeof left, "%s.a1b2C3", path);
    (void)snprintf(other, sizeof other, "%s.longer-than-six", path);
    ok(file_write_private(left, STR("x"), &err) == 0 &&
           file_write_private(other, STR("x"), &err) == 0,
       "files beside it");
    watch();
    ok(file_remove_leftovers(path, &err) == 0, "what was left over is removed");
    is(buf_str(&trace), STR("unlink f.a1b2C3\nsync folder f\n"), "that alone");
    is_content(other, STR("x"), "another file");
    watch();
    ok(file_remove_leftovers(path, &err) == 0 && trace.n == 0, "nothing left to do");
    ok(file_remove(path, &err) == 0, "removed");
    is(buf_str(&trace), STR("unlink f\nsync folder f\n"), "and synced");
    ok(file_remove(path, &err) == ERR_MISSING, "%s", err.text);
    char folder[1100];
    (void)snprintf(folder, sizeof folder, "%s", vault_dir_path(d, "folder"));
    watch();
    ok(file_make_folder(folder, &err) == 0, "a folder");
    is(buf_str(&trace), STR("mkdir folder\nsync folder folder\n"), "and synced");
    struct stat st;
    ok(stat(folder, &st) == 0 && (st.st_mode & 0777) == 0700, "for its owner only");
    ok(file_make_folder(folder, &err) == ERR_EXISTS, "%s", err.text);
    uint64_t size = 0;
    ok(file_size(folder, &size, &err) == ERR_INPUT, "%s", err.text);
}

int main(void)
{
    struct vault_dir d;
    char path[1024];
    vault_dir_make(&d);
    buf_init(&trace, 10000);
    (void)snprintf(path, sizeof path, "%s", vault_dir_path(&d, "f"));
    test_append(path);
    test_replace(path);
    test_remove(&d, path);
    buf_free(&trace);
    vault_dir_remove(&d);
    return tap_end();
}
