/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/ledger/bundle.h"

#include "base/time.h"
#include "vault/seal/hash.h"
#include "vault/seal/note.h"

#include <inttypes.h>
#include <stdio.h>

#define MAGIC   "DPB1"
#define DROPPED 0xffffffffu

/* ---- the note ---- */

static void print_hex(struct buf *out, const char *name, const void *p, size_t n)
{
    char hex[2 * 32 + 1];
    hex_print(p, n, hex);
    buf_printf(out, "%s%s", name, hex);
}

void bundle_print_head(struct buf *out, const struct bundle_head *head)
{
    print_hex(out, "head ", head->device, sizeof head->device);
    buf_printf(out, " %" PRIu64, head->next);
    print_hex(out, " ", head->note, sizeof head->note);
    buf_add_char(out, '\n');
}

void bundle_print_note(struct buf *out, const struct bundle_note *n)
{
    buf_add(out, STR("deponent bundle v1\n"));
    print_hex(out, "archive ", n->archive, sizeof n->archive);
    print_hex(out, "\ndevice ", n->device_key, sizeof n->device_key);
    buf_printf(out, "\nfirst %" PRIu64 "\ncount %" PRIu64, n->first, n->count);
    print_hex(out, "\nroot ", n->root, sizeof n->root);
    print_hex(out, "\nprevious ", n->previous, sizeof n->previous);
    buf_printf(out, "\nclock %" PRIu64 "\n", n->clock);
    for (size_t i = 0; i < n->head_count; i++)
        bundle_print_head(out, &n->heads[i]);
    buf_printf(out, "day %.*s\n", (int)n->day.n, n->day.p);
}

void bundle_print_checkpoint(struct buf *out, const struct bundle_checkpoint *c)
{
    buf_add(out, STR("deponent checkpoint v1\n"));
    print_hex(out, "archive ", c->archive, sizeof c->archive);
    print_hex(out, "\ndevice ", c->device_key, sizeof c->device_key);
    buf_printf(out, "\nentries %" PRIu64 "\n", c->entries);
    for (size_t i = 0; i < c->head_count; i++)
        bundle_print_head(out, &c->heads[i]);
    buf_printf(out, "day %.*s\n", (int)c->day.n, c->day.p);
}

/* A decimal without a sign or leading zeros, up to BUNDLE_MAX_NUMBER. */
static bool parse_number(struct str s, uint64_t *ret)
{
    return (s.n == 1 || (s.n > 1 && s.p[0] != '0')) && str_to_u64(s, ret);
}

bool bundle_parse_head(struct str line, struct bundle_head *ret)
{
    const size_t device = sizeof "head " - 1, number = device + 32 + 1;
    struct bundle_head h;
    if (!str_starts(line, STR("head ")) || line.n < number + 1 + 1 + 64 ||
        !hex_parse(str_slice(line, device, number - 1), h.device, sizeof h.device) ||
        line.p[number - 1] != ' ' || line.p[line.n - 65] != ' ' ||
        !parse_number(str_slice(line, number, line.n - 65), &h.next) ||
        !hex_parse(str_slice(line, line.n - 64, line.n), h.note, sizeof h.note))
        return false;
    *ret = h;
    return true;
}

void bundle_device(const unsigned char device_key[32], unsigned char device[16])
{
    unsigned char hash[SHA256_SIZE];
    sha256(device_key, 32, hash);
    memcpy(device, hash, 16);
}

struct str bundle_name(const unsigned char device[16], char out[BUNDLE_NAME_MAX])
{
    memcpy(out, "deponent-", 9);
    hex_print(device, 8, out + 9);
    return str_make(out, 9 + 16);
}

/* The lines of a text, each with its line feed. */
struct scan {
    struct str rest;
    size_t line;
    const char *what, *kind;
};

/* The next line, without "name " in front of it. */
static bool take_line(struct scan *s, const char *name, struct str *ret)
{
    size_t end = str_find(s->rest, STR("\n"), 0);
    struct str word = str_of(name);
    if (end == STR_NONE || !str_starts(s->rest, word))
        return false;
    *ret = str_slice(s->rest, word.n, end);
    s->rest = str_slice(s->rest, end + 1, s->rest.n);
    s->line++;
    return true;
}

static bool take_hex(struct scan *s, const char *name, unsigned char out[32])
{
    struct str value;
    return take_line(s, name, &value) && hex_parse(value, out, 32);
}

static bool take_number(struct scan *s, const char *name, uint64_t *ret)
{
    struct str value;
    return take_line(s, name, &value) && parse_number(value, ret);
}

static int note_fault(const struct scan *s, const char *expected, struct err *err)
{
    return err_set(err, ERR_INPUT, "%s: the note of a %s: expected %s after line %zu", s->what,
                   s->kind, expected, s->line);
}

static int parse_heads(struct arena *a, struct scan *s, size_t max,
                       const struct bundle_head **ret, size_t *ret_count, struct err *err)
{
    struct bundle_head *heads = NULL;
    size_t count = 0, cap = 0;
    while (str_starts(s->rest, STR("head "))) {
        struct bundle_head h;
        struct str line;
        if (!take_line(s, "", &line) || !bundle_parse_head(line, &h))
            return note_fault(s, "\"head DEVICE SEQ HASH\"", err);
        if (count && memcmp(heads[count - 1].device, h.device, sizeof h.device) >= 0)
            return note_fault(s, "heads in the order of their devices", err);
        if (count == max)
            return note_fault(s, "fewer heads", err);
        ARENA_PUSH(a, heads, count, cap, h);
    }
    *ret = heads;
    *ret_count = count;
    return 0;
}

static bool is_day(struct str s)
{
    struct time_edtf e;
    return s.n == 10 && s.p[4] == '-' && s.p[7] == '-' && !time_parse(s, &e, NULL) &&
           !e.interval && !e.from.year_x && !e.from.month_x && !e.from.day_x && e.from.day &&
           !e.from.uncertain && !e.from.approximate;
}

/* The first line, and whose it is. */
static int parse_begin(struct scan *s, unsigned char archive[32], unsigned char key[32],
                       struct err *err)
{
    struct str line;
    char first[64];
    (void)snprintf(first, sizeof first, "deponent %s v", s->kind);
    if (!take_line(s, first, &line))
        return note_fault(s, "\"deponent ... v1\"", err);
    if (!str_eq(line, STR("1")))
        return err_set(err, ERR_STATE,
                       "%s: the note of a %s is of version %.*s, this program knows 1: a newer "
                       "one made it",
                       s->what, s->kind, line.n > 8 ? 8 : (int)line.n, line.p);
    if (!take_hex(s, "archive ", archive))
        return note_fault(s, "\"archive\" and 64 hexadecimal digits", err);
    if (!take_hex(s, "device ", key))
        return note_fault(s, "\"device\" and 64 hexadecimal digits", err);
    return 0;
}

static int parse_end(struct scan *s, struct str *ret_day, struct err *err)
{
    if (!take_line(s, "day ", ret_day) || !is_day(*ret_day))
        return note_fault(s, "\"day\" and a date, YYYY-MM-DD,", err);
    return s->rest.n ? note_fault(s, "the end", err) : 0;
}

int bundle_parse_note(struct arena *a, struct str text, const char *what,
                      struct bundle_note *ret, struct err *err)
{
    struct scan s = {text, 0, what, "bundle"};
    struct bundle_note n = {0};
    int r = parse_begin(&s, n.archive, n.device_key, err);
    if (r)
        return r;
    if (!take_number(&s, "first ", &n.first))
        return note_fault(&s, "\"first\" and a number", err);
    if (!take_number(&s, "count ", &n.count) || n.count == 0 || n.count > BUNDLE_MAX_ENTRIES ||
        n.first > BUNDLE_MAX_NUMBER - n.count)
        return note_fault(&s, "\"count\" and a number from 1 to 4096", err);
    if (!take_hex(&s, "root ", n.root))
        return note_fault(&s, "\"root\" and 64 hexadecimal digits", err);
    if (!take_hex(&s, "previous ", n.previous))
        return note_fault(&s, "\"previous\" and 64 hexadecimal digits", err);
    if (!take_number(&s, "clock ", &n.clock))
        return note_fault(&s, "\"clock\" and a number", err);
    r = parse_heads(a, &s, BUNDLE_MAX_HEADS, &n.heads, &n.head_count, err);
    if (!r)
        r = parse_end(&s, &n.day, err);
    if (!r)
        *ret = n;
    return r;
}

int bundle_parse_checkpoint(struct arena *a, struct str text, const char *what,
                            struct bundle_checkpoint *ret, struct err *err)
{
    struct scan s = {text, 0, what, "checkpoint"};
    struct bundle_checkpoint c = {0};
    int r = parse_begin(&s, c.archive, c.device_key, err);
    if (r)
        return r;
    if (!take_number(&s, "entries ", &c.entries))
        return note_fault(&s, "\"entries\" and a number", err);
    r = parse_heads(a, &s, BUNDLE_MAX_HEADS + 1, &c.heads, &c.head_count, err);
    if (!r)
        r = parse_end(&s, &c.day, err);
    if (!r)
        *ret = c;
    return r;
}

/* ---- the file ---- */

static void put_le(struct buf *out, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_add_char(out, (char)(v >> 8 * i));
}

static uint64_t get_le(const char *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)(unsigned char)p[i] << 8 * i;
    return v;
}

int bundle_print(struct buf *out, const struct bundle *b, struct err *err)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < b->count; i++)
        bytes += 4 + (b->payloads[i].p ? b->payloads[i].n : 0);
    if (b->count == 0 || b->count > BUNDLE_MAX_ENTRIES || bytes > BUNDLE_MAX_BYTES ||
        b->note.n > NOTE_MAX || b->envelopes.n != b->count * ENVELOPE_SIZE)
        return err_set(err, ERR_LIMIT, "a bundle of %zu entries and %" PRIu64 " bytes",
                       b->count, bytes);
    buf_add(out, STR(MAGIC));
    put_le(out, b->note.n, 4);
    put_le(out, b->count, 4);
    put_le(out, bytes, 8);
    buf_add(out, b->note);
    buf_add(out, b->envelopes);
    for (size_t i = 0; i < b->count; i++) {
        put_le(out, b->payloads[i].p ? b->payloads[i].n : DROPPED, 4);
        if (b->payloads[i].p)
            buf_add(out, b->payloads[i]);
    }
    return buf_check(out, "bundles", err);
}

static struct str cut(struct str *rest, size_t n)
{
    struct str s = str_slice(*rest, 0, n);
    *rest = str_slice(*rest, n, rest->n);
    return s;
}

int bundle_parse(struct arena *a, struct str *rest, const char *what, struct bundle *ret,
                 struct err *err)
{
    struct str s = *rest;
    if (s.n < BUNDLE_FIXED || !str_starts(s, STR(MAGIC)))
        return err_set(err, ERR_INPUT, "%s: expected a bundle, which begins with \"%s\"", what,
                       MAGIC);
    size_t note = get_le(s.p + 4, 4), count = get_le(s.p + 8, 4);
    uint64_t bytes = get_le(s.p + 12, 8);
    if (note > NOTE_MAX || count == 0 || count > BUNDLE_MAX_ENTRIES || bytes > BUNDLE_MAX_BYTES)
        return err_set(err, ERR_LIMIT,
                       "%s: a bundle says it has %zu entries, %zu bytes of note and %" PRIu64
                       " bytes of payload; it is damaged, or larger than is read",
                       what, count, note, bytes);
    if (s.n - BUNDLE_FIXED < note + count * ENVELOPE_SIZE + bytes)
        return err_set(err, ERR_INPUT, "%s: cut off in a bundle, %zu bytes before its end",
                       what,
                       note + count * ENVELOPE_SIZE + (size_t)bytes - (s.n - BUNDLE_FIXED));
    (void)cut(&s, BUNDLE_FIXED);
    struct bundle b = {.count = count};
    b.note = cut(&s, note);
    b.envelopes = cut(&s, count * ENVELOPE_SIZE);
    struct str payload = cut(&s, (size_t)bytes);
    struct str *payloads = ARENA_NEW(a, count, struct str);
    for (size_t i = 0; i < count; i++) {
        if (payload.n < 4)
            return err_set(err, ERR_INPUT, "%s: payload %zu of a bundle is cut off", what, i);
        size_t n = get_le(payload.p, 4);
        (void)cut(&payload, 4);
        if (n == DROPPED)
            continue;
        if (n > payload.n)
            return err_set(err, ERR_INPUT, "%s: payload %zu of a bundle is cut off", what, i);
        payloads[i] = cut(&payload, n);
    }
    if (payload.n)
        return err_set(err, ERR_INPUT, "%s: %zu bytes too many behind the payloads of a bundle",
                       what, payload.n);
    b.payloads = payloads;
    *ret = b;
    *rest = s;
    return 0;
}
