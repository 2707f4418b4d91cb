/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request to the daemon whose answer is its status.
 */
#ifndef POLICYCTL_QUESTION_H
#define POLICYCTL_QUESTION_H

#include <jansson.h>

#include "command.h"

struct question {
	const char *command;			    /* name of the command, for messages */
	enum status (*judge)(const json_t *status); /* NULL: the daemon's answer is good */
	void (*print)(const json_t *status);	    /* for people */
};

/*
 * Asks, and prints the answer, with `json` as it came. Takes the reference of `request`. Returns the
 * command's exit status.
 */
enum status question_ask(const struct question *question, const char *socket, json_t *request, bool json);

/* A whole command that has no options but --socket, --json and --help; the request is called as it is. */
enum status question_command(const struct question *question, const char *help, int argc, char **argv);

#endif
