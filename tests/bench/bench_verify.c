/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_verify OBJECT: what the kernel's verifier works through for each program of a BPF object, a line
 * each: "PROGRAM<tab>INSTRUCTIONS<tab>STATES<tab>MICROSECONDS", or "PROGRAM<tab>refused"; why stands at the
 * end of what the verifier says of one program.
 *
 * bench_verify OBJECT PROGRAM: the same of each function of one program, "FUNCTION<tab>INSTRUCTIONS", from
 * its log; static functions and callbacks are called by the global one before them. From 6.18 on the kernel
 * also logs what it looks at beforehand, once for each instruction.
 *
 * Needs root, and nothing is attached.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EACH_STEP  2 /* BPF_LOG_LEVEL2 and BPF_LOG_STATS of the kernel, which have no names outside */
#define STATISTICS 4

#define LOG_SIZE      (400U << 20) /* each step */
#define FUNCTIONS_MAX 256	   /* the kernel's limit */
#define NAME_SIZE     64
#define END_SIZE      1000

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

/* Loads one program alone: whether the others are accepted does not matter. Returns 0 or -errno. */
static int load_alone(const char *path, const char *name, __u32 level, char *log, size_t size)
{
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
			(void)bpf_program__set_log_level(program, level);
			(void)bpf_program__set_log_buf(program, log, size);
		}
	}
	r = bpf_object__load(object);
	bpf_object__close(object);
	return r;
}

static void verify(const char *path, const char *name)
{
	static char log[1 << 16];

	if (load_alone(path, name, STATISTICS, log, sizeof(log)) < 0)
		(void)printf("%s\trefused\n", name);
	else
		(void)printf("%s\t%ld\t%ld\t%ld\n", name, number_after(log, "processed "),
			     number_after(log, "total_states "), number_after(log, "verification time "));
}

struct function {
	long start; /* number of its first instruction */
	long count;
	char name[NAME_SIZE];
};

static struct function functions[FUNCTIONS_MAX];

#define STARTS	   "func#"
#define VALIDATING "Validating "

/* "func#N @INSTRUCTION": where function N starts, in the order they stand in the program. */
static void start_take(const char *line)
{
	char *end;
	unsigned long i = strtoul(line + strlen(STARTS), &end, 10);

	if (i < FUNCTIONS_MAX && strncmp(end, " @", 2) == 0)
		functions[i].start = strtol(end + 2, NULL, 10);
}

/* "Validating NAME() func#N...": what a global function is called. */
static void name_take(const char *line)
{
	const char *name = line + strlen(VALIDATING), *end = strstr(name, "() " STARTS);
	unsigned long i;

	if (!end || end - name >= NAME_SIZE)
		return;
	i = strtoul(end + strlen("() " STARTS), NULL, 10);
	if (i < FUNCTIONS_MAX)
		(void)snprintf(functions[i].name, NAME_SIZE, "%.*s", (int)(end - name), name);
}

/* "N: (..) ...": one look at instruction N. */
static void step_take(const char *line)
{
	size_t i = 0;
	char *end;
	long at = strtol(line, &end, 10);

	if (end == line || strncmp(end, ": (", 3) != 0)
		return;
	while (i + 1 < FUNCTIONS_MAX && functions[i + 1].start >= 0 && functions[i + 1].start <= at)
		i++;
	functions[i].count++;
}

static void line_take(const char *line)
{
	if (strncmp(line, STARTS, strlen(STARTS)) == 0)
		start_take(line);
	else if (strncmp(line, VALIDATING, strlen(VALIDATING)) == 0)
		name_take(line);
	else
		step_take(line);
}

/* Prints the functions of a log, the program itself first. */
static void functions_print(const char *log, const char *program)
{
	const char *owner = program;

	for (size_t i = 0; i < FUNCTIONS_MAX; i++)
		functions[i] = (struct function){.start = -1};
	for (const char *line = log; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		line_take(line);
	}
	for (size_t i = 0; i < FUNCTIONS_MAX && functions[i].start >= 0; i++) {
		if (functions[i].name[0])
			owner = functions[i].name;
		(void)printf("%s%s\t%ld\n", owner, i && !functions[i].name[0] ? " +" : "",
			     functions[i].count);
	}
}

/* The last lines of a log, which say why it was refused. */
static void end_print(const char *log)
{
	size_t length = strlen(log), from = length > END_SIZE ? length - END_SIZE : 0;

	(void)printf("%s\n", log + from);
}

static int verify_functions(const char *path, const char *program)
{
	char *log = malloc(LOG_SIZE);
	int r;

	if (!log)
		return -ENOMEM;
	r = load_alone(path, program, EACH_STEP | STATISTICS, log, LOG_SIZE);
	functions_print(log, program);
	if (r < 0)
		end_print(log);
	free(log);
	return r;
}

int main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_program *program = NULL;

	if (argc < 2 || argc > 3)
		return 2;
	(void)libbpf_set_print(quiet);
	if (argc == 3)
		return verify_functions(argv[1], argv[2]) < 0;
	object = bpf_object__open_file(argv[1], NULL);
	if (!object) {
		(void)fprintf(stderr, "bench_verify: cannot open '%s': %s\n", argv[1], strerror(errno));
		return 1;
	}
	while ((program = bpf_object__next_program(object, program)))
		verify(argv[1], bpf_program__name(program));
	bpf_object__close(object);
	return 0;
}
