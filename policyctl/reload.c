// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "client.h"
#include "command.h"
#include "util.h"

static const char help[] =
	"policyctl reload - publish the policy directory again\n"
	"\n"
	"Usage: policyctl reload [OPTION]...\n"
	"\n"
	"Changed files are picked up without it; links and users behind them may not be.\n"
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
	const json_t *attempt, *line;
	const char *outcome;
	enum status status;
	size_t i;

	if (client_request("reload", socket, json_pack("{s:s}", "request", "reload"), &reply) < 0)
		return STATUS_ERROR;
	attempt = json_object_get(reply, "attempt");
	outcome = json_string_value(json_object_get(attempt, "outcome"));
	status = outcome && strcmp(outcome, "published") == 0 ? STATUS_GOOD : STATUS_NO;
	if (json)
		return command_print_json(TAKE_PTR(reply), status);
	json_array_foreach(json_object_get(attempt, "diagnostics"), i, line)(void)
		fprintf(stderr, "%s\n", command_clean(json_string_value(line)));
	if (json_is_string(json_object_get(attempt, "error")))
		(void)fprintf(stderr, "%s\n",
			      command_clean(json_string_value(json_object_get(attempt, "error"))));
	(void)puts(command_clean(outcome));
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
