// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "control.h"
#include "control_peer.h"
#include "json.h"
#include "json_text.h"
#include "json_token.h"
#include "util.h"

#define ACCEPT_INTERVAL_USEC (1000 * 1000ULL)
#define ACCEPT_BURST	     500

struct client {
	struct client *next;
	struct control *control;
	sd_event_source *source;
	int fd;
	uid_t uid;
	bool member;
	char *request; /* CONTROL_REQUEST_MAX bytes */
	size_t request_length;
	char *reply; /* being sent, NULL: none */
	size_t reply_length;
	size_t reply_sent;
	control_take_fn *take; /* who takes the connection after the reply */
	json_t *take_request;
};

struct control {
	sd_event *loop;
	sd_event_source *source;
	int fd;
	char *path;
	gid_t group;
	const struct control_request *requests;
	struct tokenizer *tokenizer;
	void *data;
	struct client *clients;
};

static void client_free(struct client *client)
{
	(void)sd_event_source_disable_unref(client->source);
	if (client->fd >= 0)
		(void)close(client->fd);
	json_decref(client->take_request);
	free(client->request);
	free(client->reply);
	free(client);
}

static void client_drop(struct client *client)
{
	struct client **at = &client->control->clients;

	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	client_free(client);
}

/* Makes one line of a reply the client's output. */
static int reply_set(struct client *client, const json_t *reply)
{
	char *text = json_dumps(reply, JSON_COMPACT | JSON_ENSURE_ASCII);
	size_t length;

	if (!text)
		return -ENOMEM;
	length = strlen(text);
	text[length] = '\n'; /* takes the NUL's place: the length is kept */
	client->reply = text;
	client->reply_length = length + 1;
	client->reply_sent = 0;
	return 0;
}

static int reply_error(struct client *client, int error, const char *sentence)
{
	CLEANUP_JSON json_t *reply = NULL;

	reply = json_pack("{s:b,s:s,s:o}", "ok", 0, "code", strerrorname_np(-error), "error",
			  json_text(sentence ? sentence : strerror(-error)));
	return reply ? reply_set(client, reply) : -ENOMEM;
}

static const struct control_request *request_find(const struct control *control, const char *name)
{
	for (const struct control_request *at = control->requests; at->name; at++)
		if (strcmp(at->name, name) == 0)
			return at;
	return NULL;
}

static int request_answer(struct client *client, const struct control_request *known, json_t *request)
{
	CLEANUP_JSON json_t *body = NULL;
	CLEANUP_JSON json_t *reply = NULL;
	CLEANUP_FREE char *error = NULL;
	int r;

	r = known->answer(client->control->data, request, &body, &error);
	if (r < 0)
		return reply_error(client, r, error);
	reply = json_pack("{s:b,s:O}", "ok", 1, "reply", body);
	if (!reply)
		return -ENOMEM;
	if (known->take) {
		client->take = known->take;
		client->take_request = json_incref(request);
	}
	return reply_set(client, reply);
}

static int request_handle(struct client *client, const char *line, size_t length)
{
	CLEANUP_JSON json_t *request = NULL;
	const struct control_request *known;
	CLEANUP_FREE char *why = NULL;
	const char *name;
	int r = json_token_load(client->control->tokenizer, line, length, &request, &why);

	if (r < 0 && r != -EINVAL)
		return reply_error(client, r, why ? why : "the request cannot be read");
	name = json_string_value(json_object_get(request, "request"));
	if (!name)
		return reply_error(client, -EBADMSG, "a request is one JSON object with a text 'request'");
	known = request_find(client->control, name);
	if (!known)
		return reply_error(client, -EOPNOTSUPP, "no such request");
	if (!control_peer_may(client->uid, client->member, known->right))
		return reply_error(client, -EPERM,
				   known->right == CONTROL_READ
					   ? "only root and members of group " CONTROL_GROUP " may ask this"
					   : "only root may ask this");
	return request_answer(client, known, request);
}

/* Takes the first whole line out of what was read. 0: there is none; 1: handled; -errno: drop the client. */
static int request_next(struct client *client)
{
	char *end = memchr(client->request, '\n', client->request_length);
	size_t length;
	int r;

	if (!end)
		return client->request_length == CONTROL_REQUEST_MAX ? -EMSGSIZE : 0;
	length = (size_t)(end - client->request);
	r = request_handle(client, client->request, length);
	client->request_length -= length + 1;
	memmove(client->request, end + 1, client->request_length);
	return r < 0 ? r : 1;
}

/* 0: all sent; -EAGAIN: the socket is full. */
static int reply_send(struct client *client)
{
	while (client->reply && client->reply_sent < client->reply_length) {
		ssize_t n = send(client->fd, client->reply + client->reply_sent,
				 client->reply_length - client->reply_sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0)
			return -errno;
		client->reply_sent += (size_t)n;
	}
	free(client->reply);
	client->reply = NULL;
	return 0;
}

/* 1: something was read; 0: nothing there; -errno, -ESHUTDOWN at the end. */
static int request_read(struct client *client)
{
	ssize_t n = recv(client->fd, client->request + client->request_length,
			 CONTROL_REQUEST_MAX - client->request_length, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	client->request_length += (size_t)n;
	return n > 0 ? 1 : -ESHUTDOWN;
}

/* Gives the connection to who asked for it. The client is gone afterwards. */
static int client_hand_over(struct client *client)
{
	int r;

	(void)sd_event_source_set_enabled(client->source, SD_EVENT_OFF);
	client->source = sd_event_source_disable_unref(client->source);
	r = client->take(client->control->data, client->take_request, client->fd);
	if (r == 0)
		(void)TAKE_FD(client->fd);
	client_drop(client);
	return 0;
}

/*
 * One request at a time: nothing more is read while a reply waits to be sent, so a client that does not read
 * costs one reply and delays nobody. Returns 0 or -errno when the client has to go.
 */
static int client_work(struct client *client)
{
	int r = 1;

	while (r > 0) {
		r = reply_send(client);
		if (r == -EAGAIN)
			return sd_event_source_set_io_events(client->source, EPOLLOUT);
		if (r < 0 || client->take)
			return r;
		r = request_next(client);
	}
	return r < 0 ? r : sd_event_source_set_io_events(client->source, EPOLLIN);
}

static void client_refuse_long(struct client *client)
{
	if (reply_error(client, -EMSGSIZE, "the request is too long") == 0)
		(void)reply_send(client);
}

static int on_client(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct client *client = data;
	int r = 0;

	(void)source;
	(void)fd;
	if (events & EPOLLIN)
		r = request_read(client);
	else if (events & (EPOLLHUP | EPOLLERR))
		r = -ESHUTDOWN;
	if (r >= 0)
		r = client_work(client);
	if (r == -EMSGSIZE)
		client_refuse_long(client);
	if (r < 0)
		client_drop(client);
	else if (client->take && !client->reply)
		return client_hand_over(client);
	return 0;
}

/* Root always finds room: the others together do not fill the table. */
static bool client_has_room(const struct control *control, uid_t uid)
{
	size_t all = 0, own = 0;

	for (const struct client *client = control->clients; client; client = client->next) {
		all++;
		own += client->uid == uid;
	}
	if (uid == 0)
		return all < CONTROL_CLIENTS_MAX;
	return own < CONTROL_USER_CLIENTS_MAX && all < CONTROL_CLIENTS_MAX - CONTROL_USER_CLIENTS_MAX;
}

/* Owns `fd` in every case. */
static int client_add(struct control *control, int fd)
{
	struct client *client = calloc(1, sizeof(*client));
	int r = -ENOMEM;

	if (!client) {
		(void)close(fd);
		return -ENOMEM;
	}
	client->control = control;
	client->fd = fd;
	client->request = malloc(CONTROL_REQUEST_MAX);
	if (client->request)
		r = control_peer_get(fd, control->group, &client->uid, &client->member);
	if (r == 0 && !client_has_room(control, client->uid))
		r = -EUSERS;
	if (r == 0)
		r = sd_event_add_io(control->loop, &client->source, fd, EPOLLIN, on_client, client);
	if (r < 0) {
		client_free(client);
		return r;
	}
	client->next = control->clients;
	control->clients = client;
	return 0;
}

static int on_connect(sd_event_source *source, int fd, uint32_t events, void *data)
{
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)source;
	(void)events;
	if (client >= 0)
		(void)client_add(data, client);
	return 0;
}

static int control_bind(struct control *control)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	mode_t mask;
	int r;

	if (strlen(control->path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, control->path, strlen(control->path) + 1);
	if (unlink(control->path) < 0 && errno != ENOENT)
		return -errno;
	mask = umask(0177);
	r = bind(control->fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	(void)umask(mask);
	if (r < 0 || control->group == CONTROL_NO_GROUP)
		return r;
	if (chown(control->path, (uid_t)-1, control->group) < 0 || chmod(control->path, 0660) < 0)
		return -errno;
	return 0;
}

static int control_listen(struct control *control)
{
	int r;

	control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (control->fd < 0)
		return -errno;
	r = control_bind(control);
	if (r < 0)
		return r;
	if (listen(control->fd, 32) < 0)
		return -errno;
	r = sd_event_add_io(control->loop, &control->source, control->fd, EPOLLIN, on_connect, control);
	if (r < 0)
		return r;
	return sd_event_source_set_ratelimit(control->source, ACCEPT_INTERVAL_USEC, ACCEPT_BURST);
}

static void control_cleanup(struct control **control)
{
	control_free(*control);
}

int control_new(sd_event *loop, const struct control_options *options, struct control **ret_control)
{
	CLEANUP(control_cleanup) struct control *control = calloc(1, sizeof(*control));
	int r;

	if (!control)
		return -ENOMEM;
	control->fd = -1;
	control->loop = sd_event_ref(loop);
	control->group = control_group_find(CONTROL_GROUP);
	control->requests = options->requests;
	control->tokenizer = options->tokenizer;
	control->data = options->data;
	control->path = strdup(options->path);
	if (!control->path)
		return -ENOMEM;
	r = control_listen(control);
	if (r < 0)
		return r;
	*ret_control = TAKE_PTR(control);
	return 0;
}

void control_free(struct control *control)
{
	if (!control)
		return;
	while (control->clients)
		client_drop(control->clients);
	(void)sd_event_source_disable_unref(control->source);
	if (control->fd >= 0) {
		(void)unlink(control->path);
		(void)close(control->fd);
	}
	(void)sd_event_unref(control->loop);
	free(control->path);
	free(control);
}
