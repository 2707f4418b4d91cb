// SPDX-License-Identifier: Apache-2.0
/* Errors in rules of any section. */
#include "parse_case.h"

static const struct parse_case cases[] = {
	{"operation misspelt",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: wirte\n"),
	 -EINVAL, "t.yaml:4:11: error: unknown operation 'wirte' in file rule (did you mean 'write'?)\n"},
	{"operation in a list misspelt",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: [read, delet, chmd]\n"
	      "    path: /x\n"),
	 -EINVAL,
	 "t.yaml:4:18: error: unknown operation 'delet' in file rule (did you mean 'delete'?)\n"
	 "t.yaml:4:25: error: unknown operation 'chmd' in file rule (did you mean 'chmod'?)\n"},
	{"operation of another section",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: connect\n"),
	 -EINVAL,
	 "t.yaml:4:11: error: unknown operation 'connect' in file rule (it is an operation of "
	 "network)\n"},
	{"operation a number",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: 5\n"),
	 -EINVAL, "t.yaml:4:11: error: unknown operation '5' in file rule\n"},
	{"operation nothing",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny:\n"),
	 -EINVAL, "t.yaml:4:10: error: 'deny' has no value\n"},
	{"operations empty",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: []\n"),
	 -EINVAL, "t.yaml:4:11: error: 'deny' is an empty list: leave the key out or name something\n"},
	{"operations a mapping",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: {a: b}\n"),
	 -EINVAL, "t.yaml:4:11: error: 'deny' must be a value or a list of values, not a mapping\n"},
	{"verdict misspelt",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - acton: deny\n"),
	 -EINVAL,
	 "t.yaml:4:5: error: the file rule has no verdict: allow, deny, kill or audit\n"
	 "t.yaml:4:5: error: unknown key 'acton' in file rule\n"},
	{"verdict near",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - dney: all\n"),
	 -EINVAL,
	 "t.yaml:4:5: error: the file rule has no verdict: allow, deny, kill or audit\n"
	 "t.yaml:4:5: error: unknown key 'dney' in file rule (did you mean 'deny'?)\n"},
	{"two verdicts",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    allow: write\n"),
	 -EINVAL, "t.yaml:5:5: error: a rule has one verdict: 'deny' stands at line 4 already\n"},
	{"rule is text",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny\n"),
	 -EINVAL, "t.yaml:4:5: error: file rule must be a mapping, not text\n"},
	{"rule unknown key",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "exec:\n"
	      "  - deny: run\n"
	      "    pth: /x\n"),
	 -EINVAL, "t.yaml:5:5: error: unknown key 'pth' in exec rule (did you mean 'path'?)\n"},
	{"rule key of another section",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    sha256: x\n"),
	 -EINVAL, "t.yaml:5:5: error: key 'sha256' does not go with a file rule (only with exec)\n"},
	{"kernel rule with a path",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "kernel:\n"
	      "  - deny: bpf\n"
	      "    path: /x\n"),
	 -EINVAL, "t.yaml:5:5: error: key 'path' does not go with a kernel rule (only with file, exec)\n"},
	{"path relative",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: etc/shadow\n"),
	 -EINVAL, "t.yaml:5:11: error: pattern 'etc/shadow': the pattern must begin with '/'\n"},
	{"path with ..",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: /etc/../shadow\n"),
	 -EINVAL, "t.yaml:5:11: error: pattern '/etc/../shadow': '..' is not allowed in a pattern\n"},
	{"path with .. in braces",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: \"/{a,..}/b\"\n"),
	 -EINVAL, "t.yaml:5:11: error: pattern '/{a,..}/b': '..' is not allowed in a pattern\n"},
	{"path brace open",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: \"/a{b,c\"\n"),
	 -EINVAL,
	 "t.yaml:5:11: error: pattern '/a{b,c': '{' is not closed; write '\\{' for the byte "
	 "itself\n"},
	{"path brace close",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: \"/ab}\"\n"),
	 -EINVAL, "t.yaml:5:11: error: pattern '/ab}': '}' without '{'; write '\\}' for the byte itself\n"},
	{"path bracket",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: \"/a[b\"\n"),
	 -EINVAL, "t.yaml:5:11: error: pattern '/a[b': '[' is not closed; write '\\[' for the byte itself\n"},
	{"path range",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: \"/[z-a]\"\n"),
	 -EINVAL, "t.yaml:5:11: error: pattern '/[z-a]': the range in '[z-a]' ends before it begins\n"},
	{"path backslash",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: /a\\\n"),
	 -EINVAL, "t.yaml:5:11: error: pattern '/a\\': '\\' at the end of the pattern\n"},
	{"path nothing",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path:\n"),
	 -EINVAL, "t.yaml:5:10: error: 'path' has no value\n"},
	{"path list in list",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: [[/a]]\n"),
	 -EINVAL, "t.yaml:5:12: error: 'path' must be a single value here, not a list\n"},
	{"path unknown variable",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: \"${site}/x\"\n"),
	 -EINVAL, "t.yaml:5:11: error: unknown variable 'site' (it must be in 'vars')\n"},
	{"path open variable",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: \"/${site\"\n"),
	 -EINVAL, "t.yaml:5:11: error: '${' without '}' in '/${site'\n"},
	{"path of memory",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    path: [pipe:x, unmapped:a]\n"),
	 -EINVAL,
	 "t.yaml:5:12: error: pattern 'pipe:x': nothing may follow 'pipe:' and 'socket:'\n"
	 "t.yaml:5:20: error: pattern 'unmapped:a': the pattern must begin with '/'\n"},
	{"except relative",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "exec:\n"
	      "  - deny: run\n"
	      "    except: bin\n"),
	 -EINVAL, "t.yaml:5:13: error: pattern 'bin': the pattern must begin with '/'\n"},
	{"errno misspelt",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    errno: EACCESS\n"),
	 -EINVAL, "t.yaml:5:12: error: unknown errno 'EACCESS' (did you mean 'EACCES'?)\n"},
	{"errno number",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    errno: 13\n"),
	 -EINVAL, "t.yaml:5:12: error: unknown errno '13'\n"},
	{"errno with allow",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - allow: read\n"
	      "    errno: EACCES\n"),
	 -EINVAL, "t.yaml:5:12: error: 'errno' needs deny or kill\n"},
	{"quiet with audit",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - audit: read\n"
	      "    quiet: true\n"),
	 -EINVAL, "t.yaml:5:12: error: 'quiet' needs deny or kill\n"},
	{"quiet yes",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    quiet: yes\n"),
	 -EINVAL, "t.yaml:5:12: error: 'quiet' must be true or false, not 'yes'\n"},
	{"rule name",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    name: \"x[1]\"\n"),
	 -EINVAL,
	 "t.yaml:5:11: error: 'x[1]' is not a name: up to 63 of a-z, 0-9, '.', '_' and '-', "
	 "beginning with a letter or digit\n"},
	{"rule names twice",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    name: x\n"
	      "exec:\n"
	      "  - deny: run\n"
	      "    name: x\n"),
	 -EINVAL, "t.yaml:7:5: error: duplicate rule name 'x' (also at line 4)\n"},
};

START_TEST(messages_are_exact)
{
	cases_check(cases, ARRAY_SIZE(cases));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {messages_are_exact};

	return tests_run("parse rule", tests, ARRAY_SIZE(tests));
}
