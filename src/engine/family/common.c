/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/family/parts.h"

/* Capitalised words that open sentences or stand in every paper. Hand-made. */
static const char stop_words[] =
    "a an and are as at be because before but by can could did do does during each even every "
    "few for from had has have he her here hers him his how however i if in into is it its "
    "just last later like many may me meanwhile mr mrs ms more most much my no nor not now of "
    "on one only or other our out over she should since so some still such than that the "
    "their them then there these they this those though through to too under until up upon us "
    "was we well were what when where whether which while who whom whose why will with "
    "without would yes yet you your after again all also although among another any around "
    "both despite down once s t ";

static const char low_words[] =
    "monday tuesday wednesday thursday friday saturday sunday january february march april "
    "june "
    "july august september october november december jan feb mar apr jun jul aug sep sept oct "
    "nov dec president minister prime secretary state states united america american americans "
    "government ministry department officials official office court committee council city "
    "county house white congress senate senator senators sen rep republican republicans "
    "democrat democrats democratic gop party party's police general gen governor gov dr "
    "professor union european europe russia russian russians ukraine ukrainian moscow kyiv "
    "kiev "
    "china chinese british britain uk us usa eu un nations germany german france french israel "
    "israeli iran iraq syria washington london new york news times post reuters ap associated "
    "press afp twitter facebook telegram photo image getty read follow sign story video "
    "click subscribe newsletter email street north south east west northern southern eastern "
    "western international national federal university center centre group service services "
    "defense defence foreign interior health public human rights law act bill world war day "
    "john david michael james robert paul ";

static const struct {
    const char *word;
    uint32_t value;
} number_words[] = {
    {"two", 2},        {"three", 3},       {"four", 4},         {"five", 5},
    {"six", 6},        {"seven", 7},       {"eight", 8},        {"nine", 9},
    {"ten", 10},       {"eleven", 11},     {"twelve", 12},      {"dozen", 12},
    {"thirteen", 13},  {"fourteen", 14},   {"fifteen", 15},     {"sixteen", 16},
    {"seventeen", 17}, {"eighteen", 18},   {"nineteen", 19},    {"twenty", 20},
    {"thirty", 30},    {"forty", 40},      {"fifty", 50},       {"sixty", 60},
    {"seventy", 70},   {"eighty", 80},     {"ninety", 90},      {"hundred", 100},
    {"hundreds", 100}, {"thousand", 1000}, {"thousands", 1000},
};

static uint32_t hash_word(const char *p, size_t n)
{
    uint32_t h = FAMILY_HASH_START;
    for (size_t i = 0; i < n; i++)
        h = family_hash_step(h, (unsigned char)p[i]);
    return h ? h : 1;
}

static uint32_t slot_of(const struct family_common *c, uint32_t key)
{
    uint32_t at = (key ^ key >> 15) % FAMILY_COMMON_SLOTS;
    while (c->keys[at] && c->keys[at] != key)
        at = (at + 1) % FAMILY_COMMON_SLOTS;
    return at;
}

static void add_words(struct family_common *c, const char *words, enum family_prior prior)
{
    for (const char *p = words, *end; (end = strchr(p, ' ')); p = end + 1) {
        uint32_t key = hash_word(p, (size_t)(end - p));
        uint32_t at = slot_of(c, key);
        c->keys[at] = key;
        c->priors[at] = (uint8_t)prior;
    }
}

void family_common_fill(struct family_common *c)
{
    memset(c, 0, sizeof *c);
    add_words(c, low_words, PRIOR_LOW);
    add_words(c, stop_words, PRIOR_STOP);
    for (size_t i = 0; i < sizeof number_words / sizeof number_words[0]; i++) {
        uint32_t key = hash_word(number_words[i].word, strlen(number_words[i].word));
        uint32_t at = slot_of(c, key);
        c->keys[at] = key;
        c->priors[at] = PRIOR_LOW;
        c->numbers[at] = number_words[i].value;
    }
}

int family_common_find(const struct family_common *c, uint32_t key)
{
    uint32_t at = slot_of(c, key);
    return c->keys[at] ? (int)at : -1;
}
