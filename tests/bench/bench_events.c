/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_events SETTINGS RATE SECONDS: the daemon with these settings and a loader without LSM programs, whose
 * ring a BPF program fills with so many records a second, each about another file below /srv. Prints
 * "PRODUCED LOST SENT SECONDS PROCESSOR": events, those that the ring had no room for, the seconds that
 * producing took, and the daemon's processor time from the first record to the end of the last.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/event_sample.h"
#include "../unit/fake_loader.h"

#include "bench_events.skel.h"
#include "compile.h"
#include "builtin.h"
#include "config.h"
#include "daemon.h"
#include "decision.h"
#include "log.h"
#include "parse.h"

#define STEPS_A_SECOND	1000
#define SETTLED_SECONDS 3 /* what is in the daemon's queues goes meanwhile */
#define SHARE		4 /* quarters of the ring: 3 of these, as the product has it */

static struct bench_events_bpf *bpf;
static struct ring_buffer *ring;
static int (*taker)(void *data, const void *record, size_t size);
static void *taker_data;

static int take_one(void *context, void *data, size_t size)
{
	(void)context;
	return taker(taker_data, data, size);
}

static int ring_drain(int (*take)(void *data, const void *record, size_t size), void *data)
{
	taker = take;
	taker_data = data;
	return ring_buffer__consume(ring);
}

static double now(clockid_t clock)
{
	struct timespec time = {0};

	(void)clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The classes of the operation under the policies that the daemon will have: compile() is a pure function. */
static int classes_find(const struct config *config, uint32_t *ret_subject, uint32_t *ret_object)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};
	CLEANUP(policy_set_free) struct policy_set set = {};
	struct policyd_hash_key key;
	struct compiled *compiled = NULL;
	struct decision_object object = {};
	struct host *host = NULL;
	int r = host_read(&host);

	fake_key(&key);
	if (r == 0)
		r = parse_directory(&set, config->policy_dir, true, &diagnostics);
	if (r >= 0)
		r = builtin_add(&set, &diagnostics);
	if (r == 0)
		r = compile(&set, host, &(struct compile_options){.generation = 1, .key = &key}, &diagnostics,
			    &compiled);
	if (r == 0)
		r = decision_path(compiled, "/srv/f00000000", PATTERN_FILE, &object);
	if (r == 0)
		r = decision_subject(compiled, &(struct decision_subject){.exe = "/usr/bin/cat"},
				     ret_subject);
	*ret_object = object.class;
	compiled_free(compiled);
	host_free(host);
	return r;
}

static int record_make(const struct config *config)
{
	static const char file[] = "f00000000\0srv", exe[] = "cat\0bin\0usr", parent[] = "bash\0bin\0usr";
	struct sample_record record;
	struct stat root;
	uint32_t subject = 0, object = 0, dev;
	int r = stat("/", &root) < 0 ? -errno : classes_find(config, &subject, &object);

	if (r < 0)
		return r;
	dev = major(root.st_dev) << 20 | minor(root.st_dev);
	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	record.head.generation = 1;
	record.head.subject = subject;
	record.head.op = POLICYD_BIT_FILE_READ;
	record.head.error = 0;
	record.path.object.object = object;
	bpf->bss->digits = record.head.size + 1;
	sample_name(&record, &record.path.object, POLICYD_ROOT_DEV, dev, file, sizeof(file));
	sample_name(&record, &record.path.exe, POLICYD_ROOT_DEV, dev, exe, sizeof(exe));
	sample_name(&record, &record.head.parent_exe, POLICYD_ROOT_DEV, dev, parent, sizeof(parent));
	memcpy(bpf->bss->record, &record, sizeof(bpf->bss->record));
	return 0;
}

static int ring_make(const struct config *config)
{
	bpf = bench_events_bpf__open();
	if (!bpf)
		return -errno;
	if (bpf_map__set_max_entries(bpf->maps.events, (uint32_t)config->ring_size) < 0 ||
	    bench_events_bpf__load(bpf) < 0)
		return -errno;
	bpf->bss->share = config->ring_size / SHARE * (SHARE - 1);
	ring = ring_buffer__new(bpf_map__fd(bpf->maps.events), take_one, NULL, NULL);
	if (!ring)
		return -errno;
	fake.ring = ring_buffer__epoll_fd(ring);
	fake.drain = ring_drain;
	fake.lost_audits = &bpf->bss->lost;
	return record_make(config);
}

/* Waits for the next step's time and does all that is due by then. Returns how long it took, or a negative
 * one. */
static double produce(unsigned int rate, unsigned int seconds)
{
	double start = now(CLOCK_MONOTONIC);
	uint64_t all = (uint64_t)rate * seconds;

	while (bpf->bss->produced < all) {
		uint64_t due = (uint64_t)((now(CLOCK_MONOTONIC) - start) * rate);
		uint32_t count = (uint32_t)((due < all ? due : all) - bpf->bss->produced);
		LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &count, .ctx_size_in = sizeof(count));

		if (bpf_prog_test_run_opts(bpf_program__fd(bpf->progs.produce), &options) < 0)
			return -1;
		(void)usleep(1000000 / STEPS_A_SECOND);
	}
	return now(CLOCK_MONOTONIC) - start;
}

static int measure(pid_t daemon, unsigned int rate, unsigned int seconds)
{
	clockid_t processor;
	double before, took;
	int status;

	if (clock_getcpuclockid(daemon, &processor) != 0)
		return -errno;
	before = now(processor);
	took = produce(rate, seconds);
	(void)sleep(SETTLED_SECONDS);
	(void)printf("%llu\t%llu\t%.2f\t%.2f\n", (unsigned long long)bpf->bss->produced,
		     (unsigned long long)bpf->bss->lost, took, now(processor) - before);
	(void)kill(daemon, SIGTERM);
	return waitpid(daemon, &status, 0) == daemon && WIFEXITED(status) && took > 0 ? 0 : -EIO;
}

int main(int argc, char **argv)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};
	CLEANUP(config_free) struct config config = {};
	pid_t daemon;
	int r;

	if (argc != 4)
		return EXIT_FAILURE;
	r = config_init(&config);
	if (r == 0)
		r = config_read(&config, NULL, argv[1], true, &diagnostics);
	if (r == 0)
		r = ring_make(&config);
	if (r < 0) {
		(void)fprintf(stderr, "bench_events: %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	daemon = fork();
	if (daemon == 0) {
		log_open(EVENT_ERROR);
		_exit(daemon_run(&config));
	}
	(void)sleep(SETTLED_SECONDS);
	r = daemon < 0 ? -errno
		       : measure(daemon, (unsigned int)strtoul(argv[2], NULL, 10),
				 (unsigned int)strtoul(argv[3], NULL, 10));
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
