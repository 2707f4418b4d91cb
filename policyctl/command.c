// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>
#include <string.h>

#include "command.h"
#include "diagnostic.h"
#include "util.h"

#define CLEAN_SIZE 1024

enum status command_fail(const char *command, const char *format, ...)
{
	va_list arguments;

	(void)fprintf(stderr, "policyctl %s: ", command);
	va_start(arguments, format);
	(void)vfprintf(stderr, format, arguments);
	va_end(arguments);
	(void)fputc('\n', stderr);
	return STATUS_ERROR;
}

#define OPTIONS_MAX 32

/* The option that is nearest to a word like "--polcy-dir=x", NULL where none is near. */
static const char *option_near(const char *word, const struct option *options)
{
	const char *names[OPTIONS_MAX];
	char name[64];
	size_t count = 0;

	if (strncmp(word, "--", 2) != 0)
		return NULL;
	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	while (count < OPTIONS_MAX && options[count].name) {
		names[count] = options[count].name;
		count++;
	}
	return diagnostic_nearest(name, names, count);
}

/* What getopt_long() says is neither ours in form nor does it know what was meant. */
static void option_complain(char **argv, const struct option *options, int option)
{
	const char *word = argv[optind - 1];
	const char *near = option == ':' ? NULL : option_near(word, options);

	(void)command_fail(argv[0], "option '%s' %s%s%s%s; see policyctl %s --help", command_clean(word),
			   option == ':' ? "needs a value" : "is not known or takes no value",
			   near ? " (did you mean '--" : "", near ? near : "", near ? "'?)" : "", argv[0]);
}

int command_option(int argc, char **argv, const struct option *options, const char *help,
		   enum status *ret_status)
{
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, ":", options, NULL);
	if (option == 'h') {
		(void)fputs(help, stdout);
		*ret_status = command_finish(STATUS_GOOD);
		return -2;
	}
	if (option == '?' || option == ':') {
		option_complain(argv, options, option);
		*ret_status = STATUS_ERROR;
		return -2;
	}
	return option;
}

bool command_client_option(int option, const char **socket, bool *json)
{
	if (option == 's')
		*socket = optarg;
	else if (option == 'j')
		*json = true;
	else
		return false;
	return true;
}

bool command_colour(FILE *stream)
{
	const char *no = getenv("NO_COLOR");

	return (!no || !*no) && isatty(fileno(stream));
}

enum status command_finish(enum status status)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return STATUS_ERROR;
	return status;
}

enum status command_print_json(json_t *json, enum status status)
{
	int r = json ? json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII) : -1;

	json_decref(json);
	(void)fputc('\n', stdout);
	return r < 0 ? STATUS_ERROR : command_finish(status);
}

const char *command_clean(const char *text)
{
	static char buffers[4][CLEAN_SIZE];
	static unsigned int next;
	char *buffer = buffers[next++ % ARRAY_SIZE(buffers)];

	(void)snprintf(buffer, CLEAN_SIZE, "%s", text ? text : "");
	for (char *at = buffer; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
	return buffer;
}
