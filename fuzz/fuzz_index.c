/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/family, the index on disk: any bytes are an index or refused with a sentence; what was
 * loaded is kept in bytes that load again and are kept the same, and can be grouped.
 */
#include "base/hash.h"
#include "engine/family/family.h"
#include "fuzz.h"

#define FUZZ_MAX (1u << 20)

static void check_index(struct str bytes)
{
    FAMILY_SET_AUTO *set = NULL, *again = NULL;
    struct err err = {0};
    if (family_set_load(bytes, "it", &set, &err) != 0) {
        must((err.kind == ERR_INPUT || err.kind == ERR_LIMIT) && err.text[0]);
        return;
    }
    BUF_AUTO first, second;
    buf_init(&first, (size_t)1 << 28);
    buf_init(&second, (size_t)1 << 28);
    family_set_save(set, &first);
    must(!first.full);
    must(family_set_load(buf_str(&first), "saved", &again, &err) == 0);
    family_set_save(again, &second);
    must(str_eq(buf_str(&first), buf_str(&second)));
    for (uint32_t i = 0; i < family_set_count(set); i++)
        must(family_set_find(set, family_set_name(set, i)) == i);
    ARENA_AUTO a = {0};
    struct family_groups groups = {0};
    family_group(&a, set, &groups);
    for (size_t i = 0; i < groups.count; i++)
        must(groups.items[i].count >= 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 8 || size > FUZZ_MAX)
        return 0;
    check_index(fuzz_str(data, size));
    /* The same with a checksum that fits, or the fuzzer never gets behind it. */
    BUF_AUTO mended;
    buf_init(&mended, FUZZ_MAX);
    buf_add(&mended, str_make((const char *)data, size - 8));
    uint64_t sum = hash_bytes(buf_str(&mended), 0);
    for (int i = 0; i < 8; i++)
        buf_add_char(&mended, (char)(sum >> 8 * i & 255));
    check_index(buf_str(&mended));
    return 0;
}
