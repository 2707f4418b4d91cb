// SPDX-License-Identifier: Apache-2.0
#include "client.h"
#include "question.h"

static const char help[] = "policyctl lock - keep policies as they are until the machine is started anew\n"
			   "\n"
			   "Usage: policyctl lock [OPTION]...\n"
			   "\n"
			   "From then on nobody changes policies or modes, rolls back, stops policyd with "
			   "policyctl or unloads,\n"
			   "not even root. Changed files are reported and change nothing. It cannot be "
			   "undone but by a restart of\n"
			   "the machine, and needs 'self_protection: true' in policyd.yaml.\n"
			   "\n"
			   "  --socket PATH  control socket (default: " CLIENT_SOCKET ")\n"
			   "  --json         one JSON object: the status after it\n"
			   "  --help         this text\n"
			   "\n"
			   "Exit status: 0 locked, 2 it could not be done.\n"
			   "\n"
			   "Example: policyctl lock\n";

static void print(const json_t *status)
{
	(void)status;
	(void)puts("locked: policies stay as they are until the machine is started anew");
}

enum status command_lock(int argc, char **argv)
{
	static const struct question question = {"lock", NULL, print};

	return question_command(&question, help, argc, argv);
}
