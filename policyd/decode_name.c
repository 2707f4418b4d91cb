/* SPDX-License-Identifier: Apache-2.0 */
#include "decode_name.h"

#include <string.h>

#include <policyd/image.h>

#define MEMFD	     "memfd:"
#define MEMFD_LENGTH (sizeof(MEMFD) - 1)
#define ELLIPSIS     "\xe2\x80\xa6"

/*
 * Writes the components in the order of a path, each after a '/'. `out` has room for `length` bytes, which
 * is exactly what is written: every NUL becomes one '/'.
 */
static int components_reverse(const char *bytes, size_t length, char *out)
{
	size_t start = 0, end = length;

	if (length > 0 && bytes[length - 1] != '\0')
		return -EBADMSG;

	while (start < length) {
		size_t size = strlen(bytes + start);

		if (size == 0)
			return -EBADMSG;

		end -= size + 1;
		out[end] = '/';
		memcpy(out + end + 1, bytes + start, size);
		start += size + 1;
	}
	return 0;
}

/* The part of a filesystem's own path below the directory that is mounted, or NULL if it is not below. */
static const char *path_below(const struct host_mount *mount, const char *path, size_t length)
{
	size_t size = strlen(mount->root);

	if (size == 1)
		return path;
	if (size > length || memcmp(mount->root, path, size) != 0)
		return NULL;
	return size == length || path[size] == '/' ? path + size : NULL;
}

static const struct host_mount *mount_find(const struct host *host, uint32_t dev, const char *path,
					   size_t length)
{
	const struct host_mount *best = NULL;

	for (size_t i = 0; i < host->mount_count; i++) {
		const struct host_mount *mount = &host->mounts[i];

		if (mount->dev != dev || !path_below(mount, path, length))
			continue;
		if (!best || strlen(mount->point) < strlen(best->point))
			best = mount;
	}
	return best;
}

/* Sets the text to prefix and path; a path of no bytes is "/". */
static int text_join(struct event *event, const char *prefix, const char *path, size_t length,
		     struct event_text *ret_text)
{
	size_t size = strlen(prefix);
	char *bytes;

	if (length == 0) {
		path = "/";
		length = 1;
	}

	bytes = event_alloc(event, size + length);
	if (!bytes)
		return -ENOMEM;

	memcpy(bytes, prefix, size);
	memcpy(bytes + size, path, length);
	*ret_text = (struct event_text){.bytes = bytes, .length = size + length};
	return 0;
}

/* The kernel calls the root of a filesystem "/", which is no component of a path. */
static bool name_is_root(const struct decode_name *name)
{
	return name->length == 2 && memcmp(name->bytes, "/", 2) == 0;
}

static int name_in_tree(const struct decode_name *given, const struct host *host, struct event *event,
			struct event_text *ret_text)
{
	const struct decode_name root = {.root = given->root, .dev = given->dev, .cut = given->cut};
	const struct decode_name *name = name_is_root(given) ? &root : given;
	const struct host_mount *mount = NULL;
	const char *below;
	char *path;
	int r;

	path = event_alloc(event, name->length);
	if (!path)
		return -ENOMEM;

	r = components_reverse(name->bytes, name->length, path);
	if (r < 0)
		return r;

	if (name->cut)
		return text_join(event, ELLIPSIS, path, name->length, ret_text);
	if (name->root == POLICYD_ROOT_CGROUP)
		return text_join(event, "", path, name->length, ret_text);
	if (name->root == POLICYD_ROOT_DEV && host)
		mount = mount_find(host, name->dev, path, name->length);
	if (!mount)
		return text_join(event, "unmapped:", path, name->length, ret_text);

	below = path_below(mount, path, name->length);
	/* "/" as a mount point gives "/x" for "/x", any other is the path itself where nothing is below. */
	if (strcmp(mount->point, "/") == 0)
		return text_join(event, "", below, (size_t)(path + name->length - below), ret_text);
	if (below == path + name->length)
		return event_set(event, ret_text, mount->point, strlen(mount->point));
	return text_join(event, mount->point, below, (size_t)(path + name->length - below), ret_text);
}

/* The kernel's name of a memory file has the prefix already. */
static void memfd_strip(struct decode_name *name)
{
	if (name->length > MEMFD_LENGTH && memcmp(name->bytes, MEMFD, MEMFD_LENGTH) == 0) {
		name->bytes += MEMFD_LENGTH;
		name->length -= MEMFD_LENGTH;
	}
}

/* One component of any bytes after a fixed prefix. */
static int name_pseudo(const struct decode_name *name, const char *prefix, struct event *event,
		       struct event_text *ret_text)
{
	size_t length = name->length > 0 ? name->length - 1 : 0;

	if (name->length > 0 && name->bytes[length] != '\0')
		return -EBADMSG;
	if (length == 0)
		return event_set(event, ret_text, prefix, strlen(prefix));
	return text_join(event, prefix, name->bytes, length, ret_text);
}

int decode_name(const struct decode_name *name, const struct host *host, struct event *event,
		struct event_text *ret_text)
{
	struct decode_name stripped = *name;

	switch (name->root) {
	case POLICYD_ROOT_DEV:
	case POLICYD_ROOT_UNMAPPED:
	case POLICYD_ROOT_CGROUP:
		return name_in_tree(name, host, event, ret_text);
	case POLICYD_ROOT_MEMFD:
		memfd_strip(&stripped);
		return name_pseudo(&stripped, MEMFD, event, ret_text);
	case POLICYD_ROOT_ABSTRACT:
		return name_pseudo(name, "@", event, ret_text);
	case POLICYD_ROOT_PIPE:
		return name_pseudo(name, "pipe:", event, ret_text);
	case POLICYD_ROOT_SOCKET:
		return name_pseudo(name, "socket:", event, ret_text);
	default:
		return -EBADMSG;
	}
}
