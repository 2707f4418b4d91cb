/* SPDX-License-Identifier: Apache-2.0 */
#include "event.h"

#include <stdio.h>

#include "event_sample.h"
#include "event_suite.h"
#include "lost.h"

START_TEST(event_begins_without_fields)
{
	CLEANUP_EVENT struct event event;

	event_init(&event);
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++)
		ck_assert(!event_has(&event, i));
	ck_assert_uint_eq(event_weight(&event), 1);
}
END_TEST

START_TEST(event_clear_takes_fields_away)
{
	CLEANUP_EVENT struct event event;

	event_init(&event);
	for (int i = 0; i < 3; i++) {
		static const char bytes[10000];

		sample_hostile(&event);
		ck_assert_int_eq(event_set(&event, &event.path, bytes, sizeof(bytes)), 0);
		ck_assert_int_eq(event_set(&event, &event.path2, "x", 1), 0);
		event_clear(&event);
		for (size_t j = 0; j < EVENT_FIELD_COUNT; j++)
			ck_assert(!event_has(&event, j));
	}
}
END_TEST

START_TEST(event_copy_owns_its_bytes)
{
	CLEANUP_EVENT struct event event;
	struct event *copy = NULL;

	event_init(&event);
	sample_hostile(&event);
	ck_assert_int_eq(event_set(&event, &event.path, "own", 3), 0);
	ck_assert_int_eq(event_copy(&event, &copy), 0);
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		if (!event_is_text(event_fields[i].type)) {
			ck_assert_uint_eq(event_number(copy, i), event_number(&event, i));
			continue;
		}
		ck_assert_uint_eq(event_bytes(copy, i)->length, event_bytes(&event, i)->length);
		ck_assert_ptr_ne(event_bytes(copy, i)->bytes, event_bytes(&event, i)->bytes);
		ck_assert_mem_eq(event_bytes(copy, i)->bytes, event_bytes(&event, i)->bytes,
				 event_bytes(copy, i)->length);
	}
	event_destroy(copy);
	event_destroy(NULL);
}
END_TEST

START_TEST(event_kinds_have_names_and_severities)
{
	for (uint64_t i = 0; i < EVENT_KIND_COUNT; i++) {
		enum event_kind kind = EVENT_KIND_COUNT;
		struct event event;

		ck_assert_int_eq(event_kind_from_name(event_kind_name(i), &kind), 0);
		ck_assert_uint_eq(kind, i);
		event_init(&event);
		event_set_kind(&event, kind);
		ck_assert_uint_lt(event.severity, EVENT_SEVERITY_COUNT);
		event_set_kind(&event, EVENT_DENIED);
	}
	ck_assert_str_eq(event_kind_name(EVENT_NONE), "?");
	ck_assert_str_eq(event_severity_name(EVENT_NONE), "?");
	ck_assert_int_eq(event_kind_from_name("nothing", &(enum event_kind){0}), -ENOENT);
	ck_assert(event_kind_is_important(EVENT_KILLED));
	ck_assert(!event_kind_is_important(EVENT_AUDITED));
}
END_TEST

START_TEST(event_set_kind_keeps_a_severity)
{
	struct event event;

	event_init(&event);
	event.severity = EVENT_ALERT;
	event_set_kind(&event, EVENT_AUDITED);
	ck_assert_uint_eq(event.severity, EVENT_ALERT);
}
END_TEST

START_TEST(event_report_fills_each_action)
{
	for (int i = 0; i < EVENT_ACTION_COUNT; i++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		ck_assert_int_eq(event_report(&event, (enum event_action)i, i % 2 ? "why" : NULL), 0);
		ck_assert(event_has(&event, EVENT_FIELD_action));
		ck_assert(event_has(&event, EVENT_FIELD_time));
		ck_assert(event_has(&event, EVENT_FIELD_detail) == (i % 2));
		ck_assert(event_kind_is_important(event.kind));
	}
}
END_TEST

START_TEST(event_fields_have_names_that_every_format_takes)
{
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		size_t length = strlen(event_fields[i].name);

		ck_assert_uint_gt(length, 0);
		ck_assert_uint_le(length, 32); /* SD-NAME of RFC 5424 */
		ck_assert_uint_eq(strspn(event_fields[i].name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
				  length);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(event_fields[i].name, event_fields[j].name);
	}
}
END_TEST

/* Whether the page has the word as code. */
static bool page_has(const char *page, const char *word)
{
	char code[64];

	(void)snprintf(code, sizeof(code), "`%s`", word);
	return strstr(page, code);
}

START_TEST(event_page_has_everything)
{
	static const char *const words[] = {
#define X(name, text, kind, severity) text,
		EVENT_ACTIONS(X)
#undef X
#define X(name, text) text,
			LOST_CAUSES(X)
#undef X
	};
	static char page[32768];
	CLEANUP_FCLOSE FILE *file = fopen(SOURCE_DIR "/docs/events.md", "re");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_gt(fread(page, 1, sizeof(page) - 1, file), 0);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		ck_assert_msg(page_has(page, words[i]), "docs/events.md lacks `%s`", words[i]);
	for (int i = 0; i < EVENT_KIND_COUNT; i++)
		ck_assert_msg(page_has(page, event_kind_name((uint64_t)i)), "docs/events.md lacks `%s`",
			      event_kind_name((uint64_t)i));
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++)
		ck_assert_msg(page_has(page, event_fields[i].name), "docs/events.md lacks `%s`",
			      event_fields[i].name);
	ck_assert(!page_has(page, "nothing"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		event_begins_without_fields,
		event_clear_takes_fields_away,
		event_copy_owns_its_bytes,
		event_kinds_have_names_and_severities,
		event_set_kind_keeps_a_severity,
		event_report_fills_each_action,
		event_fields_have_names_that_every_format_takes,
		event_page_has_everything,
	};

	return suite_run("event", tests, ARRAY_SIZE(tests));
}
