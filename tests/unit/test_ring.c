// SPDX-License-Identifier: Apache-2.0
/*
 * Reads rings that are made in a memory file, with the layout of the kernel's: two pages of positions, and
 * the records twice in a row.
 */
#include "ring.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "event_suite.h"

#define SIZE	  ((size_t)1 << 20)
#define SIZE_LONG 400000U

struct maker {
	int fd;
	size_t page;
	uint64_t *consumer;
	uint64_t *producer;
	char *records;
	struct ring *ring;
};

struct taken {
	uint64_t count;
	uint64_t next; /* number of the record that is due */
	uint64_t stop; /* after that one */
};

static struct maker maker;

static void setup(void)
{
	char *memory;

	maker.page = (size_t)sysconf(_SC_PAGESIZE);
	maker.fd = memfd_create("ring", MFD_CLOEXEC);
	ck_assert_int_ge(maker.fd, 0);
	ck_assert_int_eq(ftruncate(maker.fd, (off_t)(2 * maker.page + 2 * SIZE)), 0);
	memory = mmap(NULL, 2 * maker.page + 2 * SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, maker.fd, 0);
	ck_assert_ptr_ne(memory, MAP_FAILED);
	maker.consumer = (uint64_t *)memory;
	maker.producer = (uint64_t *)(memory + maker.page);
	maker.records = memory + 2 * maker.page;
	ck_assert_int_eq(ring_open(maker.fd, SIZE, &maker.ring), 0);
}

static void teardown(void)
{
	ring_close(maker.ring);
	ck_assert_int_eq(munmap(maker.consumer, 2 * maker.page + 2 * SIZE), 0);
	ck_assert_int_eq(close(maker.fd), 0);
}

/* In the kernel both places are the same memory. */
static void put(uint64_t position, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		size_t offset = (size_t)((position + i) % SIZE);

		maker.records[offset] = maker.records[offset + SIZE] = ((const char *)bytes)[i];
	}
}

/* A record of a size that begins and ends with its number. */
static void produce(uint64_t number, uint32_t size, uint32_t flags)
{
	uint32_t head = size | flags;

	ck_assert_uint_le(*maker.producer + size - *maker.consumer, SIZE);
	put(*maker.producer, &head, sizeof(head));
	put(*maker.producer + BPF_RINGBUF_HDR_SZ, &number, sizeof(number));
	put(*maker.producer + BPF_RINGBUF_HDR_SZ + size - sizeof(number), &number, sizeof(number));
	*maker.producer += ((uint64_t)size + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
}

static int take(void *data, const void *record, size_t size)
{
	struct taken *taken = data;
	uint64_t first, last;

	memcpy(&first, record, sizeof(first));
	memcpy(&last, (const char *)record + size - sizeof(last), sizeof(last));
	ck_assert_uint_eq(first, taken->next);
	ck_assert_uint_eq(last, taken->next);
	taken->count++;
	return taken->next++ == taken->stop ? -ECANCELED : 0;
}

/* Twenty times around, with sizes that tear at every edge: the ring's, the window's and pages'. */
START_TEST(ring_goes_around)
{
	struct taken taken = {.stop = UINT64_MAX};
	uint64_t produced = 0;

	setup();
	while (*maker.producer < 20ULL * SIZE) {
		for (unsigned int i = 0; i < 100; i++, produced++)
			produce(produced, 16 + (uint32_t)(produced * 37 % 5000), 0);
		while (*maker.consumer < *maker.producer)
			ck_assert_int_gt(ring_consume(maker.ring, take, &taken), 0);
		ck_assert_uint_eq(*maker.consumer, *maker.producer);
	}
	ck_assert_uint_eq(taken.count, produced);
	ck_assert_int_eq(ring_consume(maker.ring, take, &taken), 0);
	teardown();
}
END_TEST

/* One that is longer than what is mapped at a time, at every place. */
START_TEST(ring_takes_long_records)
{
	struct taken taken = {.stop = UINT64_MAX};

	setup();
	for (uint64_t i = 0; i < 50; i += 2) {
		produce(i, SIZE_LONG, 0);
		produce(i + 1, 24, 0);
		ck_assert_int_eq(ring_consume(maker.ring, take, &taken), 1);
		ck_assert_int_eq(ring_consume(maker.ring, take, &taken), 1);
	}
	teardown();
}
END_TEST

START_TEST(ring_leaves_what_is_being_written)
{
	struct taken taken = {.stop = UINT64_MAX};
	uint32_t head = 64;
	uint64_t at;

	setup();
	produce(0, 64, 0);
	produce(77, 64, BPF_RINGBUF_DISCARD_BIT);
	at = *maker.producer;
	produce(1, 64, BPF_RINGBUF_BUSY_BIT);
	produce(2, 64, 0);
	ck_assert_int_eq(ring_consume(maker.ring, take, &taken), 1);
	ck_assert_uint_eq(*maker.consumer, at);
	ck_assert_int_eq(ring_consume(maker.ring, take, &taken), 0);
	put(at, &head, sizeof(head));
	ck_assert_int_eq(ring_consume(maker.ring, take, &taken), 2);
	ck_assert_uint_eq(taken.count, 3);
	teardown();
}
END_TEST

START_TEST(ring_stops_where_it_is_told)
{
	struct taken taken = {.stop = 1};

	setup();
	for (uint64_t i = 0; i < 4; i++)
		produce(i, 40, 0);
	ck_assert_int_eq(ring_consume(maker.ring, take, &taken), -ECANCELED);
	ck_assert_uint_eq(taken.count, 2);
	ck_assert_int_eq(ring_consume(maker.ring, take, &taken), 2);
	ck_assert_uint_eq(taken.count, 4);
	teardown();
}
END_TEST

/* A head that the kernel would not write: nothing outside the ring is read. */
START_TEST(ring_refuses_what_is_longer_than_itself)
{
	struct taken taken = {.stop = UINT64_MAX};
	uint32_t head = (uint32_t)SIZE;

	setup();
	produce(0, 40, 0);
	put(0, &head, sizeof(head));
	ck_assert_int_eq(ring_consume(maker.ring, take, &taken), -EBADMSG);
	ck_assert_uint_eq(taken.count, 0);
	teardown();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		ring_goes_around,
		ring_takes_long_records,
		ring_leaves_what_is_being_written,
		ring_stops_where_it_is_told,
		ring_refuses_what_is_longer_than_itself,
	};

	return suite_run("ring", tests, ARRAY_SIZE(tests));
}
