/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/passphrase.h"

#include "sys/file.h"
#include "sys/terminal.h"

#include <stdio.h>
#include <unistd.h>

#define PASSPHRASE_SHORT 16

static int terminal = -1;

void cli_passphrase_ready(const char *file)
{
    if (!file && terminal < 0)
        terminal = terminal_open();
}

void cli_passphrase_done(void)
{
    if (terminal >= 0)
        (void)close(terminal);
    terminal = -1;
}

static int first_line(const struct cli_verb *verb, const char *path, struct secret *line,
                      struct err *err)
{
    struct file_in f;
    size_t n = 0;
    int r = file_in_open(path, &f, err);
    if (r)
        return r;
    if (f.shared)
        (void)fprintf(stderr,
                      "deponent %s: warning: %s can be read by others than its owner; "
                      "chmod 600 helps\n",
                      verb->name, f.name);
    r = file_in_read(&f, line->p, line->n, &n, err);
    file_in_close(&f);
    if (r)
        return r;
    const unsigned char *end = n ? memchr(line->p, '\n', n) : NULL;
    n = end ? (size_t)(end - line->p) : n;
    if (end && n && line->p[n - 1] == '\r')
        n--;
    if (n > CLI_PASSPHRASE_MAX)
        return err_set(err, ERR_LIMIT, "%s: the first line has more than %d bytes", path,
                       CLI_PASSPHRASE_MAX);
    line->n = n;
    return 0;
}

static int typed(const char *prompt, const char *which, struct secret *line, struct err *err)
{
    char question[256];
    (void)snprintf(question, sizeof question, "%s%s: ", prompt, which);
    size_t n = 0;
    int r = terminal_ask(terminal, question, line->p, CLI_PASSPHRASE_MAX, &n, err);
    if (r == 0)
        line->n = n;
    return r;
}

static int typed_twice(const char *prompt, struct secret *line, struct err *err)
{
    SECRET_AUTO again = {0};
    secret_alloc(&again, CLI_PASSPHRASE_MAX);
    int r = typed(prompt, ", again", &again, err);
    if (r == 0 && (again.n != line->n || !secret_eq(again.p, line->p, line->n)))
        r = err_set(err, ERR_INPUT, "the two passphrases are not the same, nothing was done");
    return r;
}

int cli_passphrase(const struct cli_verb *verb, const char *file, const char *prompt,
                   bool twice, struct secret *ret)
{
    struct err err = {0};
    SECRET_AUTO line = {0};
    secret_alloc(&line, CLI_PASSPHRASE_MAX + 2); /* room to see a line that is too long */
    cli_passphrase_ready(file);
    if (!file && terminal < 0)
        return cli_usage(verb, "there is no terminal to ask for a passphrase on; use "
                               "--passphrase-file FILE");
    int r = file ? first_line(verb, file, &line, &err) : typed(prompt, "", &line, &err);
    if (r == 0 && line.n == 0)
        r = err_set(&err, ERR_INPUT, "the passphrase is empty, nothing was done");
    if (r == 0 && twice && !file)
        r = typed_twice(prompt, &line, &err);
    if (r)
        return cli_fail(verb, &err);
    secret_set(ret, line.p, line.n);
    return 0;
}

void cli_passphrase_judge(const struct cli_verb *verb, const struct secret *passphrase)
{
    if (passphrase->n < PASSPHRASE_SHORT)
        (void)fprintf(stderr,
                      "deponent %s: warning: the passphrase has %zu bytes; who has the folder "
                      "can try short ones, six or more random words are better\n",
                      verb->name, passphrase->n);
}
