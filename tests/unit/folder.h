/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folders of tests: files put into them, and the end of them.
 */
#ifndef TESTS_UNIT_FOLDER_H
#define TESTS_UNIT_FOLDER_H

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Writes a file of the folder, in place of one that is there. */
static inline void folder_put(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	ck_assert_int_lt(snprintf(path, sizeof(path), "%s/%s", folder, name), (int)sizeof(path));
	file = fopen(path, "we");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static inline int folder_remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

/* Removes the folder and all that is in it; links are not followed. */
static inline void folder_remove(const char *folder)
{
	(void)nftw(folder, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static char folder_own[64];

static inline void folder_end(void)
{
	folder_remove(folder_own);
}

/* A new folder for one test, which goes with the test's process. Returns its path. */
static inline const char *folder_new(const char *name)
{
	ck_assert_int_lt(snprintf(folder_own, sizeof(folder_own), "/tmp/policyd-%s-XXXXXX", name),
			 (int)sizeof(folder_own));
	ck_assert_ptr_nonnull(mkdtemp(folder_own));
	ck_assert_int_eq(atexit(folder_end), 0);
	return folder_own;
}

#endif
