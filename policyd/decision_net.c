/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include <policyd/endpoint.h>

#include "decision.h"
#include "decision_view.h"
#include "model.h"

static uint64_t half_of(const uint8_t *bytes)
{
	uint64_t half = 0;

	for (int i = 0; i < 8; i++)
		half = half << 8 | bytes[i];
	return half;
}

static inline __attribute__((always_inline)) int address_class(const struct compiled *compiled,
							       const struct policyd_net *net,
							       enum addr_family family, const uint8_t *a,
							       uint32_t *ret_class)
{
	struct policyd_view view = view_of(compiled);

	if (family == ADDR_IPV4)
		return policyd_addr4_class(
			&view, net, (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3],
			ret_class);
	return policyd_addr6_class(&view, policyd_header_at(&view), &compiled->model->key, net, half_of(a),
				   half_of(a + 8), ret_class);
}

/* By itself: few ask for it, and the other one is inlined for all who do not. */
static __attribute__((noinline)) int local_class(const struct compiled *compiled,
						 const struct policyd_net *net,
						 const struct decision_endpoint *endpoint,
						 uint32_t *ret_class)
{
	struct policyd_view view = view_of(compiled);
	uint32_t addr;

	if (address_class(compiled, net, endpoint->local_family, endpoint->local, &addr) < 0)
		return -1;
	return policyd_local_class(&view, addr, ret_class);
}

int decision_endpoint(const struct compiled *compiled, const struct decision_endpoint *endpoint,
		      struct decision_object *ret_object)
{
	struct policyd_view view = view_of(compiled);
	const struct policyd_header *header = policyd_header_at(&view);
	const struct policyd_net *net;
	struct net_point point = {0};
	uint32_t row = 0;

	if (header->net) {
		net = (const struct policyd_net *)policyd_line_at(&view, header->net);
		if (!net ||
		    address_class(compiled, net, endpoint->family, endpoint->address, &point.addr) < 0 ||
		    (endpoint->has_local && local_class(compiled, net, endpoint, &point.local) < 0) ||
		    policyd_port_class(&view, net, endpoint->port, &point.port) < 0 ||
		    policyd_protocol_class(&view, net, endpoint->protocol, &point.protocol) < 0 ||
		    policyd_net_row(&view, net, point.local, point.addr, point.port, point.protocol, &row) <
			    0)
			return -EBADMSG;
	}
	*ret_object = (struct decision_object){.kind = DECISION_INET, .point = point, .row = row};
	return 0;
}

int decision_classes(const struct compiled *compiled, const struct net_point *point,
		     struct decision_object *ret_object)
{
	const struct net_classes *net = &compiled->model->net;
	struct decision_object object = {.kind = DECISION_INET, .point = *point};

	if (point->local >= net->local_count || point->addr >= net->addr_count ||
	    point->port >= net->port_count || point->protocol >= net->protocol_count)
		return -EINVAL;
	object.row = net->rows[net_row_index(net, point)];
	*ret_object = object;
	return 0;
}

int decision_socket(const struct compiled *compiled, const struct decision_socket *socket,
		    struct decision_object *ret_object)
{
	struct policyd_view view = view_of(compiled);
	const struct policyd_header *header = policyd_header_at(&view);
	struct decision_object object = {.kind = DECISION_SOCKET};
	uint32_t protocol = policyd_socket_protocol(socket->family, socket->type, socket->protocol);
	const struct policyd_net *net;

	if (header->net) {
		net = (const struct policyd_net *)policyd_line_at(&view, header->net);
		if (!net || policyd_family_class(&view, net, socket->family, &object.family) < 0 ||
		    policyd_protocol_class(&view, net, protocol, &object.point.protocol) < 0 ||
		    policyd_socket_row(&view, net, object.family, object.point.protocol, &object.row) < 0)
			return -EBADMSG;
	}
	*ret_object = object;
	return 0;
}
