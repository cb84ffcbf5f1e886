/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/weigh/words.h"

#include "base/hash.h"
#include "base/sort.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

#define NUMBER_WORDS 12

static bool stands_alone(uint32_t cp)
{
    return (cp >= 0x0E00 && cp <= 0x0EFF) || (cp >= 0x3040 && cp <= 0x30FF) ||
           (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0xAC00 && cp <= 0xD7AF) ||
           (cp >= 0x20000 && cp <= 0x3FFFF);
}

/* Combining marks belong to the letter before them. */
static bool is_mark(uint32_t cp)
{
    return (cp >= 0x0300 && cp <= 0x036F) || (cp >= 0x0591 && cp <= 0x05C7) ||
           (cp >= 0x064B && cp <= 0x065F) || (cp >= 0x0900 && cp <= 0x0DFF) || cp == 0x200C ||
           cp == 0x200D;
}

static size_t word_end(struct str text, size_t at)
{
    size_t next, i = at;
    while (i < text.n) {
        uint32_t cp = text_decode(text, i, &next);
        bool first = i == at;
        if (!first && stands_alone(cp))
            break;
        if (!text_is_letter(cp) && !text_is_digit(cp) && !is_mark(cp))
            break;
        i = next;
        if (first && stands_alone(cp))
            break;
    }
    return i;
}

/* Digits with commas in their places and a point: "1,200", "2.5". */
static size_t number_end(struct str text, size_t at, double *ret, bool *ret_grouped)
{
    char digits[40];
    size_t i = at, n = 0;
    *ret_grouped = false;
    while (i < text.n && n < sizeof digits - 1) {
        char c = text.p[i];
        bool before_digit = i + 1 < text.n && text.p[i + 1] >= '0' && text.p[i + 1] <= '9';
        if (c == ',' && before_digit)
            *ret_grouped = true;
        else if ((c >= '0' && c <= '9') || (c == '.' && before_digit))
            digits[n++] = c;
        else
            break;
        i++;
    }
    digits[n] = '\0';
    char *end;
    *ret = strtod(digits, &end);
    if (*end != '\0')
        *ret = NAN;
    return i;
}

static bool is_short_title(struct str fold)
{
    static const char *const list[] = {"st",  "mr", "mrs", "ms", "dr", "gen", "col",
                                       "maj", "lt", "sgt", "no", "fr", "rev", "prof"};
    if (fold.n == 1)
        return true;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (str_eq(fold, str_of(list[i])))
            return true;
    return false;
}

/* Does a sentence end between two words? Joining too much only makes a lint stricter. */
static bool sentence_ends(struct str between, struct str before)
{
    for (size_t i = 0; i < between.n; i++) {
        char c = between.p[i];
        bool space_after = i + 1 < between.n && strchr(" \n\t\"')", between.p[i + 1]);
        if ((c == '!' || c == '?' || (c == '.' && !is_short_title(before))) && space_after)
            return true;
        if (c == '\n' && i + 1 < between.n && between.p[i + 1] == '\n')
            return true;
    }
    return false;
}

struct words words_of(struct arena *a, struct str text)
{
    struct words w = {0};
    size_t cap = 0, next, sentence = 0, last_end = 0;
    BUF_AUTO fold;
    buf_init(&fold, 16 * (text.n + 1));
    for (size_t i = 0; i < text.n;) {
        uint32_t cp = text_decode(text, i, &next);
        if (!text_is_letter(cp) && !text_is_digit(cp)) {
            i = next;
            continue;
        }
        struct word word = {.begin = i, .end = word_end(text, i), .number = NAN};
        if (text.p[i] >= '0' && text.p[i] <= '9') {
            double v;
            bool grouped;
            size_t end = number_end(text, i, &v, &grouped);
            if (end >= word.end) {
                word.end = end;
                word.number = v;
                word.grouped = grouped;
            }
        }
        if (word.end <= i)
            word.end = next;
        buf_clear(&fold);
        text_fold(&fold, str_slice(text, i, word.end), false);
        word.fold = arena_copy(a, buf_str(&fold));
        word.hash = hash_bytes(word.fold, 0);
        if (w.count && sentence_ends(str_slice(text, last_end, i), w.items[w.count - 1].fold))
            sentence++;
        word.sentence = sentence;
        ARENA_PUSH(a, w.items, w.count, cap, word);
        last_end = i = word.end;
    }
    return w;
}

size_t words_phrase(const struct words *w, size_t i, const char *phrase)
{
    if (i >= w->count || w->items[i].fold.n == 0 || w->items[i].fold.p[0] != phrase[0])
        return 0; /* by far the most */
    struct str rest = str_of(phrase);
    size_t k = i;
    while (rest.n) {
        size_t space = str_find(rest, STR(" "), 0);
        struct str one = str_slice(rest, 0, space == STR_NONE ? rest.n : space);
        if (k >= w->count || w->items[k].name || w->items[k].sentence != w->items[i].sentence ||
            !str_eq(w->items[k].fold, one))
            return 0;
        rest = str_slice(rest, one.n + 1, rest.n);
        k++;
    }
    return k - i;
}

size_t words_any(const struct words *w, size_t i, const char *const *phrases)
{
    for (; *phrases; phrases++) {
        size_t n = words_phrase(w, i, *phrases);
        if (n)
            return n;
    }
    return 0;
}

static double small_number(struct str fold)
{
    if (fold.n < 3 || fold.n > 9)
        return NAN;
    static const char *const names[] = {
        "zero",     "one",     "two",     "three",     "four",     "five",    "six",
        "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
    static const char *const tens[] = {"twenty", "thirty",  "forty",  "fifty",
                                       "sixty",  "seventy", "eighty", "ninety"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eq(fold, str_of(names[i])))
            return (double)i;
    for (size_t i = 0; i < sizeof tens / sizeof tens[0]; i++)
        if (str_eq(fold, str_of(tens[i])))
            return 20 + 10 * (double)i;
    return NAN;
}

static double multiplier(struct str fold)
{
    static const struct {
        const char *name;
        double value;
    } list[] = {{"dozen", 12}, {"hundred", 100}, {"thousand", 1000}, {"million", 1000000}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (str_eq(fold, str_of(list[i].name)))
            return list[i].value;
    return NAN;
}

size_t words_number(const struct words *w, size_t i, double *ret)
{
    double total = 0, part = NAN;
    size_t k = i, taken = 0;
    while (k < w->count && k - i < NUMBER_WORDS && !w->items[k].name &&
           w->items[k].sentence == w->items[i].sentence) {
        const struct word *t = &w->items[k];
        double small = isnan(t->number) ? small_number(t->fold) : t->number;
        double times = multiplier(t->fold);
        bool tens = !isnan(part) && fmod(part, 100) >= 20 && fmod(part, 10) == 0 && small < 10;
        bool hundreds = !isnan(part) && part >= 100 && fmod(part, 100) == 0 && small < 100;
        if (!isnan(small) && isnan(t->number) && (isnan(part) || tens || hundreds))
            part = (isnan(part) ? 0 : part) + small;
        else if (!isnan(t->number) && isnan(part) && taken == 0)
            part = small;
        else if (times == 100 || times == 12)
            part = (isnan(part) ? 1 : part) * times;
        else if (!isnan(times) && !isnan(part)) {
            total += part * times;
            part = NAN;
        } else if (!(taken && str_eq(t->fold, STR("and")) && k + 1 < w->count &&
                     !isnan(small_number(w->items[k + 1].fold)) && part >= 100))
            break;
        k++;
        taken = k - i;
    }
    if (taken == 0)
        return 0;
    *ret = total + (isnan(part) ? 0 : part);
    return taken;
}

/* Sorted. */
static const char *const generic[] = {"a",
                                      "about",
                                      "accepted",
                                      "according",
                                      "account",
                                      "accounts",
                                      "acknowledged",
                                      "across",
                                      "act",
                                      "activist",
                                      "activists",
                                      "added",
                                      "affected",
                                      "after",
                                      "agree",
                                      "al",
                                      "alleged",
                                      "along",
                                      "an",
                                      "and",
                                      "anonymous",
                                      "another",
                                      "apart",
                                      "april",
                                      "are",
                                      "army",
                                      "around",
                                      "as",
                                      "assessed",
                                      "at",
                                      "attributed",
                                      "august",
                                      "aunt",
                                      "autumn",
                                      "back",
                                      "be",
                                      "been",
                                      "before",
                                      "beside",
                                      "between",
                                      "bin",
                                      "boy",
                                      "brother",
                                      "but",
                                      "by",
                                      "caller",
                                      "camp",
                                      "can",
                                      "capt",
                                      "child",
                                      "children",
                                      "city",
                                      "close",
                                      "col",
                                      "colleague",
                                      "come",
                                      "comes",
                                      "comment",
                                      "committee",
                                      "concerned",
                                      "contact",
                                      "contacts",
                                      "convention",
                                      "copies",
                                      "copy",
                                      "corroborated",
                                      "could",
                                      "count",
                                      "counted",
                                      "counting",
                                      "cousin",
                                      "covers",
                                      "da",
                                      "date",
                                      "daughter",
                                      "de",
                                      "december",
                                      "del",
                                      "den",
                                      "denial",
                                      "denials",
                                      "denied",
                                      "der",
                                      "detained",
                                      "detainee",
                                      "detainees",
                                      "di",
                                      "did",
                                      "differ",
                                      "different",
                                      "directly",
                                      "do",
                                      "doctor",
                                      "doctors",
                                      "document",
                                      "documents",
                                      "does",
                                      "down",
                                      "dozens",
                                      "dr",
                                      "driver",
                                      "drivers",
                                      "du",
                                      "during",
                                      "earlier",
                                      "editor",
                                      "eight",
                                      "el",
                                      "employee",
                                      "employees",
                                      "entities",
                                      "entity",
                                      "event",
                                      "events",
                                      "explanation",
                                      "f",
                                      "families",
                                      "family",
                                      "father",
                                      "february",
                                      "figure",
                                      "file",
                                      "first",
                                      "five",
                                      "for",
                                      "former",
                                      "four",
                                      "fourth",
                                      "friend",
                                      "from",
                                      "gave",
                                      "gen",
                                      "girl",
                                      "give",
                                      "given",
                                      "gives",
                                      "go",
                                      "graded",
                                      "group",
                                      "groups",
                                      "guard",
                                      "guards",
                                      "had",
                                      "half",
                                      "hand",
                                      "has",
                                      "have",
                                      "he",
                                      "her",
                                      "higher",
                                      "highest",
                                      "his",
                                      "hospital",
                                      "hundreds",
                                      "husband",
                                      "i",
                                      "ibn",
                                      "identified",
                                      "improbable",
                                      "in",
                                      "independent",
                                      "independently",
                                      "informant",
                                      "inside",
                                      "is",
                                      "it",
                                      "its",
                                      "january",
                                      "journalist",
                                      "journalists",
                                      "july",
                                      "june",
                                      "junior",
                                      "keeps",
                                      "kept",
                                      "known",
                                      "la",
                                      "lawyer",
                                      "lawyers",
                                      "le",
                                      "least",
                                      "left",
                                      "limit",
                                      "local",
                                      "lost",
                                      "lower",
                                      "lt",
                                      "maj",
                                      "man",
                                      "march",
                                      "may",
                                      "member",
                                      "members",
                                      "men",
                                      "might",
                                      "ministry",
                                      "miss",
                                      "more",
                                      "most",
                                      "mother",
                                      "mr",
                                      "mrs",
                                      "ms",
                                      "must",
                                      "name",
                                      "names",
                                      "near",
                                      "nearly",
                                      "neighbor",
                                      "neighbour",
                                      "nine",
                                      "no",
                                      "nor",
                                      "not",
                                      "november",
                                      "number",
                                      "numbers",
                                      "nurse",
                                      "nurses",
                                      "observer",
                                      "observers",
                                      "october",
                                      "of",
                                      "off",
                                      "office",
                                      "officer",
                                      "officers",
                                      "official",
                                      "officials",
                                      "old",
                                      "older",
                                      "on",
                                      "one",
                                      "only",
                                      "or",
                                      "organisation",
                                      "organization",
                                      "origin",
                                      "origins",
                                      "other",
                                      "others",
                                      "our",
                                      "ours",
                                      "out",
                                      "outside",
                                      "own",
                                      "part",
                                      "party",
                                      "passed",
                                      "people",
                                      "person",
                                      "place",
                                      "police",
                                      "possibly",
                                      "prison",
                                      "prisoner",
                                      "prisoners",
                                      "prof",
                                      "provider",
                                      "providers",
                                      "put",
                                      "putting",
                                      "quarter",
                                      "read",
                                      "region",
                                      "relative",
                                      "relatives",
                                      "release",
                                      "repeat",
                                      "repeats",
                                      "report",
                                      "reported",
                                      "reports",
                                      "request",
                                      "requests",
                                      "resident",
                                      "residents",
                                      "responsibility",
                                      "responsible",
                                      "rests",
                                      "s",
                                      "said",
                                      "say",
                                      "school",
                                      "second",
                                      "senior",
                                      "sentence",
                                      "separate",
                                      "september",
                                      "service",
                                      "seven",
                                      "sgt",
                                      "shall",
                                      "she",
                                      "should",
                                      "since",
                                      "sir",
                                      "sister",
                                      "six",
                                      "soldier",
                                      "soldiers",
                                      "somebody",
                                      "someone",
                                      "son",
                                      "sort",
                                      "source",
                                      "sources",
                                      "spring",
                                      "st",
                                      "stated",
                                      "statements",
                                      "street",
                                      "student",
                                      "students",
                                      "summer",
                                      "teacher",
                                      "teachers",
                                      "ten",
                                      "than",
                                      "that",
                                      "the",
                                      "their",
                                      "them",
                                      "these",
                                      "they",
                                      "third",
                                      "this",
                                      "those",
                                      "thousands",
                                      "three",
                                      "time",
                                      "to",
                                      "told",
                                      "took",
                                      "town",
                                      "true",
                                      "two",
                                      "uncle",
                                      "unclear",
                                      "unit",
                                      "units",
                                      "unknown",
                                      "unnamed",
                                      "unreliable",
                                      "until",
                                      "up",
                                      "us",
                                      "used",
                                      "van",
                                      "verified",
                                      "versions",
                                      "village",
                                      "volunteer",
                                      "volunteers",
                                      "von",
                                      "was",
                                      "we",
                                      "were",
                                      "what",
                                      "where",
                                      "which",
                                      "who",
                                      "whom",
                                      "whose",
                                      "wife",
                                      "will",
                                      "winter",
                                      "with",
                                      "withdrawn",
                                      "withheld",
                                      "without",
                                      "witness",
                                      "witnesses",
                                      "woman",
                                      "women",
                                      "worker",
                                      "workers",
                                      "would",
                                      "year",
                                      "yet",
                                      "young",
                                      "younger"};

static int compare_generic(const void *key, const void *item)
{
    return str_compare(*(const struct str *)key, str_of(*(const char *const *)item));
}

bool words_generic(struct str fold)
{
    return sort_find(&fold, generic, sizeof generic / sizeof generic[0], sizeof generic[0],
                     compare_generic) != NULL;
}
