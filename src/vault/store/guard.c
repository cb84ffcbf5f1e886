/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The seat belt: what no statement of ours needs cannot be prepared on a connection of ours.
 * FTS5 prepares statements of its own on its shadow tables; they pass the same authorizer.
 */
#include "vault/store/parts.h"

/* What the statements may call. Nothing that depends on the clock or on chance. */
static const char *const functions[] = {
    "abs",        "avg",         "bm25",   "char",         "coalesce",   "count",
    "dense_rank", "first_value", "glob",   "group_concat", "hex",        "highlight",
    "ifnull",     "iif",         "instr",  "lag",          "last_value", "lead",
    "length",     "like",        "likely", "lower",        "ltrim",      "match",
    "max",        "min",         "nullif", "quote",        "rank",       "replace",
    "round",      "row_number",  "rtrim",  "snippet",      "substr",     "substring",
    "sum",        "total",       "trim",   "typeof",       "unicode",    "unlikely",
    "upper",
};

bool store_is_shadow(const char *name, const char *of)
{
    static const char *const tails[] = {"_data", "_idx", "_content", "_docsize", "_config", ""};
    size_t n = strlen(of);
    if (strncmp(name, of, n) != 0)
        return false;
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        if (strcmp(name + n, tails[i]) == 0)
            return true;
    return false;
}

static bool may_change(const struct store *s, const char *table)
{
    if (!s->shape->mutable_tables)
        return true;
    for (const char *const *t = s->shape->mutable_tables; *t; t++)
        if (store_is_shadow(table, *t))
            return true;
    return false;
}

static bool may_call(const char *function)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (str_eq_nocase(str_of(function), str_of(functions[i])))
            return true;
    return false;
}

static int authorize(void *context, int action, const char *a, const char *b,
                     const char *schema, const char *trigger)
{
    (void)trigger;
    const struct store *s = context;
    if (s->free)
        return SQLITE_OK;
    bool good = false;
    bool main = schema && strcmp(schema, "main") == 0;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_RECURSIVE:
        good = true;
        break;
    case SQLITE_INSERT:
        good = main && strncmp(a, "sqlite_", 7) != 0;
        break;
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        good = main && strncmp(a, "sqlite_", 7) != 0 && may_change(s, a);
        break;
    case SQLITE_FUNCTION:
        good = may_call(b);
        break;
    case SQLITE_PRAGMA:
        /* FTS5 asks whether somebody else wrote. */
        good = strcmp(a, "data_version") == 0 && !b;
        break;
    default:
        break;
    }
    return good ? SQLITE_OK : SQLITE_DENY;
}

void store_guard(struct store *s)
{
    static const struct {
        int id, value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, 256 << 20},
        {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
        {SQLITE_LIMIT_COLUMN, 100},
        {SQLITE_LIMIT_EXPR_DEPTH, 100},
        {SQLITE_LIMIT_COMPOUND_SELECT, 20},
        {SQLITE_LIMIT_VDBE_OP, 100000},
        {SQLITE_LIMIT_FUNCTION_ARG, 16},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(s->db, limits[i].id, limits[i].value);
    static const struct {
        int id, on;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
    };
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        (void)sqlite3_db_config(s->db, switches[i].id, switches[i].on, NULL);
    (void)sqlite3_set_authorizer(s->db, authorize, s);
}
