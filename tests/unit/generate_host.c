/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_facts.h"
#include "layers.h"
#include "util.h"

static const char *pick(struct source *source, const char *const *texts, size_t count)
{
	return texts[source_below(source, (uint32_t)count)];
}
#define PICK(source, texts) pick((source), (texts), ARRAY_SIZE(texts))

static int link_read(const struct host *host, const char *path, char **ret_target)
{
	const struct host_data *data = host->data;

	for (size_t i = 0; i < data->link_count; i++)
		if (strcmp(data->links[i].path, path) == 0) {
			*ret_target = strdup(data->links[i].target);
			return 1;
		}
	return 0;
}

static char *resolve(const struct host *host, const char *path)
{
	return host_resolve(host, path, link_read);
}

static int id_of(const struct host *host, const char *name, uint32_t *ret_id)
{
	if (name[0] != 'u')
		return -ENOENT;
	*ret_id = (uint32_t)(name[1] - '0');
	return 0;
}

/* An overlay of one or two directories, of which one may lie in an earlier overlay. */
static int overlay_add(struct source *source, struct host *host, const char *point)
{
	static const char *const layers[] = {"/a", "/b", "/a/a", "/a/b", "/b/a", "/.a/b", "/aab", "/"};
	char options[64];
	int r = host_mount_add(host, 7 + source_below(source, 2), "/", point, "overlay");

	(void)snprintf(options, sizeof(options), "rw,lowerdir=%s:%s", PICK(source, layers),
		       PICK(source, layers));
	return r < 0 ? r : host_mount_options(host, options);
}

int generate_host(struct source *source, struct host **ret_host)
{
	static const char *const points[] = {"/a", "/b", "/a/b", "/a/ab", "/b/b", "/ab"};
	static const char *const roots[] = {"/", "/", "/a", "/b", "/a/b"};
	/* Links lie where no mount point is a link and none leads to itself. */
	static const char *const links[][2] = {{"/aab", "a"}, {"/abc", "/b/a"}, {"/.a", "/aab/b"}};
	struct host *host;
	struct host_data *data;
	int r = host_new(&host);

	if (r < 0)
		return r;
	data = host->data;
	host->resolve = resolve;
	host->user_id = id_of;
	host->group_id = id_of;
	r = host_mount_add(host, 1, "/", "/", "ext4");
	for (uint32_t i = source_below(source, 4); i && r == 0; i--)
		r = host_mount_add(host, 1 + source_below(source, 3), PICK(source, roots),
				   PICK(source, points), "ext4");
	data->links = calloc(ARRAY_SIZE(links), sizeof(*data->links));
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (!source_below(source, 3))
			data->links[data->link_count++] = (struct host_link){.path = strdup(links[i][0]),
									     .target = strdup(links[i][1])};
	for (uint32_t i = source_below(source, 3); i && r == 0; i--)
		r = overlay_add(source, host, PICK(source, points));
	*ret_host = host;
	return r < 0 ? r : layers_add(host);
}
