// SPDX-License-Identifier: Apache-2.0
/*
 * Files and directories. A file is read once, through one descriptor that has been looked at: nobody can
 * exchange it between the check and the reading.
 *
 * With trust required, symbolic links are followed on purpose (a link in the directory is how a shipped
 * policy is switched on); what counts is the file that the descriptor is, and that nobody but root can
 * exchange anything on the way to it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "parse_internal.h"
#include "trust.h"

#define READ_STEP ((size_t)64 * 1024)

struct buffer {
	char *data;
	size_t length;
	size_t room;
};

static void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
}

__attribute__((format(printf, 4, 5))) static int file_error(struct diagnostics *diagnostics, const char *path,
							    int error, const char *format, ...)
{
	const struct location at = {.file = path};
	va_list arguments;

	va_start(arguments, format);
	diagnostic_vadd(diagnostics, DIAGNOSTIC_ERROR, at, format, arguments);
	va_end(arguments);
	return error;
}

/* Reads up to the limit and one byte more, which tells a file of the limit's size from a longer one. */
static int fd_read(int fd, size_t limit, struct buffer *buffer)
{
	for (;;) {
		ssize_t got;

		if (buffer->length > limit)
			return -EFBIG;
		if (buffer->room - buffer->length < READ_STEP) {
			size_t room = 2 * buffer->room + READ_STEP;
			char *data = realloc(buffer->data, room);

			if (!data)
				return -ENOMEM;
			buffer->data = data;
			buffer->room = room;
		}
		got = read(fd, buffer->data + buffer->length, buffer->room - buffer->length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return 0;
		buffer->length += (size_t)got;
	}
}

static int fd_parse(struct policy_set *set, int fd, const char *path, struct diagnostics *diagnostics)
{
	CLEANUP(buffer_free) struct buffer buffer = {0};
	size_t limit = parse_limits[LIMIT_FILE_SIZE].value;
	int r;

	r = fd_read(fd, limit, &buffer);
	if (r == -EFBIG)
		return file_error(diagnostics, path, -EINVAL,
				  "more than %zu bytes in a file (limit 'file-size')", limit);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return file_error(diagnostics, path, r, "cannot read: %s", strerror(-r));
	return parse_text(set, path, buffer.data, buffer.length, diagnostics);
}

int parse_file(struct policy_set *set, const char *path, struct diagnostics *diagnostics)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int r;

	if (fd < 0) {
		r = -errno;
		return file_error(diagnostics, path, r, "cannot open: %s", strerror(-r));
	}
	return fd_parse(set, fd, path, diagnostics);
}

/* One file of the directory `directory_fd`, called `path` in messages. */
static int entry_parse(struct policy_set *set, int directory_fd, const char *name, const char *path,
		       bool trusted, struct diagnostics *diagnostics)
{
	/* O_NONBLOCK: a fifo must not stop us; regular files do not care. */
	CLEANUP_CLOSE int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	int r;

	if (fd < 0 || fstat(fd, &status) < 0) {
		r = -errno;
		return file_error(diagnostics, path, r, "cannot open: %s", strerror(-r));
	}
	if (!S_ISREG(status.st_mode))
		return file_error(diagnostics, path, -EINVAL, "not a regular file");
	if (trusted) {
		r = trust_check(fd, &status, path, diagnostics);
		if (r < 0)
			return r;
	}
	return fd_parse(set, fd, path, diagnostics);
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t length = strlen(name);

	return length > strlen(suffix) && strcmp(name + length - strlen(suffix), suffix) == 0;
}

static int is_policy_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
	       (has_suffix(entry->d_name, ".yaml") || has_suffix(entry->d_name, ".yml"));
}

/* Names sorted by bytes; locales must not change what happens first. */
static int entry_compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

struct entries {
	struct dirent **items;
	int count;
};

static void entries_free(struct entries *entries)
{
	for (int i = 0; i < entries->count; i++)
		free(entries->items[i]);
	free(entries->items);
}

static int entries_parse(struct policy_set *set, int fd, const char *path, bool trusted,
			 const struct entries *entries, struct diagnostics *diagnostics)
{
	int worst = 0;

	for (int i = 0; i < entries->count && worst != -ENOMEM; i++) {
		const char *name = entries->items[i]->d_name;
		CLEANUP_FREE char *file = NULL;

		if (asprintf(&file, "%s%s%s", path, has_suffix(path, "/") ? "" : "/", name) < 0) {
			file = NULL;
			return -ENOMEM;
		}
		if (has_suffix(name, ".yml"))
			diagnostic_add(diagnostics, DIAGNOSTIC_WARNING, (struct location){.file = file},
				       "not read: the name of a policy file ends in .yaml");
		else
			worst = parse_worse(worst, entry_parse(set, fd, name, file, trusted, diagnostics));
	}
	/* A file that cannot be opened is an error of the set like others. */
	return worst < 0 && worst != -ENOMEM ? -EINVAL : worst;
}

int parse_copy(struct policy_set *set, const char *path, const char *name, bool trusted,
	       struct diagnostics *diagnostics)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(entries_free) struct entries entries = {0};
	struct stat status;
	int r;

	if (fd < 0 || fstat(fd, &status) < 0) {
		r = -errno;
		return file_error(diagnostics, path, r, "cannot open: %s", strerror(-r));
	}
	if (trusted) {
		r = trust_check(fd, &status, path, diagnostics);
		if (r < 0)
			return r;
	}
	r = scandirat(fd, ".", &entries.items, is_policy_file, entry_compare);
	if (r < 0) {
		r = -errno;
		return file_error(diagnostics, path, r, "cannot read: %s", strerror(-r));
	}
	entries.count = r;
	if ((size_t)entries.count > parse_limits[LIMIT_FILES].value)
		return file_error(diagnostics, path, -EINVAL, "more than %lu policy files (limit 'files')",
				  parse_limits[LIMIT_FILES].value);
	return entries_parse(set, fd, name, trusted, &entries, diagnostics);
}

int parse_directory(struct policy_set *set, const char *path, bool trusted, struct diagnostics *diagnostics)
{
	return parse_copy(set, path, path, trusted, diagnostics);
}
