// SPDX-License-Identifier: Apache-2.0
#include <check.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "control.h"
#include "control_peer.h"
#include "json_text.h"
#include "util.h"

#define NOBODY 65534

static char path[64];
static sd_event *loop;
static struct control *control;
static unsigned int stops;
static int taken = -1;

static int answer_status(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	(void)data;
	(void)request;
	(void)ret_error;
	*ret_reply = json_pack("{s:b}", "enforcing", 0);
	return *ret_reply ? 0 : -ENOMEM;
}

static int answer_large(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	CLEANUP_FREE char *text = malloc(4 << 20);

	(void)data;
	(void)request;
	(void)ret_error;
	memset(text, 'x', 4 << 20);
	*ret_reply = json_stringn(text, 4 << 20);
	return *ret_reply ? 0 : -ENOMEM;
}

static int answer_stop(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	(void)data;
	(void)request;
	stops++;
	*ret_error = strdup("it cannot be stopped");
	(void)ret_reply;
	return -EBUSY;
}

static int take(void *data, const json_t *request, int fd)
{
	(void)data;
	if (json_object_get(request, "fail"))
		return -EINVAL;
	taken = fd;
	return 0;
}

static const struct control_request requests[] = {
	{"status", CONTROL_READ, answer_status, NULL},
	{"large", CONTROL_READ, answer_large, NULL},
	{"stop", CONTROL_ADMIN, answer_stop, NULL},
	{"events", CONTROL_READ, answer_status, take},
	{0},
};

static void setup(void)
{
	struct control_options options = {.path = path, .requests = requests};

	(void)snprintf(path, sizeof(path), "/tmp/policyd-control-%d", (int)getpid());
	ck_assert_int_eq(sd_event_new(&loop), 0);
	ck_assert_int_eq(control_new(loop, &options, &control), 0);
}

static void teardown(void)
{
	control_free(control);
	loop = sd_event_unref(loop);
	ck_assert_int_eq(access(path, F_OK), -1);
}

static int dial(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	memcpy(address.sun_path, path, strlen(path) + 1);
	ck_assert_int_eq(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void run(void)
{
	while (sd_event_run(loop, 2000) > 0)
		;
}

static void say(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* What the daemon answers; "" after it closed the connection. */
static const char *hear(int fd)
{
	static char text[4096];
	ssize_t n;

	run();
	n = recv(fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	if (n < 0)
		ck_assert_int_eq(errno, ECONNRESET);
	return text;
}

START_TEST(answers)
{
	CLEANUP_CLOSE int fd = dial();

	say(fd, "{\"request\":\"status\"}\n");
	ck_assert_str_eq(hear(fd), "{\"ok\":true,\"reply\":{\"enforcing\":false}}\n");
	say(fd, "{\"request\":\"stop\"}\n");
	ck_assert_str_eq(hear(fd), "{\"ok\":false,\"code\":\"EBUSY\",\"error\":\"it cannot be stopped\"}\n");
	ck_assert_uint_eq(stops, 1);
}
END_TEST

START_TEST(several_and_parts)
{
	CLEANUP_CLOSE int fd = dial();

	say(fd, "{\"request\":\"stat");
	run();
	say(fd, "us\"}\n{\"request\":\"status\"}\n{\"requ");
	ck_assert_str_eq(hear(fd), "{\"ok\":true,\"reply\":{\"enforcing\":false}}\n"
				   "{\"ok\":true,\"reply\":{\"enforcing\":false}}\n");
	say(fd, "est\":\"status\"}\n");
	ck_assert_str_eq(hear(fd), "{\"ok\":true,\"reply\":{\"enforcing\":false}}\n");
}
END_TEST

START_TEST(malformed)
{
	static const char *const bad[] = {
		"\n",
		"x\n",
		"[]\n",
		"{}\n",
		"{\"request\":1}\n",
		"{\"request\":\"status\",\"request\":\"stop\"}\n",
		"\xff\xfe\n",
		"{\"request\":\"st\\u0000op\"}\n",
	};
	CLEANUP_CLOSE int fd = dial();

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		say(fd, bad[i]);
		ck_assert_ptr_nonnull(strstr(hear(fd), "\"ok\":false,\"code\":\"EBADMSG\""));
	}
	say(fd, "{\"request\":\"nothing\"}\n");
	ck_assert_ptr_nonnull(strstr(hear(fd), "EOPNOTSUPP"));
	ck_assert_uint_eq(stops, 0);
}
END_TEST

START_TEST(too_long)
{
	CLEANUP_CLOSE int fd = dial();
	CLEANUP_FREE char *text = malloc(CONTROL_REQUEST_MAX + 1);

	memset(text, ' ', CONTROL_REQUEST_MAX);
	text[CONTROL_REQUEST_MAX] = '\0';
	for (size_t sent = 0; sent < CONTROL_REQUEST_MAX;) {
		ssize_t n = send(fd, text + sent, CONTROL_REQUEST_MAX - sent, MSG_NOSIGNAL);

		if (n > 0)
			sent += (size_t)n;
		run();
	}
	ck_assert_ptr_nonnull(strstr(hear(fd), "EMSGSIZE"));
	ck_assert_str_eq(hear(fd), "");
}
END_TEST

/* A client that does not read gets its reply piece by piece and delays nobody. */
START_TEST(slow_reader)
{
	CLEANUP_CLOSE int slow = dial();
	CLEANUP_CLOSE int quick = dial();
	char buffer[65536];
	size_t total = 0;
	ssize_t n;

	say(slow, "{\"request\":\"large\"}\n{\"request\":\"status\"}\n");
	run();
	say(quick, "{\"request\":\"status\"}\n");
	ck_assert_ptr_nonnull(strstr(hear(quick), "\"ok\":true"));
	while ((n = recv(slow, buffer, sizeof(buffer), 0)) > 0) {
		total += (size_t)n;
		run();
	}
	ck_assert_uint_gt(total, 4 << 20);
	ck_assert_ptr_nonnull(memmem(buffer, sizeof(buffer), "enforcing", 9));
}
END_TEST

START_TEST(handed_over)
{
	CLEANUP_CLOSE int fd = dial();
	CLEANUP_CLOSE int refused = dial();

	say(fd, "{\"request\":\"events\"}\n");
	ck_assert_ptr_nonnull(strstr(hear(fd), "\"ok\":true"));
	ck_assert_int_ge(taken, 0);
	ck_assert_int_eq(send(taken, "hello\n", 6, 0), 6);
	ck_assert_str_eq(hear(fd), "hello\n");
	ck_assert_int_eq(close(taken), 0);
	say(refused, "{\"request\":\"events\",\"fail\":1}\n");
	ck_assert_ptr_nonnull(strstr(hear(refused), "\"ok\":true"));
	ck_assert_str_eq(hear(refused), "");
}
END_TEST

START_TEST(many_clients)
{
	int fds[CONTROL_CLIENTS_MAX + 8];
	size_t answered = 0;

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = dial();
		run();
	}
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		char byte;

		(void)send(fds[i], "{\"request\":\"status\"}\n", 21, MSG_NOSIGNAL);
		run();
		answered += recv(fds[i], &byte, 1, 0) == 1;
		(void)close(fds[i]);
	}
	ck_assert_uint_eq(answered, CONTROL_CLIENTS_MAX);
	run();
	fds[0] = dial();
	say(fds[0], "{\"request\":\"status\"}\n");
	ck_assert_ptr_nonnull(strstr(hear(fds[0]), "\"ok\":true"));
	(void)close(fds[0]);
}
END_TEST

/* Runs `request` as somebody else on a socket that lets everybody in: exit status 0 when it was refused. */
static void ask_as_nobody(const char *request)
{
	int fd;
	char text[512];
	ssize_t n;

	if (setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
		_exit(2);
	fd = dial();
	(void)fcntl(fd, F_SETFL, 0);
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
		_exit(3);
	n = recv(fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	_exit(strstr(text, "\"code\":\"EPERM\"") ? 0 : 1);
}

START_TEST(strangers)
{
	static const char *const asked[] = {"{\"request\":\"status\"}\n", "{\"request\":\"stop\"}\n"};

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chmod(path, 0666), 0);
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
		pid_t child = fork();
		int status = 0;

		ck_assert_int_ge(child, 0);
		if (child == 0)
			ask_as_nobody(asked[i]);
		while (waitpid(child, &status, WNOHANG) == 0)
			ck_assert_int_ge(sd_event_run(loop, 10000), 0);
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), 0);
	}
	ck_assert_uint_eq(stops, 0);
}
END_TEST

START_TEST(rights)
{
	struct stat status;

	ck_assert(control_peer_may(0, false, CONTROL_ADMIN));
	ck_assert(control_peer_may(1, true, CONTROL_READ));
	ck_assert(!control_peer_may(1, true, CONTROL_ADMIN));
	ck_assert(!control_peer_may(1, false, CONTROL_READ));
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & S_IRWXO, 0);
}
END_TEST

START_TEST(texts)
{
	json_t *text = json_text("caf\xc3\xa9");
	json_t *bytes = json_text("a\xff");

	ck_assert_str_eq(json_string_value(text), "caf\xc3\xa9");
	ck_assert_str_eq(json_string_value(bytes), "a\\xff");
	ck_assert(json_is_null(json_text(NULL)));
	json_decref(text);
	json_decref(bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("control");
	TCase *tests = tcase_create("control");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_set_timeout(tests, 30);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, answers);
	tcase_add_test(tests, several_and_parts);
	tcase_add_test(tests, malformed);
	tcase_add_test(tests, too_long);
	tcase_add_test(tests, slow_reader);
	tcase_add_test(tests, handed_over);
	tcase_add_test(tests, many_clients);
	tcase_add_test(tests, strangers);
	tcase_add_test(tests, rights);
	tcase_add_test(tests, texts);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
