/* SPDX-License-Identifier: Apache-2.0 */
#include "attributes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "digest.h"
#include "util.h"

#define MAJOR_BITS 12
#define MINOR_BITS 20

static const struct {
	const char *name;
	uint32_t mode;
} types[] = {
	{"regular", S_IFREG}, {"directory", S_IFDIR}, {"symlink", S_IFLNK}, {"block", S_IFBLK},
	{"char", S_IFCHR},    {"fifo", S_IFIFO},      {"socket", S_IFSOCK},
};

static const struct {
	const char *name;
	uint32_t state;
} states[] = {
	{"deleted", POLICYD_FILE_DELETED},
	{"setuid", POLICYD_FILE_SETUID},
	{"writable", POLICYD_FILE_WRITABLE},
};

static int type_read(struct attributes *attributes, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(types[i].name, value) == 0) {
			attributes->values.mode = types[i].mode;
			return 0;
		}
	return -EINVAL;
}

static int device_read(struct attributes *attributes, const char *value)
{
	char *end;
	unsigned long major = strtoul(value, &end, 10);
	unsigned long minor;

	if (*value < '0' || *value > '9' || *end != ':' || end[1] < '0' || end[1] > '9')
		return -EINVAL;
	minor = strtoul(end + 1, &end, 10);
	if (*end || major >> MAJOR_BITS || minor >> MINOR_BITS)
		return -EINVAL;
	attributes->values.device = (uint32_t)(major << MINOR_BITS | minor);
	if (!attributes->values.mode)
		attributes->values.mode = S_IFBLK;
	return 0;
}

static int fstype_read(struct attributes *attributes, const char *value)
{
	(void)snprintf(attributes->fstype, sizeof(attributes->fstype), "%s", value);
	attributes->values.fstype = attributes->fstype;
	return *value && strlen(value) < sizeof(attributes->fstype) ? 0 : -EINVAL;
}

static int sha256_read(struct attributes *attributes, const char *value)
{
	attributes->values.sha256 = attributes->sha256;
	return digest_read(value, attributes->sha256);
}

/* 1: the word is an attribute; 0: it is none; -EINVAL: its value cannot be. */
static int word_read(struct attributes *attributes, const char *word)
{
	static const struct {
		const char *prefix;
		int (*read)(struct attributes *attributes, const char *value);
	} keys[] = {{"type=", type_read},
		    {"device=", device_read},
		    {"fstype=", fstype_read},
		    {"sha256=", sha256_read}};

	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (strcmp(states[i].name, word) == 0) {
			attributes->values.state |= states[i].state;
			return 1;
		}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		size_t length = strlen(keys[i].prefix);

		if (strncmp(keys[i].prefix, word, length) == 0)
			return keys[i].read(attributes, word + length) < 0 ? -EINVAL : 1;
	}
	return 0;
}

int attributes_parse(const char *text, struct attributes *ret, const char **ret_path)
{
	*ret = (struct attributes){0};
	for (;;) {
		size_t length = strcspn(text, " ");
		char word[128];
		int r;

		if (length >= sizeof(word))
			break;
		memcpy(word, text, length);
		word[length] = '\0';
		r = word_read(ret, word);
		if (r < 0)
			return r;
		if (!r)
			break;
		text += length + (text[length] == ' ');
	}
	*ret_path = text;
	return 0;
}
