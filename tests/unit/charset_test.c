/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/charset: short tables of names in each set are told apart, and come out as UTF-8.
 */
#include "base/charset.h"
#include "tap.h"

#include <iconv.h>

/* The C library's own conversion, from UTF-8 into a set. */
static bool encode(const char *set, struct str utf8, struct buf *out)
{
    iconv_t cd = iconv_open(set, "UTF-8");
    if (cd == (iconv_t)-1)
        return false;
    char room[65536], *to = room, *from = (char *)(uintptr_t)utf8.p;
    size_t left = sizeof room, n = utf8.n;
    bool good = iconv(cd, &from, &n, &to, &left) != (size_t)-1;
    (void)iconv_close(cd);
    buf_add(out, str_make(room, sizeof room - left));
    return good;
}

static enum charset decide(struct str bytes, size_t piece)
{
    struct charset_look *l = charset_look_new();
    for (size_t i = 0; i < bytes.n; i += piece)
        charset_look_add(l, str_slice(bytes, i, i + piece));
    enum charset c = charset_decide(l);
    charset_look_free(l);
    return c;
}

static bool convert(enum charset c, struct str bytes, size_t piece, struct buf *out)
{
    BUF_AUTO kept;
    buf_init(&kept, 1u << 20);
    size_t at = 0;
    for (;;) {
        struct str s = str_slice(bytes, at, at + piece);
        at += s.n;
        buf_add(&kept, s);
        size_t used;
        if (charset_convert(c, buf_str(&kept), at == bytes.n, out, &used, NULL) != 0)
            return false;
        memmove(kept.p, kept.p + used, kept.n - used);
        kept.n -= used;
        if (at == bytes.n)
            return kept.n == 0;
    }
}

static const struct {
    const char *set;
    enum charset want;
    const char *text;
} cases[] = {
    {"CP1251", CHARSET_CP1251,
     "фамилия;имя;отчество;место\r\nСивак;Артём;Олегович;Колвар\r\nБелан;Данил;Игоревич;"
     "Марнот\r\n"},
    {"CP1251", CHARSET_CP1251, "ФИО;ГОД\r\nСИВАК АРТЁМ ОЛЕГОВИЧ;1988\r\nБЕЛАН ДАНИЛ;1990\r\n"},
    {"CP1251", CHARSET_CP1251,
     "прізвище;ім'я\r\nКовальчук;Дмитро\r\nШевчук;Олексій\r\nЩербак;Юрій\r\n"},
    {"KOI8-U", CHARSET_KOI8U,
     "фамилия;имя;отчество;место\nСивак;Артём;Олегович;Колвар\nБелан;Данил;Игоревич;Марнот\n"},
    {"CP866", CHARSET_CP866,
     "фамилия;имя;отчество;место\nСивак;Артём;Олегович;Колвар\nБелан;Данил;Игоревич;Марнот\n"},
    {"CP1252", CHARSET_CP1252,
     "Name;Vorname\r\nMüller;Jürgen\r\nSchäfer;Björn\r\nGroß;Käthe\r\n"},
    {"CP1252", CHARSET_CP1252, "nom;prénom\nLefèvre;André\nBénard;François\n"},
    {"CP1250", CHARSET_CP1250,
     "jméno;příjmení\nJiří;Dvořák\nOndřej;Černý\nŠtěpán;Žák\nTomáš;Růžička\n"},
    {"CP1250", CHARSET_CP1250,
     "imię;nazwisko\nŁukasz;Wiśniewski\nPaweł;Dąbrowski\nElżbieta;Kozłowska\n"},
    {"CP1254", CHARSET_CP1254,
     "ad;soyad;şehir\nAyşe;Yıldırım;İzmir\nOğuz;Çalışkan;Muğla\nIşıl;Kılıç;Eskişehir\n"},
    {"CP1256", CHARSET_CP1256,
     "الاسم;المدينة\r\nمحمد عبد الله;مارنوث\r\nفاطمة حسن;تيسك\r\nأحمد سليم;كولفار\r\n"},
};

static void single_bytes(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str text = str_of(cases[i].text);
        BUF_AUTO bytes;
        BUF_AUTO back;
        buf_init(&bytes, 1u << 20);
        buf_init(&back, 1u << 20);
        if (!encode(cases[i].set, text, &bytes)) {
            ok(true, "the C library has no %s # SKIP", cases[i].set);
            continue;
        }
        enum charset got = decide(buf_str(&bytes), 1u << 20);
        ok(got == cases[i].want && decide(buf_str(&bytes), 7) == got, "case %zu is %s, not %s",
           i, cases[i].set, charset_name(got));
        ok(convert(cases[i].want, buf_str(&bytes), 5, &back) && str_eq(buf_str(&back), text),
           "case %zu comes out as it was", i);
    }
}

/* Every byte that the set uses is what the C library says it is. */
static void whole_tables(void)
{
    static const struct {
        const char *set;
        enum charset c;
    } sets[] = {{"CP1250", CHARSET_CP1250}, {"CP1251", CHARSET_CP1251},
                {"CP1252", CHARSET_CP1252}, {"CP1254", CHARSET_CP1254},
                {"CP1256", CHARSET_CP1256}, {"KOI8-U", CHARSET_KOI8U},
                {"CP866", CHARSET_CP866}};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        unsigned wrong = 0, seen = 0;
        for (unsigned b = 0; b < 256; b++) {
            char byte = (char)b;
            BUF_AUTO out;
            BUF_AUTO again;
            buf_init(&out, 100);
            buf_init(&again, 100);
            size_t used;
            if (charset_convert(sets[i].c, str_make(&byte, 1), true, &out, &used, NULL) != 0)
                wrong++;
            if (str_eq(buf_str(&out), STR("\xef\xbf\xbd")) ||
                !encode(sets[i].set, buf_str(&out), &again))
                continue;
            seen++;
            wrong += !str_eq(buf_str(&again), str_make(&byte, 1));
        }
        ok(wrong == 0 && (seen > 240 || seen == 0), "%s: %u bytes, %u of them wrong",
           sets[i].set, seen, wrong);
    }
}

static void unicode(void)
{
    struct str text = STR("\xef\xbb\xbfname;имя\nA\xf0\x9f\x99\x82z;Олег\n");
    static const struct {
        const char *set;
        enum charset c;
    } sets[] = {{"UTF-16LE", CHARSET_UTF16LE}, {"UTF-16BE", CHARSET_UTF16BE}};
    for (size_t i = 0; i < 2; i++) {
        BUF_AUTO bytes;
        BUF_AUTO back;
        buf_init(&bytes, 4096);
        buf_init(&back, 4096);
        if (!encode(sets[i].set, text, &bytes))
            continue;
        ok(decide(buf_str(&bytes), 3) == sets[i].c, "%s by its mark", sets[i].set);
        struct str bare = str_slice(buf_str(&bytes), 2, bytes.n);
        ok(decide(bare, 3) == sets[i].c, "%s by its form", sets[i].set);
        ok(convert(sets[i].c, buf_str(&bytes), 3, &back) && str_eq(buf_str(&back), text),
           "%s in pieces", sets[i].set);
        struct err err = {0};
        size_t used;
        buf_clear(&back);
        int e = charset_convert(sets[i].c, str_slice(bare, 0, bare.n - 1), true, &back, &used,
                                &err);
        ok(e == ERR_INPUT && strstr(err.text, "odd"), "an odd byte: %s", err.text);
    }
    struct err err = {0};
    size_t used = 0;
    BUF_AUTO back;
    buf_init(&back, 4096);
    int e = charset_convert(CHARSET_UTF16LE, STR("a\0\x3d\xd8z\0"), true, &back, &used, &err);
    ok(e == ERR_INPUT && used == 2, "half a pair at byte %zu: %s", used, err.text);
    ok(decide(text, 1) == CHARSET_UTF8, "UTF-8");
    ok(decide(STR(""), 1) == CHARSET_UTF8, "nothing");
    ok(decide(STR("plain,ASCII\n"), 1) == CHARSET_UTF8, "ASCII");
}

static void nearly_utf8(void)
{
    BUF_AUTO b;
    buf_init(&b, 4096);
    for (int i = 0; i < 20; i++)
        buf_add(&b, STR("имя,"));
    buf_add(&b, STR("\xff\n"));
    struct charset_look *l = charset_look_new();
    charset_look_add(l, buf_str(&b));
    ok(charset_decide(l) == CHARSET_UTF8 && l->ill == 1 && l->first_ill == b.n - 2,
       "UTF-8 with one bad byte is that, and says where");
    charset_look_free(l);
}

int main(void)
{
    single_bytes();
    whole_tables();
    unicode();
    nearly_utf8();
    return tap_end();
}
