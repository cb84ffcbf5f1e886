/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"
#include "base/words.h"
#include "tap.h"

struct seen {
    struct str text;
    struct buf out;
    size_t last;
    bool good;
};

static int add(void *context, struct str word, size_t begin, size_t end)
{
    struct seen *s = context;
    if (s->out.n)
        buf_add_char(&s->out, '|');
    buf_add(&s->out, word);
    s->good = s->good && begin < end && begin >= s->last && end <= s->text.n && word.n &&
              word.n <= WORDS_MAX;
    s->last = end;
    return 0;
}

static void check(struct words *w, const char *text, const char *want, const char *name)
{
    struct seen s = {.text = str_of(text), .good = true};
    buf_init(&s.out, 1 << 16);
    int r = words_each(w, s.text, add, &s);
    buf_add_char(&s.out, '\0');
    ok(r == 0 && s.good && strcmp(s.out.p, want) == 0, "%s: %s", name, want);
    if (strcmp(s.out.p, want) != 0)
        printf("# got %s\n", s.out.p);
    buf_free(&s.out);
}

static const struct {
    const char *name, *text, *want;
} cases[] = {
    {"ASCII", "The Grey HERON, no. 12b_x", "the|grey|heron|no|12b|x"},
    {"nothing", " .,;-- ", ""},
    {"Latin NFC", "Caf\u00e9 \u00c9COLE \u0141\u00f3d\u017a", "cafe|ecole|lodz"},
    {"Latin NFD", "Cafe\u0301 E\u0301COLE \u0141o\u0301dz\u0301", "cafe|ecole|lodz"},
    {"Vietnamese", "Nguy\u1ec5n Nguye\u0302\u0303n", "nguyen|nguyen"},
    {"sharp s", "Stra\u00dfe STRASSE STRA\u1e9eE", "strasse|strasse|strasse"},
    {"Turkish i", "D\u0130YARBAKIR Diyarbak\u0131r diyarbakir",
     "diyarbakir|diyarbakir|diyarbakir"},
    {"Nordic", "\u00c5rhus \u00d8st \u00c6r\u00f8", "arhus|ost|aero"},
    {"Greek", "\u039f\u0394\u039f\u03a3 \u03bf\u03b4\u03cc\u03c2", "οδοσ|οδοσ"},
    {"Cyrillic", "Ёлка елка ЁЛКА Ещё", "елка|елка|елка|еще"},
    {"Cyrillic NFD", "Е\u0308лка и\u0306 й", "елка|и|и"},
    {"Ukrainian apostrophes", "об'єкт об\u2019єкт об\u02bcєкт", "об|єкт|об|єкт|об|єкт"},
    {"Arabic",
     "\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f \u0645\u062d\u0645\u062f "
     "\u0645\u062d\u0640\u0640\u0645\u062f",
     "محمد|محمد|محمد"},
    {"Arabic alef", "\u0623\u062d\u0645\u062f \u0627\u062d\u0645\u062f", "احمد|احمد"},
    {"Arabic presentation forms", "\ufee3\ufea4\ufee4\ufeaa", "محمد"},
    {"Persian ya, kaf, joiner",
     "\u06a9\u06cc \u0643\u064a \u0645\u06cc\u200c\u0631\u0648\u0645", "كي|كي|ميروم"},
    {"Hebrew", "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u05e9\u05dc\u05d5\u05dd",
     "שלום|שלום"},
    {"Devanagari keeps its vowels", "\u0915\u0940 \u0915\u093e \u0915\u094d\u0937", "की|का|क्ष"},
    {"Devanagari nukta", "\u0958 \u0915\u093c", "क़|क़"},
    {"Han", "\u6771\u4eac\u90fd 2024", "東|京|都|2024"},
    {"Han compatibility", "\uf900 \u8c48", "豈|豈"},
    {"kana NFC, NFD and half-width", "\u30ac \u30ab\u3099 \uff76\uff9e",
     "カ\u3099|カ\u3099|カ\u3099"},
    {"Thai", "\u0e01\u0e35\u0e48\u0e04\u0e19", "กี่|ค|น"},
    {"Lao, Khmer, Myanmar", "\u0e9e\u0eb2 \u1780\u17b6\u1781 \u1019\u103c\u1014\u103a",
     "ພ|າ|កា|ខ|မြ|န်"},
    {"Hangul", "\uac01 \u1100\u1161\u11a8", "\u1100\u1161\u11a8|\u1100\u1161\u11a8"},
    {"mixed scripts", "abc\u6771def\u0e01x", "abc|東|def|ก|x"},
    {"wide letters, ligatures", "\uff21\uff22\uff23 \ufb01sh", "abc|fish"},
    {"digits of scripts", "\u0661\u0669\u0669\u0660 \u06f1\u06f9 \u0967\u0968 \u0e55 \uff17",
     "1990|19|12|5|7"},
    {"soft hyphen, direction marks", "co\u00adoperate \u200fab\u200ec", "cooperate|abc"},
    {"zero-width space", "a\u200bb", "a|b"},
    {"bytes that are no text",
     "a\xff"
     "b \xd0 \xe2\x80 c",
     "a|b|c"},
    {"outside the first plane", "\U00020000\U0001d400\U0001d7d9 \U0001f600", "\U00020000|a1"},
};

static int count(void *context, struct str word, size_t begin, size_t end)
{
    (void)word;
    *(size_t *)context += end - begin;
    return 0;
}

static int stop(void *context, struct str word, size_t begin, size_t end)
{
    (void)word;
    (void)begin;
    (void)end;
    return ++*(int *)context == 2 ? 42 : 0;
}

int main(void)
{
    struct words *w = words_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(w, cases[i].text, cases[i].want, cases[i].name);
    int calls = 0;
    ok(words_each(w, STR("a b c"), stop, &calls) == 42 && calls == 2, "it can be stopped");
    BUF_AUTO text;
    buf_init(&text, 1 << 20);
    for (int i = 0; i < 300; i++)
        buf_add(&text, STR("\u00e9x"));
    struct seen s = {.text = buf_str(&text), .good = true};
    buf_init(&s.out, 1 << 16);
    ok(words_each(w, s.text, add, &s) == 0 && s.good && s.out.n == WORDS_MAX &&
           s.last == text.n,
       "a long word is cut, its place is not");
    buf_free(&s.out);
    /* All code points, each alone and all in a row. */
    buf_clear(&text);
    text.max = (size_t)8 << 20;
    size_t bytes = 0;
    for (uint32_t cp = 0x80; cp < 0x110000; cp++) {
        if (cp < 0x800)
            buf_add_char(&text, (char)(0xC0 | cp >> 6));
        else if (cp < 0x10000)
            buf_add_char(&text, (char)(0xE0 | cp >> 12));
        else
            buf_add_char(&text, (char)(0xF0 | cp >> 18));
        if (cp >= 0x10000)
            buf_add_char(&text, (char)(0x80 | (cp >> 12 & 0x3F)));
        if (cp >= 0x800)
            buf_add_char(&text, (char)(0x80 | (cp >> 6 & 0x3F)));
        buf_add_char(&text, (char)(0x80 | (cp & 0x3F)));
    }
    ok(!text.full && words_each(w, buf_str(&text), count, &bytes) == 0 && bytes > 300000,
       "all of Unicode in a row");
    words_free(w);
    return tap_end();
}
