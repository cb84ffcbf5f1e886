/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/html.h"
#include "tap.h"

static struct arena a;
static struct err err;

static int article(const char *html, struct html_article *ret)
{
    arena_reset(&a);
    return html_article(&a, str_of(html), "page.html", ret, &err);
}

/* The bytes of the file that stand for `part` of the text. */
static struct str in_file(const char *html, const struct html_article *art, const char *part)
{
    size_t at = str_find(art->text, str_of(part), 0);
    if (at == STR_NONE)
        return STR("(not in the text)");
    return str_slice(str_of(html), offset_begin(&art->map, at),
                     offset_end(&art->map, at + strlen(part)));
}

#define LONG                                                                                   \
    "The ministry said on Monday, after two days of silence, that at least twelve people "     \
    "were killed when the roof of the school in Orlen fell in."

static void test_reduce(void)
{
    static const char html[] =
        "<!DOCTYPE html><html><head><title>Site</title><meta charset=utf-8>"
        "<meta property=\"article:published_time\" content=\"2022-08-11T10:00:00Z\">"
        "<meta property=\"og:site_name\" content=\" The Orlen Post \">"
        "<style>p{color:red}</style><script>var a = '<p>no</p>';</script></head><body>"
        "<header><h1>The Site</h1><nav><a href=/>Home</a> <a href=/n>News</a></nav></header>"
        "<div class=sidebar><p>" LONG " In the sidebar.</p></div>"
        "<div id=content><h1>Twelve dead</h1><p>" LONG "</p>"
        "<figure><img src=x><figcaption>A caption, long enough to be taken for "
        "text.</figcaption>"
        "</figure><p>Vele Ko<b>va</b>\xc4\x8d, of &quot;Roads &amp; Bridges&quot;, said it was "
        "caf&eacute;<!-- no -->s that were hit.</p>"
        "<ul><li><a href=1>More on this story</a></li><li><a href=2>Other</a></li></ul>"
        "<form><p>Sign up here, and here, and here, to get all the news.</p></form></div>"
        "<footer><p>All rights reserved, for ever and ever, by everybody.</p></footer>"
        "</body></html>";
    struct html_article art = {0};
    if (!ok(article(html, &art) == 0, "an article is found"))
        return;
    is(art.text,
       STR("Twelve dead\n\n" LONG
           "\n\nVele Kova\xc4\x8d, of \"Roads & Bridges\", said it was caf\xc3\xa9s that "
           "were hit."),
       "only the article is left");
    is(art.published, STR("2022-08-11"), "the date of the head");
    is(art.publisher, STR("The Orlen Post"), "the name of the site");
    ok(!art.title.p, "a title is not guessed");
    is(in_file(html, &art, "at least twelve people"), STR("at least twelve people"),
       "plain words are where they were");
    is(in_file(html, &art, "Kova\xc4\x8d"), STR("Ko<b>va</b>\xc4\x8d"), "tags inside a word");
    is(in_file(html, &art, "\"Roads & Bridges\""), STR("&quot;Roads &amp; Bridges&quot;"),
       "references");
    is(in_file(html, &art, "caf\xc3\xa9s"), STR("caf&eacute;<!-- no -->s"), "a comment inside");
}

static void test_forms(void)
{
    struct html_article art = {0};
    static const char bom[] = "\xef\xbb\xbf<html><body><p>" LONG "</p></body></html>";
    ok(article(bom, &art) == 0, "a byte order mark");
    is(in_file(bom, &art, "twelve people"), STR("twelve people"), "offsets count the mark");

    static const char breaks[] =
        "<html><body><div>" LONG "<br><br>" LONG "<br/>Line two of it.</div></body></html>";
    ok(article(breaks, &art) == 0, "paragraphs by <br>");
    is(art.text, STR(LONG "\n\n" LONG "\nLine two of it."), "two are a paragraph, one a line");

    static const char broken[] =
        "<html><body><p>" LONG "<p>Un&known; &nbsp;text & more <b>of it"
        "</p></i></div><p>" LONG;
    ok(article(broken, &art) == 0, "broken markup");
    is(in_file(broken, &art, "text & more of it"), STR("text & more <b>of it"),
       "offsets hold in it");

    static const char crlf[] = "<html>\r\n<body>\r\n<p>" LONG "\r\nSecond line here.</p>\r\n";
    ok(article(crlf, &art) == 0, "CR LF");
    is(art.text, STR(LONG " Second line here."), "white space is one blank");
    is(in_file(crlf, &art, "Second line"), STR("Second line"), "offsets count the CR");

    static const char marked[] =
        "<html><body><article><p>" LONG "</p></article><div class=comments><p>" LONG
        " I think so too, and I want to say it, at length.</p></div></body></html>";
    ok(article(marked, &art) == 0, "comments below");
    is(art.text, STR(LONG), "are not the article");

    static const char numeric[] = "<html><body><p>Kova&#269;: &#x201c;" LONG "&#8221;</p>";
    ok(article(numeric, &art) == 0, "numeric references");
    is(in_file(numeric, &art, "Kova\xc4\x8d"), STR("Kova&#269;"), "are mapped");

    static const char pieces[] =
        "<html><body><div><section><p>" LONG "</p></section><section><p>" LONG
        "</p></section><section><p>" LONG "</p></section></div></body></html>";
    ok(article(pieces, &art) == 0, "an article in sections");
    is(art.text, STR(LONG "\n\n" LONG "\n\n" LONG), "is taken whole");
}

static void test_refusals(void)
{
    struct html_article art = {0};
    ok(article("<html><body><nav><a href=1>Home</a></nav><p>Hi.</p></body></html>", &art) ==
           ERR_INPUT,
       "no article");
    is(str_of(err.text),
       STR("page.html: no article was found in this HTML page; expected a page with running "
           "text, or save the text of the report as a plain file"),
       "and the sentence");
    static char deep[40000];
    size_t n = 0;
    for (int i = 0; i < 5000; i++)
        n += (size_t)snprintf(deep + n, sizeof deep - n, "<div>");
    ok(article(deep, &art) == ERR_LIMIT, "nested too deeply");
    n = (size_t)snprintf(deep, sizeof deep, "<p ");
    for (int i = 0; i < 3000; i++)
        n += (size_t)snprintf(deep + n, sizeof deep - n, "a%d ", i);
    ok(article(deep, &art) == ERR_LIMIT, "too many attributes");
    ok(article("", &art) == ERR_INPUT, "nothing");
    ok(article("<", &art) == ERR_INPUT, "one byte");
    ok(html_check_charset(STR("<meta charset=windows-1251>\xd0\x90"), "p", &err) == ERR_INPUT,
       "another charset");
    ok(html_check_charset(STR("<meta charset=\"iso-8859-1\">plain"), "p", &err) == 0,
       "another charset, but only ASCII");
    ok(html_check_charset(STR("<meta charset=\"UTF-8\">\xd0\x90"), "p", &err) == 0, "UTF-8");
    ok(html_is(STR("\n<!DOCTYPE html><html>")) && html_is(STR("<div><p>Text")), "HTML is seen");
    ok(!html_is(STR("The ministry said <p> is a tag")) && !html_is(STR("<- no")),
       "text is not");
}

int main(void)
{
    test_reduce();
    test_forms();
    test_refusals();
    arena_free(&a);
    return tap_end();
}
