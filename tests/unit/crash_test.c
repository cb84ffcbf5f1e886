/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An archive is used, and at each operation that changes the disk the program is killed, the
 * power ends, or the disk fails or is full, for once or from then on. Then it starts again:
 * what was acknowledged is there, nothing else is, what was shredded stays away, and the work
 * goes on. "all" as second argument: every operation of every stage with every kind of fault;
 * otherwise a sample.
 */
#include "crash_world.h"
#include "fault_disk.h"
#include "sys/file.h"
#include "tap.h"
#include "vault/seal/hash.h"
#include "vault_dir.h"
#include "work/vault.h"

#include <time.h>

static struct vault_dir place;

/* ---- what is done, in stages that are each begun from a copy ---- */

/* Of another device of the archive. */
static struct {
    struct str bundles;
    struct secret keys;
    struct str file; /* the sealed attachment `entries[file_entry]` */
    struct world_entry entries[8];
    size_t entry_count;
    struct world_subject subject;
    struct arena a;
} other;

static void stage_create(struct session *s)
{
    SECRET_AUTO pass = {0};
    struct world *w = s->w;
    unsigned char id[32];
    secret_set(&pass, w->pass[0], strlen(w->pass[0]));
    w->made = MAYBE;
    if (!work_vault_create(w->dir, &pass, AGE_SCRYPT_MIN, WORLD_DAY, id, &s->err))
        w->made = SURE;
}

static void stage_append(struct session *s)
{
    if (session_open(s, s->w))
        return;
    (void)do_subjects(s, 3);
    (void)do_append(s, 5);
    (void)do_append(s, 1);
    (void)do_subjects(s, 1);
    (void)do_append(s, 9);
}

static void stage_attach(struct session *s)
{
    if (session_open(s, s->w))
        return;
    (void)do_attach(s, 0, true);
    (void)do_attach(s, 1, false);
    (void)do_attach(s, 1, true);
    (void)do_append(s, 2);
}

static void stage_recovery(struct session *s)
{
    if (!session_open(s, s->w))
        (void)do_recovery(s);
}

static void stage_passwd(struct session *s)
{
    if (!session_open(s, s->w))
        (void)do_passwd(s);
}

static void stage_shred(struct session *s)
{
    if (session_open(s, s->w))
        return;
    (void)do_shred(s, 1);
    (void)do_append(s, 3);
}

static int read_words(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct str *left = context;
    (void)err;
    *ret_n = n < left->n ? n : left->n;
    memcpy(p, left->p, *ret_n);
    *left = str_slice(*left, *ret_n, left->n);
    return 0;
}

/* Those of the other device: as they are there when this was done. */
static bool take_other(struct session *s, size_t first_entry, size_t subject)
{
    struct world *w = s->w;
    size_t n = 0;
    struct ledger_union sum;
    if (keys_import(s->keys, secret_str(&other.keys), &n, &s->err))
        return false;
    w->subjects[subject].live = SURE;
    if (ledger_take(s->l, other.bundles, "the other device", &sum, &s->err))
        return false;
    for (size_t i = first_entry; i < first_entry + other.entry_count; i++)
        w->entries[i].sure = w->entries[i].attachment ? w->entries[i].sure : SURE;
    w->subjects[2].gone = SURE;
    if (ledger_shred_apply(s->l, WORLD_DAY, &n, &s->err))
        return false;
    w->subjects[2].dropped = SURE;
    for (size_t i = first_entry; i < first_entry + other.entry_count; i++) {
        struct str left = other.file;
        const struct age_source in = {read_words, &left};
        if (!w->entries[i].attachment)
            continue;
        if (ledger_take_attachment(s->l, w->entries[i].payload, &in, &s->err))
            return false;
        w->entries[i].sure = SURE;
    }
    w->again = NULL;
    return true;
}

static size_t other_entry, other_subject;
static bool take_again(struct session *s)
{
    return take_other(s, other_entry, other_subject);
}

/* What another device wrote and shredded (subject 2) comes, with its keys. */
static void stage_import(struct session *s)
{
    struct world *w = s->w;
    if (session_open(s, w))
        return;
    other_subject = w->subject_count;
    w->subjects[w->subject_count] = other.subject;
    w->subjects[w->subject_count++].live = MAYBE;
    other_entry = w->entry_count;
    for (size_t i = 0; i < other.entry_count; i++) {
        w->entries[w->entry_count] = other.entries[i];
        w->entries[w->entry_count++].sure = MAYBE;
    }
    w->subjects[2].gone = MAYBE;
    w->again = take_again;
    if (take_again(s))
        (void)do_append(s, 2);
}

/* With the projection and its snapshot, which closing saves. */
static void stage_accounts(struct session *s)
{
    s->w->archive = true;
    if (session_open(s, s->w))
        return;
    (void)do_append(s, 2);
    (void)do_append(s, 1);
    if (!archive_rebuild(s->a, &s->err))
        (void)do_append(s, 1);
}

static void stage_shred_account(struct session *s)
{
    if (session_open(s, s->w))
        return;
    (void)do_shred(s, 2);
    (void)do_append(s, 1);
}

static const struct stage {
    const char *name;
    void (*run)(struct session *s);
    bool begins; /* with an empty disk */
} stages[] = {
    {"create", stage_create, true},           {"append", stage_append, false},
    {"attach", stage_attach, false},          {"recovery", stage_recovery, false},
    {"passwd", stage_passwd, false},          {"another recovery", stage_recovery, false},
    {"import", stage_import, false},          {"shred", stage_shred, false},
    {"append again", stage_append, false},    {"create another", stage_create, true},
    {"accounts", stage_accounts, false},      {"shred an account", stage_shred_account, false},
    {"more accounts", stage_accounts, false},
};
#define STAGES (sizeof stages / sizeof stages[0])

/* ---- copies ---- */

static void copy_file(const char *from, const char *to)
{
    static char buffer[1 << 16];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    if (!in || !out)
        abort();
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, in)) > 0;)
        if (fwrite(buffer, 1, n, out) != n)
            abort();
    (void)fclose(in);
    if (fclose(out) != 0 || chmod(to, 0600) != 0)
        abort();
}

static void copy_tree(const char *from, const char *to)
{
    DIR *dir = opendir(from);
    if (!dir) {
        copy_file(from, to);
        return;
    }
    if (mkdir(to, 0700) != 0)
        abort();
    for (const struct dirent *e; (e = readdir(dir));) {
        char a[1500], b[1500];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        (void)snprintf(a, sizeof a, "%s/%s", from, e->d_name);
        (void)snprintf(b, sizeof b, "%s/%s", to, e->d_name);
        copy_tree(a, b);
    }
    (void)closedir(dir);
}

static struct point {
    struct world before;
    char copy[700];
    uint64_t count; /* operations of the stage */
} points[STAGES];

static char disk[1100];

static void put_back(const struct point *p, struct world *w)
{
    vault_dir_wipe(disk);
    copy_tree(p->copy, disk);
    *w = p->before;
}

/* ---- the other device ---- */

static int print_bundle(void *context, const struct ledger_bundle *b, struct err *err)
{
    return bundle_print(context, &b->bundle, err);
}

static void bail(const char *what, const struct err *err)
{
    printf("Bail out! %s: %s\n", what, err->text);
    exit(1);
}

/* It joins what is there, and works on its own. */
static void make_other(const struct world *w)
{
    static struct world mine;
    struct session s = {.w = &mine}, first;
    ARENA_AUTO a = {0};
    BUF_AUTO bundles, bytes;
    struct ledger_union sum;
    SECRET_AUTO pass = {0};
    mine = *w;
    secret_set(&pass, w->pass[0], strlen(w->pass[0]));
    buf_init(&bundles, 1 << 22);
    buf_init(&bytes, 1 << 20);
    if (session_open(&first, &mine))
        bail("the first device", &first.err);
    (void)snprintf(mine.dir, sizeof mine.dir, "%s", vault_dir_path(&place, "other"));
    if (keys_join(mine.dir, first.keys, &pass, AGE_SCRYPT_MIN, &s.keys, &s.err) ||
        ledger_create(mine.dir, s.keys, WORLD_DAY, &s.l, &s.err) ||
        ledger_each(first.l, NULL, &a, print_bundle, &bundles, &s.err) ||
        ledger_take(s.l, buf_str(&bundles), "the first device", &sum, &s.err))
        bail("another device", &s.err);
    session_close(&first);
    size_t entries = mine.entry_count, subjects = mine.subject_count;
    for (size_t i = 0; i < entries; i++) /* its words are not those of the first */
        mine.entries[i].sure = NOT;
    mine.entry_count = 100;
    if (!do_append(&s, 3) || !do_subjects(&s, 1) || !do_append(&s, 3) ||
        !do_attach(&s, (int)subjects, true) || !do_shred(&s, 2))
        bail("another device", &s.err);
    buf_clear(&bundles);
    if (ledger_each(s.l, NULL, &a, print_bundle, &bundles, &s.err) ||
        keys_export(s.keys, NULL, 0, &other.keys, &s.err))
        bail("another device", &s.err);
    other.bundles = arena_copy(&other.a, buf_str(&bundles));
    other.subject = mine.subjects[subjects];
    for (size_t i = 100; i < mine.entry_count; i++) {
        const struct world_entry *e = &mine.entries[i];
        other.entries[other.entry_count++] = *e;
        if (!e->attachment)
            continue;
        char hex[33], path[1300];
        hex_print(e->payload.b, ID_SIZE, hex);
        (void)snprintf(path, sizeof path, "%s/attachments/%s.age", mine.dir, hex);
        if (file_read(path, 1 << 20, &bytes, &s.err))
            bail("its attachment", &s.err);
        other.file = arena_copy(&other.a, buf_str(&bytes));
    }
    session_close(&s);
}

/* ---- faults ---- */

static const struct plan {
    const char *name;
    enum fault_kind kind;
    bool once;
    unsigned seeds;
} plans[] = {
    {"killed", FAULT_KILL, false, 1},
    {"killed in the middle of a write", FAULT_TORN, false, 1},
    {"power lost", FAULT_POWER, false, 3},
    {"I/O error once", FAULT_EIO, true, 1},
    {"I/O errors from then on", FAULT_EIO, false, 1},
    {"disk full once", FAULT_ENOSPC, true, 1},
    {"disk full from then on", FAULT_ENOSPC, false, 1},
    {"short write, then full", FAULT_SHORT, true, 1},
    {"short write, then full for good", FAULT_SHORT, false, 1},
};
#define PLANS (sizeof plans / sizeof plans[0])

static size_t wrongs[WRONG_COUNT], shown;
static char doing[200];

static void count_wrong(enum wrong wrong, const char *sentence)
{
    wrongs[wrong]++;
    if (shown++ < 40)
        printf("# %s: %s: %s\n", doing, wrong_names[wrong], sentence);
}

static void run_stage(size_t stage, struct world *w, const char **ret_silent)
{
    struct session s = {.w = w};
    stages[stage].run(&s);
    *ret_silent = s.silent;
    session_close(&s);
}

/* One stage with one fault at one operation (at behind the last one: behind the stage); then
 * perhaps another one while it starts again. False: the fault did not come. */
static bool run_point(size_t stage, const struct plan *plan, uint64_t at, uint64_t seed)
{
    static struct world w;
    const char *silent = NULL;
    put_back(&points[stage], &w);
    fault_disk_arm(plan->kind, at, seed, plan->once);
    struct session s = {.w = &w};
    stages[stage].run(&s);
    silent = s.silent;
    session_close(&s);
    if (plan->kind == FAULT_POWER && !fault_vfs_hit())
        fault_vfs_cut();
    bool hit = fault_vfs_hit();
    (void)snprintf(doing, sizeof doing, "%s, %s, at %llu (%s), seed %llu", stages[stage].name,
                   plan->name, (unsigned long long)at, fault_vfs_where(),
                   (unsigned long long)seed);
    fault_disk_settle();
    fault_vfs_forget_syncs(NULL);
    if (!hit)
        return false;
    if (silent)
        count_wrong(WRONG_REFUSED, silent);
    if (seed % 3 == 2 && w.made == SURE) { /* it happens again */
        fault_disk_arm(FAULT_POWER, 1 + seed % 7, seed, false);
        struct session again;
        (void)session_open(&again, &w);
        session_close(&again);
        fault_disk_settle();
    }
    world_check(&w, count_wrong);
    return true;
}

/* ---- the runs ---- */

static void begin_world(struct world *w)
{
    *w = (struct world){.pass = {"correct horse"}};
    (void)snprintf(w->dir, sizeof w->dir, "%s/archive", disk);
    vault_dir_wipe(disk);
    if (mkdir(disk, 0700) != 0)
        abort();
}

static void prepare(void)
{
    static struct world w;
    (void)snprintf(disk, sizeof disk, "%s", vault_dir_path(&place, "disk"));
    fault_disk_install(disk);
    for (size_t i = 0; i < STAGES; i++) {
        const char *silent;
        if (stages[i].begins)
            begin_world(&w);
        points[i].before = w;
        (void)snprintf(points[i].copy, sizeof points[i].copy, "%s/before-%zu", place.base, i);
        copy_tree(disk, points[i].copy);
        if (stages[i].run == stage_import)
            make_other(&w);
        fault_disk_arm(FAULT_NONE, 0, 0, false);
        run_stage(i, &w, &silent);
        points[i].count = fault_disk_count();
        fault_disk_settle();
        (void)snprintf(doing, sizeof doing, "%s, without a fault", stages[i].name);
        struct world copy = w;
        char kept[700];
        (void)snprintf(kept, sizeof kept, "%s/kept-%zu", place.base, i);
        copy_tree(disk, kept);
        world_check(&copy, count_wrong);
        vault_dir_wipe(disk);
        copy_tree(kept, disk);
    }
}

/* Would it notice? Each of these syncs only seems to be made; the power is lost at a sample of
 * the operations. */
static void test_forgotten(void)
{
    static const struct {
        const char *path, *what;
    } forgotten[] = {
        {"/ledger.db-wal", "of the ledger's log"},
        {"/ring-", "of the keyring"},
        {"/keys.age", "of keys.age"},
        {"/attachments/", "of attachments"},
    };
    for (size_t i = 0; i < sizeof forgotten / sizeof forgotten[0]; i++) {
        size_t kept[WRONG_COUNT], found = 0, done = 0, shown_before = shown;
        memcpy(kept, wrongs, sizeof kept);
        shown = 1000; /* they are expected */
        for (size_t stage = 1; stage < STAGES && found == 0; stage++)
            for (uint64_t at = points[stage].count + 1; at > 1 && found == 0;
                 at -= at > 9 ? 9 : 1) {
                fault_vfs_forget_syncs(forgotten[i].path);
                done += run_point(stage, &plans[2], at, 3 * at);
                for (size_t j = 0; j < WRONG_COUNT; j++)
                    found += wrongs[j] - kept[j];
            }
        memcpy(wrongs, kept, sizeof kept);
        shown = shown_before;
        ok(found > 0, "without the syncs %s losses are found, after %zu points",
           forgotten[i].what, done);
    }
}

/* Every `step`th point. */
static size_t run_plan(const struct plan *plan, uint64_t step, uint64_t *phase)
{
    size_t done = 0;
    for (size_t i = 0; i < STAGES; i++)
        for (unsigned seed = 0; seed < plan->seeds; seed++)
            for (uint64_t at = 1; at <= points[i].count + (plan->kind == FAULT_POWER); at++)
                if (++*phase % step == 0)
                    done += run_point(i, plan, at, *phase);
    return done;
}

int main(int argc, char **argv)
{
    bool all = argc > 2 && strcmp(argv[2], "all") == 0;
    if (access("/dev/shm", W_OK) == 0)
        (void)setenv("TMPDIR", "/dev/shm", 0); /* real syncs would take the time */
    secret_init();
    vault_dir_make(&place);
    prepare();
    uint64_t operations = 0, phase = 0;
    for (size_t i = 0; i < STAGES; i++) {
        printf("# %s: %llu operations\n", stages[i].name, (unsigned long long)points[i].count);
        operations += points[i].count;
    }
    ok(operations > 200, "%llu operations change the disk", (unsigned long long)operations);
    if (argc > 5) { /* one point: stage, plan, operation, seed */
        size_t stage = (size_t)atoi(argv[2]);
        (void)run_point(stage, &plans[atoi(argv[3])], strtoull(argv[4], NULL, 10),
                        strtoull(argv[5], NULL, 10));
        printf("# %s\n", doing);
        return tap_end();
    }
    size_t done = 0;
    for (size_t i = 0; i < PLANS; i++) {
        size_t n = run_plan(&plans[i], all ? 1 : 29, &phase);
        printf("# %s: %zu points\n", plans[i].name, n);
        done += n;
    }
    ok(done > (all ? 2000 : 50), "%zu points%s", done, all ? "" : ", a sample of all");
    for (size_t i = 0; i < WRONG_COUNT; i++)
        ok(wrongs[i] == 0, "%s: %zu", wrong_names[i], wrongs[i]);
    test_forgotten();
    fault_disk_remove();
    secret_free(&other.keys);
    arena_free(&other.a);
    vault_dir_remove(&place);
    return tap_end();
}
