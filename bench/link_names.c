/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sounds of Arabic names: b t j d r z s f q k l m n h w y as in English letters, and
 *   v th as in thin    2 th as in this   x kh      $ sh      g gh      c ayn
 *   H S D T Z the emphatic ones          ' hamza   p the ending -a(t)  Y the ending -a written ya
 *   a i u short vowels (not written)     A I U long ones               _ between words
 */
#include "link_names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const arabic[2][48] = {
    {"muHammad", "aHmad",  "maHmUd",        "calI",       "Hasan",        "Husayn",  "ibrAhIm",
     "yUsuf",    "cumar",  "cuvmAn",        "xAlid",      "muSTafY",      "ramaDAn", "sacId",
     "samIr",    "jamAl",  "karIm",         "nAdir",      "nabIl",        "fAdI",    "rAmI",
     "TAriq",    "walId",  "ziyAd",         "hAnI",       "mAjid",        "isHAq",   "sulaymAn",
     "dAwUd",    "mUsY",   "cIsY",          "yaHyY",      "ismAcIl",      "anas",    "bilAl",
     "jacfar",   "Hamzap", "cabd_alraHmAn", "cabd_allAh", "cabd_alkarIm", "rashId",  "fu'Ad",
     "$AdI",     "wA'il",  "gassAn",        "luqmAn",     "niDAl",        "qAsim"},
    {"fATimap", "maryam", "zaynab", "cA'i$ap", "xadIjap", "sArap",   "nUr",     "hudY",
     "amal",    "laylY",  "rIm",    "hibap",   "dIna",    "ranA",    "sucAd",   "amInap",
     "salmY",   "rAniyA", "asmA'",  "hanA'",   "samIrap", "nAdiyap", "ImAn",    "suhA",
     "wafA'",   "HanAn",  "lubnY",  "nisrIn",  "$aymA'",  "raHmap",  "jumAnap", "rU'A",
     "gAdap",   "cabIr",  "dalAl",  "basmap",  "nicmap",  "rIHAb",   "bAsimap", "lInA",
     "tahAnI",  "sanA'",  "maysUn", "xulUd",   "ni'mat",  "zahrap",  "Hayap",   "jamIlap"},
};
/* The patronymic of a man's name is stem + "ич" or "на". */
static const char *const russian_men[30][2] = {
    {"Александр", "Александров"}, {"Сергей", "Сергеев"},     {"Владимир", "Владимиров"},
    {"Андрей", "Андреев"},        {"Алексей", "Алексеев"},   {"Николай", "Николаев"},
    {"Дмитрий", "Дмитриев"},      {"Иван", "Иванов"},        {"Михаил", "Михайлов"},
    {"Евгений", "Евгеньев"},      {"Виктор", "Викторов"},    {"Юрий", "Юрьев"},
    {"Игорь", "Игорев"},          {"Анатолий", "Анатольев"}, {"Василий", "Васильев"},
    {"Олег", "Олегов"},           {"Павел", "Павлов"},       {"Максим", "Максимов"},
    {"Роман", "Романов"},         {"Денис", "Денисов"},      {"Вячеслав", "Вячеславов"},
    {"Пётр", "Петров"},           {"Григорий", "Григорьев"}, {"Кирилл", "Кириллов"},
    {"Фёдор", "Фёдоров"},         {"Степан", "Степанов"},    {"Тимофей", "Тимофеев"},
    {"Яков", "Яковлев"},          {"Борис", "Борисов"},      {"Егор", "Егоров"},
};
static const char *const russian_women[30] = {
    "Елена",   "Ольга",    "Наталья",   "Татьяна",    "Ирина",  "Екатерина",
    "Анна",    "Светлана", "Мария",     "Людмила",    "Галина", "Юлия",
    "Надежда", "Марина",   "Валентина", "Анастасия",  "Любовь", "Лариса",
    "Оксана",  "Вера",     "Виктория",  "Алла",       "Дарья",  "Ксения",
    "Зинаида", "Нина",     "Раиса",     "Александра", "Софья",  "Полина",
};

/* --- lists -------------------------------------------------------------------------------- */

static void add(char *to, const char *more)
{
    size_t n = strlen(to), m = strlen(more);
    if (n + m < NAME_BYTES)
        memcpy(to + n, more, m + 1);
}

static void add_char(char *to, char c)
{
    add(to, (const char[]){c, 0});
}

/* A root of three consonants in one of the forms of Arabic words. */
static void arabic_word(char ret[WORD_BYTES], struct rng *r, bool family)
{
    static const char consonants[] = "btjHxdrzs$STcgfqklmnhw";
    static const char *const forms[] = {"1a22A3", "1A2i3",    "1a2I3", "1a23AnI", "a12a3",
                                        "1u2ay3", "mu1a22i3", "1a2U3", "1i2A3I",  "mi12A3"};
    const char *form = forms[rng_below(r, sizeof forms / sizeof *forms)];
    char root[3];
    for (unsigned i = 0; i < 3; i++) {
        do
            root[i] = consonants[rng_below(r, sizeof consonants - 1)];
        while (i && root[i] == root[i - 1]);
    }
    char out[NAME_BYTES] = "";
    if (family && rng_below(r, 3))
        add(out, "al-");
    for (; *form; form++)
        add_char(out, *form >= '1' && *form <= '3' ? root[*form - '1'] : *form);
    strcpy(ret, out);
}

static void russian_word(char ret[WORD_BYTES], struct rng *r, bool family)
{
    static const char *const begin[] = {"Б", "В", "Г", "Д",  "Ж",  "З",  "К",
                                        "Л", "М", "Н", "П",  "Р",  "С",  "Т",
                                        "Х", "Ч", "Ш", "Кр", "Ст", "Гл", "Щ"};
    static const char *const middle[] = {"б", "в", "г", "д", "ж", "з", "к",  "л",   "м",  "н",
                                         "п", "р", "с", "т", "х", "ч", "рт", "льн", "ст", "рк"};
    static const char *const vowels[] = {"а", "о", "е", "и", "у", "ы", "я", "ю", "ё", "а", "о"};
    static const char *const families[] = {"ов", "ов", "ев", "ин", "ский", "енко", "ук"};
    static const char *const towns[] = {"ово", "ино", "ск", "град", "евка", "ный"};
    char out[NAME_BYTES] = "";
    add(out, begin[rng_below(r, sizeof begin / sizeof *begin)]);
    for (uint64_t syllables = 1 + rng_below(r, 3); syllables; syllables--) {
        add(out, vowels[rng_below(r, sizeof vowels / sizeof *vowels)]);
        add(out, middle[rng_below(r, sizeof middle / sizeof *middle)]);
    }
    add(out, family ? families[rng_below(r, 7)] : towns[rng_below(r, 6)]);
    strcpy(ret, strlen(out) < WORD_BYTES ? out : "Бугров");
}

static void words_make(struct people_words *w, uint32_t count, uint64_t seed, bool family,
                       void word(char ret[WORD_BYTES], struct rng *r, bool family))
{
    struct rng r;
    double sum = 0;
    rng_seed(&r, seed);
    *w =
        (struct people_words){calloc(count, WORD_BYTES), calloc(count, sizeof *w->upto), count};
    for (uint32_t k = 0; k < count; k++) {
        word(w->text[k], &r, family);
        sum += pow(k + 15, -0.9);
        w->upto[k] = sum;
    }
    for (uint32_t k = 0; k < count; k++)
        w->upto[k] /= sum;
}

void names_make(struct names *n)
{
    static const uint32_t counts[2][2] = {{48, 48}, {30, 30}};
    *n = (struct names){0};
    for (unsigned s = 0; s < 2; s++) {
        for (unsigned sex = 0; sex < 2; sex++) {
            double sum = 0;
            n->given_count[s][sex] = counts[s][sex];
            n->given_upto[s][sex] = calloc(counts[s][sex], sizeof(double));
            for (uint32_t k = 0; k < counts[s][sex]; k++)
                n->given_upto[s][sex][k] = sum += pow(k + 3, -0.8);
            for (uint32_t k = 0; k < counts[s][sex]; k++)
                n->given_upto[s][sex][k] /= sum;
        }
        words_make(&n->family[s], 6000, 201 + s, true, s ? russian_word : arabic_word);
        words_make(&n->town[s], 150, 203 + s, false, s ? russian_word : arabic_word);
    }
}

void names_free(struct names *n)
{
    for (unsigned s = 0; s < 2; s++) {
        for (unsigned sex = 0; sex < 2; sex++)
            free(n->given_upto[s][sex]);
        people_words_free(&n->family[s]);
        people_words_free(&n->town[s]);
    }
}

uint32_t names_given_choose(const struct names *n, enum names_speech s, unsigned sex,
                            struct rng *r)
{
    double u = rng_unit(r);
    uint32_t k = 0;
    while (k + 1 < n->given_count[s][sex] && n->given_upto[s][sex][k] <= u)
        k++;
    return k;
}

uint32_t names_family_choose(const struct names *n, enum names_speech s, struct rng *r)
{
    return people_words_choose(&n->family[s], r);
}

const char *names_given(enum names_speech s, unsigned sex, uint32_t k)
{
    if (s == NAMES_ARABIC)
        return arabic[sex][k];
    return sex ? russian_women[k] : russian_men[k][0];
}

void names_family(const struct names *n, enum names_speech s, unsigned sex, uint32_t k,
                  char ret[NAME_BYTES])
{
    const char *family = n->family[s].text[k];
    size_t length = strlen(family);
    ret[0] = 0;
    add(ret, family);
    if (s == NAMES_ARABIC || !sex)
        return;
    if (length > 4 && strcmp(family + length - 4, "ий") == 0) {
        ret[length - 4] = 0;
        add(ret, "ая");
    } else if (length > 4 && (strcmp(family + length - 2, "в") == 0 ||
                              strcmp(family + length - 4, "ин") == 0)) {
        add(ret, "а");
    }
}

void names_patronymic(uint32_t father, unsigned sex, char ret[NAME_BYTES])
{
    ret[0] = 0;
    add(ret, russian_men[father][1]);
    add(ret, sex ? "на" : "ич");
}

/* --- their own script --------------------------------------------------------------------- */

static const char *arabic_letter(char sound)
{
    static const char sounds[] = "'btvjHxd2rzs$SDTZcgfqklmnhwyAIUpY_";
    static const char *const letters[] = {
        "ء", "ب", "ت", "ث", "ج", "ح", "خ", "د", "ذ", "ر", "ز", "س", "ش", "ص", "ض", "ط", "ظ",
        "ع", "غ", "ف", "ق", "ك", "ل", "م", "ن", "ه", "و", "ي", "ا", "ي", "و", "ة", "ى", " "};
    const char *at = strchr(sounds, sound);
    return at && sound ? letters[at - sounds] : "";
}

void names_write_own(enum names_speech s, const char *kept, bool variants, struct rng *r,
                     char ret[NAME_BYTES])
{
    bool vary = variants && rng_below(r, 2);
    ret[0] = 0;
    if (s == NAMES_RUSSIAN) {
        for (size_t i = 0; kept[i]; i += 2) {
            bool yo = memcmp(kept + i, "ё", 2) == 0;
            add(ret, yo && vary ? "е" : (const char[]){kept[i], kept[i + 1], 0});
        }
        return;
    }
    for (const char *c = kept; *c; c++) {
        bool first = c == kept || c[-1] == '_' || c[-1] == '-';
        if (c != kept && *c == c[-1])
            continue; /* doubled sounds are written once */
        if (strncmp(c, "al-", 3) == 0) {
            add(ret, "ال");
            c += 2;
        } else if (first && strchr("aiuAI", *c)) {
            add(ret, strncmp(c, "al", 2) == 0 || *c == 'A' || vary ? "ا"
                     : *c == 'i' || *c == 'I'                      ? "إ"
                                                                   : "أ");
        } else if (*c == '\'') {
            add(ret, c[1] && c[-1] == 'A' ? "ئ" : c[1] ? "ؤ" : vary ? "" : "ء");
        } else if (vary && (*c == 'p' || *c == 'Y')) {
            add(ret, *c == 'p' ? "ه" : "ا");
        } else {
            add(ret, arabic_letter(*c));
        }
    }
}

void names_error_own(char name[NAME_BYTES], struct rng *r)
{
    static const char *const alike[][2] = {{"ض", "ظ"}, {"ت", "ط"}, {"ه", "ة"}, {"ي", "ى"},
                                           {"س", "ص"}, {"ح", "ه"}, {"ق", "ك"}, {"د", "ذ"},
                                           {"ر", "ز"}, {"и", "й"}, {"о", "а"}, {"е", "и"},
                                           {"ш", "щ"}, {"в", "ф"}, {"т", "д"}, {"ы", "и"}};
    size_t n = strlen(name);
    size_t at = 2 * rng_below(r, n / 2 ? n / 2 : 1);
    if (n < 6 || memchr(name, ' ', n) || memchr(name, '-', n))
        return;
    switch (rng_below(r, 3)) {
    case 0: /* left out */
        memmove(name + at, name + at + 2, n - at - 1);
        return;
    case 1: { /* turned round */
        char two[2];
        at = at + 4 <= n ? at : n - 4;
        memcpy(two, name + at, 2);
        memcpy(name + at, name + at + 2, 2);
        memcpy(name + at + 2, two, 2);
        return;
    }
    default: /* one that looks or sounds alike */
        for (unsigned k = (unsigned)rng_below(r, 16), left = 16; left;
             left--, k = (k + 1) % 16) {
            char *found = strstr(name, alike[k][left % 2]);
            if (!found)
                continue;
            memcpy(found, alike[k][1 - left % 2], 2);
            return;
        }
    }
}

/* --- Latin letters ------------------------------------------------------------------------ */

/* What a scheme makes of a sound: up to three ways, "/" between, the first the commonest. */
struct sound {
    const char *sound;
    const char *latin[NAMES_SCHEMES];
};

static const struct sound arabic_sounds[] = {
    {"'", {"", "", "", ""}},
    {"v", {"th", "th/t/s", "th/t", "th"}},
    {"j", {"j", "j/g", "dj/j", "dsch"}},
    {"H", {"h", "h", "h", "h"}},
    {"x", {"kh", "kh/h", "kh", "ch"}},
    {"2", {"dh", "z/d/th", "dh", "dh"}},
    {"$", {"sh", "sh", "ch", "sch"}},
    {"S", {"s", "s", "s", "s"}},
    {"D", {"d", "d/dh", "d", "d"}},
    {"T", {"t", "t", "t", "t"}},
    {"Z", {"z", "z/dh", "z", "z"}},
    {"c", {"", "/a", "", ""}},
    {"g", {"gh", "gh/g", "gh", "gh"}},
    {"q", {"q", "q/k/g", "k", "k"}},
    {"w", {"w", "w/u", "ou", "w"}},
    {"y", {"y", "y/i", "y", "j"}},
    {"a", {"a", "a/e", "a/e", "a"}},
    {"i", {"i", "i/e", "i", "i"}},
    {"u", {"u", "u/o", "ou/o", "u"}},
    {"A", {"a", "a/aa", "a", "a"}},
    {"I", {"i", "i/ee/e", "i", "i"}},
    {"U", {"u", "u/oo/ou", "ou", "u"}},
    {"p", {"a", "a/ah", "a", "a"}},
    {"Y", {"a", "a", "a", "a"}},
    {"_", {" ", " ", " ", " "}},
};

static const struct sound russian_letters[] = {
    {"а", {"a", "a", "a", "a"}},
    {"б", {"b", "b", "b", "b"}},
    {"в", {"v", "v", "v", "w"}},
    {"г", {"g", "g", "g", "g"}},
    {"д", {"d", "d", "d", "d"}},
    {"е", {"e", "e/ye/ie", "e/ie", "e/je"}},
    {"ё", {"yo", "e/yo/io", "io", "jo"}},
    {"ж", {"zh", "zh/j", "j", "sch"}},
    {"з", {"z", "z", "z", "s"}},
    {"и", {"i", "i", "i", "i"}},
    {"й", {"y", "i/y/j", "i", "j"}},
    {"к", {"k", "k", "k", "k"}},
    {"л", {"l", "l", "l", "l"}},
    {"м", {"m", "m", "m", "m"}},
    {"н", {"n", "n", "n", "n"}},
    {"о", {"o", "o", "o", "o"}},
    {"п", {"p", "p", "p", "p"}},
    {"р", {"r", "r", "r", "r"}},
    {"с", {"s", "s", "s", "s"}},
    {"т", {"t", "t", "t", "t"}},
    {"у", {"u", "u", "ou", "u"}},
    {"ф", {"f", "f", "f", "f"}},
    {"х", {"kh", "h/kh", "kh", "ch"}},
    {"ц", {"ts", "c/ts", "ts", "z"}},
    {"ч", {"ch", "ch", "tch", "tsch"}},
    {"ш", {"sh", "sh", "ch", "sch"}},
    {"щ", {"shch", "sch/sh", "chtch", "schtsch"}},
    {"ъ", {"", "", "", ""}},
    {"ы", {"y", "y/i", "y", "y"}},
    {"ь", {"", "", "", ""}},
    {"э", {"e", "e", "e", "e"}},
    {"ю", {"yu", "yu/iu/ju", "iou", "ju"}},
    {"я", {"ya", "ya/ia/ja", "ia", "ja"}},
};

/* The first of the ways in seven of ten, else one of the others. */
static void add_way(char *to, const char *ways, struct rng *r)
{
    unsigned count = 1, which = 0;
    for (const char *c = ways; *c; c++)
        count += *c == '/';
    if (count > 1 && rng_below(r, 10) >= 7)
        which = 1 + (unsigned)rng_below(r, count - 1);
    for (; which; which--)
        ways = strchr(ways, '/') + 1;
    for (; *ways && *ways != '/'; ways++)
        add_char(to, *ways);
}

/* The small letter of a Cyrillic one. */
static void cyrillic_small(const char *letter, char ret[3])
{
    unsigned code = ((unsigned)letter[0] & 31u) << 6 | ((unsigned)letter[1] & 63u);
    if (code >= 0x410 && code < 0x430)
        code += 0x20;
    ret[0] = (char)(0xc0 | code >> 6);
    ret[1] = (char)(0x80 | (code & 63u));
    ret[2] = 0;
}

static void capitals(char *name)
{
    for (char *c = name; *c; c++) {
        if ((c == name || c[-1] == ' ' || c[-1] == '-') && *c >= 'a' && *c <= 'z' &&
            strncmp(c, "al-", 3) != 0 && strncmp(c, "el-", 3) != 0)
            *c = (char)(*c - 'a' + 'A');
    }
}

void names_write_latin(enum names_speech s, const char *kept, enum names_scheme scheme,
                       struct rng *r, char ret[NAME_BYTES])
{
    static const char *const articles[] = {"al-", "Al ", "el-", "Al-", ""};
    ret[0] = 0;
    if (s == NAMES_RUSSIAN) {
        for (size_t i = 0; kept[i]; i += 2) {
            char small[3];
            cyrillic_small(kept + i, small);
            for (size_t k = 0; k < sizeof russian_letters / sizeof *russian_letters; k++) {
                if (strcmp(russian_letters[k].sound, small) == 0)
                    add_way(ret, russian_letters[k].latin[scheme], r);
            }
        }
        capitals(ret);
        return;
    }
    for (const char *c = kept; *c; c++) {
        size_t k = 0, count = sizeof arabic_sounds / sizeof *arabic_sounds;
        if (strncmp(c, "al-", 3) == 0) {
            add(ret, articles[scheme == NAMES_FRENCH ? 2
                              : rng_below(r, 10) < 6 ? 0
                                                     : rng_below(r, 5)]);
            c += 2;
            continue;
        }
        if (strncmp(c, "_al", 3) == 0) {
            static const char *const joins[] = {" al-", "ul ", "el ", "el", " al "};
            add(ret, joins[scheme == NAMES_LOOSE    ? rng_below(r, 5)
                           : scheme == NAMES_FRENCH ? 3
                                                    : 0]);
            c += 2;
            continue;
        }
        while (k < count && arabic_sounds[k].sound[0] != *c)
            k++;
        if (k < count)
            add_way(ret, arabic_sounds[k].latin[scheme], r);
        else
            add_char(ret, *c);
    }
    capitals(ret);
}
