/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: a kind, a pattern, a line feed, a name. The pattern parser must not crash; where it takes the
 * pattern, the automaton and the reference must agree about the name.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostic.h"
#include "host_facts.h"
#include "reference.h"
#include "util.h"

#define TEXT_MAX 96 /* the reference tries everything */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *resolve(const struct host *host, const char *path)
{
	return strdup(path);
}

/* Whether the reference, which reads the text as it is, can be asked: no escapes, no '/' in sets, few stars.
 */
static bool is_plain(const char *pattern)
{
	size_t stars = 0;
	bool set = false;

	for (; *pattern; pattern++) {
		if (*pattern == '\\' || (set && *pattern == '/'))
			return false;
		set = *pattern == '[' || (set && *pattern != ']');
		stars += *pattern == '*' || *pattern == '{';
	}
	return stars <= 8;
}

static bool is_canonical(const char *name)
{
	size_t length = strlen(name);

	return name[0] == '/' && (length == 1 || name[length - 1] != '/') && !strstr(name, "//") &&
	       !strstr(name, "/./") && !strstr(name, "/../") &&
	       (length < 2 || strcmp(name + length - 2, "/.")) &&
	       (length < 3 || strcmp(name + length - 3, "/..") != 0);
}

static void compare(const struct compiled *compiled, const struct host *host, const char *pattern,
		    const char *name, enum pattern_kind kind)
{
	struct decision_object object;
	struct decision_verdict verdict;

	if (decision_path(compiled, name, kind, &object) < 0)
		return;
	if (decision_verdict(compiled, 0, &object, kind == PATTERN_UNIX ? 20 : 0, &verdict) < 0)
		abort();
	if (verdict.refuse != reference_match(host, pattern, name)) {
		fprintf(stderr, "pattern '%s' name '%s': the tables say %d\n", pattern, name, verdict.refuse);
		abort();
	}
}

static void pattern_try(const char *pattern, const char *name, enum pattern_kind kind)
{
	static struct policyd_hash_key key; /* filled below: with a poor key, names collide */
	struct host_mount mount = {.dev = 1, .root = "/", .point = "/", .fstype = "ext4"};
	struct host host = {.mounts = &mount, .mount_count = 1, .resolve = resolve};
	struct pattern_text text = {.text = pattern, .at = {.file = "fuzz", .line = 1, .column = 1}};
	struct rule rule = {
		.section = kind == PATTERN_UNIX ? POLICYD_SECTION_NETWORK : POLICYD_SECTION_FILE,
		.verdict = POLICY_DENY,
		.ops = kind == PATTERN_UNIX ? POLICYD_OP_NETWORK_CONNECT : POLICYD_OP_FILE_READ,
		.errno_value = EPERM,
	};
	struct policy policy = {.name = "fuzz", .mode = POLICY_ENFORCE, .rules = &rule, .rule_count = 1};
	struct policy_set set = {.policies = &policy, .count = 1};
	struct compile_options options = {.generation = 1, .key = &key, .unsupported = true};
	struct diagnostics diagnostics = {0};
	struct compiled *compiled = NULL;

	for (size_t i = 0; i < sizeof(key); i++)
		((uint8_t *)&key)[i] = (uint8_t)(i * 151 + (i >> 8) * 7 + 1);
	if (kind == PATTERN_UNIX)
		rule.object.unix_path = (struct pattern_list){.items = &text, .count = 1};
	else
		rule.object.path = (struct pattern_list){.items = &text, .count = 1};
	if (compile(&set, &host, &options, &diagnostics, &compiled) == 0 && is_plain(pattern) &&
	    (is_canonical(name) || name[0] == '@' || !strncmp(name, "memfd:", 6)))
		compare(compiled, &host, pattern, name, kind);
	compiled_free(compiled);
	diagnostics_clear(&diagnostics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_FREE char *text = NULL;
	char *name;

	if (size < 3 || size > TEXT_MAX || memchr(data, 0, size))
		return 0;
	text = strndup((const char *)data + 1, size - 1);
	if (!text)
		return 0;
	name = strchr(text, '\n');
	if (name)
		*name++ = '\0';
	pattern_try(text, name ? name : "/", data[0] & 1 ? PATTERN_UNIX : PATTERN_FILE);
	return 0;
}
