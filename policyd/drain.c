// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>

#include "drain.h"
#include "names.h"
#include "util.h"

#define BATCH_MAX 4096 /* records until other sources of the event loop have their turn */
#define PIECES	  8    /* of the ring, when the daemon ends */

/* What the kernel counts as lost, and what is told of it. New ones stand at the end: see struct account. */
static const struct {
	enum policyd_counter counter;
	enum lost_cause cause;
	enum event_kind kind;
} losses[] = {
	{POLICYD_COUNT_LOST_DENIAL, LOST_RING, EVENT_DENIED},
	{POLICYD_COUNT_LOST_AUDIT, LOST_RING, EVENT_AUDITED},
	{POLICYD_COUNT_LOST_ANOMALY, LOST_RING, EVENT_ANOMALY},
	{POLICYD_COUNT_LOST_COUNT, LOST_COUNTS, EVENT_ANOMALY},
	{POLICYD_COUNT_LOST_BASELINE, LOST_BASELINES, EVENT_ANOMALY},
	{POLICYD_COUNT_LOST_LINEAGE, LOST_LINEAGE, EVENT_DENIED},
	{POLICYD_COUNT_SKIPPED_AUDIT, LOST_SKIPPED, EVENT_AUDITED},
	{POLICYD_COUNT_SKIPPED_ANOMALY, LOST_SKIPPED, EVENT_ANOMALY},
};

/*
 * The kernel's counters as they were when last told, for the next daemon. They count from loading the
 * programs on: those of other programs say nothing about them. An older policyd kept fewer of them.
 */
struct account {
	uint64_t counters; /* the kernel's number of them */
	uint64_t count;
	uint64_t told[ARRAY_SIZE(losses)];
};

struct drain {
	sd_event_source *source;
	struct drain_options options;
	struct decoder decoder;
	struct names *names;
	struct event event; /* memory that is used again for every record */
	unsigned int batch;
	struct account account;
	int file;
	int unkept; /* why the account is not on disk, -errno; 0: it is */
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

static int program_find(void *data, uint64_t key, struct policyd_program *ret_program)
{
	const struct drain *drain = data;

	return loader_program(drain->options.loader, key, ret_program);
}

/* What the kernel could not put into the ring since that was last told. */
static void losses_take(struct drain *drain)
{
	struct lost *lost = outputs_lost(drain->options.outputs);
	struct account *account = &drain->account;
	uint64_t counters[POLICYD_COUNT_END];
	bool changed = false;

	if (loader_counters(drain->options.loader, counters) < 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(losses); i++) {
		uint64_t now = counters[losses[i].counter];

		if (now == account->told[i])
			continue;
		lost_add(lost, losses[i].cause, losses[i].kind, now - account->told[i]);
		account->told[i] = now;
		changed = true;
	}
	if (changed)
		outputs_keep(drain->options.outputs);
	/* Where the account cannot be written the next daemon tells these losses again: better than never. */
	if (changed && drain->file >= 0)
		drain->unkept = pwrite(drain->file, account, sizeof(*account), 0) < 0 ? -errno : 0;
}

static bool account_is_whole(const struct account *account, ssize_t size)
{
	const ssize_t head = offsetof(struct account, told);

	return size >= head && account->count <= ARRAY_SIZE(losses) &&
	       size == head + (ssize_t)(account->count * sizeof(*account->told));
}

static void account_open(struct drain *drain)
{
	struct account account = {};
	uint64_t counters = 0;
	ssize_t size;

	drain->file = open(drain->options.account, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	drain->unkept = drain->file < 0 ? -errno : 0;
	size = drain->file < 0 ? -1 : pread(drain->file, &account, sizeof(account), 0);
	if (loader_counters_id(drain->options.loader, &counters) < 0 || account.counters != counters ||
	    !account_is_whole(&account, size))
		account = (struct account){.counters = counters};
	account.count = ARRAY_SIZE(losses);
	drain->account = account;
}

int drain_run(struct drain *drain)
{
	int r;

	drain->batch = 0;
	drain->decoder.clock_offset = decode_clock_offset();
	r = loader_drain(drain->options.loader, record_take, drain);
	outputs_keep(drain->options.outputs);
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
	drain->decoder.program = program_find;
	drain->decoder.data = drain;
	event_init(&drain->event);
	account_open(drain);
	r = sd_event_add_io(loop, &drain->source, loader_ring_fd(options->loader), EPOLLIN, on_ring, drain);
	if (r < 0) {
		util_close(&drain->file);
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
	for (int i = 0; i < PIECES && drain_run(drain) > 0; i++)
		continue;
	util_close(&drain->file);
	event_free(&drain->event);
	names_free(drain->names);
	free(drain);
}

int drain_unkept(const struct drain *drain)
{
	return drain->unkept;
}

void drain_set_host(struct drain *drain, const struct host *host)
{
	drain->decoder.host = host;
	names_refresh(drain->names); /* users are facts of the host, too */
}
