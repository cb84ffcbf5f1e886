/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/seal/merkle.h"

static void leaf_hash(const unsigned char *leaf, size_t n, unsigned char out[SHA256_SIZE])
{
    unsigned char message[256] = {0};
    if (n < sizeof message) {
        memcpy(message + 1, leaf, n);
        sha256(message, n + 1, out);
        return;
    }
    struct sha256 h;
    sha256_begin(&h);
    sha256_add(&h, message, 1);
    sha256_add(&h, leaf, n);
    sha256_end(&h, out);
}

/* Of the two hashes that stand one behind the other at `pair`; `out` may be `pair`. */
static void node_hash(const unsigned char *pair, unsigned char out[SHA256_SIZE])
{
    unsigned char message[1 + 2 * SHA256_SIZE];
    message[0] = 1;
    memcpy(message + 1, pair, sizeof message - 1);
    sha256(message, sizeof message, out);
}

void merkle_root(const unsigned char *leaves, size_t count, size_t size, size_t stride,
                 unsigned char root[SHA256_SIZE])
{
    /* The roots of the complete subtrees so far, largest first: one for each bit that is set in
     * the number of leaves that were read. Adding a leaf carries like adding one. */
    unsigned char stack[65][SHA256_SIZE];
    size_t depth = 0;
    for (size_t i = 0; i < count; i++) {
        leaf_hash(leaves + i * stride, size, stack[depth++]);
        for (size_t carry = i; carry & 1; carry >>= 1, depth--)
            node_hash(stack[depth - 2], stack[depth - 2]);
    }
    if (depth == 0) {
        sha256(NULL, 0, root);
        return;
    }
    for (; depth > 1; depth--)
        node_hash(stack[depth - 2], stack[depth - 2]);
    memcpy(root, stack[0], SHA256_SIZE);
}

/* The hashes that join leaf `index` of this tree to its root, from the leaf up. */
static void path_of(const unsigned char *leaves, size_t count, size_t size, size_t stride,
                    size_t index, struct merkle_path *path)
{
    if (count <= 1)
        return;
    size_t left = 1;
    while (left * 2 < count)
        left *= 2;
    const unsigned char *right = leaves + left * stride;
    if (index < left)
        path_of(leaves, left, size, stride, index, path);
    else
        path_of(right, count - left, size, stride, index - left, path);
    unsigned char *to = path->hashes[path->count++];
    if (index < left)
        merkle_root(right, count - left, size, stride, to);
    else
        merkle_root(leaves, left, size, stride, to);
}

void merkle_prove(const unsigned char *leaves, size_t count, size_t size, size_t stride,
                  size_t index, struct merkle_path *ret)
{
    ret->count = 0;
    path_of(leaves, count, size, stride, index, ret);
}

bool merkle_follow(const unsigned char *leaf, size_t size, uint64_t index, uint64_t count,
                   const struct merkle_path *path, unsigned char root[SHA256_SIZE])
{
    if (index >= count || path->count > MERKLE_DEEP)
        return false;
    unsigned char pair[2 * SHA256_SIZE], hash[SHA256_SIZE];
    leaf_hash(leaf, size, hash);
    uint64_t at = index, last = count - 1;
    for (size_t i = 0; i < path->count; i++) {
        if (last == 0)
            return false;
        bool from_left = (at & 1) || at == last;
        memcpy(pair + (from_left ? SHA256_SIZE : 0), hash, SHA256_SIZE);
        memcpy(pair + (from_left ? 0 : SHA256_SIZE), path->hashes[i], SHA256_SIZE);
        node_hash(pair, hash);
        for (; from_left && !(at & 1) && at; at >>= 1)
            last >>= 1;
        at >>= 1;
        last >>= 1;
    }
    memcpy(root, hash, SHA256_SIZE);
    return last == 0;
}
