// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>

#include "drain.h"
#include "names.h"
#include "util.h"

#define BATCH_MAX 4096 /* records until other sources of the event loop have their turn */

/* The kernel's counters as they were when last told. They count from loading the programs on. */
struct told {
	uint64_t denials;
	uint64_t audits;
	uint64_t anomalies;
	uint64_t counts;
	uint64_t baselines;
	uint64_t lineages;
};

struct drain {
	sd_event_source *source;
	struct drain_options options;
	struct decoder decoder;
	struct names *names;
	struct event event; /* memory that is used again for every record */
	unsigned int batch;
	struct told told;
	int account;
	uint64_t account_errors;
};

/* A record that is skipped counts as lost; only running out of memory for it is told apart. */
static int record_take(void *data, const void *record, size_t size)
{
	struct drain *drain = data;
	struct lost *lost = outputs_lost(drain->options.outputs);
	int r;

	event_clear(&drain->event);
	r = decode(&drain->decoder, record, size, &drain->event);
	if (r < 0) {
		lost_add(lost, r == -ENOMEM ? LOST_MEMORY : LOST_RECORD, EVENT_AUDITED, 1);
	} else if (!drain->event.origin.canary) {
		names_set(drain->names, &drain->event);
		drain->options.attribute(drain->options.data, &drain->event);
		if (!drain->event.origin.silent)
			outputs_push(drain->options.outputs, &drain->event);
		drain->options.after(drain->options.data, &drain->event);
	}
	return ++drain->batch < BATCH_MAX ? 0 : -ECANCELED;
}

/* What the kernel could not put into the ring since that was last told. */
static void losses_take(struct drain *drain)
{
	struct lost *lost = outputs_lost(drain->options.outputs);
	uint64_t counters[POLICYD_COUNT_END];
	struct told now;

	if (loader_counters(drain->options.loader, counters) < 0)
		return;
	now = (struct told){
		.denials = counters[POLICYD_COUNT_LOST_DENIAL],
		.audits = counters[POLICYD_COUNT_LOST_AUDIT],
		.anomalies = counters[POLICYD_COUNT_LOST_ANOMALY],
		.counts = counters[POLICYD_COUNT_LOST_COUNT],
		.baselines = counters[POLICYD_COUNT_LOST_BASELINE],
		.lineages = counters[POLICYD_COUNT_LOST_LINEAGE],
	};
	if (now.denials < drain->told.denials || now.audits < drain->told.audits ||
	    now.anomalies < drain->told.anomalies || now.counts < drain->told.counts ||
	    now.baselines < drain->told.baselines || now.lineages < drain->told.lineages)
		drain->told = (struct told){};
	if (memcmp(&now, &drain->told, sizeof(now)) == 0)
		return;
	lost_add(lost, LOST_RING, EVENT_DENIED, now.denials - drain->told.denials);
	lost_add(lost, LOST_RING, EVENT_AUDITED, now.audits - drain->told.audits);
	lost_add(lost, LOST_RING, EVENT_ANOMALY, now.anomalies - drain->told.anomalies);
	lost_add(lost, LOST_COUNTS, EVENT_ANOMALY, now.counts - drain->told.counts);
	lost_add(lost, LOST_BASELINES, EVENT_ANOMALY, now.baselines - drain->told.baselines);
	lost_add(lost, LOST_LINEAGE, EVENT_DENIED, now.lineages - drain->told.lineages);
	drain->told = now;
	/* Where the account cannot be written the next daemon tells these losses again: better than never. */
	if (drain->account >= 0 && pwrite(drain->account, &now, sizeof(now), 0) < 0)
		drain->account_errors++;
}

static void account_open(struct drain *drain)
{
	drain->account = open(drain->options.account, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (drain->account < 0 ||
	    pread(drain->account, &drain->told, sizeof(drain->told), 0) != (ssize_t)sizeof(drain->told))
		drain->told = (struct told){};
}

int drain_run(struct drain *drain)
{
	int r;

	drain->batch = 0;
	drain->decoder.clock_offset = decode_clock_offset();
	r = loader_drain(drain->options.loader, record_take, drain);
	losses_take(drain);
	outputs_run(drain->options.outputs);
	return r == -ECANCELED ? BATCH_MAX : r;
}

static int on_ring(sd_event_source *source, int fd, uint32_t events, void *data)
{
	(void)source;
	(void)fd;
	(void)events;
	(void)drain_run(data);
	return 0;
}

int drain_new(sd_event *loop, const struct drain_options *options, struct drain **ret_drain)
{
	struct drain *drain = calloc(1, sizeof(*drain));
	int r;

	if (!drain)
		return -ENOMEM;
	drain->options = *options;
	r = names_new("/etc/passwd", names_cgroups_find(), &drain->names);
	if (r < 0) {
		free(drain);
		return r;
	}
	event_init(&drain->event);
	account_open(drain);
	r = sd_event_add_io(loop, &drain->source, loader_ring_fd(options->loader), EPOLLIN, on_ring, drain);
	if (r < 0) {
		util_close(&drain->account);
		names_free(drain->names);
		free(drain);
		return r;
	}
	*ret_drain = drain;
	return 0;
}

void drain_free(struct drain *drain)
{
	if (!drain)
		return;
	(void)sd_event_source_disable_unref(drain->source);
	(void)drain_run(drain);
	util_close(&drain->account);
	event_free(&drain->event);
	names_free(drain->names);
	free(drain);
}

void drain_set_host(struct drain *drain, const struct host *host)
{
	drain->decoder.host = host;
	names_refresh(drain->names); /* users are facts of the host, too */
}
