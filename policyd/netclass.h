/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Network endpoints: classes of addresses, ports and protocols, and a verdict row for each combination.
 *
 * A condition is a list of prefixes that a rule sets for a group of operations: `to` for connect, `from`
 * for accept (each stands in for the other where only one is given), `at` for bind and listen, and for accept
 * beside `from`: where the connection comes to. An operation for which a rule has no condition, although it
 * has one for others, is not what the rule is about.
 */
#ifndef POLICYD_NETCLASS_H
#define POLICYD_NETCLASS_H

#include "model.h"
#include "netpoint.h"
#include "verdict.h"

#define NET_ROWS_MAX   (1u << 23) /* combinations of a local, an address, a port and a protocol class */
#define NET_LOCALS_MAX 257	  /* local classes */

/* Whether a rule of section network is about internet addresses, about unix sockets. */
bool net_rule_is_inet(const struct rule *rule);
bool net_rule_is_unix(const struct rule *rule);

/* The list that a condition is made of, NULL for any address. */
const struct cidr_list *net_rule_list(const struct rule *rule, enum net_slot slot);

/* The operations that a rule covers, by what conditions it has. */
uint32_t net_rule_ops(const struct rule *rule);

/* Whether a rule asks for the local address of what is accepted or connected. */
bool net_rule_is_local(const struct rule *rule);

/* Whether it asks for that of what is connected: `all` with `at` alone is about what has a local address. */
bool net_rule_asks_source(const struct rule *rule);

/* Whether a rule of section network is about making sockets, or about using those of other families. */
bool net_rule_is_socket(const struct rule *rule);

/* Whether such a rule is about a family (AF_*). A protocol without a family is one of the internet. */
bool net_rule_socket_family(const struct rule *rule, uint32_t family);

/* The domain of a socket of a family (AF_*) and a protocol class. */
enum row_domain net_socket_domain(const struct model *model, uint32_t family, uint32_t protocol);

/* Classes of families and the rows of sockets; part of netclass_build(), after the protocols. */
int net_sockets(struct model *model, struct row_builder *rows);

/*
 * The subject class of a process of which nothing is known: the policies that name no subject apply, whatever
 * they except, and no others. UINT32_MAX where no class has just those.
 */
uint32_t net_anyone(const struct model *model);

/*
 * The subject class that requests for connections are decided by at an interface, where nobody knows whom
 * they are for: only policies that are about every process apply. UINT32_MAX: none of them restricts
 * accepting, or no class has just those (two policies about everybody have different exceptions).
 */
uint32_t net_ingress(const struct model *model);

/*
 * The operations of a rule that match a socket of the classes: making it, and what is done with it where its
 * addresses are not decided on.
 */
uint32_t net_socket_matches(const struct model *model, uint32_t rule, uint32_t family, uint32_t protocol);

/* Whether the rule asks for an address at all, be it by its family. */
bool net_rule_has_conditions(const struct rule *rule);

/* Whether the rule's condition for a slot admits the family. */
bool net_rule_family(const struct rule *rule, enum addr_family family);

/* Classes of addresses; part of netclass_build(). */
int net_addresses(struct model *model);

/* Classes of ports and of protocols; parts of netclass_build(). */
int net_ports(struct model *model);
int net_protocols(struct model *model);

/* Local classes of address classes; part of netclass_build(), after the addresses. */
int net_locals(struct model *model);

/* Fills `model->net`; after the subject classes. Returns 0, -EINVAL, -ENOMEM. */
int netclass_build(struct model *model, struct row_builder *rows);

void netclass_clear(struct net_classes *net);

/* The condition of the slot holds for a class, or the rule has none. */
bool net_condition_holds(const struct model *model, uint32_t rule, enum net_slot slot, uint32_t addr_class);

/* The operations of a rule that match an endpoint of the classes; 0: the rule does not match. */
uint32_t net_rule_matches(const struct model *model, uint32_t rule, const struct net_point *point);

#endif
