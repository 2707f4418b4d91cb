// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>

#include "baseline_json.h"
#include "client.h"
#include "command.h"
#include "diagnostic.h"
#include "json.h"
#include "unit.h"
#include "util.h"

static const char help[] =
	"policyctl baseline - what executables usually do\n"
	"\n"
	"Usage: policyctl baseline [OPTION]... list|show|reset|export|import [EXECUTABLE | FILE]\n"
	"\n"
	"Baselines are kept for policies with 'learn' and 'report' in their anomaly section. show and reset\n"
	"take an executable, which is learnt anew after a reset; list and export can take one. export "
	"prints\n"
	"JSON; import adds what such a file has, - is standard input.\n"
	"\n"
	"  --all          reset every baseline\n"
	"  --socket PATH  control socket (default: " CLIENT_SOCKET ")\n"
	"  --json         one JSON object\n"
	"  --help         this text\n"
	"\n"
	"Exit status: 0 done, 2 it could not be done.\n"
	"\n"
	"Example: policyctl baseline show /usr/sbin/nginx\n";

#define PART_MAX 24576 /* bytes of items in one request, as a file spells them */

struct arguments {
	const char *socket;
	const char *object; /* NULL: none was given */
	bool all, json;
};

typedef enum status action_fn(const struct arguments *arguments);

static const char *age_of(const json_t *set, char buffer[static UNIT_TEXT_SIZE])
{
	unit_format_duration((uint64_t)json_integer_value(json_object_get(set, "age")) * 1000000000U, buffer);
	return buffer;
}

/* Asks about the executable that was given, or about all. */
static int ask(const struct arguments *arguments, const char *request, json_t **ret_reply)
{
	json_t *object = json_pack("{s:s}", "request", request);

	if (object && arguments->object &&
	    json_object_set_new(object, "executable", json_string(arguments->object)) < 0) {
		json_decref(object);
		(void)command_fail("baseline", "the name is not UTF-8");
		return -EINVAL;
	}
	if (object && arguments->all)
		(void)json_object_set_new(object, "all", json_true());
	return client_request("baseline", arguments->socket, object, ret_reply);
}

static json_int_t number_of(const json_t *set, const char *name)
{
	return json_integer_value(json_object_get(set, name));
}

/* How far the learning of sequences is, or how much new is too much. */
static void print_sequences(const json_t *set)
{
	const char *state = json_string_value(json_object_get(set, "state"));
	char age[UNIT_TEXT_SIZE];

	(void)printf("  %-10s%" JSON_INTEGER_FORMAT " known, learnt for %s, ", "sequence",
		     number_of(set, "items"), age_of(set, age));
	if (number_of(set, "limit"))
		(void)printf("at most %" JSON_INTEGER_FORMAT " of %d may be new\n", number_of(set, "limit"),
			     POLICYD_NGRAM_WINDOW);
	else if (state && strcmp(state, "trial") == 0)
		(void)printf("last part: at most %" JSON_INTEGER_FORMAT
			     " of %d were new, in %" JSON_INTEGER_FORMAT " calls\n",
			     number_of(set, "peak"), POLICYD_NGRAM_WINDOW, number_of(set, "tried"));
	else
		(void)puts(state && strcmp(state, "full") == 0 ? "no room for all: not compared"
							       : "still learning");
}

static void print_summary(const json_t *entry)
{
	(void)puts(command_clean(json_string_value(json_object_get(entry, "executable"))));
	for (uint32_t kind = POLICYD_ANOMALY_LEARNT; kind < POLICYD_ANOMALY_COUNT; kind++) {
		const json_t *set = json_object_get(entry, baseline_kind_name(kind));
		char age[UNIT_TEXT_SIZE];

		if (set && kind == POLICYD_ANOMALY_NEW_SEQUENCE)
			print_sequences(set);
		else if (set)
			(void)printf("  %-10s%" JSON_INTEGER_FORMAT " known, %" JSON_INTEGER_FORMAT
				     " reported, learnt for %s\n",
				     baseline_kind_name(kind),
				     json_integer_value(json_object_get(set, "items")) -
					     json_integer_value(json_object_get(set, "outside")),
				     json_integer_value(json_object_get(set, "outside")), age_of(set, age));
	}
}

static enum status list(const struct arguments *arguments)
{
	CLEANUP_JSON json_t *reply = NULL;
	const json_t *entry;
	size_t i;

	if (ask(arguments, "baselines", &reply) < 0)
		return STATUS_ERROR;
	if (arguments->json)
		return command_print_json(TAKE_PTR(reply), STATUS_GOOD);
	json_array_foreach(json_object_get(reply, "executables"), i, entry) print_summary(entry);
	if (i == 0)
		(void)puts("there are no baselines");
	return command_finish(STATUS_GOOD);
}

static void print_set(const char *kind, const json_t *set)
{
	char age[UNIT_TEXT_SIZE];
	const char *text;
	json_t *item;

	(void)printf("%s, learnt for %s\n", kind, age_of(set, age));
	json_object_foreach(json_object_get(set, "items"), text, item)
	{
		const json_t *outside = json_object_get(item, "outside");

		(void)printf("  %s", command_clean(text));
		if (outside)
			(void)printf("  (reported; counted %" JSON_INTEGER_FORMAT ")",
				     json_integer_value(outside));
		(void)putchar('\n');
	}
}

static enum status show(const struct arguments *arguments)
{
	CLEANUP_JSON json_t *reply = NULL;
	const json_t *sets;

	if (ask(arguments, "baselines-export", &reply) < 0)
		return STATUS_ERROR;
	if (arguments->json)
		return command_print_json(TAKE_PTR(reply), STATUS_GOOD);
	sets = json_object_get(json_object_get(reply, "executables"), arguments->object);
	for (uint32_t kind = POLICYD_ANOMALY_LEARNT; kind < POLICYD_ANOMALY_COUNT; kind++) {
		const json_t *set = json_object_get(sets, baseline_kind_name(kind));

		if (set)
			print_set(baseline_kind_name(kind), set);
	}
	return command_finish(STATUS_GOOD);
}

static enum status export(const struct arguments *arguments) {
	CLEANUP_JSON json_t *reply = NULL;

	if (ask(arguments, "baselines-export", &reply) < 0) return STATUS_ERROR;
	if (json_dumpf(reply, stdout, JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_SORT_KEYS) <
	    0) return STATUS_ERROR;
	(void)putchar('\n');
	return command_finish(STATUS_GOOD);
}

static enum status reset(const struct arguments *arguments)
{
	CLEANUP_JSON json_t *reply = NULL;

	if (ask(arguments, "baselines-reset", &reply) < 0)
		return STATUS_ERROR;
	if (arguments->json)
		return command_print_json(TAKE_PTR(reply), STATUS_GOOD);
	(void)printf("%" JSON_INTEGER_FORMAT " forgotten\n",
		     json_integer_value(json_object_get(reply, "count")));
	return command_finish(STATUS_GOOD);
}

/* A document that holds some items of one set of one executable. What else belongs to the set goes with the
 * last of them: who has the limit of sequences compares. */
static json_t *part_json(const char *executable, const char *kind, const json_t *set, json_t *items,
			 bool last)
{
	json_t *part =
		last ? json_copy((json_t *)set) : json_pack("{s:O}", "age", json_object_get(set, "age"));

	if (part && json_object_set(part, "items", items) < 0) {
		json_decref(part);
		return NULL;
	}
	return baselines_document(json_pack("{s:{s:o}}", executable, kind, part));
}

static enum status part_send(const struct arguments *arguments, json_t *part, bool more)
{
	CLEANUP_JSON json_t *reply = NULL;

	return client_request("baseline", arguments->socket,
			      json_pack("{s:s,s:o,s:b}", "request", "baselines-import", "baselines", part,
					"more", more),
			      &reply) < 0
		       ? STATUS_ERROR
		       : STATUS_GOOD;
}

/* A request has a limit: a set goes in parts. A part that was sent twice changes nothing. */
static enum status set_send(const struct arguments *arguments, const char *executable, const char *kind,
			    const json_t *set)
{
	CLEANUP_JSON json_t *items = json_object();
	enum status status = STATUS_GOOD;
	const char *text;
	size_t size = 0;
	json_t *item;

	json_object_foreach(json_object_get(set, "items"), text, item)
	{
		if (size > 0 && size + strlen(text) > PART_MAX && status == STATUS_GOOD) {
			status = part_send(arguments, part_json(executable, kind, set, items, false), true);
			json_decref(items);
			items = json_object();
			size = 0;
		}
		size += strlen(text) + 64;
		(void)json_object_set(items, text, item);
	}
	if (status == STATUS_GOOD)
		status = part_send(arguments, part_json(executable, kind, set, items, true), true);
	return status;
}

static enum status document_send(const struct arguments *arguments, const json_t *document)
{
	enum status status = STATUS_GOOD;
	const char *executable, *kind;
	json_t *sets, *set;

	json_object_foreach(json_object_get(document, "executables"), executable, sets)
	{
		json_object_foreach(sets, kind, set)
		{
			status = set_send(arguments, executable, kind, set);
			if (status != STATUS_GOOD)
				return status;
		}
	}
	return part_send(arguments, baselines_document(json_object()), false);
}

/* The whole file is judged before the first part of it is sent. */
static enum status import(const struct arguments *arguments)
{
	CLEANUP(baselines_clear) struct baselines trial = {};
	CLEANUP_JSON json_t *document = NULL;
	CLEANUP_FREE char *error = NULL;
	bool standard = strcmp(arguments->object, "-") == 0;
	const char *path = standard ? "standard input" : arguments->object;
	enum status status;
	int r = standard ? baselines_read(STDIN_FILENO, path, &document, &error)
			 : baselines_open(path, &document, &error);

	if (r < 0)
		return command_fail("baseline", "%s", error ? error : strerror(-r));
	r = baselines_merge(&trial, document, &error);
	if (r < 0)
		return command_fail("baseline", "%s: error: %s", command_clean(path),
				    error ? error : strerror(-r));
	status = document_send(arguments, document);
	if (status == STATUS_GOOD && arguments->json)
		return command_print_json(json_pack("{s:I}", "count", (json_int_t)trial.count), STATUS_GOOD);
	if (status == STATUS_GOOD)
		(void)printf("%zu %s\n", PLURAL(trial.count, "executable", "executables"));
	return command_finish(status);
}

static const struct {
	const char *name;
	action_fn *run;
	bool needs; /* an object */
} actions[] = {
	{"list", list, false},	   {"show", show, true},     {"reset", reset, false},
	{"export", export, false}, {"import", import, true},
};

static enum status run(const struct arguments *arguments, const char *name)
{
	const char *names[ARRAY_SIZE(actions)];
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		bool reset_one = actions[i].run == reset && !arguments->all;

		names[i] = actions[i].name;
		if (strcmp(actions[i].name, name) != 0)
			continue;
		if ((actions[i].needs || reset_one) && !arguments->object)
			return command_fail("baseline", "%s needs %s; see policyctl baseline --help", name,
					    actions[i].run == import ? "a file" : "an executable");
		if (arguments->all && (actions[i].run != reset || arguments->object))
			return command_fail("baseline", "--all goes with reset and no executable");
		return actions[i].run(arguments);
	}
	near = diagnostic_nearest(name, names, ARRAY_SIZE(names));
	return command_fail("baseline", "'%s' is none of list, show, reset, export, import%s%s%s",
			    command_clean(name), near ? " (did you mean '" : "", near ? near : "",
			    near ? "'?)" : "");
}

enum status command_baseline(int argc, char **argv)
{
	static const struct option options[] = {
		{"all", no_argument, NULL, 'a'},
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
		arguments.all = arguments.all || option == 'a';
	}
	if (argc - optind < 1 || argc - optind > 2)
		return command_fail("baseline",
				    "list, show, reset, export or import is expected; see policyctl baseline "
				    "--help");
	arguments.object = argc - optind == 2 ? argv[optind + 1] : NULL;
	return run(&arguments, argv[optind]);
}
