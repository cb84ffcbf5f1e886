/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "base/markup.h"
#include "base/text.h"
#include "door/cli/record.h"
#include "door/cli/table.h"
#include "door/cli/vault.h"
#include "sys/file.h"

#include <stdio.h>

#define WORDS_MAX 4096
#define LIMIT     20
#define LIMIT_MAX 10000
/* Around what was found. */
#define MARK_BEGIN STR("\xe2\x81\xa8")
#define MARK_END   STR("\xe2\x81\xa9")

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    unsigned limit;
    int format;
};

/* A snippet into `plain`, with brackets around what was found into `shown`, and its places, as
 * [begin, end] in the bytes of `plain`, into `found`. Marks that do not pair are passed over. */
static void take_apart(struct str s, struct buf *shown, struct buf *plain,
                       struct json_out *found)
{
    bool open = false;
    size_t at = 0;
    for (size_t i = 0; i < s.n || open;) {
        struct str rest = str_slice(s, i, s.n);
        bool begin = str_starts(rest, MARK_BEGIN);
        bool end = str_starts(rest, MARK_END) || (rest.n == 0 && open);
        i += begin || end ? MARK_BEGIN.n : 1;
        if (!begin && !end) {
            buf_add(shown, str_slice(rest, 0, 1));
            buf_add(plain, str_slice(rest, 0, 1));
            at++;
        } else if (begin != open) {
            open = begin;
            buf_add_char(shown, begin ? '[' : ']');
            if (begin)
                json_begin_array(found);
            json_put_int(found, (int64_t)at);
            if (end)
                json_end_array(found);
        }
    }
}

struct parts {
    struct buf shown, plain, found;
};

static void parts_of(struct parts *p, struct str snippet)
{
    buf_init(&p->shown, SIZE_MAX / 4);
    buf_init(&p->plain, SIZE_MAX / 4);
    buf_init(&p->found, SIZE_MAX / 4);
    struct json_out j = {.out = &p->found};
    json_begin_array(&j);
    take_apart(snippet, &p->shown, &p->plain, &j);
    json_end_array(&j);
}

static void parts_free(struct parts *p)
{
    buf_free(&p->shown);
    buf_free(&p->plain);
    buf_free(&p->found);
}

static void print_json(struct buf *out, const struct archive_hit *hits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct json_out j = {.out = out};
        json_begin_object(&j);
        json_put_key(&j, "account");
        json_put_str_or_null(&j, hits[i].account);
        json_put_key(&j, "statement");
        json_put_str_or_null(&j, hits[i].statement);
        struct parts p;
        parts_of(&p, hits[i].snippet);
        json_put_key(&j, "snippet");
        json_put_str(&j, buf_str(&p.plain));
        json_put_key(&j, "found");
        buf_add(out, buf_str(&p.found));
        parts_free(&p);
        json_end_object(&j);
        buf_add_char(out, '\n');
    }
}

static void print_table(struct buf *out, const struct archive_hit *hits, size_t count)
{
    const struct table t = {
        .columns = 3,
        .width = {RECORD_SHORT_ID, 9, table_terminal_width() - RECORD_SHORT_ID - 11},
        .lines_max = 4,
    };
    if (count == 0)
        buf_add(out, STR("Nothing was found in what may be searched.\n"));
    else
        table_row(out, &t, (struct str[]){STR("account"), STR("statement"), STR("found")});
    for (size_t i = 0; i < count; i++) {
        struct parts p;
        parts_of(&p, hits[i].snippet);
        table_row(out, &t,
                  (struct str[]){record_short(hits[i].account), record_short(hits[i].statement),
                                 buf_str(&p.shown)});
        parts_free(&p);
    }
}

static int search(const struct job *job, struct str words)
{
    ARENA_AUTO a = {0};
    struct archive_hit *hits;
    size_t count;
    struct err err = {0};
    if (archive_search(job->cv.v.archive, &a, words, job->limit, &hits, &count, &err))
        return cli_fail(job->verb, &err);
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    if (job->format)
        print_json(&out, hits, count);
    else
        print_table(&out, hits, count);
    int code = cli_print(job->verb, buf_str(&out));
    if (!code && count == job->limit && !job->format)
        (void)fprintf(stderr, "There may be more; --limit shows them.\n");
    return code;
}

/* The words of the command line, or with "-" of standard input. */
static int read_words(const struct cli_verb *verb, int files, char **argv, struct buf *words)
{
    struct err err = {0};
    if (files == 1 && strcmp(argv[0], "-") == 0) {
        if (file_read("-", WORDS_MAX, words, &err))
            return cli_fail(verb, &err);
    } else {
        for (int i = 0; i < files; i++) {
            buf_add(words, str_of(argv[i]));
            buf_add_char(words, ' ');
        }
        if (words->full)
            return cli_usage(verb, "the words have more than %d bytes", WORDS_MAX);
    }
    if (text_check(buf_str(words), "the words", &err))
        return cli_fail(verb, &err);
    if (str_trim(buf_str(words)).n == 0)
        return cli_usage(verb, "no WORDS are given; use - for standard input");
    return 0;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.verb = verb, .limit = LIMIT};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "limit", .number = &job.limit, .most = LIMIT_MAX},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    BUF_AUTO words;
    buf_init(&words, WORDS_MAX);
    code = read_words(verb, files, argv, &words);
    if (!code)
        code = cli_vault_open(verb, &job.cv, CLI_WRITES, NULL);
    if (code)
        return code;
    return cli_vault_close(verb, &job.cv, search(&job, str_trim(buf_str(&words))));
}

const struct cli_verb cli_search = {
    .name = "search",
    .summary = "find words in accounts and statements, in any script",
    .usage =
        "usage: deponent search [--archive DIR] [--limit N] [--format table|json] WORDS...\n"
        "\n"
        "Finds what holds all the WORDS, case and accents aside, best first, in what the\n"
        "terms let us read for help; with - they are read from standard input, where other\n"
        "programs do not see them. What was found is written down as read.\n"
        "\n" CLI_VAULT_USAGE
        "  --limit N               at most N places; 20 when it is not given\n"
        "  --format FORMAT         table, the default, or json: one object a line\n",
    .run = run,
};
