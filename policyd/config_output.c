// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>

#include "config_internal.h"
#include "format.h"
#include "unit.h"
#include "util.h"

static const char *const output_keys[] = {"name", "url", "format", "facility", "queue"};

static int output_error(struct diagnostics *diagnostics, const struct node *node, const char *text)
{
	diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, node->at, "%s", text);
	return -EINVAL;
}

static void output_free(struct config_output *output)
{
	free(output->name);
	free(output->url);
	free(output->format);
	free(output->facility);
	*output = (struct config_output){};
}

static int text_copy(char **member, const char *text)
{
	*member = strdup(text);
	return *member ? 0 : -ENOMEM;
}

/* In less, a line would have little room, and what is lost could not be told. */
static int queue_parse(struct config_output *output, const struct node *value,
		       struct diagnostics *diagnostics)
{
	char least[UNIT_TEXT_SIZE];
	uint64_t size;

	if (unit_parse_size(value->text, &size) < 0)
		return output_error(diagnostics, value, "a size such as 8MiB is expected");
	if (size < CONFIG_QUEUE_MIN) {
		unit_format_size(CONFIG_QUEUE_MIN, least);
		diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, value->at,
			       "'%s' is too small for a queue: at least %s is expected", value->text, least);
		return -EINVAL;
	}
	output->queue = size;
	return 0;
}

static int output_key_parse(struct config_output *output, const struct node_pair *pair,
			    struct diagnostics *diagnostics)
{
	const char *key = pair->key->text;
	const struct node *value = pair->value;
	unsigned int facility;

	if (value->kind != NODE_SCALAR)
		return output_error(diagnostics, value, "one value is expected");
	if (strcmp(key, "name") == 0)
		return text_copy(&output->name, value->text);
	if (strcmp(key, "url") == 0)
		return text_copy(&output->url, value->text);
	if (strcmp(key, "format") == 0)
		return format_from_name(value->text) ? text_copy(&output->format, value->text)
						     : output_error(diagnostics, value, "unknown format");
	if (strcmp(key, "facility") == 0)
		return format_facility_from_name(value->text, &facility) == 0
			       ? text_copy(&output->facility, value->text)
			       : output_error(diagnostics, value, "unknown syslog facility");
	if (strcmp(key, "queue") == 0)
		return queue_parse(output, value, diagnostics);
	key = diagnostic_nearest(pair->key->text, output_keys, ARRAY_SIZE(output_keys));
	diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, pair->key->at, "unknown key '%s' of an output%s%s%s",
		       pair->key->text, key ? " (did you mean '" : "", key ? key : "", key ? "'?)" : "");
	return -EINVAL;
}

static int output_parse(struct config_output *output, const struct node *mapping,
			struct diagnostics *diagnostics)
{
	int worst = 0;

	if (mapping->kind != NODE_MAPPING)
		return output_error(diagnostics, mapping, "an output is a mapping with 'name' and 'url'");
	for (size_t i = 0; i < mapping->pair_count; i++) {
		int r = output_key_parse(output, &mapping->pairs[i], diagnostics);

		if (r == -ENOMEM)
			return r;
		worst = r < 0 ? r : worst;
	}
	if (worst == 0 && (!output->name || !output->name[0] || !output->url))
		return output_error(diagnostics, mapping, "an output needs 'name' and 'url'");
	return worst;
}

/* Status, metrics and what is told about losses know an output by its name. */
static int last_name_check(const struct config *config, const struct node *mapping,
			   struct diagnostics *diagnostics)
{
	const char *name = config->outputs[config->output_count - 1].name;

	for (size_t i = 0; i + 1 < config->output_count; i++)
		if (config->outputs[i].name && strcmp(config->outputs[i].name, name) == 0)
			return output_error(diagnostics, mapping, "another output has this name");
	return 0;
}

static int outputs_fill(struct config *config, const struct node *list, struct diagnostics *diagnostics)
{
	int worst = 0;

	config->outputs = calloc(list->item_count ? list->item_count : 1, sizeof(*config->outputs));
	if (!config->outputs)
		return -ENOMEM;
	for (size_t i = 0; i < list->item_count; i++) {
		int r = output_parse(&config->outputs[config->output_count++], list->items[i], diagnostics);

		if (r == 0)
			r = last_name_check(config, list->items[i], diagnostics);
		if (r == -ENOMEM)
			return r;
		worst = r < 0 ? r : worst;
	}
	return worst;
}

int config_outputs_parse(struct config *config, const struct node *list, struct diagnostics *diagnostics)
{
	if (list->kind != NODE_LIST)
		return output_error(diagnostics, list, "'outputs' is a list");
	if (list->item_count > CONFIG_OUTPUTS_MAX)
		return output_error(diagnostics, list, "there are more than 16 outputs");
	config_outputs_free(config);
	return outputs_fill(config, list, diagnostics);
}

int config_outputs_init(struct config *config)
{
	struct config_output *output = calloc(1, sizeof(*output));

	if (!output)
		return -ENOMEM;
	config->outputs = output;
	config->output_count = 1;
	if (text_copy(&output->name, "syslog") < 0 || text_copy(&output->url, "/dev/log") < 0)
		return -ENOMEM;
	return 0;
}

void config_outputs_free(struct config *config)
{
	for (size_t i = 0; i < config->output_count; i++)
		output_free(&config->outputs[i]);
	free(config->outputs);
	config->outputs = NULL;
	config->output_count = 0;
}

void config_outputs_print(const struct config *config, FILE *stream)
{
	char queue[UNIT_TEXT_SIZE];

	(void)fprintf(stream,
		      "# where events go: url: /dev/log, udp://ADDRESS:PORT, tcp://ADDRESS:PORT, file:PATH;\n"
		      "# format: rfc5424, rfc3164, json, ecs, ocsf, cef; facility: a syslog facility;\n"
		      "# queue: bytes that may wait\noutputs:%s\n",
		      config->output_count ? "" : " []");
	for (size_t i = 0; i < config->output_count; i++) {
		const struct config_output *output = &config->outputs[i];

		(void)fprintf(stream, "  - name: \"%s\"\n    url: \"%s\"\n", output->name, output->url);
		if (output->format)
			(void)fprintf(stream, "    format: %s\n", output->format);
		if (output->facility)
			(void)fprintf(stream, "    facility: %s\n", output->facility);
		unit_format_size(output->queue, queue);
		if (output->queue)
			(void)fprintf(stream, "    queue: %s\n", queue);
	}
}
