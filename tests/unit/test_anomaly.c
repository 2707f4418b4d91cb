// SPDX-License-Identifier: Apache-2.0
/*
 * The anomaly section: counting over a sliding time, which rates the image has for whom, and what records
 * say.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <policyd/anomaly.h>
#include <policyd/count.h>

#include "anomalies.h"
#include "anomaly_sample.h"
#include "compile_case.h"
#include "decision.h"
#include "decode.h"
#include "decode_anomaly.h"
#include "image.h"
#include "model.h"
#include "util.h"

#define HOST "mount 1 / / ext4\n"
#define HEAD "version: 1\npolicy: p\n"

/* Numbers of the rates of a kind that are about a process of the executable: "0,2". */
static const char *rates_of(const struct compile_case *compiled, const char *exe, uint32_t kind)
{
	static char text[64];
	struct decision_subject who = {.exe = exe, .login = UINT32_MAX};
	const struct policyd_view view = {compiled->compiled->lines, compiled->compiled->count};
	const struct policyd_anomalies *anomalies = policyd_anomalies_at(&view);
	uint32_t subject = 0, place = 0, number = 0;
	int length;

	ck_assert_int_eq(decision_subject(compiled->compiled, &who, &subject), 0);
	text[0] = 0;
	length = anomalies ? policyd_anomaly_list(&view, anomalies, kind, subject, &place) : 0;
	ck_assert_int_ge(length, 0);
	for (int i = 0; i < length; i++) {
		ck_assert_int_eq(policyd_word_at(&view, anomalies->lists, place + (uint32_t)i, &number), 0);
		ck_assert_ptr_nonnull(policyd_anomaly_at(&view, anomalies, number));
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%u", i ? "," : "",
			       number);
	}
	return text;
}

static const char two[] =
	HEAD "subject: {exe: /bin/who}\n"
	     "anomaly:\n"
	     "  rate:\n"
	     "    - {count: exec, over: 10s, limit: 200}\n"
	     "    - {count: denied, over: 1m, limit: 20, per: process}\n"
	     "    - {count: connect, over: 8s, limit: 20, distinct: true}\n"
	     "---\n"
	     "version: 1\npolicy: q\n"
	     "anomaly: {rate: [{count: exec, over: 8s, limit: 9}]}\n"
	     "---\n"
	     "version: 1\npolicy: off\nmode: disabled\n"
	     "anomaly: {rate: [{count: exec, over: 8s, limit: 9}], learn: 1d, report: exec}\n";

START_TEST(lists)
{
	struct compile_case compiled;
	const struct policyd_anomaly *anomaly;
	const char *reason = NULL;
	struct policyd_view view;

	compile_case_begin(&compiled, two, HOST, false);
	ck_assert_ptr_nonnull(compiled.compiled);
	(void)image_check(compiled.compiled->lines, compiled.compiled->count, &reason);
	ck_assert_pstr_eq(reason, NULL);
	ck_assert_str_eq(rates_of(&compiled, "/bin/who", POLICYD_ANOMALY_EXEC), "0,3");
	ck_assert_str_eq(rates_of(&compiled, "/bin/who", POLICYD_ANOMALY_DENIED), "1");
	ck_assert_str_eq(rates_of(&compiled, "/bin/other", POLICYD_ANOMALY_EXEC), "3");
	ck_assert_str_eq(rates_of(&compiled, "/bin/who", POLICYD_ANOMALY_CONNECT), "2");
	ck_assert_str_eq(rates_of(&compiled, "/bin/other", POLICYD_ANOMALY_DENIED), "");
	ck_assert_str_eq(rates_of(&compiled, "/bin/who", POLICYD_ANOMALY_FORK), "");
	view = (struct policyd_view){compiled.compiled->lines, compiled.compiled->count};
	anomaly = policyd_anomaly_at(&view, policyd_anomalies_at(&view), 1);
	ck_assert_uint_eq(anomaly->span, 60000000000ULL / POLICYD_SPANS);
	ck_assert_uint_eq(anomaly->limit, 20);
	ck_assert_uint_eq(anomaly->flags, POLICYD_ANOMALY_PER_PROCESS);
	ck_assert_uint_eq(policyd_anomaly_at(&view, policyd_anomalies_at(&view), 2)->flags,
			  POLICYD_ANOMALY_DISTINCT);
	ck_assert_uint_ne(anomaly->id, policyd_anomaly_at(&view, policyd_anomalies_at(&view), 0)->id);
	compile_case_end(&compiled);
}
END_TEST

/* Tables that only some sets have stand where no check takes them for something else. */
START_TEST(checked_with_syscalls)
{
	struct compile_case compiled;
	const char *reason = NULL;

	compile_case_begin(&compiled, HEAD "syscall: [{kill: [reboot, ptrace]}, {audit: \"@chown\"}]\n", HOST,
			   false);
	(void)image_check(compiled.compiled->lines, compiled.compiled->count, &reason);
	ck_assert_pstr_eq(reason, NULL);
	compile_case_end(&compiled);
}
END_TEST

/* Every word of the tables, changed, is either still right or found to be wrong; it is never followed. */
START_TEST(broken_image)
{
	struct compile_case compiled;
	struct policyd_line *lines;
	const struct policyd_tables *tables;
	unsigned int found = 0;
	const char *reason;

	compile_case_begin(&compiled, two, HOST, false);
	lines = compiled.compiled->lines;
	tables = (const struct policyd_tables *)&lines[POLICYD_TABLES];
	for (uint32_t word = 0; word < 7; word++) {
		uint32_t before = lines[tables->anomalies].w[word];

		lines[tables->anomalies].w[word] = 0x7fffffff;
		found += image_check(lines, compiled.compiled->count, &reason) < 0;
		lines[tables->anomalies].w[word] = before;
	}
	ck_assert_uint_eq(found, 6); /* all but the kinds, which only say too much */
	ck_assert_int_eq(image_check(lines, compiled.compiled->count, &reason), 0);
	((struct policyd_anomaly *)&lines[((struct policyd_anomalies *)&lines[tables->anomalies])->records])
		->span = 0;
	ck_assert_int_lt(image_check(lines, compiled.compiled->count, &reason), 0);
	ck_assert_str_eq(reason, "a rate over no time or of no kind");
	compile_case_end(&compiled);
}
END_TEST

/* The id is of what is said and not of where. */
START_TEST(ids)
{
	struct compile_case a, b;

	compile_case_begin(&a, HEAD "anomaly: {rate: [{count: exec, over: 8s, limit: 9}]}\n", HOST, false);
	compile_case_begin(
		&b,
		"version: 1\npolicy: another\nanomaly: {rate: [{count: exec, over: 8s, limit: 9}]}\n"
		"---\n" HEAD "anomaly: {rate: [{count: exec, over: 8s, limit: 9, tags: x}]}\n",
		HOST, false);
	ck_assert_uint_eq(anomaly_id(a.compiled->model, &a.compiled->model->anomalies[0]),
			  anomaly_id(b.compiled->model, &b.compiled->model->anomalies[1]));
	ck_assert_uint_ne(anomaly_id(a.compiled->model, &a.compiled->model->anomalies[0]),
			  anomaly_id(b.compiled->model, &b.compiled->model->anomalies[0]));
	compile_case_end(&a);
	compile_case_end(&b);
}
END_TEST

START_TEST(refused)
{
	struct compile_case compiled;

	compile_case_begin(&compiled,
			   HEAD "anomaly:\n"
				"  rate:\n"
				"    - {count: exec, over: 60s, limit: 9}\n"
				"    - {count: exec, over: 1m, limit: 9, name: again}\n",
			   HOST, false);
	ck_assert_ptr_null(compiled.compiled);
	ck_assert(compile_case_says(&compiled, "the same rate as at line 5"));
	compile_case_end(&compiled);
}
END_TEST

/* A baseline is an entry for each kind that is reported, for the processes of the subject only. */
START_TEST(baselines)
{
	struct compile_case compiled;
	const struct policyd_anomaly *record;
	struct policyd_view view;

	compile_case_begin(&compiled,
			   HEAD "subject: {exe: /bin/who}\nanomaly: {learn: 1d, report: [exec, listen]}\n",
			   HOST, false);
	ck_assert_ptr_nonnull(compiled.compiled);
	ck_assert_str_eq(rates_of(&compiled, "/bin/who", POLICYD_ANOMALY_NEW_EXEC), "0");
	ck_assert_str_eq(rates_of(&compiled, "/bin/who", POLICYD_ANOMALY_NEW_LISTEN), "1");
	ck_assert_str_eq(rates_of(&compiled, "/bin/who", POLICYD_ANOMALY_NEW_SYSCALL), "");
	ck_assert_str_eq(rates_of(&compiled, "/bin/other", POLICYD_ANOMALY_NEW_EXEC), "");
	view = (struct policyd_view){compiled.compiled->lines, compiled.compiled->count};
	record = policyd_anomaly_at(&view, policyd_anomalies_at(&view), 0);
	ck_assert_uint_eq(record->span, 86400000000000ULL);
	ck_assert_uint_eq(record->flags, 0);
	compile_case_end(&compiled);
}
END_TEST

/* Refused only where the policy enforces and the action says so. */
START_TEST(detectors_once)
{
	struct compile_case compiled;

	compile_case_begin(&compiled,
			   HEAD "anomaly:\n"
				"  detect:\n"
				"    - {what: fresh-exec}\n"
				"    - {what: fresh-exec, within: 5m}\n",
			   HOST, false);
	ck_assert_ptr_null(compiled.compiled);
	ck_assert(compile_case_says(&compiled, "fresh-exec is looked for already, at line 5"));
	compile_case_end(&compiled);
}
END_TEST

/* More rates of one kind for one process than a list has room for. */
START_TEST(too_many)
{
	struct compile_case compiled;
	char text[8192] = "";
	size_t length = 0;

	for (int policy = 0; policy < 2; policy++) {
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "%sversion: 1\npolicy: p%d\nanomaly:\n  rate:\n",
					   policy ? "---\n" : "", policy);
		for (int i = 0; i < 33; i++)
			length += (size_t)snprintf(text + length, sizeof(text) - length,
						   "    - {count: fork, over: %ds, limit: 1}\n", i + 1);
	}
	compile_case_begin(&compiled, text, HOST, false);
	ck_assert_ptr_null(compiled.compiled);
	ck_assert(compile_case_says(&compiled, "more than 64 rates of fork for one process"));
	compile_case_end(&compiled);
}
END_TEST

START_TEST(records)
{
	struct {
		struct policyd_event_anomaly anomaly;
		char typed[8];
	} record = {.anomaly = record_of(POLICYD_ANOMALY_OPEN_FAILED), .typed = "a/b"};
	struct anomaly_rate rate = {.over_ns = 90000000000, .limit = 200};
	struct model_anomaly anomaly = {.rate = &rate};
	struct decoder decoder = {0};
	CLEANUP_EVENT struct event event;

	event_init(&event);
	record.anomaly.head.error = ENOENT;
	record.anomaly.head.size = sizeof(record.anomaly) + 3;
	record.anomaly.typed_offset = sizeof(record.anomaly);
	record.anomaly.typed_length = 3;
	ck_assert_int_eq(decode(&decoder, &record, sizeof(record), &event), 0);
	ck_assert_uint_eq(event.kind, EVENT_ANOMALY);
	ck_assert_uint_eq(event.severity, EVENT_WARNING);
	ck_assert_uint_eq(event.suppressed, 201);
	ck_assert_uint_eq(event.error, ENOENT);
	ck_assert_uint_eq(event.origin.number, 3);
	ck_assert_mem_eq(event.operation.bytes, "open-failed", event.operation.length);
	ck_assert_uint_eq(event.path.length, 3);
	ck_assert_mem_eq(event.path.bytes, "a/b", 3);
	ck_assert_int_eq(decode_anomaly_detail(&event, &anomaly), 0);
	ck_assert_mem_eq(event.detail.bytes,
			 "201 in 90s, limit 200; first 2.250s before by sixteen bytes lo (pid 41, uid 1000)",
			 event.detail.length);
	event_clear(&event);
	record.anomaly.typed_length = 4; /* beyond the record */
	ck_assert_int_eq(decode(&decoder, &record, sizeof(record), &event), -EBADMSG);
	event_clear(&event);
	record.anomaly.typed_offset = 0xfffffffe;
	ck_assert_int_eq(decode(&decoder, &record, sizeof(record), &event), -EBADMSG);
	event_clear(&event);
	record.anomaly.head.size = sizeof(record.anomaly) - 1;
	ck_assert_int_eq(decode(&decoder, &record, sizeof(record), &event), -EBADMSG);
}
END_TEST

START_TEST(record_of_connect)
{
	struct policyd_event_anomaly record = record_of(POLICYD_ANOMALY_CONNECT);
	struct anomaly_rate rate = {.over_ns = 1500000000, .limit = 9};
	struct model_anomaly anomaly = {.rate = &rate};
	struct decoder decoder = {0};
	CLEANUP_EVENT struct event event;

	event_init(&event);
	memcpy(record.remote, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\x01\x02\x03", 16);
	record.remote_port = 443;
	record.family = 2;
	ck_assert_int_eq(decode(&decoder, &record, sizeof(record), &event), 0);
	ck_assert_mem_eq(event.remote_address.bytes, "10.1.2.3", event.remote_address.length);
	ck_assert_uint_eq(event.remote_port, 443);
	ck_assert_uint_eq(event.severity, EVENT_WARNING);
	ck_assert_int_eq(decode_anomaly_detail(&event, &anomaly), 0);
	ck_assert_mem_eq(event.detail.bytes, "201 in 1500ms", 13);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("anomaly");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, all);
	tcase_add_test(all, lists);
	tcase_add_test(all, checked_with_syscalls);
	tcase_add_test(all, broken_image);
	tcase_add_test(all, ids);
	tcase_add_test(all, refused);
	tcase_add_test(all, baselines);
	tcase_add_test(all, detectors_once);
	tcase_add_test(all, too_many);
	tcase_add_test(all, records);
	tcase_add_test(all, record_of_connect);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
