/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/process.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void process_no_core(void)
{
    /* Lowering a limit and giving up a right cannot fail for lack of rights. */
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

uint64_t process_memory_available(void)
{
    FILE *f = fopen("/proc/meminfo", "re");
    if (!f)
        return UINT64_MAX;
    char line[128];
    uint64_t sum = 0;
    bool found = false;
    while (fgets(line, sizeof line, f)) {
        unsigned long long kb = 0;
        if (sscanf(line, "MemAvailable: %llu kB", &kb) == 1)
            found = true;
        else if (sscanf(line, "SwapFree: %llu kB", &kb) != 1)
            continue;
        sum += (uint64_t)kb << 10;
    }
    (void)fclose(f);
    return found ? sum : UINT64_MAX;
}
