/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nondeterministic automaton of all patterns: reads a name component by component. Patterns with a
 * common beginning share its nodes. A node accepts pattern lists, which are numbers that the caller gives.
 */
#ifndef POLICYD_NFA_H
#define POLICYD_NFA_H

#include "idset.h"
#include "pattern.h"

/* What an edge reads: kind in the upper two bits, a text number below them. */
#define NFA_KIND    (3u << 30)
#define NFA_LITERAL (0u << 30) /* | number in `literals` */
#define NFA_GLOB    (1u << 30) /* | number in `globs` */
#define NFA_ANY	    (2u << 30) /* any component */
#define NFA_EPSILON (3u << 30) /* nothing; | 1 + number of the name that begins here, where one does */

/*
 * A file system that is mounted several times gives a file several names, and each has its own say: an
 * exception that one name matches does not except the other. So what is reached by reading is a position,
 * a node together with the number of the name by which it was reached: name * node_count + node.
 */

#define NFA_NO_ORIGIN UINT32_MAX

struct nfa_edge {
	uint32_t symbol;
	uint32_t target;
	uint32_t next; /* edge of the same node + 1, 0: the last */
};

struct nfa_accept {
	uint32_t list;
	uint32_t next;
};

struct nfa_node {
	uint32_t edges;	  /* first edge + 1 */
	uint32_t accepts; /* first accept + 1 */
	uint32_t parent;  /* where the edge to the node begins, and what it reads */
	uint32_t symbol;
	uint32_t origin; /* which pattern text made the node, to name it in errors */
	bool loop;	 /* any component leads back to the node */
};

/* Start with a zeroed struct. */
struct nfa {
	struct text_table literals;
	struct text_table globs;
	struct nfa_node *nodes;
	size_t node_count, nodes_allocated;
	struct nfa_edge *edges;
	size_t edge_count, edges_allocated;
	struct nfa_accept *accepts;
	size_t accept_count, accepts_allocated;
	struct index index; /* edges by (node, symbol) */
	uint32_t names;	    /* numbers of names in use, at least 1 once there is a node */
};

/* All return 0 or -ENOMEM. */
int nfa_node_add(struct nfa *nfa, uint32_t origin, uint32_t *ret_node);

/* Adds an edge that reads nothing; beyond it, name number `name` is read. */
int nfa_link(struct nfa *nfa, uint32_t from, uint32_t to, uint32_t name);

/* The position that an edge leads to from a position of its node. */
uint32_t nfa_follow(const struct nfa *nfa, uint32_t position, const struct nfa_edge *edge);

/* Whether following the edge reads nothing. */
bool nfa_edge_is_empty(const struct nfa_edge *edge);

/* Follows the components from a node, adding what is missing, to the node that they end at. */
int nfa_insert(struct nfa *nfa, uint32_t from, const struct component *components, size_t count,
	       uint32_t origin, uint32_t *ret_node);

/* Names that end at the node are in the list. */
int nfa_accept(struct nfa *nfa, uint32_t node, uint32_t list);

void nfa_clear(struct nfa *nfa);

#endif
