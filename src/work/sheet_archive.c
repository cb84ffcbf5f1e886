/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/sheet_archive.h"

#include "work/add.h"

#define SHORT_ID 8

struct found {
    struct arena *a;
    struct str *ids;
    size_t count, cap, withheld;
};

static int take_report(void *context, const struct archive_account *account, struct err *err)
{
    struct found *f = context;
    (void)err;
    if (!str_eq(account->channel, STR(ADD_CHANNEL_PUBLISHED)))
        return 0;
    if (account->may & TERMS_QUOTE)
        ARENA_PUSH(f->a, f->ids, f->count, f->cap, arena_copy(f->a, account->id));
    else
        f->withheld++;
    return 0;
}

static int take_case(void *context, const struct record *r, struct err *err)
{
    struct sheet_archive *s = context;
    (void)err;
    s->cases[r->u.casework.outcome]++;
    s->case_count++;
    return 0;
}

static int make_sheet(struct archive *archive, struct arena *a, const struct found *f,
                      const struct sheet_options *options, struct sheet *ret, struct err *err)
{
    struct archive_account *accounts = ARENA_NEW(a, f->count + 1, struct archive_account);
    struct sheet_text *texts = ARENA_NEW(a, f->count + 1, struct sheet_text);
    int r =
        archive_read_accounts(archive, a, f->ids, f->count, PURPOSE_PUBLICATION, accounts, err);
    if (r)
        return r;
    size_t count = 0;
    for (size_t i = 0; i < f->count; i++) {
        const struct archive_account *account = &accounts[i];
        struct str id = str_slice(account->id, 0, SHORT_ID);
        if (!account->text.p) /* attachments only */
            continue;
        texts[count++] =
            (struct sheet_text){.name = arena_printf(a, "account %.*s", (int)id.n, id.p),
                                .bytes = account->text,
                                .publisher = account->name,
                                .nameless = !(account->may & TERMS_NAME),
                                .published = account->received};
    }
    return sheet_make_of(a, STR("the archive"), texts, count, options, ret, err);
}

int sheet_make_archive(struct archive *archive, struct arena *a,
                       const struct sheet_options *options, struct sheet_archive *ret,
                       struct err *err)
{
    struct sheet_archive s = {0};
    struct found f = {.a = a};
    ARENA_AUTO scratch = {0};
    int r = archive_list(archive, &scratch, PURPOSE_PUBLICATION, take_report, &f, err);
    if (!r)
        r = make_sheet(archive, a, &f, options, &s.sheet, err);
    if (!r)
        r = work_figure_list(archive, a, &s.figures, &s.figure_count, err);
    if (!r)
        r = archive_each_coded(archive, RECORD_CASEWORK, (struct str){0}, PURPOSE_STATISTICS,
                               take_case, &s, err);
    if (r)
        return r;
    s.reports = f.count;
    s.withheld = f.withheld;
    *ret = s;
    return 0;
}
