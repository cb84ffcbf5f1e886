/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/fault_disk: the disk below one folder, for crash tests of everything that is in it:
 * SQLite's files go through fault_vfs, all others through the hook of sys/file, and both are
 * counted as one row of operations. The kinds of fault are those of fault_vfs.
 *
 *   fault_disk_install(folder);                 once
 *   fault_disk_arm(FAULT_NONE, 0, 0, false);    run it; n = fault_disk_count()
 *   for at in 1 … n:
 *       put the folder back; fault_disk_arm(FAULT_POWER, at, seed, false);
 *       run it, remember what was acknowledged; close everything (errors do not matter)
 *       fault_disk_settle();                    what is on the disk when the power is back
 *       open again and look
 *
 * What it models: bytes are durable when their file was synced after they were written, names
 * (new, renamed, removed, folders too) when their folder was. Of the rest a loss of power leaves,
 * by a coin of the seed for each, the old name or the new one, the old length or the new one, and
 * of each sector of 512 bytes the old or the new content. After KILL and POWER every later
 * operation fails, so that the program unwinds as if it were not there any more.
 */
#ifndef DEPONENT_TESTS_FAULT_DISK_H
#define DEPONENT_TESTS_FAULT_DISK_H

#include "fault_vfs.h"

/* `root` is there, and holds the folders that are tested. */
void fault_disk_install(const char *root);
void fault_disk_remove(void);
/* With every store closed. All that is there now is durable. */
void fault_disk_arm(enum fault_kind kind, uint64_t at, uint64_t seed, bool once);
/* With every store closed: applies what a loss of power loses, and disarms. */
void fault_disk_settle(void);

static inline uint64_t fault_disk_count(void)
{
    return fault_vfs_count();
}

#endif
