/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the fake loader that baselines stand on. Included by fake_loader.h alone.
 */
#ifndef TEST_FAKE_BASELINE_H
#define TEST_FAKE_BASELINE_H

int loader_baselines_clear(struct loader *loader)
{
	(void)loader;
	fake.baselines_cleared++;
	return 0;
}

int loader_baseline_forget(struct loader *loader, uint64_t executable)
{
	(void)loader;
	fake.forgotten = executable;
	return 0;
}

int loader_baseline_know(struct loader *loader, uint64_t executable, const struct policyd_known *known)
{
	(void)loader;
	(void)executable;
	fake.known = *known;
	return 0;
}

int loader_baseline_count(const struct loader *loader, uint64_t executable, uint64_t item,
			  uint64_t *ret_count)
{
	(void)loader;
	(void)executable;
	(void)item;
	*ret_count = 0;
	return 0;
}

int loader_baseline_renew(struct loader *loader)
{
	(void)loader;
	return 0;
}

int loader_ngrams_get(const struct loader *loader, uint64_t executable, int page,
		      struct policyd_ngrams *ret_page)
{
	(void)loader;
	(void)executable;
	if (page > 0)
		return -ENOENT;
	*ret_page = fake.ngrams;
	return 0;
}

int loader_ngrams_set(struct loader *loader, uint64_t executable, int page,
		      const struct policyd_ngrams *words)
{
	(void)loader;
	(void)executable;
	if (page == 0)
		fake.ngrams = *words;
	return 0;
}

int loader_ngram_state(const struct loader *loader, uint64_t executable,
		       struct policyd_ngram_state *ret_state)
{
	(void)loader;
	(void)executable;
	*ret_state = fake.ngram_state;
	return 0;
}

int loader_ngram_begin(struct loader *loader, uint64_t executable, bool anew)
{
	(void)loader;
	(void)executable;
	(void)anew; /* what a test says goes on being so */
	return 0;
}

int loader_ngrams_forget(struct loader *loader, uint64_t executable)
{
	(void)executable;
	return loader_ngrams_clear(loader);
}

int loader_ngrams_clear(struct loader *loader)
{
	(void)loader;
	fake.ngrams_forgotten = true;
	memset(&fake.ngrams, 0, sizeof(fake.ngrams));
	return 0;
}

#endif
