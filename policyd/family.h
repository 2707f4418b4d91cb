/* SPDX-License-Identifier: Apache-2.0 */
/* Families of sockets (AF_*), by what is decided on. */
#ifndef POLICYD_FAMILY_H
#define POLICYD_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "policy.h"

static inline bool family_is_inet(uint32_t family)
{
	return family == AF_INET || family == AF_INET6;
}

/* Whether an IPv6 address stands for an IPv4 one: ::ffff:a.b.c.d, which is in its last four bytes. */
static inline bool family_is_mapped(const uint8_t address[static 16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(address, mapped, sizeof(mapped)) == 0;
}

/* Whether no address of the family is decided on. */
static inline bool family_is_foreign(uint32_t family)
{
	return !family_is_inet(family) && family != AF_UNIX;
}

/* The first such family of a list, NULL: there is none. */
static inline const struct number_range *family_find_foreign(const struct number_list *families)
{
	for (size_t i = 0; i < families->count; i++)
		if (family_is_foreign(families->items[i].first) || family_is_foreign(families->items[i].last))
			return &families->items[i];
	return NULL;
}

#endif
