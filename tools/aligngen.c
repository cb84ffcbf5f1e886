/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * aligngen: turns the readable tables of data/link/align_*.txt (made by tools/align_train) into
 * C tables for engine/link/align.
 *
 *   aligngen OUT.c NAME=TABLE.txt …
 *
 * Lines of a table: "#" a comment; "letters", the letters of the script; "scale", the unit of
 * the weights; "chance" and "near", the two regressions. "class" opens a class of names with its
 * weight; in it "article x y", of the Arabic article left out; "s U V7 …", the step U of Latin
 * letters against V with its weight; "n L M V7 …", the letter L before M ("-": at the end)
 * against V; "b", L behind M; "N" and "B" the same for the letters of the script against Latin
 * ones. "-" is no letter.
 */
#include "engine/link/align_table.h"
#include "engine/link/name_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { YS = 64, TWO_MAX = 1024, NONE = -128 };

static const char *where;
static int line_number;

static void fail(const char *what)
{
    fprintf(stderr, "aligngen: %s:%d: %s\n", where, line_number, what);
    exit(1);
}

struct side {
    unsigned singles, steps;
    uint32_t letter[YS];
    unsigned two[YS][YS];
};
static struct side x, y;
static int scale, article[2], bias, classes;
static double fits[2][3];
static signed char steps[TWO_MAX][TWO_MAX], context[4][YS][YS][YS];

static uint32_t decode(const char **p)
{
    unsigned char c = (unsigned char)*(*p)++;
    unsigned more = c < 0x80 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
    uint32_t cp = c < 0x80 ? c : c & (0x3Fu >> more);
    while (more--)
        cp = cp << 6 | ((unsigned char)*(*p)++ & 0x3Fu);
    return cp;
}

static unsigned find(const struct side *s, uint32_t cp)
{
    for (unsigned i = 1; i < s->singles; i++)
        if (s->letter[i] == cp)
            return i;
    fail("a letter that is not in the alphabet");
    return 0;
}

static bool ends_name(char c)
{
    return c == '-' || c == '\0' || c == '\n' || c == ' ' || (c >= '0' && c <= '9');
}

/* Reads the name of a step off *p. */
static unsigned read_step(struct side *s, const char **p)
{
    unsigned at[2] = {0, 0}, n = 0;
    if (**p == '-') {
        ++*p;
        return 0;
    }
    while (!ends_name(**p) && n < 2)
        at[n++] = find(s, decode(p));
    if (n == 0 || !ends_name(**p))
        fail("a step of one or two letters was expected");
    if (n == 1)
        return at[0];
    if (s->two[at[0]][at[1]] == 0)
        s->two[at[0]][at[1]] = s->steps++;
    if (s->steps > TWO_MAX)
        fail("too many steps");
    return s->two[at[0]][at[1]];
}

static signed char read_weight(const char **p)
{
    char *end;
    long w = strtol(*p, &end, 10);
    if (end == *p || w < -127 || w > 127)
        fail("a weight from -127 to 127 was expected");
    *p = end;
    return (signed char)w;
}

static void read_entries(char kind, const char *p)
{
    bool of_x = kind == 's' || kind == 'n' || kind == 'b';
    struct side *mine = of_x ? &x : &y, *other = of_x ? &y : &x;
    int which = kind == 'n' ? 0 : kind == 'b' ? 1 : kind == 'N' ? 2 : 3;
    unsigned a = read_step(mine, &p), by = 0;
    if (kind != 's') {
        p++;
        by = read_step(mine, &p);
    }
    while (*p == ' ') {
        p++;
        unsigned b = read_step(other, &p);
        if (kind == 's')
            steps[a][b] = read_weight(&p);
        else if (a < YS && by < YS && b < YS)
            context[which][a][by][b] = read_weight(&p);
        else
            fail("contexts are of single letters");
    }
}

static void read_alphabet(const char *p)
{
    while (*p && *p != '\n') {
        if (y.singles == YS)
            fail("too many letters");
        y.letter[y.singles++] = decode(&p);
    }
    y.steps = y.singles;
}

static void write_class(void);

static void open_class(int weight)
{
    if (classes == LINK_ALIGN_CLASSES)
        fail("too many classes");
    if (classes > 0)
        write_class();
    classes++;
    bias = weight;
    memset(x.two, 0, sizeof x.two);
    memset(y.two, 0, sizeof y.two);
    x.steps = x.singles;
    y.steps = y.singles;
    memset(steps, NONE, sizeof steps);
    memset(context, 0, sizeof context);
}

static void read_line(const char *line)
{
    int weight;
    if (line[0] == '#' || line[0] == '\n')
        return;
    if (strncmp(line, "letters ", 8) == 0)
        read_alphabet(line + 8);
    else if (sscanf(line, "class %d", &weight) == 1)
        open_class(weight);
    else if (sscanf(line, "scale %d", &scale) == 1 ||
             sscanf(line, "article %d %d", &article[0], &article[1]) == 2 ||
             sscanf(line, "chance %lf %lf %lf", &fits[0][0], &fits[0][1], &fits[0][2]) == 3 ||
             sscanf(line, "near %lf %lf %lf", &fits[1][0], &fits[1][1], &fits[1][2]) == 3)
        return;
    else if (line[1] == ' ' && strchr("snbNB", line[0]))
        read_entries(line[0], line + 2);
    else
        fail("a line of an unknown kind");
}

static void read_table(const char *file)
{
    static char line[65536];
    where = file;
    memset(&x, 0, sizeof x);
    memset(&y, 0, sizeof y);
    y.singles = 1;
    x.singles = x.steps = LINK_ALIGN_LATIN;
    for (unsigned i = 1; i < x.singles; i++)
        x.letter[i] = i + 1 < x.singles ? 'a' + i - 1 : '?';
    scale = classes = 0;
    FILE *f = fopen(file, "r");
    if (!f)
        fail("cannot open");
    for (line_number = 1; fgets(line, sizeof line, f); line_number++)
        read_line(line);
    fclose(f);
    if (scale != LINK_ALIGN_SCALE || y.singles < 2 || classes == 0)
        fail("no letters, no class, or another scale than the program's");
    write_class();
}

static FILE *c;
static const char *table; /* its name */

static void write_two(const char *side, const struct side *s)
{
    fprintf(c, "static const uint16_t %s_%d_%s_two[] = {\n", table, classes, side);
    for (unsigned a = 0; a < s->singles; a++) {
        for (unsigned b = 0; b < s->singles; b++)
            fprintf(c, "%u,", s->two[a][b]);
        fprintf(c, "\n");
    }
    fprintf(c, "};\n");
}

static const char *const context_names[] = {"x_next", "x_before", "y_next", "y_before"};

static void write_context(int which)
{
    unsigned mine = which < 2 ? x.singles : y.singles,
             other = which < 2 ? y.singles : x.singles;
    fprintf(c, "static const int8_t %s_%d_%s[] = {\n", table, classes, context_names[which]);
    for (unsigned a = 0; a < mine; a++)
        for (unsigned by = 0; by < mine; by++) {
            for (unsigned b = 0; b < other; b++)
                fprintf(c, "%d,", context[which][a][by][b]);
            fprintf(c, "\n");
        }
    fprintf(c, "};\n");
}

static void write_class(void)
{
    write_two("x", &x);
    write_two("y", &y);
    fprintf(c, "static const int8_t %s_%d_steps[] = {\n", table, classes);
    for (unsigned a = 0; a < x.steps; a++) {
        for (unsigned b = 0; b < y.steps; b++)
            fprintf(c, "%d,", steps[a][b]);
        fprintf(c, "\n");
    }
    fprintf(c, "};\n");
    for (int i = 0; i < 4; i++)
        write_context(i);
    fprintf(c, "static const struct link_align_class %s_%d = {\n    .y_steps = %u, .bias = %d,",
            table, classes, y.steps, bias);
    fprintf(c, " .x_article = %d, .y_article = %d,\n", article[0], article[1]);
    fprintf(c, "    .x_two = %s_%d_x_two, .y_two = %s_%d_y_two, .steps = %s_%d_steps,\n", table,
            classes, table, classes, table, classes);
    for (int i = 0; i < 4; i++)
        fprintf(c, "    .%s = %s_%d_%s,\n", context_names[i], table, classes, context_names[i]);
    fprintf(c, "};\n");
}

static void write_table(void)
{
    fprintf(c, "const struct link_align_table link_align_%s = {\n    .letter = {", table);
    for (unsigned i = 1; i < y.singles; i++)
        fprintf(c, "[%u] = %u,", link_letter_of(y.letter[i]), i);
    fprintf(c, "},\n    .letters = %u, .classes = {", y.singles);
    for (int i = 1; i <= classes; i++)
        fprintf(c, "&%s_%d,", table, i);
    fprintf(c, "},\n    .chance = {%g, %g, %g}, .near = {%g, %g, %g},\n};\n", fits[0][0],
            fits[0][1], fits[0][2], fits[1][0], fits[1][1], fits[1][2]);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: aligngen OUT.c NAME=TABLE.txt …\n");
        return 2;
    }
    where = argv[1];
    c = fopen(argv[1], "w");
    if (!c)
        fail("cannot write");
    fprintf(c, "/* Made by tools/aligngen. */\n#include \"engine/link/align_table.h\"\n");
    fprintf(c, "const float link_align_power[] = {\n");
    for (int i = -LINK_ALIGN_LEAST; i <= LINK_ALIGN_LEAST; i++)
        fprintf(c, "%.7eF,%c", exp((double)i / LINK_ALIGN_SCALE), i % 8 ? ' ' : '\n');
    fprintf(c, "};\n");
    for (int i = 2; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (!equals)
            fail("NAME=TABLE.txt was expected");
        *equals = '\0';
        table = argv[i];
        read_table(equals + 1);
        write_table();
    }
    return fclose(c);
}
