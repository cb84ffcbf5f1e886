/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shredding, stopped everywhere: a child does it and is ended before each step that changes the
 * disk, in the middle of each write, and again while it settles; or the step fails. Afterwards
 * the subject is there or gone as the ledger says, nobody else lost anything, and what is gone
 * cannot be had back from the files and a kept copy of the old ring. The same attack finds it
 * before (the positive control).
 */
#include "base/buf.h"
#include "sys/file.h"
#include "tap.h"
#include "vault/ledger/keys_parts.h"
#include "vault_dir.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define SUBJECTS 6
#define VICTIM   2

/* What the ledger has committed, and how far the child came: shared with it. */
struct ledger {
    uint64_t generation, size;
    unsigned char hash[32];
    bool done;
};
static struct ledger *ledger;

static struct secret pass;
static struct age_identity paper;
static struct id subjects[SUBJECTS];
static char base[1024], dir[1100], old_ring[1100];

/* ---- faults ---- */

enum fault { KILL, TEAR, FAIL };
static struct {
    long left; /* steps until it happens */
    long seen;
    enum fault fault;
} plan;

static int hook(const char *step, const char *path, size_t *n)
{
    (void)path;
    plan.seen++;
    if (plan.left < 0 || plan.left-- > 0)
        return 0;
    if (plan.fault == FAIL)
        return strcmp(step, "write") == 0 ? ENOSPC : EIO;
    if (plan.fault == TEAR && strcmp(step, "write") == 0 && *n > 1) {
        *n /= 2;
        plan.left = 0; /* the next step ends it */
        return 0;
    }
    _exit(42);
}

static void arm(long left, enum fault fault)
{
    plan.left = left;
    plan.seen = 0;
    plan.fault = fault;
    file_fault_hook = hook;
}

static void disarm(void)
{
    file_fault_hook = NULL;
}

/* ---- the archive, copied anew for each run ---- */

static void copy_file(const char *from, const char *to)
{
    char buffer[8192];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    if (!in || !out)
        abort();
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, in)) > 0;)
        if (fwrite(buffer, 1, n, out) != n)
            abort();
    (void)fclose(in);
    if (fclose(out) != 0)
        abort();
}

static void fresh_copy(struct vault_dir *d)
{
    static const char *const names[] = {"keys.age", "recovery.age", "ring-0"};
    char from[1200], to[1200];
    vault_dir_wipe(dir);
    if (mkdir(dir, 0700) != 0)
        abort();
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(from, sizeof from, "%s/%s", base, names[i]);
        (void)snprintf(to, sizeof to, "%s/%s", dir, names[i]);
        copy_file(from, to);
    }
    (void)d;
}

static struct ledger at_rest;

static void set_up(struct vault_dir *d)
{
    struct keys *k = NULL;
    struct err err = {0};
    SECRET_AUTO printed = {0};
    (void)snprintf(base, sizeof base, "%s", vault_dir_path(d, "base"));
    (void)snprintf(dir, sizeof dir, "%s", vault_dir_path(d, "archive"));
    (void)snprintf(old_ring, sizeof old_ring, "%s", vault_dir_path(d, "kept-ring"));
    for (size_t i = 0; i < SUBJECTS; i++)
        subjects[i] = id_new();
    bool good = keys_create(base, &pass, 10, &k, &err) == 0 &&
                keys_recovery(k, &printed, &err) == 0 &&
                keys_recovery_parse(secret_str(&printed), &paper, &err) == 0 &&
                keys_new_subjects(k, subjects, SUBJECTS, &err) == 0 &&
                keys_ring(k, &at_rest.generation, &at_rest.size, at_rest.hash, &err) == 0;
    ok(good, "an archive with %d subjects and a recovery key %s", SUBJECTS, err.text);
    keys_close(k);
    char ring[1200];
    (void)snprintf(ring, sizeof ring, "%s/ring-0", base);
    copy_file(ring, old_ring);
}

/* ---- what is done, and what must hold afterwards ---- */

/* As ledger_shred does it; 0 when it came to its end. */
static int shred(struct keys *k, struct err *err)
{
    struct ledger next = {0};
    int r = keys_shred_prepare(k, &subjects[VICTIM], 1, &next.generation, &next.size, next.hash,
                               err);
    if (r)
        return r;
    *ledger = next; /* the commit */
    return keys_shred_finish(k, next.generation, err);
}

static int settle(struct keys *k, struct err *err)
{
    return keys_settle(k, ledger->generation, ledger->size, ledger->hash, err);
}

/* Runs it in a child that the hook may end: true when it came to its end without an error. */
static bool in_child(bool shredding, long left, enum fault fault, bool *ret_ended)
{
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct keys *k = NULL;
        struct err err = {0};
        if (keys_open(dir, &pass, &k, &err) != 0)
            _exit(2);
        int r = 0;
        arm(left, fault);
        if (!shredding || (r = settle(k, &err)) == 0)
            r = shredding ? shred(k, &err) : settle(k, &err);
        disarm();
        _exit(r ? 1 : plan.left >= 0 ? 0 : 3);
    }
    int status = 0;
    (void)waitpid(pid, &status, 0);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *ret_ended = code == 0; /* the fault did not come any more */
    return code == 0 || code == 1 || code == 3 || code == 42;
}

static bool victim_in(const char *ring_path, const struct keys_text *t)
{
    bool found = false;
    for (size_t i = 0; i < t->ring_count; i++) {
        /* under its own name, and under that of every generation near it */
        for (uint64_t g = 0; g < 3; g++) {
            struct ring ring;
            struct ring_name name = {.generation = g};
            unsigned char key[32], hash[32];
            memcpy(name.archive, t->archive, 32);
            sign_public(&t->seed, key);
            sha256(key, 32, hash);
            memcpy(name.device, hash, 16);
            if (ring_open(ring_path, &name, &t->rings[i].secret, NULL, &ring, NULL) != 0)
                continue;
            found = found || ring_find(&ring, subjects[VICTIM].b);
            ring_close(&ring);
        }
    }
    return found;
}

/* With the passphrase, the recovery key, every file of the folder and the kept old ring. */
static bool attack(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    const char **paths = NULL;
    size_t count = 0;
    bool found = false;
    if (file_list(&a, dir, 100, &paths, &count, &err) != 0)
        abort();
    for (size_t i = 0; i < count; i++) {
        BUF_AUTO bytes;
        buf_init(&bytes, 1 << 20);
        if (file_read(paths[i], 1 << 20, &bytes, &err) != 0)
            abort();
        struct age_identity with[2] = {{.kind = AGE_SCRYPT, .secret = pass}, paper};
        for (size_t w = 0; w < 2; w++) {
            SECRET_AUTO text = {0};
            struct keys_text t = {0};
            if (age_open_secret(&with[w], 1, buf_str(&bytes), KEYS_TEXT_MAX, &text, NULL,
                                NULL) ||
                keys_text_parse(secret_str(&text), &t, NULL))
                continue;
            found = found || victim_in(old_ring, &t);
            for (size_t r = 0; r < count; r++)
                found = found || victim_in(paths[r], &t);
            keys_text_free(&t);
        }
    }
    return found;
}

static bool only_current_files(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    const char **paths = NULL;
    size_t count = 0;
    char ring[1200];
    (void)snprintf(ring, sizeof ring, "%s/ring-%d", dir, (int)ledger->generation);
    if (file_list(&a, dir, 100, &paths, &count, &err) != 0 || count != 3)
        return false;
    return strcmp(paths[2], ring) == 0;
}

/* After the next start: as the ledger says. The first thing that is wrong, or NULL. */
static const char *check(long point)
{
    bool by_recovery = point % 3 > 0;
    struct keys *k = NULL;
    struct err err = {0};
    SECRET_AUTO fresh = {0};
    secret_set(&fresh, "a new one", 9);
    bool gone = ledger->generation == 1;
    const char *wrong = NULL;
    int r = by_recovery ? keys_open_recovery(dir, &paper, &k, &err)
                        : keys_open(dir, &pass, &k, &err);
    if (!r && by_recovery) {
        r = point % 3 == 1
                ? settle(k, &err)
                : keys_choose(k, ledger->generation, ledger->size, ledger->hash, &err);
        if (!r)
            r = keys_passwd(k, &pass, &err);
    }
    if (!r)
        r = settle(k, &err);
    struct id another = id_new();
    if (r)
        wrong = err.text;
    else if (keys_has(k, subjects[VICTIM]) == gone)
        wrong = "the subject is not as the ledger says";
    for (size_t i = 0; !wrong && i < SUBJECTS; i++)
        if (i != VICTIM && !keys_has(k, subjects[i]))
            wrong = "another subject lost its secret";
    if (!wrong && !only_current_files())
        wrong = "files were left";
    if (!wrong && attack() == gone)
        wrong = gone ? "the secret can be had back" : "the attack finds nothing";
    if (!wrong && keys_new_subject(k, another, &err) != 0)
        wrong = "no subject can be added";
    keys_close(k);
    if (wrong) {
        printf("# %s\n", wrong);
        return "wrong";
    }
    if (keys_open(dir, &pass, &k, &err) != 0 || settle(k, &err) != 0 || !keys_has(k, another))
        wrong = "it does not open twice";
    keys_close(k);
    return wrong;
}

static void test_whole(struct vault_dir *d)
{
    struct keys *k = NULL;
    struct err err = {0};
    fresh_copy(d);
    *ledger = at_rest;
    ok(attack(), "before, the attack finds the subject (positive control)");
    ok(keys_open(dir, &pass, &k, &err) == 0 && settle(k, &err) == 0, "opened");
    arm(-1, KILL);
    ok(shred(k, &err) == 0 && ledger->generation == 1, "shredded %s", err.text);
    disarm();
    printf("# %ld steps\n", plan.seen);
    ok(!keys_has(k, subjects[VICTIM]) && keys_has(k, subjects[0]), "it is gone in memory");
    struct id another = id_new();
    ok(keys_new_subject(k, another, &err) == 0 && keys_has(k, another), "others can be added");
    ok(only_current_files() && !attack(), "the old ring is gone, and a kept one opens nothing");
    /* once more, from the ring as it is now, and nobody of the ring */
    struct id stranger = id_new();
    struct ledger next;
    ok(keys_shred_prepare(k, &stranger, 1, &next.generation, &next.size, next.hash, &err) == 0,
       "a second one");
    ok(keys_new_subject(k, id_new(), &err) == ERR_STATE, "in between: %s", err.text);
    ok(keys_shred_finish(k, next.generation + 1, &err) == ERR_BUG, "%s", err.text);
    ok(keys_shred_finish(k, next.generation, &err) == 0 && keys_has(k, another) &&
           keys_has(k, subjects[0]) && next.generation == 2,
       "finished");
    *ledger = next;
    keys_close(k);
    ok(keys_open(dir, &pass, &k, &err) == 0 && settle(k, &err) == 0 && keys_has(k, another),
       "and opened again %s", err.text);
    keys_close(k);
}

static void test_faults(struct vault_dir *d, enum fault fault, const char *what)
{
    long points = 0, wrong = 0, twice = 0;
    for (bool ended = false; !ended; points++) {
        fresh_copy(d);
        *ledger = at_rest;
        if (!in_child(true, points, fault, &ended)) {
            wrong++;
            break;
        }
        /* settling is stopped, too */
        bool settled = fault == FAIL || points % 4 == 3;
        for (long step = 0; !settled; step++, twice++)
            wrong += !in_child(false, step, fault, &settled);
        wrong += check(points) != NULL;
        if (points > 500)
            break;
    }
    ok(wrong == 0 && points > 20 && points < 500,
       "%s at each of %ld steps, and at %ld of settling: %ld wrong", what, points, twice,
       wrong);
}

/* The process goes on after the error: it may try again, or settle. */
static void test_again(struct vault_dir *d)
{
    long points = 0, wrong = 0;
    for (bool ended = false; !ended && points < 500; points++) {
        struct keys *k = NULL;
        struct err err = {0};
        fresh_copy(d);
        *ledger = at_rest;
        wrong += keys_open(dir, &pass, &k, &err) != 0;
        arm(points, FAIL);
        int r = shred(k, &err);
        ended = plan.left >= 0;
        disarm();
        if (r && ledger->generation == 1)
            r = points % 2 ? settle(k, &err) : keys_shred_finish(k, 1, &err);
        if (r && ledger->generation == 0)
            r = settle(k, &err) || shred(k, &err);
        /* the last sync of a folder may fail when all was done */
        if (r == ERR_BUG || r == ERR_STATE)
            r = 0;
        if (r) {
            printf("# %ld: %s\n", points, err.text);
            wrong++;
        }
        keys_close(k);
        wrong += check(0) != NULL;
    }
    ok(wrong == 0 && points > 20, "after an error at each of %ld steps it goes on: %ld wrong",
       points, wrong);
}

/* The ledger names another ring than what is there. */
static void test_other(struct vault_dir *d)
{
    struct keys *k = NULL;
    struct err err = {0};
    fresh_copy(d);
    *ledger = at_rest;
    ok(keys_open(dir, &pass, &k, &err) == 0, "opened");
    ledger->hash[3] ^= 1;
    ok(settle(k, &err) == ERR_REFUSED, "%s", err.text);
    ledger->hash[3] ^= 1;
    ledger->size++;
    ok(settle(k, &err) == ERR_REFUSED, "%s", err.text);
    ledger->size--;
    ledger->generation = 4;
    ok(settle(k, &err) == ERR_REFUSED, "%s", err.text);
    ledger->generation = 0;
    ok(settle(k, &err) == 0, "the right one");
    /* another process shreds meanwhile */
    struct keys *other = NULL;
    ok(keys_open(dir, &pass, &other, &err) == 0 && shred(other, &err) == 0, "another process");
    ARENA_AUTO a = {0};
    struct envelope e = {.payload = id_new()};
    struct keys_entry entry = {.envelope = &e, .subject = subjects[VICTIM], .plain = STR("x")};
    ok(keys_seal(k, &a, &entry, 1, &err) == ERR_STATE, "%s", err.text);
    ok(keys_passwd(k, &pass, &err) == ERR_STATE, "%s", err.text);
    ok(settle(k, &err) == 0 && !keys_has(k, subjects[VICTIM]) && keys_has(k, subjects[0]),
       "settling reads keys.age again");
    struct id another = id_new();
    ok(keys_new_subject(k, another, &err) == 0 && keys_has(other, another), "and goes on");
    ok(keys_passwd(k, &pass, &err) == 0, "also with the passphrase");
    keys_close(k);
    keys_close(other);
}

int main(void)
{
    secret_init();
    secret_set(&pass, "correct horse", 13);
    ledger =
        mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ledger == MAP_FAILED)
        abort();
    struct vault_dir d;
    vault_dir_make(&d);
    set_up(&d);
    test_whole(&d);
    test_other(&d);
    test_faults(&d, KILL, "ended");
    test_faults(&d, TEAR, "ended in a write");
    test_faults(&d, FAIL, "failed");
    test_again(&d);
    vault_dir_remove(&d);
    secret_free(&pass);
    age_identity_free(&paper);
    return tap_end();
}
