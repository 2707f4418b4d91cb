/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_decide FILE QUESTION [ROUNDS]: compiles a policy file for a host with one file system, asks the
 * question (see query.h) ROUNDS times (1) as the program /usr/bin/bench, and prints the verdict and the
 * nanoseconds of one answer. decide_once is all that a decision costs: callgrind counts that function.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "diagnostic.h"
#include "host_facts.h"
#include "parse.h"
#include "query.h"
#include "util.h"

struct bench {
	struct policy_set set;
	struct diagnostics diagnostics;
	struct compiled *compiled;
	struct query query;
	struct decision_endpoint endpoint; /* of a question about the network */
	uint32_t subject;
};

static char *resolve(const struct host *host, const char *path)
{
	(void)host;
	return strdup(path);
}

static struct host_mount mount = {.dev = 1, .root = "/", .point = "/", .fstype = "ext4"};
static const struct host host = {.mounts = &mount, .mount_count = 1, .resolve = resolve};

/* The same key in every run, so that the same instructions are counted. */
static void key_fill(struct policyd_hash_key *key)
{
	uint64_t state = 1;

	for (size_t i = 0; i < sizeof(*key); i++) {
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		((uint8_t *)key)[i] = (uint8_t)(state >> 56);
	}
}

static void complain(const struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < diagnostics->count; i++)
		(void)fprintf(stderr, "%s\n", diagnostics->items[i].text);
}

/* From the name or address to the verdict: what the programs in the kernel do, less their caches. */
__attribute__((noinline)) static int decide_once(struct bench *bench, const char *question,
						 struct decision_verdict *ret_verdict)
{
	int r = 0;

	if (bench->query.section == POLICYD_SECTION_FILE)
		r = decision_path(bench->compiled, question, PATTERN_FILE, &bench->query.object);
	else
		r = decision_endpoint(bench->compiled, &bench->endpoint, &bench->query.object);
	if (r < 0)
		return r;
	return decision_verdict(bench->compiled, bench->subject, &bench->query.object, bench->query.bit,
				ret_verdict);
}

/* "A.B.C.D:PORT" of TCP. */
static int endpoint_read(const char *text, struct decision_endpoint *endpoint)
{
	char address[INET_ADDRSTRLEN];
	size_t length = strcspn(text, ":");

	if (!text[length] || length >= sizeof(address))
		return -EINVAL;
	memcpy(address, text, length);
	address[length] = '\0';
	endpoint->family = ADDR_IPV4;
	endpoint->protocol = IPPROTO_TCP;
	endpoint->port = (uint16_t)strtoul(text + length + 1, NULL, 10);
	return inet_pton(AF_INET, address, endpoint->address) == 1 ? 0 : -EINVAL;
}

static int bench_open(struct bench *bench, const char *file, const char *question)
{
	static struct policyd_hash_key key;
	CLEANUP_FREE char *error = NULL;
	int r;

	key_fill(&key);
	r = parse_file(&bench->set, file, &bench->diagnostics);
	if (r == 0)
		r = compile(&bench->set, &host, &(struct compile_options){.generation = 1, .key = &key},
			    &bench->diagnostics, &bench->compiled);
	if (r == 0)
		r = query_parse(bench->compiled, &host, question, &bench->query, &error);
	if (r == 0)
		r = decision_subject(bench->compiled, &(struct decision_subject){.exe = "/usr/bin/bench"},
				     &bench->subject);
	if (error)
		(void)fprintf(stderr, "%s\n", error);
	complain(&bench->diagnostics);
	return r;
}

static int bench_run(struct bench *bench, const char *object, unsigned long rounds)
{
	struct decision_verdict verdict = {0};
	struct timespec from;
	struct timespec to;

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	for (unsigned long i = 0; i < rounds; i++) {
		int r = decide_once(bench, object, &verdict);

		if (r < 0)
			return r;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	(void)printf("%s %.1f\n", verdict.refuse ? "refused" : "allowed",
		     ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) /
			     (double)rounds);
	return 0;
}

int main(int argc, char **argv)
{
	struct bench bench = {0};
	unsigned long rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;
	const char *object;
	int r;

	if (argc < 3 || !rounds) {
		(void)fprintf(stderr, "Usage: bench_decide FILE QUESTION [ROUNDS]\n");
		return 2;
	}
	object = strrchr(argv[2], ' ');
	r = bench_open(&bench, argv[1], argv[2]);
	if (r == 0 && object && bench.query.section == POLICYD_SECTION_NETWORK)
		r = endpoint_read(object + 1, &bench.endpoint);
	if (r == 0)
		r = bench_run(&bench, object ? object + 1 : "", rounds);
	if (r < 0)
		(void)fprintf(stderr, "bench_decide: %s\n", strerror(-r));
	compiled_free(bench.compiled);
	policy_set_free(&bench.set);
	diagnostics_clear(&bench.diagnostics);
	return r < 0 ? 1 : 0;
}
