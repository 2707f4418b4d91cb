/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations that give a file another name: what a subject would gain by it, and the verdict on both names.
 */
#ifndef BPF_LSM_GAIN_H
#define BPF_LSM_GAIN_H

#include "decide.bpf.h"

/* A name's state and row as one number. */
static __always_inline __u64 decide_pack(const struct name *name)
{
	return (__u64)name->state << 32 | name->row;
}

/* What a subject is refused in row `old` and not in row `new`: 0, or -1. */
static __always_inline int decide_row_gain(void *image, const struct policyd_header *header, __u32 old,
					   __u32 new, __u32 subject, __u32 *gain)
{
	const struct policyd_cell *cell = policyd_cell_at(image, header, old, subject);
	__u32 refused;

	if (!cell)
		return -1;
	refused = cell->refuse;
	cell = policyd_cell_at(image, header, new, subject);
	if (!cell)
		return -1;
	*gain |= refused & ~cell->refuse;
	return 0;
}

/* What is asked of each content that a file may have, for the loop's callback. */
struct condition_gain {
	__u64 rows;
	__u64 file;
	__u64 generation;
	__u32 subject;
	__u32 gain; /* ~0 where it cannot be said */
};

static long decide_content_gain(__u32 content, struct condition_gain *walk)
{
	__u32 from = walk->rows >> 32, to = (__u32)walk->rows, old = from, new = to, gain = 0;
	const struct policyd_header *header;
	void *image = image_of(walk->generation);
	__u64 class = condition_class(walk->file, 0, content, from & POLICYD_ROW_CONDITIONS ? from : to,
				      walk->generation);
	__u32 before = walk->gain;

	walk->gain = ~0U;
	if (!image || class & CONDITION_FAILED)
		return 1;
	header = policyd_header_at(image);
	if (!header || header->generation != walk->generation ||
	    policyd_row_of(image, from, (__u32) class, &old) ||
	    policyd_row_of(image, to, (__u32) class, &new) ||
	    decide_row_gain(image, header, old, new, walk->subject, &gain))
		return 1;
	walk->gain = before | gain;
	return 0;
}

/*
 * The same for the file at an address under two names, whose rows have conditions. What is in it is not
 * known, so it may be what any rule lists. ~0 where it cannot be said.
 */
__noinline __weak __u32 decide_condition_gain(__u64 rows, __u32 subject, __u64 file, __u64 generation)
{
	struct condition_gain walk = {
		.rows = rows, .file = file, .generation = generation, .subject = subject};
	__u32 from = rows >> 32, to = (__u32)rows, contents = 1;
	const struct policyd_conditions *conditions;
	void *image = image_of(generation);

	if (!image)
		return ~0U;
	if ((from | to) & POLICYD_ROW_CONTENT) {
		conditions = policyd_conditions_at(image, from & POLICYD_ROW_CONDITIONS ? from : to);
		contents = conditions ? conditions->contents : ~0U;
	}
	if (contents > POLICYD_CONTENTS_MAX)
		return ~0U;
	bpf_loop(contents, decide_content_gain, &walk, 0);
	return walk.gain;
}

/*
 * Operations that a subject may do with the file at an address under the second name and not under the first;
 * for a directory also those that it may gain below. Both names are decide_pack()ed. Global, so that it is
 * verified once.
 */
__noinline __weak __u32 decide_gain_of(__u64 from, __u64 to, __u32 subject, __u64 file, __u64 generation)
{
	__u32 old = (__u32)from, new = (__u32)to, gain = 0, below = 0;
	const struct policyd_header *header;
	void *image = image_of(generation);

	if (!image)
		return ~0U;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return ~0U;
	if ((old | new) & POLICYD_ROW_CONDITIONS)
		gain = decide_condition_gain((__u64)old << 32 | new, subject, file, generation);
	else if (decide_row_gain(image, header, old, new, subject, &gain))
		return ~0U;
	if (condition_is_directory(file) &&
	    policyd_below_gain(image, header, from >> 32, to >> 32, subject, &below))
		return ~0U;
	return gain | below;
}

/* The same where both names and the subject are known; otherwise the row of unresolved names decides. */
static __always_inline __u32 decide_gain(const struct decision *decision, const struct name *from,
					 const struct name *to, struct dentry *file)
{
	__u64 address =
		address_of(file); /* before the rest is loaded, which the call would put on the stack */

	if (from->reason || to->reason || decision->subject_reason)
		return 0;
	return decide_gain_of(decide_pack(from), decide_pack(to), decision->subject, address,
			      decision->header->generation);
}

/* Asked for again where it is needed: 6.1 counts each word kept on the stack. */
static __noinline bool decide_is_directory(struct dentry *dentry)
{
	return condition_is_directory(address_of(dentry));
}

/* What a new name for a file of the mode is beside its creation: a socket is bound to it. */
static __always_inline __u32 op_bound(__u32 mode)
{
	return (mode & S_IFMT) == S_IFSOCK ? POLICYD_OP_NETWORK_BIND : 0;
}

/* The same of a name that the file at another one gets. */
static __noinline __u32 decide_bound(struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;
	__u32 mode = 0;

	if (inode)
		mode = inode->i_mode;
	return policyd_opaque(op_bound(mode));
}

#define DECIDE_LOSING (POLICYD_OP_FILE_DELETE | POLICYD_OP_FILE_RENAME)

static __noinline int decide_pair_name(struct name *name, __u64 state, const struct decision *decision)
{
	*name = name_blank();
	name_resolve(name, state, decision);
	name->reason = policyd_opaque(name->reason);
	return 0;
}

/* The same of a decision: it goes on in one way for the verifier, however its subject was found. */
static __noinline int decide_pair_subject(struct decision *decision, __u32 gain)
{
	decision->subject = policyd_opaque(decision->subject);
	decision->subject_reason = (__u16)policyd_opaque(decision->subject_reason);
	decision->gain = policyd_opaque(gain);
	return 0;
}

/*
 * Verdict on an operation that gives the file `from` the name `to`, and with `exchange` the file `to` the
 * name `from`: `ops` on the first, `to_ops` on the second. It is refused too when a new name would permit the
 * subject anything that the old name does not: a restriction on a name would otherwise end with a link. With
 * a directory the names below it change too. A socket is bound to the name it gets.
 */
static __always_inline int decide_pair(struct dentry *from, __u32 ops, struct dentry *to, __u32 to_ops,
				       bool exchange)
{
	struct name name = {}, second = {};
	struct decision decision;
	int r;

	if (!decision_open(&decision))
		return 0;
	/* The slow walk alone: two fast ones on one stack are more than the verifier takes. */
	decide_pair_name(&name, name_slow(address_of(from), decision.header->generation), &decision);
	decide_pair_name(&second, name_slow(address_of(to), decision.header->generation), &decision);
	if (!name.reason && !second.reason && name.class == second.class &&
	    (name.state == second.state || !(decide_is_directory(from) || decide_is_directory(to))) &&
	    !((ops | to_ops | decide_bound(from) | decide_bound(to)) & ~name.quiet))
		return 0;
	subject_current(&decision);
	decide_pair_subject(&decision, decide_gain(&decision, &name, &second, from));
	r = decide_name(&decision, &name, ops | (exchange ? decide_bound(to) : 0), from, to);
	if (r)
		return r;
	decision.gain = exchange ? decide_gain(&decision, &second, &name, to) : 0;
	/* Conditions of the new name are about the file that gets it, or about the one that loses it. */
	if (second.row & POLICYD_ROW_CONDITIONS && to_ops & DECIDE_LOSING) {
		r = decide_name(&decision, &second, to_ops & DECIDE_LOSING, to, from);
		to_ops &= ~DECIDE_LOSING;
		if (r || !(to_ops | decide_bound(from)))
			return r;
	}
	decision.made = DECISION_OF_TARGET;
	return decide_name(&decision, &second, to_ops | decide_bound(from), to, from);
}

#endif
