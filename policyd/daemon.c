// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <time.h>

#include "daemon_internal.h"
#include "doctor.h"
#include "log.h"
#include "notify.h"
#include "util.h"

#define FILES_MAX 65536

static void doctor_cleanup(struct doctor **doctor)
{
	doctor_free(*doctor);
}

/* Says what is missing on this host, with the remedies. */
static void log_doctor(void)
{
	CLEANUP(doctor_cleanup) struct doctor *doctor = NULL;

	if (doctor_run("/", &doctor) < 0)
		return;
	for (size_t i = 0; i < doctor->count; i++) {
		const struct doctor_check *check = &doctor->checks[i];

		if (check->state == DOCTOR_FAIL)
			log_line(EVENT_ERROR, "%s: %s; remedy: %s", check->name, check->sentence,
				 check->remedy ? check->remedy : "none known");
	}
}

static int lock_take(struct daemon *daemon)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_CLOSE int fd = -1;

	if (asprintf(&path, "%s/lock", daemon->config->run_dir) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int r = -errno;

		if (r == -EWOULDBLOCK)
			log_line(EVENT_ERROR, "another policyd is running: it holds '%s'", path);
		else
			log_line(EVENT_ERROR, "cannot lock '%s': %s", path, strerror(-r));
		return r;
	}
	daemon->lock = TAKE_FD(fd);
	return 0;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *data)
{
	(void)info;
	(void)data;
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *data)
{
	struct daemon *daemon = data;

	(void)source;
	(void)info;
	outputs_reopen(daemon->outputs);
	modes_clear(&daemon->modes);
	(void)daemon_reload(daemon, false);
	return 0;
}

static void on_change(void *data, unsigned int changes)
{
	struct daemon *daemon = data;

	if (changes & WATCH_BLIND)
		daemon_report(daemon, EVENT_ACTION_DEGRADED,
			      "the policy directory can no longer be watched: reload by hand after changes");
	(void)daemon_reload(daemon, false);
}

/* Writers that wait for a lease send SIGIO, subscribers that go away SIGPIPE: both would end the process. */
static int signals_start(struct daemon *daemon)
{
	static const struct {
		int number;
		sd_event_signal_handler_t handler;
	} handled[] = {{SIGTERM, on_stop}, {SIGINT, on_stop}, {SIGHUP, on_hangup}};
	sigset_t mask;
	int r;

	(void)signal(SIGIO, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&mask);
	for (size_t i = 0; i < ARRAY_SIZE(handled); i++)
		(void)sigaddset(&mask, handled[i].number);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(handled); i++) {
		r = sd_event_add_signal(daemon->loop, NULL, handled[i].number, handled[i].handler, daemon);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A lease per policy file is held while they are read. */
static void files_allow(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= FILES_MAX)
		return;
	limit.rlim_cur = limit.rlim_max < FILES_MAX ? limit.rlim_max : FILES_MAX;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* What needs no kernel: directories, lock, event loop, outputs, the watch (before the directory is read). */
static int start_base(struct daemon *daemon)
{
	CLEANUP_FREE char *error = NULL;
	const struct config *config = daemon->config;
	int r;

	files_allow();
	r = daemon_directory_make(config->run_dir, 0755);
	if (r == 0)
		r = lock_take(daemon);
	if (r == 0)
		r = daemon_storage_start(daemon);
	if (r == -EACCES || r == -EPERM)
		log_doctor();
	if (r < 0)
		return r;
	r = sd_event_default(&daemon->loop);
	if (r < 0)
		return r;
	r = signals_start(daemon);
	if (r < 0)
		return r;
	r = outputs_new(daemon->loop, config, &daemon->outputs, &error);
	if (r < 0) {
		log_line(EVENT_ERROR, "%s", error ? error : strerror(-r));
		return r;
	}
	daemon_storage_tell(daemon);
	daemon_storage_numbers(daemon);
	r = watch_new(daemon->loop, config->policy_dir, on_change, daemon, &daemon->watch);
	if (r < 0)
		log_line(EVENT_ERROR, "cannot watch '%s': %s", config->policy_dir, strerror(-r));
	return r < 0 ? r : daemon_trial_start(daemon);
}

/* Where no reload follows: what is wrong with the policies is said even where the host cannot enforce. */
static void log_policies(struct daemon *daemon)
{
	if (reload_check(&daemon->reload) < 0)
		daemon_log_reasons(&daemon->reload, false);
}

static int start_fail(int error, const char *why)
{
	log_line(EVENT_ERROR, "nothing is enforced: %s", why ? why : strerror(-error));
	log_doctor();
	return error;
}

static int start_loader(struct daemon *daemon)
{
	struct loader_options options = {
		.pin_dir = daemon->config->pin ? daemon->config->pin_dir : NULL,
		.ring_bytes = (uint32_t)daemon->config->ring_size,
		.helper = tokenizer_helper(daemon->tokenizer),
	};
	CLEANUP_FREE char *error = NULL;
	int r = daemon_degraded_look(daemon, &options);

	if (r < 0)
		return r;
	daemon->reload.directory = daemon->config->policy_dir;
	daemon->reload.trusted = true;
	daemon->reload.guard = &daemon->guard;
	daemon->reload.modes = &daemon->modes;
	daemon->reload.degraded = daemon->degraded;
	daemon->reload.audit_unresolved = daemon->config->audit_unresolved;
	r = loader_open(&options, &daemon->loader, &error);
	if (r < 0) {
		log_policies(daemon);
		return start_fail(r, error);
	}
	if (loader_locked(daemon->loader, &daemon->locked))
		daemon->reload.locked = &daemon->locked;
	if (loader_adopted(daemon->loader))
		daemon_report(daemon, EVENT_ACTION_ADOPTED,
			      loader_outdated(daemon->loader)
				      ? "what an earlier daemon left in the kernel: programs of another "
					"build, which stay until the machine is started anew or enforcement "
					"is unloaded"
				      : "what an earlier daemon left in the kernel");
	if (error)
		daemon_report(daemon, EVENT_ACTION_DEGRADED, error);
	return 0;
}

/*
 * A set that cannot be used does not keep the daemon from running: what is pinned stays, or nothing is
 * enforced, and either is said; but on a host without BPF LSM. The administrator mends the file and that is
 * picked up.
 */
static int start_set(struct daemon *daemon)
{
	int r;

	/* Before it is replaced; where it stays unknown its events lack a policy, and say so. */
	(void)reload_adopt(&daemon->reload, daemon->loader);
	daemon_tell_refused(daemon);
	if (daemon_reload(daemon, true) == RELOAD_PUBLISHED || loader_generation(daemon->loader) > 0)
		return 0;
	if (daemon->degraded)
		return start_fail(-ENOTSUP, daemon->degraded);
	daemon->without_set = true;
	r = reload_publish_empty(&daemon->reload, daemon->loader);
	return r < 0 ? start_fail(r, daemon->reload.error) : r;
}

static int start_canary(struct daemon *daemon)
{
	int r = daemon_canary(daemon);

	if (r < 0) {
		log_doctor();
		return r;
	}
	return daemon_look_start(daemon);
}

static int start_services(struct daemon *daemon)
{
	CLEANUP_FREE char *account = NULL;
	CLEANUP_FREE char *path = NULL;
	int r;

	if (asprintf(&account, "%s/lost", daemon->config->run_dir) < 0) {
		account = NULL;
		return -ENOMEM;
	}
	if (asprintf(&path, "%s/control.sock", daemon->config->run_dir) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	r = daemon_baseline_start(daemon);
	if (r < 0)
		return r;
	r = drain_new(daemon->loop,
		      &(struct drain_options){.loader = daemon->loader,
					      .outputs = daemon->outputs,
					      .account = account,
					      .attribute = daemon_attribute,
					      .after = daemon_count,
					      .data = daemon},
		      &daemon->drain);
	if (r < 0)
		return r;
	drain_set_host(daemon->drain, daemon->reload.host);
	r = control_new(daemon->loop,
			&(struct control_options){.path = path,
						  .requests = daemon_requests,
						  .tokenizer = daemon->tokenizer,
						  .data = daemon},
			&daemon->control);
	if (r < 0)
		log_line(EVENT_ERROR, "cannot listen on '%s': %s", path, strerror(-r));
	return r;
}

static int daemon_start(struct daemon *daemon)
{
	static int (*const steps[])(struct daemon *) = {
		daemon_reader_start, start_base,	 daemon_reader_watch, start_loader,
		start_set,	     daemon_guard_start, start_services,      daemon_ingress_start,
		start_canary,	     daemon_retire,	 daemon_confine,
	};
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		r = steps[i](daemon);
		if (r < 0)
			return r;
	}
	daemon_report(daemon, EVENT_ACTION_STARTED, "version " POLICYD_VERSION);
	daemon_degraded_report(daemon);
	notify_ready("running");
	return 0;
}

static void daemon_stop(struct daemon *daemon, bool started)
{
	bool loaded = daemon->loader != NULL;
	bool adopted = loaded && loader_adopted(daemon->loader);

	if (started) {
		notify_stopping();
		daemon_guard_learn(daemon);
		daemon_trial_stop(daemon);
	}
	daemon_look_stop(daemon);
	control_free(daemon->control);
	drain_free(daemon->drain);
	daemon_baseline_stop(daemon);
	ingress_free(TAKE_PTR(daemon->ingress));
	loader_close(TAKE_PTR(daemon->loader));
	if (loaded)
		daemon_unload(daemon, started, adopted);
	reload_clear(&daemon->reload);
	(void)sd_event_source_disable_unref(daemon->trial.timer);
	guard_clear(&daemon->guard);
	modes_clear(&daemon->modes);
	watch_free(daemon->watch);
	if (started && !daemon->unload)
		daemon_report(daemon, EVENT_ACTION_STOPPED,
			      daemon->config->pin ? "enforcement goes on" : NULL);
	outputs_free(daemon->outputs);
	daemon_reader_stop(daemon);
	(void)sd_event_unref(daemon->loop);
	util_close(&daemon->lock);
	free(daemon->guard_error);
	free(daemon->degraded);
}

int daemon_run(const struct config *config)
{
	struct daemon daemon = {
		.config = config, .lock = -1, .canary = -EAGAIN, .started = (uint64_t)time(NULL)};
	int r = daemon_start(&daemon);
	bool started = r >= 0;

	if (started)
		r = sd_event_loop(daemon.loop);
	daemon_stop(&daemon, started);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int daemon_check(const struct config *config)
{
	struct reload reload = {.directory = config->policy_dir, .trusted = true};
	int r;

	(void)signal(SIGIO, SIG_IGN);
	r = reload_check(&reload);
	daemon_log_reasons(&reload, false);
	if (r >= 0)
		log_line(EVENT_NOTICE, "'%s' is valid", config->policy_dir);
	reload_clear(&reload);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
