// SPDX-License-Identifier: Apache-2.0
#include "complaint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

#define NAME_SIZE 64
#define LINE_SIZE 256
#define BEGIN	  "BEGIN PROG LOAD LOG --\n"
#define END	  "-- END PROG LOAD LOG"

/* libbpf prints by one function for the whole process. */
static struct complaint {
	char program[NAME_SIZE];
	char line[LINE_SIZE];
	char text[NAME_SIZE + LINE_SIZE + 16];
} complaint;

void complaint_clear(void)
{
	complaint = (struct complaint){};
}

/* The verifier ends its log with statistics, after what it has to say. */
static bool is_statistics(const char *line, size_t length)
{
	static const char *const beginnings[] = {"processed ", "verification time ", "stack depth "};

	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (length >= strlen(beginnings[i]) &&
		    memcmp(line, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return length == 0;
}

/* The last line of the log that says something. */
static void line_keep(const char *log)
{
	const char *end = strstr(log, END);

	if (!end)
		end = log + strlen(log);
	for (const char *line = log; line < end;) {
		size_t length = strcspn(line, "\n");

		if (line + length > end)
			length = (size_t)(end - line);
		if (!is_statistics(line, length))
			(void)snprintf(complaint.line, sizeof(complaint.line), "%.*s", (int)length, line);
		line += length + 1;
	}
}

/* libbpf 1.1 and later: "prog 'NAME': -- BEGIN PROG LOAD LOG --", the log, "-- END PROG LOAD LOG --". */
static void message_read(const char *message)
{
	const char *log = strstr(message, BEGIN), *name = strstr(message, "prog '");

	if (!log || !name || complaint.program[0])
		return;
	name += strlen("prog '");
	(void)snprintf(complaint.program, sizeof(complaint.program), "%.*s", (int)strcspn(name, "'"), name);
	line_keep(log + strlen(BEGIN));
}

int complaint_print(enum libbpf_print_level level, const char *format, va_list arguments)
{
	CLEANUP_FREE char *message = NULL;

	if (level == LIBBPF_WARN && vasprintf(&message, format, arguments) >= 0)
		message_read(message);
	return 0;
}

const char *complaint_text(void)
{
	if (!complaint.program[0])
		return NULL;
	(void)snprintf(complaint.text, sizeof(complaint.text), "program '%s': %s", complaint.program,
		       complaint.line[0] ? complaint.line : "the verifier says nothing");
	return complaint.text;
}
