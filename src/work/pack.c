/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/pack.h"

static const char zeroes[2 * TAR_BLOCK];

static int begin_item(struct pack *p, struct err *err)
{
    struct pack_item item = {0};
    bool end = false;
    arena_reset(&p->a);
    int r = p->next(p->context, &p->a, &item, &end, err);
    if (r)
        return r;
    if (end) {
        p->ended = true;
        p->bytes = str_make(zeroes, sizeof zeroes);
        return 0;
    }
    uint64_t size = item.bytes.n;
    if (!item.bytes.p) {
        r = file_in_open(item.path, &p->file, err);
        if (r)
            return r;
        p->open = true;
        size = p->left = p->file.size;
    }
    r = tar_print(p->head, item.name, size, err);
    if (r)
        return r;
    p->padding = tar_padding(size);
    /* The head, then the text: joined, so that one piece after the other is all there is. */
    char *both = ARENA_NEW(&p->a, TAR_BLOCK + item.bytes.n, char);
    memcpy(both, p->head, TAR_BLOCK);
    if (item.bytes.n)
        memcpy(both + TAR_BLOCK, item.bytes.p, item.bytes.n);
    p->bytes = str_make(both, TAR_BLOCK + item.bytes.n);
    return 0;
}

static int read_file(struct pack *p, void *to, size_t n, size_t *ret_n, struct err *err)
{
    if (n > p->left)
        n = (size_t)p->left;
    int r = file_in_read(&p->file, to, n, ret_n, err);
    if (r)
        return r;
    if (*ret_n == 0)
        return err_set(err, ERR_IO, "%s: became shorter while it was read", p->file.name);
    p->left -= *ret_n;
    if (!p->left) {
        file_in_close(&p->file);
        p->open = false;
    }
    return 0;
}

static int pull(void *context, void *to, size_t n, size_t *ret_n, struct err *err)
{
    struct pack *p = context;
    *ret_n = 0;
    for (;;) {
        if (p->bytes.n) {
            size_t take = n < p->bytes.n ? n : p->bytes.n;
            memcpy(to, p->bytes.p, take);
            p->bytes = str_slice(p->bytes, take, p->bytes.n);
            *ret_n = take;
            return 0;
        }
        if (p->left)
            return read_file(p, to, n, ret_n, err);
        if (p->open) { /* an empty file */
            file_in_close(&p->file);
            p->open = false;
        }
        if (p->padding) {
            p->bytes = str_make(zeroes, p->padding);
            p->padding = 0;
            continue;
        }
        if (p->ended)
            return 0;
        int r = begin_item(p, err);
        if (r)
            return r;
    }
}

struct age_source pack_source(struct pack *p)
{
    return (struct age_source){pull, p};
}

void pack_free(struct pack *p)
{
    if (p->open)
        file_in_close(&p->file);
    p->open = false;
    arena_free(&p->a);
}
