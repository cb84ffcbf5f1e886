/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/import.h"

#include "sys/file.h"
#include "vault/seal/hash.h"

#define KEYS_MAX        ((size_t)256 << 20)
#define ATTACHMENTS_MAX 2000000u

/* keys.txt.age, or keys.txt of a plain export; 0 when there is neither. */
static int take_keys(const struct work_import_options *o, struct arena *a, struct keys *keys,
                     size_t *ret_new, struct err *err)
{
    BUF_AUTO file;
    buf_init(&file, KEYS_MAX);
    SECRET_AUTO text = {0};
    const char *path = arena_printf(a, "%s/keys.txt.age", o->input).p;
    int r = file_read(path, KEYS_MAX, &file, err);
    if (r == ERR_MISSING)
        return 0;
    if (!r && o->with->count == 0)
        r = err_set(err, ERR_USAGE, "%s: there are keys; what opens them? Give --identity FILE",
                    path);
    if (!r)
        r = age_open_secret(o->with->items, o->with->count, buf_str(&file), SECRET_MAX, &text,
                            NULL, err);
    return r ? r : keys_import(keys, secret_str(&text), ret_new, err);
}

static int take_attachment(struct ledger *l, const char *path, struct id payload,
                           struct err *err)
{
    struct file_in in;
    int r = file_in_open(path, &in, err);
    if (r)
        return r;
    const struct age_source source = {file_in_pull, &in};
    r = ledger_take_attachment(l, payload, &source, err);
    file_in_close(&in);
    return r ? err_prefix(err, "%s", path) : 0;
}

static int take_attachments(struct ledger *l, struct arena *a, const char *folder,
                            size_t *ret_count, struct err *err)
{
    struct str *names;
    size_t count;
    int r = file_names(a, folder, ATTACHMENTS_MAX, &names, &count, err);
    if (r)
        return r == ERR_MISSING ? 0 : r;
    for (size_t i = 0; i < count && !r; i++) {
        struct id payload = {0};
        struct str hex = str_slice(names[i], 0, 2 * ID_SIZE);
        if (!str_ends(names[i], STR(".age")) || names[i].n != hex.n + 4 ||
            !hex_parse(hex, payload.b, ID_SIZE))
            continue;
        r = take_attachment(
            l, arena_printf(a, "%s/%.*s", folder, (int)names[i].n, names[i].p).p, payload, err);
        *ret_count += r == 0;
    }
    return r;
}

int work_import(struct work_vault *v, const struct work_import_options *o,
                struct work_imported *ret, struct err *err)
{
    ARENA_AUTO a = {0};
    struct ledger *l = archive_ledger(v->archive);
    struct work_imported done = {0};
    BUF_AUTO bytes;
    buf_init(&bytes, WORK_IMPORT_MAX);
    const char *path = arena_printf(&a, "%s/sealed/bundles.dpb", o->input).p;
    const char *attachments = arena_printf(&a, "%s/sealed/attachments", o->input).p;
    uint64_t size;
    bool folder = file_size(path, &size, err) == 0;
    if (!folder)
        path = o->input;
    int r = file_read(path, WORK_IMPORT_MAX, &bytes, err);
    /* Keys first: what a bundle tells to shred then goes with them. */
    if (!r && folder)
        r = take_keys(o, &a, v->keys, &done.keys, err);
    if (!r)
        r = ledger_take(l, buf_str(&bytes), path, &done.bundles, err);
    if (!r)
        r = ledger_shred_apply(l, o->today, &done.dropped, err);
    if (!r && folder)
        r = take_attachments(l, &a, attachments, &done.attachments, err);
    /* New keys may open what was folded as locked. */
    if (!r)
        r = done.keys ? archive_rebuild(v->archive, err) : archive_refresh(v->archive, err);
    if (!r)
        *ret = done;
    return r;
}
