/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/read.h"

#include "base/text.h"
#include "sys/file.h"

int work_read_file(struct arena *a, const char *path, struct str published, struct reading *ret,
                   struct err *err)
{
    BUF_AUTO bytes;
    buf_init(&bytes, READ_MAX_BYTES);
    int r = file_read(path, READ_MAX_BYTES, &bytes, err);
    if (r)
        return r;
    r = text_check(buf_str(&bytes), path, err);
    if (r)
        return r;
    struct read_options options = {.file = str_of(path), .published = published};
    struct str text = arena_copy(a, buf_str(&bytes));
    return read_document(a, text, &options, ret, err);
}
