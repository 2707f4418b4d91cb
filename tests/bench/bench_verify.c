/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_verify OBJECT: what the kernel's verifier works through for each program of a BPF object, a line
 * each: "PROGRAM<tab>INSTRUCTIONS<tab>STATES<tab>MICROSECONDS", or "PROGRAM<tab>refused". Needs root, and
 * nothing is attached.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATISTICS 4 /* BPF_LOG_STATS of the kernel, which has no name outside */

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

/* The number behind `name` in the verifier's log, -1 where it says nothing of the kind. */
static long number_after(const char *log, const char *name)
{
	const char *at = strstr(log, name);

	return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

/* Alone: whether the others are accepted does not matter. */
static int verify(const char *path, const char *name)
{
	static char log[1 << 16];
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;
	int r = object ? 0 : -errno;

	if (r < 0)
		return r;
	log[0] = '\0';
	bpf_object__for_each_program(program, object)
	{
		bool chosen = strcmp(bpf_program__name(program), name) == 0;

		(void)bpf_program__set_autoload(program, chosen);
		if (chosen) {
			(void)bpf_program__set_log_level(program, STATISTICS);
			(void)bpf_program__set_log_buf(program, log, sizeof(log));
		}
	}
	r = bpf_object__load(object);
	if (r < 0)
		(void)printf("%s\trefused\n", name);
	else
		(void)printf("%s\t%ld\t%ld\t%ld\n", name, number_after(log, "processed "),
			     number_after(log, "total_states "), number_after(log, "verification time "));
	bpf_object__close(object);
	return 0;
}

int main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_program *program;
	int r = 0;

	if (argc != 2)
		return 2;
	(void)libbpf_set_print(quiet);
	object = bpf_object__open_file(argv[1], NULL);
	if (!object) {
		(void)fprintf(stderr, "bench_verify: cannot open '%s': %s\n", argv[1], strerror(errno));
		return 1;
	}
	bpf_object__for_each_program(program, object)
	{
		if (r == 0)
			r = verify(argv[1], bpf_program__name(program));
	}
	bpf_object__close(object);
	return r < 0;
}
