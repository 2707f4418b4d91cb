/* SPDX-License-Identifier: Apache-2.0 */
#include <policyd/anomaly.h>

#include "image_check.h"

static uint32_t word_at(const struct check *check, uint32_t base, uint32_t i)
{
	return check->lines[base + i / 16].w[i % 16];
}

static bool check_records(struct check *check, const struct policyd_anomalies *anomalies)
{
	const struct policyd_anomaly *record =
		(const struct policyd_anomaly *)&check->lines[anomalies->records];

	for (uint32_t i = 0; i < anomalies->count; i++)
		if (!check_that(check,
				record[i].kind < POLICYD_ANOMALY_COUNT &&
					(record[i].span || record[i].kind >= POLICYD_ANOMALY_DETECTED) &&
					anomalies->kinds >> record[i].kind & 1,
				"a rate over no time or of no kind"))
			return false;
	return true;
}

static bool check_list(struct check *check, const struct policyd_anomalies *anomalies, uint32_t head)
{
	uint32_t length;

	if (!head)
		return true;
	if (!check_that(check, head <= anomalies->words, "a list of rates leaves the image"))
		return false;
	length = word_at(check, anomalies->lists, head - 1);
	if (!check_that(check, length <= POLICYD_ANOMALIES_OF_PROCESS && length <= anomalies->words - head,
			"a list of rates is too long"))
		return false;
	for (uint32_t i = 0; i < length; i++)
		if (!check_that(check, word_at(check, anomalies->lists, head + i) < anomalies->count,
				"no such rate"))
			return false;
	return true;
}

bool check_anomalies(struct check *check)
{
	const struct policyd_tables *tables = (const struct policyd_tables *)&check->lines[POLICYD_TABLES];
	const struct policyd_anomalies *anomalies;
	uint64_t heads;

	if (!tables->anomalies)
		return true;
	if (!check_that(check, check_line(check, tables->anomalies), "the rates leave the image"))
		return false;
	anomalies = (const struct policyd_anomalies *)&check->lines[tables->anomalies];
	heads = (uint64_t)POLICYD_ANOMALY_COUNT * anomalies->subjects;
	if (!check_that(check,
			anomalies->subjects == check->fixed->subject_count &&
				check_fits(check, anomalies->records, anomalies->count, 2) &&
				check_fits(check, anomalies->heads, heads, 16) &&
				check_fits(check, anomalies->lists, anomalies->words, 16),
			"the rates leave the image") ||
	    !check_records(check, anomalies))
		return false;
	for (uint32_t i = 0; i < heads; i++)
		if (!check_list(check, anomalies, word_at(check, anomalies->heads, i)))
			return false;
	return true;
}
