/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/backup.h"

#include "work/pack.h"

#define KNOWN_MAX ((size_t)2 << 30) /* bytes of a file of bundles */

struct unpacking {
    const char *dir;
    struct arena a;
    struct file_out out;
    const char *path;
    bool open, skip;
    struct tar_reader tar;
};

static bool is_ring(struct str name)
{
    if (!str_starts(name, STR("ring-")) || name.n == 5 || name.n > 30)
        return false;
    for (size_t i = 5; i < name.n; i++)
        if (name.p[i] < '0' || name.p[i] > '9')
            return false;
    return true;
}

static bool is_attachment(struct str name)
{
    struct str folder = STR("attachments/");
    return str_starts(name, folder) && str_ends(name, STR(".age")) &&
           str_find(name, STR("/"), folder.n) == STR_NONE;
}

static int begin_file(void *context, struct str name, uint64_t size, struct err *err)
{
    (void)size;
    struct unpacking *u = context;
    u->skip = str_eq(name, STR("README.txt"));
    if (u->skip)
        return 0;
    if (!is_ring(name) && !is_attachment(name) && !str_eq(name, STR("keys.age")) &&
        !str_eq(name, STR("recovery.age")) && !str_eq(name, STR("ledger.db")))
        return err_set(err, ERR_INPUT, "%s: %.*s is no file of an archive; this is no backup",
                       u->tar.what, (int)name.n, name.p);
    if (is_attachment(name)) {
        const char *folder = arena_printf(&u->a, "%s/attachments", u->dir).p;
        int r = file_make_folder(folder, err);
        if (r && r != ERR_EXISTS)
            return r;
    }
    u->path = arena_printf(&u->a, "%s/%.*s", u->dir, (int)name.n, name.p).p;
    int r = file_out_begin(u->path, &u->out, err);
    u->open = r == 0;
    return r;
}

static int take_bytes(void *context, const void *p, size_t n, struct err *err)
{
    struct unpacking *u = context;
    return u->skip ? 0 : file_write_all(u->out.fd, str_make(p, n), u->path, err);
}

static int end_file(void *context, struct err *err)
{
    struct unpacking *u = context;
    if (u->skip)
        return 0;
    u->open = false;
    return file_out_commit(&u->out, false, err);
}

static int take_tar(void *context, const void *p, size_t n, struct err *err)
{
    return tar_take(&((struct unpacking *)context)->tar, p, n, err);
}

static int unpack(const struct work_restore_options *o, struct err *err)
{
    struct file_in in;
    int r = file_in_open(o->input, &in, err);
    if (r)
        return r;
    struct unpacking u = {.dir = o->dir};
    u.tar = (struct tar_reader){.begin = begin_file,
                                .bytes = take_bytes,
                                .end = end_file,
                                .context = &u,
                                .what = o->input};
    const struct age_source source = {file_in_pull, &in};
    const struct age_sink sink = {take_tar, &u};
    r = age_open(o->with->items, o->with->count, &o->age, &source, &sink, err);
    if (!r)
        r = tar_end(&u.tar, err);
    if (u.open)
        file_out_abandon(&u.out);
    file_in_close(&in);
    arena_free(&u.a);
    return r;
}

/* Nothing of a restoring that failed stays. */
static void remove_all(const char *dir)
{
    static const char *const folders[] = {"/attachments", ""};
    ARENA_AUTO a = {0};
    for (size_t k = 0; k < 2; k++) {
        const char *folder = arena_printf(&a, "%s%s", dir, folders[k]).p;
        struct str *names;
        size_t count;
        if (file_names(&a, folder, 4000000, &names, &count, NULL))
            continue;
        /* What cannot be removed stays: the error that brought us here is the one to tell. */
        bool gone = true;
        for (size_t i = 0; i < count; i++)
            gone &=
                file_remove(arena_printf(&a, "%s/%.*s", folder, (int)names[i].n, names[i].p).p,
                            NULL) == 0;
        gone = gone && file_remove_folder(folder, NULL) == 0;
        if (!gone)
            return;
    }
}

/* Is it what its devices signed? A backup was opened with its recipient's key, which says
 * nothing about who made it. */
static int check_ledger(const struct work_restore_options *o, struct keys *keys,
                        struct err *err)
{
    ARENA_AUTO a = {0};
    struct ledger *l;
    struct ledger_verdict v;
    int r = ledger_open(o->dir, keys, false, &l, err);
    if (r)
        return r;
    r = ledger_verify(l, &a, NULL, (struct str){NULL, 0}, NULL, NULL, &v, err);
    if (!r && v.fault_count)
        r = err_set(err, ERR_INPUT, "%s: its ledger is damaged (%s)", o->input,
                    v.faults[0].text);
    ledger_close(l);
    return r;
}

/* What other copies of the ledger know: also shreddings since the backup. */
static int take_known(const struct work_restore_options *o, struct ledger *l,
                      struct work_restored *ret, struct err *err)
{
    for (size_t i = 0; i < o->known_count; i++) {
        BUF_AUTO bytes;
        buf_init(&bytes, KNOWN_MAX);
        struct ledger_union u;
        int r = file_read(o->known[i], KNOWN_MAX, &bytes, err);
        if (!r)
            r = ledger_take(l, buf_str(&bytes), o->known[i], &u, err);
        if (r)
            return r;
        ret->later += u.entries;
    }
    return 0;
}

static int join(const struct work_restore_options *o, struct work_restored *ret,
                struct err *err)
{
    struct keys *old, *new;
    int r = keys_open(o->dir, o->passphrase, &old, err);
    if (r)
        return r;
    r = check_ledger(o, old, err);
    if (!r)
        r = keys_join(o->dir, old, o->passphrase, 0, &new, err);
    keys_close(old);
    if (r)
        return r;
    struct ledger *l;
    r = ledger_open(o->dir, new, true, &l, err);
    if (!r) {
        ret->entries = ledger_count(l);
        r = take_known(o, l, ret, err);
        /* Its first bundle says who it is, and that the archive was restored. */
        struct ledger_draft *d;
        if (!r)
            r = ledger_begin(l, &d, err);
        if (!r)
            r = ledger_commit(d, o->today, err);
        ledger_close(l);
    }
    memcpy(ret->device, keys_public(new)->device, sizeof ret->device);
    keys_close(new);
    return r;
}

int work_restore(const struct work_restore_options *o, struct work_restored *ret,
                 struct err *err)
{
    struct work_restored done = {0};
    int r = file_make_folder(o->dir, err);
    if (r)
        return r;
    ARENA_AUTO a = {0};
    const char *mark = arena_printf(&a, "%s/" WORK_RESTORING, o->dir).p;
    r = file_write_private(mark, STR(""), err);
    if (!r)
        r = unpack(o, err);
    if (!r)
        r = join(o, &done, err);
    if (!r)
        r = file_remove(mark, err);
    if (r)
        remove_all(o->dir);
    else
        *ret = done;
    return r;
}
