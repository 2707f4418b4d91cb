// SPDX-License-Identifier: Apache-2.0
/*
 * What the map shows: a page with the position up to which we have read, a page with the kernel's own, and
 * the records, twice in a row, so that none is torn where the ring begins anew.
 */
#include "ring.h"

#include <linux/bpf.h>
#include <stdint.h>
#include <sys/mman.h>

#include "util.h"

#define WINDOW_BYTES (256U << 10)
#define PIECES	     8
#define FLAGS	     (BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)

struct ring {
	int fd;
	size_t size;
	size_t page;
	uint64_t *consumer;
	const uint64_t *producer;
	const char *window; /* NULL: nothing is mapped */
	size_t from;	    /* of the records where it begins, */
	size_t length;	    /* and its bytes */
};

static void ring_closep(struct ring **ring)
{
	ring_close(*ring);
}

static void unmap(const void *memory, size_t length)
{
	if (memory)
		(void)munmap((void *)memory, length);
}

int ring_open(int fd, size_t size, struct ring **ret_ring)
{
	CLEANUP(ring_closep) struct ring *ring = calloc(1, sizeof(*ring));
	void *memory;

	if (!ring)
		return -ENOMEM;
	ring->fd = fd;
	ring->size = size;
	ring->page = (size_t)sysconf(_SC_PAGESIZE);
	memory = mmap(NULL, ring->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	ring->consumer = memory;
	memory = mmap(NULL, ring->page, PROT_READ, MAP_SHARED, fd, (off_t)ring->page);
	if (memory == MAP_FAILED)
		return -errno;
	ring->producer = memory;
	*ret_ring = TAKE_PTR(ring);
	return 0;
}

/* Maps the records from `offset` on, at least `bytes` of them. */
static int window_move(struct ring *ring, size_t offset, size_t bytes)
{
	size_t from = offset / ring->page * ring->page;
	size_t length = (offset - from + bytes + ring->page - 1) / ring->page * ring->page;
	void *memory;

	if (length < WINDOW_BYTES)
		length = WINDOW_BYTES;
	if (length > 2 * ring->size - from)
		length = 2 * ring->size - from;
	unmap(TAKE_PTR(ring->window), ring->length);
	memory = mmap(NULL, length, PROT_READ, MAP_SHARED, ring->fd, (off_t)(2 * ring->page + from));
	if (memory == MAP_FAILED)
		return -errno;
	ring->window = memory;
	ring->from = from;
	ring->length = length;
	return 0;
}

/* Sets *ret_bytes to `bytes` of the ring at a position; they stay until the next call. 0 or -errno. */
static int ring_look(struct ring *ring, uint64_t position, size_t bytes, const void **ret_bytes)
{
	size_t offset = (size_t)(position & (ring->size - 1));
	int r = 0;

	if (bytes > ring->size)
		return -EBADMSG;
	if (!ring->window || offset < ring->from || offset + bytes > ring->from + ring->length)
		r = window_move(ring, offset, bytes);
	if (r == 0)
		*ret_bytes = ring->window + (offset - ring->from);
	return r;
}

/*
 * The record at a position. Returns 1, or 0 while it is being written, or -errno; *ret_flags says whether its
 * writer thought better of it.
 */
static int record_at(struct ring *ring, uint64_t position, const void **ret_record, size_t *ret_size,
		     uint32_t *ret_flags)
{
	const void *bytes = NULL;
	uint32_t head;
	int r = ring_look(ring, position, BPF_RINGBUF_HDR_SZ, &bytes);

	if (r < 0)
		return r;
	head = __atomic_load_n((const uint32_t *)bytes, __ATOMIC_ACQUIRE);
	if (head & BPF_RINGBUF_BUSY_BIT)
		return 0;
	*ret_flags = head & FLAGS;
	*ret_size = head & ~FLAGS;
	r = ring_look(ring, position, BPF_RINGBUF_HDR_SZ + *ret_size, &bytes);
	if (r < 0)
		return r;
	*ret_record = (const char *)bytes + BPF_RINGBUF_HDR_SZ;
	return 1;
}

int ring_consume(struct ring *ring, ring_take_fn *take, void *data)
{
	uint64_t position = __atomic_load_n(ring->consumer, __ATOMIC_RELAXED);
	const uint64_t end = position + ring->size / PIECES;
	int count = 0, r = 0;

	while (r >= 0 && position < end && position < __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE)) {
		const void *record = NULL;
		uint32_t flags = 0;
		size_t size = 0;

		r = record_at(ring, position, &record, &size, &flags);
		if (r <= 0)
			break;
		if (!flags) {
			r = take(data, record, size);
			count++;
		}
		position += (BPF_RINGBUF_HDR_SZ + size + 7) / 8 * 8;
	}
	__atomic_store_n(ring->consumer, position, __ATOMIC_RELEASE);
	return r < 0 ? r : count;
}

void ring_close(struct ring *ring)
{
	if (!ring)
		return;
	unmap(ring->window, ring->length);
	unmap(ring->producer, ring->page);
	unmap(ring->consumer, ring->page);
	free(ring);
}
