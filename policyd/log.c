// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "log.h"
#include "util.h"

static struct {
	enum event_severity level;
	bool journal;
} target = {.level = EVENT_INFO};

/* The journal tells which stream is its own, because stderr may have been redirected since. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, inode;
	struct stat status;

	/* NOLINTNEXTLINE(cert-err34-c): compared with what fits. */
	if (!stream || sscanf(stream, "%llu:%llu", &dev, &inode) != 2 || fstat(STDERR_FILENO, &status) < 0)
		return false;
	return status.st_dev == dev && status.st_ino == inode;
}

void log_open(enum event_severity level)
{
	target.level = level;
	target.journal = stderr_is_journal();
}

/* A file name in a message must not end the line or reach the terminal as an escape sequence. */
static void line_clean(char *line)
{
	for (; *line; line++)
		if ((unsigned char)*line < 0x20 || *line == 0x7f)
			*line = '?';
}

void log_line(enum event_severity severity, const char *format, ...)
{
	CLEANUP_FREE char *line = NULL;
	int error = errno;
	va_list arguments;
	int r;

	if (severity > target.level)
		return;
	va_start(arguments, format);
	r = vasprintf(&line, format, arguments);
	va_end(arguments);
	if (r < 0) {
		line = NULL;
		return;
	}
	line_clean(line);
	if (target.journal)
		(void)fprintf(stderr, "<%d>%s\n", (int)severity, line);
	else
		(void)fprintf(stderr, "policyd: %s\n", line);
	errno = error;
}
