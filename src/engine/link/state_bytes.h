/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/state_bytes: arrays one behind the other, each filled up to a multiple of 8 bytes,
 * written piece by piece and taken again with bounds. What lies in them is not checked.
 */
#ifndef DEPONENT_ENGINE_LINK_STATE_BYTES_H
#define DEPONENT_ENGINE_LINK_STATE_BYTES_H

#include "base/arena.h"
#include "base/err.h"

struct link_put {
    int (*push)(void *context, const void *bytes, size_t n, struct err *err);
    void *context;
    struct err *err;
    int r; /* the first result that was not 0; nothing is pushed after it */
};
void link_put(struct link_put *w, const void *p, size_t n);
/* `count` texts at every `stride` bytes. */
void link_put_texts(struct link_put *w, const struct str *texts, size_t count, size_t stride);

struct link_take {
    struct str rest; /* begins at a multiple of 8 */
    struct arena *a;
    bool bad; /* past the end; everything is NULL or empty from then on */
};
/* The next n bytes, where they lie. */
const void *link_take(struct link_take *r, uint64_t n);
/* The same as text; empty past the end. */
struct str link_take_text(struct link_take *r, uint64_t n);
/* `count` items of `size`, copied, with room for `more`. */
void *link_take_array(struct link_take *r, uint64_t count, size_t size, uint64_t more);
/* Texts as link_put_texts put them; their bytes stay where they lie. */
void link_take_texts(struct link_take *r, uint64_t count, struct str *ret, size_t stride);

#endif
