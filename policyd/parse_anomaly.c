// SPDX-License-Identifier: Apache-2.0
/*
 * The anomaly section: baselines and rates.
 */
#include <string.h>

#include <policyd/anomaly.h>

#include "parse_internal.h"

static const struct parse_word reports[] = {
#define X(name, text, operation) {text, 1 << POLICYD_ANOMALY_##name},
	POLICYD_LEARNT(X)
#undef X
};
static const struct parse_words report_words = {"report", reports, ARRAY_SIZE(reports), 0, 0, NULL};

static const struct parse_word counts[] = {
#define X(name, text) {text, POLICYD_ANOMALY_##name},
	POLICYD_COUNTED(X)
#undef X
};
static const struct parse_words count_words = {"count", counts, ARRAY_SIZE(counts), 0, 0, NULL};

static const struct parse_word pers[] = {{"subject", 0}, {"process", 1}};
static const struct parse_words per_words = {"per", pers, ARRAY_SIZE(pers), 0, 0, NULL};

static const struct parse_word actions[] = {
	{"audit", POLICY_AUDIT_ONLY},
	{"kill", POLICY_KILL},
	{"freeze", POLICY_FREEZE},
};
static const struct parse_words action_words = {"action", actions, ARRAY_SIZE(actions), 0, 0, NULL};

static int limit_read(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	return parse_number(parser, key, value, 1, 1000000000, ret);
}

#define RATE(member) offsetof(struct anomaly_rate, member)

static const struct parse_key rate_keys[] = {
	{"count", TYPE_WORD, true, parse_word, RATE(kind), &count_words, 0, "what is counted", "exec"},
	{"per", TYPE_WORD, false, parse_word, RATE(per_process), &per_words, 0,
	 "whose count: that of all processes of the policy's subject (subject, without the key) or of each",
	 "process"},
	{"distinct", TYPE_BOOLEAN, false, parse_boolean, RATE(distinct), NULL, 0,
	 "of exec, connect, write, rename, delete: the same file, or address and port, counts once in the "
	 "time",
	 "true"},
	{"over", TYPE_DURATION, true, parse_duration, RATE(over_ns), NULL, 0, "in which time", "10s"},
	{"limit", TYPE_NUMBER, true, limit_read, RATE(limit), NULL, 0,
	 "how many are normal; more are one event", "200"},
	{"action", TYPE_WORD, false, parse_action, RATE(action), &action_words, 0,
	 "what more of it than an event (audit, without the key): the process is ended (kill, with per: "
	 "process only), or its cgroup frozen (freeze)",
	 "freeze"},
	{"name", TYPE_NAME, false, parse_name, RATE(about.name), NULL, 0,
	 "its name in events; without it rate[0]", "exec-storm"},
	{"message", TYPE_TEXT, false, parse_text_value, RATE(about.message), NULL, 0, "text for events",
	 "this service starts few programs"},
	{"severity", TYPE_WORD, false, parse_word, RATE(about.severity), &parse_severities, 0,
	 "syslog severity of its events", "crit"},
	{"tags", TYPE_TAGS, false, parse_tags, RATE(about.tags), NULL, 0, "words for events", "[scan]"},
};
const struct parse_table parse_rate_table = {"rate", rate_keys, ARRAY_SIZE(rate_keys)};

static int rate_item(struct parser *parser, const struct parse_key *key, const struct node *item, void *ret)
{
	struct anomaly_rate *rate = ret;
	int r;

	rate->about.at = item->at;
	rate->about.severity = -1;
	rate->action = POLICY_AUDIT_ONLY;
	r = parse_mapping(parser, &parse_rate_table, item, rate);
	if (r < 0)
		return r;
	if (rate->action == POLICY_KILL && rate->kind == POLICYD_ANOMALY_DENIED)
		return parse_error(
			parser, item->at,
			"refusals are counted by policyd, which ends no process: let the rules kill, or "
			"freeze");
	if (rate->action == POLICY_KILL && !rate->per_process)
		return parse_error(
			parser, item->at,
			"'kill' goes with 'per: process' only: which of all processes would it be?");
	if (rate->distinct && !(POLICYD_ANOMALY_TOLD_APART >> rate->kind & 1))
		return parse_error(parser, item->at,
				   "'distinct' goes with exec, connect, write, rename and delete only");
	return 0;
}

/* What has no name is called by its position. */
static int rates_name(struct parser *parser, struct anomaly *anomaly)
{
	char text[32];

	for (size_t i = 0; i < anomaly->rate_count; i++) {
		if (anomaly->rates[i].about.name)
			continue;
		(void)snprintf(text, sizeof(text), "rate[%zu]", i);
		anomaly->rates[i].about.name = policy_set_strndup(parser->set, text, strlen(text));
		if (!anomaly->rates[i].about.name)
			return -ENOMEM;
	}
	return 0;
}

/* At the struct anomaly. */
static int rates_read(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct anomaly *anomaly = ret;
	void *items;
	size_t count;
	int r = parse_mappings_check(parser, key, value, LIMIT_RATES, "rates");

	if (r < 0)
		return r;
	r = parse_list(parser, key, value, sizeof(*anomaly->rates), rate_item, &items, &count);
	if (r < 0)
		return r;
	anomaly->rates = items;
	anomaly->rate_count = count;
	return rates_name(parser, anomaly);
}

static const struct parse_key anomaly_keys[] = {
	{"learn", TYPE_DURATION, false, parse_duration, offsetof(struct anomaly, learn_ns), NULL, 0,
	 "how long to observe before reporting what is new", "7d"},
	{"report", TYPE_WORDS, false, parse_word_bits, offsetof(struct anomaly, report), &report_words, 0,
	 "which new things are reported", "[exec, connect]"},
	{"adopt", TYPE_BOOLEAN, false, parse_boolean, offsetof(struct anomaly, adopt), NULL, 0,
	 "what has been reported becomes part of the baseline", "true"},
	{"rate", TYPE_RATES, false, rates_read, 0, NULL, 0, "counts per time",
	 "[{count: exec, over: 10s, limit: 200}]"},
	{"detect", TYPE_DETECTS, false, parse_detects, 0, NULL, 0, "what is suspicious each time",
	 "[{what: memory-exec, action: kill}]"},
};
const struct parse_table parse_anomaly_table = {"anomaly", anomaly_keys, ARRAY_SIZE(anomaly_keys)};

int parse_anomaly(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct anomaly *anomaly = ret;
	int r;

	anomaly->present = true;
	anomaly->at = value->at;
	anomaly->baseline = (struct anomaly_about){.name = "baseline", .severity = -1, .at = value->at};
	r = parse_mapping(parser, &parse_anomaly_table, value, anomaly);
	if (r < 0)
		return r;
	if (!anomaly->report && !anomaly->rate_count && !anomaly->detect_count)
		return parse_error(parser, value->at, "anomaly needs 'rate', 'detect' or 'report'");
	if (anomaly->report && !anomaly->learn_ns)
		return parse_error(parser, value->at, "'report' needs 'learn': how long to observe first");
	if (!anomaly->report && (anomaly->learn_ns || anomaly->adopt))
		return parse_error(parser, value->at, "'%s' needs 'report'",
				   anomaly->learn_ns ? "learn" : "adopt");
	return 0;
}
