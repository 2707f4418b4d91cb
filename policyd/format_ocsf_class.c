/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include "format_ocsf.h"
#include "format_tree.h"

static const struct {
	const char *section;
	const char *operation; /* NULL: any other */
	struct ocsf_activity activity;
} activities[] = {
	{"file", "create", {OCSF_FILE, 1}},
	{"file", "link", {OCSF_FILE, 1}},
	{"file", "read", {OCSF_FILE, 2}},
	{"file", "write", {OCSF_FILE, 3}},
	{"file", "append", {OCSF_FILE, 3}},
	{"file", "delete", {OCSF_FILE, 4}},
	{"file", "rename", {OCSF_FILE, 5}},
	{"file", "setattr", {OCSF_FILE, 6}},
	{"file", "chmod", {OCSF_FILE, 7}},
	{"file", "chown", {OCSF_FILE, 7}},
	{"file", "mount", {OCSF_FILE, 12}},
	{"file", NULL, {OCSF_FILE, OCSF_OTHER}},
	{"exec", "run", {OCSF_PROCESS, 1}},
	{"exec", "load", {OCSF_MODULE, 1}},
	{"exec", NULL, {OCSF_MEMORY, OCSF_OTHER}},
	{"network", "connect", {OCSF_NETWORK, 1}},
	{"network", "accept", {OCSF_NETWORK, 1}},
	{"network", "listen", {OCSF_NETWORK, 7}},
	{"network", NULL, {OCSF_NETWORK, OCSF_OTHER}},
	{"process", "signal", {OCSF_PROCESS, 2}},
	{"process", NULL, {OCSF_PROCESS, 3}},
	{"kernel", NULL, {OCSF_KERNEL, 4}},
	{"capability", NULL, {OCSF_KERNEL, 4}},
	{"syscall", NULL, {OCSF_KERNEL, 4}},
};

static struct ocsf_activity own_activity(const struct event *event)
{
	static const struct {
		const char *action;
		unsigned int activity;
	} actions[] = {
		{"started", 3},	    {"stopped", 4},	 {"published", 8},
		{"rolled-back", 8}, {"mode-changed", 8}, {"baseline-changed", 8},
	};

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (tree_text_is(&event->action, actions[i].action))
			return (struct ocsf_activity){OCSF_APPLICATION, actions[i].activity};
	return (struct ocsf_activity){OCSF_APPLICATION, OCSF_OTHER};
}

struct ocsf_activity ocsf_activity(const struct event *event)
{
	if (event->kind == EVENT_ANOMALY || event->kind == EVENT_TAMPER)
		return (struct ocsf_activity){OCSF_FINDING, 1};

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
