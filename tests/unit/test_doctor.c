// SPDX-License-Identifier: Apache-2.0
#include <check.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "doctor.h"
#include "folder.h"
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
	folder_remove(root);
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

/* Sets a file of the unit's cgroup and looks for a warning that names it; a larger number is none. */
static void expect_limit(const char *path, const char *text, const char *enough)
{
	CLEANUP_DOCTOR struct doctor *narrow = NULL;
	CLEANUP_DOCTOR struct doctor *wide = NULL;
	const char *file = strrchr(path, '/') + 1;

	put(path, text);
	ck_assert_int_eq(doctor_run(root, &narrow), 0);
	ck_assert(doctor_passed(narrow));
	ck_assert_int_eq(find(narrow, "limits")->state, DOCTOR_WARN);
	ck_assert_ptr_nonnull(strstr(find(narrow, "limits")->sentence, file));
	ck_assert_ptr_nonnull(find(narrow, "limits")->remedy);
	put(path, enough);
	ck_assert_int_eq(doctor_run(root, &wide), 0);
	ck_assert_int_eq(find(wide, "limits")->state, DOCTOR_OK);
}

START_TEST(limits_of_the_unit)
{
	expect_limit("/sys/fs/cgroup/system.slice/policyd.service/memory.max", "67108864\n", "max\n");
	expect_limit("/sys/fs/cgroup/system.slice/policyd.service/memory.high", "67108864\n", "max\n");
	expect_limit("/sys/fs/cgroup/system.slice/policyd.service/cpu.max", "1000 100000\n", "max 100000\n");
	expect_limit("/sys/fs/cgroup/system.slice/policyd.service/pids.max", "2\n", "4915\n");
	expect_limit("/sys/fs/cgroup/system.slice/memory.max", "0\n", "max\n");
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

START_TEST(other_modules)
{
	CLEANUP_DOCTOR struct doctor *doctor = NULL;

	ck_assert_int_eq(doctor_run(root, &doctor), 0);
	ck_assert_ptr_nonnull(strstr(find(doctor, "modules")->sentence, "apparmor may refuse"));
	ck_assert_ptr_null(strstr(find(doctor, "modules")->sentence, "lockdown"));
	doctor_free(TAKE_PTR(doctor));
	put("/sys/kernel/security/lsm", "capability,bpf\n");
	ck_assert_int_eq(doctor_run(root, &doctor), 0);
	ck_assert_str_eq(find(doctor, "modules")->sentence, "no other security module decides");
}
END_TEST

START_TEST(containers)
{
	CLEANUP_DOCTOR struct doctor *doctor = NULL;

	ck_assert_int_eq(doctor_run(root, &doctor), 0);
	ck_assert_str_eq(find(doctor, "containers")->sentence, "no container runtime is running");
	doctor_free(TAKE_PTR(doctor));
	put("/run/docker.sock", "");
	put("/run/containerd/x", "");
	ck_assert_int_eq(doctor_run(root, &doctor), 0);
	ck_assert_ptr_nonnull(strstr(find(doctor, "containers")->sentence, "docker, containerd: "));
	ck_assert(doctor_passed(doctor));
	doctor_free(TAKE_PTR(doctor));
	put("/run/.containerenv", "");
	ck_assert_int_eq(doctor_run(root, &doctor), 0);
	ck_assert_int_eq(find(doctor, "containers")->state, DOCTOR_WARN);
	ck_assert_ptr_nonnull(find(doctor, "containers")->remedy);
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
	tcase_add_test(tests, limits_of_the_unit);
	tcase_add_test(tests, similar_name);
	tcase_add_test(tests, no_privileges);
	tcase_add_test(tests, degraded);
	tcase_add_test(tests, no_jit);
	tcase_add_test(tests, no_ftrace);
	tcase_add_test(tests, lockdown);
	tcase_add_test(tests, other_modules);
	tcase_add_test(tests, containers);
	tcase_add_test(tests, nothing_there);
	tcase_add_test(tests, this_host);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
