/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include "format_ocsf.h"
#include "format_tree.h"

#define OTHER OCSF_OTHER, NULL

static const struct {
	const char *section;
	const char *operation; /* NULL: any other */
	struct ocsf_activity activity;
} activities[] = {
	{"file", "create", {OCSF_FILE, 1, "Create"}},
	{"file", "link", {OCSF_FILE, 1, "Create"}},
	{"file", "read", {OCSF_FILE, 2, "Read"}},
	{"file", "write", {OCSF_FILE, 3, "Update"}},
	{"file", "append", {OCSF_FILE, 3, "Update"}},
	{"file", "delete", {OCSF_FILE, 4, "Delete"}},
	{"file", "rename", {OCSF_FILE, 5, "Rename"}},
	{"file", "setattr", {OCSF_FILE, 6, "Set Attributes"}},
	{"file", "chmod", {OCSF_FILE, 7, "Set Security"}},
	{"file", "chown", {OCSF_FILE, 7, "Set Security"}},
	{"file", "mount", {OCSF_FILE, 12, "Mount"}},
	{"file", NULL, {OCSF_FILE, OTHER}},
	{"exec", "run", {OCSF_PROCESS, 1, "Launch"}},
	{"exec", "load", {OCSF_MODULE, 1, "Load"}},
	{"exec", NULL, {OCSF_MEMORY, OTHER}},
	/* A socket that is being made has no endpoint, which the network class requires. */
	{"network", "create", {OCSF_KERNEL, 1, "Create"}},
	{"network", "connect", {OCSF_NETWORK, 1, "Open"}},
	{"network", "accept", {OCSF_NETWORK, 1, "Open"}},
	{"network", "listen", {OCSF_NETWORK, 7, "Listen"}},
	{"network", NULL, {OCSF_NETWORK, OTHER}},
	{"process", "signal", {OCSF_PROCESS, OTHER}},
	{"process", NULL, {OCSF_PROCESS, 3, "Open"}},
	{"kernel", NULL, {OCSF_KERNEL, 4, "Invoke"}},
	{"capability", NULL, {OCSF_KERNEL, 4, "Invoke"}},
	{"syscall", NULL, {OCSF_KERNEL, 4, "Invoke"}},
};

static struct ocsf_activity own_activity(const struct event *event)
{
	static const struct {
		const char *action;
		struct ocsf_activity activity;
	} actions[] = {
		{"started", {OCSF_APPLICATION, 3, "Start"}},
		{"stopped", {OCSF_APPLICATION, 4, "Stop"}},
		{"published", {OCSF_APPLICATION, 8, "Update"}},
		{"rolled-back", {OCSF_APPLICATION, 8, "Update"}},
		{"mode-changed", {OCSF_APPLICATION, 8, "Update"}},
		{"baseline-changed", {OCSF_APPLICATION, 8, "Update"}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (tree_text_is(&event->action, actions[i].action))
			return actions[i].activity;
	return (struct ocsf_activity){OCSF_APPLICATION, OTHER};
}

static bool is_termination(const struct event *event)
{
	return tree_text_is(&event->section, "process") && tree_text_is(&event->operation, "signal") &&
	       (tree_text_is(&event->detail, "KILL") || tree_text_is(&event->detail, "TERM"));
}

struct ocsf_activity ocsf_activity(const struct event *event)
{
	if (event->kind == EVENT_ANOMALY || event->kind == EVENT_TAMPER)
		return (struct ocsf_activity){OCSF_FINDING, 1, "Create"};
	if (is_termination(event))
		return (struct ocsf_activity){OCSF_PROCESS, 2, "Terminate"};

	for (size_t i = 0; i < ARRAY_SIZE(activities); i++)
		if (tree_text_is(&event->section, activities[i].section) &&
		    (!activities[i].operation || tree_text_is(&event->operation, activities[i].operation)))
			return activities[i].activity;
	return own_activity(event);
}

unsigned int ocsf_severity(uint64_t severity)
{
	static const unsigned int severities[EVENT_SEVERITY_COUNT] = {
		[EVENT_EMERGENCY] = 6, [EVENT_ALERT] = 6,  [EVENT_CRITICAL] = 5, [EVENT_ERROR] = 4,
		[EVENT_WARNING] = 3,   [EVENT_NOTICE] = 2, [EVENT_INFO] = 1,	 [EVENT_DEBUG] = 1,
	};

	return severity < EVENT_SEVERITY_COUNT ? severities[severity] : 0;
}

unsigned int ocsf_file_type(uint64_t mode)
{
	if (mode == EVENT_NONE)
		return 0;

	switch (mode & S_IFMT) {
	case S_IFREG:
		return 1;
	case S_IFDIR:
		return 2;
	case S_IFCHR:
		return 3;
	case S_IFBLK:
		return 4;
	case S_IFSOCK:
		return 5;
	case S_IFIFO:
		return 6;
	case S_IFLNK:
		return 7;
	default:
		return 0;
	}
}
