// SPDX-License-Identifier: Apache-2.0
#include "attempt.h"
#include "client.h"
#include "command.h"
#include "util.h"

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

static void json_cleanup(json_t **json)
{
	json_decref(*json);
}

static enum status reload(const char *socket, bool json)
{
	CLEANUP(json_cleanup) json_t *reply = NULL;
	enum status status;

	if (client_request("reload", socket, json_pack("{s:s}", "request", "reload"), &reply) < 0)
		return STATUS_ERROR;
	status = attempt_status(reply);
	if (json)
		return command_print_json(TAKE_PTR(reply), status);
	attempt_print(reply);
	return command_finish(status);
}

enum status command_reload(int argc, char **argv)
{
	static const struct option options[] = {
		{"socket", required_argument, NULL, 's'},
		{"json", no_argument, NULL, 'j'},
		COMMAND_HELP_OPTION,
		{0},
	};
	const char *socket = NULL;
	bool json = false;
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		json = json || option == 'j';
		socket = option == 's' ? optarg : socket;
	}
	if (optind < argc)
		return command_fail("reload", "unexpected argument '%s'", argv[optind]);
	return reload(socket, json);
}
