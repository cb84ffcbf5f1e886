/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/ledger/ledger.h"

#include "base/sort.h"
#include "sys/file.h"
#include "sys/lock.h"
#include "vault/ledger/ledger_parts.h"
#include "vault/seal/hash.h"

#include <stdlib.h>

#define VERSION   1
#define PAGE_SIZE 16384
#define LOCK_MS   5000
#define MAX_FILES ((size_t)1 << 20)

static const char *const may_go[] = {"payload", "attachment", NULL};
static const struct store_shape shape = {
    .what = "ledger.db",
    .schema = ledger_schema,
    .version = VERSION,
    .statements = ledger_statements,
    .count = LEDGER_STATEMENT_COUNT,
    .mutable_tables = may_go,
    .page_size = PAGE_SIZE, /* verifying reads all of it: a quarter of the system calls */
};

const char *ledger_path(const struct ledger *l, struct arena *a, const char *name)
{
    return arena_printf(a, "%s/%s", l->dir, name).p;
}

const char *ledger_attachment_path(const struct ledger *l, struct arena *a, struct id payload)
{
    char hex[2 * ID_SIZE + 1];
    hex_print(payload.b, ID_SIZE, hex);
    return arena_printf(a, "%s/attachments/%s.age", l->dir, hex).p;
}

/* ---- devices and shredded subjects ---- */

/* Where it stands, or would. */
static size_t device_place(const struct ledger *l, const unsigned char id[16])
{
    size_t low = 0, high = l->device_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (memcmp(l->devices[mid].id, id, 16) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct ledger_device *ledger_find_device(struct ledger *l, const unsigned char id[16])
{
    size_t at = device_place(l, id);
    bool found = at < l->device_count && memcmp(l->devices[at].id, id, 16) == 0;
    return found ? &l->devices[at] : NULL;
}

struct ledger_device *ledger_self(struct ledger *l)
{
    return l->keys ? ledger_find_device(l, keys_public(l->keys)->device) : NULL;
}

int ledger_add_device(struct ledger *l, const struct ledger_device *d, struct err *err)
{
    if (l->device_count > BUNDLE_MAX_HEADS)
        return err_set(err, ERR_LIMIT, "an archive has at most %u devices",
                       BUNDLE_MAX_HEADS + 1);
    size_t at = device_place(l, d->id);
    ARENA_PUSH(&l->memory, l->devices, l->device_count, l->device_cap, *d);
    memmove(l->devices + at + 1, l->devices + at,
            (l->device_count - 1 - at) * sizeof *l->devices);
    l->devices[at] = *d;
    return 0;
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

bool ledger_shredded(const struct ledger *l, struct id subject)
{
    return sort_find(&subject, l->shredded, l->shredded_count, sizeof subject, by_id);
}

void ledger_add_shredded(struct ledger *l, struct id subject)
{
    if (ledger_shredded(l, subject))
        return;
    ARENA_PUSH(&l->memory, l->shredded, l->shredded_count, l->shredded_cap, subject);
    size_t at = l->shredded_count - 1;
    for (; at && by_id(&l->shredded[at - 1], &subject) > 0; at--)
        l->shredded[at] = l->shredded[at - 1];
    l->shredded[at] = subject;
}

/* ---- reading what stands in memory ---- */

static int damaged(const char *what, struct err *err)
{
    return err_set(err, ERR_INPUT, "ledger.db: %s; \"deponent verify\" says more", what);
}

/* How far the chain goes before its fork, if it has one. */
int ledger_load_chain(struct ledger *l, struct ledger_device *d, struct err *err)
{
    struct store_query *q = ledger_ask(l, LEDGER_FORK_OF);
    store_bind_blob(q, 1, d->id, sizeof d->id);
    int r = store_step(q, err);
    if (r < 0)
        return r;
    bool forked = r && store_blob(q, 0).p;
    d->fork_at = forked ? (uint64_t)store_int(q, 0) : LEDGER_NO_FORK;
    store_reset(q);
    q = ledger_ask(l, LEDGER_LAST_BEFORE);
    store_bind_blob(q, 1, d->id, sizeof d->id);
    store_bind_int(q, 2, (int64_t)d->fork_at);
    r = store_step(q, err);
    if (r <= 0)
        return r;
    struct str hash = store_blob(q, 3), envelopes = store_blob(q, 4);
    d->next = (uint64_t)store_int(q, 0) + (uint64_t)store_int(q, 1);
    d->clock = (uint64_t)store_int(q, 2);
    bool good = hash.n == sizeof d->note && envelopes.n >= ENVELOPE_SIZE &&
                envelopes.n % ENVELOPE_SIZE == 0;
    if (good) {
        memcpy(d->note, hash.p, hash.n);
        sha256(envelopes.p + envelopes.n - ENVELOPE_SIZE, ENVELOPE_SIZE, d->envelope);
    }
    store_reset(q);
    return good ? 0 : damaged("the last bundle of a device is damaged", err);
}

static int parse_stored(struct arena *a, struct str note, struct bundle_note *ret,
                        struct err *err)
{
    struct str text;
    int r = ledger_note_text(note, "ledger.db", &text, err);
    return r ? r : bundle_parse_note(a, text, "ledger.db", ret, err);
}

static int load_device(struct ledger *l, const unsigned char id[16], struct err *err)
{
    ARENA_AUTO a = {0};
    struct ledger_device d = {.next = 0};
    memcpy(d.id, id, sizeof d.id);
    struct store_query *q = ledger_ask(l, LEDGER_FIRST_NOTE);
    store_bind_blob(q, 1, id, 16);
    int r = store_step(q, err);
    if (r < 0)
        return r;
    if (r == 0)
        return damaged("a device has no first bundle", err);
    struct bundle_note note;
    r = parse_stored(&a, store_blob(q, 0), &note, err);
    d.root_clock = (uint64_t)store_int(q, 1);
    store_reset(q);
    if (r)
        return r;
    memcpy(d.key, note.device_key, sizeof d.key);
    r = ledger_load_chain(l, &d, err);
    return r ? r : ledger_add_device(l, &d, err);
}

static int load_devices(struct ledger *l, struct err *err)
{
    unsigned char id[16] = {0};
    size_t n = 0; /* every device is behind the empty one */
    for (;;) {
        struct store_query *q = ledger_ask(l, LEDGER_NEXT_DEVICE);
        store_bind_blob(q, 1, id, n);
        int r = store_step(q, err);
        if (r <= 0)
            return r;
        struct str device = store_blob(q, 0);
        bool good = device.n == sizeof id;
        if (good)
            memcpy(id, device.p, sizeof id);
        n = sizeof id;
        store_reset(q);
        r = good ? load_device(l, id, err) : damaged("a bundle names no device", err);
        if (r)
            return r;
    }
}

/* One control entry: its envelope says whose it is and what it hashes to. */
static int load_control(struct ledger *l, uint64_t at, struct str bytes, struct err *err)
{
    ARENA_AUTO a = {0};
    struct store_query *q = ledger_ask(l, LEDGER_ENVELOPE_AT);
    store_bind_int(q, 1, (int64_t)(at & 0xffff));
    store_bind_int(q, 2, (int64_t)(at >> 16));
    int r = store_step(q, err);
    if (r < 0)
        return r;
    struct envelope e;
    struct str packed = r ? store_blob(q, 0) : STR("");
    bool good = packed.n == ENVELOPE_SIZE &&
                !envelope_unpack((const unsigned char *)packed.p, &e, NULL) &&
                e.type == ENVELOPE_CONTROL;
    if (r)
        store_reset(q);
    unsigned char hash[SHA256_SIZE] = {0};
    if (good && bytes.p)
        sha256(bytes.p, bytes.n, hash);
    if (!good || !bytes.p || memcmp(hash, e.payload_hash, sizeof hash) != 0)
        return damaged("a control entry is damaged", err);
    return ledger_apply(l, e.device, &a, bytes, "ledger.db: a control entry", err);
}

static int load_controls(struct ledger *l, struct err *err)
{
    struct store_query *q = ledger_ask(l, LEDGER_CONTROLS);
    int r;
    while ((r = store_step(q, err)) == 1) {
        r = load_control(l, (uint64_t)store_int(q, 0), store_blob(q, 1), err);
        if (r) {
            store_reset(q);
            return r;
        }
    }
    return r;
}

static int load_archive(struct ledger *l, struct err *err)
{
    ARENA_AUTO a = {0};
    struct store_query *q = ledger_ask(l, LEDGER_LARGEST);
    int r = store_step(q, err);
    if (r < 0)
        return r;
    l->next_num = (uint64_t)store_int(q, 0) + 1;
    l->clock = (uint64_t)store_int(q, 1);
    store_reset(q);
    q = ledger_ask(l, LEDGER_OLDEST_NOTE);
    r = store_step(q, err);
    if (r < 0)
        return r;
    if (r == 0)
        return err_set(
            err, ERR_STATE,
            "%s: the archive was never finished; remove the folder and make it again", l->dir);
    struct bundle_note note;
    r = parse_stored(&a, store_blob(q, 0), &note, err);
    store_reset(q);
    if (!r)
        memcpy(l->archive, note.archive, sizeof l->archive);
    return r;
}

int ledger_load(struct ledger *l, struct err *err)
{
    l->device_count = l->shredded_count = 0;
    l->ring.known = false;
    int r = load_archive(l, err);
    if (!r)
        r = load_devices(l, err);
    return r ? r : load_controls(l, err);
}

/* ---- opening ---- */

/* Files of drafts that were not committed, and of shredded accounts, are in no row. */
static int remove_orphans(struct ledger *l, struct err *err)
{
    ARENA_AUTO a = {0};
    const char **paths = NULL;
    size_t count = 0;
    struct str folder = str_of(ledger_path(l, &a, "attachments/"));
    int r = file_list(&a, ledger_path(l, &a, "attachments"), MAX_FILES, &paths, &count, err);
    if (r)
        return r == ERR_MISSING ? 0 : r;
    for (size_t i = 0; i < count && !r; i++) {
        struct str name = str_slice(str_of(paths[i]), folder.n, SIZE_MAX);
        struct id id;
        if (!hex_parse(str_slice(name, 0, 2 * ID_SIZE), id.b, ID_SIZE) ||
            !str_starts(str_slice(name, 2 * ID_SIZE, SIZE_MAX), STR(".age")))
            continue; /* not ours */
        bool whole = name.n == 2 * ID_SIZE + 4;
        struct store_query *q = ledger_ask(l, LEDGER_ATTACHMENT_AT);
        store_bind_blob(q, 1, id.b, ID_SIZE);
        r = store_step(q, err);
        bool here = r == 1 && whole && store_int(q, 1);
        if (r == 1)
            store_reset(q);
        if (r >= 0)
            r = here ? 0 : file_remove(paths[i], err);
    }
    return r;
}

/* The keys must be this archive's, and use the ring that the ledger names. */
static int settle(struct ledger *l, struct err *err)
{
    if (memcmp(keys_public(l->keys)->archive, l->archive, sizeof l->archive) != 0)
        return err_set(err, ERR_REFUSED,
                       "%s: keys.age belongs to another archive than ledger.db", l->dir);
    const struct ledger_ring *ring = &l->ring;
    if (!ring->known && !ledger_self(l) && keys_public(l->keys)->joined)
        return 0; /* the first bundle that it appends names its ring */
    if (!ring->known)
        return err_set(err, ERR_INPUT, "%s: ledger.db names no keyring of this device", l->dir);
    if (!l->write)
        return keys_choose(l->keys, ring->generation, ring->size, ring->hash, err);
    int r = keys_settle(l->keys, ring->generation, ring->size, ring->hash, err);
    if (!r) /* also what a shredding deleted is not left in the write-ahead log */
        r = store_checkpoint(l->db, err);
    return r ? r : remove_orphans(l, err);
}

static int new_ledger(const char *dir, struct keys *keys, enum store_mode mode,
                      struct ledger **ret, struct err *err)
{
    struct ledger *l = calloc(1, sizeof *l);
    if (!l || !(l->dir = strdup(dir)))
        err_die("out of memory");
    l->keys = keys;
    l->write = mode != STORE_READ;
    l->lock = -1;
    l->next_num = 1;
    ARENA_AUTO a = {0};
    int r = l->write ? lock_folder(dir, LOCK_MS, &l->lock, err) : 0;
    if (!r)
        r = store_open(ledger_path(l, &a, "ledger.db"), mode, &shape, &l->db, err);
    if (r) {
        ledger_close(l);
        return r;
    }
    *ret = l;
    return 0;
}

int ledger_open(const char *dir, struct keys *keys, bool write, struct ledger **ret,
                struct err *err)
{
    if (write && !keys)
        return err_set(err, ERR_BUG, "a ledger is opened for writing without keys");
    struct ledger *l;
    int r = new_ledger(dir, keys, write ? STORE_WRITE : STORE_READ, &l, err);
    if (r)
        return r;
    struct err fault = {0};
    r = ledger_load(l, &fault);
    if (!r && keys)
        r = settle(l, &fault);
    if (!write && (r == ERR_INPUT || r == ERR_REFUSED)) {
        l->damage = fault;
        r = 0;
    }
    if (r) {
        ledger_close(l);
        return err_set(err, r, "%s", fault.text);
    }
    *ret = l;
    return 0;
}

int ledger_create(const char *dir, struct keys *keys, struct str day, struct ledger **ret,
                  struct err *err)
{
    struct ledger *l;
    int r = new_ledger(dir, keys, STORE_CREATE, &l, err);
    if (r)
        return r;
    memcpy(l->archive, keys_public(keys)->archive, sizeof l->archive);
    struct ledger_draft *d;
    if (!keys_public(keys)->joined) {
        r = ledger_begin(l, &d, err);
        if (!r)
            r = ledger_commit(d, day, err);
    }
    if (r) {
        ARENA_AUTO a = {0};
        store_close(l->db);
        l->db = NULL;
        struct err other;
        if (file_remove(ledger_path(l, &a, "ledger.db"), &other))
            r = err_prefix(err, "%s", other.text);
        ledger_close(l);
        return r;
    }
    *ret = l;
    return 0;
}

void ledger_close(struct ledger *l)
{
    if (!l)
        return;
    if (l->appended && !l->broken)
        ledger_keep_heads(l);
    store_close(l->db);
    lock_drop(l->lock);
    arena_free(&l->memory);
    free(l->dir);
    free(l);
}

int ledger_flush(struct ledger *l, struct err *err)
{
    return store_checkpoint(l->db, err);
}

void ledger_archive_id(const struct ledger *l, unsigned char archive[32])
{
    memcpy(archive, l->archive, sizeof l->archive);
}

int ledger_may_append(struct ledger *l, struct err *err)
{
    if (!l->write)
        return err_set(err, ERR_BUG, "%s: the ledger is open for reading", l->dir);
    if (l->broken)
        return err_set(err, ERR_STATE, "%s: writing failed before; start again", l->dir);
    const struct ledger_device *self = ledger_self(l);
    if (self && self->fork_at != LEDGER_NO_FORK)
        return err_set(
            err, ERR_REFUSED,
            "%s: this device is frozen: it signed two different entries %llu (an old "
            "copy of the archive was used beside this one); begin a new chain with "
            "\"deponent restore\"",
            l->dir, (unsigned long long)self->fork_at);
    const struct keys_public *public = keys_public(l->keys);
    if (!self && public->joined && !ledger_find_device(l, public->by))
        return err_set(err, ERR_REFUSED,
                       "%s: the ledger does not know the device that admits "
                       "this one",
                       l->dir);
    return 0;
}
