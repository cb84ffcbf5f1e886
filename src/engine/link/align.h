/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/align: is this Latin word a spelling of that Cyrillic or Arabic one?
 *
 * A character-alignment model: steps of 0-2 Latin letters against 0-2 others, with
 * probabilities trained by EM over all segmentations (Li, Zhang and Su, ACL 2004; Sherif and
 * Kondrak 2007). The score of two words is the logarithm of the summed probability of all
 * segmentations, against that of each word by chance, per letter. The tables are trained by
 * tools/align_train.c from CC0 name pairs; man page and NOTICE say which.
 */
#ifndef DEPONENT_ENGINE_LINK_ALIGN_H
#define DEPONENT_ENGINE_LINK_ALIGN_H

#include "base/str.h"
#include "engine/link/people.h"

/* Folded words (name.h). Log odds, natural: above 0 more likely one name than chance; NAN
 * where no table has the scripts. Any thread. */
double link_align_score(struct str latin, struct str other, enum link_script script);

#endif
