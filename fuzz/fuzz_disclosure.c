/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/disclosure: any bytes are a disclosure in its one form or refused with a sentence; and
 * only what is genuine gives out cards: a seed may, nothing that was made of it may.
 */
#include "fuzz.h"
#include "work/disclosure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO a = {0};
    struct disclosure *d = ARENA_NEW(&a, 1, struct disclosure);
    struct bundle_note note;
    struct str cards, text = fuzz_str(data, size);
    struct err err = {0};
    int r = work_disclosure_parse(&a, text, "it", d, &err);
    must(r == 0 || ((r == ERR_INPUT || r == ERR_LIMIT) && err.text[0]));
    if (r)
        return 0;
    BUF_AUTO again;
    buf_init(&again, 2 * size + 1024);
    work_disclosure_print(&again, d);
    must(str_eq(buf_str(&again), text));
    r = work_disclosure_check(&a, d, "it", &cards, &note, &err);
    must(r == 0 || err.text[0]);
    /* Whoever has the text signs it: the seed is of this archive, and no other can be made. */
    must(r != 0 || (d->device_count > 0 && cards.n > 0 && note.count > d->index));
    return 0;
}
