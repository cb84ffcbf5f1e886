/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/err: what went wrong, for the caller and for the person.
 *
 * A function that can fail returns 0 or a negative kind and writes one sentence into the
 * `struct err` that its caller owns; it is always the last parameter. Kinds are few: they say
 * what the caller can do about it, the sentence says what happened, where (file, line or byte),
 * what was expected and what to do. One table (err_kind_of) maps a kind to its name and its
 * exit code. Libraries never print: only programs do.
 */
#ifndef DEPONENT_BASE_ERR_H
#define DEPONENT_BASE_ERR_H

#include <stdarg.h>
#include <stddef.h>

enum err_kind {
    ERR_NONE = 0,
    ERR_INPUT = -1,      /* outside data is not what it should be */
    ERR_LIMIT = -2,      /* larger or deeper than we accept */
    ERR_AUTH = -3,       /* wrong key or passphrase */
    ERR_MISSING = -4,    /* named thing is not there */
    ERR_EXISTS = -5,     /* named thing is already there */
    ERR_STATE = -6,      /* not possible now */
    ERR_IO = -7,         /* the system could not read or write */
    ERR_DB = -8,         /* the database failed */
    ERR_REFUSED = -9,    /* a rule forbids it */
    ERR_CANCELLED = -10, /* the person stopped it */
    ERR_USAGE = -11,     /* the command line is wrong */
    ERR_BUG = -12,       /* we are wrong */
};

#define ERR_TEXT_MAX 512

struct err {
    int kind;
    char text[ERR_TEXT_MAX];
};

struct err_kind_info {
    int kind;
    int exit_code; /* 1 check failed, 2 usage, 3 bad input, 4 I/O */
    const char *name;
};

/* Sets `err` (may be NULL) and returns `kind`, so that a caller can `return err_set(…)`. */
int err_set(struct err *err, int kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the sentence that is there; keeps the kind and returns it. */
int err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Never NULL; an unknown kind is reported as a bug. */
const struct err_kind_info *err_kind_of(int kind);

/* Out of memory, or an invariant broken: prints one line and aborts. */
void err_die(const char *what) __attribute__((noreturn));

#define ERR_CHECKED __attribute__((warn_unused_result))

#endif
