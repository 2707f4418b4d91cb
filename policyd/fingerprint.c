// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "fingerprint.h"
#include "util.h"

#define START 14695981039346656037ULL
#define PRIME 1099511628211ULL

struct names {
	struct dirent **items;
	int count;
};

static void names_free(struct names *names)
{
	for (int i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ at[i]) * PRIME;
	return hash;
}

bool fingerprint_counts(const char *name)
{
	static const char suffix[] = ".yaml";
	size_t length = strlen(name);

	return name[0] != '.' && length >= strlen(suffix) &&
	       strcmp(name + length - strlen(suffix), suffix) == 0;
}

static int entry_counts(const struct dirent *entry)
{
	return fingerprint_counts(entry->d_name);
}

static int entry_compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* A file that cannot be read counts with its name and the reason. */
static uint64_t mix_file(uint64_t hash, int directory, const char *name)
{
	CLEANUP_CLOSE int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	uint64_t size = 0;
	char bytes[8192];
	ssize_t n = -1;
	int error;

	hash = mix(hash, name, strlen(name) + 1);
	while (fd >= 0 && (n = read(fd, bytes, sizeof(bytes))) > 0) {
		hash = mix(hash, bytes, (size_t)n);
		size += (uint64_t)n;
	}
	error = n < 0 ? errno : 0;
	hash = mix(hash, &size, sizeof(size));
	return mix(hash, &error, sizeof(error));
}

int fingerprint_directory(const char *path, uint64_t *ret_fingerprint)
{
	CLEANUP(names_free) struct names names = {};
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t hash = START;
	int r;

	if (fd < 0)
		return -errno;
	r = scandirat(fd, ".", &names.items, entry_counts, entry_compare);
	if (r < 0)
		return -errno;
	names.count = r;
	for (int i = 0; i < names.count; i++)
		hash = mix_file(hash, fd, names.items[i]->d_name);
	*ret_fingerprint = hash;
	return 0;
}

void fingerprint_format(uint64_t fingerprint, char text[static FINGERPRINT_TEXT_SIZE])
{
	(void)snprintf(text, FINGERPRINT_TEXT_SIZE, "%016" PRIx64, fingerprint);
}
