/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/export.h"

#include "base/strset.h"
#include "model/card.h"
#include "work/export_files.h"

#define RECORD_PIECE  (4 * (size_t)RECORD_MAX)
#define FILES_AT_ONCE 64

static const char about[] =
    "An export of a Deponent archive.\n"
    "\n"
    "MANIFEST.sha256  the hashes of all other files: sha256sum -c MANIFEST.sha256\n"
    "cards.txt        every record as a text card; records.jsonl the same, one JSON object a\n"
    "                 line; KIND.csv the same, a table for each kind of record. Offsets count\n"
    "                 bytes of the text of the account. A value that is not there was not\n"
    "                 given, or the terms of its source do not let it be exported.\n"
    "files/           attachments, by the ids that accounts name\n"
    "sealed/          the ledger itself: signed bundles of sealed entries, their attachments,\n"
    "                 and how far each device's chain goes; opened only by the archive's keys\n"
    "\n"
    "A name that ends in .age is sealed: age -d -i IDENTITY FILE opens it.\n";

struct export
{
    struct work_vault *v;
    const struct work_export_options *o;
    struct work_exported *done;
    struct arena a;
    struct export_folder folder;
    struct strset ids; /* of what may be exported */
    struct export_file cards, json, csv;
    struct buf buf;
};

/* ---- which accounts ---- */

struct accounts {
    struct export *e;
    struct str *ids;
    size_t count, cap;
};

/* An account that may not even be described is in no file but the sealed ones. */
static int take_account(void *context, const struct archive_account *account, struct err *err)
{
    (void)err;
    struct accounts *list = context;
    struct export *e = list->e;
    bool sayable = account->may & (TERMS_DESCRIBE | TERMS_QUOTE | TERMS_NAME);
    if (!sayable || account->locked || account->shredded) {
        e->done->withheld++;
        return 0;
    }
    struct str id = arena_copy(&e->a, account->id);
    ARENA_PUSH(&e->a, list->ids, list->count, list->cap, id);
    (void)strset_add(&e->ids, id);
    if (account->source.p)
        (void)strset_add(&e->ids, arena_copy(&e->a, account->source));
    return 0;
}

/* ---- records ---- */

static int put_record(struct export *e, const struct record *r, struct err *err)
{
    struct csv_out csv = {&e->buf, ',', false};
    int f = card_print(&e->buf, r, err);
    buf_add_char(&e->buf, '\n');
    if (!f)
        f = export_drain(&e->cards, &e->buf, err);
    if (!f)
        f = card_print_json(&e->buf, r, err);
    buf_add_char(&e->buf, '\n');
    if (!f)
        f = export_drain(&e->json, &e->buf, err);
    if (!f)
        f = card_print_row(&csv, r, err);
    if (!f)
        f = export_drain(&e->csv, &e->buf, err);
    e->done->records++;
    return f;
}

static bool has(const struct export *e, struct str id)
{
    return !id.p || strset_has(&e->ids, id);
}

/* Does everything that the record speaks of stand in the export, and may it go with it? What is
 * there for the group's own work (terms, their reasons, casework, who looked) stays at home,
 * but for the purposes that are about helping the person. */
static bool goes(const struct export *e, const struct record *r)
{
    bool helps = e->o->purpose == PURPOSE_HELP || e->o->purpose == PURPOSE_PARTNERS;
    switch (r->kind) {
    case RECORD_SOURCE:
        return strset_has(&e->ids, r->u.source.id);
    case RECORD_STATEMENT:
        return r->u.statement.review != REVIEW_REJECTED && has(e, r->u.statement.account) &&
               has(e, r->u.statement.source);
    case RECORD_NODE:
        return has(e, r->u.node.account);
    case RECORD_JUDGEMENT:
        return has(e, r->u.judgement.a) && has(e, r->u.judgement.b);
    case RECORD_DERIVATION:
        return has(e, r->u.derivation.from) && has(e, r->u.derivation.to);
    case RECORD_ASSESSMENT:
        return has(e, r->u.assessment.of);
    case RECORD_TERMS:
        return helps && has(e, r->u.terms.of);
    case RECORD_CASEWORK:
        return helps && has(e, r->u.casework.account);
    case RECORD_VOCAB:
    case RECORD_FIGURE:
        return true;
    default:
        return false;
    }
}

static int take_record(void *context, const struct record *r, struct err *err)
{
    struct export *e = context;
    if (!goes(e, r))
        return 0;
    /* Its first field is its id, in every kind. */
    struct str id = *(const struct str *)&r->u;
    (void)strset_add(&e->ids, arena_copy(&e->a, id));
    return put_record(e, r, err);
}

/* Speakers who have no account of their own here come with the statements that name them. */
static int take_speaker(void *context, const struct record *r, struct err *err)
{
    (void)err;
    struct export *e = context;
    const struct record_statement *s = &r->u.statement;
    if (s->review != REVIEW_REJECTED && has(e, s->account) && s->source.p &&
        !strset_has(&e->ids, s->source))
        (void)strset_add(&e->ids, arena_copy(&e->a, s->source));
    return 0;
}

static int each_record(struct export *e, enum record_kind kind,
                       int (*each)(void *context, const struct record *r, struct err *err),
                       struct err *err)
{
    ARENA_AUTO scratch = {0};
    return archive_each_record(e->v->archive, &scratch, kind, (struct str){NULL, 0},
                               e->o->purpose, each, e, err);
}

/* Attachments of an account, opened and sealed to the recipients. */
static int put_attachments(struct export *e, const struct archive_account *account,
                           struct err *err)
{
    for (size_t i = 0; i < account->attachment_count; i++) {
        struct export_file f;
        const char *name = arena_printf(&e->a, "files/%.*s", (int)account->attachments[i].n,
                                        account->attachments[i].p)
                               .p;
        int r = export_begin(&e->folder, name, true, &f, err);
        if (r)
            return r;
        const struct age_sink sink = {export_add, &f};
        r = archive_read_attachment(e->v->archive, account->id, account->attachments[i],
                                    e->o->purpose, &sink, err);
        r = export_end(&f, r, err);
        if (r)
            return r;
    }
    return 0;
}

static int put_account(struct export *e, const struct archive_account *account, struct err *err)
{
    struct record r;
    record_init(&r, RECORD_ACCOUNT);
    r.u.account.id = account->id;
    r.u.account.source = account->source;
    r.u.account.channel = account->channel;
    r.u.account.received = account->received;
    r.u.account.language = account->language;
    r.u.account.text = account->text;
    r.u.account.attachments =
        (struct str_list){account->attachments, account->attachment_count};
    int f = put_record(e, &r, err);
    return f ? f : put_attachments(e, account, err);
}

static int put_accounts(struct export *e, const struct accounts *list, struct err *err)
{
    ARENA_AUTO scratch = {0};
    int r = 0;
    for (size_t at = 0; at < list->count && !r; at += FILES_AT_ONCE) {
        size_t n = list->count - at < FILES_AT_ONCE ? list->count - at : FILES_AT_ONCE;
        struct archive_account accounts[FILES_AT_ONCE];
        arena_reset(&scratch);
        r = archive_read_accounts(e->v->archive, &scratch, list->ids + at, n, e->o->purpose,
                                  accounts, err);
        for (size_t i = 0; i < n && !r; i++)
            r = put_account(e, &accounts[i], err);
    }
    return r;
}

/* One kind: its table, and its part of the cards and the lines. */
static int put_kind(struct export *e, enum record_kind kind, const struct accounts *list,
                    struct err *err)
{
    const char *name = arena_printf(&e->a, "%s.csv", record_shapes[kind].name).p;
    int r = export_begin(&e->folder, name, true, &e->csv, err);
    if (r)
        return r;
    struct csv_out csv = {&e->buf, ',', false};
    card_print_head(&csv, kind);
    r = export_drain(&e->csv, &e->buf, err);
    if (!r)
        r = kind == RECORD_ACCOUNT ? put_accounts(e, list, err)
                                   : each_record(e, kind, take_record, err);
    return export_end(&e->csv, r, err);
}

static int put_records(struct export *e, const struct accounts *list, struct err *err)
{
    /* What a record speaks of comes before it. */
    static const enum record_kind kinds[] = {
        RECORD_VOCAB,      RECORD_SOURCE,   RECORD_ACCOUNT,   RECORD_TERMS,
        RECORD_STATEMENT,  RECORD_NODE,     RECORD_JUDGEMENT, RECORD_DERIVATION,
        RECORD_ASSESSMENT, RECORD_CASEWORK, RECORD_FIGURE,
    };
    int r = each_record(e, RECORD_STATEMENT, take_speaker, err);
    if (!r)
        r = export_begin(&e->folder, "cards.txt", true, &e->cards, err);
    if (r)
        return r;
    r = export_begin(&e->folder, "records.jsonl", true, &e->json, err);
    if (r)
        return export_end(&e->cards, r, err);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !r; i++)
        r = put_kind(e, kinds[i], list, err);
    r = export_end(&e->json, r, err);
    return export_end(&e->cards, r, err);
}

/* ---- the sealed part ---- */

static const struct bundle_head *head_of(const struct bundle_head *heads, size_t count,
                                         const unsigned char device[16])
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(heads[i].device, device, sizeof heads[i].device) == 0)
            return &heads[i];
    return NULL;
}

struct sealed {
    struct export *e;
    struct export_file file;
    const struct bundle_head *heads;
    size_t head_count;
    struct str *attachments; /* names of files */
    size_t count, cap;
};

static int put_bundle(void *context, const struct ledger_bundle *b, struct err *err)
{
    struct sealed *s = context;
    unsigned char device[16];
    bundle_device(b->note.device_key, device);
    const struct bundle_head *head = head_of(s->heads, s->head_count, device);
    if (!head || b->note.first + b->note.count > head->next)
        return 0;
    for (size_t i = 0; i < b->bundle.count; i++) {
        struct envelope v;
        const char *at = b->bundle.envelopes.p + i * ENVELOPE_SIZE;
        int r = envelope_unpack((const unsigned char *)at, &v, err);
        if (r)
            return r;
        if (v.type != ENVELOPE_ATTACHMENT)
            continue;
        char hex[2 * ID_SIZE + 1];
        hex_print(v.payload.b, ID_SIZE, hex);
        struct str name = arena_printf(&s->e->a, "attachments/%s.age", hex);
        ARENA_PUSH(&s->e->a, s->attachments, s->count, s->cap, name);
    }
    s->e->done->bundles++;
    BUF_AUTO bytes;
    buf_init(&bytes, 2 * BUNDLE_MAX_BYTES);
    int r = bundle_print(&bytes, &b->bundle, err);
    return r ? r : export_drain(&s->file, &bytes, err);
}

/* A sealed attachment as it is; one that was shredded is not there. */
static int copy_attachment(struct export *e, struct str name, struct err *err)
{
    struct file_in in;
    struct export_file out;
    int r = file_in_open(arena_printf(&e->a, "%s/%.*s", e->o->dir, (int)name.n, name.p).p, &in,
                         err);
    if (r)
        return r == ERR_MISSING ? 0 : r;
    r = export_begin(&e->folder, arena_printf(&e->a, "sealed/%.*s", (int)name.n, name.p).p,
                     false, &out, err);
    if (!r) {
        char piece[1 << 16];
        size_t n = 1;
        while (!r && n) {
            r = file_in_read(&in, piece, sizeof piece, &n, err);
            if (!r && n)
                r = export_add(&out, piece, n, err);
        }
        r = export_end(&out, r, err);
    }
    file_in_close(&in);
    return r;
}

static int put_sealed(struct export *e, const struct bundle_head *heads, size_t head_count,
                      struct err *err)
{
    ARENA_AUTO scratch = {0};
    struct sealed s = {.e = e, .heads = heads, .head_count = head_count};
    int r = export_begin(&e->folder, "sealed/bundles.dpb", false, &s.file, err);
    if (r)
        return r;
    r = ledger_each(archive_ledger(e->v->archive), NULL, &scratch, put_bundle, &s, err);
    r = export_end(&s.file, r, err);
    for (size_t i = 0; i < s.count && !r; i++)
        r = copy_attachment(e, s.attachments[i], err);
    struct export_file f;
    if (!r)
        r = export_begin(&e->folder, "sealed/heads.txt", false, &f, err);
    if (r)
        return r;
    for (size_t i = 0; i < head_count; i++)
        bundle_print_head(&e->buf, &heads[i]);
    return export_end(&f, export_drain(&f, &e->buf, err), err);
}

/* The secrets of what is exported, sealed to the recipients. */
static int put_keys(struct export *e, const struct accounts *list, struct err *err)
{
    struct id *subjects = ARENA_NEW(&e->a, 2 * list->count + 1, struct id);
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct str source;
        int r = archive_source_of(e->v->archive, &e->a, list->ids[i], &source, err);
        if (r)
            return r;
        if (id_parse(list->ids[i], &subjects[n]) && keys_has(e->v->keys, subjects[n]))
            n++;
        if (id_parse(source, &subjects[n]) && keys_has(e->v->keys, subjects[n]))
            n++;
    }
    SECRET_AUTO text = {0};
    struct export_file f;
    int r = keys_export(e->v->keys, subjects, n, &text, err);
    if (!r)
        r = export_begin(&e->folder, "keys.txt", true, &f, err);
    return r ? r : export_end(&f, export_add(&f, text.p, text.n, err), err);
}

/* ---- all of it ---- */

static int make_folders(struct export *e, struct err *err)
{
    static const char *const names[] = {"", "/files", "/sealed", "/sealed/attachments"};
    int r = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !r; i++)
        r = file_make_folder(arena_printf(&e->a, "%s%s", e->o->output, names[i]).p, err);
    return r;
}

static int put_text(struct export *e, const char *name, struct str text, struct err *err)
{
    struct export_file f;
    int r = export_begin(&e->folder, name, false, &f, err);
    return r ? r : export_end(&f, export_add(&f, text.p, text.n, err), err);
}

static int export(struct export *e, struct err *err)
{
    struct archive *archive = e->v->archive;
    struct accounts list = {.e = e};
    const struct bundle_head *heads = e->o->heads;
    struct bundle_head *now;
    size_t head_count = e->o->head_count;
    ARENA_AUTO scratch = {0};
    int r = archive_list(archive, &scratch, e->o->purpose, take_account, &list, err);
    /* The heads are those before the ledger notes this export. */
    if (!r && !heads) {
        r = ledger_heads(archive_ledger(archive), &e->a, &now, &head_count, err);
        heads = now;
    }
    if (!r)
        r = archive_custody(archive, CUSTODY_EXPORT, list.ids, list.count, e->o->to_text,
                            (struct str){NULL, 0}, 1u << e->o->purpose, (struct str){NULL, 0},
                            err);
    if (!r)
        r = make_folders(e, err);
    if (!r)
        r = put_text(e, "README.txt", str_of(about), err);
    if (!r)
        r = put_records(e, &list, err);
    if (!r)
        r = put_sealed(e, heads, head_count, err);
    if (!r && e->o->keys)
        r = put_keys(e, &list, err);
    if (r)
        return r;
    e->done->accounts = list.count;
    BUF_AUTO manifest = e->folder.manifest;
    buf_init(&e->folder.manifest, SIZE_MAX / 4);
    r = put_text(e, "MANIFEST.sha256", buf_str(&manifest), err);
    e->done->files = e->folder.count;
    return r;
}

int work_export(struct work_vault *v, const struct work_export_options *o,
                struct work_exported *ret, struct err *err)
{
    struct work_exported done = {0};
    struct export e = {.v = v, .o = o, .done = &done};
    e.folder = (struct export_folder){.path = o->output, .to = o->to, .a = &e.a};
    buf_init(&e.folder.manifest, SIZE_MAX / 4);
    e.ids.a = &e.a;
    buf_init(&e.buf, RECORD_PIECE);
    int r = export(&e, err);
    if (!r)
        *ret = done;
    buf_free(&e.folder.manifest);
    buf_free(&e.buf);
    arena_free(&e.a);
    return r;
}

int work_export_heads(struct arena *a, struct str text, const char *what,
                      struct bundle_head **ret, size_t *ret_count, struct err *err)
{
    struct bundle_head *heads = NULL, head;
    size_t count = 0, cap = 0;
    struct str line;
    while (str_next_line(&text, &line) && count < BUNDLE_MAX_HEADS)
        if (bundle_parse_head(line, &head))
            ARENA_PUSH(a, heads, count, cap, head);
    if (!count)
        return err_set(
            err, ERR_INPUT,
            "%s: it has no line \"head DEVICE SEQ HASH\"; expected a checkpoint or the "
            "heads.txt of an export",
            what);
    *ret = heads;
    *ret_count = count;
    return 0;
}
