/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The form of a collection on disk, deponent-family-index(5). All numbers are little-endian.
 * A file from elsewhere is not trusted: every count is checked against the bytes that are left
 * before anything is allocated, grams must ascend, and a checksum ends the file.
 */
#include "base/hash.h"
#include "engine/family/parts.h"

#define INDEX_MAGIC    "DEPFAM1\n"
#define INDEX_NAME_MAX 4096u
#define INDEX_HEAD     12u /* magic, count */
#define INDEX_ENTRY    44u /* without name and grams */

static void put_u32(struct buf *out, uint32_t v)
{
    char b[4];
    for (int i = 0; i < 4; i++)
        b[i] = (char)(v >> 8 * i & 255);
    buf_add(out, str_make(b, 4));
}

static void put_u64(struct buf *out, uint64_t v)
{
    put_u32(out, (uint32_t)v);
    put_u32(out, (uint32_t)(v >> 32));
}

static void put_grams(struct buf *out, const struct family_grams *g)
{
    for (uint32_t i = 0; i < g->count; i++)
        put_u32(out, g->items[i]);
}

void family_set_save(const struct family_set *s, struct buf *out)
{
    size_t begin = out->n;
    buf_add(out, STR(INDEX_MAGIC));
    put_u32(out, (uint32_t)s->count);
    for (size_t i = 0; i < s->count; i++) {
        const struct family_sketch *t = &s->items[i];
        put_u32(out, (uint32_t)t->name.n);
        put_u64(out, t->digest);
        put_u64(out, t->words);
        put_u32(out, t->skeleton.count);
        put_u32(out, t->skeleton.limit);
        put_u32(out, t->grams.count);
        put_u32(out, t->grams.limit);
        put_u32(out, t->quoted.count);
        put_u32(out, t->quoted.limit);
        buf_add(out, t->name);
        put_grams(out, &t->skeleton);
        put_grams(out, &t->grams);
        put_grams(out, &t->quoted);
    }
    put_u64(out, hash_bytes(str_slice(buf_str(out), begin, out->n), 0));
}

/* Reads that were bounded by the caller. */
struct cursor {
    const unsigned char *p;
    size_t left;
};

static uint32_t get_u32(struct cursor *c)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++)
        v |= (uint32_t)c->p[i] << 8 * i;
    c->p += 4;
    c->left -= 4;
    return v;
}

static uint64_t get_u64(struct cursor *c)
{
    uint64_t low = get_u32(c);
    return low | (uint64_t)get_u32(c) << 32;
}

/* Room for what get_grams reads was checked by the caller. */
static bool get_grams(struct cursor *c, uint32_t *items, struct family_grams *g)
{
    for (uint32_t i = 0; i < g->count; i++) {
        items[i] = get_u32(c);
        if (i > 0 && FAMILY_GRAM_KEY(items[i]) <= FAMILY_GRAM_KEY(items[i - 1]))
            return false;
    }
    g->items = items;
    return true;
}

static int load_entry(struct cursor *c, const char *what, size_t number, struct family_set *s,
                      struct err *err)
{
    uint32_t skeleton[FAMILY_SKELETON_MAX], grams[FAMILY_WORDS_MAX], quoted[FAMILY_QUOTED_MAX];
    struct family_sketch t = {0};
    if (c->left < INDEX_ENTRY)
        return err_set(err, ERR_INPUT, "%s: text %zu: the index is cut short", what, number);
    size_t name = get_u32(c);
    t.digest = get_u64(c);
    uint64_t words = get_u64(c);
    t.skeleton.count = get_u32(c);
    t.skeleton.limit = get_u32(c);
    t.grams.count = get_u32(c);
    t.grams.limit = get_u32(c);
    t.quoted.count = get_u32(c);
    t.quoted.limit = get_u32(c);
    if (name == 0 || name > INDEX_NAME_MAX || words > UINT32_MAX ||
        t.skeleton.count > FAMILY_SKELETON_MAX || t.grams.count > FAMILY_WORDS_MAX ||
        t.quoted.count > FAMILY_QUOTED_MAX)
        return err_set(err, ERR_INPUT, "%s: text %zu: a count is out of bounds", what, number);
    if (c->left < name + 4 * ((size_t)t.skeleton.count + t.grams.count + t.quoted.count))
        return err_set(err, ERR_INPUT, "%s: text %zu: the index is cut short", what, number);
    t.words = (uint32_t)words;
    t.name = str_make((const char *)c->p, name);
    c->p += name;
    c->left -= name;
    if (memchr(t.name.p, 0, name) || family_set_find(s, t.name) >= 0)
        return err_set(err, ERR_INPUT, "%s: text %zu: its name is broken or doubled", what,
                       number);
    if (!get_grams(c, skeleton, &t.skeleton) || !get_grams(c, grams, &t.grams) ||
        !get_grams(c, quoted, &t.quoted))
        return err_set(err, ERR_INPUT, "%s: text %zu: its n-grams are out of order", what,
                       number);
    uint32_t ignored;
    return family_set_keep(s, &t, &ignored, err);
}

int family_set_load(struct str bytes, const char *what, struct family_set **ret,
                    struct err *err)
{
    if (bytes.n < INDEX_HEAD + 8 || !str_starts(bytes, STR(INDEX_MAGIC)))
        return err_set(err, ERR_INPUT,
                       "%s: this is not an index of deponent family; expected a file that it "
                       "wrote before, or none",
                       what);
    struct cursor end = {(const unsigned char *)bytes.p + bytes.n - 8, 8};
    if (get_u64(&end) != hash_bytes(str_slice(bytes, 0, bytes.n - 8), 0))
        return err_set(err, ERR_INPUT,
                       "%s: the index is damaged (its checksum does not fit); delete it, it "
                       "is made anew from the texts",
                       what);
    struct cursor c = {(const unsigned char *)bytes.p + 8, bytes.n - 16};
    size_t count = get_u32(&c);
    if (count > FAMILY_MAX_TEXTS || count > c.left / INDEX_ENTRY)
        return err_set(err, ERR_INPUT, "%s: byte 8: more texts than the file can hold", what);
    FAMILY_SET_AUTO *s = family_set_new();
    for (size_t i = 0; i < count; i++) {
        int r = load_entry(&c, what, i + 1, s, err);
        if (r)
            return r;
    }
    if (c.left)
        return err_set(err, ERR_INPUT, "%s: %zu bytes follow the last text", what, c.left);
    *ret = s;
    s = NULL;
    return 0;
}
