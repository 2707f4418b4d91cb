// SPDX-License-Identifier: Apache-2.0
/*
 * Variables: `${name}` in a path pattern stands for each value in turn; several variables for each
 * combination.
 */
#include <string.h>

#include "parse_internal.h"

/* A pattern's text is a row of pieces: literal text, or a variable. */
struct piece {
	const char *text;
	size_t length;
	struct variable *variable; /* NULL for text */
};

static int name_compare(const void *a, const void *b)
{
	const struct variable *first = a;
	const struct variable *second = b;

	return strcmp(first->name, second->name);
}

/* The variable whose name is `length` bytes at `name`; longer names than a name can be are not found. */
static struct variable *variable_find(struct parser *parser, const char *name, size_t length)
{
	char copy[64];
	const struct variable key = {.name = copy};

	if (length >= sizeof(copy) || parser->variable_count == 0)
		return NULL;
	memcpy(copy, name, length);
	copy[length] = '\0';
	return bsearch(&key, parser->variables, parser->variable_count, sizeof(key), name_compare);
}

/* Length of the text before the next "${", escapes skipped. */
static size_t text_length(const char *text)
{
	size_t i = 0;

	while (text[i] && !(text[i] == '$' && text[i + 1] == '{'))
		i += text[i] == '\\' && text[i + 1] ? 2 : 1;
	return i;
}

/* The next piece of *text, which moves behind it. Returns 1, 0 at the end, -EINVAL. */
static int piece_next(struct parser *parser, const struct node *value, const char **text,
		      struct piece *ret_piece)
{
	const char *start = *text;
	const char *end;
	size_t length = text_length(start);

	if (*start == '\0')
		return 0;
	if (length > 0) {
		*ret_piece = (struct piece){.text = start, .length = length};
		*text += length;
		return 1;
	}
	start += strlen("${");
	end = strchr(start, '}');
	if (!end)
		return parse_error(parser, value->at, "'${' without '}' in '%s'", parse_show(parser, value));
	*ret_piece =
		(struct piece){.text = "", .variable = variable_find(parser, start, (size_t)(end - start))};
	if (!ret_piece->variable)
		return parse_error(parser, value->at, "unknown variable '%.*s' (it must be in 'vars')",
				   (int)(end - start < 64 ? end - start : 64), start);
	*text = end + 1;
	return 1;
}

int parse_expansion_count(struct parser *parser, const struct node *value, size_t *ret_count)
{
	const char *text = value->text;
	struct piece piece;
	size_t count = 1;
	int r;

	while ((r = piece_next(parser, value, &text, &piece)) > 0) {
		if (!piece.variable)
			continue;
		piece.variable->used = true;
		count *= piece.variable->values.count;
		r = parse_limit_check(parser, value->at, LIMIT_RULE_PATTERNS, count,
				      "path patterns in a rule");
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	*ret_count = count;
	return 0;
}

int parse_expansion_text(struct parser *parser, const struct node *value, size_t index, char *buffer,
			 size_t size, size_t *ret_length)
{
	const char *text = value->text;
	struct piece piece = {.text = ""};
	size_t used = 0;
	int r;

	/* The index counts through the values of the variables, the first one fastest. */
	while ((r = piece_next(parser, value, &text, &piece)) > 0) {
		if (piece.variable) {
			const struct string_list *values = &piece.variable->values;

			piece.text = values->items[index % values->count].text;
			piece.length = strlen(piece.text);
			index /= values->count;
		}
		if (piece.length >= size - used)
			return parse_error(parser, value->at,
					   "the pattern is longer than %zu bytes (limit 'pattern-length')",
					   size - 1);
		memcpy(buffer + used, piece.text, piece.length);
		used += piece.length;
	}
	if (r < 0)
		return r;
	buffer[used] = '\0';
	*ret_length = used;
	return 0;
}

/* A variable that is wrong has no values, so that its uses are not reported as well. */
static int variable_read(struct parser *parser, const struct node_pair *pair, struct variable *variable)
{
	const struct parse_key key = {.name = pair->key->text};
	struct string_list values = {0};
	int r;

	*variable = (struct variable){.name = pair->key->text, .at = pair->key->at};

	if (!parse_is_name(pair->key->text))
		return parse_error(parser, pair->key->at,
				   "'%s' cannot name a variable (a-z, 0-9, '.', '_', '-')",
				   parse_show(parser, pair->key));
	r = parse_strings(parser, &key, pair->value, &values);
	if (r < 0)
		return r;
	r = parse_limit_check(parser, pair->value->at, LIMIT_VAR_VALUES, values.count,
			      "values of a variable");
	if (r < 0)
		return r;
	for (size_t i = 0; i < values.count; i++) {
		const char *text = values.items[i].text;

		if (text[text_length(text)] != '\0')
			return parse_error(parser, values.items[i].at,
					   "a variable's value cannot use variables");
	}
	variable->values = values;
	return 0;
}

int parse_vars(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct variable *variables;
	size_t count = value->pair_count;
	int worst = 0;
	int r;

	if (value->kind != NODE_MAPPING)
		return parse_error(parser, value->at, "'vars' must be a mapping, not %s",
				   node_describe(value));
	r = parse_limit_check(parser, value->at, LIMIT_VARS, count, "variables");
	if (r < 0)
		return r;
	variables = arena_array(&parser->set->allocations, count, sizeof(*variables));
	if (!variables)
		return -ENOMEM;
	for (size_t i = 0; i < count && worst != -ENOMEM; i++)
		worst = parse_worse(worst, variable_read(parser, &value->pairs[i], &variables[i]));
	if (worst == -ENOMEM)
		return worst;
	if (count > 0)
		qsort(variables, count, sizeof(*variables), name_compare);
	parser->variables = variables;
	parser->variable_count = count;
	return worst;
}
