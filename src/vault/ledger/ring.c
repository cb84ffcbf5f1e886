/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Invariants
 * - Record n of the file is bound to n and to the header, so records cannot change places, rings
 *   or archives.
 * - A record is added behind all whole records of the file, opened or not: nothing that may be
 *   somebody's secret is ever written over.
 * - Subjects in memory stay where they are (chunks do not move), so that threads may hold them.
 */
#include "vault/ledger/ring.h"

#include "base/hash.h"
#include "base/sort.h"
#include "sys/file.h"
#include "vault/seal/box.h"

#include <stdlib.h>

#define VERSION 1u
#define CHUNK   ((size_t)2048)  /* subjects of one piece of locked memory */
#define BATCH   ((size_t)16384) /* records read or written at once */
#define SHARE   ((size_t)256)   /* records of one piece of a thread's work */

_Static_assert(RING_RECORD == BOX_NONCE + RING_SUBJECT + BOX_EXTRA, "a record's length");
_Static_assert(RING_SUBJECT == ID_SIZE + RING_SECRET, "a subject's length");

static const unsigned char magic[4] = {'D', 'P', 'R', '1'};
static const unsigned char zero_slot[ID_SIZE];

static void put(unsigned char *out, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)(v >> 8 * i);
}

static void print_header(const struct ring_name *name, unsigned char out[RING_HEADER])
{
    memcpy(out, magic, sizeof magic);
    put(out + 4, VERSION, 4);
    memcpy(out + 8, name->archive, 32);
    memcpy(out + 40, name->device, 16);
    put(out + 56, name->generation, 8);
}

/* What a record is bound to. */
struct bound {
    unsigned char bytes[RING_HEADER + 8];
};

static struct bound bound_to(const struct ring_name *name)
{
    struct bound b = {{0}};
    print_header(name, b.bytes);
    return b;
}

static void seal_record(struct bound *b, uint64_t n, const unsigned char *subject,
                        const struct secret *secret, unsigned char *record)
{
    put(b->bytes + RING_HEADER, n, 8);
    box_seal(record + BOX_NONCE, subject, RING_SUBJECT, b->bytes, sizeof b->bytes, record,
             secret->p);
}

int ring_compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, ID_SIZE);
}

/* ---- in memory ---- */

static unsigned char *place(const struct ring *r, size_t i)
{
    return r->chunks[i / CHUNK].p + i % CHUNK * RING_SUBJECT;
}

const unsigned char *ring_at(const struct ring *r, size_t i)
{
    const unsigned char *p = place(r, i);
    return memcmp(p, zero_slot, ID_SIZE) != 0 ? p : NULL;
}

/* Where in the index the slot stands, or would. */
static size_t look_up(const struct ring *r, const unsigned char *slot)
{
    size_t mask = r->index_cap - 1;
    size_t i = hash_bytes(str_make((const char *)slot, ID_SIZE), r->seed) & mask;
    while (r->index[i] && memcmp(place(r, r->index[i] - 1), slot, ID_SIZE) != 0)
        i = (i + 1) & mask;
    return i;
}

const unsigned char *ring_find(const struct ring *r, const unsigned char slot[ID_SIZE])
{
    if (r->held == 0 || memcmp(slot, zero_slot, ID_SIZE) == 0)
        return NULL;
    uint32_t found = r->index[look_up(r, slot)];
    return found ? place(r, found - 1) + ID_SIZE : NULL;
}

static void index_all(struct ring *r, size_t cap)
{
    free(r->index);
    r->index = calloc(cap, sizeof *r->index);
    if (!r->index)
        err_die("out of memory");
    r->index_cap = cap;
    for (size_t i = 0; i < r->used; i++) {
        const unsigned char *p = ring_at(r, i);
        if (p)
            r->index[look_up(r, p)] = (uint32_t)i + 1;
    }
}

/* A slot that is there keeps its secret. */
static void remember(struct ring *r, const unsigned char *subject)
{
    if (r->used == RING_SUBJECTS_MAX || memcmp(subject, zero_slot, ID_SIZE) == 0)
        return;
    if (2 * (r->used + 1) > r->index_cap)
        index_all(r, r->index_cap ? 2 * r->index_cap : 1024);
    size_t at = look_up(r, subject);
    if (r->index[at])
        return;
    if (r->used == r->chunk_count * CHUNK) {
        if (!r->chunks)
            r->chunks = calloc(RING_SUBJECTS_MAX / CHUNK, sizeof *r->chunks);
        if (!r->chunks)
            err_die("out of memory");
        secret_alloc(&r->chunks[r->chunk_count++], CHUNK * RING_SUBJECT);
    }
    memcpy(place(r, r->used), subject, RING_SUBJECT);
    r->index[at] = (uint32_t)++r->used;
    r->held++;
}

/* Until the index is made again, a wiped place is one that nobody's slot equals. */
void ring_forget(struct ring *r, const struct id *subjects, size_t count)
{
    size_t before = r->held;
    for (size_t i = 0; i < count && r->held; i++) {
        if (!ring_find(r, subjects[i].b))
            continue;
        secret_wipe(place(r, r->index[look_up(r, subjects[i].b)] - 1), RING_SUBJECT);
        r->held--;
    }
    if (r->held < before)
        index_all(r, r->index_cap);
}

/* ---- the file ---- */

struct reading {
    struct ring *ring;
    const unsigned char *records;
    uint64_t first;
    size_t count;
    unsigned char *subjects; /* locked; a record that does not open gives zeros */
};

static void open_share(void *context, size_t share, unsigned worker)
{
    const struct reading *in = context;
    (void)worker;
    struct bound b = bound_to(&in->ring->name);
    size_t end = (share + 1) * SHARE < in->count ? (share + 1) * SHARE : in->count;
    for (size_t i = share * SHARE; i < end; i++) {
        const unsigned char *record = in->records + i * RING_RECORD;
        unsigned char *subject = in->subjects + i * RING_SUBJECT;
        put(b.bytes + RING_HEADER, in->first + i, 8);
        if (!box_open(subject, record + BOX_NONCE, RING_RECORD - BOX_NONCE, b.bytes,
                      sizeof b.bytes, record, in->ring->secret.p))
            secret_wipe(subject, RING_SUBJECT);
    }
}

/* Records from r->next up to `end`. */
static int read_records(struct ring *r, uint64_t end, struct pool *pool, struct err *err)
{
    SECRET_AUTO subjects = {0};
    size_t room = end - r->next < BATCH ? (size_t)(end - r->next) : BATCH;
    BUF_AUTO bytes;
    buf_init(&bytes, BATCH * RING_RECORD);
    secret_alloc(&subjects, room * RING_SUBJECT);
    unsigned char *records = (unsigned char *)buf_reserve(&bytes, room * RING_RECORD);
    if (!records)
        return err_set(err, ERR_BUG, "%s: buffer refused", r->path);
    uint64_t at = r->next;
    while (at < end) {
        size_t want = end - at < room ? (size_t)(end - at) : room, n = 0;
        int e = file_read_at(r->path, RING_HEADER + at * RING_RECORD, records,
                             want * RING_RECORD, &n, err);
        if (e)
            return e;
        struct reading in = {r, records, at, n / RING_RECORD, subjects.p};
        if (in.count == 0)
            break;
        pool_run(in.count > SHARE ? pool : NULL, (in.count + SHARE - 1) / SHARE, open_share,
                 &in);
        for (size_t i = 0; i < in.count; i++) {
            const unsigned char *subject = subjects.p + i * RING_SUBJECT;
            if (memcmp(subject, zero_slot, ID_SIZE) == 0)
                continue;
            remember(r, subject);
            r->next = at + i + 1;
        }
        at += in.count;
    }
    return 0;
}

static uint64_t records_in(uint64_t size)
{
    return size < RING_HEADER ? 0 : (size - RING_HEADER) / RING_RECORD;
}

int ring_refresh(struct ring *r, struct pool *pool, struct err *err)
{
    uint64_t size = 0;
    int e = file_size(r->path, &size, err);
    if (e == ERR_MISSING)
        return err_set(err, ERR_STATE,
                       "%s is gone: the keyring was changed by another process; open the "
                       "archive again",
                       r->path);
    if (e || size == r->seen)
        return e;
    uint64_t records = records_in(size);
    if (records < r->next)
        return err_set(err, ERR_STATE,
                       "%s is shorter than it was; open the archive again, or put the file "
                       "back from a backup",
                       r->path);
    if (records > RING_SUBJECTS_MAX)
        return err_set(err, ERR_LIMIT, "%s: more than %zu subjects", r->path,
                       RING_SUBJECTS_MAX);
    if (records > r->next)
        e = read_records(r, records, pool, err);
    if (!e)
        r->seen = size;
    return e;
}

static int check_header(const char *path, const struct ring_name *name, struct err *err)
{
    unsigned char want[RING_HEADER], got[RING_HEADER] = {0};
    size_t n = 0;
    int r = file_read_at(path, 0, got, sizeof got, &n, err);
    if (r)
        return r;
    print_header(name, want);
    if (n < sizeof got || memcmp(got, want, 4) != 0)
        return err_set(
            err, ERR_INPUT,
            "%s is no keyring (its first bytes are wrong); put it back from a backup", path);
    if (memcmp(got + 4, want + 4, 4) != 0) {
        unsigned version =
            got[4] | (unsigned)got[5] << 8 | (unsigned)got[6] << 16 | (unsigned)got[7] << 24;
        return err_set(
            err, version > VERSION ? ERR_STATE : ERR_INPUT,
            "%s: version %u of a keyring was made by a newer program, this one reads "
            "version %u",
            path, version, VERSION);
    }
    if (memcmp(got + 8, want + 8, 32) != 0)
        return err_set(err, ERR_REFUSED, "%s is the keyring of another archive", path);
    if (memcmp(got + 40, want + 40, 16) != 0)
        return err_set(err, ERR_REFUSED, "%s is the keyring of another device", path);
    if (memcmp(got + 56, want + 56, 8) != 0)
        return err_set(err, ERR_REFUSED, "%s is a keyring of another generation", path);
    return 0;
}

int ring_open(const char *path, const struct ring_name *name, const struct secret *secret,
              struct pool *pool, struct ring *ret, struct err *err)
{
    int e = check_header(path, name, err);
    if (e)
        return e;
    struct ring r = {.name = *name, .seen = RING_HEADER, .path = strdup(path)};
    if (!r.path)
        err_die("out of memory");
    random_bytes(&r.seed, sizeof r.seed);
    secret_set(&r.secret, secret->p, secret->n);
    e = ring_refresh(&r, pool, err);
    if (e) {
        ring_close(&r);
        return e;
    }
    *ret = r;
    return 0;
}

void ring_close(struct ring *r)
{
    for (size_t i = 0; i < r->chunk_count; i++)
        secret_free(&r->chunks[i]);
    free(r->chunks);
    free(r->index);
    free(r->path);
    secret_free(&r->secret);
    *r = (struct ring){0};
}

void ring_move(struct ring *r, const char *path, uint64_t generation,
               const struct secret *secret)
{
    free(r->path);
    r->path = strdup(path);
    if (!r->path)
        err_die("out of memory");
    r->name.generation = generation;
    secret_set(&r->secret, secret->p, secret->n);
    r->next = r->held;
    r->seen = RING_HEADER + r->next * RING_RECORD;
}

int ring_add(struct ring *r, const struct secret *subjects, struct pool *pool, struct err *err)
{
    size_t count = subjects->n / RING_SUBJECT;
    int e = ring_refresh(r, pool, err);
    if (e || count == 0)
        return e;
    uint64_t at = records_in(r->seen);
    if (count > RING_SUBJECTS_MAX || at + count > RING_SUBJECTS_MAX)
        return err_set(err, ERR_LIMIT, "%s: more than %zu subjects", r->path,
                       RING_SUBJECTS_MAX);
    for (size_t i = 0; i < count; i++)
        if (ring_find(r, subjects->p + i * RING_SUBJECT))
            return err_set(err, ERR_EXISTS, "a subject has a secret already");
    BUF_AUTO bytes;
    buf_init(&bytes, count * RING_RECORD);
    unsigned char *records = (unsigned char *)buf_reserve(&bytes, count * RING_RECORD);
    if (!records)
        return err_set(err, ERR_BUG, "%s: buffer refused", r->path);
    struct bound b = bound_to(&r->name);
    random_bytes(records, count * RING_RECORD);
    for (size_t i = 0; i < count; i++)
        seal_record(&b, at + i, subjects->p + i * RING_SUBJECT, &r->secret,
                    records + i * RING_RECORD);
    bytes.n = count * RING_RECORD;
    e = file_append(r->path, RING_HEADER + at * RING_RECORD, buf_str(&bytes), err);
    if (e)
        return e;
    for (size_t i = 0; i < count; i++)
        remember(r, subjects->p + i * RING_SUBJECT);
    r->next = at + count;
    r->seen = RING_HEADER + r->next * RING_RECORD;
    return 0;
}

/* ---- a new ring ---- */

struct writing {
    struct file_out out;
    struct sha256 hash;
    uint64_t size;
};

static int write_piece(struct writing *w, struct str bytes, struct err *err)
{
    sha256_add(&w->hash, bytes.p, bytes.n);
    w->size += bytes.n;
    return file_write_all(w->out.fd, bytes, w->out.path, err);
}

static int write_subjects(struct writing *w, const struct ring_name *name,
                          const struct secret *secret, const struct ring *from,
                          const struct id *without, size_t without_count, struct err *err)
{
    BUF_AUTO bytes;
    buf_init(&bytes, BATCH * RING_RECORD);
    struct bound b = bound_to(name);
    uint64_t n = 0;
    int r = 0;
    for (size_t i = 0; !r && i < from->used; i++) {
        const unsigned char *subject = ring_at(from, i);
        if (!subject || sort_find(subject, without, without_count, ID_SIZE, ring_compare_ids))
            continue;
        unsigned char *record = (unsigned char *)buf_reserve(&bytes, RING_RECORD);
        if (!record)
            return err_set(err, ERR_BUG, "%s: buffer refused", w->out.path);
        random_bytes(record, BOX_NONCE);
        seal_record(&b, n++, subject, secret, record);
        bytes.n += RING_RECORD;
        if (bytes.n == bytes.max) {
            r = write_piece(w, buf_str(&bytes), err);
            buf_clear(&bytes);
        }
    }
    return r ? r : write_piece(w, buf_str(&bytes), err);
}

int ring_write(const char *path, const struct ring_name *name, const struct secret *secret,
               const struct ring *from, const struct id *without, size_t without_count,
               uint64_t *ret_size, unsigned char hash[32], struct err *err)
{
    struct writing w = {0};
    unsigned char header[RING_HEADER];
    int r = file_out_begin(path, &w.out, err);
    if (r)
        return r;
    sha256_begin(&w.hash);
    print_header(name, header);
    r = write_piece(&w, str_make((const char *)header, sizeof header), err);
    if (!r && from)
        r = write_subjects(&w, name, secret, from, without, without_count, err);
    if (r) {
        file_out_abandon(&w.out);
        return r;
    }
    r = file_out_commit(&w.out, true, err);
    if (r)
        return r;
    if (ret_size)
        *ret_size = w.size;
    if (hash)
        sha256_end(&w.hash, hash);
    return 0;
}

int ring_hash(const struct ring *r, uint64_t size, unsigned char hash[32], struct err *err)
{
    struct file_in in;
    int e = file_in_open(r->path, &in, err);
    if (e)
        return e;
    BUF_AUTO bytes;
    buf_init(&bytes, BATCH * 64);
    char *p = buf_reserve(&bytes, BATCH * 64);
    struct sha256 h;
    sha256_begin(&h);
    if (in.size < size)
        e = err_set(
            err, ERR_REFUSED,
            "%s: %llu bytes, the ledger names its first %llu; put it back from a backup",
            r->path, (unsigned long long)in.size, (unsigned long long)size);
    while (!e && size && p) {
        size_t want = size < bytes.max ? (size_t)size : bytes.max, n = 0;
        e = file_in_read(&in, p, want, &n, err);
        if (!e && n < want)
            e = err_set(err, ERR_STATE, "%s is shorter than it was", r->path);
        if (!e)
            sha256_add(&h, p, n);
        size -= want;
    }
    file_in_close(&in);
    if (!e)
        sha256_end(&h, hash);
    return e;
}
