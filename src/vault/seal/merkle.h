/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/merkle: the Merkle tree hash of RFC 6962 over leaves of one size, and proofs that
 * a leaf stands in a tree.
 */
#ifndef DEPONENT_VAULT_SEAL_MERKLE_H
#define DEPONENT_VAULT_SEAL_MERKLE_H

#include "vault/seal/hash.h"

/* RFC 6962, 2.1: `count` leaves of `size` bytes, one behind the other, `stride` bytes apart. An
 * empty tree is the hash of nothing. */
void merkle_root(const unsigned char *leaves, size_t count, size_t size, size_t stride,
                 unsigned char root[SHA256_SIZE]);

#define MERKLE_DEEP 64

/* RFC 6962, 2.1.1: the hashes from the leaf up. */
struct merkle_path {
    unsigned char hashes[MERKLE_DEEP][SHA256_SIZE];
    size_t count;
};
/* index < count. */
void merkle_prove(const unsigned char *leaves, size_t count, size_t size, size_t stride,
                  size_t index, struct merkle_path *ret);
/* The root that the leaf and its path lead to (RFC 9162, 2.1.3.2); false when the path is too
 * short or too long for that place. Compare the root yourself. */
bool merkle_follow(const unsigned char *leaf, size_t size, uint64_t index, uint64_t count,
                   const struct merkle_path *path, unsigned char root[SHA256_SIZE])
    __attribute__((warn_unused_result));

#endif
