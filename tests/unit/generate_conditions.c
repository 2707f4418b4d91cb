/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "generate.h"
#include "util.h"

static const char *const fstypes[] = {"ext4", "tmpfs", "xfs", "btrfs"};

static const uint8_t digests[][32] = {{1}, {1, [31] = 1}, {2}, {3}};

/* Lists one to three digests. */
static int generate_contents(struct source *source, struct policy_set *set, struct object *object)
{
	object->sha256_count = 1 + source_below(source, 3);
	object->sha256 = policy_set_alloc(set, object->sha256_count * sizeof(*object->sha256));
	if (!object->sha256)
		return -ENOMEM;
	for (size_t i = 0; i < object->sha256_count; i++)
		memcpy(object->sha256[i].digest, digests[source_below(source, ARRAY_SIZE(digests) - 1)],
		       sizeof(digests[0]));
	return 0;
}

int generate_conditions(struct source *source, struct policy_set *set, struct rule *rule)
{
	struct object *object = &rule->object;

	if (!source_below(source, 3)) {
		object->fstype.count = 1 + source_below(source, 2);
		object->fstype.items =
			policy_set_alloc(set, object->fstype.count * sizeof(*object->fstype.items));
		if (!object->fstype.items)
			return -ENOMEM;
		for (size_t i = 0; i < object->fstype.count; i++)
			object->fstype.items[i].text = fstypes[source_below(source, ARRAY_SIZE(fstypes))];
	}
	if (rule->section == POLICYD_SECTION_EXEC) {
		object->deleted = !source_below(source, 4);
		object->setuid = !source_below(source, 4);
		object->writable = !source_below(source, 4);
		return source_below(source, 3) ? 0 : generate_contents(source, set, object);
	}
	object->types = !source_below(source, 2) ? source_below(source, 128) : 0;
	if (source_below(source, 3))
		return 0;
	object->device_count = 1 + source_below(source, 2);
	object->devices = policy_set_alloc(set, object->device_count * sizeof(*object->devices));
	if (!object->devices)
		return -ENOMEM;
	for (size_t i = 0; i < object->device_count; i++)
		object->devices[i] = (struct device_number){
			.major = 1 + source_below(source, 2),
			.minor = source_below(source, 2),
			.any_minor = !source_below(source, 3),
		};
	return 0;
}

void generate_attributes(struct source *source, struct decision_attributes *attributes)
{
	static const uint32_t modes[] = {0,	  S_IFREG, S_IFREG, S_IFDIR, S_IFLNK,
					 S_IFBLK, S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK};

	*attributes = (struct decision_attributes){
		.mode = modes[source_below(source, ARRAY_SIZE(modes))],
		.device = (1 + source_below(source, 3)) << 20 | source_below(source, 3),
		.state = source_below(source, POLICYD_FILE_STATES),
		.fstype =
			!source_below(source, 4) ? NULL : fstypes[source_below(source, ARRAY_SIZE(fstypes))],
		.sha256 =
			!source_below(source, 4) ? NULL : digests[source_below(source, ARRAY_SIZE(digests))],
	};
}

void generate_file(struct source *source, struct reference_file *file, char *text, size_t size)
{
	static const uint32_t roots[] = {
		POLICYD_ROOT_UNMAPPED, POLICYD_ROOT_MEMFD,    POLICYD_ROOT_PIPE,
		POLICYD_ROOT_SOCKET,   POLICYD_ROOT_ABSTRACT,
	};

	*file = (struct reference_file){.root = POLICYD_ROOT_DEV, .path = text};
	generate_attributes(source, &file->attributes);
	text[0] = '\0';
	if (!source_below(source, 5))
		file->root = roots[source_below(source, ARRAY_SIZE(roots))];
	if (file->root == POLICYD_ROOT_DEV)
		file->dev = !source_below(source, 12) ? 9 : 1 + source_below(source, 3);
	if (file->root == POLICYD_ROOT_DEV || file->root == POLICYD_ROOT_UNMAPPED) {
		generate_path(source, text, size, source_below(source, 5));
	} else if (file->root == POLICYD_ROOT_MEMFD || file->root == POLICYD_ROOT_ABSTRACT) {
		generate_path(source, text, size, 1 + source_below(source, 3));
		if (!source_below(source, 2))
			memmove(text, text + 1, strlen(text));
	}
}
