// SPDX-License-Identifier: Apache-2.0
/*
 * Looking a pattern up among the files of the host, with a limit to the time that may take.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "lint_internal.h"
#include "pattern.h"
#include "util.h"

#define ENTRIES_MAX 20000 /* of directories, for one pattern */
#define NAME_SIZE   256

struct lookup {
	const struct pattern *pattern;
	size_t count; /* components that must be there */
	size_t entries;
};

static void directory_close(DIR **directory)
{
	if (*directory)
		(void)closedir(*directory);
}

static bool token_matches(const unsigned char *token, unsigned char byte)
{
	switch (token[0]) {
	case GLOB_BYTE:
		return token[1] == byte;
	case GLOB_SET:
		return token[1 + byte / 8] >> byte % 8 & 1;
	default:
		return true;
	}
}

/* Backtracks to the last star only, which suffices: an earlier one need not take more. */
static bool glob_matches(const struct component *component, const char *name)
{
	const unsigned char *token = component->bytes;
	const unsigned char *end = token + component->length;
	const unsigned char *star = NULL;
	const char *mark = NULL;

	while (*name) {
		if (token < end && token[0] == GLOB_STAR) {
			star = token + 1;
			token = star;
			mark = name;
		} else if (token < end && token_matches(token, (unsigned char)*name)) {
			token += glob_token_size(token);
			name++;
		} else if (star) {
			token = star;
			name = ++mark;
		} else {
			return false;
		}
	}
	while (token < end && token[0] == GLOB_STAR)
		token++;
	return token == end;
}

static bool name_matches(const struct component *component, const char *name)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	return component->kind == COMPONENT_ANY || glob_matches(component, name);
}

/*
 * Whether components from `index` on match below the directory. What may not be read, or would take too long,
 * is taken to match. Recurses once a component, of which a path has at most some hundreds.
 */
static bool below_matches(struct lookup *lookup, int directory, size_t index);

static bool entry_matches(struct lookup *lookup, int directory, const char *name, size_t index)
{
	CLEANUP_CLOSE int child = -1;
	struct stat status;

	if (index + 1 == lookup->count)
		return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 || errno == EACCES;
	child = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	if (child < 0)
		return errno != ENOENT && errno != ENOTDIR;
	return below_matches(lookup, child, index + 1);
}

static bool entries_match(struct lookup *lookup, int directory, size_t index)
{
	const struct component *component = &lookup->pattern->components[index];
	CLEANUP_CLOSE int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(directory_close) DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;

	if (!stream)
		return true;
	(void)TAKE_FD(copy);
	while ((entry = readdir(stream))) {
		if (++lookup->entries > ENTRIES_MAX)
			return true;
		if (name_matches(component, entry->d_name) &&
		    entry_matches(lookup, directory, entry->d_name, index))
			return true;
	}
	return false;
}

static bool below_matches(struct lookup *lookup, int directory, size_t index)
{
	const struct component *component = &lookup->pattern->components[index];
	char name[NAME_SIZE];

	/* Any depth: the directory is there, and what is in it changes. */
	if (index >= lookup->count || component->kind == COMPONENT_DEEP)
		return true;
	if (component->kind != COMPONENT_LITERAL)
		return entries_match(lookup, directory, index);
	if (component->length >= sizeof(name))
		return false;
	memcpy(name, component->bytes, component->length);
	name[component->length] = '\0';
	return entry_matches(lookup, directory, name, index);
}

bool lint_lookup(int root, const struct pattern *pattern, size_t count)
{
	struct lookup lookup = {.pattern = pattern, .count = count};

	return below_matches(&lookup, root, 0);
}
