/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "engine/link/people_parts.h"

#define PIECE      1024u /* texts that one thread folds at a time */
#define PIECES     32u   /* of them before they are put together */
#define FOLDED_MAX (4u << 20)

struct sweep {
    const struct link_sweep *s;
    uint32_t first, end;
    struct buf bytes[PIECES];
    uint32_t ends[PIECES][PIECE];
};

static void sweep_piece(void *context, size_t i, unsigned worker)
{
    struct sweep *w = context;
    uint32_t begin = w->first + (uint32_t)i * PIECE;
    uint32_t end = begin + PIECE < w->end ? begin + PIECE : w->end;
    buf_clear(&w->bytes[i]);
    for (uint32_t k = begin; k < end; k++) {
        w->s->text(w->s->context, worker, k, &w->bytes[i]);
        w->ends[i][k - begin] = (uint32_t)w->bytes[i].n;
    }
}

void link_sweep_texts(struct link_job *job, uint32_t texts, const struct link_sweep *s)
{
    struct sweep *w = arena_alloc(&job->scratch, 1, sizeof *w);
    w->s = s;
    w->end = texts;
    for (unsigned i = 0; i < PIECES; i++)
        buf_init(&w->bytes[i], FOLDED_MAX);
    for (w->first = 1; w->first < texts; w->first += PIECE * PIECES) {
        uint32_t left = texts - w->first;
        size_t pieces = left / PIECE + (left % PIECE > 0);
        if (pieces > PIECES)
            pieces = PIECES;
        pool_run(job->pool, pieces, sweep_piece, w);
        for (uint32_t k = w->first; k < texts && k - w->first < PIECE * PIECES; k++) {
            size_t i = (k - w->first) / PIECE, j = (k - w->first) % PIECE;
            s->put(s->context, k,
                   str_slice(buf_str(&w->bytes[i]), j ? w->ends[i][j - 1] : 0, w->ends[i][j]));
        }
    }
    for (unsigned i = 0; i < PIECES; i++)
        buf_free(&w->bytes[i]);
}

void link_job_note(struct link_job *job, struct str sentence, uint32_t record)
{
    struct link_note note = {sentence, record};
    size_t count = job->people->note_count;
    ARENA_PUSH(job->a, job->people->notes, count, job->note_cap, note);
    job->people->note_count = (uint32_t)count;
}

struct link_field *link_job_field(struct link_job *job, struct str label, enum link_kind kind)
{
    struct link_people *p = job->people;
    struct link_field *f = &p->fields[p->field_count++];
    *f = (struct link_field){.kind = kind, .label = arena_copy(job->a, label)};
    f->value = ARENA_NEW(job->a, p->records, uint32_t);
    return f;
}

const uint32_t *link_job_values(struct link_job *job, struct link_field *f,
                                struct link_intern *t)
{
    uint32_t *number;
    link_intern_sort(t, &job->scratch, &number);
    f->values = (uint32_t)t->count;
    f->text = arena_room(job->a, t->count * sizeof *f->text);
    memcpy(f->text, t->texts, t->count * sizeof *f->text);
    f->count = ARENA_NEW(job->a, t->count, uint32_t);
    for (uint32_t i = 0; i < job->people->records; i++) {
        f->value[i] = number[f->value[i]];
        f->count[f->value[i]]++;
    }
    return number;
}

bool link_is_nothing(struct str s)
{
#define WORD(w)                                                                                \
    {                                                                                          \
        w, sizeof w - 1                                                                        \
    }
    static const struct str list[] = {
        WORD("-"),           WORD("--"),         WORD("---"),        WORD("?"),
        WORD("??"),          WORD("???"),        WORD("."),          WORD("_"),
        WORD("n/a"),         WORD("#n/a"),       WORD("null"),       WORD("nan"),
        WORD("none"),        WORD("nil"),        WORD("unknown"),    WORD("not known"),
        WORD("unbekannt"),   WORD("inconnu"),    WORD("inconnue"),   WORD("desconocido"),
        WORD("desconocida"), WORD("неизвестно"), WORD("Неизвестно"), WORD("неизвестен"),
        WORD("неизвестна"),  WORD("нет данных"), WORD("Нет данных"), WORD("не указано"),
        WORD("Не указано"),  WORD("невідомо"),   WORD("Невідомо"),   WORD("غير معروف"),
        WORD("غير محدد"),    WORD("مجهول"),      WORD("لا يوجد"),
    };
#undef WORD
    if (s.n == 0 || s.n > 40 || !strchr("-?._#nNuUiIdD\xd0\xd8\xd9", s.p[0]))
        return false;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (str_eq_nocase(s, list[i]))
            return true;
    return false;
}

/* ---- the whole ---- */

static bool same_header(struct str a, struct str b)
{
    if (str_eq(a, b))
        return true;
    BUF_AUTO x;
    BUF_AUTO y;
    buf_init(&x, 8000);
    buf_init(&y, 8000);
    text_fold(&x, a, true);
    text_fold(&y, b, true);
    return str_eq(buf_str(&x), buf_str(&y));
}

static uint32_t column_of(const struct link_data *d, struct str header)
{
    for (uint32_t k = 0; k < d->column_count; k++)
        if (same_header(d->columns[k].header, header))
            return k;
    return UINT32_MAX;
}

uint32_t link_config_column(const struct link_config *c, const struct link_data *data,
                            enum link_role role)
{
    for (uint32_t k = 0; k < c->count; k++) {
        uint32_t column =
            c->columns[k].role == role ? column_of(data, c->columns[k].header) : UINT32_MAX;
        if (column != UINT32_MAX)
            return column;
    }
    return UINT32_MAX;
}

static bool is_compared(enum link_role r)
{
    return r != LINK_ROLE_IGNORE && r != LINK_ROLE_ID && r != LINK_ROLE_LIST;
}

uint32_t link_job_first(const struct link_job *job, uint32_t k)
{
    const struct link_config *c = job->config;
    if (!c->columns[k].same.n)
        return k;
    for (uint32_t j = 0; j < k; j++)
        if (str_eq(c->columns[j].header, c->columns[k].same))
            return job->column[j] == UINT32_MAX ? k : j;
    return k;
}

static int find_columns(struct link_job *job, struct err *err)
{
    const struct link_config *c = job->config;
    if (c->count > LINK_COLUMNS_MAX)
        return err_set(err, ERR_LIMIT, "the configuration names %u columns, at most %u",
                       c->count, LINK_COLUMNS_MAX);
    uint32_t found = 0, compared = 0, fields = 0;
    for (uint32_t k = 0; k < c->count; k++) {
        enum link_role role = c->columns[k].role;
        job->column[k] = column_of(job->data, c->columns[k].header);
        if (job->column[k] == UINT32_MAX)
            continue;
        found++;
        compared += is_compared(role);
        fields +=
            (role == LINK_ROLE_EVENT || role >= LINK_ROLE_SEX) && link_job_first(job, k) == k;
    }
    if (!found)
        return err_set(err, ERR_INPUT,
                       "the configuration names no column that the files have; the first of "
                       "theirs is \"%.*s\"",
                       job->data->column_count ? (int)job->data->columns[0].header.n : 0,
                       job->data->column_count ? job->data->columns[0].header.p : "");
    if (!compared)
        return err_set(err, ERR_INPUT,
                       "no column says who a person is: a name, a date of birth, a place or "
                       "the like is needed; name the columns in a configuration (--config)");
    if (fields + 1 > LINK_FIELDS_MAX)
        return err_set(err, ERR_LIMIT,
                       "%u columns besides names and birth, at most %u; give the role "
                       "\"ignore\" to some in the configuration",
                       fields, LINK_FIELDS_MAX - 1);
    return 0;
}

/* The dates on which lists were made, from the data and from the configuration. */
static int take_lists(struct link_job *job, struct err *err)
{
    const struct link_data *d = job->data;
    job->lists = ARENA_NEW(job->a, d->list_count, struct link_list);
    for (uint32_t k = 0; k < d->list_count; k++) {
        job->lists[k] = d->lists[k];
        job->lists[k].name = arena_copy(job->a, d->lists[k].name);
    }
    for (uint32_t m = 0; m < job->config->made_count; m++) {
        bool found = false;
        for (uint32_t k = 0; k < d->list_count; k++) {
            if (!str_eq(job->lists[k].name, job->config->made[m].list))
                continue;
            job->lists[k].made = job->config->made[m].made;
            found = true;
        }
        if (!found)
            return err_set(err, ERR_INPUT,
                           "the configuration says when the list \"%.*s\" was made, but there "
                           "is no such list",
                           (int)job->config->made[m].list.n, job->config->made[m].list.p);
    }
    job->people->lists = job->lists;
    job->people->list_count = d->list_count;
    return 0;
}

int link_people_make(const struct link_data *data, const struct link_config *config,
                     struct pool *pool, struct arena *a, struct link_people *ret,
                     struct err *err)
{
    struct link_people p = {.records = data->records};
    struct link_job job = {.data = data, .config = config, .pool = pool, .a = a, .people = &p};
    if (data->records > LINK_RECORDS_MAX)
        return err_set(err, ERR_LIMIT, "%u records, at most %u", data->records,
                       LINK_RECORDS_MAX);
    int e = find_columns(&job, err);
    if (!e)
        e = take_lists(&job, err);
    if (e)
        return e;
    uint8_t *list = arena_room(a, data->records + 1u);
    if (data->records)
        memcpy(list, data->list, data->records);
    p.list = list;
    p.fields = ARENA_NEW(a, LINK_FIELDS_MAX, struct link_field);
    unsigned threads = pool_threads(pool);
    job.namers = ARENA_NEW(a, threads, struct link_namer *);
    for (unsigned i = 0; i < threads; i++)
        job.namers[i] = link_namer_new();
    link_make_names(&job);
    arena_reset(&job.scratch);
    link_make_birth(&job);
    arena_reset(&job.scratch);
    link_make_events(&job);
    link_make_fields(&job);
    for (unsigned i = 0; i < threads; i++)
        link_namer_free(job.namers[i]);
    arena_free(&job.scratch);
    *ret = p;
    return 0;
}
