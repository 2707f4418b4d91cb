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
#include <sys/uio.h>

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

/* Moves a byte from the descriptor to a pipe, or from a pipe that has one to the descriptor. */
static enum probe_outcome through_pipe(int fd, ssize_t (*move)(int fd, const int pipe_fds[2]))
{
	_cleanup_close_ int reader = -1;
	_cleanup_close_ int writer = -1;
	int fds[2];

	if (pipe(fds) < 0)
		return probe_not_tried("pipe", errno);
	reader = fds[0];
	writer = fds[1];
	return outcome(move(fd, fds));
}

static ssize_t move_sent(int fd, const int pipe_fds[2])
{
	off_t start = 0;

	return sendfile(pipe_fds[1], fd, &start, 1);
}

static ssize_t move_out(int fd, const int pipe_fds[2])
{
	off64_t start = 0;

	return splice(fd, &start, pipe_fds[1], NULL, 1, 0);
}

static ssize_t move_in(int fd, const int pipe_fds[2])
{
	off64_t start = 0;

	return write(pipe_fds[1], "x", 1) != 1 ? -1 : splice(pipe_fds[0], NULL, fd, &start, 1, 0);
}

static enum probe_outcome fd_send(char **arguments)
{
	return through_pipe(number(arguments), move_sent);
}

static enum probe_outcome fd_splice(char **arguments)
{
	return through_pipe(number(arguments), move_out);
}

static enum probe_outcome fd_splice_into(char **arguments)
{
	return through_pipe(number(arguments), move_in);
}

/* From one descriptor to another. */
static enum probe_outcome fd_copy(char **arguments)
{
	off64_t from = 0, to = 0;

	return outcome(copy_file_range(number(arguments), &from, number(arguments + 1), &to, 1, 0));
}

static enum probe_outcome fd_read_vector(char **arguments)
{
	char byte;
	struct iovec vector = {&byte, 1};

	return outcome(preadv2(number(arguments), &vector, 1, 0, 0));
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
	{"fd-splice", "FD: splice(2) from it", 1, fd_splice},
	{"fd-splice-into", "FD: splice(2) to it", 1, fd_splice_into},
	{"fd-copy", "FD FD: copy_file_range(2)", 2, fd_copy},
	{"fd-read-vector", "FD: preadv2(2)", 1, fd_read_vector},
	{"fd-map", "FD: map for reading", 1, fd_map},
	{"fd-map-write", "FD: map shared for writing", 1, fd_map_write},
	{"fd-map-turn", "FD: map shared for reading, then turn writable", 1, fd_map_turn},
	{0},
};
