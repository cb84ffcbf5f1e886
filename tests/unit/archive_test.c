/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The archive: what is folded, what is refused, what terms let through, what custody says.
 * Snapshots and merging are in archive_merge_test.c.
 */
#include "archive_help.h"
#include "vault/archive/find.h"

static void test_fold(void)
{
    struct world w;
    ARENA_AUTO a = {0};
    world_make(&w, "fold");
    struct record r[4];
    r[0] = make_source(&w, "Ilse Brandt", "a nurse of the district hospital");
    r[1] = make_account(&w, r[0].u.source.id, "They held my brother.\nHe is called Marek.");
    r[2] =
        make_terms(&w, r[1].u.account.id, ATTRIBUTION_ON_RECORD, FOR(HELP) | FOR(STATISTICS));
    r[3] = make_statement(&w, r[1].u.account.id, "my brother", 1);
    add(&w, r, 4);
    for (size_t i = 0; i < 4; i++) {
        struct record back;
        ok(archive_record(w.a, &a, *(struct str *)&r[i].u, PURPOSE_HELP, &back, &w.err) == 0,
           "a %s is there", record_shapes[r[i].kind].name);
        is(print_card(&a, &back), print_card(&a, &r[i]), "as it was given");
    }
    /* A later version stands, in every field. */
    struct record later = r[3];
    later.u.statement.whom = STR("my younger brother");
    later.u.statement.best = 2;
    later.u.statement.who = STR("");
    later.u.statement.where = (struct str){0};
    later.u.statement.begin = 0;
    add(&w, &later, 1);
    struct record back;
    ok(archive_record(w.a, &a, later.u.statement.id, PURPOSE_HELP, &back, &w.err) == 0,
       "a later version");
    is(print_card(&a, &back), print_card(&a, &later), "stands");
    ok(count_of(&w, RECORD_STATEMENT, r[1].u.account.id) == 1, "there is one, not two");

    enum record_kind kind;
    struct str id;
    struct str prefix = str_slice(r[3].u.statement.id, 0, 8);
    ok(archive_find(w.a, &a, prefix, 0, &kind, &id, &w.err) == 0 && kind == RECORD_STATEMENT &&
           str_eq(id, r[3].u.statement.id),
       "found by the first characters of its id");
    ok(archive_find(w.a, &a, prefix, 1u << RECORD_ACCOUNT, &kind, &id, &w.err) == ERR_MISSING,
       "but not as another kind");
    ok(archive_find(w.a, &a, STR("0"), 0, &kind, &id, &w.err) == ERR_INPUT, "%s", w.err.text);
    ok(archive_find(w.a, &a, STR("uuuu"), 0, &kind, &id, &w.err) == ERR_INPUT, "%s",
       w.err.text);

    struct str source;
    ok(archive_source_named(w.a, &a, STR("  ilse   BRANDT "), &source, &w.err) == 0 &&
           str_eq(source, r[0].u.source.id),
       "a source by its name, folded");
    ok(archive_source_of(w.a, &a, r[1].u.account.id, &source, &w.err) == 0 &&
           str_eq(source, r[0].u.source.id),
       "the source of an account");
    struct str before = dump(&w);
    ok(archive_rebuild(w.a, &w.err) == 0, "rebuilt");
    is(dump(&w), before, "to the same dump");
    world_end(&w, false);
}

static void test_retract(void)
{
    struct world w;
    ARENA_AUTO a = {0};
    world_make(&w, "retract");
    struct record source = make_source(&w, "Tomas Weil", "a driver");
    struct record account = make_account(&w, source.u.source.id, "Two were taken.");
    struct record s = make_statement(&w, account.u.account.id, "two men", 2);
    add(&w, (struct record[]){source, account, s}, 3);
    const struct str id = s.u.statement.id;
    struct record one = make_retraction(&w, &id, 1), two, three, back;
    add(&w, &one, 1);
    ok(count_of(&w, RECORD_STATEMENT, (struct str){0}) == 0, "a statement is taken back");
    ok(archive_record(w.a, &a, id, PURPOSE_HELP, &back, &w.err) == ERR_MISSING, "%s",
       w.err.text);
    two = make_retraction(&w, &one.u.control.id, 1);
    add(&w, &two, 1);
    ok(count_of(&w, RECORD_STATEMENT, (struct str){0}) == 1, "that is taken back: it stands");
    three = make_retraction(&w, &two.u.control.id, 1);
    add(&w, &three, 1);
    ok(count_of(&w, RECORD_STATEMENT, (struct str){0}) == 0, "and that again: it does not");
    s.u.statement.best = 3;
    add(&w, &s, 1);
    ok(count_of(&w, RECORD_STATEMENT, (struct str){0}) == 1, "a new version stands");
    struct record wrong = make_retraction(&w, &account.u.account.id, 1);
    ok(archive_append(w.a, &wrong, 1, &w.err) != 0, "an account is not taken back: %s",
       w.err.text);
    struct str before = dump(&w);
    ok(archive_rebuild(w.a, &w.err) == 0, "rebuilt");
    is(dump(&w), before, "to the same dump");
    world_end(&w, false);
}

static void refuse(struct world *w, const struct record *r, int kind, const char *what)
{
    uint64_t before = ledger_count(archive_ledger(w->a));
    int got = archive_append(w->a, r, 1, &w->err);
    ok(got == kind && ledger_count(archive_ledger(w->a)) == before, "%s: %s", what,
       w->err.text);
}

static void test_refuse(void)
{
    struct world w;
    world_make(&w, "refuse");
    struct record source = make_source(&w, "Vera Lind", "a teacher");
    struct record account = make_account(&w, source.u.source.id, "A text.");
    struct record other = make_account(&w, source.u.source.id, "Another.");
    struct record s = make_statement(&w, account.u.account.id, "somebody", 1), r;
    refuse(&w, &account, ERR_MISSING, "an account without its source");
    add(&w, (struct record[]){source, account, other, s}, 4);

    r = make_statement(&w, new_id(&w), "nobody", 1);
    refuse(&w, &r, ERR_MISSING, "a statement of no account");
    r = make_statement(&w, source.u.source.id, "nobody", 1);
    refuse(&w, &r, ERR_MISSING, "a statement of a source");
    r = s;
    r.u.statement.account = other.u.account.id;
    refuse(&w, &r, ERR_REFUSED, "a statement that moves to another account");
    r = s;
    r.u.statement.id = account.u.account.id;
    refuse(&w, &r, ERR_EXISTS, "a statement with the id of an account");
    r = s;
    r.u.statement.id = STR("st-12");
    refuse(&w, &r, ERR_INPUT, "an id of another form");
    r = s;
    r.u.statement.when = STR("last week");
    refuse(&w, &r, ERR_INPUT, "a date that is none");

    record_init(&r, RECORD_NODE);
    r.u.node.id = new_id(&w);
    r.u.node.type = NODE_PERSON;
    r.u.node.name = STR("Marek");
    refuse(&w, &r, ERR_INPUT, "a node without an account");
    r = make_retraction(&w, &s.u.statement.id, 1);
    r.u.control.reason = STR("he asked for it");
    refuse(&w, &r, ERR_REFUSED, "words under the archive key");
    r.u.control.reason = (struct str){0};
    r.u.control.act = CONTROL_SHRED;
    refuse(&w, &r, ERR_REFUSED, "a shred that is only written down");

    record_init(&r, RECORD_FIGURE);
    r.u.figure.id = new_id(&w);
    r.u.figure.query = STR("act: held without food");
    r.u.figure.origins_low = r.u.figure.origins_high = 1;
    r.u.figure.rules = STR("weigh-1");
    r.u.figure.wording = STR("One person was held, vera LIND said.");
    refuse(&w, &r, ERR_REFUSED, "a figure that names a source");
    r.u.figure.wording = STR("One person was held, Vera Lindstrom said.");
    ok(archive_append(w.a, &r, 1, &w.err) == 0, "a longer name is another one");
    world_end(&w, false);
}

/* ---- terms, through every query ---- */

struct seen {
    struct world *w;
    struct str account, statement;
    bool listed, name, description, counted, counted_name, counted_description;
};

static int see_account(void *context, const struct archive_account *x, struct err *err)
{
    struct seen *s = context;
    (void)err;
    if (str_eq(x->id, s->account)) {
        s->listed = true;
        s->name = x->name.p != NULL;
        s->description = x->description.p != NULL;
    }
    return 0;
}

static int see_counted(void *context, const struct archive_counted *x, struct err *err)
{
    struct seen *s = context;
    (void)err;
    if (str_eq(x->statement, s->statement)) {
        s->counted = true;
        s->counted_name = x->name.p != NULL;
        s->counted_description = x->description.p != NULL;
    }
    return 0;
}

static bool is_found(struct world *w, struct str account, const char *words)
{
    ARENA_AUTO a = {0};
    struct archive_hit *hits;
    size_t count;
    bool found = false;
    if (archive_search(w->a, &a, str_of(words), 50, &hits, &count, &w->err))
        world_bail("search", &w->err);
    for (size_t i = 0; i < count; i++)
        found |= str_eq(hits[i].account, account);
    return found;
}

/* Every query against what the table of terms says. */
static size_t check_account(struct world *w, struct str account, struct str statement,
                            struct str source, const struct terms_state *state)
{
    ARENA_AUTO a = {0};
    size_t wrong = 0;
    for (int p = 0; p < PURPOSE_COUNT; p++) {
        const enum purpose purpose = (enum purpose)p;
        const unsigned may = terms_allow(state, purpose);
        struct seen s = {w, account, statement, 0, 0, 0, 0, 0, 0};
        struct archive_account read;
        struct record record, said;
        if (archive_list(w->a, &a, purpose, see_account, &s, &w->err) ||
            archive_record(w->a, &a, source, purpose, &said, &w->err))
            world_bail("query", &w->err);
        const bool exists = may == TERMS_EXISTS; /* and that is all */
        record_init(&record, RECORD_STATEMENT);
        int e = archive_record(w->a, &a, statement, purpose, &record, &w->err);
        wrong += e != (exists ? ERR_REFUSED : 0);
        size_t listed = 0;
        if (archive_each_record(w->a, &a, RECORD_STATEMENT, account, purpose, count_record,
                                &listed, &w->err))
            world_bail("each", &w->err);
        wrong += listed != !exists;
        const bool quote = may & TERMS_QUOTE, name = may & TERMS_NAME;
        const bool described = may & TERMS_DESCRIBE;
        wrong += !s.listed || s.name != name || s.description != described;
        wrong += (said.u.source.name.p != NULL) != name ||
                 (said.u.source.description.p != NULL) != described;
        wrong += (record.u.statement.whom.p != NULL) != quote ||
                 (record.u.statement.act.p != NULL) != quote ||
                 (record.u.statement.when.p != NULL) == exists;
        int r = archive_read_account(w->a, &a, account, purpose, &read, &w->err);
        wrong +=
            exists ? r != ERR_REFUSED
                   : r != 0 || (read.text.p != NULL) != quote || (read.name.p != NULL) != name;
        if (archive_read_accounts(w->a, &a, &account, 1, purpose, &read, &w->err))
            world_bail("read", &w->err);
        wrong += (read.text.p != NULL) != quote;
    }
    const unsigned count = terms_allow(state, PURPOSE_STATISTICS);
    struct seen s = {w, account, statement, 0, 0, 0, 0, 0, 0};
    const struct archive_query query = {.unit = UNIT_INDIVIDUAL};
    if (archive_each_counted(w->a, &query, see_counted, &s, &w->err))
        world_bail("count", &w->err);
    wrong += s.counted != ((count & TERMS_COUNT) != 0) ||
             s.counted_name != ((count & TERMS_NAME) != 0) ||
             s.counted_description != ((count & TERMS_DESCRIBE) != 0);
    wrong += is_found(w, account, "zephyr") !=
             ((terms_allow(state, PURPOSE_HELP) & TERMS_QUOTE) != 0);
    return wrong;
}

static void test_terms(void)
{
    struct world w;
    world_make(&w, "terms");
    struct record source = make_source(&w, "Anna Holm", "a relative");
    struct record account = make_account(&w, source.u.source.id, "The Zéphyr sank.");
    struct record s = make_statement(&w, account.u.account.id, "the crew", 12);
    add(&w, (struct record[]){source, account, s}, 3);
    struct terms_state state = terms_of(NULL, false, TODAY);
    size_t wrong =
        check_account(&w, account.u.account.id, s.u.statement.id, source.u.source.id, &state);
    ok(wrong == 0, "without terms");
    size_t cases = 0;
    for (int attribution = 1; attribution < ATTRIBUTION_COUNT; attribution++)
        for (unsigned purposes = 0; purposes < 1u << PURPOSE_COUNT; purposes += 3) {
            struct record terms =
                make_terms(&w, account.u.account.id, (enum attribution)attribution, purposes);
            if (cases % 5 == 4)
                terms.u.terms.expires = STR("2026-11-22");
            if (cases % 7 == 6)
                terms.u.terms.withdrawn = STR("2026-11-01");
            add(&w, &terms, 1);
            archive_new_action(w.a);
            state = terms_of(&terms.u.terms, false, TODAY);
            wrong += check_account(&w, account.u.account.id, s.u.statement.id,
                                   source.u.source.id, &state);
            cases++;
        }
    ok(wrong == 0 && cases == 55, "%zu changes of terms through every query, %zu wrong", cases,
       wrong);
    struct str before = dump(&w);
    ok(archive_rebuild(w.a, &w.err) == 0, "rebuilt");
    is(dump(&w), before, "to the same dump");
    world_end(&w, false);
}

static void test_custody(void)
{
    struct world w;
    ARENA_AUTO a = {0};
    world_make(&w, "custody");
    struct record r[20];
    struct record source = make_source(&w, "Jan Moor", "a clerk");
    add(&w, &source, 1);
    for (size_t i = 0; i < 20; i++)
        r[i] = make_account(&w, source.u.source.id, "Words.");
    add(&w, r, 20);
    size_t entries = archive_count(w.a).entries;
    struct archive_account read[20];
    struct str ids[20];
    for (size_t i = 0; i < 20; i++)
        ids[i] = r[i].u.account.id;
    size_t n = 0;
    ok(archive_list(w.a, &a, PURPOSE_HELP, see_account, &(struct seen){.w = &w}, &w.err) == 0 &&
           archive_count(w.a).entries == entries,
       "a list without words leaves nothing");
    ok(archive_read_accounts(w.a, &a, ids, 20, PURPOSE_HELP, read, &w.err) == 0 &&
           archive_count(w.a).entries == entries + 1,
       "twenty accounts of one action leave one entry");
    ok(archive_read_account(w.a, &a, ids[3], PURPOSE_HELP, read, &w.err) == 0 &&
           archive_count(w.a).entries == entries + 1,
       "which holds for the action");
    archive_new_action(w.a);
    ok(archive_read_account(w.a, &a, ids[3], PURPOSE_HELP, read, &w.err) == 0 &&
           archive_count(w.a).entries == entries + 2,
       "the next action leaves its own");
    world_close(&w, false);
    world_open(&w);
    n = count_of(&w, RECORD_CUSTODY, ids[3]);
    ok(n == 2 && count_of(&w, RECORD_CUSTODY, ids[4]) == 1, "they were synced");
    world_close(&w, true);
    if (world_try_open(&w, false, TODAY))
        world_bail("open for reading", &w.err);
    read[0].text = STR("untouched");
    ok(archive_read_account(w.a, &a, ids[0], PURPOSE_HELP, read, &w.err) == ERR_STATE &&
           str_eq(read[0].text, STR("untouched")),
       "without the right to write nothing is read: %s", w.err.text);
    world_end(&w, false);
}

static void test_figures(void)
{
    struct world w;
    ARENA_AUTO a = {0};
    world_make(&w, "figures");
    struct record source = make_source(&w, "Petra Roos", "a doctor");
    struct record account = make_account(&w, source.u.source.id, "Words.");
    add(&w, (struct record[]){source, account}, 2);
    struct record f, s;
    record_init(&f, RECORD_FIGURE);
    f.u.figure.id = new_id(&w);
    f.u.figure.query = STR("act: held");
    f.u.figure.origins_low = f.u.figure.origins_high = 1;
    f.u.figure.rules = STR("weigh-1");
    f.u.figure.wording = STR("One person was held.");
    record_init(&s, RECORD_SUPPORT);
    s.u.support.id = new_id(&w);
    s.u.support.figure = f.u.figure.id;
    s.u.support.accounts = (struct str_list){&account.u.account.id, 1};
    add(&w, (struct record[]){f, s}, 2);
    struct str *ids;
    size_t count;
    ok(archive_figures_on(w.a, &a, account.u.account.id, &ids, &count, &w.err) == 0 &&
           count == 1 && str_eq(ids[0], f.u.figure.id),
       "a figure that rests on an account");
    world_end(&w, false);
}

struct tally {
    size_t rows;
    double people;
    struct str act;
};

static int add_up(void *context, const struct archive_counted *x, struct err *err)
{
    struct tally *t = context;
    (void)err;
    t->rows++;
    t->people += x->fields->best;
    return x->fields->who.p || x->fields->whom.p ? ERR_BUG : 0;
}

static struct tally tally(struct world *w, struct archive_query query)
{
    struct tally t = {0};
    if (archive_each_counted(w->a, &query, add_up, &t, &w->err))
        world_bail("count", &w->err);
    return t;
}

static void test_count(void)
{
    struct world w;
    world_make(&w, "count");
    struct record source = make_source(&w, "Meridian", "a newspaper");
    struct record account = make_account(&w, source.u.source.id, "A report.");
    account.u.account.channel = STR("published");
    struct record s[5];
    for (size_t i = 0; i < 5; i++)
        s[i] = make_statement(&w, account.u.account.id, "men", (double)(1 << i));
    s[1].u.statement.act = STR("HELD WITHOUT FOOD");
    s[2].u.statement.act = STR("beaten");
    s[3].u.statement.when = STR("2025");
    s[4].u.statement.review = REVIEW_REJECTED;
    add(&w, (struct record[]){source, account, s[0], s[1], s[2], s[3], s[4]}, 7);
    ok(tally(&w, (struct archive_query){0}).people == 15, "all but what was rejected");
    ok(tally(&w, (struct archive_query){.act = STR("held without food")}).people == 11,
       "an act, folded");
    ok(tally(&w, (struct archive_query){.where = STR("PÓRT HALDEN")}).people == 15,
       "a place, folded");
    ok(tally(&w, (struct archive_query){.where = STR("elsewhere")}).rows == 0, "another place");
    ok(tally(&w, (struct archive_query){.when = STR("2026")}).people == 7, "a time");
    ok(tally(&w, (struct archive_query){.unit = UNIT_EVENT}).rows == 0, "another unit");
    struct record back = make_retraction(&w, &s[0].u.statement.id, 1);
    add(&w, &back, 1);
    ok(tally(&w, (struct archive_query){0}).people == 14, "not what was taken back");
    world_end(&w, false);
}

static void test_search(void)
{
    struct world w;
    ARENA_AUTO a = {0};
    world_make(&w, "search");
    struct record source = make_source(&w, "Łukasz Żak", "a miner");
    struct record account =
        make_account(&w, source.u.source.id, "Его держали в подвале. 他们被关在地下室。");
    struct record s = make_statement(&w, account.u.account.id, "Jürgen and two others", 3);
    add(&w, (struct record[]){source, account, s}, 3);
    ok(is_found(&w, account.u.account.id, "ПОДВАЛЕ"), "Cyrillic, folded");
    ok(is_found(&w, account.u.account.id, "地下室"), "Han, inside of a sentence");
    ok(!is_found(&w, account.u.account.id, "室下地"), "but not in another order");
    ok(is_found(&w, account.u.account.id, "jurgen OTHERS"), "two words of a statement");
    ok(is_found(&w, account.u.account.id, "jur*"), "the beginning of a word");
    ok(!is_found(&w, account.u.account.id, "lukasz"), "an anonymous name is not found");
    struct record terms =
        make_terms(&w, account.u.account.id, ATTRIBUTION_ON_RECORD, FOR(HELP));
    add(&w, &terms, 1);
    ok(is_found(&w, account.u.account.id, "lukasz"), "with new terms it is, at once");
    s.u.statement.whom = STR("Jörg and two others");
    add(&w, &s, 1);
    ok(!is_found(&w, account.u.account.id, "jurgen") &&
           is_found(&w, account.u.account.id, "jorg"),
       "a later version is found, the one before is not");
    struct archive_hit *hits;
    size_t count;
    ok(archive_search(w.a, &a, STR("jorg"), 5, &hits, &count, &w.err) == 0 && count == 1 &&
           str_eq(hits[0].statement, s.u.statement.id),
       "a hit names its statement");
    ok(str_find(hits[0].snippet,
                STR("\xe2\x81\xa8"
                    "Jörg"
                    "\xe2\x81\xa9 and"),
                0) != STR_NONE,
       "and marks what was found: %.*s", (int)hits[0].snippet.n, hits[0].snippet.p);
    ok(archive_search(w.a, &a, STR(" … "), 5, &hits, &count, &w.err) == ERR_INPUT, "%s",
       w.err.text);
    world_close(&w, true);
    world_open(&w);
    ok(is_found(&w, account.u.account.id, "jorg") && w.said[0] == '\0', "the index is kept: %s",
       w.said);
    /* Behind many rows that may not be shown any more there is one that may. */
    struct record crowd = make_account(&w, source.u.source.id, "Nothing.");
    struct record rows[400];
    for (size_t i = 0; i < 400; i++)
        rows[i] = make_statement(&w, crowd.u.account.id, "Jörg in a crowd", 1);
    add(&w, &crowd, 1);
    add(&w, rows, 400);
    ok(archive_search(w.a, &a, STR("jorg"), 5, &hits, &count, &w.err) == 0 && count == 5,
       "five hits of four hundred");
    terms = make_terms(&w, crowd.u.account.id, ATTRIBUTION_OFF_RECORD, FOR(HELP));
    add(&w, &terms, 1);
    ok(archive_search(w.a, &a, STR("jorg"), 5, &hits, &count, &w.err) == 0 && count == 1 &&
           str_eq(hits[0].statement, s.u.statement.id),
       "and the one that is left when they may not be shown");
    terms = make_terms(&w, account.u.account.id, ATTRIBUTION_BACKGROUND, FOR(HELP));
    add(&w, &terms, 1);
    ok(!is_found(&w, account.u.account.id, "jorg") &&
           !is_found(&w, account.u.account.id, "lukasz"),
       "with narrower terms nothing is found, at once");
    world_end(&w, true);
}

static void test_sql(void)
{
    struct err err = {0};
    ok(store_prepare_all(&view_shape, &err) == 0, "every statement fits the view %s", err.text);
    ok(store_prepare_all(&find_shape, &err) == 0, "and the index %s", err.text);
}

int main(void)
{
    worlds_begin();
    test_sql();
    test_fold();
    test_retract();
    test_refuse();
    test_terms();
    test_custody();
    test_figures();
    test_count();
    test_search();
    worlds_end();
    return tap_end();
}
