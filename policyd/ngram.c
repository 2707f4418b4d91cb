// SPDX-License-Identifier: Apache-2.0
#include "ngram.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "syscalls.h"
#include "util.h"

#define NAME_MAX_BYTES 64 /* of a system call */

/*
 * One call that was never made in its place is new in as many sequences as are long, so that alone is never
 * too much; nor is a quarter more than was seen. A limit of more than half a window would find next to
 * nothing.
 */
#define LIMIT_LEAST POLICYD_NGRAM_LENGTH
#define LIMIT_MOST  (POLICYD_NGRAM_WINDOW / 2)

void ngrams_clear(struct ngram_set *set)
{
	free(set->words);
	*set = (struct ngram_set){};
}

int ngrams_add(struct ngram_set *set, uint64_t word)
{
	uint64_t ngram = word & POLICYD_NGRAM_MASK;
	size_t low = 0, high = set->count;
	int r;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((set->words[middle] & POLICYD_NGRAM_MASK) < ngram)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < set->count && (set->words[low] & POLICYD_NGRAM_MASK) == ngram) {
		set->words[low] &= word | ~POLICYD_NGRAM_LATE;
		return 0;
	}
	if (set->count == NGRAMS_MAX)
		return -ENOSPC;
	r = ARRAY_RESERVE(set->words, set->allocated, set->count + 1);
	if (r < 0)
		return r;
	memmove(&set->words[low + 1], &set->words[low], (set->count - low) * sizeof(word));
	set->words[low] = word;
	set->count++;
	return 1;
}

void ngrams_settle(struct ngram_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		set->words[i] &= POLICYD_NGRAM_MASK;
}

uint32_t ngrams_limit(uint32_t peak)
{
	uint32_t limit = peak + peak / 4;

	if (limit < LIMIT_LEAST)
		limit = LIMIT_LEAST;
	return limit <= LIMIT_MOST ? limit : 0;
}

/* Where a sequence that is not there goes; false: not into this page. */
static bool page_put(struct policyd_ngrams *page, uint64_t word)
{
	uint32_t place = policyd_ngram_place(word & POLICYD_NGRAM_MASK);

	for (int i = 0; i < POLICYD_NGRAM_PROBES; i++) {
		__u64 *slot = &page->slots[(place + (uint32_t)i) % POLICYD_NGRAM_SLOTS];

		if (*slot)
			continue;
		*slot = word;
		return true;
	}
	return false;
}

int ngrams_pages(const struct ngram_set *set, struct policyd_ngrams pages[static POLICYD_NGRAM_PAGES_OF])
{
	int count = 0;

	memset(pages, 0, POLICYD_NGRAM_PAGES_OF * sizeof(*pages));
	for (size_t i = 0; i < set->count; i++) {
		int page = 0;

		while (page < POLICYD_NGRAM_PAGES_OF && !page_put(&pages[page], set->words[i]))
			page++;
		if (page == POLICYD_NGRAM_PAGES_OF)
			return -ENOSPC;
		if (page >= count)
			count = page + 1;
	}
	return count;
}

/* Asking libseccomp for each of thousands would take long. */
static const char *call_name(uint32_t number, char buffer[static NAME_MAX_BYTES])
{
	static char *names[POLICYD_NGRAM_OTHER];

	if (!names[number])
		names[number] = syscall_name(syscall_arch_native(), number);
	if (names[number])
		return names[number];
	(void)snprintf(buffer, NAME_MAX_BYTES, "sys_%u", number);
	return buffer;
}

char *ngram_text(uint64_t ngram)
{
	char text[POLICYD_NGRAM_LENGTH * NAME_MAX_BYTES] = "", buffer[NAME_MAX_BYTES];
	size_t length = 0;

	for (int i = POLICYD_NGRAM_LENGTH - 1; i >= 0; i--) {
		uint32_t call = ngram >> (i * POLICYD_NGRAM_BITS) & POLICYD_NGRAM_OTHER;
		const char *name =
			call == POLICYD_NGRAM_OTHER || call == 0 ? "other" : call_name(call - 1, buffer);

		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s", length ? " " : "",
					   name);
		if (length >= sizeof(text))
			length = sizeof(text) - 1;
	}
	return strdup(text);
}

static int call_parse(const char *name)
{
	unsigned long number;
	char *end;

	if (strcmp(name, "other") == 0)
		return POLICYD_NGRAM_OTHER;
	if (strncmp(name, "sys_", 4) == 0 && name[4] >= '0' && name[4] <= '9') {
		number = strtoul(name + 4, &end, 10);
		return *end || number >= POLICYD_NGRAM_OTHER - 1 ? -EINVAL : (int)number + 1;
	}
	number = (unsigned long)syscall_number(syscall_arch_native(), name);
	return number >= POLICYD_NGRAM_OTHER - 1 ? -EINVAL : (int)number + 1;
}

int ngram_parse(const char *text, uint64_t *ret_ngram, const char **ret_why)
{
	char copy[POLICYD_NGRAM_LENGTH * NAME_MAX_BYTES], *at = copy, *name;
	uint64_t ngram = 0;
	int count = 0;

	*ret_why = "expected six names of system calls, as in 'read write poll read write poll'";
	if (strlen(text) >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, strlen(text) + 1);
	while ((name = strsep(&at, " "))) {
		int call = call_parse(name);

		if (call < 0)
			*ret_why = "there is no such system call on this machine";
		if (call < 0 || ++count > POLICYD_NGRAM_LENGTH)
			return -EINVAL;
		ngram = policyd_ngram_add(ngram, (uint64_t)call);
	}
	if (count != POLICYD_NGRAM_LENGTH)
		return -EINVAL;
	*ret_ngram = ngram;
	return 0;
}
