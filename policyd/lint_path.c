// SPDX-License-Identifier: Apache-2.0
/*
 * Patterns that match no file of the host, and names that are symbolic links: what they lead to has another
 * name.
 */
#include <string.h>

#include "decision.h"
#include "lint_internal.h"
#include "pattern.h"
#include "util.h"

/* Operations that are about what a symbolic link leads to. */
#define FOLLOWING                                                                                            \
	(POLICYD_OP_FILE_READ | POLICYD_OP_FILE_WRITE | POLICYD_OP_FILE_APPEND | POLICYD_OP_FILE_CHMOD |     \
	 POLICYD_OP_FILE_IOCTL | POLICYD_OP_EXEC_RUN | POLICYD_OP_EXEC_LOAD)

/* Where patterns stand, and one of them. */
struct place {
	struct lint *lint;
	const char *owner;    /* "rule 'x'" or "the subject" */
	uint32_t rule;	      /* of the model, LIST_INDEX for a subject */
	bool follows;	      /* symbolic links are followed to what the patterns are about */
	bool needs_directory; /* the last component need not be there */
	const struct pattern_text *text;
	bool found; /* some alternative matches a file */
};

/* The whole path of a pattern without wildcards, malloc'ed; NULL for another one or when out of memory. */
static char *path_join(const struct pattern *pattern, size_t count)
{
	size_t size = 2;
	char *path;
	char *to;

	for (size_t i = 0; i < count; i++) {
		if (pattern->components[i].kind != COMPONENT_LITERAL)
			return NULL;
		size += 1 + pattern->components[i].length;
	}
	path = malloc(size);
	if (!path)
		return NULL;
	to = path;
	for (size_t i = 0; i < count; i++) {
		*to++ = '/';
		memcpy(to, pattern->components[i].bytes, pattern->components[i].length);
		to += pattern->components[i].length;
	}
	if (to == path)
		*to++ = '/';
	*to = '\0';
	return path;
}

/* Whether the rule matches a name anyway, by another of its patterns. */
static bool rule_has(const struct place *place, const char *path)
{
	const struct model *model = place->lint->model;
	struct decision_object object;

	if (place->rule == LIST_INDEX ||
	    decision_path(place->lint->compiled, path, PATTERN_FILE, &object) < 0)
		return false;
	return idset_has(&model->sets, model->classes[object.class].rules, place->rule);
}

/* A link as the last component is not followed by the compiler: it may be the link that is meant. */
static void link_report(const struct place *place, const struct pattern *pattern)
{
	CLEANUP_FREE char *path = path_join(pattern, pattern->count);
	CLEANUP_FREE char *parent = path_join(pattern, pattern->count ? pattern->count - 1 : 0);
	CLEANUP_FREE char *target = NULL;
	CLEANUP_FREE char *directory = NULL;
	size_t length;

	if (!path || !parent || pattern->count == 0)
		return;
	target = place->lint->host->resolve(place->lint->host, path);
	directory = place->lint->host->resolve(place->lint->host, parent);
	if (!target || !directory)
		return;
	length = strcmp(directory, "/") == 0 ? 0 : strlen(directory);
	if (strncmp(target, directory, length) == 0 && strcmp(target + length, strrchr(path, '/')) == 0)
		return;
	if (!rule_has(place, target))
		diagnostic_add(
			place->lint->diagnostics, DIAGNOSTIC_WARNING, place->text->at,
			"'%s' is a symbolic link on this host and %s does not match what it leads to: %s",
			path, place->owner, target);
}

/* Links whose meaning depends on who looks. */
static bool self_report(const struct place *place)
{
	static const char *const links[] = {"/proc/self", "/proc/thread-self", "/proc/mounts", "/proc/net",
					    "/dev/fd",	  "/dev/stdin",	       "/dev/stdout",  "/dev/stderr"};
	const char *text = place->text->text;

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		size_t length = strlen(links[i]);

		if (strncmp(text, links[i], length) != 0 || (text[length] && text[length] != '/'))
			continue;
		diagnostic_add(place->lint->diagnostics, DIAGNOSTIC_WARNING, place->text->at,
			       "'%s' leads to the process that compiles the policy: write /proc/[0-9]*",
			       links[i]);
		return true;
	}
	return false;
}

static int alternative_look(void *data, const struct pattern *pattern)
{
	struct place *place = data;
	int root = place->lint->options->root;
	size_t count = pattern->count;

	if (pattern->root != POLICYD_ROOT_DEV) {
		place->found = true;
		return 0;
	}
	if (place->follows)
		link_report(place, pattern);
	/* What a directory holds changes: for everything in it, the directory has to be there. */
	while (count > 0 && pattern->components[count - 1].kind >= COMPONENT_ANY)
		count--;
	if (place->needs_directory && count == pattern->count && count > 0)
		count--;
	if (root < 0 || count == 0 || place->found)
		place->found = true;
	else
		place->found = lint_lookup(root, pattern, count);
	return 0;
}

/* Looks at one pattern; *ret_found: it matches something. */
static int text_look(struct place *place, const struct pattern_text *text, bool *ret_found)
{
	char problem[256];
	int r;

	place->text = text;
	place->found = false;
	if (self_report(place)) {
		*ret_found = true;
		return 0;
	}
	r = pattern_parse(text->text, PATTERN_FILE, alternative_look, place, problem, sizeof(problem));
	*ret_found = place->found;
	return r == -ENOMEM ? r : 0;
}

static void nothing_report(const struct place *place, const struct pattern_list *list, const bool *found,
			   size_t missing)
{
	struct diagnostics *diagnostics = place->lint->diagnostics;

	if (missing == list->count && list->count > 1) {
		diagnostic_add(diagnostics, DIAGNOSTIC_WARNING, list->items[0].at,
			       "none of the %zu patterns of %s matches a file of this host", list->count,
			       place->owner);
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		if (!found[i])
			diagnostic_add(diagnostics, list->count == 1 ? DIAGNOSTIC_WARNING : DIAGNOSTIC_NOTE,
				       list->items[i].at, "pattern '%s' of %s matches no file of this host",
				       list->items[i].text, place->owner);
}

static int list_look(struct place *place, const struct pattern_list *list)
{
	CLEANUP_FREE bool *found = calloc(list->count + 1, sizeof(*found));
	size_t missing = 0;

	if (!found)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		int r = text_look(place, &list->items[i], &found[i]);

		if (r < 0)
			return r;
		missing += !found[i];
	}
	nothing_report(place, list, found, missing);
	return 0;
}

static int subject_look(struct lint *lint, const struct subject *subject)
{
	const struct pattern_list *lists[] = {&subject->match.exe, &subject->match.script,
					      &subject->match.ancestor, &subject->except.exe};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists) && r == 0; i++) {
		struct place place = {
			.lint = lint,
			.owner = "the subject",
			.rule = LIST_INDEX,
			.follows = true,
		};

		r = list_look(&place, lists[i]);
	}
	return r;
}

static int rule_look(struct lint *lint, uint32_t number)
{
	const struct rule *rule = lint->model->rules[number].rule;
	CLEANUP_FREE char *owner = NULL;
	struct place place = {
		.lint = lint,
		.rule = number,
		.follows = rule->ops & FOLLOWING,
		.needs_directory =
			rule->section == POLICYD_SECTION_FILE && rule->ops & POLICYD_OP_FILE_CREATE,
	};

	if (asprintf(&owner, "rule '%s'", rule->name) < 0) {
		owner = NULL;
		return -ENOMEM;
	}
	place.owner = owner;
	return list_look(&place, &rule->object.path);
}

int lint_paths_report(struct lint *lint, const struct model_policy *policy)
{
	int r = 0;

	if (policy->policy->has_subject)
		r = subject_look(lint, &policy->policy->subject);
	for (uint32_t i = policy->first_rule; i < policy->first_rule + policy->rule_count && r == 0; i++)
		r = rule_look(lint, i);
	return r;
}
