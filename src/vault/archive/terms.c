/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/archive/terms.h"

#include "base/time.h"

/* What an attribution allows for a purpose that was consented to. */
static const unsigned allowed[ATTRIBUTION_COUNT] = {
    [ATTRIBUTION_NONE] = TERMS_EXISTS | TERMS_COUNT | TERMS_DESCRIBE | TERMS_QUOTE,
    [ATTRIBUTION_ON_RECORD] =
        TERMS_EXISTS | TERMS_COUNT | TERMS_DESCRIBE | TERMS_QUOTE | TERMS_NAME,
    [ATTRIBUTION_ANONYMITY] = TERMS_EXISTS | TERMS_COUNT | TERMS_DESCRIBE | TERMS_QUOTE,
    [ATTRIBUTION_BACKGROUND] = TERMS_EXISTS | TERMS_COUNT | TERMS_DESCRIBE,
    [ATTRIBUTION_DEEP_BACKGROUND] = TERMS_EXISTS | TERMS_COUNT,
    [ATTRIBUTION_OFF_RECORD] = TERMS_EXISTS,
};

static bool read_days(struct str s, struct time_days *ret)
{
    struct time_edtf e;
    struct err err;
    if (!s.p || time_parse(s, &e, &err))
        return false;
    *ret = time_days_of(&e);
    return true;
}

/* Terms hold through the last day that `expires` can mean. What cannot be read has expired. */
static bool has_expired(struct str expires, struct str today)
{
    struct time_days until, now;
    if (!expires.p)
        return false;
    return !read_days(expires, &until) || !read_days(today, &now) || until.last < now.first;
}

struct terms_state terms_of(const struct record_terms *terms, bool published, struct str today)
{
    const unsigned all = (1u << PURPOSE_COUNT) - 1;
    if (!terms)
        return published
                   ? (struct terms_state){ATTRIBUTION_ON_RECORD, all, false}
                   : (struct terms_state){ATTRIBUTION_ANONYMITY, 1u << PURPOSE_HELP, false};
    return (struct terms_state){terms->attribution, terms->purposes & all,
                                terms->withdrawn.p || has_expired(terms->expires, today)};
}

unsigned terms_allow(const struct terms_state *state, enum purpose purpose)
{
    if (state->withdrawn || (unsigned)purpose >= PURPOSE_COUNT ||
        (unsigned)state->attribution >= ATTRIBUTION_COUNT || !(state->purposes >> purpose & 1))
        return TERMS_EXISTS;
    unsigned may = allowed[state->attribution];
    if (!(state->purposes >> PURPOSE_STATISTICS & 1))
        may &= ~(unsigned)TERMS_COUNT;
    return may;
}
