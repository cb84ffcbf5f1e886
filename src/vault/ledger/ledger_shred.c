/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shredding. The order is what makes an interrupted one safe, wherever it stops:
 *   1 the snapshots go (they can be made again)
 *   2 the keys prepare a ring without the subjects; the one in use stays
 *   3 one transaction: the control entry that names the new ring, the payloads' rows deleted
 *   4 the old ring's secret and file go
 *   5 the write-ahead log is emptied, the attachments' files go
 * Before 3 is synced nothing has happened, and opening takes back what 2 made; after it, opening
 * finishes 4 and 5.
 */
#include "base/sort.h"
#include "sys/file.h"
#include "vault/ledger/ledger_parts.h"

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

int ledger_drop_snapshots(struct ledger *l, struct err *err)
{
    static const char *const names[] = {"view.age", "find.age"};
    ARENA_AUTO a = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = ledger_path(l, &a, names[i]);
        int r = file_remove(path, err);
        if (r && r != ERR_MISSING)
            return r;
        r = file_remove_leftovers(path, err);
        if (r)
            return r;
    }
    return 0;
}

static int drop_row(struct ledger *l, const struct envelope *e, uint64_t at,
                    struct ledger_sweep *s, struct err *err)
{
    if (e->type == ENVELOPE_ATTACHMENT) {
        ARENA_PUSH(&s->memory, s->files, s->file_count, s->file_cap, e->payload);
        struct store_query *q = ledger_ask(l, LEDGER_SET_ATTACHMENT);
        store_bind_int(q, 1, 0);
        store_bind_int(q, 2, (int64_t)at);
        return store_run(q, err);
    }
    struct store_query *q = ledger_ask(l, LEDGER_DROP_PAYLOAD);
    store_bind_int(q, 1, (int64_t)at);
    return store_run(q, err);
}

int ledger_subject(struct ledger *l, const struct envelope *e, struct id *ret, struct err *err)
{
    struct id ref;
    memcpy(ref.b, e->key_ref, ID_SIZE);
    return keys_reference(l->keys, e->payload, ref, ret->b, err);
}

static int sweep_bundle(struct ledger *l, const struct ledger_row *row, struct ledger_sweep *s,
                        struct err *err)
{
    for (size_t i = 0; i < row->count; i++) {
        struct envelope e;
        struct id subject;
        int r = envelope_unpack(ledger_envelope(row->envelopes, i), &e, err);
        if (r)
            return err_prefix(err, "ledger.db: bundle %llu", (unsigned long long)row->num);
        if (e.type == ENVELOPE_CONTROL)
            continue;
        r = ledger_subject(l, &e, &subject, err);
        if (!r && sort_find(&subject, s->subjects, s->count, sizeof subject, by_id))
            r = drop_row(l, &e, ledger_at(row->num, i), s, err);
        if (r)
            return r;
    }
    return 0;
}

int ledger_sweep_rows(struct ledger *l, struct ledger_sweep *s, struct err *err)
{
    ARENA_AUTO a = {0};
    uint64_t num = 0;
    for (;;) {
        arena_reset(&a);
        struct store_query *q = ledger_ask(l, LEDGER_BY_NUM);
        store_bind_int(q, 1, (int64_t)num);
        int r = store_step(q, err);
        if (r <= 0)
            return r;
        struct ledger_row row;
        r = ledger_row_get(q, &a, &row, err);
        store_reset(q);
        if (!r)
            r = sweep_bundle(l, &row, s, err);
        if (r)
            return r;
        num = row.num;
    }
}

int ledger_sweep_files(struct ledger *l, const struct ledger_sweep *s, struct err *err)
{
    ARENA_AUTO a = {0};
    int r = store_checkpoint(l->db, err);
    for (size_t i = 0; i < s->file_count && !r; i++) {
        r = file_remove(ledger_attachment_path(l, &a, s->files[i]), err);
        if (r == ERR_MISSING)
            r = 0;
    }
    return r;
}

static int sweep_in_commit(void *context, struct ledger *l, struct err *err)
{
    return ledger_sweep_rows(l, context, err);
}

/* Steps 2 to 5; `subjects` none: a new ring only. */
static int shred(struct ledger *l, const struct id *subjects, const struct id *keys,
                 size_t key_count, struct ledger_sweep *s, struct str day, struct err *err)
{
    struct ledger_ring ring = {.known = true};
    struct ledger_draft *d;
    int r = ledger_begin(l, &d, err);
    if (r)
        return r;
    BUF_AUTO cards;
    buf_init(&cards, ENVELOPE_MAX_CONTROL);
    r = keys_shred_prepare(l->keys, keys, key_count, &ring.generation, &ring.size, ring.hash,
                           err);
    if (!r)
        r = ledger_print_shred(l, subjects, s->count, &ring, day, &cards, err);
    if (!r)
        r = ledger_add_control(d, buf_str(&cards), err);
    if (r) {
        ledger_discard(d);
        return r;
    }
    if (s->count)
        ledger_in_commit(d, sweep_in_commit, s);
    r = ledger_commit(d, day, err);
    if (!r)
        r = keys_shred_finish(l->keys, ring.generation, err);
    return r ? r : ledger_sweep_files(l, s, err);
}

int ledger_shred(struct ledger *l, const struct id *subjects, size_t count, struct str day,
                 struct err *err)
{
    if (count == 0 || count > RECORD_LIST_MAX)
        return err_set(err, ERR_LIMIT, "%zu subjects are shredded at once, expected 1 to %d",
                       count, RECORD_LIST_MAX);
    struct ledger_sweep s = {.count = count};
    struct id *sorted = ARENA_NEW(&s.memory, count, struct id);
    memcpy(sorted, subjects, count * sizeof *sorted);
    sort_items(sorted, count, sizeof *sorted, by_id);
    s.subjects = sorted;
    int r = ledger_drop_snapshots(l, err);
    if (!r)
        r = shred(l, sorted, sorted, count, &s, day, err);
    arena_free(&s.memory);
    return r;
}

int ledger_shred_apply(struct ledger *l, struct str day, size_t *ret_count, struct err *err)
{
    ARENA_AUTO a = {0};
    struct id *here = ARENA_NEW(&a, l->shredded_count, struct id);
    size_t count = 0;
    for (size_t i = 0; i < l->shredded_count; i++)
        if (keys_has(l->keys, l->shredded[i]))
            here[count++] = l->shredded[i];
    struct ledger_sweep none = {.count = 0};
    int r = count ? shred(l, NULL, here, count, &none, day, err) : 0;
    if (!r)
        *ret_count = count;
    return r;
}
