// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "config_internal.h"
#include "tokenizer.h"
#include "trust.h"
#include "util.h"

#define FILE_MAX  (64L * 1024)
#define NODES_MAX 4096

static void reader_cleanup(struct yaml_reader **reader)
{
	yaml_reader_free(*reader);
}

int config_init(struct config *config)
{
	const char *reason;
	int r;

	*config = (struct config){};
	for (size_t i = 0; i < config_key_count; i++) {
		r = config_key_set(config, &config_keys[i], config_keys[i].initial, &reason);
		if (r < 0) {
			config_free(config);
			return r;
		}
	}
	r = config_outputs_init(config);
	if (r < 0)
		config_free(config);
	return r;
}

void config_free(struct config *config)
{
	config_outputs_free(config);
	free(config->policy_dir);
	free(config->run_dir);
	free(config->state_dir);
	free(config->pin_dir);
	free(config->degraded_cgroup);
	free(config->ingress);
	free(config->metrics_file);
	*config = (struct config){};
}

static const struct config_key *key_find(const char *name)
{
	for (size_t i = 0; i < config_key_count; i++)
		if (strcmp(config_keys[i].name, name) == 0)
			return &config_keys[i];
	return NULL;
}

static int key_unknown(const struct node *key, struct diagnostics *diagnostics)
{
	const char *names[32] = {"outputs"};
	const char *near;
	size_t count = 1;

	for (size_t i = 0; i < config_key_count && count < ARRAY_SIZE(names); i++)
		names[count++] = config_keys[i].name;
	near = diagnostic_nearest(key->text, names, count);
	diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, key->at, "unknown key '%s'%s%s%s", key->text,
		       near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
	return -EINVAL;
}

static int pair_parse(struct config *config, const struct node_pair *pair, struct diagnostics *diagnostics)
{
	const struct config_key *key = key_find(pair->key->text);
	const char *reason = NULL;
	int r;

	if (strcmp(pair->key->text, "outputs") == 0)
		return config_outputs_parse(config, pair->value, diagnostics);
	if (!key)
		return key_unknown(pair->key, diagnostics);
	if (pair->value->kind != NODE_SCALAR) {
		diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, pair->value->at, "'%s' takes one value",
			       key->name);
		return -EINVAL;
	}
	r = config_key_set(config, key, pair->value->text, &reason);
	if (r == -EINVAL)
		diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, pair->value->at, "bad value '%s' of '%s': %s",
			       pair->value->text, key->name, reason);
	return r;
}

static int tree_parse(struct config *config, const struct node *root, struct diagnostics *diagnostics)
{
	int worst = 0;

	if (node_type(root) == NODE_IS_NOTHING)
		return 0;
	if (root->kind != NODE_MAPPING) {
		diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, root->at, "settings are a mapping, not %s",
			       node_describe(root));
		return -EINVAL;
	}
	for (size_t i = 0; i < root->pair_count; i++) {
		int r = pair_parse(config, &root->pairs[i], diagnostics);

		if (r == -ENOMEM)
			return r;
		worst = r < 0 ? r : worst;
	}
	return worst;
}

int config_parse(struct config *config, struct tokenizer *tokenizer, const char *file, const char *text,
		 size_t length, struct diagnostics *diagnostics)
{
	CLEANUP(reader_cleanup) struct yaml_reader *reader = NULL;
	CLEANUP(yaml_tree_free) struct yaml_tree tree = {};
	struct token_source *source;
	size_t errors = diagnostics->errors;
	int r;

	r = tokenizer_open(tokenizer, TOKEN_YAML, text, length, &source);
	if (r < 0)
		return r;
	r = yaml_reader_new(file, source, NODES_MAX, diagnostics, &reader);
	if (r < 0)
		return r;
	r = yaml_reader_next(reader, &tree);
	if (r < 0)
		return r;
	r = tree.root ? tree_parse(config, tree.root, diagnostics) : 0;
	if (r < 0)
		return r;
	return diagnostics->errors > errors ? -EINVAL : 0;
}

static int file_check(int fd, const char *path, bool trusted, struct diagnostics *diagnostics)
{
	struct location at = {.file = path};
	struct stat status;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode) || status.st_size > FILE_MAX)
		diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, at, "not a regular file of at most 64 KiB");
	else
		return trusted ? trust_check(fd, &status, path, diagnostics) : 0;
	return -EINVAL;
}

int config_read(struct config *config, struct tokenizer *tokenizer, const char *path, bool trusted,
		struct diagnostics *diagnostics)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	CLEANUP_FREE char *text = NULL;
	size_t length = 0;
	ssize_t n;
	int r;

	if (fd < 0)
		return -errno;
	r = file_check(fd, path, trusted, diagnostics);
	if (r < 0)
		return r;
	text = malloc(FILE_MAX);
	if (!text)
		return -ENOMEM;
	while ((n = read(fd, text + length, FILE_MAX - length)) > 0)
		length += (size_t)n;
	if (n < 0)
		return -errno;
	return config_parse(config, tokenizer, path, text, length, diagnostics);
}

int config_set(struct config *config, const char *key, const char *value)
{
	const struct config_key *known = key_find(key);
	const char *reason;

	return known ? config_key_set(config, known, value, &reason) : -ENOENT;
}

void config_print(const struct config *config, FILE *stream)
{
	for (size_t i = 0; i < config_key_count; i++)
		config_key_print(config, &config_keys[i], stream);
	config_outputs_print(config, stream);
}
