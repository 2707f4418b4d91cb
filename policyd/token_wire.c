// SPDX-License-Identifier: Apache-2.0
#include "token_wire.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "util.h"

#define READ_STEP 65536U

enum { WIRE_PLAIN = 1, WIRE_TEXT = 2, WIRE_TAG = 4, WIRE_ANCHOR = 8, WIRE_FLAGS = 15 };

/* The texts that the flags name follow, each with a NUL. */
struct wire {
	uint8_t kind;
	uint8_t flags;
	uint16_t zero;
	uint32_t line;
	uint32_t column;
	uint32_t text;
	uint32_t tag;
	uint32_t anchor;
};
_Static_assert(sizeof(struct wire) == 24, "no padding");

/* --- Writing ------------------------------------------------------------------------------------- */

int token_bytes_send(int fd, const void *bytes, size_t length)
{
	const char *from = bytes;

	while (length > 0) {
		ssize_t n = send(fd, from, length, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		from += n;
		length -= (size_t)n;
	}
	return 0;
}

int token_write_flush(struct token_writer *writer)
{
	int r = token_bytes_send(writer->fd, writer->buffer, writer->used);

	writer->used = 0;
	return r;
}

static int bytes_write(struct token_writer *writer, const void *bytes, size_t length)
{
	const char *from = bytes;

	while (length > 0) {
		size_t room = sizeof(writer->buffer) - writer->used;
		size_t part = length < room ? length : room;

		memcpy(writer->buffer + writer->used, from, part);
		writer->used += part;
		from += part;
		length -= part;
		if (writer->used == sizeof(writer->buffer)) {
			int r = token_write_flush(writer);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int text_write(struct token_writer *writer, const char *text, size_t length)
{
	int r = text ? bytes_write(writer, text, length) : 0;

	return text && r == 0 ? bytes_write(writer, "", 1) : r;
}

int token_write(struct token_writer *writer, const struct token *token)
{
	const struct wire wire = {
		.kind = (uint8_t)token->kind,
		.flags = (uint8_t)((token->plain ? WIRE_PLAIN : 0) | (token->text ? WIRE_TEXT : 0) |
				   (token->tag ? WIRE_TAG : 0) | (token->anchor ? WIRE_ANCHOR : 0)),
		.line = token->line,
		.column = token->column,
		.text = (uint32_t)token->length,
		.tag = token->tag ? (uint32_t)strlen(token->tag) : 0,
		.anchor = token->anchor ? (uint32_t)strlen(token->anchor) : 0,
	};
	int r = bytes_write(writer, &wire, sizeof(wire));

	if (r == 0)
		r = text_write(writer, token->text, wire.text);
	if (r == 0)
		r = text_write(writer, token->tag, wire.tag);
	return r < 0 ? r : text_write(writer, token->anchor, wire.anchor);
}

/* --- Reading ------------------------------------------------------------------------------------- */

struct token_wire {
	struct token_source source;
	int fd;
	size_t limit;
	char *data; /* bytes from `start` to `end` came and are not taken yet */
	size_t start;
	size_t end;
	size_t room;
};

/* Makes room for `size` bytes from `start` on, and for reading some more. */
static int room_make(struct token_wire *wire, size_t size)
{
	size_t room = size + READ_STEP;
	char *data;

	if (wire->start > 0) {
		memmove(wire->data, wire->data + wire->start, wire->end - wire->start);
		wire->end -= wire->start;
		wire->start = 0;
	}
	if (room <= wire->room)
		return 0;
	data = realloc(wire->data, room);
	if (!data)
		return -ENOMEM;
	wire->data = data;
	wire->room = room;
	return 0;
}

/* Waits until `size` bytes are there. */
static int bytes_need(struct token_wire *wire, size_t size)
{
	int r = wire->end - wire->start < size ? room_make(wire, size) : 0;

	while (r == 0 && wire->end - wire->start < size) {
		ssize_t n = recv(wire->fd, wire->data + wire->end, wire->room - wire->end, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EIO;
		wire->end += (size_t)n;
	}
	return r;
}

static bool is_utf8(const char *text, size_t length)
{
	json_t *string;

	for (size_t i = 0; i < length; i++) {
		if (!((unsigned char)text[i] & 0x80))
			continue;
		string = json_stringn(text + i, length - i);
		json_decref(string);
		return string != NULL;
	}
	return true;
}

static bool is_sane(const struct token_wire *source, const struct wire *wire)
{
	return wire->kind < TOKEN_KIND_COUNT && !(wire->flags & ~WIRE_FLAGS) && wire->zero == 0 &&
	       wire->text <= source->limit && wire->tag <= source->limit && wire->anchor <= source->limit &&
	       (wire->flags & WIRE_TEXT || wire->text == 0) && (wire->flags & WIRE_TAG || wire->tag == 0) &&
	       (wire->flags & WIRE_ANCHOR || wire->anchor == 0) &&
	       ((wire->kind != TOKEN_SCALAR && wire->kind != TOKEN_ALIAS && wire->kind != TOKEN_ERROR) ||
		wire->flags & WIRE_TEXT);
}

/* Takes a text of `length` bytes and its NUL from `*at`. */
static bool text_take(char **at, bool present, size_t length, const char **ret)
{
	char *text = *at;

	*ret = present ? text : NULL;
	if (!present)
		return true;
	*at += length + 1;
	return text[length] == '\0' && is_utf8(text, length);
}

static int wire_next(struct token_source *source, struct token *token)
{
	struct token_wire *from = (struct token_wire *)source;
	struct wire wire;
	size_t size;
	char *at;
	int r = bytes_need(from, sizeof(wire));

	if (r < 0)
		return r;
	memcpy(&wire, from->data + from->start, sizeof(wire));
	if (!is_sane(from, &wire))
		return -EBADMSG;
	size = sizeof(wire) + (size_t)wire.text + wire.tag + wire.anchor + 3;
	size -= (size_t) !(wire.flags & WIRE_TEXT) + !(wire.flags & WIRE_TAG) + !(wire.flags & WIRE_ANCHOR);
	r = bytes_need(from, size);
	if (r < 0)
		return r;
	*token = (struct token){.kind = (enum token_kind)wire.kind,
				.plain = wire.flags & WIRE_PLAIN,
				.line = wire.line,
				.column = wire.column,
				.length = wire.text};
	at = from->data + from->start + sizeof(wire);
	from->start += size;
	return text_take(&at, wire.flags & WIRE_TEXT, wire.text, &token->text) &&
			       text_take(&at, wire.flags & WIRE_TAG, wire.tag, &token->tag) &&
			       text_take(&at, wire.flags & WIRE_ANCHOR, wire.anchor, &token->anchor)
		       ? 0
		       : -EBADMSG;
}

static void wire_free(struct token_source *source)
{
	struct token_wire *wire = (struct token_wire *)source;

	util_close(&wire->fd);
	free(wire->data);
	free(wire);
}

int token_wire_new(int fd, size_t limit, struct token_source **ret_source)
{
	static const struct token_source_class class = {.next = wire_next, .free = wire_free};
	struct token_wire *wire = calloc(1, sizeof(*wire));

	if (!wire) {
		util_close(&fd);
		return -ENOMEM;
	}
	*wire = (struct token_wire){.source.class = &class, .fd = fd, .limit = limit};
	*ret_source = &wire->source;
	return 0;
}
