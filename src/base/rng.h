/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/rng: random numbers that can be repeated: the same seed gives the same numbers on every
 * machine. xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators",
 * ACM TOMS 47, 2021), its state filled by splitmix64 from one 64-bit seed, as they advise.
 *
 * For simulation and tests, with the seed as part of the result. Not for keys, codenames or
 * anything that an opponent must not guess.
 */
#ifndef DEPONENT_BASE_RNG_H
#define DEPONENT_BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed);
/* An independent sequence for part `stream` of a job: the parts may run in any order. */
void rng_seed_stream(struct rng *r, uint64_t seed, uint64_t stream);
uint64_t rng_u64(struct rng *r);
/* Even over 0 … n - 1, for n > 0, without the bias of a remainder. */
uint64_t rng_below(struct rng *r, uint64_t n);
/* Even over [0, 1), in steps of 2^-53. */
double rng_unit(struct rng *r);
/* A standard normal number (Box and Muller 1958), of two units. */
double rng_normal(struct rng *r);

/* One step of splitmix64. */
uint64_t rng_splitmix(uint64_t *state);

#endif
