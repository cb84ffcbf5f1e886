/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/words: values of options that are words of a list (model/vocabulary), dates or texts,
 * checked before anything else is done. Each prints its sentence and returns 0 or an exit code;
 * what is not given (NULL) is left as it is.
 */
#ifndef DEPONENT_DOOR_CLI_WORDS_H
#define DEPONENT_DOOR_CLI_WORDS_H

#include "door/cli/cli.h"
#include "model/vocabulary.h"

/* `option` is its name as it is written: "--terms", "OUTCOME". */
int cli_word(const struct cli_verb *verb, const char *option, const struct vocab *v,
             const char *typed, int *ret);
/* Of each value the bit 1 << value. */
int cli_word_set(const struct cli_verb *verb, const char *option, const struct vocab *v,
                 const struct cli_values *typed, unsigned *ret);
/* EDTF. */
int cli_date(const struct cli_verb *verb, const char *option, const char *typed,
             struct str *ret);
/* UTF-8 of one or more lines, at most RECORD_TEXT_MAX bytes. What begins with @ names a file
 * that holds the text, @- is standard input: what stands on a command line can be seen by other
 * programs and is kept by shells. */
int cli_text(const struct cli_verb *verb, const char *option, const char *typed,
             struct str *ret);

#endif
