/* SPDX-License-Identifier: Apache-2.0 */
#include "host_facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "util.h"

#define LINKS_MAX 40 /* as the kernel */

/* A path while it is resolved: what is done, and what is still to be read. */
struct walk {
	char *done;
	char *rest;
};

static void walk_done(struct walk *walk)
{
	free(walk->done);
	free(walk->rest);
}

/* Follows a link: what it says comes before the rest. */
static int walk_follow(struct walk *walk, const char *target, const char *rest)
{
	char *joined = NULL;

	if (asprintf(&joined, "%s/%s", target, rest) < 0)
		return -ENOMEM;
	free(walk->rest);
	walk->rest = joined;
	if (target[0] == '/')
		walk->done[0] = '\0';
	return 0;
}

static int walk_append(struct walk *walk, const char *name, size_t length)
{
	char *joined = NULL;

	if (asprintf(&joined, "%s/%.*s", walk->done, (int)length, name) < 0)
		return -ENOMEM;
	free(walk->done);
	walk->done = joined;
	return 0;
}

static void walk_up(struct walk *walk)
{
	char *slash = strrchr(walk->done, '/');

	if (slash)
		*slash = '\0';
}

/*
 * Reads one component of walk->rest, which begins with it. Returns 1 when the walk is over, because the
 * component does not exist, 0 to go on, or -errno.
 */
static int walk_step(const struct host *host, host_link_read read_link, struct walk *walk, size_t length,
		     unsigned int *links)
{
	CLEANUP_FREE char *target = NULL;
	CLEANUP_FREE char *before = NULL;
	CLEANUP_FREE char *rest = strdup(walk->rest + length);
	int r;

	before = strdup(walk->done);
	if (!before || !rest)
		return -ENOMEM;
	r = walk_append(walk, walk->rest, length);
	if (r < 0)
		return r;
	r = read_link(host, walk->done, &target);
	if (r == -ENOMEM)
		return r;
	memmove(walk->rest, rest, strlen(rest) + 1);
	if (r <= 0)
		return r < 0;
	if (++*links > LINKS_MAX)
		return -ELOOP;
	free(walk->done);
	walk->done = TAKE_PTR(before);
	return walk_follow(walk, target, rest);
}

static int walk_run(const struct host *host, host_link_read read_link, struct walk *walk)
{
	unsigned int links = 0;
	int r = 0;

	while (r == 0) {
		size_t skip = strspn(walk->rest, "/");
		size_t length;

		memmove(walk->rest, walk->rest + skip, strlen(walk->rest + skip) + 1);
		length = strcspn(walk->rest, "/");
		if (!length)
			return 0;
		if ((length == 1 && walk->rest[0] == '.') || (length == 2 && !strncmp(walk->rest, "..", 2))) {
			if (length == 2)
				walk_up(walk);
			memmove(walk->rest, walk->rest + length, strlen(walk->rest + length) + 1);
			continue;
		}
		r = walk_step(host, read_link, walk, length, &links);
	}
	return r < 0 ? r : 0;
}

char *host_resolve(const struct host *host, const char *path, host_link_read read_link)
{
	CLEANUP(walk_done) struct walk walk = {.done = strdup(""), .rest = strdup(path)};
	char *result = NULL;
	int r = walk.done && walk.rest ? walk_run(host, read_link, &walk) : -ENOMEM;

	if (r == 0 &&
	    asprintf(&result, "%s%s", walk.done[0] || walk.rest[0] ? walk.done : "/", walk.rest) < 0)
		r = -ENOMEM;
	if (r == 0)
		return result;
	errno = -r;
	return NULL;
}

int host_new(struct host **ret_host)
{
	struct host *host = calloc(1, sizeof(*host));
	struct host_data *data = calloc(1, sizeof(*data));

	if (!host || !data) {
		free(host);
		free(data);
		return -ENOMEM;
	}
	data->root = -1;
	host->data = data;
	*ret_host = host;
	return 0;
}

int host_mount_add(struct host *host, uint32_t dev, const char *root, const char *point, const char *fstype)
{
	struct host_data *data = host->data;
	struct host_mount *mount;
	int r;

	r = ARRAY_RESERVE(host->mounts, data->mounts_allocated, host->mount_count + 1);
	if (r < 0)
		return r;
	mount = &host->mounts[host->mount_count++];
	*mount = (struct host_mount){
		.dev = dev,
		.root = strdup(root),
		.point = strdup(point),
		.fstype = strdup(fstype),
	};
	return mount->root && mount->point && mount->fstype ? 0 : -ENOMEM;
}

void host_unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' && from[2] <= '7' &&
		    from[3] >= '0' && from[3] <= '7') {
			*to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

const struct host_mount *host_mount_find(const struct host_mount *mounts, size_t count, const char *path,
					 const char **ret_rest)
{
	const struct host_mount *best = NULL;
	size_t best_length = 0;

	for (size_t i = 0; i < count; i++) {
		const struct host_mount *mount = &mounts[i];
		size_t length = strcmp(mount->point, "/") == 0 ? 0 : strlen(mount->point);

		if (mount->layer || strncmp(mount->point, path, length) != 0 ||
		    (path[length] && path[length] != '/'))
			continue;
		if (best && length < best_length)
			continue;
		best = mount;
		best_length = length;
	}
	if (best)
		*ret_rest = path + best_length;
	return best;
}

int host_mount_options(struct host *host, const char *options)
{
	struct host_mount *mount = &host->mounts[host->mount_count - 1];

	if (strcmp(mount->fstype, "overlay") != 0)
		return 0;
	mount->options = strdup(options);
	return mount->options ? 0 : -ENOMEM;
}

void host_free(struct host *host)
{
	struct host_data *data;

	if (!host)
		return;
	data = host->data;
	for (size_t i = 0; i < host->mount_count; i++) {
		free((char *)host->mounts[i].root);
		free((char *)host->mounts[i].point);
		free((char *)host->mounts[i].fstype);
		free((char *)host->mounts[i].options);
		free((char *)host->mounts[i].layer);
	}
	for (size_t i = 0; i < data->link_count; i++) {
		free(data->links[i].path);
		free(data->links[i].target);
	}
	for (size_t i = 0; i < data->name_count; i++)
		free(data->names[i].name);
	for (size_t i = 0; i < data->place_count; i++) {
		free(data->places[i].path);
		free(data->places[i].resolved);
	}
	free(data->places);
	util_close(&data->root);
	free(data->links);
	free(data->names);
	free(data);
	free(host->mounts);
	free(host);
}
