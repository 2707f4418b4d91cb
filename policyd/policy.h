/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of a set of policies: what the files say, checked and with every value's place in its file,
 * before any host fact is looked up. parse.h fills it, compile.h reads it.
 *
 * Ownership: a policy_set owns everything below it through one arena-like list of allocations; nothing in
 * it is freed alone. All strings are NUL-terminated; a pattern's bytes cannot contain NUL.
 */
#ifndef POLICYD_POLICY_H
#define POLICYD_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <policyd/op.h>

#include "digest.h"

/* A place in a source file; line and column count from 1, 0 where there is none. */
struct location {
	const char *file;
	unsigned int line;
	unsigned int column;
};

enum policy_mode { POLICY_AUDIT, POLICY_ENFORCE, POLICY_DISABLED };
/* POLICY_FREEZE: of the anomaly section only. */
enum policy_verdict { POLICY_ALLOW, POLICY_DENY, POLICY_KILL, POLICY_AUDIT_ONLY, POLICY_FREEZE };
enum policy_degraded { POLICY_DEGRADED_REFUSE, POLICY_DEGRADED_AUDIT };

/* A path pattern as written, variables already expanded. */
struct pattern_text {
	const char *text;
	struct location at;
};

struct pattern_list {
	struct pattern_text *items;
	size_t count;
};

/* Ids, both ends included; names are kept until host facts resolve them. */
struct id_range {
	const char *name; /* a user's or group's name, NULL where first and last are given */
	uint32_t first;
	uint32_t last;
	struct location at;
};

struct id_list {
	struct id_range *items;
	size_t count;
};

/* Present keys have a count above 0; an absent key rules nothing out. `unset` login is id 4294967295. */
struct subject_keys {
	struct pattern_list exe;
	struct pattern_list script;
	struct pattern_list cgroup;
	struct pattern_list ancestor;
	struct id_list user;
	struct id_list group;
	struct id_list login;
};

struct subject {
	struct subject_keys match;
	struct subject_keys except;
	bool has_except;
	struct location at;
};

enum addr_family { ADDR_IPV4, ADDR_IPV6 };

/* A prefix in network byte order; bits beyond `length` are zero. */
struct cidr {
	enum addr_family family;
	uint8_t address[16];
	uint8_t length;
	struct location at;
};

struct cidr_list {
	struct cidr *items;
	size_t count;
};

struct number_range {
	uint32_t first;
	uint32_t last;
	struct location at;
};

struct number_list {
	struct number_range *items;
	size_t count;
};

struct string_list {
	struct pattern_text *items;
	size_t count;
};

struct device_number {
	uint32_t major;
	uint32_t minor;
	bool any_minor;
	struct location at;
};

/* File types as bits, in the order of the specification. */
enum file_type {
	FILE_TYPE_REGULAR = 1 << 0,
	FILE_TYPE_DIRECTORY = 1 << 1,
	FILE_TYPE_SYMLINK = 1 << 2,
	FILE_TYPE_BLOCK = 1 << 3,
	FILE_TYPE_CHAR = 1 << 4,
	FILE_TYPE_FIFO = 1 << 5,
	FILE_TYPE_SOCKET = 1 << 6,
};

struct sha256 {
	uint8_t digest[32];
	struct location at;
};

/* What a rule is about. Which members may be set depends on the section; the parser has checked it. */
struct object {
	struct pattern_list path;   /* file, exec */
	struct pattern_list except; /* file, exec */
	uint32_t types;		    /* file: bits of enum file_type, 0: any */
	struct device_number *devices;
	size_t device_count;
	struct string_list fstype;
	struct sha256 *sha256; /* exec */
	size_t sha256_count;
	bool deleted, setuid, writable;
	struct number_list family;   /* network: AF_*; inet is given as AF_INET and AF_INET6 */
	struct number_list protocol; /* network: IPPROTO_* */
	struct cidr_list to, from, at;
	struct number_list port;
	struct pattern_list unix_path; /* path patterns; abstract names start with '@' */
	struct subject target;	       /* process */
	bool has_target;
	struct number_list signal; /* process: signal numbers */
};

struct rule {
	enum policyd_section section;
	enum policy_verdict verdict;
	uint32_t ops;		     /* bits of enum policyd_op_mask (capability: 0; syscall, anomaly: 0) */
	uint64_t caps;		     /* capability: bit per CAP_* number */
	struct string_list syscalls; /* syscall: names, @groups and numbers as written; `all` is "@known" */
	int errno_value;	     /* positive; EPERM unless the rule says otherwise */
	const char *name;	     /* given, or "section[index]" */
	const char *message;	     /* NULL where there is none; a policy's message is used then */
	int severity;		     /* syslog severity, -1: the policy's */
	struct string_list tags;
	bool quiet;
	struct object object;
	struct location at; /* of the verdict key */
	size_t index;	    /* position in its section */
};

/* What events about an entry of the anomaly section say. */
struct anomaly_about {
	const char *name;    /* given, or "rate[index]", or what is looked for */
	const char *message; /* NULL where there is none; the policy's is used then */
	int severity;	     /* -1: the policy's */
	struct string_list tags;
	struct location at;
};

/* One count of the `anomaly` section's `rate`. */
struct anomaly_rate {
	int kind;	 /* enum policyd_anomaly_kind */
	bool distinct;	 /* the same file or destination counts once */
	int per_process; /* 1: each process has a count of its own; 0: one count for the policy's subject */
	uint64_t over_ns;
	uint64_t limit;
	enum policy_verdict action; /* POLICY_AUDIT_ONLY, POLICY_KILL, POLICY_FREEZE */
	struct anomaly_about about;
};

/* One of the `anomaly` section's `detect`. */
struct anomaly_detect {
	int kind;		    /* enum policyd_anomaly_kind */
	enum policy_verdict action; /* POLICY_AUDIT_ONLY, POLICY_DENY, POLICY_KILL, POLICY_FREEZE */
	uint64_t within_ns;	    /* of fresh-exec */
	struct anomaly_about about;
};

struct anomaly {
	bool present;
	uint64_t learn_ns;
	uint32_t report; /* bits by enum policyd_anomaly_kind, of POLICYD_ANOMALY_LEARNT_ALL */
	bool adopt;
	struct anomaly_about baseline; /* what events about it say */
	struct anomaly_rate *rates;
	size_t rate_count;
	struct anomaly_detect *detects;
	size_t detect_count;
	struct location at;
};

/* One entry of `tests`: a subject with single values and the operations it must or must not pass. */
struct policy_test {
	struct subject_keys subject;
	struct string_list allow;
	struct string_list deny;
	struct location at;
};

struct policy {
	const char *name;
	const char *description; /* NULL where absent */
	const char *message;
	enum policy_mode mode;
	enum policy_degraded degraded;
	bool revalidate;
	int severity; /* syslog severity */
	struct string_list tags;
	struct subject subject;
	bool has_subject;
	bool default_deny[POLICYD_SECTION_COUNT]; /* sections file, exec, network */
	struct location default_at[POLICYD_SECTION_COUNT];
	struct rule *rules;
	size_t rule_count;
	struct anomaly anomaly;
	struct policy_test *tests;
	size_t test_count;
	struct location at; /* of the `policy` key's value */
};

struct allocation; /* see policy.c */

/* Starts zeroed; the struct itself belongs to the caller. */
struct policy_set {
	struct policy *policies; /* in the order of files and documents */
	size_t count;
	struct allocation *allocations; /* see arena.h */
	size_t room;			/* policies that fit */
	uint32_t *names;		/* hash table of names, see policy.c */
	size_t rule_count;		/* of all policies, for the limits */
	size_t pattern_count;
	struct digest digest;	     /* of the texts, see policy_set_digest() */
	struct tokenizer *tokenizer; /* borrowed; what reads the texts, NULL: this process */
};

/* Adds a text that the set is parsed from. */
void policy_set_text(struct policy_set *set, const char *text, size_t length);

/* Digest of the texts so far, in their order. */
void policy_set_digest(const struct policy_set *set, uint8_t ret_digest[static DIGEST_SIZE]);

/* Frees everything that the set holds and empties it; takes NULL. */
void policy_set_free(struct policy_set *set);

/*
 * Appends a copy of the policy, whose parts must live as long as the set. Returns 0, -EEXIST when the set
 * has a policy of that name, -ENOMEM. Moves `policies`.
 */
int policy_set_add(struct policy_set *set, const struct policy *policy);

/* The policy called `name`, or NULL. */
const struct policy *policy_set_find(const struct policy_set *set, const char *name);

/* `size` zeroed bytes that live as long as the set; NULL when out of memory. */
void *policy_set_alloc(struct policy_set *set, size_t size);

/* A copy of `length` bytes and a NUL, owned by the set; NULL when out of memory. */
char *policy_set_strndup(struct policy_set *set, const char *text, size_t length);

/* Name of an operation as the language writes it, "?" for a bit that the section does not have. */
const char *op_name(enum policyd_section section, unsigned int bit);

/* Mask of the operation called `name` in the section, 0 for an unknown name. */
uint32_t op_from_name(enum policyd_section section, const char *name);

/* All operations of the section that `all` stands for. */
uint32_t op_all(enum policyd_section section);

const char *section_name(enum policyd_section section);

#endif
