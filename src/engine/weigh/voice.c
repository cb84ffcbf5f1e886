/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a source may be spoken of. On the record: by its label. Anonymity, background and terms
 * that are not known: by its description, or by how it knows. Deep background: not at all. No
 * number stands before a description, so that none can be read as a figure.
 */
#include "base/hash.h"
#include "base/sort.h"
#include "engine/weigh/parts.h"

#include "base/json.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

#define SAYABLE_MAX 200 /* bytes of a label, description, place or act */
#define VOICES_MAX  6   /* said one by one */

static const struct {
    const char *one, *many;
} bases[BASIS_COUNT] = {
    [BASIS_NONE] = {"a contact", "contacts"},
    [BASIS_VICTIM] = {"a person directly affected", "people directly affected"},
    [BASIS_WITNESS] = {"a witness", "witnesses"},
    [BASIS_PERPETRATOR] = {"a person who took part", "people who took part"},
    [BASIS_RELATED_PERSON] = {"a person close to those concerned",
                              "people close to those concerned"},
    [BASIS_RELAYED] = {"a contact who passed it on", "contacts who passed it on"},
    [BASIS_SERVICE_PROVIDER] = {"a service provider", "service providers"},
    [BASIS_DOCUMENT] = {"a document", "documents"},
    [BASIS_OWN_OBSERVATION] = {"an observer", "observers"},
};

bool weigh_sayable(struct str s)
{
    if (!s.p || str_trim(s).n == 0 || s.n > SAYABLE_MAX || text_invalid_at(s) != STR_NONE)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return true;
}

static struct str fold_label(struct arena *a, struct str label)
{
    BUF_AUTO folded;
    buf_init(&folded, 4 * SAYABLE_MAX);
    text_fold(&folded, str_trim(label), false);
    return arena_copy(a, buf_str(&folded));
}

static int compare_strs(const void *pa, const void *pb)
{
    return str_compare(*(const struct str *)pa, *(const struct str *)pb);
}

bool *weigh_find_nameable(struct arena *a, const struct weigh_case *c)
{
    bool *nameable = arena_alloc(a, c->source_count + 1, sizeof *nameable);
    struct str *guarded = arena_alloc(a, c->source_count + 1, sizeof *guarded);
    size_t count = 0;
    for (size_t i = 0; i < c->source_count; i++)
        if (c->sources[i].terms != ATTRIBUTION_ON_RECORD && weigh_sayable(c->sources[i].label))
            guarded[count++] = fold_label(a, c->sources[i].label);
    sort_items(guarded, count, sizeof *guarded, compare_strs);
    for (size_t i = 0; i < c->source_count; i++) {
        const struct weigh_source *s = &c->sources[i];
        if (s->terms != ATTRIBUTION_ON_RECORD || !weigh_sayable(s->label))
            continue;
        nameable[i] = count == 0;
        if (count == 0)
            continue;
        struct str folded = fold_label(a, s->label);
        nameable[i] = !sort_find(&folded, guarded, count, sizeof *guarded, compare_strs);
    }
    return nameable;
}

struct weigh_voice weigh_voice_of(const struct weigh_case *c, const bool *nameable,
                                  size_t source, unsigned plain)
{
    const struct weigh_source *s = &c->sources[source];
    struct weigh_voice v = {.kind = VOICE_DESCRIBED, .source = source};
    v.grade = s->grade == GRADE_NONE ? GRADE_COUNT : s->grade;
    if (s->terms == ATTRIBUTION_DEEP_BACKGROUND || s->terms == ATTRIBUTION_OFF_RECORD) {
        v.kind = VOICE_SILENT;
    } else if (nameable[source] && !(plain & PLAIN_LABELS)) {
        v.kind = VOICE_NAMED;
        v.text = str_trim(s->label);
    } else {
        v.withheld = s->terms == ATTRIBUTION_ANONYMITY || s->terms == ATTRIBUTION_NONE;
        v.document = s->basis == BASIS_DOCUMENT;
        v.text = str_of(bases[s->basis].one);
        v.plural = str_of(bases[s->basis].many);
        if (weigh_sayable(s->description) && !(plain & PLAIN_DESCRIPTIONS)) {
            v.text = str_trim(s->description);
            v.plural = (struct str){0};
        }
    }
    return v;
}

int weigh_voice_compare(const struct weigh_voice *a, const struct weigh_voice *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->kind == VOICE_NAMED && a->grade != b->grade)
        return a->grade < b->grade ? -1 : 1;
    int c = str_compare(a->text, b->text);
    if (c)
        return c;
    if (a->withheld != b->withheld)
        return a->withheld ? 1 : -1;
    return a->document < b->document ? -1 : a->document > b->document;
}

void weigh_say_voice(struct buf *out, const struct weigh_voice *v, size_t count)
{
    bool several = v->kind == VOICE_DESCRIBED && count > 1;
    buf_add(out, several && v->plural.p ? v->plural : v->text);
    if (v->withheld && v->document)
        buf_add(out, STR(" (not identified)"));
    else if (v->withheld)
        buf_add(out, several ? STR(" (names withheld)") : STR(" (name withheld)"));
}

/* The voices that are said one by one: the first of them in order, each once. */
struct spoken {
    struct {
        struct weigh_voice voice;
        size_t count;
    } groups[VOICES_MAX];
    size_t count;
};

/* Where it stands or would stand; *ret_is: it is there. */
static size_t spoken_place(const struct spoken *s, const struct weigh_voice *v, bool *ret_is)
{
    size_t k = 0;
    int c = 1;
    while (k < s->count && (c = weigh_voice_compare(&s->groups[k].voice, v)) < 0)
        k++;
    *ret_is = k < s->count && c == 0;
    return k;
}

static void find_spoken(struct spoken *s, const struct weigh_voice *voices, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is = false;
        if (voices[i].kind == VOICE_SILENT)
            continue;
        if (s->count == VOICES_MAX &&
            weigh_voice_compare(&voices[i], &s->groups[VOICES_MAX - 1].voice) > 0)
            continue;
        size_t at = spoken_place(s, &voices[i], &is);
        if (is)
            continue;
        s->count += s->count < VOICES_MAX;
        for (size_t k = s->count - 1; k > at; k--)
            s->groups[k] = s->groups[k - 1];
        s->groups[at].voice = voices[i];
        s->groups[at].count = 0;
    }
}

static int compare_voices(const void *a, const void *b)
{
    return weigh_voice_compare(a, b);
}

/* Names that stand several times are one. Mostly none does: every source has its own, so they
 * are told apart by their hashes, and sorted only when two hashes are the same. */
static size_t distinct_names(struct weigh_voice *names, size_t count)
{
    if (count < 2)
        return count;
    ARENA_AUTO a = {0};
    size_t size = 64, distinct = 1;
    while (size < count * 2)
        size *= 2;
    uint64_t *table = arena_alloc(&a, size, sizeof *table);
    bool unique = true;
    for (size_t i = 0; i < count && unique; i++) {
        uint64_t hash = hash_bytes(names[i].text, 0) | 1;
        size_t slot = hash & (size - 1);
        while (table[slot] && table[slot] != hash)
            slot = (slot + 1) & (size - 1);
        unique = table[slot] == 0;
        table[slot] = hash;
    }
    if (unique)
        return count;
    sort_items(names, count, sizeof *names, compare_voices);
    for (size_t i = 1; i < count; i++)
        distinct += weigh_voice_compare(&names[i - 1], &names[i]) != 0;
    return distinct;
}

/* Counts each voice with its like; the rest are others: of a name once, of a description each. */
static size_t count_spoken(struct spoken *s, struct weigh_voice *voices, size_t count)
{
    size_t others = 0, names = 0;
    for (size_t i = 0; i < count; i++) {
        bool is = false;
        if (voices[i].kind == VOICE_SILENT)
            continue;
        bool behind = s->count == VOICES_MAX &&
                      weigh_voice_compare(&voices[i], &s->groups[VOICES_MAX - 1].voice) > 0;
        size_t at = behind ? s->count : spoken_place(s, &voices[i], &is);
        if (is)
            s->groups[at].count++;
        else if (voices[i].kind == VOICE_NAMED)
            voices[names++] = voices[i];
        else
            others++;
    }
    return others + distinct_names(voices, names);
}

size_t weigh_say_voices(struct buf *out, struct weigh_voice *voices, size_t count)
{
    struct spoken s = {.count = 0};
    find_spoken(&s, voices, count);
    size_t others = count_spoken(&s, voices, count);
    for (size_t k = 0; k < s.count; k++) {
        if (k > 0)
            buf_add(out, k + 1 == s.count && !others ? STR(" and ") : STR(", "));
        weigh_say_voice(out, &s.groups[k].voice, s.groups[k].count);
    }
    if (others) {
        buf_add(out, STR(" and "));
        weigh_say_count(out, others, "other", "others");
    }
    return s.count + others;
}

void weigh_say_number(struct buf *out, double v)
{
    if (v != floor(v) || fabs(v) >= 1e15) {
        json_put_number(&(struct json_out){out, false}, v);
        return;
    }
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%.0f", v);
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
            buf_add_char(out, ',');
        buf_add_char(out, digits[i]);
    }
}

void weigh_say_count(struct buf *out, size_t n, const char *one, const char *many)
{
    static const char *const words[] = {"no",  "one",   "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine",  "ten"};
    if (n <= 10)
        buf_add(out, str_of(words[n]));
    else
        weigh_say_number(out, (double)n);
    buf_add_char(out, ' ');
    buf_add(out, str_of(n == 1 ? one : many));
}
