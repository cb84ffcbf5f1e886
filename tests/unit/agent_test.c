/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The agent: what its keys give is what the files' keys give; what hostile clients send changes
 * nothing for the others; no answer holds a secret; and what a verb is told when it is gone.
 */
#define _GNU_SOURCE
#include "agent_help.h"
#include "sys/file.h"
#include "tap.h"
#include "vault/ledger/keys_parts.h"
#include "vault_dir.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <time.h>

#define MANY 300

static struct secret pass;
static struct vault_dir home;

/* ---- the same as the files' ---- */

static size_t differ(const struct keys_entry *a, const struct keys_entry *b, size_t n)
{
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong += a[i].result != b[i].result || !str_eq(a[i].plain, b[i].plain) ||
                 a[i].archive != b[i].archive || memcmp(&a[i].subject, &b[i].subject, ID_SIZE);
    return wrong;
}

static void test_small(struct keys *files, struct keys *agent)
{
    struct err err = {0}, same = {0};
    unsigned char a[64], b[64];
    uint64_t generation[2], size[2];
    struct id one = id_new(), two[2] = {id_new(), id_new()}, payload = id_new();
    ok(memcmp(keys_public(files), keys_public(agent), sizeof *keys_public(files)) == 0,
       "what is no secret");
    ok(keys_new_subject(agent, one, &err) == 0 && keys_has(agent, one) && keys_has(files, one),
       "a subject added through it is in the ring %s", err.text);
    ok(!keys_has(agent, two[0]) && keys_new_subjects(files, two, 2, &err) == 0 &&
           keys_has(agent, two[1]),
       "and it finds those that others add");
    ok(keys_new_subject(agent, two[0], &err) == keys_new_subject(files, two[0], &same) &&
           err.kind == ERR_EXISTS && strcmp(err.text, same.text) == 0,
       "not twice: %s", err.text);
    struct str text = STR("deponent bundle v1\nand so on\n");
    ok(keys_sign(files, text, a, &err) == 0 && keys_sign(agent, text, b, &err) == 0 &&
           memcmp(a, b, sizeof a) == 0,
       "the same signature");
    ok(keys_sign(agent, STR("deponent checkpoint v1\n"), b, &err) == 0, "of a checkpoint");
    ok(keys_sign(agent, STR("deponent device v1\n"), b, &err) == ERR_REFUSED, "%s", err.text);
    ok(keys_reference(files, payload, one, a, &err) == 0 &&
           keys_reference(agent, payload, one, b, &err) == 0 && memcmp(a, b, 16) == 0,
       "the same reference");
    ok(keys_ring(files, &generation[0], &size[0], a, &err) == 0 &&
           keys_ring(agent, &generation[1], &size[1], b, &err) == 0 &&
           generation[0] == generation[1] && size[0] == size[1] && memcmp(a, b, 32) == 0,
       "the same ring");
    ok(keys_choose(agent, generation[0], size[0], a, &err) == 0 &&
           keys_settle(agent, generation[0], size[0], a, &err) == 0,
       "which is the right one");
    a[0] ^= 1;
    ok(keys_choose(agent, generation[0], size[0], a, &err) == ERR_REFUSED, "%s", err.text);
    ok(keys_choose(agent, generation[0] + 1, size[0], a, &err) == ERR_STATE, "%s", err.text);
}

static void test_entries(struct keys *files, struct keys *agent)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    static struct keys_entry in[MANY], out[2][MANY];
    static struct envelope envelopes[MANY];
    struct id subjects[5];
    for (size_t i = 0; i < 5; i++)
        subjects[i] = id_new();
    ok(keys_new_subjects(agent, subjects, 5, &err) == 0, "subjects");
    for (size_t i = 0; i < MANY; i++) {
        envelopes[i] = (struct envelope){.payload = id_new(), .seq = i};
        int blanks = i == 17 ? 9 << 20 : (int)(i * 7);
        in[i] = (struct keys_entry){.envelope = &envelopes[i],
                                    .archive = i % 6 == 5,
                                    .subject = subjects[i % 6 % 5],
                                    .plain = arena_printf(&a, "%*s%zu\n", blanks, "", i)};
        if (in[i].archive)
            in[i].subject = (struct id){{0}};
    }
    ok(keys_seal(agent, &a, in, MANY, &err) == 0, "sealed by the agent %s", err.text);
    for (size_t i = 0; i < MANY; i++) {
        if (i % 50 == 3)
            envelopes[i].key_ref[0] ^= 1;
        if (i % 50 == 4)
            envelopes[i].seq ^= 1;
        if (i % 50 == 6)
            envelopes[i].type = ENVELOPE_CONTROL;
        for (size_t k = 0; k < 2; k++)
            out[k][i] = (struct keys_entry){.envelope = &envelopes[i], .sealed = in[i].sealed};
    }
    ok(keys_open_entries(files, &a, out[0], MANY, &err) == 0 &&
           keys_open_entries(agent, &a, out[1], MANY, &err) == 0,
       "opened by both");
    ok(differ(out[0], out[1], MANY) == 0, "with the same result of each");
    ok(out[1][3].result == ERR_MISSING && out[1][4].result == ERR_INPUT &&
           out[1][6].result == ERR_INPUT && str_eq(out[1][17].plain, in[17].plain),
       "no key, damaged, damaged, good");
    ok(keys_seal(files, &a, in, 8, &err) == 0, "sealed by the files' keys");
    for (size_t i = 0; i < 8; i++)
        out[1][i] = (struct keys_entry){.envelope = &envelopes[i], .sealed = in[i].sealed};
    ok(keys_open_entries(agent, &a, out[1], 8, &err) == 0 && differ(in, out[1], 8) == 0,
       "and opened by the agent");
    struct keys_entry bad = {.envelope = &envelopes[0], .subject = id_new(), .plain = STR("x")};
    ok(keys_seal(agent, &a, &bad, 1, &err) == ERR_MISSING, "%s", err.text);
    bad = (struct keys_entry){.envelope = &envelopes[0], .archive = true};
    ok(keys_seal(agent, &a, &bad, 1, &err) == ERR_INPUT, "%s", err.text);
}

/* ---- files ---- */

struct sink {
    struct buf bytes;
    size_t refuse_at; /* 0: never */
};
static int write_sink(void *context, const void *p, size_t n, struct err *err)
{
    struct sink *s = context;
    buf_add(&s->bytes, str_make(p, n));
    if (s->refuse_at && s->bytes.n >= s->refuse_at)
        return err_set(err, ERR_LIMIT, "the sink is full");
    return 0;
}
static int read_in(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    return file_in_read(context, p, n, ret_n, err);
}

/* Opens the file `name` with one of the keys; subject NULL: the device's own. */
static int open_with(struct keys *k, const struct id *subject, const char *name,
                     struct sink *to, struct err *err)
{
    struct file_in in;
    if (file_in_open(vault_dir_path(&home, name), &in, err))
        abort();
    const struct age_source from = {read_in, &in, &in.fd};
    const struct age_sink sink = {write_sink, to};
    buf_free(&to->bytes);
    buf_init(&to->bytes, 8 << 20);
    int r = subject ? keys_open_attachment(k, *subject, &from, &sink, err)
                    : keys_open_own(k, &from, &sink, err);
    file_in_close(&in);
    return r;
}

static void put(const char *name, struct str bytes)
{
    struct err err = {0};
    if (file_write_private(vault_dir_path(&home, name), bytes, &err))
        err_die(err.text);
}

static void test_files(struct keys *files, struct keys *agent)
{
    struct err err = {0}, same = {0};
    struct id subject = id_new();
    struct sink sealed = {0}, got = {0}, full = {.refuse_at = 300000};
    static char plain[1500001];
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (char)(i * 7 >> 3);
    put("plain", str_make(plain, sizeof plain));
    ok(keys_new_subject(agent, subject, &err) == 0, "a subject");
    struct file_in in;
    if (file_in_open(vault_dir_path(&home, "plain"), &in, &err))
        abort();
    const struct age_source from = {read_in, &in, NULL};
    const struct age_sink to = {write_sink, &sealed};
    buf_init(&sealed.bytes, 8 << 20);
    ok(keys_seal_attachment(agent, subject, &from, &to, &err) == 0, "an attachment %s",
       err.text);
    file_in_close(&in);
    put("sealed", buf_str(&sealed.bytes));
    ok(open_with(files, &subject, "sealed", &got, &err) == 0 &&
           str_eq(buf_str(&got.bytes), str_make(plain, sizeof plain)),
       "which the files' keys open");
    ok(open_with(agent, &subject, "sealed", &got, &err) == 0 &&
           str_eq(buf_str(&got.bytes), str_make(plain, sizeof plain)),
       "and the agent's %s", err.text);
    ok(open_with(agent, &subject, "sealed", &full, &err) == ERR_LIMIT &&
           strcmp(err.text, "the sink is full") == 0 && keys_has(agent, subject),
       "a sink that refuses; the agent is asked on");
    struct id other = id_new();
    ok(open_with(agent, &other, "sealed", &got, &err) == ERR_MISSING &&
           open_with(files, &other, "sealed", &got, &same) == ERR_MISSING &&
           strcmp(err.text, same.text) == 0,
       "%s", err.text);
    ok(open_with(agent, NULL, "sealed", &got, &err) == ERR_AUTH, "%s", err.text);
    for (size_t cut = 1; cut < sealed.bytes.n; cut += sealed.bytes.n / 20) {
        put("cut", str_slice(buf_str(&sealed.bytes), 0, sealed.bytes.n - cut));
        wrong += open_with(agent, &subject, "cut", &got, &err) == 0;
        sealed.bytes.p[cut] ^= 1;
        put("cut", buf_str(&sealed.bytes));
        sealed.bytes.p[cut] ^= 1;
        wrong += open_with(agent, &subject, "cut", &got, &err) == 0;
    }
    ok(wrong == 0, "cut or damaged: none opens");
    struct age_recipient own = {.kind = AGE_X25519};
    memcpy(own.public_key, keys_public(agent)->age_key, 32);
    for (size_t n = 0; n < sizeof plain; n = n ? n * 2 : 1) {
        buf_clear(&sealed.bytes);
        if (age_seal_bytes(&own, 1, str_make(plain, n), &sealed.bytes, &err))
            abort();
        put("own", buf_str(&sealed.bytes));
        wrong += open_with(agent, NULL, "own", &got, &err) != 0 ||
                 !str_eq(buf_str(&got.bytes), str_make(plain, n));
    }
    ok(wrong == 0, "snapshots of all lengths %s", err.text);
    buf_free(&sealed.bytes);
    buf_free(&got.bytes);
    buf_free(&full.bytes);
}

static void test_alone(struct keys *agent)
{
    struct err err = {0};
    struct envelope e = {.type = ENVELOPE_SEALED};
    unsigned char hash[32];
    uint64_t generation, size;
    size_t n;
    SECRET_AUTO out = {0};
    ok(keys_passwd(agent, &pass, &err) == ERR_REFUSED, "passwd: %s", err.text);
    ok(keys_recovery(agent, &out, &err) == ERR_REFUSED, "recovery");
    ok(keys_disclose(agent, &e, hash, &err) == ERR_REFUSED, "disclose");
    ok(keys_export(agent, NULL, 0, &out, &err) == ERR_REFUSED && !out.p, "export");
    ok(keys_import(agent, STR("x"), &n, &err) == ERR_REFUSED, "import");
    ok(keys_shred_prepare(agent, NULL, 0, &generation, &size, hash, &err) == ERR_REFUSED,
       "shred");
}

/* ---- hostile clients ---- */

/* Writes bytes, says that no more come, and reads what there is to read. */
static size_t talk(const struct agent *g, const void *p, size_t n, int file)
{
    char answer[4096];
    size_t got = 0;
    int fd = agent_connect(g);
    const struct timeval t = {.tv_sec = 10};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    if (file >= 0) {
        if (ipc_send(fd, KEYS_WIRE_FILE, str_make(p, n), file, NULL))
            got = 0;
    } else if (send(fd, p, n, MSG_NOSIGNAL) < 0) {
        got = 0;
    }
    (void)shutdown(fd, SHUT_WR);
    for (ssize_t k; (k = recv(fd, answer, sizeof answer, 0)) > 0;)
        got += (size_t)k;
    (void)close(fd);
    return got;
}

/* A frame of each request, as a client would send it. */
static size_t sample(uint32_t what, unsigned char out[512])
{
    static const unsigned char sizes[KEYS_WIRE_COUNT] = {
        [KEYS_WIRE_HELLO] = 4, [KEYS_WIRE_SIGN] = 19,      [KEYS_WIRE_NEW] = 32,
        [KEYS_WIRE_HAS] = 16,  [KEYS_WIRE_CHOOSE] = 48,    [KEYS_WIRE_SETTLE] = 48,
        [KEYS_WIRE_SEAL] = 74, [KEYS_WIRE_OPEN] = 126,     [KEYS_WIRE_ATTACHMENT_TO] = 16,
        [KEYS_WIRE_FILE] = 20, [KEYS_WIRE_REFERENCE] = 32, [KEYS_WIRE_READ] = 12,
    };
    size_t n = what < KEYS_WIRE_COUNT ? sizes[what] : 3;
    memset(out, 1, 512);
    ipc_put_head(out, n, what);
    memcpy(out + IPC_HEAD, "deponent bundle v1\n", 19);
    if (what == KEYS_WIRE_SEAL || what == KEYS_WIRE_OPEN) {
        memset(out + IPC_HEAD + n - 14, 0, 4);
        out[IPC_HEAD + n - 14] = 10;
    }
    return IPC_HEAD + n;
}

static void test_hostile(const struct agent *g, struct keys *agent)
{
    unsigned char frame[512], heads[512];
    struct err err = {0};
    struct id subject = id_new();
    size_t asked = 0, n;
    for (uint32_t what = 0; what <= KEYS_WIRE_COUNT; what++) {
        n = sample(what, frame);
        for (size_t i = 0; what != KEYS_WIRE_STOP && i < n; i++) {
            unsigned char was = frame[i];
            frame[i] ^= (unsigned char)(1u << i % 8);
            if (i != 4 || frame[i] != KEYS_WIRE_STOP) /* that would be heard */
                asked += talk(g, frame, n, -1) != 0;
            frame[i] = was;
            (void)talk(g, frame, i, -1);
        }
    }
    ok(asked > 100 && keys_has(agent, subject) == false,
       "flipped and cut requests: %zu answers", asked);
    /* half heads, half bodies, and heads that promise much */
    int stalled[40];
    for (size_t i = 0; i < 40; i++) {
        stalled[i] = agent_connect(g);
        ipc_put_head(heads, i % 4 == 3 ? IPC_BODY_MAX : 1000, KEYS_WIRE_OPEN);
        ok(send(stalled[i], heads, i % 4 == 0 ? 3 : 300, MSG_NOSIGNAL) > 0, "one stalls");
    }
    ok(keys_new_subject(agent, subject, &err) == 0, "others are answered %s", err.text);
    ARENA_AUTO a = {0};
    struct envelope e = {.payload = id_new()};
    struct keys_entry small = {.envelope = &e, .subject = subject, .plain = STR("some words")};
    ok(keys_seal(agent, &a, &small, 1, &err) == 0, "also with entries %s", err.text);
    for (size_t i = 0; i < 40; i++)
        (void)close(stalled[i]);
    ipc_put_head(heads, UINT32_MAX, KEYS_WIRE_OPEN);
    ok(talk(g, heads, sizeof heads, -1) == 0, "a body of 4 GiB is not waited for");
    /* descriptors that are no plain file, or no file at all */
    int pipes[2];
    unsigned char own[20] = {1};
    if (pipe(pipes) != 0)
        abort();
    ok(talk(g, own, sizeof own, pipes[0]) > IPC_HEAD, "a pipe is refused, not waited for");
    int folder = open("/", O_PATH), null = open("/dev/zero", O_RDONLY);
    ok(talk(g, own, sizeof own, folder) > IPC_HEAD && talk(g, own, sizeof own, null) > IPC_HEAD,
       "a folder, a device");
    for (size_t i = 0; i < 300; i++)
        (void)talk(g, own, sizeof own, null);
    (void)close(folder), (void)close(null), (void)close(pipes[0]), (void)close(pipes[1]);
    ok(keys_has(agent, subject), "and it still answers");
}

/* ---- in this process: what goes out, and when it ends ---- */

static bool holds(struct str bytes, const void *secret, size_t n)
{
    return str_find(bytes, str_make(secret, n), 0) != STR_NONE;
}

static void test_replies(const char *dir)
{
    struct err err = {0};
    struct keys *k;
    struct keys_serve *s;
    unsigned char frame[512];
    struct id one = {{0}};
    size_t out = 0, leaks = 0;
    memset(one.b, 1, sizeof one.b); /* as in sample() */
    if (keys_open(dir, &pass, &k, &err))
        abort();
    const struct keys_file *f = (const struct keys_file *)(const void *)k;
    if (!keys_has(k, one) && keys_new_subject(k, one, &err))
        abort();
    ok(f->passphrase.p != NULL, "keys from the files hold the passphrase");
    ok(keys_serve_new(dir, k, 3600, &s, &err) == 0 && !f->passphrase.p, "the agent's do not");
    void *client = keys_serve_begin(s);
    BUF_AUTO reply;
    buf_init(&reply, IPC_REPLY_MAX);
    const unsigned char *secret_of_one = ring_find(&f->ring, one.b);
    for (uint32_t what = 1; what < KEYS_WIRE_COUNT; what++) {
        size_t n = sample(what, frame);
        int file = what == KEYS_WIRE_FILE ? open(vault_dir_path(&home, "own"), O_RDONLY) : -1;
        buf_clear(&reply);
        if (what == KEYS_WIRE_READ)
            memset(frame + IPC_HEAD, 0, 12);
        int r = keys_serve_request(s, client, what,
                                   str_make((char *)frame + IPC_HEAD, n - IPC_HEAD), &file,
                                   &reply, &err);
        struct str b = buf_str(&reply);
        out += r == 0;
        leaks += holds(b, f->text.seed.p, 32) || holds(b, f->text.identity.secret.p, 32) ||
                 holds(b, f->text.archive_key.p, 32) || holds(b, f->ring.secret.p, 32) ||
                 holds(b, secret_of_one, 32) || holds(b, pass.p, pass.n);
    }
    ok(out >= 8 && leaks == 0, "%zu kinds of answers, no secret in any", out);
    buf_add(&reply, str_make((const char *)secret_of_one, 32));
    ok(holds(buf_str(&reply), secret_of_one, 32), "the search finds one that is there");
    keys_serve_end(s, client);
    ok(keys_serve_over(s), "it was told to stop");
    keys_serve_free(s);
    if (keys_open(dir, &pass, &k, &err) || keys_serve_new(dir, k, 1, &s, &err))
        abort();
    ok(!keys_serve_over(s), "used just now");
    const struct timespec t = {.tv_sec = 1, .tv_nsec = 100000000};
    (void)nanosleep(&t, NULL);
    ok(keys_serve_over(s), "idle");
    keys_serve_free(s);
}

static void test_rings(const char *dir, struct keys *agent)
{
    struct err err = {0};
    unsigned char hash[32];
    uint64_t generation, size;
    char ring[1100], next[1100];
    ok(keys_ring(agent, &generation, &size, hash, &err) == 0, "the ring");
    (void)snprintf(ring, sizeof ring, "%s/ring-%llu", dir, (unsigned long long)generation);
    (void)snprintf(next, sizeof next, "%s/ring-%llu", dir, (unsigned long long)generation + 1);
    if (file_write_private(next, STR("x"), &err))
        abort();
    ok(keys_settle(agent, generation, size, hash, &err) == ERR_STATE &&
           str_find(str_of(err.text), STR("interrupted"), 0) != STR_NONE,
       "%s", err.text);
    ok(keys_choose(agent, generation, size, hash, &err) == 0, "who only reads may");
    (void)unlink(next);
    ok(keys_settle(agent, generation, size, hash, &err) == 0, "and all is well again");
    (void)rename(ring, next);
    ok(keys_choose(agent, generation, size, hash, &err) == ERR_STATE, "%s", err.text);
    (void)rename(next, ring);
}

static void test_gone(const char *dir)
{
    struct agent g;
    struct err err = {0};
    struct keys *k;
    ARENA_AUTO a = {0};
    struct envelope e = {.payload = id_new()};
    struct keys_entry entry = {.envelope = &e, .archive = true, .plain = STR("x")};
    agent_start(&g, dir, &pass, 3600);
    if (keys_agent_open(agent_connect(&g), &k, &err))
        abort();
    ok(keys_seal(k, &a, &entry, 1, &err) == 0, "it answers");
    (void)kill(g.pid, SIGKILL);
    ok(WIFSIGNALED(agent_wait(&g)), "it is killed");
    ok(keys_seal(k, &a, &entry, 1, &err) == ERR_IO, "%s", err.text);
    ok(keys_has(k, id_new()), "nobody is called shredded");
    ok(keys_seal(k, &a, &entry, 1, &err) == ERR_IO &&
           str_find(str_of(err.text), STR("does not answer"), 0) != STR_NONE,
       "again the same");
    keys_close(k);
    agent_start(&g, dir, &pass, 3600); /* the socket that is left is stale */
    struct ipc_place place;
    int fd;
    ok(ipc_place_open("test", false, &place, &err) == 0 &&
           ipc_listen(&place, &fd, &err) == ERR_EXISTS,
       "%s", err.text);
    ipc_place_close(&place);
    if (keys_agent_open(agent_connect(&g), &k, &err))
        abort();
    (void)kill(g.pid, SIGTERM);
    int status = agent_wait(&g);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "SIGTERM ends it cleanly");
    keys_close(k);
}

static void test_places(void)
{
    struct ipc_place p;
    struct err err = {0};
    char path[1100];
    (void)snprintf(path, sizeof path, "%s/deponent", home.base);
    (void)chmod(path, 0750);
    ok(ipc_place_open("x", true, &p, &err) == ERR_REFUSED, "%s", err.text);
    (void)chmod(path, 0700);
    vault_dir_wipe(path);
    ok(ipc_place_open("x", false, &p, &err) == ERR_MISSING, "%s", err.text);
    if (symlink("/tmp", path) != 0)
        abort();
    ok(ipc_place_open("x", true, &p, &err) == ERR_REFUSED, "%s", err.text);
    (void)unlink(path);
    put("deponent", STR("x"));
    ok(ipc_place_open("x", true, &p, &err) == ERR_REFUSED, "%s", err.text);
    (void)unlink(path);
}

int main(void)
{
    struct agent g;
    struct err err = {0};
    struct keys *files, *agent;
    char dir[1024];
    secret_init();
    secret_set(&pass, "a passphrase that is looked for", 31);
    vault_dir_make(&home);
    (void)setenv("XDG_RUNTIME_DIR", home.base, 1);
    (void)snprintf(dir, sizeof dir, "%s", vault_dir_path(&home, "vault"));
    if (keys_create(dir, &pass, AGE_SCRYPT_MIN, &files, &err))
        err_die(err.text);
    agent_start(&g, dir, &pass, 3600);
    if (!ok(keys_agent_open(agent_connect(&g), &agent, &err) == 0, "connected %s", err.text))
        return tap_end();
    test_small(files, agent);
    test_entries(files, agent);
    test_files(files, agent);
    test_alone(agent);
    test_hostile(&g, agent);
    uint64_t left = 0;
    ok(keys_agent_left(agent, &left, &err) == 0 && left > 3500 && left <= 3600, "an hour left");
    test_rings(dir, agent);
    int status = agent_wait(&g);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the agent of a replaced ring ended");
    keys_close(agent);
    test_replies(dir);
    test_gone(dir);
    test_places();
    keys_close(files);
    secret_free(&pass);
    vault_dir_remove(&home);
    return tap_end();
}
