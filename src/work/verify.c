/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/verify.h"

#include "base/json.h"
#include "base/markup.h"
#include "sys/file.h"

int work_verify(const struct work_verify_options *o, struct arena *a,
                struct ledger_verdict *ret, struct err *err)
{
    BUF_AUTO checkpoint, saved;
    buf_init(&checkpoint, WORK_CHECKPOINT_MAX);
    buf_init(&saved, WORK_CHECKPOINT_MAX);
    int r = o->checkpoint ? file_read(o->checkpoint, WORK_CHECKPOINT_MAX, &checkpoint, err) : 0;
    if (r)
        return r;
    struct ledger *ledger;
    r = ledger_open(o->dir, o->keys, false, &ledger, err);
    if (r)
        return r;
    r = ledger_verify(ledger, a, o->pool,
                      o->checkpoint ? buf_str(&checkpoint) : (struct str){NULL, 0}, o->progress,
                      o->context, ret, err);
    if (!r && o->save && ret->fault_count == 0) {
        r = ledger_checkpoint(ledger, o->today, &saved, err);
        if (!r)
            r = file_write_private(o->save, buf_str(&saved), err);
    }
    ledger_close(ledger);
    return r;
}

static void count(struct buf *out, uint64_t n, const char *one, const char *many)
{
    buf_printf(out, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

static bool has(const struct ledger_verdict *v, enum ledger_fault_kind kind)
{
    for (size_t i = 0; i < v->fault_count; i++)
        if (v->faults[i].kind == kind)
            return true;
    return false;
}

void work_verify_print_table(struct buf *out, const struct ledger_verdict *v)
{
    for (size_t i = 0; i < v->fault_count; i++) {
        buf_printf(out, "%-10s ", ledger_fault_names[v->faults[i].kind]);
        markup_terminal(out, str_of(v->faults[i].text));
        buf_add_char(out, '\n');
    }
    count(out, v->bundles, "bundle, ", "bundles, ");
    count(out, v->entries, "entry, ", "entries, ");
    count(out, v->attachments, "attachment, ", "attachments, ");
    count(out, v->devices, "device", "devices");
    if (v->shredded)
        buf_printf(out, "; %llu shredded", (unsigned long long)v->shredded);
    if (v->locked)
        buf_printf(out, "; %llu without a key here", (unsigned long long)v->locked);
    buf_add(out, STR("\n"));
    buf_add(out, v->opened ? STR("Every entry was opened.\n")
                           : STR("Without the passphrase: nothing was opened.\n"));
    if (!v->rollback_checked)
        buf_add(out, STR("Rollback not checked: give --checkpoint FILE.\n"));
    else if (!has(v, LEDGER_FAULT_ROLLBACK))
        buf_add(out, STR("Not behind the checkpoint.\n"));
    if (v->fault_count) {
        count(out, v->fault_count, "fault", "faults");
        buf_add(out,
                v->fault_count >= LEDGER_FAULTS_MAX ? STR(" and perhaps more.\n") : STR(".\n"));
    } else {
        buf_add(out, STR("Nothing is wrong.\n"));
    }
}

void work_verify_print_json(struct buf *out, const struct ledger_verdict *v)
{
    for (size_t i = 0; i < v->fault_count; i++) {
        struct json_out j = {.out = out};
        json_begin_object(&j);
        json_put_key(&j, "fault");
        json_put_str(&j, str_of(ledger_fault_names[v->faults[i].kind]));
        json_put_key(&j, "text");
        json_put_str(&j, str_of(v->faults[i].text));
        json_end_object(&j);
        buf_add_char(out, '\n');
    }
    const struct {
        const char *key;
        uint64_t value;
    } numbers[] = {
        {"faults", v->fault_count},      {"bundles", v->bundles}, {"entries", v->entries},
        {"attachments", v->attachments}, {"devices", v->devices}, {"shredded", v->shredded},
        {"locked", v->locked},
    };
    struct json_out j = {.out = out};
    json_begin_object(&j);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        json_put_key(&j, numbers[i].key);
        json_put_int(&j, (int64_t)numbers[i].value);
    }
    json_put_key(&j, "opened");
    json_put_bool(&j, v->opened);
    json_put_key(&j, "rollback_checked");
    json_put_bool(&j, v->rollback_checked);
    json_end_object(&j);
    buf_add_char(out, '\n');
}
