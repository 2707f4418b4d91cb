// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a refusal by policy looks like; --errno changes it. */
static int expected_errno = EPERM;

static const struct {
	const char *name;
	int value;
} errno_names[] = {
	{"EPERM", EPERM},
	{"EACCES", EACCES},
	{"ENOENT", ENOENT},
	{"EROFS", EROFS},
	{"EXDEV", EXDEV},
	{"ECONNREFUSED", ECONNREFUSED},
	{"ENOSYS", ENOSYS},
	{"EBUSY", EBUSY},
	{"EADDRINUSE", EADDRINUSE},
	{"EINVAL", EINVAL},
	{"ENOEXEC", ENOEXEC},
	{"EPROTONOSUPPORT", EPROTONOSUPPORT},
	{"EAFNOSUPPORT", EAFNOSUPPORT},
	{"EOPNOTSUPP", EOPNOTSUPP},
};

static const struct probe *const tables[] = {
	probe_file_table,   probe_route_table,	 probe_exec_table,	 probe_subject_table,
	probe_net_table,    probe_uring_table,	 probe_race_table,	 probe_32_table,
	probe_kernel_table, probe_process_table, probe_socket_table,	 probe_memory_table,
	probe_guard_table,  probe_mount_table,	 probe_descriptor_table, probe_identity_table,
	probe_source_table, probe_bound_table,	 probe_family_table,	 probe_given_table,
	probe_crowd_table,
};

enum probe_outcome probe_verdict(int error)
{
	if (error == 0)
		return PROBE_ALLOWED;
	fprintf(stderr, "probe: %s\n", strerror(error));
	return error == expected_errno ? PROBE_DENIED : PROBE_OTHER;
}

enum probe_outcome probe_not_tried(const char *what, int error)
{
	if (error)
		fprintf(stderr, "probe: could not try: %s: %s\n", what, strerror(error));
	else
		fprintf(stderr, "probe: could not try: %s\n", what);
	return PROBE_NOT_TRIED;
}

static int errno_parse(const char *text)
{
	for (size_t i = 0; i < sizeof(errno_names) / sizeof(errno_names[0]); i++)
		if (strcmp(errno_names[i].name, text) == 0)
			return errno_names[i].value;
	return atoi(text);
}

static void usage(void)
{
	fputs("Usage: probe [--errno NAME] WHAT [ARGUMENT…]\n"
	      "Exit status: 0 allowed, 1 denied with EPERM (or --errno), 2 could not try, 3 other error\n\n",
	      stderr);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct probe *p = tables[i]; p->name; p++)
			fprintf(stderr, "  %-14s %s\n", p->name, p->usage);
}

enum probe_outcome probe_run(char **arguments)
{
	int count = 0;

	if (!arguments[0])
		return probe_not_tried("nothing to try", 0);
	while (arguments[count + 1])
		count++;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (const struct probe *p = tables[i]; p->name; p++) {
			if (strcmp(p->name, arguments[0]) != 0)
				continue;
			if (count < p->arguments)
				return probe_not_tried(p->usage, 0);
			return p->run(arguments + 1);
		}
	}

	usage();
	return PROBE_NOT_TRIED;
}

int main(int argc, char **argv)
{
	char **arguments = argv + 1;

	if (argc > 2 && strcmp(argv[1], "--errno") == 0) {
		expected_errno = errno_parse(argv[2]);
		if (expected_errno <= 0)
			return probe_not_tried("--errno takes a name such as EACCES, or a number", 0);
		arguments += 2;
	}
	if (!arguments[0]) {
		usage();
		return PROBE_NOT_TRIED;
	}

	return probe_run(arguments);
}
