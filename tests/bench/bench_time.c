/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_time RUNS SECONDS COMMAND...: runs the command RUNS times, each for at most SECONDS, and prints the
 * fastest: its exit status, seconds of the clock, seconds of the processor, and its largest memory in MB.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct run {
	int status;
	double clock, processor, megabytes;
};

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void command_exec(char **command, unsigned int limit)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(126);
	(void)alarm(limit); /* survives execve */
	(void)execvp(command[0], command);
	_exit(127);
}

static int run_once(char **command, unsigned int limit, struct run *ret_run)
{
	struct rusage usage;
	struct timespec from;
	struct timespec to;
	int status;
	pid_t child;

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	child = fork();
	if (child < 0)
		return -errno;
	if (child == 0)
		command_exec(command, limit);
	if (wait4(child, &status, 0, &usage) < 0)
		return -errno;
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	*ret_run = (struct run){
		.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
		.clock = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9,
		.processor = seconds(usage.ru_utime) + seconds(usage.ru_stime),
		.megabytes = (double)usage.ru_maxrss / 1024,
	};
	return 0;
}

int main(int argc, char **argv)
{
	struct run best = {.status = -1};
	unsigned long runs = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;
	unsigned long limit = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;

	if (!runs || !limit) {
		(void)fprintf(stderr, "Usage: bench_time RUNS SECONDS COMMAND...\n");
		return 2;
	}
	for (unsigned long i = 0; i < runs; i++) {
		struct run run = {0};
		int r = run_once(argv + 3, (unsigned int)limit, &run);

		if (r < 0) {
			(void)fprintf(stderr, "bench_time: %s\n", strerror(-r));
			return 1;
		}
		if (i == 0 || run.processor < best.processor)
			best = run;
	}
	(void)printf("%d %.3f %.3f %.1f\n", best.status, best.clock, best.processor, best.megabytes);
	return 0;
}
