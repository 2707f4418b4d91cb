/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "automaton.h"
#include "likeness.h"
#include "mounts.h"
#include "pattern.h"
#include "terms.h"
#include "util.h"

/* Adds one pattern text after the other. */
struct list_builder {
	struct model *model;
	struct origins *origins;
	const struct pattern_text *text; /* the one that is being added */
	uint32_t list;
	uint32_t nodes[POLICYD_ROOT_COUNT]; /* where patterns begin */
	char *prefix;			    /* last directory prefix that was resolved, and its meaning */
	char *resolved;
	bool noted; /* the text's new meaning has been said */
	bool failed;
};

static void list_builder_done(struct list_builder *builder)
{
	free(builder->prefix);
	free(builder->resolved);
}

/* The components that name a directory: those before the first wildcard, but not the name at the end. */
static size_t prefix_components(const struct pattern *pattern)
{
	size_t count = 0;

	while (count < pattern->count && pattern->components[count].kind == COMPONENT_LITERAL)
		count++;
	return count && count == pattern->count ? count - 1 : count;
}

static char *prefix_join(const struct pattern *pattern, size_t count)
{
	size_t length = 1;
	char *joined;

	for (size_t i = 0; i < count; i++)
		length += 1 + pattern->components[i].length;
	joined = malloc(length);
	if (!joined)
		return NULL;
	length = 0;
	for (size_t i = 0; i < count; i++) {
		joined[length++] = '/';
		memcpy(joined + length, pattern->components[i].bytes, pattern->components[i].length);
		length += pattern->components[i].length;
	}
	joined[length] = '\0';
	return joined;
}

/* Resolves the prefix, remembering the last one: neighbouring rules often have the same. */
static int prefix_resolve(struct list_builder *builder, char *prefix)
{
	const struct host *host = builder->model->host;
	char *resolved;

	if (builder->prefix && strcmp(builder->prefix, prefix) == 0) {
		free(prefix);
		return 0;
	}
	resolved = host->resolve(host, prefix);
	if (!resolved) {
		int r = -errno;

		if (r == -ENOMEM) {
			free(prefix);
			return r;
		}
		r = model_fail(builder->model, builder->text->at, "cannot resolve '%s': %s", prefix,
			       strerror(-r));
		free(prefix);
		return r;
	}
	free(builder->prefix);
	free(builder->resolved);
	builder->prefix = prefix;
	builder->resolved = resolved;
	return 0;
}

/* Whether the text has a note. Aliases put one text into several rules, and its place stays the same. */
static bool text_is_noted(const struct list_builder *builder)
{
	const struct diagnostics *diagnostics = builder->model->diagnostics;
	const struct pattern_text *text = builder->text;

	if (diagnostics->count >= DIAGNOSTICS_MAX)
		return true;
	for (size_t i = 0; i < diagnostics->count; i++) {
		const struct diagnostic *other = &diagnostics->items[i];

		if (other->level == DIAGNOSTIC_NOTE && other->at.line == text->at.line &&
		    other->at.column == text->at.column && strstr(other->text, text->text) &&
		    !other->at.file == !text->at.file &&
		    (!text->at.file || strcmp(other->at.file, text->at.file) == 0))
			return true;
	}
	return false;
}

static void prefix_note(struct list_builder *builder)
{
	const char *text = builder->text->text;
	size_t length = strlen(builder->prefix);

	if (builder->noted)
		return;
	builder->noted = true;
	if (text_is_noted(builder))
		return;
	if (strncmp(text, builder->prefix, length) == 0)
		diagnostic_add(builder->model->diagnostics, DIAGNOSTIC_NOTE, builder->text->at,
			       "%s means %s%s on this host", text,
			       strcmp(builder->resolved, "/") == 0 ? "" : builder->resolved, text + length);
	else
		diagnostic_add(builder->model->diagnostics, DIAGNOSTIC_NOTE, builder->text->at,
			       "%s in %s means %s on this host", builder->prefix, text, builder->resolved);
}

/* Follows the resolved prefix instead of the written one. */
static int prefix_insert(struct list_builder *builder, uint32_t origin, uint32_t *node)
{
	const char *path = builder->resolved;
	int r = 0;

	while (r == 0 && *(path += strspn(path, "/"))) {
		struct component component = {
			.kind = COMPONENT_LITERAL,
			.bytes = (const unsigned char *)path,
			.length = (uint32_t)strcspn(path, "/"),
		};

		r = nfa_insert(&builder->model->nfa, *node, &component, 1, origin, node);
		path += component.length;
	}
	return r;
}

static int pattern_add(void *data, const struct pattern *pattern)
{
	struct list_builder *builder = data;
	uint32_t origin = (uint32_t)builder->origins->count - 1;
	uint32_t node = builder->nodes[pattern->root];
	size_t skip = 0;
	int r = 0;

	if (pattern->root == POLICYD_ROOT_DEV)
		skip = prefix_components(pattern);
	if (skip) {
		char *prefix = prefix_join(pattern, skip);

		if (!prefix)
			return -ENOMEM;
		r = prefix_resolve(builder, prefix);
		if (r < 0)
			return r;
		if (strcmp(builder->prefix, builder->resolved) != 0)
			prefix_note(builder);
		r = prefix_insert(builder, origin, &node);
	}
	likeness_pattern(builder->model, builder->list, builder->text->text, skip ? builder->resolved : NULL);
	if (r == 0)
		r = nfa_insert(&builder->model->nfa, node,
			       skip ? &pattern->components[skip] : pattern->components, pattern->count - skip,
			       origin, &node);
	return r < 0 ? r : nfa_accept(&builder->model->nfa, node, builder->list);
}

static int text_add(struct list_builder *builder, const struct pattern_text *text, enum pattern_kind kind)
{
	char error[256] = "";
	size_t errors = builder->model->diagnostics->errors;
	int r;

	r = ARRAY_RESERVE(builder->origins->items, builder->origins->allocated, builder->origins->count + 1);
	if (r < 0)
		return r;
	builder->origins->items[builder->origins->count++] = text;
	builder->text = text;
	builder->noted = false;
	r = pattern_parse(text->text, kind, pattern_add, builder, error, sizeof(error));
	if (r != -EINVAL)
		return r;
	builder->failed = true;
	if (builder->model->diagnostics->errors == errors)
		(void)model_fail(builder->model, text->at, "pattern '%s': %s", text->text, error);
	return 0;
}

static int list_add(struct list_builder *builder, enum list_kind list, uint32_t index,
		    const struct pattern_list *patterns)
{
	enum pattern_kind kind = list == LIST_UNIX     ? PATTERN_UNIX
				 : list == LIST_CGROUP ? PATTERN_CGROUP
						       : PATTERN_FILE;
	int r = 0;

	builder->list = (uint32_t)list << LIST_SHIFT | index;
	for (size_t i = 0; i < patterns->count && r == 0; i++)
		r = text_add(builder, &patterns->items[i], kind);
	return r;
}

static int roots_add(struct list_builder *builder)
{
	struct model *model = builder->model;
	int r = 0;

	for (uint32_t kind = POLICYD_ROOT_DEV; kind < POLICYD_ROOT_COUNT && r == 0; kind++) {
		r = nfa_node_add(&model->nfa, NFA_NO_ORIGIN, &builder->nodes[kind]);
		if (r < 0 || kind == POLICYD_ROOT_DEV)
			continue;
		r = ARRAY_RESERVE(model->roots, model->roots_allocated, model->root_count + 1);
		if (r == 0)
			model->roots[model->root_count++] = (struct model_root){
				.kind = kind,
				.node = builder->nodes[kind],
			};
	}
	return r;
}

/* Marks the names that defaults are not about. */
static int nameless_add(struct list_builder *builder)
{
	const uint32_t list = (uint32_t)LIST_NAMELESS << LIST_SHIFT;
	struct nfa *nfa = &builder->model->nfa;
	uint32_t node;
	int r;

	r = nfa_insert(nfa, builder->nodes[POLICYD_ROOT_MEMFD], &(struct component){.kind = COMPONENT_ANY}, 1,
		       NFA_NO_ORIGIN, &node);
	if (r == 0)
		r = nfa_accept(nfa, node, list);
	if (r == 0)
		r = nfa_accept(nfa, builder->nodes[POLICYD_ROOT_PIPE], list);
	return r < 0 ? r : nfa_accept(nfa, builder->nodes[POLICYD_ROOT_SOCKET], list);
}

int lists_add(struct model *model, struct origins *origins)
{
	CLEANUP(list_builder_done) struct list_builder builder = {.model = model, .origins = origins};
	int r;

	r = roots_add(&builder);
	if (r == 0)
		r = nameless_add(&builder);
	for (uint32_t i = 0; i < model->rule_count && r == 0; i++) {
		const struct object *object = &model->rules[i].rule->object;

		r = list_add(&builder, LIST_PATH, i, &object->path);
		if (r == 0)
			r = list_add(&builder, LIST_EXCEPT, i, &object->except);
		if (r == 0)
			r = list_add(&builder, LIST_UNIX, i, &object->unix_path);
	}
	for (uint32_t i = 0; i < model->term_count; i++)
		for (enum path_key key = 0; key < KEY_PATH_COUNT && r == 0; key++)
			r = list_add(&builder, LIST_EXE + (enum list_kind)key, i,
				     term_patterns(&model->terms[i], key));
	if (r < 0)
		return r;
	if (builder.failed)
		return -EINVAL;
	return mounts_add(model, builder.nodes[POLICYD_ROOT_DEV]);
}
