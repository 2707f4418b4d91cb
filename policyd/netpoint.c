/* SPDX-License-Identifier: Apache-2.0 */
#include "netpoint.h"

#include "model.h"

size_t net_row_index(const struct net_classes *net, const struct net_point *point)
{
	size_t protocol = (size_t)point->local * net->protocol_count + point->protocol;

	return (protocol * net->port_count + point->port) * net->addr_count + point->addr;
}

struct net_point net_point_at(const struct net_classes *net, size_t index)
{
	size_t ports = index / net->addr_count;
	size_t protocols = ports / net->port_count;

	return (struct net_point){
		.local = (uint32_t)(protocols / net->protocol_count),
		.addr = (uint32_t)(index % net->addr_count),
		.port = (uint32_t)(ports % net->port_count),
		.protocol = (uint32_t)(protocols % net->protocol_count),
	};
}
