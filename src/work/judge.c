/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/judge.h"

static int node_type_of(struct archive *archive, struct arena *arena, struct str id,
                        enum node_type *ret, struct err *err)
{
    struct record r;
    int e = archive_coded(archive, arena, id, PURPOSE_HELP, &r, err);
    if (!e && r.kind != RECORD_NODE)
        return err_set(err, ERR_INPUT, "%.*s is of kind %s; expected a node", (int)id.n, id.p,
                       record_shapes[r.kind].name);
    if (!e)
        *ret = r.u.node.type;
    return e;
}

int work_judge(struct archive *archive, struct arena *arena, struct str a, struct str b,
               enum judgement_value value, unsigned grounds, struct str *ret_id,
               struct err *err)
{
    enum node_type of_a = NODE_NONE, of_b = NODE_NONE;
    if (str_eq(a, b))
        return err_set(err, ERR_INPUT, "both are %.*s; expected two nodes", (int)a.n, a.p);
    int r = node_type_of(archive, arena, a, &of_a, err);
    if (!r)
        r = node_type_of(archive, arena, b, &of_b, err);
    if (r)
        return r;
    if (of_a != of_b)
        return err_set(err, ERR_INPUT, "a %s and a %s cannot be compared",
                       vocab_name(&vocab_node, (int)of_a), vocab_name(&vocab_node, (int)of_b));
    struct record rec;
    record_init(&rec, RECORD_JUDGEMENT);
    rec.u.judgement = (struct record_judgement){.id = id_print(arena, id_new()),
                                                .a = a,
                                                .b = b,
                                                .value = value,
                                                .by = archive_actor(archive),
                                                .grounds = grounds};
    r = archive_append(archive, &rec, 1, err);
    if (!r)
        *ret_id = rec.u.judgement.id;
    return r;
}

int work_derive(struct archive *archive, struct arena *arena, struct str from, struct str to,
                enum derivation_kind kind, enum certainty certainty, struct str *ret_id,
                struct err *err)
{
    if (str_eq(from, to))
        return err_set(err, ERR_INPUT, "both are %.*s; nothing comes from itself", (int)from.n,
                       from.p);
    struct record rec;
    record_init(&rec, RECORD_DERIVATION);
    rec.u.derivation = (struct record_derivation){.id = id_print(arena, id_new()),
                                                  .from = from,
                                                  .to = to,
                                                  .kind = kind,
                                                  .certainty = certainty};
    int r = archive_append(archive, &rec, 1, err);
    if (!r)
        *ret_id = rec.u.derivation.id;
    return r;
}

/* ---- grades ---- */

/* The source of an account, or of a statement: its own, else its account's. */
static int source_of(struct archive *archive, struct arena *arena, enum record_kind kind,
                     struct str of, struct str *ret, struct err *err)
{
    if (kind == RECORD_ACCOUNT)
        return archive_source_of(archive, arena, of, ret, err);
    struct record r;
    int e = archive_coded(archive, arena, of, PURPOSE_HELP, &r, err);
    if (e)
        return e;
    if (r.u.statement.source.p) {
        *ret = r.u.statement.source;
        return 0;
    }
    return archive_source_of(archive, arena, r.u.statement.account, ret, err);
}

static struct record assessment(struct arena *arena, struct str of, struct str reason)
{
    struct record r;
    record_init(&r, RECORD_ASSESSMENT);
    r.u.assessment.id = id_print(arena, id_new());
    r.u.assessment.of = of;
    r.u.assessment.rules = STR(WORK_GRADES);
    r.u.assessment.reason = reason;
    return r;
}

int work_assess(struct archive *archive, struct arena *arena, enum record_kind kind,
                struct str of, const struct work_grades *grades, struct str ret_ids[2],
                size_t *ret_count, struct err *err)
{
    struct record records[2] = {0};
    size_t count = 0;
    if (kind == RECORD_SOURCE && grades->information)
        return err_set(err, ERR_INPUT,
                       "%.*s is a source; information is graded on a statement or an account",
                       (int)of.n, of.p);
    if (grades->source) {
        struct str source = of;
        int r = kind == RECORD_SOURCE ? 0 : source_of(archive, arena, kind, of, &source, err);
        if (r)
            return r;
        records[count] = assessment(arena, source, grades->reason);
        records[count++].u.assessment.source_grade = grades->source;
    }
    if (grades->information) {
        records[count] = assessment(arena, of, grades->reason);
        records[count++].u.assessment.information_grade = grades->information;
    }
    int r = archive_append(archive, records, count, err);
    for (size_t i = 0; i < count && !r; i++)
        ret_ids[i] = records[i].u.assessment.id;
    if (!r)
        *ret_count = count;
    return r;
}

int work_retract(struct archive *archive, struct arena *arena, struct str id, struct err *err)
{
    struct record rec;
    int r = archive_coded(archive, arena, id, PURPOSE_HELP, &rec, err); /* not taken back yet */
    if (r)
        return r;
    record_init(&rec, RECORD_CONTROL);
    struct str *of = ARENA_NEW(arena, 1, struct str);
    *of = id;
    rec.u.control.id = id_print(arena, id_new());
    rec.u.control.act = CONTROL_RETRACT;
    rec.u.control.of = (struct str_list){of, 1};
    rec.u.control.day = archive_today(archive);
    rec.u.control.by = archive_actor(archive);
    return archive_append(archive, &rec, 1, err);
}
