/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The FTS5 tokenizer "deponent" (base/words), and what a person typed as an FTS5 query.
 */
#include "base/text.h"
#include "base/words.h"
#include "vault/store/parts.h"

#define TYPED_MAX       4096
#define WORDS_TYPED_MAX 64

struct relay {
    int (*token)(void *, int, const char *, int, int, int);
    void *context;
};

static int relay_word(void *context, struct str word, size_t begin, size_t end)
{
    const struct relay *r = context;
    return r->token(r->context, 0, word.p, (int)word.n, (int)begin, (int)end);
}

static int create(void *context, const char **args, int count, Fts5Tokenizer **ret)
{
    (void)args;
    *ret = context;
    return count ? SQLITE_ERROR : SQLITE_OK;
}

static void delete (Fts5Tokenizer *t)
{
    (void)t; /* the words are the connection's */
}

static int tokenize(Fts5Tokenizer *t, void *context, int flags, const char *text, int n,
                    int (*token)(void *, int, const char *, int, int, int))
{
    (void)flags;
    struct relay r = {token, context};
    return words_each((struct words *)(void *)t, str_make(text, n > 0 ? (size_t)n : 0),
                      relay_word, &r);
}

static void free_words(void *w)
{
    words_free(w);
}

int store_add_tokenizer(sqlite3 *db)
{
    static fts5_tokenizer tokenizer = {create, delete, tokenize};
    fts5_api *api = NULL;
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
    if (rc == SQLITE_OK)
        (void)sqlite3_step(stmt);
    (void)sqlite3_finalize(stmt);
    if (rc == SQLITE_OK && !api)
        rc = SQLITE_ERROR;
    return rc == SQLITE_OK
               ? api->xCreateTokenizer(api, "deponent", words_new(), &tokenizer, free_words)
               : rc;
}

static int found_word(void *context, struct str word, size_t begin, size_t end)
{
    (void)context;
    (void)word;
    (void)begin;
    (void)end;
    return 1;
}

/* Takes what stands in quotation marks or between white space off `rest`. */
static bool next_typed(struct str *rest, struct str *ret_word, bool *ret_prefix)
{
    size_t next = 0, begin = 0;
    while (begin < rest->n && (text_is_space(text_decode(*rest, begin, &next))))
        begin = next;
    if (begin == rest->n)
        return false;
    size_t end = begin;
    if (rest->p[begin] == '"') {
        end = str_find(*rest, STR("\""), ++begin);
        if (end == STR_NONE)
            end = rest->n;
        *ret_word = str_slice(*rest, begin, end);
        end += end < rest->n;
        *ret_prefix = end < rest->n && rest->p[end] == '*';
        end += *ret_prefix;
    } else {
        while (end < rest->n && !text_is_space(text_decode(*rest, end, &next)))
            end = next;
        *ret_word = str_slice(*rest, begin, end);
        *ret_prefix = str_ends(*ret_word, STR("*"));
    }
    *rest = str_slice(*rest, end, rest->n);
    return true;
}

int store_match_phrase(struct buf *out, struct str typed, struct err *err)
{
    if (typed.n > TYPED_MAX)
        return err_set(err, ERR_LIMIT, "a search of %zu bytes, at most %d are taken", typed.n,
                       TYPED_MAX);
    struct words *words = words_new();
    struct str rest = typed, word;
    size_t count = 0;
    bool prefix = false;
    while (count <= WORDS_TYPED_MAX && next_typed(&rest, &word, &prefix)) {
        if (words_each(words, word, found_word, NULL) == 0)
            continue;
        buf_add(out, count++ ? STR(" \"") : STR("\""));
        for (size_t i = 0; i < word.n; i++) {
            if (word.p[i] == '"')
                buf_add_char(out, '"');
            buf_add_char(out, (char)(word.p[i] ? word.p[i] : ' '));
        }
        buf_add(out, prefix ? STR("\" *") : STR("\""));
    }
    words_free(words);
    if (count > WORDS_TYPED_MAX)
        return err_set(err, ERR_LIMIT, "a search of more than %d words", WORDS_TYPED_MAX);
    if (count == 0)
        return err_set(err, ERR_INPUT, "nothing to search for: expected a word or a number");
    return buf_check(out, "the search", err);
}
