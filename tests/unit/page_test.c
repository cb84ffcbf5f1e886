/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/read/page_parts.h"
#include "tap.h"

static struct arena a;
static struct token_text t;
static struct page page;

static void scan(const char *text)
{
    arena_reset(&a);
    token_split(&a, str_of(text), &t);
    page_scan(&a, &t, &page);
}

static void test_language(void)
{
    static const char *const english[] = {
        "The ministry said on Monday that twelve people were killed.",
        "Police detain dozens in border town raid",
        "Twelve dead, officials say",
        "She said no.",
        "Vele Kovač told the Orlen Courier that señor Ibáñez and Mlle Lefèvre were not there.",
        "\"We were told to run,\" said Mira Halden, a nurse.",
    };
    static const char *const foreign[] = {
        "El ministerio dijo el lunes que doce personas murieron en la ciudad.",
        "Das Ministerium sagte am Montag, dass zwölf Menschen in der Stadt getötet wurden.",
        "Le ministère a déclaré lundi que douze personnes ont été tuées dans la ville.",
        "Ministerstwo podało w poniedziałek, że w mieście zginęło dwanaście osób.",
        "Bakanlık pazartesi günü kentte on iki kişinin öldüğünü açıkladı.",
        "Het ministerie zei maandag dat twaalf mensen zijn omgekomen in de stad.",
        "Ministeriet sa på måndagen att tolv personer dödades i staden.",
        "В понедельник министерство сообщило, что погибли двенадцать человек.",
        "قالت الوزارة يوم الاثنين إن اثني عشر شخصا قتلوا في المدينة.",
        "该部周一表示，该市有十二人死亡。",
        "Zwölf Tote in Orlen",
        "Kementerian mengatakan pada hari Senin bahwa dua belas orang tewas di kota itu.",
        "Il ministero ha detto lunedì che dodici persone sono state uccise nella città.",
    };
    for (size_t i = 0; i < sizeof english / sizeof english[0]; i++) {
        scan(english[i]);
        ok(page.english, "English: %s", english[i]);
    }
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        scan(foreign[i]);
        ok(!page.english, "not English: %s", foreign[i]);
    }
    scan("The ministry said that twelve people were killed in the attack on Monday.\n\n"
         "В понедельник министерство сообщило, что погибли двенадцать человек.\n\n"
         "The governor denied the report and said that nobody was hurt.");
    ok(page.english, "a page with one foreign paragraph is English");
    size_t dropped = 0;
    for (size_t i = 0; i < t.count; i++)
        dropped += page.furniture[i];
    struct token_range r = page_paragraph(&t, 1);
    ok(dropped == r.end - r.begin && page.furniture[r.begin], "the foreign one is not read");
}

static void test_furniture(void)
{
    static const char *const furniture[] = {
        "Story continues below advertisement",
        "Advertisement",
        "Follow us on Telegram for the latest updates.",
        "Follow Ana Kell on Twitter @anakell.",
        "Read more: Ten arrested after the march",
        "Share this article",
        "Share Tweet Email Print",
        "Sign up for our free newsletter and never miss a story.",
        "People walk past a damaged school in Orlen on Monday. (Ana Kell/Valley Press)",
        "A damaged school in Orlen. Getty Images",
        "FILE - In this Aug. 3, 2021 file photo, guards stand at the gate of the colony.",
        "Photo: Ana Kell",
        "Related: Ministry denies the report",
        "By Ana Kell and Tom Orrin",
        "By Ana Kell, State Desk",
        "14 comments",
        "© 2022 Orlen Courier. All rights reserved.",
        "Copyright 2022 Orlen Courier",
        "@orlencourier",
        "We use cookies to improve your experience on our site.",
        "5 min read",
        "Tom Orrin contributed to this report.",
        "(Reporting by Ana Kell; Editing by Tom Orrin)",
        "Published: 11 August 2022",
    };
    static const char *const report[] = {
        "By Monday the army had taken the town, the governor said.",
        "\"Follow us,\" the guard said, and they went.",
        "The company said that its privacy policy was followed.",
        "Twelve people were killed (ten of them children).",
        "The minister said the story continues to be investigated.",
        "Share prices fell, the bank said.",
    };
    static const char frame[] = "The ministry said that twelve people were killed on Monday.";
    char text[1024];
    for (size_t k = 0; k < 2; k++) {
        size_t n =
            k ? sizeof report / sizeof report[0] : sizeof furniture / sizeof furniture[0];
        for (size_t i = 0; i < n; i++) {
            const char *line = k ? report[i] : furniture[i];
            (void)snprintf(text, sizeof text, "%s\n\n%s\n\n%s", frame, line, frame);
            scan(text);
            struct token_range r = page_paragraph(&t, 1);
            size_t dropped = 0, all = 0;
            for (size_t j = r.begin; j < r.end; j++)
                dropped += page.furniture[j];
            for (size_t j = 0; j < t.count; j++)
                all += page.furniture[j];
            ok(dropped == (k ? 0 : r.end - r.begin) && all == dropped, "%s: %s",
               k ? "report" : "furniture", line);
        }
    }
}

static void test_head_date(void)
{
    static const struct {
        const char *head, *date;
    } cases[] = {
        {"date 2022-08-11", "2022-08-11"},
        {"Date: 11.08.2022", "2022-08-11"},
        {"Published: 11 August 2022", "2022-08-11"},
        {"Published on August 11th, 2022 at 10:15", "2022-08-11"},
        {"Aug. 11, 2022", "2022-08-11"},
        {"Thursday, 11 August 2022", "2022-08-11"},
        {"Updated: 2022/08/11", "2022-08-11"},
        {"date 25/08/2022", "2022-08-25"},
        {"date 08/11/2022", ""}, /* may be read two ways */
        {"date 2022-02-30", ""},
        {"On August 11, 2022 the army took the town.", ""},
    };
    char text[1024];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(text, sizeof text, "%s\n\nThe ministry said that twelve were killed.",
                       cases[i].head);
        scan(text);
        is(page.published, str_of(cases[i].date), cases[i].head);
    }
    scan("KELL, August 11, 2022 (Valley Press) - The ministry said that twelve were killed.");
    is(page.published, STR("2022-08-11"), "a dateline with a year");
    ok(page.furniture[0] && !page.furniture[t.count - 2], "only the dateline is dropped");
    scan("KELL, Aug 11 (Valley Press) - The ministry said that twelve were killed.");
    ok(!page.published.p && page.furniture[0], "a dateline without a year gives no date");
}

static void test_reworded(void)
{
    scan("As indicated by the White Dwelling, help laborers arrived at the doctor's facility "
         "toward the beginning of the day. The head clergyman uttered that a assault on the "
         "fringe intersection murdered numerous individuals. In understanding with the "
         "representative, an bomb harmed ladies and youngsters, and the basic liberties "
         "gathering requested a halt in fire. Be that as it may, the equity service refused "
         "to remark.");
    ok(page.reworded, "heavy spinning is seen");
    scan("According to the presidential office, aid workers arrived at the hospital in the "
         "morning. The prime minister said that an attack on the border crossing killed many "
         "people. According to the spokesman, a bomb hurt women and children, and the human "
         "rights group called for a ceasefire. However, the justice ministry declined to "
         "comment.");
    ok(!page.reworded, "the same in plain words is not");
}

int main(void)
{
    test_language();
    test_furniture();
    test_head_date();
    test_reworded();
    arena_free(&a);
    return tap_end();
}
