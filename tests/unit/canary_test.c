/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words that stand for what a witness said are put into an archive: as a name, in a text, in a
 * statement, a node, a case, an attachment and the passphrase. Then everything that could still
 * hold them is looked through: the folder as it is, the opened snapshots, the dump, the opened
 * attachments, and the whole memory of a process of its own that opened the archive, listed and
 * searched it. Before a shredding the search must find them in all but the folder (else it finds
 * nothing anywhere and proves nothing); afterwards nowhere. Of the sealed words not even the
 * ciphertext is left in a page or a log; and who kept the folder as it was before opens nothing of
 * it with the keys of today, but all of it with the keys of then.
 *
 * The words are written here and compared masked, so that the looking process has none of them.
 */
#include "archive_help.h"
#include "sys/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MASK      0x5a
#define CANARIES  7
#define CANARY    16
#define BIG_RANGE ((size_t)1 << 30) /* the shadow of a sanitizer: nobody stores words there */

static unsigned char masked[CANARIES][CANARY];
static struct str self;

/* Letters from a small generator: the same in both processes, and in no file. */
static void make_masked(void)
{
    uint64_t x = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < CANARIES; i++)
        for (size_t k = 0; k < CANARY; k++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            masked[i][k] = (unsigned char)(('a' + (x >> 33) % 26) ^ MASK);
        }
}

/* The word itself: only in the process that writes the archive. */
static struct str canary(struct arena *a, size_t i)
{
    char *s = ARENA_NEW(a, CANARY, char);
    for (size_t k = 0; k < CANARY; k++)
        s[k] = (char)(masked[i][k] ^ MASK);
    return str_make(s, CANARY);
}

/* Which canaries stand in these bytes, case folded or not: a set. They may be any memory, also what
 * a sanitizer keeps from the program. */
__attribute__((no_sanitize_address)) static unsigned look(const unsigned char *p, size_t n)
{
    unsigned found = 0;
    for (size_t at = 0; n >= CANARY && at <= n - CANARY; at++)
        for (size_t i = 0; i < CANARIES; i++) {
            size_t k = 0;
            while (k < CANARY && ((p[at + k] | 0x20) ^ MASK) == masked[i][k])
                k++;
            if (k == CANARY)
                found |= 1u << i;
        }
    return found;
}

/* ---- the places ---- */

enum place { IN_FOLDER, IN_VIEW, IN_FIND, IN_DUMP, IN_FILES, IN_MEMORY, PLACES };
static const char *const place_names[PLACES] = {
    "the folder", "the opened view",        "the opened search index",
    "the dump",   "the opened attachments", "the memory of a process that opened it"};

struct report {
    unsigned found[PLACES];
};

static int collect(void *context, const void *p, size_t n, struct err *err)
{
    buf_add(context, str_make(p, n));
    return buf_check(context, "opened file", err);
}

static int read_fd(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    ssize_t got = read(*(int *)context, p, n);
    *ret_n = got > 0 ? (size_t)got : 0;
    return got < 0 ? err_set(err, ERR_IO, "read") : 0;
}

static unsigned look_own(struct world *w, const char *name)
{
    BUF_AUTO out;
    buf_init(&out, (size_t)64 << 20);
    ARENA_AUTO a = {0};
    int fd = open(arena_printf(&a, "%s/%s", w->dir, name).p, O_RDONLY);
    const struct age_source in = {read_fd, &fd};
    const struct age_sink to = {collect, &out};
    unsigned found = 0;
    if (fd >= 0 && keys_open_own(w->keys, &in, &to, &w->err) == 0)
        found = look((const unsigned char *)out.p, out.n);
    if (fd >= 0)
        (void)close(fd);
    if (out.n)
        memset(out.p, 0, out.n); /* this process is looked through, too */
    return found;
}

static unsigned look_folder(const char *dir)
{
    ARENA_AUTO a = {0};
    const char **paths;
    size_t count;
    unsigned found = 0;
    struct err err;
    BUF_AUTO bytes;
    buf_init(&bytes, (size_t)64 << 20);
    if (file_list(&a, dir, 1000, &paths, &count, &err))
        world_bail("list", &err);
    for (size_t i = 0; i < count; i++) {
        if (file_read(paths[i], (size_t)64 << 20, &bytes, &err))
            world_bail("read", &err);
        found |= look((const unsigned char *)bytes.p, bytes.n);
        found |= look((const unsigned char *)paths[i], strlen(paths[i]));
    }
    return found;
}

static unsigned look_memory(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    unsigned found = 0;
    while (maps && fgets(line, sizeof line, maps)) {
        unsigned long begin, end;
        char rights[8] = "";
        if (sscanf(line, "%lx-%lx %7s", &begin, &end, rights) != 3 || rights[0] != 'r' ||
            strstr(line, "[v") || end - begin > BIG_RANGE)
            continue;
        found |= look((const unsigned char *)begin, end - begin);
    }
    if (maps)
        (void)fclose(maps);
    return found;
}

/* The first account with an attachment. */
struct attached {
    struct arena a;
    struct str account, attachment;
};

static int pass_account(void *context, const struct archive_account *account, struct err *err)
{
    (void)err;
    struct attached *to = context;
    if (!account->attachment_count)
        return 0;
    to->account = arena_copy(&to->a, account->id);
    to->attachment = arena_copy(&to->a, account->attachments[0]);
    return 0;
}

/* In a process of its own: opens, lists, searches, reads, and looks. */
static int child(const char *dir, const char *result)
{
    struct world w = {0};
    struct report r = {0};
    ARENA_AUTO a = {0};
    (void)snprintf(w.dir, sizeof w.dir, "%s", dir);
    r.found[IN_FOLDER] = look_folder(dir);
    world_open(&w);
    struct archive_hit *hits;
    size_t count;
    struct attached at = {0};
    if (archive_list(w.a, &a, PURPOSE_HELP, pass_account, &at, &w.err) ||
        archive_search(w.a, &a, STR("kolvar"), 20, &hits, &count, &w.err))
        world_bail("search", &w.err);
    BUF_AUTO out;
    buf_init(&out, (size_t)64 << 20);
    const struct age_sink to = {collect, &out};
    if (at.account.p &&
        archive_read_attachment(w.a, at.account, at.attachment, PURPOSE_HELP, &to, &w.err) == 0)
        r.found[IN_FILES] = look((const unsigned char *)out.p, out.n);
    r.found[IN_DUMP] = look((const unsigned char *)dump(&w).p, dump(&w).n);
    r.found[IN_VIEW] = look_own(&w, "view.age");
    r.found[IN_FIND] = look_own(&w, "find.age");
    r.found[IN_MEMORY] = look_memory();
    if (file_write_private(result, str_make((const char *)&r, sizeof r), &w.err))
        world_bail("write", &w.err);
    arena_free(&at.a);
    world_end(&w, true);
    return 0;
}

static struct report look_everywhere(const char *dir, const char *result)
{
    struct report r = {0};
    pid_t pid = fork();
    if (pid == 0) {
        execl(self.p, self.p, "--look", dir, result, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    (void)waitpid(pid, &status, 0);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a process looks");
    BUF_AUTO bytes;
    struct err err;
    buf_init(&bytes, sizeof r);
    if (file_read(result, sizeof r, &bytes, &err) || bytes.n != sizeof r)
        world_bail("result", &err);
    memcpy(&r, bytes.p, sizeof r);
    return r;
}

/* ---- the archive ---- */

static int read_str(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    (void)err;
    struct str *s = context;
    *ret_n = n < s->n ? n : s->n;
    memcpy(p, s->p, *ret_n);
    *s = str_slice(*s, *ret_n, s->n);
    return 0;
}

static struct str fill(struct world *w)
{
    struct arena *a = &w->arena;
    struct record r[8];
    r[0] = make_source(w, arena_cstr(a, canary(a, 0)), "somebody of Kolvar");
    r[1] = make_account(
        w, r[0].u.source.id,
        arena_printf(a, "In Kolvar they took %.*s away.", CANARY, canary(a, 1).p).p);
    struct str id = r[1].u.account.id;
    r[2] = make_terms(w, id, ATTRIBUTION_ON_RECORD, FOR(HELP) | FOR(STATISTICS));
    r[3] = make_statement(w, id, arena_cstr(a, canary(a, 2)), 1);
    record_init(&r[4], RECORD_NODE);
    r[4].u.node.id = new_id(w);
    r[4].u.node.account = id;
    r[4].u.node.type = NODE_PERSON;
    r[4].u.node.name = canary(a, 3);
    record_init(&r[5], RECORD_CASEWORK);
    r[5].u.casework.id = new_id(w);
    r[5].u.casework.account = id;
    r[5].u.casework.need = NEED_DETENTION;
    r[5].u.casework.note = canary(a, 4);
    /* Who speaks in it, as the words of the account call him. */
    r[6] = make_source(w, arena_cstr(a, canary(a, 6)), "a man of Kolvar");
    r[3].u.statement.source = r[6].u.source.id;
    add(w, (struct record[]){r[0], r[1], r[2], r[6], r[3], r[4], r[5]}, 7);
    struct str bytes = arena_printf(a, "%%PDF %.*s", CANARY, canary(a, 5).p), attachment;
    const struct age_source in = {read_str, &bytes};
    struct archive_file file = {.in = &in, .ret_attachment = &attachment};
    if (!id_parse(id, &file.account) || archive_attach(w->a, a, &file, &w->err))
        world_bail("attach", &w->err);
    /* Another one, so that there is something left. */
    r[0] = make_source(w, "Ane Holm", "a neighbour");
    r[1] = make_account(w, r[0].u.source.id, "Nothing happened in Kolvar that day.");
    r[2] = make_terms(w, r[1].u.account.id, ATTRIBUTION_ON_RECORD, FOR(HELP));
    add(w, r, 3);
    struct archive_hit *hits;
    size_t count;
    if (archive_search(w->a, a, STR("kolvar"), 20, &hits, &count, &w->err) || count < 2)
        world_bail("search", &w->err);
    return id;
}

/* ---- what was kept ---- */

#define PIECE 48 /* of a sealed payload: nothing else has these bytes */

struct pieces {
    struct arena a;
    struct piece {
        struct id payload;
        unsigned char bytes[PIECE];
        bool gone; /* after the shredding */
    } * items;
    size_t count, cap;
    bool again;
};

static int take_payloads(void *context, const struct ledger_bundle *b, struct err *err)
{
    struct pieces *p = context;
    for (size_t i = 0; i < b->bundle.count; i++) {
        struct envelope e;
        const char *at = b->bundle.envelopes.p + i * ENVELOPE_SIZE;
        if (envelope_unpack((const unsigned char *)at, &e, err))
            return err->kind;
        struct str bytes = b->bundle.payloads[i];
        if (!p->again && bytes.n >= PIECE && e.type == ENVELOPE_SEALED) {
            struct piece piece = {.payload = e.payload};
            memcpy(piece.bytes, bytes.p + bytes.n - PIECE, PIECE);
            ARENA_PUSH(&p->a, p->items, p->count, p->cap, piece);
        }
        for (size_t k = 0; p->again && k < p->count; k++)
            if (memcmp(p->items[k].payload.b, e.payload.b, ID_SIZE) == 0)
                p->items[k].gone = !bytes.p;
    }
    return 0;
}

static void take_pieces(struct world *w, struct pieces *p)
{
    ARENA_AUTO a = {0};
    if (ledger_each(archive_ledger(w->a), NULL, &a, take_payloads, p, &w->err))
        world_bail("each bundle", &w->err);
}

/* How many of what is gone stand in a file of the folder. */
static size_t count_pieces(const char *dir, const struct pieces *p, bool gone)
{
    ARENA_AUTO a = {0};
    const char **paths;
    size_t count, found = 0;
    struct err err;
    BUF_AUTO bytes;
    buf_init(&bytes, (size_t)64 << 20);
    if (file_list(&a, dir, 1000, &paths, &count, &err))
        world_bail("list", &err);
    for (size_t i = 0; i < count; i++) {
        if (file_read(paths[i], (size_t)64 << 20, &bytes, &err))
            world_bail("read", &err);
        for (size_t k = 0; k < p->count; k++)
            found += p->items[k].gone == gone &&
                     str_find(buf_str(&bytes), str_make((const char *)p->items[k].bytes, PIECE),
                              0) != STR_NONE;
        buf_clear(&bytes);
    }
    return found;
}

static void copy_file(const char *from, const char *to)
{
    struct err err;
    BUF_AUTO bytes;
    buf_init(&bytes, (size_t)64 << 20);
    if (file_read(from, (size_t)64 << 20, &bytes, &err) ||
        file_write_private(to, buf_str(&bytes), &err))
        world_bail("copy", &err);
}

static void copy_folder(const char *from, const char *to)
{
    ARENA_AUTO a = {0};
    const char **paths = NULL;
    size_t count = 0;
    struct err err = {0};
    if (mkdir(to, 0700) || mkdir(arena_printf(&a, "%s/attachments", to).p, 0700) ||
        file_list(&a, from, 1000, &paths, &count, &err))
        world_bail("copy", &err);
    for (size_t i = 0; i < count; i++)
        copy_file(paths[i], arena_printf(&a, "%s%s", to, paths[i] + strlen(from)).p);
}

/* Does that folder give the words of the account? */
static bool opens(const char *dir, struct str id, const char *how)
{
    struct world w = {0};
    struct archive_account account = {0};
    (void)snprintf(w.dir, sizeof w.dir, "%s", dir);
    int r = world_try_open(&w, true, TODAY);
    if (!r)
        r = archive_read_account(w.a, &w.arena, id, PURPOSE_HELP, &account, &w.err);
    printf("# %s: %s\n", how, r ? w.err.text : "it is open");
    bool words = !r && account.text.p &&
                 look((const unsigned char *)account.text.p, account.text.n) != 0;
    words |= w.a && look((const unsigned char *)dump(&w).p, dump(&w).n) != 0;
    archive_drop(w.a);
    if (w.keys)
        keys_close(w.keys);
    arena_free(&w.arena);
    return words;
}

/* The folder of before, and keys of today; with the ledger of today; with the keys of then. */
static void test_kept(const char *dir, const char *kept, struct str id)
{
    ARENA_AUTO a = {0};
    const char *mixed = arena_printf(&a, "%s-mixed", kept).p;
    copy_folder(kept, mixed);
    copy_file(arena_printf(&a, "%s/keys.age", dir).p, arena_printf(&a, "%s/keys.age", mixed).p);
    ok(!opens(mixed, id, "keys of today"),
       "the folder of before with the keys of today does not open it");
    const char **paths;
    size_t count;
    struct err err;
    if (file_list(&a, dir, 1000, &paths, &count, &err))
        world_bail("list", &err);
    for (size_t i = 0; i < count; i++)
        if (strncmp(paths[i] + strlen(dir), "/ring-", 6) == 0)
            copy_file(paths[i], arena_printf(&a, "%s%s", mixed, paths[i] + strlen(dir)).p);
    ok(!opens(mixed, id, "keys and ring of today"), "nor with the ring of today");
    if (file_list(&a, kept, 1000, &paths, &count, &err))
        world_bail("list", &err);
    const char *now = arena_printf(&a, "%s-now", kept).p;
    copy_folder(dir, now);
    size_t rings = 0;
    for (size_t i = 0; i < count; i++) {
        const char *name = paths[i] + strlen(kept);
        bool ring = strncmp(name, "/ring-", 6) == 0;
        if (!ring && strncmp(name, "/attachments/", 13) != 0)
            continue;
        copy_file(paths[i], arena_printf(&a, "%s%s", now, name).p);
        rings += ring;
    }
    ok(rings == 1, "the old ring is put beside the new one");
    ok(!opens(now, id, "old ring"), "it and the old attachments do not open it");
    ok(opens(kept, id, "keys of then"),
       "all that was there before still does: keys, ring and passphrase");
}

static void test_shred(void)
{
    static const unsigned all = (1u << CANARIES) - 1, words = all & ~(1u << 5);
    struct world w;
    world_make(&w, "shred");
    struct str id = fill(&w);
    struct pieces pieces = {0};
    take_pieces(&w, &pieces);
    world_close(&w, true);
    ARENA_AUTO a = {0};
    const char *kept = arena_printf(&a, "%s-kept", w.dir).p;
    copy_folder(w.dir, kept);
    const char *result = vault_dir_path(&worlds, "result");
    struct report before = look_everywhere(w.dir, result);
    ok(before.found[IN_FOLDER] == 0, "before: none in the folder, it is sealed");
    const char *plain = arena_printf(&a, "%s/plain", w.dir).p;
    struct str word = canary(&a, 0);
    if (file_write_private(plain, word, &w.err))
        world_bail("write", &w.err);
    ok(look_folder(w.dir) == 1, "the search does find one that is not sealed");
    (void)unlink(plain);
    memset((void *)(uintptr_t)word.p, 0, word.n);
    ok(before.found[IN_VIEW] == words, "before: all in the opened view (%x)",
       before.found[IN_VIEW]);
    /* Words of an index are cut where they begin alike: some stand there whole. */
    ok(before.found[IN_FIND] != 0, "before: some in the opened search index (%x)",
       before.found[IN_FIND]);
    ok(before.found[IN_DUMP] == words, "before: all in the dump (%x)", before.found[IN_DUMP]);
    ok(before.found[IN_FILES] == 1u << 5, "before: that of the attachment in it");
    ok(before.found[IN_MEMORY] == all, "before: all in memory (%x)", before.found[IN_MEMORY]);
    world_open(&w);
    if (archive_shred(w.a, id, &w.err))
        world_bail("shred", &w.err);
    world_close(&w, true);
    struct report after = look_everywhere(w.dir, result);
    for (size_t i = 0; i < PLACES; i++)
        ok(after.found[i] == 0, "after the shredding: none in %s (%x)", place_names[i],
           after.found[i]);
    world_open(&w);
    pieces.again = true;
    take_pieces(&w, &pieces);
    size_t gone = 0;
    for (size_t i = 0; i < pieces.count; i++)
        gone += pieces.items[i].gone;
    ok(gone >= 3 && count_pieces(kept, &pieces, true) >= gone,
       "the ciphertext of %zu entries was there before", gone);
    ok(count_pieces(w.dir, &pieces, true) == 0 && count_pieces(w.dir, &pieces, false) > 0,
       "and is in no page and no log now, that of the others is");
    struct archive_account account;
    ok(archive_read_account(w.a, &w.arena, id, PURPOSE_HELP, &account, &w.err) != 0, "%s",
       w.err.text);
    world_close(&w, false);
    test_kept(w.dir, kept, id);
    arena_free(&pieces.a);
    arena_free(&w.arena);
}

int main(int argc, char **argv)
{
    make_masked();
    self = str_of(argv[0]);
    worlds_begin();
    if (argc == 4 && strcmp(argv[1], "--look") == 0) {
        int r = child(argv[2], argv[3]);
        worlds_end();
        return r;
    }
    test_shred();
    worlds_end();
    return tap_end();
}
