/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void process_no_core(void)
{
    /* Lowering a limit and giving up a right cannot fail for lack of rights. */
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
