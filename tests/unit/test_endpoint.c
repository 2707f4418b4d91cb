/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules say about endpoints: a question each, and the answer.
 */
#include <check.h>
#include <stdio.h>

#include "compile_case.h"
#include "event_suite.h"
#include "image.h"
#include "query.h"

#define HEAD		  "version: 1\npolicy: p\nmode: enforce\n"
#define TCP4(number, ...) .family = ADDR_IPV4, .protocol = 6, .port = (number), .address = {__VA_ARGS__}
#define AT4(...)	  .has_local = true, .local = {__VA_ARGS__}
#define ALLOW_FROM	  "  - allow: connect\n    at: 192.0.2.1\ndefault: {network: deny}\n"
#define ROOT		  "mount 8:1 / / ext4\n"

static const struct {
	const char *rule;
	struct decision_endpoint endpoint;
	unsigned int bit;
	bool refused;
} endpoints[] = {
	{"  - deny: connect\n    to: 10.0.0.0/8\n", {TCP4(80, 10, 1, 2, 3)}, 20, true},
	{"  - deny: connect\n    to: 10.0.0.0/8\n", {TCP4(80, 11, 1, 2, 3)}, 20, false},
	{"  - deny: connect\n    to: 10.0.0.0/8\n",
	 {.family = ADDR_IPV6, .address = {[10] = 0xff, [11] = 0xff, 10, 1, 2, 3}, .port = 80, .protocol = 6},
	 20,
	 true},
	{"  - deny: connect\n    to: \"::ffff:10.0.0.0/104\"\n", {TCP4(80, 10, 1, 2, 3)}, 20, true},
	{"  - deny: accept\n    at: 192.0.2.1\n",
	 {TCP4(80, 10, 1, 2, 3), .has_local = true, .local = {192, 0, 2, 1}},
	 19,
	 true},
	{"  - deny: accept\n    at: 192.0.2.1\n",
	 {TCP4(80, 192, 0, 2, 1), .has_local = true, .local = {192, 0, 2, 2}},
	 19,
	 false},
	{"  - deny: accept\n    at: 192.0.2.1\n", {TCP4(80, 192, 0, 2, 1)}, 19, false},
	{"  - deny: accept\n    from: 10.0.0.0/8\n    at: 192.0.2.1\n",
	 {TCP4(80, 10, 1, 2, 3), .has_local = true, .local = {192, 0, 2, 1}},
	 19,
	 true},
	{"  - deny: accept\n    from: 10.0.0.0/8\n    at: 192.0.2.1\n",
	 {TCP4(80, 11, 1, 2, 3), .has_local = true, .local = {192, 0, 2, 1}},
	 19,
	 false},
	{"  - deny: all\n    at: 192.0.2.1\n", {TCP4(80, 192, 0, 2, 1)}, 17, true},
	/* what connects: from there, from elsewhere, and before it is known from where */
	{"  - deny: connect\n    at: 192.0.2.1\n", {TCP4(80, 10, 0, 0, 1), AT4(192, 0, 2, 1)}, 20, true},
	{"  - deny: connect\n    at: 192.0.2.1\n", {TCP4(80, 10, 0, 0, 1), AT4(192, 0, 2, 2)}, 20, false},
	{"  - deny: connect\n    at: 192.0.2.1\n", {TCP4(80, 10, 0, 0, 1)}, 20, true},
	{"  - deny: connect\n    to: 10.0.0.0/8\n    at: 192.0.2.1\n", {TCP4(80, 11, 0, 0, 1)}, 20, false},
	{"  - deny: all\n    at: 192.0.2.1\n", {TCP4(80, 10, 0, 0, 1)}, 20, false},
	{"  - deny: all\n    to: 10.0.0.0/8\n    at: 192.0.2.1\n", {TCP4(80, 10, 0, 0, 1)}, 20, true},
	{ALLOW_FROM, {TCP4(80, 10, 0, 0, 1), AT4(192, 0, 2, 1)}, 20, false},
	{ALLOW_FROM, {TCP4(80, 10, 0, 0, 1), AT4(192, 0, 2, 2)}, 20, true},
	{ALLOW_FROM, {TCP4(80, 10, 0, 0, 1)}, 20, true},
	/* a class for what is not bound is none of an address */
	{"  - deny: [accept, connect]\n    at: 192.0.2.1\n",
	 {TCP4(80, 10, 0, 0, 1), AT4(192, 0, 2, 1)},
	 19,
	 true},
	{"  - deny: [accept, connect]\n    at: 192.0.2.1\n", {TCP4(80, 10, 0, 0, 1)}, 19, false},
	{"  - deny: [accept, connect]\n    at: 192.0.2.1\n", {TCP4(80, 10, 0, 0, 1)}, 20, true},
	{"  - deny: connect\n    family: ipv6\n", {TCP4(80, 10, 1, 2, 3)}, 20, false},
	{"  - deny: connect\n    family: ipv6\n",
	 {.family = ADDR_IPV6, .address = {0xfd}, .port = 80, .protocol = 6},
	 20,
	 true},
	{"  - deny: [bind, listen]\n    port: 1-1023\n", {TCP4(1023, 0)}, 17, true},
	{"  - deny: [bind, listen]\n    port: 1-1023\n", {TCP4(1024, 0)}, 17, false},
	{"  - deny: connect\n    protocol: udp\n",
	 {.family = ADDR_IPV4, .address = {1}, .port = 53, .protocol = 17},
	 20,
	 true},
	{"  - deny: connect\n    protocol: udp\n", {TCP4(53, 1)}, 20, false},
	/* what runs over TCP is tcp */
	{"  - deny: connect\n    protocol: tcp\n",
	 {.family = ADDR_IPV4, .address = {1}, .port = 53, .protocol = 262},
	 20,
	 true},
	{"  - deny: connect\n    protocol: mptcp\n", {TCP4(53, 1)}, 20, false},
};

START_TEST(endpoint)
{
	struct compile_case compile_case;
	struct decision_object object;
	struct decision_verdict verdict;
	CLEANUP_FREE char *text = NULL;

	ck_assert_int_ge(asprintf(&text, HEAD "network:\n%s", endpoints[_i].rule), 0);
	compile_case_begin(&compile_case, text, ROOT, true);
	ck_assert_ptr_nonnull(compile_case.compiled);
	ck_assert_int_eq(decision_endpoint(compile_case.compiled, &endpoints[_i].endpoint, &object), 0);
	ck_assert_int_eq(decision_verdict(compile_case.compiled, 0, &object, endpoints[_i].bit, &verdict), 0);
	ck_assert_int_eq(verdict.refuse, endpoints[_i].refused);
	compile_case_end(&compile_case);
}
END_TEST

/* The image with one word of its line of tables set to that is refused, and says why. */
static void refused_with(struct compile_case *compile_case, uint32_t *word, uint32_t value, const char *why)
{
	const struct compiled *compiled = compile_case->compiled;
	const char *reason = NULL;
	uint32_t kept = *word;

	*word = value;
	ck_assert_int_lt(image_check(compiled->lines, compiled->count, &reason), 0);
	ck_assert_str_eq(reason, why);
	*word = kept;
	ck_assert_int_eq(image_check(compiled->lines, compiled->count, &reason), 0);
}

/* Local classes are there where a rule asks for them, and checked. */
START_TEST(local_classes)
{
	struct compile_case compile_case;
	struct policyd_tables *tables;

	compile_case_begin(&compile_case, HEAD "network: [{deny: accept, from: 10.0.0.0/8}]\n", ROOT, true);
	tables = (struct policyd_tables *)&compile_case.compiled->lines[POLICYD_TABLES];
	ck_assert_uint_eq(tables->locals, 0);
	ck_assert_uint_eq(tables->local_classes, 1);
	compile_case_end(&compile_case);

	compile_case_begin(&compile_case, HEAD "network: [{deny: accept, at: 192.0.2.1}]\n", ROOT, true);
	tables = (struct policyd_tables *)&compile_case.compiled->lines[POLICYD_TABLES];
	ck_assert_uint_eq(tables->local_classes, 2);
	refused_with(&compile_case, &tables->locals, compile_case.compiled->count,
		     "the local classes leave the image");
	refused_with(&compile_case, &tables->local_classes, 1, "no such local class");
	refused_with(&compile_case, &tables->local_classes, 1U << 31,
		     "the rows of endpoints leave the image");
	refused_with(&compile_case, &compile_case.compiled->lines[tables->locals].w[0], 2,
		     "no such local class");
	compile_case_end(&compile_case);
}
END_TEST

static bool lacks_local(const struct compile_case *compile_case, const char *text)
{
	CLEANUP_FREE char *error = NULL;
	struct query query;

	ck_assert_int_eq(query_parse(compile_case->compiled, compile_case->host, text, &query, &error), 0);
	return query.lacks_local;
}

/* Who asks about a connection to accept, and not where it comes to, is told what that leaves out. */
START_TEST(questions_without_a_local_address)
{
	struct compile_case compile_case;

	compile_case_begin(&compile_case, HEAD "network: [{deny: accept, at: 192.0.2.1}]\n", ROOT, true);
	ck_assert(lacks_local(&compile_case, "network accept tcp 10.0.0.1:80"));
	ck_assert(!lacks_local(&compile_case, "network accept tcp 10.0.0.1:80 at 192.0.2.1"));
	ck_assert(!lacks_local(&compile_case, "network connect tcp 10.0.0.1:80"));
	compile_case_end(&compile_case);

	compile_case_begin(&compile_case, HEAD "network: [{deny: accept, from: 192.0.2.1}]\n", ROOT, true);
	ck_assert(!lacks_local(&compile_case, "network accept tcp 10.0.0.1:80"));
	compile_case_end(&compile_case);

	compile_case_begin(&compile_case, HEAD "network: [{allow: connect, at: 192.0.2.1}]\n", ROOT, true);
	ck_assert(lacks_local(&compile_case, "network connect tcp 10.0.0.1:80"));
	ck_assert(!lacks_local(&compile_case, "network connect tcp 10.0.0.1:80 at 192.0.2.1"));
	compile_case_end(&compile_case);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("endpoint");
	TCase *all = tcase_create("endpoint");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(all, endpoint, 0, ARRAY_SIZE(endpoints));
	tcase_add_test(all, local_classes);
	tcase_add_test(all, questions_without_a_local_address);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
