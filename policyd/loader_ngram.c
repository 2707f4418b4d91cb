// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>

#include "loader_internal.h"
#include "util.h"

static struct policyd_ngram_key key_of(uint64_t executable, int page)
{
	return (struct policyd_ngram_key){.executable = executable, .page = (uint32_t)page};
}

int loader_ngrams_get(const struct loader *loader, uint64_t executable, int page,
		      struct policyd_ngrams *ret_page)
{
	struct policyd_ngram_key key = key_of(executable, page);

	return bpf_map_lookup_elem(loader->maps[LOADER_MAP_NGRAMS], &key, ret_page);
}

int loader_ngrams_set(struct loader *loader, uint64_t executable, int page,
		      const struct policyd_ngrams *words)
{
	struct policyd_ngram_key key = key_of(executable, page);

	return bpf_map_update_elem(loader->maps[LOADER_MAP_NGRAMS], &key, words, BPF_ANY);
}

int loader_ngram_state(const struct loader *loader, uint64_t executable,
		       struct policyd_ngram_state *ret_state)
{
	return bpf_map_lookup_elem(loader->maps[LOADER_MAP_STATES], &executable, ret_state);
}

int loader_ngram_begin(struct loader *loader, uint64_t executable, bool anew)
{
	struct policyd_ngram_state state = {};
	int r = bpf_map_update_elem(loader->maps[LOADER_MAP_STATES], &executable, &state,
				    anew ? BPF_ANY : BPF_NOEXIST);

	return r == -EEXIST ? 0 : r;
}

int loader_ngrams_forget(struct loader *loader, uint64_t executable)
{
	int r = bpf_map_delete_elem(loader->maps[LOADER_MAP_STATES], &executable);

	for (int page = 0; page < POLICYD_NGRAM_PAGES_OF && (r == 0 || r == -ENOENT); page++) {
		struct policyd_ngram_key key = key_of(executable, page);

		r = bpf_map_delete_elem(loader->maps[LOADER_MAP_NGRAMS], &key);
	}
	return r == -ENOENT ? 0 : r;
}

int loader_ngrams_clear(struct loader *loader)
{
	struct policyd_ngram_key key;
	int r = 0;

	/* Whatever is put in meanwhile comes after what is forgotten here. */
	for (int i = 0; i < 2 * POLICYD_EXECUTABLES_MAX && r == 0; i++) {
		uint64_t executable;

		r = bpf_map_get_next_key(loader->maps[LOADER_MAP_STATES], NULL, &executable);
		if (r == 0)
			r = bpf_map_delete_elem(loader->maps[LOADER_MAP_STATES], &executable);
	}
	if (r == -ENOENT)
		r = 0;
	for (int i = 0; i < 2 * POLICYD_NGRAM_PAGES && r == 0; i++) {
		r = bpf_map_get_next_key(loader->maps[LOADER_MAP_NGRAMS], NULL, &key);
		if (r == 0)
			r = bpf_map_delete_elem(loader->maps[LOADER_MAP_NGRAMS], &key);
	}
	return r == -ENOENT ? 0 : r;
}
