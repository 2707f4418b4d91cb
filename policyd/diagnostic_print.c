// SPDX-License-Identifier: Apache-2.0
#include "diagnostic.h"
#include "util.h"

/* Bytes of a source line that are shown before and after the column. */
#define WINDOW 80

struct style {
	const char *place;
	const char *level[3];
	const char *caret;
	const char *end;
};

static const struct style plain = {"", {"", "", ""}, "", ""};
static const struct style colours = {
	"\033[1m",
	{"\033[1;31m", "\033[1;35m", "\033[1;36m"},
	"\033[1;32m",
	"\033[0m",
};

/* Start of line number `line` (from 1), or NULL. */
static const char *line_find(const char *text, unsigned int line)
{
	while (line > 1 && text) {
		text = strchr(text, '\n');
		if (text)
			text++;
		line--;
	}
	return text;
}

/* Length in bytes of `columns` characters of UTF-8, at most `length`. */
static size_t column_offset(const char *line, size_t length, unsigned int columns)
{
	size_t offset = 0;

	while (offset < length && columns > 0) {
		offset++;
		while (offset < length && ((unsigned char)line[offset] & 0xc0) == 0x80)
			offset++;
		columns--;
	}
	return offset;
}

/* Control bytes become '?', so that a file cannot write to the terminal and columns stay in place. */
static void excerpt_print(FILE *stream, const char *from, const char *to)
{
	for (; from < to; from++) {
		unsigned char c = (unsigned char)*from;

		(void)fputc((c < 0x20 && c != '\t') || c == 0x7f ? '?' : c, stream);
	}
}

/* Blanks as wide as the text between the two, tabs kept. */
static void blank_print(FILE *stream, const char *from, const char *to)
{
	for (; from < to; from++)
		if (((unsigned char)*from & 0xc0) != 0x80)
			(void)fputc(*from == '\t' ? '\t' : ' ', stream);
}

static void source_print(FILE *stream, struct location at, const char *source_text, const struct style *style)
{
	static const char mark[] = "\xef\xbb\xbf";
	const char *line, *column, *start, *end;
	size_t length;

	if (strncmp(source_text, mark, strlen(mark)) == 0)
		source_text += strlen(mark);
	line = line_find(source_text, at.line);
	if (!line)
		return;
	length = strcspn(line, "\r\n");
	column = line + column_offset(line, length, at.column > 0 ? at.column - 1 : 0);
	start = column - line > WINDOW ? column - WINDOW : line;
	end = line + length - column > WINDOW ? column + WINDOW : line + length;
	while (start < column && ((unsigned char)*start & 0xc0) == 0x80)
		start++;
	while (end > column && end < line + length && ((unsigned char)*end & 0xc0) == 0x80)
		end--;
	(void)fprintf(stream, "%5u | ", at.line);
	excerpt_print(stream, start, end);
	(void)fputs("\n      | ", stream);
	if (at.column > 0) {
		blank_print(stream, start, column);
		(void)fprintf(stream, "%s^%s", style->caret, style->end);
	}
	(void)fputc('\n', stream);
}

static void place_print(FILE *stream, struct location at)
{
	if (!at.file)
		return;
	(void)fputs(at.file, stream);
	if (at.line > 0)
		(void)fprintf(stream, ":%u", at.line);
	if (at.line > 0 && at.column > 0)
		(void)fprintf(stream, ":%u", at.column);
	(void)fputs(": ", stream);
}

void diagnostic_print(FILE *stream, const struct diagnostic *diagnostic, const char *source_text, bool colour)
{
	const struct style *style = colour ? &colours : &plain;

	(void)fputs(style->place, stream);
	place_print(stream, diagnostic->at);
	(void)fprintf(stream, "%s%s%s:%s %s\n", style->end, style->level[diagnostic->level],
		      diagnostic_level_name(diagnostic->level), style->end, diagnostic->text);
	if (source_text && diagnostic->at.line > 0)
		source_print(stream, diagnostic->at, source_text, style);
}
