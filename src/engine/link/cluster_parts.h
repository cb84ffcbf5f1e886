/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/cluster_parts: what clustering and drawing share. Not for others.
 *
 * Judgements of "same" contract records into atoms. Atoms that any likely pair connects are a
 * component; each component is worked on by itself. Within one, atoms stand in an order that
 * their content and their odds decide, not their numbers: sums are added and ties are broken in
 * that order.
 */
#ifndef DEPONENT_ENGINE_LINK_CLUSTER_PARTS_H
#define DEPONENT_ENGINE_LINK_CLUSTER_PARTS_H

#include "engine/link/cluster.h"

#define LINK_EXACT_MAX 10u   /* atoms of a component that is solved exactly */
#define LINK_ODDS_MAX  60.0f /* log odds beyond are as good as this */

/* What judgements bind, contradictions taken out. */
struct link_bound {
    uint32_t *group; /* [records] any record of its group; NULL: nothing is joined */
    struct link_pair {
        uint32_t left, right;
    } * apart;
    size_t apart_count;
    struct link_contradiction *contradictions;
    size_t contradiction_count;
};
int link_judgements_bind(const struct link_graph *g, struct arena *a, struct link_bound *ret,
                         struct err *err) ERR_CHECKED;

/* From one atom to another. Two that may not be joined have weight -INFINITY. */
struct link_arc {
    uint32_t to;
    uint32_t pairs; /* of records, that were scored */
    float weight;   /* sum of their log odds */
    uint32_t place; /* of `to` in the component; UINT32_MAX: it is not of the same */
};

struct link_atoms {
    const struct link_graph *graph;
    uint32_t count;
    uint32_t *of;          /* [records] its atom, numbered by first record */
    uint32_t *size;        /* [count] records */
    uint64_t *lists;       /* [count] bit set of lists; NULL without `unique` */
    uint64_t *content;     /* [count] */
    size_t *arc_at;        /* [count + 1] */
    struct link_arc *arcs; /* of an atom in a component: by place */
    double unscored;       /* weight of a pair of records that no edge scores; never above 0 */
    /* Components of two and more. */
    uint32_t component_count;
    uint32_t *component_at; /* [component_count + 1] */
    uint32_t *members;      /* atoms, in canonical order */
    uint32_t *in;           /* [count] its component; UINT32_MAX: none */
    uint32_t *place;        /* [count] within that order */
    uint64_t *seed;         /* [component_count] from its content */
};

/* An edge of log odds w gets weight w - bias; components are connected by weights over floor. */
int link_atoms_make(const struct link_graph *g, const struct link_bound *bound, double bias,
                    double floor, struct pool *pool, struct arena *a, struct link_atoms *ret,
                    struct err *err) ERR_CHECKED;

static inline bool link_atoms_clash(const struct link_atoms *t, uint32_t x, uint32_t y)
{
    return t->lists && (t->lists[x] & t->lists[y]) != 0;
}

/* Cluster numbers of the records, from 0 in the order of the first record; first[atom] is an atom
 * of its cluster, the same for all of it. number: scratch of [count]. Returns how many. */
uint32_t link_atoms_number(const struct link_atoms *t, const uint32_t *first, uint32_t *number,
                           uint32_t *ret_cluster);

/* The root of x's set; halves paths. */
static inline uint32_t link_root(uint32_t *parent, uint32_t x)
{
    while (parent[x] != x) {
        parent[x] = parent[parent[x]];
        x = parent[x];
    }
    return x;
}

/* Weights between the n <= LINK_EXACT_MAX given atoms (places in one component, ascending), as
 * a matrix of rows of LINK_EXACT_MAX, -INFINITY where they may not be joined. */
void link_atoms_matrix(const struct link_atoms *t, const uint32_t *atoms, uint32_t n,
                       double *ret_weights);
/* The partition with the largest sum of weights within its parts, exactly: ret_part[i] is the
 * first member of i's part. Returns the sum. */
double link_solve_exact(const double *weights, uint32_t n, uint8_t *ret_part);
/* The heaviest matching of a component whose atoms are of two lists, exactly: ret_part[place],
 * the first place of its part. False, and nothing done, when it is no such component or would
 * cost too much. */
bool link_solve_matching(const struct link_atoms *t, uint32_t component, struct arena *scratch,
                         uint32_t *ret_part);
/* A large component. */
void link_solve_large(const struct link_atoms *t, uint32_t component, struct arena *scratch,
                      uint32_t *ret_part);

#endif
