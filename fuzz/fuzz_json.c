/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/json: what is parsed and is a string comes out of the writer as JSON that parses to the
 * same string again; any bytes at all come out as one JSON string.
 */
#include "base/json.h"
#include "fuzz.h"

#define FUZZ_MAX (1u << 20)

static void check_written(struct str s, bool same)
{
    BUF_AUTO out;
    buf_init(&out, 8 * FUZZ_MAX);
    struct json_out j = {&out, false};
    json_put_str(&j, s);
    JSON_AUTO *back = NULL;
    struct err err = {0};
    must(json_parse(buf_str(&out), out.n, "it", &back, &err) == 0);
    must(json_is_string(back));
    if (same)
        must(str_eq(str_make(json_string_value(back), json_string_length(back)), s));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_str(data, size);
    if (size > FUZZ_MAX)
        return 0;
    JSON_AUTO *v = NULL;
    struct err err = {0};
    if (json_parse(text, FUZZ_MAX, "it", &v, &err) == 0) {
        if (json_is_string(v))
            check_written(str_make(json_string_value(v), json_string_length(v)), true);
    } else {
        must(err.kind == ERR_INPUT || err.kind == ERR_LIMIT);
        must(err.text[0] != '\0');
    }
    /* jansson keeps NUL out of strings unless asked, so only text without it is tried. */
    if (size == 0 || !memchr(data, 0, size))
        check_written(text, false);
    return 0;
}
