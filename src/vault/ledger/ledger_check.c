/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a bundle says about itself: everything that can be checked without looking at others.
 * Touches nothing that threads share.
 */
#include "vault/ledger/ledger_parts.h"
#include "vault/seal/hash.h"
#include "vault/seal/merkle.h"

struct check {
    const struct bundle *b;
    struct ledger_checked *c;
    ledger_fault_fn *fault;
    void *context;
};

static void say(const struct check *k, enum ledger_fault_kind kind, size_t index,
                const char *sentence)
{
    k->fault(k->context, kind, index, sentence);
}

static bool check_note(const struct check *k, struct arena *a)
{
    struct err err = {0};
    struct str text, opened;
    struct ledger_checked *c = k->c;
    int r = ledger_note_text(k->b->note, "it", &text, &err);
    if (!r)
        r = bundle_parse_note(a, text, "it", &c->note, &err);
    if (r) {
        say(k, LEDGER_FAULT_NOTE, SIZE_MAX, err.text);
        return false;
    }
    bundle_device(c->note.device_key, c->device);
    sha256(k->b->note.p, k->b->note.n, c->hash);
    char name[BUNDLE_NAME_MAX];
    r = note_open(k->b->note, bundle_name(c->device, name), c->note.device_key, "it", &opened,
                  &err);
    if (r)
        say(k, LEDGER_FAULT_NOTE, SIZE_MAX, err.text);
    if (c->note.count != k->b->count ||
        k->b->envelopes.n != k->b->count * (size_t)ENVELOPE_SIZE) {
        say(k, LEDGER_FAULT_NOTE, SIZE_MAX, "it holds another number of entries than it says");
        return false;
    }
    return true;
}

bool ledger_payload_fits(const struct envelope *e, struct str payload)
{
    unsigned char hash[SHA256_SIZE];
    if (payload.n != e->size)
        return false;
    sha256(payload.p, payload.n, hash);
    return memcmp(hash, e->payload_hash, sizeof hash) == 0;
}

static void check_payload(const struct check *k, const struct envelope *e, size_t i)
{
    if (!k->b->payloads)
        return;
    struct str p = k->b->payloads[i];
    if (e->type == ENVELOPE_ATTACHMENT) {
        if (p.p)
            say(k, LEDGER_FAULT_PAYLOAD, i, "a payload stands where an attachment should");
        return;
    }
    if (!p.p) {
        if (e->type == ENVELOPE_CONTROL)
            say(k, LEDGER_FAULT_PAYLOAD, i, "a control entry has no payload");
        return;
    }
    if (!ledger_payload_fits(e, p))
        say(k, LEDGER_FAULT_PAYLOAD, i, "its payload is not the one that was signed");
}

static void check_entries(const struct check *k)
{
    struct ledger_checked *c = k->c;
    unsigned char before[SHA256_SIZE] = {0};
    for (size_t i = 0; i < k->b->count; i++) {
        const unsigned char *packed = ledger_envelope(k->b->envelopes, i);
        struct envelope e;
        struct err err = {0};
        if (envelope_unpack(packed, &e, &err)) {
            say(k, LEDGER_FAULT_ENVELOPE, i, err.text);
        } else {
            if (i == 0)
                memcpy(c->previous, e.previous, sizeof c->previous);
            if (memcmp(e.device, c->device, sizeof e.device) != 0 || e.seq != c->note.first + i)
                say(k, LEDGER_FAULT_ENVELOPE, i,
                    "its envelope is another device's or number's");
            else if (i && memcmp(e.previous, before, sizeof before) != 0)
                say(k, LEDGER_FAULT_CHAIN, i, "its envelope does not follow the one before");
            check_payload(k, &e, i);
        }
        sha256(packed, ENVELOPE_SIZE, before);
    }
    memcpy(c->last, before, sizeof c->last);
}

bool ledger_check(const struct bundle *b, struct arena *a, struct ledger_checked *ret,
                  ledger_fault_fn *fault, void *context)
{
    struct ledger_checked c = {.note = {.first = 0}};
    const struct check k = {b, &c, fault, context};
    if (!check_note(&k, a))
        return false;
    unsigned char root[SHA256_SIZE];
    merkle_root((const unsigned char *)b->envelopes.p, b->count, ENVELOPE_SIZE, ENVELOPE_SIZE,
                root);
    if (memcmp(root, c.note.root, sizeof root) != 0)
        say(&k, LEDGER_FAULT_ROOT, SIZE_MAX, "its entries do not fit its root");
    check_entries(&k);
    *ret = c;
    return true;
}
