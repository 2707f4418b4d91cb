/* SPDX-License-Identifier: Apache-2.0 */
#include "mounts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "host_facts.h"
#include "pattern.h"
#include "util.h"

static bool set_has(const unsigned char *set, unsigned char byte)
{
	return set[byte / 8] & 1U << (byte % 8);
}

/* Whether a glob's tokens match a name; only the last star needs to be tried again. */
static bool glob_matches(const unsigned char *tokens, size_t size, const char *name, size_t length)
{
	size_t star = SIZE_MAX;
	size_t star_name = 0;
	size_t t = 0;
	size_t n = 0;

	while (n < length || t < size) {
		unsigned char byte = n < length ? (unsigned char)name[n] : 0;

		if (t < size && tokens[t] == GLOB_STAR) {
			star = ++t;
			star_name = n;
			continue;
		}
		if (t < size && n < length &&
		    (tokens[t] == GLOB_ANY || (tokens[t] == GLOB_BYTE && tokens[t + 1] == byte) ||
		     (tokens[t] == GLOB_SET && set_has(tokens + t + 1, byte)))) {
			t += glob_token_size(tokens + t);
			n++;
			continue;
		}
		if (star == SIZE_MAX || star_name >= length)
			return false;
		t = star;
		n = ++star_name;
	}
	return true;
}

static bool edge_reads(const struct nfa *nfa, uint32_t symbol, const char *name, size_t length)
{
	size_t known;
	const char *text;

	switch (symbol & NFA_KIND) {
	case NFA_ANY:
		return true;
	case NFA_LITERAL:
		text = text_bytes(&nfa->literals, symbol & ~NFA_KIND, &known);
		return known == length && !memcmp(text, name, length);
	case NFA_GLOB:
		text = text_bytes(&nfa->globs, symbol & ~NFA_KIND, &known);
		return glob_matches((const unsigned char *)text, known, name, length);
	default:
		return false;
	}
}

/* Adds a node and what reading nothing leads to. */
static int node_add(const struct nfa *nfa, struct gather *to, uint32_t node)
{
	int r = gather_add(to, node);

	if (r <= 0)
		return r;
	for (uint32_t e = nfa->nodes[node].edges; e; e = nfa->edges[e - 1].next)
		if (nfa_edge_is_empty(&nfa->edges[e - 1])) {
			r = node_add(nfa, to, nfa->edges[e - 1].target);
			if (r < 0)
				return r;
		}
	return 0;
}

static int nodes_step(const struct nfa *nfa, const struct gather *from, struct gather *to, const char *name,
		      size_t length)
{
	int r = gather_start(to, nfa->node_count);

	for (size_t i = 0; i < from->count && r == 0; i++) {
		const struct nfa_node *node = &nfa->nodes[from->items[i]];

		if (node->loop)
			r = node_add(nfa, to, from->items[i]);
		for (uint32_t e = node->edges; e && r == 0; e = nfa->edges[e - 1].next)
			if (edge_reads(nfa, nfa->edges[e - 1].symbol, name, length))
				r = node_add(nfa, to, nfa->edges[e - 1].target);
	}
	return r;
}

/* The nodes that reading a host path leads to, in `nodes`. */
static int path_nodes(const struct nfa *nfa, uint32_t root, const char *path, struct gather *nodes)
{
	struct gather next = {0};
	int r = gather_start(nodes, nfa->node_count);

	if (r == 0)
		r = node_add(nfa, nodes, root);
	while (r == 0 && *(path += strspn(path, "/"))) {
		size_t length = strcspn(path, "/");
		struct gather swap = *nodes;

		r = nodes_step(nfa, nodes, &next, path, length);
		*nodes = next;
		next = swap;
		path += length;
	}
	gather_clear(&next);
	return r;
}

static int root_for(struct model *model, uint32_t dev, uint32_t *ret_node)
{
	int r;

	for (size_t i = 0; i < model->root_count; i++)
		if (model->roots[i].kind == POLICYD_ROOT_DEV && model->roots[i].id == dev) {
			*ret_node = model->roots[i].node;
			return 0;
		}
	r = ARRAY_RESERVE(model->roots, model->roots_allocated, model->root_count + 1);
	if (r == 0)
		r = nfa_node_add(&model->nfa, NFA_NO_ORIGIN, ret_node);
	if (r == 0)
		model->roots[model->root_count++] = (struct model_root){
			.kind = POLICYD_ROOT_DEV,
			.id = dev,
			.node = *ret_node,
		};
	return r;
}

/* Adds the components of the mounted directory below the device's root. */
static int chain_add(struct model *model, const char *root, uint32_t *node)
{
	int r = 0;

	while (r == 0 && *(root += strspn(root, "/"))) {
		struct component component = {
			.kind = COMPONENT_LITERAL,
			.bytes = (const unsigned char *)root,
			.length = (uint32_t)strcspn(root, "/"),
		};

		r = nfa_insert(&model->nfa, *node, &component, 1, NFA_NO_ORIGIN, node);
		root += component.length;
	}
	return r;
}

static bool directory_holds(const char *outer, const char *inner)
{
	size_t length = strcmp(outer, "/") == 0 ? 0 : strlen(outer);

	return strncmp(outer, inner, length) == 0 && (!inner[length] || inner[length] == '/');
}

/*
 * The number of the name that mount `i` gives: the smallest that no earlier mount gives to the same files.
 * Mounts of directories side by side have no file in common.
 */
static uint32_t name_number(const struct model *model, const uint32_t *names, size_t i)
{
	const struct host_mount *mount = &model->mounts[i];
	uint32_t name = 0;

	for (size_t k = 0; k < i; k++) {
		const struct host_mount *other = &model->mounts[k];

		if (other->dev == mount->dev && names[k] == name &&
		    (directory_holds(other->root, mount->root) ||
		     directory_holds(mount->root, other->root))) {
			name++;
			k = SIZE_MAX; /* from the beginning */
		}
	}
	return name;
}

/*
 * Whether a layer's name in its overlay tells the rules apart no better than its own path. Nothing has to be
 * added for such a layer; containers have hundreds.
 */
static int layer_is_same(const struct model *model, const struct host_mount *mount, uint32_t host_root)
{
	struct gather own = {0}, there = {0};
	int r;

	r = path_nodes(&model->nfa, host_root, mount->layer, &own);
	if (r == 0)
		r = path_nodes(&model->nfa, host_root, mount->point, &there);
	if (r == 0)
		r = gather_equal(&own, &there);
	gather_clear(&own);
	gather_clear(&there);
	return r;
}

static int mount_add(struct model *model, const struct host_mount *mount, uint32_t name, uint32_t host_root)
{
	struct gather nodes = {0};
	uint32_t node;
	int r;

	r = root_for(model, mount->dev, &node);
	if (r == 0)
		r = chain_add(model, mount->root, &node);
	if (r == 0)
		r = path_nodes(&model->nfa, host_root, mount->point, &nodes);
	for (size_t i = 0; i < nodes.count && r == 0; i++)
		r = nfa_link(&model->nfa, node, nodes.items[i], name);
	gather_clear(&nodes);
	return r;
}

/* Only directories have names below them: nsfs and the like, and deleted directories, have none. */
static bool mount_counts(const struct host_mount *mount)
{
	size_t length = strlen(mount->root);

	return mount->root[0] == '/' && (length < 9 || strcmp(mount->root + length - 9, "//deleted") != 0);
}

/* Whether a mount gives names that have to be known: 1 or 0, or -ENOMEM. */
static int mount_is_name(const struct model *model, const struct host_mount *mount, uint32_t host_root)
{
	int r;

	if (!mount_counts(mount) || !mount->layer)
		return mount_counts(mount);
	r = layer_is_same(model, mount, host_root);
	return r < 0 ? r : !r;
}

static int mount_copy(const struct host_mount *mount, struct host_mount *ret_copy)
{
	*ret_copy = (struct host_mount){
		.dev = mount->dev,
		.root = strdup(mount->root),
		.point = strdup(mount->point),
		.fstype = strdup(mount->fstype ? mount->fstype : ""),
		.layer = mount->layer ? strdup(mount->layer) : NULL,
	};
	return ret_copy->root && ret_copy->point && ret_copy->fstype && !mount->layer == !ret_copy->layer
		       ? 0
		       : -ENOMEM;
}

int mounts_add(struct model *model, uint32_t host_root)
{
	const struct host *host = model->host;
	CLEANUP_FREE uint32_t *names = calloc(host->mount_count + 1, sizeof(*names));
	int r = 0;

	model->mounts = calloc(host->mount_count + 1, sizeof(*model->mounts));
	if (!model->mounts || !names)
		return -ENOMEM;
	for (size_t i = 0; i < host->mount_count && r == 0; i++) {
		size_t added = model->mount_count;

		r = mount_is_name(model, &host->mounts[i], host_root);
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		r = mount_copy(&host->mounts[i], &model->mounts[model->mount_count++]);
		if (r < 0)
			return r;
		names[added] = name_number(model, names, added);
		r = mount_add(model, &model->mounts[added], names[added], host_root);
	}
	return r;
}

const struct host_mount *mount_find(const struct model *model, const char *path, const char **ret_rest)
{
	return host_mount_find(model->mounts, model->mount_count, path, ret_rest);
}

void mounts_free(struct model *model)
{
	for (size_t i = 0; i < model->mount_count; i++) {
		free((char *)model->mounts[i].root);
		free((char *)model->mounts[i].point);
		free((char *)model->mounts[i].fstype);
		free((char *)model->mounts[i].layer);
	}
	free(model->mounts);
}
