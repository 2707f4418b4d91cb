/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What bench_measure measures: rows of one or two system calls, and the files and sockets that they need.
 */
#ifndef BENCH_ROW_H
#define BENCH_ROW_H

#include <netinet/in.h>
#include <stdbool.h>

#define BENCH_DEPTH_MAX 30

struct bench {
	char folder[256];
	char deep[BENCH_DEPTH_MAX + 1][512]; /* by depth: a file whose name has so many components */
	char once[512];			     /* of rows that take a new file each time: the folder */
	unsigned int next;		     /* and the number of the next file */
	int file;			     /* open for reading and writing */
	int listening;
	int stream;
	int datagrams;
	struct sockaddr_in stream_address;
	struct sockaddr_in closed_address; /* where nobody listens */
	struct sockaddr_in datagram_address;
};

struct row {
	const char *name;
	int loops;
	int (*run)(struct bench *bench); /* 0, or a negative errno */
	bool takes_new;			 /* files of bench_new_files(), one each time */
};

/* Ends with a row without a name. */
extern const struct row BENCH_ROWS[];

/* Makes everything in the folder that `bench` names, and the sockets; ends the program where it cannot. */
void bench_prepare(struct bench *bench);

/* A file that is made without being opened, so that nothing is known of it. */
void bench_file(const char *path);

/* So many, with their dentries in the kernel's cache. */
void bench_new_files(const struct bench *bench, int count);

_Noreturn void bench_fail(const char *what);
int bench_must(int r, const char *what);

#endif
