// SPDX-License-Identifier: Apache-2.0
/*
 * Whom requests at interfaces are decided for, and the names of interfaces.
 */
#include <check.h>

#include "compile_case.h"
#include "ingress.h"
#include "model.h"
#include "parse_case.h"

#define FACTS	      "mount 8:1 / / ext4\nuser root 0\nuser www-data 33\n"
#define POLICY(name)  "---\nversion: 1\npolicy: " name "\nmode: enforce\n"
#define DENIES_ACCEPT "network:\n  - deny: accept\n    from: 10.0.0.0/8\n"

/* The class and what it refuses of a request from 10.0.0.1; -1: there is none. */
static int refuses(const char *text)
{
	const struct decision_endpoint endpoint = {
		.family = ADDR_IPV4, .address = {10, 0, 0, 1}, .port = 80, .protocol = 6};
	struct compile_case compiled;
	struct decision_verdict verdict;
	struct decision_object object, same;
	uint32_t subject;
	int r = -1;

	compile_case_begin(&compiled, text, FACTS, false);
	ck_assert_ptr_nonnull(compiled.compiled);
	subject = compiled.compiled->model->net.ingress;
	if (subject != UINT32_MAX) {
		ck_assert_int_eq(decision_endpoint(compiled.compiled, &endpoint, &object), 0);
		ck_assert_int_eq(decision_classes(compiled.compiled, &object.point, &same), 0);
		ck_assert_uint_eq(same.row, object.row);
		ck_assert_int_eq(decision_verdict(compiled.compiled, subject, &object,
						  POLICYD_BIT_NETWORK_ACCEPT, &verdict),
				 0);
		r = verdict.refuse;
	}
	compile_case_end(&compiled);
	return r;
}

START_TEST(ingress_is_about_everybody)
{
	ck_assert_int_eq(refuses(POLICY("a") DENIES_ACCEPT), 1);
	ck_assert_int_eq(refuses(POLICY("a") "network:\n  - deny: accept\n    from: 11.0.0.0/8\n"), 0);
	ck_assert_int_eq(refuses(POLICY("a") "network:\n  - deny: connect\n    to: 10.0.0.0/8\n"), -1);
	ck_assert_int_eq(refuses(POLICY("a") "subject: {user: root}\n" DENIES_ACCEPT), -1);
	ck_assert_int_eq(refuses(POLICY("a") "subject: {except: {user: root}}\n" DENIES_ACCEPT), -1);
	/* What others are refused changes nothing, and an exception of one policy is none of another's. */
	ck_assert_int_eq(refuses(POLICY("a") "network:\n  - deny: accept\n    from: 11.0.0.0/8\n" POLICY(
				 "b") "subject: {user: root}\n" DENIES_ACCEPT),
			 0);
	ck_assert_int_eq(refuses(POLICY("a") DENIES_ACCEPT POLICY(
				 "b") "subject: {except: {user: root}}\nnetwork:\n  - deny: accept\n"),
			 1);
}
END_TEST

START_TEST(ingress_names)
{
	const char *reason = NULL;

	ck_assert_int_eq(ingress_names_check("", &reason), 0);
	ck_assert_int_eq(ingress_names_check("eth0", &reason), 0);
	ck_assert_int_eq(ingress_names_check("eth0,wlan0.5, br-0123456789ab", &reason), 0);
	ck_assert_ptr_null(reason);
	ck_assert_int_eq(ingress_names_check("a-name-too-long0", &reason), -EINVAL);
	ck_assert_ptr_nonnull(reason);
	ck_assert_int_eq(ingress_names_check("eth0, ..", &reason), -EINVAL);
	ck_assert_int_eq(ingress_names_check("a/b", &reason), -EINVAL);
	ck_assert_int_eq(ingress_names_check("eth0:1", &reason), -EINVAL);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {ingress_is_about_everybody, ingress_names};

	return tests_run("ingress", tests, ARRAY_SIZE(tests));
}
