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

/* One more than the value of each character, 0 of others: asked millions of times. */
static const unsigned char values[256] = {
    ['0'] = 1,  ['o'] = 1,  ['O'] = 1,  ['1'] = 2,  ['i'] = 2,  ['I'] = 2,  ['l'] = 2,
    ['L'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['A'] = 11, ['b'] = 12, ['B'] = 12, ['c'] = 13,
    ['C'] = 13, ['d'] = 14, ['D'] = 14, ['e'] = 15, ['E'] = 15, ['f'] = 16, ['F'] = 16,
    ['g'] = 17, ['G'] = 17, ['h'] = 18, ['H'] = 18, ['j'] = 19, ['J'] = 19, ['k'] = 20,
    ['K'] = 20, ['m'] = 21, ['M'] = 21, ['n'] = 22, ['N'] = 22, ['p'] = 23, ['P'] = 23,
    ['q'] = 24, ['Q'] = 24, ['r'] = 25, ['R'] = 25, ['s'] = 26, ['S'] = 26, ['t'] = 27,
    ['T'] = 27, ['v'] = 28, ['V'] = 28, ['w'] = 29, ['W'] = 29, ['x'] = 30, ['X'] = 30,
    ['y'] = 31, ['Y'] = 31, ['z'] = 32, ['Z'] = 32,
};

static int digit_of(char c)
{
    return values[(unsigned char)c] - 1;
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
