// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "parse.h"
#include "source.h"
#include "util.h"

#define TEXT_MAX (64 << 20)

static int path_parse(struct source *source, const char *path)
{
	struct location at = {.file = path};
	struct stat status;

	if (stat(path, &status) < 0) {
		int r = -errno;

		diagnostic_add(&source->diagnostics, DIAGNOSTIC_ERROR, at, "%s", strerror(-r));
		return r;
	}
	if (S_ISDIR(status.st_mode))
		return parse_directory(&source->set, path, false, &source->diagnostics);
	return parse_file(&source->set, path, &source->diagnostics);
}

int source_parse(struct source *source, char *const *paths, int count)
{
	int worst = 0;

	for (int i = 0; i < count; i++) {
		int r = path_parse(source, paths[i]);

		if (r == -ENOMEM)
			return r;
		if (worst == 0 || (r < 0 && r != -EINVAL))
			worst = r;
	}
	return worst;
}

static int facts_read(struct source *source, const char *host_file)
{
	unsigned int line = 0;
	int r;

	if (!host_file)
		return host_read(&source->host);
	r = host_from_file(host_file, &source->host, &line);
	if (r == -EINVAL)
		diagnostic_add(&source->diagnostics, DIAGNOSTIC_ERROR,
			       (struct location){.file = host_file, .line = line},
			       "not a line of host facts (mount, link, user or group)");
	return r;
}

/* The same key every time, so that the same files give the same answer (splitmix64). */
static void key_fill(struct policyd_hash_key *key)
{
	uint64_t *word = (uint64_t *)key;
	uint64_t state = 0;

	for (size_t i = 0; i < sizeof(*key) / sizeof(*word); i++) {
		uint64_t mix = state += 0x9e3779b97f4a7c15ULL;

		mix = (mix ^ (mix >> 30)) * 0xbf58476d1ce4e5b9ULL;
		mix = (mix ^ (mix >> 27)) * 0x94d049bb133111ebULL;
		word[i] = mix ^ (mix >> 31);
	}
}

int source_compile(struct source *source, const char *host_file)
{
	struct policyd_hash_key key;
	const struct compile_options options = {.generation = 1, .key = &key};
	int r = facts_read(source, host_file);

	if (r < 0)
		return r;
	key_fill(&key);
	return compile(&source->set, source->host, &options, &source->diagnostics, &source->compiled);
}

/* The text of a file with a NUL, or NULL where it cannot be had. */
static char *text_read(const char *path)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	CLEANUP_FREE char *text = NULL;
	struct stat status;
	ssize_t n;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size > TEXT_MAX)
		return NULL;
	text = malloc((size_t)status.st_size + 1);
	if (!text)
		return NULL;
	n = read(fd, text, (size_t)status.st_size);
	if (n < 0)
		return NULL;
	text[n] = '\0';
	return TAKE_PTR(text);
}

void source_print(const struct source *source, FILE *stream, bool colour)
{
	const struct diagnostics *diagnostics = &source->diagnostics;
	CLEANUP_FREE char *text = NULL;
	const char *file = NULL;

	for (size_t i = 0; i < diagnostics->count; i++) {
		const struct diagnostic *diagnostic = &diagnostics->items[i];

		/* Diagnostics come file by file, so each is read about once. */
		if (diagnostic->at.file && (!file || strcmp(file, diagnostic->at.file) != 0)) {
			free(text);
			text = text_read(diagnostic->at.file);
			file = diagnostic->at.file;
		}
		diagnostic_print(stream, diagnostic, diagnostic->at.file ? text : NULL, colour);
	}
	if (diagnostics->dropped > 0)
		(void)fprintf(stream, "%zu more are not shown\n", diagnostics->dropped);
}

void source_clear(struct source *source)
{
	compiled_free(source->compiled);
	source->compiled = NULL;
	host_free(source->host);
	source->host = NULL;
	diagnostics_clear(&source->diagnostics);
	policy_set_free(&source->set);
}
