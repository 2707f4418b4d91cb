// SPDX-License-Identifier: Apache-2.0
/*
 * What a verdict key holds: operations, capabilities or system calls.
 */
#include <string.h>

#include "parse_internal.h"

/* More than any section has. */
#define NAMES_MAX 32

/* The section that has an operation of that name, or POLICYD_SECTION_COUNT. */
static enum policyd_section section_of(const char *operation)
{
	enum policyd_section section = 0;

	while (section < POLICYD_SECTION_COUNT && op_from_name(section, operation) == 0)
		section++;
	return section;
}

int parse_operation_unknown(struct parser *parser, enum policyd_section section, struct location at,
			    const char *text, const char *where)
{
	const char *names[NAMES_MAX];
	enum policyd_section other;
	size_t count = 0;
	const char *hint;

	for (unsigned int bit = 0; bit < NAMES_MAX - 1; bit++)
		if (op_all(section) & (1U << bit))
			names[count++] = op_name(section, bit);
	names[count++] = "all";
	other = section_of(text);
	if (other != POLICYD_SECTION_COUNT)
		return parse_error(parser, at, "unknown operation '%s' in %s (it is an operation of %s)",
				   text, where, section_name(other));
	hint = parse_hint(parser, text, names, count);
	return parse_error(parser, at, "unknown operation '%.60s' in %s%s", text, where, hint);
}

static int operation_bits(struct parser *parser, const struct parse_key *key, const struct node *value,
			  struct rule *rule)
{
	const char *text;
	uint32_t bits;
	int r;

	r = parse_scalar(parser, key, value, &text);
	if (r < 0)
		return r;
	bits = strcmp(text, "all") == 0 ? op_all(rule->section) : op_from_name(rule->section, text);
	if (bits == 0)
		return parse_operation_unknown(parser, rule->section, value->at, text, parser->what);
	rule->ops |= bits;
	return 0;
}

int parse_capability(struct parser *parser, struct location at, const char *text, uint64_t *ret_bits)
{
	const struct parse_word *word = parse_word_find(&parse_capabilities, text);

	if (!word)
		return parse_error(parser, at, "unknown capability '%.60s'%s", text,
				   parse_hint_words(parser, text, &parse_capabilities));
	*ret_bits = 1ULL << word->value;
	return 0;
}

static int capability_bits(struct parser *parser, const struct parse_key *key, const struct node *value,
			   struct rule *rule)
{
	uint64_t bits = 0;
	const char *text;
	int r;

	r = parse_scalar(parser, key, value, &text);
	if (r < 0)
		return r;
	if (strcmp(text, "all") == 0) {
		rule->caps = (1ULL << parse_capabilities.count) - 1;
		return 0;
	}
	r = parse_capability(parser, value->at, text, &bits);
	rule->caps |= bits;
	return r;
}

int parse_operations(struct parser *parser, const struct parse_key *key, const struct node *value,
		     struct rule *rule)
{
	const struct node *const *items;
	size_t count;
	int worst = 0;
	int r;

	if (rule->section == POLICYD_SECTION_SYSCALL)
		return parse_syscalls(parser, key, value, rule);
	r = parse_items(parser, key, &value, &items, &count);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count && worst != -ENOMEM; i++) {
		if (rule->section == POLICYD_SECTION_CAPABILITY)
			r = capability_bits(parser, key, items[i], rule);
		else
			r = operation_bits(parser, key, items[i], rule);
		worst = parse_worse(worst, r);
	}
	return worst;
}
