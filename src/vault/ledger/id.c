/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/ledger/id.h"

#include "vault/seal/secret.h"

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

struct id id_new(void)
{
    struct id id = {{0}};
    random_bytes(id.b, sizeof id.b);
    return id;
}

/* 130 bits hold the 128, big-endian: the first character stands for three bits. */
struct str id_print(struct arena *a, struct id id)
{
    char *text = ARENA_NEW(a, ID_TEXT + 1, char);
    id_text(id, text);
    return str_make(text, ID_TEXT);
}

void id_text(struct id id, char out[ID_TEXT + 1])
{
    unsigned held = 0, bits = 2; /* two leading zeros */
    size_t at = 0;
    for (size_t i = 0; i < ID_SIZE; i++) {
        held = (held << 8 | id.b[i]) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5)
            out[at++] = digits[held >> (bits - 5) & 31];
    }
    out[at] = '\0';
}

static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    if (c == 'i' || c == 'l')
        return 1;
    if (c == 'o')
        return 0;
    const char *found = c ? strchr(digits, c) : NULL;
    return found ? (int)(found - digits) : -1;
}

bool id_parse(struct str s, struct id *ret)
{
    if (s.n != ID_TEXT || digit_of(s.p[0]) > 7)
        return false;
    struct id id = {0};
    unsigned held = 0, bits = 0;
    size_t at = 0;
    for (size_t i = 0; i < s.n; i++) {
        int digit = digit_of(s.p[i]);
        if (digit < 0)
            return false;
        held = (held << 5 | (unsigned)digit) & 0xfff;
        bits += i == 0 ? 3 : 5;
        if (bits >= 8) {
            bits -= 8;
            id.b[at++] = (unsigned char)(held >> bits);
        }
    }
    *ret = id;
    return true;
}
