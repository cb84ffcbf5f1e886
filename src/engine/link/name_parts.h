/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/name_parts: what the files of engine/link/name share: the words of a written
 * name before they are parts, the canonical spelling behind a token, and the table of short
 * forms (data/link).
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
/* The same but with the article of an Arabic word left on. */
struct str link_name_spelling(struct str text, char ret[128]);
/* The byte of a letter in the alphabet of its script. */
static inline uint8_t link_letter_of(uint32_t cp)
{
    if (cp >= 'a' && cp <= 'z')
        return (uint8_t)(cp - 'a' + 1);
    if (cp >= '0' && cp <= '9')
        return (uint8_t)(cp - '0' + 27);
    if (cp >= 0x430 && cp < 0x450)
        return (uint8_t)(cp - 0x430 + 1);
    if (cp >= 0x620 && cp < 0x660)
        return (uint8_t)(cp - 0x620);
    if (cp >= 0x5D0 && cp <= 0x5EA)
        return (uint8_t)(cp - 0x5D0 + 1);
    switch (cp) {
    case 0x67E: /* the letters that Persian adds */
        return 65;
    case 0x686:
        return 66;
    case 0x698:
        return 67;
    case 0x6AF:
        return 68;
    case 0x6A4:
        return 69;
    default:
        return (uint8_t)(70 + cp % 180);
    }
}
/* Its letters as bytes of the small alphabet of its script, canonical; returns how many. With
 * *ret_article the two letters of the Arabic article stand before them, not counted. */
size_t link_letters(struct str folded, uint8_t ret[LINK_TOKEN_LETTERS + 2], bool *ret_article);
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

/* Internal flag: it is in the table of short forms. */
#define LINK_TOKEN_FORM 4u
/* Internal flag: the two letters before letters_at are its article. */
#define LINK_TOKEN_ARTICLE 8u

#endif
