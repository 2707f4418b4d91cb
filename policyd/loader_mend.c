// SPDX-License-Identifier: Apache-2.0
/*
 * Whether what policyd left in the kernel is as it left it. Descriptors keep programs, links and maps alive,
 * so what somebody took away can be put back as long as policyd lives.
 */
#include <bpf/bpf.h>
#include <string.h>
#include <unistd.h>

#include "loader_internal.h"
#include "util.h"

/* Whether the pin is the object of the descriptor. */
static bool pin_is(const char *path, int fd)
{
	CLEANUP_CLOSE int pinned = bpf_obj_get(path);

	return pinned >= 0 && loader_same_object(fd, pinned);
}

/*
 * Counts a pin that is missing. One of something else is taken away, so that the right one can be made; so is
 * one for which policyd has nothing, which the next policyd would take over.
 */
static int pin_look(const struct loader *loader, const char *prefix, const char *name, int fd, size_t *damage)
{
	CLEANUP_FREE char *path = loader_pin_path(loader, prefix, name);

	if (!path)
		return -ENOMEM;
	if (fd < 0 ? access(path, F_OK) < 0 : pin_is(path, fd))
		return 0;
	(*damage)++;
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

static int pins_look(const struct loader *loader, size_t *damage)
{
	int r = 0;

	for (size_t i = 0; i < loader_hook_count && r == 0; i++) {
		const char *name = loader_hook_table[i].program;

		r = pin_look(loader, "prog_", name, loader->programs[i], damage);
		if (r == 0)
			r = pin_look(loader, "link_", name, loader->links[i], damage);
	}
	for (size_t i = 0; i < LOADER_MAP_COUNT && r == 0; i++)
		r = pin_look(loader, "", loader_map_names[i].pin, loader->maps[i], damage);
	return r;
}

static int pins_mend(struct loader *loader, size_t *damage, char **ret_error)
{
	int r;

	if (!loader->pin_dir)
		return 0;
	r = pins_look(loader, damage);
	if (r == 0 && *damage > 0)
		r = loader_pin(loader, ret_error);
	return r < 0 && !*ret_error ? loader_fail(ret_error, r, "cannot look at the pins in '%s': %s",
						  loader->pin_dir, strerror(-r))
				    : r;
}

static int image_mend(struct loader *loader, bool *damage, char **ret_error)
{
	struct loader_object image;
	struct policyd_calls calls;
	int r;

	if (loader->image < 0)
		return 0;
	r = loader_object(loader->image, &image);
	if (r == 0)
		r = loader_calls(loader->image, &calls);
	if (r == 0 && loader_image_stands(loader, image.id) && loader_calls_named(loader, &calls))
		return 0;
	*damage = r == 0;
	if (r == 0)
		r = loader_image_switch(loader, loader->image, &calls);
	return r < 0 ? loader_fail(ret_error, r, "cannot publish the image again: %s", strerror(-r)) : 0;
}

int loader_mend(struct loader *loader, struct loader_damage *ret_damage, char **ret_error)
{
	int r;

	*ret_damage = (struct loader_damage){};
	*ret_error = NULL;
	r = image_mend(loader, &ret_damage->image, ret_error);
	return r < 0 ? r : pins_mend(loader, &ret_damage->pins, ret_error);
}
