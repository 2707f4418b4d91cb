// SPDX-License-Identifier: Apache-2.0
/*
 * The whole daemon, with its directories in a temporary place and a loader without a kernel.
 */
#include "child.h"
#include "daemon_case.h"

START_TEST(life)
{
	put("a.yaml", good);
	start();
	expect_status("ok", 1);
	put("a.yaml", bad);
	expect_status("failed", 1);
	put("b.yaml", good);
	put("a.yaml", "version: 1\npolicy: other\n");
	expect_status("ok", 2);
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("\"published\""), 2);
	ck_assert_int_eq(events_with("\"rejected\""), 1);
	ck_assert_int_eq(events_with("\"started\""), 1);
	ck_assert_int_eq(events_with("\"stopped\""), 1);
	ck_assert_int_eq(access(control, F_OK), -1);
}
END_TEST

START_TEST(bad_at_start)
{
	json_t *status;

	put("a.yaml", bad);
	start();
	expect_status("failed", 1);
	status = ask("status");
	ck_assert(json_is_false(json_object_get(status, "enforcing")));
	ck_assert_ptr_nonnull(json_string_value(json_object_get(status, "why")));
	ck_assert_uint_eq(json_array_size(json_object_get(json_object_get(status, "attempt"), "diagnostics")),
			  1);
	json_decref(status);
	put("a.yaml", good);
	expect_status("ok", 2);
}
END_TEST

/* What is not known of tasks is in the status, and in an event once. */
START_TEST(lineages_that_are_not_known)
{
	json_t *status;

	fake.lost_lineages = 3;
	put("a.yaml", good);
	start();
	expect_status("ok", 1);
	status = ask("status");
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(status, "lineage"), "tasks")), 9);
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(status, "lineage"), "older")), 2);
	ck_assert_int_eq(
		json_integer_value(json_object_get(json_object_get(status, "counters"), "lost_lineages")), 3);
	json_decref(status);
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("\"lineage\""), 1);
}
END_TEST

/* By the next daemon neither again, nor too few of other programs', which count anew. */
START_TEST(losses_once)
{
	put("a.yaml", good);
	fake.counters_id = 8;
	fake.lost_lineages = 5;
	start();
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("\"lost\":5"), 1);
	start();
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("\"lineage\""), 1);
	fake.lost_lineages = 6;
	start();
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("\"lineage\""), 2);
	ck_assert_int_eq(events_with("\"lost\":1,"), 1);
	fake.counters_id = 9;
	fake.lost_lineages = 7;
	start();
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("\"lineage\""), 3);
	ck_assert_int_eq(events_with("\"lost\":7,"), 1);
}
END_TEST

/* Every reason is told once, at the start, after a change and on demand. */
START_TEST(rejected_once)
{
	log_level = EVENT_INFO;
	put("a.yaml", bad);
	start();
	expect_status("failed", 1);
	ck_assert_int_eq(lines_with("log", "raed"), 1);
	ck_assert_int_eq(lines_with("log", "rejected"), 1);
	put("a.yaml",
	    "version: 1\npolicy: web\nfile:\n  - {deny: wirte, path: /a}\n  - {deny: raed, path: /a}\n");
	json_decref(ask("reload"));
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(lines_with("log", "wirte"), lines_with("log", "rejected") - 1);
	ck_assert_int_eq(lines_with("log", "raed"), lines_with("log", "rejected"));
	ck_assert_int_ge(lines_with("log", "rejected"), 2);
	ck_assert_int_eq(lines_with("events", "\"rejected\""), lines_with("log", "rejected"));
}
END_TEST

/* What an earlier daemon left stays in force when the directory cannot be used. */
START_TEST(bad_with_pins)
{
	fake.adopted = true;
	fake.generation = 7;
	put("a.yaml", bad);
	start();
	expect_status("failed", 7);
	ck_assert_int_eq(events_with("\"adopted\""), 1);
	put("a.yaml", good);
	expect_status("ok", 8);
}
END_TEST

/* A new build does not pretend to decide where an older one's programs do. */
START_TEST(pins_of_another_build)
{
	json_t *status;

	fake.adopted = fake.outdated = true;
	fake.generation = 7;
	put("a.yaml", good);
	start();
	expect_status("ok", 8);
	ck_assert_int_eq(events_with("programs of another build"), 1);
	status = ask("status");
	ck_assert(json_is_true(json_object_get(status, "outdated")));
	json_decref(status);
}
END_TEST

START_TEST(no_directory)
{
	ck_assert_int_eq(rmdir(policies), 0);
	start();
	expect_status("failed", 1);
	ck_assert_int_eq(mkdir(policies, 0755), 0);
	put("a.yaml", good);
	expect_status("ok", 2);
}
END_TEST

START_TEST(second_instance)
{
	start();
	ck_assert_int_eq(run(), EXIT_FAILURE);
	expect_status("ok", 1);
}
END_TEST

START_TEST(host_refuses)
{
	fake.open_result = -EPERM;
	put("a.yaml", good);
	ck_assert_int_eq(run(), EXIT_FAILURE);
	ck_assert_int_eq(access(control, F_OK), -1);
}
END_TEST

START_TEST(canary_fails)
{
	fake.canary_result = -ENOTSUP;
	put("a.yaml", good);
	ck_assert_int_eq(run(), EXIT_FAILURE);
	ck_assert_uint_eq(fake.unloaded, 1);
	ck_assert_int_eq(events_with("\"canary-failed\""), 1);
	ck_assert_int_eq(events_with("\"started\""), 0);
	ck_assert_uint_eq(fake.put_back, 1);
}
END_TEST

/* Programs of another layout make place when ours enforce; what they had to tell is counted. */
START_TEST(other_retires)
{
	fake.retire_result = 1;
	fake.retired_lost = 3;
	put("a.yaml", good);
	start();
	ck_assert_int_eq(stop(SIGTERM), EXIT_SUCCESS);
	ck_assert_int_eq(events_with("\"adopted\""), 1);
	ck_assert_int_eq(events_with("\"lost\":3"), 1);
	ck_assert_int_eq(events_with("\"started\""), 1);
}
END_TEST

/* They stay where they cannot be removed: more is refused than has to be, and that is said. */
START_TEST(other_stays)
{
	fake.retire_result = -ETIMEDOUT;
	put("a.yaml", good);
	start();
	ck_assert_int_eq(stop(SIGTERM), EXIT_SUCCESS);
	ck_assert_int_eq(events_with("\"degraded\""), 1);
	ck_assert_int_eq(events_with("the other programs cannot be removed"), 1);
	ck_assert_int_eq(events_with("\"started\""), 1);
}
END_TEST

START_TEST(requests)
{
	json_t *reply;
	int status;

	put("a.yaml", good);
	start();
	reply = ask("reload");
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(reply, "attempt"), "outcome")),
			 "published");
	json_decref(reply);
	reply = ask("metrics");
	ck_assert_ptr_nonnull(
		strstr(json_string_value(json_object_get(reply, "text")), "policyd_enforcing 1\n"));
	json_decref(reply);
	json_decref(ask("stop"));
	ck_assert_int_eq(waitpid(daemon_pid, &status, 0), daemon_pid);
	daemon_pid = 0;
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(subscriber)
{
	FILE *stream;
	char line[8192];

	put("a.yaml", good);
	start();
	stream = fdopen(try_connect(), "r+");
	ck_assert_int_gt(fputs("{\"request\":\"events\",\"kinds\":[\"policy\"]}\n", stream), 0);
	ck_assert_int_eq(fflush(stream), 0);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), stream));
	ck_assert_str_eq(line, "{\"ok\":true,\"reply\":{}}\n");
	put("a.yaml", bad);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), stream));
	ck_assert_ptr_nonnull(strstr(line, "\"action\":\"rejected\""));
	(void)fclose(stream);
	put("a.yaml", good);
	expect_status("ok", 1);
}
END_TEST

/* Lists about the set in force. */
START_TEST(show)
{
	json_t *answer;
	json_t *reply;

	put("a.yaml", good);
	start();
	answer = ask_line("{\"request\":\"show\",\"what\":\"rules\"}");
	reply = json_object_get(answer, "reply");
	ck_assert_int_eq(json_integer_value(json_object_get(reply, "generation")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(reply, "count")), 1);
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "rules")), 1);
	json_decref(answer);
	answer = ask_line("{\"request\":\"show\",\"what\":\"rules\",\"from\":1}");
	reply = json_object_get(answer, "reply");
	ck_assert(json_is_array(json_object_get(reply, "rules")));
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "rules")), 0);
	json_decref(answer);
	expect_answer("{\"request\":\"show\",\"what\":\"rulez\"}", "EINVAL", "tables, rules or subjects");
	expect_answer("{\"request\":\"show\"}", "EINVAL", "tables, rules or subjects");
	expect_answer("{\"request\":\"show\",\"what\":\"rules\",\"from\":-1}", "EINVAL", "from 0 on");
}
END_TEST

/* By hand until the files are published again; a set that is changed so is not confirmed. */
/* Without what reads policies and requests, nothing but a new daemon helps; enforcement is the kernel's. */
START_TEST(helper_ends)
{
	int status = 0;

	put("a.yaml", good);
	start();
	ck_assert_int_eq(kill(child_first(daemon_pid), SIGKILL), 0);
	ck_assert_int_eq(waitpid(daemon_pid, &status, 0), daemon_pid);
	daemon_pid = 0;
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE);
	ck_assert_int_eq(events_with("\"reader-failed\""), 1);
	ck_assert_int_eq(events_with("\"stopped\""), 1);
	ck_assert_uint_eq(fake.unloaded, 0);
}
END_TEST

/* The helper ends with the daemon, however that ends. */
START_TEST(helper_follows)
{
	pid_t helper;

	put("a.yaml", good);
	start();
	helper = child_first(daemon_pid);
	ck_assert_int_eq(stop(SIGKILL), -SIGKILL);
	for (int i = 0; i < 200 && kill(helper, 0) == 0; i++)
		(void)usleep(10000);
	ck_assert_int_eq(kill(helper, 0), -1);
}
END_TEST

START_TEST(mode_by_hand)
{
	put("a.yaml", good);
	start();
	expect_answer("{\"request\":\"mode\",\"policy\":\"web\",\"mode\":\"off\"}", "EINVAL",
		      "enforce, audit");
	expect_answer("{\"request\":\"mode\",\"policy\":\"wep\",\"mode\":\"audit\"}", "ENOENT", "'wep'");
	expect_answer("{\"request\":\"mode\",\"policy\":\"web\",\"mode\":\"audit\"}", NULL, NULL);
	expect_status("ok", 2);
	expect_mode("web", "audit");
	expect_answer("{\"request\":\"confirm\"}", "EBUSY", "changed by hand");
	json_decref(ask("reload"));
	expect_mode("web", "enforce");
	confirm_answer();
	expect_answer("{\"request\":\"mode\",\"policy\":\"web\",\"mode\":\"disabled\"}", NULL, NULL);
	ck_assert(recovery_is("altered", "web"));
	expect_mode("web", "disabled");
	expect_answer("{\"request\":\"rollback\"}", NULL, NULL);
	expect_mode("web", "enforce");
	ck_assert(recovery_is("confirmed", "web"));
	expect_answer("{\"request\":\"mode\",\"policy\":\"web\",\"mode\":\"audit\"}", NULL, NULL);
	put("b.yaml", "version: 1\npolicy: second\n");
	expect_status("ok", 7);
	expect_mode("web", "enforce");
	ck_assert_int_eq(events_with("\"mode-changed\""), 3);
}
END_TEST

int main(void)
{
	const TTest *const rooted[] = {life,
				       bad_at_start,
				       rejected_once,
				       bad_with_pins,
				       pins_of_another_build,
				       no_directory,
				       second_instance,
				       requests,
				       subscriber,
				       show,
				       lineages_that_are_not_known,
				       losses_once,
				       mode_by_hand,
				       helper_ends,
				       helper_follows,
				       other_retires,
				       other_stays};
	const TTest *const others[] = {host_refuses, canary_fails};

	return daemon_suite_run("daemon", 60, rooted, ARRAY_SIZE(rooted), others, ARRAY_SIZE(others));
}
