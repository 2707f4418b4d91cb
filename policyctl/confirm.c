// SPDX-License-Identifier: Apache-2.0
#include "client.h"
#include "command.h"
#include "util.h"

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

static void json_cleanup(json_t **json)
{
	json_decref(*json);
}

static enum status confirm(const char *socket, bool json)
{
	CLEANUP(json_cleanup) json_t *reply = NULL;

	if (client_request("confirm", socket, json_pack("{s:s}", "request", "confirm"), &reply) < 0)
		return STATUS_ERROR;
	if (json)
		return command_print_json(TAKE_PTR(reply), STATUS_GOOD);
	(void)puts("confirmed: this is the last good set");
	return command_finish(STATUS_GOOD);
}

enum status command_confirm(int argc, char **argv)
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
		return command_fail("confirm", "unexpected argument '%s'", argv[optind]);
	return confirm(socket, json);
}
