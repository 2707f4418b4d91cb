// SPDX-License-Identifier: Apache-2.0
#include "parse_internal.h"

const struct parse_limit parse_limits[] = {
	[LIMIT_FILE_SIZE] = {"file-size", "bytes of a file", 64UL * 1024 * 1024},
	[LIMIT_FILES] = {"files", "policy files in a directory", 10000},
	[LIMIT_DEPTH] = {"depth", "nested lists and mappings", YAML_TREE_DEPTH_MAX},
	[LIMIT_VALUES] = {"values", "values of a document, aliases followed", 8000000},
	[LIMIT_ANCHORS] = {"anchors", "anchors of a document", YAML_TREE_ANCHORS_MAX},
	[LIMIT_POLICIES] = {"policies", "policies of a set", 65536},
	[LIMIT_RULES] = {"rules", "rules of a set", 1000000},
	[LIMIT_RULE_PATTERNS] = {"rule-patterns", "path patterns of a rule or subject, variables expanded",
				 100000},
	[LIMIT_SET_PATTERNS] = {"patterns", "path patterns of a set, variables expanded", 2000000},
	[LIMIT_PATTERN_LENGTH] = {"pattern-length", "bytes of a path pattern, variables expanded",
				  PATTERN_LENGTH_MAX},
	[LIMIT_LIST] = {"list", "values of a list of ids, networks, ports, digests or names", 100000},
	[LIMIT_VARS] = {"vars", "variables of a policy", 1000},
	[LIMIT_VAR_VALUES] = {"var-values", "values of a variable", 10000},
	[LIMIT_NAME] = {"name", "characters of a policy's, rule's or variable's name", 63},
	[LIMIT_TEXT] = {"text", "bytes of a description, message or other text", 4096},
	[LIMIT_TAGS] = {"tags", "tags of a policy or rule", 64},
	[LIMIT_RATES] = {"rates", "rates of an anomaly section", 64},
	[LIMIT_DETECTS] = {"detects", "detectors of an anomaly section", 64},
	[LIMIT_TESTS] = {"tests", "tests of a policy", 10000},
	[LIMIT_EXPECTATIONS] = {"expectations", "operations that a test allows, and that it denies", 10000},
	[LIMIT_ERRORS] = {"errors", "errors and warnings that are shown, further ones are counted",
			  DIAGNOSTICS_MAX},
};
_Static_assert(ARRAY_SIZE(parse_limits) == LIMIT_COUNT, "every limit has a value");

const size_t parse_limit_count = LIMIT_COUNT;
