// SPDX-License-Identifier: Apache-2.0
/*
 * Sockets of other families than the internet's and unix. FAMILY is vsock, netlink, packet or alg. What
 * the kernel says but EPERM is what it says after its security checks, and counts as allowed.
 */
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <string.h>
#include <sys/socket.h>

#define PORT	 7777
#define LOOPBACK 1 /* VMADDR_CID_LOCAL, and the index of lo */

struct family {
	const char *name;
	int family;
	int type;
	const void *address;
	socklen_t size;
};

static const struct sockaddr_vm vsock = {.svm_family = AF_VSOCK, .svm_port = PORT, .svm_cid = LOOPBACK};
static const struct sockaddr_nl netlink = {.nl_family = AF_NETLINK};
static const struct sockaddr_ll packet = {.sll_family = AF_PACKET, .sll_ifindex = LOOPBACK};
static const struct sockaddr_alg alg = {.salg_family = AF_ALG, .salg_type = "hash", .salg_name = "sha256"};

static const struct family families[] = {
	{"vsock", AF_VSOCK, SOCK_STREAM, &vsock, sizeof(vsock)},
	{"netlink", AF_NETLINK, SOCK_RAW, &netlink, sizeof(netlink)},
	{"packet", AF_PACKET, SOCK_DGRAM, &packet, sizeof(packet)},
	{"alg", AF_ALG, SOCK_SEQPACKET, &alg, sizeof(alg)},
};

static const struct family *family_open(const char *name, int *ret_fd)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (strcmp(families[i].name, name))
			continue;
		*ret_fd = socket(families[i].family, families[i].type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		return *ret_fd < 0 ? NULL : &families[i];
	}
	errno = EINVAL;
	return NULL;
}

static enum probe_outcome family_verdict(int result)
{
	return probe_verdict(result < 0 && errno == EPERM ? EPERM : 0);
}

static enum probe_outcome family_connect(char **arguments)
{
	_cleanup_close_ int fd = -1;
	const struct family *family = family_open(arguments[0], &fd);

	if (!family)
		return probe_not_tried("socket", errno);
	return family_verdict(connect(fd, family->address, family->size));
}

static enum probe_outcome family_send(char **arguments)
{
	_cleanup_close_ int fd = -1;
	const struct family *family = family_open(arguments[0], &fd);

	if (!family)
		return probe_not_tried("socket", errno);
	return family_verdict((int)sendto(fd, "probe", 5, 0, family->address, family->size));
}

static enum probe_outcome family_bind(char **arguments)
{
	_cleanup_close_ int fd = -1;
	const struct family *family = family_open(arguments[0], &fd);

	if (!family)
		return probe_not_tried("socket", errno);
	return family_verdict(bind(fd, family->address, family->size));
}

/* A bind before it may fail: what is asked is whether the family may listen. */
static enum probe_outcome family_listen(char **arguments)
{
	_cleanup_close_ int fd = -1;
	const struct family *family = family_open(arguments[0], &fd);

	if (!family)
		return probe_not_tried("socket", errno);
	(void)bind(fd, family->address, family->size);
	return family_verdict(listen(fd, 1));
}

static enum probe_outcome family_accept(char **arguments)
{
	_cleanup_close_ int fd = -1, accepted = -1;
	const struct family *family = family_open(arguments[0], &fd);

	if (!family)
		return probe_not_tried("socket", errno);
	(void)bind(fd, family->address, family->size);
	(void)listen(fd, 1);
	accepted = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	return family_verdict(accepted);
}

const struct probe probe_family_table[] = {
	{"family-connect", "FAMILY: vsock, netlink, packet, alg", 1, family_connect},
	{"family-send", "FAMILY: one message to an address", 1, family_send},
	{"family-bind", "FAMILY", 1, family_bind},
	{"family-listen", "FAMILY: after a bind, which may fail", 1, family_listen},
	{"family-accept", "FAMILY: after bind and listen, which may fail", 1, family_accept},
	{0},
};
