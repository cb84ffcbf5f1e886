/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words of a written name to tokens with their parts. Words that are one name in two ("abd
 * al-rahman", "abu salim", "mc donald", "nasr allah", "salah al-din") are joined; titles and
 * numbers go; particles stay as tokens with their flag. The order is told by commas and
 * patronymics.
 */
#include "engine/link/name_parts.h"

static struct str text_of(const struct link_found *f)
{
    return str_make(f->text, f->n);
}

static bool is_one_of(struct str s, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count && s.n > 0; i++)
        if (list[i][0] == s.p[0] && str_eq(s, str_of(list[i])))
            return true;
    return false;
}
#define IS_ONE_OF(s, list) is_one_of((s), (list), sizeof(list) / sizeof *(list))

enum link_script link_script_of(struct str text)
{
    for (size_t i = 0; i < text.n;) {
        unsigned char c = (unsigned char)text.p[i],
                      d = i + 1 < text.n ? (unsigned char)text.p[i + 1] : 0;
        if (c < 0x80) {
            if (c >= 'a' && c <= 'z')
                return LINK_LATIN;
            i++;
            continue;
        }
        uint32_t cp = c < 0xE0 ? (uint32_t)(c & 0x1F) << 6 | (d & 0x3F) : 0x10000;
        if (cp < 0x370)
            return LINK_LATIN;
        if (cp >= 0x400 && cp < 0x530)
            return LINK_CYRILLIC;
        if (cp >= 0x590 && cp < 0x600)
            return LINK_HEBREW;
        if (cp >= 0x600 && cp < 0x780)
            return LINK_ARABIC;
        return LINK_OTHER_SCRIPT;
    }
    return LINK_OTHER_SCRIPT;
}

bool link_is_particle(struct str s)
{
    static const char *const list[] = {
        "van",  "von",  "vom", "zum", "zur", "de",  "del", "della", "di",   "da",   "das",
        "do",   "dos",  "du",  "des", "la",  "le",  "las", "los",   "der",  "den",  "het",
        "ten",  "ter",  "te",  "zu",  "al",  "el",  "bin", "ibn",   "bint", "af",   "av",
        "фон",  "ван",  "де",  "дер", "аль", "эль", "ибн", "бин",   "оглы", "оглу", "кызы",
        "заде", "огли", "бен", "בן",  "בת",  "בר",  "ال",  "بن",    "ابن",  "بنت",
    };
    return s.n <= 8 && IS_ONE_OF(s, list);
}

/* "al-rashid" and the assimilated "ar-rashid": the article only before its own letter. */
static bool is_article(struct str s, struct str next)
{
    if (str_eq(s, STR("ال")) || str_eq(s, STR("аль")) || str_eq(s, STR("эль")))
        return true;
    if (s.n == 3 && next.n > 2 && str_eq(str_slice(s, 1, 3), STR("sh")))
        return str_starts(next, STR("sh"));
    if (s.n != 2 || !strchr("aeiu", s.p[0]))
        return false;
    return s.p[1] == 'l' || (next.n > 2 && strchr("dnrstz", s.p[1]) && next.p[0] == s.p[1]);
}

static bool is_servant(struct str s) /* of …: what follows belongs to it */
{
    static const char *const list[] = {"abd",    "abdul", "abdel", "abdal",  "abdol",
                                       "abdoul", "абд",   "абдул", "абдель", "عبد"};
    return IS_ONE_OF(s, list);
}

static bool is_father_of(struct str s)
{
    static const char *const list[] = {"abu", "abou", "abo", "umm", "ابو", "ام", "абу"};
    return IS_ONE_OF(s, list);
}

static bool is_faith(struct str s) /* second half of a name: salah al-din, shams ud-din */
{
    static const char *const list[] = {"din",    "deen",  "dine",  "deen",   "eddin", "eddine",
                                       "uddin",  "addin", "aldin", "aldeen", "eldin", "eldeen",
                                       "uddeen", "edeen", "الدين", "ддин",   "аддин", "дин"};
    return IS_ONE_OF(s, list);
}

static bool is_god(struct str s)
{
    static const char *const list[] = {"allah", "ullah", "الله", "аллах"};
    return IS_ONE_OF(s, list);
}

/* Adds word `from` to the end of word `to`. */
static void join(struct link_written *w, size_t to, size_t from)
{
    struct link_found *a = &w->words[to], *b = &w->words[from];
    if ((size_t)a->n + b->n >= sizeof a->text)
        return;
    memcpy(a->text + a->n, b->text, (size_t)b->n + 1);
    a->n = (uint8_t)(a->n + b->n);
}

static void take_out(struct link_written *w, size_t at)
{
    if (w->comma[at] && at + 1 < w->count)
        w->comma[at + 1] = true;
    for (size_t i = at; i + 1 < w->count; i++) {
        w->words[i] = w->words[i + 1];
        w->comma[i] = w->comma[i + 1];
    }
    w->count--;
}

static bool joins_next(struct str word, struct str next)
{
    return is_servant(word) || is_father_of(word) || (str_eq(word, STR("ال")) && next.n >= 6) ||
           str_eq(word, STR("mc")) || (str_eq(word, STR("mac")) && next.n >= 3);
}

static void join_words(struct link_written *w)
{
    for (size_t i = 0; i + 1 < w->count; i++) {
        struct str word = text_of(&w->words[i]), next = text_of(&w->words[i + 1]);
        if (w->comma[i + 1])
            continue;
        if (joins_next(word, next)) {
            bool of = is_servant(word) && i + 2 < w->count && !w->comma[i + 2] &&
                      is_article(next, text_of(&w->words[i + 2]));
            join(w, i, i + 1);
            take_out(w, i + 1);
            if (of) {
                join(w, i, i + 1);
                take_out(w, i + 1);
            }
            continue;
        }
        if (is_faith(next) || is_god(next)) {
            join(w, i, i + 1);
            take_out(w, i + 1);
        } else if (i + 2 < w->count && !w->comma[i + 2] &&
                   is_article(next, text_of(&w->words[i + 2])) &&
                   is_faith(text_of(&w->words[i + 2]))) {
            join(w, i, i + 1);
            join(w, i, i + 2);
            take_out(w, i + 2);
            take_out(w, i + 1);
        }
    }
}

static bool is_number(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

static bool is_title(struct str s)
{
    static const char *const list[] = {"mr",  "mrs",  "ms",   "dr",   "prof", "jr",   "sr",
                                       "sir", "dame", "rev",  "phd",  "esq",  "hajj", "haj",
                                       "ii",  "iii",  "herr", "frau", "mme",  "mlle"};
    return IS_ONE_OF(s, list);
}

/* Titles and numbers go, unless nothing else is there. */
static void drop_others(struct link_written *w)
{
    for (size_t i = 0; i < w->count;) {
        struct str s = text_of(&w->words[i]);
        if (is_number(s) || (w->count > 1 && is_title(s)))
            take_out(w, i);
        else
            i++;
    }
}

static bool is_patronymic(struct str s)
{
    static const char *const tails[] = {
        "ович",  "евич",   "йович",   "овна",    "евна",   "ична", "ивна",   "ьич",    "инич",
        "илич",  "ovich",  "evich",   "ovych",   "yovych", "ovna", "evna",   "ichna",  "ivna",
        "yivna", "ilyich", "owitsch", "ewitsch", "owna",   "ewna", "ovitch", "evitch",
    };
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        if (s.n > strlen(tails[i]) + 3 && str_ends(s, str_of(tails[i])))
            return true;
    return false;
}

static bool is_initial(const struct link_found *f)
{
    return f->n <= 2 && (f->n == 1 || (unsigned char)f->text[0] >= 0x80);
}

static void set_flags(struct link_written *w)
{
    for (size_t i = 0; i < w->count; i++) {
        struct link_found *f = &w->words[i];
        if (is_initial(f))
            f->flags |= LINK_TOKEN_INITIAL;
        /* "ben" is a son or a man called Benjamin; in the middle of a name, a son. */
        if (i > 0 && str_eq(text_of(f), STR("ben")) && i + 1 < w->count) {
            memcpy(f->text, "bin", 4);
            f->n = 3;
        }
        if (w->count > 1 && link_is_particle(text_of(f)))
            f->flags |= LINK_TOKEN_PARTICLE;
    }
}

/* Where the words stand that are no particles; at most LINK_WORDS_MAX. */
static size_t heads(const struct link_written *w, size_t ret[LINK_WORDS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < w->count; i++)
        if (!(w->words[i].flags & LINK_TOKEN_PARTICLE))
            ret[n++] = i;
    return n;
}

/* A particle belongs to what follows it; behind a last word (Azerbaijani oglu) to that. */
static void spread(struct link_written *w)
{
    for (size_t i = w->count; i-- > 0;)
        if (w->words[i].flags & LINK_TOKEN_PARTICLE)
            w->words[i].part = i + 1 < w->count ? w->words[i + 1].part
                               : i > 0          ? w->words[i - 1].part
                                                : w->words[i].part;
}

static void tell_parts(struct link_written *w)
{
    size_t at[LINK_WORDS_MAX], n = heads(w, at), comma = 0;
    for (size_t i = 1; i < n && !comma; i++)
        for (size_t k = at[i - 1] + 1; k <= at[i]; k++)
            if (w->comma[k])
                comma = i;
    if (n < 2)
        return;
    for (size_t i = 0; i < n; i++) {
        uint8_t part = LINK_MIDDLE;
        if (comma)
            part = i < comma ? LINK_FAMILY : i == comma ? LINK_GIVEN : LINK_MIDDLE;
        else if (i == 0)
            part = LINK_GIVEN;
        else if (i + 1 == n)
            part = LINK_FAMILY;
        w->words[at[i]].part = part;
    }
    /* Ivanov Petr Sergeevich: family, given, patronymic. */
    if (!comma && n == 3 && is_patronymic(text_of(&w->words[at[2]])) &&
        !is_patronymic(text_of(&w->words[at[1]]))) {
        w->words[at[0]].part = LINK_FAMILY;
        w->words[at[1]].part = LINK_GIVEN;
        w->words[at[2]].part = LINK_MIDDLE;
    }
    spread(w);
}

size_t link_name_split(struct link_namer *n, struct str name, enum link_part part,
                       struct link_found ret[LINK_FOUND_MAX])
{
    struct link_written w;
    link_written_read(n, name, &w);
    drop_others(&w);
    join_words(&w);
    set_flags(&w);
    if (part == LINK_ANY_PART) {
        tell_parts(&w);
    } else {
        for (size_t i = 0; i < w.count; i++) {
            bool patronymic =
                part == LINK_GIVEN && i > 0 && is_patronymic(text_of(&w.words[i]));
            w.words[i].part = (uint8_t)(patronymic ? LINK_MIDDLE : part);
        }
    }
    size_t count = w.count < LINK_FOUND_MAX ? w.count : LINK_FOUND_MAX;
    memcpy(ret, w.words, count * sizeof *ret);
    return count;
}
