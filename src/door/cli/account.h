/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/account: an account for a terminal and as JSON: what may be shown of it, and why the
 * rest is not.
 */
#ifndef DEPONENT_DOOR_CLI_ACCOUNT_H
#define DEPONENT_DOOR_CLI_ACCOUNT_H

#include "base/buf.h"
#include "work/withheld.h"

/* "anonymity; help, statistics", "withdrawn", "shredded" … */
struct str account_terms(struct arena *a, const struct archive_account *account);
/* The name of its source, or its description, or "(withheld)"; not yet safe. */
struct str account_who(struct arena *a, const struct archive_account *account);
/* Everything but the words, a line each. */
void account_print_lines(struct buf *out, struct arena *a,
                         const struct archive_account *account, enum purpose purpose);
/* One object and a line feed; the text only when it is there. */
void account_print_json(struct buf *out, struct arena *a, const struct archive_account *account,
                        enum purpose purpose);

#endif
