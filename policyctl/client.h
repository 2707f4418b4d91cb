/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other end of the control socket.
 */
#ifndef POLICYCTL_CLIENT_H
#define POLICYCTL_CLIENT_H

#include <jansson.h>
#include <stdio.h>

#define CLIENT_SOCKET "/run/policyd/control.sock"

/*
 * Connects. `path` may be NULL for the default. Returns 0 and a stream for both directions, or -errno
 * (-ENOENT, -ECONNREFUSED: no daemon; -EACCES: neither root nor of the group).
 */
int client_open(const char *path, FILE **ret_stream);

/*
 * Sends a request, whose reference is taken over, and reads the answer. Returns 0 and the `reply`; -errno of
 * the connection; or -EREMOTEIO and *ret_error, the daemon's refusal, malloc'ed.
 */
int client_ask(FILE *stream, json_t *request, json_t **ret_reply, char **ret_error);

/* The same; says on stderr what went wrong. */
int client_answer(const char *command, const char *path, FILE *stream, json_t *request, json_t **ret_reply);

/*
 * Both at once, for a command called `command`; says on stderr what went wrong. Returns 0 or -errno.
 */
int client_request(const char *command, const char *path, json_t *request, json_t **ret_reply);

/*
 * A descriptor of the process that listens at the other end (a pidfd, which becomes readable when it has
 * ended), or -errno.
 */
int client_process(FILE *stream);

/* Says on stderr why there is no connection. */
void client_explain(const char *command, const char *path, int error);

#endif
