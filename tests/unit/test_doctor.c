// SPDX-License-Identifier: Apache-2.0
#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

#include "doctor.h"
#include "util.h"

static char root[] = "/tmp/policyd-doctor-XXXXXX";

/* Writes a file of the pretended host, with the directories above it. */
static void put(const char *path, const char *text)
{
	CLEANUP_FREE char *name = NULL;
	CLEANUP_FCLOSE FILE *file = NULL;

	ck_assert_int_gt(asprintf(&name, "%s%s", root, path), 0);
	for (char *slash = strchr(name + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		ck_assert(mkdir(name, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
	file = fopen(name, "we");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static void good_host(void)
{
	memcpy(root + strlen(root) - 6, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(root));
	put("/proc/sys/kernel/osrelease", "6.1.0-test\n");
	put("/sys/kernel/security/lsm", "lockdown,capability,apparmor,bpf\n");
	put("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	put("/sys/kernel/btf/vmlinux", "x");
	put("/sys/fs/bpf/x", "");
	put("/proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n");
	put("/proc/sys/net/core/bpf_jit_enable", "1\n");
	put("/proc/sys/kernel/ftrace_enabled", "1\n");
}

static void remove_host(void)
{
	(void)nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void doctor_cleanup(struct doctor **doctor)
{
	doctor_free(*doctor);
}

#define CLEANUP_DOCTOR CLEANUP(doctor_cleanup)

static const struct doctor_check *find(const struct doctor *doctor, const char *name)
{
	for (size_t i = 0; i < doctor->count; i++)
		if (strcmp(doctor->checks[i].name, name) == 0)
			return &doctor->checks[i];
	ck_abort_msg("no check '%s'", name);
	return NULL;
}

/* Changes one file of a good host: exactly one check fails then, with a remedy that has `remedy` in it. */
static void expect_failure(const char *path, const char *text, const char *name, const char *remedy)
{
	CLEANUP_DOCTOR struct doctor *doctor = NULL;

	put(path, text);
	ck_assert_int_eq(doctor_run(root, &doctor), 0);
	ck_assert(!doctor_passed(doctor));
	for (size_t i = 0; i < doctor->count; i++)
		ck_assert_msg((doctor->checks[i].state == DOCTOR_FAIL) ==
				      (strcmp(doctor->checks[i].name, name) == 0),
			      "%s: %s", doctor->checks[i].name, doctor->checks[i].sentence);
	ck_assert_ptr_nonnull(find(doctor, name)->remedy);
	ck_assert_msg(strstr(find(doctor, name)->remedy, remedy), "%s", find(doctor, name)->remedy);
}

START_TEST(good)
{
	CLEANUP_DOCTOR struct doctor *doctor = NULL;

	ck_assert_int_eq(doctor_run(root, &doctor), 0);
	ck_assert(doctor_passed(doctor));
	ck_assert_ptr_nonnull(strstr(find(doctor, "kernel")->sentence, "6.1.0-test"));
	ck_assert_int_eq(find(doctor, "program")->state, DOCTOR_WARN);
}
END_TEST

START_TEST(no_bpf_lsm)
{
	expect_failure("/sys/kernel/security/lsm", "capability,landlock,apparmor\n", "lsm",
		       "lsm=landlock,apparmor,bpf ");
}
END_TEST

START_TEST(only_capability)
{
	expect_failure("/sys/kernel/security/lsm", "capability\n", "lsm", "lsm=bpf ");
}
END_TEST

START_TEST(similar_name)
{
	expect_failure("/sys/kernel/security/lsm", "capability,bpfx,xbpf", "lsm", "lsm=bpfx,xbpf,bpf ");
}
END_TEST

START_TEST(no_privileges)
{
	expect_failure("/proc/self/status", "CapEff:\t0000000000000000\n", "privileges", "root");
}
END_TEST

/* Where nothing but BPF LSM is missing, and this process may load programs, there is something left to do. */
START_TEST(degraded)
{
	CLEANUP_DOCTOR struct doctor *whole = NULL;
	CLEANUP_DOCTOR struct doctor *without = NULL;
	CLEANUP_DOCTOR struct doctor *unprivileged = NULL;

	ck_assert_int_eq(doctor_run(root, &whole), 0);
	ck_assert_ptr_null(doctor_degrading(whole));
	put("/sys/kernel/security/lsm", "capability,apparmor\n");
	ck_assert_int_eq(doctor_run(root, &without), 0);
	ck_assert_ptr_eq(doctor_degrading(without), find(without, "lsm"));
	put("/proc/self/status", "CapEff:\t0000000000000000\n");
	ck_assert_int_eq(doctor_run(root, &unprivileged), 0);
	ck_assert_ptr_null(doctor_degrading(unprivileged));
}
END_TEST

START_TEST(no_jit)
{
	expect_failure("/proc/sys/net/core/bpf_jit_enable", "0\n", "jit", "bpf_jit_enable=1");
}
END_TEST

START_TEST(no_ftrace)
{
	expect_failure("/proc/sys/kernel/ftrace_enabled", "0\n", "ftrace", "ftrace_enabled=1");
}
END_TEST

START_TEST(lockdown)
{
	expect_failure("/sys/kernel/security/lockdown", "none integrity [confidentiality]\n", "lockdown",
		       "lockdown=integrity");
}
END_TEST

START_TEST(nothing_there)
{
	CLEANUP_DOCTOR struct doctor *doctor = NULL;

	remove_host();
	ck_assert_int_eq(doctor_run(root, &doctor), 0);
	ck_assert(!doctor_passed(doctor));
	ck_assert_int_eq(find(doctor, "btf")->state, DOCTOR_FAIL);
	ck_assert_int_eq(find(doctor, "bpffs")->state, DOCTOR_FAIL);
	ck_assert_int_eq(find(doctor, "lsm")->state, DOCTOR_WARN);
	for (size_t i = 0; i < doctor->count; i++)
		ck_assert_ptr_nonnull(doctor->checks[i].sentence);
}
END_TEST

/* Whatever this host is: every check says something, and what is not right has a remedy. */
START_TEST(this_host)
{
	CLEANUP_DOCTOR struct doctor *doctor = NULL;

	ck_assert_int_eq(doctor_run("/", &doctor), 0);
	for (size_t i = 0; i < doctor->count; i++) {
		ck_assert_ptr_nonnull(doctor->checks[i].sentence);
		if (doctor->checks[i].state == DOCTOR_FAIL)
			ck_assert_ptr_nonnull(doctor->checks[i].remedy);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("doctor");
	TCase *tests = tcase_create("doctor");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(tests, good_host, remove_host);
	tcase_add_test(tests, good);
	tcase_add_test(tests, no_bpf_lsm);
	tcase_add_test(tests, only_capability);
	tcase_add_test(tests, similar_name);
	tcase_add_test(tests, no_privileges);
	tcase_add_test(tests, degraded);
	tcase_add_test(tests, no_jit);
	tcase_add_test(tests, no_ftrace);
	tcase_add_test(tests, lockdown);
	tcase_add_test(tests, nothing_there);
	tcase_add_test(tests, this_host);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
