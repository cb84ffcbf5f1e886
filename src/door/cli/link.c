/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/link.h"

#include "door/cli/cli.h"
#include "door/cli/link_print.h"
#include "door/cli/progress.h"
#include "door/cli/table.h"
#include "door/cli/vault.h"
#include "sys/file.h"
#include "sys/threads.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    struct work_link_options o;
    struct cli_values labels;
    const char *threshold, *seed;
    unsigned threads;
    int format;
    struct cli_progress progress;
};

/* Ctrl-C: nothing stands half-written, and that is said. */
static void say_stopped(int number)
{
    static const char words[] = "\ndeponent link: stopped; no file was left half-written\n";
    ssize_t written = write(STDERR_FILENO, words, sizeof words - 1);
    (void)written;
    file_out_end(number);
}

static int tell_progress(void *context, const char *step, double share)
{
    cli_progress_step(context, step, share);
    return 0;
}

static int take_threshold(struct job *job)
{
    job->o.threshold = NAN;
    if (!job->threshold)
        return 0;
    char *end = NULL;
    double v = strtod(job->threshold, &end);
    if (end == job->threshold || *end || !(v >= 0 && v <= 1))
        return cli_usage(job->verb, "--threshold %s: expected a probability from 0 to 1",
                         job->threshold);
    job->o.threshold = v;
    return 0;
}

static int take_seed(struct job *job)
{
    if (job->seed && !str_to_u64(str_of(job->seed), &job->o.seed))
        return cli_usage(job->verb, "--seed %s: expected a whole number", job->seed);
    return 0;
}

static int check_input(const struct job *job, const char *output, const char *input)
{
    if (!input || strcmp(input, "-") == 0 || !file_same(output, input))
        return 0;
    return cli_usage(job->verb,
                     "%s is read, and would be written over: call the output otherwise", input);
}

/* No output in place of another, nor of what is read. */
static int check_output(const struct job *job, const char *const *files, size_t at,
                        char **lists, size_t count)
{
    for (size_t k = 0; k < at; k++)
        if (files[k] && file_same(files[at], files[k]))
            return cli_usage(job->verb, "two outputs are called %s", files[at]);
    int code = check_input(job, files[at], job->o.config);
    for (size_t k = 0; k < count && !code; k++)
        code = check_input(job, files[at], lists[k]);
    for (size_t k = 0; k < job->labels.count && !code; k++)
        code = check_input(job, files[at], job->labels.items[k]);
    return code;
}

/* The folders of the outputs, and nowhere else. */
static int confine(const struct job *job, char **lists, size_t list_count, struct arena *a)
{
    const struct work_link_options *o = &job->o;
    const char *const files[] = {o->write_config, o->pairs,  o->clusters, o->draws,
                                 o->review,       o->report, o->state};
    const char *folders[sizeof files / sizeof files[0]];
    size_t count = 0;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (!files[i])
            continue;
        int code = check_output(job, files, i, lists, list_count);
        if (code)
            return code;
        folders[count++] = arena_cstr(a, cli_folder(files[i]));
    }
    return cli_confine_in(job->verb, folders, count);
}

static void say(const struct job *job, const struct work_link *w)
{
    BUF_AUTO lists;
    buf_init(&lists, 1u << 20);
    if (!w->state)
        link_load_say(&w->load, &lists);
    struct str rest = buf_str(&lists), line;
    while (str_next_line(&rest, &line))
        cli_say(line);
    for (uint32_t i = 0; i < w->people.note_count; i++) {
        const struct link_note *note = &w->people.notes[i];
        buf_clear(&lists);
        buf_add(&lists, note->text);
        if (note->record != UINT32_MAX) {
            buf_add(&lists, STR("; for example "));
            link_load_place(&w->load, note->record, &lists);
        }
        cli_say(buf_str(&lists));
    }
    for (size_t i = 0; i < w->label_conflict_count; i++) {
        buf_clear(&lists);
        buf_printf(&lists, "deponent %s: %.*s", job->verb->name, (int)w->label_conflicts[i].n,
                   w->label_conflicts[i].p);
        cli_say(buf_str(&lists));
    }
}

static void begin(struct job *job)
{
    const struct sigaction act = {.sa_handler = say_stopped};
    struct sigaction old;
    if (sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
        (void)sigaction(SIGINT, &act, NULL);
    unsigned threads = job->threads ? job->threads : threads_available();
    job->o.pool = threads > 1 ? threads_new(threads) : NULL;
    job->progress = cli_progress_begin(false);
    job->o.progress = tell_progress;
    job->o.progress_context = &job->progress;
}

static void end(struct job *job)
{
    cli_progress_end(&job->progress);
    if (job->o.pool)
        threads_free(job->o.pool);
    job->o.pool = NULL;
}

static int link_lists(struct job *job, char **paths, size_t count)
{
    ARENA_AUTO a = {0};
    int code = confine(job, paths, count, &a);
    if (code)
        return code;
    struct work_link w;
    struct err err = {0};
    begin(job);
    int r = work_link(&a, (const char *const *)paths, count, &job->o, &w, &err);
    end(job);
    if (r) {
        code = cli_fail(job->verb, &err);
    } else {
        BUF_AUTO out;
        buf_init(&out, SIZE_MAX / 4);
        say(job, &w);
        if (job->format == 1)
            link_print_json(&out, &w);
        else
            link_print_table(&out, &w, table_terminal_width());
        code = cli_print(job->verb, buf_str(&out));
    }
    work_link_free(&w);
    return code;
}

static int link_archive(struct job *job)
{
    int code = cli_vault_open(job->verb, &job->cv, CLI_WRITES, NULL);
    if (code)
        return code;
    ARENA_AUTO a = {0};
    struct work_link_persons persons;
    struct err err = {0};
    begin(job);
    int r = work_link_archive(job->cv.v.archive, &a, &job->o, &persons, &err);
    end(job);
    if (r) {
        code = cli_fail(job->verb, &err);
    } else {
        BUF_AUTO out;
        buf_init(&out, SIZE_MAX / 4);
        if (job->format == 1)
            link_print_persons_json(&out, &persons, job->o.show_names);
        else
            link_print_persons(&out, &persons, job->o.show_names, table_terminal_width());
        code = cli_print(job->verb, buf_str(&out));
    }
    return cli_vault_close(job->verb, &job->cv, code);
}

/* What stands on disk of an archive is sealed: no file is written of it. */
static int check_archive(const struct job *job, int files)
{
    const struct work_link_options *o = &job->o;
    if (files)
        return cli_usage(job->verb, "--archive and lists are linked one at a time");
    if (o->config || o->write_config || o->id || o->unique || o->pairs || o->clusters ||
        o->draws || o->review || o->report || o->state || job->labels.count)
        return cli_usage(job->verb, "--archive writes and reads no file: deponent accept and "
                                    "deponent judge keep what you decide");
    return 0;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.verb = verb};
    struct work_link_options *o = &job.o;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "config", .value = &o->config},
        {.name = "write-config", .value = &o->write_config},
        {.name = "id", .value = &o->id},
        {.name = "unique", .flag = &o->unique},
        {.name = "threshold", .value = &job.threshold},
        {.name = "seed", .value = &job.seed},
        {.name = "threads", .number = &job.threads, .most = THREADS_MAX},
        {.name = "pairs", .value = &o->pairs},
        {.name = "clusters", .value = &o->clusters},
        {.name = "draws", .value = &o->draws},
        {.name = "draw-count", .number = &o->draw_count, .most = WORK_LINK_DRAWS_MAX},
        {.name = "review", .value = &o->review},
        {.name = "labels", .values = &job.labels},
        {.name = "state", .value = &o->state},
        {.name = "report", .value = &o->report},
        {.name = "show-names", .flag = &o->show_names},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0;
    int files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (!job.cv.dir && files == 0 && !(o->state && file_exists(o->state)))
        return cli_usage(verb, "no LIST is given; use - for standard input, or --archive DIR");
    if (!job.cv.dir && (job.cv.passphrase_file || job.cv.day || job.cv.by))
        return cli_usage(verb, "--passphrase-file, --day and --by need --archive DIR");
    code = job.cv.dir ? check_archive(&job, files) : 0;
    if (!code)
        code = take_threshold(&job);
    if (!code)
        code = take_seed(&job);
    o->labels = job.labels.items;
    o->label_files = job.labels.count;
    if (code)
        return code;
    return job.cv.dir ? link_archive(&job) : link_lists(&job, argv, (size_t)files);
}

const struct cli_verb cli_link = {
    .name = "link",
    .summary = "find which records of lists are one person, and count persons once",
    .usage =
        "usage: deponent link [OPTIONS] LIST.csv [LIST.csv...]\n"
        "       deponent link --archive DIR [--threshold P] [--show-names]\n"
        "\n"
        "Finds records that are one person, within a list and between lists, in whatever\n"
        "spelling or script. Says what it took the columns for and how sure it is.\n"
        "\n"
        "  --config FILE        what the columns are, instead of guessing\n"
        "  --write-config OUT   what they were taken for, to be edited\n"
        "  --id COLUMN          what records are called; without it FILE:ROW\n"
        "  --unique             each list has a person once\n"
        "  --threshold P        link from this probability; without it, chosen; with 0 every\n"
        "                       pair that was compared is written\n"
        "  --seed N             of all chance; the same seed gives the same bytes\n"
        "  --threads N          how many; without it, as many as the machine has\n"
        "  --pairs OUT          the links, with the evidence of each\n"
        "  --clusters OUT       each record with its person\n"
        "  --draws OUT          who is who, drawn many times from what is possible\n"
        "  --draw-count N       how many times; without it 100\n"
        "  --review OUT         the pairs of which a person's verdict teaches most\n"
        "  --labels IN          verdicts: such a file, filled in; may be given several times\n"
        "  --state FILE         keep the linked set in FILE; when FILE is there, add the "
        "lists\n"
        "                       to it\n"
        "  --report OUT         one page that loads nothing\n"
        "  --show-names         values of records in --review and --report\n"
        "  --format FORMAT      table, the default, or json\n"
        "  --archive DIR        propose which persons of an archive's accounts are one\n"
        "  --passphrase-file FILE, --day YYYY-MM-DD, --by NAME\n"
        "                       with --archive, as for the verbs of an archive\n"
        "\n"
        "Output files have mode 0600. deponent-link(1) tells more.\n",
    .run = run,
};
