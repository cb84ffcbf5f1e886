/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Requests are taken apart here and nowhere else; what is done is done by the same functions that
 * a verb with the passphrase calls.
 */
#include "vault/ledger/keys_serve.h"

#include "sys/file.h"
#include "sys/ipc.h"
#include "vault/ledger/bundle.h"
#include "vault/ledger/keys_parts.h"

#include <stdlib.h>

struct keys_serve {
    struct keys *keys;
    struct keys_file *file; /* the same */
    char *dir;
    uint64_t idle, used, looked; /* seconds: how long, when last */
    bool stopped;
};

/* A file that a client had opened. */
struct keys_serve_client {
    struct file_in in;
    struct age_range *range;
};

int keys_serve_new(const char *dir, struct keys *k, uint64_t idle, struct keys_serve **ret,
                   struct err *err)
{
    struct keys_file *f = NULL;
    int r = keys_file_of(k, &f, err);
    if (r)
        return r;
    struct keys_serve *s = calloc(1, sizeof *s);
    if (!s || !(s->dir = strdup(dir)))
        err_die("out of memory");
    s->keys = k;
    s->file = f;
    s->idle = idle;
    s->used = s->looked = ipc_now();
    secret_free(&f->passphrase);
    *ret = s;
    return 0;
}

void keys_serve_forget(struct keys_serve *s)
{
    keys_close(s->keys);
    s->keys = NULL;
    s->file = NULL;
}

void keys_serve_free(struct keys_serve *s)
{
    keys_serve_forget(s);
    free(s->dir);
    free(s);
}

/* A shredding removes the ring that it replaces. */
static bool is_current(const struct keys_serve *s)
{
    return file_exists(s->file->ring.path);
}

/* In the middle of a shredding the next one is there as well. */
static bool is_replaced_soon(const struct keys_serve *s)
{
    char next[KEYS_PATH_MAX];
    return keys_ring_path(s->file, s->file->ring.name.generation + 1, next, NULL) == 0 &&
           file_exists(next);
}

bool keys_serve_over(void *context)
{
    struct keys_serve *s = context;
    uint64_t now = ipc_now();
    if (now != s->looked && !is_current(s))
        s->stopped = true;
    s->looked = now;
    return s->stopped || now - s->used >= s->idle;
}

/* ---- clients ---- */

static void close_file(struct keys_serve_client *c)
{
    if (!c->range)
        return;
    age_range_free(c->range);
    file_in_close(&c->in);
    c->range = NULL;
}

void *keys_serve_begin(void *context)
{
    (void)context;
    struct keys_serve_client *c = calloc(1, sizeof *c);
    if (!c)
        err_die("out of memory");
    return c;
}

void keys_serve_end(void *context, void *client)
{
    (void)context;
    close_file(client);
    free(client);
}

/* ---- who it is ---- */

static int malformed(struct err *err)
{
    return err_set(err, ERR_INPUT, "the agent was asked something that it does not understand");
}

static int hello(struct keys_serve *s, struct keys_wire_in *in, struct buf *out,
                 struct err *err)
{
    const struct keys_public *p = keys_public(s->keys);
    if (keys_wire_u32(in) != KEYS_WIRE_VERSION)
        return err_set(
            err, ERR_STATE,
            "the agent is of another version of deponent; stop it and start it again");
    keys_wire_put(out, p->archive, sizeof p->archive);
    keys_wire_put(out, p->device_key, sizeof p->device_key);
    keys_wire_put(out, p->device, sizeof p->device);
    keys_wire_put(out, p->age_key, sizeof p->age_key);
    keys_wire_put_int(out, p->joined, 4);
    keys_wire_put(out, p->by, sizeof p->by);
    keys_wire_put(out, p->proof, sizeof p->proof);
    return 0;
}

static int status(struct keys_serve *s, struct buf *out)
{
    uint64_t since = ipc_now() - s->used;
    keys_wire_put_int(out, since < s->idle ? s->idle - since : 0, 8);
    return 0;
}

/* ---- small requests ---- */

static int sign(struct keys_serve *s, struct str text, struct buf *out, struct err *err)
{
    unsigned char signature[SIGN_SIGNATURE];
    if (text.n > NOTE_MAX || (!str_starts(text, STR("deponent bundle v1\n")) &&
                              !str_starts(text, STR("deponent checkpoint v1\n"))))
        return err_set(
            err, ERR_REFUSED,
            "the agent signs bundles and checkpoints only; this needs the passphrase");
    int r = keys_sign(s->keys, text, signature, err);
    if (!r)
        keys_wire_put(out, signature, sizeof signature);
    return r;
}

static int new_subjects(struct keys_serve *s, struct str body, struct err *err)
{
    size_t count = body.n / ID_SIZE;
    if (body.n % ID_SIZE || !count)
        return malformed(err);
    struct id *ids = malloc(count * sizeof *ids);
    if (!ids)
        err_die("out of memory");
    for (size_t i = 0; i < count; i++)
        memcpy(ids[i].b, body.p + i * ID_SIZE, ID_SIZE);
    int r = keys_new_subjects(s->keys, ids, count, err);
    free(ids);
    return r;
}

static int ring(struct keys_serve *s, struct buf *out, struct err *err)
{
    uint64_t generation, size;
    unsigned char hash[32];
    int r = keys_ring(s->keys, &generation, &size, hash, err);
    if (r)
        return r;
    keys_wire_put_int(out, generation, 8);
    keys_wire_put_int(out, size, 8);
    keys_wire_put(out, hash, sizeof hash);
    return 0;
}

/* The agent has one ring and no passphrase to find another. */
static int choose(struct keys_serve *s, struct keys_wire_in *in, bool settle, struct err *err)
{
    unsigned char hash[32];
    uint64_t generation = keys_wire_u64(in, 8), size = keys_wire_u64(in, 8);
    keys_wire_copy(in, hash, sizeof hash);
    if (in->bad || in->left)
        return malformed(err);
    if (!is_current(s))
        s->stopped = true;
    if (s->stopped || generation != s->file->ring.name.generation)
        return err_set(err, ERR_STATE,
                       "the keys of the archive changed while the agent ran (something was "
                       "shredded, or put back): start it again with deponent agent, or give "
                       "--passphrase-file");
    if (settle && is_replaced_soon(s))
        return err_set(
            err, ERR_STATE,
            "a shredding was interrupted: stop the agent with deponent agent --stop, "
            "and do this with the passphrase, which also finishes the shredding");
    return keys_choose(s->keys, generation, size, hash, err);
}

static int reference(struct keys_serve *s, struct keys_wire_in *in, struct buf *out,
                     struct err *err)
{
    struct id payload = {{0}}, subject = {{0}};
    unsigned char key_ref[16];
    keys_wire_copy(in, payload.b, ID_SIZE);
    keys_wire_copy(in, subject.b, ID_SIZE);
    if (in->bad)
        return malformed(err);
    int r = keys_reference(s->keys, payload, subject, key_ref, err);
    if (!r)
        keys_wire_put(out, key_ref, sizeof key_ref);
    return r;
}

/* ---- entries ---- */

static int count_entries(struct keys_wire_in in, size_t head, size_t *ret_count)
{
    size_t count = 0;
    while (in.left && count <= KEYS_WIRE_ENTRIES) {
        (void)keys_wire_bytes(&in, head - 4);
        (void)keys_wire_bytes(&in, keys_wire_u32(&in));
        count++;
        if (in.bad)
            return ERR_INPUT;
    }
    *ret_count = count;
    return count && count <= KEYS_WIRE_ENTRIES ? 0 : ERR_INPUT;
}

/* So that it does not move, which would leave pieces of texts in memory that is not wiped. */
static int make_room(struct buf *out, size_t n, struct err *err)
{
    return buf_reserve(out, n) ? 0 : err_set(err, ERR_LIMIT, "too much for one answer");
}

static void take_to_seal(struct keys_wire_in *in, struct keys_entry *e)
{
    e->archive = keys_wire_u32(in) != 0;
    keys_wire_copy(in, e->envelope->device, sizeof e->envelope->device);
    e->envelope->seq = keys_wire_u64(in, 8);
    keys_wire_copy(in, e->envelope->payload.b, ID_SIZE);
    keys_wire_copy(in, e->subject.b, ID_SIZE);
    size_t n = keys_wire_u32(in);
    e->plain = str_make(keys_wire_bytes(in, n), n);
}

static int seal(struct keys_serve *s, struct keys_wire_in in, struct buf *out, struct err *err)
{
    ARENA_AUTO a = {0};
    size_t count, room = 0;
    if (count_entries(in, KEYS_WIRE_SEAL_ASKS, &count))
        return malformed(err);
    struct keys_entry *entries = ARENA_NEW(&a, count, struct keys_entry);
    struct envelope *envelopes = ARENA_NEW(&a, count, struct envelope);
    for (size_t i = 0; i < count; i++) {
        entries[i].envelope = &envelopes[i];
        take_to_seal(&in, &entries[i]);
    }
    int r = keys_seal(s->keys, &a, entries, count, err);
    for (size_t i = 0; i < count && !r; i++)
        room += KEYS_WIRE_SEAL_GETS + entries[i].sealed.n;
    if (!r)
        r = make_room(out, room, err);
    for (size_t i = 0; i < count && !r; i++) {
        const struct envelope *e = &envelopes[i];
        keys_wire_put(out, e->payload_hash, sizeof e->payload_hash);
        keys_wire_put(out, e->commitment, sizeof e->commitment);
        keys_wire_put(out, e->salt, sizeof e->salt);
        keys_wire_put(out, e->key_ref, sizeof e->key_ref);
        keys_wire_put_int(out, entries[i].sealed.n, 4);
        buf_add(out, entries[i].sealed);
    }
    return r;
}

static void take_to_open(struct keys_wire_in *in, struct keys_entry *e)
{
    struct envelope *v = e->envelope;
    v->type = (enum envelope_type)keys_wire_u32(in);
    v->size = keys_wire_u32(in);
    keys_wire_copy(in, v->device, sizeof v->device);
    v->seq = keys_wire_u64(in, 8);
    keys_wire_copy(in, v->payload.b, ID_SIZE);
    keys_wire_copy(in, v->commitment, sizeof v->commitment);
    keys_wire_copy(in, v->salt, sizeof v->salt);
    keys_wire_copy(in, v->key_ref, sizeof v->key_ref);
    size_t n = keys_wire_u32(in);
    e->sealed = str_make(keys_wire_bytes(in, n), n);
}

static int open_entries(struct keys_serve *s, struct keys_wire_in in, struct buf *out,
                        struct err *err)
{
    ARENA_AUTO a = {0};
    size_t count, room = 0;
    if (count_entries(in, KEYS_WIRE_OPEN_ASKS, &count))
        return malformed(err);
    struct keys_entry *entries = ARENA_NEW(&a, count, struct keys_entry);
    struct envelope *envelopes = ARENA_NEW(&a, count, struct envelope);
    for (size_t i = 0; i < count; i++) {
        entries[i].envelope = &envelopes[i];
        take_to_open(&in, &entries[i]);
        room += KEYS_WIRE_OPEN_GETS + entries[i].sealed.n;
    }
    int r = make_room(out, room, err);
    if (!r)
        r = keys_open_entries(s->keys, &a, entries, count, err);
    for (size_t i = 0; i < count && !r; i++) {
        struct str plain = entries[i].plain;
        keys_wire_put_int(out, (uint64_t)-entries[i].result, 4);
        keys_wire_put_int(out, entries[i].archive, 4);
        keys_wire_put(out, entries[i].subject.b, ID_SIZE);
        keys_wire_put_int(out, plain.n, 4);
        if (plain.n) {
            buf_add(out, plain);
            secret_wipe((void *)(uintptr_t)plain.p, plain.n); /* in our arena */
        }
    }
    return r;
}

/* ---- attachments and snapshots ---- */

static int attachment_to(struct keys_serve *s, struct keys_wire_in *in, struct buf *out,
                         struct err *err)
{
    struct id subject = {{0}};
    struct age_identity own = {0};
    unsigned char public_key[32];
    keys_wire_copy(in, subject.b, ID_SIZE);
    if (in->bad)
        return malformed(err);
    int r = keys_attachment_identity(s->keys, subject, &own, err);
    if (r)
        return r;
    age_identity_public(&own, public_key);
    age_identity_free(&own);
    keys_wire_put(out, public_key, sizeof public_key);
    return 0;
}

static int read_file_at(void *context, uint64_t offset, void *p, size_t n, struct err *err)
{
    return file_in_read_at(context, offset, p, n, err);
}

static int open_range(struct keys_serve *s, struct keys_serve_client *c, bool own,
                      struct id subject, struct err *err)
{
    const struct age_at at = {read_file_at, &c->in, c->in.size};
    struct age_identity of_subject = {0};
    if (own)
        return age_range_open(&s->file->text.identity, 1, &at, &c->range, err);
    int r = keys_attachment_identity(s->keys, subject, &of_subject, err);
    if (!r)
        r = age_range_open(&of_subject, 1, &at, &c->range, err);
    age_identity_free(&of_subject);
    return r;
}

static int open_file(struct keys_serve *s, struct keys_serve_client *c, struct keys_wire_in *in,
                     int *file, struct buf *out, struct err *err)
{
    struct id subject = {{0}};
    bool own = keys_wire_u32(in) != 0;
    keys_wire_copy(in, subject.b, ID_SIZE);
    if (in->bad || *file < 0)
        return malformed(err);
    close_file(c);
    int fd = *file;
    *file = -1;
    int r = file_in_take(fd, s->dir, "a file for the agent", &c->in, err);
    if (r)
        return r;
    r = open_range(s, c, own, subject, err);
    if (r)
        file_in_close(&c->in);
    else
        keys_wire_put_int(out, age_range_size(c->range), 8);
    return r;
}

static int read_file(struct keys_serve_client *c, struct keys_wire_in *in, struct buf *out,
                     struct err *err)
{
    uint64_t offset = keys_wire_u64(in, 8);
    size_t n = keys_wire_u32(in);
    if (in->bad || !c->range || n > KEYS_WIRE_PIECE)
        return malformed(err);
    char *p = buf_reserve(out, n);
    if (!p)
        return err_set(err, ERR_BUG, "no room for an answer");
    int r = age_range_read(c->range, offset, p, n, err);
    if (!r)
        out->n += n;
    if (!r && offset + n == age_range_size(c->range))
        close_file(c);
    return r;
}

/* ---- all of them ---- */

static int has(struct keys_serve *s, struct keys_wire_in *in, struct buf *out, struct err *err)
{
    struct id subject = {{0}};
    keys_wire_copy(in, subject.b, ID_SIZE);
    if (in->bad)
        return malformed(err);
    keys_wire_put_int(out, keys_has(s->keys, subject), 4);
    return 0;
}

int keys_serve_request(void *context, void *client, uint32_t what, struct str body, int *file,
                       struct buf *reply, struct err *err)
{
    struct keys_serve *s = context;
    struct keys_wire_in in = {body.p, body.n, false};
    if (what > KEYS_WIRE_STATUS && what < KEYS_WIRE_COUNT)
        s->used = ipc_now();
    switch (what) {
    case KEYS_WIRE_HELLO:
        return hello(s, &in, reply, err);
    case KEYS_WIRE_STATUS:
        return status(s, reply);
    case KEYS_WIRE_STOP:
        s->stopped = true;
        return 0;
    case KEYS_WIRE_SIGN:
        return sign(s, body, reply, err);
    case KEYS_WIRE_NEW:
        return new_subjects(s, body, err);
    case KEYS_WIRE_HAS:
        return has(s, &in, reply, err);
    case KEYS_WIRE_RING:
        return ring(s, reply, err);
    case KEYS_WIRE_CHOOSE:
        return choose(s, &in, false, err);
    case KEYS_WIRE_SETTLE:
        return choose(s, &in, true, err);
    case KEYS_WIRE_SEAL:
        return seal(s, in, reply, err);
    case KEYS_WIRE_OPEN:
        return open_entries(s, in, reply, err);
    case KEYS_WIRE_ATTACHMENT_TO:
        return attachment_to(s, &in, reply, err);
    case KEYS_WIRE_REFERENCE:
        return reference(s, &in, reply, err);
    case KEYS_WIRE_FILE:
        return open_file(s, client, &in, file, reply, err);
    case KEYS_WIRE_READ:
        return read_file(client, &in, reply, err);
    default:
        return malformed(err);
    }
}
