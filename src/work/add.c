/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/add.h"

#include "base/text.h"
#include "sys/file.h"
#include "work/read.h"
#include "work/sheet.h"

#define CUT_BACK 4096 /* a text that is cut ends with a line, when one ends within */
#define ALL      ((1u << PURPOSE_COUNT) - 1)

/* ---- the text ---- */

/* As it may stand in a card. */
static struct str clean(struct arena *a, struct str s)
{
    struct buf out;
    buf_init(&out, SIZE_MAX / 4);
    if (str_starts(s, STR("\xef\xbb\xbf")))
        s = str_slice(s, 3, s.n);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
            continue;
        if (c == '\r' || c == '\f' || c == '\v')
            buf_add_char(&out, '\n');
        else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            buf_add(&out, STR("\xef\xbf\xbd"));
        else
            buf_add_char(&out, s.p[i]);
    }
    struct str r = arena_copy(a, buf_str(&out));
    buf_free(&out);
    return r;
}

/* The beginning that a card holds. */
static struct str beginning(struct str s)
{
    size_t end = RECORD_TEXT_MAX;
    while (end && ((unsigned char)s.p[end] & 0xc0) == 0x80)
        end--;
    for (size_t i = end; i > end - CUT_BACK; i--)
        if (s.p[i - 1] == '\n')
            return str_slice(s, 0, i);
    return str_slice(s, 0, end);
}

static int load_account(struct arena *a, const char *path, struct work_text *ret,
                        struct err *err)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    BUF_AUTO bytes;
    buf_init(&bytes, READ_MAX_BYTES);
    int r = file_read(path, READ_MAX_BYTES, &bytes, err);
    if (!r)
        r = text_check(buf_str(&bytes), name, err);
    if (!r && str_trim(buf_str(&bytes)).n == 0)
        r = err_set(err, ERR_INPUT, "%s is empty; expected the text of an account", name);
    if (!r)
        *ret = (struct work_text){.text = arena_copy(a, buf_str(&bytes))};
    return r;
}

/* The day and the language of a report, where its page or its first lines say them. */
static int look_at_report(struct arena *a, const struct work_text *t, struct add_item *item,
                          struct err *err)
{
    ARENA_AUTO scratch = {0};
    struct reading reading;
    const struct read_options options = {.file = item->file, .published = t->published};
    int r = read_document(&scratch, t->text, &options, &reading, err);
    if (r)
        return r;
    if (!item->received.p && reading.published.p)
        item->received = arena_copy(a, reading.published);
    if (!item->language.p && reading.english)
        item->language = STR("en");
    return 0;
}

int work_add_read(struct arena *a, const struct add_options *options, const char *path,
                  struct add_item *ret, struct err *err)
{
    struct work_text t;
    int r = options->report ? work_load_text(a, path, &t, err) : load_account(a, path, &t, err);
    if (r)
        return r;
    if (t.sheet)
        return err_set(err, ERR_INPUT,
                       "%s is a figure sheet that this program made; expected a report", path);
    struct add_item item = {
        .file = str_of(path),
        .received = options->received,
        .language = options->language,
    };
    if (options->report && (r = look_at_report(a, &t, &item, err)) != 0)
        return r;
    if (!item.received.p && !options->report)
        item.received = options->today;
    struct str title, date;
    if (options->report && !t.map)
        (void)sheet_take_head(t.text, &title, &t.publisher, &date);
    if (t.publisher.p && str_trim(t.publisher).n)
        item.publisher = clean(a, str_trim(t.publisher));
    item.text = clean(a, t.text);
    if (item.text.n > RECORD_TEXT_MAX) {
        item.whole = t.text;
        item.text = beginning(item.text);
    }
    *ret = item;
    return 0;
}

/* ---- the records ---- */

struct records {
    struct record *items;
    size_t count, cap;
};

static struct record *push(struct arena *a, struct records *list, enum record_kind kind)
{
    struct record r;
    record_init(&r, kind);
    ARENA_PUSH(a, list->items, list->count, list->cap, r);
    return &list->items[list->count - 1];
}

static struct str folded(struct arena *a, struct str s)
{
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    text_fold(&out, str_trim(s), false);
    return out.n ? arena_copy(a, buf_str(&out)) : STR("");
}

/* A source of that name among those that this call makes. */
static struct str same_name(struct arena *a, const struct add_item *items, size_t count,
                            struct str name)
{
    struct str wanted = folded(a, name);
    for (size_t i = 0; i < count; i++)
        if (items[i].new_source && items[i].publisher.p &&
            str_eq(folded(a, items[i].publisher), wanted))
            return items[i].source;
    return (struct str){NULL, 0};
}

/* Whose report it is: a source that is there, or one of this call, or a new one. */
static int choose_source(struct archive *archive, struct arena *a,
                         const struct add_options *options, struct add_item *items, size_t at,
                         struct records *list, struct err *err)
{
    struct add_item *item = &items[at];
    item->source = options->source;
    if (item->source.p)
        return 0;
    struct record_source told = options->told;
    if (options->report && !told.name.p)
        told.name = item->publisher;
    item->publisher = told.name;
    if (options->report && told.name.p) {
        item->source = same_name(a, items, at, told.name);
        int r = item->source.p
                    ? 0
                    : archive_source_named(archive, a, told.name, &item->source, err);
        if (r || item->source.p)
            return r;
    }
    item->new_source = true;
    item->source = id_print(a, id_new());
    told.id = item->source;
    push(a, list, RECORD_SOURCE)->u.source = told;
    return 0;
}

static void add_terms(struct arena *a, const struct add_options *options, struct add_item *item,
                      struct records *list)
{
    if (!options->terms_given) {
        item->terms = terms_of(NULL, options->report, options->today);
        return;
    }
    struct record_terms terms = {
        .id = id_print(a, id_new()),
        .of = item->account,
        .attribution = options->attribution,
        .purposes = options->purposes,
        .reason = options->reason,
        .expires = options->expires,
    };
    if (!terms.attribution)
        terms.attribution = options->report ? ATTRIBUTION_ON_RECORD : ATTRIBUTION_ANONYMITY;
    if (!terms.purposes)
        terms.purposes = options->report ? ALL : 1u << PURPOSE_HELP;
    push(a, list, RECORD_TERMS)->u.terms = terms;
    item->terms = terms_of(&terms, options->report, options->today);
}

int work_add_append(struct archive *archive, struct arena *a, const struct add_options *options,
                    struct add_item *items, size_t count, struct err *err)
{
    struct records list = {0};
    for (size_t i = 0; i < count; i++) {
        struct add_item *item = &items[i];
        int r = choose_source(archive, a, options, items, i, &list, err);
        if (r)
            return r;
        item->account = id_print(a, id_new());
        push(a, &list, RECORD_ACCOUNT)->u.account = (struct record_account){
            .id = item->account,
            .source = item->source,
            .channel = options->report ? STR(ADD_CHANNEL_PUBLISHED) : options->channel,
            .received = item->received,
            .language = item->language,
            .text = item->text,
        };
        add_terms(a, options, item, &list);
    }
    return archive_append(archive, list.items, list.count, err);
}

/* ---- attachments ---- */

struct add_file {
    struct file_in in;
};

int work_add_open(struct arena *a, const char *const *paths, size_t count,
                  struct add_file **ret, struct err *err)
{
    struct add_file *files = ARENA_NEW(a, count ? count : 1, struct add_file);
    for (size_t i = 0; i < count; i++) {
        int r = file_in_open(paths[i], &files[i].in, err);
        if (!r && files[i].in.size > ADD_ATTACHMENT_MAX) {
            r = err_set(err, ERR_LIMIT,
                        "%s has %llu bytes, an attachment at most %u; split it and attach the "
                        "parts",
                        paths[i], (unsigned long long)files[i].in.size, ADD_ATTACHMENT_MAX);
            i++;
        }
        if (r) {
            work_add_close(files, i);
            return r;
        }
    }
    *ret = files;
    return 0;
}

void work_add_close(struct add_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        file_in_close(&files[i].in);
}

static int read_bytes(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct str *rest = context;
    (void)err;
    struct str now = str_slice(*rest, 0, n);
    if (now.n)
        memcpy(p, now.p, now.n);
    *rest = str_slice(*rest, now.n, rest->n);
    *ret_n = now.n;
    return 0;
}

static int attach_one(struct archive *archive, struct arena *a, struct add_item *item,
                      const struct age_source *in, const char *name, struct err *err)
{
    struct archive_file file = {.in = in};
    if (!id_parse(item->account, &file.account))
        return err_set(err, ERR_BUG, "%.*s is no id", (int)item->account.n, item->account.p);
    file.ret_attachment = &item->attachments[item->attachment_count];
    int r = archive_attach(archive, a, &file, err);
    if (r)
        return err_prefix(err, "%s is not attached to %.*s", name, (int)item->account.n,
                          item->account.p);
    item->attachment_count++;
    return 0;
}

int work_add_attach(struct archive *archive, struct arena *a, struct add_item *item,
                    struct add_file *files, size_t count, struct err *err)
{
    int r = 0;
    if (item->whole.p) {
        struct str rest = item->whole;
        r = attach_one(archive, a, item, &(struct age_source){read_bytes, &rest},
                       "the whole text", err);
    }
    for (size_t i = 0; i < count && !r; i++)
        r = attach_one(archive, a, item, &(struct age_source){file_in_pull, &files[i].in},
                       files[i].in.name, err);
    return r;
}
