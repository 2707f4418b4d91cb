// SPDX-License-Identifier: Apache-2.0
#include "client.h"
#include "command.h"
#include "util.h"

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

static void json_cleanup(json_t **json)
{
	json_decref(*json);
}

static enum status rollback(const char *socket, bool json)
{
	CLEANUP(json_cleanup) json_t *reply = NULL;

	if (client_request("rollback", socket, json_pack("{s:s}", "request", "rollback"), &reply) < 0)
		return STATUS_ERROR;
	if (json)
		return command_print_json(TAKE_PTR(reply), STATUS_GOOD);
	(void)puts("rolled back: the last good set is in force");
	return command_finish(STATUS_GOOD);
}

enum status command_rollback(int argc, char **argv)
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
		return command_fail("rollback", "unexpected argument '%s'", argv[optind]);
	return rollback(socket, json);
}
