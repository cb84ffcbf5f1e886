/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rank_names: how often the spelling of a name in another script is found among many.
 *
 *   rank_names russian|arabic|hebrew [POOL] < PAIRS.tsv
 *
 * A line of PAIRS: Latin word, tab, other word (blanks between letters do no harm), tab, count.
 * The first POOL pairs (2,000) whose words are distinct on both sides are the pool; the order
 * is the caller's (bench/score_names.py shuffles). Prints, in one line of JSON, how often the
 * word ranked first is the right one, for Latin words and for the others, by the alignment
 * model and (with ICU) by transliteration and Jaro-Winkler; and microseconds a pair.
 */
#include "engine/link/align.h"
#include "engine/link/kernel.h"
#include "engine/link/name_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef BENCH_ICU_TRANSLITERATE
#include <unicode/ustring.h>
#include <unicode/utrans.h>
#endif

#define POOL_MAX 5000u

struct entry {
    char raw[2][128]; /* as read, without the blanks */
    char text[2][128];
    uint8_t letters[2][LINK_TOKEN_LETTERS + 2];
    struct link_align_word word[2];
    uint8_t plain[2][256]; /* transliterated, one byte a letter */
    struct link_word latin[2];
};
static struct entry pool[POOL_MAX];
static size_t count;

static bool read_side(struct link_namer *n, struct entry *e, int side, const char *p)
{
    size_t size = 0;
    for (; *p && *p != '\t' && *p != '\n' && size + 1 < sizeof e->raw[0]; p++)
        if (*p != ' ')
            e->raw[side][size++] = *p;
    e->raw[side][size] = '\0';
    BUF_AUTO folded;
    buf_init(&folded, 1024);
    link_text_fold(n, str_of(e->raw[side]), &folded);
    size = 0;
    for (size_t i = 0; i < folded.n && size + 1 < sizeof e->text[0]; i++)
        if (folded.p[i] != ' ')
            e->text[side][size++] = folded.p[i];
    e->text[side][size] = '\0';
    bool article;
    size_t letters = link_letters(str_of(e->text[side]), e->letters[side], &article);
    e->word[side] =
        (struct link_align_word){e->letters[side] + 2 * article, (uint32_t)letters, article};
    return letters > 0;
}

static bool is_new(const struct entry *e)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(pool[i].text[0], e->text[0]) == 0 ||
            strcmp(pool[i].text[1], e->text[1]) == 0)
            return false;
    return true;
}

static void read_pool(size_t most)
{
    char line[1024];
    struct link_namer *n = link_namer_new();
    while (count < most && fgets(line, sizeof line, stdin)) {
        char *tab = strchr(line, '\t');
        struct entry *e = &pool[count];
        if (tab && read_side(n, e, 0, line) && read_side(n, e, 1, tab + 1) && is_new(e))
            count++;
    }
    link_namer_free(n);
}

/* scores[i * count + j]: Latin word i with other word j. */
static void print_ranks(const char *name, const float *scores, double seconds)
{
    size_t right[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        size_t best[2] = {i, i};
        for (size_t j = 0; j < count; j++) {
            if (j != i && scores[i * count + j] >= scores[i * count + best[0]])
                best[0] = j;
            if (j != i && scores[j * count + i] >= scores[best[1] * count + i])
                best[1] = j;
        }
        right[0] += best[0] == i;
        right[1] += best[1] == i;
    }
    printf("\"%s\": {\"latin\": %.4f, \"other\": %.4f, \"microseconds\": %.3f}", name,
           (double)right[0] / (double)count, (double)right[1] / (double)count,
           seconds * 1e6 / (double)count / (double)count);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#ifdef BENCH_ICU_TRANSLITERATE
static void transliterate(void)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[64], text[256];
    u_uastrcpy(id, "Any-Latin; Latin-ASCII; Lower");
    UTransliterator *t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    for (size_t i = 0; i < count && U_SUCCESS(status); i++)
        for (int side = 0; side < 2; side++) {
            int32_t length = 0, limit;
            u_strFromUTF8(text, 256, &length, pool[i].raw[side], -1, &status);
            limit = length;
            utrans_transUChars(t, text, &length, 256, 0, &limit, &status);
            for (int32_t k = 0; k < length; k++)
                pool[i].plain[side][k] = (uint8_t)text[k];
            pool[i].latin[side] = (struct link_word){pool[i].plain[side], (uint32_t)length};
        }
    utrans_close(t);
}
#endif

int main(int argc, char **argv)
{
    enum link_script script = argc > 1 && strcmp(argv[1], "arabic") == 0   ? LINK_ARABIC
                              : argc > 1 && strcmp(argv[1], "hebrew") == 0 ? LINK_HEBREW
                                                                           : LINK_CYRILLIC;
    size_t most = argc > 2 ? (size_t)atoi(argv[2]) : 2000;
    read_pool(most < POOL_MAX ? most : POOL_MAX);
    float *scores = calloc(count * count + 1, sizeof *scores);
    if (!scores || count == 0)
        return 1;
    struct link_align_odds odds = {0};
    double start = now();
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            (void)link_align(pool[i].word[0], pool[j].word[1], script, &odds);
            scores[i * count + j] = (float)odds.score;
        }
    printf("{\"pool\": %zu, ", count);
    print_ranks("align", scores, now() - start);
#ifdef BENCH_ICU_TRANSLITERATE
    transliterate();
    start = now();
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            scores[i * count + j] =
                (float)link_jaro_winkler(pool[i].latin[0], pool[j].latin[1]);
    printf(", ");
    print_ranks("icu_jaro_winkler", scores, now() - start);
#endif
    printf("}\n");
    free(scores);
    return 0;
}
