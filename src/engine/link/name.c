/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Written text to folded words. What base/words makes of a code point is asked once and kept,
 * 256 code points at a time; on top of it stand the folds that only names want: apostrophes
 * join (O'Brien), й stays a letter, Ukrainian letters and hard signs become their Russian
 * neighbours, a lone hamza goes, Hebrew's final letters are the others.
 */
#include "engine/link/name.h"

#include "base/err.h"
#include "base/text.h"
#include "base/words.h"
#include "engine/link/name_parts.h"

#include <stdlib.h>

#define PAGE       256u
#define PAGE_COUNT (0x110000u / PAGE)

enum kind { BETWEEN, LETTER, PASSED, COMMA, BREVE };

struct glyph {
    unsigned char kind, n;
    char bytes[14];
};

struct link_namer {
    struct words *words;
    struct glyph *pages[PAGE_COUNT];
    unsigned char ascii[128]; /* the folded letter, or an enum kind */
};

struct seen {
    unsigned count;
    char bytes[3][16];
    size_t n[3];
};

static int see(void *context, struct str word, size_t begin, size_t end)
{
    struct seen *s = context;
    (void)begin;
    (void)end;
    if (s->count < 3 && word.n <= sizeof s->bytes[0]) {
        memcpy(s->bytes[s->count], word.p, word.n);
        s->n[s->count] = word.n;
    }
    s->count++;
    return 0;
}

static size_t encode(uint32_t cp, char *p)
{
    if (cp < 0x80) {
        p[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n; --i > 0; cp >>= 6)
        p[i] = (char)(0x80 | (cp & 0x3F));
    p[0] = (char)((0xF0u << (4 - n)) | cp);
    return n;
}

static void set(struct glyph *g, const char *bytes, size_t n)
{
    if (n > sizeof g->bytes)
        n = 0;
    g->kind = n ? LETTER : PASSED;
    g->n = (unsigned char)n;
    memcpy(g->bytes, bytes, n);
}

static bool is_apostrophe(uint32_t cp)
{
    return cp == '\'' || cp == '`' || cp == 0xB4 || (cp >= 0x2B9 && cp <= 0x2BF) ||
           cp == 0x2CA || cp == 0x2CB || (cp >= 0x2018 && cp <= 0x201B) || cp == 0x2032 ||
           cp == 0x5F3 || cp == 0x5F4 || cp == 0xFF07;
}

/* The folds of names that are not those of a search. */
static bool fold_own(struct glyph *g, uint32_t cp)
{
    static const struct {
        uint32_t from;
        const char *to;
    } folds[] = {
        {0x419, "й"}, {0x439, "й"}, {0x406, "и"}, {0x456, "и"}, {0x407, "и"}, {0x457, "и"},
        {0x404, "е"}, {0x454, "е"}, {0x490, "г"}, {0x491, "г"}, {0x42A, "ь"}, {0x44A, "ь"},
        {0x5DA, "כ"}, {0x5DD, "מ"}, {0x5DF, "נ"}, {0x5E3, "פ"}, {0x5E5, "צ"}, {0x621, ""},
        {0x671, "ا"}, {0xFE80, ""}, {0xDE, "th"}, {0xFE, "th"}, {0xD0, "d"},  {0xF0, "d"},
        {0x259, "a"}, {0x18F, "a"},
    };
    if (is_apostrophe(cp)) {
        g->kind = PASSED;
        return true;
    }
    if (cp == ',' || cp == 0x60C || cp == 0xFF0C || cp == 0x3001) {
        g->kind = COMMA;
        return true;
    }
    if (cp == 0x306) {
        g->kind = BREVE;
        return true;
    }
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++)
        if (folds[i].from == cp) {
            set(g, folds[i].to, strlen(folds[i].to));
            return true;
        }
    return false;
}

/* Between two letters, a code point is a letter (one word of three parts, or a word of its own),
 * passed over (one word of the two), or it parts them. */
static void learn_one(struct words *w, struct glyph *g, uint32_t cp)
{
    char text[8] = "z";
    struct seen seen = {0};
    if (fold_own(g, cp))
        return;
    size_t n = encode(cp, text + 1);
    text[1 + n] = 'z';
    (void)words_each(w, str_make(text, n + 2), see, &seen);
    if (seen.count == 1 && seen.n[0] >= 2)
        set(g, seen.bytes[0] + 1, seen.n[0] - 2);
    else if (seen.count == 3)
        set(g, seen.bytes[1], seen.n[1]);
    else
        g->kind = BETWEEN;
}

static struct glyph *learn(struct link_namer *n, uint32_t page)
{
    struct glyph *glyphs = calloc(PAGE, sizeof *glyphs);
    if (!glyphs)
        err_die("out of memory");
    for (uint32_t i = 0; i < PAGE; i++) {
        uint32_t cp = page * PAGE + i;
        if (cp >= 0xD800 && cp < 0xE000)
            continue; /* no code points; BETWEEN is 0 */
        learn_one(n->words, &glyphs[i], cp);
    }
    return n->pages[page] = glyphs;
}

struct link_namer *link_namer_new(void)
{
    struct link_namer *n = calloc(1, sizeof *n);
    if (!n)
        err_die("out of memory");
    n->words = words_new();
    for (uint32_t c = 0; c < 128; c++) {
        struct glyph g = {0};
        learn_one(n->words, &g, c);
        n->ascii[c] = g.kind == LETTER ? (unsigned char)g.bytes[0] : g.kind;
    }
    return n;
}

void link_namer_free(struct link_namer *n)
{
    if (!n)
        return;
    words_free(n->words);
    for (size_t i = 0; i < PAGE_COUNT; i++)
        free(n->pages[i]);
    free(n);
}

/* The word that is being read. */
struct open {
    struct link_namer *namer;
    char bytes[127];
    size_t n;
    bool comma;
    void (*close)(struct open *o, void *context);
    void *context;
};

static void close_word(struct open *o)
{
    if (o->n == 0)
        return;
    o->close(o, o->context);
    o->n = 0;
    o->comma = false;
}

static void put(struct open *o, const char *bytes, size_t n)
{
    if (o->n + n > sizeof o->bytes)
        return;
    memcpy(o->bytes + o->n, bytes, n);
    o->n += n;
}

static size_t step(struct open *o, struct str text, size_t at)
{
    size_t next;
    uint32_t cp = text_decode(text, at, &next);
    const struct glyph *page = o->namer->pages[cp / PAGE];
    if (!page)
        page = learn(o->namer, cp / PAGE);
    const struct glyph *g = &page[cp % PAGE];
    if (g->kind == LETTER)
        put(o, g->bytes, g->n);
    else if (g->kind == BREVE && o->n >= 2 && memcmp(o->bytes + o->n - 2, "и", 2) == 0)
        memcpy(o->bytes + o->n - 2, "й", 2);
    else if (g->kind == BETWEEN || g->kind == COMMA)
        close_word(o);
    if (g->kind == COMMA)
        o->comma = true;
    return next;
}

static void read_words(struct open *o, struct str text)
{
    for (size_t i = 0; i < text.n;) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x80) {
            i = step(o, text, i);
            continue;
        }
        unsigned char to = o->namer->ascii[c];
        i++;
        if (to >= '0') {
            if (o->n < sizeof o->bytes)
                o->bytes[o->n++] = (char)to;
        } else if (to != PASSED) {
            close_word(o);
            o->comma |= to == COMMA;
        }
    }
    close_word(o);
}

static void close_written(struct open *o, void *context)
{
    struct link_written *w = context;
    if (w->count == LINK_WORDS_MAX)
        return;
    struct link_found *f = &w->words[w->count];
    memcpy(f->text, o->bytes, o->n);
    f->text[o->n] = '\0';
    f->n = (uint8_t)o->n;
    f->part = LINK_ANY_PART;
    f->flags = 0;
    f->script = (uint8_t)link_script_of(str_make(o->bytes, o->n));
    w->comma[w->count++] = o->comma;
}

void link_written_read(struct link_namer *n, struct str name, struct link_written *ret)
{
    ret->count = 0;
    struct open o = {.namer = n, .close = close_written, .context = ret};
    read_words(&o, name);
}

struct text_out {
    struct buf *out;
    size_t start;
};

static void close_text(struct open *o, void *context)
{
    struct text_out *t = context;
    if (t->out->n > t->start)
        buf_add_char(t->out, ' ');
    buf_add(t->out, str_make(o->bytes, o->n));
}

void link_text_fold(struct link_namer *n, struct str text, struct buf *out)
{
    struct text_out t = {out, out->n};
    struct open o = {.namer = n, .close = close_text, .context = &t};
    read_words(&o, text);
}
