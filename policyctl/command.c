// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>
#include <string.h>

#include "command.h"
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

int command_option(int argc, char **argv, const struct option *options, const char *help,
		   enum status *ret_status)
{
	int option = getopt_long(argc, argv, "", options, NULL);

	if (option == 'h') {
		(void)fputs(help, stdout);
		*ret_status = command_finish(STATUS_GOOD);
		return -2;
	}
	if (option == '?') {
		*ret_status = STATUS_ERROR;
		return -2;
	}
	return option;
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
