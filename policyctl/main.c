// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "command.h"
#include "diagnostic.h"
#include "util.h"

static const struct {
	const char *name;
	command_fn *run;
	const char *summary;
} commands[] = {
	{"apply", command_apply, "put a set in force as a whole, with --confirm on trial"},
	{"baseline", command_baseline, "what executables usually do: list, show, reset, export, import"},
	{"check", command_check, "validate policy files and show what is wrong with them"},
	{"confirm", command_confirm, "keep the set in force: it is the last good one from now on"},
	{"doctor", command_doctor, "what this host can enforce, with remedies"},
	{"events", command_events, "follow the events"},
	{"explain", command_explain, "what policies say about an operation, and why"},
	{"lock", command_lock, "keep policies as they are until the machine is started anew"},
	{"mode", command_mode, "enforce, audit or disable one policy"},
	{"reload", command_reload, "publish the policy directory again"},
	{"rollback", command_rollback, "go back to the last good set"},
	{"schema", command_schema, "describe the policy language, for editors and people"},
	{"show", command_show, "what is loaded"},
	{"status", command_status, "what is enforced, since when, and what went wrong"},
	{"stop", command_stop, "end the daemon, with --unload the enforcement too"},
	{"test", command_test, "run the tests inside policies"},
	{"top", command_top, "what is refused and audited most"},
};

static void usage(FILE *stream)
{
	(void)fputs("policyctl - the command line of policyd\n\nUsage: policyctl COMMAND [OPTION]... "
		    "[ARGUMENT]...\n\n",
		    stream);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		(void)fprintf(stream, "  %-10s%s\n", commands[i].name, commands[i].summary);
	(void)fputs("\npolicyctl COMMAND --help tells more. Exit status: 0 good, 1 the answer is no, 2 wrong "
		    "usage "
		    "or it\ncould not be done.\n\nExample: policyctl check /etc/policyd/policy.d\n",
		    stream);
}

static enum status unknown(const char *name)
{
	const char *names[ARRAY_SIZE(commands)];
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		names[i] = commands[i].name;
	near = diagnostic_nearest(name, names, ARRAY_SIZE(names));
	(void)fprintf(stderr, "policyctl: no command '%s'%s%s%s; see policyctl --help\n", name,
		      near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
	return STATUS_ERROR;
}

/* Runs a command by its name, argv[0]. */
static enum status command_run(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(commands[i].name, argv[0]) == 0)
			return commands[i].run(argc, argv);
	return unknown(argv[0]);
}

/* `policyctl help`, and `policyctl help COMMAND`. */
static enum status help(int argc, char **argv)
{
	char option[] = "--help";
	char *arguments[] = {argv[argc - 1], option, NULL};

	if (argc == 3)
		return command_run(2, arguments);
	usage(stdout);
	return command_finish(STATUS_GOOD);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return STATUS_ERROR;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
		return help(argc, argv);
	if (strcmp(argv[1], "--version") == 0) {
		(void)puts("policyctl " POLICYD_VERSION);
		return command_finish(STATUS_GOOD);
	}
	return command_run(argc - 1, argv + 1);
}
