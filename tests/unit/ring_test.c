/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keyring as a file: frozen bytes (from tests/vectors/keys.py), damage, size.
 */
#include "base/buf.h"
#include "sys/file.h"
#include "sys/threads.h"
#include "tap.h"
#include "vault/ledger/ring.h"
#include "vault_dir.h"

#include <stdlib.h>
#include <time.h>

static const char frozen[] =
    "4450523101000000111111111111111111111111111111111111111111111111111111111111111122222222"
    "2222222222222222222222220300000000000000000102030405060708090a0b0c0d0e0f1011121314151617"
    "ca813d0158ae008c7936e4b86a48fe814b9295a8477ac25d9dff3cfddbe7e24dd0f54829b1126babb799a5b7"
    "fff39799c41066b8effd7528d0d6e222c017d4ba0102030405060708090a0b0c0d0e0f101112131415161718"
    "b63dc861d38476e898eed6832ecaee8828b08496d3227264e306de92464b704596e29b6b9535bc67584fa5eb"
    "3e93aceeb08ff8fd533aea09dafc413ab694d09b";

#define FROZEN_SIZE (RING_HEADER + 2 * RING_RECORD)

static struct secret secret;
static struct ring_name name = {.generation = 3};
static unsigned char bytes[FROZEN_SIZE], first[32], second[32], slots[2][16];
static const char *path;

static void count_up(unsigned char *p, size_t n, unsigned from)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(from + i);
}

static void write_file(const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(p, 1, n, f) != n || fclose(f) != 0)
        abort();
}

static void set_up(void)
{
    if (!hex_parse(str_of(frozen), bytes, sizeof bytes))
        abort();
    memset(name.archive, 0x11, sizeof name.archive);
    memset(name.device, 0x22, sizeof name.device);
    secret_alloc(&secret, RING_SECRET);
    count_up(secret.p, RING_SECRET, 0x60);
    count_up(slots[0], 16, 0xd0);
    count_up(slots[1], 16, 0xe0);
    count_up(first, 32, 0);
    count_up(second, 32, 0x40);
}

static bool holds(const struct ring *r, size_t which)
{
    const unsigned char *k = ring_find(r, slots[which]);
    return k && memcmp(k, which ? second : first, 32) == 0;
}

static void test_frozen(void)
{
    struct ring r;
    struct err err = {0};
    ok(ring_open(path, &name, &secret, NULL, &r, &err) == ERR_MISSING, "%s", err.text);
    write_file(bytes, sizeof bytes);
    ok(ring_open(path, &name, &secret, NULL, &r, &err) == 0, "the frozen ring is read");
    ok(r.held == 2 && holds(&r, 0) && holds(&r, 1), "with its two subjects");
    unsigned char none[16] = {0}, other[16] = {1}, hash[32], want[32];
    ok(!ring_find(&r, none) && !ring_find(&r, other), "and no others");
    sha256(bytes, RING_HEADER + RING_RECORD, want);
    ok(ring_hash(&r, RING_HEADER + RING_RECORD, hash, &err) == 0 && memcmp(hash, want, 32) == 0,
       "the hash of its beginning");
    ok(ring_hash(&r, sizeof bytes + 1, hash, &err) == ERR_REFUSED, "%s", err.text);
    ring_close(&r);
}

static struct secret one_subject(unsigned char slot[16])
{
    struct secret s = {0};
    secret_random(&s, RING_SUBJECT);
    memcpy(slot, s.p, 16);
    return s;
}

static void test_flips(void)
{
    size_t refused = 0, lost = 0, other = 0, kept = 0;
    for (size_t i = 0; i < sizeof bytes; i++) {
        struct ring r;
        struct err err = {0};
        bytes[i] ^= 0x10;
        write_file(bytes, sizeof bytes);
        int e = ring_open(path, &name, &secret, NULL, &r, &err);
        if (i < RING_HEADER) {
            refused += e != 0 && err.text[0];
        } else if (e == 0) {
            size_t hit = (i - RING_HEADER) / RING_RECORD;
            lost += r.held == 1 && !holds(&r, hit) && holds(&r, 1 - hit);
        }
        if (e == 0 && i % 8 == 0) { /* adding syncs, which takes time */
            unsigned char slot[16];
            struct secret s = one_subject(slot);
            other += ring_add(&r, &s, NULL, &err) != 0 || !ring_find(&r, slot);
            secret_free(&s);
            BUF_AUTO now;
            buf_init(&now, 1000);
            kept += file_read(path, 1000, &now, &err) == 0 &&
                    now.n == FROZEN_SIZE + RING_RECORD &&
                    memcmp(now.p, bytes, FROZEN_SIZE) == 0;
        }
        if (e == 0)
            ring_close(&r);
        bytes[i] ^= 0x10;
    }
    ok(refused == RING_HEADER, "each byte of the header: refused (%zu)", refused);
    ok(lost == 2 * RING_RECORD, "each byte of a record: it alone is passed over (%zu)", lost);
    ok(other == 0 && kept == 2 * RING_RECORD / 8,
       "and nothing is written over by what is added");
}

static void test_cuts(void)
{
    size_t wrong = 0;
    for (size_t n = 0; n <= sizeof bytes; n++) {
        struct ring r;
        struct err err = {0};
        write_file(bytes, n);
        int e = ring_open(path, &name, &secret, NULL, &r, &err);
        if (n < RING_HEADER) {
            wrong += e != ERR_INPUT;
            continue;
        }
        size_t whole = (n - RING_HEADER) / RING_RECORD;
        uint64_t size = 0;
        unsigned char slot[16];
        struct secret s = one_subject(slot);
        wrong += e != 0 || r.held != whole;
        if (n % 7 && n < sizeof bytes - 1) {
            secret_free(&s);
            ring_close(&r);
            continue;
        }
        wrong += file_size(path, &size, &err) != 0 || size != n;
        wrong += ring_add(&r, &s, NULL, &err) != 0 || !ring_find(&r, slot) ||
                 file_size(path, &size, &err) != 0 ||
                 size != RING_HEADER + (whole + 1) * RING_RECORD;
        secret_free(&s);
        ring_close(&r);
        wrong += ring_open(path, &name, &secret, NULL, &r, &err) != 0 || r.held != whole + 1 ||
                 !ring_find(&r, slot);
        ring_close(&r);
    }
    ok(wrong == 0, "cut anywhere: whole records are read, a piece goes with the next one");
}

/* What does not open in the middle of a batch that a power loss tore does not hide the rest. */
static void test_others(void)
{
    struct ring r;
    struct err err = {0};
    unsigned char swapped[sizeof bytes];
    memcpy(swapped, bytes, sizeof bytes);
    memcpy(swapped + RING_HEADER, bytes + RING_HEADER + RING_RECORD, RING_RECORD);
    memcpy(swapped + RING_HEADER + RING_RECORD, bytes + RING_HEADER, RING_RECORD);
    write_file(swapped, sizeof swapped);
    ok(ring_open(path, &name, &secret, NULL, &r, &err) == 0 && r.held == 0,
       "records that changed places do not open");
    ring_close(&r);
    struct ring_name foreign = name;
    foreign.archive[0] ^= 1;
    write_file(bytes, sizeof bytes);
    ok(ring_open(path, &foreign, &secret, NULL, &r, &err) == ERR_REFUSED, "%s", err.text);
    foreign = name;
    foreign.device[0] ^= 1;
    ok(ring_open(path, &foreign, &secret, NULL, &r, &err) == ERR_REFUSED, "%s", err.text);
    foreign = name;
    foreign.generation++;
    ok(ring_open(path, &foreign, &secret, NULL, &r, &err) == ERR_REFUSED, "%s", err.text);
    bytes[4] = 2;
    write_file(bytes, sizeof bytes);
    ok(ring_open(path, &name, &secret, NULL, &r, &err) == ERR_STATE, "%s", err.text);
    bytes[4] = 1;
    write_file(bytes, sizeof bytes);
    ok(ring_open(path, &name, &secret, NULL, &r, &err) == 0, "put back");
    write_file(bytes, RING_HEADER + RING_RECORD);
    ok(ring_refresh(&r, NULL, &err) == ERR_STATE, "%s", err.text);
    ok(file_remove(path, &err) == 0 && ring_refresh(&r, NULL, &err) == ERR_STATE, "%s",
       err.text);
    ring_close(&r);
}

#define MANY 100000u

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool all_there(const struct ring *r, const struct secret *subjects, size_t from)
{
    for (size_t i = from; i < MANY; i++) {
        const unsigned char *s = subjects->p + i * RING_SUBJECT, *k = ring_find(r, s);
        if (!k || memcmp(k, s + 16, 32) != 0)
            return false;
    }
    return true;
}

static void test_many(struct pool *pool)
{
    struct ring r;
    struct err err = {0};
    struct secret subjects = {0};
    uint64_t size = 0;
    unsigned char hash[32], again[32];
    secret_random(&subjects, (size_t)MANY * RING_SUBJECT);
    ok(ring_write(path, &name, &secret, NULL, NULL, 0, &size, hash, &err) == 0 &&
           size == RING_HEADER && ring_open(path, &name, &secret, NULL, &r, &err) == 0 &&
           r.held == 0,
       "an empty ring");
    double begin = seconds();
    ok(ring_add(&r, &subjects, NULL, &err) == 0 && r.held == MANY &&
           all_there(&r, &subjects, 0),
       "%u subjects with one sync", MANY);
    printf("# added in %.3f s\n", seconds() - begin);
    ring_close(&r);
    begin = seconds();
    ok(ring_open(path, &name, &secret, pool, &r, &err) == 0 && all_there(&r, &subjects, 0),
       "opened again");
    printf("# opened in %.3f s\n", seconds() - begin);
    /* half of them leave */
    struct id *leaving = calloc(MANY / 2, sizeof *leaving);
    if (!leaving)
        abort();
    for (size_t i = 0; i < MANY / 2; i++)
        memcpy(leaving[i].b, subjects.p + i * RING_SUBJECT, 16);
    qsort(leaving, MANY / 2, sizeof *leaving, ring_compare_ids);
    struct ring_name next = name;
    next.generation++;
    begin = seconds();
    ok(ring_write(path, &next, &secret, &r, leaving, MANY / 2, &size, hash, &err) == 0 &&
           size == RING_HEADER + (uint64_t)MANY / 2 * RING_RECORD,
       "a ring without half of them");
    ring_forget(&r, leaving, MANY / 2);
    ring_move(&r, path, next.generation, &secret);
    printf("# written and forgotten in %.3f s\n", seconds() - begin);
    size_t found = 0;
    for (size_t i = 0; i < MANY / 2; i++)
        found += ring_find(&r, leaving[i].b) != NULL;
    ok(found == 0 && r.held == MANY / 2 && all_there(&r, &subjects, MANY / 2),
       "those are gone, the others there");
    ok(ring_hash(&r, size, again, &err) == 0 && memcmp(hash, again, 32) == 0, "its hash");
    unsigned char slot[16];
    struct secret s = one_subject(slot);
    ok(ring_add(&r, &s, pool, &err) == 0 && ring_find(&r, slot), "one more");
    ok(ring_add(&r, &s, pool, &err) == ERR_EXISTS, "%s", err.text);
    secret_free(&s);
    ring_close(&r);
    ok(ring_open(path, &next, &secret, pool, &r, &err) == 0 && r.held == MANY / 2 + 1 &&
           ring_find(&r, slot) && all_there(&r, &subjects, MANY / 2) &&
           !ring_find(&r, leaving[0].b),
       "the same from the file");
    ring_close(&r);
    free(leaving);
    secret_free(&subjects);
}

int main(void)
{
    secret_init();
    struct vault_dir d;
    vault_dir_make(&d);
    char place[1024];
    (void)snprintf(place, sizeof place, "%s", vault_dir_path(&d, "ring-3"));
    path = place;
    set_up();
    test_frozen();
    test_flips();
    test_cuts();
    test_others();
    struct pool *pool = threads_new(2);
    test_many(pool);
    threads_free(pool);
    secret_free(&secret);
    vault_dir_remove(&d);
    return tap_end();
}
