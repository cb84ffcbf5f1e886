/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/envelope and id: any 200 bytes are refused with a sentence or pack to the same
 * bytes again; a text that is taken as an id prints to one form that gives the same id.
 */
#include "fuzz.h"
#include "vault/ledger/envelope.h"

static void check_envelope(const uint8_t *data)
{
    struct envelope e;
    struct err err = {0};
    int r = envelope_unpack(data, &e, &err);
    must(r == 0 || ((r == ERR_INPUT || r == ERR_STATE) && r == err.kind && err.text[0]));
    if (r)
        return;
    unsigned char out[ENVELOPE_SIZE];
    envelope_pack(&e, out);
    must(memcmp(out, data, sizeof out) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= ENVELOPE_SIZE)
        check_envelope(data);
    struct id id, again;
    if (id_parse(fuzz_str(data, size), &id)) {
        char text[ID_TEXT + 1];
        id_text(id, text);
        must(size == ID_TEXT && id_parse(str_make(text, ID_TEXT), &again));
        must(memcmp(&id, &again, sizeof id) == 0);
    }
    return 0;
}
