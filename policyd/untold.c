// SPDX-License-Identifier: Apache-2.0
#include "untold.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "util.h"

#define MAGIC	     "pdlost 1"
#define ACCOUNTS_MAX 1024

struct head {
	char magic[8];
	uint32_t causes;
	uint32_t kinds;
};
_Static_assert(sizeof(struct head) == 16, "no padding");

struct untold {
	size_t size;
	void *memory;
	struct untold_account *accounts;
};

static const struct head head_own = {
	.magic = {'p', 'd', 'l', 'o', 's', 't', ' ', '1'},
	.causes = LOST_CAUSE_COUNT,
	.kinds = EVENT_KIND_COUNT,
};

static void untold_closep(struct untold **untold)
{
	untold_close(*untold);
}

static void account_load(struct lost *lost, const struct untold_account *account)
{
	for (unsigned int cause = 0; cause < LOST_CAUSE_COUNT; cause++)
		for (uint64_t kind = 0; kind < EVENT_KIND_COUNT; kind++)
			lost_add(lost, (enum lost_cause)cause, kind, account->lost[cause][kind]);
	for (uint64_t kind = 0; kind < EVENT_KIND_COUNT; kind++)
		lost->doubt[kind] += account->sending[kind];
}

/* The accounts of an open file of that size. */
static int accounts_load(int fd, off_t size, untold_account_fn *account, void *data)
{
	const off_t each = sizeof(struct untold_account);
	struct untold_account one;
	struct head head;

	if (pread(fd, &head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    memcmp(head.magic, head_own.magic, sizeof(head.magic)) != 0)
		return -EBADMSG;
	if (head.causes != head_own.causes || head.kinds != head_own.kinds)
		return -EPROTO;
	if ((size - (off_t)sizeof(head)) % each != 0 || size > ACCOUNTS_MAX * each)
		return -EBADMSG;
	for (off_t at = sizeof(head); at < size; at += each) {
		if (pread(fd, &one, sizeof(one), at) != (ssize_t)sizeof(one) ||
		    !memchr(one.output, '\0', sizeof(one.output)))
			return -EBADMSG;
		account_load(account(data, one.output), &one);
	}
	return 0;
}

int untold_load(const char *path, untold_account_fn *account, void *data)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(fd, &status) < 0)
		return -errno;
	return S_ISREG(status.st_mode) ? accounts_load(fd, status.st_size, account, data) : -EBADMSG;
}

static char *path_new(const char *path)
{
	char *name = NULL;

	return asprintf(&name, "%s.new", path) < 0 ? NULL : name;
}

int untold_make(const char *path, size_t count, struct untold **ret_untold)
{
	CLEANUP(untold_closep) struct untold *untold = calloc(1, sizeof(*untold));
	CLEANUP_FREE char *name = path_new(path);
	CLEANUP_CLOSE int fd = -1;
	void *memory;
	int r;

	if (!untold || !name)
		return -ENOMEM;
	untold->size = sizeof(struct head) + count * sizeof(*untold->accounts);
	if (unlink(name) < 0 && errno != ENOENT)
		return -errno;
	fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	/* A store into a hole of a full disk is SIGBUS. */
	r = posix_fallocate(fd, 0, (off_t)untold->size);
	if (r > 0)
		return -r;
	memory = mmap(NULL, untold->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	untold->memory = memory;
	untold->accounts = (struct untold_account *)((char *)memory + sizeof(struct head));
	memcpy(memory, &head_own, sizeof(head_own));
	*ret_untold = TAKE_PTR(untold);
	return 0;
}

int untold_begin(struct untold *untold, const char *path)
{
	CLEANUP_FREE char *name = path_new(path);

	(void)untold;
	if (!name)
		return -ENOMEM;
	return rename(name, path) < 0 ? -errno : 0;
}

struct untold_account *untold_at(struct untold *untold, size_t i)
{
	return &untold->accounts[i];
}

void untold_name(struct untold_account *account, const char *output)
{
	if (strlen(output) < sizeof(account->output))
		memcpy(account->output, output, strlen(output) + 1);
}

void untold_note(struct untold_account *account, const struct lost *lost,
		 uint64_t at_risk[static LOST_CAUSE_COUNT][EVENT_KIND_COUNT])
{
	/* Each number by one store: the process may be killed between any two, and the next one reads what
	 * stands there. */
	for (unsigned int cause = 0; cause < LOST_CAUSE_COUNT; cause++)
		for (uint64_t kind = 0; kind < EVENT_KIND_COUNT; kind++)
			__atomic_store_n(&account->lost[cause][kind],
					 lost->untold[cause][kind] + at_risk[cause][kind], __ATOMIC_RELAXED);
	for (uint64_t kind = 0; kind < EVENT_KIND_COUNT; kind++)
		__atomic_store_n(&account->sending[kind], lost->doubt[kind], __ATOMIC_RELAXED);
}

void untold_close(struct untold *untold)
{
	if (!untold)
		return;
	if (untold->memory)
		(void)munmap(untold->memory, untold->size);
	free(untold);
}
