// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>

#include "config_internal.h"
#include "confine.h"
#include "event.h"
#include "ingress.h"
#include "unit.h"
#include "util.h"

#define SECOND 1000000000ULL
#define HOUR   (3600 * SECOND)
#define MIB    (1ULL << 20)

#define PATH(member)		  offsetof(struct config, member), 0, 0
#define NUMBER(member, low, high) offsetof(struct config, member), low, high

const struct config_key config_keys[] = {
	{"policy_dir", CONFIG_PATH_NAME, PATH(policy_dir), "/etc/policyd/policy.d",
	 "where the policies are, *.yaml"},
	{"run_dir", CONFIG_PATH_NAME, PATH(run_dir), "/run/policyd",
	 "control.sock, lock, and what lasts until the machine is started anew"},
	{"state_dir", CONFIG_PATH_NAME, PATH(state_dir), "/var/lib/policyd", "what outlives a restart"},
	{"pin_dir", CONFIG_PATH_NAME, PATH(pin_dir), "/sys/fs/bpf/policyd",
	 "where enforcement outlives the daemon; on a bpffs"},
	{"pin", CONFIG_BOOLEAN, PATH(pin), "true", "false: enforcement ends with the daemon"},
	{"self_protection", CONFIG_BOOLEAN, PATH(self_protection), "false",
	 "true: nobody else may stop policyd or touch its pins, maps and programs"},
	{"unresolved", CONFIG_AUDIT, PATH(audit_unresolved), "deny",
	 "what policies that enforce do about names that cannot be established: deny, or audit"},
	{"degraded", CONFIG_BOOLEAN, PATH(degraded), "true",
	 "false: a host without BPF LSM is an error, whatever policies accept"},
	{"degraded_cgroup", CONFIG_PATH_NAME, PATH(degraded_cgroup), CONFIG_CGROUP,
	 "a cgroup (v2) outside of which such a host does nothing; by default the root"},
	{"ingress", CONFIG_INTERFACES, PATH(ingress), "",
	 "network interfaces, separated by commas, where connections are refused before anything else sees "
	 "them"},
	{"metrics_file", CONFIG_OPTIONAL_PATH, PATH(metrics_file), "",
	 "metrics for the textfile collector of Prometheus's node exporter, NAME.prom; empty: none"},
	{"log_level", CONFIG_LEVEL, PATH(log_level), "info",
	 "the least severity that is logged: error, warning, notice, info, debug"},
	{"seccomp", CONFIG_CONFINE, PATH(seccomp), "errno",
	 "what system calls meet that policyd has no use for: errno, kill, off"},
	{"ring_size", CONFIG_SIZE, NUMBER(ring_size, 64UL * 1024, 1024 * MIB), "8MiB",
	 "room for events that wait in the kernel; a power of two"},
	{"merge_window", CONFIG_DURATION, NUMBER(merge_window, 0, HOUR), "1s",
	 "equal events of a process in this time become one with a count; 0: each is told"},
	{"canary_interval", CONFIG_DURATION, NUMBER(canary_interval, 0, HOUR), "10s",
	 "how often it is tried whether enforcement works; 0: at start only"},
	{"confirm_after", CONFIG_DURATION, NUMBER(confirm_after, 0, 24 * HOUR), "5m",
	 "a set that was in force for so long counts as confirmed; 0: at once, so no boot guard"},
};
const size_t config_key_count = ARRAY_SIZE(config_keys);

static int text_set(char **member, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	free(*member);
	*member = copy;
	return 0;
}

static int path_set(char **member, const char *text, const char **ret_reason)
{
	if (text[0] == '/')
		return text_set(member, text);
	*ret_reason = "an absolute path is expected";
	return -EINVAL;
}

static int interfaces_set(char **member, const char *text, const char **ret_reason)
{
	int r = ingress_names_check(text, ret_reason);

	return r < 0 ? r : text_set(member, text);
}

/* One of two words. */
static int either_set(bool *member, const char *text, const char *yes, const char *no)
{
	if (strcmp(text, yes) != 0 && strcmp(text, no) != 0)
		return -EINVAL;
	*member = strcmp(text, yes) == 0;
	return 0;
}

static int boolean_set(bool *member, const char *text, const char **ret_reason)
{
	*ret_reason = "true or false is expected";
	return either_set(member, text, "true", "false");
}

static int audit_set(bool *member, const char *text, const char **ret_reason)
{
	*ret_reason = "deny or audit is expected";
	return either_set(member, text, "audit", "deny");
}

static int level_set(uint64_t *member, const char *text, const char **ret_reason)
{
	for (uint64_t i = EVENT_ERROR; i < EVENT_SEVERITY_COUNT; i++)
		if (strcmp(text, event_severity_name(i)) == 0) {
			*member = i;
			return 0;
		}
	*ret_reason = "error, warning, notice, info or debug is expected";
	return -EINVAL;
}

static int confine_set(uint64_t *member, const char *text, const char **ret_reason)
{
	enum confine_action action;

	if (confine_action_from_name(text, &action) < 0) {
		*ret_reason = "errno, kill or off is expected";
		return -EINVAL;
	}
	*member = action;
	return 0;
}

static int number_set(uint64_t *member, const struct config_key *key, const char *text,
		      const char **ret_reason)
{
	bool size = key->type == CONFIG_SIZE;
	uint64_t number;
	int r = size ? unit_parse_size(text, &number) : unit_parse_duration(text, &number);

	if (r < 0)
		*ret_reason = size ? "a size such as 8MiB is expected" : "a duration such as 10s is expected";
	else if (number < key->minimum || number > key->maximum)
		*ret_reason = "the value is out of range";
	else if (size && (number & (number - 1)) != 0)
		*ret_reason = "a power of two is expected";
	else {
		*member = number;
		return 0;
	}
	return -EINVAL;
}

int config_key_set(struct config *config, const struct config_key *key, const char *text,
		   const char **ret_reason)
{
	void *member = (char *)config + key->offset;

	switch (key->type) {
	case CONFIG_PATH_NAME:
		return path_set(member, text, ret_reason);
	case CONFIG_OPTIONAL_PATH:
		return text[0] ? path_set(member, text, ret_reason) : text_set(member, text);
	case CONFIG_INTERFACES:
		return interfaces_set(member, text, ret_reason);
	case CONFIG_BOOLEAN:
		return boolean_set(member, text, ret_reason);
	case CONFIG_AUDIT:
		return audit_set(member, text, ret_reason);
	case CONFIG_LEVEL:
		return level_set(member, text, ret_reason);
	case CONFIG_CONFINE:
		return confine_set(member, text, ret_reason);
	case CONFIG_SIZE:
	case CONFIG_DURATION:
		return number_set(member, key, text, ret_reason);
	}
	return -EINVAL;
}

void config_key_print(const struct config *config, const struct config_key *key, FILE *stream)
{
	const void *member = (const char *)config + key->offset;
	char text[UNIT_TEXT_SIZE];

	(void)fprintf(stream, "# %s (default: %s)\n%s: ", key->comment, key->initial, key->name);
	switch (key->type) {
	case CONFIG_PATH_NAME:
		(void)fprintf(stream, "%s\n", *(char *const *)member);
		break;
	case CONFIG_OPTIONAL_PATH:
	case CONFIG_INTERFACES:
		(void)fprintf(stream, "\"%s\"\n", *(char *const *)member);
		break;
	case CONFIG_BOOLEAN:
		(void)fprintf(stream, "%s\n", *(const bool *)member ? "true" : "false");
		break;
	case CONFIG_AUDIT:
		(void)fprintf(stream, "%s\n", *(const bool *)member ? "audit" : "deny");
		break;
	case CONFIG_LEVEL:
		(void)fprintf(stream, "%s\n", event_severity_name(*(const uint64_t *)member));
		break;
	case CONFIG_CONFINE:
		(void)fprintf(stream, "%s\n",
			      confine_action_name((enum confine_action) * (const uint64_t *)member));
		break;
	case CONFIG_SIZE:
		unit_format_size(*(const uint64_t *)member, text);
		(void)fprintf(stream, "%s\n", text);
		break;
	case CONFIG_DURATION:
		unit_format_duration(*(const uint64_t *)member, text);
		(void)fprintf(stream, "%s\n", text);
		break;
	}
}
