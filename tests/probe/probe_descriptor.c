// SPDX-License-Identifier: Apache-2.0
/*
 * What can be done with a descriptor that somebody else opened: its number is the argument.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#define SIZE 4096

static enum probe_outcome outcome(ssize_t r)
{
	return probe_verdict(r < 0 ? errno : 0);
}

static int number(char **arguments)
{
	return atoi(arguments[0]);
}

static enum probe_outcome fd_read(char **arguments)
{
	char byte;

	return outcome(pread(number(arguments), &byte, 1, 0));
}

static enum probe_outcome fd_write(char **arguments)
{
	return outcome(write(number(arguments), "x", 1));
}

static enum probe_outcome fd_allocate(char **arguments)
{
	return outcome(fallocate(number(arguments), 0, 0, SIZE));
}

static enum probe_outcome fd_send(char **arguments)
{
	_cleanup_close_ int reader = -1;
	_cleanup_close_ int writer = -1;
	off_t start = 0;
	int fds[2];

	if (pipe(fds) < 0)
		return probe_not_tried("pipe", errno);
	reader = fds[0];
	writer = fds[1];
	return outcome(sendfile(writer, number(arguments), &start, 1));
}

static enum probe_outcome fd_map(char **arguments)
{
	void *memory = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, number(arguments), 0);

	return outcome(memory == MAP_FAILED ? -1 : 0);
}

static enum probe_outcome fd_map_write(char **arguments)
{
	void *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, number(arguments), 0);

	return outcome(memory == MAP_FAILED ? -1 : 0);
}

static enum probe_outcome fd_map_turn(char **arguments)
{
	void *memory = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, number(arguments), 0);

	if (memory == MAP_FAILED)
		return probe_not_tried("mmap", errno);
	return outcome(mprotect(memory, SIZE, PROT_READ | PROT_WRITE));
}

const struct probe probe_descriptor_table[] = {
	{"fd-read", "FD", 1, fd_read},
	{"fd-write", "FD: one byte", 1, fd_write},
	{"fd-allocate", "FD: fallocate(2)", 1, fd_allocate},
	{"fd-send", "FD: sendfile(2) from it", 1, fd_send},
	{"fd-map", "FD: map for reading", 1, fd_map},
	{"fd-map-write", "FD: map shared for writing", 1, fd_map_write},
	{"fd-map-turn", "FD: map shared for reading, then turn writable", 1, fd_map_turn},
	{0},
};
