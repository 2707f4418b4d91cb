/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control socket: one JSON object per line in, one out; docs/control.md describes it. This module knows
 * who asks (peer credentials), what may be asked (a const table) and how not to be blocked, flooded or
 * misled by a client; what the answers are is the caller's.
 */
#ifndef POLICYD_CONTROL_H
#define POLICYD_CONTROL_H

#include <jansson.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#define CONTROL_REQUEST_MAX	 65536 /* bytes of a request with its line end; longer ones are refused */
#define CONTROL_CLIENTS_MAX	 64
#define CONTROL_USER_CLIENTS_MAX 16	   /* connections of one user who is not root */
#define CONTROL_GROUP		 "policyd" /* its members may read */

/* Who may send a request. */
enum control_right {
	CONTROL_READ,  /* root and members of the group */
	CONTROL_ADMIN, /* root */
};

/*
 * Answers a request. Returns 0 and *ret_reply (a reference for the caller), or -errno and *ret_error, a
 * malloc'ed sentence, NULL for the errno's own text.
 */
typedef int control_answer_fn(void *data, const json_t *request, json_t **ret_reply, char **ret_error);

/*
 * Takes a client's connection over after the reply was sent: owns `fd` where it returns 0. Returns -errno
 * otherwise, and the connection is closed.
 */
typedef int control_take_fn(void *data, const json_t *request, int fd);

struct control_request {
	const char *name;
	enum control_right right;
	control_answer_fn *answer;
	control_take_fn *take; /* NULL: the connection stays with the control socket */
};

struct control_options {
	const char *path;
	const struct control_request *requests; /* borrowed, ends with a NULL name */
	struct tokenizer *tokenizer;		/* borrowed; what reads requests, NULL: this process */
	void *data;				/* for the functions of the requests */
};

struct control;

/*
 * Listens; a socket left at the path is replaced, so the caller must hold the daemon's lock. Returns 0 or
 * -errno.
 */
int control_new(sd_event *loop, const struct control_options *options, struct control **ret_control);

/* Closes all connections and removes the socket. Takes NULL. */
void control_free(struct control *control);

#endif
