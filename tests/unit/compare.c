/* SPDX-License-Identifier: Apache-2.0 */
#include "compare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attribute.h"
#include "diagnostic.h"
#include "image.h"
#include "target.h"
#include "util.h"

/* Operations on names. */
#define MOVE_OPS 0x1e3fffu

/* One compiled set and the question that is being asked. */
struct comparison {
	struct policy_set set;
	struct host *host;
	struct diagnostics diagnostics;
	struct compiled *compiled;
	struct generated generated;
	char *difference;
};

static void comparison_done(struct comparison *comparison)
{
	compiled_free(comparison->compiled);
	host_free(comparison->host);
	policy_set_free(&comparison->set);
	diagnostics_clear(&comparison->diagnostics);
}

static bool differ(struct comparison *comparison, const char *what, int detail)
{
	CLEANUP_FREE char *question = generated_describe(&comparison->generated);
	CLEANUP_FREE char *set = generated_set_describe(&comparison->set, comparison->host);

	if (asprintf(&comparison->difference, "%s (%d)\n%s\n%s", what, detail, question, set) < 0)
		comparison->difference = strdup(what);
	return false;
}

static int object_find(struct comparison *comparison, struct decision_object *object)
{
	const struct reference_object *asked = &comparison->generated.object;
	uint32_t target = 0;
	int r = 0;

	switch (asked->kind) {
	case DECISION_PATH:
		r = decision_name(comparison->compiled, asked->file.root, asked->file.dev, asked->file.path,
				  object);
		return r < 0 ? r : decision_attributes(comparison->compiled, &asked->file.attributes, object);
	case DECISION_INET:
		return decision_endpoint(comparison->compiled, &asked->endpoint, object);
	case DECISION_PROCESS:
		if (asked->target_unknown)
			target = target_unknown(comparison->compiled->model);
		else
			r = decision_subject(comparison->compiled, &asked->target, &target);
		return r < 0 ? r : decision_process(comparison->compiled, target, asked->signal, object);
	case DECISION_SOCKET:
		return decision_socket(comparison->compiled, &asked->socket, object);
	default:
		return decision_pseudo(comparison->compiled, asked->pseudo, object);
	}
}

static bool attribution_agrees(const struct attribution *attribution, const struct decision_verdict *verdict)
{
	enum attribute_kind kind = attribution->kind;

	if (verdict->kill != (kind == ATTRIBUTE_KILLED))
		return false;
	if (verdict->refuse != (kind >= ATTRIBUTE_DENIED))
		return false;
	if (attribution->quiet != (verdict->refuse && !verdict->report))
		return false;
	/* A quiet would-be refusal asks for no event. */
	return verdict->refuse || !verdict->report || kind == ATTRIBUTE_AUDITED ||
	       kind == ATTRIBUTE_WOULD_DENY;
}

static bool question_compare(struct comparison *comparison, uint32_t subject)
{
	struct generated *asked = &comparison->generated;
	struct attribution *attribution = NULL;
	struct decision_verdict expected;
	struct decision_verdict verdict = {0};
	struct decision_object object;
	bool agrees;
	int r;

	r = object_find(comparison, &object);
	if (r == 0)
		r = decision_verdict(comparison->compiled, subject, &object, asked->bit, &verdict);
	if (r < 0)
		return differ(comparison, "no decision", r);
	expected = reference_decide(&comparison->set, comparison->host, &asked->subject, &asked->object,
				    asked->bit);
	if (verdict.refuse != expected.refuse)
		return differ(comparison, "refuse differs", verdict.refuse);
	if (verdict.report != expected.report)
		return differ(comparison, "report differs", verdict.report);
	if (verdict.kill != expected.kill)
		return differ(comparison, "kill differs", verdict.kill);
	if (verdict.error != expected.error)
		return differ(comparison, "errno differs", verdict.error);
	if (asked->object.kind == DECISION_PATH && asked->bit >= POLICYD_REVALIDATE_SHIFT)
		return true; /* attributed as the operation itself */
	r = attribute(comparison->compiled, subject, &object, asked->bit, &attribution);
	if (r < 0)
		return differ(comparison, "no attribution", r);
	agrees = attribution_agrees(attribution, &verdict);
	r = (int)attribution->kind;
	attribution_free(attribution);
	return agrees || differ(comparison, "the attribution disagrees with the verdict", r);
}

/* The operations that the reference refuses on a name. */
static uint32_t refused_operations(struct comparison *comparison, const char *directory, const char *below)
{
	struct reference_object object = comparison->generated.object;
	char path[256];
	uint32_t refused = 0;

	(void)snprintf(path, sizeof(path), "%s%s", directory, below);
	object.file.path = path;
	for (unsigned int bit = 0; bit < 32; bit++)
		if (MOVE_OPS >> bit & 1 && reference_decide(&comparison->set, comparison->host,
							    &comparison->generated.subject, &object, bit)
						   .refuse)
			refused |= 1U << bit;
	return refused;
}

/* Whatever is below a directory: what its move is not refused for, nobody gains. */
static bool move_compare(struct comparison *comparison, uint32_t subject, struct source *source,
			 struct compare_moves *moves)
{
	struct generated *asked = &comparison->generated;
	const char *from = asked->moves[0];
	const char *to = asked->moves[1];
	uint32_t gained = 0;
	uint32_t gain;
	int r = decision_move(comparison->compiled, subject, asked->object.file.root, asked->object.file.dev,
			      from, to, &asked->object.file.attributes, &gain);

	if (r < 0)
		return differ(comparison, "no decision on a move", r);
	for (int i = 0; i < 12; i++) {
		uint32_t more;

		asked->moves[2][0] = '\0';
		if (i)
			generate_below(source, asked);
		more = refused_operations(comparison, from, asked->moves[2]) &
		       ~refused_operations(comparison, to, asked->moves[2]);
		if (more & ~gain)
			return differ(comparison, "a move gains operations", (int)more);
		gained |= more;
	}
	moves->count++;
	moves->refused += gain != 0;
	moves->gained += gained != 0;
	return true;
}

/* Many patterns with wildcards can multiply beyond the limits; such a set is refused, and decides nothing. */
static bool comparison_gave_up(const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->diagnostics.count; i++)
		if (strstr(comparison->diagnostics.items[i].text, "the patterns multiply beyond"))
			return true;
	return false;
}

/* Sets of two policies are for such a host: it takes no byte of the source, so that corpora mean the same.
 */
static bool audits_unresolved(const struct comparison *comparison)
{
	return comparison->set.count == 2;
}

static bool comparison_begin(struct comparison *comparison, struct source *source)
{
	static struct policyd_hash_key key;
	const char *reason;
	int r;

	for (size_t i = 0; i < sizeof(key); i++)
		((uint8_t *)&key)[i] = (uint8_t)(i * 151 + (i >> 8) * 7 + 1);
	r = generate_host(source, &comparison->host);
	if (r == 0)
		r = generate_set(source, &comparison->set);
	if (r == 0)
		r = compile(&comparison->set, comparison->host,
			    &(struct compile_options){.generation = 1,
						      .key = &key,
						      .unsupported = true,
						      .audit_unresolved = audits_unresolved(comparison)},
			    &comparison->diagnostics, &comparison->compiled);
	if (r < 0 && comparison_gave_up(comparison))
		return false;
	if (r < 0)
		return differ(comparison,
			      comparison->diagnostics.count ? comparison->diagnostics.items[0].text
							    : "does not compile",
			      r);
	r = image_check(comparison->compiled->lines, comparison->compiled->count, &reason);
	return r == 0 || differ(comparison, reason, r);
}

char *compare_moves_run(struct source *source, size_t subjects, size_t questions, struct compare_moves *moves)
{
	CLEANUP(comparison_done) struct comparison comparison = {0};
	bool agrees = comparison_begin(&comparison, source);

	for (size_t s = 0; s < subjects && agrees; s++) {
		uint32_t subject;
		int r;

		generate_subject(source, &comparison.generated);
		r = decision_subject(comparison.compiled, &comparison.generated.subject, &subject);
		if (r < 0)
			agrees = differ(&comparison, "no subject class", r);
		for (size_t q = 0; q < questions && agrees; q++) {
			generate_move(source, &comparison.generated);
			agrees = move_compare(&comparison, subject, source, moves);
		}
	}
	return comparison.difference;
}

char *compare_run(struct source *source, size_t subjects, size_t questions, size_t *count)
{
	CLEANUP(comparison_done) struct comparison comparison = {0};
	bool agrees = comparison_begin(&comparison, source);

	for (size_t s = 0; s < subjects && agrees; s++) {
		uint32_t subject;
		int r;

		generate_subject(source, &comparison.generated);
		r = decision_subject(comparison.compiled, &comparison.generated.subject, &subject);
		if (r < 0)
			agrees = differ(&comparison, "no subject class", r);
		for (size_t q = 0; q < questions && agrees; q++, ++*count) {
			generate_question(source, &comparison.generated);
			comparison.generated.object.audited = audits_unresolved(&comparison);
			agrees = question_compare(&comparison, subject);
		}
	}
	return comparison.difference;
}
