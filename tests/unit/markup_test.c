/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/markup.h"
#include "tap.h"

static void check(void (*add)(struct buf *, struct str), struct str in, struct str want,
                  const char *name)
{
    BUF_AUTO b;
    buf_init(&b, 4096);
    add(&b, in);
    is(buf_str(&b), want, name);
}

int main(void)
{
    check(markup_text, STR("<b title=\"x\">A&B's</b>\n\t."),
          STR("&lt;b title=\"x\"&gt;A&amp;B's&lt;/b&gt;\n\t."), "text: tags and entities");
    check(markup_attr, STR("\" onload='x'\n<&>"),
          STR("&quot; onload=&#39;x&#39; &lt;&amp;&gt;"), "attribute: cannot be left");
    check(markup_text, STR("a\x1b[31m\0b"),
          STR("a\xef\xbf\xbd[31m\xef\xbf\xbd"
              "b"),
          "text: control characters");
    check(markup_terminal,
          STR("a\x1b]0;t\x07<b>\r\n\xc2\x9b"
              "31m"),
          STR("a\xef\xbf\xbd]0;t\xef\xbf\xbd<b>  \xef\xbf\xbd"
              "31m"),
          "terminal: no escape sequence, 8-bit ones neither");
    check(markup_text,
          STR("caf\xc3\xa9 \xff \xe2\x80\xae"
              "gnp \xe2\x80\x9cq\xe2\x80\x9d"),
          STR("caf\xc3\xa9 \xef\xbf\xbd \xef\xbf\xbdgnp \xe2\x80\x9cq\xe2\x80\x9d"),
          "text: invalid bytes and direction overrides go, letters and marks stay");
    return tap_end();
}
