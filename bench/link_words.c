/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link_people.h"

#include "base/hash.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- words -------------------------------------------------------------------------------- */

static void build_word(char word[WORD_BYTES], struct rng *r, unsigned least, unsigned most,
                       const char *const *endings, unsigned ending_count)
{
    static const char *const begin[] = {"b",  "br", "c",  "d",  "dr", "f",  "g", "gr", "h",
                                        "j",  "k",  "kl", "l",  "m",  "n",  "p", "pr", "r",
                                        "s",  "st", "sh", "t",  "tr", "v",  "w", "z",  "",
                                        "th", "ph", "sw", "fl", "qu", "ch", "sp"};
    static const char *const middle[] = {"a", "e", "i",  "o",  "u",  "a",  "e",
                                         "i", "o", "ai", "ea", "ou", "ie", "y"};
    static const char *const end[] = {"",  "",  "",   "",   "n",  "r",  "l",  "s",
                                      "m", "t", "nd", "rn", "ck", "ll", "ss", "rt"};
    unsigned syllables = least + (unsigned)rng_below(r, most - least + 1);
    size_t n = 0;
    for (unsigned i = 0; i < syllables; i++) {
        const char *parts[] = {begin[rng_below(r, sizeof begin / sizeof *begin)],
                               middle[rng_below(r, sizeof middle / sizeof *middle)],
                               end[rng_below(r, i + 1 < syllables ? 8 : 16)]};
        for (unsigned k = 0; k < 3; k++) {
            size_t more = strlen(parts[k]);
            memcpy(word + n, parts[k], more);
            n += more;
        }
    }
    word[n] = 0;
    if (ending_count)
        strcat(word, endings[rng_below(r, ending_count)]);
    word[0] = (char)(word[0] - 'a' + 'A');
}

void people_words_make(struct people_words *w, uint32_t count, uint64_t seed, unsigned least,
                       unsigned most, const char *const *endings, unsigned ending_count,
                       double flat, double steep)
{
    *w =
        (struct people_words){calloc(count, WORD_BYTES), calloc(count, sizeof *w->upto), count};
    uint32_t slots = 1;
    while (slots < count * 2)
        slots *= 2;
    uint32_t *table = calloc(slots, sizeof *table);
    struct rng r;
    rng_seed(&r, seed);
    double sum = 0;
    for (uint32_t k = 0; k < count; k++) {
        uint32_t slot;
        do { /* until it is one that the list does not have */
            build_word(w->text[k], &r, least, most, endings, ending_count);
            slot = (uint32_t)hash_bytes(str_of(w->text[k]), 0) & (slots - 1);
            while (table[slot] && strcmp(w->text[table[slot] - 1], w->text[k]) != 0)
                slot = (slot + 1) & (slots - 1);
        } while (table[slot]);
        table[slot] = k + 1;
        sum += pow(k + flat, -steep);
        w->upto[k] = sum;
    }
    for (uint32_t k = 0; k < count; k++)
        w->upto[k] /= sum;
    free(table);
}

void people_words_free(struct people_words *w)
{
    free(w->text);
    free(w->upto);
}

uint32_t people_words_choose(const struct people_words *w, struct rng *r)
{
    double u = rng_unit(r);
    uint32_t low = 0, high = w->count - 1;
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        if (w->upto[mid] > u)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

uint64_t people_shuffle(uint64_t i, uint64_t n, uint64_t key)
{
    unsigned half = 1;
    while ((uint64_t)1 << (2 * half) < n)
        half++;
    uint64_t low = ((uint64_t)1 << half) - 1;
    do {
        uint64_t a = i >> half, b = i & low;
        for (uint64_t round = 0; round < 4; round++) {
            uint64_t t = a ^ (hash_mix(b + round * 0x51ed27, key) & low);
            a = b;
            b = t;
        }
        i = a << half | b;
    } while (i >= n);
    return i;
}

/* --- errors ------------------------------------------------------------------------------- */

static char keyboard_neighbour(char c, struct rng *r)
{
    static const char *const rows[] = {"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"};
    bool upper = c >= 'A' && c <= 'Z';
    char small = upper ? (char)(c - 'A' + 'a') : c;
    for (unsigned i = 0; i < 4; i++) {
        const char *at = strchr(rows[i], small);
        if (!at || !*at)
            continue;
        size_t n = strlen(rows[i]), k = (size_t)(at - rows[i]);
        char found = k == 0                          ? rows[i][1]
                     : k + 1 == n || rng_below(r, 2) ? rows[i][k - 1]
                                                     : rows[i][k + 1];
        return upper ? (char)(found - 'a' + 'A') : found;
    }
    return c == 'e' ? 'r' : 'e';
}

/* Replaces one of the pairs that occurs in the word by its other half; false: none occurs. */
static bool exchange(char word[WORD_BYTES], const char *const (*pairs)[2], unsigned count,
                     struct rng *r)
{
    unsigned first = (unsigned)rng_below(r, 2 * count);
    for (unsigned k = 0; k < 2 * count; k++) {
        unsigned which = (first + k) % (2 * count);
        const char *from = pairs[which / 2][which % 2], *to = pairs[which / 2][1 - which % 2];
        char *at = word[0] ? strstr(word + 1, from) : NULL;
        size_t n = strlen(word), old = strlen(from), new = strlen(to);
        if (!at || n + new - old >= WORD_BYTES)
            continue;
        memmove(at + new, at + old, n - (size_t)(at - word) - old + 1);
        memcpy(at, to, new);
        return true;
    }
    return false;
}

static void double_letter(char word[WORD_BYTES], size_t n, struct rng *r)
{
    for (size_t i = 1; i < n; i++) {
        if (word[i] == word[i - 1]) {
            memmove(word + i, word + i + 1, n - i);
            return;
        }
    }
    size_t at = rng_below(r, n);
    memmove(word + at + 1, word + at, n - at + 1);
    if (at == 0 && word[1] >= 'A' && word[1] <= 'Z')
        word[1] = (char)(word[1] - 'A' + 'a');
}

void people_error_make(char word[WORD_BYTES], enum people_error kind, struct rng *r)
{
    static const char *const sounds[][2] = {
        {"ph", "f"}, {"ck", "k"}, {"ie", "y"},  {"ou", "u"}, {"ai", "ei"}, {"c", "k"},
        {"s", "z"},  {"th", "t"}, {"qu", "kw"}, {"v", "w"},  {"ea", "ee"}, {"sh", "sch"}};
    static const char *const looks[][2] = {{"rn", "m"}, {"l", "1"}, {"o", "0"}, {"i", "l"},
                                           {"u", "v"},  {"n", "h"}, {"e", "c"}, {"5", "s"}};
    size_t n = strlen(word);
    if (n < 2 || n + 4 > WORD_BYTES)
        return;
    size_t at = rng_below(r, n);
    switch (kind) {
    case PEOPLE_OMIT:
        memmove(word + at, word + at + 1, n - at);
        break;
    case PEOPLE_ADD:
        memmove(word + at + 1, word + at, n - at + 1);
        word[at + 1] = keyboard_neighbour(word[at], r);
        break;
    case PEOPLE_REPLACE:
        word[at] = keyboard_neighbour(word[at], r);
        break;
    case PEOPLE_TURN:
        at = at + 1 < n ? at : n - 2;
        if (word[at] == word[at + 1] && at)
            at--;
        word[at] ^= word[at + 1];
        word[at + 1] ^= word[at];
        word[at] ^= word[at + 1];
        break;
    case PEOPLE_SOUND:
        if (exchange(word, sounds, sizeof sounds / sizeof *sounds, r))
            break;
        double_letter(word, n, r);
        break;
    case PEOPLE_LOOK:
        if (exchange(word, looks, sizeof looks / sizeof *looks, r))
            break;
        double_letter(word, n, r);
        break;
    default:
        double_letter(word, n, r);
    }
}

struct people_date people_date_choose(struct rng *r, int first, int last)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct people_date d;
    d.year = first + (int)rng_below(r, (uint64_t)(last - first + 1));
    d.month = 1 + (int)rng_below(r, 12);
    bool leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
    d.day = 1 + (int)rng_below(r, (uint64_t)(days[d.month - 1] + (d.month == 2 && leap)));
    return d;
}

/* --- files -------------------------------------------------------------------------------- */

FILE *people_open(const char *folder, const char *name)
{
    char path[4096];
    FILE *f = NULL;
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) < sizeof path)
        f = fopen(path, "w");
    if (!f) {
        (void)fprintf(stderr, "link_people: cannot write %s/%s: %s\n", folder, name,
                      strerror(errno));
        exit(4);
    }
    return f;
}

void people_close(FILE *f)
{
    if (fclose(f) != 0) {
        (void)fprintf(stderr, "link_people: cannot write: %s\n", strerror(errno));
        exit(4);
    }
}
