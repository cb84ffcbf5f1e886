/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An archive that was made once (tests/vectors/ledger) and must be readable for ever.
 * "make FOLDER" as second and third argument makes another one; tests/ledger_read.py reads the
 * same from the manual page alone.
 */
#include "ledger_help.h"
#include "vault/seal/hash.h"

static int say_entry(struct archive_at *at, const struct ledger_bundle *b, size_t i,
                     struct buf *out, struct err *err)
{
    ARENA_AUTO a = {0};
    struct envelope e;
    struct keys_entry entry = {.envelope = &e, .sealed = b->bundle.payloads[i]};
    int r = envelope_unpack((const unsigned char *)b->bundle.envelopes.p + i * ENVELOPE_SIZE,
                            &e, err);
    if (r)
        return r;
    char device[33];
    hex_print(e.device, sizeof e.device, device);
    buf_printf(out, "== %s %llu ", device, (unsigned long long)e.seq);
    if (e.type == ENVELOPE_ATTACHMENT) {
        struct ledger_file *f;
        struct age_source in;
        struct id subject;
        const struct age_sink to = {write_buf, out};
        r = ledger_file_open(at->l, e.payload, &f, &in, &subject, err);
        if (r == ERR_MISSING)
            buf_add(out, STR("attachment, gone\n"));
        if (r)
            return r == ERR_MISSING ? 0 : r;
        buf_add(out, STR("attachment\n"));
        r = keys_open_attachment(at->keys, subject, &in, &to, err);
        ledger_file_close(f);
    } else if (e.type == ENVELOPE_CONTROL) {
        buf_add(out, STR("control\n"));
        buf_add(out, entry.sealed);
    } else if (!entry.sealed.p) {
        buf_add(out, STR("gone\n"));
    } else {
        r = keys_open_entries(at->keys, &a, &entry, 1, err);
        buf_add(out, entry.archive ? STR("of the archive\n") : STR("of a subject\n"));
        buf_add(out, entry.result ? STR("(cannot be opened)\n") : entry.plain);
    }
    return r;
}

static int say_bundle(void *context, const struct ledger_bundle *b, struct err *err)
{
    struct reading *to = context;
    for (size_t i = 0; i < b->bundle.count; i++) {
        int r = say_entry(to->at, b, i, to->out, err);
        if (r)
            return r;
    }
    return 0;
}

static void say(struct archive_at *at, struct buf *out)
{
    ARENA_AUTO memory = {0};
    struct err err = {0};
    struct reading to = {at, out, &memory};
    if (ledger_each(at->l, NULL, &memory, say_bundle, &to, &err))
        bail("read", &err);
}

/* ---- making it ---- */

static struct id subject_of(struct archive_at *at, const char *text)
{
    struct id id;
    struct err err = {0};
    if (!id_parse(str_of(text), &id) || keys_new_subject(at->keys, id, &err))
        bail("subject", &err);
    return id;
}

#define ACCOUNT "0acc0vnt00000000000000000b"
#define OTHER   "0acc0vnt00000000000000000c"

static void make(const char *name, const char *to)
{
    struct archive_at at, two;
    struct err err = {0};
    make_archive(&at, name);
    struct id source, account, other;
    source = subject_of(&at, "0s0vrce000000000000000000a");
    account = subject_of(&at, ACCOUNT);
    other = subject_of(&at, OTHER);
    struct ledger_draft *d;
    if (ledger_begin(at.l, &d, &err) ||
        ledger_add(d, &source,
                   STR("card: source\nid: 0s0vrce000000000000000000a\nname: Ilse Varn\n"
                       "description: a neighbour\nbasis: witness\n"),
                   NULL, &err) ||
        ledger_add(d, &account,
                   STR("card: account\nid: " ACCOUNT "\nsource: 0s0vrce000000000000000000a\n"
                       "channel: hotline\nreceived: 2024-05-16\nlanguage: en\n"
                       "text: Twelve men were kept in the drill hall.\n"),
                   NULL, &err) ||
        ledger_add(d, &other,
                   STR("card: account\nid: " OTHER "\nsource: 0s0vrce000000000000000000a\n"
                       "channel: hotline\nreceived: 2024-05-16\nlanguage: en\n"
                       "text: What this account says was shredded.\n"),
                   NULL, &err) ||
        ledger_commit(d, DAY, &err))
        bail("commit", &err);
    (void)attach_words(&at, account, STR("The photograph, in words.\n"));
    (void)attach_words(&at, other, STR("This one was shredded.\n"));
    char second[64];
    (void)snprintf(second, sizeof second, "%s-two", name);
    join_archive(&two, &at, second);
    (void)append(&two, NULL,
                 "card: assessment\nid: 0assess000000000000000000d\nof: " ACCOUNT
                 "\nsource_grade: B\n");
    (void)exchange(&at, &two);
    if (ledger_shred(at.l, &other, 1, DAY, &err))
        bail("shred", &err);
    (void)append(&at, NULL,
                 "card: derivation\nid: 0derive000000000000000000e\nfrom: " ACCOUNT
                 "\nto: " OTHER "\nkind: quoted\ncertainty: possible\n");
    BUF_AUTO out;
    buf_init(&out, 1 << 20);
    say(&at, &out);
    close_archive(&two);
    close_archive(&at);
    char command[4096], path[2048];
    (void)snprintf(command, sizeof command, "cp -r '%s' '%s/archive'", at.dir, to);
    (void)snprintf(path, sizeof path, "%s/expected.txt", to);
    if (system(command) != 0 || file_write_private(path, buf_str(&out), &err))
        bail("write", &err);
}

/* ---- reading it ---- */

static void test_frozen(const char *tests)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct archive_at made, at;
    (void)snprintf(made.dir, sizeof made.dir, "%s/vectors/ledger/archive", tests);
    copy_archive(&made, &at, "frozen");
    BUF_AUTO want, got;
    buf_init(&want, 1 << 20);
    buf_init(&got, 1 << 20);
    if (file_read(arena_printf(&a, "%s/vectors/ledger/expected.txt", tests).p, 1 << 20, &want,
                  &err))
        bail("read", &err);
    open_archive(&at);
    say(&at, &got);
    is(buf_str(&got), buf_str(&want), "the frozen archive says what it said");
    struct id gone, kept;
    ok(id_parse(STR(OTHER), &gone) && id_parse(STR(ACCOUNT), &kept) &&
           !keys_has(at.keys, gone) && keys_has(at.keys, kept) && ledger_shredded(at.l, gone),
       "its keys are those it had");
    ledger_close(at.l);
    struct ledger_verdict v;
    struct ledger *l;
    if (ledger_open(at.dir, at.keys, false, &l, &err) ||
        ledger_verify(l, &a, NULL, (struct str){NULL, 0}, NULL, NULL, &v, &err))
        bail("verify", &err);
    ok(v.fault_count == 0 && v.devices == 2 && v.attachments == 2 && v.shredded == 2,
       "and nothing is wrong with it%s%s", v.fault_count ? ": " : "",
       v.fault_count ? v.faults[0].text : "");
    ledger_close(l);
    keys_close(at.keys);
}

int main(int argc, char **argv)
{
    begin_archives();
    if (argc > 3 && strcmp(argv[2], "make") == 0)
        make("frozen", argv[3]);
    else
        test_frozen(argc > 1 ? argv[1] : "tests");
    end_archives();
    return tap_end();
}
