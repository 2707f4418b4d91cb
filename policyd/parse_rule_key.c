// SPDX-License-Identifier: Apache-2.0
/*
 * The keys of rules, and in which sections they stand.
 */
#include "parse_internal.h"

#define FILES	  (1U << POLICYD_SECTION_FILE)
#define EXECS	  (1U << POLICYD_SECTION_EXEC)
#define NETWORKS  (1U << POLICYD_SECTION_NETWORK)
#define PROCESSES (1U << POLICYD_SECTION_PROCESS)

/* All sections but syscall and anomaly, whose rules refuse nothing. */
#define REFUSING ((1U << POLICYD_SECTION_SYSCALL) - 1)

#define RULE(member)   offsetof(struct rule_draft, rule.member)
#define OBJECT(member) offsetof(struct rule_draft, rule.object.member)

/* Verdicts are read before the table, since what they hold depends on the section. */
static int verdict_skip(struct parser *parser, const struct parse_key *key, const struct node *value,
			void *ret)
{
	return 0;
}

static int errno_read(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct rule_draft *draft = ret;

	draft->errno_given = value;
	return parse_word(parser, key, value, &draft->rule.errno_value);
}

static int quiet_read(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct rule_draft *draft = ret;

	draft->quiet_given = value;
	return parse_boolean(parser, key, value, &draft->rule.quiet);
}

/* name, type, required, reader, offset, words, sections, about, example */
static const struct parse_key rule_keys[] = {
	{"deny", TYPE_OPERATIONS, false, verdict_skip, 0, NULL, 0, "operations that are refused and reported",
	 "[write, create]"},
	{"kill", TYPE_OPERATIONS, false, verdict_skip, 0, NULL, 0,
	 "operations that are refused and reported, and end the process", "ptrace"},
	{"audit", TYPE_OPERATIONS, false, verdict_skip, 0, NULL, 0,
	 "operations that are reported; permits and refuses nothing", "all"},
	{"allow", TYPE_OPERATIONS, false, verdict_skip, 0, NULL, 0,
	 "operations that the section's default does not refuse", "read"},
	{"name", TYPE_NAME, false, parse_name, RULE(name), NULL, 0,
	 "the rule's name in events; without it section and index, file[2]", "no-git"},
	{"message", TYPE_TEXT, false, parse_text_value, RULE(message), NULL, 0, "text for events",
	 "repository data is never served"},
	{"severity", TYPE_WORD, false, parse_word, RULE(severity), &parse_severities, 0,
	 "syslog severity of the rule's events", "crit"},
	{"tags", TYPE_TAGS, false, parse_tags, RULE(tags), NULL, 0, "words for events", "[T1190]"},
	{"quiet", TYPE_BOOLEAN, false, quiet_read, 0, NULL, REFUSING,
	 "refuse without an event; the counter still counts", "true"},
	{"errno", TYPE_WORD, false, errno_read, 0, &parse_errnos, REFUSING,
	 "the error that a refusal returns, EPERM without it", "EACCES"},
	{"path", TYPE_PATTERNS, false, parse_patterns, OBJECT(path), NULL, FILES | EXECS, "files by path",
	 "/var/log/nginx/**"},
	{"except", TYPE_PATTERNS, false, parse_patterns, OBJECT(except), NULL, FILES | EXECS,
	 "files that the rule is not about", "/var/log/nginx/archive/**"},
	{"type", TYPE_WORDS, false, parse_word_bits, OBJECT(types), &parse_file_types, FILES,
	 "kinds of files", "[block, char]"},
	{"device", TYPE_DEVICES, false, parse_devices, RULE(object), NULL, FILES,
	 "device nodes by MAJOR:MINOR or MAJOR:*, under any name", "8:*"},
	{"fstype", TYPE_TEXTS, false, parse_strings, OBJECT(fstype), NULL, FILES | EXECS,
	 "files on filesystems of a type", "[nfs, nfs4]"},
	{"sha256", TYPE_DIGESTS, false, parse_digests, RULE(object), NULL, EXECS, "files by content",
	 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"deleted", TYPE_TRUE, false, parse_true, OBJECT(deleted), NULL, EXECS,
	 "files that no longer have a name", "true"},
	{"setuid", TYPE_TRUE, false, parse_true, OBJECT(setuid), NULL, EXECS,
	 "files with the set-user-id or set-group-id bit", "true"},
	{"writable", TYPE_TRUE, false, parse_true, OBJECT(writable), NULL, EXECS,
	 "files that others than root can write, or whose directory they can write", "true"},
	{"family", TYPE_NUMBERS_OR_WORDS, false, parse_family, OBJECT(family), &parse_families, NETWORKS,
	 "address families; inet is ipv4 and ipv6", "inet"},
	{"protocol", TYPE_NUMBERS_OR_WORDS, false, parse_words_or_numbers, OBJECT(protocol), &parse_protocols,
	 NETWORKS, "protocols by name or number", "[tcp, udp]"},
	{"to", TYPE_NETWORKS, false, parse_networks, OBJECT(to), NULL, NETWORKS, "remote networks of connect",
	 "[10.0.0.0/8, \"fd00::/8\"]"},
	{"from", TYPE_NETWORKS, false, parse_networks, OBJECT(from), NULL, NETWORKS,
	 "remote networks of accept", "192.0.2.0/24"},
	{"at", TYPE_NETWORKS, false, parse_networks, OBJECT(at), NULL, NETWORKS,
	 "local networks of bind, listen and accept, and of sockets that connect: one that is not bound to "
	 "an address is in all of them for 'deny', 'kill' and 'audit', and in none for 'allow'; with 'all' "
	 "and no remote networks connect is left out",
	 "127.0.0.0/8"},
	{"port", TYPE_PORTS, false, parse_ports, OBJECT(port), NULL, NETWORKS,
	 "the remote port of connect, the local port of bind, listen and accept", "[80, 9000-9010]"},
	{"unix", TYPE_SOCKET_NAMES, false, parse_socket_names, OBJECT(unix_path), NULL, NETWORKS,
	 "unix sockets by path; abstract names start with @", "/run/php/*.sock"},
	{"target", TYPE_SUBJECT, false, parse_target, RULE(object), NULL, PROCESSES,
	 "the process that it is done to, by the keys of subject", "{exe: /usr/sbin/policyd}"},
	{"signal", TYPE_NUMBERS_OR_WORDS, false, parse_words_or_numbers, OBJECT(signal), &parse_signals,
	 PROCESSES, "which signals", "[TERM, KILL]"},
};

const struct parse_table parse_rule_table = {"rule", rule_keys, ARRAY_SIZE(rule_keys)};
