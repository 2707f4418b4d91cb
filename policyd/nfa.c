/* SPDX-License-Identifier: Apache-2.0 */
#include "nfa.h"

#include <stdlib.h>

#include "array.h"

int nfa_node_add(struct nfa *nfa, uint32_t origin, uint32_t *ret_node)
{
	int r = ARRAY_RESERVE(nfa->nodes, nfa->nodes_allocated, nfa->node_count + 1);

	if (r < 0)
		return r;
	if (!nfa->names)
		nfa->names = 1;
	nfa->nodes[nfa->node_count] = (struct nfa_node){.origin = origin};
	*ret_node = (uint32_t)nfa->node_count++;
	return 0;
}

static int edge_add(struct nfa *nfa, uint32_t from, uint32_t symbol, uint32_t to)
{
	int r = ARRAY_RESERVE(nfa->edges, nfa->edges_allocated, nfa->edge_count + 1);

	if (r < 0)
		return r;
	nfa->edges[nfa->edge_count++] = (struct nfa_edge){
		.symbol = symbol,
		.target = to,
		.next = nfa->nodes[from].edges,
	};
	nfa->nodes[from].edges = (uint32_t)nfa->edge_count;
	return 0;
}

int nfa_link(struct nfa *nfa, uint32_t from, uint32_t to, uint32_t name)
{
	if (name >= nfa->names)
		nfa->names = name + 1;
	return edge_add(nfa, from, NFA_EPSILON | (name + 1), to);
}

uint32_t nfa_follow(const struct nfa *nfa, uint32_t position, const struct nfa_edge *edge)
{
	uint32_t count = (uint32_t)nfa->node_count;

	if (nfa_edge_is_empty(edge) && edge->symbol != NFA_EPSILON)
		return ((edge->symbol & ~NFA_KIND) - 1) * count + edge->target;
	return position / count * count + edge->target;
}

bool nfa_edge_is_empty(const struct nfa_edge *edge)
{
	return (edge->symbol & NFA_KIND) == NFA_EPSILON;
}

static int symbol_of(struct nfa *nfa, const struct component *component, uint32_t *ret_symbol)
{
	uint32_t text = 0;
	int r = 0;

	switch (component->kind) {
	case COMPONENT_LITERAL:
		r = text_intern(&nfa->literals, component->bytes, component->length, &text);
		*ret_symbol = NFA_LITERAL | text;
		break;
	case COMPONENT_GLOB:
		r = text_intern(&nfa->globs, component->bytes, component->length, &text);
		*ret_symbol = NFA_GLOB | text;
		break;
	case COMPONENT_ANY:
		*ret_symbol = NFA_ANY;
		break;
	case COMPONENT_DEEP:
		*ret_symbol = NFA_EPSILON;
		break;
	}
	return r;
}

static bool edge_find(const struct nfa *nfa, uint32_t from, uint32_t symbol, uint64_t hash,
		      uint32_t *ret_target)
{
	size_t cursor = 0;
	uint32_t node;

	while (index_next(&nfa->index, hash, &cursor, &node))
		if (nfa->nodes[node].parent == from && nfa->nodes[node].symbol == symbol) {
			*ret_target = node;
			return true;
		}
	return false;
}

static int nfa_step(struct nfa *nfa, uint32_t from, const struct component *component, uint32_t origin,
		    uint32_t *ret_node)
{
	uint32_t symbol = 0;
	uint32_t node;
	uint64_t hash;
	int r;

	r = symbol_of(nfa, component, &symbol);
	if (r < 0)
		return r;
	hash = index_hash_word(index_hash_word(0, from), symbol);
	if (edge_find(nfa, from, symbol, hash, ret_node))
		return 0;
	r = nfa_node_add(nfa, origin, &node);
	if (r < 0)
		return r;
	nfa->nodes[node].parent = from;
	nfa->nodes[node].symbol = symbol;
	nfa->nodes[node].loop = component->kind == COMPONENT_DEEP;
	r = edge_add(nfa, from, symbol, node);
	if (r < 0)
		return r;
	r = index_add(&nfa->index, hash, node);
	if (r < 0)
		return r;
	*ret_node = node;
	return 0;
}

int nfa_insert(struct nfa *nfa, uint32_t from, const struct component *components, size_t count,
	       uint32_t origin, uint32_t *ret_node)
{
	for (size_t i = 0; i < count; i++) {
		int r = nfa_step(nfa, from, &components[i], origin, &from);

		if (r < 0)
			return r;
	}
	*ret_node = from;
	return 0;
}

int nfa_accept(struct nfa *nfa, uint32_t node, uint32_t list)
{
	int r = ARRAY_RESERVE(nfa->accepts, nfa->accepts_allocated, nfa->accept_count + 1);

	if (r < 0)
		return r;
	nfa->accepts[nfa->accept_count++] = (struct nfa_accept){
		.list = list,
		.next = nfa->nodes[node].accepts,
	};
	nfa->nodes[node].accepts = (uint32_t)nfa->accept_count;
	return 0;
}

void nfa_clear(struct nfa *nfa)
{
	text_clear(&nfa->literals);
	text_clear(&nfa->globs);
	free(nfa->nodes);
	free(nfa->edges);
	free(nfa->accepts);
	index_clear(&nfa->index);
	*nfa = (struct nfa){0};
}
