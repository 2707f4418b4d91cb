/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read leases on the policy files of a directory: while they are held none of the files is open for writing,
 * and who wants to open one so waits. What is read under them is therefore never half written.
 *
 * When somebody waits the kernel sends SIGIO: the process must ignore that signal, and hold leases briefly.
 * Filesystems without leases give none; there the moment between opening and closing a file is the
 * writer's risk.
 */
#ifndef POLICYD_LEASE_H
#define POLICYD_LEASE_H

struct leases;

/*
 * Takes leases on all files that parse_directory would read. Returns 0; -EBUSY when one is being written, and
 * then its name in *ret_busy, malloc'ed; or -errno (of the directory).
 */
int leases_take(const char *directory, struct leases **ret_leases, char **ret_busy);

/* Takes NULL. */
void leases_free(struct leases *leases);

#endif
