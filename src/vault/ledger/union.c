/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Taking in bundles of other devices. Each is checked by itself first, all of them before any is
 * taken. In fold order a bundle comes behind what it builds on (clocks grow along a chain, and
 * from the bundle that admits a device to that device's own), so one pass takes all that can be
 * taken; what lacks its predecessor waits for another time.
 *
 * Two bundles of one device that begin at the same number are a fork. Both are kept, and those
 * behind them are not, or are left out of the fold when they came before the fork was known: so
 * the fold depends on which bundles were offered, not on their order.
 */
#include "base/sort.h"
#include "sys/file.h"
#include "vault/ledger/ledger_parts.h"
#include "vault/seal/hash.h"

#include <inttypes.h>
#include <stdlib.h>

struct offer {
    struct bundle b;
    struct ledger_checked c;
};

struct take {
    struct ledger *l;
    const char *what;
    struct arena memory;
    struct offer *offers;
    size_t count, cap;
    struct ledger_union sum;
    struct err fault; /* the first of the bundle that is looked at */
};

/* ---- by itself ---- */

static void note_fault(void *context, enum ledger_fault_kind kind, size_t index,
                       const char *sentence)
{
    struct take *t = context;
    (void)kind;
    if (t->fault.kind)
        return;
    if (index == SIZE_MAX)
        (void)err_set(&t->fault, ERR_REFUSED, "%s: bundle %zu: %s; nothing was taken", t->what,
                      t->count + 1, sentence);
    else
        (void)err_set(&t->fault, ERR_REFUSED,
                      "%s: bundle %zu, entry %zu of it: %s; nothing was taken", t->what,
                      t->count + 1, index + 1, sentence);
}

static int by_fold(const void *a, const void *b)
{
    const struct ledger_checked *x = &((const struct offer *)a)->c,
                                *y = &((const struct offer *)b)->c;
    if (x->note.clock != y->note.clock)
        return x->note.clock < y->note.clock ? -1 : 1;
    int c = memcmp(x->device, y->device, sizeof x->device);
    if (c)
        return c;
    if (x->note.first != y->note.first)
        return x->note.first < y->note.first ? -1 : 1;
    return memcmp(x->hash, y->hash, sizeof x->hash);
}

static int parse_all(struct take *t, struct str rest, struct err *err)
{
    while (rest.n) {
        struct offer o;
        int r = bundle_parse(&t->memory, &rest, t->what, &o.b, err);
        if (r)
            return r;
        bool read = ledger_check(&o.b, &t->memory, &o.c, note_fault, t);
        if (read && memcmp(o.c.note.archive, t->l->archive, sizeof t->l->archive) != 0)
            return err_set(err, ERR_REFUSED,
                           "%s: bundle %zu is of another archive; nothing was taken", t->what,
                           t->count + 1);
        if (t->fault.kind)
            return err_set(err, t->fault.kind, "%s", t->fault.text);
        ARENA_PUSH(&t->memory, t->offers, t->count, t->cap, o);
    }
    sort_items(t->offers, t->count, sizeof *t->offers, by_fold);
    return 0;
}

/* ---- its place in a chain ---- */

enum fate { TAKE = 1, KNOWN, WAITING, BEHIND };

static int refuse(const struct take *t, const struct offer *o, const char *sentence,
                  struct err *err)
{
    char name[BUNDLE_NAME_MAX];
    (void)bundle_name(o->c.device, name);
    return err_set(err, ERR_REFUSED,
                   "%s: the bundle of %s from entry %" PRIu64 ": %s; nothing "
                   "was taken",
                   t->what, name, o->c.note.first, sentence);
}

static bool clock_follows(uint64_t clock, uint64_t before)
{
    return clock > before && clock - before <= LEDGER_CLOCK_STEP;
}

/* The bundle that begins a chain: its device must be admitted. */
static int place_first(struct take *t, const struct offer *o, struct err *err)
{
    static const unsigned char zero[32];
    uint64_t clock;
    if (memcmp(o->c.note.previous, zero, sizeof zero) != 0 || !o->b.payloads[0].p)
        return refuse(t, o, "it does not begin a chain", err);
    int r = ledger_admit(t->l, &o->c.note, o->b.payloads[0], t->what, &clock, err);
    if (r)
        return r == ERR_MISSING ? WAITING : r;
    return clock_follows(o->c.note.clock, clock) ? TAKE
                                                 : refuse(t, o, "its clock is wrong", err);
}

static int find_row(struct ledger *l, const unsigned char hash[32],
                    const unsigned char device[16], struct store_query **ret, struct err *err)
{
    struct store_query *q = ledger_ask(l, LEDGER_BY_HASH);
    store_bind_blob(q, 1, hash, 32);
    store_bind_blob(q, 2, device, 16);
    *ret = q;
    return store_step(q, err);
}

static int place_next(struct take *t, const struct offer *o, struct err *err)
{
    struct store_query *q;
    int r = find_row(t->l, o->c.note.previous, o->c.device, &q, err);
    if (r <= 0)
        return r ? r : WAITING;
    struct str envelopes = store_blob(q, 4);
    unsigned char last[SHA256_SIZE] = {0};
    bool follows = (uint64_t)store_int(q, 1) + (uint64_t)store_int(q, 2) == o->c.note.first;
    uint64_t clock = (uint64_t)store_int(q, 3);
    if (envelopes.n >= ENVELOPE_SIZE)
        sha256(envelopes.p + envelopes.n - ENVELOPE_SIZE, ENVELOPE_SIZE, last);
    follows = follows && envelopes.n >= ENVELOPE_SIZE &&
              memcmp(last, o->c.previous, sizeof last) == 0;
    store_reset(q);
    if (!follows)
        return refuse(t, o, "it does not continue the chain that it names", err);
    return clock_follows(o->c.note.clock, clock) ? TAKE
                                                 : refuse(t, o, "its clock is wrong", err);
}

/* An enum fate, or an error. */
static int place(struct take *t, const struct offer *o, uint64_t *ret_num, struct err *err)
{
    struct store_query *q;
    int r = find_row(t->l, o->c.hash, o->c.device, &q, err);
    if (r < 0)
        return r;
    if (r) {
        *ret_num = (uint64_t)store_int(q, 0);
        store_reset(q);
        return KNOWN;
    }
    const struct ledger_device *d = ledger_find_device(t->l, o->c.device);
    if (d && o->c.note.first > d->fork_at)
        return BEHIND;
    return o->c.note.first ? place_next(t, o, err) : place_first(t, o, err);
}

/* ---- taking ---- */

/* Its payloads without those of shredded subjects. */
static int keep_payloads(struct take *t, const struct offer *o, struct bundle *ret,
                         struct err *err)
{
    *ret = o->b;
    if (!t->l->shredded_count)
        return 0;
    struct str *kept = ARENA_NEW(&t->memory, o->b.count, struct str);
    for (size_t i = 0; i < o->b.count; i++) {
        struct envelope e;
        struct id subject;
        int r = envelope_unpack(ledger_envelope(o->b.envelopes, i), &e, err);
        if (r)
            return r;
        kept[i] = o->b.payloads[i];
        if (e.type == ENVELOPE_CONTROL || !kept[i].p)
            continue;
        r = ledger_subject(t->l, &e, &subject, err);
        if (r)
            return r;
        if (ledger_shredded(t->l, subject))
            kept[i] = (struct str){NULL, 0};
    }
    ret->payloads = kept;
    return 0;
}

/* A bundle that is known may bring payloads that were missing. */
static int heal(struct take *t, const struct offer *o, uint64_t num, struct err *err)
{
    struct bundle b;
    int r = keep_payloads(t, o, &b, err);
    for (size_t i = 0; i < b.count && !r; i++) {
        if (!b.payloads[i].p)
            continue;
        struct store_query *q = ledger_ask(t->l, LEDGER_HEAL_PAYLOAD);
        store_bind_int(q, 1, (int64_t)ledger_at(num, i));
        store_bind_blob(q, 2, b.payloads[i].p, b.payloads[i].n);
        r = store_run(q, err);
    }
    return r;
}

/* Another bundle of this device begins at the same number. */
static int look_for_fork(struct take *t, const struct offer *o, bool *ret, struct err *err)
{
    struct store_query *q = ledger_ask(t->l, LEDGER_STARTS_AT);
    store_bind_blob(q, 1, o->c.device, sizeof o->c.device);
    store_bind_int(q, 2, (int64_t)o->c.note.first);
    int r = store_step(q, err);
    if (r < 0)
        return r;
    *ret = r && store_int(q, 0) > 0;
    if (r)
        store_reset(q);
    return 0;
}

static int mark_fork(struct take *t, const struct offer *o, struct err *err)
{
    struct store_query *q = ledger_ask(t->l, LEDGER_ADD_FORK);
    store_bind_blob(q, 1, o->c.device, sizeof o->c.device);
    store_bind_int(q, 2, (int64_t)o->c.note.first);
    int r = store_run(q, err);
    struct ledger_device *d = ledger_find_device(t->l, o->c.device);
    t->sum.conflicts++;
    return r ? r : ledger_load_chain(t->l, d, err);
}

static int advance(struct take *t, const struct offer *o, struct err *err)
{
    struct ledger *l = t->l;
    struct ledger_device *d = ledger_find_device(l, o->c.device);
    if (!d) {
        struct ledger_device new = {.root_clock = o->c.note.clock, .fork_at = LEDGER_NO_FORK};
        memcpy(new.id, o->c.device, sizeof new.id);
        memcpy(new.key, o->c.note.device_key, sizeof new.key);
        int r = ledger_add_device(l, &new, err);
        if (r)
            return r;
        d = ledger_find_device(l, o->c.device);
    }
    d->next = o->c.note.first + o->c.note.count;
    d->clock = o->c.note.clock;
    memcpy(d->note, o->c.hash, sizeof d->note);
    memcpy(d->envelope, o->c.last, sizeof d->envelope);
    return 0;
}

static int apply_controls(struct take *t, const struct offer *o, struct err *err)
{
    for (size_t i = 0; i < o->b.count; i++) {
        struct envelope e;
        int r = envelope_unpack(ledger_envelope(o->b.envelopes, i), &e, err);
        if (!r && e.type == ENVELOPE_CONTROL)
            r = ledger_apply(t->l, o->c.device, &t->memory, o->b.payloads[i], t->what, err);
        if (r)
            return r == ERR_INPUT ? refuse(t, o, "a control entry is damaged", err) : r;
    }
    return 0;
}

static int take_one(struct take *t, const struct offer *o, struct err *err)
{
    struct ledger *l = t->l;
    bool fork;
    struct bundle b;
    int r = look_for_fork(t, o, &fork, err);
    if (!r)
        r = keep_payloads(t, o, &b, err);
    if (!r)
        r = ledger_store_bundle(l, l->next_num, &o->c.note, o->c.hash, &b, false, err);
    if (r)
        return r;
    l->next_num++;
    if (o->c.note.clock > l->clock)
        l->clock = o->c.note.clock;
    ledger_set_day(l, o->c.note.day);
    r = fork ? mark_fork(t, o, err) : advance(t, o, err);
    if (!r)
        r = apply_controls(t, o, err);
    t->sum.taken++;
    t->sum.entries += b.count;
    return r;
}

static int take_all(struct take *t, struct err *err)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct offer *o = &t->offers[i];
        uint64_t num = 0;
        int fate = place(t, o, &num, err);
        int r = fate < 0 ? fate : 0;
        if (fate == TAKE)
            r = take_one(t, o, err);
        else if (fate == KNOWN)
            r = heal(t, o, num, err);
        if (r)
            return r;
        t->sum.known += fate == KNOWN;
        t->sum.waiting += fate == WAITING;
        t->sum.behind += fate == BEHIND;
    }
    return 0;
}

/* Subjects that are shredded now and were not before: theirs goes in the same transaction. */
static int sweep_new(struct take *t, const struct id *before, size_t before_count,
                     struct ledger_sweep *s, struct err *err)
{
    struct ledger *l = t->l;
    struct id *new = ARENA_NEW(&t->memory, l->shredded_count, struct id);
    size_t at = 0;
    for (size_t i = 0; i < l->shredded_count; i++) {
        if (at < before_count && memcmp(&before[at], &l->shredded[i], sizeof *before) == 0)
            at++;
        else
            new[s->count++] = l->shredded[i];
    }
    s->subjects = new;
    t->sum.shredded = s->count;
    if (!s->count)
        return 0;
    int r = ledger_drop_snapshots(l, err);
    return r ? r : ledger_sweep_rows(l, s, err);
}

static int take_in(struct take *t, struct ledger_sweep *s, struct err *err)
{
    struct ledger *l = t->l;
    size_t count = l->shredded_count;
    struct id *before = ARENA_NEW(&t->memory, count, struct id);
    if (count)
        memcpy(before, l->shredded, count * sizeof *before);
    int r = store_begin(l->db, err);
    if (r)
        return r;
    r = take_all(t, err);
    if (!r)
        r = sweep_new(t, before, count, s, err);
    if (!r) {
        r = store_commit(l->db, err);
        l->broken = r != 0;
    } else {
        store_rollback(l->db);
        if (ledger_load(l, NULL)) /* as it was */
            l->broken = true;
    }
    if (!r && s->count)
        r = ledger_sweep_files(l, s, err);
    return r;
}

int ledger_take(struct ledger *l, struct str bundles, const char *what,
                struct ledger_union *ret, struct err *err)
{
    if (!l->write || l->broken)
        return err_set(err, ERR_STATE, "%s: the ledger is not open for writing", l->dir);
    struct take t = {.l = l, .what = what};
    struct ledger_sweep s = {.count = 0};
    int r = parse_all(&t, bundles, err);
    if (!r)
        r = take_in(&t, &s, err);
    if (!r)
        *ret = t.sum;
    arena_free(&s.memory);
    arena_free(&t.memory);
    return r;
}

/* ---- attachments ---- */

static int copy_file(const struct age_source *in, const struct envelope *e,
                     struct file_out *out, struct err *err)
{
    enum { CHUNK = 1 << 16 };
    char *bytes = malloc(CHUNK);
    if (!bytes)
        err_die("out of memory");
    struct sha256 h;
    sha256_begin(&h);
    uint64_t all = 0;
    size_t n = 0;
    int r;
    while (!(r = in->read(in->context, bytes, CHUNK, &n, err)) && n && all <= e->size) {
        all += n;
        sha256_add(&h, bytes, n);
        r = file_write_all(out->fd, str_make(bytes, n), out->path, err);
        if (r)
            break;
    }
    free(bytes);
    unsigned char hash[SHA256_SIZE];
    sha256_end(&h, hash);
    if (!r && (all != e->size || memcmp(hash, e->payload_hash, sizeof hash) != 0))
        r = err_set(err, ERR_INPUT, "an attachment is not the file that was signed");
    return r;
}

static int mark_here(struct ledger *l, uint64_t at, struct err *err)
{
    struct store_query *q = ledger_ask(l, LEDGER_SET_ATTACHMENT);
    store_bind_int(q, 1, 1);
    store_bind_int(q, 2, (int64_t)at);
    return store_run(q, err);
}

int ledger_take_attachment(struct ledger *l, struct id payload, const struct age_source *in,
                           struct err *err)
{
    ARENA_AUTO a = {0};
    struct envelope e;
    struct id subject = {0};
    uint64_t at;
    bool here;
    if (!l->write || l->broken)
        return err_set(err, ERR_STATE, "%s: the ledger is not open for writing", l->dir);
    int r = ledger_find_attachment(l, payload, &e, &at, &here, err);
    if (!r && !here)
        r = ledger_subject(l, &e, &subject, err);
    if (r || here || ledger_shredded(l, subject))
        return r;
    r = file_make_folder(ledger_path(l, &a, "attachments"), err);
    struct file_out out;
    if (!r || r == ERR_EXISTS)
        r = file_out_begin(ledger_attachment_path(l, &a, payload), &out, err);
    if (r)
        return r;
    r = copy_file(in, &e, &out, err);
    if (r) {
        file_out_abandon(&out);
        return r;
    }
    r = file_out_commit(&out, true, err);
    return r ? r : mark_here(l, at, err);
}
