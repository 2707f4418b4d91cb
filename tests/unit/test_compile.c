/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "compile_case.h"
#include "event_suite.h"
#include "image.h"

#define HEAD "version: 1\npolicy: p\nmode: enforce\n"
#define ROOT "mount 8:1 / / ext4\n"

enum { READ = POLICYD_BIT_FILE_READ, WRITE = POLICYD_BIT_FILE_WRITE, APPEND = POLICYD_BIT_FILE_APPEND };

/* One question each: the policy, the host, who, what, and the answer. */
static const struct {
	const char *text;
	const char *facts;
	const char *exe;
	const char *file;
	unsigned int bit;
	const char *answer;
} cases[] = {
	{HEAD "file:\n  - deny: write\n    path: /etc/**\n", ROOT, "/a", "/etc/x/y", WRITE,
	 "denied by p file[0] 5"},
	{HEAD "file:\n  - deny: write\n    path: /etc/**\n", ROOT, "/a", "/etc", WRITE, "allowed"},
	{HEAD "file:\n  - deny: write\n    path: /etc/\n", ROOT, "/a", "/etc", WRITE,
	 "denied by p file[0] 5"},
	/* write includes append; append does not include write */
	{HEAD "file:\n  - deny: write\n    path: /a\n", ROOT, "/a", "/a", APPEND, "denied by p file[0] 5"},
	{HEAD "file:\n  - deny: append\n    path: /a\n", ROOT, "/a", "/a", WRITE, "allowed"},
	{HEAD "default: {file: deny}\nfile:\n  - allow: append\n    path: /a\n", ROOT, "/a", "/a", WRITE,
	 "denied by p default 4"},
	/* refusing run refuses load, not the other way round */
	{HEAD "exec:\n  - deny: run\n    path: /a\n", ROOT, "/x", "/a", POLICYD_BIT_EXEC_LOAD,
	 "denied by p exec[0] 5"},
	{HEAD "exec:\n  - deny: load\n    path: /a\n", ROOT, "/x", "/a", POLICYD_BIT_EXEC_RUN, "allowed"},
	/* memory that no file backs: not what rules about files are about, whatever `all` is */
	{HEAD "exec:\n  - deny: anonymous\n", ROOT, "/x", NULL, POLICYD_BIT_EXEC_ANONYMOUS,
	 "denied by p exec[0] 5"},
	{HEAD "exec:\n  - deny: all\n", ROOT, "/x", NULL, POLICYD_BIT_EXEC_ANONYMOUS,
	 "denied by p exec[0] 5"},
	{HEAD "exec:\n  - deny: all\n    path: /a\n", ROOT, "/x", NULL, POLICYD_BIT_EXEC_ANONYMOUS,
	 "allowed"},
	{HEAD "exec:\n  - deny: all\n    except: /a\n", ROOT, "/x", NULL, POLICYD_BIT_EXEC_ANONYMOUS,
	 "allowed"},
	{HEAD "exec:\n  - deny: [run, load]\n", ROOT, "/x", NULL, POLICYD_BIT_EXEC_ANONYMOUS, "allowed"},
	{HEAD "default: {exec: deny}\n", ROOT, "/x", NULL, POLICYD_BIT_EXEC_ANONYMOUS,
	 "denied by p default 4"},
	{HEAD "default: {exec: deny}\nexec:\n  - allow: anonymous\n", ROOT, "/x", NULL,
	 POLICYD_BIT_EXEC_ANONYMOUS, "allowed by p exec[0] 6"},
	/* kill and deny beat allow, allow beats the default */
	{HEAD
	 "default: {file: deny}\nfile:\n  - allow: read\n    path: /**\n  - deny: read\n    path: /etc/*\n",
	 ROOT, "/x", "/etc/shadow", READ, "denied by p file[1] 8"},
	{HEAD "file:\n  - deny: read\n    path: /a\n  - kill: read\n    path: /a\n", ROOT, "/x", "/a", READ,
	 "killed by p file[1] 7"},
	{HEAD "default: {file: deny}\nfile:\n  - allow: read\n    path: /a\n", ROOT, "/x", "/a", READ,
	 "allowed by p file[0] 6"},
	/* audit asks for an event and permits nothing */
	{HEAD "file:\n  - audit: read\n    path: /a\n", ROOT, "/x", "/a", READ, "audited by p file[0] 5"},
	{HEAD "default: {file: deny}\nfile:\n  - audit: read\n    path: /a\n", ROOT, "/x", "/a", READ,
	 "denied by p default 4"},
	{"version: 1\npolicy: p\nmode: audit\nfile:\n  - deny: read\n    path: /a\n", ROOT, "/x", "/a", READ,
	 "would-deny by p file[0] 5"},
	{"version: 1\npolicy: p\nmode: disabled\nfile:\n  - deny: read\n    path: /a\n", ROOT, "/x", "/a",
	 READ, "allowed"},
	/* subjects */
	{HEAD "subject: {exe: /usr/sbin/*}\nfile:\n  - deny: read\n    path: /a\n", ROOT, "/usr/sbin/x", "/a",
	 READ, "denied by p file[0] 6"},
	{HEAD "subject: {exe: /usr/sbin/*}\nfile:\n  - deny: read\n    path: /a\n", ROOT, "/usr/bin/x", "/a",
	 READ, "allowed"},
	{HEAD "subject: {except: {exe: /usr/sbin/*}}\nfile:\n  - deny: read\n    path: /a\n", ROOT,
	 "/usr/sbin/x", "/a", READ, "allowed"},
	/* a process without a known executable is not excepted */
	{HEAD "subject: {except: {exe: /usr/sbin/*}}\nfile:\n  - deny: read\n    path: /a\n", ROOT, NULL,
	 "/a", READ, "denied by p file[0] 6"},
	/* defaults are about files with names */
	{HEAD "default: {file: deny, exec: deny}\n", ROOT, "/x", "pipe:", WRITE, "allowed"},
	{HEAD "default: {file: deny, exec: deny}\n", ROOT, "/x", "memfd:a/b", WRITE, "allowed"},
	{HEAD "default: {file: deny, exec: deny}\n", ROOT, "/x", "memfd:a/b", POLICYD_BIT_EXEC_RUN,
	 "denied by p default 4"},
	{HEAD "default: {file: deny}\n", ROOT, "/x", "unmapped:/a", READ, "denied by p default 4"},
	{HEAD "default: {file: deny}\nfile:\n  - allow: read\n    path: /**\n", ROOT, "/x", "unmapped:/a",
	 READ, "denied by p default 4"},
	{HEAD "default: {file: deny}\nfile:\n  - allow: read\n    path: unmapped:/**\n", ROOT, "/x",
	 "unmapped:/a", READ, "allowed by p file[0] 6"},
	/* symbolic links in the directory part, not in the last name */
	{HEAD "exec:\n  - deny: run\n    path: /bin/sh\n", ROOT "link /bin usr/bin\nlink /usr/bin/sh dash\n",
	 "/x", "/usr/bin/sh", POLICYD_BIT_EXEC_RUN, "denied by p exec[0] 5"},
	/* what is below a mount point, and the names of a bind mount */
	{HEAD "file:\n  - deny: read\n    path: /srv/data/*\n", ROOT "mount 8:2 / /srv/data ext4\n", "/x",
	 "/srv/data/a", READ, "denied by p file[0] 5"},
	{HEAD "file:\n  - deny: read\n    path: /srv/*/key\n", ROOT "mount 8:1 /srv/a /mnt ext4\n", "/x",
	 "/mnt/key", READ, "denied by p file[0] 5"},
	{HEAD "file:\n  - deny: read\n    path: /mnt/key\n", ROOT "mount 8:1 /srv/a /mnt ext4\n", "/x",
	 "/srv/a/key", READ, "denied by p file[0] 5"},
	/* an exception that another name of the file matches does not count */
	{HEAD "file:\n  - deny: read\n    path: /srv/**\n    except: /srv/free/**\n",
	 ROOT "mount 8:1 /srv/a /srv/free/a ext4\n", "/x", "/srv/a/key", READ, "denied by p file[0] 5"},
	{HEAD "file:\n  - deny: read\n    path: /\n", ROOT, "/x", "/a", READ, "denied by p file[0] 5"},
	{HEAD "network:\n  - deny: connect\n    unix: \"@bus*\"\n", ROOT, "/x", "@bus/1",
	 POLICYD_BIT_NETWORK_CONNECT, "denied by p network[0] 5"},
};

START_TEST(test_compile_cases)
{
	struct compile_case compile_case;

	compile_case_begin(&compile_case, cases[_i].text, cases[_i].facts, true);
	ck_assert_ptr_nonnull(compile_case.compiled);
	ck_assert_str_eq(compile_case_ask(&compile_case, cases[_i].exe, cases[_i].file, cases[_i].bit),
			 cases[_i].answer);
	compile_case_end(&compile_case);
}
END_TEST

/* What is refused or remarked, and how. */
static const struct {
	const char *text;
	bool compiles;
	const char *says;
} messages[] = {
	{HEAD "subject: {user: nobody-here}\n", false,
	 "test.yaml:4:17: error: unknown user 'nobody-here' on this host"},
	{HEAD "exec:\n  - deny: run\n    sha256: "
	      "0000000000000000000000000000000000000000000000000000000000000001\n",
	 true, ""},
	{HEAD "file:\n  - deny: read\n    fstype: fuse.sshfs\n", false,
	 "test.yaml:6:13: error: 'fuse.sshfs': the kernel knows the type before the '.' only"},
	{HEAD "file:\n  - deny: read\n    fstype: a-name-that-no-file-system-type-has\n", false,
	 "is longer than a file system type's name"},
	{HEAD "exec:\n  - deny: anonymous\n", true, ""},
	{HEAD "process:\n  - deny: ptrace\n    target: {except: {ancestor: /a}}\n", true, ""},
	{HEAD "process:\n  - deny: signal\n    target: {script: /a, ancestor: /b}\n", true, ""},
	{HEAD "process:\n  - deny: ptrace\n    target: {except: {cgroup: /a}}\n", true, ""},
	{HEAD "process:\n  - deny: signal\n    signal: [TERM, 34]\n    target: {exe: /a, user: 1000}\n", true,
	 ""},
	{HEAD "kernel:\n  - deny: modify-lockdown\n", true, ""},
	{HEAD "capability:\n  - deny: sys_admin\n    errno: EACCES\n", true,
	 "warning: 'errno' of a capability rule has little effect"},
	{HEAD "kernel:\n  - deny: [module-load, kexec, bpf, perf, userns, mount, settime, ptrace-any]\n",
	 true, ""},
	{HEAD "kernel:\n  - deny: all\n", true, ""},
	{"version: 1\npolicy: p\nmode: disabled\nprocess:\n  - deny: ptrace\n    target: {script: /a}\n",
	 true, ""},
	{HEAD "file:\n  - deny: read\n    path: /bin/*\n", true,
	 "note: /bin/* means /usr/bin/* on this host"},
	{HEAD "file:\n  - deny: read\n    path: \"/{bin,opt}/*\"\n", true,
	 "note: /bin in /{bin,opt}/* means /usr/bin on this host"},
	{HEAD "file:\n  - deny: read\n    path: /loop/x/y\n", false, "cannot resolve '/loop/x'"},
	{HEAD "network:\n  - kill: accept\n    from: 192.0.2.0/24\n", false,
	 "'kill' for accepting a connection is not enforced by this version; 'deny' refuses the connection"},
	{HEAD "network:\n  - deny: accept\n    protocol: udp\n", false,
	 "operation 'accept' of protocols other than tcp and dccp is not enforced by this version; 'bind' "
	 "keeps a "
	 "process from receiving them"},
	{HEAD "network:\n  - deny: connect\n    family: vsock\n  - kill: accept\n    family: vsock\n", true,
	 ""},
	{HEAD "network:\n  - deny: connect\n    family: netlink\n    protocol: 9\n", false,
	 ":7:15: error: 'protocol' for an operation other than 'create' on families other than inet is not "
	 "enforced by "
	 "this "
	 "version; "
	 "'create' keeps a process from having such sockets"},
	{HEAD "network:\n  - deny: [create, connect]\n    family: [inet, netlink]\n    protocol: tcp\n",
	 false, "'protocol' for an operation other than 'create' on families other than inet"},
	{HEAD "network:\n  - deny: accept\n    at: 192.0.2.1\n", true, ""},
	{HEAD "network:\n  - deny: [bind, accept]\n    from: 10.0.0.0/8\n    at: 192.0.2.1\n", true, ""},
	{HEAD "network:\n  - deny: [bind, connect]\n    at: 192.0.2.1\n", true, ""},
	{HEAD "network:\n  - deny: all\n    from: 10.0.0.0/8\n    at: 192.0.2.1\n", true, ""},
	{HEAD "network:\n  - deny: accept\n    from: 192.0.2.0/24\n  - deny: all\n    unix: /run/x\n", true,
	 ""},
};

START_TEST(test_compile_messages)
{
	struct compile_case compile_case;

	compile_case_begin(&compile_case, messages[_i].text, ROOT "link /bin usr/bin\nlink /loop loop\n",
			   false);
	ck_assert_int_eq(compile_case.compiled != NULL, messages[_i].compiles);
	ck_assert_msg(!*messages[_i].says || compile_case_says(&compile_case, messages[_i].says), "%s",
		      messages[_i].says);
	compile_case_end(&compile_case);
}
END_TEST

START_TEST(test_compile_is_deterministic)
{
	static const char text[] =
		HEAD "subject: {exe: [/a/*, /b]}\nfile:\n  - deny: read\n    path: [/**/x, /y*z]\n"
		     "network:\n  - deny: connect\n    to: [10.0.0.0/8, \"fd00::/8\"]\n    port: 80\n";
	struct compile_case first;
	struct compile_case second;

	compile_case_begin(&first, text, ROOT, true);
	compile_case_begin(&second, text, ROOT, true);
	ck_assert_uint_eq(first.compiled->count, second.compiled->count);
	ck_assert_int_eq(memcmp(first.compiled->lines, second.compiled->lines,
				first.compiled->count * sizeof(struct policyd_line)),
			 0);
	ck_assert_uint_eq((uintptr_t)first.compiled->lines % 4096, 0);
	compile_case_end(&first);
	compile_case_end(&second);
}
END_TEST

START_TEST(test_compile_minimal)
{
	struct compile_case one;
	struct compile_case other;

	/* The same rule, said in two ways. */
	compile_case_begin(&one, HEAD "file:\n  - deny: read\n    path: [/a/**, /a]\n", ROOT, true);
	compile_case_begin(&other,
			   HEAD "file:\n  - deny: read\n    path: [/a/, /a/b, /a/*/c, \"/a/**/*.x\", /a/]\n",
			   ROOT, true);
	ck_assert_uint_eq(one.compiled->count, other.compiled->count);
	compile_case_end(&one);
	compile_case_end(&other);
}
END_TEST

START_TEST(test_compile_explosion)
{
	char text[8192] = HEAD "file:\n";
	struct compile_case compile_case;

	for (int i = 0; i < 25; i++) {
		size_t length = strlen(text);

		(void)snprintf(text + length, sizeof(text) - length,
			       "  - deny: read\n    path: \"/srv/*a%c*b*\"\n", 'c' + i % 20);
	}
	compile_case_begin(&compile_case, text, ROOT, true);
	ck_assert_ptr_null(compile_case.compiled);
	ck_assert(compile_case_says(&compile_case,
				    "compiling; these are among those that multiply: /srv/*ac*b*"));
	compile_case_end(&compile_case);
}
END_TEST

/* One component is enough; so are sets, which are many edges long before they are many states. */
START_TEST(test_compile_explosion_alone)
{
	static const char *const patterns[] = {
		"/*a??????????????????????????",
		"/*[a-z]*[!b]????[!c]??????[a-z]???[0-9]?????????????????",
		"/**/a/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/b",
	};
	char text[512];
	char message[512];
	struct compile_case compile_case;

	(void)snprintf(text, sizeof(text), HEAD "file:\n  - deny: read\n    path: \"%s\"\n", patterns[_i]);
	(void)snprintf(
		message, sizeof(message),
		":6:11: error: the patterns multiply beyond 4000000 states, 5000000 edges or 100000000 "
		"steps of compiling; these are among those that multiply: %s",
		patterns[_i]);
	compile_case_begin(&compile_case, text, ROOT, true);
	ck_assert_ptr_null(compile_case.compiled);
	ck_assert(compile_case_says(&compile_case, message));
	compile_case_end(&compile_case);
}
END_TEST

/* The images of this text have every kind of table. */
static const char everything[] = HEAD
	"subject: {exe: /a*, user: 5, group: 7-9, login: unset, ancestor: /b, except: {script: /c}}\n"
	"default: {exec: deny}\nfile:\n  - deny: read\n    path: [/x*y, \"/**/z\"]\n    errno: EACCES\n"
	"network:\n  - deny: connect\n    to: [10.1.2.3/32, 10.0.0.0/8, \"fd00::/8\"]\n    port: 80-81\n";

START_TEST(test_image_check)
{
	struct compile_case compile_case;
	struct policyd_line *lines;
	const char *reason = NULL;
	uint32_t refused = 0;

	compile_case_begin(&compile_case, everything, ROOT, true);
	ck_assert_ptr_nonnull(compile_case.compiled);
	lines = compile_case.compiled->lines;
	ck_assert_int_eq(image_check(lines, compile_case.compiled->count, &reason), 0);
	ck_assert_int_lt(image_check(lines, compile_case.compiled->count - 1, &reason), 0);
	ck_assert_str_eq(reason, "the length differs from the header's");
	/* Whatever is broken must be either noticed or harmless: deciding stays inside the image. */
	for (uint32_t i = 0; i < compile_case.compiled->count; i += i < 64 ? 1 : 37)
		for (int w = 0; w < 16; w++) {
			uint32_t kept = lines[i].w[w];

			lines[i].w[w] = 0x7fffffff - i;
			if (image_check(lines, compile_case.compiled->count, &reason) < 0)
				refused++;
			lines[i].w[w] = kept;
		}
	ck_assert_uint_gt(refused, 100);
	compile_case_end(&compile_case);
}
END_TEST

/* Connections that no rule is about need no subject: their row is known, and checked to be silent. */
START_TEST(test_compile_quiet_row)
{
	struct compile_case compile_case;
	struct policyd_header *header;
	struct policyd_cell *cell;
	struct policyd_net *net;
	const char *reason = NULL;

	compile_case_begin(&compile_case, HEAD "network: [{deny: connect, to: 10.0.0.0/8}]\n", ROOT, true);
	ck_assert_ptr_nonnull(compile_case.compiled);
	header = (struct policyd_header *)compile_case.compiled->lines;
	net = (struct policyd_net *)&compile_case.compiled->lines[header->net];
	ck_assert_uint_ne(net->quiet, UINT32_MAX);
	cell = (struct policyd_cell *)&compile_case.compiled
		       ->lines[header->rows + (size_t)net->quiet * header->row_lines];
	cell->report = 1;
	ck_assert_int_lt(image_check(compile_case.compiled->lines, compile_case.compiled->count, &reason), 0);
	ck_assert_str_eq(reason, "the quiet row refuses or reports");
	compile_case_end(&compile_case);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("compile");
	TCase *all = tcase_create("compile");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(all, 60);
	tcase_add_loop_test(all, test_compile_cases, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(all, test_compile_messages, 0, ARRAY_SIZE(messages));
	tcase_add_test(all, test_compile_is_deterministic);
	tcase_add_test(all, test_compile_minimal);
	tcase_add_test(all, test_compile_explosion);
	tcase_add_loop_test(all, test_compile_explosion_alone, 0, 3);
	tcase_add_test(all, test_compile_quiet_row);
	tcase_add_test(all, test_image_check);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
