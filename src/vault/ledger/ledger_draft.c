/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One action: its entries are sealed as they come, some at a time, and written at once. What was
 * to be sealed stays in memory only until then. An entry is numbered when it is added; it is
 * linked to the one before, and all are signed, at the end.
 */
#include "sys/file.h"
#include "vault/ledger/ledger_parts.h"
#include "vault/seal/hash.h"
#include "vault/seal/merkle.h"

#include <stdlib.h>

#define SEAL_COUNT 64 /* sealed in one go: a question to the agent, work for the pool */
#define SEAL_BYTES ((size_t)1 << 20)

struct draft_entry {
    struct envelope envelope;
    bool archive;
    struct id subject;
    struct str plain;  /* to be sealed */
    struct str stored; /* p == NULL: an attachment */
};

struct ledger_draft {
    struct ledger *l;
    struct arena memory, plain;
    struct draft_entry *entries;
    size_t count, cap;
    size_t sealed;         /* entries before this one are */
    size_t pending, bytes; /* of plaintext; of payloads in all */
    uint64_t first;        /* seq of entry 0 */
    bool chain;            /* begins the chain of this device */
    bool written;          /* or it is not known: the files stay */
    int (*also)(void *context, struct ledger *l, struct err *err);
    void *context;
};

int ledger_begin(struct ledger *l, struct ledger_draft **ret, struct err *err)
{
    int r = ledger_may_append(l, err);
    if (r)
        return r;
    struct ledger_draft *d = calloc(1, sizeof *d);
    if (!d)
        err_die("out of memory");
    const struct ledger_device *self = ledger_self(l);
    d->l = l;
    d->first = self ? self->next : 0;
    d->chain = !self;
    if (d->chain) { /* its payload is made at the end, when the day is known */
        struct draft_entry e = {.envelope = {.type = ENVELOPE_CONTROL, .payload = id_new()}};
        memcpy(e.envelope.device, keys_public(l->keys)->device, sizeof e.envelope.device);
        ARENA_PUSH(&d->memory, d->entries, d->count, d->cap, e);
    }
    *ret = d;
    return 0;
}

/* Room for one more, of `size` bytes as it is stored. */
static int new_entry(struct ledger_draft *d, enum envelope_type type, size_t size,
                     struct draft_entry **ret, struct err *err)
{
    if (d->count == BUNDLE_MAX_ENTRIES)
        return err_set(err, ERR_LIMIT, "a bundle has at most %u entries", BUNDLE_MAX_ENTRIES);
    if (size > BUNDLE_MAX_BYTES - d->bytes - (size_t)4 * BUNDLE_MAX_ENTRIES)
        return err_set(err, ERR_LIMIT, "a bundle holds at most %zu MB", BUNDLE_MAX_BYTES >> 20);
    if (d->first > BUNDLE_MAX_NUMBER - d->count - 1)
        return err_set(err, ERR_LIMIT, "this device has no more numbers for its entries");
    struct draft_entry e = {.envelope = {.type = type, .seq = d->first + d->count}};
    memcpy(e.envelope.device, keys_public(d->l->keys)->device, sizeof e.envelope.device);
    e.envelope.payload = id_new();
    d->bytes += size;
    ARENA_PUSH(&d->memory, d->entries, d->count, d->cap, e);
    *ret = &d->entries[d->count - 1];
    return 0;
}

static void wipe_pending(struct ledger_draft *d)
{
    for (size_t i = d->sealed; i < d->count; i++)
        if (d->entries[i].plain.n)
            secret_wipe((char *)(uintptr_t)d->entries[i].plain.p, d->entries[i].plain.n);
    arena_reset(&d->plain);
    d->pending = 0;
}

static int seal_pending(struct ledger_draft *d, struct err *err)
{
    struct keys_entry batch[SEAL_COUNT];
    size_t count = 0, from[SEAL_COUNT];
    for (size_t i = d->sealed; i < d->count; i++) {
        struct draft_entry *e = &d->entries[i];
        if (e->envelope.type != ENVELOPE_SEALED)
            continue;
        batch[count] = (struct keys_entry){.envelope = &e->envelope,
                                           .archive = e->archive,
                                           .subject = e->subject,
                                           .plain = e->plain};
        from[count++] = i;
    }
    int r = count ? keys_seal(d->l->keys, &d->memory, batch, count, err) : 0;
    for (size_t i = 0; i < count && !r; i++)
        d->entries[from[i]].stored = batch[i].sealed;
    wipe_pending(d);
    d->sealed = d->count;
    return r;
}

int ledger_add(struct ledger_draft *d, const struct id *subject, struct str cards,
               struct id *ret_payload, struct err *err)
{
    uint32_t size = envelope_padded(cards.n);
    if (!size)
        return err_set(err, ERR_LIMIT, "an entry of %zu bytes, at most %zu are taken", cards.n,
                       ENVELOPE_MAX_PLAIN);
    struct draft_entry *e;
    int r = new_entry(d, ENVELOPE_SEALED, size + 16u, &e, err);
    if (r)
        return r;
    e->archive = !subject;
    if (subject)
        e->subject = *subject;
    e->plain = arena_copy(&d->plain, cards);
    struct id payload = e->envelope.payload;
    d->pending += cards.n;
    if (d->count - d->sealed == SEAL_COUNT || d->pending >= SEAL_BYTES)
        r = seal_pending(d, err);
    if (!r && ret_payload)
        *ret_payload = payload;
    return r;
}

static void set_control(struct ledger_draft *d, struct draft_entry *e, struct str cards)
{
    e->stored = arena_copy(&d->memory, cards);
    e->envelope.size = (uint32_t)cards.n;
    sha256(cards.p, cards.n, e->envelope.payload_hash);
}

int ledger_add_control(struct ledger_draft *d, struct str cards, struct err *err)
{
    struct draft_entry *e;
    int r = new_entry(d, ENVELOPE_CONTROL, cards.n, &e, err);
    if (!r)
        set_control(d, e, cards);
    return r;
}

void ledger_in_commit(struct ledger_draft *d,
                      int (*also)(void *context, struct ledger *l, struct err *err),
                      void *context)
{
    d->also = also;
    d->context = context;
}

/* ---- attachments ---- */

struct sealing {
    struct file_out file;
    struct sha256 hash;
    uint64_t n;
};

static int sealing_write(void *context, const void *p, size_t n, struct err *err)
{
    struct sealing *s = context;
    s->n += n;
    if (s->n >= UINT32_MAX)
        return err_set(err, ERR_LIMIT, "the attachment is too large: below 4 GiB are taken");
    sha256_add(&s->hash, p, n);
    return file_write_all(s->file.fd, str_make(p, n), s->file.path, err);
}

static int make_folder(struct ledger *l, struct arena *a, struct err *err)
{
    int r = file_make_folder(ledger_path(l, a, "attachments"), err);
    return r == ERR_EXISTS ? 0 : r;
}

int ledger_attach(struct ledger_draft *d, const struct id *subject, const struct age_source *in,
                  struct id *ret_payload, struct err *err)
{
    ARENA_AUTO a = {0};
    struct draft_entry *e;
    int r = make_folder(d->l, &a, err);
    if (!r)
        r = new_entry(d, ENVELOPE_ATTACHMENT, 0, &e, err);
    if (r)
        return r;
    struct envelope *env = &e->envelope;
    struct sealing s = {.n = 0};
    sha256_begin(&s.hash);
    struct age_sink out = {sealing_write, &s};
    r = keys_reference(d->l->keys, env->payload, *subject, env->key_ref, err);
    if (!r)
        r = file_out_begin(ledger_attachment_path(d->l, &a, env->payload), &s.file, err);
    if (!r) {
        r = keys_seal_attachment(d->l->keys, *subject, in, &out, err);
        if (r)
            file_out_abandon(&s.file);
        else
            r = file_out_commit(&s.file, false, err);
    }
    if (r) {
        d->count--;
        return r;
    }
    env->size = (uint32_t)s.n;
    sha256_end(&s.hash, env->payload_hash);
    if (ret_payload)
        *ret_payload = env->payload;
    return 0;
}

/* ---- the end ---- */

void ledger_discard(struct ledger_draft *d)
{
    if (!d)
        return;
    wipe_pending(d);
    ARENA_AUTO a = {0};
    for (size_t i = 0; i < d->count && !d->written; i++) {
        const struct envelope *e = &d->entries[i].envelope;
        if (e->type == ENVELOPE_ATTACHMENT &&
            file_remove(ledger_attachment_path(d->l, &a, e->payload), NULL))
            continue; /* it goes when the ledger is opened next */
    }
    arena_free(&d->plain);
    arena_free(&d->memory);
    free(d);
}

/* The envelopes, each with the hash of the one before. */
static struct str link_entries(struct ledger_draft *d, struct arena *a)
{
    unsigned char *packed = arena_alloc(a, d->count, ENVELOPE_SIZE);
    const struct ledger_device *self = ledger_self(d->l);
    for (size_t i = 0; i < d->count; i++) {
        struct envelope *e = &d->entries[i].envelope;
        if (i)
            sha256(packed + (i - 1) * ENVELOPE_SIZE, ENVELOPE_SIZE, e->previous);
        else if (self)
            memcpy(e->previous, self->envelope, sizeof e->previous);
        envelope_pack(e, packed + i * ENVELOPE_SIZE);
    }
    return str_make((char *)packed, d->count * ENVELOPE_SIZE);
}

static int sign_note(struct ledger *l, const struct bundle_note *n, struct buf *out,
                     struct err *err)
{
    ARENA_AUTO a = {0};
    BUF_AUTO text;
    buf_init(&text, NOTE_MAX);
    bundle_print_note(&text, n);
    struct bundle_note same;
    int r = bundle_parse_note(&a, buf_str(&text), "this bundle", &same, err);
    unsigned char signature[SIGN_SIGNATURE];
    if (!r)
        r = keys_sign(l->keys, buf_str(&text), signature, err);
    if (r)
        return r;
    char name[BUNDLE_NAME_MAX];
    const struct keys_public *public = keys_public(l->keys);
    note_print(out, buf_str(&text), bundle_name(public->device, name), public->device_key,
               signature);
    return buf_check(out, "the note of a bundle", err);
}

static void fill_note(struct ledger_draft *d, struct arena *a, struct str envelopes,
                      struct str day, struct bundle_note *n)
{
    struct ledger *l = d->l;
    const struct ledger_device *self = ledger_self(l);
    *n = (struct bundle_note){
        .first = d->first, .count = d->count, .clock = l->clock + 1, .day = day};
    memcpy(n->archive, l->archive, sizeof n->archive);
    memcpy(n->device_key, keys_public(l->keys)->device_key, sizeof n->device_key);
    merkle_root((const unsigned char *)envelopes.p, d->count, ENVELOPE_SIZE, ENVELOPE_SIZE,
                n->root);
    if (self)
        memcpy(n->previous, self->note, sizeof n->previous);
    struct bundle_head *heads = ARENA_NEW(a, l->device_count, struct bundle_head);
    for (size_t i = 0; i < l->device_count; i++) {
        const struct ledger_device *o = &l->devices[i];
        if (o == self || o->next == 0)
            continue;
        struct bundle_head *h = &heads[n->head_count++];
        memcpy(h->device, o->id, sizeof h->device);
        memcpy(h->note, o->note, sizeof h->note);
        h->next = o->next;
    }
    n->heads = heads;
}

static int store_payloads(struct ledger *l, uint64_t num, const struct bundle *b,
                          bool attachments, struct err *err)
{
    int r = 0;
    for (size_t i = 0; i < b->count && !r; i++) {
        struct envelope e;
        r = envelope_unpack(ledger_envelope(b->envelopes, i), &e, err);
        if (r)
            return r;
        struct store_query *q = NULL;
        if (e.type == ENVELOPE_ATTACHMENT) {
            q = ledger_ask(l, LEDGER_ADD_ATTACHMENT);
            store_bind_blob(q, 2, e.payload.b, ID_SIZE);
            store_bind_int(q, 3, attachments);
        } else if (b->payloads[i].p) {
            q = ledger_ask(l, LEDGER_ADD_PAYLOAD);
            store_bind_blob(q, 2, b->payloads[i].p, b->payloads[i].n);
        }
        if (q) {
            store_bind_int(q, 1, (int64_t)ledger_at(num, i));
            r = store_run(q, err);
        }
        if (!r && e.type == ENVELOPE_CONTROL) {
            q = ledger_ask(l, LEDGER_ADD_CONTROL);
            store_bind_int(q, 1, (int64_t)ledger_at(num, i));
            r = store_run(q, err);
        }
    }
    return r;
}

int ledger_store_bundle(struct ledger *l, uint64_t num, const struct bundle_note *note,
                        const unsigned char hash[32], const struct bundle *b, bool attachments,
                        struct err *err)
{
    unsigned char device[16];
    bundle_device(note->device_key, device);
    struct store_query *q = ledger_ask(l, LEDGER_ADD_BUNDLE);
    store_bind_int(q, 1, (int64_t)num);
    store_bind_blob(q, 2, device, sizeof device);
    store_bind_int(q, 3, (int64_t)note->first);
    store_bind_int(q, 4, (int64_t)note->count);
    store_bind_int(q, 5, (int64_t)note->clock);
    store_bind_blob(q, 6, hash, 32);
    store_bind_blob(q, 7, b->note.p, b->note.n);
    store_bind_blob(q, 8, b->envelopes.p, b->envelopes.n);
    int r = store_run(q, err);
    return r ? r : store_payloads(l, num, b, attachments, err);
}

/* In one transaction. */
static int write_bundle(struct ledger_draft *d, const struct bundle_note *note,
                        const unsigned char hash[32], const struct bundle *b, struct err *err)
{
    struct ledger *l = d->l;
    int r = store_begin(l->db, err);
    if (r)
        return r;
    r = ledger_store_bundle(l, l->next_num, note, hash, b, true, err);
    if (!r && d->also)
        r = d->also(d->context, l, err);
    if (r) {
        store_rollback(l->db);
        return r;
    }
    d->written = true; /* perhaps even when it says it failed: files without a row go later */
    r = store_commit(l->db, err);
    l->broken = r != 0;
    return r;
}

/* What was written is what stands in memory. */
static int advance(struct ledger_draft *d, const struct bundle_note *note,
                   const unsigned char hash[32], struct str envelopes, struct err *err)
{
    struct ledger *l = d->l;
    struct ledger_device *self = ledger_self(l);
    int r = 0;
    if (!self) {
        struct ledger_device new = {.root_clock = note->clock, .fork_at = LEDGER_NO_FORK};
        memcpy(new.id, keys_public(l->keys)->device, sizeof new.id);
        memcpy(new.key, note->device_key, sizeof new.key);
        r = ledger_add_device(l, &new, err);
        if (r)
            return r;
        self = ledger_self(l);
    }
    self->next = note->first + note->count;
    self->clock = l->clock = note->clock;
    memcpy(self->note, hash, sizeof self->note);
    sha256(envelopes.p + envelopes.n - ENVELOPE_SIZE, ENVELOPE_SIZE, self->envelope);
    l->next_num++;
    ledger_set_day(l, note->day);
    for (size_t i = 0; i < d->count && !r; i++)
        if (d->entries[i].envelope.type == ENVELOPE_CONTROL)
            r = ledger_apply(l, self->id, &d->memory, d->entries[i].stored, "a control entry",
                             err);
    return r;
}

static int begin_chain(struct ledger_draft *d, struct str day, struct err *err)
{
    BUF_AUTO cards;
    buf_init(&cards, ENVELOPE_MAX_CONTROL);
    int r = ledger_print_first(d->l, day, &cards, err);
    if (!r)
        set_control(d, &d->entries[0], buf_str(&cards));
    return r;
}

static int commit(struct ledger_draft *d, struct str day, struct err *err)
{
    struct ledger *l = d->l;
    struct bundle_note note;
    BUF_AUTO signed_note;
    buf_init(&signed_note, NOTE_MAX);
    if (l->clock >= BUNDLE_MAX_NUMBER)
        return err_set(err, ERR_LIMIT, "%s: the clock of the archive is at its end", l->dir);
    int r = d->chain ? begin_chain(d, day, err) : 0;
    if (!r)
        r = seal_pending(d, err);
    if (r)
        return r;
    struct str envelopes = link_entries(d, &d->memory);
    fill_note(d, &d->memory, envelopes, day, &note);
    r = sign_note(l, &note, &signed_note, err);
    if (r)
        return r;
    struct str *payloads = ARENA_NEW(&d->memory, d->count, struct str);
    for (size_t i = 0; i < d->count; i++)
        payloads[i] = d->entries[i].stored;
    struct bundle b = {buf_str(&signed_note), envelopes, d->count, payloads};
    unsigned char hash[SHA256_SIZE];
    sha256(signed_note.p, signed_note.n, hash);
    r = write_bundle(d, &note, hash, &b, err);
    return r ? r : advance(d, &note, hash, envelopes, err);
}

int ledger_commit(struct ledger_draft *d, struct str day, struct err *err)
{
    int r = d->count ? commit(d, day, err) : 0;
    ledger_discard(d);
    return r;
}
