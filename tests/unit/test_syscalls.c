// SPDX-License-Identifier: Apache-2.0
/*
 * The syscall section: what names, groups and numbers mean on each way into the kernel, and what the tables
 * say, compared with the rules read one by one.
 */
#include <check.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "compile_case.h"
#include "decision.h"
#include "model.h"
#include "syscall_group.h"
#include "syscalls.h"
#include "util.h"

#define HOST "mount 1 / / ext4\n"

/* Whether the subject's call is reported, and whether it is killed for it: "-", "r", "rk". */
static const char *asked(const struct compile_case *compiled, const char *arch_name, const char *name)
{
	static const char *const words[] = {"-", "r", "killed in silence", "rk"};
	enum policyd_arch arch = POLICYD_ARCH_COUNT;
	struct decision_subject who = {.exe = "/bin/who", .login = UINT32_MAX};
	struct decision_verdict verdict;
	struct decision_object object;
	uint32_t subject = 0;

	ck_assert_int_eq(syscall_arch_find(arch_name, &arch), 0);
	ck_assert_int_eq(decision_subject(compiled->compiled, &who, &subject), 0);
	ck_assert_int_eq(decision_syscall(compiled->compiled, arch,
					  name[0] >= '0' && name[0] <= '9'
						  ? (uint32_t)strtoul(name, NULL, 0)
						  : (uint32_t)syscall_number(arch, name),
					  &object),
			 0);
	ck_assert_int_eq(decision_verdict(compiled->compiled, subject, &object, 0, &verdict), 0);
	return words[verdict.report | verdict.kill << 1];
}

START_TEST(names_groups_and_numbers)
{
	struct compile_case compiled;

	compile_case_begin(&compiled,
			   "version: 1\npolicy: calls\nmode: enforce\n"
			   "syscall:\n"
			   "  - audit: [open, \"@chown\", 1000, 1073742344]\n"
			   "  - {kill: kexec_load}\n"
			   "  - {kill: [reboot]}\n",
			   HOST, false);
	ck_assert_ptr_nonnull(compiled.compiled);
	ck_assert_str_eq(asked(&compiled, "x86_64", "open"), "r");
	ck_assert_str_eq(asked(&compiled, "i386", "open"), "r");
	ck_assert_str_eq(asked(&compiled, "x86_64", "5"), "-"); /* open's number on i386 */
	ck_assert_str_eq(asked(&compiled, "x86_64", "openat"), "-");
	ck_assert_str_eq(asked(&compiled, "x86_64", "fchownat"), "r");
	ck_assert_str_eq(asked(&compiled, "i386", "chown32"), "r");
	ck_assert_str_eq(asked(&compiled, "aarch64", "fchownat"), "r");
	ck_assert_str_eq(asked(&compiled, "arm", "1000"), "r");
	ck_assert_str_eq(asked(&compiled, "io_uring", "1000"), "-"); /* numbers are those of calls */
	ck_assert_str_eq(asked(&compiled, "x32", "520"), "r");
	ck_assert_str_eq(asked(&compiled, "x86_64", "520"), "-");
	ck_assert_str_eq(asked(&compiled, "x86_64", "kexec_load"), "rk");
	ck_assert_str_eq(asked(&compiled, "x86_64", "reboot"), "rk");
	ck_assert_str_eq(asked(&compiled, "x86_64", "70000"), "-");
	compile_case_end(&compiled);
}
END_TEST

/* Several operations of io_uring may stand for one call; some stand for none. */
START_TEST(rings)
{
	struct compile_case compiled;
	char *name;

	compile_case_begin(&compiled,
			   "version: 1\npolicy: calls\nmode: enforce\n"
			   "syscall:\n  - audit: [sendto, openat]\n  - kill: \"@network-io\"\n",
			   HOST, false);
	ck_assert_ptr_nonnull(compiled.compiled);
	ck_assert_str_eq(asked(&compiled, "io_uring", "openat"), "r");
	ck_assert_str_eq(asked(&compiled, "io_uring", "sendto"), "rk");
	ck_assert_str_eq(asked(&compiled, "io_uring", "47"), "rk"); /* SEND_ZC */
	ck_assert_str_eq(asked(&compiled, "io_uring", "connect"), "rk");
	ck_assert_str_eq(asked(&compiled, "io_uring", "openat2"), "-");
	ck_assert_str_eq(asked(&compiled, "io_uring", "0"), "-"); /* NOP */
	compile_case_end(&compiled);
	name = syscall_name(POLICYD_ARCH_IO_URING, 18);
	ck_assert_pstr_eq(name, "openat");
	free(name);
	ck_assert_ptr_null(syscall_name(POLICYD_ARCH_IO_URING, 0));
	ck_assert_ptr_null(syscall_name(POLICYD_ARCH_IO_URING, 1U << 31));
}
END_TEST

/* Every call, those that nobody knows yet included. */
START_TEST(all_calls)
{
	struct compile_case compiled;

	compile_case_begin(&compiled,
			   "version: 1\npolicy: calls\nsubject: {exe: /bin/who}\nsyscall:\n  - audit: all\n",
			   HOST, false);
	ck_assert_ptr_nonnull(compiled.compiled);
	ck_assert_str_eq(asked(&compiled, "x86_64", "read"), "r");
	ck_assert_str_eq(asked(&compiled, "x86_64", "1022"), "r");
	ck_assert_str_eq(asked(&compiled, "x86_64", "1023"), "r");
	ck_assert_str_eq(asked(&compiled, "i386", "4000000000"), "r");
	ck_assert_str_eq(asked(&compiled, "io_uring", "0"), "r");
	compile_case_end(&compiled);
}
END_TEST

/* In audit mode nobody is killed; a policy about somebody else says nothing. */
START_TEST(modes_and_subjects)
{
	struct compile_case compiled;

	compile_case_begin(&compiled,
			   "version: 1\npolicy: trial\nsyscall:\n  - kill: reboot\n"
			   "---\nversion: 1\npolicy: other\nmode: enforce\nsubject: {exe: /bin/other}\n"
			   "syscall:\n  - kill: all\n",
			   HOST, false);
	ck_assert_ptr_nonnull(compiled.compiled);
	ck_assert_str_eq(asked(&compiled, "x86_64", "reboot"), "r");
	ck_assert_str_eq(asked(&compiled, "x86_64", "read"), "-");
	compile_case_end(&compiled);
}
END_TEST

START_TEST(nothing_costs_nothing)
{
	struct compile_case compiled;

	compile_case_begin(&compiled, "version: 1\npolicy: none\nfile:\n  - {deny: read, path: /x}\n", HOST,
			   false);
	ck_assert_ptr_nonnull(compiled.compiled);
	ck_assert_uint_eq(
		((const struct policyd_tables *)&compiled.compiled->lines[POLICYD_TABLES])->syscalls, 0);
	ck_assert_str_eq(asked(&compiled, "x86_64", "read"), "-");
	compile_case_end(&compiled);
}
END_TEST

START_TEST(numbers_have_a_limit)
{
	struct compile_case compiled;

	compile_case_begin(&compiled, "version: 1\npolicy: far\nsyscall:\n  - audit: [1022, 1023]\n", HOST,
			   false);
	ck_assert_ptr_null(compiled.compiled);
	ck_assert(compile_case_says(&compiled, "system call number 1023 is above the limit of 1022"));
	compile_case_end(&compiled);
}
END_TEST

/* Each member of a group is a name that libseccomp knows, or a group; a
 * few calls are newer than it. */
START_TEST(groups_are_known)
{
	for (size_t i = 0; i < SYSCALL_GROUP_COUNT; i++) {
		const char *members = syscall_group_members(syscall_groups[i]);
		size_t known = 0, words = 0;

		ck_assert_ptr_nonnull(members);
		ck_assert_int_eq(*members == '\0', strcmp(syscall_groups[i], "@known") == 0);
		while (*members) {
			size_t length = strcspn(members, " ");
			CLEANUP_FREE char *word = strndup(members, length);

			words++;
			if (word[0] == '@')
				ck_assert_ptr_nonnull(syscall_group_members(word));
			known += word[0] == '@' || seccomp_syscall_resolve_name(word) != __NR_SCMP_ERROR;
			members += length + strspn(members + length, " ");
		}
		ck_assert_uint_ge(known * 5, words * 4);
	}
	ck_assert_ptr_null(syscall_group_members("@nothing"));
}
END_TEST

/* Random rules about random calls: the tables say what the rules say one by one. */
START_TEST(random_rules)
{
	static const char *const names[] = {"read", "open",	    "\"@mount\"", "reboot",
					    "7",    "\"@keyring\"", "getpid",	  "bpf"};
	const size_t count = ARRAY_SIZE(names);

	for (unsigned int seed = 0; seed < 64; seed++) {
		char text[1024] = "version: 1\npolicy: random\nmode: enforce\nsyscall:\n";
		struct compile_case compiled;
		unsigned int audit = (seed * 2654435761U) >> 24, kill = (seed * 40503U + 17) & 0xff;

		for (size_t i = 0; i < count; i++) {
			size_t used = strlen(text);

			if (audit >> i & 1)
				(void)snprintf(text + used, sizeof(text) - used, "  - audit: [%s]\n",
					       names[i]);
			used = strlen(text);
			if (kill >> i & 1)
				(void)snprintf(text + used, sizeof(text) - used, "  - kill: [%s]\n",
					       names[i]);
		}
		if (!(audit | kill))
			continue;
		compile_case_begin(&compiled, text, HOST, false);
		ck_assert_ptr_nonnull(compiled.compiled);
		for (size_t i = 0; i < count; i++) {
			bool killed = kill >> i & 1, said = killed || audit >> i & 1;
			const char *name = names[i][0] != '"'			 ? names[i]
					   : strcmp(names[i], "\"@mount\"") == 0 ? "umount2"
										 : "keyctl";

			ck_assert_str_eq(asked(&compiled, "x86_64", name), killed ? "rk" : said ? "r" : "-");
		}
		compile_case_end(&compiled);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("syscalls");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(all, names_groups_and_numbers);
	tcase_add_test(all, rings);
	tcase_add_test(all, all_calls);
	tcase_add_test(all, modes_and_subjects);
	tcase_add_test(all, nothing_costs_nothing);
	tcase_add_test(all, numbers_have_a_limit);
	tcase_add_test(all, groups_are_known);
	tcase_add_test(all, random_rules);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
