/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <check.h>
#include <string.h>

#include "schema_internal.h"
#include "util.h"

static char *file_text(const char *path)
{
	CLEANUP_FCLOSE FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		ck_abort_msg("no file %s", path);
	ck_assert_int_gt(getdelim(&text, &size, '\0', file), 0);
	return text;
}

/* The files in docs are what policyctl prints. */
START_TEST(test_schema_is_fresh)
{
	CLEANUP_FREE char *file = file_text(SOURCE_DIR "/docs/policy.schema.json");
	CLEANUP_FREE char *text = schema_json();

	ck_assert_ptr_nonnull(text);
	if (strcmp(file, text) != 0)
		ck_abort_msg("stale: policyctl schema >docs/policy.schema.json");
}
END_TEST

START_TEST(test_schema_reference_is_fresh)
{
	CLEANUP_FREE char *file = file_text(SOURCE_DIR "/docs/policy-reference.md");
	CLEANUP_FREE char *text = schema_markdown();

	ck_assert_ptr_nonnull(text);
	if (strcmp(file, text) != 0)
		ck_abort_msg("stale: policyctl schema --markdown >docs/policy-reference.md");
}
END_TEST

static void references_check(const json_t *definitions, json_t *value)
{
	const char *target = json_string_value(json_object_get(value, "$ref"));
	json_t *child;
	const char *key;
	size_t i;

	if (target) {
		ck_assert_int_eq(strncmp(target, "#/definitions/", 14), 0);
		if (!json_is_object(json_object_get(definitions, target + 14)))
			ck_abort_msg("no definition %s", target);
	}
	json_object_foreach(value, key, child)
	{
		ck_assert(!json_is_null(child));
		references_check(definitions, child);
	}
	json_array_foreach(value, i, child) references_check(definitions, child);
}

/* Every table and section is there, and every reference leads somewhere. */
START_TEST(test_schema_is_whole)
{
	CLEANUP_FREE char *text = schema_json();
	json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	json_t *properties = json_object_get(schema, "properties");
	json_t *definitions = json_object_get(schema, "definitions");

	ck_assert_ptr_nonnull(schema);
	ck_assert_uint_eq(json_object_size(properties), parse_policy_table.count);
	references_check(definitions, schema);
	for (size_t i = 0; i < schema_table_count; i++) {
		const json_t *definition = json_object_get(definitions, schema_tables[i].name);

		ck_assert_uint_eq(json_object_size(json_object_get(definition, "properties")),
				  schema_tables[i].table->count);
	}
	json_decref(schema);
}
END_TEST

/* Whether the text parses; what is wrong is printed. */
static bool parses(const char *text)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	int r = parse_text(&set, "example.yaml", text, strlen(text), &diagnostics);

	for (size_t i = 0; i < diagnostics.count && r < 0; i++)
		(void)fprintf(stderr, "%s\n  %s\n", text, diagnostics.items[i].text);
	return r == 0;
}

static void policy_example_check(const struct parse_key *key)
{
	CLEANUP_FREE char *text = NULL;
	const char *version = strcmp(key->name, "version") == 0 ? "" : "version: 1\n";
	const char *name = strcmp(key->name, "policy") == 0 ? "" : "policy: p\n";

	ck_assert_int_gt(asprintf(&text, "%s%s%s: %s\n", version, name, key->name, key->example), 0);
	ck_assert(parses(text));
}

/* Each example of the reference is valid where it stands. */
START_TEST(test_schema_policy_examples)
{
	for (size_t i = 0; i < parse_policy_table.count; i++)
		policy_example_check(&parse_policy_table.keys[i]);
}
END_TEST

static void rule_example_check(const struct parse_key *key, enum policyd_section section)
{
	static const char *const verdicts[] = {
		[POLICYD_SECTION_CAPABILITY] = "kill: all",
		[POLICYD_SECTION_SYSCALL] = "kill: ptrace",
		[POLICYD_SECTION_ANOMALY] = NULL,
	};
	const char *verdict = verdicts[section] ? verdicts[section] : "deny: all";
	CLEANUP_FREE char *text = NULL;

	ck_assert_int_gt(asprintf(&text, "version: 1\npolicy: p\n%s:\n  - {%s, %s: %s}\n",
				  section_name(section), verdict, key->name, key->example),
			 0);
	ck_assert(parses(text));
}

START_TEST(test_schema_rule_examples)
{
	for (size_t i = 0; i < parse_rule_table.count; i++)
		for (unsigned int k = 0; k < POLICYD_SECTION_ANOMALY; k++)
			if (parse_rule_table.keys[i].type != TYPE_OPERATIONS &&
			    schema_section_has(&parse_rule_table.keys[i], (enum policyd_section)k))
				rule_example_check(&parse_rule_table.keys[i], (enum policyd_section)k);
}
END_TEST

/* Verdicts' examples hold in the section that has the operation. */
START_TEST(test_schema_verdict_examples)
{
	ck_assert(parses("version: 1\npolicy: p\ndefault: {file: deny}\nfile:\n  - deny: [write, create]\n"
			 "  - audit: all\n  - allow: read\nprocess:\n  - kill: ptrace\n"));
	for (size_t i = 0; i < parse_rule_table.count; i++)
		if (parse_rule_table.keys[i].type == TYPE_OPERATIONS)
			ck_assert_ptr_nonnull(parse_rule_table.keys[i].example);
}
END_TEST

START_TEST(test_schema_subject_examples)
{
	for (size_t i = 0; i < parse_subject_table.count; i++) {
		CLEANUP_FREE char *text = NULL;

		ck_assert_int_gt(asprintf(&text, "version: 1\npolicy: p\nsubject: {%s: %s}\n",
					  parse_subject_table.keys[i].name,
					  parse_subject_table.keys[i].example),
				 0);
		ck_assert(parses(text));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("schema");
	TCase *all = tcase_create("schema");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(all, 60);
	tcase_add_test(all, test_schema_is_fresh);
	tcase_add_test(all, test_schema_reference_is_fresh);
	tcase_add_test(all, test_schema_is_whole);
	tcase_add_test(all, test_schema_policy_examples);
	tcase_add_test(all, test_schema_rule_examples);
	tcase_add_test(all, test_schema_verdict_examples);
	tcase_add_test(all, test_schema_subject_examples);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
