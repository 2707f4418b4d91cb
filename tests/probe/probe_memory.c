// SPDX-License-Identifier: Apache-2.0
/*
 * Memory that becomes executable. A file's path is a file that is only read; what is written to its mapping
 * stays in this process.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#define SIZE  4096
#define BIG   (2 << 20)
#define READ  PROT_READ
#define WRITE (PROT_READ | PROT_WRITE)
#define EXEC  (PROT_READ | PROT_EXEC)
#define ALL   (PROT_READ | PROT_WRITE | PROT_EXEC)

static enum probe_outcome mapped(void *memory)
{
	return probe_verdict(memory == MAP_FAILED ? errno : 0);
}

/* Maps, writes where that is possible, and turns to `protection`. */
static enum probe_outcome turn(void *memory, size_t size, int protection)
{
	if (memory == MAP_FAILED)
		return probe_not_tried("mmap", errno);
	return probe_verdict(mprotect(memory, size, protection) < 0 ? errno : 0);
}

static void *anonymous(int protection, int flags)
{
	return mmap(NULL, SIZE, protection, flags | MAP_ANONYMOUS, -1, 0);
}

static void *file(const char *path, int protection, int flags)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? MAP_FAILED : mmap(NULL, SIZE, protection, flags, fd, 0);
}

static enum probe_outcome map_plain(char **arguments)
{
	(void)arguments;
	return mapped(anonymous(WRITE, MAP_PRIVATE));
}

static enum probe_outcome map_all(char **arguments)
{
	(void)arguments;
	return mapped(anonymous(ALL, MAP_PRIVATE));
}

static enum probe_outcome map_exec(char **arguments)
{
	(void)arguments;
	return mapped(anonymous(EXEC, MAP_PRIVATE));
}

static enum probe_outcome map_shared(char **arguments)
{
	(void)arguments;
	return mapped(anonymous(EXEC, MAP_SHARED));
}

static enum probe_outcome turn_private(char **arguments)
{
	(void)arguments;
	return turn(anonymous(WRITE, MAP_PRIVATE), SIZE, EXEC);
}

/* First that, whatever comes of it. */
static enum probe_outcome turn_then(char **arguments)
{
	(void)turn(anonymous(WRITE, MAP_PRIVATE), SIZE, EXEC);
	return probe_run(arguments[0] && strcmp(arguments[0], "--") == 0 ? arguments + 1 : arguments);
}

static enum probe_outcome turn_shared(char **arguments)
{
	(void)arguments;
	return turn(anonymous(WRITE, MAP_SHARED), SIZE, EXEC);
}

static enum probe_outcome turn_huge(char **arguments)
{
	(void)arguments;
	return turn(mmap(NULL, BIG, WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0), BIG, EXEC);
}

static enum probe_outcome turn_stack(char **arguments)
{
	char page[2 * SIZE];
	char *start = page + (SIZE - ((size_t)page & (SIZE - 1)));

	(void)arguments;
	return turn(start, SIZE, ALL);
}

static enum probe_outcome turn_heap(char **arguments)
{
	char *heap = sbrk(2 * SIZE);

	(void)arguments;
	if ((size_t)heap == (size_t)-1)
		return probe_not_tried("sbrk", errno);
	return turn(heap + (SIZE - ((size_t)heap & (SIZE - 1))), SIZE, EXEC);
}

static enum probe_outcome file_all(char **arguments)
{
	return mapped(file(arguments[0], ALL, MAP_PRIVATE));
}

static enum probe_outcome file_written(char **arguments)
{
	char *memory = file(arguments[0], WRITE, MAP_PRIVATE);

	if (memory == MAP_FAILED)
		return probe_not_tried(arguments[0], errno);
	*(volatile char *)memory = 1;
	if (mprotect(memory, SIZE, READ) < 0)
		return probe_not_tried("mprotect", errno);
	return turn(memory, SIZE, EXEC);
}

/* Nothing is written: the mapping stays the file's. */
static enum probe_outcome file_unwritten(char **arguments)
{
	char *memory = file(arguments[0], WRITE, MAP_PRIVATE);

	if (memory != MAP_FAILED && mprotect(memory, SIZE, READ) < 0)
		return probe_not_tried("mprotect", errno);
	return turn(memory, SIZE, EXEC);
}

/* Written by one mapping, executed by another. */
static enum probe_outcome file_twice(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_RDWR | O_CLOEXEC);

	if (fd < 0 || mmap(NULL, SIZE, WRITE, MAP_SHARED, fd, 0) == MAP_FAILED)
		return probe_not_tried(arguments[0], errno);
	return mapped(mmap(NULL, SIZE, EXEC, MAP_PRIVATE, fd, 0));
}

static enum probe_outcome file_shared_all(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return probe_not_tried(arguments[0], errno);
	return mapped(mmap(NULL, SIZE, ALL, MAP_SHARED, fd, 0));
}

/* Never mapped writable. */
static enum probe_outcome memory_file(char **arguments)
{
	_cleanup_close_ int fd = memfd_create("code", MFD_CLOEXEC);

	(void)arguments;
	if (fd < 0 || ftruncate(fd, SIZE) < 0)
		return probe_not_tried("memfd_create", errno);
	return mapped(mmap(NULL, SIZE, EXEC, MAP_PRIVATE, fd, 0));
}

static enum probe_outcome turn_key(char **arguments)
{
	void *memory = anonymous(WRITE, MAP_PRIVATE);

	(void)arguments;
	if (memory == MAP_FAILED)
		return probe_not_tried("mmap", errno);
	return probe_verdict(pkey_mprotect(memory, SIZE, EXEC, -1) < 0 ? errno : 0);
}

static enum probe_outcome file_writable(char **arguments)
{
	return turn(file(arguments[0], EXEC, MAP_PRIVATE), SIZE, ALL);
}

static enum probe_outcome segment(char **arguments)
{
	int id = shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0700);
	void *memory;
	int error;

	(void)arguments;
	if (id < 0)
		return probe_not_tried("shmget", errno);
	memory = shmat(id, NULL, SHM_EXEC);
	error = (size_t)memory == (size_t)-1 ? errno : 0;
	(void)shmctl(id, IPC_RMID, NULL);
	return probe_verdict(error);
}

/* Whatever can be read can then be executed. */
static enum probe_outcome implied(char **arguments)
{
	(void)arguments;
	if (personality(READ_IMPLIES_EXEC) < 0)
		return probe_not_tried("personality", errno);
	return mapped(anonymous(WRITE, MAP_PRIVATE));
}

static enum probe_outcome zero(char **arguments)
{
	(void)arguments;
	return mapped(file("/dev/zero", EXEC, MAP_PRIVATE));
}

static enum probe_outcome turn_zero(char **arguments)
{
	(void)arguments;
	return turn(file("/dev/zero", WRITE, MAP_PRIVATE), SIZE, EXEC);
}

/* The ring's pages are written by way of another mapping. */
static enum probe_outcome turn_ring(char **arguments)
{
	struct io_uring_params params = {0};
	_cleanup_close_ int fd = (int)syscall(__NR_io_uring_setup, 1, &params);

	(void)arguments;
	if (fd < 0)
		return probe_not_tried("io_uring_setup", errno);
	return turn(mmap(NULL, SIZE, WRITE, MAP_SHARED, fd, IORING_OFF_SQES), SIZE, EXEC);
}

const struct probe probe_memory_table[] = {
	{"memory", "memory to read and write", 0, map_plain},
	{"memory-all", "memory to read, write and execute", 0, map_all},
	{"memory-exec", "memory to read and execute", 0, map_exec},
	{"memory-shared", "shared memory to read and execute", 0, map_shared},
	{"memory-turn", "memory to write, turned executable", 0, turn_private},
	{"memory-turn-then", "-- WHAT…: memory to write, turned executable, and then", 1, turn_then},
	{"memory-turn-shared", "shared memory to write, turned executable", 0, turn_shared},
	{"memory-turn-huge", "a huge page to write, turned executable", 0, turn_huge},
	{"memory-stack", "the stack turned executable", 0, turn_stack},
	{"memory-heap", "the heap turned executable", 0, turn_heap},
	{"memory-file-all", "PATH: a private mapping to read, write and execute", 1, file_all},
	{"memory-file-written", "PATH: a private mapping, written to, then turned executable", 1,
	 file_written},
	{"memory-file-writable", "PATH: a private executable mapping, turned writable", 1, file_writable},
	{"memory-file-unwritten", "PATH: a private writable mapping, turned to reading, then executable", 1,
	 file_unwritten},
	{"memory-file-twice", "PATH: mapped to be written, then once more to be executed", 1, file_twice},
	{"memory-file-shared", "PATH: a shared mapping to read, write and execute", 1, file_shared_all},
	{"memory-file-unnamed", "a memory file, mapped to be executed", 0, memory_file},
	{"memory-turn-key", "memory to write, turned executable by pkey_mprotect", 0, turn_key},
	{"memory-segment", "a System V segment attached with SHM_EXEC", 0, segment},
	{"memory-zero", "/dev/zero, mapped to be executed", 0, zero},
	{"memory-turn-zero", "/dev/zero, mapped to write, turned executable", 0, turn_zero},
	{"memory-turn-ring", "the entries of an io_uring, turned executable", 0, turn_ring},
	{"memory-implied", "personality READ_IMPLIES_EXEC, then memory to read and write", 0, implied},
	{0},
};
