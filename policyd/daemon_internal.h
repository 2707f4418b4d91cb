/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of the daemon.
 */
#ifndef POLICYD_DAEMON_INTERNAL_H
#define POLICYD_DAEMON_INTERNAL_H

#include <systemd/sd-event.h>

#include "baseline.h"
#include "control.h"
#include "daemon.h"
#include "drain.h"
#include "guard.h"
#include "ingress.h"
#include "loader.h"
#include "model.h"
#include "outputs.h"
#include "reload.h"
#include "tokenizer.h"
#include "watch.h"

/* A set in force that is not confirmed: on trial, or until it has been in force for long enough. */
struct trial {
	sd_event_source *timer;
	bool running;	      /* it goes when the time is over; otherwise it stays */
	bool applied;	      /* it is not what the policy directory holds */
	uint64_t directory;   /* fingerprint of the policy directory when it was applied */
	uint64_t ends;	      /* CLOCK_REALTIME in seconds */
	struct guard_set set; /* what the timer is about, where no trial is running */
};

/* What is done by the clock: when each is due (CLOCK_MONOTONIC in microseconds, UINT64_MAX: never). */
struct look {
	sd_event_source *timer;
	uint64_t canary;
	uint64_t sweep;
	uint64_t metrics;
	bool watchdog; /* systemd is told each time */
};

/* In the order in which they are set up. */
struct daemon {
	const struct config *config;
	struct tokenizer *tokenizer;
	int lock;
	sd_event *loop;
	struct outputs *outputs;
	struct watch *watch;
	struct guard guard;
	struct trial trial;
	struct modes modes;
	struct reload reload;
	struct loader *loader;
	struct drain *drain;
	struct control *control;
	sd_event_source *reader_source;
	struct ingress *ingress; /* NULL: no interface was chosen */
	struct look look;

	struct baselines baselines;
	sd_event_source *baseline_timer;
	uint64_t baselines_saved; /* boot time */
	int baselines_told;	  /* the failure to save them that was reported last */
	bool baselines_bad;	  /* a file that cannot be read is in the way */

	uint64_t started;	   /* CLOCK_REALTIME in seconds */
	int canary;		   /* of the last attempt: 0, -ENOTSUP, another -errno */
	int storage_error;	   /* why the state directory cannot be written, 0: it can */
	int metrics_told;	   /* the failure to write metrics that was reported last */
	int guard_told;		   /* the failure to keep a copy that was reported last */
	char *guard_error;	   /* what could not be put right that was reported last, NULL: nothing */
	struct guard_set ignored;  /* what the policy directory held when it was reported as ignored */
	struct loader_lock locked; /* where reload.locked says so */
	bool without_set;	   /* an empty set is live because the directory could not be used */
	bool unload;		   /* enforcement ends with the daemon */
	char *degraded;		   /* why there is no BPF LSM, NULL: there is */
};

/* Whether what is live is known to be enforced; otherwise *ret_why (static) says why not. */
bool daemon_enforces(const struct daemon *daemon, const char **ret_why);

/* Reports on stderr and to the outputs; `detail` may be NULL. */
void daemon_report(struct daemon *daemon, enum event_action action, const char *detail);

/* Makes a directory of policyd's own and logs why that cannot be used. Returns 0 or -errno. */
int daemon_directory_make(const char *path, mode_t mode);

/*
 * At the start: makes the state directory and tries to write there; fails only where it is not to be trusted.
 * With outputs: tells what cannot be kept. At each reload: looks whether it can be written again.
 */
int daemon_storage_start(struct daemon *daemon);
void daemon_storage_tell(struct daemon *daemon);
void daemon_storage_numbers(struct daemon *daemon);
void daemon_storage_look(struct daemon *daemon);

/* Whether all is kept that is to be kept; and the same for `policyctl status`: NULL when out of memory. */
bool daemon_storage_works(const struct daemon *daemon);
json_t *daemon_storage_status(const struct daemon *daemon);

/* Publishes what counts (daemon_source) and reports how that went. */
enum reload_outcome daemon_reload(struct daemon *daemon, bool always);

/* The same of another directory; NULL: none may be used, which is a rejection. */
enum reload_outcome daemon_reload_from(struct daemon *daemon, const char *directory, bool always);

/*
 * The directory that is to be published: the policy directory, unless a set of elsewhere is on trial or the
 * policy directory is refused; then a copy. NULL where that is missing. Forgets a refusal when the files have
 * changed.
 */
const char *daemon_source(struct daemon *daemon);

/* After each attempt to publish: starts, goes on with or ends the time until the set in force is confirmed.
 */
void daemon_settle(struct daemon *daemon);

/*
 * Makes the set of `directory` (NULL: the policy directory, also where it is refused) the one in force: for
 * `confirm` nanoseconds unless confirmed, 0: for good. Returns 0, also where the set is rejected: see
 * `reload`; or -errno and *ret_error, malloc'ed.
 */
int daemon_apply(struct daemon *daemon, const char *directory, uint64_t confirm, char **ret_error);

/* The set in force becomes the good one. Returns 0 or -errno and *ret_error, malloc'ed. */
int daemon_confirm(struct daemon *daemon, const char *who, char **ret_error);

/* The last good set takes the place of the one in force. Returns 0 or -errno and *ret_error, malloc'ed. */
int daemon_rollback(struct daemon *daemon, const char *why, char **ret_error);

/*
 * Gives a policy of the set in force another mode until the files are published again. Returns 0 or -errno
 * and *ret_error, malloc'ed.
 */
int daemon_mode(struct daemon *daemon, const char *policy, enum policy_mode mode, char **ret_error);

/* Set up before the first set is published; and at an ordered end. Returns 0 or -errno. */
int daemon_trial_start(struct daemon *daemon);
void daemon_trial_stop(struct daemon *daemon);

/* Between daemon_trial.c and daemon_apply.c: the time until the set in force goes or counts as good, from now
 * on; and an end to that. */
void daemon_trial_time(struct daemon *daemon, uint64_t ns);
void daemon_trial_clear(struct daemon *daemon);

/* Says that the set in force is the last good one; `who` says why. */
void daemon_report_confirmed(struct daemon *daemon, const char *who);

/*
 * Writes the set in force into the policy directory and reads it there, so that events name those files.
 * Returns 0 or -errno.
 */
int daemon_set_install(struct daemon *daemon);

/* At the start: says that the policy directory is not applied, where that is so. */
void daemon_tell_refused(struct daemon *daemon);

/* Whether what is in force is the last good set, as its files say it. */
bool daemon_live_is_good(const struct daemon *daemon);

/* Logs the reasons of the last attempt, one line each; with `first_told` without the one a report named. */
void daemon_log_reasons(const struct reload *reload, bool first_told);

/* What control requests answer; `data` is the daemon. */
extern const struct control_request daemon_requests[];

/* An object with everything that `policyctl status` shows; NULL when out of memory. See docs/control.md. */
json_t *daemon_status(const struct daemon *daemon);

/* The name of a counter of the kernel's, NULL: there is none. */
const char *daemon_counter_name(uint32_t counter);

/* Metrics in the text format of Prometheus, malloc'ed, NULL when out of memory; and into their file, which
 * reports when that begins or ends to fail. */
char *daemon_metrics(const struct daemon *daemon);
void daemon_metrics_keep(struct daemon *daemon);

/* Adds policy, rule and their place to an event of the kernel; see drain.h. `data` is the daemon. */
void daemon_attribute(void *data, struct event *event);

/* Attributes an event of an anomaly section, by the number of its entry in the model. */
void daemon_attribute_anomaly(struct event *event, const struct model *model, uint32_t number);

/* Freezes the cgroup of the event's process where the entry says so, and adds to the event what came of it.
 */
void daemon_freeze(struct event *event, const struct model *model, const struct model_anomaly *anomaly);

/*
 * Counts a refusal for the rates of what is denied, and reports those that are beyond their limit; the event
 * becomes that report. `data` is the daemon.
 */
void daemon_count(void *data, struct event *event);

/* Takes what is idle out of the kernel's tables (counts, names of programs), so that there is room for
 * others; whether this host and the policies in force fill such tables at all. */
void daemon_count_sweep(struct daemon *daemon);
bool daemon_count_sweeps(const struct daemon *daemon);

/*
 * Starts the timer for the canary, for sweeps and for systemd's watchdog, returns 0 or -errno; looks again
 * whether sweeps are needed, after other policies have come into force; and stops it.
 */
int daemon_look_start(struct daemon *daemon);
void daemon_look_settle(struct daemon *daemon);
void daemon_look_stop(struct daemon *daemon);

/* Takes an event that the kernel tells of a baseline; it is silent where it is not to be reported. */
void daemon_baseline(struct daemon *daemon, struct event *event);

/* Set up when the first set is in force; after each attempt to publish; and at the end, with the loader. */
int daemon_baseline_start(struct daemon *daemon);
void daemon_baseline_settle(struct daemon *daemon);
void daemon_baseline_stop(struct daemon *daemon);

/* Advances the time to learn. */
void daemon_baseline_tick(struct daemon *daemon);

/* Lets the kernel know of an executable what has changed. Where that fails the kernel tells more than it
 * must, and the next look tries again. */
void daemon_baseline_know(struct daemon *daemon, struct baseline *baseline, bool always);

/* Brings counts up to date. */
void daemon_baseline_refresh(struct daemon *daemon, struct baseline *baseline);

/* Forgets an executable's baseline, or all (NULL). -ENOENT: there is none. */
int daemon_baseline_reset(struct daemon *daemon, const char *executable, size_t *ret_count);

/* Adds a document. Returns 0 or -errno and *ret_error; see baselines_merge(). */
int daemon_baseline_import(struct daemon *daemon, const json_t *document, char **ret_error);

/* Answers of control requests. */
control_answer_fn daemon_answer_baselines, daemon_answer_export, daemon_answer_reset, daemon_answer_import;

/* Self-protection at the start, where it is asked for or in force already. Returns 0 or -errno, logged. */
int daemon_guard_start(struct daemon *daemon);

/* Puts right what somebody took away in the kernel, and reports it; learns policyd's code as it is on disk.
 */
void daemon_guard_look(struct daemon *daemon);

/* Learns policyd's code as it is on disk. */
void daemon_guard_learn(struct daemon *daemon);

/* Locks the set in force until the machine is started anew. Returns 0 or -errno and *ret_error, malloc'ed. */
int daemon_lock(struct daemon *daemon, char **ret_error);

/* Returns 0, or where policies are locked -EPERM and *ret_error. */
int daemon_unlocked(const struct daemon *daemon, char **ret_error);

/* Where policies are locked: the directory to publish, and a report where the policy directory is another. */
const char *daemon_locked_source(struct daemon *daemon);
void daemon_report_ignored(struct daemon *daemon);

/*
 * The last step of the start: what was needed until here is not needed any more. Where a kernel cannot do it,
 * that is said and 0 returned: enforcement is worth more than the confinement of who enforces.
 */
int daemon_confine(struct daemon *daemon);

/*
 * Forks what reads policies and requests, before there is anything that it could take along; then, with the
 * event loop, notices when it ends. Each returns 0 or -errno after having said what is wrong.
 */
int daemon_reader_start(struct daemon *daemon);
int daemon_reader_watch(struct daemon *daemon);

void daemon_reader_stop(struct daemon *daemon);

/*
 * Ends what another version of the programs enforces, now that this one does. Returns 0, also where that
 * cannot be ended, which is reported; or -errno where nothing is enforced without it.
 */
int daemon_retire(struct daemon *daemon);

/*
 * At the end, the loader closed: takes enforcement away where it was asked for. What failed to enforce must
 * not look as if it did: pins that a failed start made go, and what it had put aside is back.
 */
void daemon_unload(struct daemon *daemon, bool started, bool adopted);

/*
 * Before the loader is opened: whether the host has no BPF LSM, which daemon->degraded then says, and what
 * the loader does instead. Returns 0 or -errno, logged.
 */
int daemon_degraded_look(struct daemon *daemon, struct loader_options *options);

/* At the end of the start: says that not everything is enforced, where that is so. */
void daemon_degraded_report(struct daemon *daemon);

/* What is enforced, what is seen and what is neither, for each section; JSON null where there is BPF LSM. */
json_t *daemon_degraded_status(const struct daemon *daemon);

/* Begins to look after the chosen interfaces. Returns 0 or -errno, logged. */
int daemon_ingress_start(struct daemon *daemon);

/* Tries the canary; reports when the result is another than before. Returns its result. */
int daemon_canary(struct daemon *daemon);

#endif
