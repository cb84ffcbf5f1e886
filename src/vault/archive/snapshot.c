/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Snapshots: a database in memory as one age file to this device's own identity, so that it can
 * be read back without folding. Behind the file's own header (what it is, of which version, how
 * long) come the bytes of the database, straight into the memory that it will have. It is only
 * a copy: one that is missing, damaged, of another version or not on the way to what the ledger
 * holds is made anew.
 */
#include "sys/file.h"
#include "vault/archive/parts.h"

#include <stdio.h>
#include <stdlib.h>

#define HEADER_SIZE 32
#define PAYS_BYTES  ((size_t)4 << 20) /* so small that saving takes no time */
#define PAYS_TAIL   2000              /* entries whose folding takes longer than saving */
#define PATH_SIZE   4096

static const char magic[16] = "deponent view 1";

static int path_of(const struct archive *a, const char *name, char out[PATH_SIZE],
                   struct err *err)
{
    int n = snprintf(out, PATH_SIZE, "%s/%s", a->dir, name);
    return n > 0 && n < PATH_SIZE ? 0 : err_set(err, ERR_LIMIT, "the path is too long");
}

static void put_u64(unsigned char *p, uint64_t v)
{
    for (int i = 0; i < 8; i++)
        p[i] = (unsigned char)(v >> (8 * i));
}

static uint64_t get_u64(const unsigned char *p)
{
    uint64_t v = 0;
    for (int i = 7; i >= 0; i--)
        v = v << 8 | p[i];
    return v;
}

/* ---- reading ---- */

struct incoming {
    const char *name;
    int version;
    unsigned char header[HEADER_SIZE];
    size_t held; /* of the header */
    unsigned char *bytes;
    size_t size, at;
};

static int take_header(struct incoming *r, struct err *err)
{
    uint64_t size = get_u64(r->header + 24);
    if (memcmp(r->header, magic, sizeof magic) ||
        get_u64(r->header + 16) != (uint64_t)r->version)
        return err_set(err, ERR_INPUT, "%s is of another version; it is made anew", r->name);
    r->size = (size_t)size;
    r->bytes = size <= STORE_MEMORY_MAX ? store_alloc(r->size) : NULL;
    return r->bytes
               ? 0
               : err_set(err, ERR_INPUT, "%s says that it is %llu bytes long; it is made anew",
                         r->name, (unsigned long long)size);
}

static int take_bytes(void *context, const void *p, size_t n, struct err *err)
{
    struct incoming *r = context;
    const unsigned char *from = p;
    size_t head = HEADER_SIZE - r->held < n ? HEADER_SIZE - r->held : n;
    memcpy(r->header + r->held, from, head);
    r->held += head;
    if (head && r->held == HEADER_SIZE) {
        int e = take_header(r, err);
        if (e)
            return e;
    }
    if (n - head > r->size - r->at)
        return err_set(err, ERR_INPUT, "%s is longer than it says; it is made anew", r->name);
    if (n > head)
        memcpy(r->bytes + r->at, from + head, n - head);
    r->at += n - head;
    return 0;
}

int snapshot_read(struct archive *a, const char *name, const struct store_shape *shape,
                  struct store **ret, struct err *err)
{
    char path[PATH_SIZE];
    struct file_in in;
    struct incoming in_db = {.name = name, .version = shape->version};
    int r = path_of(a, name, path, err);
    if (!r)
        r = file_in_open(path, &in, err);
    if (r == ERR_IO)
        r = err_set(err, ERR_MISSING, "%s is not there", name);
    if (r)
        return r;
    const struct age_source source = {file_in_pull, &in, &in.fd};
    const struct age_sink sink = {take_bytes, &in_db};
    r = keys_open_own(a->keys, &source, &sink, err);
    file_in_close(&in);
    if (!r && (in_db.held < HEADER_SIZE || in_db.at != in_db.size))
        r = err_set(err, ERR_INPUT, "%s ends too early; it is made anew", name);
    if (r) {
        store_alloc_free(in_db.bytes);
        return r;
    }
    return store_load(shape, in_db.bytes, in_db.size, ret, err);
}

int snapshot_load(struct archive *a, struct err *err)
{
    int r = snapshot_read(a, "view.age", &view_shape, &a->view, err);
    if (!r)
        r = view_take_state(a, err);
    a->saved = !r;
    a->unsaved = 0;
    return r;
}

/* ---- writing ---- */

struct writing {
    unsigned char header[HEADER_SIZE];
    struct str parts[2]; /* the header, the database */
};

static int give_bytes(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct writing *w = context;
    (void)err;
    *ret_n = 0;
    for (size_t i = 0; i < 2 && *ret_n < n; i++) {
        struct str *part = &w->parts[i];
        size_t some = part->n < n - *ret_n ? part->n : n - *ret_n;
        if (some)
            memcpy((char *)p + *ret_n, part->p, some);
        *part = str_slice(*part, some, part->n);
        *ret_n += some;
    }
    return 0;
}

int snapshot_write(struct archive *a, const char *name, const struct store_shape *shape,
                   struct store *s, struct err *err)
{
    char path[PATH_SIZE];
    struct file_out out;
    struct writing w = {.parts = {{0}, store_bytes(s)}};
    memcpy(w.header, magic, sizeof magic);
    put_u64(w.header + 16, (uint64_t)shape->version);
    put_u64(w.header + 24, w.parts[1].n);
    w.parts[0] = str_make((const char *)w.header, HEADER_SIZE);
    struct age_recipient to = {.kind = AGE_X25519};
    memcpy(to.public_key, keys_public(a->keys)->age_key, sizeof to.public_key);
    const struct age_options options = {.threads = pool_threads(a->pool)};
    int r = path_of(a, name, path, err);
    if (!r)
        r = file_remove_leftovers(path, err);
    if (!r)
        r = file_out_begin(path, &out, err);
    if (r)
        return r;
    const struct age_source source = {give_bytes, &w};
    const struct age_sink sink = {file_out_push, &out};
    r = age_seal(&to, 1, &options, &source, &sink, err);
    if (!r)
        return file_out_commit(&out, true, err);
    file_out_abandon(&out);
    return r;
}

int snapshot_save(struct archive *a, struct err *err)
{
    int r = snapshot_write(a, "view.age", &view_shape, a->view, err);
    if (!r) {
        a->saved = true;
        a->unsaved = 0;
    }
    return r;
}

bool snapshot_pays(const struct archive *a)
{
    if (!a->view || (a->saved && !a->unsaved))
        return false;
    return !a->saved || a->unsaved > PAYS_TAIL || store_bytes(a->view).n < PAYS_BYTES;
}

int snapshot_remove(struct archive *a, struct err *err)
{
    static const char *const names[] = {"view.age", "find.age"};
    char path[PATH_SIZE];
    int r = 0;
    for (size_t i = 0; i < 2 && !r; i++) {
        r = path_of(a, names[i], path, err);
        if (!r)
            r = file_remove(path, err);
        if (r == ERR_MISSING)
            r = 0;
    }
    a->saved = false;
    return r;
}
