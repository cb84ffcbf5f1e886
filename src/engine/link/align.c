/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/align.h"

#include "engine/link/name_parts.h"

#include <math.h>

double link_align_score(struct str latin, struct str other, enum link_script script)
{
    if (script != LINK_CYRILLIC && script != LINK_ARABIC && script != LINK_HEBREW)
        return (double)NAN;
    uint32_t a = link_sound(NULL, latin), b = link_sound(NULL, other);
    return a && a == b ? 8 : -8;
}
