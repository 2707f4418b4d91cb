/* SPDX-License-Identifier: Apache-2.0 */
/* Elastic Common Schema. Fields without a place in it stand below `policyd`. */
#include "format.h"
#include "format_tree.h"

#define ECS_VERSION "8.11.0"

/* What ECS calls the class of a happening, by our section, or by kind where there is none. */
static const struct {
	const char *section;
	const char *category;
} sections[] = {
	{"file", "[\"file\"]"},	      {"exec", "[\"process\"]"},
	{"network", "[\"network\"]"}, {"process", "[\"process\"]"},
	{"kernel", "[\"driver\"]"},   {"capability", "[\"process\"]"},
	{"syscall", "[\"process\"]"}, {"anomaly", "[\"intrusion_detection\"]"},
};

static void write_category(struct writer *writer, const struct event *event)
{
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		if (!tree_text_is(&event->section, sections[i].section))
			continue;
		writer_string(writer, sections[i].category);
		return;
	}

	if (event->kind == EVENT_POLICY)
		writer_string(writer, "[\"configuration\"]");
	else if (event->kind == EVENT_LOST || event->kind == EVENT_HEALTH)
		writer_string(writer, "[\"host\"]");
	else
		writer_string(writer, "[\"intrusion_detection\"]");
}

/* The schema lists which types go with a category; `outcome` says whether it came to pass. */
static const struct {
	const char *section;
	const char *operation; /* NULL: any other */
	const char *type;
} types[] = {
	{"file", "read", "[\"access\"]"},   {"file", "create", "[\"creation\"]"},
	{"file", "link", "[\"creation\"]"}, {"file", "delete", "[\"deletion\"]"},
	{"file", NULL, "[\"change\"]"},	    {"exec", "run", "[\"start\"]"},
	{"exec", NULL, "[\"change\"]"},	    {"process", NULL, "[\"access\"]"},
	{"kernel", NULL, "[\"change\"]"},
};

static bool is_refused(const struct event *event)
{
	return event->kind == EVENT_DENIED || event->kind == EVENT_KILLED;
}

static void write_type(struct writer *writer, const struct event *event)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (!tree_text_is(&event->section, types[i].section) ||
		    (types[i].operation && !tree_text_is(&event->operation, types[i].operation)))
			continue;
		writer_string(writer, types[i].type);
		return;
	}

	if (tree_text_is(&event->section, "network"))
		writer_string(writer, is_refused(event) ? "[\"connection\",\"denied\"]"
							: "[\"connection\",\"allowed\"]");
	else
		writer_string(writer, event->kind == EVENT_POLICY ? "[\"change\"]" : "[\"info\"]");
}

static void write_kind(struct writer *writer, const struct event *event)
{
	bool is_alert = is_refused(event) || event->kind == EVENT_ANOMALY || event->kind == EVENT_TAMPER;

	writer_string(writer, is_alert ? "\"alert\"" : "\"event\"");
}

static void write_outcome(struct writer *writer, const struct event *event)
{
	if (is_refused(event))
		writer_string(writer, "\"failure\"");
	else if (event->kind == EVENT_AUDITED || event->kind == EVENT_WOULD_DENY)
		writer_string(writer, "\"success\"");
	else
		writer_string(writer, "\"unknown\"");
}

static bool is_own(const struct event *event)
{
	return event->operation.length == 0;
}

static bool is_ipv4(const struct event *event)
{
	return tree_text_is(&event->family, "inet");
}

static bool is_ipv6(const struct event *event)
{
	return tree_text_is(&event->family, "inet6");
}

#define FIELD(at, name)                                                                                      \
	{                                                                                                    \
		.path = at, .value = TREE_FIELD, .field = EVENT_FIELD_##name                                 \
	}
#define STRING(at, name)                                                                                     \
	{                                                                                                    \
		.path = at, .value = TREE_STRING, .field = EVENT_FIELD_##name                                \
	}
#define BASE(at, name)                                                                                       \
	{                                                                                                    \
		.path = at, .value = TREE_BASE, .field = EVENT_FIELD_##name                                  \
	}
#define JSON(at, text)                                                                                       \
	{                                                                                                    \
		.path = at, .value = TREE_JSON, .field = TREE_ALWAYS, .json = text                           \
	}
#define CALL(at, what)                                                                                       \
	{                                                                                                    \
		.path = at, .value = TREE_CALL, .field = TREE_ALWAYS, .call = what                           \
	}
#define WHEN(at, name, c)                                                                                    \
	{                                                                                                    \
		.path = at, .value = TREE_FIELD, .field = EVENT_FIELD_##name, .when = c                      \
	}

static const struct tree_row rows[] = {
	FIELD("@timestamp", time),
	{.path = "message", .value = TREE_SUMMARY, .field = TREE_ALWAYS},
	FIELD("tags", tags),
	JSON("ecs.version", "\"" ECS_VERSION "\""),
	FIELD("event.action", operation),
	WHEN("event.action", action, is_own),
	CALL("event.category", write_category),
	FIELD("event.code", kind),
	JSON("event.dataset", "\"policyd.events\""),
	CALL("event.kind", write_kind),
	JSON("event.module", "\"policyd\""),
	CALL("event.outcome", write_outcome),
	JSON("event.provider", "\"policyd\""),
	FIELD("event.reason", reason),
	FIELD("event.sequence", sequence),
	{.path = "event.severity", .value = TREE_NUMBER, .field = EVENT_FIELD_severity},
	CALL("event.type", write_type),
	FIELD("error.code", error),
	FIELD("host.boot.id", boot_id),
	STRING("host.hostname", host),
	FIELD("host.name", host),
	FIELD("log.level", severity),
	FIELD("process.args", argv),
	FIELD("process.executable", exe),
	BASE("process.name", exe),
	FIELD("process.parent.executable", parent_exe),
	FIELD("process.parent.pid", ppid),
	FIELD("process.pid", pid),
	{.path = "process.start", .value = TREE_BORN, .field = EVENT_FIELD_start_time},
	FIELD("process.thread.id", tid),
	FIELD("process.thread.name", comm),
	STRING("user.effective.id", euid),
	STRING("user.group.id", gid),
	STRING("user.id", uid),
	FIELD("user.name", user),
	FIELD("file.device", dev),
	FIELD("file.hash.sha256", sha256),
	FIELD("file.inode", inode),
	FIELD("file.mode", file_mode),
	BASE("file.name", path),
	FIELD("file.path", path),
	{.path = "network.transport", .value = TREE_IANA, .field = EVENT_FIELD_protocol},
	{.path = "network.type",
	 .value = TREE_JSON,
	 .field = TREE_ALWAYS,
	 .when = is_ipv4,
	 .json = "\"ipv4\""},
	{.path = "network.type",
	 .value = TREE_JSON,
	 .field = TREE_ALWAYS,
	 .when = is_ipv6,
	 .json = "\"ipv6\""},
	WHEN("source.ip", local_address, tree_is_outbound),
	WHEN("source.port", local_port, tree_is_outbound),
	WHEN("source.ip", remote_address, tree_is_inbound),
	WHEN("source.port", remote_port, tree_is_inbound),
	WHEN("destination.ip", remote_address, tree_is_outbound),
	WHEN("destination.port", remote_port, tree_is_outbound),
	WHEN("destination.ip", local_address, tree_is_inbound),
	WHEN("destination.port", local_port, tree_is_inbound),
	FIELD("rule.description", message),
	FIELD("rule.name", rule),
	FIELD("rule.reference", file),
	FIELD("rule.ruleset", policy),
};

int format_ecs(const struct event *event, const struct format_options *options, char *buffer, size_t size,
	       size_t *ret_length)
{
	struct writer writer = {.buffer = buffer, .size = size};

	(void)options;
	tree_write(&writer, event, rows, ARRAY_SIZE(rows), "policyd");
	return writer_end(&writer, ret_length);
}
