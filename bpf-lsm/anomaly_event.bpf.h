/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records of rates and detectors.
 */
#ifndef BPF_LSM_ANOMALY_EVENT_H
#define BPF_LSM_ANOMALY_EVENT_H

#include "endpoint.bpf.h"

#include <policyd/anomaly.h>

#define TYPED_MAX 256

/* What happened. Its object is by kind the address of a dentry, a sockaddr or a string, or the
 * gain. */
struct happening {
	__u64 generation;
	__u64 object;
	union {
		__u64 sum;
		__u64 item; /* of baselines */
	};
	union {
		__u64 first;	  /* address of the example */
		__u64 executable; /* of baselines */
	};
	__u32 subject;
	__u32 kind;
	__u32 extra; /* length of a sockaddr, number of a child, an errno, an age in ms, windows,
			 enum policyd_wx */
	__u32 number;
	__u32 flags;   /* POLICYD_EVENT_KILLED */
	__s32 error;   /* of a refusal */
	__u32 refused; /* by some entry */
};

static __always_inline void anomaly_object(struct policyd_event_anomaly *event,
					   const struct happening *happening)
{
	struct endpoint endpoint = {};

	event->head.op = happening->kind;
	event->number = happening->number;
	if (happening->kind >= POLICYD_ANOMALY_LEARNT) {
		event->executable = happening->executable;
		event->item = happening->item;
	} else {
		event->count = happening->sum;
	}
	if (happening->kind == POLICYD_ANOMALY_NEW_SEQUENCE)
		event->count = happening->extra;
	if (happening->kind == POLICYD_ANOMALY_UID_GAIN)
		event->item = happening->object;
	if (happening->kind == POLICYD_ANOMALY_WX_MEMORY)
		event->item = happening->extra;
	if (happening->kind == POLICYD_ANOMALY_FORK)
		event->child = happening->extra;
	if (happening->kind == POLICYD_ANOMALY_OPEN_FAILED)
		event->head.error = (__s32)happening->extra;
	if (happening->kind != POLICYD_ANOMALY_CONNECT && happening->kind != POLICYD_ANOMALY_NEW_CONNECT)
		return;
	endpoint_read(&endpoint, (void *)happening->object, (int)happening->extra, NULL);
	event_address(event->remote, &endpoint);
	event->remote_port = (__u16)endpoint.port;
	event->family = (__u16)endpoint.family;
}

/* The name of the file, or the one that was typed. Returns the offset behind it. */
static __always_inline __u64 anomaly_name(struct policyd_event_anomaly *event,
					  const struct happening *happening)
{
	long length;

	if (happening->object && POLICYD_ANOMALY_NAMED >> happening->kind & 1) {
		event_describe(&event->object, happening->object);
		return event_place((char *)event, POLICYD_EVENT_SMALL, &event->object, happening->object,
				   sizeof(*event)) &
		       0xffff;
	}
	if (happening->kind != POLICYD_ANOMALY_OPEN_FAILED)
		return sizeof(*event);
	length = bpf_probe_read_kernel_str((char *)event + sizeof(*event), TYPED_MAX,
					   (void *)happening->object);
	if (length <= 1)
		return sizeof(*event);
	event->typed_offset = sizeof(*event);
	event->typed_length = (__u32)length - 1;
	return sizeof(*event) + event->typed_length;
}

/* Returns -1 where the ring has no room. */
static __noinline int anomaly_event(const struct happening *happening)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct report report = {
		.subject = happening->subject,
		.flags = happening->flags,
		.error = happening->error,
	};
	struct policyd_event_anomaly *event;

	counter_add(POLICYD_COUNT_DECISION);
	event = bpf_ringbuf_reserve(&events, POLICYD_EVENT_SMALL, 0);
	if (!event) {
		counter_add(POLICYD_COUNT_LOST_ANOMALY);
		return -1;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event_start(&event->head, POLICYD_EVENT_ANOMALY, &report, happening->generation);
	event_who(&event->head, task);
	if (happening->first && happening->kind < POLICYD_ANOMALY_LEARNT)
		bpf_probe_read_kernel(&event->first, sizeof(event->first), (void *)happening->first);
	anomaly_object(event, happening);
	event_close(event, &event->head, &event->exe, task, anomaly_name(event, happening));
	return 0;
}

#endif
