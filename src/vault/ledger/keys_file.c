/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys held by this process, from the files of an archive. The files are written in an order in
 * which each moment is a state that opening knows: a ring before the keys.age that names it, and
 * recovery.age before keys.age, so that what stands in keys.age holds for the others too.
 */
#include "vault/ledger/keys_parts.h"

#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>

#define FILE_MAX ((size_t)64 << 10) /* of keys.age and recovery.age */

_Static_assert(_Alignof(struct hmac256) <= 16, "a secret is aligned for it");

int keys_file_of(struct keys *k, struct keys_file **ret, struct err *err)
{
    if (k->ops != &keys_file_ops)
        return err_set(err, ERR_REFUSED,
                       "this needs the passphrase; the agent does not give out keys");
    *ret = (struct keys_file *)(void *)k;
    return 0;
}

static struct keys_file *file_of(struct keys *k)
{
    return (struct keys_file *)(void *)k;
}

/* ---- paths and writing ---- */

int keys_path(const struct keys_file *f, const char *name, char out[KEYS_PATH_MAX],
              struct err *err)
{
    int n = snprintf(out, KEYS_PATH_MAX, "%s/%s", f->dir, name);
    if (n < 0 || n >= KEYS_PATH_MAX)
        return err_set(err, ERR_LIMIT, "%s: the path is too long", f->dir);
    return 0;
}

int keys_ring_path(const struct keys_file *f, uint64_t generation, char out[KEYS_PATH_MAX],
                   struct err *err)
{
    char name[32];
    (void)snprintf(name, sizeof name, "ring-%llu", (unsigned long long)generation);
    return keys_path(f, name, out, err);
}

struct ring_name keys_ring_name(const struct keys_file *f, uint64_t generation)
{
    struct ring_name name = {.generation = generation};
    memcpy(name.archive, f->keys.public.archive, sizeof name.archive);
    memcpy(name.device, f->keys.public.device, sizeof name.device);
    return name;
}

/* Seals and writes; `hash` (may be NULL) is set before the file can be there. */
static int write_sealed(const struct keys_file *f, const char *name,
                        const struct age_recipient *to, size_t count, struct str text,
                        unsigned char hash[SHA256_SIZE], struct err *err)
{
    char path[KEYS_PATH_MAX];
    BUF_AUTO sealed;
    buf_init(&sealed, FILE_MAX);
    int r = keys_path(f, name, path, err);
    if (!r)
        r = age_seal_bytes(to, count, text, &sealed, err);
    if (r)
        return r;
    if (hash)
        sha256(sealed.p, sealed.n, hash);
    return file_write_private(path, buf_str(&sealed), err);
}

/* Writing over what another process made of keys.age would lose its ring secret. */
static int check_seen(struct keys_file *f, struct err *err)
{
    char path[KEYS_PATH_MAX];
    unsigned char hash[SHA256_SIZE];
    BUF_AUTO now;
    buf_init(&now, FILE_MAX);
    int r = keys_path(f, "keys.age", path, err);
    if (!r && f->saw)
        r = file_read(path, FILE_MAX, &now, err);
    if (r || !f->saw)
        return r;
    sha256(now.p, now.n, hash);
    if (memcmp(hash, f->seen[0], sizeof hash) == 0)
        return 0;
    if (memcmp(hash, f->seen[1], sizeof hash) != 0)
        return err_set(err, ERR_STATE,
                       "%s was changed by another process meanwhile; open the archive again",
                       path);
    memcpy(f->seen[0], f->seen[1], sizeof f->seen[0]);
    return 0;
}

/* recovery.age; `also` (may be NULL) is another key that opens it. */
static int write_paper(const struct keys_file *f, const struct secret *text,
                       const unsigned char also[32], struct err *err)
{
    struct age_recipient to[2] = {{.kind = AGE_X25519}, {.kind = AGE_X25519}};
    memcpy(to[0].public_key, f->text.recovery_key, sizeof to[0].public_key);
    if (also)
        memcpy(to[1].public_key, also, sizeof to[1].public_key);
    return write_sealed(f, "recovery.age", to, also ? 2 : 1, secret_str(text), NULL, err);
}

/* `before`: the recovery key that keys.age names until now, if it names another one. Until
 * keys.age is written that one still opens recovery.age. */
static int write_all(struct keys_file *f, const unsigned char before[32], struct err *err)
{
    if (!f->passphrase.p)
        return err_set(err, ERR_STATE,
                       "opened with the recovery key: set a new passphrase first");
    SECRET_AUTO text = {0};
    keys_text_print(&f->text, &text);
    int r = check_seen(f, err);
    if (!r && f->text.recovery)
        r = write_paper(f, &text, before, err);
    struct age_recipient to = {
        .kind = AGE_SCRYPT, .passphrase = &f->passphrase, .log2 = f->text.log2};
    if (!r)
        r = write_sealed(f, "keys.age", &to, 1, secret_str(&text), f->seen[1], err);
    f->saw = f->saw || r == 0;
    if (!r && before && write_paper(f, &text, NULL, err))
        r = err_prefix(err, "the recovery key is half changed, make one again");
    return r;
}

int keys_write(struct keys_file *f, struct err *err)
{
    return write_all(f, NULL, err);
}

/* ---- opening ---- */

static void close_file(struct keys *k)
{
    struct keys_file *f = file_of(k);
    ring_close(&f->ring);
    keys_text_free(&f->text);
    secret_free(&f->passphrase);
    secret_free(&f->reference);
    free(f->leaving);
    free(f->dir);
    free(f);
}

static struct keys_file *new_file(const char *dir, const struct secret *passphrase)
{
    struct keys_file *f = calloc(1, sizeof *f);
    if (!f || !(f->dir = strdup(dir)))
        err_die("out of memory");
    f->keys.ops = &keys_file_ops;
    if (passphrase)
        secret_set(&f->passphrase, passphrase->p, passphrase->n);
    return f;
}

/* Everything that follows from f->text. */
static int derive(struct keys_file *f, struct err *err)
{
    struct keys_public *p = &f->keys.public;
    unsigned char hash[SHA256_SIZE];
    sign_public(&f->text.seed, p->device_key);
    sha256(p->device_key, sizeof p->device_key, hash);
    memcpy(p->device, hash, sizeof p->device);
    memcpy(p->archive, f->text.archive, sizeof p->archive);
    age_identity_public(&f->text.identity, p->age_key);
    p->joined = f->text.joined;
    memcpy(p->by, f->text.by, sizeof p->by);
    memcpy(p->proof, f->text.proof, sizeof p->proof);
    if (!p->joined && memcmp(hash, p->archive, sizeof hash) != 0)
        return err_set(err, ERR_INPUT,
                       "keys: the device's key is not that of the archive's first device");
    secret_alloc(&f->reference, sizeof(struct hmac256));
    hmac256_key((struct hmac256 *)(void *)f->reference.p, f->text.archive_key.p, 32);
    return 0;
}

int keys_use_ring(struct keys_file *f, size_t i, struct err *err)
{
    char path[KEYS_PATH_MAX];
    uint64_t generation = f->text.rings[i].generation;
    struct ring_name name = keys_ring_name(f, generation);
    struct ring ring;
    int r = keys_ring_path(f, generation, path, err);
    if (!r)
        r = ring_open(path, &name, &f->text.rings[i].secret, f->pool, &ring, err);
    if (r == ERR_MISSING)
        return err_set(err, r,
                       "%s is missing: it holds the secrets of the accounts, and without it "
                       "none can be opened; put it back from a backup",
                       path);
    if (r)
        return r;
    ring_close(&f->ring);
    f->ring = ring;
    f->chosen = i;
    return 0;
}

static void see(struct keys_file *f, struct str keys_age)
{
    sha256(keys_age.p, keys_age.n, f->seen[0]);
    memcpy(f->seen[1], f->seen[0], sizeof f->seen[1]);
    f->saw = true;
}

/* In the middle of a shredding the ledger will say which one is right; until then the one that
 * is there, the older first. */
static int use_any_ring(struct keys_file *f, struct err *err)
{
    int r = keys_use_ring(f, 0, err);
    if (r == ERR_MISSING && f->text.ring_count > 1)
        r = keys_use_ring(f, 1, err);
    return r;
}

static int read_sealed(struct keys_file *f, const char *name, const struct age_identity *with,
                       const char *wrong, struct keys_text *ret, struct err *err)
{
    char path[KEYS_PATH_MAX];
    BUF_AUTO sealed;
    SECRET_AUTO text = {0};
    buf_init(&sealed, FILE_MAX);
    int r = keys_path(f, name, path, err);
    if (!r)
        r = file_read(path, FILE_MAX, &sealed, err);
    if (r == ERR_MISSING)
        return err_set(err, r, "%s: no such file; is %s the folder of an archive?", path,
                       f->dir);
    if (r)
        return r;
    if (f->passphrase.p)
        see(f, buf_str(&sealed));
    r = age_open_secret(with, 1, buf_str(&sealed), KEYS_TEXT_MAX, &text, NULL, err);
    if (r == ERR_AUTH)
        return err_set(err, r, "%s: %s", path, wrong);
    if (!r)
        r = keys_text_parse(secret_str(&text), ret, err);
    return r ? err_prefix(err, "%s", path) : 0;
}

static int open_file(struct keys_file *f, const char *name, const struct age_identity *with,
                     const char *wrong, struct keys **ret, struct err *err)
{
    int r = read_sealed(f, name, with, wrong, &f->text, err);
    if (!r)
        r = derive(f, err);
    if (!r)
        r = use_any_ring(f, err);
    if (r) {
        close_file(&f->keys);
        return r;
    }
    *ret = &f->keys;
    return 0;
}

int keys_open(const char *dir, const struct secret *passphrase, struct keys **ret,
              struct err *err)
{
    struct age_identity with = {.kind = AGE_SCRYPT, .secret = *passphrase};
    return open_file(new_file(dir, passphrase), "keys.age", &with, "the passphrase is wrong",
                     ret, err);
}

int keys_open_recovery(const char *dir, const struct age_identity *recovery, struct keys **ret,
                       struct err *err)
{
    struct keys_file *f = new_file(dir, NULL);
    char path[KEYS_PATH_MAX];
    BUF_AUTO keys_age;
    buf_init(&keys_age, FILE_MAX);
    /* keys.age may be damaged or gone: it is written anew with the passphrase. */
    if (keys_path(f, "keys.age", path, NULL) == 0 &&
        file_read(path, FILE_MAX, &keys_age, NULL) == 0)
        see(f, buf_str(&keys_age));
    return open_file(f, "recovery.age", recovery,
                     "this is not its recovery key (a later one was made, or it is another "
                     "archive's)",
                     ret, err);
}

int keys_reload(struct keys_file *f, struct err *err)
{
    if (!f->passphrase.p)
        return 0;
    struct age_identity with = {.kind = AGE_SCRYPT, .secret = f->passphrase};
    struct keys_text now = {0};
    int r =
        read_sealed(f, "keys.age", &with, "the passphrase was changed meanwhile", &now, err);
    if (r)
        return r;
    if (!secret_eq(now.seed.p, f->text.seed.p, SIGN_SEED)) {
        keys_text_free(&now);
        return err_set(err, ERR_REFUSED, "%s/keys.age is another device's now", f->dir);
    }
    keys_text_free(&f->text);
    f->text = now;
    return 0;
}

/* ---- making ---- */

static int check_making(const struct secret *passphrase, unsigned log2, struct err *err)
{
    if (passphrase->n == 0)
        return err_set(err, ERR_USAGE, "the passphrase is empty");
    if (log2 < AGE_SCRYPT_MIN || log2 > AGE_SCRYPT_MAX)
        return err_set(err, ERR_USAGE, "work factor %u: expected %d to %d", log2,
                       AGE_SCRYPT_MIN, AGE_SCRYPT_MAX);
    return 0;
}

/* Nothing is there that a new archive would write over; an interrupted beginning is nothing. */
static int check_new(const struct keys_file *f, struct err *err)
{
    static const char *const names[] = {"keys.age", "ledger.db", "recovery.age", "ring-0"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[KEYS_PATH_MAX];
        uint64_t size = 0;
        int r = keys_path(f, names[i], path, err);
        if (!r)
            r = file_size(path, &size, err);
        if (r == ERR_MISSING || (!r && i == 3 && size <= RING_HEADER))
            continue;
        return r ? r
                 : err_set(err, ERR_EXISTS, "%s is there: the folder holds an archive already",
                           path);
    }
    return 0;
}

/* A device's own secrets and its ring, with the subjects of `from`. */
static int make(struct keys_file *f, uint64_t generation, const struct ring *from,
                struct err *err)
{
    struct keys_text *t = &f->text;
    char path[KEYS_PATH_MAX];
    t->ring_count = 1;
    t->rings[0].generation = generation;
    secret_random(&t->rings[0].secret, RING_SECRET);
    int r = derive(f, err);
    if (!r)
        r = keys_ring_path(f, generation, path, err);
    struct ring_name name = keys_ring_name(f, generation);
    if (!r)
        r = ring_write(path, &name, &t->rings[0].secret, from, NULL, 0, NULL, NULL, err);
    if (!r)
        r = keys_write(f, err);
    return r ? r : keys_use_ring(f, 0, err);
}

static int finish_making(struct keys_file *f, int r, struct keys **ret)
{
    if (r)
        close_file(&f->keys);
    else
        *ret = &f->keys;
    return r;
}

int keys_create(const char *dir, const struct secret *passphrase, unsigned log2,
                struct keys **ret, struct err *err)
{
    int r = check_making(passphrase, log2, err);
    if (r)
        return r;
    struct keys_file *f = new_file(dir, passphrase);
    unsigned char key[SIGN_PUBLIC];
    r = file_make_folder(dir, err);
    if (r == ERR_EXISTS)
        r = check_new(f, err);
    sign_keypair(&f->text.seed, key);
    sha256(key, sizeof key, f->text.archive);
    age_identity_new(&f->text.identity);
    secret_random(&f->text.archive_key, 32);
    f->text.log2 = log2;
    if (!r)
        r = make(f, 0, NULL, err);
    return finish_making(f, r, ret);
}

int keys_join(const char *dir, struct keys *old, const struct secret *passphrase, unsigned log2,
              struct keys **ret, struct err *err)
{
    struct keys_file *from = NULL;
    int r = keys_file_of(old, &from, err);
    if (!r && log2 == 0)
        log2 = from->text.log2;
    if (!r)
        r = check_making(passphrase, log2, err);
    if (!r && from->text.ring_count != 1)
        r = err_set(err, ERR_STATE, "a shredding was interrupted: finish it first");
    if (!r)
        r = ring_refresh(&from->ring, from->pool, err);
    if (!r && strcmp(dir, from->dir) != 0) {
        r = file_make_folder(dir, err);
        r = r == ERR_EXISTS ? 0 : r;
    }
    if (r)
        return r;
    struct keys_file *f = new_file(dir, passphrase);
    struct keys_text *t = &f->text;
    unsigned char key[SIGN_PUBLIC];
    char proof[KEYS_PROOF_TEXT + 1];
    sign_keypair(&t->seed, key);
    age_identity_new(&t->identity);
    memcpy(t->archive, from->text.archive, sizeof t->archive);
    secret_set(&t->archive_key, from->text.archive_key.p, from->text.archive_key.n);
    t->log2 = log2;
    t->joined = true;
    memcpy(t->by, from->keys.public.device, sizeof t->by);
    keys_proof_text(t->archive, key, proof);
    sign_bytes(&from->text.seed, str_make(proof, KEYS_PROOF_TEXT), t->proof);
    t->recovery = from->text.recovery;
    memcpy(t->recovery_key, from->text.recovery_key, sizeof t->recovery_key);
    r = make(f, from->text.rings[0].generation + 1, &from->ring, err);
    return finish_making(f, r, ret);
}

/* ---- passphrase and recovery key ---- */

int keys_passwd(struct keys *k, const struct secret *passphrase, struct err *err)
{
    struct keys_file *f = NULL;
    int r = keys_file_of(k, &f, err);
    if (!r)
        r = check_making(passphrase, f->text.log2, err);
    if (r)
        return r;
    struct secret before = f->passphrase;
    f->passphrase = (struct secret){0};
    secret_set(&f->passphrase, passphrase->p, passphrase->n);
    r = keys_write(f, err);
    if (r) {
        secret_free(&f->passphrase);
        f->passphrase = before;
        return r;
    }
    secret_free(&before);
    return 0;
}

int keys_recovery(struct keys *k, struct secret *ret, struct err *err)
{
    struct keys_file *f = NULL;
    int r = keys_file_of(k, &f, err);
    if (r)
        return r;
    struct age_identity paper = {0};
    bool before = f->text.recovery;
    unsigned char key_before[32];
    memcpy(key_before, f->text.recovery_key, sizeof key_before);
    age_identity_new(&paper);
    f->text.recovery = true;
    age_identity_public(&paper, f->text.recovery_key);
    r = write_all(f, before ? key_before : NULL, err);
    if (r) {
        f->text.recovery = before;
        memcpy(f->text.recovery_key, key_before, sizeof key_before);
    } else {
        keys_recovery_print(paper.secret.p, ret);
    }
    age_identity_free(&paper);
    return r;
}

/* ---- what the agent does as well ---- */

static int sign_file(struct keys *k, struct str text, unsigned char signature[SIGN_SIGNATURE],
                     struct err *err)
{
    (void)err;
    sign_bytes(&file_of(k)->text.seed, text, signature);
    return 0;
}

static int new_subjects(struct keys *k, const struct id *subjects, size_t count,
                        struct err *err)
{
    struct keys_file *f = file_of(k);
    SECRET_AUTO fresh = {0};
    if (f->text.ring_count != 1)
        return err_set(err, ERR_STATE, "a shredding is under way");
    if (count > SECRET_MAX / RING_SUBJECT)
        return err_set(err, ERR_LIMIT, "%zu new accounts and sources at once, at most %zu",
                       count, SECRET_MAX / RING_SUBJECT);
    secret_random(&fresh, count * RING_SUBJECT);
    for (size_t i = 0; i < count; i++)
        memcpy(fresh.p + i * RING_SUBJECT, subjects[i].b, ID_SIZE);
    return ring_add(&f->ring, &fresh, f->pool, err);
}

static bool has(struct keys *k, struct id subject)
{
    struct keys_file *f = file_of(k);
    return ring_find(&f->ring, subject.b) ||
           (ring_refresh(&f->ring, f->pool, NULL) == 0 && ring_find(&f->ring, subject.b));
}

static int ring_state(struct keys *k, uint64_t *ret_generation, uint64_t *ret_size,
                      unsigned char hash[32], struct err *err)
{
    struct keys_file *f = file_of(k);
    int r = ring_refresh(&f->ring, f->pool, err);
    uint64_t size = f->ring.seen - (f->ring.seen - RING_HEADER) % RING_RECORD;
    if (!r)
        r = ring_hash(&f->ring, size, hash, err);
    if (r)
        return r;
    *ret_generation = f->ring.name.generation;
    *ret_size = size;
    return 0;
}

int keys_attachment_identity(struct keys *k, struct id subject, struct age_identity *ret,
                             struct err *err)
{
    unsigned char scalar[32];
    if (!has(k, subject)) {
        char text[ID_TEXT + 1];
        id_text(subject, text);
        return err_set(err, ERR_MISSING, "%s has no secret in this keyring (shredded?)", text);
    }
    hkdf256(ring_find(&file_of(k)->ring, subject.b), RING_SECRET, NULL, 0,
            "deponent1 attachment", scalar, sizeof scalar);
    age_identity_make(ret, scalar);
    secret_wipe(scalar, sizeof scalar);
    return 0;
}

static int seal_attachment(struct keys *k, struct id subject, const struct age_source *in,
                           const struct age_sink *out, struct err *err)
{
    struct age_identity own = {0};
    struct age_recipient to = {.kind = AGE_X25519};
    struct age_options options = {.threads = pool_threads(file_of(k)->pool)};
    int r = keys_attachment_identity(k, subject, &own, err);
    if (r)
        return r;
    age_identity_public(&own, to.public_key);
    age_identity_free(&own);
    return age_seal(&to, 1, &options, in, out, err);
}

static int open_attachment(struct keys *k, struct id subject, const struct age_source *in,
                           const struct age_sink *out, struct err *err)
{
    struct age_identity own = {0};
    struct age_options options = {.threads = pool_threads(file_of(k)->pool)};
    int r = keys_attachment_identity(k, subject, &own, err);
    if (!r)
        r = age_open(&own, 1, &options, in, out, err);
    age_identity_free(&own);
    return r;
}

static int reference(struct keys *k, struct id payload, struct id subject,
                     unsigned char key_ref[16], struct err *err)
{
    (void)err;
    keys_entry_reference((const struct hmac256 *)(const void *)file_of(k)->reference.p,
                         &payload, subject.b, key_ref);
    return 0;
}

static int open_own(struct keys *k, const struct age_source *in, const struct age_sink *out,
                    struct err *err)
{
    struct age_options options = {.threads = pool_threads(file_of(k)->pool)};
    return age_open(&file_of(k)->text.identity, 1, &options, in, out, err);
}

static void set_pool(struct keys *k, struct pool *pool)
{
    file_of(k)->pool = pool;
}

const struct keys_ops keys_file_ops = {
    .sign = sign_file,
    .new_subjects = new_subjects,
    .has = has,
    .ring = ring_state,
    .choose = keys_file_choose,
    .settle = keys_file_settle,
    .seal = keys_file_seal,
    .open_entries = keys_file_open_entries,
    .seal_attachment = seal_attachment,
    .open_attachment = open_attachment,
    .reference = reference,
    .open_own = open_own,
    .set_pool = set_pool,
    .close = close_file,
};
