/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/link_state: a linked set that is kept in a file, to which records are added without doing
 * it all again (deponent-link-state(5)).
 *
 * The file is a base, written whole when the set is linked, and behind it a piece for each time
 * records or verdicts were added: what was added, and the pairs that were found. Added records
 * find their blocks by the keys that the base keeps, are compared as the base was, scored by its
 * model, and only the clusters they touch are made anew.
 *
 * Guarantees: mode 0600; what is read is checked, and bounded by the size of the file; a piece
 * that was not written whole is as if it had never been begun. Does not: fit the model or choose
 * rules again; the original cells are kept only of added records.
 */
#ifndef DEPONENT_WORK_LINK_STATE_H
#define DEPONENT_WORK_LINK_STATE_H

#include "engine/link/block_kept.h"
#include "engine/link/people_state.h"
#include "work/link_out.h"

#define LINK_STATE_BYTES ((size_t)6 << 30) /* of a file */

struct link_state;

/* Begins the base among the outputs, of a set that was linked. */
int link_state_write(const struct work_link *w, struct work_link_outputs *o,
                     struct err *err) ERR_CHECKED;
/* Opens w->options->state, adds the lists, which may be none, and the labels, and makes w as
 * work_link_run does. Nothing is written yet. */
int link_state_add(struct work_link *w, const char *const *paths, size_t count,
                   struct err *err) ERR_CHECKED;
/* Puts what was added behind the base; synced. */
int link_state_commit(struct work_link *w, struct err *err) ERR_CHECKED;
void link_state_free(struct link_state *s);

/* Of a set from a state: what record i is called, and which record that is. */
struct str link_state_name(const struct work_link *w, uint32_t i,
                           char room[LINK_LOAD_NAME_MAX]);
bool link_state_find(const struct work_link *w, struct str name, uint32_t *ret);
/* Records that were added now. */
uint32_t link_state_added(const struct work_link *w);

/* The bytes of a state, for tests: everything but the lists that are added. */
int link_state_check(struct str bytes, struct arena *a, struct err *err) ERR_CHECKED;
/* The bytes of a base in a frame that fits: for tests that change them. */
void link_state_mend(struct str bytes, struct buf *out);

#endif
