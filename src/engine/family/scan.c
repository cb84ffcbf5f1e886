/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One pass over the raw bytes: words are hashed as they go by, names and numbers are kept as
 * elements of the skeleton. No tokens, no lists: this is what makes a hundred megabytes a
 * second possible. Invariants: nothing is read outside the text; memory does not grow with it
 * (elements are flushed in blocks, samples halve their limit when they fill).
 */
#include "base/hash.h"
#include "base/text.h"
#include "engine/family/parts.h"

#include <stdlib.h>

#define ELEMENT_BLOCK 32768u
#define SEEN_SLOTS    4096u
#define SEEN_PROBES   16u
#define WORD_KEPT     48u
#define FIRM_PRIOR    2u
#define PAIR_APART    3u
#define QUOTE_BYTES   6000u /* how far a closing mark is looked for */

enum byte_class {
    BYTE_OTHER,
    BYTE_LOWER,
    BYTE_UPPER,
    BYTE_DIGIT,
    BYTE_HIGH,
    BYTE_SPACE,
    BYTE_NEWLINE,
    BYTE_STOP, /* . ! ? */
    BYTE_QUOTE,
    BYTE_TICK /* ' ` */
};

struct element {
    uint32_t key;
    uint32_t word; /* its place among the words */
    uint32_t sentence;
    uint32_t place; /* among those outside quotation marks */
    uint8_t prior;
    bool quoted;
    bool first; /* of a sentence: a name only if it also stands inside one */
};

struct sample {
    uint64_t *items; /* gram << 32 | place: the words outside quotation marks before it */
    uint32_t count, cap, limit;
};

struct family_scratch {
    uint8_t classes[256];
    struct element *elements;
    uint32_t seen[SEEN_SLOTS];
    uint64_t skeleton_items[FAMILY_SKELETON_MAX * 2], word_items[FAMILY_WORDS_MAX * 2];
    uint64_t quoted_items[FAMILY_QUOTED_MAX * 2];
    uint64_t spare[FAMILY_WORDS_MAX * 2];
    uint32_t skeleton_grams[FAMILY_SKELETON_MAX], word_grams[FAMILY_WORDS_MAX];
    uint32_t quoted_grams[FAMILY_QUOTED_MAX];
};

struct scan {
    struct family_scratch *scratch;
    const struct family_common *common;
    struct str text;
    size_t element_count, carried;
    uint32_t word_at;
    struct sample skeleton, words, quotations;
    uint32_t word_count;
    bool sentence_first, abbreviated; /* the last word may be one: a dot ends no sentence */
    uint32_t sentence;
    size_t at, quote_end; /* the word that is read; what stands before quote_end is quoted */
    uint32_t before[2];   /* hashes of the two words before, 0 for none */
    bool before_quoted;
    bool before_name;
    uint8_t before_long[2]; /* whether they say something: four letters or more */
};

/* One word while it goes by. */
struct word {
    char folded[WORD_KEPT];
    size_t length; /* letters; the first WORD_KEPT of them are in `folded` */
    uint32_t hash;
    bool upper;
};

struct family_scratch *family_scratch_new(void)
{
    struct family_scratch *s = calloc(1, sizeof *s);
    struct element *elements = calloc(ELEMENT_BLOCK, sizeof *elements);
    if (!s || !elements)
        err_die("out of memory");
    s->elements = elements;
    for (int c = 0; c < 256; c++)
        s->classes[c] = c >= 0x80 ? BYTE_HIGH : BYTE_OTHER;
    for (int c = 0; c < 26; c++) {
        s->classes['a' + c] = BYTE_LOWER;
        s->classes['A' + c] = BYTE_UPPER;
    }
    for (int c = '0'; c <= '9'; c++)
        s->classes[c] = BYTE_DIGIT;
    s->classes[' '] = s->classes['\t'] = s->classes['\r'] = s->classes['\f'] = BYTE_SPACE;
    s->classes['\n'] = BYTE_NEWLINE;
    s->classes['.'] = s->classes['!'] = s->classes['?'] = BYTE_STOP;
    s->classes['"'] = BYTE_QUOTE;
    s->classes['\''] = s->classes['`'] = BYTE_TICK;
    return s;
}

void family_scratch_free(struct family_scratch *s)
{
    if (s)
        free(s->elements);
    free(s);
}

/* ---- samples ---- */

static void sample_halve(struct sample *s)
{
    s->limit /= 2;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->count; i++)
        if (s->items[i] >> 32 < s->limit)
            s->items[kept++] = s->items[i];
    s->count = kept;
}

static inline void sample_add(struct sample *s, uint64_t hash, uint32_t place, unsigned prior)
{
    uint32_t gram = (uint32_t)(hash >> 32) >> FAMILY_GRAM_BITS << FAMILY_GRAM_BITS;
    gram |= prior;
    if (gram >= s->limit)
        return;
    s->items[s->count++] = (uint64_t)gram << 32 | place;
    while (s->count == s->cap)
        sample_halve(s);
}

/* Sorted (radix, by bytes; stable) and without doubles, with the quarter filled in. */
static struct family_grams sample_finish(struct sample *s, uint64_t *spare, uint32_t max,
                                         uint32_t places, uint32_t *ret_items)
{
    while (s->count > max)
        sample_halve(s);
    uint64_t *from = s->items, *to = spare;
    for (unsigned shift = 32; shift < 64; shift += 8) {
        uint32_t starts[257] = {0};
        for (uint32_t i = 0; i < s->count; i++)
            starts[(from[i] >> shift & 255) + 1]++;
        for (int i = 0; i < 256; i++)
            starts[i + 1] += starts[i];
        for (uint32_t i = 0; i < s->count; i++)
            to[starts[from[i] >> shift & 255]++] = from[i];
        uint64_t *other = from;
        from = to;
        to = other;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t gram = (uint32_t)(s->items[i] >> 32), place = (uint32_t)s->items[i];
        uint64_t quarter = (uint64_t)place * 4 / ((uint64_t)places + 1);
        if (kept == 0 || FAMILY_GRAM_KEY(gram) != FAMILY_GRAM_KEY(ret_items[kept - 1]))
            ret_items[kept++] = gram | (uint32_t)quarter << 2;
    }
    return (struct family_grams){ret_items, kept, s->limit};
}

/* ---- the skeleton ---- */

static void seen_add(uint32_t *seen, uint32_t key)
{
    for (uint32_t k = 0; k < SEEN_PROBES; k++) {
        uint32_t *slot = &seen[(key + k) % SEEN_SLOTS];
        if (*slot == 0)
            *slot = key;
        if (*slot == key)
            return;
    }
}

static bool seen_has(const uint32_t *seen, uint32_t key)
{
    for (uint32_t k = 0; k < SEEN_PROBES; k++) {
        uint32_t slot = seen[(key + k) % SEEN_SLOTS];
        if (slot == key)
            return true;
        if (slot == 0)
            return false;
    }
    return false;
}

static bool is_quoted(const struct scan *s)
{
    return s->at < s->quote_end;
}

/* `apart`: how many elements b stands behind a. */
static void add_skeleton_gram(struct scan *s, const struct element *a, const struct element *b,
                              uint32_t apart)
{
    if (a->key == b->key || a->quoted || b->quoted || a->sentence != b->sentence)
        return;
    unsigned prior = (unsigned)a->prior + b->prior;
    prior = prior <= 2 ? 0 : prior - 2 > 3 ? 3 : prior - 2;
    if (b->word - a->word <= apart) /* the parts of one name come together by themselves */
        prior = 0;
    sample_add(&s->skeleton, hash_mix(a->key, b->key), b->place, prior);
}

/* The n-grams of the block: each element with the next three of its sentence, so that a damaged
 * or dropped name leaves the pairs around it whole. The last ones go with the next block. */
static void flush_elements(struct scan *s)
{
    struct element *e = s->scratch->elements;
    size_t kept = s->carried;
    for (size_t i = s->carried; i < s->element_count; i++) {
        if (e[i].first && !seen_has(s->scratch->seen, e[i].key))
            continue;
        e[kept] = e[i];
        for (uint32_t apart = 1; apart <= PAIR_APART && apart <= kept; apart++)
            add_skeleton_gram(s, &e[kept - apart], &e[kept], apart);
        kept++;
    }
    s->carried = kept < PAIR_APART ? kept : PAIR_APART;
    for (size_t i = 0; i < s->carried; i++)
        e[i] = e[kept - s->carried + i];
    s->element_count = s->carried;
}

static void add_element(struct scan *s, uint32_t key, enum family_prior prior, bool first)
{
    if (s->element_count == ELEMENT_BLOCK)
        flush_elements(s);
    s->scratch->elements[s->element_count++] = (struct element){
        key, s->word_at, s->sentence, s->word_count, (uint8_t)prior, is_quoted(s), first};
}

static char sound(char c)
{
    switch (c) {
    case 'c':
    case 'q':
        return 'k';
    case 'z':
        return 's';
    case 'v':
        return 'f';
    case 'j':
        return 'g';
    default:
        return c;
    }
}

uint32_t family_name_key(const char *folded, size_t n)
{
    uint32_t h = FAMILY_HASH_START;
    char last = 0;
    size_t taken = 0;
    for (size_t i = 0; i < n && taken < 4; i++) {
        char c = sound(folded[i]);
        if (i > 0 && (c == last || memchr("aeiouyhw", c, 8)))
            continue;
        h = family_hash_step(h, (unsigned char)c);
        last = c;
        taken++;
    }
    return h ? h : 1;
}

static uint32_t number_key(uint32_t h)
{
    h = (h ^ 0x4e554d42u) * 0x9e3779b1u;
    return h ? h : 1;
}

static uint32_t value_key(uint32_t value)
{
    char digits[12];
    int n = 0;
    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    uint32_t h = FAMILY_HASH_START;
    while (n > 0)
        h = family_hash_step(h, (unsigned char)digits[--n]);
    return number_key(h);
}

/* ---- words ---- */

/* Word 2- and 3-grams; those across the border of a quotation are left out. */
static void add_word_grams(struct scan *s, uint32_t hash, bool says, bool name)
{
    bool quoted = is_quoted(s);
    s->word_at++;
    s->word_count += !quoted;
    if (quoted != s->before_quoted)
        s->before[0] = s->before[1] = 0;
    s->before_quoted = quoted;
    struct sample *sample = quoted ? &s->quotations : &s->words;
    unsigned near = (unsigned)says + s->before_long[0];
    if (s->before[0] && near)
        sample_add(sample, hash_mix(s->before[0], hash), s->word_count, near);
    near += s->before_long[1];
    if (s->before[0] && s->before[1] && near)
        sample_add(sample, hash_mix(hash_mix(s->before[1], s->before[0]), hash ^ 0x33333333u),
                   s->word_count, near);
    /* A name between short words ("in Tresk on") outlives most rewording: of the skeleton. */
    if (s->before[0] && s->before[1] && s->before_name && !says && !s->before_long[1] &&
        !quoted)
        sample_add(&s->skeleton,
                   hash_mix(hash_mix(s->before[1], s->before[0]), hash ^ 0x55555555u),
                   s->word_count, FIRM_PRIOR);
    s->before_name = name;
    s->before[1] = s->before[0];
    s->before_long[1] = s->before_long[0];
    s->before[0] = hash;
    s->before_long[0] = says;
}

static void finish_word(struct scan *s, const struct word *w)
{
    uint32_t hash = w->hash ? w->hash : 1;
    bool first = s->sentence_first;
    add_word_grams(s, hash, w->length >= 4, w->upper && !first);
    s->sentence_first = false;
    s->abbreviated = w->upper && w->length <= 3;
    size_t kept = w->length < WORD_KEPT ? w->length : WORD_KEPT;
    if (w->upper) {
        int at = family_common_find(s->common, hash);
        if (at < 0 || s->common->priors[at] != PRIOR_STOP) {
            if (at >= 0 && s->common->numbers[at]) {
                add_element(s, value_key(s->common->numbers[at]), PRIOR_LOW, false);
                return;
            }
            uint32_t key = family_name_key(w->folded, kept);
            if (!first)
                seen_add(s->scratch->seen, key);
            add_element(s, key, at >= 0 ? s->common->priors[at] : PRIOR_HIGH, first);
        }
    } else if (w->length >= 3 && w->length <= 9 && memchr("tfsendh", w->folded[0], 7)) {
        int at = family_common_find(s->common, hash);
        if (at >= 0 && s->common->numbers[at])
            add_element(s, value_key(s->common->numbers[at]), PRIOR_LOW, false);
    }
}

static inline void word_add(struct word *w, unsigned char c)
{
    w->hash = family_hash_step(w->hash, c);
    if (w->length < WORD_KEPT)
        w->folded[w->length] = (char)c;
    w->length++;
}

/* A letter outside ASCII, folded to its base letter where it has one. */
static void word_add_high(struct word *w, struct str text, size_t at, size_t next)
{
    char bytes[32];
    struct buf fold;
    buf_init(&fold, sizeof bytes);
    text_fold(&fold, str_slice(text, at, next), false);
    for (size_t i = 0; i < fold.n; i++)
        word_add(w, (unsigned char)fold.p[i]);
    buf_free(&fold);
}

static bool is_letter_at(const struct scan *s, size_t i)
{
    if (i >= s->text.n)
        return false;
    uint8_t c = s->scratch->classes[(unsigned char)s->text.p[i]];
    return c == BYTE_LOWER || c == BYTE_UPPER;
}

/* From a letter to behind the word; inner apostrophes and the dots of "U.S." belong to it, a
 * possessive 's does not. */
static size_t scan_word(struct scan *s, size_t i)
{
    const unsigned char *p = (const unsigned char *)s->text.p;
    size_t n = s->text.n;
    struct word w;
    s->at = i;
    w.length = 0;
    w.hash = FAMILY_HASH_START;
    w.upper = false;
    while (i < n) {
        unsigned char c = p[i];
        uint8_t class = s->scratch->classes[c];
        if (class == BYTE_LOWER) {
            word_add(&w, c);
            i++;
        } else if (class == BYTE_UPPER) {
            w.upper |= w.length == 0;
            word_add(&w, c | 0x20u);
            i++;
        } else if (class == BYTE_HIGH) {
            size_t next;
            uint32_t cp = text_decode(s->text, i, &next);
            bool apostrophe = cp == 0x2019 && is_letter_at(s, next);
            if (apostrophe && (p[next] | 0x20) == 's' && !is_letter_at(s, next + 1)) {
                i = next + 1;
                break;
            }
            if (!apostrophe) {
                if (!text_is_letter(cp) && !(cp >= 0x300 && cp < 0x370))
                    break;
                w.upper |= w.length == 0 && text_is_upper(cp);
                word_add_high(&w, s->text, i, next);
            }
            i = next;
        } else if (c == '\'' && is_letter_at(s, i + 1)) {
            if ((p[i + 1] | 0x20) == 's' && !is_letter_at(s, i + 2)) {
                i += 2;
                break;
            }
            i++;
        } else if (c == '.' && w.length <= 3 && w.upper && is_letter_at(s, i + 1) &&
                   !is_letter_at(s, i + 2)) {
            i++; /* U.S. */
        } else {
            break;
        }
    }
    if (w.length)
        finish_word(s, &w);
    return i;
}

static size_t scan_number(struct scan *s, size_t i)
{
    const unsigned char *p = (const unsigned char *)s->text.p;
    const uint8_t *classes = s->scratch->classes;
    size_t n = s->text.n, digits = 0;
    uint32_t h = FAMILY_HASH_START;
    unsigned char first = p[i], second = i + 1 < n ? p[i + 1] : 0;
    s->at = i;
    for (; i < n; i++) {
        if (classes[p[i]] == BYTE_DIGIT) {
            h = family_hash_step(h, p[i]);
            digits++;
        } else if ((p[i] == ',' || p[i] == '.') && i + 1 < n &&
                   classes[p[i + 1]] == BYTE_DIGIT) {
            if (p[i] == '.')
                h = family_hash_step(h, '.');
        } else {
            break;
        }
    }
    while (is_letter_at(s, i)) /* 12th, 29km */
        i++;
    bool year =
        digits == 4 && ((first == '1' && second == '9') || (first == '2' && second == '0'));
    add_word_grams(s, h ? h : 1, digits >= 2, digits >= 2);
    add_element(s, number_key(h),
                digits <= 1           ? PRIOR_LOW
                : digits == 2 || year ? PRIOR_MIDDLE
                                      : PRIOR_HIGH,
                false);
    s->sentence_first = s->abbreviated = false;
    return i;
}

/* ---- marks ---- */

/* A straight mark opens a quotation behind space, and closes it elsewhere. */
static bool opens(const struct scan *s, size_t at)
{
    if (at == 0)
        return true;
    uint8_t class = s->scratch->classes[(unsigned char)s->text.p[at - 1]];
    char c = s->text.p[at - 1];
    return class == BYTE_SPACE || class == BYTE_NEWLINE || c == '(' || c == '[' || c == '-';
}

static bool ends_paragraph(const struct scan *s, size_t newline)
{
    size_t i = newline + 1;
    while (i < s->text.n &&
           (s->text.p[i] == ' ' || s->text.p[i] == '\r' || s->text.p[i] == '\t'))
        i++;
    return i >= s->text.n || s->text.p[i] == '\n';
}

static bool begins_paragraph(const struct scan *s, size_t i)
{
    while (i > 0 && (s->text.p[i - 1] == ' ' || s->text.p[i - 1] == '\t'))
        i--;
    return i == 0 || s->text.p[i - 1] == '\n';
}

enum mark { MARK_NONE, MARK_OPEN, MARK_CLOSE, MARK_PARAGRAPH, MARK_STOP };

/* What stands at i, as far as it matters to quotations of the one or the other kind. */
static enum mark mark_at(const struct scan *s, size_t i, bool single, size_t *ret_next)
{
    const char *p = s->text.p;
    *ret_next = i + 1;
    switch (s->scratch->classes[(unsigned char)p[i]]) {
    case BYTE_HIGH:
        switch (text_decode(s->text, i, ret_next)) {
        case 0x201C:
        case 0x00AB:
            return single ? MARK_NONE : MARK_OPEN;
        case 0x201D:
        case 0x00BB:
            return single ? MARK_NONE : MARK_CLOSE;
        case 0x2018:
            return single ? MARK_OPEN : MARK_NONE;
        case 0x2019:
            return single && !is_letter_at(s, *ret_next) ? MARK_CLOSE : MARK_NONE;
        default:
            return MARK_NONE;
        }
    case BYTE_QUOTE:
        return single ? MARK_NONE : opens(s, i) ? MARK_OPEN : MARK_CLOSE;
    case BYTE_TICK: /* ``as TeX does'' */
        if (i + 1 >= s->text.n || p[i + 1] != p[i])
            return MARK_NONE;
        *ret_next = i + 2;
        return single ? MARK_NONE : p[i] == '`' || opens(s, i) ? MARK_OPEN : MARK_CLOSE;
    case BYTE_NEWLINE:
        return ends_paragraph(s, i) ? MARK_PARAGRAPH : MARK_NONE;
    case BYTE_STOP:
        return i + 1 >= s->text.n || p[i + 1] == ' ' || p[i + 1] == '\n' ? MARK_STOP
                                                                         : MARK_NONE;
    default:
        return MARK_NONE;
    }
}

/* Where the quotation that opens at `mark` ends. One that is not closed before the next opens
 * or its paragraph ends has lost its closing mark, and goes to the end of its sentence; unless
 * it is the paragraph: speeches repeat the opening mark and close the last one only. Each scan
 * ends at the next mark, so all together are linear. */
static size_t find_quote_end(const struct scan *s, size_t mark, size_t from, bool single)
{
    size_t n = s->text.n - from < QUOTE_BYTES ? s->text.n : from + QUOTE_BYTES;
    size_t sentence = 0, next;
    for (size_t i = from; i < n; i = next) {
        switch (mark_at(s, i, single, &next)) {
        case MARK_CLOSE:
            return i;
        case MARK_OPEN:
            return sentence ? sentence : i;
        case MARK_PARAGRAPH:
            return sentence && !begins_paragraph(s, mark) ? sentence : i;
        case MARK_STOP:
            sentence = sentence ? sentence : next;
            break;
        case MARK_NONE:
            break;
        }
    }
    return sentence && !begins_paragraph(s, mark) ? sentence : n;
}

static void begin_sentence(struct scan *s)
{
    s->sentence_first = true;
    s->sentence++;
}

static size_t scan_mark(struct scan *s, size_t i)
{
    size_t next;
    bool single = false;
    enum mark mark = mark_at(s, i, false, &next);
    if (mark == MARK_NONE) {
        mark = mark_at(s, i, true, &next);
        single = true;
    }
    switch (mark) {
    case MARK_OPEN:
        if (i >= s->quote_end)
            s->quote_end = find_quote_end(s, i, next, single);
        s->sentence_first = true;
        break;
    case MARK_PARAGRAPH:
        begin_sentence(s);
        break;
    case MARK_STOP:
        if (s->text.p[i] != '.' || !s->abbreviated)
            begin_sentence(s);
        break;
    case MARK_CLOSE:
    case MARK_NONE:
        break;
    }
    return next;
}

static void scan_bytes(struct scan *s)
{
    const unsigned char *p = (const unsigned char *)s->text.p;
    const uint8_t *classes = s->scratch->classes;
    size_t i = 0, n = s->text.n;
    while (i < n) {
        uint8_t class = classes[p[i]];
        if (class == BYTE_SPACE || class == BYTE_OTHER) {
            i++;
        } else if (class == BYTE_LOWER || class == BYTE_UPPER) {
            i = scan_word(s, i);
        } else if (class == BYTE_DIGIT) {
            i = scan_number(s, i);
        } else {
            size_t next = i + 1;
            if (class == BYTE_HIGH && text_is_letter(text_decode(s->text, i, &next)))
                i = scan_word(s, i);
            else
                i = scan_mark(s, i);
        }
    }
}

void family_scan(struct family_scratch *scratch, const struct family_common *common,
                 struct str text, struct family_sketch *ret)
{
    struct scan s = {
        .scratch = scratch,
        .common = common,
        .text = text,
        .skeleton = {scratch->skeleton_items, 0, FAMILY_SKELETON_MAX * 2, UINT32_MAX},
        .words = {scratch->word_items, 0, FAMILY_WORDS_MAX * 2, UINT32_MAX},
        .quotations = {scratch->quoted_items, 0, FAMILY_QUOTED_MAX * 2, UINT32_MAX},
        .sentence_first = true,
    };
    memset(scratch->seen, 0, sizeof scratch->seen);
    scan_bytes(&s);
    flush_elements(&s);
    *ret = (struct family_sketch){
        .digest = hash_bytes(text, 0),
        .words = s.word_count,
        .skeleton = sample_finish(&s.skeleton, scratch->spare, FAMILY_SKELETON_MAX,
                                  s.word_count, scratch->skeleton_grams),
        .grams = sample_finish(&s.words, scratch->spare, FAMILY_WORDS_MAX, s.word_count,
                               scratch->word_grams),
        .quoted = sample_finish(&s.quotations, scratch->spare, FAMILY_QUOTED_MAX, s.word_count,
                                scratch->quoted_grams),
    };
}
