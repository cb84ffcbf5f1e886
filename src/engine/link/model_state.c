/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The model as text: one number a line, whole numbers in decimal, others as the 16 hexadecimal
 * digits of their IEEE 754 bits, so that it reads back to the same model.
 */
#include "engine/link/model_parts.h"

#include <math.h>
#include <string.h>

static const char head[] = "deponent link model 3\n";

static void put_whole(struct buf *out, uint64_t v)
{
    buf_add_u64(out, v);
    buf_add_char(out, '\n');
}

static void put_real(struct buf *out, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    buf_printf(out, "%016llx\n", (unsigned long long)bits);
}

/* Rows of the table of comparison k that can be met. */
static unsigned row_count(const struct link_mixture *x, uint32_t k)
{
    return x->parent[k] == LINK_NO_PARENT ? 1 : x->levels[x->parent[k]];
}

void link_model_write(const struct link_model *m, struct buf *out)
{
    const struct link_inside *in = m->inside;
    const struct link_mixture *x = &in->mixture;
    const double reals[] = {
        m->matches,         m->prior,       m->threshold,  m->expected_precision,
        m->expected_recall, m->expected_f1, in->spread[0], in->spread[1]};
    buf_add(out, str_of(head));
    put_whole(out, x->comparisons);
    put_whole(out, x->classes);
    put_whole(out, m->rounds);
    put_whole(out, m->converged);
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
        put_real(out, reals[i]);
    for (uint32_t k = 0; k < x->comparisons; k++) {
        put_whole(out, x->levels[k]);
        put_whole(out, x->parent[k]);
        put_whole(out, x->order[k]);
    }
    for (uint32_t j = 0; j < x->classes; j++) {
        put_whole(out, x->class[j].match);
        put_real(out, x->class[j].share);
        for (uint32_t k = 0; k < x->comparisons; k++)
            for (unsigned up = 0; up < row_count(x, k); up++)
                for (unsigned l = 1; l < x->levels[k]; l++)
                    put_real(out, x->class[j].p[k][up][l]);
    }
    put_whole(out, in->contexts.own);
    put_whole(out, in->contexts.count);
    for (size_t i = 0; i < in->contexts.count; i++) {
        put_whole(out, in->contexts.context[i].left_out);
        put_whole(out, in->contexts.context[i].rest >> 32);
        put_whole(out, in->contexts.context[i].rest & UINT32_MAX);
        put_real(out, (double)in->contexts.context[i].excess);
    }
}

struct reader {
    struct str rest;
    bool bad;
};

static uint64_t take_whole(struct reader *r, uint64_t most)
{
    struct str line;
    uint64_t v = 0;
    if (r->bad || !str_next_line(&r->rest, &line) || !str_to_u64(line, &v) || v > most) {
        r->bad = true;
        return 0;
    }
    return v;
}

/* A finite number in [low, high]. */
static double take_real(struct reader *r, double low, double high)
{
    struct str line;
    uint64_t bits = 0;
    if (r->bad || !str_next_line(&r->rest, &line) || line.n != 16) {
        r->bad = true;
        return 0;
    }
    for (size_t i = 0; i < 16; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *at = memchr(digits, line.p[i], 16);
        if (!at) {
            r->bad = true;
            return 0;
        }
        bits = bits << 4 | (uint64_t)(at - digits);
    }
    double v;
    memcpy(&v, &bits, sizeof v);
    if (!(v >= low && v <= high))
        r->bad = true;
    return r->bad ? 0 : v;
}

static void take_mixture(struct reader *r, struct link_mixture *x)
{
    bool seen[LINK_COMPARISONS_MAX] = {false};
    for (uint32_t k = 0; k < x->comparisons; k++) {
        x->levels[k] = (uint8_t)take_whole(r, LINK_LEVELS_MAX);
        x->parent[k] = (uint8_t)take_whole(r, LINK_NO_PARENT);
        x->order[k] = (uint8_t)take_whole(r, x->comparisons - 1);
        r->bad |= x->parent[k] != LINK_NO_PARENT && x->parent[k] >= x->comparisons;
        r->bad |= seen[x->order[k]];
        seen[x->order[k]] = true;
    }
    for (uint32_t j = 0; j < x->classes && !r->bad; j++) {
        struct link_class *c = &x->class[j];
        c->match = take_whole(r, 1) != 0;
        c->share = take_real(r, 0, 1);
        for (uint32_t k = 0; k < x->comparisons; k++)
            for (unsigned up = 0; up < row_count(x, k); up++)
                for (unsigned l = 1; l < x->levels[k]; l++)
                    c->p[k][up][l] = take_real(r, 0, 1);
        link_class_finish(x, c);
    }
}

static void take_contexts(struct reader *r, struct arena *a, struct link_contexts *ret)
{
    ret->own = (uint32_t)take_whole(r, UINT16_MAX);
    /* Four lines of two bytes and more each. */
    ret->count = (size_t)take_whole(r, r->rest.n / 8);
    ret->context = arena_room(a, (ret->count + 1) * sizeof *ret->context);
    for (size_t i = 0; i < ret->count && !r->bad; i++) {
        struct link_context *c = &ret->context[i];
        *c = (struct link_context){.left_out = (uint8_t)take_whole(r, 15)};
        c->rest = take_whole(r, UINT32_MAX) << 32;
        c->rest |= take_whole(r, UINT32_MAX);
        c->excess = (float)take_real(r, 0, 1e6);
        r->bad |= i && link_context_order(c - 1, c) >= 0;
    }
}

int link_model_read(struct str bytes, struct arena *a, struct link_model *ret, struct err *err)
{
    struct link_inside *in = ARENA_NEW(a, 1, struct link_inside);
    struct link_mixture *x = &in->mixture;
    struct link_model m = {.inside = in};
    struct reader r = {bytes, !str_starts(bytes, str_of(head)) || !str_ends(bytes, STR("\n"))};
    if (!r.bad)
        r.rest = str_slice(bytes, sizeof head - 1, bytes.n);
    m.comparisons = x->comparisons = (uint32_t)take_whole(&r, LINK_COMPARISONS_MAX);
    x->classes = (uint32_t)take_whole(&r, LINK_CLASSES_MAX);
    m.rounds = (uint32_t)take_whole(&r, 1000000);
    m.converged = take_whole(&r, 1) != 0;
    m.matches = take_real(&r, 0, 1e18);
    m.prior = take_real(&r, 0, 1);
    double *shares[] = {&m.threshold, &m.expected_precision, &m.expected_recall,
                        &m.expected_f1};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        *shares[i] = take_real(&r, 0, 1);
    in->spread[0] = take_real(&r, 0, 100);
    in->spread[1] = take_real(&r, 0, 100);
    take_mixture(&r, x);
    take_contexts(&r, a, &in->contexts);
    if (r.bad || r.rest.n || !x->comparisons || !x->classes || !(x->class[0].share > 0))
        return err_set(
            err, ERR_INPUT,
            "the model in the state file cannot be read: it is damaged or of another "
            "version; link again without it");
    for (uint32_t j = 0; j < x->classes; j++)
        for (uint32_t k = 0; k < x->comparisons; k++)
            for (unsigned l = 1; l < x->levels[k] && j < 2; l++)
                (j ? m.m : m.u)[k][l] = x->class[j].p[k][0][l];
    *ret = m;
    return 0;
}
