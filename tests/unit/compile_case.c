/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_case.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "util.h"

static struct host *facts_read(const char *facts)
{
	char path[] = "/tmp/policyd-facts-XXXXXX";
	CLEANUP_CLOSE int fd = mkstemp(path);
	struct host *host = NULL;
	unsigned int line = 0;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, facts, strlen(facts)), (ssize_t)strlen(facts));
	ck_assert_int_eq(host_from_file(path, &host, &line), 0);
	(void)unlink(path);
	return host;
}

void compile_case_begin(struct compile_case *compile_case, const char *text, const char *facts,
			bool unsupported)
{
	static const struct policyd_hash_key key = {
		.word = {{1, 3, 5, 7}}, .start = {11, 13}, .length = {17, 19}};
	struct policyd_hash_key filled = key;
	int r;

	for (size_t i = 0; i < POLICYD_NAME_WORDS; i++)
		for (size_t k = 0; k < 4; k++)
			filled.word[i][k] = (i * 4 + k + 1) * 0x9e3779b97f4a7c15ULL;
	*compile_case = (struct compile_case){.host = facts_read(facts)};
	r = parse_text(&compile_case->set, "test.yaml", text, strlen(text), &compile_case->diagnostics);
	if (r < 0 && compile_case->diagnostics.count)
		ck_abort_msg("%s", compile_case->diagnostics.items[0].text);
	ck_assert_int_eq(r, 0);
	r = compile(&compile_case->set, compile_case->host,
		    &(struct compile_options){.generation = 7, .key = &filled, .unsupported = unsupported},
		    &compile_case->diagnostics, &compile_case->compiled);
	ck_assert_int_eq(r < 0, compile_case->diagnostics.errors != 0);
	ck_assert_int_eq(r < 0, !compile_case->compiled);
}

void compile_case_end(struct compile_case *compile_case)
{
	compiled_free(compile_case->compiled);
	host_free(compile_case->host);
	policy_set_free(&compile_case->set);
	diagnostics_clear(&compile_case->diagnostics);
}

bool compile_case_says(const struct compile_case *compile_case, const char *text)
{
	bool says = false;

	for (size_t i = 0; i < compile_case->diagnostics.count; i++) {
		CLEANUP_FREE char *line = diagnostic_line(&compile_case->diagnostics.items[i]);

		says = says || (line && strstr(line, text));
	}
	return says;
}

const char *compile_case_ask(const struct compile_case *compile_case, const char *exe, const char *file,
			     unsigned int bit)
{
	static char answer[256];
	const struct compiled *compiled = compile_case->compiled;
	struct attribution *attribution = NULL;
	struct decision_object object;
	uint32_t subject;

	ck_assert_int_eq(decision_subject(compiled, &(struct decision_subject){.exe = exe}, &subject), 0);
	ck_assert_int_eq(file ? decision_path(compiled, file, PATTERN_UNIX, &object)
			      : decision_pseudo(compiled, POLICYD_PSEUDO_ANONYMOUS, &object),
			 0);
	ck_assert_int_eq(attribute(compiled, subject, &object, bit, &attribution), 0);
	if (!attribution->policy)
		(void)snprintf(answer, sizeof(answer), "%s", attribute_kind_name(attribution->kind));
	else
		(void)snprintf(answer, sizeof(answer), "%s by %s %s %u",
			       attribute_kind_name(attribution->kind), attribution->policy->name,
			       attribution->rule ? attribution->rule->name : "default", attribution->at.line);
	attribution_free(attribution);
	return answer;
}
