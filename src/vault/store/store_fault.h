/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/store/store_fault: for tests of crashes and full disks: SQLite's file operations can go
 * through another SQLite VFS, which the test registers (tests/unit/fault_vfs.h).
 */
#ifndef DEPONENT_VAULT_STORE_FAULT_H
#define DEPONENT_VAULT_STORE_FAULT_H

/* Stores that are opened from now on use it. NULL: the system's own. */
void store_use_vfs(const char *name);

#endif
