// SPDX-License-Identifier: Apache-2.0
/*
 * Policies: the keys of a document.
 */
#include <string.h>
#include <syslog.h>

#include "parse_internal.h"

#define LANGUAGE_VERSION 1

/* A policy and what is read after all of its keys are known. */
struct policy_draft {
	struct policy policy;
	const struct node *sections[POLICYD_SECTION_COUNT];
};

#define POLICY(member) offsetof(struct policy_draft, policy.member)
#define SECTION(name)  offsetof(struct policy_draft, sections[POLICYD_SECTION_##name])

static const struct parse_word modes[] = {
	{"enforce", POLICY_ENFORCE},
	{"audit", POLICY_AUDIT},
	{"disabled", POLICY_DISABLED},
};
static const struct parse_words mode_words = {"mode", modes, ARRAY_SIZE(modes), 0, 0, NULL};

static const struct parse_word degraded[] = {
	{"refuse", POLICY_DEGRADED_REFUSE},
	{"audit", POLICY_DEGRADED_AUDIT},
};
static const struct parse_words degraded_words = {
	"value of degraded", degraded, ARRAY_SIZE(degraded), 0, 0, NULL};

static const struct parse_word defaults[] = {
	{"allow", false},
	{"deny", true},
};
static const struct parse_words default_words = {"default", defaults, ARRAY_SIZE(defaults), 0, 0, NULL};

static int version_read(struct parser *parser, const struct parse_key *key, const struct node *value,
			void *ret)
{
	uint64_t version;
	int r;

	r = parse_number(parser, key, value, 0, UINT32_MAX, &version);
	if (r < 0)
		return r;
	if (version != LANGUAGE_VERSION)
		return parse_error(parser, value->at,
				   "version %ju of the language is not known here (known: %d)",
				   (uintmax_t)version, LANGUAGE_VERSION);
	return 0;
}

/* At the policy. */
static int name_read(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct policy *policy = ret;

	policy->at = value->at;
	return parse_name(parser, key, value, &policy->name);
}

/* At the policy; key->sections is the section's bit. */
static int default_read(struct parser *parser, const struct parse_key *key, const struct node *value,
			void *ret)
{
	struct policy *policy = ret;
	unsigned int section = (unsigned int)__builtin_ctz(key->sections);
	int deny;
	int r;

	r = parse_word(parser, key, value, &deny);
	if (r < 0)
		return r;
	policy->default_deny[section] = deny;
	policy->default_at[section] = value->at;
	return 0;
}

static const struct parse_key default_keys[] = {
	{"file", TYPE_WORD, false, default_read, 0, &default_words, 1U << POLICYD_SECTION_FILE,
	 "files that no rule names", "deny"},
	{"exec", TYPE_WORD, false, default_read, 0, &default_words, 1U << POLICYD_SECTION_EXEC,
	 "programs and libraries that no rule names", "deny"},
	{"network", TYPE_WORD, false, default_read, 0, &default_words, 1U << POLICYD_SECTION_NETWORK,
	 "network operations that no rule names", "deny"},
};
const struct parse_table parse_default_table = {"default", default_keys, ARRAY_SIZE(default_keys)};

/* At the policy. */
static int defaults_read(struct parser *parser, const struct parse_key *key, const struct node *value,
			 void *ret)
{
	return parse_mapping(parser, &parse_default_table, value, ret);
}

/* At the policy: sets has_subject too. */
static int subject_read(struct parser *parser, const struct parse_key *key, const struct node *value,
			void *ret)
{
	struct policy *policy = ret;
	int r;

	parser->rule_patterns = 0;
	r = parse_subject(parser, key, value, &policy->subject);
	policy->has_subject = r == 0;
	return r;
}

/* name, type, required, reader, offset, words, sections, about, example; `vars` before what uses them */
static const struct parse_key policy_keys[] = {
	{"version", TYPE_VERSION, true, version_read, 0, NULL, 0, "of the language", "1"},
	{"policy", TYPE_NAME, true, name_read, 0, NULL, 0, "the policy's name, unique over all files",
	 "web-server"},
	{"description", TYPE_TEXT, false, parse_text_value, POLICY(description), NULL, 0, "text for people",
	 "nginx serves its site and nothing else"},
	{"mode", TYPE_WORD, false, parse_word, POLICY(mode), &mode_words, 0,
	 "whether the policy refuses, only reports (without the key) or does nothing", "enforce"},
	{"degraded", TYPE_WORD, false, parse_word, POLICY(degraded), &degraded_words, 0,
	 "on a host that cannot enforce it: do not load it (without the key), or load what can be had",
	 "audit"},
	{"revalidate", TYPE_BOOLEAN, false, parse_boolean, POLICY(revalidate), NULL, 0,
	 "also check reads and writes through descriptors that were opened before", "true"},
	{"severity", TYPE_WORD, false, parse_word, POLICY(severity), &parse_severities, 0,
	 "syslog severity of its events: without the key warning, notice in mode audit", "warning"},
	{"tags", TYPE_TAGS, false, parse_tags, POLICY(tags), NULL, 0, "words for events", "[T1190]"},
	{"message", TYPE_TEXT, false, parse_text_value, POLICY(message), NULL, 0,
	 "text for events of rules without a message", "ask the web team"},
	{"vars", TYPE_VARIABLES, false, parse_vars, 0, NULL, 0, "texts for ${name} in path patterns",
	 "{site: [/srv/www, /var/www]}"},
	{"subject", TYPE_SUBJECT, false, subject_read, 0, NULL, 0,
	 "which processes; without the key every process", "{exe: /usr/sbin/nginx}"},
	{"default", TYPE_DEFAULTS, false, defaults_read, 0, NULL, 0,
	 "whether what no rule names is refused; each section allows without its key", "{file: deny}"},
	{"file", TYPE_RULES, false, parse_later, SECTION(FILE), NULL, 0, "rules about files",
	 "[{deny: write, path: /etc/}]"},
	{"exec", TYPE_RULES, false, parse_later, SECTION(EXEC), NULL, 0,
	 "rules about executing and mapping programs and libraries", "[{deny: run, path: /tmp/}]"},
	{"network", TYPE_RULES, false, parse_later, SECTION(NETWORK), NULL, 0, "rules about sockets",
	 "[{deny: connect, to: 10.0.0.0/8}]"},
	{"process", TYPE_RULES, false, parse_later, SECTION(PROCESS), NULL, 0,
	 "rules about what is done to other processes", "[{deny: ptrace}]"},
	{"kernel", TYPE_RULES, false, parse_later, SECTION(KERNEL), NULL, 0,
	 "rules about what changes the system", "[{deny: module-load}]"},
	{"capability", TYPE_RULES, false, parse_later, SECTION(CAPABILITY), NULL, 0,
	 "rules about the use of capabilities", "[{deny: sys_admin}]"},
	{"syscall", TYPE_RULES, false, parse_later, SECTION(SYSCALL), NULL, 0,
	 "rules about system calls: they can only audit and kill", "[{audit: ptrace}]"},
	{"anomaly", TYPE_ANOMALY, false, parse_anomaly, POLICY(anomaly), NULL, 0,
	 "what is unusual: rates, detectors, baselines", "{rate: [{count: exec, over: 10s, limit: 200}]}"},
	{"tests", TYPE_TESTS, false, parse_tests, 0, NULL, 0, "what must hold, for policyctl test",
	 "[{expect: {deny: [file read /etc/shadow]}}]"},
};
const struct parse_table parse_policy_table = {"policy", policy_keys, ARRAY_SIZE(policy_keys)};

/* What is no error but hardly meant. */
static void policy_lint(struct parser *parser, const struct policy *policy)
{
	bool empty = !policy->anomaly.present && policy->rule_count == 0;

	for (unsigned int i = 0; i < POLICYD_SECTION_COUNT; i++)
		empty &= !policy->default_deny[i];
	if (empty)
		parse_warning(parser, policy->at, "policy '%s' has no rules", policy->name);
	for (size_t i = 0; i < parser->variable_count; i++)
		if (!parser->variables[i].used)
			parse_warning(parser, parser->variables[i].at, "variable '%.60s' is not used",
				      parser->variables[i].name);
}

static int policy_add(struct parser *parser, const struct policy *policy)
{
	const struct policy *other = policy_set_find(parser->set, policy->name);

	if (other)
		return parse_error(parser, policy->at, "duplicate policy '%s' (first at %s:%u)", policy->name,
				   other->at.file, other->at.line);
	return policy_set_add(parser->set, policy);
}

/* Reads what depends on other keys, and adds the policy even if it is wrong: its name is taken. */
static int draft_finish(struct parser *parser, struct policy_draft *draft)
{
	struct policy *policy = &draft->policy;
	int r;

	r = parse_sections(parser, draft->sections, policy);
	if (policy->severity < 0)
		policy->severity = policy->mode == POLICY_AUDIT ? LOG_NOTICE : LOG_WARNING;
	if (r == -ENOMEM || !policy->name)
		return r;
	return parse_worse(r, policy_add(parser, policy));
}

int parse_policy(struct parser *parser, const struct node *root)
{
	struct policy_draft draft = {.policy = {.mode = POLICY_AUDIT, .severity = -1}};
	int r;

	parser->section = POLICYD_SECTION_COUNT;
	parser->variables = NULL;
	parser->variable_count = 0;
	r = parse_limit_check(parser, root->at, LIMIT_POLICIES, parser->set->count + 1, "policies");
	if (r < 0)
		return r;
	r = parse_mapping(parser, &parse_policy_table, root, &draft);
	if (r == -ENOMEM || root->kind != NODE_MAPPING)
		return r;
	parser->what = parse_policy_table.what;
	r = parse_worse(r, draft_finish(parser, &draft));
	if (r == 0 && parser->diagnostics->errors == parser->errors)
		policy_lint(parser, &draft.policy);
	return r;
}
