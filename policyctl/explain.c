// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "attribute.h"
#include "command.h"
#include "explain_anomaly.h"
#include "json_text.h"
#include "query.h"
#include "source.h"
#include "subject_text.h"
#include "util.h"

#define ANOMALY "anomaly " /* the section, before a kind */

static const char help[] =
	"policyctl explain - what policies say about an operation, and why\n"
	"\n"
	"Usage: policyctl explain [OPTION]... SUBJECT SECTION OPERATION [OBJECT]\n"
	"\n"
	"SUBJECT is the path of a program, or keys: exe=/usr/sbin/nginx,user=www-data,group=adm,\n"
	"script=PATH,cgroup=PATH,ancestor=PATH,login=1000. Group and ancestor may be repeated.\n"
	"OBJECT is a path, PROTOCOL ADDRESS:PORT, unix NAME, or another SUBJECT (process ptrace SUBJECT, "
	"process\n"
	"signal TERM SUBJECT). Behind the object of network accept: at LOCAL-ADDRESS.\n"
	"Needs no privileges and no daemon.\n"
	"Before a path: type=block, device=8:0, fstype=ext4, sha256=DIGITS, deleted, setuid, writable.\n"
	"Without them the path is a regular file on the file system that the host mounts there, and no\n"
	"rule lists what is in it.\n"
	"SECTION anomaly: OPERATION is what a rate counts or a detector looks for; all about the subject\n"
	"are listed.\n"
	"\n"
	"  --policy-dir DIR|FILE  the policies (default: /etc/policyd/policy.d)\n"
	"  --host FILE            facts of another host, as for policyctl check\n"
	"  --json                 one JSON object\n"
	"  --help                 this text\n"
	"\n"
	"Exit status: 0 allowed, 1 denied, 2 could not be found out.\n"
	"\n"
	"Example: policyctl explain /usr/sbin/nginx file read /etc/shadow\n"
	"         policyctl explain exe=/usr/bin/curl,user=nobody network connect tcp 10.0.0.1:443\n";

struct arguments {
	const char *policies;
	const char *host;
	bool json;
};

static void attribution_cleanup(struct attribution **attribution)
{
	attribution_free(*attribution);
}

static void print_text(const struct attribution *found)
{
	(void)printf("%s", attribute_kind_name(found->kind));
	if (found->policy)
		(void)printf(" by %s of policy %s (%s:%u)", found->rule ? found->rule->name : "the default",
			     found->policy->name, found->at.file, found->at.line);
	(void)printf("%s\n", found->quiet ? ", without an event" : "");
	for (size_t i = 0; i < found->policy_count; i++) {
		const struct attribute_policy *policy = &found->policies[i];

		(void)printf("  policy %-32s %s%s%s\n", policy->policy->name,
			     attribute_kind_name(policy->kind),
			     policy->rule	  ? " by "
			     : policy->by_default ? " by the default"
						  : "",
			     policy->rule ? policy->rule->name : "");
	}
	for (size_t i = 0; i < found->rule_count; i++) {
		const struct attribute_rule *rule = &found->rules[i];

		(void)printf("  rule   %s/%s  %s:%u%s\n", rule->policy->name, rule->rule->name,
			     rule->rule->at.file, rule->rule->at.line, rule->decides ? "  decides" : "");
	}
	if (found->policy_count == 0)
		(void)puts("  no policy applies to the subject");
}

static json_t *to_json(const struct attribution *found)
{
	json_t *policies = json_array();
	json_t *rules = json_array();

	for (size_t i = 0; i < found->policy_count; i++) {
		const struct attribute_policy *policy = &found->policies[i];

		(void)json_array_append_new(
			policies, json_pack("{s:o,s:s,s:o,s:b}", "policy", json_text(policy->policy->name),
					    "decision", attribute_kind_name(policy->kind), "rule",
					    json_text(policy->rule ? policy->rule->name : NULL), "default",
					    (int)policy->by_default));
	}
	for (size_t i = 0; i < found->rule_count; i++) {
		const struct attribute_rule *rule = &found->rules[i];

		(void)json_array_append_new(
			rules,
			json_pack("{s:o,s:o,s:o,s:i,s:b}", "policy", json_text(rule->policy->name), "rule",
				  json_text(rule->rule->name), "file", json_text(rule->rule->at.file), "line",
				  (int)rule->rule->at.line, "decides", (int)rule->decides));
	}
	return json_pack("{s:s,s:b,s:o,s:o,s:o,s:i,s:o,s:o}", "decision", attribute_kind_name(found->kind),
			 "quiet", (int)found->quiet, "policy",
			 json_text(found->policy ? found->policy->name : NULL), "rule",
			 json_text(found->rule ? found->rule->name : NULL), "file", json_text(found->at.file),
			 "line", (int)found->at.line, "policies", policies, "rules", rules);
}

/* 0 and the attribution, or -errno with *ret_error set where there is more to say. */
static int answer(const struct source *source, const struct subject_keys *subject, const char *operation,
		  struct query *query, struct attribution **ret_found, char **ret_error)
{
	uint32_t class;
	int r = query_subject(source->compiled, source->host, subject, &class, ret_error);

	if (r < 0)
		return r;
	r = query_parse(source->compiled, source->host, operation, query, ret_error);
	if (r < 0)
		return r;
	return attribute(source->compiled, class, &query->object, query->bit, ret_found);
}

/* What anomaly sections count or look for. */
static enum status explain_kind(const struct source *source, const struct subject_keys *subject,
				const char *kind, bool json)
{
	CLEANUP_FREE char *error = NULL;
	uint32_t class;
	int r = query_subject(source->compiled, source->host, subject, &class, &error);

	if (r < 0)
		return command_fail("explain", "%s", error ? command_clean(error) : strerror(-r));
	return explain_anomaly(source->compiled, class, kind, json);
}

static enum status explain(const struct arguments *arguments, const struct subject_keys *subject,
			   const char *operation)
{
	CLEANUP(source_clear) struct source source = {};
	CLEANUP(attribution_cleanup) struct attribution *found = NULL;
	CLEANUP_FREE char *error = NULL;
	struct query query = {};
	char *paths[] = {(char *)arguments->policies};
	enum status status;
	int r = source_parse(&source, paths, 1);

	if (r == 0)
		r = source_compile(&source, arguments->host);
	if (r < 0) {
		source_print(&source, stderr, command_colour(stderr));
		return command_fail("explain", "the policies cannot be used: %s", strerror(-r));
	}
	if (strncmp(operation, ANOMALY, strlen(ANOMALY)) == 0)
		return explain_kind(&source, subject, operation + strlen(ANOMALY), arguments->json);
	r = answer(&source, subject, operation, &query, &found, &error);
	if (r < 0)
		return command_fail("explain", "%s", error ? command_clean(error) : strerror(-r));
	status = found->kind >= ATTRIBUTE_DENIED ? STATUS_NO : STATUS_GOOD;
	if (arguments->json)
		return command_print_json(to_json(found), status);
	print_text(found);
	if (query.lacks_local)
		(void)printf("  %s: write 'at ADDRESS' behind the object for the local address\n",
			     query.bit == POLICYD_BIT_NETWORK_CONNECT
				     ? "from a socket that is not bound to an address"
				     : "rules with 'at' are left out");
	return command_finish(status);
}

/* The words of an operation as one text, malloc'ed; NULL when out of memory. */
static char *words_join(char *const *words, int count)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (int i = 0; i < count; i++)
		(void)fprintf(stream, "%s%s", i ? " " : "", words[i]);
	if (fclose(stream) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

enum status command_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{"policy-dir", required_argument, NULL, 'd'},
		{"host", required_argument, NULL, 'H'},
		{"json", no_argument, NULL, 'j'},
		COMMAND_HELP_OPTION,
		{0},
	};
	struct arguments arguments = {.policies = "/etc/policyd/policy.d"};
	CLEANUP(subject_text_clear) struct subject_text subject = {};
	CLEANUP_FREE char *operation = NULL;
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		arguments.policies = option == 'd' ? optarg : arguments.policies;
		arguments.host = option == 'H' ? optarg : arguments.host;
		arguments.json = arguments.json || option == 'j';
	}
	if (argc - optind < 3)
		return command_fail(
			"explain",
			"SUBJECT SECTION OPERATION [OBJECT] expected; see policyctl explain --help");
	if (subject_text_read(&subject, argv[optind]) < 0)
		return command_fail("explain", "'%s' is not a subject; see policyctl explain --help",
				    argv[optind]);
	operation = words_join(argv + optind + 1, argc - optind - 1);
	if (!operation)
		return command_fail("explain", "out of memory");
	return explain(&arguments, &subject.keys, operation);
}
