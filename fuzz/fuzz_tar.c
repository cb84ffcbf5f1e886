/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/tar: any bytes are a stream of files with safe names, or refused with a sentence; in
 * whatever pieces they come, the same is given out.
 */
#include "base/buf.h"
#include "base/tar.h"
#include "fuzz.h"

struct seen {
    struct buf out;
    uint64_t left; /* of the file that is being read */
    bool inside;
};

static int begin(void *context, struct str name, uint64_t size, struct err *err)
{
    struct seen *s = context;
    (void)err;
    must(!s->inside && size < TAR_SIZE_MAX);
    must(name.n > 0 && name.n <= TAR_NAME_MAX && name.p[0] != '/' && name.p[0] != '.');
    must(str_find(name, STR("/."), 0) == STR_NONE && str_find(name, STR("//"), 0) == STR_NONE);
    unsigned char head[TAR_BLOCK];
    must(tar_print(head, name, size, NULL) == 0);
    buf_add(&s->out, name);
    buf_add_char(&s->out, '\n');
    s->left = size;
    s->inside = true;
    return 0;
}

static int bytes(void *context, const void *p, size_t n, struct err *err)
{
    struct seen *s = context;
    (void)err;
    must(s->inside && n <= s->left);
    s->left -= n;
    buf_add(&s->out, str_make(p, n));
    return 0;
}

static int end(void *context, struct err *err)
{
    struct seen *s = context;
    (void)err;
    must(s->inside && s->left == 0);
    s->inside = false;
    return 0;
}

/* In pieces of `step` bytes. Returns what reading says. */
static int take(struct seen *s, struct str all, size_t step)
{
    struct err err = {0};
    struct tar_reader r = {
        .begin = begin, .bytes = bytes, .end = end, .context = s, .what = "it"};
    int e = 0;
    for (size_t at = 0; at < all.n && !e; at += step) {
        struct str piece = str_slice(all, at, at + step);
        e = tar_take(&r, piece.p, piece.n, &err);
    }
    if (!e)
        e = tar_end(&r, &err);
    must(e == 0 || (e == ERR_INPUT && err.text[0]));
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen whole = {0}, pieces = {0};
    buf_init(&whole.out, 2 * size + 1024);
    buf_init(&pieces.out, 2 * size + 1024);
    struct str all = fuzz_str(data, size);
    must(take(&whole, all, size + 1) == take(&pieces, all, size % 61 + 1));
    must(str_eq(buf_str(&whole.out), buf_str(&pieces.out)));
    buf_free(&whole.out);
    buf_free(&pieces.out);
    return 0;
}
