/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of a ring record in words. */
#ifndef POLICYD_DECODE_SOCKET_H
#define POLICYD_DECODE_SOCKET_H

#include "event.h"

/*
 * Fills the fields about family, protocol, addresses and ports, and what attribution needs of them. An
 * address of zeros without a port is absent. Returns 0 or -ENOMEM.
 */
int decode_socket(const struct policyd_event_inet *inet, struct event *event);

#endif
