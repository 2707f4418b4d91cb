/* SPDX-License-Identifier: Apache-2.0 */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "host_facts.h"
#include "layers.h"
#include "util.h"

#define NAME_BUFFER_MAX (1u << 20)

static void host_cleanup(struct host **host)
{
	host_free(*host);
}

static int link_read(const struct host *host, const char *path, char **ret_target)
{
	const struct host_data *data = host->data;
	char target[PATH_MAX];
	ssize_t length;

	length = readlinkat(data->root, path[1] ? path + 1 : ".", target, sizeof(target) - 1);
	if (length < 0)
		return errno == EINVAL ? 0 : -errno;
	target[length] = '\0';
	*ret_target = strdup(target);
	return *ret_target ? 1 : -ENOMEM;
}

/* Notes where a name leads; where there is no memory for that, it is looked at by nobody. */
static void note(struct host_data *data, const char *path, const char *resolved)
{
	struct host_place place;

	if (data->looked || ARRAY_RESERVE(data->places, data->places_allocated, data->place_count + 1) < 0)
		return;
	place = (struct host_place){.path = strdup(path), .resolved = strdup(resolved)};
	if (place.path && place.resolved) {
		data->places[data->place_count++] = place;
		return;
	}
	free(place.path);
	free(place.resolved);
}

static char *resolve(const struct host *host, const char *path)
{
	char *resolved = host_resolve(host, path, link_read);

	if (resolved)
		note(host->data, path, resolved);
	return resolved;
}

bool host_moved(const struct host *host)
{
	struct host_data *data = host->data;
	bool moved = false;

	data->looked = true;
	for (size_t i = 0; i < HOST_LOOKS_MAX && i < data->place_count && !moved; i++) {
		const struct host_place *place = &data->places[data->next++ % data->place_count];
		CLEANUP_FREE char *resolved = host_resolve(host, place->path, link_read);

		moved = !resolved || strcmp(resolved, place->resolved) != 0;
	}
	return moved;
}

static int user_id(const struct host *host, const char *name, uint32_t *ret_id)
{
	struct passwd entry;
	struct passwd *found = NULL;

	for (size_t size = 1024; size <= NAME_BUFFER_MAX; size *= 4) {
		CLEANUP_FREE char *buffer = malloc(size);
		int r;

		if (!buffer)
			return -ENOMEM;
		r = getpwnam_r(name, &entry, buffer, size, &found);
		if (r == ERANGE)
			continue;
		if (!found)
			return -ENOENT;
		*ret_id = entry.pw_uid;
		return 0;
	}
	return -ERANGE;
}

static int group_id(const struct host *host, const char *name, uint32_t *ret_id)
{
	struct group entry;
	struct group *found = NULL;

	for (size_t size = 1024; size <= NAME_BUFFER_MAX; size *= 4) {
		CLEANUP_FREE char *buffer = malloc(size);
		int r;

		if (!buffer)
			return -ENOMEM;
		r = getgrnam_r(name, &entry, buffer, size, &found);
		if (r == ERANGE)
			continue;
		if (!found)
			return -ENOENT;
		*ret_id = entry.gr_gid;
		return 0;
	}
	return -ERANGE;
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue" */
static int mountinfo_line(struct host *host, char *line)
{
	CLEANUP_FREE char *root = NULL;
	CLEANUP_FREE char *point = NULL;
	CLEANUP_FREE char *fstype = NULL;
	CLEANUP_FREE char *options = NULL;
	unsigned int major;
	unsigned int minor;
	char *dash;
	int r;

	/* NOLINTNEXTLINE(cert-err34-c): the kernel writes it. */
	if (sscanf(line, "%*u %*u %u:%u %ms %ms", &major, &minor, &root, &point) != 4)
		return -EBADMSG;
	dash = strstr(line, " - ");
	if (!dash || sscanf(dash, " - %ms %*s %ms", &fstype, &options) < 1)
		return -EBADMSG;
	host_unescape(root);
	host_unescape(point);
	r = host_mount_add(host, major << 20 | minor, root, point, fstype);
	return r < 0 || !options ? r : host_mount_options(host, options);
}

static int mountinfo_read(struct host *host)
{
	CLEANUP_FCLOSE FILE *file = fopen("/proc/1/mountinfo", "re");
	CLEANUP_FREE char *line = NULL;
	size_t size = 0;
	int r = 0;

	/* Where processes of others are hidden, what is seen here is all there is to go by. */
	if (!file)
		file = fopen("/proc/self/mountinfo", "re");
	if (!file)
		return -errno;
	while (r == 0 && getline(&line, &size, file) >= 0)
		r = mountinfo_line(host, line);
	return r < 0 ? r : ferror(file) ? -EIO : 0;
}

int host_read(struct host **ret_host)
{
	CLEANUP(host_cleanup) struct host *host = NULL;
	struct host_data *data;
	int r;

	r = host_new(&host);
	if (r < 0)
		return r;
	data = host->data;
	data->root = open("/proc/1/root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (data->root < 0)
		data->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (data->root < 0)
		return -errno;
	host->resolve = resolve;
	host->user_id = user_id;
	host->group_id = group_id;
	r = mountinfo_read(host);
	if (r == 0)
		r = layers_add(host);
	if (r < 0)
		return r;
	*ret_host = TAKE_PTR(host);
	return 0;
}
