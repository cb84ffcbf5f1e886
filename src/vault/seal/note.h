/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/note: Ed25519 (RFC 8032) and signed notes (c2sp.org/signed-note): a text, an empty
 * line, and lines "— NAME BASE64", where the bytes are a four-byte key id and the signature of
 * the text with its last line feed.
 *
 * Parsing is exact: one form for each note, so that every changed byte is refused or is another
 * signature's business. Key id: the first four bytes of SHA-256(name, LF, 0x01, public key).
 */
#ifndef DEPONENT_VAULT_SEAL_NOTE_H
#define DEPONENT_VAULT_SEAL_NOTE_H

#include "base/buf.h"
#include "vault/seal/secret.h"

#define SIGN_PUBLIC    32
#define SIGN_SEED      32
#define SIGN_SIGNATURE 64
#define NOTE_MAX       ((size_t)64 << 10)
#define NOTE_NAME_MAX  128

/* A new key pair: the seed is the secret. */
void sign_keypair(struct secret *seed, unsigned char public_key[SIGN_PUBLIC]);
void sign_public(const struct secret *seed, unsigned char public_key[SIGN_PUBLIC]);
void sign_bytes(const struct secret *seed, struct str text,
                unsigned char signature[SIGN_SIGNATURE]);
/* Strict: canonical encodings only, no small-order keys (as libsodium checks). */
bool sign_check(const unsigned char public_key[SIGN_PUBLIC], struct str text,
                const unsigned char signature[SIGN_SIGNATURE]) ERR_CHECKED;

/* Adds the whole note to `out`: `text` ends with a line feed and holds no control characters
 * but line feeds. `name` has no white space and no '+'. */
void note_print(struct buf *out, struct str text, struct str name,
                const unsigned char public_key[SIGN_PUBLIC],
                const unsigned char signature[SIGN_SIGNATURE]);
/* The text of a note that holds exactly one signature, by this name and key. ERR_INPUT when it
 * is no such note, ERR_REFUSED when the signature does not fit; `what` names it in the sentence.
 * *ret_text borrows from `note`. */
int note_open(struct str note, struct str name, const unsigned char public_key[SIGN_PUBLIC],
              const char *what, struct str *ret_text, struct err *err) ERR_CHECKED;

#endif
