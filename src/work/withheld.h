/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/withheld: why something of an account is not shown, in words. The archive decides what is
 * withheld (vault/archive/terms.h); this only says which rule it was.
 */
#ifndef DEPONENT_WORK_WITHHELD_H
#define DEPONENT_WORK_WITHHELD_H

#include "vault/archive/archive.h"

/* "its terms are background", "consent was withdrawn, or has ended" …; p == NULL when `what` may
 * be shown. */
struct str work_withheld(struct arena *a, const struct archive_account *account,
                         enum purpose purpose, enum terms_may what);

#endif
