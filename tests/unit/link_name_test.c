/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/name: invented people; what a written name becomes, and which tokens are alike.
 */
#include "engine/link/name.h"
#include "link_forms.h"
#include "tap.h"

static struct link_namer *namer;
static const char *const part_letters = "gmfa";

/* "g:petr m:ivanovich f:van! …": part, text, "!" for a particle and "." for an initial. */
static void splits(const char *name, enum link_part part, const char *want)
{
    struct link_found found[LINK_FOUND_MAX];
    size_t n = link_name_split(namer, str_of(name), part, found);
    BUF_AUTO got;
    buf_init(&got, 4096);
    for (size_t i = 0; i < n; i++)
        buf_printf(&got, "%s%c:%.*s%s%s", i ? " " : "", part_letters[found[i].part],
                   (int)found[i].n, found[i].text,
                   found[i].flags & LINK_TOKEN_PARTICLE ? "!" : "",
                   found[i].flags & LINK_TOKEN_INITIAL ? "." : "");
    is(buf_str(&got), str_of(want), name);
}

static void test_split(void)
{
    splits("Anna Maria Müller", LINK_ANY_PART, "g:anna m:maria f:muller");
    splits("MÜLLER, Anna Maria", LINK_ANY_PART, "f:muller g:anna m:maria");
    splits("Vincent van der Berg", LINK_ANY_PART, "g:vincent f:van! f:der! f:berg");
    splits("de la Cruz, Ana", LINK_ANY_PART, "f:de! f:la! f:cruz g:ana");
    splits("J. R. O'Brien", LINK_ANY_PART, "g:j. m:r. f:obrien");
    splits("Dr. John Smith 3rd 1844", LINK_ANY_PART, "g:john m:smith f:3rd");
    splits("Иванов Пётр Сергеевич", LINK_ANY_PART, "f:иванов g:петр m:сергеевич");
    splits("Пётр Сергеевич Иванов", LINK_ANY_PART, "g:петр m:сергеевич f:иванов");
    splits("Sergei Andreyevich Petrov", LINK_ANY_PART, "g:sergei m:andreyevich f:petrov");
    splits("Шевченко Олена Іванівна", LINK_ANY_PART, "f:шевченко g:олена m:иванивна");
    splits("محمّد أحمد عبد الرحمن المصري", LINK_ANY_PART, "g:محمد m:احمد m:عبدالرحمن f:المصري");
    splits("Muhammad 'Abd al-Rahman al-Masri", LINK_ANY_PART,
           "g:muhammad m:abdalrahman f:al! f:masri");
    splits("Salah al-Din Abu Salim", LINK_ANY_PART, "g:salahaldin f:abusalim");
    splits("Karim ben Yusuf", LINK_ANY_PART, "g:karim f:bin! f:yusuf");
    splits("Ben Porter", LINK_ANY_PART, "g:ben f:porter");
    splits("Mac Donald", LINK_FAMILY, "f:macdonald");
    splits("Иван Петрович", LINK_GIVEN, "g:иван m:петрович");
    splits("Cher", LINK_ANY_PART, "a:cher");
    splits("  ,, 123 ", LINK_ANY_PART, "");
    splits("", LINK_ANY_PART, "");
}

static void folds(const char *text, const char *want)
{
    BUF_AUTO got;
    buf_init(&got, 4096);
    link_text_fold(namer, str_of(text), &got);
    is(buf_str(&got), str_of(want), text);
}

static void test_fold(void)
{
    folds("  Saint-Étienne,  N° 5 ", "saint etienne n 5");
    folds("Straße", "strasse");
    folds("Київ", "киив");
    folds("Кии\xCC\x86", "кий");
    folds("Đông \xff Hà", "dong ha");
    folds("مُحَمَّـد إبراهيم", "محمد ابراهيم");
    folds("", "");
}

static void sounds(const char *a, const char *b, bool same)
{
    uint32_t x = link_sound(namer, str_of(a)), y = link_sound(namer, str_of(b));
    ok(x && y && (x == y) == same, "%s and %s sound %s", a, b, same ? "alike" : "different");
}

static void test_sound(void)
{
    sounds("muhammad", "mohamed", true);
    sounds("muhammad", "محمد", true);
    sounds("muhammad", "мухаммед", true);
    sounds("yusuf", "يوسف", true);
    sounds("walid", "وليد", true);
    sounds("chaikovski", "tschaikowski", false); /* inside, w is a vowel: one of few */
    sounds("khalid", "خالد", true);
    sounds("khalid", "халид", true);
    sounds("schmidt", "шмидт", true);
    sounds("philipp", "filip", true);
    sounds("abdurrahman", "abdelrahman", true);
    sounds("abdalrahman", "عبدالرحمن", true);
    sounds("petrov", "петров", true);
    sounds("petrov", "ivanov", false);
    ok(link_sound(namer, STR("")) == 0, "nothing has no sound");
}

static void test_short(void)
{
    is(link_short_form(STR("bob")), STR("robert"), "bob");
    is(link_short_form(STR("сашко")), STR("aleksandr"), "сашко");
    is(link_short_form(STR("pepe")), STR("jose"), "pepe");
    is(link_short_form(STR("uschi")), STR(""), "one that is not there");
    is(link_short_form(STR("robert")), STR(""), "robert is no short form");
    is(link_short_form(STR("qqq")), STR(""), "nor what nobody knows");
}

/* Every word of the table is as the folder makes it, or it would never be found. */
static void test_forms(void)
{
    size_t wrong = 0, at = 0;
    for (unsigned i = 0; i < LINK_FORM_WORDS; i++) {
        struct str word = str_make(link_form_text + at, link_form_words[i].n);
        BUF_AUTO folded;
        buf_init(&folded, 256);
        link_text_fold(namer, word, &folded);
        if (!str_eq(buf_str(&folded), word)) {
            printf("# %.*s folds to %.*s\n", (int)word.n, word.p, (int)folded.n, folded.p);
            wrong++;
        }
        at += word.n;
    }
    ok(LINK_FORM_WORDS > 1500 && wrong == 0, "%u names and short forms are folded",
       LINK_FORM_WORDS);
}

static const char *const texts[] = {
    "",       "muhammad", "mohammed",    "محمد",        "petrov", "petrow", "петров",
    "robert", "bob",      "abdalrahman", "abdurrahman", "المصري", "مصري",   "p",
    "von",    "мухаммед", "john",        "jhon",        "anna",   "peter",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static uint32_t token_of(const char *text)
{
    for (uint32_t i = 1; i < TEXTS; i++)
        if (strcmp(texts[i], text) == 0)
            return i;
    return 0;
}

static void alike(const struct link_people *p, const char *a, const char *b, double low,
                  double high)
{
    uint32_t x = token_of(a), y = token_of(b);
    double value = link_token_alike(p, x, y);
    ok(value >= low && value <= high, "%s and %s: %.3f in %.2f … %.2f", a, b, value, low, high);
    ok(link_token_alike(p, y, x) == value, "and the other way round");
}

static void test_tokens(void)
{
    static struct link_token tokens[TEXTS];
    struct link_people p = {.tokens = tokens, .token_count = TEXTS};
    ARENA_AUTO a = {0};
    for (uint32_t i = 1; i < TEXTS; i++)
        tokens[i].text = str_of(texts[i]);
    link_tokens_finish(&p, namer, &a);
    ok(tokens[token_of("bob")].stem == token_of("robert"), "bob's stem is robert");
    ok(tokens[token_of("المصري")].stem == token_of("مصري"), "the article is not of the stem");
    ok(tokens[token_of("abdurrahman")].stem == token_of("abdalrahman"), "one stem");
    ok(tokens[token_of("anna")].stem == token_of("anna"), "a name is its own stem");
    ok(tokens[token_of("p")].flags == LINK_TOKEN_INITIAL, "an initial");
    ok(tokens[token_of("von")].flags == LINK_TOKEN_PARTICLE, "a particle");
    ok(tokens[token_of("محمد")].script == LINK_ARABIC &&
           tokens[token_of("петров")].script == LINK_CYRILLIC,
       "scripts");
    alike(&p, "anna", "anna", 1, 1);
    alike(&p, "المصري", "مصري", 0.98, 1);
    alike(&p, "muhammad", "mohammed", 0.95, 0.99);
    alike(&p, "robert", "bob", 0.95, 0.99);
    alike(&p, "petrov", "petrow", 0.9, 0.99);
    alike(&p, "john", "jhon", 0.8, 0.97);
    alike(&p, "anna", "peter", 0, 0.7);
    alike(&p, "muhammad", "محمد", 0.8, 1);
    alike(&p, "petrov", "محمد", 0, 0.7);
}

int main(void)
{
    namer = link_namer_new();
    test_split();
    test_fold();
    test_sound();
    test_short();
    test_forms();
    test_tokens();
    link_namer_free(namer);
    return tap_end();
}
