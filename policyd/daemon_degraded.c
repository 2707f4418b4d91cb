// SPDX-License-Identifier: Apache-2.0
/*
 * The daemon on a host without BPF LSM.
 */
#include <string.h>

#include "daemon_internal.h"
#include "degraded.h"
#include "doctor.h"
#include "json_text.h"
#include "log.h"
#include "names.h"
#include "util.h"

/* The directory of the cgroup that programs are attached to. */
static const char *cgroup_of(const struct config *config)
{
	const char *root = names_cgroups_find();

	return strcmp(config->degraded_cgroup, CONFIG_CGROUP) == 0 && root ? root : config->degraded_cgroup;
}

int daemon_degraded_look(struct daemon *daemon, struct loader_options *options)
{
	bool degraded = false;
	int r = daemon->config->degraded ? doctor_degraded(&degraded, &daemon->degraded) : 0;

	if (r < 0)
		log_line(EVENT_ERROR, "cannot look at the host: %s", strerror(-r));
	options->degraded = degraded;
	options->cgroup = cgroup_of(daemon->config);
	options->ingress = daemon->config->ingress[0] != '\0';
	return r;
}

void daemon_degraded_report(struct daemon *daemon)
{
	CLEANUP_FREE char *detail = NULL;

	if (!daemon->degraded)
		return;
	if (asprintf(&detail,
		     "rules about the internet are enforced in the cgroup '%s', opened files and executed "
		     "programs are only audited, nothing else is done: %s",
		     cgroup_of(daemon->config), daemon->degraded) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_DEGRADED, detail);
}

static json_t *ops_json(enum policyd_section section, uint32_t ops)
{
	json_t *list = json_array();

	for (unsigned int bit = 0; bit < 32 && list; bit++)
		if (ops >> bit & 1 && json_array_append_new(list, json_string(op_name(section, bit))) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* Capabilities, system calls and anomalies have no operations by name: nothing is done about them. */
static json_t *section_json(enum policyd_section section)
{
	uint32_t enforced = degraded_enforced(section), audited = degraded_audited(section);

	return json_pack("{s:s,s:o,s:o,s:o}", "section", section_name(section), "enforced",
			 ops_json(section, enforced), "audited", ops_json(section, audited), "neither",
			 ops_json(section, op_all(section) & ~(enforced | audited)));
}

json_t *daemon_degraded_status(const struct daemon *daemon)
{
	json_t *sections;

	if (!daemon->degraded)
		return json_null();
	sections = json_array();
	for (size_t i = 0; i < POLICYD_SECTION_COUNT && sections; i++)
		if (json_array_append_new(sections, section_json((enum policyd_section)i)) < 0) {
			json_decref(sections);
			return NULL;
		}
	return json_pack("{s:o,s:o,s:o}", "why", json_text(daemon->degraded), "cgroup",
			 json_text(cgroup_of(daemon->config)), "sections", sections);
}
