/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_switch ONE TWO COUNT FILE: loads the programs, publishes the policies of the directories ONE and TWO
 * in turn, COUNT times, and says what that costs, a line each: "WHAT<tab>MEDIAN<tab>MOST" in nanoseconds,
 * which are instructions in a machine whose clock counts them (tests/vm/run --count-instructions). Needs root
 * and BPF LSM.
 *
 *   publish         one of them in place of the other, with the wait for decisions by what was there before
 *   publish-own     the same without the wait: time of the processor
 *   map-update      one element of an array of 64 bytes
 *   open-quiet      opening FILE while nothing is published, by a process that nobody else's work delays;
 *                  not by this one, whose class is policyd's own and no policy's
 *   open-switching  the same meanwhile
 *   open-first      those of them that are the first after a switch
 *
 * It says "live" after the first one and waits for a line; at the end "done", and waits for the end of its
 * input: enforcement goes with it.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "loader_internal.h"
#include "reload.h"
#include "util.h"

#define RING_BYTES  (1U << 20)
#define UPDATES	    1000
#define OPENS_MAX   1000000
#define QUIET_OPENS 2000
#define PRIORITY    10
#define PAUSE_NS    700000 /* between two opens: others have their turn, and no rhythm is in step with it */

struct image {
	struct policyd_line *lines;
	uint32_t count;
};

struct samples {
	uint64_t *values;
	size_t count;
};

struct opener {
	const char *path;
	const volatile uint64_t *live; /* number of the generation in force */
	uint64_t seen;		       /* at the open before */
	atomic_bool switching;
	atomic_bool done;
	atomic_ulong quiet_count;
	struct samples quiet;
	struct samples busy;
	struct samples first;
};

__attribute__((noreturn)) static void give_up(const char *what, const char *why)
{
	(void)fprintf(stderr, "bench_switch: %s: %s\n", what, why ? why : strerror(errno));
	exit(1);
}

static void *must_allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		give_up("memory", NULL);
	return memory;
}

/* Memory that a child shares. */
static void *must_share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		give_up("memory", NULL);
	return memory;
}

static uint64_t clock_read(clockid_t clock)
{
	struct timespec time;

	(void)clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static uint64_t now(void)
{
	return clock_read(CLOCK_MONOTONIC_RAW);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void print(const char *what, struct samples *samples)
{
	if (samples->count == 0)
		give_up(what, "nothing was measured");
	qsort(samples->values, samples->count, sizeof(*samples->values), compare);
	(void)printf("%s\t%llu\t%llu\n", what, (unsigned long long)samples->values[samples->count / 2],
		     (unsigned long long)samples->values[samples->count - 1]);
	(void)fflush(stdout);
}

/* Compiles a directory by publishing it once, and keeps the image. */
static struct image image_of_directory(struct reload *reload, struct loader *loader, const char *directory)
{
	const struct compiled *compiled;
	struct image image;

	reload->directory = directory;
	if (reload_run(reload, loader, true) != RELOAD_PUBLISHED)
		give_up(directory,
			reload->diagnostics.count ? reload->diagnostics.items[0].text : reload->error);
	compiled = reload->generations[0]->compiled;
	image.count = compiled->count;
	image.lines = must_allocate(image.count, sizeof(*image.lines));
	memcpy(image.lines, compiled->lines, image.count * sizeof(*image.lines));
	return image;
}

static void publish(struct loader *loader, const struct image *image)
{
	struct policyd_header *header = (struct policyd_header *)image->lines;
	char *error = NULL;

	header->generation = loader_generation(loader) + 1;
	if (loader_publish(loader, image->lines, image->count, &error) < 0)
		give_up("publish", error);
}

static void switches(struct loader *loader, const struct image images[static 2], int count)
{
	struct samples whole = {.values = must_allocate((size_t)count, sizeof(uint64_t))};
	struct samples own = {.values = must_allocate((size_t)count, sizeof(uint64_t))};

	for (int i = 0; i < count; i++) {
		uint64_t from = now(), worked = clock_read(CLOCK_THREAD_CPUTIME_ID);

		publish(loader, &images[i % 2]);
		own.values[own.count++] = clock_read(CLOCK_THREAD_CPUTIME_ID) - worked;
		whole.values[whole.count++] = now() - from;
		if (i % 1000 == 999)
			(void)fprintf(stderr, "%d switches\n", i + 1);
	}
	print("publish", &whole);
	print("publish-own", &own);
	free(whole.values);
	free(own.values);
}

static void map_updates(void)
{
	struct samples samples = {.values = must_allocate(UPDATES, sizeof(uint64_t))};
	CLEANUP_CLOSE int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "bench", sizeof(uint32_t),
					       sizeof(struct policyd_line), 1, NULL);
	struct policyd_line line = {};
	uint32_t zero = 0;

	if (map < 0)
		give_up("bpf_map_create", NULL);
	for (int i = 0; i < UPDATES; i++) {
		uint64_t from = now();

		if (bpf_map_update_elem(map, &zero, &line, BPF_ANY) < 0)
			give_up("bpf_map_update_elem", NULL);
		samples.values[samples.count++] = now() - from;
	}
	print("map-update", &samples);
	free(samples.values);
}

/* --- The process that opens -------------------------------------------------------------------------- */

static void sample_add(struct samples *samples, uint64_t value)
{
	if (samples->count < OPENS_MAX)
		samples->values[samples->count++] = value;
}

static void open_once(struct opener *opener)
{
	bool first = *opener->live != opener->seen;
	uint64_t from = now();
	int fd = open(opener->path, O_RDONLY | O_CLOEXEC);
	uint64_t took = now() - from;

	if (fd < 0)
		give_up(opener->path, NULL);
	(void)close(fd);
	opener->seen = *opener->live;
	sample_add(opener->switching ? &opener->busy : &opener->quiet, took);
	if (opener->switching && first)
		sample_add(&opener->first, took);
}

__attribute__((noreturn)) static void opener_main(struct opener *opener)
{
	const struct sched_param parameters = {.sched_priority = PRIORITY};

	if (sched_setscheduler(0, SCHED_FIFO, &parameters) < 0)
		give_up("SCHED_FIFO", NULL);
	while (!opener->done) {
		const struct timespec pause = {.tv_nsec = PAUSE_NS};

		(void)nanosleep(&pause, NULL);
		open_once(opener);
		if (!opener->switching)
			opener->quiet_count++;
	}
	_exit(0);
}

static struct opener *opener_new(const struct loader *loader, const char *path)
{
	struct opener *opener = must_share(sizeof(*opener));

	opener->path = path;
	opener->live = mmap(NULL, sizeof(*opener->live), PROT_READ, MAP_SHARED,
			    loader->maps[LOADER_MAP_PUBLISHED], 0);
	if (opener->live == MAP_FAILED)
		give_up("the number of the generation", NULL);
	opener->quiet.values = must_share(OPENS_MAX * sizeof(uint64_t));
	opener->busy.values = must_share(OPENS_MAX * sizeof(uint64_t));
	opener->first.values = must_share(OPENS_MAX * sizeof(uint64_t));
	return opener;
}

static void measure(struct loader *loader, const struct image images[static 2], int count, const char *path)
{
	struct opener *opener = opener_new(loader, path);
	pid_t child = fork();
	int status;

	if (child < 0)
		give_up("fork", NULL);
	if (child == 0)
		opener_main(opener);
	while (opener->quiet_count < QUIET_OPENS && waitpid(child, &status, WNOHANG) == 0)
		(void)usleep(10000);
	opener->switching = true;
	switches(loader, images, count);
	opener->done = true;
	if (waitpid(child, &status, 0) != child || status)
		give_up("the process that opens", "it has failed");
	print("open-quiet", &opener->quiet);
	print("open-switching", &opener->busy);
	print("open-first", &opener->first);
}

int main(int argc, char **argv)
{
	struct loader_options options = {.ring_bytes = RING_BYTES};
	struct reload reload = {};
	struct loader *loader = NULL;
	struct image images[2];
	char *error = NULL, line[8];
	int count = argc == 5 ? (int)strtol(argv[3], NULL, 10) : 0;

	if (count < 2)
		give_up("usage", "bench_switch ONE TWO COUNT FILE");
	if (loader_open(&options, &loader, &error) < 0)
		give_up("loader_open", error);
	images[0] = image_of_directory(&reload, loader, argv[1]);
	images[1] = image_of_directory(&reload, loader, argv[2]);
	(void)puts("live");
	(void)fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		give_up("standard input", "it has ended");
	map_updates();
	measure(loader, images, count, argv[4]);
	(void)puts("done");
	(void)fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		;
	loader_close(loader);
	reload_clear(&reload);
	free(images[0].lines);
	free(images[1].lines);
	return 0;
}
