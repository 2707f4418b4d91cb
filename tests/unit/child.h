/* SPDX-License-Identifier: Apache-2.0 */
/* Which children a process has. */
#ifndef TEST_CHILD_H
#define TEST_CHILD_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

/* The oldest child of a process of one thread; there must be one. */
static inline pid_t child_first(pid_t parent)
{
	char path[64], line[64];
	FILE *children;
	long pid;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent, parent);
	children = fopen(path, "re");
	ck_assert_ptr_nonnull(children);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), children));
	(void)fclose(children);
	pid = strtol(line, NULL, 10);
	ck_assert_int_gt(pid, 1);
	return (pid_t)pid;
}

#endif
