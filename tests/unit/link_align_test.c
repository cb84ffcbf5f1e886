/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/align: common given names in two scripts; each must find its other spelling.
 */
#include "engine/link/align.h"
#include "tap.h"

#include <math.h>

static const char *const russian[][2] = {
    {"aleksandr", "александр"}, {"chaikovski", "чайковский"}, {"dzhamal", "джамал"},
    {"ekaterina", "екатерина"}, {"fyodor", "федор"},          {"grigori", "григорий"},
    {"yuliya", "юлия"},         {"khabib", "хабиб"},          {"ludmila", "людмила"},
    {"mikhail", "михаил"},      {"nadezhda", "надежда"},      {"oleksiy", "олексий"},
    {"petr", "петр"},           {"shcherbakov", "щербаков"},  {"tsvetkov", "цветков"},
    {"vasily", "василий"},      {"wagner", "вагнер"},         {"zhukov", "жуков"},
};
static const char *const arabic[][2] = {
    {"ahmad", "احمد"},      {"aisha", "عايشه"},
    {"fatima", "فاطمه"},    {"hassan", "حسن"},
    {"ibrahim", "ابراهيم"}, {"jamal", "جمال"},
    {"khalid", "خالد"},     {"layla", "ليلي"},
    {"mahmoud", "محمود"},   {"mustafa", "مصطفي"},
    {"nour", "نور"},        {"omar", "عمر"},
    {"qasim", "قاسم"},      {"rashid", "راشد"},
    {"samira", "سميره"},    {"tariq", "طارق"},
    {"yusuf", "يوسف"},      {"zaynab", "زينب"},
    {"ghassan", "غسان"},    {"walid", "وليد"},
    {"almasri", "المصري"},  {"abdalrahman", "عبدالرحمن"},
};

static void test_finds(const char *const (*pairs)[2], size_t count, enum link_script script)
{
    size_t right = 0;
    double least = 1e9;
    for (size_t i = 0; i < count; i++) {
        size_t best = 0;
        double most = -1e9;
        for (size_t j = 0; j < count; j++) {
            double s = link_align_score(str_of(pairs[i][0]), str_of(pairs[j][1]), script);
            if (s > most) {
                most = s;
                best = j;
            }
            if (i == j && s < least)
                least = s;
        }
        right += best == i;
        if (best != i)
            printf("# %s finds %s\n", pairs[i][0], pairs[best][1]);
    }
    ok(right == count, "script %d: %zu of %zu find their other spelling", script, right, count);
    ok(least > 0, "each is more likely one name than chance (%.2f)", least);
}

static void test_odd(void)
{
    char longest[4 * LINK_TOKEN_LETTERS + 1];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    ok(isnan(link_align_score(STR("a"), STR("ά"), LINK_OTHER_SCRIPT)),
       "a script without table");
    ok(isnan(link_align_score(STR(""), STR("ж"), LINK_CYRILLIC)), "an empty word");
    ok(link_align_score(str_of(longest), STR("ж"), LINK_CYRILLIC) < 0, "a long word");
    ok(isfinite(link_align_score(STR("z9z"), STR("жўж"), LINK_CYRILLIC)), "letters unknown");
    ok(link_align_score(STR("masri"), STR("المصري"), LINK_ARABIC) > 2 &&
           link_align_score(STR("almasri"), STR("مصري"), LINK_ARABIC) > 2,
       "the article may be missing on either side");
}

static void test_parts(void)
{
    /* p e t r against п е т р, by hand. */
    static const uint8_t x[] = {16, 5, 20, 18}, y[] = {16, 6, 19, 17}, z[] = {26, 26, 26, 26};
    struct link_align_odds good, bad, gone = {1, 2, 3};
    struct link_align_word a = {x, 4, false}, b = {y, 4, false}, c = {z, 4, false};
    ok(link_align(a, b, LINK_CYRILLIC, &good) && link_align(a, c, LINK_CYRILLIC, &bad) &&
           good.score > bad.score + 10 && good.chance > 0 && bad.chance < 0 &&
           good.near > bad.near,
       "score, against chance and against the near ones");
    ok(!link_align(a, b, LINK_LATIN, &gone) && gone.score == 1, "no table, nothing set");
}

int main(void)
{
    test_finds(russian, sizeof russian / sizeof *russian, LINK_CYRILLIC);
    test_finds(arabic, sizeof arabic / sizeof *arabic, LINK_ARABIC);
    test_odd();
    test_parts();
    return tap_end();
}
