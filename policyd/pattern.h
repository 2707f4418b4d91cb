/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Path patterns: from text to sequences of path components.
 *
 * A pattern text stands for one or several alternatives: braces and `**` inside a component are expanded
 * here. "/" is the root directory and everything below it, "/." the root directory alone. In an alternative
 * COMPONENT_DEEP stands for any number of components, zero included; everything else reads exactly one
 * component.
 */
#ifndef POLICYD_PATTERN_H
#define POLICYD_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#include <policyd/image.h>

#define PATTERN_LENGTH_MAX	 4096 /* bytes of a pattern's text, and of each of its alternatives */
#define PATTERN_ALTERNATIVES_MAX 4096 /* alternatives that one text may expand to */
#define PATTERN_BRACES_MAX	 64   /* pairs of braces in one text */

/* What a pattern may begin with. */
enum pattern_kind {
	PATTERN_FILE,	/* '/', "unmapped:/", "memfd:", "pipe:", "socket:" */
	PATTERN_UNIX,	/* '/', "unmapped:/", '@' */
	PATTERN_CGROUP, /* '/' */
};

enum component_kind { COMPONENT_LITERAL, COMPONENT_GLOB, COMPONENT_ANY, COMPONENT_DEEP };

/* For a literal the bytes of the name, for a glob its tokens, else nothing. */
struct component {
	enum component_kind kind;
	uint32_t length;
	const unsigned char *bytes;
};

/* Tokens of a glob. In names that are one component (memfd, abstract) '/' is a byte like any other. */
enum glob_token {
	GLOB_BYTE, /* followed by the byte */
	GLOB_ANY,  /* one byte */
	GLOB_STAR, /* any run of bytes */
	GLOB_SET,  /* followed by a bitmap of GLOB_SET_SIZE: one byte of it */
	GLOB_DEEP, /* only while parsing */
};

#define GLOB_SET_SIZE 32

struct pattern {
	uint32_t root; /* enum policyd_root; POLICYD_ROOT_DEV for a path of the host */
	struct component *components;
	size_t count;
};

/* Called for each alternative, which is valid only during the call; a negative value ends the parsing. */
typedef int (*pattern_sink)(void *data, const struct pattern *pattern);

/*
 * Parses a pattern. Returns 0; -EINVAL with what is wrong in `error` (of `error_size` bytes); -ENOMEM; or
 * what the sink returned.
 */
int pattern_parse(const char *text, enum pattern_kind kind, pattern_sink sink, void *data, char *error,
		  size_t error_size);

/* Bytes of the token at `token`, its operand included. */
size_t glob_token_size(const unsigned char *token);

#endif
