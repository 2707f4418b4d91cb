// SPDX-License-Identifier: Apache-2.0
#include "client.h"
#include "command.h"
#include "event.h"
#include "json.h"
#include "util.h"

static const char help[] =
	"policyctl events - follow the events\n"
	"\n"
	"Usage: policyctl events [OPTION]...\n"
	"\n"
	"Prints events from now on, until interrupted.\n"
	"\n"
	"  --follow         (always; accepted for clarity)\n"
	"  --kind KIND      only this kind: denied, would-deny, audited, killed, anomaly, lost,\n"
	"                   policy, health, tamper; may be given several times\n"
	"  --policy NAME    only events of this policy\n"
	"  --count N        end after N events\n"
	"  --socket PATH    control socket (default: " CLIENT_SOCKET ")\n"
	"  --json           JSON, an object a line\n"
	"  --help           this text\n"
	"\n"
	"Exit status: 0 after --count events, 1 when the daemon went away, 2 could not be asked.\n"
	"\n"
	"Example: policyctl events --kind denied --kind killed\n";

struct arguments {
	const char *socket;
	const char *policy;
	unsigned int kinds;  /* bits, 0: all */
	unsigned long count; /* 0: no end */
	bool json;
};

/* What the daemon sends is printable, with colours only where they were asked for. */
static enum status follow(FILE *stream, const struct arguments *arguments)
{
	CLEANUP_FREE char *line = NULL;
	unsigned long seen = 0;
	size_t size = 0;

	while (getline(&line, &size, stream) > 0) {
		(void)fputs(line, stdout);
		if (command_finish(STATUS_GOOD) != STATUS_GOOD)
			return STATUS_ERROR;
		if (++seen == arguments->count)
			return STATUS_GOOD;
	}
	(void)command_fail("events", "policyd closed the connection");
	return STATUS_NO;
}

static json_t *request_make(const struct arguments *arguments)
{
	json_t *kinds = json_array();
	json_t *request = json_pack("{s:s,s:s,s:b,s:o}", "request", "events", "format",
				    arguments->json ? "json" : "text", "colour", (int)command_colour(stdout),
				    "kinds", kinds);

	if (!request)
		return NULL;
	for (unsigned int kind = 0; kind < EVENT_KIND_COUNT; kind++)
		if (arguments->kinds & (1U << kind))
			(void)json_array_append_new(kinds, json_string(event_kind_name(kind)));
	if (arguments->policy)
		(void)json_object_set_new(request, "policy", json_string(arguments->policy));
	return request;
}

static enum status subscribe(const struct arguments *arguments)
{
	CLEANUP_FCLOSE FILE *stream = NULL;
	CLEANUP_JSON json_t *reply = NULL;
	CLEANUP_FREE char *error = NULL;
	int r = client_open(arguments->socket, &stream);

	if (r == 0)
		r = client_ask(stream, request_make(arguments), &reply, &error);
	if (r == -EREMOTEIO)
		return command_fail("events", "%s", command_clean(error));
	if (r < 0) {
		client_explain("events", arguments->socket, r);
		return STATUS_ERROR;
	}
	return follow(stream, arguments);
}

/* Returns 0 or -EINVAL for a bad value. */
static int argument_take(struct arguments *arguments, int option, const char *value)
{
	enum event_kind kind;
	char *end;

	switch (option) {
	case 'k':
		if (event_kind_from_name(value, &kind) < 0)
			return -EINVAL;
		arguments->kinds |= 1U << kind;
		return 0;
	case 'n':
		arguments->count = strtoul(value, &end, 10);
		return *end || arguments->count == 0 ? -EINVAL : 0;
	case 'p':
		arguments->policy = value;
		return 0;
	default:
		return 0;
	}
}

enum status command_events(int argc, char **argv)
{
	static const struct option options[] = {
		{"follow", no_argument, NULL, 'f'},
		{"kind", required_argument, NULL, 'k'},
		{"policy", required_argument, NULL, 'p'},
		{"count", required_argument, NULL, 'n'},
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
		if (argument_take(&arguments, option, optarg) < 0)
			return command_fail("events", "bad value '%s'; see policyctl events --help", optarg);
	}
	if (optind < argc)
		return command_fail("events", "unexpected argument '%s'", argv[optind]);
	return subscribe(&arguments);
}
