/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/link_state_form: what a state holds, as bytes and in memory. Private to link_state*.c.
 */
#ifndef DEPONENT_WORK_LINK_STATE_FORM_H
#define DEPONENT_WORK_LINK_STATE_FORM_H

#include "base/hash.h"
#include "work/link_state.h"

#define STATE_MAGIC "DEPLINK1"
#define STATE_BASE  0x45534142u /* ends the base */
#define STATE_PIECE 0x43454950u /* begins a piece */

struct state_head {
    uint32_t records, unique, cells, comparisons, id, config, model, filler;
    uint64_t seed, pairs, judgements, compared, sampled, unscored_pairs;
    double threshold, unscored, missed, missed_spread, all_pairs;
    double recall, recall_low, recall_high, persons_low, persons, persons_high;
};

/* Behind the base, and before each piece. */
struct state_mark {
    uint32_t kind, filler;
    uint64_t bytes; /* of the piece; of the base 0 */
    uint64_t hash;
};

struct state_piece {
    uint64_t files, pairs, judgements, filler;
};

struct state_pair {
    uint32_t left, right;
    uint64_t pattern;
    float weight, probability;
};

/* Of whole words of 8 bytes, in order, in pieces of any such size. */
struct state_hash {
    uint64_t lane[4];
    uint64_t words;
};
static inline void state_hash_add(struct state_hash *h, const void *p, size_t n)
{
    for (size_t i = 0; i + 8 <= n; i += 8) {
        uint64_t word, *lane = &h->lane[h->words++ % 4];
        memcpy(&word, (const char *)p + i, 8);
        *lane = hash_mix(*lane, word);
    }
}
static inline uint64_t state_hash_end(const struct state_hash *h)
{
    return hash_mix(hash_mix(h->lane[0], h->lane[1]),
                    hash_mix(h->lane[2], h->lane[3]) ^ h->words);
}

/* A file of a piece. */
struct state_file {
    struct str name, text;
};

struct link_state {
    struct buf bytes;
    uint64_t end; /* of what is good in the file */
    const struct state_head *head;
    struct str id, config;
    struct str *names;         /* of the base */
    const uint64_t *name_keys; /* [records] hash of the name << 32 | record, sorted */
    struct link_people_kept kept;
    struct link_block_kept *blocks;
    const struct link_comparison_form *comparisons;
    const struct link_cell *cells;
    const struct link_scored *pairs;
    const uint32_t *cluster;
    const uint32_t *judgements; /* three numbers each */
    struct link_take rest;      /* behind the people, to be read in its turn */
    struct state_file *files;   /* of the pieces */
    size_t file_count, file_cap;
    struct state_pair *found; /* pairs of the pieces, then new ones */
    size_t found_count, found_cap, found_before;
    struct link_judgement *judged; /* of the pieces */
    size_t judged_count, judged_cap;
    uint32_t added_before; /* records of the pieces */
    size_t files_before;
};

/* How a comparison stood when the set was linked. */
struct link_comparison_form {
    char label[56];
    uint32_t label_bytes, levels;
};
static inline void link_comparison_form(const struct link_comparison *c,
                                        struct link_comparison_form *ret)
{
    memset(ret, 0, sizeof *ret);
    size_t n = c->label.n < sizeof ret->label ? c->label.n : sizeof ret->label;
    memcpy(ret->label, c->label.p, n);
    ret->label_bytes = (uint32_t)c->label.n;
    ret->levels = c->levels;
}

/* Name keys of `count` names, sorted, into an arena. */
uint64_t *link_state_keys(const struct str *names, uint32_t count, struct arena *a);

/* link_state_read.c: the base up to the people, and the pieces. */
int link_state_open(const char *path, struct arena *a, struct link_state *ret,
                    struct err *err) ERR_CHECKED;
int link_state_parse(struct link_state *s, const char *path, struct arena *a,
                     struct err *err) ERR_CHECKED;
/* The people, with room for `added`, and what comes after them. */
int link_state_rest(struct link_state *s, const struct link_people *added,
                    struct link_rules *rules, struct err *err) ERR_CHECKED;

/* link_state_cluster.c: the graph of w->result.pairs, and its clusters: those of the base, but
 * for what the records behind it and the verdicts touch. */
int link_state_cluster(struct work_link *w, struct err *err) ERR_CHECKED;

#endif
