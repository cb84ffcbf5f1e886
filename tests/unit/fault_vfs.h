/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/fault_vfs: an SQLite VFS between a store and the disk that counts each write, sync,
 * truncation, deletion and creation of a file, and at a given count does one of the things that
 * disks, kernels and power supplies do. For crash tests:
 *
 *   fault_vfs_install();                       once; all stores opened from now on use it
 *   fault_vfs_arm(FAULT_NONE, 0, 0, false);    run it; n = fault_vfs_count() is how far it goes
 *   for at in 1 … n:
 *       fresh files; fault_vfs_arm(FAULT_POWER, at, seed, false);
 *       run it, remember what was acknowledged; close every store (errors do not matter)
 *       fault_vfs_settle();                    what is on the disk when the power is back
 *       open again and look
 *
 * What it models: a write is durable, sector by sector of 512 bytes, when its file was synced
 * after it; what was not synced is there or not, each sector by a coin of the seed, and so are
 * a file's new length, a new file that was never synced, and a deleted one whose deletion was
 * not. Syncs are not passed on to the real disk, so runs are fast. Does not: see files that do
 * not go through SQLite, and the -shm file, which SQLite makes anew after a crash.
 */
#ifndef DEPONENT_TESTS_FAULT_VFS_H
#define DEPONENT_TESTS_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_KILL,   /* the process ends before this operation; what was written stays */
    FAULT_TORN,   /* it ends in the middle of this write */
    FAULT_POWER,  /* the power ends with this operation */
    FAULT_EIO,    /* this operation fails */
    FAULT_ENOSPC, /* the disk is full */
    FAULT_SHORT,  /* the disk is full in the middle of this write */
    FAULT_KIND_COUNT
};

void fault_vfs_install(void);
void fault_vfs_remove(void);
/* At the operation `at` (from 1). `once`: of EIO, ENOSPC and SHORT, later operations work again;
 * otherwise all that comes after fails. The count begins anew. */
void fault_vfs_arm(enum fault_kind kind, uint64_t at, uint64_t seed, bool once);
uint64_t fault_vfs_count(void);
/* Has it happened? */
bool fault_vfs_hit(void);
/* With every store closed: applies what a loss of power loses, and disarms. */
void fault_vfs_settle(void);
/* The power ends now, between two operations. */
void fault_vfs_cut(void);
/* Syncs of files whose path contains `part` only seem to be made, as if the code had forgotten
 * them: to see that a test notices. NULL: all syncs are made. */
void fault_vfs_forget_syncs(const char *part);
bool fault_vfs_forgets(const char *path);
/* What it happened to: "sync ledger.db-wal"; "" when it has not. */
const char *fault_vfs_where(void);

/* ---- for fault_disk, which counts operations on other files with these ---- */

enum fault_verdict {
    FAULT_GO,
    FAULT_GO_AND_DIE,
    FAULT_HALF,
    FAULT_FAIL,
    FAULT_FAIL_FULL,
};
/* One more operation: what happens to it? */
enum fault_verdict fault_vfs_point(const char *step, const char *path);
/* The folder of `path` was synced: names of SQLite's files that are in it, new or removed, are
 * durable. When SQLite does it, it is told to the other side. */
void fault_vfs_sync_folder(const char *path);
extern void (*fault_vfs_folder_synced)(const char *path);
/* Chance, below n. */
uint64_t fault_vfs_below(uint64_t n);

#endif
