/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/withheld.h"

struct str work_withheld(struct arena *a, const struct archive_account *account,
                         enum purpose purpose, enum terms_may what)
{
    if (account->shredded)
        return STR("it was shredded");
    if (account->locked)
        return STR("this device has no key for it");
    if (account->may & what)
        return (struct str){NULL, 0};
    if (account->terms.withdrawn)
        return STR("consent was withdrawn, or has ended");
    if (!(account->terms.purposes >> purpose & 1))
        return arena_printf(a, "there is no consent to %s",
                            vocab_name(&vocab_purpose, (int)purpose));
    const char *name = vocab_name(&vocab_attribution, (int)account->terms.attribution);
    return arena_printf(a, "its terms are %s", name ? name : "not known");
}
