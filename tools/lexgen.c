/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lexgen: turns the readable word lists in data/lexicon into C tables.
 *
 *   lexgen OUT.h OUT.c LIST.txt …
 *
 * A list holds classes and words: "[class]" opens a class (it may be opened again in another
 * list), the lines behind it hold words separated by blanks, "_" joins the words of a phrase,
 * "#" starts a comment. Words are lower case.
 *
 * "[verb:class]" holds verbs by their base form and enters every form of them, also into
 * v_base, v_s, v_ing, v_past, v_part; "admit+" doubles its last letter; forms that no rule
 * gives stand in "[irregular]" as base:past:participle, before their verb. "[noun:class]"
 * enters the singular and the plural, also into n_one and n_many ("child:children" where no
 * rule gives it). A phrase is inflected in its first word.
 *
 * "word=7" and "some_phrase=XYZ" give a value: a number, or up to four capitals packed into
 * one. A word has one value in all its classes.
 */
#include "base/hash.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_CLASSES 512
#define MAX_WORDS   65536
#define MAX_PHRASES 16384
#define PHRASE_MAX  8
#define CLASS_WORDS (MAX_CLASSES / 64)

struct word {
    char *text;
    int value;
    uint64_t classes[CLASS_WORDS];
};

struct phrase {
    unsigned count, class_id;
    int value;
    unsigned words[PHRASE_MAX];
};

static char *class_names[MAX_CLASSES];
static unsigned class_count;
static struct word words[MAX_WORDS]; /* from 1 */
static unsigned word_count = 1;
static struct phrase phrases[MAX_PHRASES];
static unsigned phrase_count;
static unsigned table[MAX_WORDS * 4];
static unsigned table_size = MAX_WORDS * 4;

static void fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "lexgen: %s:%d: %s\n", file, line, what);
    exit(1);
}

static unsigned class_of(const char *name)
{
    for (unsigned i = 0; i < class_count; i++)
        if (strcmp(class_names[i], name) == 0)
            return i;
    if (class_count == MAX_CLASSES)
        fail(name, 0, "too many classes");
    class_names[class_count] = strdup(name);
    return class_count++;
}

static unsigned word_of(const char *text)
{
    uint64_t h = hash_bytes(str_of(text), 0);
    unsigned slot = (unsigned)(h % table_size);
    while (table[slot]) {
        if (strcmp(words[table[slot]].text, text) == 0)
            return table[slot];
        slot = (slot + 1) % table_size;
    }
    if (word_count == MAX_WORDS)
        fail(text, 0, "too many words");
    words[word_count].text = strdup(text);
    table[slot] = word_count;
    return word_count++;
}

static int value_of(const char *text, const char *file, int line)
{
    if (*text >= 'A' && *text <= 'Z') {
        int v = 0;
        for (int n = 0; *text; text++, n++) {
            if (n == 4 || *text < 'A' || *text > 'Z')
                fail(file, line, "a value has up to four capitals");
            v = v << 8 | *text;
        }
        return v;
    }
    char *end;
    long v = strtol(text, &end, 10);
    if (end == text || *end || v < -1000000000 || v > 1000000000)
        fail(file, line, "a value is a number or capitals");
    return (int)v;
}

static void add_entry(char *text, unsigned class_id, const char *file, int line)
{
    char *equals = strchr(text, '=');
    int value = 0;
    if (equals && equals > text && equals[1]) {
        *equals = '\0';
        value = value_of(equals + 1, file, line);
    }
    if (!strchr(text, '_')) {
        struct word *w = &words[word_of(text)];
        w->classes[class_id / 64] |= (uint64_t)1 << (class_id % 64);
        if (value && w->value && w->value != value)
            fail(file, line, "a word with two values");
        if (value)
            w->value = value;
        return;
    }
    if (phrase_count == MAX_PHRASES)
        fail(file, line, "too many phrases");
    struct phrase *p = &phrases[phrase_count++];
    p->class_id = class_id;
    p->value = value;
    char *save = NULL;
    for (char *w = strtok_r(text, "_", &save); w; w = strtok_r(NULL, "_", &save)) {
        if (p->count == PHRASE_MAX)
            fail(file, line, "phrase too long");
        p->words[p->count++] = word_of(w);
    }
}

static char *irregulars[1024];
static unsigned irregular_count;

static bool vowel(char c)
{
    return strchr("aeiou", c) != NULL;
}

/* base + tail after the spelling rules: dropped e, doubled letter, y to i, sibilant + es. */
static void spell(char *out, size_t size, const char *base, bool twice, const char *tail)
{
    size_t n = strlen(base);
    char last = n ? base[n - 1] : 'x', before = n > 1 ? base[n - 2] : 'x';
    if (strcmp(tail, "s") == 0) {
        bool hiss = strchr("sxz", last) || (last == 'h' && strchr("cs", before)) ||
                    (last == 'o' && !vowel(before));
        if (last == 'y' && !vowel(before))
            snprintf(out, size, "%.*sies", (int)n - 1, base);
        else
            snprintf(out, size, "%s%s", base, hiss ? "es" : "s");
    } else if (twice) {
        snprintf(out, size, "%s%c%s", base, last, tail);
    } else if (tail[0] == 'e' && last == 'y' && !vowel(before)) {
        snprintf(out, size, "%.*sied", (int)n - 1, base);
    } else if (tail[0] == 'i' && last == 'e' && before == 'i') {
        snprintf(out, size, "%.*sying", (int)n - 2, base);
    } else if (last == 'e' && (tail[0] == 'e' || (before != 'e' && before != 'o'))) {
        snprintf(out, size, "%.*s%s", (int)n - 1, base, tail);
    } else {
        snprintf(out, size, "%s%s", base, tail);
    }
}

/* Enters one form of an inflected entry into its own class and into the class of the form. */
static void add_form(const char *form, const char *rest, const char *form_class,
                     unsigned class_id, const char *file, int line)
{
    char whole[256];
    snprintf(whole, sizeof whole, "%s%s", form, rest);
    add_entry(whole, class_id, file, line);
    char alone[256];
    snprintf(alone, sizeof alone, "%s", form);
    add_entry(alone, class_of(form_class), file, line);
}

static void add_verb(const char *entry, unsigned class_id, const char *file, int line)
{
    char base[128], form[160], past[160], part[160];
    size_t n = strcspn(entry, "_");
    const char *rest = entry + n;
    bool twice = n && entry[n - 1] == '+';
    snprintf(base, sizeof base, "%.*s", (int)(twice ? n - 1 : n), entry);
    spell(past, sizeof past, base, twice, "ed");
    strcpy(part, past);
    for (unsigned i = 0; i < irregular_count; i++) {
        const char *colon = strchr(irregulars[i], ':');
        if (!colon || (size_t)(colon - irregulars[i]) != strlen(base) ||
            strncmp(irregulars[i], base, strlen(base)) != 0)
            continue;
        if (sscanf(colon + 1, "%127[^:]:%127s", past, part) < 2)
            fail(file, line, "an irregular verb is base:past:participle");
    }
    add_form(base, rest, "v_base", class_id, file, line);
    spell(form, sizeof form, base, false, "s");
    add_form(strcmp(base, "have") == 0 ? "has" : form, rest, "v_s", class_id, file, line);
    spell(form, sizeof form, base, twice, "ing");
    add_form(form, rest, "v_ing", class_id, file, line);
    add_form(past, rest, "v_past", class_id, file, line);
    add_form(part, rest, "v_part", class_id, file, line);
}

static void add_noun(const char *entry, unsigned class_id, const char *file, int line)
{
    char one[128], many[160];
    size_t n = strcspn(entry, "_");
    const char *colon = memchr(entry, ':', n);
    snprintf(one, sizeof one, "%.*s", (int)(colon ? (size_t)(colon - entry) : n), entry);
    if (colon)
        snprintf(many, sizeof many, "%.*s", (int)(entry + n - colon - 1), colon + 1);
    else
        spell(many, sizeof many, one, false, "s");
    add_form(one, entry + n, "n_one", class_id, file, line);
    add_form(many, entry + n, "n_many", class_id, file, line);
}

static void read_list(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f)
        fail(path, 0, "cannot open");
    char line[4096];
    int number = 0, class_id = -1;
    enum { PLAIN, VERBS, NOUNS, IRREGULAR } shape = PLAIN;
    while (fgets(line, sizeof line, f)) {
        number++;
        char *comment = strchr(line, '#');
        if (comment)
            *comment = '\0';
        char *save = NULL;
        for (char *w = strtok_r(line, " \t\r\n", &save); w;
             w = strtok_r(NULL, " \t\r\n", &save)) {
            if (w[0] == '[') {
                w[strcspn(w, "]")] = '\0';
                shape = strncmp(w, "[verb:", 6) == 0   ? VERBS
                        : strncmp(w, "[noun:", 6) == 0 ? NOUNS
                        : strcmp(w, "[irregular") == 0 ? IRREGULAR
                                                       : PLAIN;
                class_id = shape == IRREGULAR ? 0 : (int)class_of(shape ? w + 6 : w + 1);
            } else if (class_id < 0) {
                fail(path, number, "a word before the first [class]");
            } else if (shape == IRREGULAR) {
                if (irregular_count == sizeof irregulars / sizeof irregulars[0])
                    fail(path, number, "too many irregular verbs");
                irregulars[irregular_count++] = strdup(w);
            } else if (shape == VERBS) {
                add_verb(w, (unsigned)class_id, path, number);
            } else if (shape == NOUNS) {
                add_noun(w, (unsigned)class_id, path, number);
            } else {
                add_entry(w, (unsigned)class_id, path, number);
            }
        }
    }
    fclose(f);
}

static int by_first_then_longest(const void *a, const void *b)
{
    const struct phrase *p = a, *q = b;
    if (p->words[0] != q->words[0])
        return p->words[0] < q->words[0] ? -1 : 1;
    if (p->count != q->count)
        return p->count > q->count ? -1 : 1;
    int c = memcmp(p->words, q->words, sizeof p->words);
    return c ? c : (p->class_id > q->class_id) - (p->class_id < q->class_id);
}

static void write_header(const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f)
        fail(path, 0, "cannot create");
    fprintf(f, "/* Made by lexgen from data/lexicon. */\n#ifndef LEXICON_CLASSES_H\n"
               "#define LEXICON_CLASSES_H\nenum lex_class {\n");
    for (unsigned i = 0; i < class_count; i++) {
        fprintf(f, "    LEX_");
        for (const char *c = class_names[i]; *c; c++)
            fputc(isalnum((unsigned char)*c) ? toupper((unsigned char)*c) : '_', f);
        fprintf(f, ",\n");
    }
    fprintf(f, "    LEX_COUNT\n};\n#define LEXICON_CLASS_WORDS %u\n#endif\n",
            (class_count + 63) / 64);
    fclose(f);
}

static void write_set(FILE *f, const uint64_t *set, unsigned used)
{
    for (unsigned k = 0; k < used; k++)
        fprintf(f, "0x%llxu,", (unsigned long long)set[k]);
}

static void write_tables(const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f)
        fail(path, 0, "cannot create");
    unsigned size = 64;
    while (size < word_count * 2)
        size *= 2;
    unsigned *slots = calloc(size, sizeof *slots);
    if (!slots)
        fail(path, 0, "out of memory");
    for (unsigned i = 1; i < word_count; i++) {
        unsigned at = (unsigned)(hash_bytes(str_of(words[i].text), 0) & (size - 1));
        while (slots[at])
            at = (at + 1) & (size - 1);
        slots[at] = i;
    }
    qsort(phrases, phrase_count, sizeof *phrases, by_first_then_longest);
    fprintf(f, "/* Made by lexgen from data/lexicon. */\n#include \"engine/read/lexicon.h\"\n");
    fprintf(f, "const uint32_t lexicon_word_count = %u;\n", word_count);
    fprintf(f, "const uint32_t lexicon_slot_count = %u;\nconst uint32_t lexicon_slots[] = {",
            size);
    for (unsigned i = 0; i < size; i++)
        fprintf(f, "%s%u,", i % 16 ? "" : "\n", slots[i]);
    unsigned used = (class_count + 63) / 64;
    fprintf(f, "};\nconst struct lexicon_word lexicon_words[] = {\n{\"\", 0, 0, 0, 0, {0}},\n");
    unsigned next = 0;
    for (unsigned i = 1; i < word_count; i++) {
        unsigned first = 0, count = 0;
        /* phrases are sorted by the id of their first word */
        while (next < phrase_count && phrases[next].words[0] < i)
            next++;
        first = next;
        while (next < phrase_count && phrases[next].words[0] == i)
            next++, count++;
        fprintf(f, "{\"%s\", %zu, %u, %u, %d, {", words[i].text, strlen(words[i].text), first,
                count, words[i].value);
        write_set(f, words[i].classes, used);
        uint64_t opens[CLASS_WORDS] = {0};
        for (unsigned k = first; k < first + count; k++)
            opens[phrases[k].class_id / 64] |= (uint64_t)1 << (phrases[k].class_id % 64);
        fprintf(f, "}, {");
        write_set(f, opens, used);
        fprintf(f, "}},\n");
    }
    fprintf(f, "};\nconst struct lexicon_phrase lexicon_phrases[] = {\n");
    for (unsigned i = 0; i < phrase_count; i++) {
        fprintf(f, "{%u, %u, %d, {", phrases[i].class_id, phrases[i].count, phrases[i].value);
        for (unsigned k = 0; k < phrases[i].count; k++)
            fprintf(f, "%u,", phrases[i].words[k]);
        fprintf(f, "}},\n");
    }
    fprintf(f, "{0, 0, 0, {0}}};\n");
    free(slots);
    fclose(f);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: lexgen OUT.h OUT.c LIST.txt ...\n");
        return 2;
    }
    for (int i = 3; i < argc; i++)
        read_list(argv[i]);
    write_header(argv[1]);
    write_tables(argv[2]);
    return 0;
}
