/* SPDX-License-Identifier: Apache-2.0 */
#include "escape.h"

#include <errno.h>
#include <stdbool.h>

static bool is_printable(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f;
}

static bool is_quoted(unsigned char byte)
{
	return byte == '"' || byte == '\\' || byte == ']';
}

size_t escape_byte(unsigned char byte, char out[ESCAPE_MAX])
{
	static const char digits[] = "0123456789abcdef";

	if (is_printable(byte) && !is_quoted(byte)) {
		out[0] = (char)byte;
		return 1;
	}

	out[0] = '\\';
	if (is_quoted(byte)) {
		out[1] = (char)byte;
		return 2;
	}

	out[1] = 'x';
	out[2] = digits[byte >> 4];
	out[3] = digits[byte & 15];
	return 4;
}

size_t escape_plain(const char *bytes, size_t length)
{
	size_t count = 0;

	while (count < length && is_printable((unsigned char)bytes[count]) &&
	       !is_quoted((unsigned char)bytes[count]))
		count++;
	return count;
}

size_t escape_length(const char *bytes, size_t length)
{
	char out[ESCAPE_MAX];
	size_t total = 0;

	for (size_t i = 0; i < length; i++)
		total += escape_byte((unsigned char)bytes[i], out);
	return total;
}

size_t escape_fit(const char *bytes, size_t length, size_t limit)
{
	char out[ESCAPE_MAX];
	size_t total = 0;

	for (size_t i = 0; i < length; i++) {
		total += escape_byte((unsigned char)bytes[i], out);
		if (total > limit)
			return i;
	}
	return length;
}

int escape(const char *bytes, size_t length, char *buffer, size_t size, size_t *ret_length)
{
	size_t used = 0;

	if (escape_length(bytes, length) >= size)
		return -ENOBUFS;

	for (size_t i = 0; i < length; i++)
		used += escape_byte((unsigned char)bytes[i], buffer + used);
	buffer[used] = '\0';
	*ret_length = used;
	return 0;
}

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

/* Reads one byte's spelling. Returns the number of characters it takes, or -EINVAL. */
static int read_byte(const char *text, size_t length, char *ret_byte)
{
	int high, low;

	if (text[0] != '\\') {
		if (!is_printable((unsigned char)text[0]) || text[0] == '"')
			return -EINVAL;
		*ret_byte = text[0];
		return 1;
	}

	if (length >= 2 && is_quoted((unsigned char)text[1])) {
		*ret_byte = text[1];
		return 2;
	}

	if (length < 4 || text[1] != 'x')
		return -EINVAL;

	high = digit_value(text[2]);
	low = digit_value(text[3]);
	if (high < 0 || low < 0)
		return -EINVAL;

	*ret_byte = (char)(high << 4 | low);
	return 4;
}

int unescape(const char *text, size_t length, char *buffer, size_t size, size_t *ret_length)
{
	size_t used = 0;

	for (size_t i = 0; i < length;) {
		char byte = 0;
		int r;

		r = read_byte(text + i, length - i, &byte);
		if (r < 0)
			return r;
		if (used == size)
			return -ENOBUFS;

		buffer[used++] = byte;
		i += (size_t)r;
	}

	*ret_length = used;
	return 0;
}
