/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/casework.h"

static struct str dated(struct arena *a, struct str day, struct str note)
{
    return arena_printf(a, "%.*s: %.*s", (int)day.n, day.p, (int)note.n, note.p);
}

int work_case_open(struct archive *archive, struct arena *a, const struct record_casework *told,
                   struct record *ret, struct err *err)
{
    struct record r;
    record_init(&r, RECORD_CASEWORK);
    r.u.casework = *told;
    r.u.casework.id = id_print(a, id_new());
    int e = archive_append(archive, &r, 1, err);
    if (!e)
        *ret = r;
    return e;
}

int work_case_change(struct archive *archive, struct arena *a, struct str id,
                     const struct case_change *change, struct record *ret, struct err *err)
{
    struct record r;
    int e = archive_record_whole(archive, a, id, &r, err);
    if (e)
        return e;
    struct record_casework *c = &r.u.casework;
    if (change->note.p) {
        struct str fresh = dated(a, change->today, change->note);
        c->note = c->note.p ? arena_printf(a, "%.*s\n%.*s", (int)c->note.n, c->note.p,
                                           (int)fresh.n, fresh.p)
                            : fresh;
    }
    if (c->note.p && c->note.n > RECORD_TEXT_MAX)
        return err_set(err, ERR_LIMIT,
                       "the notes of this case would have %zu bytes, at most %u are kept; open "
                       "another case",
                       c->note.n, RECORD_TEXT_MAX);
    if (change->service)
        c->service = change->service;
    if (change->outcome_given)
        c->outcome = change->outcome;
    if (change->how_known.p)
        c->how_known = change->how_known;
    e = archive_append(archive, &r, 1, err);
    if (!e)
        *ret = r;
    return e;
}
