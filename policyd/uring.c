// SPDX-License-Identifier: Apache-2.0
#include "uring.h"

#include <stddef.h>
#include <string.h>

#include "util.h"

/*
 * By IORING_OP_*, whose numbers do not change. The headers of the build machine may be older than the kernel,
 * so they are written out.
 */
static const char *const names[] = {
	[1] = "readv",
	[2] = "writev",
	[3] = "fsync",
	[4] = "read",  /* READ_FIXED */
	[5] = "write", /* WRITE_FIXED */
	[6] = "poll",  /* POLL_ADD */
	[8] = "sync_file_range",
	[9] = "sendmsg",
	[10] = "recvmsg",
	[13] = "accept4", /* ACCEPT has flags */
	[16] = "connect",
	[17] = "fallocate",
	[18] = "openat",
	[19] = "close",
	[21] = "statx",
	[22] = "read",
	[23] = "write",
	[24] = "fadvise64",
	[25] = "madvise",
	[26] = "sendto",   /* SEND, with an address too */
	[27] = "recvfrom", /* RECV */
	[28] = "openat2",
	[29] = "epoll_ctl",
	[30] = "splice",
	[33] = "tee",
	[34] = "shutdown",
	[35] = "renameat2",
	[36] = "unlinkat",
	[37] = "mkdirat",
	[38] = "symlinkat",
	[39] = "linkat",
	[41] = "fsetxattr",
	[42] = "setxattr",
	[43] = "fgetxattr",
	[44] = "getxattr",
	[45] = "socket",
	[47] = "sendto",  /* SEND_ZC */
	[48] = "sendmsg", /* SENDMSG_ZC */
	[49] = "read",	  /* READ_MULTISHOT */
	[50] = "waitid",
	[51] = "futex_wait",
	[52] = "futex_wake",
	[53] = "futex_waitv",
	[55] = "ftruncate",
	[56] = "bind",
	[57] = "listen",
	[58] = "recvfrom", /* RECV_ZC */
	[59] = "epoll_wait",
	[60] = "readv",	 /* READV_FIXED */
	[61] = "writev", /* WRITEV_FIXED */
	[62] = "pipe2",
};

const char *uring_name(uint32_t operation)
{
	return operation < ARRAY_SIZE(names) ? names[operation] : NULL;
}

int uring_find(const char *call, uint32_t from)
{
	for (uint32_t i = from; i < ARRAY_SIZE(names); i++)
		if (names[i] && strcmp(names[i], call) == 0)
			return (int)i;
	return -1;
}
