/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bech32 as in BIP 173: the human-readable part, "1", the data in groups of five bits, and six
 * groups of a BCH code over both. Upper-case strings are checked as if they were lower-case.
 */
#include "vault/seal/age_parts.h"

#define CHECK 6

static const char charset[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static uint32_t step(uint32_t sum, unsigned value)
{
    static const uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                          0x2a1462b3};
    uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (unsigned i = 0; i < 5; i++)
        sum ^= (0u - (top >> i & 1)) & generator[i];
    return sum;
}

static unsigned lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned)c + 32 : (unsigned char)c;
}

static uint32_t begin(struct str hrp)
{
    uint32_t sum = 1;
    for (size_t i = 0; i < hrp.n; i++)
        sum = step(sum, lower(hrp.p[i]) >> 5);
    sum = step(sum, 0);
    for (size_t i = 0; i < hrp.n; i++)
        sum = step(sum, lower(hrp.p[i]) & 31);
    return sum;
}

static bool is_upper(struct str hrp)
{
    return hrp.n && hrp.p[0] >= 'A' && hrp.p[0] <= 'Z';
}

size_t age_bech32_print(char out[AGE_BECH32_MAX], struct str hrp, const unsigned char *data,
                        size_t n)
{
    if (n > AGE_BECH32_DATA || hrp.n + 1 + (n * 8 + 4) / 5 + CHECK > AGE_BECH32_MAX)
        err_die("bech32: too long");
    bool upper = is_upper(hrp);
    memcpy(out, hrp.p, hrp.n);
    size_t at = hrp.n;
    out[at++] = '1';
    uint32_t sum = begin(hrp);
    size_t groups = (n * 8 + 4) / 5;
    for (size_t i = 0; i < groups + CHECK; i++) {
        unsigned value;
        if (i < groups) {
            size_t bit = i * 5;
            unsigned two = (unsigned)data[bit / 8] << 8;
            if (bit / 8 + 1 < n)
                two |= data[bit / 8 + 1];
            value = two >> (11 - bit % 8) & 31;
            sum = step(sum, value);
        } else {
            if (i == groups) {
                for (unsigned k = 0; k < CHECK; k++)
                    sum = step(sum, 0);
                sum ^= 1;
            }
            value = sum >> (5 * (groups + CHECK - 1 - i)) & 31;
        }
        char c = charset[value];
        out[at++] = upper && c >= 'a' ? (char)(c - 32) : c;
    }
    return at;
}

const char *age_bech32_parse(struct str s, struct str hrp, unsigned char *out, size_t n)
{
    bool upper = is_upper(hrp);
    size_t groups = (n * 8 + 4) / 5;
    if (!str_starts(s, hrp) || s.n <= hrp.n || s.p[hrp.n] != '1')
        return "another kind of key";
    if (n > AGE_BECH32_DATA || s.n != hrp.n + 1 + groups + CHECK)
        return "too long or too short";
    uint32_t sum = begin(hrp);
    unsigned char bytes[AGE_BECH32_DATA + 1] = {0};
    const char *wrong = NULL;
    unsigned left = 0;
    for (size_t i = 0; i < groups + CHECK; i++) {
        char c = s.p[hrp.n + 1 + i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool cased = !is_letter || (c <= 'Z') == upper;
        const char *found = c ? strchr(charset, (int)lower(c)) : NULL;
        if (!found || !cased) {
            wrong = found ? "upper and lower case are mixed"
                          : "a character that cannot stand there";
            break;
        }
        unsigned value = (unsigned)(found - charset);
        sum = step(sum, value);
        if (i < groups) {
            size_t bit = i * 5;
            unsigned two = value << (11 - bit % 8);
            bytes[bit / 8] = (unsigned char)(bytes[bit / 8] | two >> 8);
            bytes[bit / 8 + 1] = (unsigned char)(bytes[bit / 8 + 1] | (two & 255));
        }
    }
    left = bytes[n]; /* bits that no byte needs must be zero */
    if (!wrong && sum != 1)
        wrong = "the checksum does not fit, a character is wrong or missing";
    if (!wrong && left)
        wrong = "not the one form of this key";
    if (!wrong)
        memcpy(out, bytes, n);
    secret_wipe(bytes, sizeof bytes);
    return wrong;
}
