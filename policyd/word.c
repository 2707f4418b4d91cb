// SPDX-License-Identifier: Apache-2.0
#include "word.h"

#include <errno.h>
#include <stdlib.h>

#include <policyd/image.h>

#include "parse_internal.h"
#include "util.h"

static const char *word_of(const struct parse_words *words, uint32_t number)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->words[i].value == (long)number)
			return words->words[i].name;
	return "?";
}

static int number_of(const struct parse_words *words, const char *name, uint32_t *ret_number)
{
	const struct parse_word *word = parse_word_find(words, name);

	if (!word)
		return -ENOENT;
	*ret_number = (uint32_t)word->value;
	return 0;
}

const char *word_capability(uint32_t number)
{
	return word_of(&parse_capabilities, number);
}

int word_to_capability(const char *name, uint32_t *ret_number)
{
	return number_of(&parse_capabilities, name, ret_number);
}

const char *word_signal(uint32_t number)
{
	static const char *const others[] = {
		"32", "33", "34", "35", "36", "37", "38", "39", "40", "41", "42",
		"43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53",
		"54", "55", "56", "57", "58", "59", "60", "61", "62", "63", "64",
	};

	return number >= 32 && number < 32 + ARRAY_SIZE(others) ? others[number - 32]
								: word_of(&parse_signals, number);
}

int word_to_signal(const char *name, uint32_t *ret_number)
{
	char *end;
	unsigned long number = strtoul(name, &end, 10);

	if (*name < '0' || *name > '9')
		return number_of(&parse_signals, name, ret_number);
	if (*end || number < 1 || number > POLICYD_SIGNALS)
		return -ENOENT;
	*ret_number = (uint32_t)number;
	return 0;
}
