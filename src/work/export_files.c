/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/export_files.h"

static int write_hashed(void *context, const void *p, size_t n, struct err *err)
{
    struct export_file *f = context;
    sha256_add(&f->hash, p, n);
    return file_write_all(f->out.fd, str_make(p, n), f->out.path, err);
}

int export_begin(struct export_folder *folder, const char *name, bool seal,
                 struct export_file *ret, struct err *err)
{
    struct export_file *f = ret;
    seal = seal && folder->to->count;
    *f = (struct export_file){.folder = folder};
    f->name = arena_printf(folder->a, seal ? "%s.age" : "%s", name).p;
    int r =
        file_out_begin(arena_printf(folder->a, "%s/%s", folder->path, f->name).p, &f->out, err);
    if (r)
        return r;
    sha256_begin(&f->hash);
    const struct age_sink sink = {write_hashed, f};
    if (seal)
        r = age_writer_new(folder->to->items, folder->to->count, &sink, &f->writer, err);
    if (r)
        file_out_abandon(&f->out);
    return r;
}

int export_add(void *file, const void *p, size_t n, struct err *err)
{
    struct export_file *f = file;
    return f->writer ? age_writer_add(f->writer, p, n, err) : write_hashed(f, p, n, err);
}

int export_drain(struct export_file *f, struct buf *bytes, struct err *err)
{
    int r = buf_check(bytes, f->name, err);
    if (!r && bytes->n)
        r = export_add(f, bytes->p, bytes->n, err);
    if (bytes->n)
        secret_wipe(bytes->p, bytes->n);
    buf_clear(bytes);
    return r;
}

int export_end(struct export_file *f, int r, struct err *err)
{
    if (!r && f->writer)
        r = age_writer_end(f->writer, err);
    age_writer_free(f->writer);
    f->writer = NULL;
    if (r) {
        file_out_abandon(&f->out);
        return r;
    }
    unsigned char hash[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];
    sha256_end(&f->hash, hash);
    hex_print(hash, sizeof hash, hex);
    buf_printf(&f->folder->manifest, "%s  %s\n", hex, f->name);
    f->folder->count++;
    return file_out_commit(&f->out, false, err);
}
