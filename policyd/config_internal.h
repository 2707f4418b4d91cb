/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of config: the table of keys, and outputs.
 */
#ifndef POLICYD_CONFIG_INTERNAL_H
#define POLICYD_CONFIG_INTERNAL_H

#include "config.h"
#include "yaml_tree.h"

enum config_type {
	CONFIG_PATH_NAME,
	CONFIG_OPTIONAL_PATH, /* or empty */
	CONFIG_BOOLEAN,
	CONFIG_AUDIT, /* deny, or audit: true */
	CONFIG_LEVEL,
	CONFIG_CONFINE,
	CONFIG_INTERFACES,
	CONFIG_SIZE,
	CONFIG_DURATION
};

struct config_key {
	const char *name;
	enum config_type type;
	size_t offset; /* in struct config */
	uint64_t minimum;
	uint64_t maximum;
	const char *initial; /* default as text */
	const char *comment;
};

extern const struct config_key config_keys[];
extern const size_t config_key_count;

/*
 * Reads the text of a value into its member. Returns 0, -EINVAL and *ret_reason (static) for a value the key
 * cannot have, -ENOMEM.
 */
int config_key_set(struct config *config, const struct config_key *key, const char *text,
		   const char **ret_reason);

void config_key_print(const struct config *config, const struct config_key *key, FILE *stream);

/* Replaces the outputs by those of a list. Returns 0, -EINVAL (reported), -ENOMEM. */
int config_outputs_parse(struct config *config, const struct node *list, struct diagnostics *diagnostics);

/* The one output that there is without configuration. Returns 0 or -ENOMEM. */
int config_outputs_init(struct config *config);

void config_outputs_free(struct config *config);

void config_outputs_print(const struct config *config, FILE *stream);

#endif
