/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read: from published English text to proposed statements: who said what, how many,
 * when, on which terms, what was denied, what could not be verified.
 *
 * Guarantees: pure (text in, proposals out); linear time; the same text gives the same
 * proposals; spans lie inside the text, at character boundaries; names are never corrected.
 * Abstains rather than guesses. Does not: judge whether a statement is true, or read any other
 * language.
 *
 * The road of a document: token (words, sentences, paragraphs) -> page (language, furniture,
 * head date, reworded) -> number, date (figures, EDTF) -> quote (quotations) -> attribute (cues
 * to speaker and content) -> detail (name, role, via, terms, verification, when, where,
 * hedges).
 */
#ifndef DEPONENT_ENGINE_READ_H
#define DEPONENT_ENGINE_READ_H

#include "base/arena.h"
#include "base/err.h"
#include "model/proposal.h"

#define READ_MAX_BYTES (32u << 20)

struct read_options {
    struct str file;      /* name for the results */
    struct str published; /* EDTF reference date; p == NULL: a head line of the text, or none */
};

/* `text` is valid UTF-8 (text_check) of at most READ_MAX_BYTES and outlives the reading; all
 * memory comes from `a`. */
int read_document(struct arena *a, struct str text, const struct read_options *options,
                  struct reading *ret, struct err *err) ERR_CHECKED;

#endif
