/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What sealing and opening the entries of a ledger costs, in processor time, beside the cipher
 * alone over the same bytes and beside checking one Ed25519 signature; and what a keyring costs
 * to extend and to open.
 *
 * usage: bench_keys [ENTRIES [BYTES [SUBJECTS]]]   (100000 of 450 bytes, 100000)
 */
#define _GNU_SOURCE
#include "vault/ledger/keys_parts.h"
#include "vault/seal/box.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BATCH ((size_t)4096)

static double cpu(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(int r, const struct err *err)
{
    if (r) {
        (void)fprintf(stderr, "bench_keys: %s\n", err->text);
        exit(1);
    }
}

static size_t argument(int argc, char **argv, int i, size_t otherwise)
{
    size_t n = argc > i ? (size_t)strtoull(argv[i], NULL, 10) : otherwise;
    return n ? n : 1;
}

static double cipher(size_t count, size_t n, unsigned char *bytes)
{
    unsigned char key[BOX_KEY] = {1}, nonce[BOX_NONCE] = {2}, ad[ENVELOPE_SIZE] = {3};
    double begin = cpu();
    for (size_t i = 0; i < count; i++)
        box_seal(bytes, bytes, n, ad, sizeof ad, nonce, key);
    return (cpu() - begin) / (double)count;
}

static double signatures(struct keys *k)
{
    unsigned char signature[SIGN_SIGNATURE];
    char text[64] = "a root";
    struct err err = {0};
    size_t good = 0, count = 2000;
    must(keys_sign(k, str_make(text, sizeof text), signature, &err), &err);
    double begin = cpu();
    for (size_t i = 0; i < count; i++)
        good += sign_check(keys_public(k)->device_key, str_make(text, sizeof text), signature);
    return good == count ? (cpu() - begin) / (double)count : 0;
}

static void entries(struct keys *k, const struct id *subjects, size_t subject_count,
                    size_t count, size_t bytes)
{
    struct keys_entry *in = calloc(BATCH, sizeof *in), *out = calloc(BATCH, sizeof *out);
    struct envelope *envelopes = calloc(BATCH, sizeof *envelopes);
    char *text = malloc(bytes);
    unsigned char *scratch = calloc(1, envelope_padded(bytes) + (size_t)BOX_EXTRA);
    if (!in || !out || !envelopes || !text || !scratch)
        err_die("out of memory");
    memset(text, 'a', bytes);
    ARENA_AUTO a = {0};
    struct err err = {0};
    double seal = 0, open = 0, hash = 0;
    size_t done = 0, wrong = 0;
    for (; done < count; done += BATCH) {
        arena_reset(&a);
        for (size_t i = 0; i < BATCH; i++) {
            envelopes[i] = (struct envelope){.payload = id_new(), .seq = i};
            in[i] = (struct keys_entry){.envelope = &envelopes[i],
                                        .subject = subjects[(done + i) % subject_count],
                                        .plain = str_make(text, bytes)};
        }
        double begin = cpu();
        must(keys_seal(k, &a, in, BATCH, &err), &err);
        seal += cpu() - begin;
        for (size_t i = 0; i < BATCH; i++)
            out[i] = (struct keys_entry){.envelope = &envelopes[i], .sealed = in[i].sealed};
        begin = cpu();
        must(keys_open_entries(k, &a, out, BATCH, &err), &err);
        open += cpu() - begin;
        begin = cpu();
        for (size_t i = 0; i < BATCH; i++) {
            unsigned char h[SHA256_SIZE];
            sha256(out[i].sealed.p, out[i].sealed.n, h);
            wrong += out[i].result || memcmp(h, envelopes[i].payload_hash, sizeof h) != 0;
        }
        hash += cpu() - begin;
    }
    double n = (double)done, alone = cipher(done, envelope_padded(bytes), scratch);
    double check = signatures(k);
    printf("%zu entries of %zu bytes, of %zu subjects: %zu wrong\n", done, bytes, subject_count,
           wrong);
    printf("  seal                 %6.2f us  %5.2f times the cipher alone\n", 1e6 * seal / n,
           seal / n / alone);
    printf("  open                 %6.2f us  %5.2f times\n", 1e6 * open / n, open / n / alone);
    printf("  open, payload hash   %6.2f us  %5.2f times; 1/%.0f of checking a signature\n",
           1e6 * (open + hash) / n, (open + hash) / n / alone, check * n / (open + hash));
    free(in);
    free(out);
    free(envelopes);
    free(text);
    free(scratch);
}

int main(int argc, char **argv)
{
    size_t count = argument(argc, argv, 1, 100000), bytes = argument(argc, argv, 2, 450),
           subject_count = argument(argc, argv, 3, 100000);
    char folder[] = "/tmp/deponent-bench-XXXXXX", path[64];
    struct keys *k = NULL, *again = NULL;
    struct secret pass = {0};
    struct err err = {0};
    secret_init();
    secret_set(&pass, "x", 1);
    if (!mkdtemp(folder))
        err_die("no folder");
    must(keys_create(folder, &pass, AGE_SCRYPT_MIN, &k, &err), &err);
    struct id *subjects = calloc(subject_count, sizeof *subjects);
    if (!subjects)
        err_die("out of memory");
    for (size_t i = 0; i < subject_count; i++)
        subjects[i] = id_new();
    double begin = cpu();
    must(keys_new_subjects(k, subjects, subject_count, &err), &err);
    double added = cpu() - begin;
    begin = cpu();
    must(keys_open(folder, &pass, &again, &err), &err);
    printf("%zu subjects: added in %.3f s, opened in %.3f s\n", subject_count, added,
           cpu() - begin);
    entries(k, subjects, subject_count, count, bytes);
    keys_close(k);
    keys_close(again);
    secret_free(&pass);
    free(subjects);
    static const char *const names[] = {"keys.age", "ring-0"};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
    return 0;
}
