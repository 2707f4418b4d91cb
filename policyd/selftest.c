// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "attribute.h"
#include "query.h"
#include "selftest.h"
#include "util.h"

static const char *const state_names[] = {
#define X(name, text) [SELFTEST_##name] = text,
	SELFTEST_STATES(X)
#undef X
};
_Static_assert(ARRAY_SIZE(state_names) == SELFTEST_STATE_COUNT, "every state has a name");

struct run {
	const struct compiled *compiled;
	const struct host *host;
	selftest_fn *tell;
	void *data;
};

static void attribution_cleanup(struct attribution **attribution)
{
	attribution_free(*attribution);
}

static void tell(const struct run *run, struct selftest *test, enum selftest_state state, const char *why)
{
	test->state = state;
	test->why = why ? why : "";
	run->tell(run->data, test);
}

/* What the test's own policy says; NULL where it does not apply to the process. */
static const struct attribute_policy *own_find(const struct attribution *found, const struct policy *policy)
{
	for (size_t i = 0; i < found->policy_count; i++)
		if (found->policies[i].policy == policy)
			return &found->policies[i];
	return NULL;
}

static int failure_tell(const struct run *run, struct selftest *test, const struct attribute_policy *own)
{
	CLEANUP_FREE char *why = NULL;
	const char *answer = own && own->kind >= ATTRIBUTE_WOULD_DENY ? "denied" : "allowed";
	int r;

	if (!own)
		r = asprintf(&why, "the policy does not apply to the process");
	else if (own->rule)
		r = asprintf(&why, "%s by rule %s (line %u)", answer, own->rule->name, own->rule->at.line);
	else if (own->by_default)
		r = asprintf(&why, "%s by the section's default", answer);
	else
		r = asprintf(&why, "%s: no rule is about it", answer);
	if (r < 0) {
		why = NULL;
		return -ENOMEM;
	}
	tell(run, test, SELFTEST_FAILED, why);
	return 0;
}

static int operation_run(const struct run *run, uint32_t subject, struct selftest *test)
{
	CLEANUP(attribution_cleanup) struct attribution *found = NULL;
	CLEANUP_FREE char *error = NULL;
	const struct attribute_policy *own;
	struct query query;
	bool denied;
	int r;

	r = query_parse(run->compiled, run->host, test->operation, &query, &error);
	if (r == -EOPNOTSUPP || r == -EINVAL) {
		tell(run, test, r == -EINVAL ? SELFTEST_FAILED : SELFTEST_SKIPPED, error);
		return 0;
	}
	if (r < 0)
		return r;
	r = attribute(run->compiled, subject, &query.object, query.bit, &found);
	if (r < 0)
		return r;
	own = own_find(found, test->policy);
	denied = own && own->kind >= ATTRIBUTE_WOULD_DENY;
	if (denied == test->allow)
		return failure_tell(run, test, own);
	tell(run, test, SELFTEST_PASSED, NULL);
	return 0;
}

static int list_run(const struct run *run, const struct policy *policy, const struct string_list *list,
		    bool allow, const uint32_t *subject, const char *why)
{
	int r = 0;

	for (size_t i = 0; i < list->count && r == 0; i++) {
		struct selftest test = {
			.policy = policy,
			.operation = list->items[i].text,
			.at = list->items[i].at,
			.allow = allow,
		};

		if (policy->mode == POLICY_DISABLED)
			tell(run, &test, SELFTEST_SKIPPED, "the policy is disabled");
		else if (!subject)
			tell(run, &test, SELFTEST_FAILED, why);
		else
			r = operation_run(run, *subject, &test);
	}
	return r;
}

static int test_run(const struct run *run, const struct policy *policy, const struct policy_test *test)
{
	CLEANUP_FREE char *error = NULL;
	const char *why = "no such process can be told apart";
	uint32_t subject = 0;
	bool known;
	int r = 0;

	if (policy->mode != POLICY_DISABLED)
		r = query_subject(run->compiled, run->host, &test->subject, &subject, &error);
	if (r < 0 && r != -EINVAL && r != -ENOENT)
		return r;
	why = error ? error : why;
	known = r == 0;
	r = list_run(run, policy, &test->allow, true, known ? &subject : NULL, why);
	if (r < 0)
		return r;
	return list_run(run, policy, &test->deny, false, known ? &subject : NULL, why);
}

int selftest_run(const struct compiled *compiled, const struct host *host, selftest_fn *function, void *data)
{
	const struct run run = {.compiled = compiled, .host = host, .tell = function, .data = data};
	const struct policy_set *set = compiled->set;
	int r = 0;

	for (size_t i = 0; i < set->count && r == 0; i++)
		for (size_t k = 0; k < set->policies[i].test_count && r == 0; k++)
			r = test_run(&run, &set->policies[i], &set->policies[i].tests[k]);
	return r;
}

const char *selftest_state_name(enum selftest_state state)
{
	return state_names[state];
}
