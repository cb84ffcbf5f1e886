/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/ledger/keys_agent.h"

#include "sys/ipc.h"
#include "vault/ledger/keys_parts.h"
#include "vault/ledger/keys_wire.h"

#include <stdlib.h>

#define HELLO_SECONDS 5 /* an agent that is stopped (SIGSTOP) is none */
#define WORK_SECONDS  60
#define BATCH_BYTES   ((size_t)4 << 20) /* of entries in one frame, if it is not one alone */

struct keys_agent {
    struct keys keys;
    int fd; /* -1: it is gone */
    struct buf out;
};

static struct keys_agent *agent_of(struct keys *k)
{
    return (struct keys_agent *)(void *)k;
}

/* ---- asking ---- */

static int gone(struct keys_agent *g, struct err *err)
{
    ipc_close(g->fd);
    g->fd = -1;
    return err_set(
        err, ERR_IO,
        "the agent does not answer any more: it was stopped, or it was idle and forgot "
        "the keys. Start it again with deponent agent, or give the passphrase, and do "
        "this again");
}

static int strange(struct keys_agent *g, struct err *err)
{
    ipc_close(g->fd);
    g->fd = -1;
    return err_set(err, ERR_IO,
                   "the agent gave an answer that is none; stop it and start it again");
}

static int take(struct keys_agent *g, void *p, size_t n, struct err *err)
{
    return ipc_read(g->fd, p, n, NULL) ? gone(g, err) : 0;
}

static int take_sentence(struct keys_agent *g, uint32_t kind, size_t n, struct err *err)
{
    char text[ERR_TEXT_MAX];
    if (n >= sizeof text || kind > -ERR_BUG)
        return strange(g, err);
    int r = take(g, text, n, err);
    return r ? r : err_set(err, -(int)kind, "%.*s", (int)n, text);
}

/* The head of an answer, up to its body of *ret_n bytes. */
static int answered(struct keys_agent *g, size_t max, size_t *ret_n, struct err *err)
{
    unsigned char head[IPC_HEAD];
    uint32_t n, kind;
    int r = g->fd < 0 ? gone(g, err) : take(g, head, sizeof head, err);
    if (r)
        return r;
    ipc_get_head(head, &n, &kind);
    if (kind)
        return take_sentence(g, kind, n, err);
    if (n > max)
        return strange(g, err);
    *ret_n = n;
    return 0;
}

static int send_request(struct keys_agent *g, enum keys_wire what, struct str body, int file,
                        struct err *err)
{
    int r = g->fd < 0 ? ERR_IO : ipc_send(g->fd, what, body, file, err);
    return r == ERR_IO ? gone(g, err) : r;
}

/* A request whose answer has exactly n bytes. */
static int ask(struct keys_agent *g, enum keys_wire what, struct str body, void *answer,
               size_t n, struct err *err)
{
    size_t got = 0;
    int r = send_request(g, what, body, -1, err);
    if (!r)
        r = answered(g, n, &got, err);
    if (!r && got != n)
        r = strange(g, err);
    return r ? r : take(g, answer, n, err);
}

static struct str bytes(const void *p, size_t n)
{
    return str_make(p, n);
}

static struct buf *request(struct keys_agent *g)
{
    buf_clear(&g->out);
    return &g->out;
}

/* ---- small operations ---- */

static int sign_there(struct keys *k, struct str text, unsigned char signature[SIGN_SIGNATURE],
                      struct err *err)
{
    unsigned char got[SIGN_SIGNATURE];
    int r = ask(agent_of(k), KEYS_WIRE_SIGN, text, got, sizeof got, err);
    if (!r)
        memcpy(signature, got, sizeof got);
    return r;
}

static int new_subjects(struct keys *k, const struct id *subjects, size_t count,
                        struct err *err)
{
    return ask(agent_of(k), KEYS_WIRE_NEW, bytes(subjects, count * sizeof *subjects), NULL, 0,
               err);
}

/* Yes when nobody can be asked: that is no reason to call a subject shredded, and whatever is
 * done next says what is wrong. */
static bool has(struct keys *k, struct id subject)
{
    unsigned char yes[4];
    return ask(agent_of(k), KEYS_WIRE_HAS, bytes(subject.b, ID_SIZE), yes, sizeof yes, NULL) ||
           yes[0];
}

static int ring_state(struct keys *k, uint64_t *ret_generation, uint64_t *ret_size,
                      unsigned char hash[32], struct err *err)
{
    unsigned char got[48];
    int r = ask(agent_of(k), KEYS_WIRE_RING, STR(""), got, sizeof got, err);
    if (r)
        return r;
    struct keys_wire_in in = {(const char *)got, sizeof got, false};
    *ret_generation = keys_wire_u64(&in, 8);
    *ret_size = keys_wire_u64(&in, 8);
    keys_wire_copy(&in, hash, 32);
    return 0;
}

static int choose_there(struct keys *k, enum keys_wire what, uint64_t generation, uint64_t size,
                        const unsigned char hash[32], struct err *err)
{
    struct buf *b = request(agent_of(k));
    keys_wire_put_int(b, generation, 8);
    keys_wire_put_int(b, size, 8);
    keys_wire_put(b, hash, 32);
    return ask(agent_of(k), what, buf_str(b), NULL, 0, err);
}

static int choose(struct keys *k, uint64_t generation, uint64_t size,
                  const unsigned char hash[32], struct err *err)
{
    return choose_there(k, KEYS_WIRE_CHOOSE, generation, size, hash, err);
}

static int settle(struct keys *k, uint64_t generation, uint64_t size,
                  const unsigned char hash[32], struct err *err)
{
    return choose_there(k, KEYS_WIRE_SETTLE, generation, size, hash, err);
}

static int reference(struct keys *k, struct id payload, struct id subject,
                     unsigned char key_ref[16], struct err *err)
{
    unsigned char got[16];
    struct buf *b = request(agent_of(k));
    keys_wire_put(b, payload.b, ID_SIZE);
    keys_wire_put(b, subject.b, ID_SIZE);
    int r = ask(agent_of(k), KEYS_WIRE_REFERENCE, buf_str(b), got, sizeof got, err);
    if (!r)
        memcpy(key_ref, got, sizeof got);
    return r;
}

/* ---- entries ---- */

/* How many entries from the first on go into one frame. */
static size_t count_batch(const struct keys_entry *entries, size_t count, bool seal)
{
    size_t n = 0, size = 0;
    while (n < count && n < KEYS_WIRE_ENTRIES && size < BATCH_BYTES) {
        size += KEYS_WIRE_OPEN_ASKS + (seal ? entries[n].plain.n : entries[n].sealed.n);
        n++;
    }
    return n > 1 && size > 2 * BATCH_BYTES ? n - 1 : n;
}

static void put_to_seal(struct buf *b, const struct keys_entry *e)
{
    keys_wire_put_int(b, e->archive, 4);
    keys_wire_put(b, e->envelope->device, sizeof e->envelope->device);
    keys_wire_put_int(b, e->envelope->seq, 8);
    keys_wire_put(b, e->envelope->payload.b, ID_SIZE);
    keys_wire_put(b, e->subject.b, ID_SIZE);
    keys_wire_put_int(b, e->plain.n, 4);
    buf_add(b, e->plain);
}

static bool take_sealed(struct keys_wire_in *in, struct keys_entry *e)
{
    struct envelope *v = e->envelope;
    keys_wire_copy(in, v->payload_hash, sizeof v->payload_hash);
    keys_wire_copy(in, v->commitment, sizeof v->commitment);
    keys_wire_copy(in, v->salt, sizeof v->salt);
    keys_wire_copy(in, v->key_ref, sizeof v->key_ref);
    size_t n = keys_wire_u32(in);
    e->sealed = str_make(keys_wire_bytes(in, n), n);
    v->type = ENVELOPE_SEALED;
    v->size = (uint32_t)n;
    e->result = 0;
    return !in->bad;
}

static void put_to_open(struct buf *b, const struct keys_entry *e)
{
    const struct envelope *v = e->envelope;
    keys_wire_put_int(b, v->type, 4);
    keys_wire_put_int(b, v->size, 4);
    keys_wire_put(b, v->device, sizeof v->device);
    keys_wire_put_int(b, v->seq, 8);
    keys_wire_put(b, v->payload.b, ID_SIZE);
    keys_wire_put(b, v->commitment, sizeof v->commitment);
    keys_wire_put(b, v->salt, sizeof v->salt);
    keys_wire_put(b, v->key_ref, sizeof v->key_ref);
    keys_wire_put_int(b, e->sealed.n, 4);
    buf_add(b, e->sealed);
}

static bool take_opened(struct keys_wire_in *in, struct keys_entry *e)
{
    uint32_t kind = keys_wire_u32(in);
    e->archive = keys_wire_u32(in) != 0;
    keys_wire_copy(in, e->subject.b, ID_SIZE);
    size_t n = keys_wire_u32(in);
    e->plain = str_make(keys_wire_bytes(in, n), n);
    e->result = kind == 0 ? 0 : kind == -ERR_MISSING ? ERR_MISSING : ERR_INPUT;
    if (e->result)
        e->plain = str_make(NULL, 0);
    return !in->bad;
}

/* One frame of them, there and back: the answer stays in the arena. */
static int batch(struct keys_agent *g, struct arena *a, struct keys_entry *entries,
                 size_t count, bool seal, struct err *err)
{
    struct buf *b = request(g);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        (seal ? put_to_seal : put_to_open)(b, &entries[i]);
    int r = buf_check(b, "the entries", err);
    if (!r)
        r = send_request(g, seal ? KEYS_WIRE_SEAL : KEYS_WIRE_OPEN, buf_str(b), -1, err);
    secret_wipe(b->p, b->n);
    if (!r)
        r = answered(g, IPC_REPLY_MAX, &n, err);
    if (r)
        return r;
    struct keys_wire_in in = {arena_alloc(a, n + 1, 1), n, false};
    r = take(g, (void *)(uintptr_t)in.p, n, err);
    for (size_t i = 0; i < count && !r; i++)
        if (!(seal ? take_sealed : take_opened)(&in, &entries[i]))
            r = strange(g, err);
    return !r && in.left ? strange(g, err) : r;
}

static int all(struct keys *k, struct arena *a, struct keys_entry *entries, size_t count,
               bool seal, struct err *err)
{
    int r = 0;
    while (count && !r) {
        size_t n = count_batch(entries, count, seal);
        r = batch(agent_of(k), a, entries, n, seal, err);
        entries += n;
        count -= n;
    }
    return r;
}

static int seal_there(struct keys *k, struct arena *a, struct keys_entry *entries, size_t count,
                      struct err *err)
{
    return all(k, a, entries, count, true, err);
}

static int open_there(struct keys *k, struct arena *a, struct keys_entry *entries, size_t count,
                      struct err *err)
{
    return all(k, a, entries, count, false, err);
}

/* ---- attachments and snapshots ---- */

/* Sealing needs no secret: only to whom. */
static int seal_attachment(struct keys *k, struct id subject, const struct age_source *in,
                           const struct age_sink *out, struct err *err)
{
    struct age_recipient to = {.kind = AGE_X25519};
    const struct age_options options = {.threads = 1};
    int r = ask(agent_of(k), KEYS_WIRE_ATTACHMENT_TO, bytes(subject.b, ID_SIZE), to.public_key,
                sizeof to.public_key, err);
    return r ? r : age_seal(&to, 1, &options, in, out, err);
}

static int ask_piece(struct keys_agent *g, uint64_t at, uint64_t end, struct err *err)
{
    struct buf *b = request(g);
    keys_wire_put_int(b, at, 8);
    keys_wire_put_int(b, end - at < KEYS_WIRE_PIECE ? end - at : KEYS_WIRE_PIECE, 4);
    return send_request(g, KEYS_WIRE_READ, buf_str(b), -1, err);
}

/* The next piece is asked for before the one that came is passed on, so that the agent works
 * meanwhile. What was asked for is always taken, to be ready for the next request. */
static int read_pieces(struct keys_agent *g, uint64_t end, const struct age_sink *out,
                       char *room, struct err *err)
{
    uint64_t at = 0;
    int r = ask_piece(g, at, end, err);
    while (!r) {
        size_t n = 0, want = end - at < KEYS_WIRE_PIECE ? (size_t)(end - at) : KEYS_WIRE_PIECE;
        r = answered(g, want, &n, err);
        if (!r && n != want)
            r = strange(g, err);
        if (!r)
            r = take(g, room, n, err);
        at += n;
        bool more = !r && at < end;
        if (more)
            r = ask_piece(g, at, end, err);
        if (!r)
            r = out->write(out->context, room, n, err);
        if (!more)
            break;
        if (r && g->fd >= 0) { /* the sink refused: one answer is on its way */
            want = end - at < KEYS_WIRE_PIECE ? (size_t)(end - at) : KEYS_WIRE_PIECE;
            if (answered(g, want, &n, NULL) == 0)
                (void)!take(g, room, n, NULL);
        }
    }
    return r;
}

static int open_file(struct keys_agent *g, bool own, struct id subject,
                     const struct age_source *in, const struct age_sink *out, struct err *err)
{
    unsigned char got[8];
    size_t n = 0;
    struct buf *b = request(g);
    if (!in->file)
        return err_set(err, ERR_BUG, "only a plain file can be opened through the agent");
    keys_wire_put_int(b, own, 4);
    keys_wire_put(b, subject.b, ID_SIZE);
    int r = send_request(g, KEYS_WIRE_FILE, buf_str(b), *in->file, err);
    if (!r)
        r = answered(g, sizeof got, &n, err);
    if (!r && n != sizeof got)
        r = strange(g, err);
    if (!r)
        r = take(g, got, n, err);
    if (r)
        return r;
    struct keys_wire_in length = {(const char *)got, sizeof got, false};
    char *room = malloc(KEYS_WIRE_PIECE);
    if (!room)
        err_die("out of memory");
    r = read_pieces(g, keys_wire_u64(&length, 8), out, room, err);
    secret_wipe(room, KEYS_WIRE_PIECE);
    free(room);
    return r;
}

/* The source may check what it reads, as that of the ledger does. */
static int drain(const struct age_source *in, struct err *err)
{
    char bytes_of[4096];
    size_t n = 1;
    int r = 0;
    while (n && !r)
        r = in->read(in->context, bytes_of, sizeof bytes_of, &n, err);
    return r;
}

static int open_attachment(struct keys *k, struct id subject, const struct age_source *in,
                           const struct age_sink *out, struct err *err)
{
    int r = open_file(agent_of(k), false, subject, in, out, err);
    return r ? r : drain(in, err);
}

static int open_own(struct keys *k, const struct age_source *in, const struct age_sink *out,
                    struct err *err)
{
    return open_file(agent_of(k), true, (struct id){{0}}, in, out, err);
}

/* ---- opening and closing ---- */

static void set_pool(struct keys *k, struct pool *pool)
{
    (void)k;
    (void)pool;
}

static void close_agent(struct keys *k)
{
    struct keys_agent *g = agent_of(k);
    ipc_close(g->fd);
    buf_free(&g->out);
    free(g);
}

static const struct keys_ops keys_agent_ops = {
    .sign = sign_there,
    .new_subjects = new_subjects,
    .has = has,
    .ring = ring_state,
    .choose = choose,
    .settle = settle,
    .seal = seal_there,
    .open_entries = open_there,
    .seal_attachment = seal_attachment,
    .open_attachment = open_attachment,
    .reference = reference,
    .open_own = open_own,
    .set_pool = set_pool,
    .close = close_agent,
};

static int hello(struct keys_agent *g, struct err *err)
{
    struct keys_public *p = &g->keys.public;
    unsigned char got[KEYS_WIRE_HELLO_GETS];
    struct buf *b = request(g);
    keys_wire_put_int(b, KEYS_WIRE_VERSION, 4);
    ipc_set_patience(g->fd, HELLO_SECONDS);
    int r = ask(g, KEYS_WIRE_HELLO, buf_str(b), got, sizeof got, err);
    if (r)
        return r;
    struct keys_wire_in in = {(const char *)got, sizeof got, false};
    keys_wire_copy(&in, p->archive, sizeof p->archive);
    keys_wire_copy(&in, p->device_key, sizeof p->device_key);
    keys_wire_copy(&in, p->device, sizeof p->device);
    keys_wire_copy(&in, p->age_key, sizeof p->age_key);
    p->joined = keys_wire_u32(&in) != 0;
    keys_wire_copy(&in, p->by, sizeof p->by);
    keys_wire_copy(&in, p->proof, sizeof p->proof);
    ipc_set_patience(g->fd, WORK_SECONDS);
    return 0;
}

int keys_agent_open(int fd, struct keys **ret, struct err *err)
{
    struct keys_agent *g = calloc(1, sizeof *g);
    if (!g)
        err_die("out of memory");
    g->keys.ops = &keys_agent_ops;
    g->fd = fd;
    buf_init(&g->out, IPC_BODY_MAX);
    int r = hello(g, err);
    if (r)
        close_agent(&g->keys);
    else
        *ret = &g->keys;
    return r;
}

int keys_agent_left(struct keys *k, uint64_t *ret_seconds, struct err *err)
{
    unsigned char got[8];
    int r = ask(agent_of(k), KEYS_WIRE_STATUS, STR(""), got, sizeof got, err);
    struct keys_wire_in in = {(const char *)got, sizeof got, false};
    if (!r)
        *ret_seconds = keys_wire_u64(&in, 8);
    return r;
}

int keys_agent_stop(struct keys *k, struct err *err)
{
    struct keys_agent *g = agent_of(k);
    int r = ask(g, KEYS_WIRE_STOP, STR(""), NULL, 0, err);
    if (!r)
        ipc_wait_end(g->fd);
    return r;
}
