/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Secrets that leave these files on purpose: the key of one entry, and those of subjects.
 */
#include "vault/ledger/keys_parts.h"

#include "vault/seal/box.h"

#define HEAD      STR("deponent secrets v1\narchive ")
#define HEAD_SIZE (28 + 64 + 1)
#define LINE_SIZE (5 + ID_TEXT + 1 + 64 + 1)

static const unsigned char archive_slot[ID_SIZE];

int keys_disclose(struct keys *k, const struct envelope *envelope, unsigned char ek[32],
                  struct err *err)
{
    struct keys_file *f = NULL;
    struct id subject;
    int r = keys_file_of(k, &f, err);
    if (!r)
        r = keys_reference(k, envelope->payload, (struct id){{0}}, subject.b, err);
    if (r)
        return r;
    for (size_t i = 0; i < ID_SIZE; i++)
        subject.b[i] ^= envelope->key_ref[i];
    bool archive = memcmp(subject.b, archive_slot, ID_SIZE) == 0;
    if (!archive && !keys_has(k, subject))
        return err_set(err, ERR_MISSING,
                       "the secret of this entry is not in this keyring (shredded?)");
    unsigned char key[32];
    keys_entry_key(archive ? f->text.archive_key.p : ring_find(&f->ring, subject.b),
                   envelope->salt, key);
    if (!keys_entry_commits(envelope, key))
        r = err_set(err, ERR_INPUT, "the entry commits to another key: it is damaged");
    else
        memcpy(ek, key, sizeof key);
    secret_wipe(key, sizeof key);
    return r;
}

static void put(char **to, const void *p, size_t n)
{
    memcpy(*to, p, n);
    *to += n;
}

static void put_hex(char **to, const void *p, size_t n)
{
    hex_print(p, n, *to);
    *to += 2 * n;
}

static void put_subject(char **to, const unsigned char *slot, const unsigned char *secret)
{
    struct id id;
    memcpy(id.b, slot, sizeof id.b);
    put(to, "slot ", 5);
    id_text(id, *to);
    *to += ID_TEXT;
    put(to, " ", 1);
    put_hex(to, secret, RING_SECRET);
    put(to, "\n", 1);
}

static int print_subjects(struct keys_file *f, const struct id *subjects, size_t count,
                          struct secret *out, struct err *err)
{
    /* one more for the NUL that printing leaves behind the last digits */
    secret_alloc(out, HEAD_SIZE + count * LINE_SIZE + 1);
    char *to = (char *)out->p;
    put(&to, HEAD.p, HEAD.n);
    put_hex(&to, f->text.archive, sizeof f->text.archive);
    put(&to, "\n", 1);
    for (size_t i = 0; subjects && i < count; i++) {
        const unsigned char *secret = ring_find(&f->ring, subjects[i].b);
        if (!secret) {
            char text[ID_TEXT + 1];
            id_text(subjects[i], text);
            return err_set(err, ERR_MISSING, "%s has no secret in this keyring (shredded?)",
                           text);
        }
        put_subject(&to, subjects[i].b, secret);
    }
    for (size_t i = 0; !subjects && i < f->ring.used; i++) {
        const unsigned char *subject = ring_at(&f->ring, i);
        if (subject)
            put_subject(&to, subject, subject + ID_SIZE);
    }
    out->n = (size_t)(to - (char *)out->p);
    return 0;
}

int keys_export(struct keys *k, const struct id *subjects, size_t count, struct secret *ret,
                struct err *err)
{
    struct keys_file *f = NULL;
    int r = keys_file_of(k, &f, err);
    if (!r)
        r = ring_refresh(&f->ring, f->pool, err);
    if (r)
        return r;
    if (!subjects)
        count = f->ring.held;
    size_t most = (SECRET_MAX - HEAD_SIZE - 1) / LINE_SIZE;
    if (count > most)
        return err_set(err, ERR_LIMIT,
                       "the secrets of %zu accounts and sources, at most %zu "
                       "at once",
                       count, most);
    struct secret out = {0};
    r = print_subjects(f, subjects, count, &out, err);
    if (r) {
        secret_free(&out);
        return r;
    }
    secret_free(ret);
    *ret = out;
    return 0;
}

/* ---- taking them in ---- */

static int parse_head(const struct keys_file *f, struct str *rest, struct err *err)
{
    struct str line;
    unsigned char archive[32];
    if (!str_next_line(rest, &line) || !str_eq(line, STR("deponent secrets v1")))
        return err_set(err, str_starts(line, STR("deponent secrets v")) ? ERR_STATE : ERR_INPUT,
                       "secrets: line 1: expected \"deponent secrets v1\"");
    if (!str_next_line(rest, &line) || !str_starts(line, STR("archive ")) ||
        !hex_parse(str_slice(line, 8, line.n), archive, sizeof archive))
        return err_set(err, ERR_INPUT, "secrets: line 2: expected \"archive HEX\"");
    if (memcmp(archive, f->text.archive, sizeof archive) != 0)
        return err_set(err, ERR_REFUSED, "secrets: of another archive");
    return 0;
}

static bool parse_line(struct str line, unsigned char subject[RING_SUBJECT])
{
    struct id id;
    if (line.n != LINE_SIZE - 1 || !str_starts(line, STR("slot ")) || line.p[31] != ' ' ||
        !id_parse(str_slice(line, 5, 31), &id) ||
        !hex_parse(str_slice(line, 32, line.n), subject + ID_SIZE, RING_SECRET))
        return false;
    memcpy(subject, id.b, sizeof id.b);
    return memcmp(subject, archive_slot, ID_SIZE) != 0;
}

int keys_import(struct keys *k, struct str text, size_t *ret_new, struct err *err)
{
    struct keys_file *f = NULL;
    int r = keys_file_of(k, &f, err);
    if (!r && f->text.ring_count != 1)
        r = err_set(err, ERR_STATE, "a shredding is under way");
    if (!r && text.n > SECRET_MAX)
        r = err_set(err, ERR_LIMIT, "secrets: larger than %zu bytes", SECRET_MAX);
    if (!r)
        r = ring_refresh(&f->ring, f->pool, err);
    if (!r)
        r = parse_head(f, &text, err);
    if (r)
        return r;
    SECRET_AUTO fresh = {0};
    struct str line;
    secret_alloc(&fresh, (text.n / LINE_SIZE + 1) * RING_SUBJECT);
    size_t count = 0;
    for (size_t number = 3; str_next_line(&text, &line); number++) {
        unsigned char *subject = fresh.p + count * RING_SUBJECT;
        if (!parse_line(line, subject))
            return err_set(err, ERR_INPUT, "secrets: line %zu: expected \"slot ID HEX\"",
                           number);
        const unsigned char *known = ring_find(&f->ring, subject);
        if (known && !secret_eq(known, subject + ID_SIZE, RING_SECRET))
            return err_set(err, ERR_REFUSED,
                           "secrets: line %zu: this one has another secret "
                           "here",
                           number);
        count += !known;
    }
    fresh.n = count * RING_SUBJECT;
    r = ring_add(&f->ring, &fresh, f->pool, err);
    if (!r)
        *ret_new = count;
    return r;
}
