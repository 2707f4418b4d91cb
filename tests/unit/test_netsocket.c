/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "compile_case.h"
#include "util.h"

/* Making sockets: the rules, what is made, and whether it is refused. */
#define DENIES_TEN    "  - deny: connect\n    to: 10.0.0.0/8\n"
#define ALLOWS_CREATE "  - allow: create\n    "

static const struct {
	const char *rule; /* of section network */
	struct decision_socket socket;
	bool refused;
} sockets[] = {
	{"  - deny: create\n    family: ipv6\n", {AF_INET, SOCK_STREAM, 0}, false},
	{"  - deny: create\n    family: ipv6\n", {AF_INET6, SOCK_STREAM, 0}, true},
	{"  - deny: create\n    family: vsock\n", {AF_VSOCK, SOCK_STREAM, 0}, true},
	{"  - deny: create\n    family: vsock\n", {AF_UNIX, SOCK_STREAM, 0}, false},
	{"  - deny: create\n", {AF_UNIX, SOCK_STREAM, 0}, true},
	/* protocol 0 is the default of the type; a protocol alone is one of the internet */
	{"  - deny: create\n    protocol: tcp\n", {AF_INET, SOCK_STREAM, 0}, true},
	{"  - deny: create\n    protocol: tcp\n", {AF_INET6, SOCK_STREAM, 262}, true},
	{"  - deny: create\n    protocol: tcp\n", {AF_INET, SOCK_DGRAM, 0}, false},
	{"  - deny: create\n    protocol: tcp\n", {AF_NETLINK, SOCK_RAW, 6}, false},
	{"  - deny: create\n    protocol: 6\n    family: netlink\n", {AF_NETLINK, SOCK_RAW, 6}, true},
	/* who restricts addresses refuses what goes round them */
	{DENIES_TEN, {AF_INET, SOCK_RAW, 1}, true},
	{DENIES_TEN, {AF_INET, SOCK_DGRAM, 1}, false},
	{DENIES_TEN, {AF_PACKET, SOCK_RAW, 3}, true},
	{DENIES_TEN, {AF_INET, SOCK_STREAM, 132}, true},
	{DENIES_TEN, {AF_INET6, SOCK_SEQPACKET, 0}, true},
	{DENIES_TEN, {AF_INET6, SOCK_STREAM, 0}, false},
	{DENIES_TEN ALLOWS_CREATE "protocol: sctp\n", {AF_INET, SOCK_STREAM, 132}, false},
	{DENIES_TEN ALLOWS_CREATE "protocol: sctp\n", {AF_INET, SOCK_RAW, 132}, true},
	{DENIES_TEN, {AF_XDP, SOCK_RAW, 0}, true},
	{DENIES_TEN, {AF_SMC, SOCK_STREAM, 0}, true},
	{DENIES_TEN, {AF_ALG, SOCK_SEQPACKET, 0}, false},
	{DENIES_TEN ALLOWS_CREATE "protocol: raw\n", {AF_INET, SOCK_RAW, 1}, false},
	{DENIES_TEN ALLOWS_CREATE "protocol: icmp\n", {AF_INET, SOCK_RAW, 1}, true},
	{DENIES_TEN ALLOWS_CREATE "family: packet\n", {AF_PACKET, SOCK_DGRAM, 0}, false},
	{"  - allow: connect\n    to: 10.0.0.0/8\n", {AF_INET, SOCK_RAW, 1}, false},
};

START_TEST(test_netsocket_verdicts)
{
	struct compile_case compile_case;
	struct decision_object object;
	struct decision_verdict verdict;
	CLEANUP_FREE char *text = NULL;

	ck_assert_int_ge(
		asprintf(&text, "version: 1\npolicy: p\nmode: enforce\nnetwork:\n%s", sockets[_i].rule), 0);
	compile_case_begin(&compile_case, text, "mount 8:1 / / ext4\n", true);
	ck_assert_ptr_nonnull(compile_case.compiled);
	ck_assert_int_eq(decision_socket(compile_case.compiled, &sockets[_i].socket, &object), 0);
	ck_assert_int_eq(
		decision_verdict(compile_case.compiled, 0, &object, POLICYD_BIT_NETWORK_CREATE, &verdict), 0);
	ck_assert_int_eq(verdict.refuse, sockets[_i].refused);
	compile_case_end(&compile_case);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("netsocket");
	TCase *all = tcase_create("netsocket");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(all, 60);
	tcase_add_loop_test(all, test_netsocket_verdicts, 0, ARRAY_SIZE(sockets));
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
