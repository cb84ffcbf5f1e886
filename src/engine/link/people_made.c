/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When was a list made that gives ages? Each of its records of which the birth is known says a
 * span of days in which that age is right; the day that lies in most spans is taken. The birth
 * is known from the record itself, or from the one record of the same whole name in another
 * list: its date, or its age where the day of that list is known already. If nothing says a
 * day, one list is taken to be made on some day and the others are told from it: then ages are
 * compared as ages.
 */
#include "base/hash.h"
#include "base/sort.h"
#include "engine/link/block_inside.h"
#include "engine/link/people_parts.h"

/* Ages that have nothing to do with a birth agree with it on any one day in about one of
 * forty: few votes must be of one mind, many need not. */
#define VOTES_LEAST 5u
#define VOTES_MANY  30u
#define SHARE_FEW   0.6
#define SHARE_MANY  0.25

struct vote {
    int32_t day, change;
};

struct votes {
    struct vote *items;
    size_t count, cap;
};

struct made {
    struct time_days days;
    size_t votes, agree;
};

static void add_vote(struct arena *a, struct votes *v, int64_t first, int64_t last)
{
    struct vote begin = {time_clamp(first), 1}, end = {time_clamp(last + 1), -1};
    ARENA_PUSH(a, v->items, v->count, v->cap, begin);
    ARENA_PUSH(a, v->items, v->count, v->cap, end);
}

/* An age is right from one birthday to the day before the next. */
static void add_age(struct arena *a, struct votes *v, struct time_days birth, int low, int high)
{
    add_vote(a, v, time_add_months(birth.first, 12 * low),
             (int64_t)time_add_months(birth.last, 12 * (high + 1)) - 1);
}

static int compare_votes(const void *a, const void *b)
{
    const struct vote *x = a, *y = b;
    return x->day != y->day ? (x->day < y->day ? -1 : 1)
                            : (x->change > y->change) - (x->change < y->change);
}

static bool tally(struct votes *v, struct made *ret)
{
    struct made m = {.votes = v->count / 2};
    sort_items(v->items, v->count, sizeof *v->items, compare_votes);
    int64_t now = 0;
    for (size_t i = 0; i < v->count; i++) {
        now += v->items[i].change;
        if (now > (int64_t)m.agree) {
            m.agree = (size_t)now;
            m.days.first = v->items[i].day;
            m.days.last = i + 1 < v->count ? v->items[i + 1].day - 1 : m.days.first;
            if (m.days.last < m.days.first)
                m.days.last = m.days.first;
        }
    }
    *ret = m;
    double share = m.votes < VOTES_MANY ? SHARE_FEW : SHARE_MANY;
    return m.agree >= VOTES_LEAST && (double)m.agree >= share * (double)m.votes;
}

static bool is_made(const struct link_list *l)
{
    return l->made.first > TIME_DAY_MIN && l->made.last < TIME_DAY_MAX;
}

struct learn {
    struct link_job *job;
    const struct link_birth *b;
    struct block_entry *same; /* whole names and their records, sorted */
    size_t same_count;
};

/* What is known of the birth of a record by now. */
static struct time_days birth_of(const struct learn *l, uint32_t i)
{
    const struct link_birth *b = l->b;
    const struct link_list *list = &l->job->lists[l->job->people->list[i]];
    struct time_days none = LINK_NO_DAYS;
    if (link_days_known(b->days[i]))
        return b->days[i].last - b->days[i].first > 400 ? none : b->days[i];
    if (b->age[0][i] < 0 || !is_made(list))
        return none;
    return (struct time_days){time_add_months(list->made.first, -12 * (b->age[1][i] + 1)) + 1,
                              time_add_months(list->made.last, -12 * b->age[0][i])};
}

static bool from_own(struct learn *l, uint32_t list, struct made *ret)
{
    struct votes v = {.count = 0};
    const struct link_birth *b = l->b;
    for (uint32_t i = 0; i < l->job->people->records; i++)
        if (l->job->people->list[i] == list && b->age[0][i] >= 0 &&
            link_days_known(b->days[i]) && b->days[i].first == b->days[i].last)
            add_age(&l->job->scratch, &v, b->days[i], b->age[0][i], b->age[1][i]);
    return tally(&v, ret);
}

/* Whole names; or given and family names alone, of which more records have the same. */
static void gather_same(struct learn *l, bool whole)
{
    const struct link_people *p = l->job->people;
    size_t n = 0;
    l->same = arena_room(&l->job->scratch, ((size_t)p->records * 4 + 1) * sizeof *l->same);
    for (uint32_t i = 0; i < p->records; i++)
        for (unsigned v = 0; v < 4; v++) {
            uint64_t key = link_whole_name(p, i, v, whole);
            if (key)
                l->same[n++] = (struct block_entry){.key = key, .record = i};
        }
    block_sort(l->same, n);
    l->same_count = n;
}

/* The record of the list in a run of one name, if there is one and only one. */
static bool only_of(const struct learn *l, size_t begin, size_t end, uint32_t list,
                    uint32_t *ret)
{
    size_t found = 0;
    for (size_t i = begin; i < end; i++) {
        if (l->job->people->list[l->same[i].record] != list)
            continue;
        found++;
        *ret = l->same[i].record;
    }
    return found == 1;
}

static bool from_namesakes(struct learn *l, uint32_t list, struct made *ret)
{
    struct votes v = {.count = 0};
    bool *voted = ARENA_NEW(&l->job->scratch, l->job->people->records, bool);
    for (size_t begin = 0, end; begin < l->same_count; begin = end) {
        uint32_t mine, theirs;
        for (end = begin + 1; end < l->same_count && l->same[end].key == l->same[begin].key;)
            end++;
        if (end - begin < 2 || end - begin > LINK_LISTS_MAX ||
            !only_of(l, begin, end, list, &mine) || l->b->age[0][mine] < 0 || voted[mine])
            continue;
        for (uint32_t other = 0; other < l->job->people->list_count; other++) {
            if (other == list || !only_of(l, begin, end, other, &theirs))
                continue;
            struct time_days birth = birth_of(l, theirs);
            if (!link_days_known(birth))
                continue;
            add_age(&l->job->scratch, &v, birth, l->b->age[0][mine], l->b->age[1][mine]);
            voted[mine] = true;
        }
    }
    return tally(&v, ret);
}

static void take(struct learn *l, uint32_t list, const struct made *m, const char *who)
{
    struct str name = l->job->lists[list].name;
    l->job->lists[list].made = m->days;
    struct str when = link_days_text(m->days, &l->job->scratch);
    struct str say = arena_printf(
        l->job->a,
        "%.*s: ages are taken to be those of %.*s, as %zu of %zu records with age and birth "
        "date %s say",
        (int)name.n, name.p, (int)when.n, when.p, m->agree, m->votes, who);
    link_job_note(l->job, say, UINT32_MAX);
}

/* Of the lists that still have no day and can be given one, that of most votes. */
static bool take_next(struct learn *l)
{
    struct made best = {.agree = 0}, m;
    uint32_t which = 0;
    for (uint32_t k = 0; k < l->job->people->list_count; k++)
        if (!is_made(&l->job->lists[k]) && from_namesakes(l, k, &m) && m.agree > best.agree) {
            best = m;
            which = k;
        }
    if (best.agree)
        take(l, which, &best, "of the same name in other lists");
    return best.agree > 0;
}

static uint32_t largest(const struct link_job *job, bool made)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t k = 0; k < job->people->list_count; k++) {
        if (is_made(&job->lists[k]) != made)
            continue;
        if (best == UINT32_MAX || job->lists[k].records > job->lists[best].records ||
            (job->lists[k].records == job->lists[best].records &&
             str_compare(job->lists[k].name, job->lists[best].name) < 0))
            best = k;
    }
    return best;
}

static void from_others(struct learn *l)
{
    for (unsigned pass = 0; pass < 2 && l->job->people->list_count > 1; pass++) {
        gather_same(l, pass == 0);
        bool more = true;
        while (more)
            more = take_next(l);
    }
}

void link_learn_made(struct link_job *job, const struct link_birth *b)
{
    struct learn l = {.job = job, .b = b};
    struct made m;
    for (uint32_t k = 0; k < job->people->list_count; k++)
        if (!is_made(&job->lists[k]) && from_own(&l, k, &m))
            take(&l, k, &m, "in it");
    if (largest(job, false) == UINT32_MAX)
        return;
    from_others(&l);
    /* Nothing says when: some day, from which the others may be told. */
    if (largest(job, true) == UINT32_MAX) {
        int32_t day = time_day(2000, 1, 1);
        job->lists[largest(job, false)].made = (struct time_days){day, day};
        from_others(&l);
    }
    struct time_days rest = job->lists[largest(job, true)].made;
    for (uint32_t k = 0; k < job->people->list_count; k++)
        if (!is_made(&job->lists[k]))
            job->lists[k].made = rest;
}
