/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The decision code: the automaton's step, the verdict look-up, the classification of addresses. Written
 * once; compiles as BPF over the image's map and as ordinary C over the image in memory (policyd_image_t).
 *
 * Functions that can fail return -1 when a line of the image could not be fetched or a record refers
 * outside it. A correct image never does that; callers treat it as an unresolved name, never as a pass.
 */
#ifndef POLICYD_DECIDE_H
#define POLICYD_DECIDE_H

#include <policyd/hash.h>
#include <policyd/image.h>
#include <policyd/op.h>
#include <policyd/types.h>

#ifdef __bpf__
typedef void *policyd_image_t;

policyd_inline const struct policyd_line *policyd_line_at(policyd_image_t image, __u32 i)
{
	return bpf_map_lookup_elem(image, &i);
}

/* A zero that the verifier does not know. Added to what the ways through a step leave, it makes one state of
 * them. */
extern volatile __u64 opaque_zero __weak;

policyd_inline __u32 policyd_opaque(__u32 value)
{
	return value + (__u32)opaque_zero;
}
#else
struct policyd_view {
	const struct policyd_line *lines;
	__u32 count;
};
typedef const struct policyd_view *policyd_image_t;

policyd_inline const struct policyd_line *policyd_line_at(policyd_image_t image, __u32 i)
{
	return i < image->count ? &image->lines[i] : NULL;
}

policyd_inline __u32 policyd_opaque(__u32 value)
{
	return value;
}
#endif

policyd_inline const struct policyd_header *policyd_header_at(policyd_image_t image)
{
	return (const struct policyd_header *)policyd_line_at(image, 0);
}

/* Group and slot of a key are taken from this. */
policyd_inline __u64 policyd_edge_mix(__u32 salt, __u32 state, __u64 hash)
{
	__u64 mix = (hash ^ ((__u64)(state ^ salt) * 0x9e3779b97f4a7c15ULL)) * 0xbf58476d1ce4e5b9ULL;

	mix ^= mix >> 29;
	return mix * 0x94d049bb133111ebULL;
}

policyd_inline __u32 policyd_edge_group(__u64 mix, __u32 lines)
{
	return (__u32)(((mix >> 32) * lines) >> 32);
}

policyd_inline __u32 policyd_edge_slot(__u64 mix, __u32 displacement, __u32 lines)
{
	return (__u32)(((((mix ^ displacement) * 0xbf58476d1ce4e5b9ULL) >> 32) * ((__u64)lines << 2)) >> 32);
}

/*
 * 1: found, *ret_next set; 0: no such edge; -1: the image is broken. Every look-up reads two lines and
 * compares one edge, however many there are.
 */
policyd_inline int policyd_edge_find(policyd_image_t image, const struct policyd_header *header, __u32 state,
				     __u64 hash, __u32 *ret_next)
{
	__u64 mix = policyd_edge_mix(header->salt, state, hash);
	__u32 group = policyd_edge_group(mix, header->edge_lines);
	const struct policyd_line *line;
	const struct policyd_edge *edge;
	__u32 slot;

	line = policyd_line_at(image, header->edges + header->edge_lines + (group >> 5));
	if (!line)
		return -1;
	slot = policyd_edge_slot(mix, line->h[group & 31], header->edge_lines);
	line = policyd_line_at(image, header->edges + (slot >> 2));
	if (!line)
		return -1;
	edge = (const struct policyd_edge *)line + (slot & 3);
	if (edge->hash != hash || edge->state != state)
		return 0;
	*ret_next = edge->next;
	return 1;
}

policyd_inline const struct policyd_state *policyd_state_at(policyd_image_t image,
							    const struct policyd_header *header, __u32 state)
{
	const struct policyd_line *line = policyd_line_at(image, header->states + (state >> 2));

	return line ? (const struct policyd_state *)line + (state & 3) : NULL;
}

policyd_inline const struct policyd_class *policyd_class_at(policyd_image_t image,
							    const struct policyd_header *header, __u32 class)
{
	const struct policyd_line *line = policyd_line_at(image, header->classes + (class >> 1));

	return line ? (const struct policyd_class *)line + (class & 1) : NULL;
}

policyd_inline const struct policyd_cell *
policyd_cell_at(policyd_image_t image, const struct policyd_header *header, __u32 row, __u32 subject)
{
	const struct policyd_line *line;

	line = policyd_line_at(image, header->rows + row * header->row_lines + (subject >> 2));
	return line ? (const struct policyd_cell *)line + (subject & 3) : NULL;
}

/* Entry i of a table of 32-bit entries that starts at line `base`: 0 and *ret_entry, or -1. */
policyd_inline int policyd_word_at(policyd_image_t image, __u32 base, __u32 i, __u32 *ret_entry)
{
	const struct policyd_line *line = policyd_line_at(image, base + (i >> 4));

	if (!line)
		return -1;
	*ret_entry = line->w[i & 15];
	return 0;
}

policyd_inline const struct policyd_below *
policyd_below_at(policyd_image_t image, const struct policyd_header *header, __u32 state, __u32 subject)
{
	const struct policyd_state *record = policyd_state_at(image, header, state);

	return record ? (const struct policyd_below *)policyd_cell_at(
				image, header, record->flags >> POLICYD_STATE_BELOW, subject)
		      : NULL;
}

/*
 * The operations that a subject may gain below a directory whose name leaves state `from` for state `to`: 0,
 * or -1. None where *ret_gain is 0; what is in it need not be gained for sure.
 */
policyd_inline int policyd_below_gain(policyd_image_t image, const struct policyd_header *header, __u32 from,
				      __u32 to, __u32 subject, __u32 *ret_gain)
{
	const struct policyd_below *below;
	__u32 any, extra;

	*ret_gain = 0;
	if (from == to)
		return 0;
	below = policyd_below_at(image, header, from, subject);
	if (!below)
		return -1;
	any = below->any;
	extra = below->extra;
	below = policyd_below_at(image, header, to, subject);
	if (!below)
		return -1;
	*ret_gain = any & ~below->all & (extra | below->loss);
	return 0;
}

policyd_inline const struct policyd_byte *policyd_byte_at(policyd_image_t image,
							  const struct policyd_header *header, __u32 i)
{
	const struct policyd_line *line = policyd_line_at(image, header->bytes + (i >> 3));

	return line ? (const struct policyd_byte *)line + (i & 7) : NULL;
}

/* Reads one byte: 0 and *base advanced, or -1. */
policyd_inline int policyd_byte_step(policyd_image_t image, const struct policyd_header *header, __u32 *base,
				     __u32 byte)
{
	const struct policyd_byte *cell = policyd_byte_at(image, header, *base + (byte & 0xff));

	if (!cell)
		return -1;
	if (cell->check != *base) {
		cell = policyd_byte_at(image, header, *base + POLICYD_BYTE_OTHER);
		if (!cell)
			return -1;
		*base = cell->check == *base ? cell->next : 0;
		return 0;
	}
	*base = cell->next;
	return 0;
}

/* The glob set that accepts at the component's end: 0 and *ret_set (0: none), or -1. */
policyd_inline int policyd_byte_end(policyd_image_t image, const struct policyd_header *header, __u32 base,
				    __u32 *ret_set)
{
	const struct policyd_byte *cell;

	if (!base) {
		*ret_set = 0;
		return 0;
	}
	cell = policyd_byte_at(image, header, base + POLICYD_BYTE_END);
	if (!cell)
		return -1;
	*ret_set = cell->check == base ? cell->next : 0;
	return 0;
}

/* What the first half of a step found. */
enum policyd_step {
	POLICYD_STEP_BROKEN = -1,
	POLICYD_STEP_DONE, /* *state is the next state */
	POLICYD_STEP_GLOB, /* run the byte automaton from *ret_glob over the name, then policyd_step_glob() */
};

/*
 * Reads one component by its hash. Where wildcards may match and no literal edge does, the caller runs
 * the byte automaton (it alone knows how to read the name's bytes).
 */
policyd_inline enum policyd_step policyd_step(policyd_image_t image, const struct policyd_header *header,
					      __u32 *state, __u64 hash, __u32 *ret_glob)
{
	const struct policyd_state *record;
	__u32 next = 0;

	if (!*state)
		return POLICYD_STEP_DONE;
	record = policyd_state_at(image, header, *state);
	if (!record)
		return POLICYD_STEP_BROKEN;
	if (record->flags & POLICYD_STATE_LITERAL) {
		int r = policyd_edge_find(image, header, *state, hash, &next);

		if (r < 0)
			return POLICYD_STEP_BROKEN;
		if (r) {
			*state = next;
			return POLICYD_STEP_DONE;
		}
	}
	if (record->glob) {
		*ret_glob = record->glob;
		return POLICYD_STEP_GLOB;
	}
	*state = record->fallback;
	return POLICYD_STEP_DONE;
}

/* The second half: `set` is what policyd_byte_end() gave. 0 and *state set, or -1. */
policyd_inline int policyd_step_glob(policyd_image_t image, const struct policyd_header *header, __u32 *state,
				     __u32 set)
{
	const struct policyd_state *record;
	__u32 next = 0;
	int r;

	if (set) {
		r = policyd_edge_find(image, header, *state, POLICYD_EDGE_GLOB | set, &next);
		if (r < 0)
			return -1;
		if (r) {
			*state = next;
			return 0;
		}
	}
	record = policyd_state_at(image, header, *state);
	if (!record)
		return -1;
	*state = record->fallback;
	return 0;
}

/*
 * Binary search in a table of ranges: the one wanted is in [low, high). A step at a time, since the kernel
 * runs the steps as a loop of callbacks (the verifier would follow every path through 20 of them).
 */
struct policyd_search {
	__u32 low;
	__u32 high;
};

#define POLICYD_SEARCH_STEPS 20 /* enough for POLICYD_LINES_MAX lines of ranges */

/* 1: found, it is search->low; 0: go on; -1: the image is broken. */
policyd_inline int policyd_search_step(policyd_image_t image, __u32 base, __u32 id,
				       struct policyd_search *search)
{
	__u32 middle = (search->low + search->high) >> 1;
	const struct policyd_line *line;

	if (search->low + 1 >= search->high)
		return 1;
	line = policyd_line_at(image, base + (middle >> 3));
	if (!line)
		return -1;
	if (((const struct policyd_range *)line)[middle & 7].first <= id)
		search->low = middle;
	else
		search->high = middle;
	return 0;
}

/* The line of terms of range number i, 0 if broken. */
policyd_inline __u32 policyd_range_line(policyd_image_t image, __u32 base, __u32 i)
{
	const struct policyd_line *line = policyd_line_at(image, base + (i >> 3));

	return line ? ((const struct policyd_range *)line)[i & 7].terms : 0;
}

#ifndef __bpf__
/* The set of terms of an id in a table of `count` ranges at `base`: its line number, or 0 if broken. */
policyd_inline __u32 policyd_range_terms(policyd_image_t image, __u32 base, __u32 count, __u32 id)
{
	struct policyd_search search = {.high = count};
	int r = 0;

	for (int i = 0; i <= POLICYD_SEARCH_STEPS && !r; i++)
		r = policyd_search_step(image, base, id, &search);
	return r == 1 ? policyd_range_line(image, base, search.low) : 0;
}
#endif

/* The key under which a set of terms is looked up. */
policyd_inline __u64 policyd_terms_hash(const struct policyd_line *terms)
{
	__u64 hash = 0x9e3779b97f4a7c15ULL;

	for (int i = 0; i < 8; i++) {
		hash = (hash ^ terms->q[i]) * 0xbf58476d1ce4e5b9ULL;
		hash ^= hash >> 31;
	}
	return hash & ~POLICYD_EDGE_GLOB;
}

/* Subject class of a set of terms: 0 and *ret_subject; -1 if the compiler did not foresee the set. */
policyd_inline int policyd_subject_find(policyd_image_t image, const struct policyd_header *header,
					const struct policyd_line *terms, __u32 *ret_subject)
{
	const struct policyd_line *known;
	__u32 subject = 0;

	if (policyd_edge_find(image, header, POLICYD_EDGE_SUBJECT, policyd_terms_hash(terms), &subject) != 1)
		return -1;
	known = policyd_line_at(image, header->subjects + subject);
	if (!known)
		return -1;
	for (int i = 0; i < 8; i++)
		if (known->q[i] != terms->q[i])
			return -1;
	*ret_subject = subject;
	return 0;
}

/* What is known of processes as objects, NULL if the image is broken. */
policyd_inline const struct policyd_process *policyd_process_at(policyd_image_t image,
								const struct policyd_header *header)
{
	const struct policyd_fixed *fixed =
		(const struct policyd_fixed *)policyd_line_at(image, header->fixed);

	return fixed ? (const struct policyd_process *)policyd_line_at(image, fixed->pseudo + 1) : NULL;
}

/*
 * Verdict row of a process of subject class `target`, process->targets where that is not known; signal is 1
 * to 64, anything for other operations.
 */
policyd_inline int policyd_process_row(policyd_image_t image, const struct policyd_process *process,
				       __u32 target, __u32 signal, __u32 *ret_row)
{
	const struct policyd_line *line = policyd_line_at(image, process->signal);

	if (!line)
		return -1;
	return policyd_word_at(
		image, process->rows,
		line->b[(signal - 1) & (POLICYD_SIGNALS - 1)] * (process->targets + 1) + target, ret_row);
}

/* Class of an IPv4 address in host byte order. */
policyd_inline int policyd_addr4_class(policyd_image_t image, const struct policyd_net *net, __u32 address,
				       __u32 *ret_class)
{
	__u32 entry = net->addr4_default;

	if (net->addr4 && policyd_word_at(image, net->addr4, address >> 16, &entry))
		return -1;
	if (entry & POLICYD_NET_MORE &&
	    policyd_word_at(image, entry & ~POLICYD_NET_MORE, (address >> 8) & 0xff, &entry))
		return -1;
	if (entry & POLICYD_NET_MORE &&
	    policyd_word_at(image, entry & ~POLICYD_NET_MORE, address & 0xff, &entry))
		return -1;
	if (entry & POLICYD_NET_MORE)
		return -1;
	*ret_class = entry;
	return 0;
}

/*
 * The edge key of an IPv6 prefix: both halves in host byte order, bits beyond the length zero. Keyed like
 * names, because a peer or a program may choose addresses freely.
 */
policyd_inline __u64 policyd_addr6_hash(const volatile struct policyd_hash_key *key, __u64 high, __u64 low)
{
	struct policyd_hash hash = policyd_hash_start(key, 16);

	policyd_hash_word(key, &hash, 0, high);
	policyd_hash_word(key, &hash, 1, low);
	return policyd_hash_end(&hash);
}

/* Masks of a prefix length up to 128. Without branches: the verifier follows each of them for each length. */
policyd_inline __u64 policyd_mask_high(__u32 length)
{
	__u64 whole = ~(__u64)((__s64)((__u64)length - 64) >> 63);

	return ~1ULL << ((63 - length) & 63) | whole;
}

policyd_inline __u64 policyd_mask_low(__u32 length)
{
	__u64 any = (__u64)((__s64)(64 - (__u64)length) >> 63);

	return ~0ULL << ((128 - length) & 63) & any;
}

#define POLICYD_PREFIXES_MAX 64 /* lengths of IPv6 prefixes: one line of them */

/* Whether an address, halves in host byte order, is an IPv4 one (::ffff:a.b.c.d). */
policyd_inline int policyd_addr_is_v4(__u64 high, __u64 low)
{
	return !high && low >> 32 == 0xffff;
}

/*
 * Class of an IPv6 address by the prefixes of one length: 1 and *ret_class; 0: it is in none; -1: the image
 * is broken. A length at a time, since the kernel runs them as a loop of callbacks (the verifier would follow
 * every path through 64 of them).
 */
policyd_inline int policyd_prefix_class(policyd_image_t image, const struct policyd_header *header,
					const volatile struct policyd_hash_key *key, __u32 length, __u64 high,
					__u64 low, __u32 *ret_class)
{
	return policyd_edge_find(
		image, header, POLICYD_EDGE_ADDR6 + length,
		policyd_addr6_hash(key, high & policyd_mask_high(length), low & policyd_mask_low(length)),
		ret_class);
}

#ifndef __bpf__
/* Class of an IPv6 address, halves in host byte order; ::ffff:a.b.c.d is classified as IPv4. */
policyd_inline int policyd_addr6_class(policyd_image_t image, const struct policyd_header *header,
				       const volatile struct policyd_hash_key *key,
				       const struct policyd_net *net, __u64 high, __u64 low, __u32 *ret_class)
{
	const struct policyd_line *lengths;

	if (policyd_addr_is_v4(high, low))
		return policyd_addr4_class(image, net, (__u32)low, ret_class);
	*ret_class = net->addr6_default;
	if (!net->addr6_count)
		return 0;
	lengths = policyd_line_at(image, net->addr6_lengths);
	if (!lengths)
		return -1;
	for (__u32 i = 0; i < POLICYD_PREFIXES_MAX && i < net->addr6_count; i++) {
		int r = policyd_prefix_class(image, header, key, lengths->b[i], high, low, ret_class);

		if (r)
			return r < 0 ? -1 : 0;
	}
	return 0;
}
#endif

/* Class of a port in host byte order. */
policyd_inline int policyd_port_class(policyd_image_t image, const struct policyd_net *net, __u32 port,
				      __u32 *ret_class)
{
	const struct policyd_line *line;
	__u32 block;

	if (policyd_word_at(image, net->port, (port >> 8) & 0xff, &block))
		return -1;
	line = policyd_line_at(image, block + ((port & 0xff) >> 5));
	if (!line)
		return -1;
	*ret_class = line->h[port & 31];
	return 0;
}

/* Class of a protocol (IPPROTO_*). */
policyd_inline int policyd_protocol_class(policyd_image_t image, const struct policyd_net *net,
					  __u32 protocol, __u32 *ret_class)
{
	__u32 i = protocol > 511 ? 511 : protocol;
	const struct policyd_line *line = policyd_line_at(image, net->protocol + (i >> 6));

	if (!line)
		return -1;
	*ret_class = line->b[i & 63];
	return 0;
}

/* Verdict row of an endpoint. */
policyd_inline int policyd_net_row(policyd_image_t image, const struct policyd_net *net, __u32 addr_class,
				   __u32 port_class, __u32 protocol_class, __u32 *ret_row)
{
	__u32 i = (protocol_class * net->port_classes + port_class) * net->addr_classes + addr_class;

	return policyd_word_at(image, net->rows, i, ret_row);
}

/* Numbers of the kernel's ABI, under names of our own: <sys/socket.h> has them as enumerations. */
#define POLICYD_AF_INET	       2
#define POLICYD_AF_INET6       10
#define POLICYD_SOCK_STREAM    1
#define POLICYD_SOCK_DGRAM     2
#define POLICYD_SOCK_RAW       3
#define POLICYD_SOCK_SEQPACKET 5
#define POLICYD_SOCK_DCCP      6
#define POLICYD_PROTOCOL_RAW   255

/*
 * The protocol by which making a socket is decided: on the internet families 0 is the default of the type,
 * and every raw socket has the protocol `raw`, since it can send any packet whatever its number.
 */
policyd_inline __u32 policyd_socket_protocol(__u32 family, __u32 type, __u32 protocol)
{
	if (family != POLICYD_AF_INET && family != POLICYD_AF_INET6)
		return protocol;
	if (type == POLICYD_SOCK_RAW)
		return POLICYD_PROTOCOL_RAW;
	if (protocol)
		return protocol;
	switch (type) {
	case POLICYD_SOCK_STREAM:
		return 6; /* TCP */
	case POLICYD_SOCK_DGRAM:
		return 17; /* UDP */
	case POLICYD_SOCK_SEQPACKET:
		return 132; /* SCTP */
	case POLICYD_SOCK_DCCP:
		return 33; /* DCCP */
	}
	return 0;
}

/* Class of a family (AF_*). */
policyd_inline int policyd_family_class(policyd_image_t image, const struct policyd_net *net, __u32 family,
					__u32 *ret_class)
{
	__u32 i = family & 255;
	const struct policyd_line *line = policyd_line_at(image, net->family + (i >> 6));

	if (!line)
		return -1;
	*ret_class = line->b[i & 63];
	return 0;
}

/* Verdict row of making a socket. */
policyd_inline int policyd_socket_row(policyd_image_t image, const struct policyd_net *net,
				      __u32 family_class, __u32 protocol_class, __u32 *ret_row)
{
	return policyd_word_at(image, net->sockets, protocol_class * net->family_classes + family_class,
			       ret_row);
}

#define POLICYD_NO_ROW 0xffffffffu

/* Verdict row of a system call; POLICYD_NO_ROW where every subject makes it in silence. */
policyd_inline int policyd_syscall_row(policyd_image_t image, __u32 arch, __u32 number, __u32 *ret_row)
{
	const struct policyd_tables *tables = (const void *)policyd_line_at(image, POLICYD_TABLES);
	__u32 entry = 0;

	if (!tables)
		return -1;
	if (number > POLICYD_SYSCALL_OTHER)
		number = POLICYD_SYSCALL_OTHER;
	if (tables->syscalls &&
	    policyd_word_at(image, tables->syscalls, arch * POLICYD_SYSCALLS + number, &entry) < 0)
		return -1;
	*ret_row = entry - 1; /* 0 wraps to POLICYD_NO_ROW */
	return 0;
}

#endif
