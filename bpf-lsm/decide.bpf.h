/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Verdicts: what a hook does with a subject, an object and a mask of operations. A hook propagates an
 * earlier refusal, extracts its object, and returns what decide_*() gives: 0 or -errno.
 *
 * Written verdicts for what can fail: no image published: 0 (nothing is enforced yet, and policyd says so).
 * A name that cannot be established: the row POLICYD_PSEUDO_UNRESOLVED of the subject. A subject that cannot
 * be established: refused, unless every subject passes. A broken image: refused.
 */
#ifndef BPF_LSM_DECIDE_H
#define BPF_LSM_DECIDE_H

#include "content.bpf.h"
#include "known.bpf.h"
#include "verdict.bpf.h"

/* False: nothing is published, everything passes. */
static __always_inline bool decision_open(struct decision *decision)
{
	decision->subject = 0;
	decision->gain = 0;
	decision->made = 0;
	decision->device = 0;
	decision->subject_reason = POLICYD_REASON_NONE;
	decision->image = image_live();
	if (!decision->image)
		return false;
	decision->header = policyd_header_at(decision->image);
	return decision->header != NULL;
}

/* The row of conditions that hold; report->reason is set where it cannot be found. By itself, for the stack.
 */
static __noinline __u32 conditions_row(void *image, __u32 row, __u32 class, struct report *report)
{
	if (policyd_row_of(image, row, class, &row))
		report->reason = POLICYD_REASON_IMAGE;
	return row;
}

/* The row of a name whose class has conditions; report->reason is set where it cannot be found. */
static __noinline __u32 decide_conditions(const struct decision *decision, __u32 row, struct dentry *object,
					  struct report *report)
{
	__u64 generation = decision->header->generation;
	__u64 address = address_or_none(object);
	__u32 made = decision->made;
	__u64 class = decision->device;

	if (row & POLICYD_ROW_CONTENT && made == DECISION_OF_CONTENT)
		class = content_class(address, row, generation);
	else if (row & POLICYD_ROW_CONTENT && made == DECISION_OF_UNREAD)
		class = CONDITION_FAILED | POLICYD_REASON_CONTENT;
	if (made <= DECISION_OF_UNREAD)
		made = 0;
	if (!(class & CONDITION_FAILED))
		class = condition_class(address, made, (__u32) class, row, generation);
	report->condition = (__u32) class;
	if (!(class & CONDITION_FAILED))
		return conditions_row(decision->image, row, (__u32) class, report);
	report->reason = (__u32) class;
	return row;
}

/* The report about a subject that could not be established, and is refused. */
static __always_inline void decide_stranger(const struct decision *decision, __u32 ops, struct report *report)
{
	counter_add(POLICYD_COUNT_UNRESOLVED + (decision->subject_reason & 7));
	counter_add(POLICYD_COUNT_REFUSED);
	report->flags = POLICYD_EVENT_UNRESOLVED;
	report->reason = decision->subject_reason;
	report->error = EPERM;
	report->op = decide_first_bit(ops);
}

/* Whether a known subject does all that with a name in silence, as is most often so. */
static __always_inline bool decide_passes(const struct decision *decision, const struct name *name, __u32 ops)
{
	if (name->reason | name->folded | decision->subject_reason | decision->gain ||
	    name->row & POLICYD_ROW_CONDITIONS)
		return false;
	return cell_is_silent(
		policyd_cell_at(decision->image, decision->header, name->row, decision->subject), ops);
}

/*
 * Verdict on a classified name. `target` is the second name of a link or rename, for the event, and with
 * DECISION_OF_TARGET the name of the file that is about to have this one.
 */
static __noinline int decide_name(const struct decision *decision, const struct name *name, __u32 ops,
				  struct dentry *object, struct dentry *target)
{
	const struct policyd_header *header = decision->header;
	void *image = decision->image;
	__u32 row = name->row, quiet = 0;
	struct report report;
	int say;

	if (decide_passes(decision, name, ops))
		return 0;
	report = report_blank();
	report.subject = decision->subject;
	report.class = name->class;
	report.reason = name->reason;
	if (!name->reason && row & POLICYD_ROW_CONDITIONS)
		row = decide_conditions(decision, row, decision->made == DECISION_OF_TARGET ? target : object,
					&report);
	if (report.reason) {
		report.flags = POLICYD_EVENT_UNRESOLVED;
		counter_add(POLICYD_COUNT_UNRESOLVED);
		counter_add(POLICYD_COUNT_UNRESOLVED + (report.reason & 15));
		if (decide_pseudo(image, header, POLICYD_PSEUDO_UNRESOLVED, &row, &quiet))
			return -EPERM;
	}
	if (decision->subject_reason) {
		decide_stranger(decision, ops, &report);
		say = 1;
	} else {
		say = decide_named(image, header, name, row, ops, &report);
		if (decision->gain && !report.error) {
			report.op = decide_first_bit(ops);
			report.error = EPERM;
			report.flags |= POLICYD_EVENT_LAUNDER;
			counter_add(POLICYD_COUNT_REFUSED);
			say = 1;
		}
	}
	if (!say)
		return 0;
	if (report.op >= POLICYD_REVALIDATE_SHIFT)
		report.op -= POLICYD_REVALIDATE_SHIFT;
	if (say == 1)
		event_path(&report, address_or_none(object), address_or_none(target), header->generation);
	return decide_return(report.error);
}

/* Verdict on a classified name, asking for the subject only where it matters. */
static __always_inline int decide_classified(struct decision *decision, const struct name *name, __u32 ops,
					     struct dentry *object, struct dentry *target)
{
	if (!name->reason && !(ops & ~name->quiet))
		return 0;
	subject_current(decision);
	return decide_name(decision, name, ops, object, target);
}

#define DECIDE_EXECUTION (POLICYD_OP_EXEC_RUN | POLICYD_OP_EXEC_LOAD)

static __always_inline bool file_recall_name(struct dentry *dentry, struct inode *inode, __u64 generation,
					     bool overlaid, struct name *name)
{
	struct recollection seen;

	if (!file_recall(dentry, inode, generation, overlaid, &seen))
		return false;
	name->class = seen.entry->class;
	name->row = seen.entry->row;
	name->quiet = seen.entry->quiet;
	name->reason = POLICYD_REASON_NONE;
	return recollection_holds(&seen, dentry);
}

/* By itself, for the stack. */
static __noinline bool file_named_overlaid(struct dentry *dentry, struct inode *inode, __u64 generation,
					   struct name *name)
{
	return file_recall_name(dentry, inode, generation, true, name);
}

/* Fills `name` with what is remembered of the file. By itself, too. */
static __noinline bool file_named(struct dentry *dentry, struct inode *inode, __u64 generation,
				  struct name *name)
{
	return file_recall_name(dentry, inode, generation, false, name) ||
	       (file_is_overlaid(dentry) && file_named_overlaid(dentry, inode, generation, name));
}

/*
 * The name that the file was opened under. The inode is the file's own pointer, which the verifier trusts. By
 * itself, for the stack.
 */
static __noinline int file_classify(struct file *file, const struct decision *decision, struct name *name)
{
	struct dentry *dentry = file->f_path.dentry;
	struct name_reading reading;

	if (file_named(dentry, file->f_inode, decision->header->generation, name))
		return 0;
	*name = name_blank();
	reading.names = file_read(dentry);
	reading.life = opaque_zero;
	name_classify(dentry, decision, name, &reading.life);
	if (name->reason == POLICYD_REASON_NONE && !name->folded)
		file_remember(dentry, file->f_inode, &reading, name, decision->header);
	return 0;
}

/* Verdict on an open file, by the name it was opened under. */
static __always_inline int decide_file(struct file *file, __u32 ops)
{
	struct decision decision;
	struct name name = {};

	if (!ops || !decision_open(&decision))
		return 0;
	if (ops & DECIDE_EXECUTION)
		decision.made = DECISION_OF_CONTENT;
	file_classify(file, &decision, &name);
	return decide_classified(&decision, &name, ops, file->f_path.dentry, NULL);
}

/* Verdict on a name that no open file stands for. `target` is for the event. */
static __always_inline int decide_dentry(struct dentry *dentry, __u32 ops, struct dentry *target)
{
	struct decision decision;
	struct name name = {};

	if (!ops || !decision_open(&decision))
		return 0;
	if (ops & DECIDE_EXECUTION)
		decision.made = DECISION_OF_UNREAD;
	name_classify_slow(dentry, &decision, &name);
	return decide_classified(&decision, &name, ops, dentry, target);
}

/* Verdict on a name about to be made, for a file of this mode and, for device nodes, number. */
static __always_inline int decide_new(struct dentry *dentry, __u32 ops, __u32 mode, __u32 device)
{
	struct decision decision;
	struct name name = {};

	if (!decision_open(&decision))
		return 0;
	decision.made = (__u16)(mode & S_IFMT ? mode : mode | S_IFREG);
	decision.device = device;
	name_classify_slow(dentry, &decision, &name);
	return decide_classified(&decision, &name, ops, dentry, NULL);
}

#endif
