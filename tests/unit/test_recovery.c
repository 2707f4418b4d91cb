// SPDX-License-Identifier: Apache-2.0
/*
 * Bad sets and how the daemon gets out of them: trials, confirmation, rollback, the boot guard.
 */
#include "daemon_case.h"
#include "marker.h"

static char other[80]; /* another directory with policies */

static const char second[] = "version: 1\npolicy: second\nmode: enforce\n"
			     "file:\n  - {deny: read, path: /etc/gshadow}\n";

static void put_other(const char *name, const char *text)
{
	char kept[sizeof(policies)];

	(void)snprintf(other, sizeof(other), "%s/other", base);
	(void)mkdir(other, 0755);
	memcpy(kept, policies, sizeof(kept));
	memcpy(policies, other, sizeof(policies));
	put(name, text);
	memcpy(policies, kept, sizeof(kept));
}

static void expect_apply(const char *directory, int confirm, const char *code, const char *sentence)
{
	char request[256];

	(void)snprintf(request, sizeof(request),
		       "{\"request\":\"apply\",\"directory\":\"%s\",\"confirm\":%d}", directory, confirm);
	expect_answer(request, code, sentence);
}

/* Within three seconds. */
static void expect_recovery(const char *state, const char *policy)
{
	json_t *status;

	for (int i = 0; i < 300; i++) {
		if (recovery_is(state, policy))
			return;
		(void)usleep(10000);
	}
	status = ask("status");
	ck_abort_msg("expected %s with %s, found %s", state, policy, json_dumps(status, 0));
}

static bool installed(const char *name)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", policies, name);
	return access(path, F_OK) == 0;
}

START_TEST(trial_ends)
{
	put("a.yaml", good);
	put_other("b.yaml", second);
	start();
	expect_recovery("unconfirmed", "web");
	expect_apply(other, 1, NULL, NULL);
	ck_assert(recovery_is("trial", "second"));
	ck_assert(!installed("b.yaml"));
	expect_recovery("confirmed", "web");
	ck_assert(installed("a.yaml") && !installed("b.yaml"));
	ck_assert_int_eq(events_with("\"on-trial\""), 1);
	ck_assert_int_eq(events_with("\"rolled-back\""), 1);
	ck_assert_int_eq(events_with("nobody confirmed the set in time"), 1);
}
END_TEST

START_TEST(trial_is_confirmed)
{
	put("a.yaml", good);
	put_other("b.yaml", second);
	start();
	expect_apply(other, 1, NULL, NULL);
	confirm_answer();
	expect_recovery("confirmed", "second");
	ck_assert(!installed("a.yaml") && installed("b.yaml"));
	(void)usleep(1500000);
	expect_recovery("confirmed", "second");
	ck_assert_int_eq(events_with("\"rolled-back\""), 0);
	ck_assert_int_eq(stop(SIGKILL), -SIGKILL);
	start();
	expect_recovery("confirmed", "second");
}
END_TEST

/* Files that change meanwhile are neither applied nor overwritten. */
START_TEST(trial_and_changes)
{
	put("a.yaml", good);
	put_other("b.yaml", second);
	start();
	expect_apply(other, 600, NULL, NULL);
	put("c.yaml", "version: 1\npolicy: third\n");
	(void)usleep(300000);
	ck_assert(recovery_is("trial", "second"));
	expect_answer("{\"request\":\"confirm\"}", "EBUSY", "was changed since");
	expect_apply(other, 600, "EBUSY", "on trial already");
	expect_answer("{\"request\":\"rollback\"}", NULL, NULL);
	expect_recovery("unconfirmed", "web"); /* with the file that came in between */
	ck_assert(installed("c.yaml"));
}
END_TEST

START_TEST(trial_of_a_bad_set)
{
	put("a.yaml", good);
	put_other("b.yaml", bad);
	start();
	expect_apply(other, 1, NULL, NULL); /* the attempt in the answer says that it was rejected */
	expect_status("failed", 1);
	ck_assert(recovery_is("confirmed", "web"));
	expect_answer("{\"request\":\"confirm\"}", "ENODATA", "nothing waits for confirmation");
	ck_assert_int_eq(events_with("\"on-trial\""), 0);
}
END_TEST

START_TEST(trial_and_stop)
{
	put("a.yaml", good);
	put_other("b.yaml", second);
	start();
	expect_apply(other, 600, NULL, NULL);
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("policyd ends during the trial"), 1);
	start();
	expect_recovery("confirmed", "web");
}
END_TEST

/* What the policy directory holds itself is tried, and stays there when it goes. */
START_TEST(trial_of_the_directory)
{
	put("a.yaml", good);
	start();
	expect_answer("{\"request\":\"apply\",\"confirm\":1}", "ENOENT", "no good set to return to");
	confirm_answer();
	expect_answer("{\"request\":\"apply\",\"confirm\":1}", "EALREADY", "nothing to try");
	put("a.yaml", second);
	expect_recovery("unconfirmed", "second");
	expect_answer("{\"request\":\"apply\",\"confirm\":1}", NULL, NULL);
	ck_assert(recovery_is("trial", "second"));
	expect_recovery("rolled-back", "web");
	expect_status("failed", 3);
	expect_answer("{\"request\":\"confirm\"}", "ENODATA", "it was rolled back");
	json_decref(ask("reload"));
	expect_recovery("rolled-back", "web");
	ck_assert_int_eq(stop(SIGTERM), 0);
	start(); /* still refused */
	expect_recovery("rolled-back", "web");
	put("a.yaml", "version: 1\npolicy: third\n");
	expect_recovery("unconfirmed", "third");
}
END_TEST

START_TEST(rollback)
{
	put("a.yaml", good);
	start();
	expect_answer("{\"request\":\"rollback\"}", "ENOENT", "no good set to roll back to");
	confirm_answer();
	expect_answer("{\"request\":\"rollback\"}", "ENODATA", "nothing to roll back");
	put("a.yaml", second);
	expect_recovery("unconfirmed", "second");
	expect_answer("{\"request\":\"rollback\"}", NULL, NULL);
	ck_assert(recovery_is("rolled-back", "web"));
	expect_answer("{\"request\":\"apply\"}", NULL, NULL); /* on second thoughts */
	expect_recovery("unconfirmed", "second");
}
END_TEST

START_TEST(time_confirms)
{
	confirm_after = "300ms";
	put("a.yaml", good);
	start();
	expect_recovery("confirmed", "web");
	ck_assert_int_eq(events_with("in force for 300ms"), 1);
	json_decref(ask("reload"));
	put("a.yaml", second);
	expect_recovery("confirmed", "second");
}
END_TEST

START_TEST(apply_for_good)
{
	char request[160];

	put("a.yaml", good);
	put_other("b.yaml", second);
	start();
	expect_answer("{\"request\":\"apply\",\"directory\":\"relative\"}", "EINVAL", "absolute path");
	expect_answer("{\"request\":\"apply\",\"confirm\":0}", "EINVAL", "number of seconds");
	expect_answer("{\"request\":\"apply\",\"directory\":\"/nowhere\"}", "ENOENT",
		      "cannot read '/nowhere'");
	(void)snprintf(request, sizeof(request), "{\"request\":\"apply\",\"directory\":\"%s\"}", other);
	expect_answer(request, NULL, NULL);
	expect_recovery("unconfirmed", "second");
	ck_assert(!installed("a.yaml") && installed("b.yaml"));
}
END_TEST

/* The marker that stays is of another boot than the next one. */
static void mark_boot(const char *boot)
{
	struct marker marker;
	char state[128];

	(void)snprintf(state, sizeof(state), "%s/state", base);
	ck_assert_int_eq(marker_read(state, "unconfirmed", &marker), 0);
	(void)snprintf(marker.boot, sizeof(marker.boot), "%s", boot);
	ck_assert_int_eq(marker_write(state, "unconfirmed", &marker), 0);
}

/* The machine goes down. */
static void crash(const char *boot)
{
	ck_assert_int_eq(stop(SIGKILL), -SIGKILL);
	mark_boot(boot);
}

START_TEST(boot_guard)
{
	put("a.yaml", good);
	start();
	confirm_answer();
	put("a.yaml", second);
	expect_recovery("unconfirmed", "second");
	crash("another-boot");
	start();
	expect_recovery("rolled-back", "web");
	ck_assert_int_eq(events_with("\"boot-guard\""), 1);
	expect_answer("{\"request\":\"confirm\"}", "ENODATA", "the machine went down");
	expect_answer("{\"request\":\"apply\",\"confirm\":1}", NULL, NULL);
	ck_assert(recovery_is("trial", "second"));
	confirm_answer();
	expect_recovery("confirmed", "second");
}
END_TEST

START_TEST(boot_guard_without_a_good_set)
{
	json_t *status;

	put("a.yaml", second);
	start();
	expect_recovery("unconfirmed", "second");
	crash("another-boot");
	start();
	status = ask("status");
	ck_assert(json_is_false(json_object_get(status, "enforcing")));
	json_decref(status);
	ck_assert_int_eq(events_with("there is no good set that could be used instead"), 2);
	put("a.yaml", good);
	expect_recovery("unconfirmed", "web");
	expect_status("ok", 2);
}
END_TEST

/* policyd was killed and started again: nothing went down. */
START_TEST(restart_is_no_boot)
{
	put("a.yaml", good);
	start();
	confirm_answer();
	put("a.yaml", second);
	expect_recovery("unconfirmed", "second");
	ck_assert_int_eq(stop(SIGKILL), -SIGKILL);
	start();
	expect_recovery("unconfirmed", "second");
	ck_assert_int_eq(stop(SIGTERM), 0); /* in order: confirmed */
	start();
	expect_recovery("confirmed", "second");
}
END_TEST

/* What locks everybody out is not confirmed by the time, nor by a machine that is being shut down. */
START_TEST(lockout_is_not_confirmed)
{
	json_t *status;

	put("a.yaml", good);
	start();
	confirm_answer();
	ck_assert_int_eq(stop(SIGTERM), 0);
	confirm_after = "100ms";
	start();
	put("a.yaml", "version: 1\npolicy: lockout\nmode: enforce\nexec:\n  - {deny: run, path: /**}\n");
	expect_recovery("unconfirmed", "lockout");
	(void)usleep(500000);
	ck_assert(recovery_is("unconfirmed", "lockout"));
	status = ask("status");
	ck_assert(json_is_null(json_object_get(json_object_get(status, "recovery"), "until")));
	json_decref(status);
	ck_assert_int_eq(stop(SIGTERM), 0);
	mark_boot("another-boot");
	start();
	expect_recovery("rolled-back", "web");
	expect_answer("{\"request\":\"apply\"}", NULL, NULL);
	confirm_answer(); /* somebody wants it so */
	expect_recovery("confirmed", "lockout");
}
END_TEST

int main(void)
{
	const TTest *const rooted[] = {trial_ends,
				       trial_is_confirmed,
				       trial_and_changes,
				       trial_of_a_bad_set,
				       trial_and_stop,
				       trial_of_the_directory,
				       rollback,
				       time_confirms,
				       apply_for_good,
				       boot_guard,
				       boot_guard_without_a_good_set,
				       restart_is_no_boot,
				       lockout_is_not_confirmed};

	return daemon_suite_run("recovery", 60, rooted, ARRAY_SIZE(rooted), NULL, 0);
}
