/* SPDX-License-Identifier: Apache-2.0 */
/* Open Cybersecurity Schema Framework. Fields without a place in it stand below `unmapped`. */
#include "format_ocsf.h"

#include <inttypes.h>

#include "format.h"
#include "format_json.h"
#include "format_tree.h"

#define OCSF_VERSION "1.3.0"

static void write_class(struct writer *writer, const struct event *event)
{
	writer_printf(writer, "%d", ocsf_activity(event).class);
}

static void write_category(struct writer *writer, const struct event *event)
{
	writer_printf(writer, "%d", ocsf_activity(event).class / 1000);
}

static void write_activity(struct writer *writer, const struct event *event)
{
	writer_printf(writer, "%u", ocsf_activity(event).activity);
}

static void write_type(struct writer *writer, const struct event *event)
{
	struct ocsf_activity activity = ocsf_activity(event);

	writer_printf(writer, "%u", (unsigned int)activity.class * 100 + activity.activity);
}

/* The schema's name, and for what it has none for, ours. */
static void write_activity_name(struct writer *writer, const struct event *event)
{
	const char *schema = ocsf_activity(event).name;
	const struct event_text *name = event->operation.length > 0 ? &event->operation : &event->action;

	if (schema)
		writer_printf(writer, "\"%s\"", schema);
	else if (name->length > 0)
		json_bytes(writer, name->bytes, name->length);
	else
		writer_printf(writer, "\"%s\"", event_kind_name(event->kind));
}

#define IS_CLASS(name, value)                                                                                \
	static bool is_##name(const struct event *event)                                                     \
	{                                                                                                    \
		return ocsf_activity(event).class == (value);                                                \
	}
IS_CLASS(file, OCSF_FILE)
IS_CLASS(kernel, OCSF_KERNEL)
IS_CLASS(memory, OCSF_MEMORY)
IS_CLASS(module, OCSF_MODULE)
IS_CLASS(finding, OCSF_FINDING)
IS_CLASS(network, OCSF_NETWORK)
IS_CLASS(application, OCSF_APPLICATION)

/* The profile security_control, which brings the rule, the policy and what came of it. */
static bool has_control(const struct event *event)
{
	return !is_application(event);
}

static bool has_rule(const struct event *event)
{
	return has_control(event) && event->rule.length > 0;
}

static bool has_path(const struct event *event)
{
	return event->path.length > 0;
}

static bool is_unnamed_file(const struct event *event)
{
	return is_file(event) && !has_path(event);
}

static bool is_socket(const struct event *event)
{
	return is_kernel(event) && tree_text_is(&event->section, "network");
}

static bool is_syscall(const struct event *event)
{
	return is_kernel(event) && !is_socket(event) && event->syscall.length > 0;
}

/* Something of the kernel that has no other name than what is done. */
static bool is_kernel_operation(const struct event *event)
{
	return is_kernel(event) && !is_syscall(event) && !is_socket(event);
}

static bool is_launch(const struct event *event)
{
	return ocsf_activity(event).class == OCSF_PROCESS && event->target_pid == EVENT_NONE;
}

static bool is_named_launch(const struct event *event)
{
	return is_launch(event) && has_path(event);
}

static bool is_named_module(const struct event *event)
{
	return is_module(event) && has_path(event);
}

static bool is_on_process(const struct event *event)
{
	return ocsf_activity(event).class == OCSF_PROCESS && event->target_pid != EVENT_NONE;
}

/* The ends of a connection that have an address. */
#define IS_END(name, direction, address)                                                                     \
	static bool is_##name(const struct event *event)                                                     \
	{                                                                                                    \
		return is_network(event) && tree_is_##direction(event) && event->address.length > 0;         \
	}
IS_END(from_here, outbound, local_address)
IS_END(from_there, inbound, remote_address)
IS_END(to_there, outbound, remote_address)
IS_END(to_here, inbound, local_address)

/* The schema requires a destination, and the socket has neither address nor name. */
static bool is_to_nowhere(const struct event *event)
{
	return is_network(event) && !is_to_there(event) && !is_to_here(event) && event->unix_name.length == 0;
}

static bool is_to_host(const struct event *event)
{
	return is_to_nowhere(event) && tree_is_inbound(event);
}

static bool is_to_family(const struct event *event)
{
	return is_to_nowhere(event) && tree_is_outbound(event);
}

static bool is_refused(const struct event *event)
{
	return event->kind == EVENT_DENIED || event->kind == EVENT_KILLED;
}

/* What a finding is about can have been refused, too. */
static bool is_stopped(const struct event *event)
{
	return is_refused(event) || (is_finding(event) && (event->error != EVENT_NONE ||
							   event->origin.flags & POLICYD_EVENT_KILLED));
}

static bool is_failure(const struct event *event)
{
	return is_refused(event) ||
	       (is_application(event) && (event->kind == EVENT_LOST || event->severity <= EVENT_ERROR));
}

/* Denied, allowed; of what policyd itself reports, unknown. */
static void write_action(struct writer *writer, const struct event *event)
{
	bool is_own = is_finding(event) && event->pid == EVENT_NONE;

	writer_string(writer, is_stopped(event) ? "2" : is_own ? "0" : "1");
}

/* Blocked, detected, logged. */
static void write_disposition(struct writer *writer, const struct event *event)
{
	writer_string(writer, is_stopped(event) ? "2" : is_finding(event) ? "15" : "17");
}

/* Failure, success; of a finding, that it is new. */
static void write_status(struct writer *writer, const struct event *event)
{
	writer_string(writer, is_failure(event) ? "2" : "1");
}

static void write_profiles(struct writer *writer, const struct event *event)
{
	writer_string(writer, has_control(event) ? "[\"host\",\"security_control\"]" : "[\"host\"]");
}

static void write_severity(struct writer *writer, const struct event *event)
{
	writer_printf(writer, "%u", ocsf_severity(event->severity));
}

static void write_file_type(struct writer *writer, const struct event *event)
{
	writer_printf(writer, "%u", ocsf_file_type(event->file_mode));
}

static void write_direction(struct writer *writer, const struct event *event)
{
	writer_string(writer, tree_is_inbound(event) ? "1" : "2");
}

static void write_family(struct writer *writer, const struct event *event)
{
	json_bytes(writer, event->family.bytes, event->family.length);
}

/* Unique among all hosts and boots. */
static void write_finding_uid(struct writer *writer, const struct event *event)
{
	writer_string(writer, "\"");
	writer_escaped(writer, event->boot_id.bytes, event->boot_id.length, WRITER_JSON);
	writer_printf(writer, "-%" PRIu64 "\"", event->sequence == EVENT_NONE ? 0 : event->sequence);
}

static void write_hashes(struct writer *writer, const struct event *event)
{
	writer_string(writer, "[{\"algorithm\":\"SHA-256\",\"algorithm_id\":3,\"value\":");
	json_bytes(writer, event->sha256.bytes, event->sha256.length);
	writer_string(writer, "}]");
}

#define FIELD(at, name)                                                                                      \
	{                                                                                                    \
		.path = at, .value = TREE_FIELD, .field = EVENT_FIELD_##name                                 \
	}
#define FIELD_IF(at, name, c)                                                                                \
	{                                                                                                    \
		.path = at, .value = TREE_FIELD, .field = EVENT_FIELD_##name, .when = c                      \
	}
#define STRING(at, name)                                                                                     \
	{                                                                                                    \
		.path = at, .value = TREE_STRING, .field = EVENT_FIELD_##name                                \
	}
#define STRING_IF(at, name, c)                                                                               \
	{                                                                                                    \
		.path = at, .value = TREE_STRING, .field = EVENT_FIELD_##name, .when = c                     \
	}
#define BASE(at, name)                                                                                       \
	{                                                                                                    \
		.path = at, .value = TREE_BASE, .field = EVENT_FIELD_##name                                  \
	}
#define BASE_IF(at, name, c)                                                                                 \
	{                                                                                                    \
		.path = at, .value = TREE_BASE, .field = EVENT_FIELD_##name, .when = c                       \
	}
#define JSON(at, text)                                                                                       \
	{                                                                                                    \
		.path = at, .value = TREE_JSON, .field = TREE_ALWAYS, .json = text                           \
	}
#define JSON_IF(at, text, name, c)                                                                           \
	{                                                                                                    \
		.path = at, .value = TREE_JSON, .field = EVENT_FIELD_##name, .json = text, .when = c         \
	}
#define CALL(at, what)                                                                                       \
	{                                                                                                    \
		.path = at, .value = TREE_CALL, .field = TREE_ALWAYS, .call = what                           \
	}
#define CALL_IF(at, what, f, c)                                                                              \
	{                                                                                                    \
		.path = at, .value = TREE_CALL, .field = f, .call = what, .when = c                          \
	}

static const struct tree_row rows[] = {
	CALL("activity_id", write_activity),
	CALL("activity_name", write_activity_name),
	CALL("category_uid", write_category),
	CALL("class_uid", write_class),
	CALL("type_uid", write_type),
	{.path = "time", .value = TREE_MILLI, .field = EVENT_FIELD_time},
	{.path = "message", .value = TREE_SUMMARY, .field = TREE_ALWAYS},
	FIELD("count", suppressed),
	CALL("severity_id", write_severity),
	CALL("status_id", write_status),
	FIELD("status_code", error),
	FIELD("status_detail", reason),
	CALL_IF("action_id", write_action, TREE_ALWAYS, has_control),
	CALL_IF("disposition_id", write_disposition, TREE_ALWAYS, has_control),
	FIELD_IF("firewall_rule.desc", message, has_rule),
	FIELD_IF("firewall_rule.name", rule, has_control),
	FIELD_IF("policy.name", policy, has_control),
	FIELD("metadata.event_code", kind),
	FIELD("metadata.labels", tags),
	FIELD("metadata.log_level", severity),
	JSON("metadata.log_name", "\"policyd\""),
	JSON("metadata.product.name", "\"policyd\""),
	JSON("metadata.product.vendor_name", "\"policyd\""),
	JSON("metadata.product.version", "\"" POLICYD_VERSION "\""),
	CALL("metadata.profiles", write_profiles),
	FIELD("metadata.sequence", sequence),
	JSON("metadata.version", "\"" OCSF_VERSION "\""),
	FIELD("device.hostname", host),
	JSON_IF("device.type_id", "0", host, NULL),
	{.path = "actor.process.cmd_line", .value = TREE_COMMAND, .field = EVENT_FIELD_argv},
	{.path = "actor.process.created_time", .value = TREE_BORN_MS, .field = EVENT_FIELD_start_time},
	BASE("actor.process.file.name", exe),
	FIELD("actor.process.file.path", exe),
	JSON_IF("actor.process.file.type_id", "1", exe, NULL),
	FIELD("actor.process.name", comm),
	BASE("actor.process.parent_process.file.name", parent_exe),
	FIELD("actor.process.parent_process.file.path", parent_exe),
	JSON_IF("actor.process.parent_process.file.type_id", "1", parent_exe, NULL),
	FIELD("actor.process.parent_process.pid", ppid),
	FIELD("actor.process.pid", pid),
	FIELD("actor.process.tid", tid),
	FIELD("actor.process.user.name", user),
	STRING("actor.process.user.uid", uid),
	BASE_IF("file.name", path, is_file),
	JSON_IF("file.name", "\"\"", kind, is_unnamed_file),
	FIELD_IF("file.path", path, is_file),
	CALL_IF("file.type_id", write_file_type, TREE_ALWAYS, is_file),
	FIELD_IF("file.uid", inode, is_file),
	BASE_IF("file_result.name", path2, is_file),
	FIELD_IF("file_result.path", path2, is_file),
	CALL_IF("file_result.type_id", write_file_type, EVENT_FIELD_path2, is_file),
	{.path = "process.cmd_line", .value = TREE_COMMAND, .field = EVENT_FIELD_new_argv, .when = is_launch},
	CALL_IF("process.file.hashes", write_hashes, EVENT_FIELD_sha256, is_named_launch),
	BASE_IF("process.file.name", path, is_launch),
	FIELD_IF("process.file.path", path, is_launch),
	CALL_IF("process.file.type_id", write_file_type, EVENT_FIELD_path, is_launch),
	FIELD_IF("process.pid", pid, is_launch),
	FIELD_IF("process.file.path", target_exe, is_on_process),
	BASE_IF("process.file.name", target_exe, is_on_process),
	JSON_IF("process.file.type_id", "1", target_exe, is_on_process),
	FIELD_IF("process.pid", target_pid, is_on_process),
	FIELD_IF("process.pid", pid, is_memory),
	CALL_IF("module.file.hashes", write_hashes, EVENT_FIELD_sha256, is_named_module),
	BASE_IF("module.file.name", path, is_module),
	FIELD_IF("module.file.path", path, is_module),
	CALL_IF("module.file.type_id", write_file_type, EVENT_FIELD_path, is_module),
	JSON_IF("module.load_type_id", "0", kind, is_module),
	FIELD_IF("kernel.name", syscall, is_syscall),
	JSON_IF("kernel.type_id", "2", kind, is_syscall),
	JSON_IF("kernel.name", "\"socket\"", kind, is_socket),
	JSON_IF("kernel.type_id", "0", kind, is_socket),
	FIELD_IF("kernel.name", operation, is_kernel_operation),
	JSON_IF("kernel.type_id", "0", operation, is_kernel_operation),
	CALL_IF("connection_info.direction_id", write_direction, TREE_ALWAYS, is_network),
	{.path = "connection_info.protocol_name",
	 .value = TREE_IANA,
	 .field = EVENT_FIELD_protocol,
	 .when = is_network},
	FIELD_IF("src_endpoint.ip", local_address, is_from_here),
	FIELD_IF("src_endpoint.port", local_port, is_from_here),
	FIELD_IF("src_endpoint.ip", remote_address, is_from_there),
	FIELD_IF("src_endpoint.port", remote_port, is_from_there),
	FIELD_IF("dst_endpoint.ip", remote_address, is_to_there),
	FIELD_IF("dst_endpoint.port", remote_port, is_to_there),
	FIELD_IF("dst_endpoint.ip", local_address, is_to_here),
	FIELD_IF("dst_endpoint.port", local_port, is_to_here),
	FIELD_IF("dst_endpoint.name", unix_name, is_network),
	FIELD_IF("dst_endpoint.hostname", host, is_to_host),
	CALL_IF("dst_endpoint.name", write_family, EVENT_FIELD_family, is_to_family),
	STRING_IF("finding_info.title", kind, is_finding),
	CALL_IF("finding_info.uid", write_finding_uid, TREE_ALWAYS, is_finding),
	JSON_IF("app.name", "\"policyd\"", kind, is_application),
	JSON_IF("app.vendor_name", "\"policyd\"", kind, is_application),
};

int format_ocsf(const struct event *event, const struct format_options *options, char *buffer, size_t size,
		size_t *ret_length)
{
	struct writer writer = {.buffer = buffer, .size = size};

	(void)options;
	tree_write(&writer, event, rows, ARRAY_SIZE(rows), "unmapped");
	return writer_end(&writer, ret_length);
}
