// SPDX-License-Identifier: Apache-2.0
/* Policies that are right: what the model says of them. */
#include <netinet/in.h>
#include <signal.h>

#include <policyd/anomaly.h>
#include <sys/socket.h>
#include <syslog.h>

#include "parse_case.h"

#define HEAD "version: 1\npolicy: p\n"

static void parse_ok(struct policy_set *set, const char *text)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP_FREE char *messages = NULL;
	int r;

	r = parse_text(set, "t.yaml", text, strlen(text), &diagnostics);
	messages = messages_of(&diagnostics);
	ck_assert_msg(r == 0, "%s", messages);
	ck_assert_str_eq(messages, "");
}

static const struct policy *example(struct policy_set *set, const char *name)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *messages = NULL;
	int r;

	ck_assert_int_gt(asprintf(&path, TEST_DATA "/parse/%s.yaml", name), 0);
	r = parse_file(set, path, &diagnostics);
	messages = messages_of(&diagnostics);
	ck_assert_msg(r == 0, "%s", messages);
	ck_assert_uint_eq(diagnostics.errors, 0);
	return policy_set_find(set, name);
}

static void texts_are(const struct pattern_text *items, size_t count, const char *const *texts,
		      size_t expected)
{
	ck_assert_uint_eq(count, expected);
	for (size_t i = 0; i < count; i++)
		ck_assert_str_eq(items[i].text, texts[i]);
}

#define TEXTS_ARE(list, ...)                                                                                 \
	do {                                                                                                 \
		static const char *const texts_[] = {__VA_ARGS__};                                           \
		texts_are((list).items, (list).count, texts_, ARRAY_SIZE(texts_));                           \
	} while (0)

START_TEST(the_web_server_of_the_specification)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	const struct policy *policy = example(&set, "web-server");

	ck_assert_str_eq(policy->description, "nginx serves its site and nothing else");
	ck_assert_int_eq(policy->mode, POLICY_ENFORCE);
	ck_assert_int_eq(policy->degraded, POLICY_DEGRADED_REFUSE);
	ck_assert(!policy->revalidate);
	ck_assert_int_eq(policy->severity, LOG_WARNING);
	TEXTS_ARE(policy->tags, "T1190");
	ck_assert(policy->has_subject && !policy->subject.has_except);
	TEXTS_ARE(policy->subject.match.exe, "/usr/sbin/nginx");
	for (unsigned int i = 0; i < POLICYD_SECTION_COUNT; i++)
		ck_assert(policy->default_deny[i] == (i <= POLICYD_SECTION_NETWORK));
	ck_assert_uint_eq(policy->rule_count, 7);
	ck_assert_uint_eq(policy->at.line, 2);
	ck_assert_uint_eq(policy->at.column, 9);
}
END_TEST

START_TEST(its_file_and_exec_rules)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	const struct rule *rules = example(&set, "web-server")->rules;

	ck_assert_int_eq(rules[0].section, POLICYD_SECTION_FILE);
	ck_assert_int_eq(rules[0].verdict, POLICY_ALLOW);
	ck_assert_uint_eq(rules[0].ops, POLICYD_OP_FILE_READ);
	ck_assert_str_eq(rules[0].name, "file[0]");
	ck_assert_int_eq(rules[0].errno_value, EPERM);
	ck_assert_int_eq(rules[0].severity, -1);
	TEXTS_ARE(rules[0].object.path, "/srv/www/**", "/var/www/**", "/etc/nginx/", "/usr/lib/**",
		  "/etc/{passwd,group,nsswitch.conf}");
	ck_assert_uint_eq(rules[1].ops,
			  POLICYD_OP_FILE_WRITE | POLICYD_OP_FILE_CREATE | POLICYD_OP_FILE_DELETE);
	TEXTS_ARE(rules[1].object.except, "/var/log/nginx/archive/**");
	ck_assert_int_eq(rules[2].verdict, POLICY_DENY);
	ck_assert_uint_eq(rules[2].ops, op_all(POLICYD_SECTION_FILE));
	ck_assert_str_eq(rules[2].name, "no-git");
	ck_assert_str_eq(rules[2].message, "repository data is never served");
	ck_assert_uint_eq(rules[2].index, 2);
	ck_assert_uint_eq(rules[2].at.column, 5);
	ck_assert_int_eq(rules[3].section, POLICYD_SECTION_EXEC);
	ck_assert_uint_eq(rules[3].ops, POLICYD_OP_EXEC_LOAD);
	ck_assert_str_eq(rules[3].name, "exec[0]");
}
END_TEST

START_TEST(its_network_rules)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	const struct rule *rules = example(&set, "web-server")->rules;
	const struct object *object = &rules[4].object;

	ck_assert_uint_eq(rules[4].ops,
			  POLICYD_OP_NETWORK_BIND | POLICYD_OP_NETWORK_LISTEN | POLICYD_OP_NETWORK_ACCEPT);
	ck_assert_uint_eq(object->protocol.count, 1);
	ck_assert_uint_eq(object->protocol.items[0].first, IPPROTO_TCP);
	ck_assert_uint_eq(object->port.count, 2);
	ck_assert_uint_eq(object->port.items[1].first, 443);
	ck_assert_uint_eq(object->port.items[1].last, 443);
	object = &rules[5].object;
	ck_assert_uint_eq(object->to.count, 2);
	ck_assert_int_eq(object->to.items[0].family, ADDR_IPV4);
	ck_assert_uint_eq(object->to.items[0].length, 8);
	ck_assert_uint_eq(object->to.items[0].address[0], 10);
	ck_assert_int_eq(object->to.items[1].family, ADDR_IPV6);
	ck_assert_uint_eq(object->to.items[1].address[0], 0xfd);
	ck_assert_uint_eq(object->port.items[0].first, 9000);
	ck_assert_uint_eq(object->port.items[0].last, 9010);
	TEXTS_ARE(rules[6].object.unix_path, "/run/php/*.sock");
	ck_assert_str_eq(rules[6].name, "network[2]");
}
END_TEST

START_TEST(the_other_examples_of_the_specification)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	const struct rule *rules = example(&set, "process-kernel")->rules;
	const struct anomaly *anomaly;
	const struct policy *policy;

	ck_assert_uint_eq(rules[0].ops, POLICYD_OP_PROCESS_PTRACE | POLICYD_OP_PROCESS_SIGNAL);
	ck_assert(rules[0].object.has_target);
	TEXTS_ARE(rules[0].object.target.match.exe, "/usr/sbin/policyd");
	ck_assert_uint_eq(rules[1].ops, op_all(POLICYD_SECTION_KERNEL));
	ck_assert_uint_eq(rules[2].caps, 1ULL << 21 | 1ULL << 16);
	rules = example(&set, "syscall")->rules;
	TEXTS_ARE(rules[0].syscalls, "ptrace", "bpf", "keyctl");
	ck_assert_int_eq(rules[0].verdict, POLICY_AUDIT_ONLY);
	TEXTS_ARE(rules[1].syscalls, "kexec_load");
	ck_assert_int_eq(rules[1].verdict, POLICY_KILL);
	anomaly = &example(&set, "anomaly")->anomaly;
	ck_assert(anomaly->present && !anomaly->adopt);
	ck_assert_uint_eq(anomaly->learn_ns, 7ULL * 86400 * 1000000000);
	ck_assert_uint_eq(anomaly->report,
			  POLICYD_ANOMALY_LEARNT_ALL & ~(1U << POLICYD_ANOMALY_NEW_SEQUENCE));
	ck_assert_uint_eq(anomaly->rate_count, 2);
	ck_assert_int_eq(anomaly->rates[1].kind, POLICYD_ANOMALY_DENIED);
	ck_assert_str_eq(anomaly->rates[1].about.name, "rate[1]");
	ck_assert_int_eq(anomaly->rates[1].about.severity, -1);
	ck_assert_int_eq(anomaly->rates[1].per_process, 0);
	ck_assert_uint_eq(anomaly->rates[1].over_ns, 60000000000ULL);
	ck_assert_uint_eq(anomaly->rates[1].limit, 20);
	TEXTS_ARE(anomaly->rates[1].about.tags, "scan");
	policy = example(&set, "tests");
	ck_assert_uint_eq(policy->test_count, 1);
	TEXTS_ARE(policy->tests[0].subject.exe, "/usr/sbin/nginx");
	ck_assert_str_eq(policy->tests[0].subject.user.items[0].name, "www-data");
	TEXTS_ARE(policy->tests[0].allow, "file read /srv/www/index.html",
		  "network connect tcp 10.1.2.3:9000");
	ck_assert_uint_eq(policy->tests[0].deny.count, 3);
	ck_assert_uint_eq(set.count, 4);
	ck_assert_uint_eq(set.rule_count, 5);
}
END_TEST

START_TEST(policy_keys)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};

	parse_ok(&set, HEAD "default: {file: deny, exec: allow}\n---\n"
			    "version: 1\npolicy: q\ndegraded: audit\nrevalidate: true\nmessage: m\n"
			    "severity: crit\nmode: disabled\ntags: x\ndefault: {network: deny}\n---\n"
			    "version: 1\npolicy: r\nmode: enforce\ndefault: {exec: deny}\n");
	ck_assert_uint_eq(set.count, 3);
	ck_assert_int_eq(set.policies[0].mode, POLICY_AUDIT);
	ck_assert_int_eq(set.policies[0].severity, LOG_NOTICE);
	ck_assert(!set.policies[0].has_subject);
	ck_assert(!set.policies[0].default_deny[POLICYD_SECTION_EXEC]);
	ck_assert_uint_eq(set.policies[0].default_at[POLICYD_SECTION_FILE].line, 3);
	ck_assert_int_eq(set.policies[1].mode, POLICY_DISABLED);
	ck_assert_int_eq(set.policies[1].degraded, POLICY_DEGRADED_AUDIT);
	ck_assert(set.policies[1].revalidate);
	ck_assert_str_eq(set.policies[1].message, "m");
	ck_assert_int_eq(set.policies[1].severity, LOG_CRIT);
	ck_assert_int_eq(set.policies[2].severity, LOG_WARNING);
}
END_TEST

START_TEST(subject_keys)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	const struct subject *subject;

	parse_ok(&set, HEAD "subject:\n  exe: [/a, \"memfd:*\"]\n  script: /b\n"
			    "  user: [root, 0, 1000-1999, no]\n  group: adm\n  login: [unset, 5]\n"
			    "  cgroup: /system.slice/**\n  ancestor: /usr/sbin/sshd\n"
			    "  except: {user: backup, exe: /c}\ndefault: {file: deny}\n");
	subject = &set.policies[0].subject;
	TEXTS_ARE(subject->match.exe, "/a", "memfd:*");
	TEXTS_ARE(subject->match.script, "/b");
	TEXTS_ARE(subject->match.cgroup, "/system.slice/**");
	TEXTS_ARE(subject->match.ancestor, "/usr/sbin/sshd");
	ck_assert_uint_eq(subject->match.user.count, 4);
	ck_assert_str_eq(subject->match.user.items[0].name, "root");
	ck_assert_ptr_null(subject->match.user.items[1].name);
	ck_assert_uint_eq(subject->match.user.items[1].last, 0);
	ck_assert_uint_eq(subject->match.user.items[2].first, 1000);
	ck_assert_uint_eq(subject->match.user.items[2].last, 1999);
	ck_assert_str_eq(subject->match.user.items[3].name, "no");
	ck_assert_ptr_null(subject->match.login.items[0].name);
	ck_assert_uint_eq(subject->match.login.items[0].first, 4294967295U);
	ck_assert_uint_eq(subject->match.login.items[1].first, 5);
	ck_assert(subject->has_except);
	TEXTS_ARE(subject->except.exe, "/c");
	ck_assert_str_eq(subject->except.user.items[0].name, "backup");
}
END_TEST

START_TEST(rule_keys)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	const struct rule *rule;

	parse_ok(&set, HEAD "file:\n  - deny: ioctl\n    device: [8:0, 8:*]\n    type: [block, char]\n"
			    "    fstype: [ext4, xfs]\n    errno: ENOENT\n    quiet: true\n    severity: err\n"
			    "    tags: [a, b]\n    message: text\n    name: disks\n"
			    "exec:\n  - kill: run\n    deleted: true\n    setuid: true\n    writable: true\n"
			    "    sha256: [0000000000000000000000000000000000000000000000000000000000000001,\n"
			    "      \"ABCDEF0000000000000000000000000000000000000000000000000000000000\"]\n"
			    "process:\n  - deny: all\n    signal: [TERM, 9, HUP]\n"
			    "    target: {user: root, except: {exe: /x}}\n");
	rule = &set.policies[0].rules[0];
	ck_assert_str_eq(rule->name, "disks");
	ck_assert_int_eq(rule->errno_value, ENOENT);
	ck_assert_int_eq(rule->severity, LOG_ERR);
	ck_assert(rule->quiet);
	TEXTS_ARE(rule->tags, "a", "b");
	TEXTS_ARE(rule->object.fstype, "ext4", "xfs");
	ck_assert_uint_eq(rule->object.types, FILE_TYPE_BLOCK | FILE_TYPE_CHAR);
	ck_assert_uint_eq(rule->object.device_count, 2);
	ck_assert_uint_eq(rule->object.devices[0].major, 8);
	ck_assert(!rule->object.devices[0].any_minor && rule->object.devices[1].any_minor);
	rule = &set.policies[0].rules[1];
	ck_assert_int_eq(rule->verdict, POLICY_KILL);
	ck_assert(rule->object.deleted && rule->object.setuid && rule->object.writable);
	ck_assert_uint_eq(rule->object.sha256_count, 2);
	ck_assert_uint_eq(rule->object.sha256[0].digest[31], 1);
	ck_assert_uint_eq(rule->object.sha256[1].digest[0], 0xab);
	rule = &set.policies[0].rules[2];
	ck_assert_uint_eq(rule->object.signal.count, 3);
	ck_assert_uint_eq(rule->object.signal.items[0].first, SIGTERM);
	ck_assert_uint_eq(rule->object.signal.items[1].first, SIGKILL);
	ck_assert(rule->object.target.has_except);
}
END_TEST

START_TEST(families_protocols_and_networks)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	const struct object *object;

	parse_ok(&set,
		 HEAD "network:\n  - deny: create\n    family: [inet, netlink, 16]\n"
		      "    protocol: [mptcp, 6, raw]\n"
		      "  - deny: [connect, accept]\n    to: [\"::ffff:10.0.0.0/104\", \"::ffff:1.2.3.4\", "
		      "\"::/0\", 0.0.0.0/0, \"::1\"]\n    from: 192.0.2.1\n"
		      "  - deny: bind\n    at: 127.0.0.0/8\n    family: ipv4\n    port: 1-65535\n"
		      "  - deny: connect\n    unix: [\"@abstract*\", /run/x]\n    family: unix\n");
	object = &set.policies[0].rules[0].object;
	ck_assert_uint_eq(object->family.count, 4);
	ck_assert_uint_eq(object->family.items[0].first, AF_INET);
	ck_assert_uint_eq(object->family.items[1].first, AF_INET6);
	ck_assert_uint_eq(object->family.items[2].first, AF_NETLINK);
	ck_assert_uint_eq(object->family.items[3].last, 16);
	ck_assert_uint_eq(object->protocol.items[0].first, 262);
	object = &set.policies[0].rules[1].object;
	ck_assert_int_eq(object->to.items[0].family, ADDR_IPV4);
	ck_assert_uint_eq(object->to.items[0].length, 8);
	ck_assert_uint_eq(object->to.items[0].address[0], 10);
	ck_assert_uint_eq(object->to.items[0].address[12], 0);
	ck_assert_uint_eq(object->to.items[1].length, 32);
	ck_assert_uint_eq(object->to.items[1].address[3], 4);
	ck_assert_int_eq(object->to.items[2].family, ADDR_IPV6);
	ck_assert_uint_eq(object->to.items[2].length, 0);
	ck_assert_int_eq(object->to.items[3].family, ADDR_IPV4);
	ck_assert_uint_eq(object->to.items[4].length, 128);
	ck_assert_uint_eq(object->from.items[0].length, 32);
	TEXTS_ARE(set.policies[0].rules[3].object.unix_path, "@abstract*", "/run/x");
}
END_TEST

START_TEST(variables_expand_to_every_combination)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};

	parse_ok(&set, HEAD "vars: {a: [/x, /y], b: [1*, '2'], c: z}\nsubject: {exe: \"${a}/bin\"}\n"
			    "file:\n  - deny: read\n    path: [\"${a}/${b}/${c}\", '/\\$\\{a\\}', /$a]\n"
			    "    except: \"${a}\"\n");
	TEXTS_ARE(set.policies[0].subject.match.exe, "/x/bin", "/y/bin");
	TEXTS_ARE(set.policies[0].rules[0].object.path, "/x/1*/z", "/y/1*/z", "/x/2/z", "/y/2/z",
		  "/\\$\\{a\\}", "/$a");
	TEXTS_ARE(set.policies[0].rules[0].object.except, "/x", "/y");
}
END_TEST

START_TEST(paths_are_normalised)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};

	parse_ok(&set,
		 HEAD "file:\n  - deny: read\n    path: [//a//b/./c/., /a/, /., //, /a/..b/.c, "
		      "\"unmapped://x\", \"unmapped:/.\", \"memfd:a//b\", /a/.//, \"/[a]//b\", \"pipe:\"]\n");
	TEXTS_ARE(set.policies[0].rules[0].object.path, "/a/b/c", "/a/", "/", "/", "/a/..b/.c", "unmapped:/x",
		  "unmapped:/", "memfd:a//b", "/a/", "/[a]//b", "pipe:");
}
END_TEST

START_TEST(words_of_every_kind)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};

	parse_ok(&set,
		 HEAD "capability:\n  - deny: all\n  - deny: [chown, checkpoint_restore]\n"
		      "syscall:\n  - audit: [\"@mount\", 425, all]\n"
		      "kernel:\n  - kill: all\n"
		      "anomaly: {rate: [{count: open-failed, over: 500ms, limit: 1}]}\n"
		      "tests:\n  - expect:\n      allow: kernel bpf\n      deny: [exec anonymous, "
		      "capability sys_admin, network create packet, process ptrace /x, exec run memfd:x]\n");
	ck_assert_uint_eq(set.policies[0].rules[1].caps, (1ULL << 41) - 1);
	ck_assert_uint_eq(set.policies[0].rules[2].caps, 1ULL << 40 | 1);
	TEXTS_ARE(set.policies[0].rules[3].syscalls, "@mount", "425", "@known");
	ck_assert_uint_eq(set.policies[0].anomaly.rates[0].over_ns, 500000000);
	ck_assert_uint_eq(set.policies[0].tests[0].deny.count, 5);
}
END_TEST

START_TEST(aliases_share_values)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};

	parse_ok(&set, HEAD "file:\n  - deny: &ops [read, write]\n    path: &paths [/a, /b]\n"
			    "  - audit: *ops\n    path: *paths\n");
	TEXTS_ARE(set.policies[0].rules[1].object.path, "/a", "/b");
	ck_assert_uint_eq(set.policies[0].rules[1].ops, POLICYD_OP_FILE_READ | POLICYD_OP_FILE_WRITE);
}
END_TEST

START_TEST(line_ends_and_marks)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};

	parse_ok(&set, "\357\273\277version: 1\r\npolicy: p\r\ndefault:\r\n  file: deny\r\n");
	ck_assert_str_eq(set.policies[0].name, "p");
	ck_assert(set.policies[0].default_deny[POLICYD_SECTION_FILE]);
}
END_TEST

START_TEST(places_outlive_the_file_name)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	static const char text[] = HEAD "file: [{deny: all}]\n";
	char file[] = "web.yaml";

	ck_assert_int_eq(parse_text(&set, file, TEXT(text), &diagnostics), 0);
	file[0] = 'x';
	ck_assert_str_eq(set.policies[0].rules[0].at.file, "web.yaml");
	ck_assert_uint_eq(set.policies[0].rules[0].at.line, 3);
	ck_assert_uint_eq(set.policies[0].rules[0].at.column, 9);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_web_server_of_the_specification,
		its_file_and_exec_rules,
		its_network_rules,
		the_other_examples_of_the_specification,
		policy_keys,
		subject_keys,
		rule_keys,
		families_protocols_and_networks,
		variables_expand_to_every_combination,
		paths_are_normalised,
		words_of_every_kind,
		aliases_share_values,
		line_ends_and_marks,
		places_outlive_the_file_name,
	};

	return tests_run("parse", tests, ARRAY_SIZE(tests));
}
