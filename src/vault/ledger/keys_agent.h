/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/keys_agent: a struct keys of which the secrets are in another process, the agent
 * (keys_serve.h), at the other end of a socket.
 *
 * Guarantees: what it gives is what keys opened from the files would give; when the agent is
 * gone, each operation fails with ERR_IO and one sentence that says so, and what was done before
 * stays done. Does not: anything that the list in keys.h leaves to the passphrase (ERR_REFUSED).
 * Files are opened only from a source that has its `file` (age.h).
 */
#ifndef DEPONENT_VAULT_KEYS_AGENT_H
#define DEPONENT_VAULT_KEYS_AGENT_H

#include "vault/ledger/keys.h"

/* Takes `fd`, a connection (ipc_connect), over, also on failure. */
int keys_agent_open(int fd, struct keys **ret, struct err *err) ERR_CHECKED;
/* Seconds until it forgets the keys, if nothing is asked of it before. */
int keys_agent_left(struct keys *k, uint64_t *ret_seconds, struct err *err) ERR_CHECKED;
/* Tells it to end, and waits until it has. */
int keys_agent_stop(struct keys *k, struct err *err) ERR_CHECKED;

#endif
