/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the bundles are each other's successors: chains, clocks, devices, forks.
 */
#include "vault/ledger/verify_parts.h"
#include "vault/seal/hash.h"

#include <stdlib.h>

/* What the next bundle of a chain must fit. */
struct tip {
    uint64_t next, clock;
    unsigned char note[32], envelope[32];
};

static bool row_fits(const struct ledger_row *row, const struct ledger_checked *c)
{
    return row->first == c->note.first && row->count == c->note.count &&
           row->clock == c->note.clock && memcmp(row->device, c->device, 16) == 0 &&
           memcmp(row->hash, c->hash, 32) == 0;
}

static void check_follows(struct verify *v, const struct verify_bundle *b, const struct tip *t)
{
    const struct ledger_checked *c = &b->checked;
    const char *fault = NULL;
    if (c->note.first != t->next)
        fault = "it does not continue where the bundle that it names ends";
    else if (memcmp(c->previous, t->envelope, 32) != 0)
        fault = "its first envelope does not follow the one before";
    else if (c->note.clock <= t->clock || c->note.clock - t->clock > LEDGER_CLOCK_STEP)
        fault = "its clock does not follow that of the bundle before";
    if (fault)
        verify_fault_at(v, LEDGER_FAULT_CHAIN, &b->row, SIZE_MAX, fault);
}

/* The bundle that this one names, when it is not the last of its device. */
static int find_tip(struct verify *v, const struct verify_bundle *b, struct tip *ret,
                    bool *ret_found, struct err *err)
{
    struct store_query *q = ledger_ask(v->l, LEDGER_BY_HASH);
    store_bind_blob(q, 1, b->checked.note.previous, 32);
    store_bind_blob(q, 2, b->checked.device, 16);
    int r = store_step(q, err);
    if (r < 0)
        return r;
    *ret_found = false;
    if (!r)
        return 0;
    struct str envelopes = store_blob(q, 4);
    *ret_found = (uint64_t)store_int(q, 0) < b->row.num && envelopes.n >= ENVELOPE_SIZE;
    if (*ret_found) {
        ret->next = (uint64_t)store_int(q, 1) + (uint64_t)store_int(q, 2);
        ret->clock = (uint64_t)store_int(q, 3);
        sha256(envelopes.p + envelopes.n - ENVELOPE_SIZE, ENVELOPE_SIZE, ret->envelope);
    }
    store_reset(q);
    return 0;
}

static void found_fork(struct verify *v, const struct verify_bundle *b)
{
    struct verify_fork f = {.seq = b->checked.note.first};
    memcpy(f.device, b->checked.device, sizeof f.device);
    ARENA_PUSH(&v->kept, v->forks, v->fork_count, v->fork_cap, f);
    verify_fault_at(
        v, LEDGER_FAULT_FORK, &b->row, SIZE_MAX,
        "this device signed another bundle from the same number: it is frozen, both "
        "are kept");
}

/* Begins a chain: the device is admitted by its first card. */
static int check_first(struct verify *v, const struct verify_bundle *b,
                       struct ledger_device *known, struct err *err)
{
    static const unsigned char zero[32];
    const struct ledger_checked *c = &b->checked;
    struct err refused;
    uint64_t clock = 0;
    struct str card = {NULL, 0};
    if (b->control_count && b->controls[0].index == 0)
        card = b->controls[0].payload;
    int r = card.p
                ? ledger_admit(&v->shadow, &c->note, card, "its first entry", &clock, &refused)
                : err_set(&refused, ERR_REFUSED, "its first entry admits no device");
    if (r)
        verify_fault_at(v, LEDGER_FAULT_DEVICE, &b->row, SIZE_MAX, refused.text);
    else if (memcmp(c->note.previous, zero, sizeof zero) != 0 ||
             memcmp(c->previous, zero, sizeof zero) != 0 || c->note.clock <= clock ||
             c->note.clock - clock > LEDGER_CLOCK_STEP)
        verify_fault_at(v, LEDGER_FAULT_CHAIN, &b->row, SIZE_MAX,
                        "it begins a chain, but its clock or what it follows is wrong");
    if (known) {
        found_fork(v, b);
        return 0;
    }
    struct ledger_device d = {.root_clock = c->note.clock, .fork_at = LEDGER_NO_FORK};
    memcpy(d.id, c->device, sizeof d.id);
    memcpy(d.key, c->note.device_key, sizeof d.key);
    return ledger_add_device(&v->shadow, &d, err);
}

static int check_next(struct verify *v, const struct verify_bundle *b,
                      const struct ledger_device *d, struct err *err)
{
    struct tip t;
    if (d && memcmp(b->checked.note.previous, d->note, 32) == 0) {
        t = (struct tip){.next = d->next, .clock = d->clock};
        memcpy(t.envelope, d->envelope, sizeof t.envelope);
        check_follows(v, b, &t);
        return 0;
    }
    bool found;
    int r = find_tip(v, b, &t, &found, err);
    if (r)
        return r;
    if (!found) {
        verify_fault_at(v, LEDGER_FAULT_CHAIN, &b->row, SIZE_MAX,
                        "the bundle that it follows is not there, or stands behind it");
        return 0;
    }
    check_follows(v, b, &t);
    found_fork(v, b);
    return 0;
}

static int apply_controls(struct verify *v, const struct verify_bundle *b, struct err *err)
{
    ARENA_AUTO a = {0};
    for (size_t i = 0; i < b->control_count; i++) {
        struct envelope e;
        struct err damage;
        const struct verify_control *c = &b->controls[i];
        if (envelope_unpack(ledger_envelope(b->row.envelopes, c->index), &e, NULL) ||
            !c->payload.p || !ledger_payload_fits(&e, c->payload))
            continue; /* that was said */
        int r = ledger_apply(&v->shadow, b->checked.device, &a, c->payload, "control", &damage);
        if (r == ERR_INPUT || r == ERR_LIMIT)
            verify_fault_at(v, LEDGER_FAULT_ENVELOPE, &b->row, c->index, damage.text);
        else if (r)
            return err_set(err, r, "%s", damage.text);
    }
    return 0;
}

int verify_place(struct verify *v, const struct verify_bundle *b, struct err *err)
{
    const struct ledger_checked *c = &b->checked;
    if (!b->read)
        return 0;
    if (!row_fits(&b->row, c))
        verify_fault_at(v, LEDGER_FAULT_DATABASE, &b->row, SIZE_MAX,
                        "its row is not what its note says");
    if (memcmp(c->note.archive, v->shadow.archive, sizeof c->note.archive) != 0)
        verify_fault_at(v, LEDGER_FAULT_NOTE, &b->row, SIZE_MAX, "it is of another archive");
    struct ledger_device *d = ledger_find_device(&v->shadow, c->device);
    int r = c->note.first ? check_next(v, b, d, err) : check_first(v, b, d, err);
    if (!r)
        r = apply_controls(v, b, err);
    if (r)
        return r;
    d = ledger_find_device(&v->shadow, c->device);
    if (d) {
        d->next = c->note.first + c->note.count;
        d->clock = c->note.clock;
        memcpy(d->note, c->hash, sizeof d->note);
        memcpy(d->envelope, c->last, sizeof d->envelope);
    }
    return 0;
}

static bool has_fork(const struct verify *v, struct str device, uint64_t seq)
{
    for (size_t i = 0; i < v->fork_count; i++)
        if (v->forks[i].seq == seq && device.n == 16 &&
            memcmp(v->forks[i].device, device.p, 16) == 0)
            return true;
    return false;
}

/* The marks must be those of the forks that were found: a mark too many hides entries. */
int verify_forks(struct verify *v, struct err *err)
{
    struct store_query *q = ledger_ask(v->l, LEDGER_ALL_FORKS);
    size_t marks = 0;
    struct err damage;
    int r;
    while ((r = store_step(q, &damage)) == 1) {
        marks++;
        if (!has_fork(v, store_blob(q, 0), (uint64_t)store_int(q, 1)))
            verify_fault(v, LEDGER_FAULT_DATABASE,
                         "ledger.db: a device is marked as frozen that is not");
    }
    if (r && r != ERR_INPUT)
        return err_set(err, r, "%s", damage.text);
    size_t distinct = 0;
    for (size_t i = 0; i < v->fork_count; i++) {
        size_t j = 0;
        while (j < i && (v->forks[j].seq != v->forks[i].seq ||
                         memcmp(v->forks[j].device, v->forks[i].device, 16) != 0))
            j++;
        distinct += j == i;
    }
    if (marks < distinct)
        verify_fault(v, LEDGER_FAULT_DATABASE,
                     "ledger.db: a device is frozen, but not marked as such");
    return 0;
}
