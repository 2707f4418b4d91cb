// SPDX-License-Identifier: Apache-2.0
/*
 * bench_packets INTERFACE ADDRESS COUNT: sends requests for connections from that IPv4 address out of an
 * interface as a driver sends frames that an XDP program has redirected to it (BPF_F_TEST_XDP_LIVE_FRAMES),
 * so that what the sender costs stays small beside what the other end of a veth pair does with them. Prints
 * how many were sent and the nanoseconds that took, with what the other end did: it works on the same
 * processor.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench_frame.h"

/* Fewer than veth's ring holds (256), so that none is lost between its ends. */
#define BATCH 64

static int program_load(unsigned int interface)
{
	const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1, .imm = (int)interface},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2},
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect},
		{.code = BPF_JMP | BPF_EXIT},
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "bench_packets", "GPL", code, sizeof(code) / sizeof(*code),
			     NULL);
}

static unsigned long long now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (unsigned long long)time.tv_sec * 1000000000 + (unsigned long long)time.tv_nsec;
}

int main(int argc, char **argv)
{
	struct bench_frame frame;
	struct in_addr address;
	unsigned long long begin;
	unsigned int interface, count;
	int program;

	if (argc != 4 || inet_pton(AF_INET, argv[2], &address) != 1) {
		(void)fputs("Usage: bench_packets INTERFACE ADDRESS COUNT\n", stderr);
		return 2;
	}
	interface = if_nametoindex(argv[1]);
	count = (unsigned int)strtoul(argv[3], NULL, 10);
	program = interface ? program_load(interface) : -errno;
	if (program < 0) {
		(void)fprintf(stderr, "bench_packets: %s: %s\n", argv[1], strerror(-program));
		return 1;
	}
	bench_frame_make(&frame, ntohl(address.s_addr), BENCH_SYN);
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = &frame, .data_size_in = sizeof(frame),
		    .repeat = (int)count, .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);
	begin = now();
	if (bpf_prog_test_run_opts(program, &options) < 0) {
		perror("bench_packets: BPF_PROG_TEST_RUN");
		return 1;
	}
	(void)printf("%u %llu\n", count, now() - begin);
	return 0;
}
