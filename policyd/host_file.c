/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "host_facts.h"
#include "layers.h"
#include "util.h"

#define WORDS_MAX 6

static void host_cleanup(struct host **host)
{
	host_free(*host);
}

static int link_read(const struct host *host, const char *path, char **ret_target)
{
	const struct host_data *data = host->data;

	for (size_t i = 0; i < data->link_count; i++)
		if (strcmp(data->links[i].path, path) == 0) {
			*ret_target = strdup(data->links[i].target);
			return *ret_target ? 1 : -ENOMEM;
		}
	return 0;
}

static char *resolve(const struct host *host, const char *path)
{
	return host_resolve(host, path, link_read);
}

static int name_find(const struct host *host, const char *name, bool group, uint32_t *ret_id)
{
	const struct host_data *data = host->data;

	for (size_t i = 0; i < data->name_count; i++)
		if (data->names[i].group == group && strcmp(data->names[i].name, name) == 0) {
			*ret_id = data->names[i].id;
			return 0;
		}
	return -ENOENT;
}

static int user_id(const struct host *host, const char *name, uint32_t *ret_id)
{
	return name_find(host, name, false, ret_id);
}

static int group_id(const struct host *host, const char *name, uint32_t *ret_id)
{
	return name_find(host, name, true, ret_id);
}

static int number_read(const char *text, unsigned long most, uint32_t *ret_number)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || end == text || *end || text[0] == '-' || number > most)
		return -EINVAL;
	*ret_number = (uint32_t)number;
	return 0;
}

/* MAJOR:MINOR, or the number that the kernel makes of them. */
static int device_read(char *text, uint32_t *ret_dev)
{
	char *colon = strchr(text, ':');
	uint32_t major;
	uint32_t minor;

	if (!colon)
		return number_read(text, UINT32_MAX, ret_dev);
	*colon = '\0';
	if (number_read(text, 0xfff, &major) < 0 || number_read(colon + 1, 0xfffff, &minor) < 0)
		return -EINVAL;
	*ret_dev = major << 20 | minor;
	return 0;
}

static int link_add(struct host *host, const char *path, const char *target)
{
	struct host_data *data = host->data;
	struct host_link *link;
	int r;

	r = ARRAY_RESERVE(data->links, data->links_allocated, data->link_count + 1);
	if (r < 0)
		return r;
	link = &data->links[data->link_count++];
	*link = (struct host_link){.path = strdup(path), .target = strdup(target)};
	return link->path && link->target ? 0 : -ENOMEM;
}

static int name_add(struct host *host, const char *name, const char *id, bool group)
{
	struct host_data *data = host->data;
	struct host_name *entry;
	int r;

	r = ARRAY_RESERVE(data->names, data->names_allocated, data->name_count + 1);
	if (r < 0)
		return r;
	entry = &data->names[data->name_count];
	*entry = (struct host_name){.group = group};
	r = number_read(id, UINT32_MAX - 1, &entry->id);
	if (r < 0)
		return r;
	entry->name = strdup(name);
	if (!entry->name)
		return -ENOMEM;
	data->name_count++;
	return 0;
}

static int words_add(struct host *host, char **words, size_t count)
{
	uint32_t dev;
	int r;

	if (!count)
		return 0;
	if (strcmp(words[0], "mount") == 0 && (count == 5 || count == 6)) {
		r = device_read(words[1], &dev);
		if (r == 0)
			r = host_mount_add(host, dev, words[2], words[3], words[4]);
		return r < 0 || count == 5 ? r : host_mount_options(host, words[5]);
	}
	if (count != 3)
		return -EINVAL;
	if (strcmp(words[0], "link") == 0)
		return link_add(host, words[1], words[2]);
	if (strcmp(words[0], "user") == 0)
		return name_add(host, words[1], words[2], false);
	if (strcmp(words[0], "group") == 0)
		return name_add(host, words[1], words[2], true);
	return -EINVAL;
}

static int line_add(struct host *host, char *line)
{
	char *words[WORDS_MAX];
	char *saved = NULL;
	size_t count = 0;

	line[strcspn(line, "#\n")] = '\0';
	for (char *word = strtok_r(line, " \t", &saved); word; word = strtok_r(NULL, " \t", &saved)) {
		if (count == WORDS_MAX)
			return -EINVAL;
		words[count++] = word;
	}
	return words_add(host, words, count);
}

int host_from_file(const char *path, struct host **ret_host, unsigned int *ret_line)
{
	CLEANUP(host_cleanup) struct host *host = NULL;
	CLEANUP_FCLOSE FILE *file = fopen(path, "re");
	CLEANUP_FREE char *line = NULL;
	unsigned int number = 0;
	size_t size = 0;
	int r;

	if (!file)
		return -errno;
	r = host_new(&host);
	if (r < 0)
		return r;
	host->resolve = resolve;
	host->user_id = user_id;
	host->group_id = group_id;
	while (r == 0 && getline(&line, &size, file) >= 0) {
		number++;
		r = line_add(host, line);
	}
	if (r == -EINVAL)
		*ret_line = number;
	if (r == 0 && ferror(file))
		r = -EIO;
	if (r == 0)
		r = layers_add(host);
	if (r < 0)
		return r;
	*ret_host = TAKE_PTR(host);
	return 0;
}
