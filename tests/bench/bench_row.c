/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_row.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util.h"

enum {
	PORT = 4040,
	DATAGRAMS_ENOUGH = 2000, /* to fill the buffer of a socket */
};

_Noreturn void bench_fail(const char *what)
{
	(void)fprintf(stderr, "bench_measure: %s: %s\n", what, strerror(errno));
	exit(1);
}

int bench_must(int r, const char *what)
{
	if (r < 0)
		bench_fail(what);
	return r;
}

/* --- Rows: 0, or a negative errno ------------------------------------------------------------------- */

static int open_and_close(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : close(fd);
}

static int open_named(const struct bench *bench, const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
	return open_and_close(path);
}

static int row_open_3(struct bench *bench)
{
	return open_and_close(bench->deep[3]);
}

static int row_open_10(struct bench *bench)
{
	return open_and_close(bench->deep[10]);
}

static int row_open_30(struct bench *bench)
{
	return open_and_close(bench->deep[30]);
}

/* A file that rules for somebody else name. */
static int row_open_shared(struct bench *bench)
{
	return open_named(bench, "shared");
}

/* A file that was never opened, in a folder that is known. Its dentry is there. */
static int row_open_new(struct bench *bench)
{
	char path[600];

	(void)snprintf(path, sizeof(path), "%s/new%u", bench->once, bench->next++);
	return open_and_close(path);
}

static int row_open_refused(struct bench *bench)
{
	(void)open_named(bench, "refused");
	return 0;
}

static int row_open_audited(struct bench *bench)
{
	return open_named(bench, "audited");
}

static int row_stat(struct bench *bench)
{
	struct stat status;

	return stat(bench->deep[10], &status) < 0 ? -errno : 0;
}

static int row_read(struct bench *bench)
{
	char byte;

	return pread(bench->file, &byte, 1, 0) == 1 ? 0 : -errno;
}

static int row_write(struct bench *bench)
{
	return pwrite(bench->file, "x", 1, 0) == 1 ? 0 : -errno;
}

static int row_getpid(struct bench *bench)
{
	(void)bench;
	return syscall(SYS_getpid) > 0 ? 0 : -errno;
}

static int row_create(struct bench *bench)
{
	char path[512];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/created", bench->folder);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	(void)close(fd);
	return unlink(path) < 0 ? -errno : 0;
}

static int row_rename(struct bench *bench)
{
	char from[512];
	char to[512];

	(void)snprintf(from, sizeof(from), "%s/moved", bench->folder);
	(void)snprintf(to, sizeof(to), "%s/moved.2", bench->folder);
	return rename(from, to) < 0 || rename(to, from) < 0 ? -errno : 0;
}

static int child_wait(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

static int row_fork(struct bench *bench)
{
	pid_t child = fork();

	(void)bench;
	if (child == 0)
		_exit(0);
	return child_wait(child);
}

/* This program itself, which ends at once. */
static int row_exec(struct bench *bench)
{
	static char *const arguments[] = {(char *)"bench_measure", (char *)"--nothing", NULL};
	static char *const environment[] = {NULL};
	pid_t child = -1;
	int r = posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environment);

	(void)bench;
	return r ? -r : child_wait(child);
}

/* Connect, accept, and an end without a wait for late packets. */
static int row_connect(struct bench *bench)
{
	static const struct linger now = {.l_onoff = 1};
	CLEANUP_CLOSE int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CLEANUP_CLOSE int server = -1;

	if (client < 0 || setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) < 0 ||
	    connect(client, (struct sockaddr *)&bench->stream_address, sizeof(bench->stream_address)) < 0)
		return -errno;
	server = accept4(bench->listening, NULL, NULL, SOCK_CLOEXEC);
	return server < 0 ? -errno : 0;
}

/* Refused by the other end, where nobody listens: connect alone, once there and once back. */
static int row_connect_closed(struct bench *bench)
{
	if (connect(bench->stream, (struct sockaddr *)&bench->closed_address,
		    sizeof(bench->closed_address)) == 0)
		return -EISCONN;
	return errno == ECONNREFUSED ? 0 : -errno;
}

/* The destination is set, nothing is sent: nearly only the hook. */
static int row_connect_datagram(struct bench *bench)
{
	return connect(bench->datagrams, (struct sockaddr *)&bench->datagram_address,
		       sizeof(bench->datagram_address)) < 0
		       ? -errno
		       : 0;
}

static int row_sendto(struct bench *bench)
{
	return sendto(bench->datagrams, "x", 1, MSG_DONTWAIT, (struct sockaddr *)&bench->datagram_address,
		      sizeof(bench->datagram_address)) < 0
		       ? -errno
		       : 0;
}

const struct row BENCH_ROWS[] = {
	{.name = "open-3", .loops = 32, .run = row_open_3},
	{.name = "open-10", .loops = 32, .run = row_open_10},
	{.name = "open-30", .loops = 16, .run = row_open_30},
	{.name = "open-subject", .loops = 32, .run = row_open_shared},
	{.name = "open-new", .loops = 16, .run = row_open_new, .takes_new = true},
	{.name = "open-refused", .loops = 8, .run = row_open_refused},
	{.name = "open-audited", .loops = 8, .run = row_open_audited},
	{.name = "stat", .loops = 64, .run = row_stat},
	{.name = "read", .loops = 64, .run = row_read},
	{.name = "write", .loops = 64, .run = row_write},
	{.name = "getpid", .loops = 256, .run = row_getpid},
	{.name = "create-unlink", .loops = 4, .run = row_create},
	{.name = "rename", .loops = 4, .run = row_rename},
	{.name = "fork", .loops = 1, .run = row_fork},
	{.name = "exec", .loops = 1, .run = row_exec},
	{.name = "tcp-connect", .loops = 2, .run = row_connect},
	{.name = "tcp-refused", .loops = 16, .run = row_connect_closed},
	{.name = "udp-connect", .loops = 64, .run = row_connect_datagram},
	{.name = "udp-sendto", .loops = 16, .run = row_sendto},
	{.name = NULL},
};

/* --- Files and sockets ------------------------------------------------------------------------------ */

/* Made without being opened, so that nothing is known of it before the row. */
void bench_file(const char *path)
{
	(void)unlink(path);
	bench_must(mknod(path, S_IFREG | 0644, 0), path);
}

static void file_named(const struct bench *bench, const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
	bench_file(path);
}

static void deep_make(struct bench *bench)
{
	char folder[400];
	size_t length = (size_t)snprintf(folder, sizeof(folder), "%s", bench->folder);

	for (int depth = 3; depth <= BENCH_DEPTH_MAX; depth++) {
		(void)snprintf(bench->deep[depth], sizeof(bench->deep[depth]), "%s/plain", folder);
		bench_file(bench->deep[depth]);
		if (depth == 10)
			(void)snprintf(bench->once, sizeof(bench->once), "%s", folder);
		length += (size_t)snprintf(folder + length, sizeof(folder) - length, "/part%d", depth);
		if (mkdir(folder, 0755) < 0 && errno != EEXIST)
			bench_fail(folder);
	}
}

/* As many as the row opens, with their dentries in the kernel's cache. */
void bench_new_files(const struct bench *bench, int count)
{
	char path[600];
	struct stat status;

	for (int i = 0; i < count; i++) {
		(void)snprintf(path, sizeof(path), "%s/new%d", bench->once, i);
		bench_file(path);
		bench_must(stat(path, &status), path);
	}
}

/* All sockets have ports of their own: chosen ones are at random, and what stands beside them in a table. */
static int socket_bound(int type, uint16_t port, struct sockaddr_in *ret_address)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = bench_must(socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket");

	bench_must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), "SO_REUSEADDR");
	bench_must(bind(fd, (struct sockaddr *)&address, sizeof(address)), "bind");
	if (ret_address)
		*ret_address = address;
	return fd;
}

void bench_prepare(struct bench *bench)
{
	static const char *const names[] = {"shared", "refused", "audited", "moved"};

	if (mkdir(bench->folder, 0755) < 0 && errno != EEXIST)
		bench_fail(bench->folder);
	deep_make(bench);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		file_named(bench, names[i]);
	bench->file = bench_must(open(bench->deep[3], O_RDWR | O_CLOEXEC), bench->deep[3]);
	bench_must(pwrite(bench->file, "x", 1, 0) == 1 ? 0 : -1, "write");
	bench->listening = socket_bound(SOCK_STREAM, PORT, &bench->stream_address);
	bench_must(listen(bench->listening, 16), "listen");
	bench->stream = socket_bound(SOCK_STREAM, PORT + 1, NULL);
	bench->closed_address = bench->stream_address;
	bench->closed_address.sin_port = htons(PORT + 2);
	/* Nobody reads what arrives there: once the buffer is full, each datagram is dropped, at the same
	 * cost. */
	(void)socket_bound(SOCK_DGRAM, PORT, &bench->datagram_address);
	bench->datagrams = socket_bound(SOCK_DGRAM, PORT + 1, NULL);
	for (int i = 0; i < DATAGRAMS_ENOUGH; i++)
		bench_must(row_sendto(bench), "sendto");
}
