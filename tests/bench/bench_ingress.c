// SPDX-License-Identifier: Apache-2.0
/*
 * The block-list at interfaces, on the machine's own processor. For machines without BPF LSM; the cgroup
 * should be empty.
 *
 *   bench_ingress run CGROUP COUNT...           nanoseconds for a packet in the program (BPF_PROG_TEST_RUN)
 * with that many prefixes: of a request that is dropped, of one that passes, and of a packet that is no
 * request bench_ingress attach CGROUP COUNT NAME      puts such a list at an interface, says "ready", and at
 * the end of standard input how many packets it dropped bench_ingress list COUNT                    prints
 * the prefixes bench_ingress inside COUNT, outside COUNT   an address that is on the list, and a neighbour
 * that is not
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bench_frame.h"
#include "compile.h"
#include "host.h"
#include "loader_internal.h"
#include "parse.h"
#include "util.h"

#define REPEAT 2000000
#define ROUNDS 5

/* Prefix i of 31 bits, spread over 10.0.0.0/8; the two addresses behind each are on no list. */
static unsigned int address_of(unsigned int i)
{
	return 10U << 24 | (i * 2 * 83U & 0xfffffe);
}

static void prefixes_write(FILE *stream, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		unsigned int a = address_of(i);

		(void)fprintf(stream, "%s10.%u.%u.%u/31", i ? ", " : "", a >> 16 & 255, a >> 8 & 255,
			      a & 255);
	}
}

static char *policy_text(unsigned int count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	(void)fputs("version: 1\npolicy: p\nmode: enforce\ndegraded: audit\nnetwork:\n  - deny: accept\n    "
		    "from: [",
		    stream);
	prefixes_write(stream, count);
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
	struct bench_frame frame;
	double least = 1e9;

	bench_frame_make(&frame, address, flags);
	for (int i = 0; i < ROUNDS; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = &frame, .data_size_in = sizeof(frame),
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

static int run(struct loader *loader, int count, char **counts)
{
	(void)printf("prefixes\tdropped\tpassed\tno request\n");
	for (int i = 0; i < count; i++) {
		unsigned int prefixes = (unsigned int)strtoul(counts[i], NULL, 10);
		int program = publish(loader, prefixes);
		unsigned int blocked = address_of(prefixes / 2);

		if (program < 0)
			return 1;
		(void)printf("%u\t%.0f\t%.0f\t%.0f\n", prefixes, measure(program, blocked, BENCH_SYN, 1),
			     measure(program, blocked + 2, BENCH_SYN, 2),
			     measure(program, blocked, BENCH_ACK, 2));
	}
	return 0;
}

static void count_add(void *data, const struct policyd_ingress_key *key, uint64_t count)
{
	if (key->dropped)
		*(uint64_t *)data += count;
}

static int attach(struct loader *loader, unsigned int prefixes, const char *name)
{
	unsigned int interface = if_nametoindex(name);
	int link = -1, r = publish(loader, prefixes);
	uint64_t dropped = 0;

	if (r < 0)
		return 1;
	r = interface ? loader_ingress_attach(loader, interface, &link) : -ENODEV;
	if (r < 0) {
		(void)fprintf(stderr, "bench_ingress: %s: %s\n", name, strerror(-r));
		return 1;
	}
	(void)printf("ready\n");
	(void)fflush(stdout);
	while (getchar() != EOF)
		;
	r = loader_ingress_counts(loader, 0, count_add, &dropped);
	util_close(&link);
	if (r < 0) {
		(void)fprintf(stderr, "bench_ingress: counts: %s\n", strerror(-r));
		return 1;
	}
	(void)printf("%llu\n", (unsigned long long)dropped);
	return 0;
}

static int with_loader(int argc, char **argv)
{
	struct loader *loader = NULL;
	char *error = NULL;
	const struct loader_options options = {
		.ring_bytes = 1 << 20, .degraded = true, .cgroup = argv[2], .ingress = true};
	int r;

	if (loader_open(&options, &loader, &error) < 0) {
		(void)fprintf(stderr, "bench_ingress: %s\n", error ? error : "out of memory");
		return 1;
	}
	if (strcmp(argv[1], "attach") == 0 && argc == 5)
		r = attach(loader, (unsigned int)strtoul(argv[3], NULL, 10), argv[4]);
	else
		r = run(loader, argc - 3, argv + 3);
	loader_close(loader);
	return r;
}

int main(int argc, char **argv)
{
	struct in_addr address;
	char text[INET_ADDRSTRLEN];
	unsigned int count;

	if (argc >= 4)
		return with_loader(argc, argv);
	if (argc != 3) {
		(void)fputs("Usage: see tests/bench/bench_ingress.c\n", stderr);
		return 2;
	}
	count = (unsigned int)strtoul(argv[2], NULL, 10);
	if (strcmp(argv[1], "list") == 0) {
		prefixes_write(stdout, count);
		return 0;
	}
	address.s_addr = htonl(address_of(count / 2) + (strcmp(argv[1], "outside") == 0 ? 2 : 0));
	(void)puts(inet_ntop(AF_INET, &address, text, sizeof(text)));
	return 0;
}
