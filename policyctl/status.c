// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "command.h"
#include "fingerprint.h"
#include "unit.h"
#include "json.h"
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

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return command_clean(text ? text : "");
}

static bool state_is(const json_t *status, const char *state)
{
	const char *found = json_string_value(json_object_get(status, "state"));

	return found && strcmp(found, state) == 0;
}

static void print_time(const char *label, json_int_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm parts;
	char text[64];

	if (localtime_r(&time, &parts) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z", &parts) > 0)
		(void)printf("%-12s%s\n", label, text);
}

static void print_policies(const json_t *live)
{
	const json_t *policies = json_object_get(live, "policies");
	const json_t *policy;
	size_t i;

	(void)printf("%-12s%zu\n", "policies", json_array_size(policies));
	json_array_foreach(policies, i, policy)(void)
		printf("  %-32s %-9s %5" JSON_INTEGER_FORMAT " rules  %s\n", text_of(policy, "name"),
		       text_of(policy, "mode"), json_integer_value(json_object_get(policy, "rules")),
		       text_of(policy, "file"));
}

static void print_hooks(const json_t *status)
{
	const json_t *hooks = json_object_get(status, "hooks");
	const json_t *hook;
	size_t i;

	(void)printf("%-12s%zu", "hooks", json_array_size(hooks));
	json_array_foreach(hooks, i, hook)(void)
		printf("%s%s", i ? " " : ": ", command_clean(json_string_value(hook)));
	(void)putchar('\n');
}

static void print_ops(const char *what, const json_t *section, const char *key)
{
	const json_t *ops = json_object_get(section, key);
	const json_t *op;
	size_t i;

	if (json_array_size(ops) == 0)
		return;
	(void)printf("  %s:", what);
	json_array_foreach(ops, i, op)(void) printf(" %s", command_clean(json_string_value(op)));
}

/* Where there is no BPF LSM: what is done all the same. */
static void print_degraded(const json_t *status)
{
	const json_t *degraded = json_object_get(status, "degraded");
	const json_t *section;
	size_t i;

	if (!json_is_object(degraded))
		return;
	(void)printf("%-12s%s\n", "degraded", text_of(degraded, "why"));
	(void)printf("  %-12s%s\n", "cgroup", text_of(degraded, "cgroup"));
	json_array_foreach(json_object_get(degraded, "sections"), i, section)
	{
		(void)printf("  %-10s", text_of(section, "section"));
		print_ops("enforced", section, "enforced");
		print_ops("only audited", section, "audited");
		if (json_array_size(json_object_get(section, "enforced")) +
			    json_array_size(json_object_get(section, "audited")) ==
		    0)
			(void)fputs("  nothing is done", stdout);
		else
			print_ops("nothing is done", section, "neither");
		(void)putchar('\n');
	}
}

static json_int_t count_of(const json_t *item, const char *name)
{
	return json_integer_value(json_object_get(item, name));
}

static void print_refusals(const char *policy, const char *rule, const json_t *item)
{
	(void)printf("  %s/%s: dropped %" JSON_INTEGER_FORMAT ", would drop %" JSON_INTEGER_FORMAT "\n",
		     policy, rule, count_of(item, "dropped"), count_of(item, "would_drop"));
}

/* Interfaces at which connections are refused, and which rules did. */
static void print_ingress(const json_t *status)
{
	const json_t *ingress = json_object_get(status, "ingress");
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(ingress, "interfaces"), i, item)
	{
		const char *error = text_of(item, "error");

		(void)printf("%-12s%s: %s%s%s\n", "ingress", text_of(item, "name"), text_of(item, "state"),
			     *error ? ": " : "", error);
	}
	json_array_foreach(json_object_get(ingress, "rules"), i, item)
		print_refusals(text_of(item, "policy"), text_of(item, "rule"), item);
	item = json_object_get(ingress, "other_rules");
	if (count_of(item, "dropped") || count_of(item, "would_drop"))
		print_refusals("*", "rules past the 4096 that are told apart", item);
}

static void print_counters(json_t *status)
{
	const char *name;
	json_t *value;

	(void)printf("%-12s", "counters");
	json_object_foreach(json_object_get(status, "counters"), name,
			    value) if (json_integer_value(value) > 0)(void)
		printf("%s %" JSON_INTEGER_FORMAT "  ", command_clean(name), json_integer_value(value));
	(void)putchar('\n');
}

/* What subjects with script or ancestor rest on. */
static void print_lineage(const json_t *status)
{
	const json_t *lineage = json_object_get(status, "lineage");
	json_int_t older = json_integer_value(json_object_get(lineage, "older"));
	json_int_t lost = json_integer_value(json_object_get(lineage, "lost"));

	if (!json_is_object(lineage))
		return;
	(void)printf("%-12s%" JSON_INTEGER_FORMAT
		     " tasks run since before policyd: a script of theirs is not "
		     "known; parts that had no room: %" JSON_INTEGER_FORMAT " tasks\n",
		     "history", older, lost);
}

static void print_outputs(const json_t *status)
{
	const json_t *outputs = json_object_get(status, "outputs");
	const json_t *output;
	size_t i;

	json_array_foreach(outputs, i, output)
	{
		const json_t *error = json_object_get(output, "error");

		(void)printf("%-12s%s: sent %" JSON_INTEGER_FORMAT ", queued %" JSON_INTEGER_FORMAT
			     " lines, lost %" JSON_INTEGER_FORMAT "%s%s\n",
			     "output", text_of(output, "name"),
			     json_integer_value(json_object_get(output, "sent")),
			     json_integer_value(json_object_get(output, "queued")),
			     json_integer_value(json_object_get(output, "lost")),
			     json_is_string(error) ? ", last error: " : "",
			     json_is_string(error) ? command_clean(json_string_value(error)) : "");
	}
}

static void print_attempt(const json_t *status)
{
	const json_t *attempt = json_object_get(status, "attempt");
	const json_t *diagnostics = json_object_get(attempt, "diagnostics");
	const json_t *line;
	size_t i;

	(void)printf("%-12s%s\n", "last reload", text_of(attempt, "outcome"));
	if (json_is_string(json_object_get(attempt, "error")))
		(void)printf("  %s\n", text_of(attempt, "error"));
	json_array_foreach(diagnostics, i, line)(void)
		printf("  %s\n", command_clean(json_string_value(line)));
}

/* How sure the set in force is. */
static void print_recovery(const json_t *status)
{
	const json_t *recovery = json_object_get(status, "recovery");
	const json_t *until = json_object_get(recovery, "until");
	const char *state = text_of(recovery, "state");

	if (strcmp(state, "trial") == 0)
		(void)puts(
			"recovery    on trial: rolled back by itself unless policyctl confirm comes before");
	else if (strcmp(state, "unconfirmed") == 0)
		(void)puts("recovery    not confirmed yet: policyctl rollback takes it back");
	else if (strcmp(state, "rolled-back") == 0)
		(void)printf("recovery    the policy directory is not applied: %s; policyctl apply tries it "
			     "again\n",
			     text_of(recovery, "why"));
	else if (strcmp(state, "altered") == 0)
		(void)puts("recovery    modes were changed by hand: policyctl reload undoes that");
	else
		(void)printf("recovery    %s\n", state);
	if (json_is_integer(until))
		print_time("  until", json_integer_value(until));
}

static void print_status(json_t *status)
{
	const json_t *live = json_object_get(status, "live");
	bool enforcing = json_is_true(json_object_get(status, "enforcing"));
	bool colour = command_colour(stdout);

	(void)printf("%-12s%s%s%s", "state", colour ? (enforcing ? "\033[32m" : "\033[31m") : "",
		     text_of(status, "state"), colour ? "\033[0m" : "");
	if (!enforcing && !state_is(status, "degraded"))
		(void)printf(": nothing is enforced: %s", text_of(status, "why"));
	(void)printf("\n%-12s%" JSON_INTEGER_FORMAT "%s\n", "generation",
		     json_integer_value(json_object_get(live, "generation")),
		     json_is_true(json_object_get(live, "known")) ? "" : " (published by an earlier daemon)");
	if (json_object_get(live, "since"))
		print_time("since", json_integer_value(json_object_get(live, "since")));
	(void)printf("%-12s%s\n", "directory", text_of(status, "directory"));
	(void)printf("%-12s%s%s\n", "daemon", text_of(status, "version"),
		     json_is_true(json_object_get(status, "pinned")) ? ", pinned" : ", not pinned");
	(void)printf("%-12s%s%s\n", "protection",
		     json_is_true(json_object_get(status, "guarded")) ? "on" : "off",
		     json_is_true(json_object_get(status, "locked"))
			     ? ", policies are locked until the machine is started anew"
			     : "");
	print_degraded(status);
	print_recovery(status);
	print_policies(live);
	print_hooks(status);
	print_lineage(status);
	print_ingress(status);
	print_counters(status);
	print_outputs(status);
	print_attempt(status);
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
	       (json_is_true(json_object_get(status, "enforcing")) || state_is(status, "degraded"));
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
	status = state_is(reply, "ok") ? STATUS_GOOD : STATUS_NO;
	if (arguments->json)
		status = command_print_json(json_incref(reply), status);
	else
		print_status(reply);
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
