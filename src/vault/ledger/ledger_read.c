/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading. A bundle is looked up by its place each time: no query stays open while somebody
 * works on what it gave, so that may append or read as well.
 */
#include "sys/file.h"
#include "vault/ledger/ledger_parts.h"
#include "vault/seal/hash.h"

#include <inttypes.h>
#include <stdlib.h>

int ledger_note_text(struct str note, const char *what, struct str *ret, struct err *err)
{
    size_t end = str_find(note, STR("\n\n"), 0);
    if (end == STR_NONE)
        return err_set(err, ERR_INPUT, "%s: a bundle without a signed note", what);
    *ret = str_slice(note, 0, end + 1);
    return 0;
}

int ledger_row_get(struct store_query *q, struct arena *a, struct ledger_row *ret,
                   struct err *err)
{
    struct ledger_row row = {.num = (uint64_t)store_int(q, 0),
                             .first = (uint64_t)store_int(q, 2),
                             .count = (uint64_t)store_int(q, 3),
                             .clock = (uint64_t)store_int(q, 4)};
    struct str device = store_blob(q, 1), hash = store_blob(q, 5);
    row.note = arena_copy(a, store_blob(q, 6));
    row.envelopes = arena_copy(a, store_blob(q, 7));
    if (row.num == 0 || row.num > (uint64_t)INT64_MAX >> 16 || device.n != sizeof row.device ||
        hash.n != sizeof row.hash || row.count == 0 || row.count > BUNDLE_MAX_ENTRIES ||
        row.envelopes.n != row.count * ENVELOPE_SIZE || row.note.n > NOTE_MAX ||
        row.first > BUNDLE_MAX_NUMBER || row.clock > BUNDLE_MAX_NUMBER)
        return err_set(err, ERR_INPUT, "ledger.db: bundle %" PRId64 ": its row is damaged",
                       (int64_t)row.num);
    memcpy(row.device, device.p, device.n);
    memcpy(row.hash, hash.p, hash.n);
    *ret = row;
    return 0;
}

int ledger_row_payloads(struct ledger *l, const struct ledger_row *row, struct arena *a,
                        struct str **ret, struct err *err)
{
    struct str *payloads = ARENA_NEW(a, row->count, struct str);
    struct store_query *q = ledger_ask(l, LEDGER_PAYLOADS);
    store_bind_int(q, 1, (int64_t)ledger_at(row->num, 0));
    store_bind_int(q, 2, (int64_t)ledger_at(row->num, row->count));
    int r;
    while ((r = store_step(q, err)) == 1) {
        struct str bytes = store_blob(q, 1);
        payloads[store_int(q, 0) & 0xffff] = bytes.n ? arena_copy(a, bytes) : STR("");
    }
    if (!r)
        *ret = payloads;
    return r;
}

/* What stands in the row is what its note says. */
static int row_note(const struct ledger_row *row, struct arena *a, struct bundle_note *ret,
                    struct err *err)
{
    struct str text;
    unsigned char hash[SHA256_SIZE], device[16];
    int r = ledger_note_text(row->note, "ledger.db", &text, err);
    if (!r)
        r = bundle_parse_note(a, text, "ledger.db", ret, err);
    if (r)
        return r;
    sha256(row->note.p, row->note.n, hash);
    bundle_device(ret->device_key, device);
    if (memcmp(hash, row->hash, sizeof hash) != 0 || row->first != ret->first ||
        memcmp(device, row->device, sizeof device) != 0 || row->count != ret->count ||
        row->clock != ret->clock)
        return err_set(err, ERR_INPUT,
                       "ledger.db: bundle %" PRIu64 ": its row does not fit its note; "
                       "\"deponent verify\" says more",
                       row->num);
    return 0;
}

/* Of a frozen device what begins behind the fork is no part of the ledger's story. */
static bool is_behind_fork(struct ledger *l, const unsigned char device[16], uint64_t first)
{
    const struct ledger_device *d = ledger_find_device(l, device);
    return d && first > d->fork_at;
}

static int next_row(struct ledger *l, const struct ledger_place *after, struct arena *a,
                    struct ledger_row *row, struct err *err)
{
    struct store_query *q = ledger_ask(l, LEDGER_BY_PLACE);
    store_bind_int(q, 1, after ? (int64_t)after->clock : -1);
    store_bind_blob(q, 2, after ? after->device : (const unsigned char *)"", after ? 16 : 0);
    store_bind_int(q, 3, after ? (int64_t)after->first : 0);
    store_bind_blob(q, 4, after ? after->hash : (const unsigned char *)"", after ? 32 : 0);
    int r = store_step(q, err);
    if (r != 1)
        return r;
    r = ledger_row_get(q, a, row, err);
    store_reset(q);
    return r ? r : 1;
}

static void place_of(const struct ledger_row *row, struct ledger_place *place)
{
    place->clock = row->clock;
    place->first = row->first;
    memcpy(place->device, row->device, sizeof place->device);
    memcpy(place->hash, row->hash, sizeof place->hash);
}

static int may_read(const struct ledger *l, struct err *err)
{
    return l->damage.kind ? err_set(err, l->damage.kind, "%s", l->damage.text) : 0;
}

int ledger_each(struct ledger *l, const struct ledger_place *after, struct arena *a,
                int (*each)(void *context, const struct ledger_bundle *b, struct err *err),
                void *context, struct err *err)
{
    int r = may_read(l, err);
    if (r)
        return r;
    struct ledger_place place;
    if (after)
        place = *after;
    bool begun = after != NULL;
    for (;;) {
        struct ledger_row row;
        r = next_row(l, begun ? &place : NULL, a, &row, err);
        if (r != 1)
            return r;
        begun = true;
        place_of(&row, &place);
        if (is_behind_fork(l, row.device, row.first))
            continue;
        struct ledger_bundle b = {.num = row.num};
        struct str *payloads;
        r = row_note(&row, a, &b.note, err);
        if (!r)
            r = ledger_row_payloads(l, &row, a, &payloads, err);
        if (r)
            return r;
        memcpy(b.hash, row.hash, sizeof b.hash);
        b.bundle = (struct bundle){row.note, row.envelopes, row.count, payloads};
        r = each(context, &b, err);
        if (r)
            return r;
    }
}

void ledger_place_of(const struct ledger_bundle *b, struct ledger_place *ret)
{
    ret->clock = b->note.clock;
    ret->first = b->note.first;
    bundle_device(b->note.device_key, ret->device);
    memcpy(ret->hash, b->hash, sizeof ret->hash);
}

static int ask_number(struct store_query *q, uint64_t *ret, struct err *err)
{
    int r = store_step(q, err);
    if (r == 1) {
        *ret = (uint64_t)store_int(q, 0);
        store_reset(q);
        return 0;
    }
    return r ? r : err_set(err, ERR_DB, "ledger.db: a count gave nothing");
}

/* Bundles that are kept but are no part of the fold. */
static int count_behind_forks(struct ledger *l, uint64_t *ret, struct err *err)
{
    *ret = 0;
    for (size_t i = 0; i < l->device_count; i++) {
        if (l->devices[i].fork_at == LEDGER_NO_FORK)
            continue;
        struct store_query *q = ledger_ask(l, LEDGER_COUNT_BEHIND);
        store_bind_blob(q, 1, l->devices[i].id, 16);
        store_bind_int(q, 2, (int64_t)l->devices[i].fork_at);
        uint64_t n;
        int r = ask_number(q, &n, err);
        if (r)
            return r;
        *ret += n;
    }
    return 0;
}

int ledger_count_upto(struct ledger *l, const struct ledger_place *upto, uint64_t *ret,
                      struct err *err)
{
    struct store_query *q = ledger_ask(l, upto ? LEDGER_COUNT_UPTO : LEDGER_COUNT_BUNDLES);
    if (upto) {
        store_bind_int(q, 1, (int64_t)upto->clock);
        store_bind_blob(q, 2, upto->device, sizeof upto->device);
        store_bind_int(q, 3, (int64_t)upto->first);
        store_bind_blob(q, 4, upto->hash, sizeof upto->hash);
    }
    uint64_t all, behind;
    int r = ask_number(q, &all, err);
    if (!r)
        r = count_behind_forks(l, &behind, err);
    if (!r)
        *ret = all - (behind < all ? behind : all);
    return r;
}

uint64_t ledger_count(struct ledger *l)
{
    uint64_t n = 0;
    return ask_number(ledger_ask(l, LEDGER_COUNT_ENTRIES), &n, NULL) ? 0 : n;
}

int ledger_heads(struct ledger *l, struct arena *a, struct bundle_head **ret, size_t *ret_count,
                 struct err *err)
{
    int r = may_read(l, err);
    if (r)
        return r;
    struct bundle_head *heads = ARENA_NEW(a, l->device_count, struct bundle_head);
    for (size_t i = 0; i < l->device_count; i++) {
        memcpy(heads[i].device, l->devices[i].id, sizeof heads[i].device);
        memcpy(heads[i].note, l->devices[i].note, sizeof heads[i].note);
        heads[i].next = l->devices[i].next;
    }
    *ret = heads;
    *ret_count = l->device_count;
    return 0;
}

/* ---- attachments ---- */

struct ledger_file {
    struct file_in file;
    struct arena memory;
    struct sha256 hash;
    uint64_t left;
    struct envelope envelope;
};

int ledger_find_attachment(struct ledger *l, struct id payload, struct envelope *ret,
                           uint64_t *ret_at, bool *ret_here, struct err *err)
{
    struct store_query *q = ledger_ask(l, LEDGER_ATTACHMENT_AT);
    store_bind_blob(q, 1, payload.b, ID_SIZE);
    int r = store_step(q, err);
    if (r < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_MISSING, "the ledger has no such attachment");
    uint64_t at = (uint64_t)store_int(q, 0);
    bool here = store_int(q, 1) != 0;
    store_reset(q);
    q = ledger_ask(l, LEDGER_ENVELOPE_AT);
    store_bind_int(q, 1, (int64_t)(at & 0xffff));
    store_bind_int(q, 2, (int64_t)(at >> 16));
    r = store_step(q, err);
    if (r < 0)
        return r;
    struct envelope e;
    struct str packed = r ? store_blob(q, 0) : STR("");
    bool good = packed.n == ENVELOPE_SIZE &&
                !envelope_unpack((const unsigned char *)packed.p, &e, NULL) &&
                e.type == ENVELOPE_ATTACHMENT && memcmp(&e.payload, &payload, ID_SIZE) == 0;
    if (r)
        store_reset(q);
    if (!good)
        return err_set(err, ERR_INPUT, "ledger.db: the row of an attachment is damaged");
    *ret = e;
    *ret_at = at;
    *ret_here = here;
    return 0;
}

static int file_fault(const struct ledger_file *f, struct err *err)
{
    return err_set(err, ERR_INPUT, "%s: is not the file that was sealed: it was changed or cut",
                   f->file.name);
}

static int file_read_on(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct ledger_file *f = context;
    size_t got = 0;
    int r = file_in_read(&f->file, p, n, &got, err);
    if (r)
        return r;
    if (got > f->left || (got < n && got < f->left))
        return file_fault(f, err);
    sha256_add(&f->hash, p, got);
    f->left -= got;
    if (got == 0 && n) { /* the end */
        unsigned char hash[SHA256_SIZE];
        struct sha256 end = f->hash;
        sha256_end(&end, hash);
        if (memcmp(hash, f->envelope.payload_hash, sizeof hash) != 0)
            return file_fault(f, err);
    }
    *ret_n = got;
    return 0;
}

int ledger_file_open(struct ledger *l, struct id payload, struct ledger_file **ret,
                     struct age_source *ret_source, struct id *ret_subject, struct err *err)
{
    struct ledger_file *f = calloc(1, sizeof *f);
    if (!f)
        err_die("out of memory");
    uint64_t at;
    bool here;
    int r = ledger_find_attachment(l, payload, &f->envelope, &at, &here, err);
    if (!r && !here)
        r = err_set(err, ERR_MISSING,
                    "the attachment is not in this archive: it was shredded, or "
                    "has not come yet");
    if (!r && ret_subject) {
        struct id ref;
        memcpy(ref.b, f->envelope.key_ref, ID_SIZE);
        r = keys_reference(l->keys, payload, ref, ret_subject->b, err);
    }
    if (!r)
        r = file_in_open(ledger_attachment_path(l, &f->memory, payload), &f->file, err);
    if (r) {
        arena_free(&f->memory);
        free(f);
        return r;
    }
    sha256_begin(&f->hash);
    f->left = f->envelope.size;
    *ret = f;
    *ret_source = (struct age_source){file_read_on, f, &f->file.fd};
    return 0;
}

void ledger_file_close(struct ledger_file *f)
{
    if (!f)
        return;
    file_in_close(&f->file);
    arena_free(&f->memory);
    free(f);
}
