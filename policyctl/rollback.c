// SPDX-License-Identifier: Apache-2.0
#include "client.h"
#include "question.h"

static const char help[] =
	"policyctl rollback - go back to the last good set\n"
	"\n"
	"Usage: policyctl rollback [OPTION]...\n"
	"\n"
	"Takes a set back that is on trial or not confirmed. The files in the policy directory stay as they\n"
	"are; they are not applied until they change, or policyctl apply says so.\n"
	"\n"
	"  --socket PATH  control socket (default: " CLIENT_SOCKET ")\n"
	"  --json         one JSON object: the status after it\n"
	"  --help         this text\n"
	"\n"
	"Exit status: 0 the last good set is in force, 2 it could not be done, for instance because there "
	"is\n"
	"none.\n"
	"\n"
	"Example: policyctl rollback\n";

static void print(const json_t *status)
{
	(void)status;
	(void)puts("rolled back: the last good set is in force");
}

enum status command_rollback(int argc, char **argv)
{
	static const struct question question = {"rollback", NULL, print};

	return question_command(&question, help, argc, argv);
}
