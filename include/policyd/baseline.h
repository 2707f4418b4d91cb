/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Baselines: what each executable does, as compact sets of what policyd has been told.
 *
 * The kernel's sets only say what is known already; what a baseline is, policyd keeps. So the tables may be
 * emptied at any time: what happens then is told once more, and policyd knows it.
 */
#ifndef POLICYD_BASELINE_H
#define POLICYD_BASELINE_H

#include <policyd/types.h>

#define POLICYD_EXECUTABLES_MAX 10000
#define POLICYD_ITEMS_MAX	150 /* of one executable, but for system calls by the machine's own numbers */
#define POLICYD_TOLD_SYSCALLS	512 /* numbers from here on are items */
#define POLICYD_TOLD_WORDS	(POLICYD_TOLD_SYSCALLS / 64)

/*
 * One executable. `items` is a hash table without removal: an item is at its place or behind it, 0 is free. A
 * count of 0 says that the item has not been told.
 */
struct policyd_learnt {
	__u64 generation; /* in which the executable was told */
	__u64 syscalls[POLICYD_TOLD_WORDS];
	__u64 items[POLICYD_ITEMS_MAX];
	__u32 counts[POLICYD_ITEMS_MAX];
};
policyd_static_assert(sizeof(struct policyd_learnt) <= 1984,
		      "with the kernel's own 64 bytes an entry fits into 2048");

/* What policyd lets the kernel know of an executable; only policyd writes it. */
struct policyd_known {
	__u64 syscalls[POLICYD_TOLD_WORDS]; /* are in the baseline */
	__u64 learnt; /* kinds (1 << enum policyd_anomaly_kind) of which what is new is counted each time */
	__u32 ngrams; /* POLICYD_NGRAM_LEARN and so on */
	__u32 ngram_limit; /* more new sequences in a window are told */
};
policyd_static_assert(sizeof(struct policyd_known) == 80, "no padding");

/* An item: its kind, and what it is of that kind. Never 0. */
policyd_inline __u64 policyd_item(__u32 kind, __u64 what)
{
	return (__u64)(kind + 1) << 58 | (what & ((1ULL << 58) - 1));
}

policyd_inline __u32 policyd_item_kind(__u64 item)
{
	return (__u32)(item >> 58) - 1;
}

policyd_inline __u64 policyd_item_what(__u64 item)
{
	return item & ((1ULL << 58) - 1);
}

policyd_inline __u32 policyd_item_place(__u64 item)
{
	return (__u32)(((item ^ item >> 29) * 0x9e3779b97f4a7c15ULL >> 32) % POLICYD_ITEMS_MAX);
}

policyd_inline __u64 policyd_syscall_what(__u32 arch, __u32 number)
{
	return (__u64)arch << 32 | number;
}

/* X(NAME, "name"): classes of addresses that destinations are told apart by. */
#define POLICYD_ADDRESSES(X)                                                                                 \
	X(LOOPBACK, "loopback")                                                                              \
	X(LINK, "link-local")                                                                                \
	X(PRIVATE, "private")                                                                                \
	X(MULTICAST, "multicast")                                                                            \
	X(PUBLIC, "public")

enum policyd_address {
#define X(name, text) POLICYD_ADDRESS_##name,
	POLICYD_ADDRESSES(X)
#undef X
		POLICYD_ADDRESS_COUNT
};

/* Class of an address in host byte order; IPv4 is ::ffff:a.b.c.d. The unspecified address leads to this
 * host. */
policyd_inline __u32 policyd_address_class(__u64 high, __u64 low)
{
	__u32 v4 = (__u32)low;

	if (!high && low >> 32 == 0xffff) {
		if (v4 >> 24 == 127 || !v4)
			return POLICYD_ADDRESS_LOOPBACK;
		if (v4 >> 16 == 0xa9fe)
			return POLICYD_ADDRESS_LINK;
		if (v4 >> 24 == 10 || v4 >> 20 == 0xac1 || v4 >> 16 == 0xc0a8)
			return POLICYD_ADDRESS_PRIVATE;
		return v4 >> 28 == 0xe || v4 == 0xffffffff ? POLICYD_ADDRESS_MULTICAST
							   : POLICYD_ADDRESS_PUBLIC;
	}
	if (!high && low <= 1)
		return POLICYD_ADDRESS_LOOPBACK;
	if (high >> 54 == 0xfe80 >> 6)
		return POLICYD_ADDRESS_LINK;
	if (high >> 57 == 0xfc >> 1)
		return POLICYD_ADDRESS_PRIVATE;
	return high >> 56 == 0xff ? POLICYD_ADDRESS_MULTICAST : POLICYD_ADDRESS_PUBLIC;
}

/* A protocol and port, with the class of an address or POLICYD_ADDRESS_COUNT, as an item. Never 0. */
policyd_inline __u64 policyd_port_what(__u32 address, __u32 protocol, __u32 port)
{
	return (__u64)(address + 1) << 32 | (protocol & 0xffff) << 16 | (port & 0xffff);
}

#endif
