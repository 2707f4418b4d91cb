/* SPDX-License-Identifier: Apache-2.0 */
/* Which OCSF class and activity an event is of. */
#ifndef POLICYD_FORMAT_OCSF_H
#define POLICYD_FORMAT_OCSF_H

#include "event.h"

enum ocsf_class {
	OCSF_FILE = 1001,
	OCSF_KERNEL = 1003,
	OCSF_MEMORY = 1004,
	OCSF_MODULE = 1005,
	OCSF_PROCESS = 1007,
	OCSF_FINDING = 2004,
	OCSF_NETWORK = 4001,
	OCSF_APPLICATION = 6002,
};

#define OCSF_OTHER 99

struct ocsf_activity {
	enum ocsf_class class;
	unsigned int activity;
	const char *name; /* that the schema gives it; NULL for OCSF_OTHER, which the source names */
};

struct ocsf_activity ocsf_activity(const struct event *event);

/* The schema's severity_id of a syslog severity. */
unsigned int ocsf_severity(uint64_t severity);

/* The schema's file type_id of an st_mode, 0 for EVENT_NONE. */
unsigned int ocsf_file_type(uint64_t mode);

#endif
