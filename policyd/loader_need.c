// SPDX-License-Identifier: Apache-2.0
/*
 * Which programs an image needs.
 */
#include <policyd/anomaly.h>
#include <policyd/ingress.h>
#include <policyd/subject.h>

#include "loader_internal.h"

#define EXECUTE (POLICYD_OP_EXEC_RUN | POLICYD_OP_EXEC_LOAD)

/* What an image needs programs for: operations that some subject does not pass in silence. */
struct needs {
	uint32_t path; /* of names, and of memory without one */
	uint32_t kernel;
	uint32_t process;
	bool capability;
	uint32_t network;
	uint32_t sockets; /* by family */
	bool sources;
	bool syscalls;
	bool ingress;
	uint32_t anomalies; /* kinds */
	uint32_t content;   /* of files, by what is in them */
	bool append;	    /* somebody may append and not write */
};

/* Operations of names whose row has one of the bits in `kinds`, of all names where that is 0. */
static uint32_t class_ops(const struct policyd_line *lines, uint32_t kinds)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;
	const struct policyd_fixed *fixed = (const struct policyd_fixed *)&lines[header->fixed];
	const struct policyd_view view = {.lines = lines, .count = header->lines};
	uint32_t ops = 0;

	for (uint32_t i = 0; i < fixed->class_count; i++) {
		const struct policyd_class *class = policyd_class_at(&view, header, i);

		if (!class)
			return ~0U;
		if (!kinds || class->row & kinds)
			ops |= ~class->quiet;
	}
	return ops;
}

static uint32_t path_ops(const struct policyd_line *lines)
{
	return class_ops(lines, 0);
}

/* The same of names whose verdicts depend on what is in the file. */
static uint32_t content_ops(const struct policyd_line *lines)
{
	return class_ops(lines, POLICYD_ROW_CONTENT) & EXECUTE;
}

bool loader_asks_contents(const struct policyd_line *lines)
{
	return content_ops(lines) != 0;
}

/* Operations of a pseudo-object that some subject does not pass in silence. */
static uint32_t pseudo_ops(const struct policyd_line *lines, enum policyd_pseudo kind)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;
	const struct policyd_fixed *fixed = (const struct policyd_fixed *)&lines[header->fixed];

	return ~lines[fixed->pseudo].w[POLICYD_PSEUDO_QUIET + kind];
}

/* The first of the cells of a row. */
static const struct policyd_cell *row_cells(const struct policyd_line *lines, uint32_t row)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;

	return (const struct policyd_cell *)&lines[header->rows + row * header->row_lines];
}

/* Operations of `count` rows from `row` on that some subject does not pass in silence. */
static uint32_t rows_ops(const struct policyd_line *lines, uint32_t row, uint32_t count)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;
	const struct policyd_cell *cell = row_cells(lines, row);
	uint32_t ops = 0;

	for (size_t i = 0; i < (size_t)count * header->row_lines * 4; i++)
		ops |= cell[i].refuse | cell[i].report;
	return ops;
}

/* Those of addresses, from all rows: too many rather than too few, where rows of other objects have such
 * bits. */
static uint32_t network_ops(const struct policyd_line *lines)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;
	const struct policyd_fixed *fixed = (const struct policyd_fixed *)&lines[header->fixed];

	return rows_ops(lines, 0, lines[fixed->pseudo].w[POLICYD_PSEUDO_BELOW]);
}

/* Those of sockets by their family. */
static uint32_t socket_ops(const struct policyd_line *lines)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;
	const struct policyd_net *net = (const struct policyd_net *)&lines[header->net];
	uint32_t ops = 0;

	for (uint32_t i = 0; i < net->family_classes * net->protocol_classes; i++)
		ops |= rows_ops(lines, lines[net->sockets + i / 16].w[i % 16], 1);
	return ops;
}

/* Whether a row refuses writing and not appending to some subject. */
static bool row_tells_apart(const struct policyd_line *lines, uint32_t row)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;
	const struct policyd_cell *cell = row_cells(lines, row);

	for (size_t i = 0; i < (size_t)header->row_lines * 4; i++)
		if (cell[i].refuse & POLICYD_OP_FILE_WRITE && !(cell[i].refuse & POLICYD_OP_FILE_APPEND))
			return true;
	return false;
}

/* Whether somebody may append and not write; taken for granted of names whose verdicts depend on the file. */
static bool append_is_told_apart(const struct policyd_line *lines)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;
	const struct policyd_fixed *fixed = (const struct policyd_fixed *)&lines[header->fixed];
	const struct policyd_view view = {.lines = lines, .count = header->lines};

	for (uint32_t i = 0; i < fixed->class_count; i++) {
		const struct policyd_class *class = policyd_class_at(&view, header, i);

		if (!class)
			return true;
		if (class->quiet & POLICYD_OP_FILE_WRITE)
			continue;
		if (class->row & POLICYD_ROW_CONDITIONS || row_tells_apart(lines, class->row))
			return true;
	}
	return false;
}

static struct needs needs_of(const struct policyd_line *lines)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;
	const struct policyd_tables *tables = (const struct policyd_tables *)&lines[POLICYD_TABLES];
	const struct policyd_view view = {.lines = lines, .count = header->lines};
	const struct policyd_process *process = policyd_process_at(&view, header);
	uint32_t memory = pseudo_ops(lines, POLICYD_PSEUDO_ANONYMOUS) & POLICYD_OP_EXEC_ANONYMOUS;
	const struct policyd_anomalies *anomalies = policyd_anomalies_at(&view);
	uint32_t kernel = pseudo_ops(lines, POLICYD_PSEUDO_KERNEL);

	return (struct needs){
		.path = path_ops(lines) | memory,
		.kernel = kernel,
		.process = (process ? ~process->quiet : ~0U) |
			   (kernel & POLICYD_OP_KERNEL_PTRACE_ANY ? POLICYD_OP_PROCESS_PTRACE : 0),
		.capability = pseudo_ops(lines, POLICYD_PSEUDO_CAPABILITY_LOW) ||
			      pseudo_ops(lines, POLICYD_PSEUDO_CAPABILITY_HIGH),
		.network = header->net ? network_ops(lines) : 0,
		.sockets = header->net ? socket_ops(lines) : 0,
		.sources = tables->sources != 0,
		.syscalls = tables->syscalls != 0,
		.ingress = header->net && tables->ingress != POLICYD_INGRESS_NONE,
		.content = content_ops(lines),
		.append = append_is_told_apart(lines),
		.anomalies = anomalies ? anomalies->kinds : 0,
	};
}

static bool hook_needed(const struct hook *hook, const struct needs *needs)
{
	switch (hook->need) {
	case HOOK_ALWAYS:
	case HOOK_READ:
		return true;
	case HOOK_PATH:
		return (hook->ops & needs->path) != 0;
	case HOOK_NETWORK:
		return (hook->ops & needs->network) != 0;
	case HOOK_SOCKET:
		return (hook->ops & needs->sockets) != 0;
	case HOOK_SOURCE:
		return needs->sources;
	case HOOK_SYSCALL:
		return needs->syscalls;
	case HOOK_ANOMALY:
		return (hook->ops & needs->anomalies) != 0;
	case HOOK_KERNEL:
		return (hook->ops & needs->kernel) != 0;
	case HOOK_PROCESS:
		return (hook->ops & needs->process) != 0;
	case HOOK_CAPABILITY:
		return needs->capability;
	case HOOK_CONTENT:
		return (hook->ops & needs->content) != 0;
	case HOOK_APPEND:
		return needs->append;
	case HOOK_GUARD: /* see loader_guard */
		return false;
	case HOOK_INGRESS:
		return needs->ingress;
	case HOOK_CGROUP:
		return (hook->ops & needs->network) != 0;
	case HOOK_TRACE:
		return (hook->ops & needs->path) != 0;
	}
	return true;
}

/* Whether a program is of the loader's kind: with LSM programs, or without. */
static bool hook_is_ours(const struct loader *loader, const struct hook *hook)
{
	if (hook->need == HOOK_INGRESS)
		return loader->ingress;
	return loader->degraded == (hook->need == HOOK_CGROUP || hook->need == HOOK_TRACE);
}

void loader_wanted(const struct loader *loader, const struct policyd_line *lines,
		   bool ret_wanted[static LOADER_HOOKS_MAX])
{
	const struct needs needs = needs_of(lines);

	for (size_t i = 0; i < LOADER_HOOKS_MAX; i++)
		ret_wanted[i] = false;
	for (size_t i = 0; i < loader_hook_count; i++)
		ret_wanted[i] = hook_is_ours(loader, &loader_hook_table[i]) &&
				hook_needed(&loader_hook_table[i], &needs);
}
