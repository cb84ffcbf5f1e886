/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model/card: any bytes are cards (or one record as JSON) or refused with a sentence; a record
 * that was parsed prints, and prints to the same bytes after it is parsed again.
 */
#include "fuzz.h"
#include "model/card.h"

#define FUZZ_MAX (1u << 18)

static void check_refused(const struct err *err)
{
    must((err->kind == ERR_INPUT || err->kind == ERR_LIMIT) && err->text[0]);
}

static void check_round(struct arena *a, const struct record *r)
{
    BUF_AUTO text, again, json;
    buf_init(&text, 8 * FUZZ_MAX);
    buf_init(&again, 8 * FUZZ_MAX);
    buf_init(&json, 16 * FUZZ_MAX);
    struct err err = {0};
    must(card_print(&text, r, &err) == 0);
    struct str rest = buf_str(&text);
    size_t line = 0;
    bool end = false;
    struct record back;
    must(card_next(a, &rest, &line, "it", &back, &end, &err) == 0 && !end);
    must(card_print(&again, &back, &err) == 0);
    must(str_eq(buf_str(&text), buf_str(&again)));
    must(card_print_json(&json, r, &err) == 0);
    must(card_parse_json(a, buf_str(&json), "it", &back, &err) == 0);
    buf_clear(&again);
    must(card_print(&again, &back, &err) == 0);
    must(str_eq(buf_str(&text), buf_str(&again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX)
        return 0;
    ARENA_AUTO a = {0};
    struct str rest = fuzz_str(data, size);
    size_t line = 0;
    for (;;) {
        struct record r;
        struct err err = {0};
        bool end = false;
        if (card_next(&a, &rest, &line, "it", &r, &end, &err) != 0) {
            check_refused(&err);
            break;
        }
        if (end)
            break;
        check_round(&a, &r);
    }
    struct record r;
    struct err err = {0};
    if (card_parse_json(&a, fuzz_str(data, size), "it", &r, &err) != 0)
        check_refused(&err);
    else
        check_round(&a, &r);
    return 0;
}
