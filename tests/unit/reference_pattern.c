/* SPDX-License-Identifier: Apache-2.0 */
#include "reference.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define TEXT_MAX 4096

/* ---- patterns ---- */

static const char *set_end(const char *p)
{
	p++;
	if (*p == '!')
		p++;
	if (*p == ']')
		p++;
	while (*p && *p != ']')
		p += *p == '\\' ? 2 : 1;
	return p + 1;
}

static bool set_holds(const char *p, unsigned char byte)
{
	const char *end = set_end(p) - 1;
	bool negated = *++p == '!';
	bool found = false;

	if (byte == '/' || !byte)
		return false;
	p += negated;
	while (p < end) {
		unsigned char first = (unsigned char)*(*p == '\\' ? ++p : p);
		unsigned char last = first;

		p++;
		if (*p == '-' && p + 1 < end) {
			p++;
			last = (unsigned char)*(*p == '\\' ? ++p : p);
			p++;
		}
		found = found || (first <= byte && byte <= last);
	}
	return found != negated;
}

/* `single`: the name is one component, in which '/' is a byte like any other. */
static bool text_match(const char *p, const char *name, bool single)
{
	if (!*p)
		return !*name;
	if (p[0] == '*') {
		size_t stars = strspn(p, "*");
		bool deep = stars > 1 || single;

		for (;; name++) {
			if (text_match(p + stars, name, single))
				return true;
			if (!*name || (*name == '/' && !deep))
				return false;
		}
	}
	/* A component of stars only may be no component at all, but not the last one. */
	if (!single && !strncmp(p, "/**", 3)) {
		size_t stars = strspn(p + 1, "*");

		if (p[1 + stars] == '/' && text_match(p + 1 + stars, name, single))
			return true;
	}
	if (!*name)
		return false;
	if (*p == '?')
		return (*name != '/' || single) && text_match(p + 1, name + 1, single);
	if (*p == '[')
		return set_holds(p, (unsigned char)*name) && text_match(set_end(p), name + 1, single);
	if (*p == '\\')
		p++;
	return *p == *name && text_match(p + 1, name + 1, single);
}

/* Drops empty and "." components; a slash at the end stays. Of "/." nothing is left: the root alone. */
static void path_normalise(char *path)
{
	char *to = path;

	for (const char *from = path; *from;) {
		if (from[0] == '/' && from[1] == '/')
			from++;
		else if (!strncmp(from, "/./", 3) || !strcmp(from, "/."))
			from += 2;
		else
			*to++ = *from++;
	}
	*to = '\0';
}

/* Follows links in the directories before the first wildcard, one component after the other. */
static void prefix_resolve(const struct host *host, char *path)
{
	char whole[TEXT_MAX];
	char *resolved;
	size_t at = 0;

	for (;;) {
		size_t next = at + 1 + strcspn(path + at + 1, "/");

		if (!path[next] || strcspn(path + at + 1, "*?[\\") < next - at - 1)
			break;
		at = next;
	}
	if (!at)
		return;
	(void)snprintf(whole, sizeof(whole), "%.*s", (int)at, path);
	resolved = host->resolve(host, whole);
	(void)snprintf(whole, sizeof(whole), "%s%s", !strcmp(resolved, "/") ? "" : resolved, path + at);
	free(resolved);
	(void)snprintf(path, TEXT_MAX, "%s", whole);
}

static bool flat_match(const struct host *host, const char *pattern, const char *name)
{
	static const char *const prefixes[] = {"memfd:", "pipe:", "socket:", "@"};
	char text[TEXT_MAX];
	size_t length;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(pattern, prefixes[i], strlen(prefixes[i])))
			return !strncmp(name, prefixes[i], strlen(prefixes[i])) &&
			       text_match(pattern + strlen(prefixes[i]), name + strlen(prefixes[i]), true);
	if (!strncmp(pattern, "unmapped:", 9) != !strncmp(name, "unmapped:", 9))
		return false;
	if (!strncmp(pattern, "unmapped:", 9)) {
		pattern += 9;
		name += 9;
		host = NULL;
	}
	if (*name != '/')
		return false;
	(void)snprintf(text, sizeof(text), "%s", pattern);
	path_normalise(text);
	if (!strcmp(text, "/") || !*text)
		return *text || !strcmp(name, "/");
	if (host)
		prefix_resolve(host, text);
	length = strlen(text);
	if (text[length - 1] == '/') {
		(void)snprintf(text + length, sizeof(text) - length, "**");
		if (strcmp(name, "/") != 0 && text_match(text, name, false))
			return true;
		text[length - 1] = '\0';
	}
	if (!strcmp(name, "/") || !*text)
		return !*text;
	return text_match(text, name, false);
}

/* One unit of the pattern: an escaped byte, a set, a byte. */
static const char *unit_end(const char *p)
{
	return *p == '\\' ? p + 2 : *p == '[' ? set_end(p) : p + 1;
}

/* The brace that closes the group in which `p` stands. */
static const char *group_end(const char *p)
{
	unsigned int inner = 0;

	for (; inner || *p != '}'; p = unit_end(p))
		inner += *p == '{' ? 1 : *p == '}' ? -1U : 0;
	return p;
}

bool reference_match(const struct host *host, const char *pattern, const char *name)
{
	const char *open = pattern;
	const char *close;
	const char *part;
	unsigned int depth = 0;

	while (*open && *open != '{')
		open = unit_end(open);
	if (!*open)
		return flat_match(host, pattern, name);
	for (close = part = open + 1;; close = unit_end(close)) {
		if (*close == '{')
			depth++;
		if (!depth && (*close == ',' || *close == '}')) {
			char text[TEXT_MAX];

			(void)snprintf(text, sizeof(text), "%.*s%.*s%s", (int)(open - pattern), pattern,
				       (int)(close - part), part, group_end(close) + 1);
			if (reference_match(host, text, name))
				return true;
			if (*close == '}')
				return false;
			part = close + 1;
		}
		if (*close == '}')
			depth--;
	}
}
