/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/note: any bytes are refused with a sentence, or are the one form of a note whose
 * signature fits; any text that may stand in a note is opened again as it was, and no longer
 * after one byte of its note was changed.
 */
#include "base/text.h"
#include "fuzz.h"
#include "vault/seal/note.h"

static const struct str name = {"deponent-fuzz", 13};

static bool is_text(struct str s)
{
    if (s.n == 0 || s.p[s.n - 1] != '\n' || text_invalid_at(s) != STR_NONE)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n')
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct secret seed;
    static unsigned char key[SIGN_PUBLIC];
    if (!seed.p) {
        secret_init();
        secret_alloc(&seed, SIGN_SEED); /* zero: the same notes in every run */
        sign_public(&seed, key);
    }
    if (size > NOTE_MAX / 2)
        return 0;
    struct str in = fuzz_str(data, size), text = {0};
    struct err err = {0};
    unsigned char signature[SIGN_SIGNATURE];
    BUF_AUTO note;
    buf_init(&note, NOTE_MAX);
    int r = note_open(in, name, key, "it", &text, &err);
    must(r == 0 || ((r == ERR_INPUT || r == ERR_REFUSED) && err.kind == r && err.text[0]));
    if (r == 0) {
        sign_bytes(&seed, text, signature);
        note_print(&note, text, name, key, signature);
        must(str_eq(buf_str(&note), in));
    }
    buf_clear(&note);
    sign_bytes(&seed, in, signature);
    note_print(&note, in, name, key, signature);
    must((note_open(buf_str(&note), name, key, "it", &text, &err) == 0) == is_text(in));
    note.p[size % note.n] ^= 4;
    must(note_open(buf_str(&note), name, key, "it", &text, &err) != 0);
    return 0;
}
