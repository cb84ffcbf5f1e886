/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tar.h"

#include "base/buf.h"
#include "tap.h"

/* What was read, as text: "name(size)[bytes]" one behind the other. */
static int note_begin(void *context, struct str name, uint64_t size, struct err *err)
{
    (void)err;
    buf_printf(context, "%.*s(%llu)[", (int)name.n, name.p, (unsigned long long)size);
    return 0;
}
static int note_bytes(void *context, const void *p, size_t n, struct err *err)
{
    (void)err;
    buf_add(context, str_make(p, n));
    return 0;
}
static int note_end(void *context, struct err *err)
{
    (void)err;
    buf_add_char(context, ']');
    return 0;
}

static int read_in_steps(struct str tar, size_t step, struct buf *said, struct err *err)
{
    struct tar_reader r = {note_begin, note_bytes, note_end, said, "it", {0}, 0, 0, 0, 0, 0, 0};
    for (size_t i = 0; i < tar.n; i += step) {
        struct str piece = str_slice(tar, i, i + step);
        int e = tar_take(&r, piece.p, piece.n, err);
        if (e)
            return e;
    }
    return tar_end(&r, err);
}

static void add_file(struct buf *out, const char *name, struct str bytes)
{
    unsigned char head[TAR_BLOCK], zeroes[TAR_BLOCK] = {0};
    struct err err = {0};
    ok(tar_print(head, str_of(name), bytes.n, &err) == 0, "%s is packed", name);
    buf_add(out, str_make((char *)head, sizeof head));
    buf_add(out, bytes);
    buf_add(out, str_make((char *)zeroes, tar_padding(bytes.n)));
}

static void test_both_ways(struct buf *tar)
{
    static const char want[] = "keys.age(5)[abcde]empty(0)[]attachments/0f.age(512)[";
    char block[512];
    memset(block, 'x', sizeof block);
    add_file(tar, "keys.age", STR("abcde"));
    add_file(tar, "empty", STR(""));
    add_file(tar, "attachments/0f.age", str_make(block, sizeof block));
    char zeroes[1024] = {0};
    buf_add(tar, str_make(zeroes, sizeof zeroes));
    size_t wrong = 0;
    for (size_t step = 1; step <= tar->n; step = step * 3 + 1) {
        BUF_AUTO said;
        buf_init(&said, 1 << 16);
        struct err err = {0};
        wrong += read_in_steps(buf_str(tar), step, &said, &err) != 0 ||
                 !str_starts(buf_str(&said), str_of(want)) ||
                 !str_ends(buf_str(&said), STR("x]"));
    }
    ok(wrong == 0, "and read back, in pieces of any length");
    size_t taken = 0;
    for (size_t n = 0; n < tar->n; n++) {
        BUF_AUTO said;
        buf_init(&said, 1 << 16);
        struct err err = {0};
        taken += read_in_steps(str_slice(buf_str(tar), 0, n), 4096, &said, &err) == 0;
    }
    ok(taken == 0, "cut anywhere it is refused");
}

static void test_refused(struct buf *tar)
{
    static const char *const names[] = {"",     "/etc/x", "../x", "a/../b", "a//b",
                                        ".hid", "a b",    "a\nb", "a/",     "a/.b"};
    unsigned char head[TAR_BLOCK];
    struct err err = {0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ok(tar_print(head, str_of(names[i]), 1, &err) == ERR_INPUT, "no name: \"%s\"",
           i == 7 ? "a, LF, b" : names[i]);
    ok(tar_print(head, STR("x"), TAR_SIZE_MAX, &err) == ERR_LIMIT, "a size that has no room");
    /* Each byte of a head stands in its sum. */
    size_t taken = 0;
    for (size_t i = 0; i < TAR_BLOCK; i++) {
        BUF_AUTO said;
        buf_init(&said, 1 << 16);
        tar->p[i] = (char)(tar->p[i] ^ 1);
        taken += read_in_steps(buf_str(tar), 4096, &said, &err) == 0;
        tar->p[i] = (char)(tar->p[i] ^ 1);
    }
    /* The digit of the sum's end and its space may differ between programs: nothing else. */
    ok(taken <= 2, "a changed byte of a head is refused (%zu taken)", taken);
}

int main(void)
{
    BUF_AUTO tar;
    buf_init(&tar, 1 << 20);
    test_both_ways(&tar);
    test_refused(&tar);
    return tap_end();
}
