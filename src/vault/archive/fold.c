/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folding: from bundles, in fold order, to rows. What is folded depends on the entries and their
 * order alone, so that two devices with the same entries and keys have the same rows.
 *
 * A card that does not parse, or that stands under a secret where it may not stand, is passed
 * over and counted: it may come from a later program, or from a device that means no good.
 */
#include "base/text.h"
#include "vault/archive/parts.h"
#include "view_sql.h"

/* Under what an entry stands. */
struct seat {
    bool control, archive;
    struct id subject;
    int64_t num; /* of the subject; 0: not asked yet */
};

struct fold {
    struct archive *a;
    struct arena bundle; /* what ledger_each gives; forgotten behind each bundle */
    struct arena plain, cards;
    uint64_t done, all;
    /* Instead of folding: fold_each. */
    int (*each)(void *context, const struct record *r, const struct envelope *envelope,
                struct err *err);
    void *context;
};

/* ---- rows ---- */

static void bind_given(struct store_query *q, int at, double v)
{
    store_bind_real(q, at, v); /* NAN is null */
}

static int put_statement(struct archive *a, int64_t num, bool had, const struct id *id,
                         int64_t account, const struct record_statement *s, struct err *err)
{
    int64_t act, place, time, rule, source = 0;
    int r = ids_word(a, s->act, &act, err);
    if (!r)
        r = ids_word(a, s->where, &place, err);
    if (!r)
        r = ids_word(a, s->when, &time, err);
    if (!r)
        r = ids_word(a, s->rule, &rule, err);
    struct id other;
    bool spoken;
    if (!r && s->source.p && id_parse(s->source, &other))
        r = ids_number(a, other, RECORD_COUNT, &source, &spoken, err);
    if (r)
        return r;
    struct store_query *q = store_query(a->view, had ? VIEW_STATEMENT_PUT : VIEW_STATEMENT_NEW);
    store_bind_int(q, 1, num);
    store_bind_blob(q, 2, id->b, ID_SIZE);
    store_bind_int(q, 3, account);
    store_bind_int(q, 4, act);
    store_bind_int(q, 5, place);
    store_bind_int(q, 6, time);
    store_bind_int(q, 7, s->unit);
    store_bind_int(q, 8, s->review);
    store_bind_int(q, 9, source);
    store_bind_int(q, 10, s->stance);
    store_bind_int(q, 11, s->denial);
    store_bind_int(q, 12, s->precision);
    store_bind_int(q, 13, s->bound);
    store_bind_int(q, 14, s->basis);
    bind_given(q, 15, s->low);
    bind_given(q, 16, s->best);
    bind_given(q, 17, s->high);
    bind_given(q, 18, s->begin);
    bind_given(q, 19, s->end);
    store_bind_int(q, 20, rule);
    store_bind_text(q, 21, s->who);
    store_bind_text(q, 22, s->whom);
    return store_run(q, err);
}

static int put_links(struct fold *f, const struct record *r, int64_t key, bool had,
                     struct err *err)
{
    struct archive *a = f->a;
    struct place_ref *refs;
    size_t count = place_refs(&f->cards, r, &refs);
    int e = 0;
    if (had) {
        struct store_query *q = store_query(a->view, VIEW_LINK_DROP);
        store_bind_int(q, 1, key);
        e = store_run(q, err);
    }
    for (size_t i = 0; i < count && !e; i++) {
        struct id id;
        int64_t num;
        bool ignored;
        if (!id_parse(refs[i].id, &id))
            continue; /* custody of something that is no record */
        e = ids_number(a, id, RECORD_COUNT, &num, &ignored, err);
        if (e)
            break;
        struct store_query *q = store_query(a->view, VIEW_LINK_PUT);
        store_bind_int(q, 1, key);
        store_bind_int(q, 2, num);
        e = store_run(q, err);
    }
    return e;
}

static int put_account(struct archive *a, int64_t num, const struct record_account *r,
                       struct err *err)
{
    struct id id;
    int64_t source = 0;
    bool had;
    if (id_parse(r->source, &id)) {
        int e = ids_number(a, id, RECORD_COUNT, &source, &had, err);
        if (e)
            return e;
    }
    struct store_query *q = store_query(a->view, VIEW_STANDING_ACCOUNT);
    store_bind_int(q, 1, num);
    store_bind_int(q, 2, source);
    store_bind_int(q, 3, str_eq(r->channel, STR("published")));
    return store_run(q, err);
}

static int put_terms(struct archive *a, const struct seat *seat, const struct record_terms *r,
                     struct err *err)
{
    struct store_query *q = store_query(a->view, VIEW_STANDING_TERMS);
    store_bind_int(q, 1, seat->num);
    store_bind_int(q, 2, r->attribution);
    store_bind_int(q, 3, r->purposes);
    store_bind_text(q, 4, r->expires);
    store_bind_text(q, 5, r->withdrawn);
    return store_run(q, err);
}

static int put_source(struct archive *a, int64_t num, bool had, const struct record_source *r,
                      struct err *err)
{
    int e = 0;
    if (had) {
        struct store_query *q = store_query(a->view, VIEW_NAMED_DROP);
        store_bind_int(q, 1, num);
        e = store_run(q, err);
    }
    if (e || !r->name.p)
        return e;
    BUF_AUTO folded;
    view_fold_name(&folded, r->name);
    struct store_query *q = store_query(a->view, VIEW_NAMED_PUT);
    store_bind_text(q, 1, buf_str(&folded));
    store_bind_int(q, 2, num);
    return store_run(q, err);
}

/* One row for each record that is there and may be taken back. */
static int put_retraction(struct archive *a, int64_t key, bool had,
                          const struct record_control *r, struct err *err)
{
    int e = 0;
    struct store_query *q;
    if (had) {
        q = store_query(a->view, VIEW_RETRACTION_DROP);
        store_bind_int(q, 1, key);
        e = store_run(q, err);
    }
    for (size_t i = 0; i < r->of.count && !e; i++) {
        struct id id;
        struct ident of;
        if (!id_parse(r->of.items[i], &id))
            continue;
        e = ids_find(a, id, &of, err);
        for (int kind = 0; kind < RECORD_COUNT && !e; kind++) {
            if (!(of.kinds & place_retractable & 1u << kind))
                continue;
            q = store_query(a->view, VIEW_RETRACTION_PUT);
            store_bind_int(q, 1, key);
            store_bind_int(q, 2, view_key((enum record_kind)kind, of.num));
            e = store_run(q, err);
        }
    }
    a->retracts = true;
    return e;
}

/* A new version stands again, whatever took the one before back. */
static int stand_again(struct archive *a, int64_t key, struct err *err)
{
    if (!a->retracts)
        return 0;
    struct store_query *q = store_query(a->view, VIEW_RETRACTION_OVER);
    store_bind_int(q, 1, key);
    return store_run(q, err);
}

/* From the last to the first: a retraction counts unless one that came later took it back. */
static int settle_retractions(struct archive *a, struct err *err)
{
    if (!a->retracts)
        return 0;
    ARENA_AUTO arena = {0};
    int64_t *keys = NULL;
    size_t count = 0, cap = 0;
    struct store_query *q = store_query(a->view, VIEW_RETRACTED_CLEAR);
    int r = store_run(q, err);
    if (r)
        return r;
    q = store_query(a->view, VIEW_RETRACTION_ALL);
    while ((r = store_step(q, err)) > 0) {
        ARENA_PUSH(&arena, keys, count, cap, store_int(q, 0));
        ARENA_PUSH(&arena, keys, count, cap, store_int(q, 1));
    }
    for (size_t i = 0; i < count && !r; i += 2) {
        bool gone;
        r = view_retracted(a, keys[i], &gone, err);
        if (r || gone)
            continue;
        q = store_query(a->view, VIEW_RETRACTED_PUT);
        store_bind_int(q, 1, keys[i + 1]);
        r = store_run(q, err);
    }
    return r;
}

/* ---- records ---- */

/* Does the record stand under the secret that its subject has? */
static int is_seated(struct archive *a, const struct record *r, struct seat *seat, bool *ret,
                     struct err *err)
{
    struct str subject = place_subject(r);
    struct id id;
    *ret = false;
    if (!subject.p) {
        bool plain = r->kind == RECORD_CONTROL && r->u.control.act != CONTROL_RETRACT;
        *ret = r->kind != RECORD_NODE && (plain ? seat->control : seat->archive);
        return 0;
    }
    if (seat->control || seat->archive || !id_parse(subject, &id))
        return 0;
    bool same = !memcmp(id.b, seat->subject.b, ID_SIZE), had;
    int e = 0;
    if (!seat->num)
        e = ids_number(a, seat->subject, RECORD_COUNT, &seat->num, &had, err);
    if (!e && !same && r->kind == RECORD_ASSESSMENT) {
        struct ident of;
        int64_t account = 0;
        e = ids_find(a, id, &of, err);
        if (!e && of.kinds & 1u << RECORD_STATEMENT)
            e = view_statement_account(a, of.num, &account, err);
        same = account == seat->num;
    }
    *ret = same;
    return e;
}

static int fold_record(struct fold *f, const struct record *r, struct str card,
                       struct seat *seat, struct err *err)
{
    struct archive *a = f->a;
    struct id id;
    bool fits = id_parse(place_id(r), &id), had;
    int e = 0;
    if (fits)
        e = is_seated(a, r, seat, &fits, err);
    if (e)
        return e;
    if (!fits) {
        a->counts.refused++;
        return 0;
    }
    int64_t num;
    e = ids_number(a, id, r->kind, &num, &had, err);
    const int64_t key = view_key(r->kind, num);
    if (!e)
        e = stand_again(a, key, err);
    if (e)
        return e;
    if (r->kind == RECORD_STATEMENT)
        return put_statement(a, num, had, &id, seat->num, &r->u.statement, err);
    struct store_query *q = store_query(a->view, had ? VIEW_RECORD_PUT : VIEW_RECORD_NEW);
    store_bind_int(q, 1, key);
    store_bind_blob(q, 2, id.b, ID_SIZE);
    store_bind_text(q, 3, card);
    e = store_run(q, err);
    if (!e)
        e = put_links(f, r, key, had, err);
    if (e)
        return e;
    switch (r->kind) {
    case RECORD_ACCOUNT:
        return put_account(a, num, &r->u.account, err);
    case RECORD_TERMS:
        return put_terms(a, seat, &r->u.terms, err);
    case RECORD_SOURCE:
        return put_source(a, num, had, &r->u.source, err);
    case RECORD_CONTROL:
        return r->u.control.act == CONTROL_RETRACT
                   ? put_retraction(a, key, had, &r->u.control, err)
                   : 0;
    default:
        return 0;
    }
}

/* ---- shredding ---- */

/* The ledger knows beforehand who is shredded, so that nothing of them is folded; but a view that
 * was made before still holds it. */
static int fold_shred(struct archive *a, const struct record_control *r, struct err *err)
{
    a->again = !a->ids;
    for (size_t i = 0; i < r->of.count; i++) {
        struct id id;
        if (!id_parse(r->of.items[i], &id))
            continue;
        int e = view_put_gone(a, id, true, err);
        if (e)
            return e;
    }
    return 0;
}

/* ---- entries ---- */

static int fold_cards(struct fold *f, struct str text, const struct envelope *envelope,
                      struct seat *seat, struct err *err)
{
    struct str rest = text;
    size_t line = 0;
    for (;;) {
        struct record r;
        bool end;
        struct err why;
        const char *begin = rest.p;
        arena_reset(&f->cards);
        if (card_next(&f->cards, &rest, &line, "an entry", &r, &end, &why)) {
            f->a->counts.refused++;
            return 0;
        }
        if (end)
            return 0;
        /* Without the empty line that ends it, but with the line ends of its last text. */
        struct str card = str_make(begin, (size_t)(rest.p - begin));
        while (card.n && card.p[0] == '\n')
            card = str_slice(card, 1, card.n);
        if (str_ends(card, STR("\n\n")))
            card.n--;
        int e = f->each ? f->each(f->context, &r, envelope, err)
                        : fold_record(f, &r, card, seat, err);
        if (!e && !f->each && seat->control && r.kind == RECORD_CONTROL &&
            r.u.control.act == CONTROL_SHRED)
            e = fold_shred(f->a, &r.u.control, err);
        if (e)
            return e;
    }
}

static int fold_entry(struct fold *f, const struct keys_entry *entry, struct err *err)
{
    struct archive *a = f->a;
    a->counts.entries++;
    if (entry->envelope->type == ENVELOPE_ATTACHMENT)
        return 0;
    static const struct id none; /* the subject of what stands under the archive key */
    struct seat seat = {.control = entry->envelope->type == ENVELOPE_CONTROL,
                        .archive = !memcmp(entry->subject.b, none.b, ID_SIZE),
                        .subject = entry->subject};
    if (seat.control)
        return fold_cards(f, entry->sealed, entry->envelope, &seat, err);
    if (!entry->sealed.p || (!seat.archive && ledger_shredded(a->ledger, entry->subject))) {
        a->counts.shredded++;
        return 0;
    }
    if (entry->result == ERR_MISSING) {
        a->counts.locked++;
        return seat.archive ? 0 : view_put_gone(a, entry->subject, false, err);
    }
    if (entry->result) {
        a->counts.refused++;
        return 0;
    }
    return fold_cards(f, entry->plain, entry->envelope, &seat, err);
}

static int open_entries(struct fold *f, const struct ledger_bundle *b,
                        struct keys_entry *entries, struct err *err)
{
    const size_t count = b->bundle.count;
    struct envelope *envelopes = ARENA_NEW(&f->plain, count, struct envelope);
    struct keys_entry *sealed = ARENA_NEW(&f->plain, count, struct keys_entry);
    size_t *from = ARENA_NEW(&f->plain, count, size_t), n = 0;
    for (size_t i = 0; i < count; i++) {
        const char *p = b->bundle.envelopes.p + i * ENVELOPE_SIZE;
        int e = envelope_unpack((const unsigned char *)p, &envelopes[i], err);
        if (e)
            return e;
        entries[i].envelope = &envelopes[i];
        entries[i].sealed = b->bundle.payloads[i];
        if (envelopes[i].type == ENVELOPE_SEALED && entries[i].sealed.p) {
            sealed[n] = entries[i];
            from[n++] = i;
        }
    }
    int e = n ? keys_open_entries(f->a->keys, &f->plain, sealed, n, err) : 0;
    for (size_t i = 0; i < n && !e; i++)
        entries[from[i]] = sealed[i];
    return e;
}

/* Does the bundle stand within the heads that were asked for? */
static bool is_within(const struct archive *a, const struct ledger_bundle *b)
{
    unsigned char device[16];
    bundle_device(b->note.device_key, device);
    for (size_t i = 0; i < a->as_of_count; i++)
        if (memcmp(a->as_of[i].device, device, sizeof device) == 0)
            return b->note.first + b->note.count <= a->as_of[i].next;
    return false;
}

/* Of what came behind the heads that were asked for nothing is folded but what a person agreed to:
 * terms are those of today, whatever the heads. */
static int take_terms(struct fold *f, const struct keys_entry *entry, struct err *err)
{
    struct str rest = entry->plain;
    struct seat seat = {.subject = entry->subject};
    struct ident of;
    size_t line = 0;
    int e = ids_find(f->a, seat.subject, &of, err);
    seat.num = of.num;
    while (!e && of.kinds >> RECORD_ACCOUNT & 1) {
        struct record r;
        struct id id;
        struct err why;
        bool end;
        arena_reset(&f->cards);
        if (card_next(&f->cards, &rest, &line, "an entry", &r, &end, &why) || end)
            break;
        if (r.kind == RECORD_TERMS && id_parse(r.u.terms.of, &id) &&
            memcmp(id.b, seat.subject.b, ID_SIZE) == 0)
            e = put_terms(f->a, &seat, &r.u.terms, err);
    }
    return e;
}

static int fold_later(struct fold *f, const struct ledger_bundle *b, struct err *err)
{
    arena_reset(&f->plain);
    struct keys_entry *entries = ARENA_NEW(&f->plain, b->bundle.count, struct keys_entry);
    int e = open_entries(f, b, entries, err);
    for (size_t i = 0; i < b->bundle.count && !e; i++)
        if (!entries[i].result && entries[i].plain.p)
            e = take_terms(f, &entries[i], err);
    arena_reset(&f->bundle);
    return e;
}

static int fold_bundle(void *context, const struct ledger_bundle *b, struct err *err)
{
    struct fold *f = context;
    struct archive *a = f->a;
    if (a->as_of && !is_within(a, b))
        return fold_later(f, b, err);
    arena_reset(&f->plain);
    struct keys_entry *entries = ARENA_NEW(&f->plain, b->bundle.count, struct keys_entry);
    int e = open_entries(f, b, entries, err);
    for (size_t i = 0; i < b->bundle.count && !e; i++)
        e = fold_entry(f, &entries[i], err);
    if (e)
        return e;
    ledger_place_of(b, &a->place);
    a->counts.bundles++;
    f->done += b->bundle.count;
    a->begun = true;
    a->unsaved += b->bundle.count;
    e = view_advance(a, b, err);
    arena_reset(&f->bundle);
    if (!e && a->progress && a->progress(a->context, "folding the ledger", f->done, f->all))
        e = err_set(err, ERR_CANCELLED,
                    "stopped while folding the ledger; nothing was changed");
    return e;
}

static int look_bundle(void *context, const struct ledger_bundle *b, struct err *err)
{
    struct fold *f = context;
    const struct archive_counts counts = f->a->counts;
    arena_reset(&f->plain);
    struct keys_entry *entries = ARENA_NEW(&f->plain, b->bundle.count, struct keys_entry);
    int e = open_entries(f, b, entries, err);
    for (size_t i = 0; i < b->bundle.count && !e; i++)
        if (!entries[i].result && entries[i].plain.p)
            e = fold_entry(f, &entries[i], err);
    f->a->counts = counts;
    arena_reset(&f->bundle);
    return e;
}

int fold_each(struct archive *a, const struct ledger_place *after,
              int (*each)(void *context, const struct record *r,
                          const struct envelope *envelope, struct err *err),
              void *context, struct err *err)
{
    struct fold f = {.a = a, .each = each, .context = context};
    int r = ledger_each(a->ledger, after, &f.bundle, look_bundle, &f, err);
    arena_free(&f.bundle);
    arena_free(&f.plain);
    arena_free(&f.cards);
    return r;
}

int fold_tail(struct archive *a, struct err *err)
{
    struct fold f = {.a = a, .done = a->counts.entries, .all = ledger_count(a->ledger)};
    int r = store_begin(a->view, err);
    if (r)
        return r;
    struct ledger_place after = a->place;
    r = ledger_each(a->ledger, a->begun ? &after : NULL, &f.bundle, fold_bundle, &f, err);
    if (!r && a->ids)
        r = ids_end(a, err);
    if (!r)
        r = settle_retractions(a, err);
    if (!r)
        r = view_put_state(a, err);
    if (!r)
        r = store_commit(a->view, err);
    else
        store_rollback(a->view);
    arena_free(&f.bundle);
    arena_free(&f.plain);
    arena_free(&f.cards);
    return r;
}
