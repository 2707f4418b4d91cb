// SPDX-License-Identifier: Apache-2.0
#include "baseline_json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "json.h"
#include "json_text.h"
#include "marker.h"
#include "refuse.h"
#include "util.h"

#define SECOND	     1000000000L
#define AGE_MAX	     (100LL * 366 * 86400) /* seconds of learning */
#define FORMAT	     "policyd_baselines"
#define FORMAT_VALUE 1
#define FILE_MAX     (1LL << 30)

static json_t *item_json(const struct baseline_set *set, const struct baseline_item *item)
{
	uint64_t count = item->count + item->live;
	json_int_t at = item->at > set->since ? (item->at - set->since) / SECOND : 0;

	if (!item->outside)
		return json_integer(at);
	return json_pack("{s:I,s:I}", "at", at, "outside", (json_int_t)count);
}

static json_t *set_json(const struct baselines *baselines, const struct baseline_set *set)
{
	CLEANUP_JSON json_t *items = json_object();
	uint64_t age;

	for (size_t i = 0; i < set->count; i++)
		if (json_object_set_new(items, set->items[i].text, item_json(set, &set->items[i])) < 0)
			return NULL;
	age = baseline_age(baselines, set) / SECOND;
	return json_pack("{s:I,s:O}", "age", (json_int_t)age, "items", items);
}

/* Sequences are no texts but in documents. */
static json_t *sequences_json(const struct baselines *baselines, const struct baseline *baseline,
			      const struct baseline_set *set)
{
	CLEANUP_JSON json_t *object = set_json(baselines, set);

	return object && ngrams_json(&baseline->ngrams, set->since, object) == 0 ? TAKE_PTR(object) : NULL;
}

json_t *baseline_json(const struct baselines *baselines, const struct baseline *baseline)
{
	CLEANUP_JSON json_t *object = json_object();

	for (uint32_t k = 0; k < BASELINE_KINDS; k++) {
		const struct baseline_set *set = &baseline->sets[k];
		bool sequences = POLICYD_ANOMALY_LEARNT + k == POLICYD_ANOMALY_NEW_SEQUENCE;

		if (set->started &&
		    json_object_set_new(object, baseline_kind_name(POLICYD_ANOMALY_LEARNT + k),
					sequences ? sequences_json(baselines, baseline, set)
						  : set_json(baselines, set)) < 0)
			return NULL;
	}
	return TAKE_PTR(object);
}

json_t *baselines_document(json_t *executables)
{
	return json_pack("{s:i,s:o}", FORMAT, FORMAT_VALUE, "executables", executables);
}

/* Where in a document something is wrong. */
struct place {
	const char *executable;
	const char *kind;
	char **error;
};

static int place_fail(const struct place *place, const char *item, const char *why)
{
	return refuse(place->error, -EINVAL, "executable '%s'%s%s%s%s%s: %s", place->executable,
		      place->kind ? ", " : "", place->kind ? place->kind : "", item ? " '" : "",
		      item ? item : "", item ? "'" : "", why);
}

static bool seconds_valid(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 0 &&
	       json_integer_value(value) <= AGE_MAX;
}

/* An item of a document; `item` gets what it says. */
static int item_read(const struct place *place, const char *text, const json_t *value,
		     struct baseline_item *item)
{
	const json_t *at = json_is_object(value) ? json_object_get(value, "at") : value;
	const json_t *outside = json_object_get(value, "outside");
	uint32_t kind = 0;
	const char *why;

	(void)baseline_kind_find(place->kind, &kind);
	if (!baseline_text_valid(kind, text, &why))
		return place_fail(place, text, why);
	if (!seconds_valid(at) ||
	    (json_is_object(value) &&
	     (!json_is_integer(outside) || json_integer_value(outside) < 0 || json_object_size(value) != 2)))
		return place_fail(place, text,
				  "expected a number of seconds, or an object with 'at' and 'outside'");
	item->at = json_integer_value(at) * SECOND;
	item->outside = json_is_object(value);
	item->count = (uint64_t)json_integer_value(outside);
	return 0;
}

/* Adds what a document says of an item to a set of the same times. */
static int item_merge(struct baselines *baselines, struct baseline *baseline, const struct place *place,
		      const char *text, const struct baseline_item *read)
{
	struct baseline_item *item;
	struct baseline_set *set;
	uint32_t kind = 0;
	int r;

	(void)baseline_kind_find(place->kind, &kind);
	set = baseline_set_of(baseline, kind);
	item = baseline_find(set, text);
	if (item) {
		item->outside = item->outside && read->outside;
		item->at = set->since + read->at < item->at ? set->since + read->at : item->at;
		item->count = read->count > item->count ? read->count : item->count;
		return 0;
	}
	r = baseline_add(baselines, baseline, kind, text, &item);
	if (r == -ENOSPC)
		return refuse(place->error, r, "executable '%s' would have more than %d items",
			      place->executable, POLICYD_ITEMS_MAX);
	if (r < 0)
		return r;
	item->at = set->since + read->at;
	item->outside = read->outside;
	item->count = read->count;
	return 0;
}

static int sequences_merge(struct baseline *baseline, const struct place *place,
			   const struct baseline_set *set, const json_t *value)
{
	const char *item, *why;
	int r = ngrams_merge(&baseline->ngrams, set->since, value, &item, &why);

	if (r == -ENOSPC)
		return refuse(place->error, r, "executable '%s' would have more than %zu sequences",
			      place->executable, NGRAMS_MAX);
	return r == -EINVAL ? place_fail(place, item, why) : r;
}

/* Sequences have more members, which ngrams_merge() looks at. */
static bool set_valid(const json_t *value, bool sequences)
{
	return seconds_valid(json_object_get(value, "age")) &&
	       json_is_object(json_object_get(value, "items")) &&
	       (sequences ? json_object_size(value) <= 6 : json_object_size(value) == 2);
}

static int set_merge(struct baselines *baselines, struct baseline *baseline, struct place *place,
		     const json_t *value)
{
	const json_t *age = json_object_get(value, "age"), *items = json_object_get(value, "items");
	struct baseline_set *set;
	const char *text;
	json_t *entry;
	uint32_t kind;
	int64_t since;

	if (baseline_kind_find(place->kind, &kind) < 0)
		return place_fail(place, NULL, "there is no such set");
	if (!set_valid(value, kind == POLICYD_ANOMALY_NEW_SEQUENCE))
		return place_fail(place, NULL, "expected 'age', a number of seconds, and 'items', an object");
	set = baseline_set_of(baseline, kind);
	since = baselines->clock - json_integer_value(age) * SECOND;
	if (!set->started || since < set->since)
		set->since = since;
	set->started = true;
	if (kind == POLICYD_ANOMALY_NEW_SEQUENCE)
		return sequences_merge(baseline, place, set, value);
	json_object_foreach((json_t *)items, text, entry)
	{
		struct baseline_item item = {};
		int r = item_read(place, text, entry, &item);

		if (r == 0)
			r = item_merge(baselines, baseline, place, text, &item);
		if (r < 0)
			return r;
	}
	return 0;
}

static int executable_merge(struct baselines *baselines, const char *executable, const json_t *sets,
			    char **ret_error)
{
	struct place place = {.executable = executable, .error = ret_error};
	struct baseline *baseline;
	const char *why;
	json_t *set;
	int r;

	if (!baseline_text_valid(POLICYD_ANOMALY_NEW_EXEC, executable, &why))
		return place_fail(&place, NULL, why);
	if (!json_is_object(sets))
		return place_fail(&place, NULL, "expected an object");
	r = baselines_get(baselines, executable, &baseline);
	if (r == -ENOSPC)
		return refuse(ret_error, r, "there would be more than %d executables",
			      POLICYD_EXECUTABLES_MAX);
	if (r < 0)
		return r;
	json_object_foreach((json_t *)sets, place.kind, set)
	{
		r = set_merge(baselines, baseline, &place, set);
		if (r < 0)
			return r;
	}
	return 0;
}

static int document_merge(struct baselines *baselines, const json_t *document, char **ret_error)
{
	const json_t *executables = json_object_get(document, "executables");
	const char *executable;
	json_t *sets;

	if (json_integer_value(json_object_get(document, FORMAT)) != FORMAT_VALUE ||
	    !json_is_object(executables))
		return refuse(ret_error, -EINVAL,
			      "these are no baselines: expected an object with '%s': %d and 'executables'",
			      FORMAT, FORMAT_VALUE);
	json_object_foreach((json_t *)executables, executable, sets)
	{
		int r = executable_merge(baselines, executable, sets, ret_error);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Into another first: there are errors that show only where all is there. */
int baselines_merge(struct baselines *baselines, const json_t *document, char **ret_error)
{
	CLEANUP(baselines_clear) struct baselines trial = {.clock = baselines->clock};
	const char *executable;
	json_t *sets;
	size_t added;
	int r = document_merge(&trial, document, ret_error);

	if (r < 0)
		return r;
	/* What is there already takes part in the trial: limits are those of both. */
	added = baselines->count;
	json_object_foreach(json_object_get(document, "executables"), executable, sets)
	{
		const struct baseline *mine = baselines_find(baselines, executable);
		CLEANUP_JSON json_t *before = mine ? baseline_json(baselines, mine) : json_object();

		if (!before)
			return -ENOMEM;
		r = executable_merge(&trial, executable, before, ret_error);
		if (r < 0)
			return r;
		added += mine == NULL;
		if (added > POLICYD_EXECUTABLES_MAX)
			r = refuse(ret_error, -ENOSPC, "there would be more than %d executables",
				   POLICYD_EXECUTABLES_MAX);
		if (r < 0)
			return r;
	}
	baselines->changed = true;
	return document_merge(baselines, document, ret_error);
}

int baselines_read(int fd, const char *name, json_t **ret_document, char **ret_error)
{
	json_error_t error;
	json_t *document = json_loadfd(fd, JSON_REJECT_DUPLICATES, &error);

	if (!document)
		return refuse(ret_error, -EINVAL, "%s:%d:%d: error: %s", name, error.line, error.column,
			      error.text);
	*ret_document = document;
	return 0;
}

int baselines_open(const char *path, json_t **ret_document, char **ret_error)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return refuse(ret_error, -errno, "cannot read '%s': %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode) || status.st_size > FILE_MAX)
		return refuse(ret_error, -EINVAL, "'%s' is no file of at most 1 GiB", path);
	return baselines_read(fd, path, ret_document, ret_error);
}

/* The learning since the file was written, in the same boot; it went on in the kernel. */
static void age_add(struct baselines *baselines, const json_t *document, const char *boot, uint64_t now)
{
	const char *of = json_string_value(json_object_get(document, "boot"));
	json_int_t saved = json_integer_value(json_object_get(document, "saved"));

	if (of && strcmp(of, boot) == 0 && saved > 0 && now / SECOND > (uint64_t)saved &&
	    json_is_true(json_object_get(document, "running")))
		baselines->clock += (int64_t)(now - (uint64_t)saved * SECOND);
}

int baselines_load(struct baselines *baselines, const char *directory, const char *boot, uint64_t now,
		   char **ret_error)
{
	CLEANUP_JSON json_t *document = NULL;
	CLEANUP_FREE char *why = NULL;
	CLEANUP_FREE char *path = NULL;
	int r;

	if (asprintf(&path, "%s/%s", directory, BASELINE_FILE) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	r = baselines_open(path, &document, ret_error);
	if (r < 0)
		return r;
	r = baselines_merge(baselines, document, &why);
	if (r < 0)
		return refuse(ret_error, r, "%s: error: %s", path, why ? why : strerror(-r));
	age_add(baselines, document, boot, now);
	baselines->changed = false;
	return 0;
}

/* Executable by executable, so that the document is never in memory as a whole. */
static int document_write(const struct baselines *baselines, const char *boot, FILE *file)
{
	(void)fprintf(
		file, "{\"%s\":%d,\"boot\":\"%s\",\"saved\":%" PRIu64 ",\"running\":%s,\n\"executables\":{",
		FORMAT, FORMAT_VALUE, boot, baselines->last / SECOND, baselines->running ? "true" : "false");
	for (size_t i = 0; i < baselines->count; i++) {
		CLEANUP_JSON json_t *name = json_string(baselines->all[i]->executable);
		CLEANUP_JSON json_t *sets = baseline_json(baselines, baselines->all[i]);

		if (!name || !sets)
			return -ENOMEM;
		(void)fputs(i ? ",\n" : "\n", file);
		if (json_dumpf(name, file, JSON_ENCODE_ANY) < 0)
			return -EIO;
		(void)fputc(':', file);
		if (json_dumpf(sets, file, JSON_COMPACT) < 0)
			return -EIO;
	}
	(void)fputs("\n}}\n", file);
	return fflush(file) != 0 || ferror(file) ? -EIO : 0;
}

int baselines_save(struct baselines *baselines, const char *directory, const char *boot)
{
	CLEANUP_CLOSE int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP_FCLOSE FILE *file = NULL;
	CLEANUP_CLOSE int fd = -1;
	int r;

	if (at < 0)
		return -errno;
	fd = openat(at, "." BASELINE_FILE ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	file = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!file)
		return -errno;
	(void)TAKE_FD(fd); /* the stream's */
	errno = 0;
	r = document_write(baselines, boot, file);
	if (r == 0 && (fsync(fileno(file)) < 0 ||
		       renameat(at, "." BASELINE_FILE ".new", at, BASELINE_FILE) < 0 || fsync(at) < 0))
		r = -errno;
	if (r < 0)
		(void)unlinkat(at, "." BASELINE_FILE ".new", 0);
	else
		baselines->changed = false;
	return r;
}
