/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An archive is made whole or not at all: every step that changes the disk fails in turn, once
 * and from then on, or is the last that the process does.
 */
#include "fault_vfs.h"
#include "sys/file.h"
#include "tap.h"
#include "vault_dir.h"
#include "work/vault.h"

#include <errno.h>
#include <sys/wait.h>

enum how { COUNT, FAIL_ONCE, FAIL_ON, DIE };

static enum how how;
static unsigned long step, at;

static int hook(const char *name, const char *path, size_t *n)
{
    (void)name, (void)path, (void)n;
    step++;
    if (how == DIE && step == at)
        _exit(99);
    if ((how == FAIL_ONCE && step == at) || (how == FAIL_ON && step >= at))
        return ENOSPC;
    return 0;
}

static int create(const char *dir, struct err *err)
{
    SECRET_AUTO passphrase = {0};
    secret_set(&passphrase, "pear anvil seven river", 22);
    unsigned char id[32];
    return work_vault_create(dir, &passphrase, AGE_SCRYPT_MIN, STR("2024-05-02"), id, err);
}

static bool opens(const char *dir)
{
    SECRET_AUTO passphrase = {0};
    secret_set(&passphrase, "pear anvil seven river", 22);
    struct keys *keys;
    struct err err = {0};
    if (keys_open(dir, &passphrase, &keys, &err))
        return false;
    struct work_vault v;
    const struct work_vault_options options = {
        .dir = dir, .today = STR("2024-05-02"), .write = true};
    return work_vault_open(&options, keys, &v, &err) == 0 &&
           work_vault_close(&v, false, &err) == 0;
}

static bool is_there(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

static void wipe(struct vault_dir *d)
{
    vault_dir_wipe(vault_dir_path(d, "a"));
}

/* Runs it with a fault at each step until it is not reached any more; counts what was wrong. */
static void test_steps(struct vault_dir *d, enum how kind, const char *name)
{
    unsigned long left = 0, broken = 0, failed = 0;
    char dir[1024];
    (void)snprintf(dir, sizeof dir, "%s", vault_dir_path(d, "a"));
    for (at = 1;; at++) {
        struct err err = {0};
        wipe(d);
        how = kind;
        step = 0;
        file_fault_hook = hook;
        int r = create(dir, &err);
        bool reached = step >= at;
        file_fault_hook = NULL;
        if (!reached)
            break;
        failed += r != 0;
        if (r && kind == FAIL_ONCE && is_there(dir))
            left++;
        if (r && create(dir, &err) && !strstr(err.text, "finished already"))
            broken++;
        if (!opens(dir))
            broken++;
    }
    ok(at > 10 && failed > 10, "%s: %lu steps, %lu of them fatal", name, at - 1, failed);
    ok(left == 0, "%s: nothing is left, but for %lu", name, left);
    ok(broken == 0, "%s: it can be made again, but for %lu", name, broken);
}

static void test_killed(struct vault_dir *d)
{
    unsigned long broken = 0, untold = 0;
    char dir[1024];
    (void)snprintf(dir, sizeof dir, "%s", vault_dir_path(d, "a"));
    for (at = 1;; at++) {
        wipe(d);
        (void)fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            struct err err;
            how = DIE;
            step = 0;
            file_fault_hook = hook;
            _exit(create(dir, &err) == 0 ? 0 : 1);
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) != child)
            break;
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            break;
        struct err err = {0};
        int r = create(dir, &err);
        if (r && r != ERR_EXISTS) /* there is one: it was whole already */
            untold++;
        if (!opens(dir))
            broken++;
    }
    ok(at > 10, "killed at %lu steps", at - 1);
    ok(untold == 0, "killed: it is made again or told, but for %lu", untold);
    ok(broken == 0, "killed: then it opens, but for %lu", broken);
}

static void test_database(struct vault_dir *d)
{
    static const enum fault_kind kinds[] = {FAULT_POWER, FAULT_ENOSPC};
    static const char *const names[] = {"power loss", "full disk"};
    char dir[1024];
    (void)snprintf(dir, sizeof dir, "%s", vault_dir_path(d, "a"));
    fault_vfs_install();
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        unsigned long broken = 0;
        uint64_t i;
        for (i = 1;; i++) {
            struct err err = {0};
            wipe(d);
            fault_vfs_arm(kinds[k], i, i, false);
            int r = create(dir, &err);
            bool hit = fault_vfs_hit();
            fault_vfs_settle();
            if (!hit)
                break;
            if (r && create(dir, &err) && !strstr(err.text, "finished already"))
                broken++;
            if (!opens(dir))
                broken++;
        }
        ok(i > 10 && broken == 0, "%s in the database: %lu steps, %lu broken", names[k],
           (unsigned long)i - 1, broken);
    }
    fault_vfs_remove();
}

static void put(struct vault_dir *d, const char *name)
{
    struct err err;
    if (file_write_private(vault_dir_path(d, name), STR("mine"), &err))
        ok(false, "%s", err.text);
}

static void test_others(struct vault_dir *d)
{
    struct err err = {0};
    char dir[1024];
    (void)snprintf(dir, sizeof dir, "%s", vault_dir_path(d, "a"));
    wipe(d);
    ok(create(dir, &err) == 0 && create(dir, &err) == ERR_EXISTS, "%s", err.text);
    ok(opens(dir), "what was there still opens");
    /* A mark in an archive that was used: the keyring tells. */
    struct keys *keys;
    SECRET_AUTO passphrase = {0};
    secret_set(&passphrase, "pear anvil seven river", 22);
    ok(keys_open(dir, &passphrase, &keys, &err) == 0 &&
           keys_new_subject(keys, id_new(), &err) == 0,
       "an account has a secret");
    keys_close(keys);
    put(d, "a/unfinished");
    put(d, "a/ledger.db");
    ok(create(dir, &err) == ERR_EXISTS, "marked, and its ledger damaged: %s", err.text);
    ok(is_there(vault_dir_path(d, "a/keys.age")), "its keys are not touched");
}

int main(void)
{
    struct vault_dir d;
    secret_init();
    vault_dir_make(&d);
    test_steps(&d, FAIL_ONCE, "one step fails");
    test_steps(&d, FAIL_ON, "the disk stays full");
    test_killed(&d);
    test_database(&d);
    test_others(&d);
    vault_dir_remove(&d);
    return tap_end();
}
