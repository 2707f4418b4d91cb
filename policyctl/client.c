// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "client.h"
#include "command.h"
#include "json.h"
#include "util.h"

int client_open(const char *path, FILE **ret_stream)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	CLEANUP_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	FILE *stream;

	path = path ? path : CLIENT_SOCKET;
	if (fd < 0)
		return -errno;
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	stream = fdopen(fd, "r+");
	if (!stream)
		return -errno;
	(void)TAKE_FD(fd);
	*ret_stream = stream;
	return 0;
}

static int request_send(FILE *stream, const json_t *request)
{
	CLEANUP_FREE char *text = json_dumps(request, JSON_COMPACT | JSON_ENSURE_ASCII);

	if (!text)
		return -ENOMEM;
	return fprintf(stream, "%s\n", text) < 0 || fflush(stream) != 0 ? -EIO : 0;
}

int client_ask(FILE *stream, json_t *request, json_t **ret_reply, char **ret_error)
{
	CLEANUP_JSON json_t *owned = request;
	CLEANUP_JSON json_t *answer = NULL;
	CLEANUP_FREE char *line = NULL;
	const char *error;
	size_t size = 0;
	int r;

	r = owned ? request_send(stream, owned) : -ENOMEM;
	if (r < 0)
		return r;
	if (getline(&line, &size, stream) < 0)
		return -ECONNRESET;
	answer = json_loads(line, 0, NULL);
	if (!json_is_object(answer))
		return -EBADMSG;
	if (json_is_true(json_object_get(answer, "ok"))) {
		*ret_reply = json_incref(json_object_get(answer, "reply"));
		return *ret_reply ? 0 : -EBADMSG;
	}
	error = json_string_value(json_object_get(answer, "error"));
	*ret_error = strdup(error ? error : "no reason given");
	return -EREMOTEIO;
}

int client_process(FILE *stream)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);
	int fd;

	if (getsockopt(fileno(stream), SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		return -errno;
	if (peer.pid <= 0)
		return -ESRCH; /* of another PID namespace */
	fd = (int)syscall(SYS_pidfd_open, peer.pid, 0);
	return fd < 0 ? -errno : fd;
}

void client_explain(const char *command, const char *path, int error)
{
	path = path ? path : CLIENT_SOCKET;
	if (error == -ENOENT || error == -ECONNREFUSED)
		(void)command_fail(command,
				   "policyd is not running: nobody listens on '%s' (start it with systemctl "
				   "start policyd)",
				   path);
	else if (error == -EACCES)
		(void)command_fail(command, "only root and members of group policyd may use '%s'", path);
	else
		(void)command_fail(command, "cannot talk to policyd on '%s': %s", path, strerror(-error));
}

int client_answer(const char *command, const char *path, FILE *stream, json_t *request, json_t **ret_reply)
{
	CLEANUP_FREE char *error = NULL;
	int r = client_ask(stream, request, ret_reply, &error);

	if (r == -EREMOTEIO)
		(void)command_fail(command, "%s", command_clean(error));
	else if (r < 0)
		client_explain(command, path, r);
	return r;
}

int client_request(const char *command, const char *path, json_t *request, json_t **ret_reply)
{
	CLEANUP_FCLOSE FILE *stream = NULL;
	int r = client_open(path, &stream);

	if (r < 0) {
		json_decref(request);
		client_explain(command, path, r);
		return r;
	}
	return client_answer(command, path, stream, request, ret_reply);
}
