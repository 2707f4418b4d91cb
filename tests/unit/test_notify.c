// SPDX-License-Identifier: Apache-2.0
/*
 * What systemd is told: by the functions, and by a whole daemon.
 */
#include <poll.h>

#include "daemon_case.h"
#include "notify.h"

static int manager = -1;
static char place[128];

static void manager_start(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	setup();
	(void)snprintf(place, sizeof(place), "%s/notify", base);
	memcpy(address.sun_path, place, strlen(place) + 1);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(manager, (const struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", place, 1), 0);
}

static void manager_stop(void)
{
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	(void)close(manager);
	teardown();
}

/* Whether a message that contains `text` comes within that time; others are dropped. */
static bool told(const char *text, int milliseconds)
{
	struct pollfd wait = {.fd = manager, .events = POLLIN};
	char message[512];

	while (poll(&wait, 1, milliseconds) > 0) {
		ssize_t size = recv(manager, message, sizeof(message) - 1, 0);

		ck_assert_int_ge(size, 0);
		message[size] = '\0';
		if (strstr(message, text))
			return true;
	}
	return false;
}

START_TEST(messages)
{
	notify_ready("fine");
	ck_assert(told("READY=1\nSTATUS=fine", 1000));
	notify_reloading();
	ck_assert(told("RELOADING=1\nWATCHDOG=1\nMONOTONIC_USEC=", 1000));
	notify_stopping();
	ck_assert(told("STOPPING=1", 1000));
	ck_assert(!told("", 0));
}
END_TEST

START_TEST(watchdog)
{
	ck_assert_int_eq(setenv("WATCHDOG_USEC", "400000", 1), 0);
	put("a.yaml", good);
	start();
	expect_status("ok", 1);
	ck_assert(told("READY=1", 5000));
	for (int i = 0; i < 5; i++)
		ck_assert(told("WATCHDOG=1", 5000));
	ck_assert_int_eq(kill(daemon_pid, SIGSTOP), 0);
	while (told("", 600))
		;
	ck_assert(!told("WATCHDOG=1", 1500));
	ck_assert_int_eq(kill(daemon_pid, SIGCONT), 0);
	ck_assert(told("WATCHDOG=1", 5000));
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert(told("STOPPING=1", 1000));
	ck_assert_int_eq(events_with("\"started\""), 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("notify");
	TCase *tests = tcase_create("notify");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, manager_start, manager_stop);
	tcase_add_test(tests, messages);
	if (geteuid() == 0) /* files of policies have to belong to root */
		tcase_add_test(tests, watchdog);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
