// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>

#include "unit.h"
#include "util.h"

struct unit {
	const char *name;
	uint64_t value;
};

/* Largest first. */
static const struct unit durations[] = {
	{"d", 86400 * 1000000000ULL},
	{"h", 3600 * 1000000000ULL},
	{"m", 60 * 1000000000ULL},
	{"s", 1000000000ULL},
	{"ms", 1000000ULL},
	{"us", 1000ULL},
	{"ns", 1ULL},
};

static const struct unit sizes[] = {
	{"GiB", 1ULL << 30},
	{"MiB", 1ULL << 20},
	{"KiB", 1ULL << 10},
	{"B", 1ULL},
};

static int unit_parse(const char *text, const struct unit *units, size_t count, bool bare, uint64_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long long number;
	uint64_t value;

	if (digits == 0)
		return -EINVAL;
	errno = 0;
	number = strtoull(text, NULL, 10);
	if (errno == ERANGE)
		return -ERANGE;
	if (text[digits] == '\0' && (bare || number == 0)) {
		*ret = number;
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		if (strcmp(text + digits, units[i].name) == 0) {
			if (__builtin_mul_overflow(number, units[i].value, &value))
				return -ERANGE;
			*ret = value;
			return 0;
		}
	return -EINVAL;
}

static void unit_format(uint64_t value, const struct unit *units, size_t count, char *text)
{
	size_t i = 0;

	while (i < count - 1 && (value == 0 || value % units[i].value != 0))
		i++;
	(void)snprintf(text, UNIT_TEXT_SIZE, "%" PRIu64 "%s", value / units[i].value,
		       value ? units[i].name : "");
}

int unit_parse_duration(const char *text, uint64_t *ret_ns)
{
	return unit_parse(text, durations, ARRAY_SIZE(durations), false, ret_ns);
}

int unit_parse_size(const char *text, uint64_t *ret_bytes)
{
	return unit_parse(text, sizes, ARRAY_SIZE(sizes), true, ret_bytes);
}

void unit_format_duration(uint64_t ns, char text[static UNIT_TEXT_SIZE])
{
	unit_format(ns, durations, ARRAY_SIZE(durations), text);
}

void unit_format_size(uint64_t bytes, char text[static UNIT_TEXT_SIZE])
{
	unit_format(bytes, sizes, ARRAY_SIZE(sizes), text);
}
