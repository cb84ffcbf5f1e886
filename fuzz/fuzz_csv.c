/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/csv: any bytes are read to their end or refused with a sentence; a table that was read
 * and written again reads the same, but for the apostrophe before formulas.
 */
#include "base/csv.h"
#include "fuzz.h"

#define FUZZ_MAX (1u << 20)

static void check_again(struct arena *a, struct str written, const struct csv_record *want)
{
    struct csv_reader r;
    csv_open(&r, written, ',', "written");
    struct csv_record got;
    struct err err = {0};
    must(csv_next(&r, a, &got, &err) == 0);
    must(got.count == want->count);
    for (size_t i = 0; i < got.count; i++) {
        struct str g = got.fields[i], w = want->fields[i];
        bool shielded = g.n == w.n + 1 && g.p[0] == '\'' && w.n && strchr("=+-@\t\r", w.p[0]);
        must(str_eq(shielded ? str_slice(g, 1, g.n) : g, w));
        must(shielded || w.n == 0 || !strchr("=@\t\r", w.p[0]) || w.p[0] == '\0');
    }
    must(r.rest.n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX)
        return 0;
    ARENA_AUTO a = {0};
    struct csv_reader r;
    csv_open(&r, fuzz_str(data, size), size % 3 == 0 ? ';' : ',', "it");
    size_t last_line = 0;
    for (;;) {
        struct csv_record record = {0};
        struct err err = {0};
        if (csv_next(&r, &a, &record, &err) != 0) {
            must((err.kind == ERR_INPUT || err.kind == ERR_LIMIT) && err.text[0]);
            return 0;
        }
        if (record.count == 0)
            break;
        must(record.line > last_line);
        last_line = record.line;
        BUF_AUTO out;
        buf_init(&out, 8 * FUZZ_MAX);
        struct csv_out c = {&out, ',', false};
        for (size_t i = 0; i < record.count; i++)
            csv_put(&c, record.fields[i]);
        csv_end(&c);
        check_again(&a, buf_str(&out), &record);
    }
    must(r.rest.n == 0);
    return 0;
}
