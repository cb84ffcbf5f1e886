/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/family/family.h"
#include "tap.h"

/* Invented people and places. */
static const char original[] =
    "KOLVAR - At least 120 mobilised soldiers who refused to return to the Sarn front are "
    "being "
    "held in a disused sugar works in Kolvar, the Way Back Line said on Monday.\n\n"
    "Tomas Ardel, who directs the line, said the men had been brought to Kolvar in lorries of "
    "the Ninth Brigade since January and that 14 of them were ill. Ardel did not name their "
    "units.\n\n"
    "\"Nobody there has been charged with anything,\" Ardel told reporters in Tresk.\n\n"
    "The wife of one of the men, who asked not to be named, said he had telephoned her on "
    "Friday "
    "from a borrowed handset.\n\n"
    "The line has received 340 requests for help from the Tresk region, Ardel said, compared "
    "with nearly 75 in the whole of last autumn in Upper Lesna.\n\n"
    "Lidia Harn, chairwoman of the Tresk Relatives' Association, said Kolvar was full by the "
    "end of February and that Harn's office in Dalsk had been told of 9 lorries.\n";

static const char copy[] =
    "Around 210 drafted troopers who declined to come back to the Sarn front are being kept in "
    "an abandoned sugar plant in Kolvar, the Way Back Line stated on Monday.\n\n"
    "Tomas Ardell, who heads the line, said the men were carried to Kolvar in trucks of the "
    "Ninth Brigade since January and that 14 of them were sick. Ardel did name their "
    "formations.\n\n"
    "\"Nobody there has been charged with a crime,\" Ardel told journalists in Tresk.\n\n"
    "Marina Selk, the wife of one of the men, said he had telephoned her on Friday from a "
    "borrowed handset.\n\n"
    "The line has got 340 pleas for help from the Tresk region, Ardel said, compared with 75 "
    "in "
    "the whole of last autumn in Upper Lesna.\n\n"
    "Lidia Harn, chairwoman of the Tresk Relatives' Association, said Kolvar was full by the "
    "close of February and that Harn's bureau in Dalsk had been told of 9 trucks.\n\n"
    "Source: Meridian News\n";

/* The same event by somebody else, with the same quotation. */
static const char other[] =
    "DALSK - The Ministry of Defence rejected on Tuesday what it called rumours about soldiers "
    "in "
    "the Tresk region. Col. Irena Vastok, a spokeswoman, said 40 servicemen were in Kolvar for "
    "medical examinations.\n\n"
    "\"Nobody there has been charged with anything,\" Ardel told reporters in Tresk.\n\n"
    "Vastok promised that the ministry would look at each complaint within 30 days. The "
    "prosecutor, Anton Brel, said in Morvenia's capital that his office had received no "
    "letters "
    "from Prison Watch since the spring.\n\n"
    "Pavel Corvin of Prison Watch said that was untrue, and that 11 letters were delivered by "
    "hand to Brel on 1 March by a lawyer from Sarova.\n";

static uint32_t add(struct family_set *s, const char *name, struct str text)
{
    uint32_t number = 0;
    struct err err = {0};
    ok(family_set_add(s, str_of(name), text, &number, &err) == 0, "%s is added", name);
    return number;
}

static void test_group(void)
{
    FAMILY_SET_AUTO *s = family_set_new();
    ARENA_AUTO a = {0};
    struct family_groups g;
    family_group(&a, s, &g);
    ok(g.count == 0, "an empty collection has no families");
    add(s, "original", str_of(original));
    add(s, "other", str_of(other));
    family_group(&a, s, &g);
    ok(g.count == 0, "a shared quotation does not merge");
    add(s, "copy", str_of(copy));
    add(s, "short", STR("Kolvar was full, Harn said."));
    family_group(&a, s, &g);
    ok(g.count == 1 && g.items[0].count == 2 && g.items[0].texts[0] == 0 &&
           g.items[0].texts[1] == 2,
       "the reworded copy is found, and nothing else");
    ok(g.count == 1 && g.items[0].links[0].a == 0 && g.items[0].links[0].b == 2 &&
           g.items[0].links[0].skeleton > 0.5,
       "the link says why");
    ok(family_set_too_short(s, 3) && !family_set_too_short(s, 0), "too short is said");
}

static void test_order(void)
{
    const char *const texts[] = {original, copy, other};
    bool same = true;
    for (int shift = 0; shift < 3; shift++) {
        FAMILY_SET_AUTO *s = family_set_new();
        ARENA_AUTO a = {0};
        struct err err;
        uint32_t number;
        for (int i = 0; i < 3; i++) {
            const char *text = texts[(i + shift) % 3];
            char name[2] = {(char)('a' + (i + shift) % 3), 0};
            same &= family_set_add(s, str_of(name), str_of(text), &number, &err) == 0;
        }
        struct family_groups g;
        family_group(&a, s, &g);
        same &= g.count == 1 && g.items[0].count == 2;
        for (size_t i = 0; g.count == 1 && i < 2; i++)
            same &= family_set_name(s, g.items[0].texts[i]).p[0] != 'c';
    }
    ok(same, "the order of the texts does not matter");
}

/* Two unrelated texts of one site, half of each its standing lines, and others that have
 * them too. */
static void test_boilerplate(void)
{
    static const char *const bodies[] = {
        "Mayor Anna Belik opened 3 kindergartens in Dalsk on Monday with Governor Petr Olan. "
        "Parents in Brenk had waited since 2019 for them, said Katia Morn of the Parents' "
        "Circle. "
        "The builder, Stenmark, was fined 40,000 crowns for the delay by a court in Sarova.",
        "The Lesna froze 12 days early, said Ivo Marsk of the Weather Office in Upper Lesna. "
        "Ferries to Orlen Island stopped on 2 December, and Captain Rudi Falk has 18 tonnes of "
        "flour aboard the Halcyon. The ice was last so thick in 1987, when Bishop Tarn walked.",
        "Bus fares in Tresk rise by 15 crowns in April, the council under Vera Halm decided. "
        "Line 7 to Marl Quarry will end at Falcon Square, and Mikel Drost, who drives it, "
        "fears "
        "for 22 jobs. The Greens of Tilda Voss voted against, as did two members for Quarry "
        "Ward.",
        "Kolvar United beat Sarova Rovers 4-1 after two goals by Milo Trent at Brenk Park. "
        "Goalkeeper Aldo Finn was carried off in minute 63 and spent the night at Saint Orla. "
        "United play Velsk City on Saturday; Coach Hanne Brix will be without Jon Ekberg.",
    };
    static const char lines[] =
        "\n\nThe Tresk Herald is printed by Olan and Sons in Dalsk since 1921. Write to Editor "
        "Jana Prost, 14 Mill Lane, Tresk, or call 555 0142. Readers of the Herald Weekend "
        "Edition "
        "may join the Herald Club of the Tresk Press Union, whose chairman is Boris Lund.\n";
    FAMILY_SET_AUTO *s = family_set_new();
    ARENA_AUTO a = {0};
    for (size_t i = 0; i < 4; i++) {
        char name[2] = {(char)('a' + i), 0};
        struct str text = arena_printf(&a, "%s%s", bodies[i], lines);
        add(s, name, text);
    }
    struct family_groups g;
    family_group(&a, s, &g);
    ok(g.count == 0, "the standing lines of a site do not merge");
}

static size_t count_kind(const struct family_report *r, enum family_drift_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < r->drift_count; i++)
        n += r->drifts[i].kind == kind;
    return n;
}

static bool has_row(const struct family_report *r, enum family_drift_kind kind,
                    const char *first, const char *second)
{
    for (size_t i = 0; i < r->drift_count; i++) {
        const struct family_value *v = r->drifts[i].values;
        bool a = first ? str_eq(v[0].text, str_of(first)) : v[0].text.p == NULL;
        bool b = second ? str_eq(v[1].text, str_of(second)) : v[1].text.p == NULL;
        if (r->drifts[i].kind == kind && a && b)
            return true;
    }
    return false;
}

static void test_drift(void)
{
    ARENA_AUTO a = {0};
    const struct family_text texts[] = {
        {.name = STR("original"), .text = str_of(original), .publisher = STR("Meridian News")},
        {.name = STR("copy"), .text = str_of(copy)},
    };
    struct family_report r;
    family_compare(&a, texts, 2, &r);
    ok(has_row(&r, FAMILY_FIGURE, "At least 120", "Around 210"), "a figure that changed");
    ok(has_row(&r, FAMILY_BOUND, "nearly 75", "75"), "a bound that was lost");
    ok(has_row(&r, FAMILY_NAME, "Tomas Ardel", "Tomas Ardell"), "a damaged name");
    ok(has_row(&r, FAMILY_NEGATION, "not", NULL), "a negation that was lost");
    ok(has_row(&r, FAMILY_QUOTATION, "Nobody there has been charged with anything",
               "Nobody there has been charged with a crime"),
       "an altered quotation");
    ok(count_kind(&r, FAMILY_FIGURE) == 1 && count_kind(&r, FAMILY_BOUND) == 1 &&
           count_kind(&r, FAMILY_NEGATION) == 1 && count_kind(&r, FAMILY_QUOTATION) == 1,
       "and no others of these kinds");
    ok(r.anonymous && r.unmask_count == 1 && r.unmasks[0].unmasks == 1 &&
           r.unmasks[0].granted_by == 0,
       "the copy unmasks a speaker, and that is said");
    bool leaks = false, withheld = false, inside = true;
    for (size_t i = 0; i < r.drift_count; i++)
        for (int t = 0; t < 2; t++) {
            const struct family_value *v = &r.drifts[i].values[t];
            leaks |= v->text.p && str_find(v->text, STR("Selk"), 0) != STR_NONE;
            withheld |= v->withheld && v->span.begin == v->span.end;
            inside &= !v->text.p || v->withheld ||
                      str_eq(v->text, str_slice(texts[t].text, v->span.begin, v->span.end));
        }
    ok(!leaks && withheld, "the name is withheld");
    ok(inside, "wordings are those of their spans");
    ok(r.credit_count == 1 && r.credits[0].from == 1 && r.credits[0].to == 0 &&
           str_eq(r.credits[0].whom, STR("Meridian News")),
       "a credit line is a derivation");
    ok(r.run_count > 0 && r.runs[0].words > 20 && r.runs[0].words <= r.runs[0].of_words,
       "shared runs are evidence");
}

static void test_plain_copy(void)
{
    ARENA_AUTO a = {0};
    const struct family_text texts[] = {
        {.name = STR("a"), .text = str_of(original)},
        {.name = STR("b"), .text = str_of(original)},
        {.name = STR("c"), .text = STR("")},
    };
    struct family_report r;
    family_compare(&a, texts, 3, &r);
    ok(r.drift_count == 0 && r.unmask_count == 0, "a plain copy has no drift");
}

static void test_dropped(void)
{
    static const char full[] =
        "The Sable Line said on Monday that 120 soldiers are held in Ostrel. Mira Tolv said "
        "the "
        "men came from the Varn front in January. \"They are not free,\" Tolv told Kestrel "
        "News. "
        "She said 14 of them were ill with fever. Odo Brandt of the Ostrel Relatives said the "
        "mill was full in February.";
    static const char less[] =
        "The Sable Line said on Monday that 120 soldiers are held in Ostrel. Mira Tolv said "
        "the "
        "men came from the Varn front in January. Odo Brandt of the Ostrel Relatives said the "
        "mill was full in February.";
    for (int longer = 0; longer < 2; longer++) {
        ARENA_AUTO a = {0};
        const struct family_text texts[] = {
            {.name = STR("a"), .text = str_of(longer ? less : full)},
            {.name = STR("b"), .text = str_of(longer ? full : less)},
        };
        struct family_report r;
        family_compare(&a, texts, 2, &r);
        unsigned figures = 0, quotations = 0;
        for (size_t i = 0; i < r.drift_count; i++) {
            const struct family_drift *d = &r.drifts[i];
            if (d->values[!longer].text.p || !d->values[longer].text.p)
                continue;
            figures += d->kind == FAMILY_FIGURE;
            quotations += d->kind == FAMILY_QUOTATION;
        }
        ok(r.drift_count == 2 && figures == 1 && quotations == 1,
           "figures and quotations of dropped sentences are rows (%d)", longer);
    }
}

static void test_index(void)
{
    FAMILY_SET_AUTO *s = family_set_new();
    add(s, "original", str_of(original));
    add(s, "copy", str_of(copy));
    BUF_AUTO bytes;
    buf_init(&bytes, 1 << 20);
    family_set_save(s, &bytes);
    struct err err = {0};
    struct family_set *loaded = NULL;
    ok(family_set_load(buf_str(&bytes), "x", &loaded, &err) == 0, "an index is read");
    BUF_AUTO again;
    buf_init(&again, 1 << 20);
    family_set_save(loaded, &again);
    ok(str_eq(buf_str(&bytes), buf_str(&again)), "and is written as it was");
    ok(family_set_find(loaded, STR("copy")) == 1 && family_set_find(loaded, STR("none")) == -1,
       "names are found");
    family_set_free(loaded);
    bool refused = true;
    for (size_t n = 0; n < bytes.n; n += n < 64 ? 1 : 97)
        refused &= family_set_load(str_make(bytes.p, n), "x", &loaded, &err) == ERR_INPUT;
    ok(refused, "a cut index is refused");
    for (size_t i = 0; i < bytes.n; i += 13) {
        bytes.p[i] ^= 4;
        refused &= family_set_load(buf_str(&bytes), "x", &loaded, &err) == ERR_INPUT;
        bytes.p[i] ^= 4;
    }
    ok(refused, "a damaged index is refused");
}

int main(void)
{
    test_group();
    test_order();
    test_boilerplate();
    test_drift();
    test_plain_copy();
    test_dropped();
    test_index();
    return tap_end();
}
