/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image's numbers mean. The steps of the compiler fill the model in the order of its members; the
 * image is written from it, and decisions are put into words by it.
 *
 * Only policies that are not disabled are in here. Rules are numbered over all of them, so that the rules of
 * a policy stand side by side; a set of rules is therefore sorted by policy.
 */
#ifndef POLICYD_MODEL_H
#define POLICYD_MODEL_H

#include <policyd/hash.h>
#include <policyd/image.h>

#include "compile.h"
#include "dfa.h"
#include "digest.h"
#include "idset.h"
#include "nfa.h"

/* Pattern lists, the labels of the path automaton: kind in the upper bits, rule or term below. */
enum list_kind {
	LIST_PATH,   /* a rule's `path` */
	LIST_EXCEPT, /* a rule's `except` */
	LIST_UNIX,   /* a rule's `unix` */
	LIST_EXE,    /* a term's key; these four in the order of enum path_key */
	LIST_SCRIPT,
	LIST_CGROUP,
	LIST_ANCESTOR,
	LIST_NAMELESS, /* memory files, pipes and sockets, which defaults are not about */
};
#define LIST_SHIFT 28
#define LIST_INDEX ((1u << LIST_SHIFT) - 1)

enum path_key { KEY_EXE, KEY_SCRIPT, KEY_CGROUP, KEY_ANCESTOR, KEY_PATH_COUNT };
enum id_key { KEY_USER, KEY_GROUP, KEY_LOGIN, KEY_ID_COUNT };

#define TERM_NONE UINT32_MAX

/* A conjunction of subject keys. */
struct term {
	const struct subject_keys *keys;
	struct location at;
};

struct model_policy {
	const struct policy *policy;
	uint32_t match_term;  /* TERM_NONE: every process */
	uint32_t except_term; /* TERM_NONE: no exception */
	uint32_t first_rule;
	uint32_t rule_count;
	bool restricts_names; /* has file or exec rules, or a default for them */
	bool restricts_unix;  /* has network rules or a default that concern unix sockets */
	bool restricts_inet;  /* refuses some address */
};

struct model_rule {
	const struct rule *rule;
	uint32_t policy;
	uint32_t
		ops; /* what the verdict is about, with what it includes: a denied write is a denied append */
	uint32_t condition;    /* number of its condition, 0: none */
	uint32_t target_match; /* of a process rule, TERM_NONE: every process */
	uint32_t target_except;
};

/* A set of terms, as the image holds it. */
struct term_line {
	struct policyd_line line;
};

/* Ids from `first` up to the next range's first. */
struct id_terms {
	uint32_t first;
	uint32_t terms; /* text in `term_lines` */
};

struct id_table {
	struct id_terms *ranges;
	size_t count, allocated;
};

struct path_class {
	uint32_t rules; /* set in `sets`: rules that a name of the class matches, their exceptions not */
	uint32_t terms; /* set in `sets`: lists of kinds LIST_EXE to LIST_ANCESTOR */
	bool nameless;
	uint32_t row;	/* that of files of condition class 0 */
	uint32_t table; /* text in `conditions.tables` + 1, 0: conditions make no difference */
	uint32_t lines[KEY_PATH_COUNT]; /* texts in `term_lines` */
};

/* A condition lists a digest. */
struct content_use {
	uint32_t digest; /* text in `digests` */
	uint32_t condition;
};

/* SHA-256 that rules list, and the classes of contents that no rule tells apart. */
struct content_model {
	struct text_table digests;
	struct content_use *uses;
	size_t use_count, uses_allocated;
	uint32_t *classes;	 /* of a digest */
	struct idset_table sets; /* set c: the conditions that content class c fulfils; none of class 0 */
};

/* Conditions are numbered from 1 by their keys; equal ones have the same number. */
struct condition_model {
	struct text_table keys;
	const struct object **objects; /* one that has the condition, by its number - 1 */
	size_t objects_allocated;
	struct device_number *devices; /* device class 1 is at [0] */
	size_t device_count, devices_allocated;
	const char **fstypes; /* file system class 1 is at [0] */
	size_t fstype_count, fstypes_allocated;
	struct content_model content;
	uint32_t kinds;
	uint32_t *table; /* condition class by combination of attributes, as the image has it */
	uint32_t table_count;
	uint32_t *sets; /* of a condition class: set in `sets` of the conditions that hold */
	size_t sets_allocated;
	uint32_t class_count;
	struct text_table tables; /* rows by condition class */
};

struct subject_class {
	uint32_t terms;	   /* text in `term_lines` */
	uint32_t policies; /* set in `sets` */
};

/* Starts of names: which root leads to which state. */
struct model_root {
	uint32_t kind; /* enum policyd_root */
	uint32_t id;
	uint32_t node;
	uint32_t state;
};

/* Network classes. A condition is rule * 3 + enum net_slot. */
enum net_slot { NET_TO, NET_FROM, NET_AT, NET_SLOT_COUNT };

struct net_prefix {
	uint8_t address[16];
	uint8_t length;
	uint32_t condition;
	uint32_t class;
};

struct net_classes {
	bool used;
	struct net_prefix *prefixes[2]; /* by enum addr_family; one entry for each distinct prefix */
	size_t prefix_count[2];
	uint32_t addr_default[2];
	uint32_t *addr_sets; /* of an address class: set of conditions */
	uint32_t addr_count;
	uint32_t *local_of;   /* of an address class: its local class, as the local end of a connection */
	uint32_t *local_sets; /* of a local class: the rules that ask for such an address */
	uint32_t local_count; /* class 0: of what is not bound, see netlocal.c */
	bool asks_source;     /* some rule asks from where a connection is made */
	uint16_t *port;	      /* 65,536 classes */
	uint32_t *port_sets;
	uint32_t port_count;
	uint8_t protocol[512];
	uint32_t *protocol_sets;
	uint32_t protocol_count;
	uint32_t *rows; /* by (local class, protocol, port, address) */
	uint8_t family[256];
	uint32_t family_of[256]; /* of a family class: one of its families */
	uint32_t family_count;
	uint32_t *sockets; /* rows by (protocol, family) */
	uint32_t ingress;  /* see net_ingress() */
	uint32_t anyone; /* subject class of a process of which nothing is known, UINT32_MAX: there is none */
};

/* System calls that a rule is about, a bit for each number. */
struct syscall_set {
	uint32_t rule;
	uint64_t bits[POLICYD_ARCH_COUNT][POLICYD_SYSCALLS / 64];
};

struct syscall_table {
	struct syscall_set *sets; /* ascend by rule; none: no rule is about system calls */
	size_t set_count;
	uint32_t *rows; /* by way into the kernel and number */
};

/* Processes as objects, see target.h. */
struct target_classes {
	bool used;
	uint8_t signal[POLICYD_SIGNALS]; /* class of signal number i + 1 */
	uint8_t first[POLICYD_SIGNALS];	 /* of a class: its first signal */
	uint32_t signal_count;
	uint32_t *rows; /* by (signal class, subject class of the target, then target_unknown()) */
};

/* A rate or what is looked for, of a policy's anomaly section; numbered as the image numbers them. */
struct model_anomaly {
	uint32_t policy;
	uint32_t kind;			 /* enum policyd_anomaly_kind */
	const struct anomaly_rate *rate; /* one of these three is set */
	const struct anomaly_detect *detect;
	const struct anomaly *baseline; /* the section, of what is compared with a baseline */
};

struct model {
	struct policyd_hash_key key;
	struct host_mount *mounts; /* copies, in the order of the mount table */
	size_t mount_count;

	struct model_policy *policies;
	uint32_t policy_count;
	struct model_rule *rules;
	uint32_t rule_count;
	uint32_t pathless; /* set: rules about every name, and the part of them that covers nameless files */
	uint32_t pathless_nameless;

	struct term *terms;
	size_t term_count, terms_allocated;
	struct id_table ids[KEY_ID_COUNT];
	struct text_table term_lines;
	uint32_t path_base[KEY_PATH_COUNT]; /* texts: terms that do not ask for the key */
	uint32_t id_base[KEY_ID_COUNT];
	uint32_t all_terms;

	struct nfa nfa;
	struct model_root *roots;
	size_t root_count, roots_allocated;
	struct dfa paths;
	struct text_table literals; /* symbols of `paths` */
	struct dfa bytes;
	struct idset_table sets;
	struct path_class *classes;
	uint32_t class_count;
	struct condition_model conditions;

	struct subject_class *subjects; /* the last one is that of policyd's own process */
	size_t subject_count, subjects_allocated;
	struct digest subjects_digest; /* only while compiling, see likeness.h */
	uint64_t subjects_likeness;

	bool audit_unresolved; /* see compile.h */

	struct text_table fences; /* struct fence */
	struct text_table errnos; /* lines of errnos */
	struct text_table rows;	  /* rows of cells, whose `errnos` is a text + 1 */
	struct text_table belows; /* rows of struct policyd_below */
	uint32_t *below;	  /* text in `belows`, by state of `paths` */
	uint32_t pseudo[POLICYD_PSEUDO_COUNT];
	struct net_classes net;
	struct syscall_table syscalls;
	struct target_classes targets;
	struct model_anomaly *anomalies;
	uint32_t anomaly_count;

	struct diagnostics *diagnostics; /* only while compiling */
	const struct host *host;
};

/* The subject class of policyd's own process. */
static inline uint32_t model_own(const struct model *model)
{
	return (uint32_t)model->subject_count - 1;
}

void model_free(struct model *model);

/* An error about the whole set, at `at`. Returns -EINVAL. */
__attribute__((format(printf, 3, 4))) int model_fail(struct model *model, struct location at,
						     const char *format, ...);

/* What a rule adds to a limit that only all rules together pass. */
typedef size_t model_weigh_fn(const struct rule *rule);

/* Where the rule is that adds most to it, the last of those that add the same: the place to begin at. */
struct location model_heaviest(const struct model *model, model_weigh_fn *weigh);

/* How many paths and addresses a rule names: what makes an image large. */
size_t model_weigh_names(const struct rule *rule);

#endif
