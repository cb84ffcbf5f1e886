/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/disclosure.h"

#include "model/card.h"

struct gather {
    struct arena *a; /* of the result */
    struct id payload;
    struct disclosure *d;
    bool found;
    struct disclosure_device *devices; /* all that the ledger knows */
    size_t count, cap;
    struct arena scratch;
};

/* Who admitted the device of this bundle: its first entry says so. */
static int note_device(struct gather *g, const struct ledger_bundle *b, struct err *err)
{
    struct disclosure_device v = {.first = true};
    memcpy(v.key, b->note.device_key, sizeof v.key);
    if (b->bundle.count == 0 || !b->bundle.payloads[0].p)
        return err_set(err, ERR_INPUT, "the first entry of a device is missing");
    struct str rest = b->bundle.payloads[0];
    struct record r;
    size_t line = 0;
    bool end = false;
    int e = card_next(&g->scratch, &rest, &line, "the first entry of a device", &r, &end, err);
    if (e)
        return e;
    if (!end && r.kind == RECORD_CONTROL && r.u.control.proof.p) {
        v.first = false;
        if (!hex_parse(r.u.control.by, v.by, sizeof v.by) ||
            !hex_parse(r.u.control.proof, v.proof, sizeof v.proof))
            return err_set(err, ERR_INPUT, "the first entry of a device has no proof in it");
    }
    ARENA_PUSH(g->a, g->devices, g->count, g->cap, v);
    return 0;
}

static void take_entry(struct gather *g, const struct ledger_bundle *b, size_t i)
{
    struct disclosure *d = g->d;
    const unsigned char *envelopes = (const unsigned char *)b->bundle.envelopes.p;
    memcpy(d->archive, b->note.archive, sizeof d->archive);
    memcpy(d->envelope, envelopes + i * ENVELOPE_SIZE, ENVELOPE_SIZE);
    memcpy(d->devices[0].key, b->note.device_key, SIGN_PUBLIC);
    d->payload = arena_copy(g->a, b->bundle.payloads[i]);
    d->note = arena_copy(g->a, b->bundle.note);
    d->index = i;
    merkle_prove(envelopes, b->bundle.count, ENVELOPE_SIZE, ENVELOPE_SIZE, i, &d->path);
    g->found = true;
}

static int look(void *context, const struct ledger_bundle *b, struct err *err)
{
    struct gather *g = context;
    if (b->note.first == 0) {
        int r = note_device(g, b, err);
        if (r)
            return r;
    }
    for (size_t i = 0; i < b->bundle.count && !g->found; i++) {
        struct envelope e;
        const char *at = b->bundle.envelopes.p + i * ENVELOPE_SIZE;
        int r = envelope_unpack((const unsigned char *)at, &e, err);
        if (r)
            return r;
        if (memcmp(e.payload.b, g->payload.b, ID_SIZE) != 0)
            continue;
        if (e.type != ENVELOPE_SEALED)
            return err_set(err, ERR_INPUT, "that entry is not sealed: there is no key to it");
        if (!b->bundle.payloads[i].p)
            return err_set(err, ERR_MISSING, "the payload of that entry was shredded");
        take_entry(g, b, i);
    }
    return 0;
}

/* The device `by`, among those that the ledger knows. */
static const struct disclosure_device *device_of(const struct gather *g,
                                                 const unsigned char by[16])
{
    unsigned char device[16];
    for (size_t i = 0; i < g->count; i++) {
        bundle_device(g->devices[i].key, device);
        if (memcmp(device, by, sizeof device) == 0)
            return &g->devices[i];
    }
    return NULL;
}

int work_disclosure_gather(struct ledger *l, struct arena *a, struct id payload,
                           struct disclosure *ret, struct err *err)
{
    struct gather g = {.a = a, .payload = payload, .d = ARENA_NEW(a, 1, struct disclosure)};
    ARENA_AUTO each = {0};
    int r = ledger_each(l, NULL, &each, look, &g, err);
    arena_free(&g.scratch);
    if (r)
        return r;
    if (!g.found)
        return err_set(err, ERR_MISSING, "there is no such entry in the ledger");
    unsigned char by[16];
    bundle_device(g.d->devices[0].key, by);
    do {
        const struct disclosure_device *v = device_of(&g, by);
        if (!v || g.d->device_count == DISCLOSURE_DEVICES_MAX)
            return err_set(err, ERR_INPUT, "the devices of the ledger lead to no first one");
        g.d->devices[g.d->device_count++] = *v;
        memcpy(by, v->by, sizeof by);
    } while (!g.d->devices[g.d->device_count - 1].first);
    *ret = *g.d;
    return 0;
}
