/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is in a file that is about to be executed: handed from the program that reads it, which may sleep, to
 * the one that decides, which may not. Both run in the same call of the hook, in the same task.
 */
#ifndef BPF_LSM_CONTENT_H
#define BPF_LSM_CONTENT_H

#include "condition.bpf.h"

#include <policyd/content.h>

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct policyd_reading);
} readings SEC(".maps") __weak;

/*
 * Content class of the file at an address, which the task is about to execute, or CONDITION_FAILED | reason.
 * A reading is used once.
 */
__noinline __weak __u64 content_class(__u64 dentry, __u32 row, __u64 generation)
{
	struct policyd_reading *reading =
		bpf_task_storage_get(&readings, bpf_get_current_task_btf(), NULL, 0);
	const struct policyd_header *header;
	void *image = image_of(generation);
	__u64 digest[4];
	__u32 class = 0;
	__u64 hash;

	if (!reading || reading->state != POLICYD_CONTENT_KNOWN || reading->dentry != dentry)
		return CONDITION_FAILED | POLICYD_REASON_CONTENT;
	reading->state = POLICYD_CONTENT_USED;
	reading->generation = generation;
	__builtin_memcpy(digest, reading->digest, sizeof(digest));
	if (!image)
		return CONDITION_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return CONDITION_FAILED | POLICYD_REASON_GENERATION;
	hash = policyd_content_hash(&name_key, digest);
	if (policyd_content_class(image, header, row, hash, digest, &class))
		return CONDITION_FAILED | POLICYD_REASON_IMAGE;
	return class;
}

#endif
