/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/seal_file.h"

#include "sys/file.h"

/* What the two ends of a stream need. */
struct stream {
    const struct seal_job *job;
    struct file_in in;
    struct file_out out;
    uint64_t read, written;
    bool named; /* the error is of an end, and names it */
};

static int stream_read(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct stream *s = context;
    int r = file_in_read(&s->in, p, n, ret_n, err);
    if (r) {
        s->named = true;
        return r;
    }
    s->read += *ret_n;
    if (s->job->progress)
        s->job->progress(s->job->context, s->read, s->in.size);
    return 0;
}

static int stream_write(void *context, const void *p, size_t n, struct err *err)
{
    struct stream *s = context;
    int r = file_out_write(&s->out, str_make(p, n), err);
    if (r)
        s->named = true;
    else
        s->written += n;
    return r;
}

static int stream_begin(struct stream *s, const struct seal_job *job, struct err *err)
{
    *s = (struct stream){.job = job};
    int r = file_in_open(job->in, &s->in, err);
    if (r)
        return r;
    if (file_in_is(&s->in, job->out))
        r = err_set(err, ERR_USAGE, "%s: input and output are one file", s->in.name);
    else
        r = file_out_begin(job->out, &s->out, err);
    if (r)
        file_in_close(&s->in);
    return r;
}

/* `r` is how the work in between went. */
static int stream_end(struct stream *s, int r, struct err *err)
{
    if (r) {
        file_out_abandon(&s->out);
        if (!s->named)
            (void)err_prefix(err, "%s", s->in.name);
    } else {
        r = file_out_commit(&s->out, true, err);
    }
    file_in_close(&s->in);
    return r;
}

int seal_file(const struct age_recipients *to, const struct seal_job *job, struct err *err)
{
    struct stream s;
    int r = stream_begin(&s, job, err);
    if (r)
        return r;
    const struct age_source in = {stream_read, &s};
    const struct age_sink out = {stream_write, &s};
    return stream_end(&s, age_seal(to->items, to->count, &job->options, &in, &out, err), err);
}

int seal_open_file(const struct age_identities *with, const struct seal_job *job,
                   struct err *err)
{
    struct stream s;
    struct err why = {0};
    int r = stream_begin(&s, job, err);
    if (r)
        return r;
    const struct age_source in = {stream_read, &s};
    const struct age_sink out = {stream_write, &s};
    r = age_open(with->items, with->count, &job->options, &in, &out, &why);
    r = stream_end(&s, r, &why);
    if (r && !job->out && s.written)
        return err_set(err, r, "%s (%llu bytes before it are authentic and already written)",
                       why.text, (unsigned long long)s.written);
    return r ? err_set(err, r, "%s", why.text) : 0;
}

int seal_key_read(const char *path, const char *spare, struct secret *ret, struct err *err)
{
    struct file_in f;
    int r = file_in_open(path, &f, err);
    if (r)
        return r;
    SECRET_AUTO text = {0};
    secret_alloc(&text, SEAL_KEYS_MAX + 1);
    if (spare && file_in_is(&f, spare))
        r = err_set(err, ERR_USAGE, "%s: a file with keys would be replaced by the output",
                    f.name);
    else
        r = file_in_read(&f, text.p, text.n, &text.n, err);
    if (!r && text.n > SEAL_KEYS_MAX)
        r = err_set(err, ERR_LIMIT, "%s: more than %zu bytes, expected a file with keys",
                    f.name, SEAL_KEYS_MAX);
    file_in_close(&f);
    if (!r)
        secret_set(ret, text.p, text.n);
    return r;
}

int seal_key_unlock(struct secret *file, const struct secret *passphrase, const char *path,
                    struct err *err)
{
    const struct age_identity with = {AGE_SCRYPT, *passphrase};
    SECRET_AUTO text = {0};
    int r = age_open_secret(&with, 1, secret_str(file), SEAL_KEYS_MAX, &text, NULL, err);
    if (r)
        return err_prefix(err, "%s", path);
    secret_set(file, text.p, text.n);
    return 0;
}

/* Borrowed bytes as the source of a stream. */
static int bytes_read(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    (void)err;
    struct str *rest = context;
    *ret_n = n < rest->n ? n : rest->n;
    if (*ret_n)
        memcpy(p, rest->p, *ret_n);
    *rest = str_slice(*rest, *ret_n, rest->n);
    return 0;
}

static int out_write(void *context, const void *p, size_t n, struct err *err)
{
    return file_out_write(context, str_make(p, n), err);
}

static int write_key(struct file_out *f, struct str text, const struct secret *passphrase,
                     struct err *err)
{
    if (!passphrase)
        return file_out_write(f, text, err);
    const struct age_recipient to = {
        .kind = AGE_SCRYPT, .passphrase = passphrase, .log2 = AGE_SCRYPT_LOG2};
    const struct age_options options = {.armor = true};
    const struct age_source in = {bytes_read, &text};
    const struct age_sink out = {out_write, f};
    return age_seal(&to, 1, &options, &in, &out, err);
}

/* The three lines of a file with one key. */
static void print_key(struct secret *out, struct str created, struct str public,
                      const struct age_identity *key)
{
    SECRET_AUTO line = {0};
    age_identity_print(&line, key);
    const struct str parts[] = {
        STR("# created: "), created,   STR("\n# public key: "), public, STR("\n"),
        secret_str(&line),  STR("\n"),
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!secret_add(out, parts[i].p, parts[i].n))
            err_die("a key is too long");
}

int seal_key_new(const char *path, const struct secret *passphrase, struct str created,
                 struct buf *ret_public, struct err *err)
{
    struct file_out f;
    int r = file_out_begin(path, &f, err);
    if (r)
        return r;
    struct age_identity key = {0};
    SECRET_AUTO text = {0};
    unsigned char public_key[32];
    BUF_AUTO public;
    buf_init(&public, 256);
    age_identity_new(&key);
    age_identity_public(&key, public_key);
    age_recipient_print(&public, public_key);
    print_key(&text, created, buf_str(&public), &key);
    age_identity_free(&key);
    r = write_key(&f, secret_str(&text), passphrase, err);
    if (r)
        file_out_abandon(&f);
    else
        r = file_out_commit(&f, false, err);
    if (!r)
        buf_add(ret_public, buf_str(&public));
    return r;
}
