/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/bundle: any bytes are bundles or refused with a sentence; what was parsed prints
 * to the same bytes, the text of a note as well as a file.
 */
#include "fuzz.h"
#include "vault/ledger/bundle.h"

static void check_refused(const struct err *err)
{
    must((err->kind == ERR_INPUT || err->kind == ERR_LIMIT || err->kind == ERR_STATE) &&
         err->text[0]);
}

static void check_note(struct arena *a, struct str text)
{
    struct bundle_note note;
    struct err err = {0};
    if (bundle_parse_note(a, text, "it", &note, &err)) {
        check_refused(&err);
        return;
    }
    BUF_AUTO again;
    buf_init(&again, text.n);
    bundle_print_note(&again, &note);
    must(!again.full && str_eq(buf_str(&again), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO a = {0};
    struct str all = fuzz_str(data, size), rest = all;
    check_note(&a, all);
    BUF_AUTO again;
    buf_init(&again, size + 1);
    while (rest.n) {
        struct bundle b;
        struct err err = {0};
        if (bundle_parse(&a, &rest, "it", &b, &err)) {
            check_refused(&err);
            break;
        }
        check_note(&a, b.note);
        must(bundle_print(&again, &b, &err) == 0);
    }
    must(str_eq(buf_str(&again), str_slice(all, 0, size - rest.n)));
    return 0;
}
