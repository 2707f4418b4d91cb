/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ArcSight Common Event Format. Fields without a name in its dictionary become extensions of our own,
 * policydNAME.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "format.h"
#include "format_tree.h"

/* 0 to 10 of a syslog severity. */
static const unsigned int severities[EVENT_SEVERITY_COUNT] = {
	[EVENT_EMERGENCY] = 10, [EVENT_ALERT] = 10, [EVENT_CRITICAL] = 9, [EVENT_ERROR] = 8,
	[EVENT_WARNING] = 6,	[EVENT_NOTICE] = 4, [EVENT_INFO] = 2,	  [EVENT_DEBUG] = 0,
};

static bool is_ipv6(const struct event *event)
{
	return tree_text_is(&event->family, "inet6");
}

static bool is_in4(const struct event *event)
{
	return !is_ipv6(event) && tree_is_inbound(event);
}

static bool is_out4(const struct event *event)
{
	return !is_ipv6(event) && tree_is_outbound(event);
}

static bool is_in6(const struct event *event)
{
	return is_ipv6(event) && tree_is_inbound(event);
}

static bool is_out6(const struct event *event)
{
	return is_ipv6(event) && tree_is_outbound(event);
}

struct extension {
	const char *key;
	enum event_field field;
	bool (*when)(const struct event *event);
	const char *label; /* value of the key's own label key */
};

static const struct extension extensions[] = {
	{"act", EVENT_FIELD_kind, NULL, NULL},
	{"cat", EVENT_FIELD_section, NULL, NULL},
	{"cnt", EVENT_FIELD_suppressed, NULL, NULL},
	{"c6a2", EVENT_FIELD_local_address, is_out6, "Source IPv6 Address"},
	{"c6a2", EVENT_FIELD_remote_address, is_in6, "Source IPv6 Address"},
	{"c6a3", EVENT_FIELD_remote_address, is_out6, "Destination IPv6 Address"},
	{"c6a3", EVENT_FIELD_local_address, is_in6, "Destination IPv6 Address"},
	{"cs1", EVENT_FIELD_policy, NULL, "policy"},
	{"cs2", EVENT_FIELD_rule, NULL, "rule"},
	{"cs3", EVENT_FIELD_operation, NULL, "operation"},
	{"cs4", EVENT_FIELD_script, NULL, "script"},
	{"cs5", EVENT_FIELD_cgroup, NULL, "cgroup"},
	{"cs6", EVENT_FIELD_tags, NULL, "tags"},
	{"dvchost", EVENT_FIELD_host, NULL, NULL},
	{"externalId", EVENT_FIELD_sequence, NULL, NULL},
	{"filePath", EVENT_FIELD_path, NULL, NULL},
	{"fileId", EVENT_FIELD_inode, NULL, NULL},
	{"filePermission", EVENT_FIELD_file_mode, NULL, NULL},
	{"msg", EVENT_FIELD_message, NULL, NULL},
	{"outcome", EVENT_FIELD_error, NULL, NULL},
	{"proto", EVENT_FIELD_protocol, NULL, NULL},
	{"reason", EVENT_FIELD_reason, NULL, NULL},
	{"spid", EVENT_FIELD_pid, NULL, NULL},
	{"sproc", EVENT_FIELD_exe, NULL, NULL},
	{"suid", EVENT_FIELD_uid, NULL, NULL},
	{"suser", EVENT_FIELD_user, NULL, NULL},
	{"src", EVENT_FIELD_local_address, is_out4, NULL},
	{"src", EVENT_FIELD_remote_address, is_in4, NULL},
	{"spt", EVENT_FIELD_local_port, tree_is_outbound, NULL},
	{"spt", EVENT_FIELD_remote_port, tree_is_inbound, NULL},
	{"dst", EVENT_FIELD_remote_address, is_out4, NULL},
	{"dst", EVENT_FIELD_local_address, is_in4, NULL},
	{"dpt", EVENT_FIELD_remote_port, tree_is_outbound, NULL},
	{"dpt", EVENT_FIELD_local_port, tree_is_inbound, NULL},
};

/* "parent_exe" becomes "policydParentExe": a key has no underscore. */
static void write_own_key(struct writer *writer, const char *name)
{
	bool upper = true;

	writer_string(writer, "policyd");
	for (; *name; name++) {
		char character = (char)(upper ? toupper((unsigned char)*name) : *name);

		if (*name != '_')
			writer_bytes(writer, &character, 1);
		upper = *name == '_';
	}
	writer_string(writer, "=");
}

static void write_header(struct writer *writer, const struct event *event)
{
	writer_printf(writer, "CEF:0|policyd|policyd|" POLICYD_VERSION "|%s|%s", event_kind_name(event->kind),
		      event_kind_name(event->kind));
	if (event->section.length > 0) {
		writer_string(writer, " ");
		writer_escaped(writer, event->section.bytes, event->section.length, WRITER_CEF_HEADER);
	}
	if (event->operation.length > 0) {
		writer_string(writer, " ");
		writer_escaped(writer, event->operation.bytes, event->operation.length, WRITER_CEF_HEADER);
	}
	if (event->action.length > 0) {
		writer_string(writer, " ");
		writer_escaped(writer, event->action.bytes, event->action.length, WRITER_CEF_HEADER);
	}
	writer_printf(writer, "|%u|",
		      event->severity < EVENT_SEVERITY_COUNT ? severities[event->severity] : 5);
}

int format_cef(const struct event *event, const struct format_options *options, char *buffer, size_t size,
	       size_t *ret_length)
{
	struct writer writer = {.buffer = buffer, .size = size};
	bool done[EVENT_FIELD_COUNT] = {};
	const char *separator = "";

	(void)options;
	write_header(&writer, event);
	if (event->time != EVENT_NONE)
		writer_printf(&writer, "rt=%" PRIu64 " ", event->time / 1000000U);

	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++) {
		const struct extension *extension = &extensions[i];

		if (!event_has(event, extension->field) || (extension->when && !extension->when(event)))
			continue;
		writer_printf(&writer, "%s%s=", separator, extension->key);
		separator = " ";
		writer_field(&writer, event, extension->field, WRITER_CEF);
		if (extension->label)
			writer_printf(&writer, " %sLabel=%s", extension->key, extension->label);
		done[extension->field] = true;
	}

	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		if (done[i] || !event_has(event, i))
			continue;
		writer_string(&writer, " ");
		write_own_key(&writer, event_fields[i].name);
		writer_field(&writer, event, i, WRITER_CEF);
	}
	return writer_end(&writer, ret_length);
}
