// SPDX-License-Identifier: Apache-2.0
/*
 * The status of the daemon for people.
 */
#include <string.h>
#include <time.h>

#include "command.h"
#include "status.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return command_clean(text ? text : "");
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

/* What cannot be kept on disk; nothing where all is well. */
static void print_storage(const json_t *status)
{
	const json_t *storage = json_object_get(status, "storage");
	const json_t *error;
	size_t i;

	json_array_foreach(json_object_get(storage, "errors"), i, error)
	{
		if (i == 0)
			(void)printf("%-12s%s\n", "storage", text_of(storage, "directory"));
		(void)printf("  %s\n", command_clean(json_string_value(error)));
	}
}

void status_print(json_t *status)
{
	const json_t *live = json_object_get(status, "live");
	bool enforcing = json_is_true(json_object_get(status, "enforcing"));
	bool colour = command_colour(stdout);

	(void)printf("%-12s%s%s%s", "state", colour ? (enforcing ? "\033[32m" : "\033[31m") : "",
		     text_of(status, "state"), colour ? "\033[0m" : "");
	if (!enforcing && !status_is(status, "degraded"))
		(void)printf(": nothing is enforced: %s", text_of(status, "why"));
	(void)printf("\n%-12s%" JSON_INTEGER_FORMAT "%s\n", "generation",
		     json_integer_value(json_object_get(live, "generation")),
		     json_is_true(json_object_get(live, "known")) ? "" : " (published by an earlier daemon)");
	if (json_is_integer(json_object_get(live, "since")))
		print_time("since", json_integer_value(json_object_get(live, "since")));
	(void)printf("%-12s%s\n", "directory", text_of(status, "directory"));
	(void)printf("%-12s%s%s%s\n", "daemon", text_of(status, "version"),
		     json_is_true(json_object_get(status, "pinned")) ? ", pinned" : ", not pinned",
		     json_is_true(json_object_get(status, "outdated"))
			     ? "; programs of another build decide, until enforcement is unloaded"
			     : "");
	(void)printf("%-12s%s%s\n", "protection",
		     json_is_true(json_object_get(status, "guarded")) ? "on" : "off",
		     json_is_true(json_object_get(status, "locked"))
			     ? ", policies are locked until the machine is started anew"
			     : "");
	if (json_is_true(json_object_get(status, "audit_unresolved")))
		(void)printf("%-12saudited: names that cannot be established pass\n", "unresolved");
	print_degraded(status);
	print_recovery(status);
	print_storage(status);
	print_policies(live);
	print_hooks(status);
	print_lineage(status);
	print_ingress(status);
	print_counters(status);
	print_outputs(status);
	print_attempt(status);
}
