// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "command.h"
#include "fingerprint.h"
#include "json.h"
#include "status.h"
#include "unit.h"
#include "util.h"

static const char help[] =
	"policyctl status - what is enforced, since when, and what went wrong\n"
	"\n"
	"Usage: policyctl status [OPTION]...\n"
	"\n"
	"  --wait DURATION  return when the policy directory as it is now is what is enforced;\n"
	"                   a daemon that does not answer yet is waited for, too\n"
	"  --socket PATH    control socket (default: " CLIENT_SOCKET ")\n"
	"  --json           one JSON object\n"
	"  --help           this text\n"
	"\n"
	"Exit status: 0 enforced as the directory says; 1 not enforced, or not all of it (degraded), or the\n"
	"directory was rejected or rolled back;\n"
	"2 the daemon could not be asked, or the time was over.\n"
	"\n"
	"Example: policyctl status --wait 10s\n";

#define POLL_NS 20000000L
#define SECOND	1000000000ULL

struct arguments {
	const char *socket;
	uint64_t wait;
	bool json;
};

bool status_is(const json_t *status, const char *state)
{
	const char *found = json_string_value(json_object_get(status, "state"));

	return found && strcmp(found, state) == 0;
}

/* 1: the directory is what is enforced; 0: not yet; -EINVAL: it was rejected; -errno of reading it. */
static int directory_state(const json_t *status)
{
	const char *directory = json_string_value(json_object_get(status, "directory"));
	const char *live = json_string_value(json_object_get(json_object_get(status, "live"), "fingerprint"));
	const json_t *attempt = json_object_get(status, "attempt");
	const char *tried = json_string_value(json_object_get(attempt, "fingerprint"));
	const char *outcome = json_string_value(json_object_get(attempt, "outcome"));
	const char *refused =
		json_string_value(json_object_get(json_object_get(status, "recovery"), "refused"));
	char text[FINGERPRINT_TEXT_SIZE];
	uint64_t fingerprint;
	int r;

	if (!directory || !tried || !outcome)
		return -EBADMSG;
	r = fingerprint_directory(directory, &fingerprint);
	if (r < 0)
		return r;
	fingerprint_format(fingerprint, text);
	if (strcmp(tried, text) == 0 && strcmp(outcome, "rejected") == 0)
		return -EINVAL;
	if (refused && strcmp(refused, text) == 0)
		return -EINVAL;
	return live && strcmp(live, text) == 0 &&
	       (json_is_true(json_object_get(status, "enforcing")) || status_is(status, "degraded"));
}

static uint64_t monotonic_now(void)
{
	struct timespec now = {};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

static void poll_pause(void)
{
	(void)nanosleep(&(struct timespec){.tv_nsec = POLL_NS}, NULL);
}

/* Returns when somebody listens or the time is over. What is wrong then, the request that follows says. */
static void daemon_wait(const char *socket, uint64_t end)
{
	for (;;) {
		CLEANUP_FCLOSE FILE *stream = NULL;
		int r = client_open(socket, &stream);

		if ((r != -ENOENT && r != -ECONNREFUSED) || monotonic_now() >= end)
			return;
		poll_pause();
	}
}

/* Asks until the directory is enforced or rejected or the time is over. Owns the last status it got. */
static int status_wait(const struct arguments *arguments, json_t **ret_status)
{
	uint64_t end = monotonic_now() + arguments->wait;
	int r;

	if (arguments->wait)
		daemon_wait(arguments->socket, end);
	for (;;) {
		CLEANUP_JSON json_t *status = NULL;

		r = client_request("status", arguments->socket, json_pack("{s:s}", "request", "status"),
				   &status);
		if (r < 0)
			return r;
		r = arguments->wait ? directory_state(status) : 1;
		if (r != 0 || monotonic_now() >= end) {
			*ret_status = TAKE_PTR(status);
			return r == 0 ? -ETIMEDOUT : r;
		}
		poll_pause();
	}
}

static enum status show(const struct arguments *arguments)
{
	CLEANUP_JSON json_t *reply = NULL;
	enum status status;
	int r = status_wait(arguments, &reply);

	if (!reply)
		return STATUS_ERROR;
	status = status_is(reply, "ok") ? STATUS_GOOD : STATUS_NO;
	if (arguments->json)
		status = command_print_json(json_incref(reply), status);
	else
		status_print(reply);
	if (r == -ETIMEDOUT)
		return command_fail("status", "the time is over: the policy directory is not in force yet");
	if (r < 0 && r != -EINVAL)
		return command_fail("status", "cannot compare the policy directory: %s", strerror(-r));
	return command_finish(status);
}

enum status command_status(int argc, char **argv)
{
	static const struct option options[] = {
		{"wait", required_argument, NULL, 'w'},
		COMMAND_CLIENT_OPTIONS,
		COMMAND_HELP_OPTION,
		{0},
	};
	struct arguments arguments = {};
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		if (command_client_option(option, &arguments.socket, &arguments.json))
			continue;
		if (option == 'w' &&
		    (unit_parse_duration(optarg, &arguments.wait) < 0 || arguments.wait == 0))
			return command_fail("status", "'%s' is not a duration such as 10s", optarg);
	}
	if (optind < argc)
		return command_fail("status", "unexpected argument '%s'", argv[optind]);
	return show(&arguments);
}
