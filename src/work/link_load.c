/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/link_load.h"

#include "base/hash.h"
#include "base/text.h"
#include "work/link_load_parts.h"

#include <stdio.h>
#include <stdlib.h>

#define NAME_BYTES_MAX 4096

/* Rows from `row` on stand `shift` lines below their number. */
struct jump {
    uint32_t row;
    uint32_t shift;
};

struct load_file {
    const char *path; /* for sentences */
    struct str name;  /* base name */
    uint32_t first, records;
    size_t columns;
    enum charset charset;
    char separator;
    struct jump *jumps;
    size_t jump_count, jump_cap;
};

struct load {
    struct arena arena;
    struct load_table tables[LINK_COLUMNS_MAX];
    struct str folded[LINK_COLUMNS_MAX]; /* headers, as they are compared */
    struct link_column columns[LINK_COLUMNS_MAX];
    uint32_t column_count;
    struct load_file *files;
    uint32_t file_count;
    uint64_t seed;
    uint32_t named_by; /* column, or UINT32_MAX */
    uint32_t *record;  /* by text of that column */
    uint32_t *index;   /* texts of that column by hash, 0 free; made when first asked */
    size_t index_size;
};

static const struct load_file *file_of(const struct load *l, uint32_t record)
{
    uint32_t low = 0, high = l->file_count;
    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;
        if (l->files[mid].first <= record)
            low = mid;
        else
            high = mid;
    }
    return &l->files[low];
}

/* ---- reading ---- */

static int same_header(const struct load_reader *r, size_t line, struct str header,
                       struct err *err)
{
    return err_set(err, ERR_INPUT,
                   "%s: line %zu: two columns are called \"%.*s\"; give each a name of its own",
                   r->name, line, header.n > 80 ? 80 : (int)header.n, header.p);
}

/* A cell that is no name of a column but data. */
static bool looks_like_data(struct str s)
{
    unsigned digits = 0;
    for (size_t i = 0; i < s.n; i++)
        digits += s.p[i] >= '0' && s.p[i] <= '9';
    return digits >= 6 && digits * 10 >= s.n * 7;
}

/* Which column of all the data each field of the file is; a new one is empty before `first`. */
static int map_columns(struct load *l, struct load_reader *r, const struct csv_record *header,
                       uint32_t first, uint8_t map[LINK_COLUMNS_MAX], struct err *err)
{
    bool taken[LINK_COLUMNS_MAX] = {0};
    if (header->count > LINK_COLUMNS_MAX)
        return err_set(err, ERR_LIMIT, "%s: line %zu: %zu columns, at most %u are read",
                       r->name, header->line, header->count, LINK_COLUMNS_MAX);
    for (size_t i = 0; i < header->count; i++) {
        struct str h = header->fields[i];
        if (looks_like_data(h))
            return err_set(err, ERR_INPUT,
                           "%s: line %zu: field %zu looks like data; the first row must name "
                           "the columns",
                           r->name, header->line, i + 1);
        if (h.n == 0)
            h = arena_printf(&l->arena, "column %zu", i + 1);
        if (h.n > 1000)
            return err_set(err, ERR_LIMIT,
                           "%s: line %zu: the name of column %zu is longer "
                           "than 1000 bytes",
                           r->name, header->line, i + 1);
        BUF_AUTO fold;
        buf_init(&fold, 8000);
        text_fold(&fold, h, true);
        uint32_t k = 0;
        while (k < l->column_count && !str_eq(l->folded[k], buf_str(&fold)))
            k++;
        if (k < l->column_count && taken[k])
            return same_header(r, header->line, h, err);
        if (k == LINK_COLUMNS_MAX)
            return err_set(err, ERR_LIMIT, "%s: line %zu: more than %u columns in all files",
                           r->name, header->line, LINK_COLUMNS_MAX);
        if (k == l->column_count) {
            l->folded[k] = arena_copy(&l->arena, buf_str(&fold));
            l->columns[k].header = arena_copy(&l->arena, h);
            load_table_open(&l->tables[k], l->seed);
            load_table_pad(&l->tables[k], first);
            l->column_count++;
        }
        taken[k] = true;
        map[i] = (uint8_t)k;
    }
    return 0;
}

static void note_lines(struct load_file *f, const struct load_chunk *c)
{
    for (size_t i = 0; i < c->count; i++) {
        uint32_t row = f->records + (uint32_t)i + 1;
        uint32_t shift = (uint32_t)(c->rows[i].line - row);
        if (f->jump_count && f->jumps[f->jump_count - 1].shift == shift)
            continue;
        if (f->jump_count == f->jump_cap) {
            f->jump_cap = f->jump_cap ? f->jump_cap * 2 : 8;
            f->jumps = load_room(f->jumps, f->jump_cap, sizeof *f->jumps);
        }
        f->jumps[f->jump_count++] = (struct jump){row, shift};
    }
}

/* One step of reading: the next rows are cut while those before them go into the columns. */
struct step {
    struct load *load;
    struct load_reader *reader;
    struct load_chunk *next, *now;
    const uint8_t *map;
};

static void work_step(void *context, size_t i, unsigned worker)
{
    (void)worker;
    struct step *s = context;
    if (i == 0)
        load_reader_next(s->reader, s->next);
    else
        load_table_add(&s->load->tables[s->map[i - 1]], s->now->rows, s->now->count, i - 1);
}

static int check_room(struct load *l, struct load_reader *r, uint64_t records, struct err *err)
{
    uint64_t bytes = 0;
    for (uint32_t k = 0; k < l->column_count; k++)
        bytes += l->tables[k].n;
    if (records > LINK_RECORDS_MAX)
        return err_set(err, ERR_LIMIT, "%s: line %zu: more than %u records", r->name,
                       r->csv.line, LINK_RECORDS_MAX);
    if (records * l->column_count > LINK_LOAD_CELLS)
        return err_set(err, ERR_LIMIT,
                       "%s: line %zu: more than %u cells; leave out columns that say nothing "
                       "of who a person is",
                       r->name, r->csv.line, LINK_LOAD_CELLS);
    if (bytes > LINK_LOAD_TEXT)
        return err_set(err, ERR_LIMIT,
                       "%s: line %zu: more than %u bytes of different cells; leave out columns "
                       "that say nothing of who a person is",
                       r->name, r->csv.line, LINK_LOAD_TEXT);
    return 0;
}

static int read_rows(struct load *l, struct load_reader *r, struct load_file *f,
                     const uint8_t *map, struct pool *pool, struct err *err)
{
    struct load_chunk chunks[2] = {{.count = 0}, {.count = 0}};
    unsigned now = 0;
    int e = 0;
    load_reader_next(r, &chunks[now]);
    while (chunks[now].count && !e) {
        struct load_chunk *c = &chunks[now];
        note_lines(f, c);
        struct step s = {l, r, &chunks[!now], c, map};
        bool more = !c->failed;
        if (more)
            pool_run(pool, f->columns + 1, work_step, &s);
        f->records += (uint32_t)c->count;
        e = c->failed ? c->failed : check_room(l, r, (uint64_t)f->first + f->records, err);
        if (c->failed)
            break;
        now = !now;
    }
    if (!e && chunks[now].failed)
        e = chunks[now].failed;
    if (e && chunks[now].failed == e && err)
        *err = chunks[now].err;
    load_chunk_free(&chunks[0]);
    load_chunk_free(&chunks[1]);
    return e;
}

static int read_file(struct load *l, struct load_reader *r, struct load_file *f,
                     struct pool *pool, struct err *err)
{
    ARENA_AUTO a = {0};
    struct csv_record header = {0};
    uint8_t map[LINK_COLUMNS_MAX];
    int e = load_reader_header(r, &a, &header, err);
    if (!e)
        e = map_columns(l, r, &header, f->first, map, err);
    if (e)
        return e;
    f->columns = header.count;
    f->charset = r->charset;
    f->separator = r->csv.separator;
    e = read_rows(l, r, f, map, pool, err);
    if (e)
        return e;
    if (f->records == 0)
        return err_set(err, ERR_INPUT,
                       "%s: line %zu: no record follows the names of the columns", r->name,
                       r->csv.line);
    for (uint32_t k = 0; k < l->column_count; k++)
        load_table_pad(&l->tables[k], (size_t)f->first + f->records);
    return 0;
}

static struct str base_name(const char *path)
{
    if (strcmp(path, "-") == 0)
        return STR("standard input");
    const char *slash = strrchr(path, '/');
    return str_of(slash && slash[1] ? slash + 1 : path);
}

/* One list a file; files of one name are lists of one name only when nothing else tells them
 * apart. */
static void make_lists(struct link_load *ret, struct load *l)
{
    struct link_data *d = &ret->data;
    d->list_count = l->file_count;
    d->lists = ARENA_NEW(&l->arena, l->file_count, struct link_list);
    d->list = load_room(NULL, d->records, 1);
    for (uint32_t k = 0; k < l->file_count; k++) {
        const struct load_file *f = &l->files[k];
        bool twin = false;
        for (uint32_t j = 0; j < l->file_count; j++)
            twin |= j != k && str_eq(l->files[j].name, f->name);
        d->lists[k] = (struct link_list){
            twin ? str_of(f->path) : f->name, f->records, {TIME_DAY_MIN, TIME_DAY_MAX}};
        memset(d->list + f->first, (int)k, f->records);
    }
}

static int read_all(struct link_load *ret, struct load *l, const char *const *paths,
                    const struct str *texts, size_t count, struct pool *pool, struct err *err)
{
    uint32_t records = 0;
    l->files = ARENA_NEW(&l->arena, count, struct load_file);
    for (size_t i = 0; i < count; i++) {
        struct load_file *f = &l->files[l->file_count++];
        f->path = arena_cstr(&l->arena, str_of(paths[i]));
        f->name = base_name(f->path);
        f->first = records;
        struct load_reader *r = load_room(NULL, 1, sizeof *r);
        int e = load_reader_open(r, paths[i], texts ? texts[i] : (struct str){0}, err);
        if (!e)
            e = read_file(l, r, f, pool, err);
        load_reader_close(r);
        free(r);
        if (e)
            return e;
        records += f->records;
    }
    ret->data.records = records;
    ret->data.columns = l->columns;
    ret->data.column_count = l->column_count;
    for (uint32_t k = 0; k < l->column_count; k++) {
        struct load_table *t = &l->tables[k];
        load_table_close(t);
        l->columns[k].cell = t->cell;
        l->columns[k].bytes = t->bytes;
        l->columns[k].at = t->at;
        l->columns[k].texts = (uint32_t)t->texts;
    }
    make_lists(ret, l);
    return 0;
}

int link_load_texts(const char *const *names, const struct str *texts, size_t count,
                    struct pool *pool, struct link_load *ret, struct err *err)
{
    if (count == 0 || count > LINK_LISTS_MAX)
        return err_set(err, ERR_USAGE, "%zu files, expected 1 to %u", count, LINK_LISTS_MAX);
    struct load *l = load_room(NULL, 1, sizeof *l);
    memset(l, 0, sizeof *l);
    /* Not the same from run to run: who writes a table cannot fill one slot with it. */
    l->seed = hash_mix((uint64_t)(uintptr_t)l, (uint64_t)(uintptr_t)&l);
    l->named_by = UINT32_MAX;
    struct link_load made = {.inside = l};
    int e = read_all(&made, l, names, texts, count, pool, err);
    if (e)
        link_load_free(&made);
    else
        *ret = made;
    return e;
}

int link_load_read(const char *const *paths, size_t count, struct pool *pool,
                   struct link_load *ret, struct err *err)
{
    return link_load_texts(paths, NULL, count, pool, ret, err);
}

void link_load_say(const struct link_load *ll, struct buf *out)
{
    const struct load *l = ll->inside;
    for (uint32_t k = 0; k < l->file_count; k++) {
        const struct load_file *f = &l->files[k];
        buf_printf(out, "%s: %u record%s, %zu column%s, %s, separated by %s\n", f->path,
                   f->records, f->records == 1 ? "" : "s", f->columns,
                   f->columns == 1 ? "" : "s", charset_name(f->charset),
                   f->separator == '\t'  ? "tabs"
                   : f->separator == ';' ? "semicolons"
                   : f->separator == ',' ? "commas"
                                         : "vertical bars");
    }
}

/* ---- lists ---- */

int link_load_list_by(struct link_load *ll, uint32_t column, struct err *err)
{
    struct load *l = ll->inside;
    struct link_data *d = &ll->data;
    const struct link_column *c = &d->columns[column];
    if (c->texts - 1 > LINK_LISTS_MAX)
        return err_set(err, ERR_LIMIT,
                       "the column \"%.*s\" has %u values, at most %u lists are read",
                       (int)c->header.n, c->header.p, c->texts - 1, LINK_LISTS_MAX);
    for (uint32_t i = 0; i < d->records; i++) {
        if (c->cell[i])
            continue;
        BUF_AUTO at;
        buf_init(&at, 5000);
        link_load_place(ll, i, &at);
        return err_set(err, ERR_INPUT,
                       "%.*s: no value in the column \"%.*s\", which says the "
                       "list of a record",
                       (int)at.n, at.p, (int)c->header.n, c->header.p);
    }
    d->lists = ARENA_NEW(&l->arena, c->texts, struct link_list);
    d->list_count = c->texts - 1;
    for (uint32_t k = 1; k < c->texts; k++)
        d->lists[k - 1] = (struct link_list){
            arena_copy(&l->arena, link_column_text(c, k)), 0, {TIME_DAY_MIN, TIME_DAY_MAX}};
    for (uint32_t i = 0; i < d->records; i++) {
        d->list[i] = (uint8_t)(c->cell[i] - 1);
        d->lists[d->list[i]].records++;
    }
    return 0;
}

/* ---- names ---- */

void link_load_place(const struct link_load *ll, uint32_t i, struct buf *out)
{
    const struct load_file *f = file_of(ll->inside, i);
    uint32_t row = i - f->first + 1;
    size_t low = 0, high = f->jump_count;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (f->jumps[mid].row <= row)
            low = mid;
        else
            high = mid;
    }
    buf_printf(out, "%s: line %u", f->path, row + f->jumps[low].shift);
}

static int name_by_row(const struct load *l, struct err *err)
{
    for (uint32_t k = 0; k < l->file_count; k++)
        for (uint32_t j = 0; j < k; j++)
            if (str_eq(l->files[j].name, l->files[k].name))
                return err_set(err, ERR_INPUT,
                               "%s and %s have one name, by which records are called: rename "
                               "one, or name a column with an id for each record (--id)",
                               l->files[j].path, l->files[k].path);
    return 0;
}

static int bad_id(const struct link_load *ll, const struct link_column *c, uint32_t i,
                  uint32_t before, struct err *err)
{
    BUF_AUTO at;
    buf_init(&at, 5000);
    link_load_place(ll, i, &at);
    struct str id = link_column_text(c, c->cell[i]);
    int header = c->header.n > 80 ? 80 : (int)c->header.n, n = id.n > 80 ? 80 : (int)id.n;
    if (!c->cell[i])
        return err_set(err, ERR_INPUT,
                       "%.*s: no value in the column \"%.*s\", which says what "
                       "the record is called",
                       (int)at.n, at.p, header, c->header.p);
    if (before == UINT32_MAX)
        return err_set(err, ERR_LIMIT, "%.*s: an id of more than %u bytes in \"%.*s\"",
                       (int)at.n, at.p, NAME_BYTES_MAX, header, c->header.p);
    BUF_AUTO first;
    buf_init(&first, 5000);
    link_load_place(ll, before, &first);
    return err_set(err, ERR_INPUT,
                   "%.*s: the id \"%.*s\" stands at %.*s already; the values of \"%.*s\" must "
                   "be different in all records",
                   (int)at.n, at.p, n, id.p, (int)first.n, first.p, header, c->header.p);
}

int link_load_name_by(struct link_load *ll, uint32_t column, struct err *err)
{
    struct load *l = ll->inside;
    if (column == UINT32_MAX)
        return name_by_row(l, err);
    const struct link_column *c = &ll->data.columns[column];
    uint32_t *record = load_room(NULL, c->texts, sizeof *record);
    memset(record, 0xff, c->texts * sizeof *record);
    int e = 0;
    for (uint32_t i = 0; i < ll->data.records && !e; i++) {
        uint32_t k = c->cell[i];
        bool long_one = c->at[k + 1] - c->at[k] > NAME_BYTES_MAX;
        if (!k || long_one || record[k] != UINT32_MAX)
            e = bad_id(ll, c, i, long_one ? UINT32_MAX : record[k], err);
        record[k] = i;
    }
    if (e) {
        free(record);
        return e;
    }
    free(l->record);
    l->record = record;
    l->named_by = column;
    return 0;
}

struct str link_load_name(const struct link_load *ll, uint32_t i, char room[LINK_LOAD_NAME_MAX])
{
    const struct load *l = ll->inside;
    if (l->named_by != UINT32_MAX) {
        const struct link_column *c = &l->columns[l->named_by];
        return link_column_text(c, c->cell[i]);
    }
    const struct load_file *f = file_of(l, i);
    int n = snprintf(room, LINK_LOAD_NAME_MAX, "%.*s:%u",
                     f->name.n > NAME_BYTES_MAX ? NAME_BYTES_MAX : (int)f->name.n, f->name.p,
                     i - f->first + 1);
    return str_make(room, (size_t)n);
}

static void make_index(struct load *l, const struct link_column *c)
{
    l->index_size = 16;
    while (l->index_size < (size_t)c->texts * 2)
        l->index_size *= 2;
    l->index = load_room(NULL, l->index_size, sizeof *l->index);
    memset(l->index, 0, l->index_size * sizeof *l->index);
    for (uint32_t k = 1; k < c->texts; k++) {
        size_t at = hash_bytes(link_column_text(c, k), l->seed) & (l->index_size - 1);
        while (l->index[at])
            at = (at + 1) & (l->index_size - 1);
        l->index[at] = k;
    }
}

static bool find_row(const struct load *l, struct str name, uint32_t *ret)
{
    size_t colon = name.n;
    while (colon && name.p[colon - 1] != ':')
        colon--;
    uint64_t row;
    if (!colon || !str_to_u64(str_slice(name, colon, name.n), &row))
        return false;
    for (uint32_t k = 0; k < l->file_count; k++) {
        const struct load_file *f = &l->files[k];
        if (str_eq(f->name, str_slice(name, 0, colon - 1)) && row >= 1 && row <= f->records) {
            *ret = f->first + (uint32_t)row - 1;
            return true;
        }
    }
    return false;
}

bool link_load_find(const struct link_load *ll, struct str name, uint32_t *ret)
{
    struct load *l = ll->inside;
    if (l->named_by == UINT32_MAX)
        return find_row(l, name, ret);
    const struct link_column *c = &l->columns[l->named_by];
    if (!l->index)
        make_index(l, c);
    name = load_trim(name);
    size_t at = hash_bytes(name, l->seed) & (l->index_size - 1);
    for (; l->index[at]; at = (at + 1) & (l->index_size - 1)) {
        uint32_t k = l->index[at];
        if (str_eq(link_column_text(c, k), name)) {
            *ret = l->record[k];
            return true;
        }
    }
    return false;
}

void link_load_drop_columns(struct link_load *ll)
{
    struct load *l = ll->inside;
    for (uint32_t k = 0; k < l->column_count; k++) {
        if (k == l->named_by)
            continue;
        load_table_free(&l->tables[k]);
        l->columns[k] = (struct link_column){.header = l->columns[k].header};
    }
}

void link_load_free(struct link_load *ll)
{
    struct load *l = ll->inside;
    if (!l)
        return;
    for (uint32_t k = 0; k < l->column_count; k++)
        load_table_free(&l->tables[k]);
    for (uint32_t k = 0; k < l->file_count; k++)
        free(l->files[k].jumps);
    free(ll->data.list);
    free(l->record);
    free(l->index);
    arena_free(&l->arena);
    free(l);
    *ll = (struct link_load){0};
}
