/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/words.h"

#include "base/text.h"
#include "base/time.h"
#include "model/records.h"
#include "sys/file.h"

int cli_word(const struct cli_verb *verb, const char *option, const struct vocab *v,
             const char *typed, int *ret)
{
    if (!typed)
        return 0;
    int value = vocab_parse(v, str_of(typed));
    if (value >= 0) {
        *ret = value;
        return 0;
    }
    BUF_AUTO list;
    buf_init(&list, 4096);
    vocab_list(v, &list);
    return cli_usage(verb, "%s %.40s is no %s; expected %s", option, typed, v->what, list.p);
}

int cli_word_set(const struct cli_verb *verb, const char *option, const struct vocab *v,
                 const struct cli_values *typed, unsigned *ret)
{
    unsigned set = 0;
    for (size_t i = 0; i < typed->count; i++) {
        int value = 0;
        int code = cli_word(verb, option, v, typed->items[i], &value);
        if (code)
            return code;
        set |= 1u << value;
    }
    if (typed->count)
        *ret = set;
    return 0;
}

int cli_date(const struct cli_verb *verb, const char *option, const char *typed,
             struct str *ret)
{
    struct err err = {0};
    struct time_edtf edtf;
    if (!typed)
        return 0;
    if (time_parse(str_of(typed), &edtf, &err))
        return cli_usage(verb, "%s: %s", option, err.text);
    *ret = str_of(typed);
    return 0;
}

/* The text in the file behind "@", without the line ends at its end. */
static int from_file(const struct cli_verb *verb, const char *path, struct str *ret)
{
    static struct arena kept; /* to the end of the program, as argv is */
    struct err err = {0};
    BUF_AUTO bytes;
    buf_init(&bytes, RECORD_TEXT_MAX + 1);
    if (file_read(path, RECORD_TEXT_MAX, &bytes, &err))
        return cli_fail(verb, &err);
    struct str s = buf_str(&bytes);
    while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
        s.n--;
    *ret = s.n ? arena_copy(&kept, s) : STR("");
    return 0;
}

int cli_text(const struct cli_verb *verb, const char *option, const char *typed,
             struct str *ret)
{
    if (!typed)
        return 0;
    struct str s = str_of(typed);
    int code = typed[0] == '@' ? from_file(verb, typed + 1, &s) : 0;
    if (code)
        return code;
    if (s.n > RECORD_TEXT_MAX)
        return cli_usage(verb, "%s has %zu bytes; at most %u are kept", option, s.n,
                         RECORD_TEXT_MAX);
    if (text_invalid_at(s) != STR_NONE)
        return cli_usage(verb, "%s is not valid UTF-8", option);
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n' && s.p[i] != '\t') ||
            s.p[i] == 0x7f)
            return cli_usage(verb, "%s holds a control character", option);
    if (str_trim(s).n == 0)
        return cli_usage(verb, "%s is empty", option);
    *ret = s;
    return 0;
}
