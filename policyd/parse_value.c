// SPDX-License-Identifier: Apache-2.0
/*
 * Single values: text, names, words, numbers, booleans, durations.
 */
#include <string.h>

#include "parse_internal.h"

int parse_scalar(struct parser *parser, const struct parse_key *key, const struct node *value,
		 const char **ret_text)
{
	if (node_type(value) == NODE_IS_NOTHING)
		return parse_error(parser, value->at, "'%s' has no value", key->name);
	if (value->kind != NODE_SCALAR)
		return parse_error(parser, value->at, "'%s' must be a single value here, not %s", key->name,
				   node_describe(value));
	*ret_text = value->text;
	return 0;
}

int parse_string(struct parser *parser, const struct parse_key *key, const struct node *value,
		 const char **ret_text)
{
	enum node_type type = node_type(value);
	const char *text = "";
	int r;

	r = parse_scalar(parser, key, value, &text);
	if (r < 0)
		return r;
	if (type != NODE_IS_TEXT)
		return parse_error(parser, value->at, "'%s' must be text, not %s: write \"%s\" in quotes",
				   key->name, node_describe(value), parse_show(parser, value));
	if (value->length == 0)
		return parse_error(parser, value->at, "'%s' is empty", key->name);
	r = parse_limit_check(parser, value->at, LIMIT_TEXT, value->length, "bytes of text");
	if (r < 0)
		return r;
	text = policy_set_strndup(parser->set, text, value->length);
	if (!text)
		return -ENOMEM;
	*ret_text = text;
	return 0;
}

int parse_text_value(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	return parse_string(parser, key, value, ret);
}

bool parse_is_name(const char *text)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";

	return strspn(text, first) > 0 && text[strspn(text, rest)] == '\0' &&
	       strlen(text) <= parse_limits[LIMIT_NAME].value;
}

int parse_name(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	const char *name = "";
	int r;

	r = parse_string(parser, key, value, &name);
	if (r < 0)
		return r;
	if (!parse_is_name(name))
		return parse_error(
			parser, value->at,
			"'%s' is not a name: up to %lu of a-z, 0-9, '.', '_' and '-', beginning with "
			"a letter or digit",
			parse_show(parser, value), parse_limits[LIMIT_NAME].value);
	*(const char **)ret = name;
	return 0;
}

const struct parse_word *parse_word_find(const struct parse_words *words, const char *name)
{
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->words[i].name, name) == 0)
			return &words->words[i];
	return NULL;
}

/* The word's value; text that YAML takes for something else ('off', '1') is an unknown word too. */
static int word_read(struct parser *parser, const struct parse_key *key, const struct node *value, long *ret)
{
	const struct parse_word *word;
	const char *text = "";
	int r;

	r = parse_scalar(parser, key, value, &text);
	if (r < 0)
		return r;
	word = parse_word_find(key->words, text);
	if (!word)
		return parse_error(parser, value->at, "unknown %s '%s'%s", key->words->what,
				   parse_show(parser, value), parse_hint_words(parser, text, key->words));
	*ret = word->value;
	return 0;
}

int parse_word(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	long word = 0;
	int r;

	r = word_read(parser, key, value, &word);
	if (r < 0)
		return r;
	*(int *)ret = (int)word;
	return 0;
}

int parse_word_bits(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	const struct node *const *items;
	uint32_t bits = 0;
	int worst = 0;
	size_t count;
	int r;

	r = parse_items(parser, key, &value, &items, &count);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count && worst != -ENOMEM; i++) {
		long word = 0;

		r = word_read(parser, key, items[i], &word);
		worst = parse_worse(worst, r);
		bits |= (uint32_t)word;
	}
	if (worst == 0)
		*(uint32_t *)ret = bits;
	return worst;
}

int parse_boolean(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	bool quoted = value->kind == NODE_SCALAR && !value->plain;

	if (value->kind == NODE_SCALAR && strcmp(value->text, "true") == 0 && !quoted)
		*(bool *)ret = true;
	else if (value->kind == NODE_SCALAR && strcmp(value->text, "false") == 0 && !quoted)
		*(bool *)ret = false;
	else
		return parse_error(parser, value->at, "'%s' must be true or false%s, not '%s'", key->name,
				   quoted ? " without quotes" : "", parse_show(parser, value));
	return 0;
}

int parse_true(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	bool given = false;
	int r;

	r = parse_boolean(parser, key, value, &given);
	if (r < 0)
		return r;
	if (!given)
		return parse_error(parser, value->at, "'%s' can only be true: leave the key out otherwise",
				   key->name);
	*(bool *)ret = true;
	return 0;
}

int parse_decimal(const char *text, size_t length, uint64_t maximum, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (length == 0 || (length > 1 && text[0] == '0'))
		return -EINVAL;
	for (size_t i = 0; i < length; i++)
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
	for (size_t i = 0; i < length; i++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(text[i] - '0'), &number) || number > maximum)
			return -ERANGE;
	*ret_number = number;
	return 0;
}

/* A scalar that is no decimal number: says what the writer may have meant. */
static int number_error(struct parser *parser, const struct parse_key *key, const struct node *value)
{
	const char *shown = parse_show(parser, value);
	size_t digits = strspn(value->text, "0123456789");

	if (value->length > 1 && value->text[0] == '0' && value->text[digits] == '\0')
		return parse_error(
			parser, value->at,
			"'%s': '%s' begins with 0, which some read as octal: write a decimal number",
			key->name, shown);
	return parse_error(parser, value->at, "'%s' must be a decimal number, not '%s'", key->name, shown);
}

int parse_number(struct parser *parser, const struct parse_key *key, const struct node *value,
		 uint64_t minimum, uint64_t maximum, uint64_t *ret_number)
{
	uint64_t number = 0;
	const char *text = "";
	int r;

	r = parse_scalar(parser, key, value, &text);
	if (r < 0)
		return r;
	r = parse_decimal(text, value->length, maximum, &number);
	if (r == -EINVAL)
		return number_error(parser, key, value);
	if (!value->plain)
		return parse_error(parser, value->at, "'%s' must be a number: write %s without quotes",
				   key->name, parse_show(parser, value));
	if (r == -ERANGE || number < minimum)
		return parse_error(parser, value->at, "'%s': %s is out of range (%ju to %ju)", key->name,
				   parse_show(parser, value), (uintmax_t)minimum, (uintmax_t)maximum);
	*ret_number = number;
	return 0;
}

int parse_duration(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{"ms", 1000000ULL},
		{"s", 1000000000ULL},
		{"m", 60 * 1000000000ULL},
		{"h", 3600 * 1000000000ULL},
		{"d", 24ULL * 3600 * 1000000000ULL},
		{"w", 7ULL * 24 * 3600 * 1000000000ULL},
	};
	/* Ten years: longer than anything that is meant, and far from an overflow. */
	static const uint64_t longest = 3650ULL * 24 * 3600 * 1000000000ULL;
	uint64_t number = 0;
	const char *text = "";
	size_t digits;
	int r;

	r = parse_scalar(parser, key, value, &text);
	if (r < 0)
		return r;
	digits = strspn(text, "0123456789");
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(text + digits, units[i].name) != 0)
			continue;
		r = parse_decimal(text, digits, longest / units[i].ns, &number);
		if (r == -ERANGE || (r == 0 && number == 0))
			return parse_error(parser, value->at, "'%s': %s is out of range (1ms to 3650d)",
					   key->name, parse_show(parser, value));
		if (r == 0) {
			*(uint64_t *)ret = number * units[i].ns;
			return 0;
		}
	}
	return parse_error(parser, value->at,
			   "'%s' must be a duration like 10s (units ms, s, m, h, d, w), not '%s'", key->name,
			   parse_show(parser, value));
}

int parse_later(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	*(const struct node **)ret = value;
	return 0;
}
