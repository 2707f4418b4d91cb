// SPDX-License-Identifier: Apache-2.0
/*
 * The parser on any bytes: no crash, no leak, no endless work, and a result that agrees with the messages.
 *
 *     fuzz_parse -dict=tests/fuzz/parse.dict CORPUS
 */
#include <stdint.h>

#include "parse.h"
#include "util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What holds for every policy of a set that was read without errors. */
static void set_check(const struct policy_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct policy *policy = &set->policies[i];

		if (policy_set_find(set, policy->name) != policy)
			abort();
		for (size_t j = 0; j < policy->rule_count; j++) {
			const struct rule *rule = &policy->rules[j];

			if (!rule->name || !rule->at.file || rule->at.line == 0)
				abort();
			if (rule->ops == 0 && rule->caps == 0 && rule->syscalls.count == 0)
				abort();
			for (size_t k = 0; k < rule->object.path.count; k++)
				if (rule->object.path.items[k].text[0] == '\0')
					abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	int r;

	r = parse_text(&set, "fuzz.yaml", (const char *)data, size, &diagnostics);
	if ((r == 0) != (diagnostics.errors == 0))
		abort();
	if (r == 0) {
		set_check(&set);
		return 0;
	}
	for (size_t i = 0; i < diagnostics.count; i++) {
		CLEANUP_FREE char *line = diagnostic_line(&diagnostics.items[i]);

		if (!line || strpbrk(line, "\n\r\033"))
			abort();
	}
	return 0;
}
