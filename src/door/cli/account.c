/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/account.h"

#include "base/json.h"
#include "base/markup.h"

static void add_purposes(struct buf *out, unsigned set)
{
    bool first = true;
    for (int i = 0; i < PURPOSE_COUNT; i++) {
        if (!(set >> i & 1))
            continue;
        buf_printf(out, "%s%s", first ? "" : ", ", vocab_name(&vocab_purpose, i));
        first = false;
    }
    if (first)
        buf_add(out, STR("no purpose"));
}

struct str account_terms(struct arena *a, const struct archive_account *account)
{
    if (account->shredded)
        return STR("shredded");
    if (account->locked)
        return STR("locked");
    if (account->terms.withdrawn)
        return STR("withdrawn");
    const char *name = vocab_name(&vocab_attribution, (int)account->terms.attribution);
    BUF_AUTO out;
    buf_init(&out, 1024);
    buf_printf(&out, "%s; ", name ? name : "not known");
    add_purposes(&out, account->terms.purposes);
    return arena_copy(a, buf_str(&out));
}

struct str account_who(struct arena *a, const struct archive_account *account)
{
    if (account->name.p)
        return account->name;
    if (account->description.p)
        return account->description;
    struct str why = work_withheld(a, account, PURPOSE_HELP, TERMS_DESCRIBE);
    return why.p ? STR("(withheld)") : STR("");
}

static void put_line(struct buf *out, const char *name, struct str value)
{
    if (!value.p)
        return;
    buf_printf(out, "%-12s", name);
    markup_terminal(out, value);
    buf_add_char(out, '\n');
}

/* A field, or why it is not shown. */
static void put_or_why(struct buf *out, struct arena *a, const char *name, struct str value,
                       const struct archive_account *account, enum purpose purpose,
                       enum terms_may what)
{
    struct str why = work_withheld(a, account, purpose, what);
    if (value.p)
        put_line(out, name, value);
    else if (why.p)
        put_line(out, name, arena_printf(a, "(withheld: %.*s)", (int)why.n, why.p));
}

void account_print_lines(struct buf *out, struct arena *a,
                         const struct archive_account *account, enum purpose purpose)
{
    put_line(out, "account", account->id);
    put_line(out, "source", account->source);
    put_or_why(out, a, "name", account->name, account, purpose, TERMS_NAME);
    put_or_why(out, a, "description", account->description, account, purpose, TERMS_DESCRIBE);
    put_line(out, "channel", account->channel);
    put_line(out, "received", account->received);
    put_line(out, "language", account->language);
    put_line(out, "terms", account_terms(a, account));
    if (account->statements)
        put_line(out, "statements", arena_printf(a, "%zu", account->statements));
    for (size_t i = 0; i < account->attachment_count; i++)
        put_line(out, "attachment", account->attachments[i]);
}

static void put_withheld(struct json_out *j, struct arena *a,
                         const struct archive_account *account, enum purpose purpose)
{
    static const struct {
        const char *name;
        enum terms_may what;
    } fields[] = {{"name", TERMS_NAME}, {"description", TERMS_DESCRIBE}, {"text", TERMS_QUOTE}};
    json_put_key(j, "withheld");
    json_begin_object(j);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct str why = work_withheld(a, account, purpose, fields[i].what);
        if (!why.p)
            continue;
        json_put_key(j, fields[i].name);
        json_put_str(j, why);
    }
    json_end_object(j);
}

static void put_terms(struct json_out *j, const struct archive_account *account)
{
    json_put_key(j, "attribution");
    json_put_str_or_null(
        j, str_of(vocab_name(&vocab_attribution, (int)account->terms.attribution)));
    json_put_key(j, "purposes");
    json_begin_array(j);
    for (int i = 0; i < PURPOSE_COUNT; i++)
        if (account->terms.purposes >> i & 1)
            json_put_str(j, str_of(vocab_name(&vocab_purpose, i)));
    json_end_array(j);
    json_put_key(j, "state");
    json_put_str(j, account->shredded          ? STR("shredded")
                    : account->locked          ? STR("locked")
                    : account->terms.withdrawn ? STR("withdrawn")
                                               : STR("stands"));
}

void account_print_json(struct buf *out, struct arena *a, const struct archive_account *account,
                        enum purpose purpose)
{
    const struct {
        const char *name;
        struct str value;
    } fields[] = {
        {"account", account->id},        {"source", account->source},
        {"name", account->name},         {"description", account->description},
        {"channel", account->channel},   {"received", account->received},
        {"language", account->language},
    };
    struct json_out j = {.out = out};
    json_begin_object(&j);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        json_put_key(&j, fields[i].name);
        json_put_str_or_null(&j, fields[i].value);
    }
    put_terms(&j, account);
    json_put_key(&j, "statements");
    json_put_int(&j, (int64_t)account->statements);
    json_put_key(&j, "attachments");
    json_begin_array(&j);
    for (size_t i = 0; i < account->attachment_count; i++)
        json_put_str(&j, account->attachments[i]);
    json_end_array(&j);
    if (account->text.p) {
        json_put_key(&j, "text");
        json_put_str(&j, account->text);
    }
    put_withheld(&j, a, account, purpose);
    json_end_object(&j);
    buf_add_char(out, '\n');
}
