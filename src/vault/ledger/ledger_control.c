/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Control entries: cards that are not sealed, as they hold nothing personal: who may sign, which
 * keyring a device uses, which subjects were shredded.
 */
#include "model/card.h"
#include "vault/ledger/ledger_parts.h"
#include "vault/seal/hash.h"

#include <math.h>

/* ---- printing ---- */

static struct str hex(struct arena *a, const void *p, size_t n)
{
    char *text = ARENA_NEW(a, 2 * n + 1, char);
    hex_print(p, n, text);
    return str_make(text, 2 * n);
}

static struct record new_control(struct ledger *l, struct arena *a, enum control_act act,
                                 struct str day)
{
    struct record r;
    record_init(&r, RECORD_CONTROL);
    r.u.control.id = id_print(a, id_new());
    r.u.control.act = act;
    r.u.control.day = day;
    r.u.control.by = hex(a, keys_public(l->keys)->device, 16);
    return r;
}

static void put_ring(struct arena *a, const struct ledger_ring *ring, struct record_control *c)
{
    c->generation = (double)ring->generation;
    c->size = (double)ring->size;
    c->ring = hex(a, ring->hash, sizeof ring->hash);
}

static int print_card(struct buf *out, const struct record *r, struct err *err)
{
    if (out->n)
        buf_add_char(out, '\n');
    return card_print(out, r, err);
}

int ledger_print_first(struct ledger *l, struct str day, struct buf *out, struct err *err)
{
    ARENA_AUTO a = {0};
    const struct keys_public *public = keys_public(l->keys);
    struct record r = new_control(l, &a, CONTROL_MEMBERSHIP, day);
    r.u.control.key = hex(&a, public->device_key, SIGN_PUBLIC);
    if (public->joined) {
        r.u.control.by = hex(&a, public->by, sizeof public->by);
        r.u.control.proof = hex(&a, public->proof, SIGN_SIGNATURE);
    }
    int e = print_card(out, &r, err);
    struct ledger_ring ring = {.known = true};
    if (!e)
        e = keys_ring(l->keys, &ring.generation, &ring.size, ring.hash, err);
    if (e)
        return e;
    r = new_control(l, &a, CONTROL_RING, day);
    put_ring(&a, &ring, &r.u.control);
    return print_card(out, &r, err);
}

int ledger_print_shred(struct ledger *l, const struct id *subjects, size_t count,
                       const struct ledger_ring *ring, struct str day, struct buf *out,
                       struct err *err)
{
    ARENA_AUTO a = {0};
    struct record r = new_control(l, &a, count ? CONTROL_SHRED : CONTROL_RING, day);
    struct str *ids = ARENA_NEW(&a, count, struct str);
    for (size_t i = 0; i < count; i++)
        ids[i] = id_print(&a, subjects[i]);
    r.u.control.of = (struct str_list){ids, count};
    put_ring(&a, ring, &r.u.control);
    return print_card(out, &r, err);
}

/* ---- reading ---- */

int ledger_cards(struct arena *a, struct str payload, const char *what,
                 int (*each)(void *context, const struct record_control *c, struct err *err),
                 void *context, struct err *err)
{
    size_t line = 0;
    for (;;) {
        struct record r;
        bool end = false;
        int e = card_next(a, &payload, &line, what, &r, &end, err);
        if (e || end)
            return e;
        if (r.kind != RECORD_CONTROL)
            return err_set(err, ERR_INPUT, "%s: line %zu: a card that is no control card", what,
                           line);
        e = each(context, &r.u.control, err);
        if (e)
            return e;
    }
}

struct apply {
    struct ledger *l;
    bool own;
    const char *what;
};

static int apply_ring(struct ledger *l, const struct record_control *c, const char *what,
                      struct err *err)
{
    struct ledger_ring ring = {.known = true};
    if (isnan(c->generation) || isnan(c->size) || !c->ring.p ||
        !hex_parse(c->ring, ring.hash, sizeof ring.hash))
        return err_set(err, ERR_INPUT, "%s: a ring needs generation, size and hash", what);
    ring.generation = (uint64_t)c->generation;
    ring.size = (uint64_t)c->size;
    l->ring = ring;
    return 0;
}

static int apply_card(void *context, const struct record_control *c, struct err *err)
{
    const struct apply *to = context;
    if (c->act == CONTROL_SHRED)
        for (size_t i = 0; i < c->of.count; i++) {
            struct id subject;
            if (!id_parse(c->of.items[i], &subject))
                return err_set(err, ERR_INPUT, "%s: shreds \"%.*s\", which is no id", to->what,
                               (int)c->of.items[i].n, c->of.items[i].p);
            ledger_add_shredded(to->l, subject);
        }
    bool ring = c->act == CONTROL_RING || c->act == CONTROL_SHRED;
    return ring && to->own ? apply_ring(to->l, c, to->what, err) : 0;
}

int ledger_apply(struct ledger *l, const unsigned char device[16], struct arena *a,
                 struct str payload, const char *what, struct err *err)
{
    struct apply to = {l, false, what};
    to.own = l->keys && memcmp(keys_public(l->keys)->device, device, 16) == 0;
    return ledger_cards(a, payload, what, apply_card, &to, err);
}

/* ---- who may sign ---- */

struct admit {
    struct ledger *l;
    const struct bundle_note *note;
    const char *what;
    bool found;
    uint64_t clock;
};

static int admit_by(struct admit *to, const struct record_control *c, struct err *err)
{
    unsigned char by[16], proof[SIGN_SIGNATURE];
    if (!hex_parse(c->by, by, sizeof by) || !c->proof.p ||
        !hex_parse(c->proof, proof, sizeof proof))
        return err_set(err, ERR_REFUSED, "%s: a device is admitted without a proof", to->what);
    const struct ledger_device *d = ledger_find_device(to->l, by);
    if (!d)
        return err_set(err, ERR_MISSING, "%s: the device that admits another is not known",
                       to->what);
    char text[KEYS_PROOF_TEXT + 1];
    keys_proof_text(to->note->archive, to->note->device_key, text);
    if (!sign_check(d->key, str_of(text), proof))
        return err_set(err, ERR_REFUSED, "%s: the proof that admits a device does not fit",
                       to->what);
    to->clock = d->root_clock;
    return 0;
}

static int admit_card(void *context, const struct record_control *c, struct err *err)
{
    struct admit *to = context;
    if (c->act != CONTROL_MEMBERSHIP || to->found)
        return 0;
    unsigned char key[SIGN_PUBLIC], hash[SHA256_SIZE];
    if (!c->key.p || !hex_parse(c->key, key, sizeof key) ||
        memcmp(key, to->note->device_key, sizeof key) != 0)
        return err_set(err, ERR_REFUSED, "%s: a chain admits another device than its own",
                       to->what);
    to->found = true;
    sha256(key, sizeof key, hash);
    if (memcmp(hash, to->note->archive, sizeof hash) == 0)
        return 0; /* the archive's first device */
    return admit_by(to, c, err);
}

int ledger_admit(struct ledger *l, const struct bundle_note *note, struct str payload,
                 const char *what, uint64_t *ret_clock, struct err *err)
{
    ARENA_AUTO a = {0};
    struct admit to = {l, note, what, false, 0};
    int r = ledger_cards(&a, payload, what, admit_card, &to, err);
    if (!r && !to.found)
        r = err_set(err, ERR_REFUSED, "%s: a chain does not begin with its device's membership",
                    what);
    if (r)
        return r == ERR_INPUT || r == ERR_LIMIT ? err_set(err, ERR_REFUSED,
                                                          "%s: the first entry "
                                                          "of a chain is damaged",
                                                          what)
                                                : r;
    *ret_clock = to.clock;
    return 0;
}
