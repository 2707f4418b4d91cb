// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "builtin.h"
#include "degraded.h"
#include "fingerprint.h"
#include "lease.h"
#include "parse.h"
#include "reload.h"
#include "selftest.h"
#include "snapshot.h"
#include "util.h"

static const char *const outcome_names[] = {
#define X(name, text) [RELOAD_##name] = text,
	RELOAD_OUTCOMES(X)
#undef X
};
_Static_assert(ARRAY_SIZE(outcome_names) == RELOAD_OUTCOME_COUNT, "every outcome has a name");

static void leases_cleanup(struct leases **leases)
{
	leases_free(*leases);
}

#define CLEANUP_LEASES CLEANUP(leases_cleanup)

/* Keeps the reason for status. `detail` is what failed, `error` a negative errno. */
static int fail(struct reload *reload, int error, const char *what, const char *thing)
{
	char *text;

	if (asprintf(&text, "%s '%s': %s", what, thing, strerror(-error)) < 0)
		text = NULL;
	free(reload->error);
	reload->error = text;
	return error;
}

static void attempt_begin(struct reload *reload)
{
	diagnostics_clear(&reload->diagnostics);
	free(TAKE_PTR(reload->error));
	reload->attempt_fingerprint = 0;
	reload->attempts++;
}

/* Keeps a copy of a set that was read. Only where the caller insists is it an error that there is none. */
static int directory_copy(struct reload *reload, uint64_t fingerprint)
{
	int r = reload->guard ? guard_stage(reload->guard, reload->directory, fingerprint) : 0;

	return r < 0 ? fail(reload, r, "cannot copy the policies to", reload->guard->directory) : 0;
}

/* By what was parsed, whatever the files hold before and afterwards. */
static int lock_check(struct reload *reload, struct generation *generation)
{
	policy_set_digest(&generation->set, generation->digest);
	if (!reload->locked || memcmp(reload->locked->digest, generation->digest, DIGEST_SIZE) == 0)
		return 0;
	return fail(reload, -EPERM, "policies are locked, and this is another set:", reload->directory);
}

/* Fingerprint, policies and copy of the same moment: nobody writes a file in between. */
static int directory_read(struct reload *reload, struct generation *generation)
{
	CLEANUP_LEASES struct leases *leases = NULL;
	CLEANUP_FREE char *busy = NULL;
	int r = leases_take(reload->directory, &leases, &busy);

	if (r == -EBUSY)
		return fail(reload, r, "a file is being written:", busy ? busy : "?");
	if (r < 0)
		return fail(reload, r, "cannot read the policy directory", reload->directory);
	r = fingerprint_directory(reload->directory, &generation->fingerprint);
	if (r < 0)
		return fail(reload, r, "cannot read the policy directory", reload->directory);
	reload->attempt_fingerprint = generation->fingerprint;
	generation->set.tokenizer = reload->tokenizer;
	r = parse_directory(&generation->set, reload->directory, reload->trusted, &reload->diagnostics);
	generation->set.tokenizer = NULL; /* what is built in needs no process of its own */
	if (r < 0 && reload->diagnostics.errors == 0)
		return fail(reload, r, "cannot read the policy directory", reload->directory);
	if (r == 0)
		r = lock_check(reload, generation);
	if (r == 0)
		r = degraded_check(&generation->set, reload->degraded, &reload->diagnostics);
	if (r == 0)
		r = directory_copy(reload, generation->fingerprint);
	return r < 0 ? r : builtin_add(&generation->set, &reload->diagnostics);
}

static int host_refresh(struct reload *reload)
{
	struct host *host;
	int r = host_read(&host);

	if (r < 0)
		return fail(reload, r, "cannot read facts of the host from", "/proc/1/mountinfo");
	host_free(reload->host);
	reload->host = host;
	return 0;
}

static struct generation_facts facts_of(const struct reload *reload, const struct policyd_hash_key *key)
{
	return (struct generation_facts){
		.host = reload->host, .key = key, .audit_unresolved = reload->audit_unresolved};
}

static int set_compile(struct reload *reload, struct generation *generation,
		       const struct policyd_hash_key *key, struct diagnostics *diagnostics)
{
	const struct generation_facts facts = facts_of(reload, key);
	int r = generation_compile(generation, &facts, diagnostics);

	if (r < 0 && diagnostics->errors == 0)
		return fail(reload, r, "cannot compile the policies of", reload->directory);
	return r;
}

static void test_tell(void *data, const struct selftest *test)
{
	struct reload *reload = data;

	if (test->state == SELFTEST_FAILED)
		diagnostic_add(&reload->diagnostics, DIAGNOSTIC_ERROR, test->at,
			       "test of policy '%s' failed: '%s' must be %s: %s", test->policy->name,
			       test->operation, test->allow ? "allowed" : "denied", test->why);
}

/* A set whose own tests fail does not say what its author meant. */
static int generation_test(struct reload *reload, const struct generation *generation)
{
	size_t errors = reload->diagnostics.errors;
	int r = selftest_run(generation->compiled, reload->host, test_tell, reload);

	if (r < 0)
		return fail(reload, r, "cannot run the tests of", reload->directory);
	return reload->diagnostics.errors > errors ? -EINVAL : 0;
}

/* The directory as the generation after `number`. Returns 0 or -errno with the reasons kept. */
static int generation_make(struct reload *reload, uint64_t number, const struct policyd_hash_key *key,
			   struct generation **ret_generation)
{
	CLEANUP_GENERATION struct generation *generation = calloc(1, sizeof(*generation));
	int r;

	if (!generation)
		return fail(reload, -ENOMEM, "cannot read", reload->directory);
	generation->number = number + 1;
	r = host_refresh(reload); /* first: events are read with it even where the directory cannot be used */
	if (r < 0)
		return r;
	r = directory_read(reload, generation);
	if (r < 0)
		return r;
	if (reload->modes)
		generation->altered =
			modes_apply(reload->modes, generation->fingerprint, &generation->set) > 0;
	r = set_compile(reload, generation, key, &reload->diagnostics);
	if (r < 0)
		return r;
	r = generation_test(reload, generation);
	if (r < 0)
		return r;
	*ret_generation = TAKE_PTR(generation);
	return 0;
}

/* The good set stays for reload_return(), however old it is. */
static size_t generation_oldest(const struct reload *reload)
{
	const struct generation *oldest = reload->generations[RELOAD_HISTORY - 1];
	const struct guard *guard = reload->guard;

	if (guard && guard->good.known && generation_is(oldest, guard->good.fingerprint))
		return RELOAD_HISTORY - 2;
	return RELOAD_HISTORY - 1;
}

/* Makes room in front for one more, in place of `last`. */
static void generations_shift(struct reload *reload, size_t last)
{
	memmove(reload->generations + 1, reload->generations, last * sizeof(*reload->generations));
}

/* Owns `generation` from then on. */
static void generation_keep(struct reload *reload, struct generation *generation)
{
	size_t oldest = generation_oldest(reload);

	generation_free(reload->generations[oldest]);
	generations_shift(reload, oldest);
	generation->published = (uint64_t)time(NULL);
	reload->generations[0] = generation;
}

static int generation_load(struct reload *reload, struct loader *loader, struct generation *generation)
{
	char *error = NULL;
	int r = loader_publish(loader, generation->compiled->lines, generation->compiled->count, &error);

	if (r < 0) {
		free(reload->error);
		reload->error = error;
		return error ? r : fail(reload, r, "cannot publish", reload->directory);
	}
	return 0;
}

/* The marker is on disk before the set is in force: a set that stops the machine at once leaves it behind. */
static int generation_publish(struct reload *reload, struct loader *loader, struct generation *generation)
{
	struct guard *guard = reload->guard;
	int r = guard ? guard_publish(guard, generation->fingerprint) : 0;

	if (r < 0)
		return fail(reload, r, "cannot mark the set as not confirmed in", guard->directory);
	r = generation_load(reload, loader, generation);
	if (guard)
		guard_published(guard, generation->fingerprint, r == 0);
	return r;
}

/* After a restart the number goes on from what the kernel has. */
static uint64_t generation_last(const struct reload *reload, const struct loader *loader)
{
	uint64_t live = loader_generation(loader);
	uint64_t own = reload->generations[0] ? reload->generations[0]->number : 0;

	return live > own ? live : own;
}

int reload_check(struct reload *reload)
{
	CLEANUP_GENERATION struct generation *generation = NULL;
	struct policyd_hash_key key;

	attempt_begin(reload);
	if (getrandom(&key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return fail(reload, -EIO, "cannot read", "random bytes");
	return generation_make(reload, 0, &key, &generation);
}

static enum reload_outcome reload_attempt(struct reload *reload, struct loader *loader, bool always)
{
	CLEANUP_GENERATION struct generation *generation = NULL;
	const struct generation *live = reload->generations[0];
	int r;

	r = generation_make(reload, generation_last(reload, loader), loader_key(loader), &generation);
	if (r < 0)
		return r == -EBUSY && reload->diagnostics.errors == 0 ? RELOAD_WAITING : RELOAD_REJECTED;
	if (!always && live && live->fingerprint == generation->fingerprint &&
	    compiled_equal(live->compiled, generation->compiled)) {
		if (reload->guard)
			guard_published(reload->guard, live->fingerprint, true);
		return RELOAD_UNCHANGED;
	}
	if (generation_publish(reload, loader, generation) < 0)
		return RELOAD_REJECTED;
	generation_keep(reload, TAKE_PTR(generation));
	return RELOAD_PUBLISHED;
}

int reload_adopt(struct reload *reload, const struct loader *loader)
{
	const char *const paths[] = {
		reload->guard ? reload->guard->candidate_path : NULL,
		reload->guard ? reload->guard->good_path : NULL,
		reload->directory,
	};
	CLEANUP_FREE struct policyd_line *lines = NULL;
	struct generation_facts facts;
	struct compiled image = {};
	int r = loader_image(loader, &lines, &image.count);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	image.lines = lines;
	r = host_refresh(reload);
	if (r < 0)
		return r;
	facts = facts_of(reload, loader_key(loader));
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		const struct generation_source source = {.path = paths[i],
							 .name = reload->directory,
							 .trusted = reload->trusted,
							 .tokenizer = reload->tokenizer};

		if (!paths[i] || (paths[i] != reload->directory && snapshot_check(paths[i]) < 0))
			continue;
		r = generation_again(&image, &source, &facts, &reload->generations[0]);
		if (r == 0)
			return 1;
	}
	return 0;
}

enum reload_outcome reload_run(struct reload *reload, struct loader *loader, bool always)
{
	attempt_begin(reload);
	reload->outcome = reload_attempt(reload, loader, always);
	reload->rejections += reload->outcome == RELOAD_REJECTED;
	return reload->outcome;
}

int reload_publish_empty(struct reload *reload, struct loader *loader)
{
	CLEANUP_GENERATION struct generation *generation = calloc(1, sizeof(*generation));
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {}; /* those of the attempt stay */
	int r;

	if (!generation)
		return -ENOMEM;
	generation->number = generation_last(reload, loader) + 1;
	r = builtin_add(&generation->set, &reload->diagnostics);
	if (r == 0)
		r = host_refresh(reload);
	if (r < 0)
		return r;
	r = set_compile(reload, generation, loader_key(loader), &diagnostics);
	if (r < 0)
		return r;
	r = generation_load(reload, loader, generation);
	if (r < 0)
		return r;
	generation_keep(reload, TAKE_PTR(generation));
	return 0;
}

int reload_return(struct reload *reload, struct loader *loader, uint64_t fingerprint)
{
	struct generation *generation;
	uint64_t number;
	size_t i = 0;
	int r;

	while (i < RELOAD_HISTORY && !generation_is(reload->generations[i], fingerprint))
		i++;
	if (i == RELOAD_HISTORY)
		return -ENOENT;
	generation = reload->generations[i];
	if (i == 0 && generation->number == loader_generation(loader))
		return 0;
	number = generation->number;
	generation_number(generation, generation_last(reload, loader) + 1);
	r = generation_publish(reload, loader, generation);
	if (r < 0) {
		generation_number(generation, number);
		return r;
	}
	generations_shift(reload, i);
	generation->published = (uint64_t)time(NULL);
	reload->generations[0] = generation;
	return 0;
}

enum reload_outcome reload_refuse(struct reload *reload, const char *why)
{
	attempt_begin(reload);
	reload->error = strdup(why);
	reload->outcome = RELOAD_REJECTED;
	reload->rejections++;
	return reload->outcome;
}

const struct generation *reload_generation(const struct reload *reload, uint64_t number)
{
	for (size_t i = 0; i < RELOAD_HISTORY; i++)
		if (reload->generations[i] && reload->generations[i]->number == number)
			return reload->generations[i];
	return NULL;
}

void reload_clear(struct reload *reload)
{
	for (size_t i = 0; i < RELOAD_HISTORY; i++) {
		generation_free(reload->generations[i]);
		reload->generations[i] = NULL;
	}
	host_free(reload->host);
	reload->host = NULL;
	diagnostics_clear(&reload->diagnostics);
	free(TAKE_PTR(reload->error));
}

const char *reload_outcome_name(enum reload_outcome outcome)
{
	return outcome_names[outcome];
}
