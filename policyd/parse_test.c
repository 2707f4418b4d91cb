// SPDX-License-Identifier: Apache-2.0
/*
 * Tests inside a policy: a process and what it must and must not be able to do. An operation is text,
 * "SECTION OPERATION OBJECT". Here its section, operation and the kind of its object are checked; what is
 * left is for the code that runs tests.
 */
#include <string.h>

#include "attributes.h"
#include "parse_internal.h"

/* A piece of an operation's text: up to the next blank. */
struct word {
	char text[64];
	const char *rest; /* behind the blank; "" at the end */
};

static struct word word_next(const char *text)
{
	struct word word = {.text = ""};
	size_t length = strcspn(text, " ");

	/* No word of the language is as long: a cut word is an unknown one. */
	(void)snprintf(word.text, sizeof(word.text), "%.*s", length < 63 ? (int)length : 63, text);
	word.rest = text + length + (text[length] == ' ');
	return word;
}

static enum policyd_section section_find(const char *name)
{
	enum policyd_section section = 0;

	while (section < POLICYD_SECTION_COUNT && strcmp(section_name(section), name) != 0)
		section++;
	return section;
}

static int path_object_check(struct parser *parser, const struct pattern_text *text, const char *operation,
			     const char *object)
{
	struct attributes attributes;

	if (attributes_parse(object, &attributes, &object) < 0)
		return parse_error(
			parser, text->at,
			"'%.200s': type=, device=MAJOR:MINOR, fstype= or sha256= has no such value",
			text->text);
	if (strcmp(operation, "anonymous") == 0) {
		if (*object == '\0')
			return 0;
		return parse_error(parser, text->at, "'%.200s': anonymous memory has no path", text->text);
	}
	if (object[0] == '/' || strncmp(object, "memfd:", 6) == 0 || strncmp(object, "unmapped:/", 10) == 0)
		return 0;
	return parse_error(parser, text->at, "'%.200s': an absolute path must follow '%s'", text->text,
			   operation);
}

static int network_object_check(struct parser *parser, const struct pattern_text *text, const char *object)
{
	struct word kind = word_next(object);

	if (parse_word_find(&parse_protocols, kind.text) || parse_word_find(&parse_families, kind.text))
		return 0;
	return parse_error(parser, text->at, "'%.200s': a protocol or family must follow the operation",
			   text->text);
}

static int object_check(struct parser *parser, enum policyd_section section, const struct pattern_text *text,
			const char *operation, const char *object)
{
	switch (section) {
	case POLICYD_SECTION_FILE:
	case POLICYD_SECTION_EXEC:
		return path_object_check(parser, text, operation, object);
	case POLICYD_SECTION_NETWORK:
		return network_object_check(parser, text, object);
	case POLICYD_SECTION_PROCESS:
		return 0;
	default:
		if (*object == '\0')
			return 0;
		return parse_error(parser, text->at, "'%.200s': nothing may follow '%s'", text->text,
				   operation);
	}
}

static int operation_check(struct parser *parser, const struct pattern_text *text)
{
	struct word first = word_next(text->text);
	struct word second = word_next(first.rest);
	enum policyd_section section = section_find(first.text);
	const char *names[POLICYD_SECTION_COUNT];
	uint64_t ignored;
	int r = 0;

	if (section >= POLICYD_SECTION_ANOMALY) {
		for (unsigned int i = 0; i < POLICYD_SECTION_ANOMALY; i++)
			names[i] = section_name((enum policyd_section)i);
		return parse_error(parser, text->at,
				   "'%.200s' must begin with a section whose rules can refuse or kill%s",
				   text->text,
				   parse_hint(parser, first.text, names, POLICYD_SECTION_ANOMALY));
	}
	if (second.text[0] == '\0')
		return parse_error(parser, text->at, "'%.200s': an operation must follow", text->text);
	if (section == POLICYD_SECTION_SYSCALL)
		return parse_syscall_name(parser, text->at, second.text);
	if (section == POLICYD_SECTION_CAPABILITY)
		r = parse_capability(parser, text->at, second.text, &ignored);
	else if (op_from_name(section, second.text) == 0)
		r = parse_operation_unknown(parser, section, text->at, second.text, "test");
	if (r < 0)
		return r;
	return object_check(parser, section, text, second.text, second.rest);
}

static int expectations_read(struct parser *parser, const struct parse_key *key, const struct node *value,
			     void *ret)
{
	struct string_list *list = ret;
	int worst = 0;
	int r;

	r = parse_strings(parser, key, value, ret);
	if (r < 0)
		return r;
	r = parse_limit_check(parser, value->at, LIMIT_EXPECTATIONS, list->count, "operations in a test");
	if (r < 0)
		return r;
	for (size_t i = 0; i < list->count; i++)
		worst = parse_worse(worst, operation_check(parser, &list->items[i]));
	return worst;
}

static const struct parse_key expect_keys[] = {
	{"allow", TYPE_EXPECTATIONS, false, expectations_read, offsetof(struct policy_test, allow), NULL, 0,
	 "operations that must pass", "[file read /srv/www/index.html]"},
	{"deny", TYPE_EXPECTATIONS, false, expectations_read, offsetof(struct policy_test, deny), NULL, 0,
	 "operations that must not pass", "[file read /etc/shadow]"},
};
const struct parse_table parse_expect_table = {"expect", expect_keys, ARRAY_SIZE(expect_keys)};

static int expect_read(struct parser *parser, const struct parse_key *key, const struct node *value,
		       void *ret)
{
	struct policy_test *test = ret;
	int r;

	r = parse_mapping(parser, &parse_expect_table, value, test);
	if (r < 0)
		return r;
	if (test->allow.count + test->deny.count == 0)
		return parse_error(parser, value->at, "expect needs 'allow' or 'deny'");
	return 0;
}

/* A test's process is one process: no lists, no wildcards, no ranges. */
static int single_pattern_check(struct parser *parser, const struct pattern_list *list)
{
	if (list->count > 1)
		return parse_error(parser, list->items[1].at, "a test's subject has one value for a key");
	if (list->count == 1 && strpbrk(list->items[0].text, "*?[{\\"))
		return parse_error(parser, list->items[0].at,
				   "a test's subject is one process: '%.200s' is a "
				   "pattern",
				   list->items[0].text);
	return 0;
}

static int single_id_check(struct parser *parser, const struct id_list *list)
{
	if (list->count > 0 && list->items[0].first != list->items[0].last)
		return parse_error(parser, list->items[0].at, "a test's subject is one process: no ranges");
	return 0;
}

/* A process can be in several groups and have several ancestors; of the rest it has one. */
static int test_subject_read(struct parser *parser, const struct parse_key *key, const struct node *value,
			     void *ret)
{
	struct policy_test *test = ret;
	const struct subject_keys *subject = &test->subject;
	struct parse_table table = parse_exception_table;
	int r;

	table.what = "test subject";
	r = parse_mapping(parser, &table, value, &test->subject);
	if (r < 0)
		return r;
	r = parse_worse(r, single_pattern_check(parser, &subject->exe));
	r = parse_worse(r, single_pattern_check(parser, &subject->script));
	r = parse_worse(r, single_pattern_check(parser, &subject->cgroup));
	r = parse_worse(r, single_id_check(parser, &subject->user));
	r = parse_worse(r, single_id_check(parser, &subject->login));
	if (subject->user.count > 1 || subject->login.count > 1)
		r = parse_error(parser, value->at, "a test's subject has one value for a key");
	return r;
}

static const struct parse_key test_keys[] = {
	{"subject", TYPE_SUBJECT, false, test_subject_read, 0, NULL, 0,
	 "the process, by the keys of subject with one value each", "{exe: /usr/sbin/nginx, user: www-data}"},
	{"expect", TYPE_EXPECT, true, expect_read, 0, NULL, 0, "what it must and must not be able to do",
	 "{deny: [file read /etc/shadow]}"},
};
const struct parse_table parse_test_table = {"test", test_keys, ARRAY_SIZE(test_keys)};

static int test_item(struct parser *parser, const struct parse_key *key, const struct node *item, void *ret)
{
	struct policy_test *test = ret;

	test->at = item->at;
	parser->rule_patterns = 0;
	return parse_mapping(parser, &parse_test_table, item, test);
}

int parse_tests(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct policy *policy = ret;
	void *items;
	size_t count;
	int r = parse_mappings_check(parser, key, value, LIMIT_TESTS, "tests");

	if (r < 0)
		return r;
	r = parse_list(parser, key, value, sizeof(*policy->tests), test_item, &items, &count);
	if (r < 0)
		return r;
	policy->tests = items;
	policy->test_count = count;
	return 0;
}
