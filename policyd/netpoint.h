/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a connection or a socket is: an endpoint, by its classes.
 */
#ifndef POLICYD_NETPOINT_H
#define POLICYD_NETPOINT_H

#include <stddef.h>
#include <stdint.h>

struct net_point {
	uint32_t local; /* local class of the address that a connection to accept comes to; 0: no rule asks
			   for it */
	uint32_t addr;
	uint32_t port;
	uint32_t protocol;
};

struct net_classes;

/* The index of an endpoint among the rows, and the endpoint of such an index. */
size_t net_row_index(const struct net_classes *net, const struct net_point *point);
struct net_point net_point_at(const struct net_classes *net, size_t index);

#endif
