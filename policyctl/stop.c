// SPDX-License-Identifier: Apache-2.0
#include "client.h"
#include "command.h"
#include "json.h"
#include "util.h"

static const char help[] = "policyctl stop - end the daemon\n"
			   "\n"
			   "Usage: policyctl stop [OPTION]...\n"
			   "\n"
			   "Without --unload what is pinned goes on being enforced.\n"
			   "\n"
			   "  --unload       end the enforcement too\n"
			   "  --socket PATH  control socket (default: " CLIENT_SOCKET ")\n"
			   "  --json         one JSON object\n"
			   "  --help         this text\n"
			   "\n"
			   "Exit status: 0 the daemon stops, 2 it could not be asked.\n"
			   "\n"
			   "Example: policyctl stop --unload\n";

enum status command_stop(int argc, char **argv)
{
	static const struct option options[] = {
		{"unload", no_argument, NULL, 'u'},
		COMMAND_CLIENT_OPTIONS,
		COMMAND_HELP_OPTION,
		{0},
	};
	CLEANUP_JSON json_t *reply = NULL;
	const char *socket = NULL;
	bool json = false, unload = false;
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		if (command_client_option(option, &socket, &json))
			continue;
		unload = unload || option == 'u';
	}
	if (optind < argc)
		return command_fail("stop", "unexpected argument '%s'", argv[optind]);
	if (client_request("stop", socket, json_pack("{s:s,s:b}", "request", "stop", "unload", (int)unload),
			   &reply) < 0)
		return STATUS_ERROR;
	if (json)
		return command_print_json(TAKE_PTR(reply), STATUS_GOOD);
	(void)puts(unload ? "policyd stops, and so does enforcement"
			  : "policyd stops; what is pinned stays in force");
	return command_finish(STATUS_GOOD);
}
