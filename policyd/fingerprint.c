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

struct sum {
	uint64_t hash;
	struct digest *digest; /* NULL: not asked for */
};

static void mix(struct sum *sum, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < length; i++)
		sum->hash = (sum->hash ^ at[i]) * PRIME;
	if (sum->digest)
		digest_add(sum->digest, bytes, length);
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
static void mix_file(struct sum *sum, int directory, const char *name)
{
	CLEANUP_CLOSE int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	uint64_t size = 0;
	char bytes[8192];
	ssize_t n = -1;
	int error;

	mix(sum, name, strlen(name) + 1);
	while (fd >= 0 && (n = read(fd, bytes, sizeof(bytes))) > 0) {
		mix(sum, bytes, (size_t)n);
		size += (uint64_t)n;
	}
	error = n < 0 ? errno : 0;
	mix(sum, &size, sizeof(size));
	mix(sum, &error, sizeof(error));
}

static int directory_mix(struct sum *sum, const char *path)
{
	CLEANUP(names_free) struct names names = {};
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = scandirat(fd, ".", &names.items, entry_counts, entry_compare);
	if (r < 0)
		return -errno;
	names.count = r;
	for (int i = 0; i < names.count; i++)
		mix_file(sum, fd, names.items[i]->d_name);
	return 0;
}

int fingerprint_directory(const char *path, uint64_t *ret_fingerprint)
{
	struct sum sum = {.hash = START};
	int r = directory_mix(&sum, path);

	if (r == 0)
		*ret_fingerprint = sum.hash;
	return r;
}

int fingerprint_digest(const char *path, uint64_t *ret_fingerprint, uint8_t ret_digest[static DIGEST_SIZE])
{
	struct digest digest;
	struct sum sum = {.hash = START, .digest = &digest};
	int r;

	digest_begin(&digest);
	r = directory_mix(&sum, path);
	if (r < 0)
		return r;
	*ret_fingerprint = sum.hash;
	digest_end(&digest, ret_digest);
	return 0;
}

void fingerprint_format(uint64_t fingerprint, char text[static FINGERPRINT_TEXT_SIZE])
{
	(void)snprintf(text, FINGERPRINT_TEXT_SIZE, "%016" PRIx64, fingerprint);
}
