// SPDX-License-Identifier: Apache-2.0
#include "names.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <pwd.h>
#include <string.h>
#include <sys/vfs.h>

#include "array.h"
#include "util.h"

#define CACHED	      256  /* cgroups; a power of two */
#define KERNFS_HANDLE 0xfe /* FILEID_KERNFS: the handle is the cgroup's id */
#define PATH_SIZE     4096

struct user {
	uint32_t uid;
	char name[33]; /* as useradd allows; longer names are left out */
};

/* Ids of cgroups are not used again, and cgroups of version 2 are not renamed: what was found holds. What was
 * not found is looked for again: the kernel may have had no memory or descriptor just then. */
struct cgroup {
	uint64_t id;
	char *path; /* NULL: gone when it was looked for */
};

struct names {
	const char *passwd;
	bool stale;
	struct user *users;
	size_t user_count, users_allocated;
	const char *cgroups;
	int mount;
	struct cgroup cached[CACHED];
};

const char *names_cgroups_find(void)
{
	static const char *const places[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	struct statfs status;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (statfs(places[i], &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC)
			return places[i];
	return NULL;
}

int names_new(const char *passwd, const char *cgroups, struct names **ret_names)
{
	struct names *names = calloc(1, sizeof(*names));

	if (!names)
		return -ENOMEM;
	names->passwd = passwd;
	names->stale = true;
	names->cgroups = cgroups;
	names->mount = cgroups ? open(cgroups, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	*ret_names = names;
	return 0;
}

void names_free(struct names *names)
{
	if (!names)
		return;
	for (size_t i = 0; i < CACHED; i++)
		free(names->cached[i].path);
	util_close(&names->mount);
	free(names->users);
	free(names);
}

void names_refresh(struct names *names)
{
	names->stale = true;
}

/* What cannot be read or has no room leaves numbers without names. */
static void users_read(struct names *names)
{
	CLEANUP_FCLOSE FILE *file = fopen(names->passwd, "re");
	struct passwd *entry;

	names->stale = false;
	names->user_count = 0;
	while (file && (entry = fgetpwent(file))) {
		struct user user = {.uid = entry->pw_uid};

		if (strlen(entry->pw_name) >= sizeof(user.name))
			continue;
		memcpy(user.name, entry->pw_name, strlen(entry->pw_name) + 1);
		if (ARRAY_RESERVE(names->users, names->users_allocated, names->user_count + 1) < 0)
			return;
		names->users[names->user_count++] = user;
	}
}

/* Several names of one uid: the first, as the C library does. */
static void user_set(struct names *names, struct event *event)
{
	if (names->stale)
		users_read(names);
	for (size_t i = 0; i < names->user_count; i++)
		if (names->users[i].uid == event->uid) {
			event->user = event_text(names->users[i].name);
			return;
		}
}

/* The path below the mount point of the cgroup with that id, malloc'ed; NULL where it is gone. */
static char *cgroup_path(const struct names *names, uint64_t id)
{
	union {
		struct file_handle handle;
		char bytes[sizeof(struct file_handle) + sizeof(id)];
	} object = {.handle = {.handle_bytes = sizeof(id), .handle_type = KERNFS_HANDLE}};
	CLEANUP_CLOSE int fd = -1;
	size_t prefix = strlen(names->cgroups);
	char place[PATH_SIZE], descriptor[64];
	ssize_t length;

	memcpy(object.handle.f_handle, &id, sizeof(id));
	fd = open_by_handle_at(names->mount, &object.handle, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	(void)snprintf(descriptor, sizeof(descriptor), "/proc/self/fd/%d", fd);
	length = readlink(descriptor, place, sizeof(place));
	if (length < (ssize_t)prefix || length == (ssize_t)sizeof(place) ||
	    memcmp(place, names->cgroups, prefix) != 0)
		return NULL;
	return length == (ssize_t)prefix ? strdup("/") : strndup(place + prefix, (size_t)length - prefix);
}

static void cgroup_set(struct names *names, struct event *event)
{
	struct cgroup *cgroup = &names->cached[event->cgroup_id & (CACHED - 1)];

	if (names->mount < 0 || event->cgroup_id == EVENT_NONE || event->cgroup_id == 0)
		return;
	if (cgroup->id != event->cgroup_id || !cgroup->path) {
		free(cgroup->path);
		cgroup->id = event->cgroup_id;
		cgroup->path = cgroup_path(names, cgroup->id);
	}
	if (cgroup->path)
		(void)event_set(event, &event->cgroup, cgroup->path, strlen(cgroup->path));
}

void names_set(struct names *names, struct event *event)
{
	if (event->uid != EVENT_NONE)
		user_set(names, event);
	cgroup_set(names, event);
}
