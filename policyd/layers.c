/* SPDX-License-Identifier: Apache-2.0 */
#include "layers.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "host_facts.h"
#include "util.h"

/* The options that name directories; those with a list separate them by colons. */
static const struct option {
	const char *key;
	bool list;
} options[] = {
	{"lowerdir", true},  {"lowerdir+", false}, {"datadir+", false},
	{"upperdir", false}, {"workdir", false},
};

/* All of a directory's path: the host resolves what stands before a last component. NULL with errno. */
static char *directory_resolve(const struct host *host, const char *path)
{
	static const char last[] = "/-";
	CLEANUP_FREE char *within = NULL;
	char *place;

	if (asprintf(&within, "%s%s", path, last) < 0)
		return NULL;
	place = host->resolve(host, within);
	if (place)
		place[strlen(place) - strlen(last)] = '\0';
	return place;
}

/* One directory, `path`, of the overlay that is mount number `i`. */
static int layer_add(struct host *host, size_t i, const char *path)
{
	const char *below = strcmp(host->mounts[i].root, "/") == 0 ? "" : host->mounts[i].root;
	CLEANUP_FREE char *place = NULL, *layer = NULL, *root = NULL;
	const struct host_mount *mount;
	const char *rest;
	int r;

	if (path[0] != '/')
		return 0;
	place = directory_resolve(host, path);
	if (!place)
		return errno == ENOMEM ? -ENOMEM : 0;
	/* Of the mounts before this one: a layer was there before the overlay was mounted. */
	mount = host_mount_find(host->mounts, i, place, &rest);
	if (!mount)
		return 0;
	if (asprintf(&layer, "%s%s", place, below) < 0 ||
	    asprintf(&root, "%s%s%s", strcmp(mount->root, "/") == 0 ? "" : mount->root,
		     strcmp(rest, "/") == 0 ? "" : rest, below) < 0)
		return -ENOMEM;
	r = host_mount_add(host, mount->dev, *root ? root : "/", host->mounts[i].point, mount->fstype);
	if (r == 0)
		host->mounts[host->mount_count - 1].layer = TAKE_PTR(layer);
	return r;
}

/* The directories of one option's value: split at colons that no backslash precedes. */
static int value_add(struct host *host, size_t i, char *value, bool list)
{
	char *to = value, *start = value;
	int r = 0;

	for (const char *from = value; r == 0; from++) {
		bool last = !*from, end = last || (list && *from == ':');

		if (list && from[0] == '\\' && from[1])
			from++;
		*to++ = *from;
		if (!end)
			continue;
		to[-1] = '\0';
		if (*start)
			r = layer_add(host, i, start);
		if (last)
			break;
		start = to;
	}
	return r;
}

static int option_add(struct host *host, size_t i, char *text)
{
	char *value = strchr(text, '=');

	if (!value)
		return 0;
	*value++ = '\0';
	for (size_t k = 0; k < ARRAY_SIZE(options); k++)
		if (strcmp(options[k].key, text) == 0) {
			host_unescape(value);
			return value_add(host, i, value, options[k].list);
		}
	return 0;
}

int layers_add(struct host *host)
{
	size_t count = host->mount_count;
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		CLEANUP_FREE char *text = NULL;
		char *saved = NULL;

		if (!host->mounts[i].options)
			continue;
		text = strdup(host->mounts[i].options);
		if (!text)
			return -ENOMEM;
		for (char *word = strtok_r(text, ",", &saved); word && r == 0;
		     word = strtok_r(NULL, ",", &saved))
			r = option_add(host, i, word);
	}
	return r;
}
