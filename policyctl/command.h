/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of policyctl: one function each, in a table. What they share: exit status, options, colour.
 */
#ifndef POLICYCTL_COMMAND_H
#define POLICYCTL_COMMAND_H

#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Exit status of every command. */
enum status {
	STATUS_GOOD,
	STATUS_NO,    /* the answer is no: a check failed, a test failed, denied */
	STATUS_ERROR, /* wrong usage, or it could not be done */
};

/* Runs a command; argv[0] is its name. Returns the exit status. */
typedef enum status command_fn(int argc, char **argv);

command_fn command_apply;
command_fn command_baseline;
command_fn command_check;
command_fn command_confirm;
command_fn command_lock;
command_fn command_doctor;
command_fn command_events;
command_fn command_explain;
command_fn command_mode;
command_fn command_reload;
command_fn command_rollback;
command_fn command_schema;
command_fn command_show;
command_fn command_status;
command_fn command_stop;
command_fn command_test;
command_fn command_top;

/* Says on stderr what went wrong, with the command's name, and returns STATUS_ERROR. */
__attribute__((format(printf, 2, 3))) enum status command_fail(const char *command, const char *format, ...);

/*
 * Reads the next option of a command by getopt_long: its letter; -1 at the end. `help` is printed for --help,
 * which every command has beside its own options; then, and for an unknown option, *ret_status is set and -2
 * returned: the command ends with that status.
 */
int command_option(int argc, char **argv, const struct option *options, const char *help,
		   enum status *ret_status);

/* What commands that ask the daemon have in common; read by command_client_option(). */
#define COMMAND_CLIENT_OPTIONS                                                                               \
	{"socket", required_argument, NULL, 's'},                                                            \
	{                                                                                                    \
		"json", no_argument, NULL, 'j'                                                               \
	}

/* Whether the option, which was just read, was one of these. */
bool command_client_option(int option, const char **socket, bool *json);

/* Whether to use colour on the stream: a terminal, and NO_COLOR is not set. */
bool command_colour(FILE *stream);

/*
 * Prints one line of JSON and drops the reference. Returns `status`, STATUS_ERROR where `json` is NULL or
 * stdout is broken.
 */
enum status command_print_json(json_t *json, enum status status);

/* STATUS_ERROR where not everything could be written to stdout, otherwise `status`. */
enum status command_finish(enum status status);

/*
 * Text from the daemon or a file, in a form that cannot write control sequences to the terminal. Returns a
 * static buffer that the fourth call after it reuses.
 */
const char *command_clean(const char *text);

#define COMMAND_HELP_OPTION                                                                                  \
	{                                                                                                    \
		"help", no_argument, NULL, 'h'                                                               \
	}

#endif
