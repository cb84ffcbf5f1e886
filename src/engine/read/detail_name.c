/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names are looked up, never mended. A last name means the one full name before it that ends in
 * it; with two such names it means nobody. A pronoun means the last one who spoke or opened a
 * sentence and whom it can mean; with two in one place it means nobody.
 */
#include "base/hash.h"
#include "engine/read/detail.h"

#define PRONOUN_SENTENCES 6 /* how far back a pronoun may look */
#define PRONOUN_MENTIONS  24

/* Words of full names, to what they were last part of. */
struct slot {
    uint64_t key;
    uint32_t entity; /* 1 + index, 0: free */
    bool ambiguous;
};

struct names {
    struct arena *a;
    struct slot *slots;
    size_t mask;
    size_t taken; /* at most so many slots are in use */
};

#define NAMES_FIRST 256u

static void names_resize(struct names *n, size_t count)
{
    struct slot *old = n->slots;
    size_t old_count = old ? n->mask + 1 : 0;
    n->slots = ARENA_NEW(n->a, count, struct slot);
    n->mask = count - 1;
    for (size_t k = 0; k < old_count; k++) {
        if (!old[k].entity)
            continue;
        size_t i = (size_t)old[k].key & n->mask;
        while (n->slots[i].entity)
            i = (i + 1) & n->mask;
        n->slots[i] = old[k];
    }
}

/* Counts anew, for a slot that was looked up may have stayed free; then grows if it must. */
static void names_make_room(struct names *n)
{
    n->taken = 0;
    for (size_t i = 0; i <= n->mask; i++)
        n->taken += n->slots[i].entity != 0;
    if (n->taken * 4 > n->mask)
        names_resize(n, (n->mask + 1) * 4);
}

/* The slot of a word; another look-up may move it. */
static struct slot *slot_of(struct names *n, struct str word)
{
    uint64_t key = hash_bytes(word, 17);
    if (n->taken * 2 > n->mask)
        names_make_room(n);
    size_t i = (size_t)key & n->mask;
    while (n->slots[i].entity && n->slots[i].key != key)
        i = (i + 1) & n->mask;
    n->taken += n->slots[i].entity == 0;
    n->slots[i].key = key;
    return &n->slots[i];
}

bool detail_person_word(const struct detail *d, size_t token)
{
    const struct slot *s = slot_of(d->names, token_str(d->t, token));
    return s->entity && !d->entities[s->entity - 1].body;
}

static bool gender_fits(enum gender a, enum gender b)
{
    return a == GENDER_UNKNOWN || b == GENDER_UNKNOWN || a == b;
}

static uint32_t add_entity(struct detail *d, struct detail_entity e)
{
    ARENA_PUSH(d->a, d->entities, d->entity_count, d->entity_cap, e);
    return (uint32_t)d->entity_count;
}

static void add_mention(struct detail *d, size_t token, uint32_t entity, bool speaks,
                        bool opens)
{
    if (!entity)
        return;
    struct detail_mention m = {(uint32_t)token, entity - 1, speaks, opens};
    ARENA_PUSH(d->a, d->mentions, d->mention_count, d->mention_cap, m);
}

/* "Loretta Kell" and "Loretta E. Kell" are one: the same first and the same last word. */
static bool same_person(struct str a, struct str b)
{
    if (!a.p)
        return false;
    size_t first = str_find(a, STR(" "), 0);
    if (first == STR_NONE || !str_starts(b, str_slice(a, 0, first + 1)))
        return false;
    size_t last = a.n;
    while (a.p[last - 1] != ' ')
        last--;
    return str_ends(b, str_slice(a, last - 1, a.n));
}

/* The entity of a full name, new or met before; its words lead to it from here on. */
static uint32_t full_name(struct detail *d, struct names *names, const struct detail_who *w)
{
    struct str name = detail_text(d, w->name);
    uint32_t id = slot_of(names, name)->entity;
    if (id) {
        if (d->entities[id - 1].gender == GENDER_UNKNOWN)
            d->entities[id - 1].gender = w->gender;
        return id;
    }
    const struct slot *known =
        w->body ? NULL : slot_of(names, token_str(d->t, w->name.end - 1));
    if (known && known->entity && same_person(d->entities[known->entity - 1].name, name))
        return slot_of(names, name)->entity = known->entity;
    struct detail_entity e = {
        .name = name,
        .gender = w->gender,
        .body = w->body,
        .naming = NAMING_NAMED,
        .head = UINT32_MAX,
    };
    id = add_entity(d, e);
    slot_of(names, name)->entity = id;
    if (w->body)
        return id;
    size_t last = w->name.end - 1;
    for (int k = 0; k < 2; k++) {
        size_t token = k ? w->name.begin : last;
        if (k && token == last)
            break;
        struct slot *s = slot_of(names, token_str(d->t, token));
        s->ambiguous = s->entity != 0;
        s->entity = id;
    }
    return id;
}

/* A name of one word: somebody met before, somebody new, or nobody for sure. */
static uint32_t short_name(struct detail *d, struct names *names, const struct detail_who *w)
{
    struct slot *s = slot_of(names, detail_text(d, w->name));
    if (s->entity) {
        struct detail_entity *e = &d->entities[s->entity - 1];
        if (!s->ambiguous && gender_fits(e->gender, w->gender)) {
            if (e->gender == GENDER_UNKNOWN)
                e->gender = w->gender;
            return s->entity;
        }
        struct detail_entity unsure = {
            .gender = w->gender, .naming = NAMING_NAMED, .head = UINT32_MAX};
        return add_entity(d, unsure);
    }
    struct detail_entity e = {.name = detail_text(d, w->name),
                              .gender = w->gender,
                              .naming = NAMING_NAMED,
                              .head = UINT32_MAX};
    s->entity = add_entity(d, e);
    return s->entity;
}

static bool same_head(const struct detail *d, const struct detail_entity *e, size_t head)
{
    return e->head != UINT32_MAX &&
           str_eq_nocase(token_str(d->t, e->head), token_str(d->t, head));
}

/* "the guard", "the woman": one met before by that word, in the last sentences. */
static uint32_t known_role(const struct detail *d, struct token_range phrase,
                           const struct detail_who *w)
{
    if (!detail_any(w->head) || !detail_is(d, phrase.begin, "the"))
        return 0;
    size_t steps = 0;
    for (size_t k = d->mention_count; k-- > 0 && steps < PRONOUN_MENTIONS; steps++) {
        const struct detail_entity *e = &d->entities[d->mentions[k].entity];
        if (same_head(d, e, w->head.begin))
            return d->mentions[k].entity + 1;
    }
    /* "the woman" after "the wife of a prisoner": the gender and number must be said */
    bool general = detail_is(d, w->head.begin, "man") || detail_is(d, w->head.begin, "woman") ||
                   detail_is(d, w->head.begin, "men") || detail_is(d, w->head.begin, "women");
    if (!general || w->role.end - w->role.begin > 1)
        return 0;
    return detail_resolve(d, phrase.begin, w->gender, w->plural, false);
}

static bool has_class(const struct detail *d, struct token_range r, enum lex_class c)
{
    for (size_t i = r.begin; i < r.end; i++)
        if (detail_class(d, i, c))
            return true;
    return false;
}

/* "the group", "the newspaper", "the ministry": the last body that spoke by a name which has
 * the word, or that the word fits. */
static uint32_t known_body(const struct detail *d, struct token_range phrase,
                           const struct detail_who *w)
{
    if (!w->body || !detail_any(w->head) || !detail_is(d, phrase.begin, "the") ||
        phrase.end != w->head.end || w->head.begin != phrase.begin + 1u)
        return 0;
    size_t head = w->head.begin, steps = 0;
    bool group = detail_class(d, head, LEX_GENERIC_GROUP);
    bool paper = detail_class(d, head, LEX_GENERIC_PAPER);
    for (size_t k = d->mention_count; k-- > 0 && steps < PRONOUN_MENTIONS; steps++) {
        const struct detail_mention *m = &d->mentions[k];
        const struct detail_entity *e = &d->entities[m->entity];
        if (!e->body || !e->name.p || m->token >= phrase.begin)
            continue;
        struct token_range name = {m->token, m->token + 8};
        if (name.end > d->t->count)
            name.end = (uint32_t)d->t->count;
        while (name.end > name.begin &&
               d->t->tokens[name.end - 1].end > (size_t)(e->name.p + e->name.n - d->t->text.p))
            name.end--;
        bool has = false;
        for (size_t i = name.begin; i < name.end; i++)
            has = has || str_eq_nocase(token_str(d->t, i), token_str(d->t, head));
        bool news = has_class(d, name, LEX_PUBLICATION_NAME);
        bool state =
            has_class(d, name, LEX_INSTITUTION) && !has_class(d, name, LEX_GENERIC_GROUP);
        if (has || (group && !news && !state) || (paper && news))
            return m->entity + 1;
    }
    return 0;
}

/* "one of the officials", "the second", "another": the unnamed people last spoken of. */
static uint32_t group_of(const struct detail *d, struct token_range phrase)
{
    size_t i = phrase.begin;
    if (detail_is(d, i, "the"))
        i++;
    if (i >= phrase.end || !detail_class(d, i, LEX_ONE_OF_GROUP) ||
        (i + 1 < phrase.end && !detail_is(d, i + 1, "of")))
        return 0;
    size_t noun = i + 2;
    while (noun < phrase.end && detail_tag(d, noun) != TAG_NOUN &&
           detail_tag(d, noun) != TAG_PRON)
        noun++;
    size_t steps = 0;
    for (size_t k = d->mention_count; k-- > 0 && steps < PRONOUN_MENTIONS; steps++) {
        const struct detail_entity *e = &d->entities[d->mentions[k].entity];
        if (d->mentions[k].token >= phrase.begin || !e->plural || e->name.p)
            continue;
        if (noun >= phrase.end || detail_tag(d, noun) == TAG_PRON || same_head(d, e, noun))
            return d->mentions[k].entity + 1;
    }
    return 0;
}

static uint32_t entity_of(struct detail *d, struct names *names, struct token_range phrase,
                          const struct detail_who *w)
{
    if (detail_any(w->name))
        return w->full || w->body ? full_name(d, names, w) : short_name(d, names, w);
    uint32_t known = known_body(d, phrase, w);
    if (!known)
        known = known_role(d, phrase, w);
    if (known)
        return known;
    struct detail_entity e = {
        .gender = w->gender,
        .plural = w->plural,
        .body = w->body,
        .naming = w->naming,
        .head = detail_any(w->head) ? w->head.begin : UINT32_MAX,
        .group = group_of(d, phrase),
    };
    return add_entity(d, e);
}

uint32_t detail_resolve(const struct detail *d, size_t token, enum gender gender, bool plural,
                        bool body)
{
    uint32_t s = d->sentence_of[token], best = 0, best_sentence = 0;
    bool best_strong = false;
    size_t steps = 0;
    for (size_t k = d->mention_count; k-- > 0 && steps < PRONOUN_MENTIONS; steps++) {
        const struct detail_mention *m = &d->mentions[k];
        uint32_t ms = d->sentence_of[m->token];
        if (m->token >= token)
            continue;
        if (ms + PRONOUN_SENTENCES < s)
            break;
        const struct detail_entity *e = &d->entities[m->entity];
        if (plural ? !(e->plural || (e->body && m->speaks))
                   : e->plural || e->body != body || !gender_fits(e->gender, gender))
            continue;
        bool strong = m->speaks || m->opens;
        if (!best) {
            best = m->entity + 1;
            best_sentence = ms;
            best_strong = strong;
            continue;
        }
        if (m->entity + 1 == best) {
            best_strong = best_strong || (ms == best_sentence && strong);
            continue;
        }
        /* Another in the same sentence: the one who speaks or opens it, if only one does. */
        if (ms != best_sentence)
            break;
        if (strong == best_strong)
            return 0;
        if (strong) {
            best = m->entity + 1;
            best_strong = true;
        }
    }
    return best;
}

static bool is_pronoun(const struct detail *d, struct token_range r)
{
    return r.end - r.begin == 1 &&
           (detail_class(d, r.begin, LEX_PRONOUN) || detail_class(d, r.begin, LEX_PRON_OBJECT));
}

/* Who is once meant by "she" is no "he" later. */
static uint32_t resolve_gendered(struct detail *d, size_t i, enum gender gender)
{
    uint32_t e = detail_resolve(d, i, gender, false, false);
    if (e && d->entities[e - 1].gender == GENDER_UNKNOWN)
        d->entities[e - 1].gender = gender;
    return e;
}

static uint32_t pronoun_entity(struct detail *d, size_t i)
{
    if (detail_is(d, i, "he") || detail_is(d, i, "him"))
        return resolve_gendered(d, i, GENDER_MALE);
    if (detail_is(d, i, "she") || detail_is(d, i, "her"))
        return resolve_gendered(d, i, GENDER_FEMALE);
    if (detail_is(d, i, "they") || detail_is(d, i, "them"))
        return detail_resolve(d, i, GENDER_UNKNOWN, true, false);
    if (detail_is(d, i, "it"))
        return detail_resolve(d, i, GENDER_UNKNOWN, false, true);
    return 0;
}

/* The phrase before "who": back to the start of its noun phrase. */
static struct token_range antecedent(const struct detail *d, size_t who)
{
    size_t first = detail_sentence(d, who).begin, end = who;
    while (end > first && d->t->tokens[end - 1].kind == TOKEN_PUNCT)
        end--;
    size_t begin = end;
    while (begin > first && end - begin < 16) {
        enum tag g = detail_tag(d, begin - 1);
        bool inside = tag_in(g, TAGS_NOUNY) || detail_is(d, begin - 1, "of") ||
                      detail_name_at(d, begin - 1);
        if (!inside)
            break;
        begin--;
        if (g == TAG_DET && begin > first && detail_tag(d, begin - 1) != TAG_PREP)
            break;
    }
    while (begin < end && detail_tag(d, begin) == TAG_PREP)
        begin++;
    return detail_range(begin, end);
}

/* The phrase with which the sentence opens, if it is about somebody. */
static struct token_range opening(const struct detail *d, struct token_range s)
{
    size_t i = s.begin;
    while (i < s.end && (detail_tag(d, i) == TAG_ADV || detail_tag(d, i) == TAG_COORD))
        i++;
    if (i >= s.end || d->t->tokens[i].kind != TOKEN_WORD || detail_is(d, i, "every") ||
        detail_is(d, i, "each") || detail_is(d, i, "no"))
        return detail_range(0, 0);
    return chunk_phrase(&d->g, i, s.end, true);
}

/* Evidence that a row of capitals in running text is a person: a title or role before it, a
 * first name, an age or "who" behind it. */
static bool evident_person(const struct detail *d, struct token_range row, size_t end)
{
    if (row.end - row.begin > 4)
        return false;
    size_t i = row.begin;
    bool before =
        i > 0 && detail_tag(d, i - 1) == TAG_NOUN &&
        (detail_class(d, i - 1, LEX_ONE_WORD) || detail_class(d, i - 1, LEX_MALE_WORD) ||
         detail_class(d, i - 1, LEX_FEMALE_WORD));
    bool first_name = detail_class(d, i, LEX_MALE_NAME) || detail_class(d, i, LEX_FEMALE_NAME);
    bool age =
        row.end + 1u < end && d->t->tokens[row.end].kind == TOKEN_PUNCT &&
        d->t->tokens[row.end].mark == ',' &&
        (d->t->tokens[row.end + 1].kind == TOKEN_NUMBER || detail_is(d, row.end + 1, "who"));
    return before || first_name || age || detail_is(d, row.end, "who");
}

/* Names of two words and more in the sentence that are people. */
static void scan_sentence(struct detail *d, struct names *names, struct token_range s)
{
    struct token_range open = opening(d, s);
    struct detail_who first = {0};
    if (detail_any(open) && !is_pronoun(d, open))
        detail_describe(d, open, &first);
    /* "Its director, Tova Brandt,": one person */
    if (first.person && first.full) {
        add_mention(d, open.begin, full_name(d, names, &first), false, true);
    } else {
        first.name = detail_range(0, 0);
    }
    for (size_t i = s.begin; i < s.end;) {
        if (!detail_name_at(d, i)) {
            i++;
            continue;
        }
        size_t end = detail_name_end(d, i, s.end);
        if (i >= first.name.begin && i < first.name.end) {
            i = first.name.end;
            continue;
        }
        struct detail_who w;
        detail_describe(d, detail_range(i, end), &w);
        bool opens = i == open.begin && end <= open.end;
        if (w.person && w.full &&
            (detail_any(w.role) || evident_person(d, detail_range(w.name.begin, end), s.end)))
            add_mention(d, i, full_name(d, names, &w), false, opens);
        else if (w.person && !w.full && detail_any(w.name) &&
                 (end - i == 1 || detail_any(w.role))) {
            struct slot *slot = slot_of(names, detail_text(d, w.name));
            if (slot->entity && !slot->ambiguous &&
                gender_fits(d->entities[slot->entity - 1].gender, w.gender))
                add_mention(d, i, slot->entity, false, opens);
        }
        i = end;
    }
    /* "A guard at the camp spoke …": somebody without a name may be meant later */
    if (!detail_any(open) || is_pronoun(d, open) || detail_any(first.name) ||
        detail_name_at(d, open.begin))
        return;
    struct detail_who w;
    detail_describe(d, open, &w);
    if (detail_any(w.head) && !detail_any(w.name) && (w.person || w.plural) &&
        (detail_class(d, w.head.begin, LEX_ONE_WORD) ||
         detail_class(d, w.head.begin, LEX_UNIQUE_ROLE) ||
         detail_class(d, w.head.begin, LEX_GROUP_WORD)))
        add_mention(d, open.begin, entity_of(d, names, open, &w), false, true);
}

static bool is_courtesy(const struct detail *d, struct token_range r)
{
    return r.end - r.begin == 1 && detail_class(d, r.begin, LEX_COURTESY);
}

static void fill_speaker(struct detail *d, struct names *names, size_t i)
{
    struct detail_item *it = &d->items[i];
    struct proposal *p = &d->p->items[i];
    p->naming = NAMING_UNNAMED;
    if (!detail_any(it->speaker))
        return;
    struct token_range phrase = it->speaker;
    struct str own = {0}; /* a full name stands as it is written here */
    if (phrase.end - phrase.begin == 1 &&
        (detail_is(d, phrase.begin, "who") || detail_is(d, phrase.begin, "which") ||
         detail_is(d, phrase.begin, "that")))
        phrase = antecedent(d, phrase.begin);
    if (is_pronoun(d, phrase)) {
        it->entity = pronoun_entity(d, phrase.begin);
    } else if (detail_any(phrase)) {
        struct detail_who w;
        detail_describe(d, phrase, &w);
        it->entity = entity_of(d, names, phrase, &w);
        if (w.person && w.full)
            own = detail_text(d, w.name);
        if (detail_any(w.role) && !is_courtesy(d, w.role))
            p->speaker_role = detail_text(d, w.role);
        /* An opening phrase and a speaker at the same place are one. */
        size_t steps = 0;
        for (size_t k = d->mention_count; k-- > 0 && steps < 8 && !detail_any(w.name); steps++)
            if (d->mentions[k].token == phrase.begin &&
                !d->entities[d->mentions[k].entity].name.p)
                it->entity = d->mentions[k].entity + 1;
    }
    if (!it->entity)
        return;
    const struct detail_entity *e = &d->entities[it->entity - 1];
    p->speaker_name = own.p ? own : e->name;
    p->naming = e->naming;
    add_mention(d, it->speaker.begin, it->entity, true,
                it->speaker.begin == detail_sentence(d, it->speaker.begin).begin);
}

void detail_names(struct detail *d)
{
    struct names *names = ARENA_NEW(d->a, 1, struct names);
    names->a = d->a;
    names_resize(names, NAMES_FIRST);
    d->names = names;
    size_t next = 0;
    for (size_t s = 0; s < d->t->sentence_count; s++) {
        scan_sentence(d, names, d->t->sentences[s]);
        for (; next < d->p->count && d->items[next].sentence <= s; next++)
            fill_speaker(d, names, next);
    }
}
