/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/read/parts.h"

void page_scan(struct arena *a, const struct token_text *t, struct page *ret)
{
    *ret = (struct page){.english = true, .furniture = ARENA_NEW(a, t->count + 1, bool)};
}
