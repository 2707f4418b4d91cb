// SPDX-License-Identifier: Apache-2.0
/*
 * The same attempts through io_uring, by plain system calls.
 */
#include "probe.h"
#include "probe_address.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* Newer than the headers of the build machine may be. */
#define OP_SOCKET 45
#define OP_BIND	  56

/* Runs one operation on a new ring: 0 and *ret_result, or -errno of setting it up. */
static int uring_one(const struct io_uring_sqe *operation, int *ret_result)
{
	struct io_uring_params params = {0};
	_cleanup_close_ int fd = (int)syscall(__NR_io_uring_setup, 1, &params);
	struct io_uring_sqe *entries;
	uint8_t *ring;
	size_t size;

	if (fd < 0)
		return -errno;
	size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
	if (size < params.sq_off.array + params.sq_entries * sizeof(uint32_t))
		size = params.sq_off.array + params.sq_entries * sizeof(uint32_t);
	ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	entries = mmap(NULL, params.sq_entries * sizeof(*entries), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		       IORING_OFF_SQES);
	if (!(params.features & IORING_FEAT_SINGLE_MMAP) || ring == MAP_FAILED || entries == MAP_FAILED)
		return -ENOMEM;

	entries[0] = *operation;
	*(uint32_t *)(ring + params.sq_off.array) = 0;
	__atomic_store_n((uint32_t *)(ring + params.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(__NR_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -errno;
	*ret_result = ((struct io_uring_cqe *)(ring + params.cq_off.cqes))->res;
	return 0;
}

static enum probe_outcome try_uring(const struct io_uring_sqe *operation)
{
	int result = 0;
	int r = uring_one(operation, &result);

	if (r < 0)
		return probe_not_tried("io_uring", -r);
	return probe_verdict(result < 0 ? address_error(-result) : 0);
}

static enum probe_outcome uring_open(char **arguments)
{
	struct io_uring_sqe operation = {
		.opcode = IORING_OP_OPENAT,
		.fd = AT_FDCWD,
		.addr = (uintptr_t)arguments[0],
		.open_flags = O_RDONLY,
	};

	return try_uring(&operation);
}

/* In a worker thread of the kernel instead of the caller. */
static enum probe_outcome uring_open_async(char **arguments)
{
	struct io_uring_sqe operation = {
		.opcode = IORING_OP_OPENAT,
		.flags = IOSQE_ASYNC,
		.fd = AT_FDCWD,
		.addr = (uintptr_t)arguments[0],
		.open_flags = O_RDONLY,
	};

	return try_uring(&operation);
}

/* The operations on names. What is no path of theirs is NULL. */
static enum probe_outcome uring_names(uint8_t opcode, const char *first, const char *second)
{
	struct io_uring_sqe operation = {
		.opcode = opcode,
		.fd = AT_FDCWD,
		.addr = (uintptr_t)first,
		.addr2 = (uintptr_t)second,
	};

	return try_uring(&operation);
}

static enum probe_outcome uring_unlink(char **arguments)
{
	return uring_names(IORING_OP_UNLINKAT, arguments[0], NULL);
}

/* For these the length is the descriptor of the second path's directory. */
static enum probe_outcome uring_pair(uint8_t opcode, char **arguments)
{
	struct io_uring_sqe operation = {
		.opcode = opcode,
		.fd = AT_FDCWD,
		.len = (uint32_t)AT_FDCWD,
		.addr = (uintptr_t)arguments[0],
		.addr2 = (uintptr_t)arguments[1],
	};

	return try_uring(&operation);
}

static enum probe_outcome uring_rename(char **arguments)
{
	return uring_pair(IORING_OP_RENAMEAT, arguments);
}

static enum probe_outcome uring_link(char **arguments)
{
	return uring_pair(IORING_OP_LINKAT, arguments);
}

static enum probe_outcome uring_symlink(char **arguments)
{
	return uring_names(IORING_OP_SYMLINKAT, arguments[0], arguments[1]);
}

static enum probe_outcome uring_mkdir(char **arguments)
{
	return uring_names(IORING_OP_MKDIRAT, arguments[0], NULL);
}

static enum probe_outcome uring_attribute(char **arguments)
{
	struct io_uring_sqe operation = {
		.opcode = IORING_OP_SETXATTR,
		.addr = (uintptr_t) "user.probe",
		.addr2 = (uintptr_t) "x",
		.addr3 = (uintptr_t)arguments[0],
		.len = 1,
	};

	return try_uring(&operation);
}

static enum probe_outcome uring_socket(char **arguments, uint8_t opcode)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, SOCK_STREAM | SOCK_NONBLOCK, &address);
	struct io_uring_sqe operation = {
		.opcode = opcode,
		.fd = fd,
		.addr = (uintptr_t)&address.sockaddr,
		.off = address.size,
	};

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	return try_uring(&operation);
}

static enum probe_outcome uring_connect(char **arguments)
{
	return uring_socket(arguments, IORING_OP_CONNECT);
}

static enum probe_outcome uring_bind(char **arguments)
{
	return uring_socket(arguments, OP_BIND);
}

static enum probe_outcome uring_create(char **arguments)
{
	struct io_uring_sqe operation = {
		.opcode = OP_SOCKET,
		.fd = atoi(arguments[0]),
		.off = (unsigned int)atoi(arguments[1]),
		.len = (unsigned int)atoi(arguments[2]),
	};

	return try_uring(&operation);
}

const struct probe probe_uring_table[] = {
	{"uring-socket", "FAMILY TYPE PROTOCOL: numbers", 3, uring_create},
	{"uring-open", "PATH: open for reading through io_uring", 1, uring_open},
	{"uring-open-async", "PATH: the same in a worker of the kernel", 1, uring_open_async},
	{"uring-unlink", "PATH", 1, uring_unlink},
	{"uring-rename", "OLD NEW", 2, uring_rename},
	{"uring-link", "OLD NEW", 2, uring_link},
	{"uring-symlink", "TARGET NEW", 2, uring_symlink},
	{"uring-mkdir", "PATH", 1, uring_mkdir},
	{"uring-attribute", "PATH: an extended attribute", 1, uring_attribute},
	{"uring-connect", "ADDRESS PORT", 2, uring_connect},
	{"uring-bind", "ADDRESS PORT: other error (EINVAL) where the kernel has no such operation", 2,
	 uring_bind},
	{0},
};
