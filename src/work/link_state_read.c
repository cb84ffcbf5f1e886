/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/link_state_form.h"

static int damaged(const char *path, const char *what, struct err *err)
{
    return err_set(err, ERR_INPUT,
                   "%s: %s; it is no state of deponent link, or damaged: link the lists anew "
                   "into another file",
                   path, what);
}

/* ---- pieces ---- */

static int take_piece(struct link_state *s, struct link_take *in, struct arena *a)
{
    const struct state_piece *p = link_take(in, sizeof *p);
    if (!p)
        return -1;
    struct state_piece piece = *p;
    if (piece.files > LINK_LISTS_MAX)
        return -1;
    for (uint64_t i = 0; i < piece.files && !in->bad; i++) {
        const uint64_t *sizes = link_take(in, 2 * sizeof *sizes);
        struct state_file file = {0};
        if (sizes)
            file.name = link_take_text(in, sizes[0]);
        if (sizes)
            file.text = link_take_text(in, sizes[1]);
        if (!in->bad)
            ARENA_PUSH(a, s->files, s->file_count, s->file_cap, file);
    }
    const struct state_pair *pairs =
        piece.pairs < UINT32_MAX ? link_take(in, piece.pairs * sizeof *pairs) : NULL;
    for (uint64_t i = 0; pairs && i < piece.pairs; i++)
        ARENA_PUSH(a, s->found, s->found_count, s->found_cap, pairs[i]);
    const uint32_t *judged = piece.judgements < UINT32_MAX
                                 ? link_take(in, piece.judgements * 3 * sizeof *judged)
                                 : NULL;
    for (uint64_t i = 0; judged && i < piece.judgements; i++) {
        struct link_judgement j = {judged[3 * i], judged[3 * i + 1],
                                   (uint8_t)judged[3 * i + 2]};
        ARENA_PUSH(a, s->judged, s->judged_count, s->judged_cap, j);
    }
    return in->bad || !pairs || !judged || in->rest.n ? -1 : 0;
}

/* What was not written whole is passed over: the last piece, longer than the file. */
static int read_pieces(struct link_state *s, struct link_take *in, const char *path,
                       struct arena *a, struct err *err)
{
    while (in->rest.n >= sizeof(struct state_mark)) {
        const struct state_mark *mark = (const void *)in->rest.p;
        if (mark->kind != STATE_PIECE || mark->bytes % 8)
            return damaged(path, "something else stands between what was added", err);
        if (mark->bytes > in->rest.n - sizeof *mark)
            break;
        struct link_take piece = {{in->rest.p + sizeof *mark, (size_t)mark->bytes}, a, false};
        struct state_hash hash = {{0}, 0};
        state_hash_add(&hash, piece.rest.p, piece.rest.n);
        if (state_hash_end(&hash) != mark->hash || take_piece(s, &piece, a))
            return damaged(path, "what was added is not as it was written", err);
        in->rest = str_slice(in->rest, sizeof *mark + (size_t)mark->bytes, in->rest.n);
        s->end += sizeof *mark + mark->bytes;
    }
    return 0;
}

/* ---- the base ---- */

int link_state_parse(struct link_state *s, const char *path, struct arena *a, struct err *err)
{
    struct str all = buf_str(&s->bytes);
    struct link_take in = {str_slice(all, 0, all.n / 8 * 8), a, false};
    const char *magic = link_take(&in, 8);
    const uint64_t *size = link_take(&in, 8);
    if (!magic || memcmp(magic, STATE_MAGIC, 8) != 0)
        return damaged(path, "it does not begin like one", err);
    if (!size || *size % 8 || *size > in.rest.n ||
        in.rest.n - *size < sizeof(struct state_mark))
        return damaged(path, "it is cut off", err);
    struct str base = str_slice(in.rest, 0, (size_t)*size);
    struct link_take after = {str_slice(in.rest, (size_t)*size, in.rest.n), a, false};
    const struct state_mark *mark = link_take(&after, sizeof *mark);
    struct state_hash hash = {{0}, 0};
    state_hash_add(&hash, base.p, base.n);
    if (mark->kind != STATE_BASE || mark->hash != state_hash_end(&hash))
        return damaged(path, "its bytes are not those that were written", err);
    s->end = 16 + *size + sizeof *mark;
    in.rest = base;
    s->head = link_take(&in, sizeof *s->head);
    if (!s->head || s->head->records > LINK_RECORDS_MAX ||
        s->head->comparisons > LINK_COMPARISONS_MAX)
        return damaged(path, "its head is not what it should be", err);
    const struct state_head *h = s->head;
    s->id = link_take_text(&in, h->id);
    s->config = link_take_text(&in, h->config);
    s->names = ARENA_NEW(a, h->records + (size_t)1, struct str);
    link_take_texts(&in, h->records, s->names, sizeof *s->names);
    s->name_keys = link_take(&in, h->records * sizeof *s->name_keys);
    for (uint32_t i = 0; i < h->records && !in.bad; i++)
        in.bad |= (uint32_t)s->name_keys[i] >= h->records;
    if (in.bad)
        return damaged(path, "its names are not what they should be", err);
    s->rest = in;
    return read_pieces(s, &after, path, a, err);
}

int link_state_open(const char *path, struct arena *a, struct link_state *ret, struct err *err)
{
    buf_init(&ret->bytes, LINK_STATE_BYTES + 1);
    uint64_t size = 0;
    int r = file_size(path, &size, err);
    if (!r && size <= LINK_STATE_BYTES)
        (void)buf_reserve(&ret->bytes, (size_t)size + 64);
    if (!r)
        r = file_read(path, LINK_STATE_BYTES, &ret->bytes, err);
    return r ? r : link_state_parse(ret, path, a, err);
}

static void check_numbers(struct link_state *s, struct link_take *in)
{
    const struct state_head *h = s->head;
    for (uint64_t i = 0; i < h->pairs && !in->bad; i++) {
        const struct link_scored *p = &s->pairs[i];
        in->bad |=
            p->left >= p->right || p->right >= h->records || p->cell >= h->cells ||
            (i && (p[-1].left > p->left || (p[-1].left == p->left && p[-1].right >= p->right)));
        in->bad |= !(p->probability >= 0 && p->probability <= 1) || !(p->weight > -1e6f);
    }
    for (uint32_t i = 0; i < h->records && !in->bad; i++)
        in->bad |= s->cluster[i] >= h->records;
    for (uint64_t i = 0; i < h->judgements && !in->bad; i++) {
        const uint32_t *j = &s->judgements[3 * i];
        in->bad |= j[0] >= j[1] || j[1] >= h->records || j[2] > LINK_DIFFERENT;
    }
}

int link_state_rest(struct link_state *s, const struct link_people *added,
                    struct link_rules *rules, struct err *err)
{
    struct link_take *in = &s->rest;
    const struct state_head *h = s->head;
    int r = link_people_read(in, added, &s->kept, err);
    if (!r && s->kept.people.records != h->records)
        r = err_set(err, ERR_INPUT, "it names other people than it holds");
    if (!r)
        r = link_block_kept_read(in, &s->kept.people, &s->blocks, rules, err);
    if (r)
        return r;
    bool good = h->pairs < UINT32_MAX && h->judgements < UINT32_MAX;
    s->comparisons = link_take(in, h->comparisons * sizeof *s->comparisons);
    s->cells = link_take(in, h->cells * sizeof *s->cells);
    s->pairs = good ? link_take(in, h->pairs * sizeof *s->pairs) : NULL;
    s->cluster = link_take(in, h->records * sizeof *s->cluster);
    s->judgements = good ? link_take(in, h->judgements * 3 * sizeof *s->judgements) : NULL;
    in->bad |= !s->pairs || !s->judgements;
    check_numbers(s, in);
    return in->bad ? err_set(err, ERR_INPUT, "its pairs are not what they should be") : 0;
}

/* What reading promises is used: patterns of some pairs, and blocks of the first records. */
static void try_people(const struct link_state *s, struct arena *a)
{
    struct link_people some = s->kept.people;
    struct link_compare compare;
    struct link_candidate *pairs;
    size_t count;
    link_compare_plan(&s->kept.people, s->head->unique, a, &compare);
    for (uint32_t i = 1; i < some.records && i < 64; i++)
        (void)link_compare_pair(&compare, i - 1, i, NULL);
    some.records = some.records < 64 ? some.records : 64;
    link_block_kept_find(s->blocks, &some, s->head->records, a, &pairs, &count);
}

int link_state_check(struct str bytes, struct arena *a, struct err *err)
{
    struct link_state s = {0};
    struct link_rules rules;
    struct link_model model;
    buf_init(&s.bytes, LINK_STATE_BYTES);
    buf_add(&s.bytes, bytes);
    int r = link_state_parse(&s, "state", a, err);
    if (!r)
        r = link_state_rest(&s, NULL, &rules, err);
    if (!r)
        try_people(&s, a);
    if (!r)
        r = link_model_read(link_take_text(&s.rest, s.head->model), a, &model, err);
    if (!r && !link_take(&s.rest, sizeof(struct link_middles)))
        r = err_set(err, ERR_INPUT, "state: ends too early");
    buf_free(&s.bytes);
    return r;
}

void link_state_mend(struct str bytes, struct buf *out)
{
    struct str base = str_slice(bytes, 16, bytes.n > 40 ? bytes.n - 24 : bytes.n);
    base = str_slice(base, 0, base.n / 8 * 8);
    uint64_t size = base.n;
    struct state_hash hash = {{0}, 0};
    state_hash_add(&hash, base.p, base.n);
    struct state_mark mark = {.kind = STATE_BASE, .hash = state_hash_end(&hash)};
    buf_add(out, STR(STATE_MAGIC));
    buf_add(out, (struct str){(const char *)&size, sizeof size});
    buf_add(out, base);
    buf_add(out, (struct str){(const char *)&mark, sizeof mark});
}
