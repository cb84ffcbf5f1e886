/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/offset.h"

static bool is_literal(const struct offset_run *r)
{
    return r->text_length == r->source_length;
}

void offset_add(struct arena *a, struct offset_map *m, struct offset_run run)
{
    struct offset_run *last = m->count ? &m->runs[m->count - 1] : NULL;
    if (last && is_literal(last) && is_literal(&run) &&
        last->text + last->text_length == run.text &&
        last->source + last->source_length == run.source) {
        last->text_length += run.text_length;
        last->source_length += run.source_length;
        return;
    }
    ARENA_PUSH(a, m->runs, m->count, m->cap, run);
}

/* The last run that begins at or before `at`. */
static const struct offset_run *run_at(const struct offset_map *m, size_t at)
{
    size_t low = 0, high = m->count;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (m->runs[mid].text <= at)
            low = mid;
        else
            high = mid;
    }
    return &m->runs[low];
}

size_t offset_begin(const struct offset_map *m, size_t at)
{
    if (!m || m->count == 0)
        return at;
    const struct offset_run *r = run_at(m, at);
    size_t in = at > r->text ? at - r->text : 0;
    if (in >= r->text_length)
        return (size_t)r->source + r->source_length;
    return is_literal(r) ? r->source + in : r->source;
}

size_t offset_end(const struct offset_map *m, size_t at)
{
    if (!m || m->count == 0)
        return at;
    if (at == 0)
        return m->runs[0].source;
    const struct offset_run *r = run_at(m, at - 1);
    size_t in = at - r->text;
    if (is_literal(r) && in < r->text_length)
        return r->source + in;
    return (size_t)r->source + r->source_length;
}
