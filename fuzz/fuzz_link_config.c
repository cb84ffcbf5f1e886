/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/config: any bytes are a configuration or refused with a sentence; one that was
 * read and written again reads the same.
 */
#include "engine/link/config.h"
#include "fuzz.h"

#define FUZZ_MAX (1u << 16)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX)
        return 0;
    ARENA_AUTO a = {0};
    struct link_config c, back;
    struct err err = {0};
    int e = link_config_read(fuzz_str(data, size), "it", &a, &c, &err);
    if (e) {
        must((e == ERR_INPUT || e == ERR_LIMIT) && str_starts(str_of(err.text), STR("it: ")));
        return 0;
    }
    BUF_AUTO once;
    BUF_AUTO twice;
    buf_init(&once, 64 * FUZZ_MAX);
    buf_init(&twice, 64 * FUZZ_MAX);
    link_config_write(&c, &once);
    must(!once.full && link_config_read(buf_str(&once), "it", &a, &back, &err) == 0);
    link_config_write(&back, &twice);
    must(str_eq(buf_str(&once), buf_str(&twice)));
    for (uint32_t k = 0; k < c.made_count; k++)
        must(back.made[k].made.first == c.made[k].made.first &&
             back.made[k].made.last == c.made[k].made.last);
    return 0;
}
