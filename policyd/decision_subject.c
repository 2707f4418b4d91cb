/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stddef.h>

#include <policyd/subject.h>

#include "decision.h"

/* The terms that are left while one attribute after the other rules some out. */
struct deduction {
	const struct compiled *compiled;
	struct policyd_view view;
	const struct policyd_header *header;
	const struct policyd_fixed *fixed;
	struct policyd_line terms;
};

static int line_load(struct deduction *deduction, uint32_t number, struct policyd_line *ret_line)
{
	const struct policyd_line *line = policyd_line_at(&deduction->view, number);

	if (!line)
		return -EBADMSG;
	*ret_line = *line;
	return 0;
}

static void terms_keep(struct deduction *deduction, const struct policyd_line *line)
{
	for (int i = 0; i < 8; i++)
		deduction->terms.q[i] &= line->q[i];
}

static void line_join(struct policyd_line *line, const struct policyd_line *other)
{
	for (int i = 0; i < 8; i++)
		line->q[i] |= other->q[i];
}

/* The line of a class record's field, which is one of its numbers of lines. */
static int class_line(struct deduction *deduction, const char *name, enum pattern_kind kind, size_t field,
		      struct policyd_line *ret_line)
{
	struct decision_object object;
	const struct policyd_class *class;
	int r;

	r = decision_path(deduction->compiled, name, kind, &object);
	if (r < 0)
		return r;
	class = policyd_class_at(&deduction->view, deduction->header, object.class);
	if (!class)
		return -EBADMSG;
	return line_load(deduction, *(const uint32_t *)((const char *)class + field), ret_line);
}

static int keep_path(struct deduction *deduction, const char *name, enum pattern_kind kind, size_t field,
		     uint32_t none)
{
	struct policyd_line line;
	int r;

	r = name ? class_line(deduction, name, kind, field, &line) : line_load(deduction, none, &line);
	if (r < 0)
		return r;
	terms_keep(deduction, &line);
	return 0;
}

static int keep_ancestors(struct deduction *deduction, const struct decision_subject *subject)
{
	struct policyd_line joined;
	struct policyd_line line;
	int r = line_load(deduction, deduction->fixed->no_ancestor, &joined);

	for (size_t i = 0; i < subject->ancestor_count && r == 0; i++) {
		r = class_line(deduction, subject->ancestors[i], PATTERN_FILE,
			       offsetof(struct policyd_class, ancestor), &line);
		if (r == 0)
			line_join(&joined, &line);
	}
	if (r < 0)
		return r;
	terms_keep(deduction, &joined);
	return 0;
}

static int range_load(struct deduction *deduction, uint32_t base, uint32_t count, uint32_t id,
		      struct policyd_line *ret_line)
{
	uint32_t number = policyd_range_terms(&deduction->view, base, count, id);

	return number ? line_load(deduction, number, ret_line) : -EBADMSG;
}

static int keep_id(struct deduction *deduction, uint32_t base, uint32_t count, uint32_t id)
{
	struct policyd_line line;
	int r;

	if (!base)
		return 0;
	r = range_load(deduction, base, count, id, &line);
	if (r < 0)
		return r;
	terms_keep(deduction, &line);
	return 0;
}

static int keep_groups(struct deduction *deduction, const struct decision_subject *subject)
{
	const struct policyd_fixed *fixed = deduction->fixed;
	struct policyd_line joined;
	struct policyd_line line;
	int r;

	if (!fixed->group)
		return 0;
	r = line_load(deduction, fixed->no_group, &joined);
	for (size_t i = 0; i < subject->group_count && r == 0; i++) {
		r = range_load(deduction, fixed->group, fixed->group_count, subject->groups[i], &line);
		if (r == 0)
			line_join(&joined, &line);
	}
	if (r < 0)
		return r;
	terms_keep(deduction, &joined);
	return 0;
}

static int deduction_begin(struct deduction *deduction, const struct compiled *compiled)
{
	const struct policyd_line *line;

	*deduction = (struct deduction){
		.compiled = compiled,
		.view = {.lines = compiled->lines, .count = compiled->count},
	};
	deduction->header = policyd_header_at(&deduction->view);
	line = policyd_line_at(&deduction->view, deduction->header->fixed);
	if (!line)
		return -EBADMSG;
	deduction->fixed = (const struct policyd_fixed *)line;
	return line_load(deduction, deduction->fixed->all, &deduction->terms);
}

int decision_subject(const struct compiled *compiled, const struct decision_subject *subject,
		     uint32_t *ret_subject)
{
	struct deduction deduction;
	const struct policyd_fixed *fixed;
	int r = deduction_begin(&deduction, compiled);

	if (r < 0)
		return r;
	fixed = deduction.fixed;
	r = keep_path(&deduction, subject->exe, PATTERN_FILE, offsetof(struct policyd_class, exe),
		      fixed->no_exe);
	if (r == 0)
		r = keep_path(&deduction, subject->script, PATTERN_FILE,
			      offsetof(struct policyd_class, script), fixed->no_script);
	if (r == 0)
		r = keep_path(&deduction, subject->cgroup, PATTERN_CGROUP,
			      offsetof(struct policyd_class, cgroup), fixed->no_cgroup);
	if (r == 0)
		r = keep_ancestors(&deduction, subject);
	if (r == 0)
		r = keep_id(&deduction, fixed->user, fixed->user_count, subject->user);
	if (r == 0)
		r = keep_id(&deduction, fixed->login, fixed->login_count, subject->login);
	if (r == 0)
		r = keep_groups(&deduction, subject);
	if (r < 0)
		return r;
	return policyd_subject_find(&deduction.view, deduction.header, &deduction.terms, ret_subject) < 0
		       ? -ENOENT
		       : 0;
}
