/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pagegen: turns a page written as HTML into C functions that print it.
 *
 *   pagegen NAME OUT.h OUT.c PAGE.html
 *
 * In the page, ${field} is a place for text from outside. How it is escaped follows from where
 * it stands: between tags as text, in a double-quoted attribute as an attribute. Everywhere
 * else (a tag's name, an unquoted attribute, a style, a script, a comment, an attribute that
 * could load or run something) it is refused here, so that no page can be built that needs
 * care. href must begin with a literal "#".
 *
 *   <!--( row --> … <!--) row -->
 *
 * is a block: it is cut out and becomes a function of its own; in the page around it stays a
 * place for such blocks, already printed, as a `struct buf`. Lines that hold nothing but the
 * mark of a block go. <!--# … --> is a comment that is left out.
 *
 * For each block, and for the whole ("page"):
 *
 *   struct NAME_row { struct str field; … const struct buf *block; … };
 *   void NAME_row(struct buf *out, const struct NAME_row *v);
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PAGE   (1u << 20)
#define MAX_BLOCKS 64
#define MAX_DEPTH  8
#define MAX_FIELDS 32
#define NAME_MAX_  48

enum place { IN_TEXT, IN_TAG, IN_VALUE, IN_STYLE };

struct block {
    char name[NAME_MAX_];
    char fields[MAX_FIELDS][NAME_MAX_];
    bool is_block[MAX_FIELDS];
    int count;
    char *code; /* the body of the function */
    size_t n, cap;
};

static struct block blocks[MAX_BLOCKS];
static int block_count;
static const char *page_name, *page_file;
static char page[MAX_PAGE + 1];
static int line = 1;

static void fail(const char *what, const char *detail)
{
    fprintf(stderr, "pagegen: %s:%d: %s%s\n", page_file, line, what, detail);
    exit(1);
}

static void add(struct block *b, const char *p, size_t n)
{
    if (b->n + n + 1 > b->cap) {
        b->cap = (b->n + n + 1) * 2;
        b->code = realloc(b->code, b->cap);
        if (!b->code)
            fail("out of memory", "");
    }
    memcpy(b->code + b->n, p, n);
    b->n += n;
    b->code[b->n] = '\0';
}

static void add_z(struct block *b, const char *z)
{
    add(b, z, strlen(z));
}

/* A run of literal page as C string literals, a line of the page to a line of C. */
static void add_literal(struct block *b, const char *p, size_t n)
{
    if (n == 0)
        return;
    add_z(b, "    buf_add(out, STR(\"");
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        char octal[8];
        if (c == '\n') {
            add_z(b, i + 1 < n ? "\\n\"\n                     \"" : "\\n");
        } else if (c == '"' || c == '\\') {
            add_z(b, "\\");
            add(b, p + i, 1);
        } else if (c == '?' || c < 0x20 || c >= 0x7f) {
            snprintf(octal, sizeof octal, "\\%03o", c);
            add_z(b, octal);
        } else {
            add(b, p + i, 1);
        }
    }
    add_z(b, "\"));\n");
}

static void add_field(struct block *b, const char *name, bool is_block)
{
    for (int i = 0; i < b->count; i++) {
        if (strcmp(b->fields[i], name) != 0)
            continue;
        if (b->is_block[i] != is_block)
            fail("a field and a block have one name: ", name);
        return;
    }
    if (b->count == MAX_FIELDS)
        fail("too many fields in block ", b->name);
    strcpy(b->fields[b->count], name);
    b->is_block[b->count++] = is_block;
}

/* Reads a name at p into `name`; returns its length. */
static size_t take_name(const char *p, char *name)
{
    size_t n = 0;
    while (islower((unsigned char)p[n]) || (n && (isdigit((unsigned char)p[n]) || p[n] == '_')))
        n++;
    if (n == 0 || n >= NAME_MAX_)
        fail("expected a lower-case name", "");
    memcpy(name, p, n);
    name[n] = '\0';
    return n;
}

/* Attributes in which text from outside is only text. */
static bool attribute_is_text(const char *name)
{
    static const char *const good[] = {
        "id",
        "class",
        "title",
        "lang",
        "alt",
        "datetime",
        "for",
        "colspan",
        "rowspan",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "width",
        "height",
        "cx",
        "points",
        "aria-label",
        "aria-labelledby",
        "aria-describedby",
        "headers",
        NULL,
    };
    for (int i = 0; good[i]; i++)
        if (strcmp(name, good[i]) == 0)
            return true;
    return strncmp(name, "data-", 5) == 0;
}

struct scanner {
    enum place place;
    char tag[NAME_MAX_], attribute[NAME_MAX_];
    const char *value; /* first byte of the attribute's value */
    struct block *open[MAX_DEPTH];
    int depth;
};

static void put_field(struct scanner *s, const char *name, const char *at)
{
    struct block *b = s->open[s->depth];
    char code[160];
    const char *how = "markup_text";
    if (s->place == IN_VALUE) {
        how = "markup_attr";
        bool link = strcmp(s->attribute, "href") == 0;
        if (link && (s->value == at || *s->value != '#'))
            fail("an href with a field must begin with #: ", name);
        if (!link && !attribute_is_text(s->attribute))
            fail("text from outside has no place in attribute ", s->attribute);
    } else if (s->place != IN_TEXT) {
        fail("text from outside has no place here: ", name);
    }
    add_field(b, name, false);
    snprintf(code, sizeof code, "    %s(out, v->%s);\n", how, name);
    add_z(b, code);
}

static void open_block(struct scanner *s, const char *name)
{
    if (s->place != IN_TEXT)
        fail("a block must begin between tags: ", name);
    for (int i = 0; i < block_count; i++)
        if (strcmp(blocks[i].name, name) == 0)
            fail("two blocks have one name: ", name);
    if (s->depth + 1 == MAX_DEPTH || block_count == MAX_BLOCKS)
        fail("too many blocks, or too deep: ", name);
    struct block *parent = s->open[s->depth], *b = &blocks[block_count++];
    char code[160];
    add_field(parent, name, true);
    snprintf(code, sizeof code, "    if (v->%s)\n        buf_add(out, buf_str(v->%s));\n", name,
             name);
    add_z(parent, code);
    strcpy(b->name, name);
    add_z(b, "");
    s->open[++s->depth] = b;
}

static void close_block(struct scanner *s, const char *name)
{
    if (s->place != IN_TEXT || s->depth == 0 || strcmp(s->open[s->depth]->name, name) != 0)
        fail("this block is not the one that is open: ", name);
    s->depth--;
}

/* Follows the HTML just far enough to know where we are. */
static void step(struct scanner *s, const char *p)
{
    if (s->place != IN_TEXT && (strncmp(p, "<!--(", 5) == 0 || strncmp(p, "<!--)", 5) == 0))
        fail("a block must begin and end between tags", "");
    if (s->place == IN_TEXT && *p == '<') {
        size_t n = 0;
        while (n + 1 < NAME_MAX_ &&
               (isalnum((unsigned char)p[1 + n]) || p[1 + n] == '/' || p[1 + n] == '!'))
            n++;
        memcpy(s->tag, p + 1, n);
        s->tag[n] = '\0';
        if (strcmp(s->tag, "script") == 0)
            fail("pages have no scripts", "");
        s->place = IN_TAG;
    } else if (s->place == IN_TAG && *p == '>') {
        s->place = strcmp(s->tag, "style") == 0 ? IN_STYLE : IN_TEXT;
    } else if (s->place == IN_TAG && *p == '\'') {
        fail("attributes stand in double quotes", "");
    } else if (s->place == IN_TAG && *p == '"') {
        const char *end = p - 1;
        if (end < page || *end != '=')
            fail("a quotation mark without an attribute", "");
        const char *begin = end;
        while (begin > page && (isalnum((unsigned char)begin[-1]) || begin[-1] == '-'))
            begin--;
        if (begin == end || end - begin >= NAME_MAX_)
            fail("a value without an attribute", "");
        memcpy(s->attribute, begin, (size_t)(end - begin));
        s->attribute[end - begin] = '\0';
        s->value = p + 1;
        s->place = IN_VALUE;
    } else if (s->place == IN_VALUE && *p == '"') {
        s->place = IN_TAG;
    } else if (s->place == IN_STYLE && strncmp(p, "</style>", 8) == 0) {
        s->tag[0] = '\0';
        s->place = IN_TAG;
    }
}

/* "<!--( name -->": returns the length of the mark, with its line when it has one alone. */
static size_t block_mark(const char *p, char *kind, char *name, size_t *ret_indent)
{
    if (strncmp(p, "<!--(", 5) != 0 && strncmp(p, "<!--)", 5) != 0 &&
        strncmp(p, "<!--#", 5) != 0)
        return 0;
    const char *end = strstr(p, "-->");
    if (!end)
        fail("a comment has no end", "");
    *kind = p[4];
    if (*kind != '#') {
        const char *q = p + 5;
        while (*q == ' ')
            q++;
        q += take_name(q, name);
        while (*q == ' ')
            q++;
        if (q != end)
            fail("expected a name and --> behind ", name);
    }
    size_t n = (size_t)(end + 3 - p), indent = 0;
    while (p - indent > page && p[-(long)indent - 1] == ' ')
        indent++;
    bool alone = (p - indent == page || p[-(long)indent - 1] == '\n') && p[n] == '\n';
    *ret_indent = alone ? indent : 0;
    return n + alone;
}

static void scan(void)
{
    struct scanner s = {.place = IN_TEXT};
    strcpy(blocks[0].name, "page");
    block_count = 1;
    s.open[0] = &blocks[0];
    const char *begin = page;
    for (const char *p = page; *p;) {
        char kind = 0, name[NAME_MAX_] = "";
        size_t indent = 0, n = s.place == IN_TEXT ? block_mark(p, &kind, name, &indent) : 0;
        bool field = p[0] == '$' && p[1] == '{';
        if (!n && !field) {
            step(&s, p);
            line += *p++ == '\n';
            continue;
        }
        add_literal(s.open[s.depth], begin, (size_t)(p - begin) - indent);
        if (field) {
            n = 2 + take_name(p + 2, name);
            if (p[n] != '}')
                fail("expected } behind ", name);
            put_field(&s, name, p);
            n++;
        } else if (kind == '(') {
            open_block(&s, name);
        } else if (kind == ')') {
            close_block(&s, name);
        }
        for (size_t i = 0; i < n; i++)
            line += p[i] == '\n';
        p += n;
        begin = p;
    }
    add_literal(s.open[s.depth], begin, strlen(begin));
    if (s.depth)
        fail("a block is still open: ", s.open[s.depth]->name);
    if (s.place != IN_TEXT)
        fail("the page ends inside a tag", "");
}

static void write_files(const char *header, const char *source)
{
    FILE *h = fopen(header, "w"), *c = fopen(source, "w");
    if (!h || !c)
        fail("cannot write ", header);
    fprintf(h,
            "/* Made by pagegen from %s.html: do not edit. */\n#pragma once\n#include "
            "\"base/buf.h\"\n",
            page_name);
    fprintf(c,
            "/* Made by pagegen from %s.html: do not edit. */\n#include \"%s.h\"\n\n"
            "#include \"base/markup.h\"\n",
            page_name, page_name);
    for (int i = block_count - 1; i >= 0; i--) {
        struct block *b = &blocks[i];
        fprintf(h, "\nstruct %s_%s {\n", page_name, b->name);
        for (int k = 0; k < b->count; k++)
            fprintf(h, b->is_block[k] ? "    const struct buf *%s;\n" : "    struct str %s;\n",
                    b->fields[k]);
        if (b->count == 0)
            fputs("    char nothing;\n", h);
        fprintf(h, "};\nvoid %s_%s(struct buf *out, const struct %s_%s *v);\n", page_name,
                b->name, page_name, b->name);
        fprintf(c,
                "\nvoid %s_%s(struct buf *out, const struct %s_%s *v)\n{\n    (void)v;\n%s}\n",
                page_name, b->name, page_name, b->name, b->code ? b->code : "");
    }
    if (fclose(h) != 0 || fclose(c) != 0)
        fail("cannot write ", source);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: pagegen NAME OUT.h OUT.c PAGE.html\n");
        return 2;
    }
    page_name = argv[1];
    page_file = argv[4];
    FILE *in = fopen(page_file, "r");
    if (!in)
        fail("cannot open", "");
    size_t n = fread(page, 1, sizeof page, in);
    if (n > MAX_PAGE || ferror(in))
        fail("cannot read it, or it is too long", "");
    page[n] = '\0';
    fclose(in);
    scan();
    write_files(argv[2], argv[3]);
    return 0;
}
