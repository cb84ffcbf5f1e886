/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attribution on invented sentences: each text, and every proposal it must give, as
 * "rule stance mode | speaker | cue | content ## content", one a line, in the order of the
 * text.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "engine/read/parts.h"
#include "tap.h"

static void add_span(struct buf *out, struct str text, struct span s)
{
    buf_add(out, str_slice(text, s.begin, s.end));
}

static struct str proposals_of(struct arena *a, struct str text)
{
    struct token_text t;
    token_split(a, text, &t);
    struct page page = {.english = true};
    struct quotation_list quotes;
    quote_find(a, &t, NULL, &quotes);
    struct proposal_list found;
    attribute_find(a, &t, &page, &quotes, &found);
    BUF_AUTO out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < found.count; i++) {
        const struct proposal *p = &found.items[i];
        buf_printf(&out, "%s%s %s %s | ", i ? "\n" : "", p->rule, stance_name(p->stance),
                   mode_name(p->mode));
        add_span(&out, text, p->speaker);
        buf_add(&out, STR(" | "));
        add_span(&out, text, p->cue);
        buf_add(&out, STR(" | "));
        for (size_t k = 0; k < p->content.count; k++) {
            if (k)
                buf_add(&out, STR(" ## "));
            add_span(&out, text, p->content.items[k]);
        }
    }
    return arena_copy(a, buf_str(&out));
}

static const struct {
    const char *text, *want;
} cases[] = {
    /* quotations, in all styles of marks */
    {"\"They came at night,\" Stern said.",
     "quote-speaker-said asserts direct | Stern | said | \"They came at night,\""},
    {"\u201cWe have no bread,\u201d said Olga Stern.",
     "quote-said-speaker asserts direct | Olga Stern | said | \u201cWe have no bread,\u201d"},
    {"\u00ab Nobody came \u00bb, said the driver.",
     "quote-said-speaker asserts direct | the driver | said | \u00ab Nobody came \u00bb"},
    {"\u2014 I saw the trucks, said Maria.",
     "quote-said-speaker asserts direct | Maria | said | I saw the trucks"},
    {"`` They beat us , '' said Ivo Lanz .",
     "quote-said-speaker asserts direct | Ivo Lanz | said | `` They beat us , ''"},
    {"'They took my son,' said Hana Brod.",
     "quote-said-speaker asserts direct | Hana Brod | said | 'They took my son,'"},
    /* split by a cue, gone on without one, and over paragraphs */
    {"\u201cNobody,\u201d he said, \u201cwas hurt.\u201d",
     "quote-speaker-said asserts direct | he | said | \u201cNobody,\u201d ## \u201cwas "
     "hurt.\u201d"},
    {"\"We counted twelve bodies,\" said Marta Olen. \"Then we stopped.\"",
     "quote-said-speaker asserts direct | Marta Olen | said | \"We counted twelve bodies,\" ## "
     "\"Then we stopped.\""},
    {"\u201cWe walked for three days.\n\n\u201cNobody stopped us,\u201d Stern said.",
     "quote-speaker-said asserts direct | Stern | said | \u201cWe walked for three days. ## "
     "\u201cNobody stopped us,\u201d"},
    {"The governor said: \"Nobody was hurt.\"",
     "cue-quote asserts direct | The governor | said: | \"Nobody was hurt.\""},
    {"The deputy minister dismissed the figures as \u201cpure fantasy and lies.\u201d",
     "cue-object-name denies mixed | The deputy minister | dismissed | the figures as "
     "\u201cpure "
     "fantasy and lies.\u201d"},
    /* titles, appositions, relative clauses */
    {"\u201cThe road is closed,\u201d the mayor, Jan Petrik, said on Monday.",
     "quote-speaker-said asserts direct | the mayor, Jan Petrik, | said | \u201cThe road is "
     "closed,\u201d"},
    {"Stern, 34, who was held for a week, said she saw at least 40 men.",
     "cue-clause asserts indirect | Stern, 34, who was held for a week, | said | she saw at "
     "least 40 men"},
    {"People who fled the town say the bridge was mined.",
     "cue-clause asserts indirect | People who fled the town | say | the bridge was mined"},
    /* content before, behind and around the cue */
    {"Twelve people have died, officials say.",
     "clause-speaker-said asserts indirect | officials | say | Twelve people have died"},
    {"The bridge, residents said, was mined.",
     "clause-speaker-said asserts indirect | residents | said | The bridge ## was mined"},
    {"And yet, the families say, nobody has come home.",
     "clause-speaker-said asserts indirect | the families | say | nobody has come home"},
    {"The ministry said that 12 people, including two children, had died.",
     "cue-that asserts indirect | The ministry | said | that 12 people, including two "
     "children, "
     "had died"},
    {"The ministry said on Friday that 12 people had died.",
     "cue-adjunct-that asserts indirect | The ministry | said | that 12 people had died"},
    {"Officials told reporters on Friday that 12 people had died.",
     "cue-hearer-clause asserts indirect | Officials | told | that 12 people had died"},
    {"The spokeswoman denied that anybody had been hurt and said the site was closed.",
     "cue-that denies indirect | The spokeswoman | denied | that anybody had been hurt\n"
     "cue-clause asserts indirect | The spokeswoman | said | the site was closed"},
    {"She called for calm, saying the army would leave.",
     "cue-object requests indirect | She | called for | calm\n"
     "cue-clause asserts indirect | She | saying | the army would leave"},
    {"The site, which the ministry said was empty, held 40 men.",
     "relative asserts indirect | the ministry | said | which ## was empty"},
    /* dialogue behind dashes */
    {"\u2014 We have no bread, \u2014 said Lena Morin. \u2014 They promised some.",
     "quote-said-speaker asserts direct | Lena Morin | said | We have no bread, ## They "
     "promised "
     "some."},
    {"\u2013 The prison is full \u2013 said the guard. \u2013 We take nobody.",
     "quote-said-speaker asserts direct | the guard | said | The prison is full ## We take "
     "nobody."},
    {"\u2014 Nobody will tell us where he is, the mother said.",
     "quote-speaker-said asserts direct | the mother | said | Nobody will tell us where he is"},
    {"-- We counted 40 men, -- Vell added.",
     "quote-speaker-said asserts direct | Vell | added | We counted 40 men,"},
    /* bodies that deny and confirm, "it" among them */
    {"The prison service has rejected allegations that inmates were beaten.",
     "cue-object denies indirect | The prison service | has rejected | allegations that "
     "inmates "
     "were beaten"},
    {"It acknowledged two deaths, and the families wept.",
     "cue-object asserts indirect | It | acknowledged | two deaths"},
    {"Mira Tolv, who heads the prison, denied it.",
     "cue-object denies indirect | Mira Tolv, who heads the prison, | denied | it"},
    {"The ministry vowed to punish those responsible.",
     "cue-to promises indirect | The ministry | vowed | to punish those responsible"},
    {"KOLVAR, Aug 11 (Meridian) - The gate was shut.\n\nMeridian saw four lorries in the yard.",
     "observed asserts indirect | Meridian | saw | four lorries in the yard"},
    /* where the speaker's phrase begins, and where the content ends */
    {"\"They beat him,\" the sister of a prisoner in Colony No. 12 said.",
     "quote-speaker-said asserts direct | the sister of a prisoner in Colony No. 12 | said | "
     "\"They beat him,\""},
    {"\"He called me,\" his mother, Irena Doss, 61, recalled, \"and then nothing.\"",
     "quote-speaker-said asserts direct | his mother, Irena Doss, 61, | recalled | \"He called "
     "me,\" ## \"and then nothing.\""},
    {"Many are ill, a lawyer who spoke on condition of anonymity said.",
     "clause-speaker-said asserts indirect | a lawyer who spoke on condition of anonymity | "
     "said "
     "| Many are ill"},
    {"A dozen ambulances were parked outside, the agency saw.",
     "clause-speaker-said asserts indirect | the agency | saw | A dozen ambulances were parked "
     "outside"},
    {"The governor vowed to visit the colony, while the opposition demanded an inquiry.",
     "cue-to promises indirect | The governor | vowed | to visit the colony\n"
     "cue-object requests indirect | the opposition | demanded | an inquiry"},
    /* a chain is two proposals */
    {"She said he told her that the prison was full.",
     "cue-clause asserts indirect | She | said | he told her that the prison was full\n"
     "cue-hearer-clause asserts indirect | he | told | that the prison was full"},
    {"\u201cHe told me they sleep on sacks,\u201d she said.",
     "quote-speaker-said asserts direct | she | said | \u201cHe told me they sleep on "
     "sacks,\u201d\n"
     "cue-hearer-clause asserts direct | He | told | they sleep on sacks"},
    /* according to, nouns, adjectives, adverbs */
    {"According to relatives, about a dozen men were taken.",
     "according-to-first asserts indirect | relatives | According to | about a dozen men were "
     "taken"},
    {"About a dozen men were taken, according to their relatives.",
     "according-to asserts indirect | their relatives | according to | About a dozen men were "
     "taken"},
    {"Complaints that guards stole parcels were common.",
     "noun-that asserts indirect |  | Complaints | that guards stole parcels"},
    {"Reports of torture multiplied after the raid.",
     "noun-of reports indirect |  | Reports of | torture"},
    {"The claim that nobody was held there is false.",
     "noun-that asserts indirect |  | claim | that nobody was held there"},
    {"Hana Brod is confident that her son will return.",
     "adjective-that asserts indirect | Hana Brod | is confident | that her son will return"},
    {"The men were reportedly held for weeks.",
     "adverb reports indirect |  | reportedly | The men were ## held for weeks"},
    {"Stern: The Road To The North Is Closed",
     "name-colon asserts indirect | Stern | : | The Road To The North Is Closed"},
    /* passive cues */
    {"Lanz was told by a guard that the site was closed.",
     "passive-by asserts indirect | a guard | was told | that the site was closed"},
    {"The unit is reported to have lost half its men.",
     "passive-to reports indirect |  | is reported | The unit ## to have lost half its men"},
    {"It was reported that 40 men had been taken.",
     "passive-that reports indirect |  | was reported | that 40 men had been taken"},
    {"Asked about the raid, the governor said nobody was hurt.",
     "asked requests indirect |  | Asked about | the raid\n"
     "cue-clause asserts indirect | the governor | said | nobody was hurt"},
    /* stances */
    {"The ministry brushed aside reports that conscripts had been beaten.",
     "cue-object denies indirect | The ministry | brushed aside | reports that conscripts had "
     "been beaten"},
    {"A spokesman for the ministry, Pavel Orlov, declined to comment.",
     "cue-to no_comment indirect | A spokesman for the ministry, Pavel Orlov, | declined | to "
     "comment"},
    {"The ministry did not respond to a request for comment.",
     "cue-object no_comment indirect | The ministry | did not respond to | a request for "
     "comment"},
    {"The commander promised to release the men.",
     "cue-to promises indirect | The commander | promised | to release the men"},
    {"The families asked the prosecutor to open a case.",
     "cue-somebody-to requests indirect | The families | asked | the prosecutor to open a "
     "case"},
    {"Analysts estimate that 300 men refused.",
     "cue-that assesses indirect | Analysts | estimate | that 300 men refused"},
    {"The mayor could not be reached for comment.",
     "no-comment no_comment indirect | The mayor | could not be reached for comment | "},
    {"The ministry would not comment.",
     "no-comment no_comment indirect | The ministry | would not comment | "},
    {"The list, the lawyers said in a letter to the court, holds 61 names.",
     "clause-speaker-said asserts indirect | the lawyers | said | The list ## holds 61 names"},
    {"Open Door, a group based in Dalsk, reported that it had received 31 complaints.",
     "cue-that reports indirect | Open Door, a group based in Dalsk, | reported | that it had "
     "received 31 complaints"},
    {"The spokeswoman said: \u201cNo.\u201d",
     "cue-quote asserts direct | The spokeswoman | said: | \u201cNo.\u201d"},
    /* relayed, and counted */
    {"The general was quoted as saying that the town had fallen.",
     "quoted-as-saying asserts indirect | The general | was quoted as saying | that the town "
     "had fallen"},
    {"The paper cited a doctor as saying that 40 men had died.",
     "quoted-as-saying asserts indirect | a doctor | saying | that 40 men had died"},
    {"The group put the number of dead at 40.",
     "put-at asserts indirect | The group | put | the number of dead at 40"},
    {"The group has documented 97 cases of torture.",
     "counted asserts indirect | The group | has documented | 97 cases of torture"},
    {"Reports that 40 men were shot were dismissed by the ministry as rumours.",
     "noun-that reports indirect |  | Reports | that 40 men were shot\n"
     "passive-by denies indirect | the ministry | were dismissed | Reports that 40 men were "
     "shot ## as rumours"},
    {"The lawyer said her client, who was held in May, told her that he saw 40 men.",
     "cue-clause asserts indirect | The lawyer | said | her client, who was held in May, told "
     "her that he saw 40 men\n"
     "cue-hearer-clause asserts indirect | her client, who was held in May, | told | that he "
     "saw 40 men"},
    /* a publication's own observation */
    {"The Post has learned that the list was longer.",
     "cue-that asserts indirect | The Post | has learned | that the list was longer"},
    {"The agency has seen a list of 40 names.",
     "observed asserts indirect | The agency | has seen | a list of 40 names"},
    {"DALSK (Coast) - The road was shut.\n\nCoast saw two lorries at the gate.",
     "observed asserts indirect | Coast | saw | two lorries at the gate"},
    {"As the paper noted, the road is closed.",
     "as-speaker-said asserts indirect | the paper | noted | the road is closed"},
    {"Neighbours, doctors and teachers said the army fired first.",
     "cue-clause asserts indirect | Neighbours, doctors and teachers | said | the army fired "
     "first"},
    {"\u201cI don\u2019t know,\u201d he said. \u201cI was asleep.\u201d He laughed.",
     "quote-speaker-said asserts direct | he | said | \u201cI don\u2019t know,\u201d ## "
     "\u201cI was asleep.\u201d"},
    /* not statements: scare quotes, background, a voice that is only assumed */
    {"The so-called \u201cvolunteers\u201d arrived at night.", ""},
    {"He was born in 1971 and served in the army.", ""},
    {"The river rose in April and the old bridge fell.", ""},
    {"You could think the war was over.", ""},
    /* nothing here to go wrong on */
    {"\u201c", ""},
    {"said", ""},
    {", said .", ""},
};

static void hostile_input_is_linear(void)
{
    static const char *const parts[] = {"\u201c a. ", "said he ", "\"",
                                        "that ",      ", and ",   "' "};
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
        ARENA_AUTO a = {0};
        BUF_AUTO b;
        buf_init(&b, 1 << 20);
        while (b.n < 300000)
            buf_add(&b, str_of(parts[k]));
        proposals_of(&a, buf_str(&b));
        ok(true, "300 KB of %s are read", parts[k]);
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ARENA_AUTO a = {0};
        char *name = arena_cstr(&a, str_of(cases[i].text));
        for (char *c = name; *c; c++)
            *c = *c == '\n' ? ' ' : *c;
        is(proposals_of(&a, str_of(cases[i].text)), str_of(cases[i].want), name);
    }
    hostile_input_is_linear();
    return tap_end();
}
