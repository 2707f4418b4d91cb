// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "client.h"
#include "command.h"
#include "json.h"
#include "listing.h"
#include "util.h"

static const char help[] =
	"policyctl show - what is loaded\n"
	"\n"
	"Usage: policyctl show [OPTION]... policies|rules|subjects|tables|hooks|counters\n"
	"\n"
	"rules, with the place of each; subjects: the kinds of processes that policies tell apart, and "
	"which\n"
	"policies are about each; tables: what the kernel is given, with entries, bytes and limits. These "
	"three\n"
	"are of what is in force, or of files, without a daemon.\n"
	"\n"
	"  --policy-dir DIR|FILE  show rules, subjects or tables of these policies\n"
	"  --host FILE            with them: facts of another host, as for policyctl check\n"
	"  --socket PATH          control socket (default: " CLIENT_SOCKET ")\n"
	"  --json                 JSON\n"
	"  --help                 this text\n"
	"\n"
	"Exit status: 0, or 2 when the daemon could not be asked or the files are not valid.\n"
	"\n"
	"Example: policyctl show tables\n"
	"         policyctl show --policy-dir web.yaml rules\n";

static void print_policies(json_t *list)
{
	const json_t *policy;
	size_t i;

	json_array_foreach(list, i, policy)(void)
		printf("%-32s %-9s %6" JSON_INTEGER_FORMAT " rules  %s\n",
		       command_clean(json_string_value(json_object_get(policy, "name"))),
		       command_clean(json_string_value(json_object_get(policy, "mode"))),
		       json_integer_value(json_object_get(policy, "rules")),
		       command_clean(json_string_value(json_object_get(policy, "file"))));
}

static void print_hooks(json_t *list)
{
	const json_t *hook;
	size_t i;

	json_array_foreach(list, i, hook)(void) puts(command_clean(json_string_value(hook)));
}

static void print_counters(json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)(void)
		printf("%-24s %" JSON_INTEGER_FORMAT "\n", command_clean(name), json_integer_value(value));
}

static const struct topic {
	const char *name;
	bool of_set; /* a member of `live` in the status, not of the status itself */
	void (*print)(json_t *json);
} topics[] = {
	{"policies", true, print_policies},
	{"hooks", false, print_hooks},
	{"counters", false, print_counters},
};

static const struct topic *topic_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

static enum status show(const struct topic *topic, const char *socket, bool json)
{
	CLEANUP_JSON json_t *reply = NULL;
	json_t *part;

	if (client_request("show", socket, json_pack("{s:s}", "request", "status"), &reply) < 0)
		return STATUS_ERROR;
	part = json_object_get(topic->of_set ? json_object_get(reply, "live") : reply, topic->name);
	if (!part)
		return command_fail("show", "the daemon does not know them: an earlier one published them");
	if (json)
		return command_print_json(json_incref(part), STATUS_GOOD);
	topic->print(part);
	return command_finish(STATUS_GOOD);
}

static enum status show_listing(const struct inventory *inventory, const struct listing_source *source,
				bool json)
{
	CLEANUP_JSON json_t *reply = NULL;
	enum status status = listing_get(inventory, source, &reply);

	if (status != STATUS_GOOD)
		return status;
	if (json)
		return command_print_json(TAKE_PTR(reply), STATUS_GOOD);
	listing_print(inventory, reply);
	return command_finish(STATUS_GOOD);
}

static enum status show_named(const char *name, const struct listing_source *source, bool json)
{
	const struct inventory *inventory = name ? inventory_find(name) : NULL;
	const struct topic *topic = name ? topic_find(name) : NULL;

	if (inventory && (source->policies || !source->host))
		return show_listing(inventory, source, json);
	if (inventory)
		return command_fail("show", "--host is about files: --policy-dir is missing");
	if (!topic)
		return command_fail(
			"show", "one of policies, rules, subjects, tables, hooks, counters is expected%s%s%s",
			name ? ", not '" : "", name ? command_clean(name) : "", name ? "'" : "");
	if (source->policies || source->host)
		return command_fail("show",
				    "%s are the daemon's; --policy-dir and --host are for rules, "
				    "subjects and tables",
				    topic->name);
	return show(topic, source->socket, json);
}

enum status command_show(int argc, char **argv)
{
	static const struct option options[] = {
		{"policy-dir", required_argument, NULL, 'd'},
		{"host", required_argument, NULL, 'H'},
		COMMAND_CLIENT_OPTIONS,
		COMMAND_HELP_OPTION,
		{0},
	};
	struct listing_source source = {};
	bool json = false;
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		if (command_client_option(option, &source.socket, &json))
			continue;
		source.policies = option == 'd' ? optarg : source.policies;
		source.host = option == 'H' ? optarg : source.host;
	}
	return show_named(optind + 1 == argc ? argv[optind] : NULL, &source, json);
}
