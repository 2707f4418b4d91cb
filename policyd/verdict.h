/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts: what the rules that match an object mean for each subject class.
 *
 * Inside a policy kill and deny beat allow, which beats the section's default; the outcome of one policy is
 * its fence. A subject passes where every fence of its policies lets it pass, so a cell is the union of
 * fences.
 */
#ifndef POLICYD_VERDICT_H
#define POLICYD_VERDICT_H

#include "model.h"

/* What kind of object a row is about; decides which operations a default covers. */
enum row_domain {
	ROW_NAMED,	/* a name in a file system, or of a unix socket */
	ROW_NAMELESS,	/* memory files, pipes, sockets */
	ROW_INET,	/* an address */
	ROW_SOCKET,	/* making a socket whose addresses are decided on, or that has none */
	ROW_CARRIER,	/* one of the internet that reaches addresses past those decisions */
	ROW_FOREIGN,	/* making or using one of a family whose addresses are not decided on, */
	ROW_STRANGER,	/* of which packets reach internet addresses, too */
	ROW_UNRESOLVED, /* a name that could not be established */
	ROW_MEMORY,	/* memory that no file backs */
	ROW_KERNEL,
	ROW_SYSCALL,
	ROW_CAPABILITY,
	ROW_PROCESS,
	ROW_UNKNOWN, /* a process of which the subject class is not known */
	ROW_DOMAIN_COUNT
};

#define VERDICT_FILE_OPS 0x0fffu
#define VERDICT_EXEC_OPS (POLICYD_OP_EXEC_RUN | POLICYD_OP_EXEC_LOAD)
#define VERDICT_NETWORK_OPS                                                                                  \
	(POLICYD_OP_NETWORK_BIND | POLICYD_OP_NETWORK_LISTEN | POLICYD_OP_NETWORK_ACCEPT |                   \
	 POLICYD_OP_NETWORK_CONNECT)

/* What the row of a name decides. */
#define VERDICT_PATH_OPS (VERDICT_FILE_OPS | VERDICT_EXEC_OPS | VERDICT_NETWORK_OPS)

/* The outcome of one policy for one object. */
struct fence {
	uint32_t refuse;
	uint32_t report;
	uint32_t kill;
	uint8_t errnos[32];
};

/* A rule that matches, and the operations of it that do. */
struct rule_match {
	uint32_t rule;
	uint32_t ops;
};

/* The operations that a rule's verdict is about, with what they include. */
uint32_t verdict_ops(const struct rule *rule);

/* What kind of object each pseudo-object is. */
extern const enum row_domain verdict_pseudo_domains[POLICYD_PSEUDO_COUNT];

/* The bits of a pseudo-object's cell that a rule is about. */
uint32_t verdict_pseudo_ops(const struct model_rule *rule, enum policyd_pseudo pseudo);

/* Operations that a policy refuses in a domain where no rule says otherwise. */
uint32_t verdict_default(const struct model_policy *policy, enum row_domain domain);

/* Whether what a policy refuses is refused, or audited only. */
bool verdict_is_enforced(const struct model *model, const struct model_policy *policy,
			 enum row_domain domain);

/* The fence of a policy; `matches` are those of its rules that match. */
struct fence verdict_fence(const struct model *model, const struct model_policy *policy,
			   enum row_domain domain, const struct rule_match *matches, size_t count);

/*
 * The row of an object: `matches` ascend by rule. Equal rows have the same number. Returns 0, -ENOMEM, or
 * -EINVAL when the rows do not fit into an image.
 */
struct row_builder {
	struct model *model;
	struct idset_table keys;
	uint32_t *row_of; /* by key */
	size_t row_of_allocated;
	uint32_t *key;
	size_t key_count, key_allocated;
	struct policyd_cell *cells;
	uint8_t (*errnos)[32];
};
int row_begin(struct row_builder *builder, struct model *model);
int row_find(struct row_builder *builder, enum row_domain domain, const struct rule_match *matches,
	     size_t count, uint32_t *ret_row);
void row_done(struct row_builder *builder);

#endif
