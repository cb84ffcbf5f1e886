/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/family: texts, cut from the input at form feeds, are sketched, grouped and compared;
 * every span lies inside its text, a drift row has a value for each copy, and the index of the
 * collection loads again.
 */
#include "base/text.h"
#include "engine/family/family.h"
#include "fuzz.h"

#define FUZZ_MAX   (1u << 18)
#define FUZZ_TEXTS 6

static size_t cut(struct str s, struct family_text *ret)
{
    static const char *const names[FUZZ_TEXTS] = {"a", "b", "c", "d", "e", "f"};
    size_t n = 0;
    while (n < FUZZ_TEXTS && s.n) {
        size_t at = str_find(s, STR("\f"), 0);
        if (at == STR_NONE)
            at = s.n;
        ret[n] = (struct family_text){str_of(names[n]), str_slice(s, 0, at)};
        n++;
        s = str_slice(s, at + 1, s.n);
    }
    return n;
}

static void check_span(struct str text, struct span s)
{
    must(s.begin <= s.end && s.end <= text.n);
}

static void check_report(const struct family_report *r, const struct family_text *texts,
                         size_t count)
{
    for (size_t i = 0; i < r->drift_count; i++) {
        must(r->drifts[i].kind < FAMILY_DRIFT_COUNT);
        for (size_t k = 0; k < count; k++) {
            const struct family_value *v = &r->drifts[i].values[k];
            check_span(texts[k].text, v->span);
            if (v->withheld)
                must(v->span.begin == v->span.end);
        }
    }
    for (size_t i = 0; i < r->run_count; i++) {
        must(r->runs[i].a < count && r->runs[i].b < count);
        check_span(texts[r->runs[i].a].text, r->runs[i].in_a);
        check_span(texts[r->runs[i].b].text, r->runs[i].in_b);
    }
    for (size_t i = 0; i < r->credit_count; i++) {
        must(r->credits[i].from < count && r->credits[i].to < (int64_t)count);
        check_span(texts[r->credits[i].from].text, r->credits[i].span);
    }
    for (size_t i = 0; i < r->unmask_count; i++) {
        must(r->unmasks[i].unmasks < count && r->unmasks[i].granted_by < count);
        check_span(texts[r->unmasks[i].granted_by].text, r->unmasks[i].grant);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    if (size > FUZZ_MAX || text_check(fuzz_str(data, size), "it", &err) != 0)
        return 0;
    ARENA_AUTO a = {0};
    struct family_text texts[FUZZ_TEXTS];
    size_t count = cut(fuzz_str(data, size), texts);
    FAMILY_SET_AUTO *set = family_set_new();
    for (size_t i = 0; i < count; i++) {
        uint32_t number = 0;
        must(family_set_add(set, texts[i].name, texts[i].text, &number, &err) == 0);
        must(number == i);
    }
    struct family_groups groups = {0};
    family_group(&a, set, &groups);
    struct family_report report = {0};
    if (count)
        family_compare(&a, texts, count, &report);
    check_report(&report, texts, count);
    BUF_AUTO kept;
    buf_init(&kept, (size_t)1 << 28);
    family_set_save(set, &kept);
    FAMILY_SET_AUTO *again = NULL;
    must(family_set_load(buf_str(&kept), "kept", &again, &err) == 0);
    must(family_set_count(again) == count);
    return 0;
}
