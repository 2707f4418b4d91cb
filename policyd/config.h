/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's own settings, /etc/policyd/policyd.yaml. Every key has a default.
 */
#ifndef POLICYD_CONFIG_H
#define POLICYD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "diagnostic.h"

struct tokenizer;

#define CONFIG_PATH	   "/etc/policyd/policyd.yaml"
#define CONFIG_OUTPUTS_MAX 16
#define CONFIG_QUEUE_MIN   4096
#define CONFIG_CGROUP	   "/sys/fs/cgroup" /* the root of the hierarchy, wherever it is mounted */

/* One output of events; see sink.h for the forms of `url`. */
struct config_output {
	char *name;
	char *url;
	char *format;	/* NULL: the output's default */
	char *facility; /* of syslog formats */
	uint64_t queue; /* bytes, at least CONFIG_QUEUE_MIN; 0: the default */
};

struct config {
	char *policy_dir;
	char *run_dir;	 /* control socket and lock */
	char *state_dir; /* what outlives a restart */
	char *pin_dir;
	bool pin;
	bool self_protection;
	bool audit_unresolved; /* names that cannot be established are audited, where they would be refused */
	bool degraded;	       /* hosts without BPF LSM: what policies accept that say so */
	char *metrics_file;    /* of Prometheus's node exporter; empty: none */
	char *ingress;	       /* names of interfaces, separated by commas */
	char *degraded_cgroup; /* where, on such hosts */
	uint64_t log_level;    /* enum event_severity */
	uint64_t seccomp;      /* enum confine_action */
	uint64_t ring_size;    /* bytes, a power of two */
	uint64_t merge_window;
	uint64_t canary_interval; /* 0: only at start */
	uint64_t confirm_after;	  /* a set in force for so long counts as confirmed; 0: at once */
	struct config_output *outputs;
	size_t output_count;
};

/* Fills in the defaults. Returns 0 or -ENOMEM. Needs config_free. */
int config_init(struct config *config);

void config_free(struct config *config);

/*
 * Reads a file over what is set, with `tokenizer` (may be NULL, see tokenizer_open). With `trusted` it must
 * belong to root, and nobody else may be able to write or exchange it. Returns 0; -EINVAL when there are
 * errors, which are in the diagnostics; -errno of open, read and tokenizer_open.
 */
int config_read(struct config *config, struct tokenizer *tokenizer, const char *path, bool trusted,
		struct diagnostics *diagnostics);

/* The same from text; `file` is for messages only. */
int config_parse(struct config *config, struct tokenizer *tokenizer, const char *file, const char *text,
		 size_t length, struct diagnostics *diagnostics);

/* Sets one key from the command line as if it stood in the file. Returns 0, -ENOENT, -EINVAL, -ENOMEM. */
int config_set(struct config *config, const char *key, const char *value);

/* Writes the settings with comments, in a form that config_read takes. */
void config_print(const struct config *config, FILE *stream);

#endif
