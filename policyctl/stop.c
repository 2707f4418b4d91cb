// SPDX-License-Identifier: Apache-2.0
#include <poll.h>

#include "client.h"
#include "command.h"
#include "json.h"
#include "util.h"

static const char help[] =
	"policyctl stop - end the daemon\n"
	"\n"
	"Usage: policyctl stop [OPTION]...\n"
	"\n"
	"Without --unload what is pinned goes on being enforced.\n"
	"Waits until the daemon has ended.\n"
	"\n"
	"  --unload       end the enforcement too\n"
	"  --socket PATH  control socket (default: " CLIENT_SOCKET ")\n"
	"  --json         one JSON object\n"
	"  --help         this text\n"
	"\n"
	"Exit status: 0 the daemon has ended, 1 it has not within 30 seconds, 2 it could not be asked.\n"
	"\n"
	"Example: policyctl stop --unload\n";

#define STOP_WAIT 30000 /* milliseconds */

/* Asks the daemon and waits for its end: 0, -ETIMEDOUT, or another -errno, which has been said. */
static int stop_and_wait(const char *socket, bool unload, json_t **ret_reply)
{
	json_t *request = json_pack("{s:s,s:b}", "request", "stop", "unload", (int)unload);
	CLEANUP_FCLOSE FILE *stream = NULL;
	CLEANUP_CLOSE int process = -1;
	struct pollfd ended = {.events = POLLIN};
	int r = client_open(socket, &stream);

	if (r < 0) {
		json_decref(request);
		client_explain("stop", socket, r);
		return r;
	}
	process = client_process(stream);
	r = client_answer("stop", socket, stream, request, ret_reply);
	if (r < 0 || process < 0) /* nobody to wait for that can be seen from here */
		return r;
	ended.fd = process;
	return poll(&ended, 1, STOP_WAIT) == 1 ? 0 : -ETIMEDOUT;
}

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
	int option, r;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		if (command_client_option(option, &socket, &json))
			continue;
		unload = unload || option == 'u';
	}
	if (optind < argc)
		return command_fail("stop", "unexpected argument '%s'", argv[optind]);
	r = stop_and_wait(socket, unload, &reply);
	if (r == -ETIMEDOUT) {
		(void)command_fail("stop", "policyd has not ended within %d seconds; its log may say why",
				   STOP_WAIT / 1000);
		return STATUS_NO;
	}
	if (r < 0)
		return STATUS_ERROR;
	if (json)
		return command_print_json(TAKE_PTR(reply), STATUS_GOOD);
	(void)puts(unload ? "policyd has ended, and enforcement with it unless the log says otherwise"
			  : "policyd has ended; what is pinned stays in force");
	return command_finish(STATUS_GOOD);
}
