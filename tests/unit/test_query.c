/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "compile_case.h"
#include "parse_case.h"
#include "query.h"

static const char policy[] = "version: 1\npolicy: p\nmode: enforce\nnetwork:\n  - deny: connect\n"
			     "    protocol: tcp\n    to: 127.0.0.0/8\n    port: 4444\n";

static const struct query_case {
	const char *text;
	int error;
	const char *says;
} cases[] = {
	{"network connect tcp 127.0.0.1:4444", 0, NULL},
	{"network connect tcp [::1]:80", 0, NULL},
	{"network connect icmp 127.0.0.1", 0, NULL},
	{"network connect unix /run/x.sock", 0, NULL},
	{"network connect unix @name", 0, NULL},
	{"network create packet", 0, NULL},
	{"network create inet raw", 0, NULL},
	{"network create ipv5", -EINVAL, "'ipv5' is not a family of sockets"},
	{"network create ipv4 tpc", -EINVAL, "'tpc' is not a protocol"},
	{"file read /etc/passwd", 0, NULL},
	{"exec anonymous", 0, NULL},
	{"file read type=char device=1:3 fstype=devtmpfs /dev/null", 0, NULL},
	{"exec run deleted setuid writable memfd:a", 0, NULL},
	{"exec run sha256=E3B0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 setuid /a", 0,
	 NULL},
	{"exec run sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85 /a", -EINVAL,
	 "'sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85 /a': type=, "
	 "device=MAJOR:MINOR, fstype= or sha256= has no such value"},
	{"file read type=file /a", -EINVAL,
	 "'type=file /a': type=, device=MAJOR:MINOR, fstype= or sha256= has no such value"},
	{"file read device=8 /a", -EINVAL,
	 "'device=8 /a': type=, device=MAJOR:MINOR, fstype= or sha256= has no such value"},
	/* Without a port there is no one answer for all ports. */
	{"network connect tcp 127.0.0.1", -EINVAL, "'127.0.0.1' is not ADDRESS:PORT (IPv6: [ADDRESS]:PORT)"},
	{"network connect udp [::1]", -EINVAL, "'[::1]' is not ADDRESS:PORT (IPv6: [ADDRESS]:PORT)"},
	{"network connect tcp 127.0.0.1:65536", -EINVAL,
	 "'127.0.0.1:65536' is not ADDRESS:PORT (IPv6: [ADDRESS]:PORT)"},
	{"network connect tcp [::1", -EINVAL, "'[::1' is not ADDRESS:PORT (IPv6: [ADDRESS]:PORT)"},
	{"network connect tpc 127.0.0.1:1", -EINVAL,
	 "'tpc' is not a protocol, nor unix or another family without addresses of the internet"},
	{"network connect vsock", 0, NULL},
	{"network connect inet", -EINVAL,
	 "'inet' is not a protocol, nor unix or another family without addresses of the internet"},
	{"network accept tcp 10.1.2.3:80 at 192.0.2.1", 0, NULL},
	{"network accept tcp [::1]:80 at ::1", 0, NULL},
	{"network accept tcp 10.1.2.3:80 at 192.0.2", -EINVAL,
	 "'at 192.0.2' is not 'at ADDRESS', the local address of a connection"},
	{"network connect tcp 10.1.2.3:80 at 192.0.2.1", 0, NULL},
	{"network bind tcp 10.1.2.3:80 at 192.0.2.1", -EINVAL,
	 "'at 192.0.2.1' is not 'at ADDRESS', the local address of a connection"},
	{"network accept tcp 10.1.2.3:80 to 192.0.2.1", -EINVAL,
	 "'to 192.0.2.1' is not 'at ADDRESS', the local address of a connection"},
	{"network call tcp 127.0.0.1:1", -EINVAL, "section 'network' has no operation 'call'"},
	{"net connect tcp 127.0.0.1:1", -EINVAL,
	 "'net' is not a section (file, exec, network, process, kernel, capability, syscall)"},
	{"file read etc/passwd", -EINVAL, "'etc/passwd' is not a name that file read can be about"},
	{"kernel module-load", 0, NULL},
	{"kernel module-load x", -EINVAL, "operations of section kernel are not about a name"},
	{"capability sys_admin", 0, NULL},
	{"capability checkpoint_restore", 0, NULL},
	{"capability CAP_BPF", -EINVAL, "'CAP_BPF' is not a capability"},
	{"capability bpf x", -EINVAL, "nothing may follow the name of a capability"},
	{"process ptrace /usr/sbin/x", 0, NULL},
	{"process signal TERM exe=/usr/sbin/x,user=0", 0, NULL},
	{"process signal 64 /x", 0, NULL},
	{"process signal 65 /x", -EINVAL, "'65' is not a signal"},
	{"process signal /x", -EINVAL, "'/x' is not a signal"},
	{"process ptrace 1", -EINVAL, "'1' is not a process: PROGRAM, or exe=PROGRAM,user=NAME"},
	{"syscall ptrace", 0, NULL},
	{"syscall open i386", 0, NULL},
	{"syscall open vax", -EINVAL, "'vax' is not an architecture (x86_64, i386, x32, …)"},
	{"syscall nothing", -EINVAL, "'nothing' is not a system call of x86_64"},
};

START_TEST(test_query)
{
	const struct query_case *query_case = &cases[_i];
	struct compile_case compile_case;
	CLEANUP_FREE char *error = NULL;
	struct query query;

	compile_case_begin(&compile_case, policy, "mount 1 / / ext4\n", true);
	ck_assert_ptr_nonnull(compile_case.compiled);
	ck_assert_int_eq(
		query_parse(compile_case.compiled, compile_case.host, query_case->text, &query, &error),
		query_case->error);
	ck_assert_pstr_eq(error, query_case->says);
	compile_case_end(&compile_case);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("query");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(all, test_query, 0, ARRAY_SIZE(cases));
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
