/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/state_bytes.h"

#define RUN        1024u /* lengths written at once */
#define TEXT_MOST  ((uint64_t)1 << 32)
#define COUNT_MOST ((uint64_t)1 << 32)

void link_put(struct link_put *w, const void *p, size_t n)
{
    static const char filler[8];
    if (!w->r && n)
        w->r = w->push(w->context, p, n, w->err);
    if (!w->r && n % 8)
        w->r = w->push(w->context, filler, 8 - n % 8, w->err);
}

static struct str text_at(const struct str *texts, size_t i, size_t stride)
{
    return *(const struct str *)(const void *)((const char *)texts + i * stride);
}

void link_put_texts(struct link_put *w, const struct str *texts, size_t count, size_t stride)
{
    uint32_t lengths[RUN];
    size_t in = 0;
    for (size_t i = 0; i < count; i++) {
        lengths[in++] = (uint32_t)text_at(texts, i, stride).n;
        if (in == RUN || i + 1 == count) {
            link_put(w, lengths, in * sizeof *lengths);
            in = 0;
        }
    }
    char bytes[8192];
    size_t n = 0;
    for (size_t i = 0; i < count && !w->r; i++) {
        struct str s = text_at(texts, i, stride);
        for (size_t k = 0, part; k < s.n; k += part) {
            part = s.n - k < sizeof bytes - n ? s.n - k : sizeof bytes - n;
            memcpy(bytes + n, s.p + k, part);
            n += part;
            if (n == sizeof bytes) {
                link_put(w, bytes, n);
                n = 0;
            }
        }
    }
    link_put(w, bytes, n);
}

const void *link_take(struct link_take *r, uint64_t n)
{
    uint64_t whole = (n + 7) / 8 * 8;
    if (r->bad || whole < n || whole > r->rest.n) {
        r->bad = true;
        return NULL;
    }
    const void *p = r->rest.p;
    r->rest = str_slice(r->rest, (size_t)whole, r->rest.n);
    return p;
}

struct str link_take_text(struct link_take *r, uint64_t n)
{
    const char *p = link_take(r, n);
    return p ? (struct str){p, (size_t)n} : (struct str){0};
}

void *link_take_array(struct link_take *r, uint64_t count, size_t size, uint64_t more)
{
    const void *p = count < COUNT_MOST && more < COUNT_MOST ? link_take(r, count * size) : NULL;
    if (!p) {
        r->bad = true;
        return NULL;
    }
    char *copy = arena_room(r->a, (size_t)(count + more + 1) * size);
    memcpy(copy, p, (size_t)count * size);
    memset(copy + count * size, 0, (size_t)(more + 1) * size);
    return copy;
}

void link_take_texts(struct link_take *r, uint64_t count, struct str *ret, size_t stride)
{
    /* Runs of lengths are whole multiples of 8 bytes but for the last: one array. */
    const char *lengths =
        link_take(r, count < COUNT_MOST ? count * sizeof(uint32_t) : UINT64_MAX);
    uint64_t total = 0;
    uint32_t n;
    for (uint64_t i = 0; lengths && i < count; i++) {
        memcpy(&n, lengths + i * sizeof n, sizeof n);
        total += n;
    }
    const char *p = total < TEXT_MOST ? link_take(r, total) : NULL;
    r->bad |= !p;
    for (uint64_t i = 0; i < count && !r->bad; i++) {
        memcpy(&n, lengths + i * sizeof n, sizeof n);
        *(struct str *)(void *)((char *)ret + i * stride) = (struct str){p, n};
        p += n;
    }
}
