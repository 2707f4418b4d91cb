/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests for connections that are refused at the interface, and how they are counted.
 */
#ifndef POLICYD_INGRESS_H
#define POLICYD_INGRESS_H

#include <policyd/types.h>

/* In place of a subject class: no request is refused to everybody. */
#define POLICYD_INGRESS_NONE 0xffffffffu

/* Counts there is room for. */
#define POLICYD_INGRESS_MAX 16384

/* Requests whose classes are the same were refused, or reported, by the same rules. */
struct policyd_ingress_key {
	__u64 generation;
	__u32 address; /* class */
	__u32 port;
	__u32 protocol;
	__u16 local;   /* local class of where it came to */
	__u16 dropped; /* 0: it passed, and a policy that audits would have refused it */
};
policyd_static_assert(sizeof(struct policyd_ingress_key) == 24, "no padding");

#endif
