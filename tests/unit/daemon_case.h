/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A daemon of its own for each test: started as a child, with its directories in a temporary place and a
 * loader without a kernel. For test programs only, one of them each.
 */
#ifndef TEST_DAEMON_CASE_H
#define TEST_DAEMON_CASE_H

#include <check.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "config.h"
#include "daemon.h"
#include "fake_loader.h"
#include "folder.h"
#include "log.h"

/* A call that the daemon gave up ends it. Sanitizers make calls of their own. */
#ifdef __SANITIZE_ADDRESS__
#define SECCOMP "off"
#else
#define SECCOMP "kill"
#endif

static char base[64];
static char policies[80];
static char control[128];
static pid_t daemon_pid;
static enum event_severity log_level = EVENT_EMERGENCY;
static const char *confirm_after = "1h";
static const char *canary_interval = "10s";
static const char *self_protection = "false";
static const char *state_name = "state";
static const char *metrics_name; /* NULL: none */

static const char good[] = "version: 1\npolicy: web\nmode: enforce\nsubject: {exe: /usr/bin/true}\n"
			   "file:\n  - {deny: read, path: /etc/shadow}\n";
static const char bad[] = "version: 1\npolicy: web\nfile:\n  - {deny: raed, path: /etc/shadow}\n";

static void put(const char *name, const char *text)
{
	folder_put(policies, name, text);
}

static void setup(void)
{
	(void)snprintf(base, sizeof(base), "/tmp/policyd-daemon-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(base));
	(void)snprintf(policies, sizeof(policies), "%s/policy.d", base);
	(void)snprintf(control, sizeof(control), "%s/run/control.sock", base);
	ck_assert_int_eq(mkdir(policies, 0755), 0);
}

static void configure(struct config *config)
{
	char path[128];

	ck_assert_int_eq(config_init(config), 0);
	ck_assert_int_eq(config_set(config, "policy_dir", policies), 0);
	(void)snprintf(path, sizeof(path), "%s/run", base);
	ck_assert_int_eq(config_set(config, "run_dir", path), 0);
	(void)snprintf(path, sizeof(path), "%s/%s", base, state_name);
	ck_assert_int_eq(config_set(config, "state_dir", path), 0);
	ck_assert_int_eq(config_set(config, "seccomp", SECCOMP), 0);
	/* The loader is a fake: whether this host has BPF LSM does not matter. */
	ck_assert_int_eq(config_set(config, "degraded", "false"), 0);
	ck_assert_int_eq(config_set(config, "confirm_after", confirm_after), 0);
	ck_assert_int_eq(config_set(config, "canary_interval", canary_interval), 0);
	ck_assert_int_eq(config_set(config, "self_protection", self_protection), 0);
	if (metrics_name) {
		(void)snprintf(path, sizeof(path), "%s/%s", base, metrics_name);
		ck_assert_int_eq(config_set(config, "metrics_file", path), 0);
		config->outputs[0].name[0] = '"';
	}
	(void)snprintf(path, sizeof(path), "%s/events", base);
	free(config->outputs[0].url);
	ck_assert_int_gt(asprintf(&config->outputs[0].url, "file:%s", path), 0);
}

static int run(void)
{
	CLEANUP(config_free) struct config config = {};

	configure(&config);
	log_open(log_level);
	return daemon_run(&config);
}

static int try_connect(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, control, strlen(control) + 1);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static void start(void)
{
	daemon_pid = fork();
	ck_assert_int_ge(daemon_pid, 0);
	if (daemon_pid == 0) {
		char path[128];
		int fd;

		(void)snprintf(path, sizeof(path), "%s/log", base);
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		_exit(fd >= 0 && dup2(fd, STDERR_FILENO) >= 0 ? run() : EXIT_FAILURE);
	}
	for (int i = 0; i < 500; i++) {
		int fd = try_connect();

		if (fd >= 0) {
			(void)close(fd);
			return;
		}
		(void)usleep(10000);
	}
	ck_abort_msg("the daemon did not start");
}

static int stop(int signal)
{
	int status = 0;

	if (daemon_pid == 0)
		return 0;
	(void)kill(daemon_pid, signal);
	ck_assert_int_eq(waitpid(daemon_pid, &status, 0), daemon_pid);
	daemon_pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void teardown(void)
{
	(void)stop(SIGKILL);
	folder_remove(base);
}

/* The answer to a line, a new reference. */
static json_t *ask_line(const char *request)
{
	int fd = try_connect();
	FILE *stream = fdopen(fd, "r+");
	char *line = NULL;
	size_t size = 0;
	json_t *answer;

	ck_assert_ptr_nonnull(stream);
	ck_assert_int_gt(fprintf(stream, "%s\n", request), 0);
	ck_assert_int_eq(fflush(stream), 0);
	ck_assert_int_gt(getline(&line, &size, stream), 0);
	answer = json_loads(line, 0, NULL);
	free(line);
	(void)fclose(stream);
	return answer;
}

/* The `reply` of a request, a new reference. */
static json_t *ask(const char *request)
{
	char line[128];
	json_t *answer, *reply;

	(void)snprintf(line, sizeof(line), "{\"request\":\"%s\"}", request);
	answer = ask_line(line);
	reply = json_incref(json_object_get(answer, "reply"));
	json_decref(answer);
	return reply;
}

static bool status_has(const char *state, json_int_t generation)
{
	json_t *status = ask("status");
	const json_t *live = json_object_get(status, "live");
	bool has = strcmp(json_string_value(json_object_get(status, "state")), state) == 0 &&
		   json_integer_value(json_object_get(live, "generation")) == generation;

	json_decref(status);
	return has;
}

static void expect_status(const char *state, json_int_t generation)
{
	json_t *status;
	char *text;

	for (int i = 0; i < 300; i++) {
		if (status_has(state, generation))
			return;
		(void)usleep(10000);
	}
	status = ask("status");
	text = json_dumps(status, 0);
	ck_abort_msg("expected %s at generation %d, found %s", state, (int)generation, text);
}

/* Number of lines of a file below `base` that contain `text`. */
static int lines_with(const char *name, const char *text)
{
	char path[128];
	char line[8192];
	int count = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", base, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		count += strstr(line, text) != NULL;
	(void)fclose(file);
	return count;
}

static int events_with(const char *text)
{
	return lines_with("events", text);
}

/* Fails with the answer where `code` is another one; NULL: it is good. */
static inline void expect_answer(const char *request, const char *code, const char *sentence)
{
	json_t *answer = ask_line(request);
	const char *found = json_string_value(json_object_get(answer, "code"));
	const char *error = json_string_value(json_object_get(answer, "error"));

	if (code)
		ck_assert_msg(found && strcmp(found, code) == 0 && strstr(error, sentence),
			      "%s: expected %s '%s', found %s '%s'", request, code, sentence, found, error);
	else
		ck_assert_msg(json_is_true(json_object_get(answer, "ok")), "%s: %s", request, error);
	json_decref(answer);
}

static inline bool recovery_is(const char *state, const char *policy)
{
	json_t *status = ask("status");
	const json_t *set = json_object_get(json_object_get(status, "live"), "policies");
	const char *found = json_string_value(json_object_get(json_object_get(status, "recovery"), "state"));
	const char *name = json_string_value(json_object_get(json_array_get(set, 0), "name"));
	bool is = found && strcmp(found, state) == 0 && name && strcmp(name, policy) == 0;

	json_decref(status);
	return is;
}

static inline void expect_mode(const char *policy, const char *mode)
{
	json_t *status = ask("status"), *entry;
	const char *found = NULL;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(status, "live"), "policies"), i, entry)
	{
		if (strcmp(json_string_value(json_object_get(entry, "name")), policy) == 0)
			found = json_string_value(json_object_get(entry, "mode"));
	}
	ck_assert_ptr_nonnull(found);
	ck_assert_str_eq(found, mode);
	json_decref(status);
}

static inline void confirm_answer(void)
{
	expect_answer("{\"request\":\"confirm\"}", NULL, NULL);
}

/* One suite of a daemon each; `rooted` tests need policy files that belong to root, as policyd wants them. */
static inline int daemon_suite_run(const char *name, int seconds, const TTest *const *rooted,
				   size_t rooted_count, const TTest *const *others, size_t other_count)
{
	Suite *suite = suite_create(name);
	TCase *tests = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_set_timeout(tests, seconds);
	tcase_add_checked_fixture(tests, setup, teardown);
	for (size_t i = 0; i < rooted_count && geteuid() == 0; i++)
		tcase_add_test(tests, rooted[i]);
	for (size_t i = 0; i < other_count; i++)
		tcase_add_test(tests, others[i]);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
