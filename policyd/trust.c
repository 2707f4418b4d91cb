// SPDX-License-Identifier: Apache-2.0
#include "trust.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

__attribute__((format(printf, 3, 4))) static int refused(struct diagnostics *diagnostics, const char *path,
							 const char *format, ...)
{
	struct location at = {.file = path};
	va_list arguments;

	va_start(arguments, format);
	diagnostic_vadd(diagnostics, DIAGNOSTIC_ERROR, at, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

/* What is wrong with an owner and mode, or NULL. On a directory above, the sticky bit protects as well. */
static const char *stat_problem(const struct stat *status, bool above)
{
	if (status->st_uid != 0)
		return "does not belong to root";
	if (above && status->st_mode & S_ISVTX)
		return NULL;
	if (status->st_mode & S_IWGRP)
		return "can be written by its group";
	if (status->st_mode & S_IWOTH)
		return "can be written by everybody";
	return NULL;
}

/*
 * Whether all directories above the file that `fd` is let nobody but root exchange it. From the root on
 * down, so that what has been checked cannot change any more.
 */
static int above_check(int fd, const char *path, struct diagnostics *diagnostics)
{
	char link[64], real[PATH_MAX];
	ssize_t length;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, real, sizeof(real) - 1);
	if (length <= 0 || real[0] != '/')
		return refused(diagnostics, path, "cannot tell where it is (is /proc mounted?)");
	real[length] = '\0';
	for (char *slash = real; slash; slash = strchr(slash + 1, '/')) {
		const char *problem;
		struct stat status;
		char kept = slash[1];

		/* Ends the text behind the slash for "/", before it for the rest. */
		if (slash == real)
			slash[1] = '\0';
		else
			*slash = '\0';
		if (lstat(real, &status) < 0)
			return refused(diagnostics, path, "cannot check '%s': %s", real, strerror(errno));
		problem = stat_problem(&status, true);
		if (problem)
			return refused(diagnostics, path, "not trusted: '%s' above it %s", real, problem);
		if (slash == real)
			slash[1] = kept;
		else
			*slash = '/';
	}
	return 0;
}

int trust_check(int fd, const struct stat *status, const char *path, struct diagnostics *diagnostics)
{
	const char *problem = stat_problem(status, false);

	if (problem)
		return refused(diagnostics, path, "not trusted: it %s", problem);
	return above_check(fd, path, diagnostics);
}
