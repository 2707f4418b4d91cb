// SPDX-License-Identifier: Apache-2.0
/*
 * What rates and detectors do beside reporting, and what is told of it.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <policyd/anomaly.h>

#include "anomaly_sample.h"
#include "compile_case.h"
#include "decode.h"
#include "decode_anomaly.h"
#include "model.h"
#include "util.h"

#define HOST "mount 1 / / ext4\n"
#define HEAD "version: 1\npolicy: p\n"

START_TEST(detectors)
{
	static const char *const texts[] = {
		HEAD "mode: enforce\nanomaly: {detect: [{what: memory-exec}]}\n",
		HEAD "mode: enforce\nanomaly: {detect: [{what: memory-exec, action: audit}]}\n",
		HEAD "mode: enforce\nanomaly: {detect: [{what: memory-exec, action: deny}]}\n",
		HEAD "mode: enforce\nanomaly: {detect: [{what: memory-exec, action: kill}]}\n",
		HEAD "anomaly: {detect: [{what: memory-exec, action: kill}]}\n",
		HEAD "mode: enforce\nanomaly: {detect: [{what: memory-exec, action: freeze}]}\n",
	};
	static const uint32_t flags[] = {0,
					 0,
					 POLICYD_ANOMALY_REFUSE,
					 POLICYD_ANOMALY_REFUSE | POLICYD_ANOMALY_KILL,
					 0,
					 POLICYD_ANOMALY_REFUSE | POLICYD_ANOMALY_FREEZE};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct compile_case compiled;
		struct policyd_view view;

		compile_case_begin(&compiled, texts[i], HOST, false);
		view = (struct policyd_view){compiled.compiled->lines, compiled.compiled->count};
		ck_assert_uint_eq(policyd_anomaly_at(&view, policyd_anomalies_at(&view), 0)->flags, flags[i]);
		compile_case_end(&compiled);
	}
}
END_TEST

START_TEST(rates_act)
{
	static const struct {
		const char *mode, *action;
		uint32_t flags;
	} cases[] = {
		{"enforce", "audit", POLICYD_ANOMALY_PER_PROCESS},
		{"enforce", "kill", POLICYD_ANOMALY_PER_PROCESS | POLICYD_ANOMALY_KILL},
		{"enforce", "freeze", POLICYD_ANOMALY_PER_PROCESS | POLICYD_ANOMALY_FREEZE},
		{"audit", "kill", POLICYD_ANOMALY_PER_PROCESS},
		{"audit", "freeze", POLICYD_ANOMALY_PER_PROCESS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct compile_case compiled;
		struct policyd_view view;
		char text[256];

		(void)snprintf(text, sizeof(text),
			       HEAD "mode: %s\nanomaly: {rate: [{count: write, over: 1s, limit: 5, per: "
				    "process, action: %s}]}\n",
			       cases[i].mode, cases[i].action);
		compile_case_begin(&compiled, text, HOST, false);
		ck_assert_ptr_nonnull(compiled.compiled);
		view = (struct policyd_view){compiled.compiled->lines, compiled.compiled->count};
		ck_assert_uint_eq(policyd_anomaly_at(&view, policyd_anomalies_at(&view), 0)->flags,
				  cases[i].flags);
		compile_case_end(&compiled);
	}
}
END_TEST

/* What the event about a gain says. */
static const char *gain_detail(enum policyd_gain how, bool seen, uint32_t flags, uint32_t error)
{
	static char text[128];
	struct policyd_event_anomaly record = record_of(POLICYD_ANOMALY_UID_GAIN);
	struct anomaly_detect detect = {.kind = POLICYD_ANOMALY_UID_GAIN};
	struct model_anomaly anomaly = {.detect = &detect};
	struct decoder decoder = {0};
	CLEANUP_EVENT struct event event;

	event_init(&event);
	record.count = 0;
	record.item = (uint64_t)how << 32;
	record.head.flags = flags;
	record.head.error = (int32_t)error;
	if (!seen)
		record.first = (struct policyd_example){0};
	ck_assert_int_eq(decode(&decoder, &record, sizeof(record), &event), 0);
	ck_assert_uint_eq(event.origin.executable, 0); /* a baseline's event has one */
	ck_assert_uint_eq(event.suppressed, EVENT_NONE);
	ck_assert_int_eq(decode_anomaly_detail(&event, &anomaly), 0);
	(void)snprintf(text, sizeof(text), "%.*s", (int)event.detail.length, event.detail.bytes);
	return text;
}

START_TEST(record_of_gain)
{
	ck_assert_str_eq(gain_detail(POLICYD_GAIN_OVERWRITTEN, true, 0, EPERM),
			 "uid 1000 for 2.250s, then 0, which no call and no execution gave; refused");
	ck_assert_str_eq(gain_detail(POLICYD_GAIN_CAPABILITY, true, POLICYD_EVENT_KILLED, EPERM),
			 "uid 1000 for 2.250s, asks for 0 with nothing but the capability setuid; killed");
	ck_assert_str_eq(gain_detail(POLICYD_GAIN_CAPABILITY, false, 0, 0),
			 "asks for 0 with nothing but the capability setuid; went on");
}
END_TEST

/* What the event about memory says, with a name where it has one. */
static const char *wx_detail(uint64_t how, uint32_t flags, uint32_t error)
{
	static char text[128];
	struct policyd_event_anomaly record = record_of(POLICYD_ANOMALY_WX_MEMORY);
	struct anomaly_detect detect = {.kind = POLICYD_ANOMALY_WX_MEMORY};
	struct model_anomaly anomaly = {.detect = &detect};
	struct decoder decoder = {0};
	CLEANUP_EVENT struct event event;

	event_init(&event);
	record.count = 0;
	record.first = (struct policyd_example){0};
	record.item = how;
	record.head.flags = flags;
	record.head.error = (int32_t)error;
	ck_assert_int_eq(decode(&decoder, &record, sizeof(record), &event), 0);
	ck_assert_mem_eq(event.operation.bytes, "wx-memory", event.operation.length);
	ck_assert_uint_eq(event.origin.executable, 0);
	ck_assert_uint_eq(event.suppressed, EVENT_NONE);
	ck_assert_int_eq(decode_anomaly_detail(&event, &anomaly), 0);
	(void)snprintf(text, sizeof(text), "%.*s", (int)event.detail.length, event.detail.bytes);
	return text;
}

START_TEST(record_of_memory)
{
	ck_assert_str_eq(wx_detail(POLICYD_WX_ANONYMOUS, 0, 0),
			 "anonymous memory, mapped executable; went on");
	ck_assert_str_eq(wx_detail(POLICYD_WX_ANONYMOUS | POLICYD_WX_TURNED, 0, EPERM),
			 "anonymous memory, turned executable; refused");
	ck_assert_str_eq(wx_detail(POLICYD_WX_COPY | POLICYD_WX_TURNED, POLICYD_EVENT_KILLED, EPERM),
			 "a private copy of the file, turned executable; killed");
	ck_assert_str_eq(wx_detail(POLICYD_WX_ALIAS, 0, 0),
			 "a file that is mapped writable, mapped executable; went on");
	ck_assert_str_eq(wx_detail(POLICYD_WX_UNNAMED, 0, 0),
			 "a file without a name, mapped executable; went on");
	/* A record of a kernel part that knows more. */
	ck_assert_str_eq(wx_detail(POLICYD_WX_COUNT, 0, 0), "memory, mapped executable; went on");
	ck_assert_str_eq(wx_detail(~0ULL, 0, 0), "memory, turned executable; went on");
}
END_TEST

START_TEST(record_of_killed)
{
	struct policyd_event_anomaly record = record_of(POLICYD_ANOMALY_WRITE);
	struct anomaly_rate rate = {.over_ns = 1000000000, .limit = 200, .action = POLICY_KILL};
	struct model_anomaly anomaly = {.rate = &rate};
	struct decoder decoder = {0};
	CLEANUP_EVENT struct event event;

	event_init(&event);
	record.head.flags = POLICYD_EVENT_KILLED;
	ck_assert_int_eq(decode(&decoder, &record, sizeof(record), &event), 0);
	ck_assert_uint_eq(event.kind, EVENT_ANOMALY);
	ck_assert_int_eq(decode_anomaly_detail(&event, &anomaly), 0);
	ck_assert_mem_eq(event.detail.bytes + event.detail.length - 8, "; killed", 8);
	/* The last of many refusals may have been a kill by its own rule. */
	rate.action = POLICY_AUDIT_ONLY;
	ck_assert_int_eq(decode_anomaly_detail(&event, &anomaly), 0);
	ck_assert_mem_eq(event.detail.bytes + event.detail.length - 1, ")", 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("anomaly_action");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, all);
	tcase_add_test(all, detectors);
	tcase_add_test(all, rates_act);
	tcase_add_test(all, record_of_gain);
	tcase_add_test(all, record_of_memory);
	tcase_add_test(all, record_of_killed);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
