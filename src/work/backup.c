/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/backup.h"

#include "work/pack.h"

#define BACKUP_FILES_MAX 2000000u

static const char about[] =
    "The files of a Deponent archive. deponent restore makes an archive of them again.\n"
    "keys.age opens with the passphrase of the archive (age -d keys.age). ledger.db is an\n"
    "SQLite database of sealed entries; deponent-ledger(5) tells how it is read.\n";

struct listing {
    const char *dir;
    struct str *names; /* relative to dir */
    size_t count, cap, at;
    bool told;
};

/* What an archive cannot do without; snapshots can be made again. */
static bool is_kept(struct str name)
{
    return str_eq(name, STR("keys.age")) || str_eq(name, STR("recovery.age")) ||
           str_eq(name, STR("ledger.db")) ||
           (str_starts(name, STR("ring-")) && str_find(name, STR("."), 0) == STR_NONE);
}

static int list_files(struct arena *a, struct listing *l, struct err *err)
{
    struct str *names;
    size_t count;
    int r = file_names(a, l->dir, BACKUP_FILES_MAX, &names, &count, err);
    for (size_t i = 0; !r && i < count; i++)
        if (is_kept(names[i]))
            ARENA_PUSH(a, l->names, l->count, l->cap, names[i]);
    if (r)
        return r;
    const char *folder = arena_printf(a, "%s/attachments", l->dir).p;
    r = file_names(a, folder, BACKUP_FILES_MAX, &names, &count, err);
    if (r == ERR_MISSING) {
        r = 0;
        count = 0;
    }
    for (size_t i = 0; !r && i < count; i++)
        if (str_ends(names[i], STR(".age")))
            ARENA_PUSH(a, l->names, l->count, l->cap,
                       arena_printf(a, "attachments/%.*s", (int)names[i].n, names[i].p));
    return r;
}

static int next_file(void *context, struct arena *a, struct pack_item *ret, bool *ret_end,
                     struct err *err)
{
    (void)err;
    struct listing *l = context;
    if (!l->told) {
        l->told = true;
        *ret = (struct pack_item){STR("README.txt"), str_of(about), NULL};
        return 0;
    }
    *ret_end = l->at == l->count;
    if (*ret_end)
        return 0;
    ret->name = l->names[l->at++];
    ret->path = arena_printf(a, "%s/%.*s", l->dir, (int)ret->name.n, ret->name.p).p;
    return 0;
}

int work_backup(struct archive *archive, const struct work_backup_options *o, struct err *err)
{
    ARENA_AUTO a = {0};
    struct listing l = {.dir = o->dir};
    int r = archive_custody(archive, CUSTODY_BACKUP, NULL, 0, o->to_text, (struct str){NULL, 0},
                            0, o->expires, err);
    if (!r)
        r = ledger_flush(archive_ledger(archive), err);
    if (!r)
        r = list_files(&a, &l, err);
    struct file_out out;
    if (!r)
        r = file_out_begin(o->output, &out, err);
    if (r)
        return r;
    struct pack pack = {.next = next_file, .context = &l};
    const struct age_source in = pack_source(&pack);
    const struct age_sink sink = {file_out_push, &out};
    r = age_seal(o->to->items, o->to->count, &o->age, &in, &sink, err);
    pack_free(&pack);
    if (!r)
        return file_out_commit(&out, true, err);
    file_out_abandon(&out);
    return r;
}
