// SPDX-License-Identifier: Apache-2.0
#include "attempt.h"
#include "client.h"
#include "question.h"

static const char help[] =
	"policyctl reload - publish the policy directory again\n"
	"\n"
	"Usage: policyctl reload [OPTION]...\n"
	"\n"
	"Changed files are picked up without it; links and users behind them may not be.\n"
	"Files that were rolled back stay away: see policyctl apply.\n"
	"\n"
	"  --socket PATH  control socket (default: " CLIENT_SOCKET ")\n"
	"  --json         one JSON object: the status after it\n"
	"  --help         this text\n"
	"\n"
	"Exit status: 0 published, 1 rejected (what was in force stays), 2 could not be asked.\n"
	"\n"
	"Example: policyctl reload\n";

enum status command_reload(int argc, char **argv)
{
	static const struct question question = {"reload", attempt_status, attempt_print};

	return question_command(&question, help, argc, argv);
}
