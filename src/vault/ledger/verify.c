/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/file.h"
#include "vault/ledger/verify_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const char *const ledger_fault_names[LEDGER_FAULT_COUNT] = {
    [LEDGER_FAULT_NOTE] = "note",         [LEDGER_FAULT_CHAIN] = "chain",
    [LEDGER_FAULT_ROOT] = "root",         [LEDGER_FAULT_ENVELOPE] = "envelope",
    [LEDGER_FAULT_PAYLOAD] = "payload",   [LEDGER_FAULT_ATTACHMENT] = "attachment",
    [LEDGER_FAULT_DEVICE] = "device",     [LEDGER_FAULT_FORK] = "fork",
    [LEDGER_FAULT_SEAL] = "seal",         [LEDGER_FAULT_RING] = "ring",
    [LEDGER_FAULT_ROLLBACK] = "rollback", [LEDGER_FAULT_DATABASE] = "database",
};

void verify_fault(struct verify *v, enum ledger_fault_kind kind, const char *format, ...)
{
    if (v->v->fault_count == LEDGER_FAULTS_MAX)
        return;
    struct ledger_fault f = {.kind = kind};
    va_list ap;
    va_start(ap, format);
    (void)vsnprintf(f.text, sizeof f.text, format, ap);
    va_end(ap);
    ARENA_PUSH(v->results, v->v->faults, v->v->fault_count, v->fault_cap, f);
}

void verify_fault_at(struct verify *v, enum ledger_fault_kind kind,
                     const struct ledger_row *row, size_t index, const char *sentence)
{
    char name[BUNDLE_NAME_MAX];
    (void)bundle_name(row->device, name);
    if (index == SIZE_MAX)
        verify_fault(v, kind,
                     "bundle %" PRIu64 " (%.25s, entries %" PRIu64 " to %" PRIu64 "): %s",
                     row->num, name, row->first, row->first + row->count - 1, sentence);
    else
        verify_fault(v, kind, "entry %" PRIu64 " of %.25s (bundle %" PRIu64 "): %s",
                     row->first + index, name, row->num, sentence);
}

static void database_fault(void *context, const char *sentence)
{
    verify_fault(context, LEDGER_FAULT_DATABASE, "ledger.db: %s", sentence);
}

/* A fault without a bundle: of a checkpoint. */
static void checkpoint_fault(void *context, enum ledger_fault_kind kind, size_t index,
                             const char *sentence)
{
    (void)index;
    verify_fault(context, kind, "%s", sentence);
}

static int start(struct verify *v, struct err *err)
{
    v->payload.q = ledger_ask(v->l, LEDGER_ALL_PAYLOADS);
    v->attachment.q = ledger_ask(v->l, LEDGER_ALL_ATTACHMENTS);
    v->control.q = ledger_ask(v->l, LEDGER_ALL_CONTROLS);
    int r = verify_step(v, &v->payload, err);
    if (!r)
        r = verify_step(v, &v->attachment, err);
    return r ? r : verify_step(v, &v->control, err);
}

static int walk_one(struct verify *v, struct store_query *q, struct err *err)
{
    struct verify_bundle *b = &v->bundles[v->bundle_count];
    struct arena memory = b->memory;
    *b = (struct verify_bundle){.memory = memory};
    struct err damage;
    if (ledger_row_get(q, &v->rows, &b->row, &damage)) {
        verify_fault(v, LEDGER_FAULT_DATABASE, "%s", damage.text);
        return 0;
    }
    v->bundle_count++;
    v->v->bundles++;
    v->v->entries += b->row.count;
    int r = verify_entries(v, b, err);
    if (!r && (v->bundle_count == VERIFY_BUNDLES || v->byte_count >= VERIFY_BYTES))
        r = verify_flush(v, true, err);
    return r;
}

/* The walk holds one query open from its beginning to its end: what other programs append
 * meanwhile is not seen. */
static int walk(struct verify *v, bool (*progress)(void *context, uint64_t done, uint64_t all),
                void *context, struct err *err)
{
    uint64_t all = progress ? ledger_count(v->l) : 0;
    struct store_query *q = ledger_ask(v->l, LEDGER_ALL_BUNDLES);
    struct err damage = {0};
    bool started = false;
    int r;
    while ((r = store_step(q, &damage)) == 1) {
        r = started ? 0 : start(v, err);
        started = true;
        if (!r)
            r = walk_one(v, q, err);
        if (!r && progress && v->bundle_count == 0 && progress(context, v->v->entries, all))
            r = err_set(err, ERR_CANCELLED, "verifying was stopped");
        if (r) {
            store_reset(q);
            return r;
        }
    }
    if (r == ERR_INPUT)
        verify_fault(v, LEDGER_FAULT_DATABASE, "%s", damage.text);
    else if (r)
        return err_set(err, r, "%s", damage.text);
    if (!started && (r = start(v, err)) != 0)
        return r;
    r = verify_flush(v, true, err);
    if (!r)
        r = verify_forks(v, err);
    return r ? r : verify_rest(v, err);
}

/* The last checkpoint that this device kept by itself: it shows that a file was put back, not
 * that the whole folder was. */
static int check_own_heads(struct verify *v, struct err *err)
{
    ARENA_AUTO a = {0};
    BUF_AUTO note;
    buf_init(&note, NOTE_MAX);
    int r = file_read(ledger_path(v->l, &a, "heads"), NOTE_MAX, &note, err);
    if (r == ERR_MISSING)
        return 0;
    if (r && r != ERR_LIMIT)
        return r;
    struct err damage;
    r = r ? r : ledger_compare_checkpoint(v->l, buf_str(&note), checkpoint_fault, v, &damage);
    if (r == ERR_IO || r == ERR_DB)
        return err_set(err, r, "%s", damage.text);
    if (r)
        verify_fault(v, LEDGER_FAULT_ROLLBACK,
                     "the file heads is damaged, or of another archive");
    return 0;
}

static int check_checkpoint(struct verify *v, struct str checkpoint, struct err *err)
{
    int r = check_own_heads(v, err);
    if (r || !checkpoint.p)
        return r;
    r = ledger_compare_checkpoint(v->l, checkpoint, checkpoint_fault, v, err);
    v->v->rollback_checked = r == 0;
    return r;
}

/* What opening it said, unless something that was found since says it better. */
static void check_damage(struct verify *v)
{
    const struct err *damage = &v->l->damage;
    if (damage->kind == ERR_REFUSED)
        verify_fault(v, LEDGER_FAULT_RING, "%s", damage->text);
    else if (damage->kind && !v->v->fault_count)
        verify_fault(v, LEDGER_FAULT_DATABASE, "%s", damage->text);
    const struct ledger_ring *said = &v->shadow.ring, *used = &v->l->ring;
    if (v->l->keys && !damage->kind &&
        (said->known != used->known || said->generation != used->generation ||
         memcmp(said->hash, used->hash, sizeof said->hash) != 0))
        verify_fault(v, LEDGER_FAULT_RING,
                     "the keyring in use is not the last that this device "
                     "named");
}

int ledger_verify(struct ledger *l, struct arena *a, struct pool *pool, struct str checkpoint,
                  bool (*progress)(void *context, uint64_t done, uint64_t all), void *context,
                  struct ledger_verdict *ret, struct err *err)
{
    struct ledger_verdict verdict = {.opened = l->keys != NULL};
    struct verify *v = calloc(1, sizeof *v);
    if (!v)
        err_die("out of memory");
    v->l = l;
    v->pool = pool;
    v->results = a;
    v->v = &verdict;
    v->shadow.keys = l->keys;
    memcpy(v->shadow.archive, l->archive, sizeof l->archive);
    int r = walk(v, progress, context, err);
    if (!r)
        r = check_checkpoint(v, checkpoint, err);
    if (!r)
        r = store_check(l->db, database_fault, v, err);
    if (!r) {
        check_damage(v);
        verdict.devices = v->shadow.device_count;
        *ret = verdict;
    }
    for (size_t i = 0; i < VERIFY_BUNDLES; i++)
        arena_free(&v->bundles[i].memory);
    arena_free(&v->rows);
    arena_free(&v->bytes);
    arena_free(&v->kept);
    arena_free(&v->shadow.memory);
    free(v);
    return r;
}
