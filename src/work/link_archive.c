/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/link_archive.h"

#include "base/csv.h"
#include "base/sort.h"
#include "base/text.h"
#include "work/link_out.h"

#define LEAST 0.5 /* a proposal is likelier than not */

struct node {
    struct str id, account, name, when, where;
    struct str shown; /* the name as it was entered */
};

struct judged {
    struct link_judgement j;
    size_t order;
};

struct persons {
    struct archive *archive;
    struct arena *a;
    const struct work_link_options *options;
    struct work_link_persons *ret;
    struct node *nodes; /* by id */
    size_t count, cap;
    size_t *by_account; /* numbers of nodes, by account */
    struct judged *judged;
    size_t judged_count, judged_cap;
    struct work_link w;
};

/* ---- nodes ---- */

/* Words that name somebody: "the younger Belan" has one, "her son" has none. Scripts without
 * capitals are taken whole. */
static struct str names_of(struct arena *a, struct str s)
{
    BUF_AUTO out;
    buf_init(&out, 1u << 16);
    while (s.n) {
        size_t n = 0, next;
        while (n < s.n && s.p[n] != ' ')
            n++;
        struct str word = str_slice(s, 0, n);
        uint32_t first = n ? text_decode(word, 0, &next) : 0;
        BUF_AUTO folded;
        buf_init(&folded, 1u << 16);
        text_fold(&folded, word, true);
        bool lower = text_is_letter(first) && !text_is_upper(first) &&
                     (first < 0x250 || (first >= 0x370 && first < 0x590));
        if (n && !lower) {
            if (out.n)
                buf_add_char(&out, ' ');
            buf_add(&out, word);
        }
        s = str_slice(s, n + 1, s.n);
    }
    return arena_copy(a, buf_str(&out));
}

static int take_node(void *context, const struct record *r, struct err *err)
{
    struct persons *p = context;
    const struct record_node *n = &r->u.node;
    (void)err;
    if (n->type != NODE_PERSON || !n->account.p)
        return 0;
    p->ret->nodes++;
    struct node node = {.id = arena_copy(p->a, n->id),
                        .account = arena_copy(p->a, n->account),
                        .shown = n->name.p ? arena_copy(p->a, n->name) : (struct str){0},
                        .name = names_of(p->a, n->name)};
    if (node.name.n == 0)
        p->ret->nameless++;
    else
        ARENA_PUSH(p->a, p->nodes, p->count, p->cap, node);
    return 0;
}

static int by_id(const void *a, const void *b)
{
    return str_compare(((const struct node *)a)->id, ((const struct node *)b)->id);
}

static size_t node_of(const struct persons *p, struct str id)
{
    struct node key = {.id = id};
    const struct node *found = sort_find(&key, p->nodes, p->count, sizeof key, by_id);
    return found ? (size_t)(found - p->nodes) : SIZE_MAX;
}

/* The first date and the first place that a statement gives. */
static void note_facts(struct persons *p, struct node *n, const struct record_statement *s)
{
    if (!n->when.p && s->when.p)
        n->when = arena_copy(p->a, s->when);
    if (!n->where.p && s->where.p)
        n->where = arena_copy(p->a, s->where);
}

static int take_statement(void *context, const struct record *r, struct err *err)
{
    struct persons *p = context;
    const struct record_statement *s = &r->u.statement;
    (void)err;
    if (s->review == REVIEW_REJECTED || s->stance == STANCE_DENIES)
        return 0;
    size_t meant = s->whom.p ? node_of(p, s->whom) : SIZE_MAX;
    if (meant != SIZE_MAX) {
        note_facts(p, &p->nodes[meant], s);
        return 0;
    }
    if (s->whom.p || !s->account.p)
        return 0;
    for (size_t i = 0; i < p->count; i++)
        if (str_eq(p->nodes[i].account, s->account))
            note_facts(p, &p->nodes[i], s);
    return 0;
}

/* ---- judgements ---- */

static int take_judgement(void *context, const struct record *r, struct err *err)
{
    static const uint8_t verdicts[] = {[JUDGEMENT_SAME] = LINK_SAME,
                                       [JUDGEMENT_DIFFERENT] = LINK_DIFFERENT,
                                       [JUDGEMENT_UNSURE] = LINK_UNSURE};
    struct persons *p = context;
    const struct record_judgement *j = &r->u.judgement;
    (void)err;
    size_t a = node_of(p, j->a), b = node_of(p, j->b);
    if (a == SIZE_MAX || b == SIZE_MAX || a == b || j->value <= JUDGEMENT_NONE ||
        j->value > JUDGEMENT_UNSURE)
        return 0;
    struct judged item = {
        {(uint32_t)(a < b ? a : b), (uint32_t)(a < b ? b : a), verdicts[j->value]},
        p->judged_count};
    ARENA_PUSH(p->a, p->judged, p->judged_count, p->judged_cap, item);
    return 0;
}

static int by_pair(const void *pa, const void *pb)
{
    const struct judged *a = pa, *b = pb;
    if (a->j.left != b->j.left)
        return a->j.left < b->j.left ? -1 : 1;
    if (a->j.right != b->j.right)
        return a->j.right < b->j.right ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* Of several about one pair the last stands. */
static void settle(struct persons *p)
{
    size_t kept = 0;
    sort_items(p->judged, p->judged_count, sizeof *p->judged, by_pair);
    p->w.labels = ARENA_NEW(p->a, p->judged_count + 1, struct work_link_label);
    p->w.judgements = ARENA_NEW(p->a, p->judged_count + 1, struct link_judgement);
    for (size_t i = 0; i < p->judged_count; i++) {
        const struct judged *j = &p->judged[i];
        if (i + 1 < p->judged_count && j[1].j.left == j->j.left && j[1].j.right == j->j.right)
            continue;
        p->w.judgements[kept] = j->j;
        p->w.labels[kept++].judgement = j->j;
    }
    p->w.label_count = p->ret->judged = kept;
}

/* ---- linking ---- */

static struct str table_of(struct persons *p)
{
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    struct csv_out csv = {.out = &out, .separator = ','};
    buf_add(&out, STR("node,name,when,where\n"));
    for (size_t i = 0; i < p->count; i++) {
        const struct node *n = &p->nodes[i];
        csv_put(&csv, n->id);
        csv_put(&csv, n->name);
        csv_put(&csv, n->when);
        csv_put(&csv, n->where);
        csv_end(&csv);
    }
    return arena_copy(p->a, buf_str(&out));
}

/* What is the same for all tells nothing of anybody. */
static bool varies(const struct persons *p, bool where)
{
    for (size_t i = 1; i < p->count; i++) {
        const struct node *a = &p->nodes[0], *b = &p->nodes[i];
        if (!str_eq(where ? a->where : a->when, where ? b->where : b->when))
            return true;
    }
    return false;
}

static int link_nodes(struct persons *p, struct err *err)
{
    static const struct {
        const char *header;
        enum link_role role;
    } columns[] = {{"node", LINK_ROLE_ID},
                   {"name", LINK_ROLE_FULL},
                   {"when", LINK_ROLE_EVENT},
                   {"where", LINK_ROLE_PLACE}};
    const char *name = "archive";
    struct str table = table_of(p);
    struct work_link *w = &p->w;
    w->config.columns = ARENA_NEW(p->a, 4, struct link_column_config);
    w->config.count = 4;
    for (size_t i = 0; i < 4; i++)
        w->config.columns[i] = (struct link_column_config){
            .header = str_of(columns[i].header), .role = columns[i].role, .why = STR("")};
    if (!varies(p, false))
        w->config.columns[2].role = LINK_ROLE_IGNORE;
    if (!varies(p, true))
        w->config.columns[3].role = LINK_ROLE_IGNORE;
    int r = link_load_texts(&name, &table, 1, p->options->pool, &w->load, err);
    if (!r)
        r = link_people_make(&w->load.data, &w->config, p->options->pool, p->a, &w->people,
                             err);
    return r ? r : work_link_run(w, err);
}

/* ---- proposals ---- */

static unsigned grounds_of(const struct persons *p, link_pattern pattern)
{
    const struct link_compare *c = &p->w.result.compare;
    double bits[LINK_COMPARISONS_MAX];
    unsigned grounds = 1u << GROUND_PROGRAM | 1u << GROUND_REVIEWER;
    link_model_parts(&p->w.result.model, pattern, bits);
    for (uint32_t i = 0; i < c->count; i++) {
        const struct link_comparison *k = &c->comparisons[i];
        if (!link_level(pattern, i) || bits[i] < 1)
            continue;
        if (k->field == UINT8_MAX)
            grounds |= 1u << GROUND_NAME;
        else if (p->w.people.fields[k->field].kind == LINK_KIND_DATE)
            grounds |= 1u << GROUND_DATE;
        else
            grounds |= 1u << GROUND_PLACE;
    }
    return grounds;
}

/* Already joined by judgements, or told apart by them: they need no proposal. */
static bool is_settled(const struct persons *p, const size_t *joined, uint32_t left,
                       uint32_t right)
{
    size_t x = joined[left], y = joined[right];
    if (x == y || work_link_label(&p->w, left, right) ||
        str_eq(p->nodes[left].account, p->nodes[right].account))
        return true;
    for (size_t i = 0; i < p->w.label_count; i++) {
        const struct link_judgement *j = &p->w.judgements[i];
        size_t a = joined[j->left], b = joined[j->right];
        if (j->verdict == LINK_DIFFERENT && ((a == x && b == y) || (a == y && b == x)))
            return true;
    }
    return false;
}

static size_t *joined_of(const struct persons *p)
{
    size_t *root = ARENA_NEW(p->a, p->count + 1, size_t);
    for (size_t i = 0; i < p->count; i++)
        root[i] = i;
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < p->w.label_count; i++) {
            const struct link_judgement *j = &p->w.judgements[i];
            if (j->verdict != LINK_SAME || root[j->left] == root[j->right])
                continue;
            size_t low = root[j->left] < root[j->right] ? root[j->left] : root[j->right];
            root[j->left] = root[j->right] = low;
            again = true;
        }
    }
    return root;
}

static int by_probability(const void *pa, const void *pb)
{
    const struct work_link_proposal *a = pa, *b = pb;
    if (a->probability != b->probability)
        return a->probability > b->probability ? -1 : 1;
    int order = str_compare(a->a, b->a);
    return order ? order : str_compare(a->b, b->b);
}

static void make_proposals(struct persons *p)
{
    const struct link_result *r = &p->w.result;
    const size_t *joined = joined_of(p);
    double least = p->options->threshold > 0 ? p->options->threshold : LEAST;
    size_t cap = 0;
    for (size_t i = 0; i < r->pair_count; i++) {
        const struct link_scored *s = &r->pairs[i];
        if ((double)s->probability < least || is_settled(p, joined, s->left, s->right))
            continue;
        link_pattern pattern = r->histogram.cells[s->cell].pattern;
        BUF_AUTO said;
        buf_init(&said, 1u << 16);
        work_link_evidence(&p->w, pattern, work_link_rarity(&p->w, s), &said);
        const struct node *a = &p->nodes[s->left], *b = &p->nodes[s->right];
        struct work_link_proposal item = {a->id,
                                          b->id,
                                          a->shown,
                                          b->shown,
                                          (double)s->probability,
                                          arena_copy(p->a, buf_str(&said)),
                                          grounds_of(p, pattern)};
        ARENA_PUSH(p->a, p->ret->items, p->ret->count, cap, item);
    }
    sort_items(p->ret->items, p->ret->count, sizeof *p->ret->items, by_probability);
}

int work_link_archive(struct archive *archive, struct arena *a,
                      const struct work_link_options *options, struct work_link_persons *ret,
                      struct err *err)
{
    struct work_link_persons persons = {0};
    struct persons p = {
        .archive = archive, .a = a, .options = options, .ret = &persons, .w = {.a = a}};
    p.w.options = options;
    int r = archive_each_record(archive, a, RECORD_NODE, (struct str){0}, PURPOSE_HELP,
                                take_node, &p, err);
    sort_items(p.nodes, p.count, sizeof *p.nodes, by_id);
    if (!r)
        r = archive_each_record(archive, a, RECORD_STATEMENT, (struct str){0}, PURPOSE_HELP,
                                take_statement, &p, err);
    if (!r)
        r = archive_each_coded(archive, RECORD_JUDGEMENT, (struct str){0}, PURPOSE_HELP,
                               take_judgement, &p, err);
    settle(&p);
    if (!r && p.count < 2)
        persons.why = STR("fewer than two persons have a name");
    else if (!r)
        r = link_nodes(&p, err);
    if (!r && !persons.why.p)
        make_proposals(&p);
    work_link_free(&p.w);
    if (!r)
        *ret = persons;
    return r;
}

const struct work_link_proposal *work_link_proposed(const struct work_link_persons *p,
                                                    struct str a, struct str b)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct work_link_proposal *x = &p->items[i];
        if ((str_eq(x->a, a) && str_eq(x->b, b)) || (str_eq(x->a, b) && str_eq(x->b, a)))
            return x;
    }
    return NULL;
}
