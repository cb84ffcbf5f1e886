/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the keys of an archive are read from: a ring file of any bytes holds no more than it has
 * room for, can be added to, and is read again the same; the text of keys.age prints to the same
 * bytes; a recovery key that is taken is one of which the checksum is right; secrets that are
 * taken in are there.
 */
#define _GNU_SOURCE
#include "fuzz.h"
#include "vault/ledger/keys_parts.h"

#include <unistd.h>

#define FUZZ_MAX (1u << 16)

static char folder[] = "/tmp/deponent-fuzz-XXXXXX", path[64];
static struct keys *keys;

static void clean(void)
{
    static const char *const names[] = {"keys.age", "ring-0", "fuzzed"};
    keys_close(keys);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

static void begin(void)
{
    struct err err = {0};
    struct secret pass = {0};
    if (keys)
        return;
    secret_init();
    must(mkdtemp(folder));
    secret_set(&pass, "x", 1);
    must(keys_create(folder, &pass, AGE_SCRYPT_MIN, &keys, &err) == 0);
    secret_free(&pass);
    must(atexit(clean) == 0);
}

static void check_ring(const uint8_t *data, size_t size)
{
    struct ring_name name = {.generation = 3};
    struct secret secret = {0}, added = {0};
    struct ring ring, again;
    struct err err = {0};
    memset(name.archive, 0x11, sizeof name.archive);
    memset(name.device, 0x22, sizeof name.device);
    secret_alloc(&secret, RING_SECRET);
    for (unsigned i = 0; i < RING_SECRET; i++)
        secret.p[i] = (unsigned char)(0x60 + i);
    (void)snprintf(path, sizeof path, "%s/fuzzed", folder);
    FILE *f = fopen(path, "wb");
    must(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);
    int r = ring_open(path, &name, &secret, NULL, &ring, &err);
    must(r == 0 || err.text[0]);
    if (r == 0) {
        must(size >= RING_HEADER && ring.held <= (size - RING_HEADER) / RING_RECORD);
        secret_random(&added, RING_SUBJECT);
        must(ring_add(&ring, &added, NULL, &err) == 0 && ring_find(&ring, added.p));
        must(ring_open(path, &name, &secret, NULL, &again, &err) == 0);
        must(again.held == ring.held && ring_find(&again, added.p));
        ring_close(&again);
        ring_close(&ring);
    }
    secret_free(&added);
    secret_free(&secret);
}

static void check_texts(struct str text)
{
    struct keys_text t = {0};
    struct age_identity paper = {0};
    struct err err = {0};
    SECRET_AUTO again = {0};
    if (keys_text_parse(text, &t, &err) == 0) {
        keys_text_print(&t, &again);
        must(str_eq(secret_str(&again), text));
        keys_text_free(&t);
    } else {
        must(err.text[0]);
    }
    int r = keys_recovery_parse(text, &paper, &err);
    must(r == 0 || r == ERR_INPUT || r == ERR_AUTH);
    if (r == 0) {
        keys_recovery_print(paper.secret.p, &again);
        age_identity_free(&paper);
        must(keys_recovery_parse(secret_str(&again), &paper, &err) == 0);
        age_identity_free(&paper);
    }
}

static void check_import(struct str lines)
{
    BUF_AUTO text;
    SECRET_AUTO out = {0};
    struct err err = {0};
    char archive[65];
    size_t n = 0;
    buf_init(&text, 2 * FUZZ_MAX);
    hex_print(keys_public(keys)->archive, 32, archive);
    buf_printf(&text, "deponent secrets v1\narchive %s\n", archive);
    buf_add(&text, lines);
    if (keys_import(keys, buf_str(&text), &n, &err) != 0) {
        must(err.text[0]);
        return;
    }
    must(keys_export(keys, NULL, 0, &out, &err) == 0 && n <= out.n / 97);
    must(keys_import(keys, buf_str(&text), &n, &err) == 0 && n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX)
        return 0;
    begin();
    struct str text = fuzz_str(data, size);
    if (str_starts(text, STR("DPR1")))
        check_ring(data, size);
    else if (str_starts(text, STR("slot ")))
        check_import(text);
    else
        check_texts(text);
    return 0;
}
