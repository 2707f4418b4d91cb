// SPDX-License-Identifier: Apache-2.0
/*
 * Subjects: which processes a policy, a rule's target or a test is about.
 */
#include <string.h>

#include "parse_internal.h"

/* The kernel's "no id"; as a login id it means that nobody logged in. */
#define ID_UNSET 4294967295U

/* "first-last" of decimal digits. Returns 1 with both numbers, 0 where the text is no range, -ERANGE. */
static int range_read(const char *text, uint64_t maximum, uint64_t *ret_first, uint64_t *ret_last)
{
	size_t digits = strspn(text, "0123456789");
	const char *second = text + digits + 1;
	int r;

	if (digits == 0 || text[digits] != '-' || *second == '\0' ||
	    second[strspn(second, "0123456789")] != '\0')
		return 0;
	r = parse_decimal(text, digits, maximum, ret_first);
	if (r == 0)
		r = parse_decimal(second, strlen(second), maximum, ret_last);
	return r < 0 ? r : 1;
}

int parse_range(struct parser *parser, const struct parse_key *key, const struct node *item, uint64_t minimum,
		uint64_t maximum, struct number_range *ret_range)
{
	uint64_t first = 0, last = 0;
	const char *text;
	int r;

	r = parse_scalar(parser, key, item, &text);
	if (r < 0)
		return r;
	r = range_read(text, maximum, &first, &last);
	if (r == 0) {
		r = parse_number(parser, key, item, minimum, maximum, &first);
		if (r < 0)
			return r;
		last = first;
	} else if (r == -EINVAL) {
		return parse_error(parser, item->at, "'%s': a number in '%s' begins with 0", key->name,
				   parse_show(parser, item));
	} else if (r < 0 || first < minimum) {
		return parse_error(parser, item->at, "'%s': %s is out of range (%ju to %ju)", key->name,
				   parse_show(parser, item), (uintmax_t)minimum, (uintmax_t)maximum);
	}
	if (last < first)
		return parse_error(parser, item->at, "'%s': the range %s is reversed: write %ju-%ju",
				   key->name, parse_show(parser, item), (uintmax_t)last, (uintmax_t)first);
	*ret_range = (struct number_range){.first = (uint32_t)first, .last = (uint32_t)last, .at = item->at};
	return 0;
}

static bool is_account_name(const char *text)
{
	if (text[0] == '\0' || text[0] == '-' || strlen(text) > 255)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f || strchr(":/,*?[]{}", *text))
			return false;
	return true;
}

static int id_item(struct parser *parser, const struct parse_key *key, const struct node *item, void *ret)
{
	struct number_range range;
	struct id_range *id = ret;
	int r;

	if (item->kind == NODE_SCALAR && item->text[0] >= '0' && item->text[0] <= '9') {
		r = parse_range(parser, key, item, 0, ID_UNSET - 1, &range);
		if (r < 0)
			return r;
		*id = (struct id_range){.first = range.first, .last = range.last, .at = item->at};
		return 0;
	}
	id->at = item->at;
	r = parse_string(parser, key, item, &id->name);
	if (r < 0)
		return r;
	if (!is_account_name(id->name))
		return parse_error(parser, item->at, "'%s': '%s' is not a name, an id or a range of ids",
				   key->name, parse_show(parser, item));
	return 0;
}

static int parse_ids(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct id_list *list = ret;
	void *items;
	size_t count;
	int r;

	r = parse_list(parser, key, value, sizeof(*list->items), id_item, &items, &count);
	if (r < 0)
		return r;
	*list = (struct id_list){.items = items, .count = count};
	return 0;
}

static int parse_login(struct parser *parser, const struct parse_key *key, const struct node *value,
		       void *ret)
{
	struct id_list *list = ret;
	int r;

	r = parse_ids(parser, key, value, ret);
	if (r < 0)
		return r;
	for (size_t i = 0; i < list->count; i++) {
		struct id_range *id = &list->items[i];

		if (id->name && strcmp(id->name, "unset") == 0)
			*id = (struct id_range){.first = ID_UNSET, .last = ID_UNSET, .at = id->at};
	}
	return 0;
}

/* The exception, last, is not for exceptions. A subject begins with its subject_keys: one table reads both.
 */
static const struct parse_key subject_keys[] = {
	{.name = "exe",
	 .type = TYPE_PATTERNS,
	 .parse = parse_patterns,
	 .offset = offsetof(struct subject_keys, exe),
	 .about = "the file the kernel executed, by the name it had then",
	 .example = "/usr/sbin/nginx"},
	{.name = "script",
	 .type = TYPE_PATTERNS,
	 .parse = parse_patterns,
	 .offset = offsetof(struct subject_keys, script),
	 .about = "the script, where the program is an interpreter started through #!",
	 .example = "/usr/local/bin/*.py"},
	{.name = "user",
	 .type = TYPE_IDS,
	 .parse = parse_ids,
	 .offset = offsetof(struct subject_keys, user),
	 .about = "the real user id",
	 .example = "[www-data, 1000-1999]"},
	{.name = "group",
	 .type = TYPE_IDS,
	 .parse = parse_ids,
	 .offset = offsetof(struct subject_keys, group),
	 .about = "the real group id or a supplementary group",
	 .example = "adm"},
	{.name = "login",
	 .type = TYPE_IDS,
	 .parse = parse_login,
	 .offset = offsetof(struct subject_keys, login),
	 .about = "the login uid of the audit session; unset: nobody logged in",
	 .example = "unset"},
	{.name = "cgroup",
	 .type = TYPE_CGROUPS,
	 .parse = parse_cgroups,
	 .offset = offsetof(struct subject_keys, cgroup),
	 .about = "the path of the cgroup (v2) the task is in",
	 .example = "/system.slice/nginx.service"},
	{.name = "ancestor",
	 .type = TYPE_PATTERNS,
	 .parse = parse_patterns,
	 .offset = offsetof(struct subject_keys, ancestor),
	 .about = "an ancestor's executable, at any depth, even after the ancestor has exited",
	 .example = "/usr/sbin/sshd"},
	{.name = "except",
	 .type = TYPE_EXCEPTION,
	 .parse = parse_exception,
	 .about = "a mapping of the same keys: such a process is outside",
	 .example = "{user: root}"},
};
_Static_assert(offsetof(struct subject, match) == 0, "offsets in subject_keys hold for subjects");

const struct parse_table parse_subject_table = {"subject", subject_keys, ARRAY_SIZE(subject_keys)};
const struct parse_table parse_exception_table = {"subject exception", subject_keys,
						  ARRAY_SIZE(subject_keys) - 1};

/* A subject without keys would be every process, which is said by leaving it out. */
static int subject_mapping(struct parser *parser, const struct parse_table *table, const struct node *value,
			   void *ret)
{
	enum policyd_section section = parser->section;
	int r;

	if (value->kind == NODE_MAPPING && value->pair_count == 0)
		return parse_error(parser, value->at, "%s is empty: leave it out", table->what);
	parser->section = POLICYD_SECTION_COUNT;
	r = parse_mapping(parser, table, value, ret);
	parser->section = section;
	return r;
}

/* At the struct subject: sets has_except too. */
int parse_exception(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct subject *subject = ret;
	int r;

	r = subject_mapping(parser, &parse_exception_table, value, &subject->except);
	subject->has_except = r == 0;
	return r;
}

int parse_subject(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct subject *subject = ret;

	subject->at = value->at;
	return subject_mapping(parser, &parse_subject_table, value, subject);
}
