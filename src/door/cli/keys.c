/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/keys.h"

#include "door/cli/passphrase.h"
#include "sys/file.h"
#include "work/seal_file.h"

#include <stdio.h>

static int recipients_of_file(struct age_recipients *to, const char *path, struct err *err)
{
    BUF_AUTO text;
    buf_init(&text, SEAL_KEYS_MAX);
    int r = file_read(path, SEAL_KEYS_MAX, &text, err);
    return r ? r : age_recipients_parse(to, buf_str(&text), path, err);
}

int cli_recipients(const struct cli_verb *verb, const struct cli_values *recipients,
                   const struct cli_values *files, struct age_recipients *to)
{
    struct err err = {0};
    for (size_t i = 0; i < recipients->count; i++) {
        struct age_recipient one;
        if (age_recipient_parse(str_of(recipients->items[i]), &one, &err) != 0) {
            (void)err_prefix(&err, "--recipient");
            return cli_fail(verb, &err);
        }
        age_recipients_add(to, &one);
    }
    for (size_t i = 0; i < files->count; i++)
        if (recipients_of_file(to, files->items[i], &err) != 0)
            return cli_fail(verb, &err);
    return 0;
}

static int identities_of_file(const struct cli_verb *verb, const char *path,
                              const char *passphrase_file, const char *output,
                              struct age_identities *to)
{
    struct err err = {0};
    SECRET_AUTO text = {0};
    if (seal_key_read(path, output, &text, &err) != 0)
        return cli_fail(verb, &err);
    if (age_is_file(secret_str(&text))) {
        char prompt[200];
        (void)snprintf(prompt, sizeof prompt, "Passphrase of %s", path);
        SECRET_AUTO passphrase = {0};
        int code = cli_passphrase(verb, passphrase_file, prompt, false, &passphrase);
        if (code)
            return code;
        if (seal_key_unlock(&text, &passphrase, path, &err) != 0)
            return cli_fail(verb, &err);
    }
    if (age_identities_parse(to, secret_str(&text), path, &err) != 0)
        return cli_fail(verb, &err);
    return 0;
}

int cli_identities(const struct cli_verb *verb, const struct cli_values *files,
                   const char *passphrase_file, const char *output, struct age_identities *to)
{
    int code = 0;
    for (size_t i = 0; i < files->count && !code; i++)
        code = identities_of_file(verb, files->items[i], passphrase_file, output, to);
    return code;
}

struct str cli_recipients_say(struct arena *a, const struct age_recipients *to)
{
    BUF_AUTO text;
    buf_init(&text, AGE_MAX_RECIPIENTS * 128);
    for (size_t i = 0; i < to->count; i++) {
        if (i)
            buf_add(&text, STR(" "));
        age_recipient_print(&text, to->items[i].public_key);
    }
    return arena_copy(a, buf_str(&text));
}
