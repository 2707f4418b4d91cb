/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the fake loader that counts, and what it knows of processes. Included by fake_loader.h alone.
 */
#ifndef TEST_FAKE_COUNT_H
#define TEST_FAKE_COUNT_H

int loader_counters_id(const struct loader *loader, uint64_t *ret_id)
{
	(void)loader;
	*ret_id = fake.counters_id;
	return 0;
}

int loader_program(const struct loader *loader, uint64_t key, struct policyd_program *ret_program)
{
	(void)loader;
	(void)key;
	(void)ret_program;
	return -ENOENT;
}

int loader_counters(const struct loader *loader, uint64_t ret_counters[static POLICYD_COUNT_END])
{
	(void)loader;
	memset(ret_counters, 0, POLICYD_COUNT_END * sizeof(*ret_counters));
	ret_counters[POLICYD_COUNT_LOST_LINEAGE] = fake.lost_lineages;
	if (fake.lost_audits)
		ret_counters[POLICYD_COUNT_LOST_AUDIT] = *fake.lost_audits;
	return 0;
}

int loader_count_get(const struct loader *loader, const struct policyd_count_key *key,
		     struct policyd_count *ret_count)
{
	(void)loader;
	*ret_count = memcmp(key, &fake.count_key, sizeof(*key)) == 0 ? fake.count : (struct policyd_count){0};
	return 0;
}

int loader_count_set(struct loader *loader, const struct policyd_count_key *key,
		     const struct policyd_count *count)
{
	(void)loader;
	fake.count_key = *key;
	fake.count = *count;
	return fake.count_result;
}

int loader_counts_sweep(struct loader *loader, uint64_t now)
{
	(void)loader;
	if (!policyd_count_idle(&fake.count, now))
		return 0;
	fake.count = (struct policyd_count){0};
	return 1;
}

int loader_lineage_pass(const struct loader *loader, struct policyd_lineage_pass *ret_pass)
{
	(void)loader;
	*ret_pass = (struct policyd_lineage_pass){.epoch = 1, .tasks = 9, .older = 2};
	return 0;
}

int loader_lineage_sweep(struct loader *loader, struct policyd_lineage_pass *ret_pass)
{
	return loader_lineage_pass(loader, ret_pass);
}

#endif
