// SPDX-License-Identifier: Apache-2.0
/*
 * More threads than one usually has. They have no storage of their own, so they call the kernel without libc.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define STACK_SIZE 2048
#define THREAD                                                                                               \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_UNTRACED)

struct crowd {
	const char *denied;
	const char *allowed;
	atomic_ulong refused; /* of `denied`, with EPERM */
	atomic_ulong opened;  /* of `allowed` */
	atomic_ulong done;
};

/* A system call that sets no errno. */
static long call(long number, long one, long two, long three, long four)
{
#ifdef __x86_64__
	register long r10 __asm__("r10") = four;
	long r;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "a"(number), "D"(one), "S"(two), "d"(three), "r"(r10)
			 : "rcx", "r11", "memory");
	return r;
#else
	return syscall(number, one, two, three, four);
#endif
}

static long open_file(const char *path)
{
	long fd = call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0);

	if (fd >= 0)
		(void)call(SYS_close, fd, 0, 0, 0);
	return fd;
}

static int thread_main(void *data)
{
	struct crowd *crowd = data;

	crowd->refused += open_file(crowd->denied) == -EPERM;
	crowd->opened += open_file(crowd->allowed) >= 0;
	crowd->done++;
	for (;;)
		(void)call(SYS_ppoll, 0, 0, 0, 0);
	return 0;
}

/* All threads are there at the end, and go with the process. */
static enum probe_outcome crowd_gather(char **arguments)
{
	struct crowd crowd = {.denied = arguments[1], .allowed = arguments[2]};
	unsigned long count = strtoul(arguments[0], NULL, 10);
	char *stacks = mmap(NULL, count * STACK_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (stacks == MAP_FAILED)
		return probe_not_tried("mmap", errno);
	for (unsigned long i = 0; i < count; i++) {
		if (clone(thread_main, stacks + (i + 1) * STACK_SIZE, THREAD, &crowd) < 0)
			return probe_not_tried("clone", errno);
	}
	while (crowd.done < count)
		(void)usleep(10000);
	printf("%lu threads: %lu refused, %lu opened\n", count, crowd.refused, crowd.opened);
	return crowd.refused == count && crowd.opened == count ? PROBE_ALLOWED : PROBE_OTHER;
}

const struct probe probe_crowd_table[] = {
	{"crowd",
	 "COUNT DENIED ALLOWED: as many threads at once; each is refused the one and opens the other", 3,
	 crowd_gather},
	{0},
};
