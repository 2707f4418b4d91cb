// SPDX-License-Identifier: Apache-2.0
/*
 * What the daemon does for rates: it counts refusals, of which it sees each one, and makes room among the
 * counts in the kernel. The counts of refusals are there too, so that they outlive the daemon.
 */
#include <time.h>

#include <policyd/anomaly.h>

#include "daemon_internal.h"
#include "util.h"

/* Refusals that a rule or a default decided. */
static bool is_denial(const struct event *event)
{
	return event->origin.valid && (event->kind == EVENT_DENIED || event->kind == EVENT_KILLED) &&
	       !(event->origin.flags & POLICYD_EVENT_UNRESOLVED);
}

static struct policyd_example example_of(const struct event *event)
{
	struct policyd_example example = {
		.time = event->boottime,
		.pid = (__u32)event->pid,
		.uid = (__u32)event->uid,
	};
	size_t length = event->comm.length < sizeof(example.comm) ? event->comm.length : sizeof(example.comm);

	memcpy(example.comm, event->comm.bytes, length);
	return example;
}

/* Counts one for a rate: 1 where it is time to report, with how many and the first; 0; or -errno. */
static int denial_add(struct loader *loader, const struct policyd_anomaly *anomaly, const struct event *event,
		      uint64_t *ret_sum, struct policyd_example *ret_first)
{
	bool own = anomaly->flags & POLICYD_ANOMALY_PER_PROCESS;
	struct policyd_count_key key = {
		.id = anomaly->id,
		.start = own ? event->start_time : 0,
		.pid = own ? (__u32)event->pid : 0,
	};
	struct policyd_count count;
	uint32_t first = 0;
	bool tell = false;
	int place;
	int r;

	r = loader_count_get(loader, &key, &count);
	if (r < 0)
		return r;
	place = policyd_count_add(&count, event->boottime, anomaly->span);
	if (place >= 0)
		count.examples[place] = example_of(event);
	*ret_sum = policyd_count_sum(&count, event->boottime, anomaly->span, &first);
	*ret_first = count.examples[first];
	if (*ret_sum > anomaly->limit)
		tell = policyd_count_tell(&count, event->boottime, anomaly->span);
	r = loader_count_set(loader, &key, &count);
	return r < 0 ? r : tell;
}

/* The event was about the last refusal; now it is about all of them. */
static void denials_report(struct daemon *daemon, const struct model *model, uint32_t number, uint64_t sum,
			   struct event *event)
{
	event->severity = EVENT_NONE;
	event_set_kind(event, EVENT_ANOMALY);
	event->section = event_text(section_name(POLICYD_SECTION_ANOMALY));
	event->operation = event_text("denied");
	event->suppressed = sum;
	daemon_attribute_anomaly(event, model, number);
	outputs_push(daemon->outputs, event);
}

static void rate_count(struct daemon *daemon, const struct compiled *compiled,
		       const struct policyd_anomaly *anomaly, uint32_t number, struct event *event)
{
	uint64_t sum;
	int r = denial_add(daemon->loader, anomaly, event, &sum, &event->origin.first);

	if (r < 0)
		lost_add(outputs_lost(daemon->outputs), LOST_COUNTS, EVENT_ANOMALY, 1);
	else if (r > 0)
		denials_report(daemon, compiled->model, number, sum, event);
}

void daemon_count(void *data, struct event *event)
{
	struct daemon *daemon = data;
	const struct generation *generation = reload_generation(&daemon->reload, event->generation);
	const struct policyd_anomalies *anomalies;
	struct policyd_view view;
	uint32_t place = 0;
	int length;

	if (!generation || !is_denial(event))
		return;
	view = (struct policyd_view){generation->compiled->lines, generation->compiled->count};
	anomalies = policyd_anomalies_at(&view);
	if (!anomalies)
		return;
	length =
		policyd_anomaly_list(&view, anomalies, POLICYD_ANOMALY_DENIED, event->origin.subject, &place);
	for (int i = 0; i < length; i++) {
		const struct policyd_anomaly *anomaly;
		uint32_t number;

		if (policyd_word_at(&view, anomalies->lists, place + (uint32_t)i, &number) < 0)
			return;
		anomaly = policyd_anomaly_at(&view, anomalies, number);
		if (anomaly)
			rate_count(daemon, generation->compiled, anomaly, number, event);
	}
}

void daemon_count_sweep(struct daemon *daemon)
{
	struct policyd_lineage_pass pass;
	struct timespec now = {0};

	(void)loader_lineage_sweep(daemon->loader, &pass);
	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	(void)loader_counts_sweep(daemon->loader, (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec);
	/* What was not counted puts no record into the ring that would wake it. */
	(void)drain_run(daemon->drain);
}

/* Without LSM programs nothing keeps names of programs, and without anomalies nothing is counted. */
bool daemon_count_sweeps(const struct daemon *daemon)
{
	const struct generation *live = daemon->reload.generations[0];
	struct policyd_view view;

	if (!daemon->degraded || !live)
		return true;
	view = (struct policyd_view){live->compiled->lines, live->compiled->count};
	return policyd_anomalies_at(&view) != NULL;
}
