/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens over a socket. The end that takes them trusts nothing: kinds, lengths and UTF-8 are checked.
 */
#ifndef POLICYD_TOKEN_WIRE_H
#define POLICYD_TOKEN_WIRE_H

#include "token.h"

#define TOKEN_WRITER_SIZE 65536

/* Starts zeroed but for the socket, which is borrowed. */
struct token_writer {
	int fd;
	size_t used;
	char buffer[TOKEN_WRITER_SIZE];
};

/* Sends all the bytes to a socket. Returns 0 or -errno. */
int token_bytes_send(int fd, const void *bytes, size_t length);

/* Return 0 or -errno of sending. */
int token_write(struct token_writer *writer, const struct token *token);
int token_write_flush(struct token_writer *writer);

/*
 * The tokens that come from the socket, which the source takes over also on failure; none has texts of more
 * than `limit` bytes. Its token_source_next() returns -EIO too where nothing comes for as long as the
 * socket's SO_RCVTIMEO says. Returns 0 or -ENOMEM.
 */
int token_wire_new(int fd, size_t limit, struct token_source **ret_source);

#endif
