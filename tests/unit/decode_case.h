/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of decoding share: a host with mounts, one record, and what a text or a refusal must be.
 */
#ifndef DECODE_CASE_H
#define DECODE_CASE_H

#include "decode.h"

#include "event_sample.h"
#include "event_suite.h"

#define ROOT_DEV (8U << 20 | 1)
#define SRV_DEV	 (8U << 20 | 2)
#define SUB_DEV	 (8U << 20 | 3)

static struct host_mount mounts[] = {
	{.dev = ROOT_DEV, .root = "/", .point = "/", .fstype = "ext4"},
	{.dev = SRV_DEV, .root = "/", .point = "/mnt/long/way", .fstype = "xfs"},
	{.dev = SRV_DEV, .root = "/", .point = "/srv", .fstype = "xfs"},
	{.dev = SRV_DEV, .root = "/www", .point = "/w", .fstype = "xfs"},
	{.dev = SUB_DEV, .root = "/part", .point = "/data", .fstype = "btrfs"},
};

static const struct host host = {.mounts = mounts, .mount_count = ARRAY_SIZE(mounts)};

static struct sample_record record;

/* What keys of programs stand for; NULL: nothing. */
static int (*decoder_program)(void *data, uint64_t key, struct policyd_program *ret_program);

static inline struct decoder decoder_make(void)
{
	return (struct decoder){
		.host = &host,
		.clock_offset = 1000000000000000000U,
		.program = decoder_program,
	};
}

#define assert_text(text, string)                                                                            \
	do {                                                                                                 \
		ck_assert_uint_eq((text).length, sizeof(string) - 1);                                        \
		ck_assert_mem_eq((text).bytes, string, sizeof(string) - 1);                                  \
	} while (0)

/* Decodes the record, which must be right. */
static inline void record_decode(struct event *ret_event)
{
	struct decoder decoder = decoder_make();

	event_init(ret_event);
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, ret_event), 0);
}

/* Decodes the record and wants it refused for that reason. */
static inline void check_fault(size_t length, enum decode_fault fault)
{
	struct decoder decoder = decoder_make();
	CLEANUP_EVENT struct event event;

	event_init(&event);
	ck_assert_int_eq(decode(&decoder, &record, length, &event), -EBADMSG);
	for (int i = 0; i < DECODE_FAULT_COUNT; i++)
		ck_assert_uint_eq(decoder.faults[i], i == (int)fault);
}

#endif
