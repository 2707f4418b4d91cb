// SPDX-License-Identifier: Apache-2.0
/*
 * The reference: the parser's tables as Markdown.
 */
#include <string.h>

#include "schema.h"
#include "schema_internal.h"
#include "support.h"
#include "util.h"

static const char intro[] =
	"# Reference of the policy language\n"
	"\n"
	"<!-- Made by `policyctl schema --markdown` from the tables that the parser reads by. Do not edit: "
	"a test\n"
	"compares. -->\n"
	"\n"
	"Policies are YAML files in `/etc/policyd/policy.d/`; a file may hold several documents, each of "
	"which "
	"is a\n"
	"policy. `policyctl check` says whether a file is valid, `docs/policy.schema.json` tells editors.\n"
	"\n"
	"A value of a kind that says *or a list* may be one value or a list of them.\n";

static const struct {
	enum parse_type type;
	const char *what;
} types[] = {
	{TYPE_TEXT, "text"},
	{TYPE_NAME, "name"},
	{TYPE_BOOLEAN, "`true` or `false`"},
	{TYPE_TRUE, "`true`"},
	{TYPE_NUMBER, "number"},
	{TYPE_VERSION, "`1`"},
	{TYPE_DURATION, "duration: number and `ms`, `s`, `m`, `h`, `d` or `w`"},
	{TYPE_TAGS, "text or a list"},
	{TYPE_PATTERNS, "path pattern or a list"},
	{TYPE_CGROUPS, "pattern of a cgroup's path or a list"},
	{TYPE_SOCKET_NAMES, "path pattern, `@NAME`, or a list"},
	{TYPE_IDS, "name, id, range of ids, or a list"},
	{TYPE_NETWORKS, "address, network, or a list"},
	{TYPE_PORTS, "port, range of ports, or a list"},
	{TYPE_DEVICES, "device or a list"},
	{TYPE_DIGESTS, "64 hexadecimal digits or a list"},
	{TYPE_TEXTS, "text or a list"},
	{TYPE_OPERATIONS, "operation, `all`, or a list"},
	{TYPE_VARIABLES, "mapping of names to texts or lists"},
	{TYPE_DEFAULTS, "[default](#default)"},
	{TYPE_SUBJECT, "[subject](#subject)"},
	{TYPE_EXCEPTION, "[exception](#exception)"},
	{TYPE_RULES, "list of [rules](#rules)"},
	{TYPE_ANOMALY, "[anomaly](#anomaly)"},
	{TYPE_RATES, "list of [rates](#rate)"},
	{TYPE_DETECTS, "list of [detectors](#detect)"},
	{TYPE_TESTS, "list of [tests](#test)"},
	{TYPE_EXPECT, "[expect](#expect)"},
	{TYPE_EXPECTATIONS, "operation as text or a list"},
};

/* Words up to this number are named where they are used, more of them at the end of the page. */
#define WORDS_SHORT 9

static void put_words(FILE *out, const struct parse_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		(void)fprintf(out, "%s`%s`", i ? ", " : "", words->words[i].name);
}

static void put_type(FILE *out, const struct parse_key *key)
{
	if (key->words) {
		if (key->words->count <= WORDS_SHORT)
			put_words(out, key->words);
		else
			(void)fprintf(out, "[%s](#%s)", key->name, key->words->what);
		if (key->words->maximum)
			(void)fprintf(out, ", number %u to %u", key->words->minimum, key->words->maximum);
		if (key->type != TYPE_WORD)
			(void)fputs(", or a list", out);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].type == key->type)
			(void)fputs(types[i].what, out);
}

static void put_sections(FILE *out, const struct parse_key *key)
{
	const char *separator = "";

	for (unsigned int i = 0; i < POLICYD_SECTION_ANOMALY; i++)
		if (schema_section_has(key, (enum policyd_section)i)) {
			(void)fprintf(out, "%s%s", separator, section_name((enum policyd_section)i));
			separator = ", ";
		}
}

static void put_table(FILE *out, const struct parse_table *table, bool sections)
{
	(void)fprintf(out, "\n| key |%s value | meaning | example |\n| --- |%s --- | --- | --- |\n",
		      sections ? " in rules of |" : "", sections ? " --- |" : "");
	for (size_t i = 0; i < table->count; i++) {
		const struct parse_key *key = &table->keys[i];

		(void)fprintf(out, "| `%s` | ", key->name);
		if (sections) {
			put_sections(out, key);
			(void)fputs(" | ", out);
		}
		put_type(out, key);
		(void)fprintf(out, " | %s%s | `%s: %s` |\n", key->about, key->required ? " (required)" : "",
			      key->name, key->example);
	}
}

static void put_operations(FILE *out)
{
	(void)fputs("\n## Operations\n\n| section | operations |\n| --- | --- |\n", out);
	for (unsigned int i = 0; i < POLICYD_SECTION_SYSCALL; i++) {
		enum policyd_section section = (enum policyd_section)i;
		const char *separator = "";

		(void)fprintf(out, "| %s | ", section_name(section));
		if (section == POLICYD_SECTION_CAPABILITY)
			put_words(out, &parse_capabilities);
		for (unsigned int bit = 0; bit < 32; bit++)
			if (op_all(section) & 1U << bit) {
				(void)fprintf(out, "%s`%s`", separator, op_name(section, bit));
				separator = ", ";
			}
		(void)fputs(" |\n", out);
	}
	(void)fputs("| syscall | names as libseccomp knows them, groups as systemd names them (`@mount`), "
		    "numbers |\n",
		    out);
}

static void put_lists(FILE *out)
{
	static const struct parse_words *const lists[] = {&parse_severities, &parse_families,
							  &parse_protocols, &parse_signals, &parse_errnos};

	(void)fputs("\n## Words\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (lists[i]->count <= WORDS_SHORT)
			continue;
		(void)fprintf(out, "\n### %s\n\n", lists[i]->what);
		put_words(out, lists[i]);
		(void)fputs("\n", out);
	}
}

static void put_support(FILE *out)
{
	(void)fputs("\n## Not enforced by this version\n\nA policy that asks for one of these is refused, "
		    "unless its mode is `disabled`:\n\n",
		    out);
	for (size_t i = 0; i < FEATURE_COUNT; i++)
		if (!compile_support[i].supported)
			(void)fprintf(out, "- %s; %s\n", compile_support[i].what, compile_support[i].instead);
}

static void put_limits(FILE *out)
{
	(void)fputs("\n## Limits\n\n| limit | value | of |\n| --- | --- | --- |\n", out);
	for (size_t i = 0; i < parse_limit_count; i++)
		(void)fprintf(out, "| `%s` | %lu | %s |\n", parse_limits[i].name, parse_limits[i].value,
			      parse_limits[i].what);
}

char *schema_markdown(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	(void)fputs(intro, out);
	(void)fputs("\n## Policy\n", out);
	put_table(out, &parse_policy_table, false);
	(void)fputs("\n## Rules\n\nA rule has exactly one verdict: `allow`, `deny`, `kill` or `audit`. In a "
		    "policy `kill` and `deny` beat\n`allow`, which beats the section's default. Across "
		    "policies every one must permit.\n",
		    out);
	put_table(out, &parse_rule_table, true);
	put_operations(out);
	for (size_t i = 0; i < schema_table_count; i++) {
		const char *name = schema_tables[i].name;

		(void)fprintf(out, "\n## %c%s\n\n%s\n", name[0] - 'a' + 'A', name + 1,
			      schema_tables[i].about);
		put_table(out, schema_tables[i].table, false);
	}
	put_lists(out);
	put_support(out);
	put_limits(out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}
