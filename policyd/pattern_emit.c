/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "array.h"
#include "pattern_parser.h"
#include "util.h"

/* The component that is being put together in the scratch space. */
struct draft {
	size_t at;
	size_t used;
	bool star;  /* the last token is a star */
	bool plain; /* only bytes so far */
};

static int range_emit(struct taking *taking, size_t i, size_t scratch);

static int component_add(struct taking *taking, struct component component)
{
	int r;

	if (component.kind == COMPONENT_DEEP && taking->count &&
	    taking->components[taking->count - 1].kind == COMPONENT_DEEP)
		return 0;
	r = ARRAY_RESERVE(taking->components, taking->components_allocated, taking->count + 1);
	if (r < 0)
		return r;
	taking->components[taking->count++] = component;
	return 0;
}

static void draft_add(struct taking *taking, struct draft *draft, const unsigned char *token)
{
	size_t size = glob_token_size(token);

	if (*token == GLOB_STAR && draft->star)
		return;
	memcpy(taking->scratch + draft->at + draft->used, token, size);
	draft->used += size;
	draft->star = *token == GLOB_STAR;
	draft->plain = draft->plain && *token == GLOB_BYTE;
}

static const unsigned char star_token[] = {GLOB_STAR};

/* Makes the draft a component; the scratch space is free again from *ret_scratch on. */
static int draft_end(struct taking *taking, struct draft *draft, size_t *ret_scratch)
{
	unsigned char *bytes = taking->scratch + draft->at;
	struct component component = {
		.kind = COMPONENT_GLOB, .bytes = bytes, .length = (uint32_t)draft->used};

	*ret_scratch = draft->at + draft->used;
	if (draft->plain) {
		component.kind = COMPONENT_LITERAL;
		component.length = (uint32_t)draft->used / 2;
		for (size_t i = 0; i < component.length; i++)
			bytes[i] = bytes[2 * i + 1];
	} else if (draft->used == 1 && draft->star) {
		component.kind = COMPONENT_ANY;
		component.length = 0;
	}
	return component_add(taking, component);
}

/* Continues the draft with the tokens of range `i` from `from` on. */
static int draft_emit(struct taking *taking, size_t i, size_t from, struct draft draft)
{
	const struct token_range *range = &taking->ranges[i];
	struct draft next = {.plain = true};
	size_t count = taking->count;
	int r;

	for (; from < range->length && taking->tokens[range->at + from] != GLOB_DEEP;
	     from += glob_token_size(taking->tokens + range->at + from))
		draft_add(taking, &draft, taking->tokens + range->at + from);
	if (from == range->length) {
		r = draft_end(taking, &draft, &next.at);
		if (r == 0)
			r = range_emit(taking, i + 1, next.at);
		taking->count = count;
		return r;
	}
	draft_add(taking, &draft, star_token);
	r = draft_emit(taking, i, from + 1, draft);
	if (r < 0)
		return r;
	r = draft_end(taking, &draft, &next.at);
	if (r < 0)
		return r;
	r = component_add(taking, (struct component){.kind = COMPONENT_DEEP});
	if (r < 0)
		return r;
	draft_add(taking, &next, star_token);
	r = draft_emit(taking, i, from + 1, next);
	taking->count = count;
	return r;
}

static int pattern_emit(struct taking *taking)
{
	struct pattern pattern = {.root = taking->root, .components = taking->components};
	int r = pattern_count(taking->parser);

	if (r < 0)
		return r;
	if (taking->below) {
		r = component_add(taking, (struct component){.kind = COMPONENT_DEEP});
		if (r < 0)
			return r;
	}
	pattern.components = taking->components;
	pattern.count = taking->count;
	return taking->parser->sink(taking->parser->data, &pattern);
}

/* A component `**`: any number of components, but at the end at least one. */
static int deep_emit(struct taking *taking, size_t i, size_t scratch)
{
	int r = 0;

	if (i + 1 == taking->range_count)
		r = component_add(taking, (struct component){.kind = COMPONENT_ANY});
	if (r == 0)
		r = component_add(taking, (struct component){.kind = COMPONENT_DEEP});
	return r < 0 ? r : range_emit(taking, i + 1, scratch);
}

static int range_emit(struct taking *taking, size_t i, size_t scratch)
{
	size_t count = taking->count;
	int r;

	if (i == taking->range_count)
		r = pattern_emit(taking);
	else if (taking->ranges[i].length == 1 && taking->tokens[taking->ranges[i].at] == GLOB_DEEP)
		r = deep_emit(taking, i, scratch);
	else
		r = draft_emit(taking, i, 0, (struct draft){.at = scratch, .plain = true});
	taking->count = count;
	return r;
}

int taking_emit(struct taking *taking)
{
	taking->scratch = malloc(3 * taking->used + 16);
	if (!taking->scratch)
		return -ENOMEM;
	return range_emit(taking, 0, 0);
}
