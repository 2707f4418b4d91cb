/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A packet of TCP over IPv4 over Ethernet, as the benches of the block-list send it to 10.9.0.1, port 80.
 */
#ifndef BENCH_FRAME_H
#define BENCH_FRAME_H

#include <string.h>

#define BENCH_SYN 0x02
#define BENCH_ACK 0x10

struct bench_frame {
	unsigned char bytes[54];
};

/* From an address in host order, with these flags. The sum of the IP header is right, that of TCP is not. */
static inline void bench_frame_make(struct bench_frame *frame, unsigned int address, unsigned char flags)
{
	static const unsigned char bytes[54] = {
		2, 0,  0, 0, 0,	 1, 2, 0, 0,  0, 0,    2,    0x08, 0x00, 0x45, 0, 0,	40,
		0, 7,  0, 0, 64, 6, 0, 0, 10, 0, 0,    9,    10,   9,	 0,    1, 0x9c, 0x40,
		0, 80, 0, 0, 0,	 1, 0, 0, 0,  0, 0x50, 0x02, 0x20, 0,	 0,    0, 0,	0};
	unsigned char *b = frame->bytes;
	unsigned int sum = 0;

	memcpy(b, bytes, sizeof(bytes));
	for (int i = 0; i < 4; i++)
		b[26 + i] = (unsigned char)(address >> (24 - 8 * i));
	b[47] = flags;
	for (int i = 14; i < 34; i += 2)
		sum += (unsigned int)b[i] << 8 | b[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	b[24] = (unsigned char)(sum >> 8);
	b[25] = (unsigned char)sum;
}

#endif
