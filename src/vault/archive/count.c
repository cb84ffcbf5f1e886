/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Statements that may be counted. What is asked of an account, a source or a word is asked once
 * and kept by its number, so that a statement costs its own row and little else.
 *
 * Counting leaves no custody entry: what it gives out are coded values, the words that were
 * asked for, and of the source what may be said in public. Who is never given, and whom only when
 * it is the id of a node.
 */
#include "base/text.h"
#include "base/time.h"
#include "vault/archive/parts.h"
#include "view_sql.h"

#include <math.h>

#define ROWS 4096 /* read before any is given out, so that the callee may ask again */

struct account {
    bool known;
    char id[ID_TEXT + 1];
    int64_t source;
    bool published;
    enum attribution attribution;
    unsigned may;
};

struct source {
    char id[ID_TEXT + 1];
    struct str name, description;
    enum basis basis;
    unsigned may; /* of one that a statement names for itself */
};

enum fits { FITS_UNKNOWN, FITS_YES, FITS_NO };

struct row {
    int64_t num, account, act, place, time, source;
    struct id id, whom;
    bool has_whom;
    struct record_statement fields;
};

struct count {
    struct archive *a;
    const struct archive_query *query;
    struct arena arena, rows_arena;
    size_t idents, words;
    struct account **accounts; /* by number */
    struct source **sources;
    struct str *texts;                           /* of words */
    uint8_t *act_fits, *place_fits, *time_fits;  /* enum fits, by number of word */
    uint8_t *source_grades, *information_grades; /* by number of what they are of */
    uint8_t *retracted;
    struct time_days when;
    struct row *rows;
    size_t row_count;
    int64_t last;
};

/* ---- what is known beforehand ---- */

/* Words whose folded form is that of `asked`. */
static int fit_words(struct count *c, struct str asked, uint8_t **ret, struct err *err)
{
    *ret = NULL;
    if (!asked.p)
        return 0;
    uint8_t *fits = ARENA_NEW(&c->arena, c->words, uint8_t);
    BUF_AUTO folded;
    buf_init(&folded, RECORD_TEXT_MAX * 4);
    text_fold(&folded, asked, false);
    struct store_query *q = store_query(c->a->view, VIEW_WORD_FIT);
    store_bind_text(q, 1, folded.n ? buf_str(&folded) : STR(""));
    int r;
    while ((r = store_step(q, err)) > 0)
        if ((size_t)store_int(q, 0) < c->words)
            fits[store_int(q, 0)] = FITS_YES;
    *ret = fits;
    return r;
}

static int fit_time(struct count *c, struct err *err)
{
    struct time_edtf e;
    if (!c->query->when.p)
        return 0;
    int r = time_parse(c->query->when, &e, err);
    if (r)
        return r;
    c->when = time_days_of(&e);
    c->time_fits = ARENA_NEW(&c->arena, c->words, uint8_t);
    return 0;
}

static int take_retracted(struct count *c, struct err *err)
{
    if (!c->a->retracts)
        return 0;
    c->retracted = ARENA_NEW(&c->arena, c->idents, uint8_t);
    struct store_query *q = store_query(c->a->view, VIEW_RETRACTED_ALL);
    int r;
    while ((r = store_step(q, err)) > 0) {
        int64_t key = store_int(q, 0);
        if (view_kind(key) == RECORD_STATEMENT)
            c->retracted[view_num(key)] = true;
    }
    return r;
}

static int take_grade(struct count *c, int64_t key, struct err *err)
{
    struct record r;
    struct ident of;
    struct id id;
    bool gone, there = false;
    int e = view_retracted(c->a, key, &gone, err);
    arena_reset(&c->rows_arena);
    if (!e && !gone)
        e = view_record(c->a, &c->rows_arena, key, &r, &there, err);
    if (e || !there || !id_parse(r.u.assessment.of, &id))
        return e;
    e = ids_find(c->a, id, &of, err);
    if (e || (size_t)of.num >= c->idents)
        return e;
    if (r.u.assessment.source_grade)
        c->source_grades[of.num] = (uint8_t)r.u.assessment.source_grade;
    if (r.u.assessment.information_grade)
        c->information_grades[of.num] = (uint8_t)r.u.assessment.information_grade;
    return 0;
}

static int take_grades(struct count *c, struct err *err)
{
    int64_t *keys;
    size_t count;
    c->source_grades = ARENA_NEW(&c->arena, c->idents, uint8_t);
    c->information_grades = ARENA_NEW(&c->arena, c->idents, uint8_t);
    int r = view_gather_kind(c->a, RECORD_ASSESSMENT, &c->arena, &keys, &count, err);
    for (size_t i = 0; !r && i < count; i++)
        r = take_grade(c, keys[i], err);
    return r;
}

/* ---- what is asked once ---- */

static int word_of(struct count *c, int64_t num, struct str *ret, struct err *err)
{
    if (num && !c->texts[num].p) {
        int r = view_word(c->a, &c->arena, num, &c->texts[num], err);
        if (r)
            return r;
    }
    *ret = num ? c->texts[num] : (struct str){0};
    return 0;
}

static int account_of(struct count *c, int64_t num, struct account **ret, struct err *err)
{
    *ret = c->accounts[num];
    if (*ret)
        return 0;
    struct account *account = ARENA_NEW(&c->arena, 1, struct account);
    struct standing s;
    struct id id;
    bool there;
    int r = view_standing(c->a, num, &s, &there, err);
    if (!r && there && s.source)
        r = view_id(c->a, RECORD_ACCOUNT, num, &id, err);
    if (r)
        return r;
    if (there && s.source) {
        account->known = true;
        account->source = s.source;
        account->published = s.published;
        account->attribution = s.terms.attribution;
        account->may = terms_allow(&s.terms, PURPOSE_STATISTICS);
        id_text(id, account->id);
    }
    *ret = c->accounts[num] = account;
    return 0;
}

static int source_of(struct count *c, int64_t num, struct source **ret, struct err *err)
{
    *ret = c->sources[num];
    if (*ret)
        return 0;
    struct source *source = ARENA_NEW(&c->arena, 1, struct source);
    struct record r;
    struct id id;
    bool there;
    int e = view_record(c->a, &c->arena, view_key(RECORD_SOURCE, num), &r, &there, err);
    if (!e)
        e = view_id(c->a, RECORD_SOURCE, num, &id, err);
    if (!e)
        e = view_source_may(c->a, num, PURPOSE_STATISTICS, &source->may, err);
    if (e)
        return e;
    id_text(id, source->id);
    if (there) {
        source->name = r.u.source.name;
        source->description = r.u.source.description;
        source->basis = r.u.source.basis;
    }
    *ret = c->sources[num] = source;
    return 0;
}

/* Can what happened then have happened in the time that is asked for? */
static int time_fits(struct count *c, int64_t num, bool *ret, struct err *err)
{
    *ret = !c->time_fits || (num && c->time_fits[num] == FITS_YES);
    if (!c->time_fits || !num || c->time_fits[num])
        return 0;
    struct str text;
    struct time_edtf e;
    struct err why;
    int r = word_of(c, num, &text, err);
    if (r)
        return r;
    *ret = !time_parse(text, &e, &why) && time_overlaps(time_days_of(&e), c->when);
    c->time_fits[num] = *ret ? FITS_YES : FITS_NO;
    return 0;
}

/* ---- rows ---- */

static int take_row(struct count *c, struct store_query *q, struct err *err)
{
    struct row *w = &c->rows[c->row_count];
    c->last = w->num = store_int(q, 0);
    enum counting_unit unit = (enum counting_unit)store_int(q, 6);
    bool fits = !c->query->unit || unit == c->query->unit;
    w->act = store_int(q, 3);
    w->place = store_int(q, 4);
    fits = fits && (!c->act_fits || c->act_fits[w->act]) &&
           (!c->place_fits || c->place_fits[w->place]) &&
           (!c->retracted || !c->retracted[w->num]);
    if (!fits || store_int(q, 7) == REVIEW_REJECTED)
        return 0;
    w->time = store_int(q, 5);
    int r = time_fits(c, w->time, &fits, err);
    if (r || !fits)
        return r;
    struct str id = store_blob(q, 1);
    if (id.n == ID_SIZE)
        memcpy(w->id.b, id.p, ID_SIZE);
    w->account = store_int(q, 2);
    w->source = store_int(q, 8);
    w->fields = (struct record_statement){
        .unit = unit,
        .review = (enum review)store_int(q, 7),
        .stance = (enum stance)store_int(q, 9),
        .denial = (enum denial_kind)store_int(q, 10),
        .precision = (enum precision)store_int(q, 11),
        .bound = (enum figure_bound)store_int(q, 12),
        .basis = (enum basis)store_int(q, 13),
        .low = store_real(q, 14),
        .best = store_real(q, 15),
        .high = store_real(q, 16),
        .begin = NAN,
        .end = NAN,
    };
    w->has_whom =
        isnan(w->fields.low) && isnan(w->fields.high) && id_parse(store_text(q, 17), &w->whom);
    c->row_count++;
    return 0;
}

static int take_rows(struct count *c, bool *ret_end, struct err *err)
{
    struct store_query *q = store_query(c->a->view, VIEW_STATEMENT_COUNTED);
    store_bind_int(q, 1, c->last);
    c->row_count = 0;
    int r = 0, e = 0;
    while (!e && c->row_count < ROWS && (r = store_step(q, err)) > 0)
        e = take_row(c, q, err);
    if (r > 0)
        store_reset(q);
    *ret_end = r == 0;
    return e ? e : r < 0 ? r : 0;
}

static int give_row(struct count *c, struct row *w,
                    int (*each)(void *context, const struct archive_counted *s,
                                struct err *err),
                    void *context, struct err *err)
{
    struct account *account;
    struct source *source;
    int r = account_of(c, w->account, &account, err);
    if (r || !account->known || !(account->may & TERMS_COUNT))
        return r;
    const int64_t from = w->source ? w->source : account->source;
    r = source_of(c, from, &source, err);
    if (r)
        return r;
    const unsigned may = w->source ? account->may & source->may : account->may;
    char id[ID_TEXT + 1], whom[ID_TEXT + 1];
    id_text(w->id, id);
    id_text(w->whom, whom);
    struct record_statement *s = &w->fields;
    s->id = str_make(id, ID_TEXT);
    s->account = str_make(account->id, ID_TEXT);
    if (w->has_whom)
        s->whom = str_make(whom, ID_TEXT);
    /* Asked for, they are in the question already. */
    if (account->may & TERMS_QUOTE || c->act_fits)
        r = word_of(c, w->act, &s->act, err);
    if (!r && (account->may & TERMS_QUOTE || c->place_fits))
        r = word_of(c, w->place, &s->where, err);
    if (!r)
        r = word_of(c, w->time, &s->when, err);
    if (r)
        return r;
    const struct archive_counted counted = {
        .statement = s->id,
        .account = s->account,
        .source = str_make(source->id, ID_TEXT),
        .name = may & TERMS_NAME ? source->name : (struct str){0},
        .description = may & TERMS_DESCRIBE ? source->description : (struct str){0},
        .attribution = account->attribution,
        .basis = s->basis ? s->basis : source->basis,
        .source_grade = (enum source_grade)(
            c->source_grades[from] ? c->source_grades[from] : c->source_grades[w->account]),
        .information_grade = (enum information_grade)(c->information_grades[w->num]
                                                          ? c->information_grades[w->num]
                                                          : c->information_grades[w->account]),
        .published = account->published,
        .fields = s,
    };
    return each(context, &counted, err);
}

int archive_each_counted(struct archive *a, const struct archive_query *query,
                         int (*each)(void *context, const struct archive_counted *s,
                                     struct err *err),
                         void *context, struct err *err)
{
    if (!a->view)
        return err_set(err, ERR_STATE, "the archive has to be opened again");
    struct count c = {
        .a = a,
        .query = query,
        .idents = (size_t)a->ident_count + 1,
        .words = (size_t)a->word_count + 1,
    };
    c.accounts = ARENA_NEW(&c.arena, c.idents, struct account *);
    c.sources = ARENA_NEW(&c.arena, c.idents, struct source *);
    c.texts = ARENA_NEW(&c.arena, c.words, struct str);
    c.rows = ARENA_NEW(&c.arena, ROWS, struct row);
    int r = fit_words(&c, query->act, &c.act_fits, err);
    if (!r)
        r = fit_words(&c, query->where, &c.place_fits, err);
    if (!r)
        r = fit_time(&c, err);
    if (!r)
        r = take_retracted(&c, err);
    if (!r)
        r = take_grades(&c, err);
    for (bool end = false; !r && !end;) {
        r = take_rows(&c, &end, err);
        for (size_t i = 0; i < c.row_count && !r; i++)
            r = give_row(&c, &c.rows[i], each, context, err);
    }
    arena_free(&c.arena);
    arena_free(&c.rows_arena);
    return r;
}
