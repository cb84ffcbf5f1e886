/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/agent.h"

#include "door/cli/passphrase.h"
#include "door/cli/vault.h"
#include "sys/process.h"

#include <stdio.h>
#include <time.h>

#define IDLE_SECONDS 600
#define IDLE_MAX     (24u * 60)

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    const char *idle_text;
    uint64_t idle; /* seconds */
    bool stop, status, foreground;
};

/* "10" minutes or "90s" seconds, at most a day. */
static int take_idle(struct job *job)
{
    struct str s = str_of(job->idle_text ? job->idle_text : "10");
    bool seconds = str_ends(s, STR("s"));
    uint64_t unit = seconds ? 1 : 60, n = 0;
    if (!str_to_u64(str_slice(s, 0, s.n - seconds), &n) || n < 1 || n > IDLE_MAX * 60 / unit)
        return cli_usage(job->verb,
                         "--idle %s: expected minutes, 1 to %u, or seconds as in 90s",
                         job->idle_text, IDLE_MAX);
    job->idle = n * unit;
    return 0;
}

/* "14:32", so many seconds from now; with the day when that is another. */
static void print_when(uint64_t seconds, char out[32])
{
    time_t now = time(NULL), then = now + (time_t)seconds;
    struct tm a, b;
    out[0] = '\0';
    if (localtime_r(&now, &a) && localtime_r(&then, &b))
        (void)strftime(out, 32, a.tm_yday == b.tm_yday ? "%H:%M" : "%Y-%m-%d %H:%M", &b);
}

static int say(const struct cli_verb *verb, const char *what, uint64_t seconds)
{
    char line[128], when[32];
    print_when(seconds, when);
    (void)snprintf(line, sizeof line, "%s until %s; whoever uses it sooner prolongs that.\n",
                   what, when);
    return cli_print(verb, str_of(line));
}

static int stop(const struct job *job)
{
    struct err err = {0};
    int r = work_agent_stop(job->cv.dir, &err);
    if (r && r != ERR_MISSING)
        return cli_fail(job->verb, &err);
    return cli_print(job->verb, r ? STR("No agent ran for this archive.\n")
                                  : STR("The agent has forgotten the keys.\n"));
}

static int status(const struct job *job)
{
    struct err err = {0};
    uint64_t left;
    int r = work_agent_left(job->cv.dir, &left, &err);
    if (r && r != ERR_MISSING)
        return cli_fail(job->verb, &err);
    if (r)
        return cli_worse(1, cli_print(job->verb, STR("No agent runs for this archive.\n")));
    return say(job->verb, "The agent holds the keys", left);
}

static void ready(void *context)
{
    const struct job *job = context;
    (void)say(job->verb, "The agent holds the keys", job->idle);
    process_detach();
}

/* The passphrase is wiped as soon as it has opened the keys. */
static int serve(struct job *job, struct work_agent *agent, struct secret *passphrase)
{
    const char *const folders[] = {agent->dir, agent->place.path};
    struct keys *keys;
    struct err err = {0};
    int code = cli_confine_in(job->verb, folders, 2);
    if (code)
        return code;
    int r = keys_open(agent->dir, passphrase, &keys, &err);
    secret_free(passphrase);
    if (!r)
        r = work_agent_run(agent, keys, job->idle, ready, job, &err);
    return r ? cli_fail(job->verb, &err) : 0;
}

/* In the process that becomes the agent: the passphrase is in no other. */
static int become(struct job *job)
{
    struct work_agent agent;
    struct err err = {0};
    SECRET_AUTO passphrase = {0};
    secret_init();
    int code = cli_passphrase(job->verb, job->cv.passphrase_file, "Passphrase of the archive",
                              false, &passphrase);
    cli_passphrase_done();
    if (code)
        return code;
    if (work_agent_begin(job->cv.dir, &agent, &err))
        return cli_fail(job->verb, &err);
    code = serve(job, &agent, &passphrase);
    work_agent_end(&agent);
    return code;
}

static int start(struct job *job)
{
    struct err err = {0};
    uint64_t left;
    int code = cli_vault_there(job->verb, &job->cv);
    if (code)
        return code;
    if (work_agent_left(job->cv.dir, &left, NULL) == 0) {
        (void)err_set(&err, ERR_EXISTS, "an agent for %s runs already", job->cv.dir);
        return cli_fail(job->verb, &err);
    }
    bool here = true;
    if (!job->foreground && process_fork(&here, &code, &err))
        return cli_fail(job->verb, &err);
    return here ? become(job) : code;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct job job = {.verb = verb};
    const struct cli_option options[] = {
        {.name = "archive", .value = &job.cv.dir},
        {.name = "passphrase-file", .value = &job.cv.passphrase_file},
        {.name = "idle", .value = &job.idle_text},
        {.name = "foreground", .flag = &job.foreground},
        {.name = "stop", .flag = &job.stop},
        {.name = "status", .flag = &job.status},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files)
        return cli_usage(verb, "it takes no FILE; the archive is given with --archive");
    if (job.stop && job.status)
        return cli_usage(verb, "give --stop or --status, not both");
    code = take_idle(&job);
    if (!code)
        code = cli_vault_where(verb, &job.cv);
    if (code)
        return code;
    return job.stop ? stop(&job) : job.status ? status(&job) : start(&job);
}

const struct cli_verb cli_agent = {
    .name = "agent",
    .summary = "hold the keys for a while, so that verbs ask for no passphrase",
    .usage =
        "usage: deponent agent [--archive DIR] [--passphrase-file FILE] [--idle TIME]\n"
        "                      [--foreground]\n"
        "       deponent agent [--archive DIR] --status | --stop\n"
        "\n"
        "Asks for the passphrase once, goes into the background and answers the verbs of\n"
        "this user until nobody has asked anything for ten minutes. It gives no key out.\n"
        "\n"
        "  --archive DIR           the folder of the archive; without it, $DEPONENT_ARCHIVE\n"
        "  --passphrase-file FILE  its first line is the passphrase; without it you are\n"
        "                          asked\n"
        "  --idle TIME             forget the keys after so many minutes without use, or\n"
        "                          seconds, as in 90s; 10 when it is not given\n"
        "  --foreground            stay in this terminal; Ctrl-C ends it\n"
        "  --status                does one run, and until when? Exit code 1 if none does\n"
        "  --stop                  forget the keys now\n",
    .run = run,
};
