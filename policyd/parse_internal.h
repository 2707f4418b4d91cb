/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of the parser: functions that read values. The tables are in parse_table.h.
 *
 * Functions here return 0; -EINVAL after having reported an error, whereupon the caller goes on with the
 * next value so that all errors are found; -ENOMEM, whereupon the caller stops.
 */
#ifndef POLICYD_PARSE_INTERNAL_H
#define POLICYD_PARSE_INTERNAL_H

#include "arena.h"
#include "diagnostic.h"
#include "parse.h"
#include "parse_table.h"
#include "pattern.h"
#include "policy.h"
#include "util.h"
#include "yaml_tree.h"

/* One of `vars`: pattern texts that stand for `${name}`. */
struct variable {
	const char *name;
	struct string_list values;
	struct location at;
	bool used;
};

struct parser {
	struct policy_set *set;
	struct diagnostics *diagnostics;
	size_t errors;		      /* there were before the document */
	const char *file;	      /* owned by the set */
	const char *what;	      /* the mapping being read: "file rule" */
	enum policyd_section section; /* of the rule being read, POLICYD_SECTION_COUNT outside rules */
	struct variable *variables;   /* of the policy being read, sorted by name */
	size_t variable_count;
	size_t rule_patterns; /* of the rule or subject being read */
};

/* parse_error.c */

/* Reports and returns -EINVAL. */
__attribute__((format(printf, 3, 4))) int parse_error(struct parser *parser, struct location at,
						      const char *format, ...);
__attribute__((format(printf, 3, 4))) void parse_warning(struct parser *parser, struct location at,
							 const char *format, ...);

/* A value for a message, shortened: its text, "a list" or the like. Never NULL. */
const char *parse_show(struct parser *parser, const struct node *value);

/* " (did you mean 'x'?)" or "". Never NULL. Costs nothing once no more errors are kept. */
const char *parse_hint(struct parser *parser, const char *word, const char *const *candidates, size_t count);

/* As parse_hint; without a near word it lists all words if they are few. */
const char *parse_hint_words(struct parser *parser, const char *word, const struct parse_words *words);

/* An error that names the limit if `count` is beyond it. `things` is a plural. */
int parse_limit_check(struct parser *parser, struct location at, enum parse_limit_id limit, size_t count,
		      const char *things);

/* The worst of two results: -ENOMEM, -EINVAL, 0. */
int parse_worse(int a, int b);

/* parse_mapping.c */

/* Reads a mapping into `ret` by a table. */
int parse_mapping(struct parser *parser, const struct parse_table *table, const struct node *mapping,
		  void *ret);

/* parse_value.c: readers of single values; they fit struct parse_key. */

/* Text as the writer meant it: not a plain number, boolean or nothing. -> const char * */
parse_value parse_text_value;
/* A name: [a-z0-9][a-z0-9._-]{0,62} -> const char * */
parse_value parse_name;
/* One of key->words -> int (the type of all enumerations here) */
parse_value parse_word;
/* One or several of key->words, whose values are bits -> uint32_t */
parse_value parse_word_bits;
/* true or false -> bool */
parse_value parse_boolean;
/* true only -> bool */
parse_value parse_true;
/* 10s, 7d -> uint64_t, nanoseconds */
parse_value parse_duration;
/* Remembers the node for later -> const struct node * */
parse_value parse_later;

/* The scalar's text: fails for lists, mappings and nothing. */
int parse_scalar(struct parser *parser, const struct parse_key *key, const struct node *value,
		 const char **ret_text);

/* A scalar that is text. The result lives as long as the set. */
int parse_string(struct parser *parser, const struct parse_key *key, const struct node *value,
		 const char **ret_text);

/* A plain decimal number in [minimum, maximum]. */
int parse_number(struct parser *parser, const struct parse_key *key, const struct node *value,
		 uint64_t minimum, uint64_t maximum, uint64_t *ret_number);

/* All of `text` as a decimal number without leading zeros: 0, -EINVAL or -ERANGE; reports nothing. */
int parse_decimal(const char *text, size_t length, uint64_t maximum, uint64_t *ret_number);

/* Whether the text can name a policy, rule or variable. */
bool parse_is_name(const char *text);

/* The word's entry or NULL. */
const struct parse_word *parse_word_find(const struct parse_words *words, const char *name);

/* parse_list.c: a value or a list of values */

/* The values: the items of a list, or the one value. Fails for an empty list and for too many. */
int parse_items(struct parser *parser, const struct parse_key *key, const struct node *const *value,
		const struct node *const **ret_items, size_t *ret_count);

/* Reads one item into ret. */
typedef int parse_item(struct parser *parser, const struct parse_key *key, const struct node *item,
		       void *ret);

/* Reads all items into an array of the set, each `size` bytes. */
int parse_list(struct parser *parser, const struct parse_key *key, const struct node *value, size_t size,
	       parse_item *item, void **ret_items, size_t *ret_count);

/* Whether the value is a list of mappings, and no more of them than the limit of `things` allows. */
int parse_mappings_check(struct parser *parser, const struct parse_key *key, const struct node *value,
			 enum parse_limit_id limit, const char *things);

parse_value parse_tags;	   /* -> struct string_list */
parse_value parse_strings; /* -> struct string_list */
/* key->words or numbers in their range -> struct number_list */
parse_value parse_words_or_numbers;

/* parse_pattern.c, parse_vars.c */
parse_value parse_patterns;	/* -> struct pattern_list */
parse_value parse_cgroups;	/* -> struct pattern_list */
parse_value parse_socket_names; /* -> struct pattern_list */
parse_value parse_vars;		/* fills parser->variables */

/* Checks one pattern text, variables expanded, and stores it normalised. */
int parse_pattern(struct parser *parser, enum pattern_kind kind, struct location at, const char *text,
		  size_t length, struct pattern_text *ret_pattern);

/* How many texts the value expands to; -EINVAL for unknown variables and too many. */
int parse_expansion_count(struct parser *parser, const struct node *value, size_t *ret_count);

/* Expansion number `index` of the value into `buffer`; its length, or -EINVAL when it is too long. */
int parse_expansion_text(struct parser *parser, const struct node *value, size_t index, char *buffer,
			 size_t size, size_t *ret_length);

/* parse_subject.c */

/* A number or "first-last", both in [minimum, maximum]. */
int parse_range(struct parser *parser, const struct parse_key *key, const struct node *item, uint64_t minimum,
		uint64_t maximum, struct number_range *ret_range);
parse_value parse_subject;   /* -> struct subject */
parse_value parse_exception; /* at the struct subject */

/* parse_network.c */
parse_value parse_networks; /* -> struct cidr_list */
parse_value parse_ports;    /* -> struct number_list */
parse_value parse_family;   /* -> struct number_list */

/* parse_object.c */
parse_value parse_types;   /* -> uint32_t */
parse_value parse_devices; /* at the object */
parse_value parse_digests; /* at the object */
parse_value parse_target;  /* at the object */

/* Whether the object's keys fit together and fit the operations. */
int parse_object_check(struct parser *parser, const struct rule *rule);

/* parse_operation.c: what a verdict key holds, by section */
int parse_operations(struct parser *parser, const struct parse_key *key, const struct node *value,
		     struct rule *rule);

/* The bit of a capability's name. */
int parse_capability(struct parser *parser, struct location at, const char *text, uint64_t *ret_bits);

/* The error of an operation that the section does not have. `where` is "file rule" or the like. */
int parse_operation_unknown(struct parser *parser, enum policyd_section section, struct location at,
			    const char *text, const char *where);

/* parse_syscall.c */
int parse_syscalls(struct parser *parser, const struct parse_key *key, const struct node *value,
		   struct rule *rule);

/* Whether there is a system call, or a group, of that name. */
int parse_syscall_name(struct parser *parser, struct location at, const char *text);

/* parse_rule.c, parse_rule_key.c */

/* What parse_rule_table reads into: a rule, and which keys were there. */
struct rule_draft {
	struct rule rule;
	const struct node *errno_given;
	const struct node *quiet_given;
};

/*
 * Reads the rules of the POLICYD_SECTION_COUNT sections (NULL where absent) into the policy. Sections that
 * are no lists become NULL.
 */
int parse_sections(struct parser *parser, const struct node **sections, struct policy *policy);

/* parse_anomaly.c, parse_test.c */
parse_value parse_anomaly; /* -> struct anomaly */
parse_value parse_detects; /* at the struct anomaly */
parse_value parse_action;  /* at an enum policy_verdict; `words` are the actions that there are */
parse_value parse_tests;   /* at the policy */

/* parse_policy.c */

/* Reads one document into the set. */
int parse_policy(struct parser *parser, const struct node *root);

#endif
