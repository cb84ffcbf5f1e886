/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/read/lexicon.h"

#include "base/hash.h"

#define WORD_MAX 40

uint32_t lexicon_find(struct str word)
{
    char lower[WORD_MAX];
    size_t n = 0;
    for (size_t i = 0; i < word.n; i++) {
        if (n == sizeof lower)
            return 0;
        char c = word.p[i];
        if (c == '\xe2' && i + 2 < word.n && word.p[i + 1] == '\x80' &&
            word.p[i + 2] == '\x99') {
            c = '\'';
            i += 2;
        }
        lower[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    struct str s = {lower, n};
    uint32_t mask = lexicon_slot_count - 1;
    uint32_t slot = (uint32_t)hash_bytes(s, 0) & mask;
    for (; lexicon_slots[slot]; slot = (slot + 1) & mask) {
        const struct lexicon_word *w = &lexicon_words[lexicon_slots[slot]];
        if (w->length == n && memcmp(w->text, lower, n) == 0)
            return lexicon_slots[slot];
    }
    return 0;
}

size_t lexicon_match_phrase(const struct token_text *t, size_t i, enum lex_class c)
{
    uint32_t first = t->tokens[i].word;
    const struct lexicon_word *w = &lexicon_words[first];
    for (uint32_t p = w->first_phrase; p < w->first_phrase + w->phrase_count; p++) {
        const struct lexicon_phrase *phrase = &lexicon_phrases[p];
        if (phrase->class_id != (uint32_t)c)
            continue;
        size_t k = 1;
        while (k < phrase->count && i + k < t->count &&
               t->tokens[i + k].word == phrase->words[k] &&
               !(t->tokens[i + k].flags & TOKEN_SENTENCE_FIRST))
            k++;
        if (k == phrase->count)
            return k;
    }
    return lexicon_is(first, c) ? 1 : 0;
}
