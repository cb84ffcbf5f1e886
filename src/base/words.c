/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a code point is and folds to is asked of utf8proc once and kept, 256 code points at a
 * time; the loop over the text only looks it up.
 */
#include "base/words.h"

#include "base/err.h"
#include "base/text.h"

#include <stdlib.h>
#include <utf8proc.h>

#define PAGE       256u
#define PAGE_COUNT (0x110000u / PAGE)

enum kind { BETWEEN, LETTER, SINGLE, MARK, PASSED };

struct fold {
    unsigned char kind, n;
    char bytes[14];
};

struct words {
    char ascii[128]; /* lower case, or 0 for what is between words */
    struct fold *pages[PAGE_COUNT];
};

struct range {
    uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t cp)
{
    for (size_t i = 0; i < count; i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return true;
    return false;
}

/* Written without spaces. */
static bool is_spaceless(uint32_t cp)
{
    static const struct range ranges[] = {
        {0x0E00, 0x0EFF}, /* Thai, Lao */
        {0x1000, 0x109F}, /* Myanmar */
        {0x1780, 0x17FF}, /* Khmer */
        {0x1950, 0x19DF}, /* Tai Le, New Tai Lue */
        {0x1A20, 0x1AAF}, /* Tai Tham */
        {0x2E80, 0x2FDF}, /* Han radicals */
        {0x3005, 0x3007}, /* Han iteration marks, zero */
        {0x3021, 0x3029}, /* Han numerals */
        {0x3040, 0x31FF}, /* kana, bopomofo; Hangul letters fold to others */
        {0x3400, 0x4DBF}, /* Han */
        {0x4E00, 0x9FFF},   {0xA9E0, 0xA9FF}, /* Myanmar */
        {0xAA60, 0xAA7F},   {0xF900, 0xFAFF}, /* Han */
        {0xFF66, 0xFF9F},                     /* half-width kana */
        {0x1AFF0, 0x1B16F},                   /* kana */
        {0x20000, 0x3FFFF},                   /* Han */
    };
    return is_in(ranges, sizeof ranges / sizeof *ranges, cp);
}

/* Marks that a searcher leaves out or types at will. */
static bool is_diacritic(uint32_t cp)
{
    static const struct range ranges[] = {
        {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05C7},   {0x0610, 0x061A},
        {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06ED},   {0x0711, 0x0711},
        {0x0730, 0x074A}, {0x08CA, 0x08FF}, {0x180B, 0x180F},   {0x1AB0, 0x1AFF},
        {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0x2DE0, 0x2DFF},   {0xA66F, 0xA67D},
        {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF},
    };
    return is_in(ranges, sizeof ranges / sizeof *ranges, cp);
}

static utf8proc_category_t category(uint32_t cp)
{
    return utf8proc_category((utf8proc_int32_t)cp);
}

static enum kind kind_of(uint32_t cp)
{
    switch (cp) {
    case 0x02BC: /* an apostrophe, though called a letter */
    case 0x200B: /* a space of no width */
        return BETWEEN;
    case 0x02BE: /* hamza and ain of transliterations */
    case 0x02BF:
    case 0x0640: /* Arabic letters drawn long */
        return PASSED;
    case 0xFF9E: /* half-width voicing marks, called letters */
    case 0xFF9F:
        return MARK;
    default:
        break;
    }
    switch (category(cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
        return is_spaceless(cp) ? SINGLE : LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NO:
        return LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
        return is_diacritic(cp) ? PASSED : MARK;
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
        return PASSED;
    default:
        return BETWEEN;
    }
}

/* Letters that no decomposition makes one. */
static uint32_t alike(uint32_t cp, uint32_t *ret_second)
{
    static const struct {
        uint32_t from, to, second;
    } pairs[] = {
        {0x00E6, 'a', 'e'},  {0x00F8, 'o', 0},    {0x0111, 'd', 0},    {0x0127, 'h', 0},
        {0x0131, 'i', 0},    {0x0142, 'l', 0},    {0x0153, 'o', 'e'},  {0x0167, 't', 0},
        {0x0629, 0x0647, 0}, {0x0649, 0x064A, 0}, {0x06A9, 0x0643, 0}, {0x06CC, 0x064A, 0},
    };
    *ret_second = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i].from == cp) {
            *ret_second = pairs[i].second;
            return pairs[i].to;
        }
    return cp;
}

/* Digits of a script stand in tens, in order. */
static uint32_t digit(uint32_t cp)
{
    uint32_t value = 0;
    while (value < 9 && category(cp - value - 1) == UTF8PROC_CATEGORY_ND)
        value++;
    return '0' + value;
}

static void put(struct fold *f, uint32_t cp)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)cp, bytes);
    if (n > 0 && f->n + (size_t)n <= sizeof f->bytes) {
        memcpy(f->bytes + f->n, bytes, (size_t)n);
        f->n = (unsigned char)(f->n + n);
    }
}

static void fold(struct fold *f, uint32_t cp)
{
    utf8proc_int32_t parts[32];
    int boundary = 0;
    f->kind = (unsigned char)kind_of(cp);
    if (f->kind == BETWEEN || f->kind == PASSED)
        return;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        (utf8proc_int32_t)cp, parts, 32,
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < 32; i++) {
        uint32_t part = (uint32_t)parts[i], second;
        enum kind kind = kind_of(part);
        if (kind == BETWEEN || kind == PASSED)
            continue;
        if (category(part) == UTF8PROC_CATEGORY_ND)
            part = digit(part);
        put(f, alike(part, &second));
        if (second)
            put(f, second);
    }
    if (f->n == 0)
        f->kind = PASSED;
}

static struct fold *learn(struct words *w, uint32_t page)
{
    struct fold *folds = calloc(PAGE, sizeof *folds);
    if (!folds)
        err_die("out of memory");
    for (uint32_t i = 0; i < PAGE; i++)
        fold(&folds[i], page * PAGE + i);
    return w->pages[page] = folds;
}

struct words *words_new(void)
{
    struct words *w = calloc(1, sizeof *w);
    if (!w)
        err_die("out of memory");
    for (int c = 0; c < 128; c++) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        w->ascii[c] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : letter ? c : 0);
    }
    return w;
}

void words_free(struct words *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < PAGE_COUNT; i++)
        free(w->pages[i]);
    free(w);
}

/* The word that is being read. */
struct open {
    char bytes[WORDS_MAX + 16];
    size_t n, begin, end;
    bool single; /* only marks may follow */
    int (*each)(void *context, struct str word, size_t begin, size_t end);
    void *context;
};

static int close_word(struct open *o)
{
    size_t n = o->n;
    o->n = 0;
    o->single = false;
    return n ? o->each(o->context, str_make(o->bytes, n), o->begin, o->end) : 0;
}

/* Two- and three-byte forms, which are nearly all there is; the rest goes to the careful one. */
static uint32_t decode(struct str s, size_t at, size_t *ret_next)
{
    const unsigned char *p = (const unsigned char *)s.p + at;
    if (s.n - at >= 2 && p[0] >= 0xC2 && p[0] < 0xE0 && (p[1] & 0xC0) == 0x80) {
        *ret_next = at + 2;
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3Fu);
    }
    return text_decode(s, at, ret_next);
}

static int step(struct words *w, struct open *o, struct str text, size_t at, size_t *ret_next)
{
    uint32_t cp = decode(text, at, ret_next);
    const struct fold *page = w->pages[cp / PAGE];
    if (!page)
        page = learn(w, cp / PAGE);
    const struct fold *f = &page[cp % PAGE];
    int r = 0;
    if (f->kind == BETWEEN)
        return close_word(o);
    if (f->kind == SINGLE || (o->single && f->kind == LETTER)) {
        r = close_word(o);
        o->single = f->kind == SINGLE;
    }
    if (f->kind == PASSED) {
        if (o->n)
            o->end = *ret_next;
        return r;
    }
    if (o->n == 0)
        o->begin = at;
    if (o->n + f->n <= WORDS_MAX) {
        memcpy(o->bytes + o->n, f->bytes, sizeof f->bytes);
        o->n += f->n;
    }
    o->end = *ret_next;
    return r;
}

int words_each(struct words *w, struct str text,
               int (*each)(void *context, struct str word, size_t begin, size_t end),
               void *context)
{
    struct open o = {.each = each, .context = context};
    int r = 0;
    for (size_t i = 0; i < text.n && !r;) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x80) {
            r = step(w, &o, text, i, &i);
            continue;
        }
        if (o.single || !w->ascii[c])
            r = close_word(&o);
        if (!w->ascii[c]) {
            i++;
            continue;
        }
        if (o.n == 0)
            o.begin = i;
        for (; i < text.n; i++) {
            c = (unsigned char)text.p[i];
            if (c >= 0x80 || !w->ascii[c])
                break;
            if (o.n < WORDS_MAX)
                o.bytes[o.n++] = w->ascii[c];
        }
        o.end = i;
    }
    return r ? r : close_word(&o);
}
