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
#define CREATE	      POLICYD_BIT_NETWORK_CREATE
#define CONNECT	      POLICYD_BIT_NETWORK_CONNECT
#define BIND	      POLICYD_BIT_NETWORK_BIND
#define LISTEN	      POLICYD_BIT_NETWORK_LISTEN
#define ACCEPT	      POLICYD_BIT_NETWORK_ACCEPT

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

/* Using them, where the family's addresses are not decided on. */
static const struct {
	const char *rule;
	struct decision_socket socket;
	unsigned int bit;
	bool refused;
} uses[] = {
	{"  - deny: connect\n    family: vsock\n", {AF_VSOCK, SOCK_STREAM, 0}, CONNECT, true},
	{"  - deny: connect\n    family: vsock\n", {AF_VSOCK, SOCK_STREAM, 0}, BIND, false},
	{"  - deny: connect\n    family: vsock\n", {AF_VSOCK, SOCK_STREAM, 0}, CREATE, false},
	{"  - deny: connect\n    family: vsock\n", {AF_TIPC, SOCK_STREAM, 0}, CONNECT, false},
	{"  - deny: connect\n", {AF_VSOCK, SOCK_STREAM, 0}, CONNECT, true},
	{"  - deny: all\n    family: alg\n", {AF_ALG, SOCK_SEQPACKET, 0}, ACCEPT, true},
	{"  - deny: [bind, listen]\n    family: [inet, packet]\n", {AF_PACKET, SOCK_RAW, 0}, BIND, true},
	/* netlink is no network but where it is named; unix and inet are decided by names and addresses */
	{"  - deny: connect\n", {AF_NETLINK, SOCK_RAW, 0}, CONNECT, false},
	{"  - deny: connect\n    family: [unix, netlink]\n", {AF_NETLINK, SOCK_RAW, 9}, CONNECT, true},
	{"  - deny: connect\n    family: [unix, netlink]\n", {AF_UNIX, SOCK_STREAM, 0}, CONNECT, false},
	{"  - deny: connect\n", {AF_INET, SOCK_STREAM, 0}, CONNECT, false},
	{"  - deny: connect\n    protocol: tcp\n", {AF_VSOCK, SOCK_STREAM, 0}, CONNECT, false},
	{DENIES_TEN, {AF_SMC, SOCK_STREAM, 0}, CONNECT, false},
	{DENIES_TEN, {AF_VSOCK, SOCK_STREAM, 0}, CONNECT, false},
};

/* What a default says of families, of which one is allowed. */
static const struct {
	uint32_t family;
	unsigned int bit;
	bool refused;
} defaults[] = {
	{AF_VSOCK, BIND, false},      {AF_VSOCK, CONNECT, true}, {AF_VSOCK, CREATE, false},
	{AF_ALG, BIND, true},	      {AF_TIPC, CONNECT, true},	 {AF_TIPC, CREATE, true},
	{AF_PACKET, BIND, true},      {AF_SMC, LISTEN, true},	 {AF_NETLINK, BIND, false},
	{AF_NETLINK, CONNECT, false}, {AF_UNIX, CONNECT, false}, {AF_INET, CONNECT, false},
};

static void check_verdict(const char *rule, const struct decision_socket *socket, unsigned int bit,
			  bool refused)
{
	struct compile_case compile_case;
	struct decision_object object;
	struct decision_verdict verdict;
	CLEANUP_FREE char *text = NULL;

	ck_assert_int_ge(asprintf(&text, "version: 1\npolicy: p\nmode: enforce\nnetwork:\n%s", rule), 0);
	compile_case_begin(&compile_case, text, "mount 8:1 / / ext4\n", true);
	ck_assert_ptr_nonnull(compile_case.compiled);
	ck_assert_int_eq(decision_socket(compile_case.compiled, socket, &object), 0);
	ck_assert_int_eq(decision_verdict(compile_case.compiled, 0, &object, bit, &verdict), 0);
	ck_assert_int_eq(verdict.refuse, refused);
	compile_case_end(&compile_case);
}

START_TEST(test_netsocket_verdicts)
{
	check_verdict(sockets[_i].rule, &sockets[_i].socket, CREATE, sockets[_i].refused);
}
END_TEST

START_TEST(test_netsocket_uses)
{
	check_verdict(uses[_i].rule, &uses[_i].socket, uses[_i].bit, uses[_i].refused);
}
END_TEST

START_TEST(test_netsocket_defaults)
{
	static const char text[] =
		"version: 1\npolicy: p\nmode: enforce\ndefault: {network: deny}\nnetwork:\n"
		"  - allow: [create, bind]\n    family: vsock\n";
	struct compile_case compile_case;
	struct decision_object object;
	struct decision_verdict verdict;

	compile_case_begin(&compile_case, text, "mount 8:1 / / ext4\n", true);
	ck_assert_ptr_nonnull(compile_case.compiled);
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
		struct decision_socket socket = {defaults[i].family, SOCK_STREAM, 0};

		ck_assert_int_eq(decision_socket(compile_case.compiled, &socket, &object), 0);
		ck_assert_int_eq(
			decision_verdict(compile_case.compiled, 0, &object, defaults[i].bit, &verdict), 0);
		ck_assert_msg(verdict.refuse == defaults[i].refused, "family %u, operation %u",
			      defaults[i].family, defaults[i].bit);
	}
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
	tcase_add_loop_test(all, test_netsocket_uses, 0, ARRAY_SIZE(uses));
	tcase_add_test(all, test_netsocket_defaults);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
