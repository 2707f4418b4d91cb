// SPDX-License-Identifier: Apache-2.0
/*
 * What the anomaly section looks for: `detect`.
 */
#include <policyd/anomaly.h>

#include "anomalies.h"
#include "parse_internal.h"

#define WITHIN_DEFAULT (60ULL * 1000000000)

static const struct parse_word whats[] = {
#define X(name, text) {text, POLICYD_ANOMALY_##name},
	POLICYD_DETECTED(X)
#undef X
};
static const struct parse_words what_words = {"detector", whats, ARRAY_SIZE(whats), 0, 0, NULL};

static const struct parse_word actions[] = {
	{"audit", POLICY_AUDIT_ONLY},
	{"deny", POLICY_DENY},
	{"kill", POLICY_KILL},
	{"freeze", POLICY_FREEZE},
};
static const struct parse_words action_words = {"action", actions, ARRAY_SIZE(actions), 0, 0, NULL};

int parse_action(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	int action;
	int r = parse_word(parser, key, value, &action);

	if (r == 0)
		*(enum policy_verdict *)ret = (enum policy_verdict)action;
	return r;
}

#define DETECT(member) offsetof(struct anomaly_detect, member)

static const struct parse_key detect_keys[] = {
	{"what", TYPE_WORD, true, parse_word, DETECT(kind), &what_words, 0, "what is looked for",
	 "memory-exec"},
	{"action", TYPE_WORD, false, parse_action, DETECT(action), &action_words, 0,
	 "report (audit, without the key), refuse as well (deny), and end the process (kill) or freeze its "
	 "cgroup (freeze)",
	 "kill"},
	{"within", TYPE_DURATION, false, parse_duration, DETECT(within_ns), NULL, 0,
	 "of fresh-exec: how long before the file was opened for writing, 1m without the key", "5m"},
	{"name", TYPE_NAME, false, parse_name, DETECT(about.name), NULL, 0,
	 "its name in events; without it what is looked for", "no-memory-exec"},
	{"message", TYPE_TEXT, false, parse_text_value, DETECT(about.message), NULL, 0, "text for events",
	 "this service runs no downloads"},
	{"severity", TYPE_WORD, false, parse_word, DETECT(about.severity), &parse_severities, 0,
	 "syslog severity of its events", "crit"},
	{"tags", TYPE_TAGS, false, parse_tags, DETECT(about.tags), NULL, 0, "words for events", "[T1620]"},
};
const struct parse_table parse_detect_table = {"detector", detect_keys, ARRAY_SIZE(detect_keys)};

static int detect_item(struct parser *parser, const struct parse_key *key, const struct node *item, void *ret)
{
	struct anomaly_detect *detect = ret;
	int r;

	detect->about.at = item->at;
	detect->about.severity = -1;
	detect->action = POLICY_AUDIT_ONLY;
	r = parse_mapping(parser, &parse_detect_table, item, detect);
	if (r < 0)
		return r;
	if (detect->within_ns && detect->kind != POLICYD_ANOMALY_FRESH_EXEC)
		return parse_error(parser, item->at, "'within' goes with fresh-exec only");
	if (!detect->within_ns && detect->kind == POLICYD_ANOMALY_FRESH_EXEC)
		detect->within_ns = WITHIN_DEFAULT;
	if (!detect->about.name)
		detect->about.name = anomaly_name((uint32_t)detect->kind);
	return 0;
}

int parse_detects(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct anomaly *anomaly = ret;
	void *items;
	size_t count;
	int r = parse_mappings_check(parser, key, value, LIMIT_DETECTS, "detectors");

	if (r < 0)
		return r;
	r = parse_list(parser, key, value, sizeof(*anomaly->detects), detect_item, &items, &count);
	if (r < 0)
		return r;
	anomaly->detects = items;
	anomaly->detect_count = count;
	return 0;
}
