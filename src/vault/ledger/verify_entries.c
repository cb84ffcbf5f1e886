/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The entries of bundles: payloads, attachments and controls beside their envelopes.
 */
#include "sys/file.h"
#include "vault/ledger/verify_parts.h"
#include "vault/seal/hash.h"

#include <inttypes.h>
#include <stdlib.h>

#define FILE_CHUNK ((size_t)256 << 10)

/* ---- reading ---- */

int verify_step(struct verify *v, struct verify_cursor *c, struct err *err)
{
    struct err damage;
    int r = store_step(c->q, &damage);
    c->has = r == 1;
    if (c->has)
        c->at = (uint64_t)store_int(c->q, 0);
    if (r >= 0)
        return 0;
    if (r != ERR_INPUT)
        return err_set(err, r, "%s", damage.text);
    verify_fault(v, LEDGER_FAULT_DATABASE, "%s", damage.text);
    return 0;
}

/* Rows before `at` belong to no entry. Is the one at `at` there? */
static int seek(struct verify *v, struct verify_cursor *c, uint64_t at, const char *what,
                bool *ret, struct err *err)
{
    while (c->has && c->at < at) {
        verify_fault(v, LEDGER_FAULT_DATABASE,
                     "ledger.db: row %" PRIu64 " of %s belongs to no entry", c->at, what);
        int r = verify_step(v, c, err);
        if (r)
            return r;
    }
    *ret = c->has && c->at == at;
    return 0;
}

static struct verify_payload *new_payload(struct verify *v, const struct verify_bundle *b,
                                          size_t index)
{
    const struct verify_payload p = {.bundle = b, .index = index};
    ARENA_PUSH(&v->bytes, v->payloads, v->payload_count, v->payload_cap, p);
    return &v->payloads[v->payload_count - 1];
}

static int note_absent(struct verify *v, const struct verify_bundle *b, size_t index,
                       const struct id *subject, bool present, struct err *err)
{
    struct verify_absent absent = {.num = b->row.num, .index = index, .present = present};
    struct envelope e;
    if (envelope_unpack(ledger_envelope(b->row.envelopes, index), &e, NULL))
        return 0; /* that was or will be said */
    absent.file = e.type == ENVELOPE_ATTACHMENT;
    absent.seq = b->row.first + index;
    memcpy(absent.device, b->row.device, sizeof absent.device);
    if (subject)
        absent.subject = *subject;
    int r = !subject && v->l->keys ? ledger_subject(v->l, &e, &absent.subject, err) : 0;
    if (!r)
        ARENA_PUSH(&v->kept, v->absent, v->absent_count, v->absent_cap, absent);
    return r;
}

static int add_attachment(struct verify *v, const struct verify_bundle *b, size_t index,
                          uint64_t at, struct err *err)
{
    bool there;
    int r = seek(v, &v->attachment, at, "attachment", &there, err);
    if (r)
        return r;
    struct envelope e;
    if (envelope_unpack(ledger_envelope(b->row.envelopes, index), &e, NULL))
        return 0;
    v->v->attachments++;
    struct str id = there ? store_blob(v->attachment.q, 1) : (struct str){NULL, 0};
    int64_t here = there ? store_int(v->attachment.q, 2) : 0;
    if (!there || id.n != ID_SIZE || memcmp(id.p, e.payload.b, ID_SIZE) != 0 || here < 0 ||
        here > 1)
        verify_fault_at(v, LEDGER_FAULT_DATABASE, &b->row, index,
                        "the row of its attachment is missing or wrong");
    if (here == 1) {
        struct verify_payload *p = new_payload(v, b, index);
        p->file = true;
        p->err = ARENA_NEW(&v->bytes, 1, struct err);
        p->bytes = str_of(ledger_attachment_path(v->l, &v->bytes, e.payload));
    } else {
        r = note_absent(v, b, index, NULL, false, err);
    }
    return r || !there ? r : verify_step(v, &v->attachment, err);
}

static int add_payload(struct verify *v, struct verify_bundle *b, size_t index, bool control,
                       uint64_t at, struct err *err)
{
    bool there;
    int r = seek(v, &v->payload, at, "payload", &there, err);
    if (r)
        return r;
    if (!there && control) {
        verify_fault_at(v, LEDGER_FAULT_PAYLOAD, &b->row, index,
                        "a control entry has no payload");
        return 0;
    }
    if (!there)
        return note_absent(v, b, index, NULL, false, err);
    struct str stored = store_blob(v->payload.q, 1);
    struct verify_payload *p = new_payload(v, b, index);
    p->bytes = stored.n ? arena_copy(&v->bytes, stored) : STR("");
    v->byte_count += stored.n;
    if (control) {
        const struct verify_control c = {index, arena_copy(&v->rows, stored)};
        ARENA_PUSH(&v->rows, b->controls, b->control_count, b->control_cap, c);
    }
    return verify_step(v, &v->payload, err);
}

static int add_control(struct verify *v, const struct verify_bundle *b, size_t index,
                       uint64_t at, struct err *err)
{
    bool there;
    int r = seek(v, &v->control, at, "control", &there, err);
    if (r)
        return r;
    if (!there) {
        verify_fault_at(v, LEDGER_FAULT_DATABASE, &b->row, index,
                        "a control entry is not in the table of controls");
        return 0;
    }
    return verify_step(v, &v->control, err);
}

int verify_entries(struct verify *v, struct verify_bundle *b, struct err *err)
{
    int r = 0;
    for (size_t i = 0; i < b->row.count && !r; i++) {
        unsigned type = ledger_envelope(b->row.envelopes, i)[ENVELOPE_AT_TYPE];
        uint64_t at = ledger_at(b->row.num, i);
        if (type == ENVELOPE_ATTACHMENT)
            r = add_attachment(v, b, i, at, err);
        else
            r = add_payload(v, b, i, type == ENVELOPE_CONTROL, at, err);
        if (!r && type == ENVELOPE_CONTROL)
            r = add_control(v, b, i, at, err);
        if (!r && v->byte_count >= VERIFY_BYTES && i + 1 < b->row.count)
            r = verify_flush(v, false, err);
    }
    return r;
}

/* ---- on the pool's threads ---- */

static void keep_fault(void *context, enum ledger_fault_kind kind, size_t index,
                       const char *sentence)
{
    struct verify_bundle *b = context;
    const struct verify_fault f = {kind, index, arena_cstr(&b->memory, str_of(sentence))};
    ARENA_PUSH(&b->memory, b->faults, b->fault_count, b->fault_cap, f);
}

static void check_bundle(struct verify_bundle *b)
{
    const struct bundle bundle = {b->row.note, b->row.envelopes, b->row.count, NULL};
    b->read = ledger_check(&bundle, &b->memory, &b->checked, keep_fault, b);
}

static void check_file(struct verify_payload *p, const struct envelope *e)
{
    struct file_in f;
    int r = file_in_open(p->bytes.p, &f, p->err);
    char *bytes = r ? NULL : malloc(FILE_CHUNK);
    if (!r && !bytes)
        err_die("out of memory");
    struct sha256 h;
    sha256_begin(&h);
    uint64_t all = 0;
    size_t n = 1;
    while (!r && n && all <= e->size) {
        r = file_in_read(&f, bytes, FILE_CHUNK, &n, p->err);
        if (!r) {
            all += n;
            sha256_add(&h, bytes, n);
        }
    }
    free(bytes);
    if (r) {
        p->bad = true;
    } else {
        unsigned char hash[SHA256_SIZE];
        sha256_end(&h, hash);
        file_in_close(&f);
        p->bad = all != e->size || memcmp(hash, e->payload_hash, sizeof hash) != 0;
    }
}

static void check_payload(struct verify_payload *p)
{
    struct envelope e;
    if (envelope_unpack(ledger_envelope(p->bundle->row.envelopes, p->index), &e, NULL))
        p->bad = false; /* the bundle's check says it */
    else if (p->file)
        check_file(p, &e);
    else
        p->bad = !ledger_payload_fits(&e, p->bytes);
}

struct work {
    struct verify *v;
    size_t bundles; /* the first units are bundles, the others groups of payloads */
};

static void work_on(void *context, size_t i, unsigned worker)
{
    const struct work *w = context;
    (void)worker;
    if (i < w->bundles) {
        check_bundle(&w->v->bundles[i]);
        return;
    }
    size_t begin = (i - w->bundles) * VERIFY_GROUP;
    for (size_t k = begin; k < begin + VERIFY_GROUP && k < w->v->payload_count; k++)
        check_payload(&w->v->payloads[k]);
}

/* ---- with the keys ---- */

static int open_entries(struct verify *v, struct err *err)
{
    struct keys_entry *entries = ARENA_NEW(&v->bytes, v->payload_count, struct keys_entry);
    struct envelope *envelopes = ARENA_NEW(&v->bytes, v->payload_count, struct envelope);
    size_t *from = ARENA_NEW(&v->bytes, v->payload_count, size_t);
    size_t count = 0;
    for (size_t i = 0; i < v->payload_count; i++) {
        const struct verify_payload *p = &v->payloads[i];
        struct envelope *e = &envelopes[count];
        if (p->bad || p->file ||
            envelope_unpack(ledger_envelope(p->bundle->row.envelopes, p->index), e, NULL) ||
            e->type != ENVELOPE_SEALED)
            continue;
        entries[count] = (struct keys_entry){.envelope = e, .sealed = p->bytes};
        from[count++] = i;
    }
    int r = count ? keys_open_entries(v->l->keys, &v->bytes, entries, count, err) : 0;
    for (size_t i = 0; i < count && !r; i++) {
        const struct verify_payload *p = &v->payloads[from[i]];
        if (entries[i].result == ERR_MISSING)
            r = note_absent(v, p->bundle, p->index, &entries[i].subject, true, err);
        else if (entries[i].result)
            verify_fault_at(v, LEDGER_FAULT_SEAL, &p->bundle->row, p->index,
                            "it was signed, but cannot be opened with its key");
    }
    return r;
}

static int report_payloads(struct verify *v, struct err *err)
{
    for (size_t i = 0; i < v->payload_count; i++) {
        const struct verify_payload *p = &v->payloads[i];
        if (!p->bad)
            continue;
        int kind = p->file ? p->err->kind : 0;
        if (kind && kind != ERR_MISSING && kind != ERR_INPUT)
            return err_set(err, kind, "%s", p->err->text);
        if (!p->file)
            verify_fault_at(v, LEDGER_FAULT_PAYLOAD, &p->bundle->row, p->index,
                            "its payload is not the one that was signed");
        else
            verify_fault_at(
                v, LEDGER_FAULT_ATTACHMENT, &p->bundle->row, p->index,
                kind == ERR_MISSING
                    ? arena_printf(&v->bytes, "the file %s is missing", p->bytes.p).p
                    : arena_printf(&v->bytes,
                                   "the file %s is not the one that was "
                                   "signed",
                                   p->bytes.p)
                          .p);
    }
    return 0;
}

static int report_bundles(struct verify *v, struct err *err)
{
    int r = 0;
    for (size_t i = 0; i < v->bundle_count && !r; i++) {
        struct verify_bundle *b = &v->bundles[i];
        for (size_t k = 0; k < b->fault_count; k++)
            verify_fault_at(v, b->faults[k].kind, &b->row, b->faults[k].index,
                            b->faults[k].sentence);
        r = verify_place(v, b, err);
        arena_reset(&b->memory);
    }
    return r;
}

int verify_flush(struct verify *v, bool end, struct err *err)
{
    struct work w = {v, end ? v->bundle_count : 0};
    size_t groups = (v->payload_count + VERIFY_GROUP - 1) / VERIFY_GROUP;
    if (w.bundles + groups)
        pool_run(v->pool, w.bundles + groups, work_on, &w);
    int r = report_payloads(v, err);
    if (!r && v->l->keys)
        r = open_entries(v, err);
    if (!r && end)
        r = report_bundles(v, err);
    arena_reset(&v->bytes);
    v->payloads = NULL;
    v->payload_count = v->payload_cap = v->byte_count = 0;
    if (end) {
        v->bundle_count = 0;
        arena_reset(&v->rows);
    }
    return r;
}

/* ---- at the end ---- */

static void report_absent(struct verify *v, const struct verify_absent *p)
{
    struct ledger_row row = {.num = p->num, .first = p->seq - p->index, .count = 1};
    memcpy(row.device, p->device, sizeof row.device);
    bool shredded =
        v->l->keys ? ledger_shredded(&v->shadow, p->subject) : v->shadow.shredded_count > 0;
    if (!p->present && shredded)
        v->v->shredded++;
    else if (p->present && shredded)
        verify_fault_at(v, LEDGER_FAULT_PAYLOAD, &row, p->index,
                        "its subject was shredded, but its payload is still there");
    else if (p->present && v->l->keys &&
             !memcmp(keys_public(v->l->keys)->device, p->device, sizeof p->device))
        verify_fault_at(v, LEDGER_FAULT_RING, &row, p->index,
                        "this device sealed it and has no key for it, though it was not "
                        "shredded: the keyring lost a record");
    else if (p->present)
        v->v->locked++;
    else if (p->file)
        verify_fault_at(v, LEDGER_FAULT_ATTACHMENT, &row, p->index,
                        "its attachment is not here, and was not shredded");
    else
        verify_fault_at(v, LEDGER_FAULT_PAYLOAD, &row, p->index,
                        "its payload is missing, and was not shredded");
}

int verify_rest(struct verify *v, struct err *err)
{
    bool there;
    int r = seek(v, &v->payload, INT64_MAX, "payload", &there, err);
    if (!r)
        r = seek(v, &v->attachment, INT64_MAX, "attachment", &there, err);
    if (!r)
        r = seek(v, &v->control, INT64_MAX, "control", &there, err);
    for (size_t i = 0; i < v->absent_count && !r; i++)
        report_absent(v, &v->absent[i]);
    return r;
}
