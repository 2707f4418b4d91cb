/* SPDX-License-Identifier: Apache-2.0 */
#include "sequence.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#define MAGIC	     "pdseq 1"
#define FILE_NAME    "sequence"
#define BOOT_ID_SIZE 36
#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

/* The file. */
struct record {
	char magic[8];
	char boot_id[40];
	uint64_t last;
};
_Static_assert(sizeof(struct record) == 56, "no padding");

struct sequence {
	int fd;		       /* -1: in memory, */
	int unkept;	       /* because of this */
	uint64_t last;	       /* that was given */
	struct record *record; /* mapped: what is kept */
};

static int boot_id_read(char boot_id[BOOT_ID_SIZE + 1])
{
	CLEANUP_CLOSE int fd = open(BOOT_ID_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return -errno;

	size = read(fd, boot_id, BOOT_ID_SIZE);
	if (size < 0)
		return -errno;
	if (size != BOOT_ID_SIZE)
		return -EINVAL;

	boot_id[BOOT_ID_SIZE] = '\0';
	return 0;
}

static void sequence_closep(struct sequence **sequence)
{
	sequence_close(*sequence);
}

/* Makes the file as long as a record, with its block on disk: a store into a hole of a full disk is SIGBUS.
 */
static int file_extend(int fd)
{
	struct stat status;
	int r;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	if (status.st_size != sizeof(struct record) && ftruncate(fd, 0) < 0)
		return -errno;

	r = posix_fallocate(fd, 0, sizeof(struct record));
	return -r;
}

static int record_map(struct sequence *sequence, const char *path)
{
	void *address;
	int r;

	sequence->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (sequence->fd < 0)
		return -errno;

	r = file_extend(sequence->fd);
	if (r < 0)
		return r;

	address = mmap(NULL, sizeof(struct record), PROT_READ | PROT_WRITE, MAP_SHARED, sequence->fd, 0);
	if (address == MAP_FAILED)
		return -errno;

	sequence->record = address;
	return 0;
}

static bool record_is(const struct record *record, const char *boot_id)
{
	return memcmp(record->magic, MAGIC, sizeof(MAGIC)) == 0 &&
	       strncmp(record->boot_id, boot_id, sizeof(record->boot_id)) == 0;
}

/* Starts at 0 unless the record is of this boot. */
static void record_adopt(struct record *record, const char *boot_id)
{
	if (record_is(record, boot_id))
		return;

	/* Whoever is killed in the middle leaves a record without magic. */
	memset(record, 0, sizeof(*record));
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	memcpy(record->boot_id, boot_id, strlen(boot_id));
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	memcpy(record->magic, MAGIC, sizeof(MAGIC));
}

static int record_make(struct sequence *sequence)
{
	void *address =
		mmap(NULL, sizeof(struct record), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (address == MAP_FAILED)
		return -errno;
	sequence->record = address;
	return 0;
}

static uint64_t boottime_microseconds(void)
{
	struct timespec now = {};

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000U + (uint64_t)now.tv_nsec / 1000;
}

/* `path` NULL: in memory. */
static int sequence_make(const char *path, const char *boot_id, struct sequence **ret_sequence)
{
	CLEANUP(sequence_closep) struct sequence *sequence = NULL;
	char own[BOOT_ID_SIZE + 1];
	int r;

	if (!boot_id) {
		r = boot_id_read(own);
		if (r < 0)
			return r;
		boot_id = own;
	}
	if (strlen(boot_id) == 0 || strlen(boot_id) >= sizeof(sequence->record->boot_id))
		return -EINVAL;

	sequence = malloc(sizeof(*sequence));
	if (!sequence)
		return -ENOMEM;

	*sequence = (struct sequence){.fd = -1};
	r = path ? record_map(sequence, path) : record_make(sequence);
	if (r < 0)
		return r;

	assert(sequence->record);
	record_adopt(sequence->record, boot_id);
	sequence->last = sequence->record->last;
	*ret_sequence = TAKE_PTR(sequence);
	return 0;
}

int sequence_open(const char *path, const char *boot_id, struct sequence **ret_sequence)
{
	assert(path);
	return sequence_make(path, boot_id, ret_sequence);
}

int sequence_open_memory(const char *boot_id, struct sequence **ret_sequence)
{
	int r = sequence_make(NULL, boot_id, ret_sequence);

	if (r == 0)
		(*ret_sequence)->last = boottime_microseconds();
	return r;
}

void sequence_follow(struct sequence *sequence, const char *path)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct record other;

	if (fd < 0 || pread(fd, &other, sizeof(other), 0) != (ssize_t)sizeof(other))
		return;
	if (record_is(&other, sequence->record->boot_id) && other.last > sequence->last)
		sequence->last = other.last;
}

static char *path_join(const char *directory, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

int sequence_start(const char *directory, const char *older, struct sequence **ret_sequence)
{
	CLEANUP(sequence_closep) struct sequence *sequence = NULL;
	CLEANUP_FREE char *path = path_join(directory, FILE_NAME);
	CLEANUP_FREE char *older_path = path_join(older, FILE_NAME);
	int r, unkept;

	if (!path || !older_path)
		return -ENOMEM;
	unkept = sequence_open(path, NULL, &sequence);
	if (unkept < 0) {
		r = sequence_open_memory(NULL, &sequence);
		if (r < 0)
			return r;
		sequence->unkept = unkept;
		sequence_follow(sequence, path);
	}
	sequence_follow(sequence, older_path);
	*ret_sequence = TAKE_PTR(sequence);
	return 0;
}

int sequence_unkept(const struct sequence *sequence)
{
	return sequence->unkept;
}

void sequence_close(struct sequence *sequence)
{
	if (!sequence)
		return;

	if (sequence->record) {
		sequence_keep(sequence);
		(void)munmap(sequence->record, sizeof(*sequence->record));
	}
	util_close(&sequence->fd);
	free(sequence);
}

void sequence_stamp(struct sequence *sequence, struct event *event)
{
	event->sequence = ++sequence->last;
	event->boot_id = event_text(sequence->record->boot_id);
}

void sequence_keep(struct sequence *sequence)
{
	sequence->record->last = sequence->last;
}

uint64_t sequence_last(const struct sequence *sequence)
{
	return sequence->last;
}

const char *sequence_boot_id(const struct sequence *sequence)
{
	return sequence->record->boot_id;
}
