// SPDX-License-Identifier: Apache-2.0
/*
 * Self-protection: attaches the guard's programs and tells them what is policyd's. Inodes are learnt from the
 * kernel, which sees this process open them: what stat() says of a filesystem need not be what a program
 * sees.
 */
#include <bpf/bpf.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "loader_internal.h"
#include "util.h"

#define DELETED " (deleted)"

static int mark_set(const struct loader *loader, uint32_t learn)
{
	CLEANUP_CLOSE int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
	const struct policyd_guard_mark mark = {.state = POLICYD_GUARD_ESTABLISHED, .learn = learn};

	if (process < 0)
		return -errno;
	return bpf_map_update_elem(loader->maps[LOADER_MAP_GUARDED], &process, &mark, BPF_ANY);
}

static int mark_check(const struct loader *loader)
{
	CLEANUP_CLOSE int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
	struct policyd_guard_mark mark;

	if (process < 0)
		return -errno;
	if (bpf_map_lookup_elem(loader->maps[LOADER_MAP_GUARDED], &process, &mark) < 0)
		return -errno;
	return mark.failed ? -ENOSPC : 0;
}

int loader_guard_mark(const struct loader *loader)
{
	return mark_set(loader, 0);
}

/* What somebody else may change is no proof of anything. */
static int code_check(const struct stat *status)
{
	return S_ISREG(status->st_mode) && status->st_uid == 0 && !(status->st_mode & (S_IWGRP | S_IWOTH))
		       ? 0
		       : -EPERM;
}

static const char *code_problem(int error)
{
	return error == -EPERM ? "it must belong to root and be writable by nobody else" : strerror(-error);
}

static int learn(const struct loader *loader, enum policyd_guard_kind kind, const char *path,
		 struct stat *ret_status)
{
	CLEANUP_CLOSE int fd = -1;
	struct stat status = {};
	int r = mark_set(loader, kind);

	if (r < 0)
		return r;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	r = fd < 0 || fstat(fd, &status) < 0 ? -errno : mark_check(loader);
	(void)mark_set(loader, 0);
	if (r == 0 && ret_status)
		*ret_status = status;
	return r;
}

static int entry_add(const struct loader *loader, enum policyd_guard_kind kind, uint64_t id)
{
	const struct policyd_guard_key key = {.kind = kind, .id = id};
	uint32_t current = POLICYD_GUARD_CURRENT;

	return bpf_map_update_elem(loader->maps[LOADER_MAP_GUARD], &key, &current, BPF_ANY);
}

static int object_add(const struct loader *loader, enum policyd_guard_kind kind, int fd)
{
	struct loader_object object;
	int r = loader_object(fd, &object);

	return r < 0 ? r : entry_add(loader, kind, object.id);
}

int loader_guard_objects(struct loader *loader, char **ret_error)
{
	int r = 0;

	for (size_t i = 0; i < LOADER_MAP_COUNT && r == 0; i++)
		if (loader_map_used(loader, i))
			r = object_add(loader, POLICYD_GUARD_MAP, loader->maps[i]);
	for (size_t i = 0; i < loader_hook_count && r == 0; i++) {
		if (loader->programs[i] >= 0)
			r = object_add(loader, POLICYD_GUARD_PROGRAM, loader->programs[i]);
		if (loader->links[i] >= 0 && r == 0)
			r = object_add(loader, POLICYD_GUARD_LINK, loader->links[i]);
	}
	return r < 0 ? loader_fail(ret_error, r, "cannot protect the BPF objects: %s", strerror(-r)) : 0;
}

/* The mount namespaces of the host and of this process. */
static int namespaces_add(const struct loader *loader)
{
	struct stat status;
	int r = stat("/proc/1/ns/mnt", &status) < 0 ? -errno : 0;

	if (r == 0)
		r = entry_add(loader, POLICYD_GUARD_NAMESPACE, status.st_ino);
	return r < 0 ? r : learn(loader, POLICYD_GUARD_OWN_NAMESPACE, "/proc/self/ns/mnt", NULL);
}

/* But for the root. */
int loader_guard_way(const struct loader *loader)
{
	CLEANUP_FREE char *path = realpath(loader->pin_dir, NULL);
	enum policyd_guard_kind kind = POLICYD_GUARD_PINS;
	char *end;
	int r;

	if (!path)
		return -errno;
	while (path[0] == '/' && path[1] != '\0') {
		r = learn(loader, kind, path, NULL);
		if (r < 0)
			return r;
		kind = POLICYD_GUARD_WAY;
		end = strrchr(path, '/');
		*end = '\0';
	}
	return 0;
}

static struct loader_code *code_find(struct loader *loader, const char *path)
{
	for (size_t i = 0; i < loader->code_count; i++)
		if (strcmp(loader->code[i].path, path) == 0)
			return &loader->code[i];
	return NULL;
}

/* Notes one file of code; those that were noted stay. */
static int code_note(struct loader *loader, const char *path)
{
	struct loader_code *grown;

	if (code_find(loader, path))
		return 0;
	grown = reallocarray(loader->code, loader->code_count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	loader->code = grown;
	grown[loader->code_count] = (struct loader_code){.path = strdup(path)};
	if (!grown[loader->code_count].path)
		return -ENOMEM;
	loader->code_count++;
	return 0;
}

/* Path of a line of /proc/self/maps that is mapped as code, NULL: none. A file that was replaced counts. */
static char *code_of_line(char *line)
{
	char *path = strchr(line, '/');
	char *rights = strchr(line, ' ');
	size_t length;

	if (!path || !rights || rights[3] != 'x')
		return NULL;
	length = strcspn(path, "\n");
	path[length] = '\0';
	if (length > strlen(DELETED) && strcmp(path + length - strlen(DELETED), DELETED) == 0)
		path[length - strlen(DELETED)] = '\0';
	return path;
}

/* Looks for accounts that are nobody's, so that the libraries of the name service are there to be listed. */
static void modules_load(void)
{
	static const char nobody[] = "policyd-no-such-name";
	struct passwd user, *found_user;
	struct group group, *found_group;
	char buffer[256];

	(void)getpwnam_r(nobody, &user, buffer, sizeof(buffer), &found_user);
	(void)getgrnam_r(nobody, &group, buffer, sizeof(buffer), &found_group);
}

static int code_list(struct loader *loader)
{
	CLEANUP_FCLOSE FILE *file = fopen("/proc/self/maps", "re");
	CLEANUP_FREE char *line = NULL;
	size_t size = 0;
	int r = 0;

	if (!file)
		return -errno;
	while (r == 0 && getline(&line, &size, file) > 0) {
		const char *path = code_of_line(line);

		r = path ? code_note(loader, path) : 0;
	}
	return r < 0 ? r : ferror(file) ? -EIO : 0;
}

/* Learns a file again where it is another one than before. */
static int code_learn(const struct loader *loader, struct loader_code *code)
{
	struct stat status;
	int r;

	if (stat(code->path, &status) < 0)
		return -errno;
	if (status.st_dev == code->dev && status.st_ino == code->inode &&
	    status.st_ctim.tv_sec == code->changed.tv_sec && status.st_ctim.tv_nsec == code->changed.tv_nsec)
		return 0;
	r = code_check(&status);
	if (r == 0)
		r = learn(loader, POLICYD_GUARD_CODE, code->path, &status);
	if (r < 0)
		return r;
	code->dev = status.st_dev;
	code->inode = status.st_ino;
	code->changed = status.st_ctim;
	return 0;
}

int loader_guard_code(struct loader *loader, char **ret_error)
{
	int r;

	if (!loader->guarded || loader_locked(loader, NULL))
		return 0;
	for (size_t i = 0; i < loader->code_count; i++) {
		r = code_learn(loader, &loader->code[i]);
		if (r < 0)
			return loader_fail(
				ret_error, r,
				"policyd's code in '%s' cannot be known, so a policyd that uses it cannot "
				"take over: %s",
				loader->code[i].path, code_problem(r));
	}
	return 0;
}

static int code_start(struct loader *loader, char **ret_error)
{
	int r;

	modules_load();
	r = code_list(loader);
	if (r < 0)
		return loader_fail(ret_error, r, "cannot list policyd's own code: %s", strerror(-r));
	return loader_guard_code(loader, ret_error);
}

int loader_guard(struct loader *loader, char **ret_error)
{
	if (loader->degraded)
		return loader_fail(ret_error, -EOPNOTSUPP,
				   "it needs BPF LSM programs, which this host does not take or call");
	bool wanted[LOADER_HOOKS_MAX];
	int r;

	*ret_error = NULL;
	for (size_t i = 0; i < LOADER_HOOKS_MAX; i++)
		wanted[i] = i < loader_hook_count && loader_hook_table[i].need == HOOK_GUARD;
	r = loader_attach_wanted(loader, wanted, ret_error);
	if (r < 0)
		return r;
	loader->guarded = true;
	r = loader_guard_age(loader);
	if (r < 0)
		return loader_fail(ret_error, r, "cannot tell what an earlier policyd protected: %s",
				   strerror(-r));
	r = namespaces_add(loader);
	if (r == 0)
		r = learn(loader, POLICYD_GUARD_CGROUP, "/proc/self/cgroup", NULL);
	if (r == 0 && loader->pin_dir)
		r = loader_guard_way(loader);
	if (r < 0)
		return loader_fail(ret_error, r, "cannot protect the way to the pins: %s", strerror(-r));
	r = loader_guard_objects(loader, ret_error);
	if (r == 0)
		r = code_start(loader, ret_error);
	if (r < 0)
		return r;
	r = loader_guard_sweep(loader);
	return r < 0 ? loader_fail(ret_error, r, "cannot forget what an earlier policyd protected: %s",
				   strerror(-r))
		     : 0;
}

void loader_guard_free(struct loader *loader)
{
	for (size_t i = 0; i < loader->code_count; i++)
		free(loader->code[i].path);
	free(loader->code);
}

bool loader_guarded(const struct loader *loader)
{
	return loader->guarded;
}

bool loader_locked(const struct loader *loader, struct loader_lock *ret_lock)
{
	/* Locked unless the kernel says otherwise. */
	struct policyd_guard_lock lock = {.locked = 1};
	uint32_t zero = 0;

	if (loader->maps[LOADER_MAP_LOCKED] < 0)
		return false; /* there is nothing yet that could be */
	if (bpf_map_lookup_elem(loader->maps[LOADER_MAP_LOCKED], &zero, &lock) < 0)
		lock = (struct policyd_guard_lock){.locked = 1};
	if (!lock.locked || !ret_lock)
		return lock.locked;
	ret_lock->fingerprint = lock.fingerprint;
	memcpy(ret_lock->digest, lock.digest, sizeof(ret_lock->digest));
	return true;
}

int loader_lock(struct loader *loader, const struct loader_lock *lock)
{
	struct policyd_guard_lock value = {.locked = 1, .fingerprint = lock->fingerprint};
	uint32_t zero = 0;
	int r;

	_Static_assert(sizeof(value.digest) == sizeof(lock->digest), "digests have one size");
	if (loader_locked(loader, NULL))
		return -EALREADY;
	memcpy(value.digest, lock->digest, sizeof(value.digest));
	r = bpf_map_update_elem(loader->maps[LOADER_MAP_LOCKED], &zero, &value, BPF_ANY);
	return r < 0 ? r : bpf_map_freeze(loader->maps[LOADER_MAP_LOCKED]);
}
