/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/keys_serve: the side of the agent that holds the keys: it answers the requests of
 * keys_wire.h with them.
 *
 * Guarantees: no reply holds a secret of the archive; it signs notes of bundles and checkpoints
 * and nothing else (not the admission of a device); a request of any bytes is answered or refused
 * with a sentence, in memory bounded by its length. Does not: hold the passphrase, or write
 * keys.age.
 */
#ifndef DEPONENT_VAULT_KEYS_SERVE_H
#define DEPONENT_VAULT_KEYS_SERVE_H

#include "vault/ledger/keys.h"
#include "vault/ledger/keys_wire.h"

struct keys_serve;
struct keys_serve_client;

/* Takes over keys that were opened from the files, in the folder `dir`, and wipes the passphrase
 * in them. `idle` seconds without a request end it. */
int keys_serve_new(const char *dir, struct keys *k, uint64_t idle, struct keys_serve **ret,
                   struct err *err) ERR_CHECKED;
/* Forgets every secret; only ending clients and freeing it may follow. */
void keys_serve_forget(struct keys_serve *s);
void keys_serve_free(struct keys_serve *s);

/* As in struct ipc_service; the context is the struct keys_serve. */
void *keys_serve_begin(void *context);
void keys_serve_end(void *context, void *client);
int keys_serve_request(void *context, void *client, uint32_t what, struct str body, int *file,
                       struct buf *reply, struct err *err) ERR_CHECKED;
/* Somebody asked it to stop, it was idle, or the keyring that it holds is no more the archive's
 * (a shredding). */
bool keys_serve_over(void *context);

#endif
