// SPDX-License-Identifier: Apache-2.0
#include <getopt.h>
#include <string.h>

#include "config.h"
#include "daemon.h"
#include "log.h"
#include "tokenizer.h"
#include "util.h"

#define EXIT_USAGE 2

enum action { ACTION_RUN, ACTION_CHECK, ACTION_PRINT_CONFIG };

struct arguments {
	const char *config;
	const char *policy_dir;
	const char *log_level;
	const char *seccomp;
	bool no_pin;
	enum action action;
};

static const char help[] = "policyd - enforces security policies with BPF LSM programs\n"
			   "\n"
			   "Usage: policyd [OPTION]...\n"
			   "\n"
			   "  --config FILE      settings (default: " CONFIG_PATH ")\n"
			   "  --policy-dir DIR   where the policies are (default: "
			   "/etc/policyd/policy.d)\n"
			   "  --check            validate settings and policies, and exit\n"
			   "  --no-pin           enforcement ends with the process; for trying out\n"
			   "  --log-level LEVEL  error, warning, notice, info or debug\n"
			   "  --seccomp ACTION   what other system calls meet: errno, kill or off\n"
			   "  --print-config     print the effective settings, and exit\n"
			   "  --version          print the version, and exit\n"
			   "  --help             print this text, and exit\n"
			   "\n"
			   "SIGHUP reloads; SIGTERM stops and leaves enforcement in place (policyctl "
			   "stop --unload takes it away).\n"
			   "\n"
			   "Example: policyd --policy-dir ./policies --no-pin\n";

static int print_and_exit(const char *text)
{
	return fputs(text, stdout) < 0 || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Returns -1 to go on, otherwise the exit status. */
static int argument_take(struct arguments *arguments, int option)
{
	switch (option) {
	case 'c':
		arguments->config = optarg;
		return -1;
	case 'd':
		arguments->policy_dir = optarg;
		return -1;
	case 'k':
		arguments->action = ACTION_CHECK;
		return -1;
	case 'n':
		arguments->no_pin = true;
		return -1;
	case 'l':
		arguments->log_level = optarg;
		return -1;
	case 's':
		arguments->seccomp = optarg;
		return -1;
	case 'p':
		arguments->action = ACTION_PRINT_CONFIG;
		return -1;
	case 'V':
		return print_and_exit("policyd " POLICYD_VERSION "\n");
	case 'h':
		return print_and_exit(help);
	default:
		return EXIT_USAGE;
	}
}

static int arguments_parse(int argc, char **argv, struct arguments *ret)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"policy-dir", required_argument, NULL, 'd'},
		{"check", no_argument, NULL, 'k'},
		{"no-pin", no_argument, NULL, 'n'},
		{"log-level", required_argument, NULL, 'l'},
		{"seccomp", required_argument, NULL, 's'},
		{"print-config", no_argument, NULL, 'p'},
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		r = argument_take(ret, option);
		if (r >= 0)
			return r;
	}
	if (optind == argc)
		return -1;
	(void)fprintf(stderr, "policyd: unexpected argument '%s'; see policyd --help\n", argv[optind]);
	return EXIT_USAGE;
}

static void tokenizer_cleanup(struct tokenizer **tokenizer)
{
	tokenizer_free(*tokenizer);
}

static void reader_failed(void *data, const char *why)
{
	(void)data;
	log_line(EVENT_ERROR, "%s", why);
}

/*
 * What reads the settings: the daemon's of a process that can do nothing else, like policies. What the
 * settings say about system calls is not known yet, so the default holds for it, or the command line.
 */
static int reader_start(const struct config *config, const struct arguments *arguments,
			struct tokenizer **ret_tokenizer)
{
	enum confine_action action = (enum confine_action)config->seccomp;
	int r;

	if (arguments->action != ACTION_RUN)
		return 0; /* reads for the one who called, as policyctl does */
	if (arguments->seccomp && confine_action_from_name(arguments->seccomp, &action) < 0)
		action = (enum confine_action)config->seccomp; /* told by config_override */
	r = tokenizer_new(action, ret_tokenizer);
	if (r < 0)
		log_line(EVENT_ERROR, "cannot start the process that reads the settings: %s", strerror(-r));
	else
		tokenizer_set_report(*ret_tokenizer, reader_failed, NULL);
	return r;
}

/* The file over the defaults; only the default file may be missing. */
static int config_load(struct config *config, const struct arguments *arguments)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};
	CLEANUP(tokenizer_cleanup) struct tokenizer *tokenizer = NULL;
	const char *path = arguments->config ? arguments->config : CONFIG_PATH;
	int r = reader_start(config, arguments, &tokenizer);

	if (r < 0)
		return r;
	r = config_read(config, tokenizer, path, arguments->action != ACTION_PRINT_CONFIG, &diagnostics);
	if (r == -ENOENT && !arguments->config)
		return 0;
	for (size_t i = 0; i < diagnostics.count; i++) {
		CLEANUP_FREE char *line = diagnostic_line(&diagnostics.items[i]);

		log_line(EVENT_ERROR, "%s", line ? line : "out of memory");
	}
	if (r < 0 && diagnostics.count == 0)
		log_line(EVENT_ERROR, "cannot read '%s': %s", path, strerror(-r));
	return r;
}

/* What the command line says goes over the file. */
static int config_override(struct config *config, const struct arguments *arguments)
{
	CLEANUP_FREE char *directory = NULL;
	int r = 0;

	if (arguments->policy_dir) {
		directory = realpath(arguments->policy_dir, NULL);
		r = config_set(config, "policy_dir", directory ? directory : arguments->policy_dir);
		if (r < 0)
			log_line(EVENT_ERROR, "cannot use the directory '%s'", arguments->policy_dir);
	}
	if (r == 0 && arguments->log_level) {
		r = config_set(config, "log_level", arguments->log_level);
		if (r < 0)
			log_line(EVENT_ERROR, "'%s' is not a log level", arguments->log_level);
	}
	if (r == 0 && arguments->seccomp) {
		r = config_set(config, "seccomp", arguments->seccomp);
		if (r < 0)
			log_line(EVENT_ERROR, "'%s' is not what --seccomp takes: errno, kill or off",
				 arguments->seccomp);
	}
	if (arguments->no_pin)
		config->pin = false;
	return r;
}

int main(int argc, char **argv)
{
	CLEANUP(config_free) struct config config = {};
	struct arguments arguments = {};
	int r = arguments_parse(argc, argv, &arguments);

	if (r >= 0)
		return r;
	log_open(EVENT_INFO);
	if (config_init(&config) < 0)
		return EXIT_FAILURE;
	if (config_load(&config, &arguments) < 0 || config_override(&config, &arguments) < 0)
		return EXIT_USAGE;
	log_open((enum event_severity)config.log_level);
	switch (arguments.action) {
	case ACTION_CHECK:
		return daemon_check(&config);
	case ACTION_PRINT_CONFIG:
		config_print(&config, stdout);
		return EXIT_SUCCESS;
	case ACTION_RUN:
		return daemon_run(&config);
	}
	return EXIT_USAGE;
}
