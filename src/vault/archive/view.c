/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The view's own state: how far it has folded, and the small questions that several files ask.
 */
#include "base/text.h"
#include "vault/archive/parts.h"
#include "vault/seal/hash.h"
#include "view_sql.h"

#define NAME_MAX_FOLDED ((size_t)1 << 20)

const struct store_shape view_shape = {
    .what = "the view",
    .schema = view_schema,
    .version = ARCHIVE_VERSION,
    .statements = view_statements,
    .count = VIEW_STATEMENT_COUNT,
};

bool view_say(struct archive *a, const char *what, uint64_t done, uint64_t all)
{
    return a->progress && a->progress(a->context, what, done, all);
}

/* ---- state ---- */

static int get_state(struct archive *a, const char *name, void *to, size_t n, struct err *err)
{
    struct store_query *q = store_query(a->view, VIEW_STATE_GET);
    store_bind_text(q, 1, str_of(name));
    int r = store_step(q, err);
    if (r < 0)
        return r;
    struct str value = r ? store_blob(q, 0) : (struct str){0};
    bool fits = value.n == n;
    if (fits)
        memcpy(to, value.p, n);
    store_reset(q);
    return fits ? 0 : err_set(err, ERR_INPUT, "the view: state \"%s\" is missing", name);
}

static int put_state(struct archive *a, const char *name, const void *from, size_t n,
                     struct err *err)
{
    struct store_query *q = store_query(a->view, VIEW_STATE_PUT);
    store_bind_text(q, 1, str_of(name));
    store_bind_blob(q, 2, from, n);
    return store_run(q, err);
}

static int take_heads(struct archive *a, struct err *err)
{
    arena_reset(&a->heads_arena);
    a->heads = NULL;
    a->head_count = 0;
    size_t cap = 0;
    struct store_query *q = store_query(a->view, VIEW_HEAD_ALL);
    int r;
    while ((r = store_step(q, err)) > 0) {
        struct bundle_head h = {.next = (uint64_t)store_int(q, 1)};
        struct str device = store_blob(q, 0), note = store_blob(q, 2);
        if (device.n != sizeof h.device || note.n != sizeof h.note) {
            store_reset(q);
            return err_set(err, ERR_INPUT, "the view: a head is damaged");
        }
        memcpy(h.device, device.p, sizeof h.device);
        memcpy(h.note, note.p, sizeof h.note);
        ARENA_PUSH(&a->heads_arena, a->heads, a->head_count, cap, h);
    }
    return r;
}

static int take_number(struct archive *a, size_t statement, int64_t *ret, struct err *err)
{
    struct store_query *q = store_query(a->view, statement);
    int r = store_step(q, err);
    if (r <= 0)
        return r;
    *ret = store_int(q, 0);
    store_reset(q);
    return 0;
}

int view_take_state(struct archive *a, struct err *err)
{
    int64_t retractions = 0;
    int r = get_state(a, "place", &a->place, sizeof a->place, err);
    if (!r)
        r = get_state(a, "counts", &a->counts, sizeof a->counts, err);
    if (!r)
        r = get_state(a, "idents", &a->ident_count, sizeof a->ident_count, err);
    if (!r)
        r = take_number(a, VIEW_WORD_LAST, &a->word_count, err);
    if (!r)
        r = take_number(a, VIEW_RETRACTION_COUNT, &retractions, err);
    if (!r)
        r = take_heads(a, err);
    a->retracts = retractions != 0;
    a->begun = true;
    return r;
}

static int put_heads(struct archive *a, struct err *err)
{
    ARENA_AUTO arena = {0};
    struct bundle_head *heads;
    size_t count;
    const bool fresh = !a->head_count;
    uint64_t bundles = 0;
    int r = ledger_heads(a->ledger, &arena, &heads, &count, err);
    if (!r && a->begun)
        r = ledger_count_upto(a->ledger, &a->place, &bundles, err);
    /* What was folded onto an older view must have brought it to where the ledger is. */
    if (!r && !fresh)
        a->again |= bundles != a->counts.bundles || count != a->head_count;
    for (size_t i = 0; i < count && !r; i++) {
        if (!fresh && !a->again)
            a->again |= memcmp(&a->heads[i], &heads[i], sizeof *heads) != 0;
        struct store_query *q = store_query(a->view, VIEW_HEAD_PUT);
        store_bind_blob(q, 1, heads[i].device, sizeof heads[i].device);
        store_bind_int(q, 2, (int64_t)heads[i].next);
        store_bind_blob(q, 3, heads[i].note, sizeof heads[i].note);
        r = store_run(q, err);
    }
    return r ? r : take_heads(a, err);
}

int view_put_state(struct archive *a, struct err *err)
{
    int r = put_state(a, "place", &a->place, sizeof a->place, err);
    if (!r)
        r = put_state(a, "counts", &a->counts, sizeof a->counts, err);
    if (!r)
        r = put_state(a, "idents", &a->ident_count, sizeof a->ident_count, err);
    return r ? r : put_heads(a, err);
}

/* Where a device stands among the heads, or where it would. */
static size_t head_at(const struct archive *a, const unsigned char device[16], bool *ret_there)
{
    size_t i = 0;
    while (i < a->head_count && memcmp(a->heads[i].device, device, 16) < 0)
        i++;
    *ret_there = i < a->head_count && !memcmp(a->heads[i].device, device, 16);
    return i;
}

int view_advance(struct archive *a, const struct ledger_bundle *b, struct err *err)
{
    if (a->ids)
        return 0; /* a rebuild begins with none and takes the ledger's at the end */
    unsigned char device[SHA256_SIZE];
    sha256(b->note.device_key, sizeof b->note.device_key, device);
    bool there;
    size_t at = head_at(a, device, &there);
    static const unsigned char none[32];
    const unsigned char *before = there ? a->heads[at].note : none;
    if (b->note.first != (there ? a->heads[at].next : 0) ||
        memcmp(b->note.previous, before, sizeof b->note.previous)) {
        a->again = true;
        return err_set(err, ERR_STATE, "the view does not lead to what the ledger holds");
    }
    if (!there) {
        struct bundle_head *heads =
            ARENA_NEW(&a->heads_arena, a->head_count + 1, struct bundle_head);
        for (size_t i = 0; i < a->head_count; i++)
            heads[i + (i >= at)] = a->heads[i];
        memset(&heads[at], 0, sizeof heads[at]);
        memcpy(heads[at].device, device, sizeof heads[at].device);
        a->heads = heads;
        a->head_count++;
    }
    a->heads[at].next = b->note.first + b->note.count;
    memcpy(a->heads[at].note, b->hash, sizeof a->heads[at].note);
    return 0;
}

/* ---- small questions ---- */

int view_retracted(struct archive *a, int64_t key, bool *ret, struct err *err)
{
    *ret = false;
    if (!a->retracts)
        return 0;
    struct store_query *q = store_query(a->view, VIEW_RETRACTED_GET);
    store_bind_int(q, 1, key);
    int r = store_step(q, err);
    *ret = r > 0;
    if (r > 0)
        store_reset(q);
    return r < 0 ? r : 0;
}

int view_statement_account(struct archive *a, int64_t num, int64_t *ret, struct err *err)
{
    struct store_query *q = store_query(a->view, VIEW_STATEMENT_ACCOUNT);
    store_bind_int(q, 1, num);
    int r = store_step(q, err);
    *ret = 0;
    if (r > 0) {
        *ret = store_int(q, 0);
        store_reset(q);
    }
    return r < 0 ? r : 0;
}

int view_put_gone(struct archive *a, struct id subject, bool shredded, struct err *err)
{
    int64_t num;
    bool had;
    int r = ids_number(a, subject, RECORD_COUNT, &num, &had, err);
    if (r)
        return r;
    struct store_query *q = store_query(a->view, VIEW_GONE_PUT);
    store_bind_int(q, 1, num);
    store_bind_blob(q, 2, subject.b, ID_SIZE);
    store_bind_int(q, 3, shredded);
    return store_run(q, err);
}

void view_fold_name(struct buf *out, struct str name)
{
    BUF_AUTO folded;
    buf_init(&folded, NAME_MAX_FOLDED);
    buf_init(out, NAME_MAX_FOLDED);
    text_fold(&folded, name, false);
    struct str s = buf_str(&folded);
    bool space = false;
    for (size_t i = 0, next; i < s.n; i = next) {
        if (text_is_space(text_decode(s, i, &next))) {
            space = out->n > 0;
            continue;
        }
        if (space)
            buf_add_char(out, ' ');
        space = false;
        buf_add(out, str_slice(s, i, next));
    }
}
