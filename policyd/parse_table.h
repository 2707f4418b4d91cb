/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables that describe mappings of the language, the words in them, and limits: the parser reads by them, the
 * schema and the reference are made of them.
 */
#ifndef POLICYD_PARSE_TABLE_H
#define POLICYD_PARSE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "yaml_tree.h"

struct parser;

/* Positions in parse_limits. */
enum parse_limit_id {
	LIMIT_FILE_SIZE,
	LIMIT_FILES,
	LIMIT_DEPTH,
	LIMIT_VALUES,
	LIMIT_ANCHORS,
	LIMIT_POLICIES,
	LIMIT_RULES,
	LIMIT_RULE_PATTERNS,
	LIMIT_SET_PATTERNS,
	LIMIT_PATTERN_LENGTH,
	LIMIT_LIST,
	LIMIT_VARS,
	LIMIT_VAR_VALUES,
	LIMIT_NAME,
	LIMIT_TEXT,
	LIMIT_TAGS,
	LIMIT_RATES,
	LIMIT_DETECTS,
	LIMIT_TESTS,
	LIMIT_EXPECTATIONS,
	LIMIT_ERRORS,
	LIMIT_COUNT
};

/* What a key's value may be, for the schema and the reference. */
enum parse_type {
	TYPE_TEXT,
	TYPE_NAME,
	TYPE_WORD,
	TYPE_WORDS,
	TYPE_BOOLEAN,
	TYPE_TRUE,
	TYPE_NUMBER,
	TYPE_VERSION,
	TYPE_DURATION,
	TYPE_TAGS,
	TYPE_PATTERNS,
	TYPE_CGROUPS,
	TYPE_SOCKET_NAMES,
	TYPE_IDS,
	TYPE_NETWORKS,
	TYPE_PORTS,
	TYPE_NUMBERS_OR_WORDS,
	TYPE_DEVICES,
	TYPE_DIGESTS,
	TYPE_TEXTS,
	TYPE_OPERATIONS,
	TYPE_VARIABLES,
	TYPE_DEFAULTS,
	TYPE_SUBJECT,
	TYPE_EXCEPTION,
	TYPE_RULES,
	TYPE_ANOMALY,
	TYPE_RATES,
	TYPE_DETECTS,
	TYPE_TESTS,
	TYPE_EXPECT,
	TYPE_EXPECTATIONS,
};

/* A word of the language and what it stands for. */
struct parse_word {
	const char *name;
	long value;
};

struct parse_words {
	const char *what; /* "mode", for messages */
	const struct parse_word *words;
	size_t count;
	unsigned int minimum; /* of numbers, where they may stand instead of a word */
	unsigned int maximum;
	const char *prefix; /* that C headers give the names, for suggestions; or NULL */
};

struct parse_key;
typedef int parse_value(struct parser *parser, const struct parse_key *key, const struct node *value,
			void *ret);

/* A key of a mapping. `parse` writes at `offset` of what the mapping is read into. */
struct parse_key {
	const char *name;
	enum parse_type type;
	bool required;
	parse_value *parse;
	size_t offset;
	const struct parse_words *words; /* TYPE_WORD, TYPE_WORDS, TYPE_NUMBERS_OR_WORDS */
	uint32_t sections;		 /* bits of the sections whose rules have the key, 0: all */
	const char *about;		 /* one line for the reference */
	const char *example;
};

/* Keys are read in the order of the table, whatever their order in the file. */
struct parse_table {
	const char *what; /* "policy", "subject", for messages */
	const struct parse_key *keys;
	size_t count;
};

#define PARSE_KEYS_MAX 40

extern const struct parse_table parse_policy_table;
extern const struct parse_table parse_subject_table; /* with `except` */
extern const struct parse_table parse_exception_table;
extern const struct parse_table parse_default_table;
extern const struct parse_table parse_rule_table;
extern const struct parse_table parse_anomaly_table;
extern const struct parse_table parse_rate_table;
extern const struct parse_table parse_detect_table;
extern const struct parse_table parse_test_table;
extern const struct parse_table parse_expect_table;

extern const struct parse_words parse_severities;
extern const struct parse_words parse_errnos;
extern const struct parse_words parse_signals;
extern const struct parse_words parse_families;
extern const struct parse_words parse_protocols;
extern const struct parse_words parse_capabilities;
extern const struct parse_words parse_file_types;

#endif
