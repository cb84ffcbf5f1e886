/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What leaves the archive: the entry that says so, and one entry for an auditor.
 */
#include "vault/archive/parts.h"

int archive_custody(struct archive *a, enum custody_act act, const struct str *of, size_t count,
                    struct str to, struct str reason, unsigned purposes, struct str expires,
                    struct err *err)
{
    ARENA_AUTO arena = {0};
    const size_t records = count ? (count + RECORD_LIST_MAX - 1) / RECORD_LIST_MAX : 1;
    struct record *r = ARENA_NEW(&arena, records, struct record);
    for (size_t i = 0; i < records; i++) {
        const size_t from = i * RECORD_LIST_MAX, left = count - from;
        record_init(&r[i], RECORD_CUSTODY);
        r[i].u.custody = (struct record_custody){
            .id = id_print(&arena, id_new()),
            .act = act,
            .of = {of ? of + from : NULL, left < RECORD_LIST_MAX ? left : RECORD_LIST_MAX},
            .day = str_of(a->today),
            .by = str_of(a->actor),
            .to = to,
            .reason = reason,
            .purpose = purposes,
            .expires = expires,
        };
    }
    return archive_append(a, r, records, err);
}

/* ---- one entry ---- */

struct seek {
    struct str id;
    enum record_kind kind;
    struct id payload;
    bool found;
};

static int seek_record(void *context, const struct record *r, const struct envelope *envelope,
                       struct err *err)
{
    (void)err;
    struct seek *s = context;
    if (r->kind == s->kind && str_eq(place_id(r), s->id)) {
        s->payload = envelope->payload; /* the last one is current */
        s->found = true;
    }
    return 0;
}

int archive_disclose(struct archive *a, struct str record, enum purpose purpose, struct str to,
                     struct id *ret_payload, struct err *err)
{
    ARENA_AUTO arena = {0};
    struct seek seek = {.id = record};
    struct decision decision;
    struct ident have = {0};
    struct id id;
    struct record r;
    bool there;
    int e = archive_find(a, &arena, record, 0, &seek.kind, &seek.id, err);
    if (!e)
        e = fold_each(a, NULL, seek_record, &seek, err);
    if (!e && !seek.found)
        e = err_set(err, ERR_MISSING, "the entry of %.*s is not in the ledger any more",
                    (int)record.n, record.p);
    if (!e && !id_parse(seek.id, &id))
        e = err_set(err, ERR_BUG, "the view: an id of another form");
    if (!e)
        e = ids_find(a, id, &have, err);
    if (!e)
        e = view_record(a, &arena, view_key(seek.kind, have.num), &r, &there, err);
    if (!e && !there)
        e = err_set(err, ERR_MISSING, "%.*s is not in the archive", (int)record.n, record.p);
    if (!e)
        e = view_decide(a, &r, purpose, &decision, err);
    if (e)
        return e;
    /* An entry under a source may hold its name; every other one holds words. */
    struct str subject = place_subject(&r);
    const unsigned needs = subject.p && !decision.sealed ? TERMS_NAME : TERMS_QUOTE;
    if (!(decision.may & needs))
        return err_set(err, ERR_REFUSED, "the terms of %.*s do not allow that for this purpose",
                       (int)record.n, record.p);
    /* Under the account or source too, so that its log shows it. */
    if (decision.sealed)
        subject = id_print(&arena, decision.account);
    const struct str of[] = {seek.id, subject};
    const bool other = subject.p && !str_eq(subject, seek.id);
    e = archive_custody(a, CUSTODY_DISCLOSE, of, other ? 2 : 1, to, (struct str){NULL, 0},
                        1u << purpose, (struct str){NULL, 0}, err);
    if (!e)
        *ret_payload = seek.payload;
    return e;
}
