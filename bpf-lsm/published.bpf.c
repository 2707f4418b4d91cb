/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Variables of all programs: the number of the generation that decides, the build whose programs count, and
 * the classes of tasks. Each in a map of its own, where it stands first in every build, since the daemon maps
 * it and stores to it.
 */
#include "maps.bpf.h"

__u64 published SEC(".data.published") = 0;
__u64 acting SEC(".data.acting") = 0;
__u64 subjects[1 << SUBJECTS_BITS] SEC(".data.subjects") = {};
