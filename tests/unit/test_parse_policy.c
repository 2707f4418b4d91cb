// SPDX-License-Identifier: Apache-2.0
/* Errors in the keys of a policy. */
#include "parse_case.h"

static const struct parse_case cases[] = {
	{"missing keys", TEXT("mode: audit\n"), -EINVAL,
	 "t.yaml:1:1: error: missing key 'version' in policy\n"
	 "t.yaml:1:1: error: missing key 'policy' in policy\n"},
	{"unknown key",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "polcy: x\n"),
	 -EINVAL, "t.yaml:3:1: error: unknown key 'polcy' in policy (did you mean 'policy'?)\n"},
	{"unknown key without a near one",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "frobnicate: x\n"),
	 -EINVAL, "t.yaml:3:1: error: unknown key 'frobnicate' in policy\n"},
	{"section name misspelt",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "fiel:\n"
	      "  - deny: all\n"),
	 -EINVAL, "t.yaml:3:1: error: unknown key 'fiel' in policy (did you mean 'file'?)\n"},
	{"version quoted",
	 TEXT("version: \"1\"\n"
	      "policy: p\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:1:10: error: 'version' must be a number: write 1 without quotes\n"},
	{"version unknown",
	 TEXT("version: 2\n"
	      "policy: p\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:1:10: error: version 2 of the language is not known here (known: 1)\n"},
	{"version octal",
	 TEXT("version: 01\n"
	      "policy: p\n"
	      "default: {file: deny}\n"),
	 -EINVAL,
	 "t.yaml:1:10: error: 'version': '01' begins with 0, which some read as octal: write a "
	 "decimal number\n"},
	{"version float",
	 TEXT("version: 1.0\n"
	      "policy: p\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:1:10: error: 'version' must be a decimal number, not '1.0'\n"},
	{"version a list",
	 TEXT("version: [1]\n"
	      "policy: p\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:1:10: error: 'version' must be a single value here, not a list\n"},
	{"policy name is a number",
	 TEXT("version: 1\n"
	      "policy: 123\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:2:9: error: 'policy' must be text, not a number: write \"123\" in quotes\n"},
	{"policy name is true",
	 TEXT("version: 1\n"
	      "policy: true\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:2:9: error: 'policy' must be text, not a boolean: write \"true\" in quotes\n"},
	{"policy name is nothing",
	 TEXT("version: 1\n"
	      "policy:\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:2:8: error: 'policy' has no value\n"},
	{"policy name in capitals",
	 TEXT("version: 1\n"
	      "policy: Web\n"
	      "default: {file: deny}\n"),
	 -EINVAL,
	 "t.yaml:2:9: error: 'Web' is not a name: up to 63 of a-z, 0-9, '.', '_' and '-', "
	 "beginning with a letter or digit\n"},
	{"policy name too long",
	 TEXT("version: 1\n"
	      "policy: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
	      "default: {file: deny}\n"),
	 -EINVAL,
	 "t.yaml:2:9: error: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...' is "
	 "not a name: up to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit\n"},
	{"duplicate policy",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: {file: deny}\n"
	      "---\n"
	      "version: 1\n"
	      "policy: p\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:6:9: error: duplicate policy 'p' (first at t.yaml:2)\n"},
	{"mode misspelt",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "mode: enfroce\n"),
	 -EINVAL, "t.yaml:3:7: error: unknown mode 'enfroce' (did you mean 'enforce'?)\n"},
	{"mode off",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "mode: off\n"),
	 -EINVAL, "t.yaml:3:7: error: unknown mode 'off' (one of enforce, audit, disabled)\n"},
	{"mode is a list",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "mode: [audit]\n"),
	 -EINVAL, "t.yaml:3:7: error: 'mode' must be a single value here, not a list\n"},
	{"degraded",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "degraded: warn\n"),
	 -EINVAL, "t.yaml:3:11: error: unknown value of degraded 'warn' (one of refuse, audit)\n"},
	{"revalidate no",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "revalidate: no\n"),
	 -EINVAL, "t.yaml:3:13: error: 'revalidate' must be true or false, not 'no'\n"},
	{"revalidate On",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "revalidate: On\n"),
	 -EINVAL, "t.yaml:3:13: error: 'revalidate' must be true or false, not 'On'\n"},
	{"revalidate quoted",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "revalidate: \"true\"\n"),
	 -EINVAL, "t.yaml:3:13: error: 'revalidate' must be true or false without quotes, not 'true'\n"},
	{"revalidate 1",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "revalidate: 1\n"),
	 -EINVAL, "t.yaml:3:13: error: 'revalidate' must be true or false, not '1'\n"},
	{"severity",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "severity: warnin\n"),
	 -EINVAL, "t.yaml:3:11: error: unknown severity 'warnin' (did you mean 'warning'?)\n"},
	{"severity number",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "severity: 4\n"),
	 -EINVAL,
	 "t.yaml:3:11: error: unknown severity '4' (one of emerg, alert, crit, err, warning, "
	 "notice, info, debug)\n"},
	{"description a number",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "description: 1e3\n"),
	 -EINVAL, "t.yaml:3:14: error: 'description' must be text, not a number: write \"1e3\" in quotes\n"},
	{"description a boolean",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "description: true\n"),
	 -EINVAL,
	 "t.yaml:3:14: error: 'description' must be text, not a boolean: write \"true\" in "
	 "quotes\n"},
	{"description octal",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "description: 0755\n"),
	 -EINVAL, "t.yaml:3:14: error: 'description' must be text, not a number: write \"0755\" in quotes\n"},
	{"description nothing",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "description: ~\n"),
	 -EINVAL, "t.yaml:3:14: error: 'description' has no value\n"},
	{"description a mapping",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "description: {a: b}\n"),
	 -EINVAL, "t.yaml:3:14: error: 'description' must be a single value here, not a mapping\n"},
	{"description empty",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "description: \"\"\n"),
	 -EINVAL, "t.yaml:3:14: error: 'description' is empty\n"},
	{"tag with a blank",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "tags: [a b]\n"),
	 -EINVAL,
	 "t.yaml:3:8: error: 'a b' is not a tag: up to 63 letters, digits, '.', '_', ':', '/' and "
	 "'-'\n"},
	{"tag a number",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "tags: [2024]\n"),
	 -EINVAL, "t.yaml:3:8: error: 'tags' must be text, not a number: write \"2024\" in quotes\n"},
	{"tags empty",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "tags: []\n"),
	 -EINVAL, "t.yaml:3:7: error: 'tags' is an empty list: leave the key out or name something\n"},
	{"tags a mapping",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "tags: {a: b}\n"),
	 -EINVAL, "t.yaml:3:7: error: 'tags' must be a value or a list of values, not a mapping\n"},
	{"default a word",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: deny\n"),
	 -EINVAL, "t.yaml:3:10: error: default must be a mapping, not text\n"},
	{"default wrong word",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: {file: no}\n"),
	 -EINVAL, "t.yaml:3:17: error: unknown default 'no' (one of allow, deny)\n"},
	{"default unknown section",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: {kernel: deny}\n"),
	 -EINVAL, "t.yaml:3:11: error: unknown key 'kernel' in default\n"},
	{"section a mapping",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file: {deny: all}\n"),
	 -EINVAL, "t.yaml:3:7: error: 'file' must be a list of rules, not a mapping\n"},
	{"section nothing",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"),
	 -EINVAL, "t.yaml:3:6: error: 'file' must be a list of rules, not nothing\n"},
	{"no rules",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "mode: audit\n"),
	 0, "t.yaml:2:9: warning: policy 'p' has no rules\n"},
	{"vars a list",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "vars: [a]\n"),
	 -EINVAL, "t.yaml:3:7: error: 'vars' must be a mapping, not a list\n"},
	{"vars name",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "vars: {A b: /x}\n"),
	 -EINVAL, "t.yaml:3:8: error: 'A b' cannot name a variable (a-z, 0-9, '.', '_', '-')\n"},
	{"vars value uses a variable",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "vars: {a: /x, b: \"${a}/y\"}\n"
	      "file: [{deny: all, path: [\"${a}\", \"${b}\"]}]\n"),
	 -EINVAL, "t.yaml:3:18: error: a variable's value cannot use variables\n"},
	{"vars value a number",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "vars: {a: 5}\n"
	      "file: [{deny: all, path: \"/${a}\"}]\n"),
	 -EINVAL, "t.yaml:3:11: error: 'a' must be text, not a number: write \"5\" in quotes\n"},
	{"vars unused",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "vars: {a: /x}\n"
	      "default: {file: deny}\n"),
	 0, "t.yaml:3:8: warning: variable 'a' is not used\n"},
	{"subject empty",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:10: error: subject is empty: leave it out\n"},
	{"subject a list",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: [/bin/sh]\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:10: error: subject must be a mapping, not a list\n"},
	{"subject unknown key",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {exec: /bin/sh}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:11: error: unknown key 'exec' in subject (did you mean 'exe'?)\n"},
	{"subject exe relative",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {exe: bin/sh}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:16: error: pattern 'bin/sh': the pattern must begin with '/'\n"},
	{"subject exe empty list",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {exe: []}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:16: error: 'exe' is an empty list: leave the key out or name something\n"},
	{"subject user quoted",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {user: \"1000\"}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:17: error: 'user' must be a number: write 1000 without quotes\n"},
	{"subject user reversed",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {user: 2000-1000}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:17: error: 'user': the range 2000-1000 is reversed: write 1000-2000\n"},
	{"subject user too large",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {user: [4294967295, 1-4294967295]}\n"
	      "default: {file: deny}\n"),
	 -EINVAL,
	 "t.yaml:3:18: error: 'user': 4294967295 is out of range (0 to 4294967294)\n"
	 "t.yaml:3:30: error: 'user': 1-4294967295 is out of range (0 to 4294967294)\n"},
	{"subject user octal",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {user: [010, 010-020]}\n"
	      "default: {file: deny}\n"),
	 -EINVAL,
	 "t.yaml:3:18: error: 'user': '010' begins with 0, which some read as octal: write a "
	 "decimal number\n"
	 "t.yaml:3:23: error: 'user': a number in '010-020' begins with 0\n"},
	{"subject user text",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {user: \"www data\"}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:17: error: 'user': 'www data' is not a name, an id or a range of ids\n"},
	{"subject user nothing",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {user: ~}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:17: error: 'user' has no value\n"},
	{"subject cgroup",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {cgroup: system.slice}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:19: error: pattern 'system.slice': the pattern must begin with '/'\n"},
	{"subject except in except",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {user: root, except: {except: {user: x}}}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:32: error: unknown key 'except' in subject exception\n"},
	{"subject except empty",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "subject: {user: root, except: {}}\n"
	      "default: {file: deny}\n"),
	 -EINVAL, "t.yaml:3:31: error: subject exception is empty: leave it out\n"},
};

START_TEST(messages_are_exact)
{
	cases_check(cases, ARRAY_SIZE(cases));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {messages_are_exact};

	return tests_run("parse policy", tests, ARRAY_SIZE(tests));
}
