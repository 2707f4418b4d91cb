// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <time.h>

#include "json_text.h"
#include "outputs_internal.h"
#include "util.h"

#define MERGE_ENTRIES	 4096
#define SUBSCRIBER_QUEUE (1 << 20)
#define ACCURACY_USEC	 (50 * 1000ULL)

static uint64_t boottime_now(void)
{
	struct timespec now = {};

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static void output_free(struct output *output)
{
	sink_loop_free(output->loop);
	sink_free(output->sink);
	free(output->policy);
	free(output);
}

/* Losses are told to everybody: what is missing may have been of interest. */
static bool is_wanted(const struct output *output, const struct event *event)
{
	if (event->kind == EVENT_LOST)
		return true;
	if (output->kinds && !(output->kinds & (1U << event->kind)))
		return false;
	return !output->policy || (event->policy.length == strlen(output->policy) &&
				   memcmp(event->policy.bytes, output->policy, event->policy.length) == 0);
}

/* Numbers an event and gives it to every output. */
static void emit(struct event *event, void *data)
{
	struct outputs *outputs = data;

	event->host = event_text(outputs->host);
	sequence_stamp(outputs->sequence, event);
	for (struct output *output = outputs->first; output; output = output->next)
		if (is_wanted(output, event))
			(void)sink_push(output->sink, event);
}

/* Tells everybody what one account holds. Where that comes back, as there is no memory for the line, it
 * waits. */
static void lost_tell(struct outputs *outputs, struct lost *lost)
{
	CLEANUP_EVENT struct event event;
	uint64_t before;

	event_init(&event);
	do {
		before = lost_untold(lost);
		if (lost_next(lost, &event) <= 0)
			return;
		emit(&event, outputs);
		event_clear(&event);
	} while (lost_untold(lost) < before);
}

static int on_timer(sd_event_source *source, uint64_t time, void *data)
{
	struct outputs *outputs = data;

	(void)source;
	(void)time;
	merge_expire(outputs->merge, boottime_now());
	outputs_run(outputs);
	return 0;
}

static void timer_arm(struct outputs *outputs)
{
	uint64_t deadline = merge_deadline(outputs->merge);

	if (deadline == UINT64_MAX) {
		(void)sd_event_source_set_enabled(outputs->timer, SD_EVENT_OFF);
		return;
	}
	(void)sd_event_source_set_time(outputs->timer, deadline / 1000 + 1);
	(void)sd_event_source_set_enabled(outputs->timer, SD_EVENT_ONESHOT);
}

/* Sends; drops subscribers that are gone. */
static void outputs_send(struct outputs *outputs)
{
	struct output **at = &outputs->first;

	while (*at) {
		struct output *output = *at;

		if (sink_loop_run(output->loop) == -EPIPE && output->subscriber) {
			*at = output->next;
			output_free(output);
		} else {
			at = &output->next;
		}
	}
}

/* Nothing is sent that the next daemon would not know of. */
void outputs_run(struct outputs *outputs)
{
	bool told = false;

	outputs_keep(outputs);
	if (lost_pending(&outputs->lost)) {
		lost_tell(outputs, &outputs->lost);
		told = true;
	}
	outputs_send(outputs);
	for (struct output *output = outputs->first; output; output = output->next)
		if (sink_can_tell(output->sink)) {
			lost_tell(outputs, sink_lost(output->sink));
			told = true;
		}
	if (told) {
		outputs_keep(outputs);
		outputs_send(outputs);
	}
	timer_arm(outputs);
}

/* An output that was full has room for what it lost: without this it would be told with the next event only.
 */
static void on_woken(void *data)
{
	struct outputs *outputs = data;

	for (struct output *output = outputs->first; output; output = output->next)
		if (sink_can_tell(output->sink)) {
			(void)sd_event_source_set_time(outputs->timer, 0);
			(void)sd_event_source_set_enabled(outputs->timer, SD_EVENT_ONESHOT);
			return;
		}
}

void outputs_push(struct outputs *outputs, struct event *event)
{
	merge_add(outputs->merge, event, boottime_now());
}

/* Owns `sink` in every case. Returns 0 and, where it is not NULL, *ret_output, or -errno. */
static int output_add(struct outputs *outputs, struct sink *sink, struct output **ret_output)
{
	struct output **last = &outputs->first;
	struct output *output = calloc(1, sizeof(*output));
	int r = output ? sink_loop_new(outputs->loop, sink, on_woken, outputs, &output->loop) : -ENOMEM;

	if (r < 0) {
		free(output);
		sink_free(sink);
		return r;
	}
	output->sink = sink;
	while (*last)
		last = &(*last)->next;
	*last = output;
	if (ret_output)
		*ret_output = output;
	return 0;
}

static int configured_add(struct outputs *outputs, const struct config_output *config, char **ret_error)
{
	struct sink_options options = {
		.name = config->name,
		.url = config->url,
		.format = config->format ? format_from_name(config->format) : NULL,
		.format_options = format_options_default(),
		.queue_size = config->queue,
	};
	struct sink *sink;
	int r;

	if (config->facility)
		(void)format_facility_from_name(config->facility, &options.format_options.facility);
	r = sink_new(&options, &sink);
	if (r == 0)
		r = output_add(outputs, sink, NULL);
	if (r < 0 && asprintf(ret_error, "output '%s' cannot use '%s': %s", config->name, config->url,
			      strerror(-r)) < 0)
		*ret_error = NULL;
	return r;
}

static int outputs_start(struct outputs *outputs, const struct config *config, char **ret_error)
{
	int r = sequence_start(config->run_dir, config->state_dir, &outputs->sequence);

	if (r < 0)
		return r;
	r = merge_new(config->merge_window, MERGE_ENTRIES, emit, outputs, &outputs->merge);
	if (r < 0)
		return r;
	r = sd_event_add_time(outputs->loop, &outputs->timer, CLOCK_BOOTTIME, 0, ACCURACY_USEC, on_timer,
			      outputs);
	if (r < 0)
		return r;
	(void)sd_event_source_set_enabled(outputs->timer, SD_EVENT_OFF);
	for (size_t i = 0; i < config->output_count; i++) {
		r = configured_add(outputs, &config->outputs[i], ret_error);
		if (r < 0)
			return r;
	}
	return outputs_untold_take(outputs, config->run_dir);
}

static void outputs_cleanup(struct outputs **outputs)
{
	outputs_free(*outputs);
}

int outputs_new(sd_event *loop, const struct config *config, struct outputs **ret_outputs, char **ret_error)
{
	CLEANUP(outputs_cleanup) struct outputs *outputs = calloc(1, sizeof(*outputs));
	int r;

	*ret_error = NULL;
	if (!outputs)
		return -ENOMEM;
	outputs->loop = sd_event_ref(loop);
	if (gethostname(outputs->host, sizeof(outputs->host) - 1) < 0)
		outputs->host[0] = '\0';
	r = outputs_start(outputs, config, ret_error);
	if (r < 0)
		return r;
	*ret_outputs = TAKE_PTR(outputs);
	return 0;
}

void outputs_free(struct outputs *outputs)
{
	if (!outputs)
		return;
	if (outputs->merge && outputs->timer) {
		merge_flush(outputs->merge);
		outputs_run(outputs);
	}
	if (outputs->untold)
		outputs_untold_leave(outputs);
	while (outputs->first) {
		struct output *output = outputs->first;

		outputs->first = output->next;
		output_free(output);
	}
	(void)sd_event_source_disable_unref(outputs->timer);
	merge_free(outputs->merge);
	untold_close(outputs->untold);
	sequence_close(outputs->sequence);
	(void)sd_event_unref(outputs->loop);
	free(outputs);
}

int outputs_unkept(const struct outputs *outputs)
{
	int r = sequence_unkept(outputs->sequence);

	return r < 0 ? r : outputs->unkept;
}

static size_t subscribers_count(const struct outputs *outputs)
{
	size_t count = 0;

	for (const struct output *output = outputs->first; output; output = output->next)
		count += output->subscriber;
	return count;
}

int outputs_subscribe(struct outputs *outputs, const struct outputs_subscription *subscription, int fd)
{
	struct sink_options options = {
		.name = "subscriber",
		.format = subscription->format,
		.format_options = format_options_default(),
		.queue_size = SUBSCRIBER_QUEUE,
	};
	CLEANUP_FREE char *policy = NULL;
	struct output *output;
	struct sink *sink;
	int r;

	if (subscribers_count(outputs) >= OUTPUTS_SUBSCRIBERS_MAX)
		return -EUSERS;
	if (subscription->policy && !(policy = strdup(subscription->policy)))
		return -ENOMEM;
	options.format_options.colour = subscription->colour;
	r = sink_new_fd(&options, fd, &sink);
	if (r < 0)
		return r;
	/* From here on `fd` is gone whatever happens, so failing now must not be reported as a failure. */
	if (output_add(outputs, sink, &output) < 0)
		return 0;
	output->subscriber = true;
	output->kinds = subscription->kinds;
	output->policy = TAKE_PTR(policy);
	return 0;
}

void outputs_reopen(struct outputs *outputs)
{
	for (struct output *output = outputs->first; output; output = output->next)
		sink_reopen(output->sink);
}

struct lost *outputs_lost(struct outputs *outputs)
{
	return &outputs->lost;
}

void outputs_each(const struct outputs *outputs, void (*each)(void *data, struct sink *sink), void *data)
{
	for (const struct output *output = outputs->first; output; output = output->next)
		if (!output->subscriber)
			each(data, output->sink);
}

json_t *outputs_describe(const struct outputs *outputs)
{
	json_t *list = json_array();

	for (const struct output *output = outputs->first; output && list; output = output->next) {
		struct sink *sink = output->sink;
		int error = sink_error(sink);
		json_t *entry =
			json_pack("{s:o,s:I,s:I,s:I,s:o}", "name", json_text(sink_name(sink)), "sent",
				  (json_int_t)sink_sent(sink), "queued", (json_int_t)sink_queued(sink),
				  "lost", (json_int_t)lost_total(sink_lost(sink)), "error",
				  error ? json_text(strerror(error)) : json_null());

		if (json_array_append_new(list, entry) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}
