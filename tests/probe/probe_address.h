// SPDX-License-Identifier: Apache-2.0
/*
 * Numeric addresses, IPv4 or IPv6; the family follows from the address.
 */
#pragma once

#include <sys/socket.h>

struct address {
	struct sockaddr_storage sockaddr;
	socklen_t size;
};

/* Reads ADDRESS PORT from arguments[0] and [1]: 0 or -EINVAL. */
int address_parse(char **arguments, struct address *ret_address);

/* Opens a socket of the address's family: the descriptor, or -errno (a failure before the attempt). */
int address_socket(char **arguments, int type, struct address *ret_address);

/* The errno, or 0 for what only the network can have answered, after the security checks. */
int address_error(int error);
