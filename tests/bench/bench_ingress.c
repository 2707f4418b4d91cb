// SPDX-License-Identifier: Apache-2.0
/*
 * bench_ingress CGROUP COUNT...: nanoseconds for a packet in the program at interfaces, on the machine's own
 * processor (BPF_PROG_TEST_RUN), with that many prefixes on the block-list: of a request that is dropped, of
 * one that passes, and of a packet that is no request. For machines without BPF LSM; the cgroup should be
 * empty.
 */
#include <bpf/bpf.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "compile.h"
#include "host.h"
#include "loader_internal.h"
#include "parse.h"
#include "util.h"

#define REPEAT 2000000
#define ROUNDS 5

static unsigned char packet[54] = {2,	 0, 0,	0,  0,	  1,	2,    0,    0,	0,  0, 2, 0x08, 0x00,
				   0x45, 0, 0,	40, 0,	  7,	0,    0,    64, 6,  0, 0, 10,	0,
				   0,	 9, 10, 9,  0,	  1,	0x9c, 0x40, 0,	80, 0, 0, 0,	1,
				   0,	 0, 0,	0,  0x50, 0x02, 0x20, 0,    0,	0,  0, 0};

/* Prefix i of 10.0.0.0/8: of 32 bits, spread over it; odd ones stand for addresses that pass. */
static unsigned int address_of(unsigned int i)
{
	return 10U << 24 | ((i * 2) * 83U & 0xfffffe);
}

static char *policy_text(unsigned int count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	(void)fputs("version: 1\npolicy: p\nmode: enforce\ndegraded: audit\nnetwork:\n  - deny: accept\n    "
		    "from: [",
		    stream);
	for (unsigned int i = 0; i < count; i++) {
		unsigned int a = address_of(i);

		(void)fprintf(stream, "%s10.%u.%u.%u", i ? ", " : "", a >> 16 & 255, a >> 8 & 255, a & 255);
	}
	(void)fputs("]\n", stream);
	return fclose(stream) == 0 ? text : NULL;
}

/* Publishes such a policy. Returns the descriptor of the program, or -errno. */
static int publish(struct loader *loader, unsigned int count)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};
	CLEANUP(policy_set_free) struct policy_set set = {};
	CLEANUP_FREE char *text = policy_text(count);
	CLEANUP_FREE char *error = NULL;
	struct compiled *compiled = NULL;
	struct host *host = NULL;
	int r = host_read(&host);

	if (r == 0)
		r = parse_text(&set, "p", text, strlen(text), &diagnostics);
	if (r == 0)
		r = compile(&set, host,
			    &(struct compile_options){.generation = loader_generation(loader) + 1,
						      .key = loader_key(loader)},
			    &diagnostics, &compiled);
	if (r == 0)
		r = loader_publish(loader, compiled->lines, compiled->count, &error);
	if (r < 0)
		(void)fprintf(stderr, "bench_ingress: %s\n", error ? error : strerror(-r));
	compiled_free(compiled);
	host_free(host);
	for (size_t i = 0; i < loader_hook_count && r == 0; i++)
		if (loader_hook_table[i].need == HOOK_INGRESS)
			return loader->programs[i];
	return r < 0 ? r : -ENOENT;
}

/* The least of some rounds: what disturbs makes it more. */
static double measure(int program, unsigned int address, unsigned char flags, unsigned int verdict)
{
	double least = 1e9;

	packet[26] = (unsigned char)(address >> 24);
	packet[27] = (unsigned char)(address >> 16);
	packet[28] = (unsigned char)(address >> 8);
	packet[29] = (unsigned char)address;
	packet[47] = flags;
	for (int i = 0; i < ROUNDS; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet),
			    .repeat = REPEAT);

		if (bpf_prog_test_run_opts(program, &options) < 0 || options.retval != verdict) {
			(void)fprintf(stderr, "bench_ingress: verdict %u instead of %u\n", options.retval,
				      verdict);
			exit(1);
		}
		if (options.duration < least)
			least = options.duration;
	}
	return least;
}

int main(int argc, char **argv)
{
	struct loader *loader = NULL;
	char *error = NULL;
	const struct loader_options options = {
		.ring_bytes = 1 << 20, .degraded = true, .cgroup = argc > 1 ? argv[1] : "", .ingress = true};

	if (loader_open(&options, &loader, &error) < 0) {
		(void)fprintf(stderr, "bench_ingress: %s\n", error ? error : "out of memory");
		return 1;
	}
	(void)printf("prefixes\tdropped\tpassed\tno request\n");
	for (int i = 2; i < argc; i++) {
		unsigned int count = (unsigned int)strtoul(argv[i], NULL, 10);
		int program = publish(loader, count);
		unsigned int blocked = address_of(count / 2);

		if (program < 0)
			return 1;
		(void)printf("%u\t%.0f\t%.0f\t%.0f\n", count, measure(program, blocked, 0x02, 1),
			     measure(program, blocked | 1, 0x02, 2), measure(program, blocked, 0x10, 2));
	}
	loader_close(loader);
	return 0;
}
