/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * formgen: turns the readable list of names and their short forms (data/link/short_forms.txt)
 * into C tables.
 *
 *   formgen OUT.h OUT.c LIST.txt …
 *
 * A line is one name: its spellings, a colon, its short forms, all separated by blanks; "#"
 * starts a comment line. The table has each word once, with the names it is a form of in the
 * order of the lines, and a hash table over the words.
 */
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_WORDS 8192
#define MAX_NAMES 4096
#define MAX_OF    8

static struct word {
    char *text;
    unsigned count;
    unsigned of[MAX_OF]; /* name << 1 | is a full spelling */
} words[MAX_WORDS];
static unsigned word_count, name_count, names[MAX_NAMES];
static unsigned slots[MAX_WORDS * 4], slot_count = 256;

static void fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "formgen: %s:%d: %s\n", file, line, what);
    exit(1);
}

static unsigned word_of(const char *text)
{
    for (unsigned i = 0; i < word_count; i++)
        if (strcmp(words[i].text, text) == 0)
            return i;
    if (word_count == MAX_WORDS)
        fail(text, 0, "too many words");
    words[word_count].text = strdup(text);
    return word_count++;
}

static void read_line(const char *file, int line, char *text)
{
    bool full = true, first = true;
    for (char *p = strtok(text, " \t\n"); p; p = strtok(NULL, " \t\n")) {
        size_t n = strlen(p);
        bool ends = p[n - 1] == ':';
        if (ends)
            p[--n] = '\0';
        if (n == 0 || n > 100)
            fail(file, line, "an empty word, or one that is too long");
        unsigned at = word_of(p);
        struct word *w = &words[at];
        if (first)
            names[name_count] = at;
        first = false;
        if (w->count == MAX_OF)
            fail(file, line, "a word with too many names");
        if (w->count == 0 || w->of[w->count - 1] >> 1 != name_count)
            w->of[w->count++] = name_count << 1 | full;
        if (ends)
            full = false;
    }
    if (!first && ++name_count == MAX_NAMES)
        fail(file, line, "too many names");
}

static void read_list(const char *file)
{
    static char text[65536];
    FILE *f = fopen(file, "r");
    if (!f)
        fail(file, 0, "cannot open");
    for (int line = 1; fgets(text, sizeof text, f); line++)
        if (text[0] != '#')
            read_line(file, line, text);
    fclose(f);
}

static void enter(void)
{
    while (slot_count < word_count * 2)
        slot_count *= 2;
    for (unsigned i = 0; i < word_count; i++) {
        unsigned at = (unsigned)hash_bytes(str_of(words[i].text), 0) & (slot_count - 1);
        while (slots[at])
            at = (at + 1) & (slot_count - 1);
        slots[at] = i + 1;
    }
}

static void write_header(FILE *h)
{
    fprintf(h,
            "/* Made by tools/formgen from data/link. */\n#pragma once\n#include <stdint.h>\n"
            "struct link_form_word {\n    uint32_t at;\n    uint16_t first;\n"
            "    uint8_t n, names;\n};\n"
            "extern const char link_form_text[];\n"
            "extern const struct link_form_word link_form_words[];\n"
            "extern const uint16_t link_form_of[], link_form_names[];\n"
            "#define LINK_FORM_SLOTS %uu\n#define LINK_FORM_WORDS %uu\n"
            "extern const uint16_t link_form_slots[LINK_FORM_SLOTS];\n",
            slot_count, word_count);
}

static void write_tables(FILE *c, const char *header)
{
    size_t at = 0;
    unsigned first = 0;
    fprintf(c, "/* Made by tools/formgen from data/link. */\n#include \"%s\"\n", header);
    fprintf(c, "const char link_form_text[] =\n");
    for (unsigned i = 0; i < word_count; i++)
        fprintf(c, "    \"%s\"\n", words[i].text);
    fprintf(c, ";\nconst struct link_form_word link_form_words[] = {\n");
    for (unsigned i = 0; i < word_count; i++) {
        size_t n = strlen(words[i].text);
        fprintf(c, "    {%zu, %u, %zu, %u},\n", at, first, n, words[i].count);
        at += n;
        first += words[i].count;
    }
    fprintf(c, "};\nconst uint16_t link_form_of[] = {\n");
    for (unsigned i = 0; i < word_count; i++)
        for (unsigned k = 0; k < words[i].count; k++)
            fprintf(c, "%u,%s", words[i].of[k], k + 1 < words[i].count ? " " : "\n");
    fprintf(c, "};\nconst uint16_t link_form_names[] = {\n");
    for (unsigned i = 0; i < name_count; i++)
        fprintf(c, "%u,\n", names[i]);
    fprintf(c, "};\nconst uint16_t link_form_slots[LINK_FORM_SLOTS] = {\n");
    for (unsigned i = 0; i < slot_count; i++)
        fprintf(c, "%u,%s", slots[i], i % 16 == 15 ? "\n" : " ");
    fprintf(c, "};\n");
}

int main(int argc, char **argv)
{
    if (argc < 4)
        fail("usage", 0, "formgen OUT.h OUT.c LIST.txt …");
    for (int i = 3; i < argc; i++)
        read_list(argv[i]);
    enter();
    FILE *h = fopen(argv[1], "w"), *c = fopen(argv[2], "w");
    if (!h || !c)
        fail(argv[1], 0, "cannot write");
    const char *slash = strrchr(argv[1], '/');
    write_header(h);
    write_tables(c, slash ? slash + 1 : argv[1]);
    return fclose(h) | fclose(c);
}
