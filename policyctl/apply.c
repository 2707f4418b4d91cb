// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "attempt.h"
#include "client.h"
#include "question.h"
#include "unit.h"
#include "util.h"

static const char help[] =
	"policyctl apply - put a set of policies in force as a whole\n"
	"\n"
	"Usage: policyctl apply [OPTION]... [DIR]\n"
	"\n"
	"The policy files of DIR take the place of those in the policy directory. Without DIR it is about\n"
	"what the policy directory holds, also where that was rolled back.\n"
	"\n"
	"With --confirm the set is on trial: the last good set is in force again after that time, unless\n"
	"policyctl confirm comes before. The policy directory is not changed until then. policyd goes back\n"
	"by itself, so that a set that lets no program start is recovered from, too.\n"
	"\n"
	"  --confirm DURATION  on trial, for instance 60s or 5m; a number alone is seconds\n"
	"  --socket PATH       control socket (default: " CLIENT_SOCKET ")\n"
	"  --json              one JSON object: the status after it\n"
	"  --help              this text\n"
	"\n"
	"Exit status: 0 in force, 1 rejected (what was in force stays), 2 it could not be done.\n"
	"\n"
	"Example: policyctl apply --confirm 60s /root/new-policies\n";

#define SECOND	    1000000000ULL
#define SECONDS_MAX 86400

struct arguments {
	const char *socket;
	const char *directory; /* absolute, NULL: the daemon's own */
	uint64_t confirm;      /* seconds, 0: no trial */
	bool json;
};

/* A duration, or a number of seconds. Returns 0 or -EINVAL. */
static int seconds_read(const char *text, uint64_t *ret_seconds)
{
	uint64_t ns;

	if (*text && text[strspn(text, "0123456789")] == '\0' && strlen(text) < 10)
		ns = strtoull(text, NULL, 10) * SECOND;
	else if (unit_parse_duration(text, &ns) < 0)
		return -EINVAL;
	if (ns < SECOND || ns > SECONDS_MAX * SECOND)
		return -EINVAL;
	*ret_seconds = (ns + SECOND - 1) / SECOND;
	return 0;
}

/* NULL: out of memory, or a name that is no UTF-8. */
static json_t *request_make(const struct arguments *arguments)
{
	json_t *request = json_pack("{s:s}", "request", "apply");
	int r = 0;

	if (arguments->directory)
		r = json_object_set_new(request, "directory", json_string(arguments->directory));
	if (arguments->confirm)
		r |= json_object_set_new(request, "confirm", json_integer((json_int_t)arguments->confirm));
	if (r == 0)
		return request;
	json_decref(request);
	return NULL;
}

static void print_trial(const json_t *status)
{
	const json_t *recovery = json_object_get(status, "recovery");
	const char *state = json_string_value(json_object_get(recovery, "state"));
	time_t until = (time_t)json_integer_value(json_object_get(recovery, "until"));
	struct tm parts;
	char text[16];

	if (state && strcmp(state, "trial") == 0 && localtime_r(&until, &parts) &&
	    strftime(text, sizeof(text), "%H:%M:%S", &parts) > 0)
		(void)printf("on trial until %s; `policyctl confirm` keeps it\n", text);
}

static void print(const json_t *status)
{
	attempt_print(status);
	if (attempt_status(status) == STATUS_GOOD)
		print_trial(status);
}

static enum status apply(const struct arguments *arguments)
{
	static const struct question question = {"apply", attempt_status, print};
	json_t *request = request_make(arguments);

	if (!request)
		return command_fail("apply", "the name of the directory is not UTF-8");
	return question_ask(&question, arguments->socket, request, arguments->json);
}

/* The daemon has another working directory. */
static enum status apply_directory(struct arguments *arguments, const char *directory)
{
	CLEANUP_FREE char *path = directory ? realpath(directory, NULL) : NULL;

	if (directory && !path)
		return command_fail("apply", "cannot use '%s': %s", directory, strerror(errno));
	arguments->directory = path;
	return apply(arguments);
}

enum status command_apply(int argc, char **argv)
{
	static const struct option options[] = {
		{"confirm", required_argument, NULL, 'c'},
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
		if (option == 'c' && seconds_read(optarg, &arguments.confirm) < 0)
			return command_fail(
				"apply", "'%s' is not a duration such as 60s, of a second to a day", optarg);
	}
	if (argc - optind > 1)
		return command_fail("apply", "unexpected argument '%s'", argv[optind + 1]);
	return apply_directory(&arguments, argv[optind]);
}
