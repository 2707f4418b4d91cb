// SPDX-License-Identifier: Apache-2.0
#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>

#include "fingerprint.h"
#include "util.h"
#include "watch.h"

#define QUIET_USEC   (20 * 1000ULL)
#define LATEST_USEC  (200 * 1000ULL)
#define ACCURACY     1000ULL
#define FILE_CHANGES (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB)
#define NAME_CHANGES (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
#define SELF_CHANGES (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)
#define USER_CHANGES (IN_CLOSE_WRITE | IN_MOVED_TO)

struct watch {
	sd_event_source *files;
	sd_event_source *mounts;
	sd_event_source *timer;
	int inotify;
	int mountinfo;
	char *directory;
	int directory_wd; /* -1 while the directory does not exist */
	int parent_wd;	  /* the nearest directory above that exists, -1: none */
	int users_wd;
	size_t awaited_at;     /* where in `directory` the name starts whose appearance matters */
	size_t awaited_length; /* of that name */
	unsigned int pending;
	uint64_t first; /* when the oldest pending change was seen, CLOCK_MONOTONIC in microseconds */
	watch_fn *changed;
	void *data;
};

static int change_note(struct watch *watch, unsigned int changes)
{
	uint64_t now, due;
	int r;

	r = sd_event_now(sd_event_source_get_event(watch->timer), CLOCK_MONOTONIC, &now);
	if (r < 0)
		return r;
	if (!watch->pending)
		watch->first = now;
	watch->pending |= changes;
	due = now + QUIET_USEC;
	if (due > watch->first + LATEST_USEC)
		due = watch->first + LATEST_USEC;
	r = sd_event_source_set_time(watch->timer, due);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(watch->timer, SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *source, uint64_t time, void *data)
{
	struct watch *watch = data;
	unsigned int changes = watch->pending;

	(void)source;
	(void)time;
	watch->pending = 0;
	watch->changed(watch->data, changes);
	return 0;
}

static int on_mounts(sd_event_source *source, int fd, uint32_t events, void *data)
{
	(void)source;
	(void)fd;
	(void)events;
	return change_note(data, WATCH_MOUNT);
}

/* Watches the first `length` bytes of the directory's path for the name that follows them. */
static int parent_try(struct watch *watch, size_t length)
{
	CLEANUP_FREE char *parent = strndup(watch->directory, length > 0 ? length : 1);
	int wd;

	if (!parent)
		return -ENOMEM;
	wd = inotify_add_watch(watch->inotify, parent,
			       NAME_CHANGES | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_MASK_ADD);
	if (wd < 0)
		return -errno;
	if (watch->parent_wd >= 0 && watch->parent_wd != wd && watch->parent_wd != watch->users_wd)
		(void)inotify_rm_watch(watch->inotify, watch->parent_wd);
	watch->parent_wd = wd;
	watch->awaited_at = length + 1;
	watch->awaited_length = strcspn(watch->directory + length + 1, "/");
	return 0;
}

/* Watches the nearest directory above `directory` that exists. */
static int parent_arm(struct watch *watch)
{
	size_t length = strlen(watch->directory);
	int r = -ENOENT;

	while (r == -ENOENT || r == -ENOTDIR) {
		const char *slash = length > 0 ? memrchr(watch->directory, '/', length) : NULL;

		if (!slash)
			return -ENOENT;
		length = (size_t)(slash - watch->directory);
		r = parent_try(watch, length);
	}
	return r;
}

static int directory_arm(struct watch *watch)
{
	int wd = inotify_add_watch(watch->inotify, watch->directory,
				   FILE_CHANGES | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
	int error = errno;

	if (watch->directory_wd >= 0 && watch->directory_wd != wd)
		(void)inotify_rm_watch(watch->inotify, watch->directory_wd);
	watch->directory_wd = wd;
	return wd < 0 ? -error : 0;
}

/* The parent first, so that a directory that appears in between is seen by one of the two. */
static int watch_arm(struct watch *watch)
{
	int r = parent_arm(watch);

	if (r < 0)
		return r;
	r = directory_arm(watch);
	return r == -ENOENT || r == -ENOTDIR ? 0 : r;
}

/*
 * A new file that is about to be written says so again when it is closed. Links appear complete: a symbolic
 * one, or one more name of a file.
 */
static bool created_complete(const struct watch *watch, const char *name)
{
	CLEANUP_CLOSE int fd = open(watch->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	return !S_ISREG(status.st_mode) || status.st_nlink > 1;
}

static unsigned int directory_change(struct watch *watch, const struct inotify_event *event)
{
	if (event->wd != watch->directory_wd)
		return 0;
	if (event->mask & SELF_CHANGES || event->len == 0)
		return WATCH_POLICY;
	if (!fingerprint_counts(event->name))
		return 0;
	if (event->mask & FILE_CHANGES || created_complete(watch, event->name))
		return WATCH_POLICY;
	return 0;
}

static unsigned int parent_change(struct watch *watch, const struct inotify_event *event)
{
	const char *awaited = watch->directory + watch->awaited_at;

	if (event->wd != watch->parent_wd)
		return 0;
	if (event->mask & SELF_CHANGES)
		return WATCH_POLICY;
	if (event->mask & NAME_CHANGES && event->len > 0 && strlen(event->name) == watch->awaited_length &&
	    strncmp(event->name, awaited, watch->awaited_length) == 0)
		return WATCH_POLICY;
	return 0;
}

static unsigned int users_change(struct watch *watch, const struct inotify_event *event)
{
	if (event->wd != watch->users_wd || event->len == 0 || !(event->mask & USER_CHANGES))
		return 0;
	return strcmp(event->name, "passwd") == 0 || strcmp(event->name, "group") == 0 ? WATCH_USER : 0;
}

static unsigned int event_change(struct watch *watch, const struct inotify_event *event, bool *moved)
{
	unsigned int parent = parent_change(watch, event);
	unsigned int directory = directory_change(watch, event);

	if (event->mask & IN_Q_OVERFLOW) {
		*moved = true;
		return WATCH_POLICY | WATCH_USER;
	}
	if (parent || (directory && event->mask & SELF_CHANGES))
		*moved = true;
	return parent | directory | users_change(watch, event);
}

static int on_files(sd_event_source *source, int fd, uint32_t events, void *data)
{
	_Alignas(struct inotify_event) char buffer[16384];
	struct watch *watch = data;
	unsigned int changes = 0;
	bool moved = false;
	ssize_t n;

	(void)source;
	(void)events;
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *event = (const void *)(buffer + at);

			changes |= event_change(watch, event, &moved);
			at += (ssize_t)(sizeof(*event) + event->len);
		}
	if (moved && watch_arm(watch) < 0)
		changes |= WATCH_BLIND;
	return changes ? change_note(watch, changes) : 0;
}

static int watch_open(struct watch *watch)
{
	watch->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watch->inotify < 0)
		return -errno;
	watch->mountinfo = open("/proc/1/mountinfo", O_RDONLY | O_CLOEXEC);
	if (watch->mountinfo < 0)
		return -errno;
	watch->users_wd = inotify_add_watch(watch->inotify, "/etc", USER_CHANGES | IN_ONLYDIR);
	if (watch->users_wd < 0 && errno != ENOENT)
		return -errno;
	return watch_arm(watch);
}

static int watch_start(struct watch *watch, sd_event *loop)
{
	int r;

	r = sd_event_add_time(loop, &watch->timer, CLOCK_MONOTONIC, 0, ACCURACY, on_timer, watch);
	if (r < 0)
		return r;
	r = sd_event_source_set_enabled(watch->timer, SD_EVENT_OFF);
	if (r < 0)
		return r;
	r = sd_event_add_io(loop, &watch->files, watch->inotify, EPOLLIN, on_files, watch);
	if (r < 0)
		return r;
	return sd_event_add_io(loop, &watch->mounts, watch->mountinfo, EPOLLPRI, on_mounts, watch);
}

static void watch_cleanup(struct watch **watch)
{
	watch_free(*watch);
}

int watch_new(sd_event *loop, const char *directory, watch_fn *changed, void *data, struct watch **ret_watch)
{
	CLEANUP(watch_cleanup) struct watch *watch = calloc(1, sizeof(*watch));
	size_t length = strlen(directory);
	int r;

	assert(directory[0] == '/');
	if (!watch)
		return -ENOMEM;
	watch->inotify = watch->mountinfo = -1;
	watch->directory_wd = watch->parent_wd = watch->users_wd = -1;
	watch->changed = changed;
	watch->data = data;
	while (length > 1 && directory[length - 1] == '/')
		length--;
	watch->directory = strndup(directory, length);
	if (!watch->directory)
		return -ENOMEM;
	r = watch_open(watch);
	if (r < 0)
		return r;
	r = watch_start(watch, loop);
	if (r < 0)
		return r;
	*ret_watch = TAKE_PTR(watch);
	return 0;
}

void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	(void)sd_event_source_disable_unref(watch->mounts);
	(void)sd_event_source_disable_unref(watch->files);
	(void)sd_event_source_disable_unref(watch->timer);
	if (watch->mountinfo >= 0)
		(void)close(watch->mountinfo);
	if (watch->inotify >= 0)
		(void)close(watch->inotify);
	free(watch->directory);
	free(watch);
}
