/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every token needs once: its letters as bytes, its script and flags, its key over
 * scripts, and its stem.
 *
 * Tokens with one stem are one name: spellings that fold to one canonical form, short forms and
 * their usual full one. The stem is the token of them that is the full form itself or else the
 * first in byte order, so it doesn't depend on the order of the records.
 */
#include "base/err.h"
#include "base/hash.h"
#include "engine/link/name_parts.h"
#include "link_forms.h"

#include <stdlib.h>

size_t link_forms_of(struct str folded, struct link_form ret[LINK_FORMS_MAX])
{
    uint32_t at = (uint32_t)hash_bytes(folded, 0) & (LINK_FORM_SLOTS - 1);
    for (; link_form_slots[at]; at = (at + 1) & (LINK_FORM_SLOTS - 1)) {
        const struct link_form_word *w = &link_form_words[link_form_slots[at] - 1u];
        if (w->n != folded.n || memcmp(link_form_text + w->at, folded.p, folded.n) != 0)
            continue;
        size_t count = w->names < LINK_FORMS_MAX ? w->names : LINK_FORMS_MAX;
        for (size_t i = 0; i < count; i++) {
            uint16_t of = link_form_of[w->first + i];
            ret[i] = (struct link_form){(uint16_t)(of >> 1), of & 1};
        }
        return count;
    }
    return 0;
}

struct str link_form_name(uint16_t name)
{
    const struct link_form_word *w = &link_form_words[link_form_names[name]];
    return str_make(link_form_text + w->at, w->n);
}

struct str link_short_form(struct str folded)
{
    struct link_form forms[LINK_FORMS_MAX];
    size_t count = link_forms_of(folded, forms);
    for (size_t i = 0; i < count; i++)
        if (forms[i].full)
            return STR("");
    return count ? link_form_name(forms[0].name) : STR("");
}

static uint32_t decode(struct str s, size_t *at)
{
    unsigned char c = (unsigned char)s.p[(*at)++];
    unsigned more = c < 0x80 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
    uint32_t cp = c < 0x80 ? c : c & (0x3Fu >> more);
    while (more-- && *at < s.n)
        cp = cp << 6 | ((unsigned char)s.p[(*at)++] & 0x3Fu);
    return cp;
}

size_t link_letters(struct str folded, uint8_t ret[LINK_TOKEN_LETTERS + 2], bool *ret_article)
{
    char room[128];
    struct str s = folded.n < sizeof room ? link_name_spelling(folded, room) : folded;
    struct str article = STR("ال");
    *ret_article = s.n >= article.n + 6 && str_starts(s, article);
    size_t n = 0, most = LINK_TOKEN_LETTERS + (*ret_article ? 2 : 0);
    for (size_t i = 0; i < s.n && n < most;)
        ret[n++] = link_letter_of(decode(s, &i));
    return *ret_article ? n - 2 : n;
}

static uint8_t flags_of(struct str text, size_t letters, bool form, bool article)
{
    uint8_t flags = 0;
    if (letters == 1)
        flags |= LINK_TOKEN_INITIAL;
    if (link_is_particle(text))
        flags |= LINK_TOKEN_PARTICLE;
    if (form)
        flags |= LINK_TOKEN_FORM;
    if (article)
        flags |= LINK_TOKEN_ARTICLE;
    return flags;
}

/* A table from what tokens have in common to the best token that has it. */
struct stems {
    uint64_t *key;
    uint32_t *token;
    size_t mask;
};

static uint32_t *find(struct stems *s, uint64_t key)
{
    size_t at = (size_t)key & s->mask;
    while (s->token[at] && s->key[at] != key)
        at = (at + 1) & s->mask;
    s->key[at] = key;
    return &s->token[at];
}

/* Fills one token; returns the hash of its canonical form, and whether it is that form. */
static uint64_t finish(struct link_people *p, struct link_namer *n, uint32_t i, uint32_t at,
                       bool *ret_itself)
{
    struct link_token *t = &p->tokens[i];
    struct link_form forms[LINK_FORMS_MAX];
    char room[128];
    struct str name = t->text;
    size_t count = link_forms_of(t->text, forms);
    size_t best = 0; /* the first that it spells in full, else the first */
    while (best + 1 < count && !forms[best].full)
        best++;
    if (count)
        name = link_form_name(forms[forms[best].full ? best : 0].name);
    struct str form = name.n < sizeof room ? link_name_canonical(name, room) : name;
    bool article;
    t->letter_count = (uint8_t)link_letters(t->text, p->letters + at, &article);
    t->letters_at = at + (article ? 2 : 0);
    t->script = (uint8_t)link_script_of(t->text);
    t->flags = flags_of(t->text, t->letter_count, count > 0, article);
    t->sound = link_sound(n, t->text);
    *ret_itself = str_eq(name, t->text) && (count || str_eq(form, name));
    return hash_bytes(form, 1);
}

/* Of two tokens with one form: the form itself, else the first in byte order. */
static bool is_better(const struct link_token *a, const struct link_token *b)
{
    return a->stem != b->stem ? a->stem > b->stem : str_compare(a->text, b->text) < 0;
}

void link_tokens_finish(struct link_people *p, struct link_namer *n, struct arena *a)
{
    size_t room = 0, size = 16;
    for (uint32_t i = 1; i < p->token_count; i++)
        room +=
            p->tokens[i].text.n < LINK_TOKEN_LETTERS ? p->tokens[i].text.n : LINK_TOKEN_LETTERS;
    while (size < (size_t)p->token_count * 2)
        size *= 2;
    struct stems stems = {calloc(size, sizeof *stems.key), calloc(size, sizeof *stems.token),
                          size - 1};
    uint64_t *keys = calloc((size_t)p->token_count + 1, sizeof *keys);
    if (!stems.key || !stems.token || !keys)
        err_die("out of memory");
    p->letters = arena_room(a, room + 1);
    uint32_t at = 0;
    for (uint32_t i = 1; i < p->token_count; i++) {
        bool itself;
        keys[i] = finish(p, n, i, at, &itself);
        at = p->tokens[i].letters_at + p->tokens[i].letter_count;
        p->tokens[i].stem = itself; /* for now: is it the form itself */
        uint32_t *best = find(&stems, keys[i]);
        if (*best == 0 || is_better(&p->tokens[i], &p->tokens[*best]))
            *best = i;
    }
    for (uint32_t i = 1; i < p->token_count; i++)
        keys[i] = *find(&stems, keys[i]);
    for (uint32_t i = 1; i < p->token_count; i++)
        p->tokens[i].stem = (uint32_t)keys[i];
    free(stems.key);
    free(stems.token);
    free(keys);
}
