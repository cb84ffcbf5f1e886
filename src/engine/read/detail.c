/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/read/parts.h"

void detail_fill(struct arena *a, const struct token_text *t, const struct page *page,
                 const struct date_list *dates, const struct figure_list *figures,
                 struct proposal_list *proposals, struct figure_list *ret_loose)
{
    (void)a, (void)t, (void)page, (void)dates, (void)proposals;
    *ret_loose = *figures;
}
