/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sequences of system calls of one executable, as policyd keeps them; include/policyd/ngram.h says what
 * the kernel has. Learning has two parts. What the last part does that the first did not is marked, and how
 * much of it there was in one window says how much is usual.
 */
#ifndef POLICYD_NGRAM_STORE_H
#define POLICYD_NGRAM_STORE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <policyd/ngram.h>

#define NGRAMS_MAX ((size_t)POLICYD_NGRAM_PAGES_OF * POLICYD_NGRAM_SLOTS)

/* Starts zeroed. */
struct ngram_set {
	uint64_t *words; /* sequences in order, each with or without POLICYD_NGRAM_LATE */
	size_t count;
	size_t allocated;
	uint32_t limit; /* of what is new in a window, 0: not chosen yet */
	uint32_t peak;	/* in a window of the last part of learning, so far, */
	uint32_t tried; /* and how many calls it had */
	int64_t trial;	/* ns of the clock when the last part began */
	bool trying;
	bool full;	   /* there was no room: nothing is compared */
	size_t placed;	   /* how many of the executable's numbers have the set in the kernel */
	int64_t collected; /* ns of the clock when the kernel's sets were read last */
};

void ngrams_clear(struct ngram_set *set);

/* Adds a sequence with its mark, which goes where it is there without. 1: it is new, 0: it was there,
 * -ENOSPC, -ENOMEM. */
int ngrams_add(struct ngram_set *set, uint64_t word);

/* Takes all marks away. */
void ngrams_settle(struct ngram_set *set);

/* How much new there may be in a window, by how much there was while learning; 0: there was too much. */
uint32_t ngrams_limit(uint32_t peak);

/* The set as pages of the kernel's. Returns their number, or -ENOSPC. */
int ngrams_pages(const struct ngram_set *set, struct policyd_ngrams pages[static POLICYD_NGRAM_PAGES_OF]);

/* A sequence as names of system calls, malloc'ed; NULL: no memory. */
char *ngram_text(uint64_t ngram);

/* -EINVAL: the text is none, *ret_why (static) says why. */
int ngram_parse(const char *text, uint64_t *ret_ngram, const char **ret_why);

/* Adds what belongs to a set to its document. 0 or -ENOMEM. `since`: ns of the clock when learning began. */
int ngrams_json(const struct ngram_set *set, int64_t since, json_t *object);

/* Adds what a document says to a set. 0, -ENOMEM, -ENOSPC, or -EINVAL: *ret_item (of the document, or NULL)
 * and *ret_why (static) say what is wrong. */
int ngrams_merge(struct ngram_set *set, int64_t since, const json_t *object, const char **ret_item,
		 const char **ret_why);

#endif
