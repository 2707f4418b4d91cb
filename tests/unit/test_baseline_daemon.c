// SPDX-License-Identifier: Apache-2.0
/*
 * Baselines over the control socket, and their file at a start, with a loader without a kernel.
 */
#include "daemon_case.h"

#define DOCUMENT(sets) "{\"policyd_baselines\":1,\"executables\":{" sets "}}"
#define IMPORT(sets)   "{\"request\":\"baselines-import\",\"baselines\":" DOCUMENT(sets) "}"
#define SETS	       "\"/bin/who\":{\"exec\":{\"age\":5,\"items\":{\"/bin/sh\":1}}}"

static const char learning[] = "version: 1\npolicy: usual\nsubject: {exe: /usr/bin/true}\n"
			       "anomaly: {learn: 1d, report: exec}\n";

static void expect_count(size_t count)
{
	json_t *reply = ask("baselines");

	ck_assert_uint_eq(json_array_size(json_object_get(reply, "executables")), count);
	json_decref(reply);
}

static json_int_t age_of(void)
{
	json_t *reply = ask("baselines"), *entry = json_array_get(json_object_get(reply, "executables"), 0);
	json_int_t age = json_integer_value(json_object_get(json_object_get(entry, "exec"), "age"));

	json_decref(reply);
	return age;
}

START_TEST(requests)
{
	put("usual.yaml", learning);
	start();
	expect_status("ok", 1);
	expect_count(0);
	expect_answer("{\"request\":\"baselines-reset\"}", "EINVAL", "'executable' or 'all'");
	expect_answer("{\"request\":\"baselines-reset\",\"executable\":1}", "EINVAL", "is a name");
	expect_answer("{\"request\":\"baselines-export\",\"executable\":\"/bin/who\"}", "ENOENT",
		      "no baseline of '/bin/who'");
	expect_answer("{\"request\":\"baselines-import\"}", "EINVAL", "no baselines");
	expect_answer(IMPORT(SETS ",\"/bin/x\":{\"exec\":{\"age\":5,\"items\":{\"sh\":1}}}"), "EINVAL",
		      "executable '/bin/x', exec 'sh': expected a canonical name");
	expect_count(0);
	expect_answer(IMPORT(SETS), NULL, NULL);
	expect_answer(IMPORT("\"/bin/other\":{}"), NULL, NULL);
	expect_count(2);
	ck_assert_int_eq(events_with("\"baseline-changed\""), 2);
	expect_answer("{\"request\":\"baselines-reset\",\"executable\":\"/bin/other\"}", NULL, NULL);
	expect_count(1);
	/* Learning goes on, also over a restart. */
	ck_assert_int_eq(stop(SIGTERM), 0);
	(void)sleep(2);
	start();
	ck_assert_int_ge(age_of(), 7);
	expect_answer("{\"request\":\"baselines-reset\",\"all\":true}", NULL, NULL);
	expect_count(0);
}
END_TEST

/* A file that is none: said, kept, and not in the way; a second one is not put over the first. */
START_TEST(bad_file)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/state", base);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	put("../state/baselines.json", "{\n\"policyd_baselines\": x");
	put("usual.yaml", learning);
	start();
	expect_count(0);
	ck_assert_int_eq(events_with("baselines.json:2:22: error"), 1);
	ck_assert_int_eq(lines_with("state/baselines.json.bad", "policyd_baselines"), 1);
	expect_answer(IMPORT(SETS), NULL, NULL);
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(lines_with("state/baselines.json", "/bin/sh"), 1);
	put("../state/baselines.json", DOCUMENT("\"/bin/who\":{\"exce\":{}}"));
	start();
	ck_assert_int_eq(events_with("exce: there is no such set"), 1);
	ck_assert_int_eq(events_with("baselines.json.bad' already"), 1);
	expect_answer(IMPORT(SETS), NULL, NULL);
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(lines_with("state/baselines.json", "exce"), 1);
}
END_TEST

int main(void)
{
	const TTest *const rooted[] = {requests, bad_file};

	return daemon_suite_run("baseline_daemon", 60, rooted, ARRAY_SIZE(rooted), NULL, 0);
}
