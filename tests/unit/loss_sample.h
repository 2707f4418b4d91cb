/* SPDX-License-Identifier: Apache-2.0 */
/* Outputs that lose, what arrived of them and what was told, and the table of docs/events.md. */
#ifndef LOSS_SAMPLE_H
#define LOSS_SAMPLE_H

#include "outputs.h"

#include "sink_sample.h"

#define FILE_LINE 1024

/* What arrived, and what it told. */
struct tally {
	uint64_t delivered;
	uint64_t told;
};

static inline uint64_t number_after(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	ck_assert_ptr_nonnull(at);
	return strtoull(at + strlen(name), NULL, 10);
}

/* Reads what waits at a server; losses have to be by `cause`. */
static inline void tally_take(int server, const char *cause, struct tally *tally)
{
	while (receive(server) > 0) {
		if (!strstr(buffer, " kind=\"lost\"")) {
			tally->delivered++;
			continue;
		}
		ck_assert_msg(strstr(buffer, cause) != NULL, "not by %s: %s", cause, buffer);
		tally->told += number_after(buffer, " lost=\"");
	}
}

/* The row of the documentation. */
static inline void check_row(const char *cause, uint64_t produced, const struct tally *tally)
{
	CLEANUP_FCLOSE FILE *page = fopen(SOURCE_DIR "/docs/events.md", "re");
	char line[FILE_LINE], name[32], figures[128];
	bool found = false;

	ck_assert_uint_eq(tally->delivered + tally->told, produced);
	ck_assert_uint_gt(tally->delivered, 0);
	ck_assert_uint_gt(tally->told, 0);
	(void)snprintf(name, sizeof(name), "| `%s` |", cause);
	(void)snprintf(figures, sizeof(figures), "| %u | %u | %u |\n", (unsigned int)produced,
		       (unsigned int)tally->delivered, (unsigned int)tally->told);
	ck_assert_ptr_nonnull(page);
	while (fgets(line, sizeof(line), page))
		found = found || (strncmp(line, name, strlen(name)) == 0 && strstr(line, figures));
	ck_assert_msg(found, "docs/events.md lacks %s … %s", name, figures);
}

static inline struct outputs *outputs_make(sd_event *loop)
{
	CLEANUP(config_free) struct config config = {};
	struct outputs *outputs = NULL;
	char *error = NULL;

	ck_assert_int_eq(config_init(&config), 0);
	ck_assert_int_eq(config_set(&config, "run_dir", folder), 0);
	ck_assert_int_eq(config_set(&config, "state_dir", folder), 0);
	ck_assert_int_eq(config_set(&config, "merge_window", "0"), 0);
	free(config.outputs[0].url);
	config.outputs[0].url = strdup(url);
	ck_assert_int_eq(outputs_new(loop, &config, &outputs, &error), 0);
	return outputs;
}

static inline void outputs_add(struct outputs *outputs, enum event_kind kind)
{
	CLEANUP_EVENT struct event event;

	event_init(&event);
	sample_denied(&event);
	event.severity = EVENT_NONE;
	event_set_kind(&event, kind);
	outputs_push(outputs, &event);
}

static inline void outputs_produce(struct outputs *outputs, enum event_kind kind, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		outputs_add(outputs, kind);
	outputs_run(outputs);
}

/* Until `count` events have arrived or were told as lost. */
static inline void loop_until(sd_event *loop, int server, const char *cause, uint64_t count,
			      struct tally *tally)
{
	for (int i = 0; i < 200 && tally->delivered + tally->told < count; i++) {
		ck_assert_int_ge(sd_event_run(loop, 50000), 0);
		tally_take(server, cause, tally);
	}
}

static inline void folder_remove(void)
{
	static const char *const names[] = {"sequence", "untold", "lost"};
	char name[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(name, sizeof(name), "%s/%s", folder, names[i]);
		(void)unlink(name);
	}
	teardown();
}

/* A server at a path of its own, what sends to it, and what has come of it. */
struct rig {
	struct tally tally;
	sd_event *loop;
	struct outputs *outputs; /* the next daemon's are the test's to make */
	int server;
};

static inline void rig_open(struct rig *rig)
{
	*rig = (struct rig){0};
	setup("unix:");
	ck_assert_int_ge(sd_event_new(&rig->loop), 0);
	rig->server = unix_server(SOCK_DGRAM);
}

/* The next daemon, until it has told all of `produced` that has not arrived. */
static inline void rig_succeed(struct rig *rig, const char *cause, uint64_t produced)
{
	rig->server = unix_server(SOCK_DGRAM);
	rig->outputs = outputs_make(rig->loop);
	outputs_run(rig->outputs);
	loop_until(rig->loop, rig->server, cause, produced, &rig->tally);
}

static inline void rig_close(struct rig *rig)
{
	outputs_free(rig->outputs);
	(void)close(rig->server);
	sd_event_unref(rig->loop);
	folder_remove();
}

#endif
