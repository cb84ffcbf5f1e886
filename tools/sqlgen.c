/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sqlgen: turns .sql files into C tables for vault/store.
 *
 *   sqlgen NAME OUT.h OUT.c FILE.sql...
 *
 * A line "-- schema" begins statements of the schema; a line "-- name: add_bundle" begins one
 * named statement. What stands before the first such line may only be comment. Comments go, and
 * white space outside of quotes becomes one space, so that neither changes what is stored.
 *
 *   enum NAME_statement { NAME_ADD_BUNDLE, … NAME_STATEMENT_COUNT };
 *   extern const char NAME_schema[];
 *   extern const char *const NAME_statements[NAME_STATEMENT_COUNT];
 *
 * In a meson.build:
 *
 *   sources += custom_target('ledger_sql', output: ['ledger_sql.h', 'ledger_sql.c'],
 *     input: files('ledger.sql'), command: [sqlgen, 'ledger', '@OUTPUT@', '@INPUT@'])
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE  (1u << 20)
#define MAX_NAMED 512
#define NAME_SIZE 64

/* A growing text: the schema, or one statement. */
struct text {
    char name[NAME_SIZE];
    char *p;
    size_t n, cap;
    bool space; /* one is due before what comes next */
};

static struct text schema, named[MAX_NAMED];
static size_t named_count;
static const char *file;
static int line;

static void fail(const char *what, const char *detail)
{
    fprintf(stderr, "sqlgen: %s:%d: %s%s\n", file, line, what, detail);
    exit(1);
}

static void put(struct text *t, char c)
{
    if (t->n + 2 > t->cap) {
        t->cap = (t->cap + 64) * 2;
        t->p = realloc(t->p, t->cap);
        if (!t->p)
            fail("out of memory", "");
    }
    t->p[t->n++] = c;
    t->p[t->n] = '\0';
}

static struct text *begin_named(const char *p)
{
    if (named_count == MAX_NAMED)
        fail("too many statements", "");
    struct text *t = &named[named_count];
    size_t n = 0;
    while (n + 1 < NAME_SIZE && (islower((unsigned char)p[n]) || isdigit((unsigned char)p[n]) ||
                                 (n && p[n] == '_'))) {
        t->name[n] = p[n];
        n++;
    }
    t->name[n] = '\0';
    if (n == 0 || !islower((unsigned char)p[0]) || (p[n] != '\n' && p[n] != '\0'))
        fail("expected a lower-case name and the end of the line behind ", "-- name:");
    for (size_t i = 0; i < named_count; i++)
        if (strcmp(named[i].name, t->name) == 0)
            fail("two statements have one name: ", t->name);
    named_count++;
    return t;
}

static void check_statement(const struct text *t)
{
    char quote = 0;
    for (size_t i = 0; i < t->n; i++) {
        char c = t->p[i];
        if (quote)
            quote = (char)(c == quote ? 0 : quote);
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == ';' && i + 1 < t->n)
            fail("more than one statement under the name ", t->name);
    }
    if (t->n == 0)
        fail("no statement under the name ", t->name);
}

/* Copies one file's SQL to where its marks say. */
static void scan(const char *p)
{
    struct text *to = NULL;
    char quote = 0;
    line = 1;
    for (bool fresh = true; *p; fresh = *p == '\n', line += *p == '\n', p++) {
        char c = *p;
        if (!quote && c == '-' && p[1] == '-') {
            if (fresh && strncmp(p, "-- schema\n", 10) == 0)
                to = &schema;
            else if (fresh && strncmp(p, "-- name: ", 9) == 0)
                to = begin_named(p + 9);
            else if (fresh &&
                     (strncmp(p, "-- name", 7) == 0 || strncmp(p, "-- schema", 9) == 0))
                fail("expected \"-- schema\" or \"-- name: NAME\"", "");
            if (to)
                to->space = to->n > 0;
            p += strcspn(p, "\n");
            if (!*p)
                break;
            continue;
        }
        if (!quote && c == '/' && p[1] == '*')
            fail("comments begin with --", "");
        if (!quote && isspace((unsigned char)c)) {
            if (to)
                to->space = to->n > 0;
            continue;
        }
        if (!to)
            fail("SQL before the first \"-- schema\" or \"-- name: NAME\"", "");
        if (to->space)
            put(to, ' ');
        to->space = false;
        if (quote)
            quote = (char)(c == quote ? 0 : quote);
        else if (c == '\'' || c == '"')
            quote = c;
        put(to, c);
    }
    if (quote)
        fail("a quotation mark has no end", "");
}

static void read_file(const char *path)
{
    static char bytes[MAX_FILE + 1];
    file = path;
    line = 0;
    FILE *in = fopen(path, "r");
    if (!in)
        fail("cannot open", "");
    size_t n = fread(bytes, 1, sizeof bytes, in);
    if (n > MAX_FILE || ferror(in) || memchr(bytes, 0, n))
        fail("cannot read it, or it is too long", "");
    bytes[n] = '\0';
    (void)fclose(in);
    scan(bytes);
}

/* As string literals of at most 80 bytes a line. */
static void write_text(FILE *c, const struct text *t)
{
    if (t->n == 0)
        fputs("    \"\"", c);
    for (size_t i = 0; i < t->n; i++) {
        unsigned char b = (unsigned char)t->p[i];
        if (i % 80 == 0)
            fputs(i ? "\"\n    \"" : "    \"", c);
        if (b == '"' || b == '\\')
            fprintf(c, "\\%c", b);
        else if (b < 0x20 || b >= 0x7f || b == '?')
            fprintf(c, "\\%03o", b);
        else
            fputc(b, c);
    }
    if (t->n)
        fputc('"', c);
}

static void write_files(const char *name, const char *header, const char *source)
{
    FILE *h = fopen(header, "w"), *c = fopen(source, "w");
    if (!h || !c)
        fail("cannot write ", header);
    char upper[NAME_SIZE];
    for (size_t i = 0; i <= strlen(name); i++)
        upper[i] = (char)toupper((unsigned char)name[i]);
    fprintf(h, "/* Made by sqlgen: do not edit. */\n#pragma once\n\nenum %s_statement {\n",
            name);
    fprintf(c, "/* Made by sqlgen: do not edit. */\n#include \"%s_sql.h\"\n\n", name);
    fprintf(c, "const char %s_schema[] =\n", name);
    write_text(c, &schema);
    fprintf(c, ";\n\nconst char *const %s_statements[%s_STATEMENT_COUNT] = {\n", name, upper);
    for (size_t i = 0; i < named_count; i++) {
        fprintf(h, "    %s_", upper);
        for (const char *p = named[i].name; *p; p++)
            fputc(toupper((unsigned char)*p), h);
        fputs(",\n", h);
        fputs("    (\n", c); /* clang asks whether a comma was meant between the lines */
        write_text(c, &named[i]);
        fputs("),\n", c);
    }
    fprintf(h,
            "    %s_STATEMENT_COUNT\n};\n\nextern const char %s_schema[];\n"
            "extern const char *const %s_statements[%s_STATEMENT_COUNT];\n",
            upper, name, name, upper);
    fputs("};\n", c);
    if (fclose(h) != 0 || fclose(c) != 0)
        fail("cannot write ", source);
}

int main(int argc, char **argv)
{
    if (argc < 5 || strlen(argv[1]) >= NAME_SIZE) {
        fprintf(stderr, "usage: sqlgen NAME OUT.h OUT.c FILE.sql...\n");
        return 2;
    }
    for (int i = 4; i < argc; i++)
        read_file(argv[i]);
    for (size_t i = 0; i < named_count; i++)
        check_statement(&named[i]);
    if (named_count == 0)
        fail("no statement", "");
    write_files(argv[1], argv[2], argv[3]);
    return 0;
}
