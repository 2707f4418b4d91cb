// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "marker.h"
#include "util.h"

#define BOOT_FILE "/proc/sys/kernel/random/boot_id"
#define LINE_SIZE 128

int marker_boot(char boot[static MARKER_BOOT_SIZE])
{
	CLEANUP_CLOSE int fd = open(BOOT_FILE, O_RDONLY | O_CLOEXEC);
	char text[MARKER_BOOT_SIZE] = "";
	ssize_t size;

	if (fd < 0)
		return -errno;
	size = read(fd, text, MARKER_BOOT_SIZE - 1);
	if (size < 0)
		return -errno;
	if (size != MARKER_BOOT_SIZE - 1)
		return -EINVAL;
	memcpy(boot, text, MARKER_BOOT_SIZE);
	return 0;
}

static int file_write(int directory, const char *name, const char *text)
{
	CLEANUP_CLOSE int fd =
		openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	size_t length = strlen(text);
	ssize_t size;

	if (fd < 0)
		return -errno;
	size = write(fd, text, length);
	if (size < 0)
		return -errno;
	if ((size_t)size != length)
		return -ENOSPC;
	return fsync(fd) < 0 ? -errno : 0;
}

static int file_name(const char *name, char **ret_fresh)
{
	char *fresh;

	if (asprintf(&fresh, ".%s.new", name) < 0)
		return -ENOMEM;
	*ret_fresh = fresh;
	return 0;
}

int marker_write(const char *directory, const char *name, const struct marker *marker)
{
	CLEANUP_CLOSE int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP_FREE char *fresh = NULL;
	char text[LINE_SIZE];
	int r;

	if (fd < 0)
		return -errno;
	r = file_name(name, &fresh);
	if (r < 0)
		return r;
	(void)snprintf(text, sizeof(text), "%s %016" PRIx64 " %s\n", marker->boot, marker->fingerprint,
		       marker->word);
	r = file_write(fd, fresh, text);
	if (r == 0 && (renameat(fd, fresh, fd, name) < 0 || fsync(fd) < 0))
		r = -errno;
	if (r < 0)
		(void)unlinkat(fd, fresh, 0);
	return r;
}

/* The next word of `*at`, of at most `size` - 1 bytes, copied; the rest of the line is left in `*at`. */
static int word_take(char **at, char *ret_word, size_t size)
{
	const char *word = strsep(at, " \n");

	if (!word || !*word || strlen(word) >= size)
		return -EBADMSG;
	memcpy(ret_word, word, strlen(word) + 1);
	return 0;
}

static int number_read(const char *text, uint64_t *ret_number)
{
	if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
		return -EBADMSG;
	*ret_number = strtoull(text, NULL, 16);
	return 0;
}

int marker_read(const char *directory, const char *name, struct marker *ret_marker)
{
	CLEANUP_CLOSE int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP_CLOSE int file = -1;
	char text[LINE_SIZE] = "", number[17], *at = text;
	struct marker marker = {};
	int r;

	if (fd < 0)
		return -errno;
	file = openat(fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (file < 0 || read(file, text, sizeof(text) - 1) < 0)
		return -errno;
	r = word_take(&at, marker.boot, sizeof(marker.boot));
	if (r == 0)
		r = word_take(&at, number, sizeof(number));
	if (r == 0)
		r = number_read(number, &marker.fingerprint);
	if (r == 0)
		r = word_take(&at, marker.word, sizeof(marker.word));
	if (r < 0)
		return r;
	*ret_marker = marker;
	return 0;
}

int marker_remove(const char *directory, const char *name)
{
	CLEANUP_CLOSE int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (unlinkat(fd, name, 0) < 0)
		return errno == ENOENT ? 0 : -errno;
	return fsync(fd) < 0 ? -errno : 0;
}
