// SPDX-License-Identifier: Apache-2.0
/*
 * Metrics in the text format of Prometheus: for who asks the control socket, and as a file for the textfile
 * collector of its node exporter. What was lost stands there by output ("" is the daemon itself), kind and
 * cause.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon_internal.h"
#include "util.h"

#define FILE_MODE 0644 /* the exporter is another user */

static void header(FILE *stream, const char *name, const char *type, const char *help)
{
	(void)fprintf(stream, "# HELP policyd_%s %s\n# TYPE policyd_%s %s\n", name, help, name, type);
}

static void metric(FILE *stream, const char *name, const char *type, const char *help, uint64_t value)
{
	header(stream, name, type, help);
	(void)fprintf(stream, "policyd_%s %" PRIu64 "\n", name, value);
}

/* The value of a label, with what the format wants to be escaped. */
static void label(FILE *stream, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			(void)fputc('\\', stream);
		(void)fputs(*text == '\n' ? "\\n" : (char[]){*text, '\0'}, stream);
	}
}

static void kernel_metrics(FILE *stream, const struct daemon *daemon)
{
	uint64_t counters[POLICYD_COUNT_END] = {};

	if (loader_counters(daemon->loader, counters) < 0)
		return;
	header(stream, "kernel_total", "counter", "What the kernel counted.");
	for (uint32_t i = 0; i < POLICYD_COUNT_END; i++)
		(void)fprintf(stream, "policyd_kernel_total{what=\"%s\"} %" PRIu64 "\n",
			      daemon_counter_name(i), counters[i]);
}

static void output_metric(FILE *stream, const char *name, const struct sink *sink, uint64_t value)
{
	(void)fprintf(stream, "policyd_%s{output=\"", name);
	label(stream, sink_name(sink));
	(void)fprintf(stream, "\"} %" PRIu64 "\n", value);
}

static void sent_add(void *stream, struct sink *sink)
{
	output_metric(stream, "sent_total", sink, sink_sent(sink));
}

static void queued_add(void *stream, struct sink *sink)
{
	output_metric(stream, "queued", sink, sink_queued(sink));
}

/* Zeroes too: what appears with its first loss has no increase that could be seen. */
static void lost_write(FILE *stream, const char *output, const struct lost *lost)
{
	for (enum lost_cause cause = 0; cause < LOST_CAUSE_COUNT; cause++)
		for (uint64_t kind = 0; kind < EVENT_KIND_COUNT; kind++) {
			(void)fputs("policyd_lost_total{output=\"", stream);
			label(stream, output);
			(void)fprintf(stream, "\",kind=\"%s\",cause=\"%s\"} %" PRIu64 "\n",
				      event_kind_name(kind), lost_cause_name(cause),
				      lost->total[cause][kind]);
		}
}

static void lost_write_output(void *stream, struct sink *sink)
{
	lost_write(stream, sink_name(sink), sink_lost(sink));
}

static void output_metrics(FILE *stream, const struct daemon *daemon)
{
	header(stream, "sent_total", "counter", "Events that an output took, by output.");
	outputs_each(daemon->outputs, sent_add, stream);
	header(stream, "queued", "gauge", "Events that wait for an output.");
	outputs_each(daemon->outputs, queued_add, stream);
	header(stream, "lost_total", "counter",
	       "Events that were not delivered, by output, or before any, kind and cause.");
	lost_write(stream, "", outputs_lost(daemon->outputs));
	outputs_each(daemon->outputs, lost_write_output, stream);
}

static void daemon_metric_lines(FILE *stream, const struct daemon *daemon)
{
	metric(stream, "enforcing", "gauge", "1 where what is published is known to be enforced.",
	       daemon_enforces(daemon, NULL));
	metric(stream, "degraded", "gauge", "1 where the host has no BPF LSM: see policyctl status.",
	       daemon->degraded != NULL);
	metric(stream, "generation", "gauge", "Generation in force.", loader_generation(daemon->loader));
	metric(stream, "reloads_total", "counter", "Attempts to publish the directory.",
	       daemon->reload.attempts);
	metric(stream, "rejections_total", "counter", "Attempts that failed.", daemon->reload.rejections);
	metric(stream, "confirmed", "gauge", "1 where the last good set is in force.",
	       daemon_live_is_good(daemon));
	metric(stream, "refused", "gauge", "1 where the policy directory is not applied: rolled back.",
	       daemon->guard.refused.known);
	metric(stream, "storage", "gauge", "1 where the state directory keeps what it is there for.",
	       daemon_storage_works(daemon));
	metric(stream, "guarded", "gauge", "1 where self-protection is in force.",
	       loader_guarded(daemon->loader));
	metric(stream, "locked", "gauge", "1 where policies are locked.", daemon->reload.locked != NULL);
}

char *daemon_metrics(const struct daemon *daemon)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	daemon_metric_lines(stream, daemon);
	output_metrics(stream, daemon);
	kernel_metrics(stream, daemon);
	if (fclose(stream) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* A new file: the directory can be the exporter's, who may have put there what it likes. */
static int text_write(const char *path, const char *text)
{
	CLEANUP_CLOSE int fd = -1;
	size_t length = strlen(text);
	ssize_t size;

	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (fd < 0 || fchmod(fd, FILE_MODE) < 0)
		return -errno;
	size = write(fd, text, length);
	if (size < 0)
		return -errno;
	return (size_t)size == length ? 0 : -ENOSPC;
}

/* Replaces the file as a whole; the collector takes only names that end in `.prom`. */
static int file_write(const struct daemon *daemon)
{
	const char *path = daemon->config->metrics_file;
	CLEANUP_FREE char *text = daemon_metrics(daemon);
	CLEANUP_FREE char *fresh = NULL;
	int r;

	if (!text || asprintf(&fresh, "%s.new", path) < 0) {
		fresh = NULL;
		return -ENOMEM;
	}
	r = text_write(fresh, text);
	if (r == 0 && rename(fresh, path) < 0)
		r = -errno;
	if (r < 0)
		(void)unlink(fresh);
	return r;
}

void daemon_metrics_keep(struct daemon *daemon)
{
	CLEANUP_FREE char *detail = NULL;
	int r = file_write(daemon);

	if (r == daemon->metrics_told)
		return;
	daemon->metrics_told = r;
	if (asprintf(&detail, "metrics %s '%s'%s%s", r < 0 ? "cannot be written to" : "are written again to",
		     daemon->config->metrics_file, r < 0 ? ": " : "", r < 0 ? strerror(-r) : "") < 0)
		detail = NULL;
	daemon_report(daemon, r < 0 ? EVENT_ACTION_DEGRADED : EVENT_ACTION_RECOVERED, detail);
}
