/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is known of a ledger in another place, so that a shorter or another one is noticed.
 */
#include "sys/file.h"
#include "vault/ledger/ledger_parts.h"

#include <inttypes.h>
#include <stdio.h>

int ledger_checkpoint(struct ledger *l, struct str day, struct buf *out, struct err *err)
{
    ARENA_AUTO a = {0};
    struct bundle_head *heads;
    struct bundle_checkpoint c = {.day = day, .entries = ledger_count(l)};
    int r = ledger_heads(l, &a, &heads, &c.head_count, err);
    if (r)
        return r;
    c.heads = heads;
    const struct keys_public *public = keys_public(l->keys);
    memcpy(c.archive, l->archive, sizeof c.archive);
    memcpy(c.device_key, public->device_key, sizeof c.device_key);
    BUF_AUTO text;
    buf_init(&text, NOTE_MAX);
    bundle_print_checkpoint(&text, &c);
    struct bundle_checkpoint same;
    unsigned char signature[SIGN_SIGNATURE];
    r = bundle_parse_checkpoint(&a, buf_str(&text), "this checkpoint", &same, err);
    if (!r)
        r = keys_sign(l->keys, buf_str(&text), signature, err);
    if (r)
        return r;
    char name[BUNDLE_NAME_MAX];
    note_print(out, buf_str(&text), bundle_name(public->device, name), public->device_key,
               signature);
    return buf_check(out, "the checkpoint", err);
}

void ledger_keep_heads(struct ledger *l)
{
    ARENA_AUTO a = {0};
    BUF_AUTO note;
    buf_init(&note, NOTE_MAX);
    const char *path = ledger_path(l, &a, "heads");
    int r = ledger_checkpoint(l, str_of(l->day), &note, NULL);
    if (!r)
        r = file_remove_leftovers(path, NULL);
    if (!r)
        r = file_write_private(path, buf_str(&note), NULL);
    (void)r; /* an old one will do */
}

bool ledger_last_day(struct ledger *l, char day[11])
{
    ARENA_AUTO a = {0};
    BUF_AUTO note;
    struct str text;
    struct bundle_checkpoint c;
    buf_init(&note, NOTE_MAX);
    if (file_read(ledger_path(l, &a, "heads"), NOTE_MAX, &note, NULL) ||
        ledger_note_text(buf_str(&note), "heads", &text, NULL) ||
        bundle_parse_checkpoint(&a, text, "heads", &c, NULL) || c.day.n != 10)
        return false;
    memcpy(day, c.day.p, 10);
    day[10] = '\0';
    return true;
}

/* Is there a bundle of this device that ends where the checkpoint says, with that note? Asked
 * anew: another program may have written since this one looked. */
static int find_head(struct ledger *l, const struct bundle_head *h, bool *ret, struct err *err)
{
    struct store_query *q = ledger_ask(l, LEDGER_BY_HASH);
    store_bind_blob(q, 1, h->note, sizeof h->note);
    store_bind_blob(q, 2, h->device, sizeof h->device);
    int r = store_step(q, err);
    if (r < 0)
        return r;
    *ret = r && (uint64_t)store_int(q, 1) + (uint64_t)store_int(q, 2) == h->next;
    if (r)
        store_reset(q);
    return 0;
}

static int knows_device(struct ledger *l, const unsigned char device[16], bool *ret,
                        struct err *err)
{
    struct store_query *q = ledger_ask(l, LEDGER_FIRST_NOTE);
    store_bind_blob(q, 1, device, 16);
    int r = store_step(q, err);
    *ret = r == 1;
    if (r == 1)
        store_reset(q);
    return r < 0 ? r : 0;
}

static int check_heads(struct ledger *l, const struct bundle_checkpoint *c,
                       ledger_fault_fn *fault, void *context, struct err *err)
{
    for (size_t i = 0; i < c->head_count; i++) {
        const struct bundle_head *h = &c->heads[i];
        const struct ledger_device *d = ledger_find_device(l, h->device);
        bool found;
        int r =
            h->next ? find_head(l, h, &found, err) : knows_device(l, h->device, &found, err);
        if (r)
            return r;
        if (found)
            continue;
        char name[BUNDLE_NAME_MAX], text[256];
        (void)bundle_name(h->device, name);
        (void)snprintf(text, sizeof text,
                       "the checkpoint of %.*s knew %" PRIu64
                       " entries of %s; here are %" PRIu64 "%s",
                       (int)c->day.n, c->day.p, h->next, name, d ? d->next : 0,
                       d && d->next >= h->next ? ", and they are others" : "");
        fault(context, LEDGER_FAULT_ROLLBACK, SIZE_MAX, text);
    }
    return 0;
}

int ledger_compare_checkpoint(struct ledger *l, struct str note, ledger_fault_fn *fault,
                              void *context, struct err *err)
{
    ARENA_AUTO a = {0};
    struct bundle_checkpoint c;
    struct str text;
    if (str_find(note, STR("\n\n"), 0) == STR_NONE)
        return err_set(err, ERR_INPUT, "the checkpoint is no signed note");
    int r = ledger_note_text(note, "the checkpoint", &text, err);
    if (!r)
        r = bundle_parse_checkpoint(&a, text, "the checkpoint", &c, err);
    if (r)
        return r;
    if (memcmp(c.archive, l->archive, sizeof c.archive) != 0)
        return err_set(err, ERR_REFUSED, "the checkpoint is of another archive");
    unsigned char device[16];
    char name[BUNDLE_NAME_MAX];
    bundle_device(c.device_key, device);
    r = note_open(note, bundle_name(device, name), c.device_key, "the checkpoint", &text, err);
    if (r)
        return r;
    bool known;
    r = knows_device(l, device, &known, err);
    if (r)
        return r;
    if (!known)
        fault(context, LEDGER_FAULT_ROLLBACK, SIZE_MAX,
              "the checkpoint was signed by a device that this ledger does not know");
    return check_heads(l, &c, fault, context, err);
}
