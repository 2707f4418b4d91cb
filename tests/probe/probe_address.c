// SPDX-License-Identifier: Apache-2.0
#include "probe_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

int address_parse(char **arguments, struct address *ret_address)
{
	struct address address = {0};
	struct sockaddr_in *four = (struct sockaddr_in *)&address.sockaddr;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address.sockaddr;
	char *end;
	unsigned long port = strtoul(arguments[1], &end, 10);

	if (*end || end == arguments[1] || port > 65535)
		return -EINVAL;

	if (inet_pton(AF_INET, arguments[0], &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((in_port_t)port);
		address.size = sizeof(*four);
	} else if (inet_pton(AF_INET6, arguments[0], &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons((in_port_t)port);
		address.size = sizeof(*six);
	} else {
		return -EINVAL;
	}

	*ret_address = address;
	return 0;
}

int address_socket(char **arguments, int type, struct address *ret_address)
{
	int r, fd;

	r = address_parse(arguments, ret_address);
	if (r < 0)
		return r;
	fd = socket(ret_address->sockaddr.ss_family, type | SOCK_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

int address_error(int error)
{
	switch (error) {
	case ECONNREFUSED:
	case EINPROGRESS:
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ETIMEDOUT:
		return 0;
	default:
		return error;
	}
}
