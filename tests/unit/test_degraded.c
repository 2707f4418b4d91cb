// SPDX-License-Identifier: Apache-2.0
/*
 * What may be published on a host without BPF LSM, and what is said about it.
 */
#include "degraded.h"

#include <policyd/op.h>

#include "parse_case.h"

#define DIGEST	      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ACCEPTS(name) "version: 1\npolicy: " name "\ndegraded: audit\n"

/* The result, and all that was said. */
static char *check(const char *text, int *ret)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};
	CLEANUP(policy_set_free) struct policy_set set = {};

	ck_assert_int_eq(parse_text(&set, "t.yaml", text, strlen(text), &diagnostics), 0);
	diagnostics_clear(&diagnostics);
	*ret = degraded_check(&set, "no LSM; remedy: R", &diagnostics);
	return messages_of(&diagnostics);
}

static void expect(const char *text, int result, const char *said)
{
	int r;
	CLEANUP_FREE char *found = check(text, &r);

	ck_assert_str_eq(found, said);
	ck_assert_int_eq(r, result);
}

START_TEST(degraded_has_to_be_accepted)
{
	static const char refused[] =
		"t.yaml:2:9: error: this host cannot enforce policy 'p', and it does not say 'degraded: "
		"audit': no LSM; remedy: R\n";

	expect("version: 1\npolicy: p\n", -ENOTSUP, refused);
	expect("version: 1\npolicy: p\ndegraded: refuse\n", -ENOTSUP, refused);
	expect("version: 1\npolicy: p\nmode: audit\n", -ENOTSUP, refused);
	expect("version: 1\npolicy: p\nmode: disabled\n", 0, "");
	expect(ACCEPTS("p"), 0, "");
	/* One that accepts does not speak for another. */
	expect(ACCEPTS("a") "---\nversion: 1\npolicy: p\n", -ENOTSUP,
	       "t.yaml:6:9: error: this host cannot enforce policy 'p', and it does not say 'degraded: "
	       "audit': no LSM; remedy: R\n");
}
END_TEST

START_TEST(degraded_says_what_has_no_effect)
{
	expect(ACCEPTS("p") "file:\n  - deny: [read, delete, chmod]\n    path: /a\n", 0,
	       "t.yaml:5:5: warning: without BPF LSM this rule has no effect on: delete, chmod\n");
	expect(ACCEPTS("p") "file:\n  - deny: [read, write, append, create]\n    path: /a\n", 0, "");
	expect(ACCEPTS("p") "file:\n  - allow: delete\n    path: /a\n", 0, "");
	expect(ACCEPTS("p") "exec:\n  - deny: load\n    path: /a\n", 0,
	       "t.yaml:5:5: warning: without BPF LSM this rule has no effect on: load\n");
	expect(ACCEPTS("p") "network:\n  - deny: [connect, listen, accept]\n", 0,
	       "t.yaml:5:5: warning: without BPF LSM this rule has no effect on: listen, accept (but for "
	       "connections at interfaces of 'ingress')\n");
	expect(ACCEPTS("p") "network:\n  - kill: connect\n", 0,
	       "t.yaml:5:5: warning: without BPF LSM 'kill' ends no process\n");
	expect(ACCEPTS("p") "network:\n  - deny: connect\n    unix: /run/a\n", 0,
	       "t.yaml:5:5: warning: without BPF LSM this rule has no effect\n");
	expect(ACCEPTS("p") "network:\n  - deny: create\n    family: netlink\n", 0,
	       "t.yaml:5:5: warning: without BPF LSM this rule has no effect\n");
	expect(ACCEPTS("p") "network:\n  - deny: create\n    family: inet\n    protocol: udp\n", 0, "");
	expect(ACCEPTS("p") "process:\n  - deny: signal\n", 0,
	       "t.yaml:5:5: warning: without BPF LSM this rule has no effect\n");
	expect(ACCEPTS("p") "kernel:\n  - deny: bpf\n", 0,
	       "t.yaml:5:5: warning: without BPF LSM this rule has no effect\n");
	expect(ACCEPTS("p") "capability:\n  - deny: sys_admin\n", 0,
	       "t.yaml:5:5: warning: without BPF LSM this rule has no effect\n");
	expect(ACCEPTS("p") "syscall:\n  - audit: ptrace\n", 0,
	       "t.yaml:5:5: warning: without BPF LSM this rule has no effect\n");
	expect(ACCEPTS("p") "revalidate: true\nfile:\n  - deny: read\n    path: /a\n", 0,
	       "t.yaml:2:9: warning: without BPF LSM 'revalidate' has no effect\n");
	expect(ACCEPTS("p") "anomaly:\n  rate: [{count: exec, over: 10s, limit: 200}]\n", 0,
	       "t.yaml:5:3: warning: without BPF LSM nothing is counted in the kernel: only rates of "
	       "refusals are\n");
}
END_TEST

/* Nobody keeps what processes came from: whom such a policy is about is not known. */
START_TEST(degraded_knows_no_lineage)
{
	expect(ACCEPTS("p") "subject: {script: /a}\n", -ENOTSUP,
	       "t.yaml:4:10: error: without BPF LSM nobody knows the 'script' and the 'ancestor' of a "
	       "process\n");
	expect(ACCEPTS("p") "subject: {except: {ancestor: /a}}\n", -ENOTSUP,
	       "t.yaml:4:10: error: without BPF LSM nobody knows the 'script' and the 'ancestor' of a "
	       "process\n");
	expect(ACCEPTS("p") "subject: {exe: /a}\n", 0, "");
}
END_TEST

START_TEST(degraded_reads_no_contents)
{
	expect(ACCEPTS("p") "exec:\n  - deny: run\n    sha256: " DIGEST "\n", -ENOTSUP,
	       "t.yaml:5:5: error: without BPF LSM nobody knows the SHA-256 of a file\n");
	expect(ACCEPTS("p") "exec:\n  - deny: run\n    path: /a\n", 0, "");
}
END_TEST

/* What nothing is done about is neither called enforced nor audited. */
START_TEST(degraded_claims_no_more)
{
	ck_assert_uint_eq(degraded_enforced(POLICYD_SECTION_FILE), 0);
	ck_assert_uint_eq(degraded_enforced(POLICYD_SECTION_EXEC), 0);
	ck_assert_uint_eq(degraded_enforced(POLICYD_SECTION_NETWORK) &
				  (POLICYD_OP_NETWORK_LISTEN | POLICYD_OP_NETWORK_ACCEPT),
			  0);
	for (size_t i = 0; i < POLICYD_SECTION_COUNT; i++) {
		enum policyd_section section = (enum policyd_section)i;

		ck_assert_uint_eq(degraded_enforced(section) & degraded_audited(section), 0);
		if (i > POLICYD_SECTION_NETWORK)
			ck_assert_uint_eq(degraded_enforced(section) | degraded_audited(section), 0);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		degraded_has_to_be_accepted, degraded_says_what_has_no_effect, degraded_knows_no_lineage,
		degraded_reads_no_contents,  degraded_claims_no_more,
	};
	return tests_run("degraded", tests, ARRAY_SIZE(tests));
}
