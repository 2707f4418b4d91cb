// SPDX-License-Identifier: Apache-2.0
/*
 * Baselines over the control socket, and their file at a start, with a loader without a kernel.
 */
#include <policyd/anomaly.h>

#include "anomaly_sample.h"
#include "daemon_case.h"

#define DOCUMENT(sets) "{\"policyd_baselines\":1,\"executables\":{" sets "}}"
#define IMPORT(sets)   "{\"request\":\"baselines-import\",\"baselines\":" DOCUMENT(sets) "}"
#define SETS	       "\"/bin/who\":{\"exec\":{\"age\":5,\"items\":{\"/bin/sh\":1}}}"

static const char learning[] = "version: 1\npolicy: usual\nsubject: {exe: /usr/bin/true}\n"
			       "anomaly: {learn: 1d, report: exec}\n";

static void expect_count(size_t count)
{
	json_t *reply = ask("baselines");

	ck_assert_uint_eq(json_array_size(json_object_get(reply, "executables")), count);
	json_decref(reply);
}

static json_int_t age_of(void)
{
	json_t *reply = ask("baselines"), *entry = json_array_get(json_object_get(reply, "executables"), 0);
	json_int_t age = json_integer_value(json_object_get(json_object_get(entry, "exec"), "age"));

	json_decref(reply);
	return age;
}

START_TEST(requests)
{
	put("usual.yaml", learning);
	start();
	expect_status("ok", 1);
	expect_count(0);
	expect_answer("{\"request\":\"baselines-reset\"}", "EINVAL", "'executable' or 'all'");
	expect_answer("{\"request\":\"baselines-reset\",\"executable\":1}", "EINVAL", "is a name");
	expect_answer("{\"request\":\"baselines-export\",\"executable\":\"/bin/who\"}", "ENOENT",
		      "no baseline of '/bin/who'");
	expect_answer("{\"request\":\"baselines-import\"}", "EINVAL", "no baselines");
	expect_answer(IMPORT(SETS ",\"/bin/x\":{\"exec\":{\"age\":5,\"items\":{\"sh\":1}}}"), "EINVAL",
		      "executable '/bin/x', exec 'sh': expected a canonical name");
	expect_count(0);
	expect_answer(IMPORT(SETS), NULL, NULL);
	expect_answer(IMPORT("\"/bin/other\":{}"), NULL, NULL);
	expect_count(2);
	ck_assert_int_eq(events_with("\"baseline-changed\""), 2);
	expect_answer("{\"request\":\"baselines-reset\",\"executable\":\"/bin/other\"}", NULL, NULL);
	expect_count(1);
	/* Learning goes on, also over a restart. */
	ck_assert_int_eq(stop(SIGTERM), 0);
	(void)sleep(2);
	start();
	ck_assert_int_ge(age_of(), 7);
	expect_answer("{\"request\":\"baselines-reset\",\"all\":true}", NULL, NULL);
	expect_count(0);
}
END_TEST

/* A file that is none: said, kept, and not in the way; a second one is not put over the first. */
START_TEST(bad_file)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/state", base);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	put("../state/baselines.json", "{\n\"policyd_baselines\": x");
	put("usual.yaml", learning);
	start();
	expect_count(0);
	ck_assert_int_eq(events_with("baselines.json:2:22: error"), 1);
	ck_assert_int_eq(lines_with("state/baselines.json.bad", "policyd_baselines"), 1);
	expect_answer(IMPORT(SETS), NULL, NULL);
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(lines_with("state/baselines.json", "/bin/sh"), 1);
	put("../state/baselines.json", DOCUMENT("\"/bin/who\":{\"exce\":{}}"));
	start();
	ck_assert_int_eq(events_with("exce: there is no such set"), 1);
	ck_assert_int_eq(events_with("baselines.json.bad' already"), 1);
	expect_answer(IMPORT(SETS), NULL, NULL);
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(lines_with("state/baselines.json", "exce"), 1);
}
END_TEST

/* An executable that was started, as the kernel tells when a set is in force. */
static int tell(int (*take)(void *data, const void *record, size_t size), void *data)
{
	struct {
		struct policyd_event_anomaly anomaly;
		char name[8];
	} record = {.anomaly = record_of(POLICYD_ANOMALY_NEW_SEQUENCE), .name = "who"};
	uint64_t value;

	if (!fake.published || read(fake.ring, &value, sizeof(value)) < 0)
		return 0;
	if (fake.ngrams_forgotten) { /* at the start without a file: what is learnt comes later */
		fake.ngrams.slots[5] = POLICYD_NGRAM_OTHER;
		fake.ngrams.slots[6] = 510 | POLICYD_NGRAM_LATE;
	}
	record.anomaly.head.generation = fake.generation;
	record.anomaly.head.size = sizeof(record.anomaly) + 4;
	record.anomaly.exe = (struct policyd_event_name){
		.root = POLICYD_ROOT_UNMAPPED, .offset = sizeof(record.anomaly), .length = 4};
	record.anomaly.count = 0;
	record.anomaly.executable = 77;
	return take(data, &record, sizeof(record.anomaly) + 4) < 0 ? -EIO : 1;
}

static json_t *sequence_of(void)
{
	json_t *reply = ask("baselines"), *entry = json_array_get(json_object_get(reply, "executables"), 0);
	json_t *set = json_incref(json_object_get(entry, "sequence"));

	json_decref(reply);
	return set;
}

static void expect_state(const char *state)
{
	const char *found = NULL;
	json_t *set = NULL;

	for (int i = 0; i < 80; i++) {
		json_decref(set);
		set = sequence_of();
		found = json_string_value(json_object_get(set, "state"));
		if (found && strcmp(found, state) == 0)
			break;
		(void)usleep(100000);
	}
	ck_assert_msg(found && strcmp(found, state) == 0, "expected %s, found %s", state, found);
	json_decref(set);
}

static void start_sequences(uint32_t peak, uint32_t tried, uint32_t lost)
{
	put("usual.yaml", "version: 1\npolicy: usual\nanomaly: {learn: 4s, report: [sequence]}\n");
	fake.drain = tell;
	fake.ring = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	fake.ngram_state = (struct policyd_ngram_state){.peak = peak, .tried = tried, .lost = lost};
	start();
}

/* What was new in the last part of learning says how much is too much, also after a restart. */
START_TEST(sequences_settle)
{
	json_t *set;

	start_sequences(10, 5000, 0);
	expect_state("learning");
	expect_state("trial");
	expect_state("compared");
	ck_assert_int_eq(events_with("2 are known; more than 12 new ones of 32 are reported"), 1);
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(lines_with("state/baselines.json", "\"limit\":12"), 1);
	ck_assert_int_eq(lines_with("state/baselines.json", "other\":0"), 1);
	start();
	expect_state("compared");
	set = sequence_of();
	ck_assert_int_eq(json_integer_value(json_object_get(set, "items")), 2);
	json_decref(set);
}
END_TEST

/* Too much of it, or too few calls to tell: learning goes on. */
START_TEST(sequences_go_on)
{
	start_sequences(30, 5000, 0);
	expect_state("trial");
	(void)sleep(4);
	expect_state("trial");
	ck_assert_int_ge(events_with("30 of 32 were new in the last part of learning, which goes on"), 1);
	ck_assert_int_eq(events_with("are reported"), 0);
}
END_TEST

START_TEST(sequences_tried_too_little)
{
	start_sequences(0, POLICYD_NGRAM_TRIED_MIN - 1, 0);
	expect_state("trial");
	(void)sleep(4);
	expect_state("trial");
	ck_assert_int_eq(events_with("sequences of"), 0);
}
END_TEST

/* A set without room is not compared. */
START_TEST(sequences_full)
{
	start_sequences(10, 5000, 1);
	expect_state("full");
	ck_assert_int_eq(events_with("there is no room for all of them; they are not compared"), 1);
	(void)sleep(4);
	ck_assert_int_eq(events_with("are reported"), 0);
}
END_TEST

int main(void)
{
	const TTest *const rooted[] = {
		requests,      bad_file, sequences_settle, sequences_go_on, sequences_tried_too_little,
		sequences_full};

	return daemon_suite_run("baseline_daemon", 60, rooted, ARRAY_SIZE(rooted), NULL, 0);
}
