/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/charset: which character set a text of unknown origin is in, and that text as UTF-8.
 *
 * Found out: UTF-8 and UTF-16 (by their marks, by their form), and when the bytes are neither,
 * the single-byte set in which the letters make the likeliest words: Windows 1250 (Central
 * Europe), 1251 (Cyrillic), 1252 (Western, with Latin-1), 1254 (Turkish), 1256 (Arabic),
 * KOI8-U (with KOI8-R) and code page 866. The last is a guess from frequencies of letters and
 * their neighbours, which few letters can mislead: whoever asks tells the person what it was.
 *
 * Does not: guess between sets of one script by language, or read East Asian sets.
 */
#ifndef DEPONENT_BASE_CHARSET_H
#define DEPONENT_BASE_CHARSET_H

#include "base/buf.h"

enum charset {
    CHARSET_UTF8,
    CHARSET_UTF16LE,
    CHARSET_UTF16BE,
    CHARSET_CP1250,
    CHARSET_CP1251,
    CHARSET_CP1252,
    CHARSET_CP1254,
    CHARSET_CP1256,
    CHARSET_KOI8U,
    CHARSET_CP866,
    CHARSET_COUNT
};

/* What was seen of a text so far. */
struct charset_look {
    uint64_t bytes;
    uint8_t head[3];
    uint64_t zeros[2]; /* NUL bytes at even and odd places */
    uint64_t first_zero;
    uint64_t well, ill; /* UTF-8: longer sequences, and bytes that belong to none */
    uint64_t first_ill; /* place of the first such byte */
    bool line_feed, carriage_return; /* is there one? The second only before the first */
    uint8_t state, low, high;        /* inside a sequence: bytes to come, range of the next */
    uint8_t last;
    uint32_t pairs[256][256]; /* of neighbouring bytes, where one is not ASCII */
};

/* A new look; charset_look_free(NULL) is nothing. */
struct charset_look *charset_look_new(void);
void charset_look_free(struct charset_look *l);
/* The next piece of the text. */
void charset_look_add(struct charset_look *l, struct str bytes);
/* At its end. A text that is UTF-8 but for a few bytes is CHARSET_UTF8 all the same, and
 * ill > 0: better named than guessed. */
enum charset charset_decide(const struct charset_look *l);
const char *charset_name(enum charset c);

/* Adds the text as UTF-8; of a piece that ends inside a character, *ret_used says how much was
 * taken, and `last` that nothing follows. UTF-8 passes as it is. A byte order mark is kept
 * (U+FEFF). ERR_INPUT for half a pair or a byte too many in UTF-16, with its place in `bytes`
 * in *ret_used; bytes that a single-byte set does not use are U+FFFD. */
int charset_convert(enum charset c, struct str bytes, bool last, struct buf *out,
                    size_t *ret_used, struct err *err) ERR_CHECKED;

#endif
