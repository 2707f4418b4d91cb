// SPDX-License-Identifier: Apache-2.0
/*
 * The requests of the control socket; docs/control.md describes them.
 */
#include <string.h>

#include "daemon_internal.h"
#include "inventory.h"
#include "json_text.h"
#include "util.h"

#define SECOND		  1000000000ULL
#define APPLY_SECONDS_MAX 86400

static int answer_status(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	json_t *reply = daemon_status(data);

	(void)request;
	(void)ret_error;
	if (!reply)
		return -ENOMEM;
	*ret_reply = reply;
	return 0;
}

static int answer_metrics(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	CLEANUP_FREE char *text = daemon_metrics(data);
	json_t *reply = text ? json_pack("{s:s}", "text", text) : NULL;

	(void)request;
	(void)ret_error;
	if (!reply)
		return -ENOMEM;
	*ret_reply = reply;
	return 0;
}

/* Part of a list about the set in force. */
static int answer_show(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	const struct daemon *daemon = data;
	const char *name = json_string_value(json_object_get(request, "what"));
	const struct inventory *inventory = name ? inventory_find(name) : NULL;
	const json_t *from = json_object_get(request, "from");
	uint64_t number = loader_generation(daemon->loader);
	const struct generation *live = reload_generation(&daemon->reload, number);
	json_t *reply;

	if (!inventory || (from && (!json_is_integer(from) || json_integer_value(from) < 0))) {
		*ret_error = strdup("'what' is tables, rules or subjects, 'from' a number from 0 on");
		return -EINVAL;
	}
	if (!live) {
		*ret_error = strdup("an earlier daemon published the set in force; only its number is known");
		return -ENODATA;
	}
	reply = inventory->list(live->compiled, (size_t)json_integer_value(from));
	if (!reply || json_object_set_new(reply, "generation", json_integer((json_int_t)number)) < 0) {
		json_decref(reply);
		return -ENOMEM;
	}
	*ret_reply = reply;
	return 0;
}

/* The answer is the status after the attempt; a rejected set is an answer, not an error. */
static int answer_reload(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	struct daemon *daemon = data;
	int r = daemon_unlocked(daemon, ret_error);

	if (r < 0)
		return r;
	modes_clear(&daemon->modes);
	(void)daemon_reload(daemon, true);
	return answer_status(data, request, ret_reply, ret_error);
}

static int apply_read(const json_t *request, const char **ret_directory, uint64_t *ret_confirm)
{
	const json_t *directory = json_object_get(request, "directory");
	const json_t *confirm = json_object_get(request, "confirm");
	json_int_t seconds = json_integer_value(confirm);

	if (directory && (!json_is_string(directory) || json_string_value(directory)[0] != '/'))
		return -EINVAL;
	if (confirm && (!json_is_integer(confirm) || seconds < 1 || seconds > APPLY_SECONDS_MAX))
		return -EINVAL;
	*ret_directory = json_string_value(directory);
	*ret_confirm = confirm ? (uint64_t)seconds * SECOND : 0;
	return 0;
}

/* As with reload, a rejected set is an answer. */
static int answer_apply(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	const char *directory;
	uint64_t confirm;
	int r;

	if (apply_read(request, &directory, &confirm) < 0) {
		*ret_error = strdup(
			"'directory' is an absolute path, 'confirm' a number of seconds from 1 to 86400");
		return -EINVAL;
	}
	r = daemon_unlocked(data, ret_error);
	if (r == 0)
		r = daemon_apply(data, directory, confirm, ret_error);
	return r < 0 ? r : answer_status(data, request, ret_reply, ret_error);
}

static int answer_confirm(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	int r = daemon_confirm(data, "an administrator confirmed it", ret_error);

	return r < 0 ? r : answer_status(data, request, ret_reply, ret_error);
}

static int answer_rollback(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	int r = daemon_unlocked(data, ret_error);

	if (r == 0)
		r = daemon_rollback(data, "an administrator asked for it", ret_error);
	return r < 0 ? r : answer_status(data, request, ret_reply, ret_error);
}

static int answer_lock(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	int r = daemon_lock(data, ret_error);

	return r < 0 ? r : answer_status(data, request, ret_reply, ret_error);
}

static int answer_mode(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	const char *policy = json_string_value(json_object_get(request, "policy"));
	const char *name = json_string_value(json_object_get(request, "mode"));
	enum policy_mode mode;
	int r;

	if (!policy || !name || modes_from_name(name, &mode) < 0) {
		*ret_error = strdup("'policy' is a name, 'mode' is enforce, audit or disabled");
		return -EINVAL;
	}
	r = daemon_unlocked(data, ret_error);
	if (r == 0)
		r = daemon_mode(data, policy, mode, ret_error);
	return r < 0 ? r : answer_status(data, request, ret_reply, ret_error);
}

/* Ends the daemon after the reply was sent: the loop handles what is pending before it exits. */
static int answer_stop(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	struct daemon *daemon = data;
	const json_t *unload = json_object_get(request, "unload");
	int r = daemon_unlocked(daemon, ret_error);

	if (r < 0)
		return r;
	if (unload && !json_is_boolean(unload)) {
		*ret_error = strdup("'unload' is true or false");
		return -EINVAL;
	}
	*ret_reply = json_pack("{s:b}", "unload", json_is_true(unload));
	if (!*ret_reply)
		return -ENOMEM;
	daemon->unload = json_is_true(unload);
	return sd_event_exit(daemon->loop, 0);
}

static int kinds_read(const json_t *list, uint32_t *ret_kinds)
{
	enum event_kind kind;
	uint32_t kinds = 0;

	if (list && !json_is_array(list))
		return -EINVAL;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (!name || event_kind_from_name(name, &kind) < 0)
			return -EINVAL;
		kinds |= 1U << kind;
	}
	*ret_kinds = kinds;
	return 0;
}

/* Reads what a request for events asks for; texts are borrowed from it. Returns 0 or -EINVAL. */
static int subscription_read(const json_t *request, struct outputs_subscription *ret)
{
	const json_t *format = json_object_get(request, "format");
	const json_t *policy = json_object_get(request, "policy");
	const json_t *colour = json_object_get(request, "colour");
	struct outputs_subscription subscription = {};

	if ((format && !json_is_string(format)) || (policy && !json_is_string(policy)) ||
	    (colour && !json_is_boolean(colour)))
		return -EINVAL;
	subscription.format = format_from_name(format ? json_string_value(format) : "json");
	if (!subscription.format || kinds_read(json_object_get(request, "kinds"), &subscription.kinds) < 0)
		return -EINVAL;
	subscription.policy = json_string_value(policy);
	subscription.colour = json_is_true(colour);
	*ret = subscription;
	return 0;
}

static int answer_events(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	struct outputs_subscription subscription;

	(void)data;
	if (subscription_read(request, &subscription) < 0) {
		*ret_error = strdup("no such format or kind, or a value of the wrong type");
		return -EINVAL;
	}
	*ret_reply = json_object();
	return *ret_reply ? 0 : -ENOMEM;
}

static int take_events(void *data, const json_t *request, int fd)
{
	struct outputs_subscription subscription;
	struct daemon *daemon = data;
	int r = subscription_read(request, &subscription);

	return r < 0 ? r : outputs_subscribe(daemon->outputs, &subscription, fd);
}

const struct control_request daemon_requests[] = {
	{"status", CONTROL_READ, answer_status, NULL},
	{"metrics", CONTROL_READ, answer_metrics, NULL},
	{"show", CONTROL_READ, answer_show, NULL},
	{"events", CONTROL_READ, answer_events, take_events},
	{"baselines", CONTROL_READ, daemon_answer_baselines, NULL},
	{"baselines-export", CONTROL_READ, daemon_answer_export, NULL},
	{"baselines-reset", CONTROL_ADMIN, daemon_answer_reset, NULL},
	{"baselines-import", CONTROL_ADMIN, daemon_answer_import, NULL},
	{"reload", CONTROL_ADMIN, answer_reload, NULL},
	{"apply", CONTROL_ADMIN, answer_apply, NULL},
	{"confirm", CONTROL_ADMIN, answer_confirm, NULL},
	{"rollback", CONTROL_ADMIN, answer_rollback, NULL},
	{"mode", CONTROL_ADMIN, answer_mode, NULL},
	{"lock", CONTROL_ADMIN, answer_lock, NULL},
	{"stop", CONTROL_ADMIN, answer_stop, NULL},
	{0},
};
