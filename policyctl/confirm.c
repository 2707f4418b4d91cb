// SPDX-License-Identifier: Apache-2.0
#include "client.h"
#include "question.h"

static const char help[] =
	"policyctl confirm - keep the set in force\n"
	"\n"
	"Usage: policyctl confirm [OPTION]...\n"
	"\n"
	"Ends a trial (policyctl apply --confirm): the set stays, and its files are written into the policy\n"
	"directory. A set that came by changed files counts as good by itself after a while; confirm says "
	"so\n"
	"now.\n"
	"\n"
	"  --socket PATH  control socket (default: " CLIENT_SOCKET ")\n"
	"  --json         one JSON object: the status after it\n"
	"  --help         this text\n"
	"\n"
	"Exit status: 0 confirmed, 2 it could not be done, for instance because nothing waits for it.\n"
	"\n"
	"Example: policyctl confirm\n";

static void print(const json_t *status)
{
	(void)status;
	(void)puts("confirmed: this is the last good set");
}

enum status command_confirm(int argc, char **argv)
{
	static const struct question question = {"confirm", NULL, print};

	return question_command(&question, help, argc, argv);
}
