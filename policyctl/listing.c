// SPDX-License-Identifier: Apache-2.0
#include "listing.h"

#include <string.h>

#include "client.h"
#include "json.h"
#include "source.h"
#include "util.h"

static const char *text_of(const json_t *object, const char *key)
{
	return command_clean(json_string_value(json_object_get(object, key)));
}

static json_int_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* Adds the entries of a further part. Returns how many, or -ENOMEM. */
static int merge(const char *name, json_t **reply, json_t *part)
{
	json_t *list = json_object_get(part, name);
	size_t count = json_array_size(list);

	if (!*reply)
		*reply = json_incref(part);
	else if (json_array_extend(json_object_get(*reply, name), list) < 0)
		return -ENOMEM;
	return (int)count;
}

/* One part after the other, over one connection each; a set that is replaced meanwhile is no list. */
static enum status get_live(const struct inventory *inventory, const char *socket, json_t **ret_reply)
{
	CLEANUP_JSON json_t *reply = NULL;
	json_int_t from = 0;

	for (;;) {
		CLEANUP_JSON json_t *part = NULL;
		int count;

		if (client_request("show", socket,
				   json_pack("{s:s,s:s,s:I}", "request", "show", "what", inventory->name,
					     "from", from),
				   &part) < 0)
			return STATUS_ERROR;
		if (reply && number_of(part, "generation") != number_of(reply, "generation"))
			return command_fail("show", "the policies were changed meanwhile; try again");
		count = merge(inventory->name, &reply, part);
		if (count < 0)
			return command_fail("show", "out of memory");
		from += count;
		if (count == 0 || from >= number_of(part, "count"))
			break;
	}
	*ret_reply = TAKE_PTR(reply);
	return STATUS_GOOD;
}

static enum status get_files(const struct inventory *inventory, const struct listing_source *from,
			     json_t **ret_reply)
{
	CLEANUP(source_clear) struct source source = {};
	CLEANUP_JSON json_t *reply = NULL;
	char *paths[] = {(char *)from->policies};
	int r = source_parse(&source, paths, 1);
	int count = -ENOMEM;

	if (r == 0)
		r = source_compile(&source, from->host);
	if (r < 0) {
		source_print(&source, stderr, command_colour(stderr));
		return command_fail("show", "the policies cannot be used: %s", strerror(-r));
	}
	do {
		CLEANUP_JSON json_t *part = NULL;

		part = inventory->list(source.compiled,
				       json_array_size(json_object_get(reply, inventory->name)));
		count = part ? merge(inventory->name, &reply, part) : -ENOMEM;
	} while (count == INVENTORY_PAGE);
	if (count < 0)
		return command_fail("show", "out of memory");
	*ret_reply = TAKE_PTR(reply);
	return STATUS_GOOD;
}

enum status listing_get(const struct inventory *inventory, const struct listing_source *source,
			json_t **ret_reply)
{
	if (source->policies)
		return get_files(inventory, source, ret_reply);
	return get_live(inventory, source->socket, ret_reply);
}

static void print_tables(const json_t *reply)
{
	const json_t *list = json_object_get(reply, "tables");
	const json_t *table;
	size_t i;

	(void)printf("%-10s %10s %12s %10s\n", "table", "entries", "bytes", "limit");
	json_array_foreach(list, i, table)
	{
		const json_t *limit = json_object_get(table, "limit");

		(void)printf("%-10s %10" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT " ",
			     text_of(table, "table"), number_of(table, "entries"), number_of(table, "bytes"));
		if (json_is_integer(limit))
			(void)printf("%10" JSON_INTEGER_FORMAT, json_integer_value(limit));
		else
			(void)printf("%10s", "-");
		(void)printf("  %s\n", text_of(table, "what"));
	}
	(void)printf("%-10s %10s %12" JSON_INTEGER_FORMAT "             of at most %" JSON_INTEGER_FORMAT
		     "\n",
		     "together", "", number_of(reply, "bytes"), number_of(reply, "limit"));
}

static void print_words(const json_t *list, const char *separator)
{
	const json_t *word;
	size_t i;

	json_array_foreach(list, i, word)(void)
		printf("%s%s", i ? separator : "", command_clean(json_string_value(word)));
}

static void print_rules(const json_t *reply)
{
	const json_t *rule;
	size_t i;

	json_array_foreach(json_object_get(reply, "rules"), i, rule)
	{
		(void)printf("%s:%" JSON_INTEGER_FORMAT ": %s/%s (%s): ", text_of(rule, "file"),
			     number_of(rule, "line"), text_of(rule, "policy"), text_of(rule, "rule"),
			     text_of(rule, "mode"));
		(void)printf("%s %s ", text_of(rule, "verdict"), text_of(rule, "section"));
		print_words(json_object_get(rule, "operations"), ",");
		(void)puts(json_is_true(json_object_get(rule, "quiet")) ? ", quiet" : "");
	}
}

static void print_subjects(const json_t *reply)
{
	const json_t *subject;
	size_t i;

	json_array_foreach(json_object_get(reply, "subjects"), i, subject)
	{
		const json_t *policies = json_object_get(subject, "policies");

		(void)printf("class %-6" JSON_INTEGER_FORMAT " ", number_of(subject, "class"));
		print_words(policies, " ");
		(void)puts(json_array_size(policies) ? ""
			   : json_is_true(json_object_get(subject, "own"))
				   ? "policyd itself: no policy applies"
				   : "no policy applies");
	}
}

void listing_print(const struct inventory *inventory, const json_t *reply)
{
	static const struct {
		const char *name;
		void (*print)(const json_t *reply);
	} printers[] = {
		{"tables", print_tables},
		{"rules", print_rules},
		{"subjects", print_subjects},
	};

	for (size_t i = 0; i < ARRAY_SIZE(printers); i++)
		if (strcmp(printers[i].name, inventory->name) == 0)
			printers[i].print(reply);
}
