/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By which means a file's programs decide. A file that is not of LSM programs defines LANE before it includes
 * anything. The other two lanes are for hosts without BPF LSM and for policies that accept that (degraded).
 */
#ifndef BPF_LSM_LANE_H
#define BPF_LSM_LANE_H

#define LANE_LSM    0
#define LANE_CGROUP 1 /* programs at the sockets of a cgroup: they refuse, and send no signal */
#define LANE_TRACE  2 /* tracepoints: they see, when it is done */

#ifndef LANE
#define LANE LANE_LSM
#endif

#define LANE_REFUSES (LANE != LANE_TRACE)
#define LANE_FLAGS   (LANE == LANE_LSM ? 0U : POLICYD_EVENT_DEGRADED)

#endif
