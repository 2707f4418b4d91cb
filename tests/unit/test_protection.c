// SPDX-License-Identifier: Apache-2.0
/*
 * The daemon under a lock, and what it says of damage. That the kernel refuses is for the virtual machines.
 */
#include "daemon_case.h"

static const char other[] = "version: 1\npolicy: other\n";

static bool status_is(const char *member)
{
	json_t *status = ask("status");
	bool is = json_is_true(json_object_get(status, member));

	json_decref(status);
	return is;
}

static void expect_events(const char *text, int count)
{
	for (int i = 0; i < 300 && events_with(text) < count; i++)
		(void)usleep(10000);
	ck_assert_int_eq(events_with(text), count);
}

START_TEST(lock_needs_protection)
{
	put("a.yaml", good);
	start();
	ck_assert(!status_is("guarded"));
	expect_answer("{\"request\":\"lock\"}", "EOPNOTSUPP", "self_protection: true");
	ck_assert(!status_is("locked"));
	expect_answer("{\"request\":\"reload\"}", NULL, NULL);
}
END_TEST

START_TEST(lock_needs_a_set)
{
	self_protection = "true";
	put("a.yaml", bad);
	start();
	expect_answer("{\"request\":\"lock\"}", "ENODATA", "no set of files");
	put("a.yaml", good);
	expect_status("ok", 2);
	expect_answer("{\"request\":\"mode\",\"policy\":\"web\",\"mode\":\"audit\"}", NULL, NULL);
	expect_answer("{\"request\":\"lock\"}", "EBUSY", "changed by hand");
	ck_assert(!status_is("locked"));
}
END_TEST

START_TEST(lock_stays)
{
	static const char *const refused[] = {
		"{\"request\":\"reload\"}",
		"{\"request\":\"rollback\"}",
		"{\"request\":\"stop\"}",
		"{\"request\":\"stop\",\"unload\":true}",
		"{\"request\":\"mode\",\"policy\":\"web\",\"mode\":\"disabled\"}",
		"{\"request\":\"apply\"}",
	};

	self_protection = "true";
	put("a.yaml", good);
	start();
	ck_assert(status_is("guarded"));
	expect_answer("{\"request\":\"lock\"}", NULL, NULL);
	ck_assert(status_is("locked"));
	expect_answer("{\"request\":\"lock\"}", "EALREADY", "locked already");
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		expect_answer(refused[i], "EPERM", "until the machine is started anew");
	put("b.yaml", other);
	expect_events("\"ignored\"", 1);
	put("a.yaml", bad);
	expect_events("\"ignored\"", 2);
	expect_mode("web", "enforce");
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("\"published\""), 1);
	ck_assert_int_eq(events_with("\"locked\""), 1);
}
END_TEST

/* A later daemon publishes nothing but the locked set: here it finds another one, and then that. */
START_TEST(lock_outlives_the_daemon)
{
	struct policy_set set = {};

	policy_set_text(&set, good, strlen(good));
	policy_set_digest(&set, fake.lock.digest);
	fake.locked = fake.adopted = fake.guarded = true;
	fake.generation = 7;
	put("a.yaml", other);
	start();
	expect_status("failed", 7);
	ck_assert(status_is("locked"));
	ck_assert(status_is("guarded"));
	put("a.yaml", good);
	expect_status("ok", 8);
	put("a.yaml", other);
	expect_events("\"ignored\"", 2);
	expect_mode("web", "enforce");
}
END_TEST

START_TEST(damage_is_told)
{
	canary_interval = "10ms";
	fake.damage = (struct loader_damage){.pins = 2, .image = true};
	put("a.yaml", good);
	start();
	expect_events("2 pins were missing or not policyd's", 1);
	expect_events("another image was in force", 1);
	(void)usleep(100000);
	ck_assert_int_eq(events_with("\"tampered\""), 2);
}
END_TEST

/* Once, not at every look. */
START_TEST(damage_that_stays)
{
	canary_interval = "10ms";
	fake.mend_result = -EPERM;
	put("a.yaml", good);
	start();
	expect_events("the pins cannot be made again", 1);
	(void)usleep(200000);
	ck_assert_int_eq(events_with("\"tampered\""), 1);
}
END_TEST

int main(void)
{
	const TTest *const rooted[] = {lock_needs_protection, lock_needs_a_set, lock_stays,
				       lock_outlives_the_daemon};
	const TTest *const others[] = {damage_is_told, damage_that_stays};

	return daemon_suite_run("protection", 60, rooted, ARRAY_SIZE(rooted), others, ARRAY_SIZE(others));
}
