/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/people_parts.h"

/* ---- from a cell to what is compared ---- */

struct str link_sex_of(struct str s)
{
    static const char *const men[] = {
        "m",         "male",  "man",      "men",      "boy",       "masculine", "masculin",
        "masculino", "mann",  "mannlich", "männlich", "homme",     "hombre",    "h",
        "varon",     "varón", "garcon",   "junge",    "м",         "муж",       "мужской",
        "мужчина",   "чол",   "чоловік",  "чоловіча", "чоловічий", "ч",         "хлопець",
        "мальчик",   "ذكر",   "رجل",      "ولد",      "زكر",
    };
    static const char *const women[] = {
        "f",        "female",   "woman",   "women",   "girl",     "feminine", "feminin",
        "femenino", "feminino", "frau",    "w",       "weiblich", "femme",    "mujer",
        "fille",    "madchen",  "mädchen", "ж",       "жен",      "женский",  "женщина",
        "жін",      "жінка",    "жіноча",  "жіночий", "девочка",  "انثي",     "انثى",
        "أنثى",     "امراه",    "امرأة",   "بنت",     "فتاه",
    };
    for (size_t i = 0; i < sizeof men / sizeof *men; i++)
        if (str_eq(s, str_of(men[i])))
            return STR("m");
    for (size_t i = 0; i < sizeof women / sizeof *women; i++)
        if (str_eq(s, str_of(women[i])))
            return STR("f");
    return s;
}

/* ASCII letters small, digits, and whatever is not ASCII. */
static void add_code(struct str s, struct buf *out)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 32);
        if ((c & 0x80) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            buf_add_char(out, c);
    }
}

static void add_mail(struct str s, struct buf *out)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c != ' ')
            buf_add_char(out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
}

struct fields {
    struct link_job *job;
    const struct link_column *column;
    enum link_role role;
    enum link_kind kind;
    struct link_intern values;
    uint32_t *value; /* [texts] */
    struct link_field *field;
};

static void fold_text(void *context, unsigned worker, uint32_t text, struct buf *out)
{
    struct fields *f = context;
    struct str s = link_column_text(f->column, text);
    if (s.n > 4096)
        s.n = 4096;
    if (link_is_nothing(s))
        return;
    if (f->kind == LINK_KIND_MAIL) {
        add_mail(s, out);
        return;
    }
    size_t begin = out->n;
    link_text_fold(f->job->namers[worker], s, out);
    struct str folded = str_slice(buf_str(out), begin, out->n);
    if (f->role == LINK_ROLE_SEX) {
        struct str sex = link_sex_of(folded);
        if (sex.p != folded.p) {
            out->n = begin;
            buf_add(out, sex);
        }
    } else if (f->kind == LINK_KIND_CODE) {
        BUF_AUTO code;
        buf_init(&code, 16384);
        add_code(folded, &code);
        out->n = begin;
        buf_add(out, buf_str(&code));
    }
}

static void put_value(void *context, uint32_t text, struct str s)
{
    struct fields *f = context;
    f->value[text] = link_intern_add(&f->values, s);
}

static bool has_at(const struct link_column *c)
{
    uint32_t with = 0, all = 0;
    for (uint32_t k = 1; k < c->texts; k++) {
        struct str s = link_column_text(c, k);
        if (link_is_nothing(s))
            continue;
        all++;
        with += str_find(s, STR("@"), 0) != STR_NONE;
    }
    return with * 2 > all;
}

static enum link_kind kind_of(enum link_role role, const struct link_column *c)
{
    switch (role) {
    case LINK_ROLE_SEX:
    case LINK_ROLE_CATEGORY:
        return LINK_KIND_SET;
    case LINK_ROLE_POSTCODE:
    case LINK_ROLE_IDENTIFIER:
        return LINK_KIND_CODE;
    case LINK_ROLE_CONTACT:
        return has_at(c) ? LINK_KIND_MAIL : LINK_KIND_CODE;
    default:
        return LINK_KIND_TEXT;
    }
}

#define PIECE 4096u

static void sound_piece(void *context, size_t i, unsigned worker)
{
    struct fields *f = context;
    for (uint32_t k = (uint32_t)i * PIECE; k < f->field->values && k < (i + 1) * PIECE; k++)
        f->field->sound[k] = k ? link_sound(f->job->namers[worker], f->field->text[k]) : 0;
}

/* The values of one column go into the dictionary, and to the records that have none yet. */
static void take_column(struct fields *f, uint32_t column)
{
    const struct link_column *c = f->column = &f->job->data->columns[column];
    f->value = ARENA_NEW(&f->job->scratch, c->texts, uint32_t);
    struct link_sweep s = {fold_text, put_value, f};
    link_sweep_texts(f->job, c->texts, &s);
    for (uint32_t i = 0; i < f->job->data->records; i++)
        if (!f->field->value[i])
            f->field->value[i] = f->value[c->cell[i]];
}

static uint32_t add_place(struct fields *f, struct str place)
{
    BUF_AUTO folded;
    buf_init(&folded, 16384);
    link_text_fold(f->job->namers[0], str_slice(place, 0, 4096), &folded);
    return link_intern_add(&f->values, buf_str(&folded));
}

/* The field of column k of the configuration and of those that are the same. */
static void make_field(struct link_job *job, uint32_t k)
{
    const struct link_column_config *columns = job->config->columns;
    enum link_role role = columns[k].role;
    struct fields f = {
        .job = job, .role = role, .kind = kind_of(role, &job->data->columns[job->column[k]])};
    link_intern_open(&f.values, job->a);
    f.field = link_job_field(job, columns[k].header, f.kind);
    for (uint32_t j = k; j < job->config->count; j++)
        if (columns[j].role == role && job->column[j] != UINT32_MAX &&
            link_job_first(job, j) == k)
            take_column(&f, job->column[j]);
    uint32_t places = role == LINK_ROLE_PLACE ? job->config->place_count : 0;
    uint32_t *within = ARENA_NEW(&job->scratch, 2 * (size_t)places, uint32_t);
    for (uint32_t i = 0; i < places; i++) {
        within[2 * i] = add_place(&f, job->config->places[i].place);
        within[2 * i + 1] = add_place(&f, job->config->places[i].within);
    }
    const uint32_t *number = link_job_values(job, f.field, &f.values);
    link_intern_close(&f.values);
    f.field->parent = places ? ARENA_NEW(job->a, f.field->values, uint32_t) : NULL;
    for (uint32_t i = 0; i < places; i++)
        if (within[2 * i] != within[2 * i + 1])
            f.field->parent[number[within[2 * i]]] = number[within[2 * i + 1]];
    f.field->strong = role == LINK_ROLE_IDENTIFIER || role == LINK_ROLE_CONTACT;
    if (f.kind != LINK_KIND_TEXT)
        return;
    f.field->sound = ARENA_NEW(job->a, f.field->values, uint32_t);
    pool_run(job->pool, f.field->values / PIECE + 1, sound_piece, &f);
}

void link_make_fields(struct link_job *job)
{
    for (uint32_t k = 0; k < job->config->count; k++) {
        if (job->config->columns[k].role < LINK_ROLE_SEX || job->column[k] == UINT32_MAX ||
            link_job_first(job, k) != k)
            continue;
        arena_reset(&job->scratch);
        make_field(job, k);
    }
}
