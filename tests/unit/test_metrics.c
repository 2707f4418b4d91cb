// SPDX-License-Identifier: Apache-2.0
/*
 * Metrics as a file.
 */
#include <sys/stat.h>

#include "daemon_case.h"

/* Waits until a file of the test's folder has the text. */
static void wait_for(const char *name, const char *text)
{
	char path[128], *found = NULL;

	(void)snprintf(path, sizeof(path), "%s/%s", base, name);
	for (int i = 0; i < 500 && !found; i++) {
		CLEANUP_FCLOSE FILE *file = fopen(path, "re");
		char content[16384] = "";

		if (file && fread(content, 1, sizeof(content) - 1, file) > 0)
			found = strstr(content, text);
		if (!found)
			(void)usleep(10000);
	}
	if (!found)
		ck_abort_msg("'%s' never had '%s'", path, text);
}

START_TEST(metrics_in_a_file)
{
	struct stat status;
	char path[128];

	metrics_name = "policyd.prom";
	put("a.yaml", good);
	start();
	metrics_name = NULL;
	expect_status("ok", 1);
	wait_for("policyd.prom", "\npolicyd_enforcing 1\n");
	wait_for("policyd.prom", "# TYPE policyd_lost_total counter\n");
	wait_for("policyd.prom", "\npolicyd_sent_total{output=\"\\\"yslog\"} ");
	wait_for("policyd.prom", "\npolicyd_kernel_total{what=\"");
	(void)snprintf(path, sizeof(path), "%s/policyd.prom", base);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0644);
	(void)snprintf(path, sizeof(path), "%s/policyd.prom.new", base);
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(stop(SIGTERM), 0);
}
END_TEST

/* Who may write to the directory cannot make policyd wait, nor write elsewhere. */
START_TEST(metrics_among_others)
{
	char path[128], victim[128];

	metrics_name = "policyd.prom";
	put("a.yaml", good);
	(void)snprintf(path, sizeof(path), "%s/policyd.prom.new", base);
	ck_assert_int_eq(mkfifo(path, 0666), 0);
	(void)snprintf(path, sizeof(path), "%s/policyd.prom", base);
	(void)snprintf(victim, sizeof(victim), "%s/victim", base);
	ck_assert_int_eq(symlink(victim, path), 0);
	start();
	metrics_name = NULL;
	expect_status("ok", 1);
	wait_for("policyd.prom", "\npolicyd_enforcing ");
	ck_assert_int_eq(access(victim, F_OK), -1);
	ck_assert_int_eq(stop(SIGTERM), 0);
}
END_TEST

START_TEST(metrics_without_a_directory)
{
	metrics_name = "missing/policyd.prom";
	put("a.yaml", good);
	start();
	metrics_name = NULL;
	wait_for("events", "missing/policyd.prom': No such file or directory");
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("metrics cannot be written to"), 1);
}
END_TEST

int main(void)
{
	const TTest *const rooted[] = {metrics_in_a_file, metrics_among_others, metrics_without_a_directory};

	return daemon_suite_run("metrics", 60, rooted, ARRAY_SIZE(rooted), NULL, 0);
}
