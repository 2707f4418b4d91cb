// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>

#include "diagnostic.h"
#include "util.h"

/* A longer text is cut: nothing in a policy may make a message that nobody can read. */
#define TEXT_MAX 1000

/* The longest word that suggestions are made for. */
#define WORD_MAX 64

/* Names of files are shared by the entries; a collection rarely has more than a few. */
struct file_name {
	struct file_name *next;
	char name[];
};

static const char *const level_names[] = {
	[DIAGNOSTIC_ERROR] = "error",
	[DIAGNOSTIC_WARNING] = "warning",
	[DIAGNOSTIC_NOTE] = "note",
};

const char *diagnostic_level_name(enum diagnostic_level level)
{
	return level_names[level];
}

static const char *file_intern(struct diagnostics *diagnostics, const char *name)
{
	struct file_name *file;
	size_t size;

	for (file = diagnostics->files; file; file = file->next)
		if (strcmp(file->name, name) == 0)
			return file->name;
	size = strlen(name) + 1;
	file = malloc(sizeof(*file) + size);
	if (!file)
		return NULL;
	memcpy(file->name, name, size);
	file->next = diagnostics->files;
	diagnostics->files = file;
	return file->name;
}

/* C0, DEL, C1 (U+0080 to U+009F) and the characters that reorder text (U+202A to U+202E, U+2066 to U+2069).
 */
static size_t control_length(const unsigned char *text)
{
	if (text[0] < 0x20 || text[0] == 0x7f)
		return 1;
	if (text[0] == 0xc2 && text[1] >= 0x80 && text[1] <= 0x9f)
		return 2;
	if (text[0] == 0xe2 && ((text[1] == 0x80 && text[2] >= 0xaa && text[2] <= 0xae) ||
				(text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9)))
		return 3;
	return 0;
}

/* A copy of one printable line, at most TEXT_MAX bytes and "..."; NULL when out of memory. */
static char *text_clean(const char *text)
{
	CLEANUP_FREE char *clean = malloc(TEXT_MAX + sizeof("\\xNN\\xNN\\xNN..."));
	size_t used = 0;

	if (!clean)
		return NULL;
	while (*text && used < TEXT_MAX) {
		size_t length = control_length((const unsigned char *)text);

		if (length == 0)
			clean[used++] = *text++;
		for (; length > 0; length--)
			used += (size_t)snprintf(clean + used, 5, "\\x%02x", (unsigned char)*text++);
	}
	/* Does not cut inside a UTF-8 character. */
	while (*text && used > 0 && ((unsigned char)*text & 0xc0) == 0x80) {
		used--;
		text--;
	}
	memcpy(clean + used, *text ? "..." : "", *text ? 4 : 1);
	return TAKE_PTR(clean);
}

/* Appends with ownership of nothing: everything is copied. Returns 0 or -ENOMEM. */
static int entry_append(struct diagnostics *diagnostics, enum diagnostic_level level, struct location at,
			const char *text)
{
	CLEANUP_FREE char *clean = text_clean(text);
	struct diagnostic *items = diagnostics->items;

	if (!clean)
		return -ENOMEM;
	if (at.file) {
		at.file = file_intern(diagnostics, at.file);
		if (!at.file)
			return -ENOMEM;
	}
	/* Room doubles: a count that is a power of two means that the array is full. */
	if ((diagnostics->count & (diagnostics->count - 1)) == 0) {
		size_t room = diagnostics->count ? diagnostics->count * 2 : 1;

		items = realloc(items, room * sizeof(*items));
		if (!items)
			return -ENOMEM;
		diagnostics->items = items;
	}
	items[diagnostics->count++] = (struct diagnostic){.level = level, .at = at, .text = TAKE_PTR(clean)};
	return 0;
}

void diagnostic_vadd(struct diagnostics *diagnostics, enum diagnostic_level level, struct location at,
		     const char *format, va_list arguments)
{
	CLEANUP_FREE char *text = NULL;

	if (level == DIAGNOSTIC_ERROR)
		diagnostics->errors++;
	else if (level == DIAGNOSTIC_WARNING)
		diagnostics->warnings++;
	if (diagnostics->count >= DIAGNOSTICS_MAX) {
		diagnostics->dropped++;
		return;
	}
	if (vasprintf(&text, format, arguments) < 0) {
		text = NULL;
		diagnostics->dropped++;
		return;
	}
	if (entry_append(diagnostics, level, at, text) < 0)
		diagnostics->dropped++;
}

void diagnostic_add(struct diagnostics *diagnostics, enum diagnostic_level level, struct location at,
		    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diagnostic_vadd(diagnostics, level, at, format, arguments);
	va_end(arguments);
}

/* "file:line:column: ", without the parts that are unknown; 0 or -ENOMEM. */
static int place_format(struct location at, char **ret_place)
{
	int r;

	if (!at.file)
		r = asprintf(ret_place, "%s", "");
	else if (at.line == 0)
		r = asprintf(ret_place, "%s: ", at.file);
	else if (at.column == 0)
		r = asprintf(ret_place, "%s:%u: ", at.file, at.line);
	else
		r = asprintf(ret_place, "%s:%u:%u: ", at.file, at.line, at.column);
	return r < 0 ? -ENOMEM : 0;
}

char *diagnostic_line(const struct diagnostic *diagnostic)
{
	CLEANUP_FREE char *place = NULL;
	char *line;

	if (place_format(diagnostic->at, &place) < 0) {
		place = NULL;
		return NULL;
	}
	if (asprintf(&line, "%s%s: %s", place, diagnostic_level_name(diagnostic->level), diagnostic->text) <
	    0)
		return NULL;
	return line;
}

static int place_compare(const struct location *a, const struct location *b)
{
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return 0;
}

/* Insertion sort: entries are nearly in order and at most DIAGNOSTICS_MAX, and equals must not change places.
 */
void diagnostics_sort(struct diagnostics *diagnostics, size_t first)
{
	for (size_t i = first + 1; i < diagnostics->count; i++) {
		struct diagnostic moved = diagnostics->items[i];
		size_t j = i;

		for (; j > first && place_compare(&diagnostics->items[j - 1].at, &moved.at) > 0; j--)
			diagnostics->items[j] = diagnostics->items[j - 1];
		diagnostics->items[j] = moved;
	}
}

void diagnostics_clear(struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < diagnostics->count; i++)
		free(diagnostics->items[i].text);
	free(diagnostics->items);
	while (diagnostics->files) {
		struct file_name *next = diagnostics->files->next;

		free(diagnostics->files);
		diagnostics->files = next;
	}
	*diagnostics = (struct diagnostics){0};
}

/* Number of edits from a to b, exchanges of neighbours being one, for lengths up to WORD_MAX. */
static unsigned int edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned int rows[3][WORD_MAX + 1];

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned int *row = rows[i % 3];
		const unsigned int *above = rows[(i + 2) % 3];
		const unsigned int *two_above = rows[(i + 1) % 3];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned int best = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two_above[j - 2] + 1 < best)
				best = two_above[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a_length % 3][b_length];
}

const char *diagnostic_nearest(const char *word, const char *const *candidates, size_t count)
{
	size_t length = strnlen(word, WORD_MAX + 1);
	const char *nearest = NULL;
	unsigned int best = 3;

	if (length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t candidate_length = strnlen(candidates[i], WORD_MAX + 1);
		unsigned int distance;

		if (candidate_length > WORD_MAX || candidate_length > length + 2 ||
		    candidate_length + 2 < length)
			continue;
		distance = edit_distance(word, length, candidates[i], candidate_length);
		if (distance < best && 2 * (size_t)distance < length) {
			best = distance;
			nearest = candidates[i];
		}
	}
	return nearest;
}
