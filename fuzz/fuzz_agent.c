/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What clients ask of the agent: requests of any bytes, one after the other, each answered or
 * refused with a sentence. No answer holds a secret, and afterwards the keys are what they were.
 * An input is requests: a byte that says which, two for the length of the body, the body.
 */
#define _GNU_SOURCE
#include "fuzz.h"
#include "sys/file.h"
#include "vault/ledger/keys_parts.h"
#include "vault/ledger/keys_serve.h"

#include <fcntl.h>
#include <unistd.h>

#define FUZZ_MAX     (1u << 16)
#define SUBJECTS_MAX 20000u /* in the ring in all, for the time it takes */
#define SUBJECT      "0123456789abcdef"

static char folder[] = "/tmp/deponent-fuzz-XXXXXX", path[64];
static struct keys *keys;
static struct keys_file *file;
static struct keys_serve *serve;
static unsigned char key_of_subject[32];

static const char *in_folder(const char *name)
{
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void clean(void)
{
    static const char *const names[] = {"keys.age", "ring-0", "own"};
    keys_serve_free(serve);
    for (size_t i = 0; i < 3; i++)
        (void)unlink(in_folder(names[i]));
    (void)rmdir(folder);
}

static void begin(void)
{
    struct err err = {0};
    struct secret pass = {0};
    struct age_recipient own = {.kind = AGE_X25519};
    struct id subject;
    if (serve)
        return;
    secret_init();
    must(mkdtemp(folder));
    secret_set(&pass, "x", 1);
    must(keys_create(folder, &pass, AGE_SCRYPT_MIN, &keys, &err) == 0);
    secret_free(&pass);
    memcpy(subject.b, SUBJECT, ID_SIZE);
    must(keys_new_subject(keys, subject, &err) == 0);
    must(keys_file_of(keys, &file, &err) == 0);
    memcpy(key_of_subject, ring_find(&file->ring, subject.b), sizeof key_of_subject);
    memcpy(own.public_key, keys_public(keys)->age_key, sizeof own.public_key);
    static char plain[100000];
    BUF_AUTO sealed;
    buf_init(&sealed, 1 << 20);
    must(age_seal_bytes(&own, 1, str_make(plain, sizeof plain), &sealed, &err) == 0);
    must(file_write_private(in_folder("own"), buf_str(&sealed), &err) == 0);
    must(keys_serve_new(folder, keys, UINT64_MAX, &serve, &err) == 0);
    must(atexit(clean) == 0);
}

static void must_not_hold(struct str reply, const void *secret, size_t n)
{
    must(str_find(reply, str_make(secret, n), 0) == STR_NONE);
}

static void ask(void *client, uint32_t what, struct str body)
{
    struct err err = {0};
    BUF_AUTO reply;
    buf_init(&reply, (size_t)64 << 20);
    int fd = what == KEYS_WIRE_FILE ? open(in_folder("own"), O_RDONLY | O_CLOEXEC) : -1;
    int r = keys_serve_request(serve, client, what, body, &fd, &reply, &err);
    if (fd >= 0)
        (void)close(fd);
    must(r == 0 || (r == err.kind && err.text[0]));
    /* sealing a byte gives 372; everything else about what it was asked with */
    must(reply.n <= 9 * body.n + KEYS_WIRE_PIECE + KEYS_WIRE_HELLO_GETS && !reply.full);
    must_not_hold(buf_str(&reply), file->text.seed.p, 32);
    must_not_hold(buf_str(&reply), file->text.identity.secret.p, 32);
    must_not_hold(buf_str(&reply), file->text.archive_key.p, 32);
    must_not_hold(buf_str(&reply), file->ring.secret.p, 32);
    must_not_hold(buf_str(&reply), key_of_subject, sizeof key_of_subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX)
        return 0;
    begin();
    size_t held = file->ring.held;
    void *client = keys_serve_begin(serve);
    while (size >= 3) {
        size_t n = (size_t)data[1] | (size_t)data[2] << 8;
        uint32_t what = data[0];
        data += 3;
        size -= 3;
        n = n < size ? n : size;
        if (what != KEYS_WIRE_STOP && (what != KEYS_WIRE_NEW || held < SUBJECTS_MAX))
            ask(client, what, fuzz_str(data, n));
        data += n;
        size -= n;
    }
    keys_serve_end(serve, client);
    must(!keys_serve_over(serve) && file->ring.held >= held);
    must(memcmp(ring_find(&file->ring, (const unsigned char *)SUBJECT), key_of_subject, 32) ==
         0);
    return 0;
}
