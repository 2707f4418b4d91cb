// SPDX-License-Identifier: Apache-2.0
/*
 * The other entries of the kernel, which 64-bit programs may use too: that of 32 bits, and that of x32.
 */
#include "probe.h"
#include "probe_address.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define NR_32_OPEN	   5
#define NR_32_EXECVE	   11
#define NR_32_SOCKETCALL   102
#define NR_32_MPROTECT	   125
#define SOCKETCALL_CONNECT 3
#define X32_BIT		   0x40000000

#ifdef __x86_64__

/* Kernels without this entry send a signal. */
static void on_fault(int number)
{
	(void)number;
	_exit(PROBE_NOT_TRIED);
}

/* Pointers must fit 32 bits. */
static int call_32(int number, uint32_t one, uint32_t two, uint32_t three)
{
	int r;

	(void)signal(SIGSEGV, on_fault);
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "a"(number), "b"(one), "c"(two), "d"(three)
			 : "memory", "r8", "r9", "r10", "r11");
	return r;
}

#else

#define MAP_32BIT 0

static int call_32(int number, uint32_t one, uint32_t two, uint32_t three)
{
	(void)number, (void)one, (void)two, (void)three;
	return -ENOSYS;
}

#endif

/* A copy of the bytes where 32 bits reach, 0 where there is none. */
static uint32_t low_copy(const void *bytes, size_t size)
{
	void *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (copy == MAP_FAILED)
		return 0;
	memcpy(copy, bytes, size);
	return (uint32_t)(uintptr_t)copy;
}

static enum probe_outcome verdict_32(int r)
{
	if (r == -ENOSYS)
		return probe_not_tried("no 32-bit calls", ENOSYS);
	return probe_verdict(r < 0 ? address_error(-r) : 0);
}

static enum probe_outcome open_32(char **arguments)
{
	uint32_t path = low_copy(arguments[0], strlen(arguments[0]) + 1);

	return path ? verdict_32(call_32(NR_32_OPEN, path, O_RDONLY, 0)) : probe_not_tried("mmap", errno);
}

static enum probe_outcome connect_32(char **arguments)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, SOCK_STREAM | SOCK_NONBLOCK, &address);
	uint32_t call[3];
	uint32_t call_copy;

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	call[0] = (uint32_t)fd;
	call[1] = low_copy(&address.sockaddr, address.size);
	call[2] = address.size;
	call_copy = low_copy(call, sizeof(call));
	if (!call[1] || !call_copy)
		return probe_not_tried("mmap", errno);
	return verdict_32(call_32(NR_32_SOCKETCALL, SOCKETCALL_CONNECT, call_copy, 0));
}

static enum probe_outcome turn_32(char **arguments)
{
	uint32_t memory = low_copy("", 1);

	(void)arguments;
	if (!memory)
		return probe_not_tried("mmap", errno);
	return verdict_32(call_32(NR_32_MPROTECT, memory, 4096, PROT_READ | PROT_EXEC));
}

/* By the 64-bit entry, with the bit that says x32. */
static enum probe_outcome open_x32(char **arguments)
{
	long fd = syscall(X32_BIT | SYS_openat, AT_FDCWD, arguments[0], O_RDONLY | O_CLOEXEC);

	return fd < 0 && errno == ENOSYS ? probe_not_tried("no x32 calls", ENOSYS)
					 : probe_verdict(fd < 0 ? errno : 0);
}

int exec_32(char **arguments)
{
	uint32_t addresses[32] = {0};
	uint32_t copy;

	for (size_t i = 0; arguments[i]; i++) {
		if (i == sizeof(addresses) / sizeof(*addresses) - 1)
			return E2BIG;
		addresses[i] = low_copy(arguments[i], strlen(arguments[i]) + 1);
		if (!addresses[i])
			return errno;
	}
	copy = low_copy(addresses, sizeof(addresses));
	return copy ? -call_32(NR_32_EXECVE, addresses[0], copy, 0) : errno;
}

const struct probe probe_32_table[] = {
	{"open-32", "PATH: open for reading", 1, open_32},
	{"open-x32", "PATH: open for reading", 1, open_x32},
	{"memory-turn-32", "memory to write, turned executable", 0, turn_32},
	{"connect-32", "ADDRESS PORT: by socketcall", 2, connect_32},
	{0},
};
