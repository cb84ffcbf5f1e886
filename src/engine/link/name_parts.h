/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/name_parts: what the files of engine/link/name share: the words of a written name before they are parts,
 * the canonical spelling behind a token, and the table of short forms (data/link).
 */
#ifndef DEPONENT_ENGINE_LINK_NAME_PARTS_H
#define DEPONENT_ENGINE_LINK_NAME_PARTS_H

#include "engine/link/name.h"

#define LINK_WORDS_MAX 24u /* of one written name; the rest is passed over */

struct link_written {
    struct link_found words[LINK_WORDS_MAX];
    bool comma[LINK_WORDS_MAX]; /* one stands before this word */
    size_t count;
};

void link_written_read(struct link_namer *n, struct str name, struct link_written *ret);

/* The spelling by which tokens are compared and keyed: the article off an Arabic word, one form
 * of what follows "abd", "mac" as "mc". At most sizeof link_found.text - 1 bytes into ret. */
struct str link_name_canonical(struct str text, char ret[128]);
/* Its letters as bytes of the small alphabet of its script, canonical; returns how many. */
size_t link_letters(struct str folded, uint8_t ret[LINK_TOKEN_LETTERS]);
enum link_script link_script_of(struct str text);
bool link_is_particle(struct str folded);

/* The classes of names of which this folded word is a form, usual one first; 0: none. */
#define LINK_FORMS_MAX 8u
struct link_form {
    uint16_t name; /* number of the name */
    bool full;     /* a spelling of it, not a short form */
};
size_t link_forms_of(struct str folded, struct link_form ret[LINK_FORMS_MAX]);
struct str link_form_name(uint16_t name);

/* Internal flag: the token is in the table of short forms. */
#define LINK_TOKEN_FORM 4u

#endif
