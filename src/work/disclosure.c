/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/disclosure.h"

#include "base/base64.h"

/* ---- printing ---- */

static void add_hex(struct buf *out, const char *name, const void *p, size_t n)
{
    char hex[2 * SIGN_SIGNATURE + 1];
    hex_print(p, n, hex);
    buf_printf(out, "%s %s\n", name, hex);
}

static void add_base64(struct buf *out, const char *name, const void *p, size_t n)
{
    buf_printf(out, "%s ", name);
    base64_print(out, p, n, true);
    buf_add_char(out, '\n');
}

void work_disclosure_print(struct buf *out, const struct disclosure *d)
{
    buf_add(out, STR("deponent disclosure v1\n"));
    add_hex(out, "archive", d->archive, sizeof d->archive);
    add_hex(out, "key", d->key, sizeof d->key);
    add_base64(out, "envelope", d->envelope, sizeof d->envelope);
    add_base64(out, "payload", d->payload.p, d->payload.n);
    buf_printf(out, "index %llu\n", (unsigned long long)d->index);
    for (size_t i = 0; i < d->path.count; i++)
        add_hex(out, "path", d->path.hashes[i], SHA256_SIZE);
    for (size_t i = 0; i < d->device_count; i++) {
        const struct disclosure_device *v = &d->devices[i];
        add_hex(out, "device", v->key, sizeof v->key);
        if (v->first)
            continue;
        add_hex(out, "by", v->by, sizeof v->by);
        add_hex(out, "proof", v->proof, sizeof v->proof);
    }
    buf_add(out, STR("note\n"));
    buf_add(out, d->note);
}

/* ---- parsing: the lines in their order ---- */

struct lines {
    struct str rest;
    const char *what;
    size_t line;
};

/* Takes the line "NAME VALUE"; false when another stands there. */
static bool take(struct lines *l, const char *name, struct str *ret)
{
    struct str rest = l->rest, line;
    size_t n = strlen(name);
    if (!str_next_line(&rest, &line) || line.n <= n || memcmp(line.p, name, n) != 0 ||
        line.p[n] != ' ')
        return false;
    l->rest = rest;
    l->line++;
    *ret = str_slice(line, n + 1, line.n);
    return true;
}

static int expected(const struct lines *l, const char *name, struct err *err)
{
    return err_set(err, ERR_INPUT,
                   "%s: line %zu: expected \"%s\" and its value; this is no disclosure, or it "
                   "was changed",
                   l->what, l->line + 1, name);
}

static int take_hex(struct lines *l, const char *name, void *out, size_t n, struct err *err)
{
    struct str value;
    return take(l, name, &value) && hex_parse(value, out, n) ? 0 : expected(l, name, err);
}

static int take_devices(struct lines *l, struct disclosure *d, struct err *err)
{
    struct str value;
    while (take(l, "device", &value)) {
        if (d->device_count == DISCLOSURE_DEVICES_MAX)
            return err_set(err, ERR_LIMIT, "%s: more than %d devices", l->what,
                           DISCLOSURE_DEVICES_MAX);
        struct disclosure_device *v = &d->devices[d->device_count++];
        if (!hex_parse(value, v->key, sizeof v->key))
            return expected(l, "device", err);
        v->first = !take(l, "by", &value);
        if (v->first)
            break;
        int r = hex_parse(value, v->by, sizeof v->by) ? 0 : expected(l, "by", err);
        if (!r)
            r = take_hex(l, "proof", v->proof, sizeof v->proof, err);
        if (r)
            return r;
    }
    return 0;
}

static int take_payload(struct lines *l, struct arena *a, struct disclosure *d, struct err *err)
{
    struct str value;
    size_t n;
    if (!take(l, "envelope", &value) ||
        !base64_parse(value, true, d->envelope, sizeof d->envelope, &n) ||
        n != sizeof d->envelope)
        return expected(l, "envelope", err);
    if (!take(l, "payload", &value))
        return expected(l, "payload", err);
    char *bytes = ARENA_NEW(a, value.n + 1, char);
    if (!base64_parse(value, true, bytes, value.n, &n))
        return expected(l, "payload", err);
    d->payload = str_make(bytes, n);
    if (!take(l, "index", &value) || !str_to_u64(value, &d->index))
        return expected(l, "index", err);
    return 0;
}

static int take_all(struct lines *l, struct arena *a, struct disclosure *d, struct err *err)
{
    struct str line, value;
    if (!str_next_line(&l->rest, &line) || !str_eq(line, STR("deponent disclosure v1")))
        return err_set(err, ERR_INPUT,
                       "%s: line 1: expected \"deponent disclosure v1\"; this is no disclosure",
                       l->what);
    l->line = 1;
    int r = take_hex(l, "archive", d->archive, sizeof d->archive, err);
    if (!r)
        r = take_hex(l, "key", d->key, sizeof d->key, err);
    if (!r)
        r = take_payload(l, a, d, err);
    while (!r && take(l, "path", &value)) {
        if (d->path.count == MERKLE_DEEP ||
            !hex_parse(value, d->path.hashes[d->path.count++], SHA256_SIZE))
            r = expected(l, "path", err);
    }
    if (!r)
        r = take_devices(l, d, err);
    if (r)
        return r;
    if (!str_next_line(&l->rest, &line) || !str_eq(line, STR("note")))
        return expected(l, "note", err);
    d->note = l->rest;
    return 0;
}

int work_disclosure_parse(struct arena *a, struct str text, const char *what,
                          struct disclosure *ret, struct err *err)
{
    if (text.n > DISCLOSURE_MAX)
        return err_set(err, ERR_LIMIT, "%s: larger than %zu bytes", what, DISCLOSURE_MAX);
    struct disclosure *d = ARENA_NEW(a, 1, struct disclosure);
    struct lines l = {text, what, 0};
    int r = take_all(&l, a, d, err);
    if (r)
        return r;
    BUF_AUTO again;
    buf_init(&again, 2 * DISCLOSURE_MAX);
    work_disclosure_print(&again, d);
    if (!str_eq(buf_str(&again), text))
        return err_set(err, ERR_INPUT, "%s: it is not in the one form that is taken", what);
    *ret = *d;
    return 0;
}

/* ---- checking ---- */

static int wrong(const char *what, const char *why, struct err *err)
{
    return err_set(err, ERR_REFUSED, "%s: %s; do not trust it", what, why);
}

/* From the device that signed to the one whose key hashes to the archive id. */
static int check_devices(const struct disclosure *d, const char *what, struct err *err)
{
    unsigned char hash[SHA256_SIZE], device[16];
    char text[KEYS_PROOF_TEXT + 1];
    for (size_t i = 0; i < d->device_count; i++) {
        const struct disclosure_device *v = &d->devices[i];
        sha256(v->key, sizeof v->key, hash);
        if (v->first) {
            bool is_archive = memcmp(hash, d->archive, sizeof hash) == 0;
            return is_archive ? 0 : wrong(what, "its first device is not of that archive", err);
        }
        if (i + 1 == d->device_count)
            break;
        const struct disclosure_device *by = v + 1;
        bundle_device(by->key, device);
        keys_proof_text(d->archive, v->key, text);
        if (memcmp(device, v->by, sizeof device) != 0 ||
            !sign_check(by->key, str_of(text), v->proof))
            return wrong(what, "a device was not admitted by the one that is named", err);
    }
    return wrong(what, "its devices do not lead to the archive", err);
}

static int check_place(const struct disclosure *d, const struct bundle_note *n,
                       const struct envelope *e, const char *what, struct err *err)
{
    unsigned char root[SHA256_SIZE], hash[SHA256_SIZE], device[16];
    sha256(d->payload.p, d->payload.n, hash);
    bundle_device(d->devices[0].key, device);
    if (memcmp(n->archive, d->archive, sizeof n->archive) != 0 ||
        memcmp(n->device_key, d->devices[0].key, sizeof n->device_key) != 0)
        return wrong(what, "the note is of another archive or device", err);
    if (!merkle_follow(d->envelope, sizeof d->envelope, d->index, n->count, &d->path, root) ||
        memcmp(root, n->root, sizeof root) != 0)
        return wrong(what, "the entry does not stand in the bundle that was signed", err);
    if (memcmp(e->device, device, sizeof device) != 0 || e->seq != n->first + d->index)
        return wrong(what, "the entry has another place than it says", err);
    if (memcmp(hash, e->payload_hash, sizeof hash) != 0 || d->payload.n != e->size)
        return wrong(what, "the payload is not that of the entry", err);
    return 0;
}

int work_disclosure_check(struct arena *a, const struct disclosure *d, const char *what,
                          struct str *ret_cards, struct bundle_note *ret_note, struct err *err)
{
    struct envelope e = {0};
    struct bundle_note n = {0};
    struct str text = {0};
    unsigned char device[16];
    char name[BUNDLE_NAME_MAX];
    if (d->device_count == 0)
        return wrong(what, "it names no device", err);
    bundle_device(d->devices[0].key, device);
    int r = check_devices(d, what, err);
    if (!r)
        r = note_open(d->note, bundle_name(device, name), d->devices[0].key, what, &text, err);
    if (!r)
        r = bundle_parse_note(a, text, what, &n, err);
    if (!r)
        r = envelope_unpack(d->envelope, &e, err);
    if (!r)
        r = check_place(d, &n, &e, what, err);
    if (!r && e.type != ENVELOPE_SEALED)
        r = wrong(what, "it is no sealed entry", err);
    if (!r && keys_open_disclosed(&e, d->payload, d->key, a, ret_cards, err) != 0)
        r = wrong(what, "the key is not that of the entry", err);
    if (!r)
        *ret_note = n;
    return r;
}
