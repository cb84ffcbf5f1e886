/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables are the mappings that the Unicode consortium publishes with each set.
 *
 * The score of a single-byte set is the mean over neighbouring bytes of how likely the second
 * is: by the rank of the letter in its script (frequencies fall by a constant factor with the
 * rank, roughly), and by what may stand beside what: a Cyrillic or Arabic letter stands beside
 * its own kind, an accented Latin one among ASCII letters, a capital not behind a small letter.
 */
#include "base/charset.h"

#include <stdlib.h>

#define CHARSET_FIRST_TABLE CHARSET_CP1250
#define CHARSET_TABLES      (CHARSET_COUNT - CHARSET_FIRST_TABLE)

static const uint16_t tables[CHARSET_TABLES][128] = {
    [CHARSET_CP1250 - CHARSET_FIRST_TABLE] =
        {
            0x20ac, 0x0000, 0x201a, 0x0000, 0x201e, 0x2026, 0x2020, 0x2021, 0x0000, 0x2030,
            0x0160, 0x2039, 0x015a, 0x0164, 0x017d, 0x0179, 0x0000, 0x2018, 0x2019, 0x201c,
            0x201d, 0x2022, 0x2013, 0x2014, 0x0000, 0x2122, 0x0161, 0x203a, 0x015b, 0x0165,
            0x017e, 0x017a, 0x00a0, 0x02c7, 0x02d8, 0x0141, 0x00a4, 0x0104, 0x00a6, 0x00a7,
            0x00a8, 0x00a9, 0x015e, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x017b, 0x00b0, 0x00b1,
            0x02db, 0x0142, 0x00b4, 0x00b5, 0x00b6, 0x00b7, 0x00b8, 0x0105, 0x015f, 0x00bb,
            0x013d, 0x02dd, 0x013e, 0x017c, 0x0154, 0x00c1, 0x00c2, 0x0102, 0x00c4, 0x0139,
            0x0106, 0x00c7, 0x010c, 0x00c9, 0x0118, 0x00cb, 0x011a, 0x00cd, 0x00ce, 0x010e,
            0x0110, 0x0143, 0x0147, 0x00d3, 0x00d4, 0x0150, 0x00d6, 0x00d7, 0x0158, 0x016e,
            0x00da, 0x0170, 0x00dc, 0x00dd, 0x0162, 0x00df, 0x0155, 0x00e1, 0x00e2, 0x0103,
            0x00e4, 0x013a, 0x0107, 0x00e7, 0x010d, 0x00e9, 0x0119, 0x00eb, 0x011b, 0x00ed,
            0x00ee, 0x010f, 0x0111, 0x0144, 0x0148, 0x00f3, 0x00f4, 0x0151, 0x00f6, 0x00f7,
            0x0159, 0x016f, 0x00fa, 0x0171, 0x00fc, 0x00fd, 0x0163, 0x02d9,
        },
    [CHARSET_CP1251 - CHARSET_FIRST_TABLE] =
        {
            0x0402, 0x0403, 0x201a, 0x0453, 0x201e, 0x2026, 0x2020, 0x2021, 0x20ac, 0x2030,
            0x0409, 0x2039, 0x040a, 0x040c, 0x040b, 0x040f, 0x0452, 0x2018, 0x2019, 0x201c,
            0x201d, 0x2022, 0x2013, 0x2014, 0x0000, 0x2122, 0x0459, 0x203a, 0x045a, 0x045c,
            0x045b, 0x045f, 0x00a0, 0x040e, 0x045e, 0x0408, 0x00a4, 0x0490, 0x00a6, 0x00a7,
            0x0401, 0x00a9, 0x0404, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x0407, 0x00b0, 0x00b1,
            0x0406, 0x0456, 0x0491, 0x00b5, 0x00b6, 0x00b7, 0x0451, 0x2116, 0x0454, 0x00bb,
            0x0458, 0x0405, 0x0455, 0x0457, 0x0410, 0x0411, 0x0412, 0x0413, 0x0414, 0x0415,
            0x0416, 0x0417, 0x0418, 0x0419, 0x041a, 0x041b, 0x041c, 0x041d, 0x041e, 0x041f,
            0x0420, 0x0421, 0x0422, 0x0423, 0x0424, 0x0425, 0x0426, 0x0427, 0x0428, 0x0429,
            0x042a, 0x042b, 0x042c, 0x042d, 0x042e, 0x042f, 0x0430, 0x0431, 0x0432, 0x0433,
            0x0434, 0x0435, 0x0436, 0x0437, 0x0438, 0x0439, 0x043a, 0x043b, 0x043c, 0x043d,
            0x043e, 0x043f, 0x0440, 0x0441, 0x0442, 0x0443, 0x0444, 0x0445, 0x0446, 0x0447,
            0x0448, 0x0449, 0x044a, 0x044b, 0x044c, 0x044d, 0x044e, 0x044f,
        },
    [CHARSET_CP1252 - CHARSET_FIRST_TABLE] =
        {
            0x20ac, 0x0000, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030,
            0x0160, 0x2039, 0x0152, 0x0000, 0x017d, 0x0000, 0x0000, 0x2018, 0x2019, 0x201c,
            0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x0000,
            0x017e, 0x0178, 0x00a0, 0x00a1, 0x00a2, 0x00a3, 0x00a4, 0x00a5, 0x00a6, 0x00a7,
            0x00a8, 0x00a9, 0x00aa, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x00af, 0x00b0, 0x00b1,
            0x00b2, 0x00b3, 0x00b4, 0x00b5, 0x00b6, 0x00b7, 0x00b8, 0x00b9, 0x00ba, 0x00bb,
            0x00bc, 0x00bd, 0x00be, 0x00bf, 0x00c0, 0x00c1, 0x00c2, 0x00c3, 0x00c4, 0x00c5,
            0x00c6, 0x00c7, 0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd, 0x00ce, 0x00cf,
            0x00d0, 0x00d1, 0x00d2, 0x00d3, 0x00d4, 0x00d5, 0x00d6, 0x00d7, 0x00d8, 0x00d9,
            0x00da, 0x00db, 0x00dc, 0x00dd, 0x00de, 0x00df, 0x00e0, 0x00e1, 0x00e2, 0x00e3,
            0x00e4, 0x00e5, 0x00e6, 0x00e7, 0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x00ec, 0x00ed,
            0x00ee, 0x00ef, 0x00f0, 0x00f1, 0x00f2, 0x00f3, 0x00f4, 0x00f5, 0x00f6, 0x00f7,
            0x00f8, 0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x00fd, 0x00fe, 0x00ff,
        },
    [CHARSET_CP1254 - CHARSET_FIRST_TABLE] =
        {
            0x20ac, 0x0000, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030,
            0x0160, 0x2039, 0x0152, 0x0000, 0x0000, 0x0000, 0x0000, 0x2018, 0x2019, 0x201c,
            0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x0000,
            0x0000, 0x0178, 0x00a0, 0x00a1, 0x00a2, 0x00a3, 0x00a4, 0x00a5, 0x00a6, 0x00a7,
            0x00a8, 0x00a9, 0x00aa, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x00af, 0x00b0, 0x00b1,
            0x00b2, 0x00b3, 0x00b4, 0x00b5, 0x00b6, 0x00b7, 0x00b8, 0x00b9, 0x00ba, 0x00bb,
            0x00bc, 0x00bd, 0x00be, 0x00bf, 0x00c0, 0x00c1, 0x00c2, 0x00c3, 0x00c4, 0x00c5,
            0x00c6, 0x00c7, 0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd, 0x00ce, 0x00cf,
            0x011e, 0x00d1, 0x00d2, 0x00d3, 0x00d4, 0x00d5, 0x00d6, 0x00d7, 0x00d8, 0x00d9,
            0x00da, 0x00db, 0x00dc, 0x0130, 0x015e, 0x00df, 0x00e0, 0x00e1, 0x00e2, 0x00e3,
            0x00e4, 0x00e5, 0x00e6, 0x00e7, 0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x00ec, 0x00ed,
            0x00ee, 0x00ef, 0x011f, 0x00f1, 0x00f2, 0x00f3, 0x00f4, 0x00f5, 0x00f6, 0x00f7,
            0x00f8, 0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x0131, 0x015f, 0x00ff,
        },
    [CHARSET_CP1256 - CHARSET_FIRST_TABLE] =
        {
            0x20ac, 0x067e, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030,
            0x0679, 0x2039, 0x0152, 0x0686, 0x0698, 0x0688, 0x06af, 0x2018, 0x2019, 0x201c,
            0x201d, 0x2022, 0x2013, 0x2014, 0x06a9, 0x2122, 0x0691, 0x203a, 0x0153, 0x200c,
            0x200d, 0x06ba, 0x00a0, 0x060c, 0x00a2, 0x00a3, 0x00a4, 0x00a5, 0x00a6, 0x00a7,
            0x00a8, 0x00a9, 0x06be, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x00af, 0x00b0, 0x00b1,
            0x00b2, 0x00b3, 0x00b4, 0x00b5, 0x00b6, 0x00b7, 0x00b8, 0x00b9, 0x061b, 0x00bb,
            0x00bc, 0x00bd, 0x00be, 0x061f, 0x06c1, 0x0621, 0x0622, 0x0623, 0x0624, 0x0625,
            0x0626, 0x0627, 0x0628, 0x0629, 0x062a, 0x062b, 0x062c, 0x062d, 0x062e, 0x062f,
            0x0630, 0x0631, 0x0632, 0x0633, 0x0634, 0x0635, 0x0636, 0x00d7, 0x0637, 0x0638,
            0x0639, 0x063a, 0x0640, 0x0641, 0x0642, 0x0643, 0x00e0, 0x0644, 0x00e2, 0x0645,
            0x0646, 0x0647, 0x0648, 0x00e7, 0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x0649, 0x064a,
            0x00ee, 0x00ef, 0x064b, 0x064c, 0x064d, 0x064e, 0x00f4, 0x064f, 0x0650, 0x00f7,
            0x0651, 0x00f9, 0x0652, 0x00fb, 0x00fc, 0x200e, 0x200f, 0x06d2,
        },
    [CHARSET_KOI8U - CHARSET_FIRST_TABLE] =
        {
            0x2500, 0x2502, 0x250c, 0x2510, 0x2514, 0x2518, 0x251c, 0x2524, 0x252c, 0x2534,
            0x253c, 0x2580, 0x2584, 0x2588, 0x258c, 0x2590, 0x2591, 0x2592, 0x2593, 0x2320,
            0x25a0, 0x2219, 0x221a, 0x2248, 0x2264, 0x2265, 0x00a0, 0x2321, 0x00b0, 0x00b2,
            0x00b7, 0x00f7, 0x2550, 0x2551, 0x2552, 0x0451, 0x0454, 0x2554, 0x0456, 0x0457,
            0x2557, 0x2558, 0x2559, 0x255a, 0x255b, 0x0491, 0x255d, 0x255e, 0x255f, 0x2560,
            0x2561, 0x0401, 0x0404, 0x2563, 0x0406, 0x0407, 0x2566, 0x2567, 0x2568, 0x2569,
            0x256a, 0x0490, 0x256c, 0x00a9, 0x044e, 0x0430, 0x0431, 0x0446, 0x0434, 0x0435,
            0x0444, 0x0433, 0x0445, 0x0438, 0x0439, 0x043a, 0x043b, 0x043c, 0x043d, 0x043e,
            0x043f, 0x044f, 0x0440, 0x0441, 0x0442, 0x0443, 0x0436, 0x0432, 0x044c, 0x044b,
            0x0437, 0x0448, 0x044d, 0x0449, 0x0447, 0x044a, 0x042e, 0x0410, 0x0411, 0x0426,
            0x0414, 0x0415, 0x0424, 0x0413, 0x0425, 0x0418, 0x0419, 0x041a, 0x041b, 0x041c,
            0x041d, 0x041e, 0x041f, 0x042f, 0x0420, 0x0421, 0x0422, 0x0423, 0x0416, 0x0412,
            0x042c, 0x042b, 0x0417, 0x0428, 0x042d, 0x0429, 0x0427, 0x042a,
        },
    [CHARSET_CP866 - CHARSET_FIRST_TABLE] =
        {
            0x0410, 0x0411, 0x0412, 0x0413, 0x0414, 0x0415, 0x0416, 0x0417, 0x0418, 0x0419,
            0x041a, 0x041b, 0x041c, 0x041d, 0x041e, 0x041f, 0x0420, 0x0421, 0x0422, 0x0423,
            0x0424, 0x0425, 0x0426, 0x0427, 0x0428, 0x0429, 0x042a, 0x042b, 0x042c, 0x042d,
            0x042e, 0x042f, 0x0430, 0x0431, 0x0432, 0x0433, 0x0434, 0x0435, 0x0436, 0x0437,
            0x0438, 0x0439, 0x043a, 0x043b, 0x043c, 0x043d, 0x043e, 0x043f, 0x2591, 0x2592,
            0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557,
            0x255d, 0x255c, 0x255b, 0x2510, 0x2514, 0x2534, 0x252c, 0x251c, 0x2500, 0x253c,
            0x255e, 0x255f, 0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256c, 0x2567,
            0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256b, 0x256a, 0x2518,
            0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580, 0x0440, 0x0441, 0x0442, 0x0443,
            0x0444, 0x0445, 0x0446, 0x0447, 0x0448, 0x0449, 0x044a, 0x044b, 0x044c, 0x044d,
            0x044e, 0x044f, 0x0401, 0x0451, 0x0404, 0x0454, 0x0407, 0x0457, 0x040e, 0x045e,
            0x00b0, 0x2219, 0x00b7, 0x221a, 0x2116, 0x00a4, 0x25a0, 0x00a0,
        },

};

/* Small letters outside ASCII, the commonest first: of each script over the languages that are
 * written in the sets. */
static const char *const by_rank[CHARSET_TABLES] = {
    [CHARSET_CP1250 - CHARSET_FIRST_TABLE] = "éáíčšóćžłěřýęńąśżđúůöüäźőűťňďôăşţľâîëçĺŕß",
    [CHARSET_CP1251 - CHARSET_FIRST_TABLE] = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщіэфїєъґёўјњљћџђ",
    [CHARSET_CP1252 - CHARSET_FIRST_TABLE] = "éüöáäíóñèçßàãêúâôîåøæëïõòìùûœýšžðþÿ",
    [CHARSET_CP1254 - CHARSET_FIRST_TABLE] = "ışüğçöâîûéáíóñèäàúêôß",
    [CHARSET_CP1256 - CHARSET_FIRST_TABLE] = "اليمنورتبدعهحسفكقأةجشصخىضطزإذثغءظئآؤپچگژ",
    [CHARSET_KOI8U - CHARSET_FIRST_TABLE] = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщіэфїєъґё",
    [CHARSET_CP866 - CHARSET_FIRST_TABLE] = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёєїў",
};

static const char *const names[CHARSET_COUNT] = {
    "UTF-8",        "UTF-16LE",     "UTF-16BE",     "Windows-1250", "Windows-1251",
    "Windows-1252", "Windows-1254", "Windows-1256", "KOI8-U",       "code page 866"};

const char *charset_name(enum charset c)
{
    return names[c];
}

struct charset_look *charset_look_new(void)
{
    struct charset_look *l = calloc(1, sizeof *l);
    if (!l)
        err_die("out of memory");
    return l;
}

void charset_look_free(struct charset_look *l)
{
    free(l);
}

static void ill_byte(struct charset_look *l, uint64_t at)
{
    if (l->ill++ == 0)
        l->first_ill = at;
    l->state = 0;
}

/* One byte of what may be UTF-8 (Unicode 15, table 3-7). */
static void look_utf8(struct charset_look *l, uint8_t c, uint64_t at)
{
    if (l->state) {
        if (c >= l->low && c <= l->high) {
            l->low = 0x80;
            l->high = 0xbf;
            if (--l->state == 0)
                l->well++;
            return;
        }
        ill_byte(l, at - 1);
    }
    if (c < 0x80)
        return;
    l->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    l->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    if (c >= 0xc2 && c <= 0xdf)
        l->state = 1;
    else if (c >= 0xe0 && c <= 0xef)
        l->state = 2;
    else if (c >= 0xf0 && c <= 0xf4)
        l->state = 3;
    else
        ill_byte(l, at);
}

/* Past words of ASCII without NUL, of which nothing is to be learnt. */
static size_t skip_plain(struct charset_look *l, struct str s, size_t i)
{
    size_t begin = i;
    for (uint64_t w; i + 8 <= s.n; i += 8) {
        memcpy(&w, s.p + i, 8);
        if ((w | (w - 0x0101010101010101u)) & 0x8080808080808080u)
            break;
    }
    if (i > begin)
        l->last = (uint8_t)s.p[i - 1];
    return i;
}

void charset_look_add(struct charset_look *l, struct str bytes)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    for (size_t i = 0; i < bytes.n; i++) {
        if (l->line_feed && !l->state && l->last < 0x80)
            i = skip_plain(l, bytes, i);
        if (i == bytes.n)
            break;
        uint8_t c = p[i];
        uint64_t at = l->bytes + i;
        if (at < sizeof l->head)
            l->head[at] = c;
        if (c == 0 && l->zeros[0] + l->zeros[1] == 0)
            l->first_zero = at;
        if (c == 0)
            l->zeros[at & 1]++;
        l->line_feed |= c == '\n';
        l->carriage_return |= c == '\r';
        if (l->state || c >= 0x80)
            look_utf8(l, c, at);
        if ((c | l->last) & 0x80 && l->pairs[l->last][c] < UINT32_MAX)
            l->pairs[l->last][c]++;
        l->last = c;
    }
    l->bytes += bytes.n;
}

/* What a byte is in a set. */
enum kind { NO_LETTER, ASCII_LETTER, SMALL, CAPITAL, SIGN, NOTHING };
struct letter {
    enum kind kind;
    double bits;
};

static uint32_t next_letter(const char **p)
{
    const unsigned char *s = (const unsigned char *)*p;
    bool three = s[0] >= 0xe0;
    *p += three ? 3 : 2;
    return three ? ((s[0] & 15u) << 12 | (s[1] & 63u) << 6 | (s[2] & 63u))
                 : ((s[0] & 31u) << 6 | (s[1] & 63u));
}

/* The small letter of a capital in the ranges that the sets hold. */
static uint32_t small_of(uint32_t c)
{
    if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x410 && c <= 0x42f))
        return c + 32;
    if (c >= 0x402 && c <= 0x40f)
        return c + 80;
    if (c == 0x130)
        return 'i';
    if (c == 0x178)
        return 0xff;
    if (c == 0x490 || (c >= 0x100 && c <= 0x137 && c % 2 == 0) ||
        (c >= 0x14a && c <= 0x177 && c % 2 == 0))
        return c + 1;
    if (c >= 0x139 && c <= 0x148 && c % 2 == 1)
        return c + 1;
    return (c == 0x179 || c == 0x17b || c == 0x17d) ? c + 1 : c;
}

static struct letter letter_of(unsigned table, uint8_t byte)
{
    if (byte < 0x80)
        return (struct letter){
            (byte | 32) >= 'a' && (byte | 32) <= 'z' ? ASCII_LETTER : NO_LETTER, 0};
    uint32_t c = tables[table][byte - 0x80];
    if (c == 0)
        return (struct letter){NOTHING, -14};
    uint32_t small = small_of(c);
    double bits = -3.2;
    for (const char *p = by_rank[table]; *p; bits -= 0.17)
        if (next_letter(&p) == small)
            return (struct letter){small == c ? SMALL : CAPITAL, small == c ? bits : bits - 1};
    bool quiet = c == 0xa0 || c == 0x2116 || (c >= 0x2013 && c <= 0x201e) || c == 0xab ||
                 c == 0xbb || c == 0x60c || (c >= 0x64b && c <= 0x652);
    return (struct letter){SIGN, quiet ? -6 : -11};
}

/* Bits for two letters beside one another. */
static double beside(bool latin, enum kind a, enum kind b)
{
    bool high_a = a == SMALL || a == CAPITAL, high_b = b == SMALL || b == CAPITAL;
    if (latin)
        return high_a && high_b ? -4 : a == ASCII_LETTER && b == CAPITAL ? -1 : 0;
    if ((high_a && b == ASCII_LETTER) || (high_b && a == ASCII_LETTER))
        return -7;
    return a == SMALL && b == CAPITAL ? -5 : 0;
}

static double score(const struct charset_look *l, unsigned table)
{
    enum charset set = (enum charset)(table + CHARSET_FIRST_TABLE);
    bool latin = set == CHARSET_CP1250 || set == CHARSET_CP1252 || set == CHARSET_CP1254;
    struct letter letters[256];
    for (unsigned i = 0; i < 256; i++)
        letters[i] = letter_of(table, (uint8_t)i);
    double sum = 0, count = 0;
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = a < 0x80 ? 0x80 : 0; b < 256; b++) {
            double n = l->pairs[a][b];
            if (n == 0)
                continue;
            sum += n * (letters[b].bits + beside(latin, letters[a].kind, letters[b].kind));
            count += n;
        }
    }
    return count > 0 ? sum / count : 0;
}

enum charset charset_decide(const struct charset_look *l)
{
    const uint8_t *h = l->head;
    if (l->bytes >= 2 && h[0] == 0xff && h[1] == 0xfe)
        return CHARSET_UTF16LE;
    if (l->bytes >= 2 && h[0] == 0xfe && h[1] == 0xff)
        return CHARSET_UTF16BE;
    if (l->bytes >= 3 && h[0] == 0xef && h[1] == 0xbb && h[2] == 0xbf)
        return CHARSET_UTF8;
    /* Digits, separators and line ends make every fourth character or more of a table ASCII,
     * of which one byte is NUL, always at the same side. */
    for (unsigned odd = 0; odd < 2; odd++)
        if (l->zeros[odd] >= 2 && l->zeros[odd] * 12 >= l->bytes &&
            l->zeros[!odd] * 20 <= l->zeros[odd])
            return odd ? CHARSET_UTF16LE : CHARSET_UTF16BE;
    if (l->ill + (l->state > 0) == 0 || l->well >= 8 * l->ill || l->zeros[0] + l->zeros[1])
        return CHARSET_UTF8;
    unsigned best = CHARSET_CP1252 - CHARSET_FIRST_TABLE;
    double most = score(l, best);
    for (unsigned t = 0; t < CHARSET_TABLES; t++) {
        double s = score(l, t);
        if (s > most) {
            most = s;
            best = t;
        }
    }
    return (enum charset)(best + CHARSET_FIRST_TABLE);
}

static void put(struct buf *out, uint32_t c)
{
    char p[4];
    size_t n = 0;
    if (c < 0x80) {
        p[n++] = (char)c;
    } else if (c < 0x800) {
        p[n++] = (char)(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        p[n++] = (char)(0xe0 | c >> 12);
        p[n++] = (char)(0x80 | (c >> 6 & 63));
    } else {
        p[n++] = (char)(0xf0 | c >> 18);
        p[n++] = (char)(0x80 | (c >> 12 & 63));
        p[n++] = (char)(0x80 | (c >> 6 & 63));
    }
    if (c >= 0x80)
        p[n++] = (char)(0x80 | (c & 63));
    buf_add(out, str_make(p, n));
}

static uint32_t unit(const char *p, bool big)
{
    const unsigned char *s = (const unsigned char *)p;
    return big ? (uint32_t)s[0] << 8 | s[1] : (uint32_t)s[1] << 8 | s[0];
}

static int convert_utf16(bool big, struct str s, bool last, struct buf *out, size_t *ret_used,
                         struct err *err)
{
    size_t i = 0;
    while (i + 2 <= s.n) {
        uint32_t c = unit(s.p + i, big);
        size_t n = 2;
        if (c >= 0xd800 && c < 0xdc00) {
            if (i + 4 > s.n && !last)
                break;
            uint32_t d = i + 4 <= s.n ? unit(s.p + i + 2, big) : 0;
            if (d < 0xdc00 || d > 0xdfff) {
                *ret_used = i;
                return err_set(err, ERR_INPUT, "half a surrogate pair in UTF-16");
            }
            c = 0x10000 + ((c - 0xd800) << 10) + (d - 0xdc00);
            n = 4;
        } else if (c >= 0xdc00 && c <= 0xdfff) {
            *ret_used = i;
            return err_set(err, ERR_INPUT, "half a surrogate pair in UTF-16");
        }
        put(out, c);
        i += n;
    }
    *ret_used = i;
    if (last && i < s.n)
        return err_set(err, ERR_INPUT,
                       "UTF-16 with an odd number of bytes: the file was cut off, or it is no "
                       "UTF-16");
    return 0;
}

int charset_convert(enum charset c, struct str bytes, bool last, struct buf *out,
                    size_t *ret_used, struct err *err)
{
    if (c == CHARSET_UTF16LE || c == CHARSET_UTF16BE)
        return convert_utf16(c == CHARSET_UTF16BE, bytes, last, out, ret_used, err);
    *ret_used = bytes.n;
    if (c == CHARSET_UTF8) {
        buf_add(out, bytes);
        return 0;
    }
    const uint16_t *table = tables[c - CHARSET_FIRST_TABLE];
    for (size_t i = 0, k; i < bytes.n; i = k) {
        for (k = i; k < bytes.n && !(bytes.p[k] & 0x80);)
            k++;
        buf_add(out, str_slice(bytes, i, k));
        if (k < bytes.n) {
            uint32_t to = table[(unsigned char)bytes.p[k++] & 0x7f];
            put(out, to ? to : 0xfffd);
        }
    }
    return 0;
}
