/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The canonical spelling behind a token and its key over scripts.
 *
 * The key keeps classes of consonants that survive a change of script: b p | f v ph w at the
 * start | k c q g gh | s z sh ch ts and all sibilants | j dj zh | t d th dh | l | m | n | r.
 * Vowels count only as "begins with a vowel", h and kh (х, ه, ح, خ) only at the start. So
 * Arabic, which writes few vowels, and languages that double consonants give the same key:
 * muhammad, mohamed, мухаммед and محمد are all M M T.
 */
#include "base/hash.h"
#include "engine/link/name_parts.h"

static bool is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

static struct str glue(char ret[128], struct str head, struct str tail)
{
    memcpy(ret, head.p, head.n);
    memcpy(ret + head.n, tail.p, tail.n);
    return str_make(ret, head.n + tail.n);
}

/* What follows the servant: after the article, whole or assimilated ("abdurrahman"). */
static size_t skip_article(struct str s, size_t at)
{
    size_t i = at;
    while (i < s.n && i < at + 2 && is_vowel(s.p[i]))
        i++;
    if (i == at || i + 4 > s.n)
        return at;
    if (s.p[i] == 'l')
        return i + 1;
    return !is_vowel(s.p[i]) && s.p[i] == s.p[i + 1] ? i + 1 : at;
}

static struct str canonical_latin(struct str s, char ret[128])
{
    static const char *const faiths[] = {"aldin",  "eldin",  "uldin",  "eddin",  "uddin",
                                         "addin",  "iddin",  "eddine", "uddine", "aldeen",
                                         "eldeen", "uddeen", "eddeen"};
    for (size_t i = 0; i < sizeof faiths / sizeof *faiths; i++) {
        struct str f = str_of(faiths[i]);
        if (s.n >= f.n + 3 && str_ends(s, f))
            return glue(ret, str_slice(s, 0, s.n - f.n), STR("din"));
    }
    if (s.n >= 7 && str_starts(s, STR("abd"))) {
        size_t rest = skip_article(s, 3);
        if (rest > 3)
            return glue(ret, STR("abd"), str_slice(s, rest, s.n));
    }
    if (s.n >= 7 && str_starts(s, STR("abo")))
        return glue(ret, STR("abu"), str_slice(s, s.p[3] == 'u' ? 4 : 3, s.n));
    if (s.n >= 6 && str_starts(s, STR("mac")) && !is_vowel(s.p[3]))
        return glue(ret, STR("mc"), str_slice(s, 3, s.n));
    return s;
}

static struct str canonical_arabic(struct str s, char ret[128])
{
    struct str faith = STR("الدين"), of = STR("عبدال");
    if (s.n >= faith.n + 4 && str_ends(s, faith))
        return glue(ret, str_slice(s, 0, s.n - faith.n), STR("دين"));
    if (s.n >= of.n + 6 && str_starts(s, of))
        return glue(ret, STR("عبد"), str_slice(s, of.n, s.n));
    return s;
}

static struct str canonical_cyrillic(struct str s, char ret[128])
{
    static const char *const of[] = {"абдель", "абдул", "абдал", "абдел"};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (s.n >= strlen(of[i]) + 6 && str_starts(s, str_of(of[i])))
            return glue(ret, STR("абд"), str_slice(s, strlen(of[i]), s.n));
    return s;
}

struct str link_name_spelling(struct str s, char ret[128])
{
    if (s.n < 6)
        return s;
    switch (link_script_of(s)) {
    case LINK_LATIN:
        return canonical_latin(s, ret);
    case LINK_ARABIC:
        return canonical_arabic(s, ret);
    case LINK_CYRILLIC:
        return canonical_cyrillic(s, ret);
    default:
        return s;
    }
}

struct str link_name_canonical(struct str s, char ret[128])
{
    struct str spelt = link_name_spelling(s, ret), article = STR("ال");
    return spelt.n >= article.n + 6 && str_starts(spelt, article)
               ? str_slice(spelt, article.n, spelt.n)
               : spelt;
}

/* A key being made: the classes, and whether the last letter was of the last class. */
struct key {
    char classes[64];
    size_t n;
    char last;  /* class of the letter just before, 0: none or one that is left out */
    bool start; /* nothing of the word was read yet */
};

static void add(struct key *k, char class, bool doubles)
{
    if (k->n < sizeof k->classes && (class != k->last || !doubles))
        k->classes[k->n++] = class;
    k->last = class;
    k->start = false;
}

/* A letter that counts only where the word begins. */
static void add_start(struct key *k, char class)
{
    if (k->start && k->n < sizeof k->classes)
        k->classes[k->n++] = class;
    k->last = 0;
    k->start = false;
}

static bool at(struct str s, size_t i, const char *letters)
{
    return str_starts(str_slice(s, i, s.n), str_of(letters));
}

/* Letters of Latin that sound as one; the longest first. */
static size_t sound_latin_group(struct str s, size_t i, struct key *k)
{
    static const struct {
        const char *letters;
        char class;
    } groups[] = {
        {"tzsch", 'S'}, {"dsch", 'J'}, {"tsch", 'S'}, {"stch", 'S'}, {"shch", 'S'},
        {"sch", 'S'},   {"tch", 'S'},  {"dzh", 'J'},  {"ts", 'S'},   {"tz", 'S'},
        {"cz", 'S'},    {"sz", 'S'},   {"sh", 'S'},   {"ch", 'S'},   {"zh", 'J'},
        {"dj", 'J'},    {"dz", 'S'},   {"ph", 'F'},   {"kh", 'H'},   {"gh", 'K'},
        {"ck", 'K'},    {"th", 'T'},   {"dh", 'T'},   {"rh", 'R'},
    };
    static const char first[] = "tdscpzkgr";
    if (!strchr(first, s.p[i]))
        return 0;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        if (at(s, i, groups[g].letters)) {
            if (groups[g].class == 'H')
                add_start(k, 'H');
            else
                add(k, groups[g].class, true);
            return strlen(groups[g].letters);
        }
    return 0;
}

static void sound_latin_letter(struct str s, size_t i, struct key *k)
{
    static const char classes[] = "0BSTaFKhaJKLMNaBKRSTaFw!aS";
    char class = classes[s.p[i] - 'a'], next = (char)(i + 1 < s.n ? s.p[i + 1] : 0);
    if (s.p[i] == 'c' && !(next == 'e' || next == 'i' || next == 'y'))
        class = 'K';
    if (class == '0' || class == 'a') {
        add_start(k, 'A');
    } else if (class == 'h') {
        add_start(k, 'H');
    } else if (class == 'w') {
        add_start(k, 'F');
    } else if (class == '!') {
        add(k, 'K', true);
        add(k, 'S', true);
    } else {
        add(k, class, true);
    }
}

static size_t sound_latin(struct str s, size_t i, struct key *k)
{
    size_t n = 0;
    if (s.p[i] >= 'a' && s.p[i] <= 'z') {
        n = sound_latin_group(s, i, k);
        if (n == 0)
            sound_latin_letter(s, i, k);
    } else if (s.p[i] >= '0' && s.p[i] <= '9') {
        add(k, s.p[i], false);
    }
    return n ? n : 1;
}

static uint32_t two_bytes(struct str s, size_t i)
{
    return i + 1 < s.n ? (uint32_t)((unsigned char)s.p[i] & 0x1F) << 6 |
                             ((unsigned char)s.p[i + 1] & 0x3Fu)
                       : 0;
}

static void sound_cyrillic(struct str s, size_t i, struct key *k)
{
    /* а б в г д е ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я */
    static const char classes[] = "aBFKTaJSaaKLMNaBRSTaFhSSSS.a.aaa";
    uint32_t cp = two_bytes(s, i);
    char class = cp >= 0x430 && cp < 0x450 ? classes[cp - 0x430] : 'K';
    if (at(s, i, "дж"))
        return; /* the ж says it */
    if (class == 'S' && k->last == 'T' && at(s, i, "с"))
        k->n -= k->n > 0; /* тс is ц */
    if (class == 'a')
        add_start(k, 'A');
    else if (class == 'h')
        add_start(k, 'H');
    else if (class != '.')
        add(k, class, true);
}

static void sound_arabic(struct str s, size_t i, struct key *k)
{
    /* from U+0621: ء آ أ ؤ إ ئ ا ب ة ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ */
    static const char first[] = "aaaaaaaBhTTJhhTTRSSSSTTSaK";
    /* from U+0641: ف ق ك ل م ن ه و ى ي */
    static const char second[] = "FKKLMNhwaa";
    uint32_t cp = two_bytes(s, i);
    char class = 0;
    if (cp >= 0x621 && cp <= 0x63A)
        class = first[cp - 0x621];
    else if (cp >= 0x641 && cp <= 0x64A)
        class = second[cp - 0x641];
    else if (cp == 0x67E)
        class = 'B';
    else if (cp == 0x686 || cp == 0x698)
        class = cp == 0x686 ? 'S' : 'J';
    else if (cp == 0x6AF || cp == 0x6A4)
        class = cp == 0x6AF ? 'K' : 'F';
    if (class == 'a')
        add_start(k, 'A');
    else if (class == 'h')
        add_start(k, 'H');
    else if (class == 'w')
        add_start(k, 'F');
    else if (class)
        add(k, class, false);
}

static void sound_hebrew(struct str s, size_t i, struct key *k)
{
    /* from U+05D0: א ב ג ד ה ו ז ח ט י ך כ ל ם מ ן נ ס ע ף פ ץ צ ק ר ש ת */
    static const char classes[] = "aBKThwShTaKKLMMNNSaFBSSKRST";
    uint32_t cp = two_bytes(s, i);
    char class = cp >= 0x5D0 && cp <= 0x5EA ? classes[cp - 0x5D0] : 'a';
    if (class == 'a')
        add_start(k, 'A');
    else if (class == 'h')
        add_start(k, 'H');
    else if (class == 'w')
        add_start(k, 'F');
    else
        add(k, class, false);
}

/* The article of an Arabic name, in each script, where a word begins with it. */
static size_t article(struct str s)
{
    if (s.n >= 5 && s.p[1] == 'l' && (s.p[0] == 'a' || s.p[0] == 'e') && !is_vowel(s.p[2]))
        return 2;
    if (s.n >= 12 && str_starts(s, STR("аль")))
        return 6;
    if (s.n >= 12 && (str_starts(s, STR("эль"))))
        return 6;
    return 0;
}

static void sound_word(struct str word, struct key *k)
{
    char room[128];
    struct str s = word.n < sizeof room ? link_name_canonical(word, room) : word;
    k->start = true;
    k->last = 0;
    for (size_t i = article(s); i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80) {
            i += sound_latin(s, i, k);
            continue;
        }
        uint32_t cp = c < 0xE0 ? two_bytes(s, i) : 0;
        if (cp >= 0x400 && cp < 0x530)
            sound_cyrillic(s, i, k);
        else if (cp >= 0x600 && cp < 0x780)
            sound_arabic(s, i, k);
        else if (cp >= 0x590 && cp < 0x600)
            sound_hebrew(s, i, k);
        else /* a script without classes: its bytes */
            for (size_t b = i; b < s.n && (b == i || (s.p[b] & 0xC0) == 0x80); b++)
                add(k, s.p[b], false);
        i += c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    }
}

uint32_t link_sound(struct link_namer *n, struct str folded)
{
    (void)n;
    struct key k = {.n = 0};
    for (size_t i = 0; i < folded.n;) {
        const char *blank = memchr(folded.p + i, ' ', folded.n - i);
        size_t end = blank ? (size_t)(blank - folded.p) : folded.n;
        sound_word(str_slice(folded, i, end), &k);
        i = end + 1;
    }
    if (k.n == 0)
        return 0;
    uint32_t h = (uint32_t)hash_bytes(str_make(k.classes, k.n), 0);
    return h ? h : 1;
}
