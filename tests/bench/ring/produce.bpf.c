/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts records into a ring that is set up like the product's, as fast as it is asked to. A program that is
 * run by hand, so that hosts without BPF LSM can do it.
 */
#include "../../../bpf-lsm/kernel.bpf.h"
#include <policyd/event.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024);
} events SEC(".maps");

char record[POLICYD_EVENT_SMALL]
	__attribute__((aligned(8))); /* what is sent; digits of a file's name in it are counted up */
__u32 digits;			     /* where these are, eight of them */
__u64 share;			     /* bytes of the ring that they may fill, as event_admit() has it */
__u64 produced;
__u64 lost;

struct request {
	__u32 count;
};

static __always_inline void number_write(__u64 number)
{
	for (int i = 7; i >= 0; i--) {
		__u32 at = digits + (__u32)i;

		if (at < sizeof(record))
			record[at] = (char)('0' + number % 10);
		number /= 10;
	}
}

static long send(__u32 i, void *context)
{
	number_write(produced++);
	*(__u64 *)(record + offsetof(struct policyd_event_head, time)) = bpf_ktime_get_boot_ns();
	if (bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= share ||
	    bpf_ringbuf_output(&events, record, sizeof(record), 0))
		lost++;
	return 0;
}

SEC("syscall")
int produce(struct request *request)
{
	bpf_loop(request->count, send, NULL, 0);
	return 0;
}
