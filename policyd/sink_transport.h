/* SPDX-License-Identifier: Apache-2.0 */
/* What a sink is inside, for the files that implement its outputs. */
#ifndef POLICYD_SINK_TRANSPORT_H
#define POLICYD_SINK_TRANSPORT_H

#include <sys/socket.h>

#include "sink.h"

#define SINK_BATCH 64

enum sink_framing { SINK_BARE, SINK_NEWLINE, SINK_NUL, SINK_OCTETS };

/* An output. */
struct sink_transport {
	const char *format; /* name of the default */
	size_t line_max;
	enum sink_framing framing;
	bool is_syslog; /* formats without a syslog header get one */
	bool is_final;	/* cannot be opened again */
	/* Sets sink->fd. Returns 0, -EINPROGRESS when writability will tell, or why it failed. */
	int (*open)(struct sink *sink);
	/*
	 * Sends lines of the batch, at least the beginning of one. Returns 0, -EAGAIN, or why it failed:
	 * -EMSGSIZE when the first line will never do.
	 */
	int (*send)(struct sink *sink);
};

struct sink {
	const struct sink_transport *transport;
	const struct format *format;
	struct format_options format_options;
	char *name;
	char *path; /* of a socket or a file */
	struct sockaddr_storage address;
	socklen_t address_length;
	int fd;
	int socket_type; /* of the open socket */
	bool is_connecting;
	bool is_blocked; /* the last send returned -EAGAIN */
	bool is_dead;
	int error;
	uint64_t retry_at; /* no attempt before; 0: at once */
	uint64_t backoff;  /* microseconds */
	struct queue queue;
	struct lost lost;
	struct untold_account *account; /* borrowed, NULL: none is kept */
	uint64_t sent;
	struct queue_line *batch[SINK_BATCH]; /* taken from the queue, in order */
	size_t batch_count;
	size_t batch_offset; /* bytes of the first line that are sent */
	size_t line_max;
	char *buffer; /* line_max + 1 bytes */
};

extern const struct sink_transport sink_unix, sink_udp, sink_tcp, sink_file, sink_fd;

/* Parses "ADDRESS[:PORT]" into sink->address. Returns 0 or -EINVAL. */
int sink_address_parse(struct sink *sink, const char *text);

/* Sends the batch through the socket or file as a stream of bytes; `send` of a transport. */
int sink_send_stream(struct sink *sink);

/* Sends each line of the batch as a datagram. */
int sink_send_datagrams(struct sink *sink);

#endif
