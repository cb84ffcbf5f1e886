/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/people_state: people as bytes that can be kept, and read back with room for more.
 *
 * Guarantees: what is read back equals what was written; bytes that were changed or cut are an
 * error, or other people, but never a number out of its range. Numbers of records, tokens and
 * values stay when people are added; theirs come after. Does not: keep notes, or check that
 * texts are UTF-8.
 *
 * The form: state_bytes.h, little-endian.
 */
#ifndef DEPONENT_ENGINE_LINK_PEOPLE_STATE_H
#define DEPONENT_ENGINE_LINK_PEOPLE_STATE_H

#include "engine/link/people.h"
#include "engine/link/state_bytes.h"

/* People with what finds their texts again: the first so many tokens, and values of each field,
 * stand in the order in which link_people_make numbers them, by hash. */
struct link_people_kept {
    struct link_people people;
    uint32_t tokens_sorted, values_sorted[LINK_FIELDS_MAX];
};
/* Of people that link_people_make made; in another order they are found more slowly. */
void link_people_keep(const struct link_people *p, struct link_people_kept *ret);

void link_people_write(const struct link_people_kept *k, struct link_put *w);
/* With room for `added`, which may be NULL. Texts are borrowed from the bytes; arrays are in the
 * arena of `in`. */
int link_people_read(struct link_take *in, const struct link_people *added,
                     struct link_people_kept *ret, struct err *err) ERR_CHECKED;
/* Puts `added` behind those in `k`, which was read with room for it, or which had enough.
 * Lists of one name are one list; what `k` has no field for is left out. ERR_LIMIT. Texts of
 * `added` are borrowed. */
int link_people_add(struct link_people_kept *k, const struct link_people *added,
                    struct err *err) ERR_CHECKED;

#endif
