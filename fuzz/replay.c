/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a fuzz target once on each file of the folders named on the command line and prints TAP:
 * a find that was mended stays mended, in every build. Folders that are not there are empty.
 */
#include "base/arena.h"
#include "fuzz.h"
#include "sys/file.h"

#define REPLAY_MAX_BYTES (40u << 20)

int main(int argc, char **argv)
{
    ARENA_AUTO a = {0};
    int count = 0;
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    printf("ok %d - nothing at all\n", ++count);
    for (int i = 1; i < argc; i++) {
        const char **paths = NULL;
        size_t n = 0;
        struct err err = {0};
        if (file_list(&a, argv[i], 10000, &paths, &n, &err) != 0)
            continue;
        for (size_t k = 0; k < n; k++) {
            BUF_AUTO bytes;
            buf_init(&bytes, REPLAY_MAX_BYTES);
            if (file_read(paths[k], REPLAY_MAX_BYTES, &bytes, &err) != 0) {
                printf("not ok %d - %s\n", ++count, err.text);
                continue;
            }
            (void)LLVMFuzzerTestOneInput((const uint8_t *)(bytes.p ? bytes.p : ""), bytes.n);
            printf("ok %d - %s\n", ++count, strrchr(paths[k], '/') + 1);
            (void)fflush(stdout);
        }
    }
    printf("1..%d\n", count);
    return 0;
}
