// SPDX-License-Identifier: Apache-2.0
/*
 * The processes that read texts for the daemon, see tokenizer.h.
 */
#include <string.h>
#include <sys/epoll.h>

#include "daemon_internal.h"
#include "log.h"

static void reader_failed(void *data, const char *why)
{
	daemon_report(data, EVENT_ACTION_READER_FAILED, why);
}

/* Nothing can be asked or published any more, and no helper can be forked: a new daemon has to. */
static int on_helper_end(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct daemon *daemon = data;

	(void)fd;
	(void)events;
	(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	daemon_report(daemon, EVENT_ACTION_READER_FAILED, "the helper has ended, and policyd ends with it");
	return sd_event_exit(daemon->loop, -EPIPE);
}

int daemon_reader_start(struct daemon *daemon)
{
	int r = tokenizer_new((enum confine_action)daemon->config->seccomp, &daemon->tokenizer);

	if (r < 0) {
		log_line(EVENT_ERROR, "cannot start the process that reads policies: %s", strerror(-r));
		return r;
	}
	tokenizer_set_report(daemon->tokenizer, reader_failed, daemon);
	daemon->reload.tokenizer = daemon->tokenizer;
	return 0;
}

int daemon_reader_watch(struct daemon *daemon)
{
	return sd_event_add_io(daemon->loop, &daemon->reader_source, tokenizer_fd(daemon->tokenizer),
			       EPOLLHUP, on_helper_end, daemon);
}

void daemon_reader_stop(struct daemon *daemon)
{
	(void)sd_event_source_disable_unref(daemon->reader_source);
	tokenizer_free(daemon->tokenizer);
}
