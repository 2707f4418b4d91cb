/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the kernel's ring buffer (BPF_MAP_TYPE_RINGBUF), a piece at a time: mapped as a whole, as libbpf
 * does, each of its pages would count twice to the process's memory for as long as it lives.
 */
#ifndef POLICYD_RING_H
#define POLICYD_RING_H

#include <stddef.h>

struct ring;

/* Returns 0, or < 0 to stop. The record is the ring's: nothing may point to it afterwards. */
typedef int ring_take_fn(void *data, const void *record, size_t size);

/* `fd` is the map's and borrowed; `size` its bytes, a power of two and a multiple of the page size. 0 or
 * -errno. */
int ring_open(int fd, size_t size, struct ring **ret_ring);

/*
 * Calls `take` for records that wait, in order, at most an eighth of the ring: only then does the kernel get
 * their room back, and until then a process that is killed has taken none. Returns their number, or what
 * `take` returned where that is < 0 (its record counts as taken), or -errno.
 */
int ring_consume(struct ring *ring, ring_take_fn *take, void *data);

/* Takes NULL. */
void ring_close(struct ring *ring);

#endif
