// SPDX-License-Identifier: Apache-2.0
/*
 * A new build of the same layout takes over the maps of the one before, and brings its own programs: what was
 * mended in them is in force at once, and what tasks, files and counts are known to be is kept.
 */
#include <string.h>

#include "loader_internal.h"
#include "util.h"

/* What is of another build. */
struct others {
	int constants;
	int programs[LOADER_HOOKS_MAX];
	int links[LOADER_HOOKS_MAX];
};

static void descriptors_move(int *to, int *from)
{
	for (size_t i = 0; i < LOADER_HOOKS_MAX; i++) {
		util_close(&to[i]);
		to[i] = from[i];
		from[i] = -1;
	}
}

static void others_take(struct others *others, struct loader *loader)
{
	for (size_t i = 0; i < LOADER_HOOKS_MAX; i++)
		others->programs[i] = others->links[i] = -1;
	descriptors_move(others->programs, loader->programs);
	descriptors_move(others->links, loader->links);
	others->constants = loader->maps[LOADER_MAP_CONSTANTS];
	loader->maps[LOADER_MAP_CONSTANTS] = -1;
}

/* They are adopted again; what was attached beside them goes. */
static void others_return(struct others *others, struct loader *loader)
{
	descriptors_move(loader->links, others->links);
	descriptors_move(loader->programs, others->programs);
	util_close(&loader->maps[LOADER_MAP_CONSTANTS]);
	loader->maps[LOADER_MAP_CONSTANTS] = others->constants;
	(void)loader_unload(loader->pin_dir);
	loader_put_back(loader->pin_dir);
}

static void others_close(struct others *others)
{
	for (size_t i = 0; i < LOADER_HOOKS_MAX; i++) {
		util_close(&others->programs[i]);
		util_close(&others->links[i]);
	}
	util_close(&others->constants);
}

/* The programs that the live image needs in this build, and those that were attached without being needed. */
static int wanted_find(const struct loader *loader, bool ret_wanted[static LOADER_HOOKS_MAX])
{
	struct policyd_view view;
	int r = loader_image_map(loader->image, &view);

	if (r < 0)
		return r;
	loader_wanted(loader, view.lines, ret_wanted);
	r = loader_image_unmap(&view);
	for (size_t i = 0; i < loader_hook_count; i++)
		ret_wanted[i] |= loader->links[i] >= 0;
	return r;
}

static int others_replace(struct loader *loader, const bool wanted[static LOADER_HOOKS_MAX], char **ret_error)
{
	struct others others;
	int r = loader_move_aside(loader, ret_error);

	if (r < 0)
		return r;
	others_take(&others, loader);
	r = loader_attach_wanted(loader, wanted, ret_error);
	if (r == 0 && loader->guarded)
		r = loader_guard_way(loader);
	if (r < 0)
		others_return(&others, loader);
	else
		others_close(&others);
	return r;
}

void loader_renew(struct loader *loader, char **ret_error)
{
	bool wanted[LOADER_HOOKS_MAX];
	int r;

	if (loader->image < 0 || loader_locked(loader, NULL))
		return;
	r = wanted_find(loader, wanted);
	if (r == 0)
		r = others_replace(loader, wanted, ret_error);
	if (r < 0 && !*ret_error)
		(void)loader_fail(ret_error, r, "%s", strerror(-r));
	loader->outdated = r < 0;
}

int loader_act(const struct loader *loader)
{
	volatile uint64_t *acting;
	int r = loader_number_map(loader->maps[LOADER_MAP_ACTING], &acting);

	if (r < 0)
		return r;
	*acting = loader_build();
	loader_number_unmap(acting);
	return 0;
}
