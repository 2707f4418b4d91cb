// SPDX-License-Identifier: Apache-2.0
/*
 * Baselines in the daemon: their time, what the kernel knows of them, and their file in the state directory.
 *
 * At the start the kernel is made to forget: it tells again what it sees, and what is known already ends
 * here. So nothing that an earlier daemon took and could not save is lost.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "baseline_json.h"
#include "daemon_internal.h"
#include "daemon_ngram.h"
#include "log.h"
#include "util.h"

#define LOOK_USEC     1000000
#define ACCURACY_USEC 500000
#define SAVE_NS	      30000000000ULL  /* where something has changed */
#define AGE_SAVE_NS   600000000000ULL /* where only the learning went on */

static uint64_t boottime(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* Whether the set in force has a baseline. */
static bool is_running(const struct daemon *daemon)
{
	const struct generation *live = daemon->reload.generations[0];

	for (uint32_t i = 0; live && i < live->compiled->model->anomaly_count; i++)
		if (live->compiled->model->anomalies[i].baseline)
			return true;
	return false;
}

void daemon_baseline_tick(struct daemon *daemon)
{
	baselines_tick(&daemon->baselines, boottime(), is_running(daemon));
}

void daemon_baseline_know(struct daemon *daemon, struct baseline *baseline, bool always)
{
	struct policyd_known known = baseline_known(&daemon->baselines, baseline);
	const struct policyd_known *told = &baseline->told;
	bool other = known.ngrams != told->ngrams || known.ngram_limit != told->ngram_limit;

	if (!always && known.learnt == told->learnt && !other)
		return;
	for (size_t i = 0; i < baseline->id_count; i++)
		if (loader_baseline_know(daemon->loader, baseline->ids[i], &known) < 0)
			return;
	/* Threads keep what is to be done with sequences. */
	if (other && loader_baseline_renew(daemon->loader) < 0)
		return;
	daemon_ngram_collect(daemon, baseline); /* the last that was learnt */
	baseline->told = known;
}

/* How often what was reported happened since policyd started, as the kernel counts it. */
static void counts_refresh(struct daemon *daemon, struct baseline *baseline)
{
	for (size_t k = 0; k < BASELINE_KINDS; k++) {
		for (size_t i = 0; i < baseline->sets[k].count; i++) {
			struct baseline_item *item = &baseline->sets[k].items[i];
			uint64_t sum = 0, count = 0;

			for (size_t n = 0; n < baseline->id_count && item->outside && item->item; n++) {
				(void)loader_baseline_count(daemon->loader, baseline->ids[n], item->item,
							    &count);
				sum += count;
			}
			if (sum > item->live) {
				item->live = sum;
				daemon->baselines.changed = true;
			}
		}
	}
}

static void save(struct daemon *daemon)
{
	int r;

	for (size_t i = 0; i < daemon->baselines.count; i++) {
		counts_refresh(daemon, daemon->baselines.all[i]);
		daemon_ngram_collect(daemon, daemon->baselines.all[i]);
	}
	daemon->baselines_saved = boottime();
	if (daemon->baselines_bad || (!daemon->baselines.changed && !daemon->baselines.running))
		return;
	r = baselines_save(&daemon->baselines, daemon->config->state_dir, daemon->guard.boot);
	if (r == daemon->baselines_told)
		return;
	daemon->baselines_told = r;
	if (r < 0) {
		CLEANUP_FREE char *detail = NULL;

		if (asprintf(&detail, "the baselines cannot be saved in '%s': %s", daemon->config->state_dir,
			     strerror(-r)) < 0)
			detail = NULL;
		daemon_report(daemon, EVENT_ACTION_DEGRADED, detail);
	}
}

static int on_look(sd_event_source *source, uint64_t time, void *data)
{
	struct daemon *daemon = data;

	(void)time;
	daemon_baseline_tick(daemon);
	for (size_t i = 0; i < daemon->baselines.count; i++)
		if (daemon->baselines.all[i]->id_count > 0) {
			daemon_ngram_look(daemon, daemon->baselines.all[i]);
			daemon_baseline_know(daemon, daemon->baselines.all[i], false);
		}
	if (boottime() - daemon->baselines_saved >= (daemon->baselines.changed ? SAVE_NS : AGE_SAVE_NS))
		save(daemon);
	(void)sd_event_source_set_time_relative(source, LOOK_USEC);
	return sd_event_source_set_enabled(source,
					   daemon->baselines.running ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

/* A file that cannot be read is put aside: what is learnt from now on is saved beside it. */
static void file_put_aside(struct daemon *daemon, const char *why)
{
	const char *directory = daemon->config->state_dir;
	CLEANUP_FREE char *detail = NULL;
	CLEANUP_FREE char *from = NULL;
	CLEANUP_FREE char *to = NULL;

	daemon->baselines_bad = true;
	if (asprintf(&from, "%s/" BASELINE_FILE, directory) < 0)
		from = NULL;
	else if (asprintf(&to, "%s.bad", from) < 0)
		to = NULL;
	if (from && to && access(to, F_OK) < 0 && rename(from, to) == 0)
		daemon->baselines_bad = false;
	if (asprintf(&detail, "%s; learning begins anew%s", why ? why : "the baselines cannot be read",
		     daemon->baselines_bad
			     ? " and is not saved, since there is a 'baselines.json.bad' already"
			     : ", the file is kept as 'baselines.json.bad'") < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_DEGRADED, detail);
}

int daemon_baseline_start(struct daemon *daemon)
{
	CLEANUP_FREE char *error = NULL;
	int r = baselines_load(&daemon->baselines, daemon->config->state_dir, daemon->guard.boot, boottime(),
			       &error);

	if (r < 0 && r != -ENOENT)
		file_put_aside(daemon, error);
	/* Sequences are told by nobody: what the kernel has of them is kept, unless all begins anew. */
	r = r < 0 ? loader_ngrams_clear(daemon->loader) : 0;
	if (r == 0)
		r = loader_baselines_clear(daemon->loader);
	if (r < 0) {
		log_line(EVENT_ERROR, "cannot empty the baselines in the kernel: %s", strerror(-r));
		return r;
	}
	daemon->baselines_saved = boottime();
	r = sd_event_add_time_relative(daemon->loop, &daemon->baseline_timer, CLOCK_MONOTONIC, LOOK_USEC,
				       ACCURACY_USEC, on_look, daemon);
	daemon_baseline_tick(daemon);
	return r;
}

void daemon_baseline_settle(struct daemon *daemon)
{
	if (!daemon->baseline_timer)
		return;
	daemon_baseline_tick(daemon);
	if (daemon->baselines.running)
		(void)sd_event_source_set_enabled(daemon->baseline_timer, SD_EVENT_ONESHOT);
}

void daemon_baseline_stop(struct daemon *daemon)
{
	if (daemon->baseline_timer) {
		daemon_baseline_tick(daemon);
		save(daemon);
	}
	(void)sd_event_source_disable_unref(daemon->baseline_timer);
	daemon->baseline_timer = NULL;
	baselines_clear(&daemon->baselines);
}

void daemon_baseline_refresh(struct daemon *daemon, struct baseline *baseline)
{
	daemon_baseline_tick(daemon);
	counts_refresh(daemon, baseline);
	daemon_ngram_collect(daemon, baseline);
}

/* Forgets one, here and in the kernel. */
static void forget(struct daemon *daemon, struct baseline *baseline)
{
	for (size_t i = 0; i < baseline->id_count; i++)
		(void)loader_ngrams_forget(daemon->loader, baseline->ids[i]);
	for (size_t i = 0; i < baseline->id_count; i++)
		(void)loader_baseline_forget(daemon->loader, baseline->ids[i]);
	(void)baselines_remove(&daemon->baselines, baseline->executable);
}

int daemon_baseline_reset(struct daemon *daemon, const char *executable, size_t *ret_count)
{
	struct baseline *baseline = executable ? baselines_find(&daemon->baselines, executable) : NULL;
	size_t count = 0;

	if (executable && !baseline)
		return -ENOENT;
	if (baseline) {
		forget(daemon, baseline);
		count = 1;
	}
	while (!executable && daemon->baselines.count > 0) {
		forget(daemon, daemon->baselines.all[daemon->baselines.count - 1]);
		count++;
	}
	if (!executable) {
		(void)loader_ngrams_clear(daemon->loader);
		(void)loader_baselines_clear(daemon->loader);
	}
	save(daemon);
	*ret_count = count;
	return 0;
}

int daemon_baseline_import(struct daemon *daemon, const json_t *document, char **ret_error)
{
	int r;

	daemon_baseline_tick(daemon);
	r = baselines_merge(&daemon->baselines, document, ret_error);
	if (r < 0)
		return r;
	for (size_t i = 0; i < daemon->baselines.count; i++)
		if (daemon->baselines.all[i]->id_count > 0) {
			daemon_ngram_put(daemon, daemon->baselines.all[i]);
			daemon_baseline_know(daemon, daemon->baselines.all[i], true);
		}
	return 0;
}
