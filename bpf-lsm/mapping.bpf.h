/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Mappings by which a file can be written.
 */
#ifndef BPF_LSM_MAPPING_H
#define BPF_LSM_MAPPING_H

#include "kernel.bpf.h"

/* Whether a new mapping is shared and can be written. */
static __always_inline bool mapping_writes(unsigned long prot, unsigned long flags)
{
	__u32 type = flags & MAP_TYPE;

	return prot & PROT_WRITE && (type == MAP_SHARED || type == MAP_SHARED_VALIDATE);
}

/* Whether a shared mapping that could not be written is about to be. */
static __always_inline bool mapping_turns(const struct vm_area_struct *vma, unsigned long prot)
{
	return prot & PROT_WRITE && !(vma->vm_flags & VM_WRITE) && vma->vm_flags & VM_SHARED;
}

#endif
