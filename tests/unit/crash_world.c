/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crash_world.h"

#include "sys/file.h"
#include "vault/ledger/keys_parts.h"
#include "work/vault.h"

#include <stdio.h>
#include <stdlib.h>

const char *const wrong_names[WRONG_COUNT] = {
    "acknowledged entries lost", "false refusals",       "shredded keys back", "live keys lost",
    "faults for verify",         "pieces of files left",
};

/* ---- doing ---- */

static bool did(struct session *s, int r)
{
    if (r && !s->err.text[0])
        s->silent = "an error without a sentence";
    return r == 0;
}

static void set_pass(struct secret *to, const char *words)
{
    secret_set(to, words, strlen(words));
}

static int open_vault(struct session *s)
{
    const struct archive_options options = {
        .dir = s->w->dir, .today = WORLD_DAY, .actor = STR("tester"), .write = true};
    if (!s->w->archive)
        return ledger_open(s->w->dir, s->keys, true, &s->l, &s->err);
    int r = archive_open(&options, s->keys, &s->a, &s->err);
    if (!r)
        s->l = archive_ledger(s->a);
    return r;
}

int session_open(struct session *s, struct world *w)
{
    SECRET_AUTO pass = {0};
    *s = (struct session){.w = w};
    set_pass(&pass, w->pass[0]);
    int r = keys_open(w->dir, &pass, &s->keys, &s->err);
    return r ? r : open_vault(s);
}

void session_close(struct session *s)
{
    if (!s->w->archive)
        ledger_close(s->l);
    else if (s->a && archive_close(s->a, &s->err) && !s->err.text[0])
        s->silent = "closing: an error without a sentence";
    keys_close(s->keys);
    s->l = NULL;
    s->a = NULL;
    s->keys = NULL;
}

static struct world_entry *new_entry(struct world *w, int subject)
{
    if (w->entry_count == sizeof w->entries / sizeof w->entries[0])
        abort();
    struct world_entry *e = &w->entries[w->entry_count];
    *e = (struct world_entry){.subject = subject, .sure = MAYBE};
    (void)snprintf(e->words, sizeof e->words, "entry %zu", w->entry_count++);
    return e;
}

bool do_subjects(struct session *s, size_t count)
{
    struct world *w = s->w;
    struct id ids[8] = {{{0}}};
    size_t from = w->subject_count;
    for (size_t i = 0; i < count; i++) {
        ids[i] = id_new();
        w->subjects[w->subject_count++] = (struct world_subject){.id = ids[i], .live = MAYBE};
    }
    bool good = did(s, keys_new_subjects(s->keys, ids, count, &s->err));
    for (size_t i = 0; i < count && good; i++)
        w->subjects[from + i].live = SURE;
    return good;
}

static bool is_live(const struct world *w, int subject)
{
    return subject < 0 ||
           (w->subjects[subject].live == SURE && w->subjects[subject].gone == NOT);
}

static bool finish_draft(struct session *s, struct ledger_draft *d, size_t from)
{
    struct world *w = s->w;
    bool good = did(s, ledger_commit(d, WORLD_DAY, &s->err));
    for (size_t i = from; i < w->entry_count && good; i++)
        w->entries[i].sure = SURE;
    return good;
}

static void make_account(struct world *w, struct arena *a, struct record *r)
{
    struct id ids[2] = {id_new(), id_new()};
    struct world_entry *e = new_entry(w, (int)w->subject_count);
    for (size_t i = 0; i < 2; i++)
        w->subjects[w->subject_count++] = (struct world_subject){.id = ids[i], .live = MAYBE};
    record_init(&r[0], RECORD_SOURCE);
    r[0].u.source.id = id_print(a, ids[1]);
    r[0].u.source.name = arena_printf(a, "source of %s", e->words);
    r[0].u.source.basis = BASIS_WITNESS;
    record_init(&r[1], RECORD_ACCOUNT);
    r[1].u.account.id = id_print(a, ids[0]);
    r[1].u.account.source = r[0].u.source.id;
    r[1].u.account.channel = STR("hotline");
    r[1].u.account.received = WORLD_DAY;
    r[1].u.account.text = arena_copy(a, str_of(e->words));
    record_init(&r[2], RECORD_TERMS);
    r[2].u.terms.id = id_print(a, id_new());
    r[2].u.terms.of = r[1].u.account.id;
    r[2].u.terms.attribution = ATTRIBUTION_ANONYMITY;
    r[2].u.terms.purposes = 1u << PURPOSE_HELP | 1u << PURPOSE_STATISTICS;
}

static bool add_accounts(struct session *s, size_t count)
{
    ARENA_AUTO a = {0};
    struct world *w = s->w;
    size_t entry = w->entry_count, subject = w->subject_count;
    struct record *records = ARENA_NEW(&a, 3 * count, struct record);
    for (size_t i = 0; i < count; i++)
        make_account(w, &a, records + 3 * i);
    bool good = did(s, archive_append(s->a, records, 3 * count, &s->err));
    for (; entry < w->entry_count && good; entry++)
        w->entries[entry].sure = SURE;
    for (; subject < w->subject_count && good; subject++)
        w->subjects[subject].live = SURE;
    return good;
}

bool do_append(struct session *s, size_t count)
{
    struct world *w = s->w;
    struct ledger_draft *d;
    if (w->archive)
        return add_accounts(s, count);
    if (!did(s, ledger_begin(s->l, &d, &s->err)))
        return false;
    size_t from = w->entry_count;
    int subject = -1;
    for (size_t i = 0; i < count; i++) {
        struct world_entry *e = new_entry(w, subject);
        if (!did(s, ledger_add(d, subject < 0 ? NULL : &w->subjects[subject].id,
                               str_of(e->words), &e->payload, &s->err))) {
            ledger_discard(d);
            return false;
        }
        do
            subject = subject + 1 < (int)w->subject_count ? subject + 1 : -1;
        while (!is_live(w, subject));
    }
    return finish_draft(s, d, from);
}

struct words {
    struct str left;
};

static int read_words(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct words *words = context;
    (void)err;
    *ret_n = n < words->left.n ? n : words->left.n;
    memcpy(p, words->left.p, *ret_n);
    words->left = str_slice(words->left, *ret_n, words->left.n);
    return 0;
}

bool do_attach(struct session *s, int subject, bool commit)
{
    struct world *w = s->w;
    struct ledger_draft *d;
    if (!did(s, ledger_begin(s->l, &d, &s->err)))
        return false;
    size_t from = w->entry_count;
    struct world_entry *e = new_entry(w, subject);
    e->attachment = true;
    struct words words = {str_of(e->words)};
    const struct age_source in = {read_words, &words};
    bool good = did(s, ledger_attach(d, &w->subjects[subject].id, &in, &e->payload, &s->err));
    if (good && commit)
        return finish_draft(s, d, from);
    ledger_discard(d);
    w->entry_count = from;
    return good;
}

bool do_passwd(struct session *s)
{
    struct world *w = s->w;
    SECRET_AUTO pass = {0};
    (void)snprintf(w->pass[1], sizeof w->pass[1], "%.20s+", w->pass[0]);
    w->passed = MAYBE;
    set_pass(&pass, w->pass[1]);
    if (!did(s, keys_passwd(s->keys, &pass, &s->err)))
        return false;
    memcpy(w->pass[0], w->pass[1], sizeof w->pass[0]);
    w->passed = NOT;
    return true;
}

bool do_recovery(struct session *s)
{
    struct world *w = s->w;
    SECRET_AUTO printed = {0};
    struct age_identity paper = {0};
    w->papered = MAYBE;
    if (!did(s, keys_recovery(s->keys, &printed, &s->err)))
        return false;
    if (keys_recovery_parse(secret_str(&printed), &paper, &s->err))
        abort();
    w->paper[0] = paper; /* the one before stays with the copies of the world */
    w->papered = NOT;
    return true;
}

bool do_shred(struct session *s, int subject)
{
    struct world_subject *subjects = s->w->subjects;
    subjects[subject].gone = MAYBE;
    if (s->w->archive) { /* and its source */
        ARENA_AUTO a = {0};
        subjects[subject + 1].gone = MAYBE;
        struct str id = id_print(&a, subjects[subject].id);
        if (!did(s, archive_shred(s->a, id, &s->err)))
            return false;
        subjects[subject + 1].gone = subjects[subject + 1].dropped = SURE;
        subjects[subject].gone = subjects[subject].dropped = SURE;
        return true;
    }
    if (!did(s, ledger_shred(s->l, &subjects[subject].id, 1, WORLD_DAY, &s->err)))
        return false;
    subjects[subject].gone = subjects[subject].dropped = SURE;
    return true;
}

/* ---- looking ---- */

struct look {
    struct session *s;
    wrong_fn *say;
    bool found[128];
};

__attribute__((format(printf, 3, 4))) static void complain(wrong_fn *say, enum wrong wrong,
                                                           const char *format, ...)
{
    char text[700];
    va_list ap;
    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    say(wrong, text);
}

static struct world_entry *entry_of(struct world *w, struct str words, size_t *ret_at)
{
    for (size_t i = 0; i < w->entry_count; i++)
        if (str_eq(words, str_of(w->entries[i].words))) {
            *ret_at = i;
            return &w->entries[i];
        }
    return NULL;
}

static bool is_gone(const struct world *w, int subject)
{
    return subject >= 0 && w->subjects[subject].gone == SURE;
}

static int look_at_entry(struct look *k, const struct envelope *e, struct str sealed,
                         struct err *err)
{
    ARENA_AUTO a = {0};
    struct envelope copy = *e;
    struct keys_entry entry = {.envelope = &copy, .sealed = sealed};
    int r = keys_open_entries(k->s->keys, &a, &entry, 1, err);
    if (r)
        return r;
    size_t at = 0;
    const struct world_entry *known = NULL;
    if (entry.result) {
        complain(k->say, entry.result == ERR_MISSING ? WRONG_KEY_LOST : WRONG_VERIFY,
                 "an entry does not open (%d)", entry.result);
        return 0;
    }
    known = entry_of(k->s->w, entry.plain, &at);
    if (!known || k->found[at])
        complain(k->say, WRONG_VERIFY, "an entry that nobody wrote: %.*s", (int)entry.plain.n,
                 entry.plain.p);
    else if (is_gone(k->s->w, known->subject))
        complain(k->say, WRONG_BACK, "%s of a shredded account is there", known->words);
    else
        k->found[at] = true;
    return 0;
}

static int look_at_bundle(void *context, const struct ledger_bundle *b, struct err *err)
{
    struct look *k = context;
    for (size_t i = 0; i < b->bundle.count; i++) {
        struct envelope e;
        int r = envelope_unpack(
            (const unsigned char *)b->bundle.envelopes.p + i * ENVELOPE_SIZE, &e, err);
        if (!r && e.type == ENVELOPE_SEALED && b->bundle.payloads[i].p)
            r = look_at_entry(k, &e, b->bundle.payloads[i], err);
        if (r)
            return r;
    }
    return 0;
}

static int keep_words(void *context, const void *p, size_t n, struct err *err)
{
    (void)err;
    buf_add(context, str_make(p, n));
    return 0;
}

static bool look_at_attachment(struct session *s, const struct world_entry *e)
{
    struct ledger_file *f;
    struct age_source in;
    BUF_AUTO words;
    buf_init(&words, 1000);
    const struct age_sink out = {keep_words, &words};
    if (ledger_file_open(s->l, e->payload, &f, &in, NULL, &s->err))
        return false;
    int r = keys_open_attachment(s->keys, s->w->subjects[e->subject].id, &in, &out, &s->err);
    ledger_file_close(f);
    return !r && str_eq(buf_str(&words), str_of(e->words));
}

static bool look_at_account(struct session *s, const struct world_entry *e)
{
    ARENA_AUTO a = {0};
    struct archive_account account;
    struct str id = id_print(&a, s->w->subjects[e->subject].id);
    int r = archive_read_account(s->a, &a, id, PURPOSE_HELP, &account, &s->err);
    return !r && str_eq(account.text, str_of(e->words));
}

static int count_account(void *context, const struct archive_account *account, struct err *err)
{
    (void)err;
    *(size_t *)context += !account->shredded;
    return 0;
}

/* A fresh projection is the one that was used. */
static void look_at_projection(struct session *s, wrong_fn *say)
{
    ARENA_AUTO a = {0};
    size_t count = 0, known = 0;
    BUF_AUTO before, after;
    buf_init(&before, 1 << 24);
    buf_init(&after, 1 << 24);
    for (size_t i = 0; i < s->w->entry_count; i++)
        known += s->w->entries[i].sure == SURE && !is_gone(s->w, s->w->entries[i].subject);
    if (archive_list(s->a, &a, PURPOSE_HELP, count_account, &count, &s->err) ||
        archive_dump(s->a, &before, &s->err) || archive_rebuild(s->a, &s->err) ||
        archive_dump(s->a, &after, &s->err))
        complain(say, WRONG_REFUSED, "the projection: %s", s->err.text);
    else if (!str_eq(buf_str(&before), buf_str(&after)))
        complain(say, WRONG_VERIFY, "the projection is not what the ledger says");
    else if (count != known)
        complain(say, WRONG_VERIFY, "%zu accounts are listed, %zu were written", count, known);
}

/* Everything that was acknowledged is there, and nothing else. */
static void look_at_entries(struct session *s, wrong_fn *say)
{
    struct look k = {.s = s, .say = say};
    struct world *w = s->w;
    ARENA_AUTO a = {0};
    for (size_t i = 0; i < w->entry_count && w->archive; i++)
        k.found[i] = w->entries[i].sure != NOT && look_at_account(s, &w->entries[i]);
    if (!w->archive && ledger_each(s->l, NULL, &a, look_at_bundle, &k, &s->err)) {
        complain(say, WRONG_REFUSED, "reading: %s", s->err.text);
        return;
    }
    for (size_t i = 0; i < w->entry_count; i++) {
        struct world_entry *e = &w->entries[i];
        if (e->attachment && e->sure != NOT) {
            k.found[i] = look_at_attachment(s, e);
            if (k.found[i] && is_gone(w, e->subject))
                complain(say, WRONG_BACK, "the attachment %s is there", e->words);
        }
        if (e->sure == SURE && !k.found[i] && !is_gone(w, e->subject))
            complain(say, WRONG_LOST, "%s%s: %s", e->words,
                     e->attachment ? ", an attachment" : "",
                     e->attachment ? s->err.text : "not there");
        if (w->archive && k.found[i] && is_gone(w, e->subject))
            complain(say, WRONG_BACK, "%s of a shredded account is there", e->words);
        e->sure = k.found[i] ? SURE : e->sure == MAYBE ? NOT : e->sure;
    }
    if (w->archive)
        look_at_projection(s, say);
}

static void look_at_subjects(struct session *s, wrong_fn *say)
{
    struct world *w = s->w;
    for (size_t i = 0; i < w->subject_count; i++) {
        struct world_subject *u = &w->subjects[i];
        bool gone = ledger_shredded(s->l, u->id), here = keys_has(s->keys, u->id);
        if (u->gone == SURE && !gone)
            complain(say, WRONG_LOST, "the shredding of subject %zu", i);
        if (u->gone == NOT && gone)
            complain(say, WRONG_VERIFY, "subject %zu is shredded, and nobody did it", i);
        u->gone = gone ? SURE : NOT;
        if (u->live == SURE && !gone && !here)
            complain(say, WRONG_KEY_LOST, "the secret of subject %zu", i);
        if (u->live == MAYBE)
            u->live = here ? SURE : NOT;
        if (gone && here && u->dropped == SURE)
            complain(say, WRONG_BACK, "the secret of subject %zu", i);
    }
}

static bool is_held_in(const char *ring_path, const struct keys_text *t, struct id subject)
{
    bool found = false;
    for (size_t i = 0; i < t->ring_count; i++) {
        for (uint64_t g = 0; g < 6 && !found; g++) {
            struct ring ring;
            struct ring_name name = {.generation = g};
            unsigned char key[SIGN_PUBLIC], hash[SHA256_SIZE];
            memcpy(name.archive, t->archive, sizeof name.archive);
            sign_public(&t->seed, key);
            sha256(key, sizeof key, hash);
            memcpy(name.device, hash, sizeof name.device);
            if (ring_open(ring_path, &name, &t->rings[i].secret, NULL, &ring, NULL))
                continue;
            found = ring_find(&ring, subject.b) != NULL;
            ring_close(&ring);
        }
    }
    return found;
}

/* With the passphrase, the recovery key, every file of the folder, and the rings that somebody
 * kept from before. */
static bool attack(const struct world *w, struct id subject)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    const char **paths = NULL;
    size_t count = 0;
    bool found = false;
    struct age_identity with[2] = {{.kind = AGE_SCRYPT}, w->paper[0]};
    set_pass(&with[0].secret, w->pass[0]);
    const char *root = arena_printf(&a, "%s/..", w->dir).p;
    if (file_list(&a, root, 1000, &paths, &count, &err))
        abort();
    for (size_t i = 0; i < count; i++) {
        BUF_AUTO bytes;
        buf_init(&bytes, 1 << 20);
        if (strncmp(paths[i], root, strlen(root)) != 0 || !strstr(paths[i], ".age") ||
            strstr(paths[i], "/attachments/") || file_read(paths[i], 1 << 20, &bytes, &err))
            continue;
        for (size_t j = 0; j < 2 && with[j].secret.p; j++) {
            SECRET_AUTO text = {0};
            struct keys_text t = {0};
            if (age_open_secret(&with[j], 1, buf_str(&bytes), KEYS_TEXT_MAX, &text, NULL,
                                NULL) ||
                keys_text_parse(secret_str(&text), &t, NULL))
                continue;
            for (size_t k = 0; k < count && !found; k++)
                found = strstr(paths[k], "/ring-") && is_held_in(paths[k], &t, subject);
            keys_text_free(&t);
        }
    }
    secret_free(&with[0].secret);
    return found;
}

/* After the next change of what they are pieces of. */
static void look_for_pieces(struct session *s, wrong_fn *say)
{
    ARENA_AUTO a = {0};
    const char **paths = NULL;
    size_t count = 0;
    if (file_list(&a, s->w->dir, 1000, &paths, &count, &s->err)) {
        complain(say, WRONG_REFUSED, "%s", s->err.text);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(paths[i]);
        if (n > 7 && paths[i][n - 7] == '.' && !strpbrk(paths[i] + n - 7, "/-"))
            complain(say, WRONG_LEFT, "%s", paths[i] + strlen(s->w->dir));
    }
}

static void look_at_shredded(struct session *s, wrong_fn *say)
{
    for (size_t i = 0; i < s->w->subject_count; i++)
        if (is_gone(s->w, (int)i) && attack(s->w, s->w->subjects[i].id))
            complain(say, WRONG_BACK, "the secret of subject %zu, from the files", i);
}

static void look_at_verdict(struct session *s, wrong_fn *say)
{
    ARENA_AUTO a = {0};
    struct ledger_verdict v;
    if (ledger_verify(s->l, &a, NULL, (struct str){NULL, 0}, NULL, NULL, &v, &s->err)) {
        complain(say, WRONG_REFUSED, "verify: %s", s->err.text);
        return;
    }
    for (size_t i = 0; i < v.fault_count; i++)
        complain(say, WRONG_VERIFY, "%s: %s", ledger_fault_names[v.faults[i].kind],
                 v.faults[i].text);
    if (!v.opened || v.locked)
        complain(say, WRONG_VERIFY, "%zu entries are locked", (size_t)v.locked);
}

static void look(struct session *s, wrong_fn *say)
{
    look_at_subjects(s, say);
    look_at_entries(s, say);
    look_at_shredded(s, say);
    look_at_verdict(s, say);
}

/* ---- starting again ---- */

static int try_pass(struct session *s, size_t which)
{
    SECRET_AUTO pass = {0};
    set_pass(&pass, s->w->pass[which]);
    return keys_open(s->w->dir, &pass, &s->keys, &s->err);
}

/* The making of an archive that was interrupted is made again. */
static int make_again(struct session *s)
{
    SECRET_AUTO pass = {0};
    unsigned char id[32];
    struct world *w = s->w;
    set_pass(&pass, w->pass[0]);
    int r = work_vault_create(w->dir, &pass, AGE_SCRYPT_MIN, WORLD_DAY, id, &s->err);
    w->made = SURE;
    return r == ERR_EXISTS ? 0 : r;
}

static bool start(struct session *s, struct world *w, wrong_fn *say)
{
    *s = (struct session){.w = w};
    int r = w->made == MAYBE ? make_again(s) : 0;
    if (!r)
        r = try_pass(s, 0);
    if (r == ERR_AUTH && w->passed == MAYBE) {
        memcpy(w->pass[0], w->pass[1], sizeof w->pass[0]);
        r = try_pass(s, 0);
    }
    w->passed = NOT;
    if (!r)
        r = open_vault(s);
    if (r)
        complain(say, WRONG_REFUSED, "it does not open: %s", s->err.text);
    return r == 0;
}

static void check_paper(struct session *s, wrong_fn *say)
{
    struct world *w = s->w;
    struct keys *k = NULL;
    struct keys_file *f = NULL;
    unsigned char public[32];
    if (!w->paper[0].secret.p)
        return;
    int r = keys_open_recovery(w->dir, &w->paper[0], &k, &s->err);
    keys_close(k);
    if (keys_file_of(s->keys, &f, NULL))
        abort();
    age_identity_public(&w->paper[0], public);
    bool void_now = w->papered == MAYBE && memcmp(public, f->text.recovery_key, 32) != 0;
    if (r && !void_now)
        complain(say, WRONG_REFUSED, "the recovery key: %s", s->err.text);
    w->papered = NOT;
    if (r && void_now && !do_recovery(s))
        complain(say, WRONG_REFUSED, "a new recovery key: %s", s->err.text);
}

static void go_on(struct session *s, wrong_fn *say)
{
    bool good = s->w->archive ? do_append(s, 2)
                              : do_subjects(s, 1) && do_append(s, 3) &&
                                    do_attach(s, (int)s->w->subject_count - 1, true);
    if (!good)
        complain(say, WRONG_REFUSED, "going on: %s", s->err.text);
}

void world_check(struct world *w, wrong_fn *say)
{
    struct session s;
    if (start(&s, w, say)) {
        if (w->again && !w->again(&s))
            complain(say, WRONG_REFUSED, "doing it again: %s", s.err.text);
        look(&s, say);
        check_paper(&s, say);
        go_on(&s, say);
        session_close(&s);
        if (start(&s, w, say)) {
            look(&s, say);
            look_for_pieces(&s, say);
        }
    }
    session_close(&s);
}
