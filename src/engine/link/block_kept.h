/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/block_kept: the keys of the blocks of many records as bytes, so that records that
 * are added later find their blocks without going through all.
 *
 * Guarantees: an added record meets whom the rules would have paired it with, as long as its keys
 * are not those of a heap (block_inside.h), of which it meets some; bytes that were changed give
 * an error or other pairs, never a number out of its range. The same bytes and people give the
 * same pairs. Does not: choose rules anew, or split blocks that grow.
 */
#ifndef DEPONENT_ENGINE_LINK_BLOCK_KEPT_H
#define DEPONENT_ENGINE_LINK_BLOCK_KEPT_H

#include "engine/link/block.h"
#include "engine/link/state_bytes.h"

void link_block_keep(const struct link_people *people, const struct link_rules *rules,
                     struct link_put *w);

struct link_block_kept;
/* `people` are those whose keys were kept, or more. The bytes stay where they lie. *ret_rules can
 * be printed, and nothing else. */
int link_block_kept_read(struct link_take *in, const struct link_people *people,
                         struct link_block_kept **ret, struct link_rules *ret_rules,
                         struct err *err) ERR_CHECKED;
/* Pairs of `added` with the kept records and with one another, each once. Its fields are
 * those of the kept people, by number. Record i of it is called first + i. */
void link_block_kept_find(const struct link_block_kept *k, const struct link_people *added,
                          uint32_t first, struct arena *a, struct link_candidate **ret,
                          size_t *ret_count);

#endif
