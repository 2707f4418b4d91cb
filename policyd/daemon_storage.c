// SPDX-License-Identifier: Apache-2.0
/*
 * What policyd keeps on disk: copies of sets, markers, baselines. Protection goes before recovery: where the
 * state directory cannot be written policyd enforces all the same, and says what it cannot keep.
 */
#include <string.h>

#include "daemon_internal.h"
#include "json_text.h"
#include "log.h"
#include "storage.h"
#include "util.h"

#define STATE_MODE 0700

static int directory_refuse(const char *path, const char *why, int error)
{
	log_line(EVENT_ERROR, "the directory '%s' cannot be used: %s", path, why);
	return error;
}

int daemon_directory_make(const char *path, mode_t mode)
{
	const char *untrusted = NULL;
	int r = storage_make(path, mode, &untrusted);

	return r < 0 ? directory_refuse(path, untrusted ? untrusted : strerror(-r), r) : 0;
}

/* Why the state directory cannot be written, -errno; 0: it can. */
static int state_try(const struct daemon *daemon, const char **ret_untrusted)
{
	int r = storage_make(daemon->config->state_dir, STATE_MODE, ret_untrusted);

	return r < 0 ? r : storage_try(daemon->config->state_dir);
}

int daemon_storage_start(struct daemon *daemon)
{
	const char *untrusted = NULL;

	daemon->storage_error = state_try(daemon, &untrusted);
	/* What others can write there could be believed: that is no loss, but a danger. */
	return untrusted ? directory_refuse(daemon->config->state_dir, untrusted, daemon->storage_error) : 0;
}

void daemon_storage_tell(struct daemon *daemon)
{
	const char *directory = daemon->config->state_dir;
	CLEANUP_FREE char *detail = NULL;

	if (daemon->storage_error == 0)
		return;
	if (asprintf(&detail,
		     "'%s' cannot be written: %s; neither copies of sets nor baselines are kept, and a bad "
		     "set may not be recovered from",
		     directory, strerror(-daemon->storage_error)) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_DEGRADED, detail);
}

void daemon_storage_numbers(struct daemon *daemon)
{
	CLEANUP_FREE char *detail = NULL;
	int error = outputs_unkept(daemon->outputs);

	if (error == 0)
		return;
	if (asprintf(&detail,
		     "numbers of events are not kept in '%s': %s; this daemon's start at the microseconds "
		     "since the boot, and those of the next one may be lower",
		     daemon->config->run_dir, strerror(-error)) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_DEGRADED, detail);
}

/* Writes nothing where all is well: what has to be kept shows whether it can be. */
void daemon_storage_look(struct daemon *daemon)
{
	const char *directory = daemon->config->state_dir;
	const char *untrusted = NULL;
	int before = daemon->storage_error;

	if (before == 0)
		return;
	daemon->storage_error = state_try(daemon, &untrusted);
	if (daemon->storage_error == 0) {
		CLEANUP_FREE char *detail = NULL;

		if (asprintf(&detail, "'%s' can be written again", directory) < 0)
			detail = NULL;
		daemon_report(daemon, EVENT_ACTION_RECOVERED, detail);
	} else if (daemon->storage_error != before) {
		daemon_storage_tell(daemon);
	}
}

static int sentence_add(json_t *list, const char *what, int error)
{
	CLEANUP_FREE char *sentence = NULL;

	if (error >= 0)
		return 0;
	if (asprintf(&sentence, "%s: %s", what, strerror(-error)) < 0) {
		sentence = NULL;
		return -ENOMEM;
	}
	return json_array_append_new(list, json_text(sentence)) < 0 ? -ENOMEM : 0;
}

static int losses_unkept(const struct daemon *daemon)
{
	return daemon->drain ? drain_unkept(daemon->drain) : 0;
}

json_t *daemon_storage_status(const struct daemon *daemon)
{
	json_t *list = json_array();
	int r = list ? sentence_add(list, "it cannot be written", daemon->storage_error) : -ENOMEM;

	if (r == 0)
		r = sentence_add(list, "the set in force is not copied", daemon->guard.error);
	if (r == 0)
		r = sentence_add(list, "baselines are not saved", daemon->baselines_told);
	if (r == 0)
		r = sentence_add(list, "numbers of events are not kept", outputs_unkept(daemon->outputs));
	if (r == 0)
		r = sentence_add(list, "what was told of losses is not kept", losses_unkept(daemon));
	if (r < 0) {
		json_decref(list);
		return NULL;
	}
	return json_pack("{s:o,s:o}", "directory", json_text(daemon->config->state_dir), "errors", list);
}

bool daemon_storage_works(const struct daemon *daemon)
{
	return daemon->storage_error == 0 && daemon->guard.error == 0 && daemon->baselines_told == 0 &&
	       outputs_unkept(daemon->outputs) == 0 && losses_unkept(daemon) == 0;
}
