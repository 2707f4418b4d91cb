/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <policyd/attributes.h>
#include <policyd/endpoint.h>
#include <policyd/subject.h>

#include "image.h"

static int edges_of_paths(const struct model *model, struct edge_list *edges)
{
	int r = 0;

	for (uint32_t s = 1; s < model->paths.count; s++) {
		const struct dfa_state *state = &model->paths.states[s];

		for (size_t e = 0; e < state->edge_count && r == 0; e++) {
			const struct dfa_edge *edge = &model->paths.edges[state->edges + e];
			uint64_t hash = POLICYD_EDGE_GLOB | (edge->symbol & ~DFA_GLOB);

			if (!(edge->symbol & DFA_GLOB)) {
				size_t length;
				const char *name = text_bytes(&model->literals, edge->symbol, &length);

				hash = policyd_hash_name(&model->key, name, length);
			}
			r = edges_add(edges, s, hash, edge->target);
		}
	}
	for (size_t i = 0; i < model->root_count && r == 0; i++)
		r = edges_add(edges, POLICYD_EDGE_ROOT,
			      policyd_root_key(model->roots[i].kind, model->roots[i].id),
			      model->roots[i].state);
	return r;
}

static uint64_t address_half(const uint8_t *bytes)
{
	uint64_t half = 0;

	for (int i = 0; i < 8; i++)
		half = half << 8 | bytes[i];
	return half;
}

static int edges_of_addresses(const struct model *model, struct edge_list *edges)
{
	int r = 0;

	for (size_t i = 0; i < model->net.prefix_count[ADDR_IPV6] && r == 0; i++) {
		const struct net_prefix *prefix = &model->net.prefixes[ADDR_IPV6][i];

		if (prefix->length)
			r = edges_add(edges, POLICYD_EDGE_ADDR6 + prefix->length,
				      policyd_addr6_hash(&model->key, address_half(prefix->address),
							 address_half(prefix->address + 8)),
				      prefix->class);
	}
	return r;
}

static int edges_of_subjects(const struct model *model, struct edge_list *edges)
{
	int r = 0;

	/* Nothing that a process is leads to the last one, policyd's own. */
	for (uint32_t s = 0; s < model_own(model) && r == 0; s++) {
		struct policyd_line line;
		size_t length;

		memcpy(&line, text_bytes(&model->term_lines, model->subjects[s].terms, &length),
		       sizeof(line));
		r = edges_add(edges, POLICYD_EDGE_SUBJECT, policyd_terms_hash(&line), s);
	}
	return r;
}

static int edges_of_conditions(const struct model *model, struct edge_list *edges)
{
	const struct condition_model *conditions = &model->conditions;
	int r = 0;

	if (!conditions->tables.count)
		return 0;
	for (uint32_t i = 0; i < conditions->device_count && r == 0; i++) {
		const struct device_number *device = &conditions->devices[i];

		r = edges_add(edges, POLICYD_EDGE_DEVICE,
			      device->any_minor ? policyd_device_any(device->major)
						: device->major << 20 | device->minor,
			      i + 1);
	}
	for (uint32_t i = 0; i < conditions->fstype_count && r == 0; i++)
		r = edges_add(edges, POLICYD_EDGE_FSTYPE,
			      policyd_hash_name(&model->key, conditions->fstypes[i],
						strlen(conditions->fstypes[i])),
			      i + 1);
	for (uint32_t i = 0; i < conditions->content.digests.count && r == 0; i++) {
		__u64 digest[4];
		size_t length;

		memcpy(digest, text_bytes(&conditions->content.digests, i, &length), sizeof(digest));
		r = edges_add(edges, POLICYD_EDGE_CONTENT, policyd_content_hash(&model->key, digest), i);
	}
	return r;
}

int image_edges(const struct model *model, struct edge_list *edges)
{
	int r;

	r = edges_of_paths(model, edges);
	if (r == 0)
		r = edges_of_addresses(model, edges);
	if (r == 0)
		r = edges_of_conditions(model, edges);
	return r < 0 ? r : edges_of_subjects(model, edges);
}
