/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random hosts, policies, processes and objects, from a stream of bytes: a generator's or a fuzzer's. All
 * draw from few names, so that rules meet objects often.
 */
#ifndef POLICYD_GENERATE_H
#define POLICYD_GENERATE_H

#include "reference.h"

/* Bytes to draw from; when they are used up, more are made from `state`. */
struct source {
	const uint8_t *bytes;
	size_t count;
	uint64_t state;
};

/* A number below `limit`. */
uint32_t source_below(struct source *source, uint32_t limit);

/* A host with a few mounts (some of them bind mounts), symbolic links, users and groups. */
int generate_host(struct source *source, struct host **ret_host);

/* A set of one to three policies; freed with policy_set_free(). */
int generate_set(struct source *source, struct policy_set *set);

/* What a generated process points into. */
struct generated_process {
	char texts[5][128];
	const char *ancestors[2];
	uint32_t groups[2];
};

/* A process and what it does to an object, which may be another process. */
struct generated {
	struct decision_subject subject;
	struct reference_object object;
	unsigned int bit;
	struct generated_process process;
	struct generated_process target;
	char text[128];
	char moves[3][128]; /* of a directory: its name before and after, and a name below it */
};

/* A process; what it is made of stands in `generated`. */
void generate_process(struct source *source, struct generated_process *generated,
		      struct decision_subject *subject);
void generate_subject(struct source *source, struct generated *generated);
void generate_question(struct source *source, struct generated *generated);

/* One random component. */
const char *generate_name(struct source *source);

/* What a rule asks of a file beyond its name, and what a file is. */
int generate_conditions(struct source *source, struct policy_set *set, struct rule *rule);
void generate_attributes(struct source *source, struct decision_attributes *attributes);

/* Any file; `text` holds its name. */
void generate_file(struct source *source, struct reference_file *file, char *text, size_t size);
/* Appends `depth` random components to a text. */
void generate_path(struct source *source, char *text, size_t size, uint32_t depth);

/* A directory's name before and after a move, and a name below it: `moves`, all on the object's root. */
void generate_move(struct source *source, struct generated *generated);
void generate_below(struct source *source, struct generated *generated);

/* What is asked, for a message: malloc'ed. */
char *generated_describe(const struct generated *generated);

/* The set in the language, as far as it is generated: malloc'ed. */
char *generated_set_describe(const struct policy_set *set, const struct host *host);

#endif
