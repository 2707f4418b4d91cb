// SPDX-License-Identifier: Apache-2.0
/* What YAML offers and policies refuse, and files that are broken. */
#include "parse_case.h"

static const struct parse_case cases[] = {
	{"empty file", TEXT(""), -EINVAL, "t.yaml:1:1: error: the file holds no policy\n"},
	{"only comments", TEXT("# nothing\n"), -EINVAL, "t.yaml:1:1: error: the file holds no policy\n"},
	{"empty document",
	 TEXT("---\n"
	      "---\n"
	      "version: 1\n"
	      "policy: p\n"),
	 -EINVAL,
	 "t.yaml:1:1: error: the document holds no policy\n"
	 "t.yaml:4:9: warning: policy 'p' has no rules\n"},
	{"text instead of a policy", TEXT("hello\n"), -EINVAL,
	 "t.yaml:1:1: error: policy must be a mapping, not text\n"},
	{"list instead of a policy", TEXT("- version: 1\n"), -EINVAL,
	 "t.yaml:1:1: error: policy must be a mapping, not a list\n"},
	{"tab as indentation",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "\t- deny: all\n"),
	 -EINVAL, "t.yaml:4:1: error: not valid YAML: a tab cannot indent or separate (use spaces)\n"},
	{"tab in a flow list is a blank",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: {file: deny}\n"
	      "file: [{deny:\tall, path: /x}]\n"),
	 0, ""},
	{"unclosed list",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file: [\n"),
	 -EINVAL,
	 "t.yaml:4:1: error: not valid YAML: did not find expected node content while parsing a "
	 "flow node (line 4)\n"},
	{"unclosed quote",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "description: \"x\n"),
	 -EINVAL,
	 "t.yaml:4:1: error: not valid YAML: found unexpected end of stream while scanning a "
	 "quoted scalar (line 3)\n"},
	{"invalid UTF-8",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "description: \303\244\377\n"),
	 -EINVAL, "t.yaml:3:15: error: not valid UTF-8 text: invalid leading UTF-8 octet\n"},
	{"UTF-16", TEXT("\377\376v\000"), -EINVAL,
	 "t.yaml:1:1: error: not valid UTF-8 text: invalid leading UTF-8 octet\n"},
	{"NUL byte",
	 TEXT("version: 1\n"
	      "policy: p\000\n"),
	 -EINVAL, "t.yaml:2:10: error: not valid UTF-8 text: control characters are not allowed\n"},
	{"escaped NUL",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "description: \"a\\0b\"\n"),
	 -EINVAL, "t.yaml:3:14: error: a NUL byte in a value\n"},
	{"control byte",
	 TEXT("version: 1\n"
	      "policy: p\001\n"),
	 -EINVAL, "t.yaml:2:10: error: not valid UTF-8 text: control characters are not allowed\n"},
	{"control characters in a value",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "mode: \"\\e[31m\\x85\\u202e\"\n"),
	 -EINVAL,
	 "t.yaml:3:7: error: unknown mode '\\x1b[31m\\xc2\\x85\\xe2\\x80\\xae' (one of enforce, "
	 "audit, disabled)\n"},
	{"tag",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "mode: !!str audit\n"),
	 -EINVAL, "t.yaml:3:7: error: tags are not part of the language ('tag:yaml.org,2002:str')\n"},
	{"tag of a mapping",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: !x {file: deny}\n"
	      "file: [{deny: all}]\n"),
	 -EINVAL, "t.yaml:3:10: error: tags are not part of the language ('!x')\n"},
	{"merge key",
	 TEXT("base: &b {mode: audit}\n"
	      "version: 1\n"
	      "policy: p\n"
	      "<<: *b\n"),
	 -EINVAL,
	 "t.yaml:1:1: error: unknown key 'base' in policy\n"
	 "t.yaml:4:1: error: merge keys ('<<') are not part of the language: write the keys out\n"},
	{"key that is a list",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "? [a]\n"
	      ": b\n"),
	 -EINVAL, "t.yaml:3:3: error: a key must be text\n"},
	{"duplicate key",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "mode: audit\n"
	      "mode: enforce\n"),
	 -EINVAL, "t.yaml:4:1: error: duplicate key 'mode' (first at line 3)\n"},
	{"duplicate key in a rule",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: all\n"
	      "    path: /a\n"
	      "    path: /b\n"),
	 -EINVAL, "t.yaml:6:5: error: duplicate key 'path' (first at line 5)\n"},
	{"duplicate key among many",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "vars: {v0: /x, v1: /x, v2: /x, v3: /x, v4: /x, v5: /x, v6: /x, v7: /x, v8: /x, v9: /x, "
	      "v10: /x, v11: /x, v12: /x, v13: /x, v14: /x, v15: /x, v16: /x, v17: /x, v18: /x, v19: "
	      "/x, v3: /y}\n"
	      "file: [{deny: all, path: \"/{${v0},${v1},${v2},${v3},${v4},${v5},${v6},${v7},${v8},${v9}"
	      ",${v10},${v11},${v12},${v13},${v14},${v15},${v16},${v17},${v18},${v19}}\"}]\n"),
	 -EINVAL, "t.yaml:3:178: error: duplicate key 'v3' (first at line 3)\n"},
	{"unknown alias",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "mode: *x\n"),
	 -EINVAL, "t.yaml:3:7: error: alias '*x' has no anchor before it\n"},
	{"alias inside its anchor",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "vars: &a {x: *a}\n"),
	 -EINVAL, "t.yaml:3:14: error: alias '*a' stands inside its own anchor\n"},
	{"anchor twice",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "tags: [&a x, &a y]\n"),
	 -EINVAL, "t.yaml:3:14: error: anchor '&a' is defined twice (first at line 3)\n"},
	{"deep nesting",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "description: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
	      "]]]]]\n"),
	 -EINVAL, "t.yaml:3:45: error: nested deeper than 32 (limit 'depth')\n"},
	{"alias that nests deeply",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "vars: {a: &a [[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]}\n"
	      "tags: [[[[[[[[[[[[[[[*a]]]]]]]]]]]]]]]\n"),
	 -EINVAL, "t.yaml:4:22: error: nested deeper than 32 (limit 'depth')\n"},
	{"unsupported YAML version",
	 TEXT("%YAML 3.0\n"
	      "---\n"
	      "version: 1\n"),
	 -EINVAL, "t.yaml:1:1: error: not valid YAML: found incompatible YAML document\n"},
	{"second document broken",
	 TEXT("version: 1\n"
	      "policy: a\n"
	      "default: {file: deny}\n"
	      "---\n"
	      "version: 1\n"
	      "policy: b\n"
	      "mode: on\n"
	      "---\n"
	      "- [\n"),
	 -EINVAL,
	 "t.yaml:7:7: error: unknown mode 'on' (one of enforce, audit, disabled)\n"
	 "t.yaml:10:1: error: not valid YAML: did not find expected node content while parsing a "
	 "flow node (line 10)\n"},
	{"errors in two documents",
	 TEXT("version: 1\n"
	      "policy: a\n"
	      "mode: x\n"
	      "---\n"
	      "version: 2\n"
	      "policy: b\n"
	      "default: {file: deny}\n"),
	 -EINVAL,
	 "t.yaml:3:7: error: unknown mode 'x' (one of enforce, audit, disabled)\n"
	 "t.yaml:5:10: error: version 2 of the language is not known here (known: 1)\n"},
};

START_TEST(messages_are_exact)
{
	cases_check(cases, ARRAY_SIZE(cases));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {messages_are_exact};

	return tests_run("parse yaml", tests, ARRAY_SIZE(tests));
}
