/* SPDX-License-Identifier: Apache-2.0 */
#include "format.h"

#include <time.h>

#include "event_parse.h"
#include "event_sample.h"
#include "event_suite.h"

static struct parsed parsed;
static char line[FORMAT_LINE_MAX];

static const struct format_options options = {.facility = 10, .pid = 4242};

/* Fields that stand below another name, or in parts, in foreign schemas; their bytes are looked for. */
static bool is_own(const struct format *format)
{
	return strcmp(format->name, "rfc5424") == 0 || strcmp(format->name, "rfc3164") == 0 ||
	       strcmp(format->name, "json") == 0;
}

static void check_round_trip(const struct format *format, const struct event *event)
{
	size_t length = 0;

	if (strcmp(format->name, "text") == 0)
		return;

	ck_assert_int_eq(format_event(format, event, &options, line, sizeof(line), &length), 0);
	ck_assert_uint_eq(length, strlen(line));
	ck_assert_msg(parse_line(format->name, line, length, &parsed), "%s: %.900s", format->name, line);
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		const struct event_text *text;

		if (!event_has(event, i)) {
			ck_assert(!is_own(format) || !parsed_has(&parsed, event_fields[i].name, "", 0));
			continue;
		}
		if (!event_is_text(event_fields[i].type))
			continue;
		text = event_bytes(event, i);
		ck_assert_msg(parsed_has(&parsed, is_own(format) ? event_fields[i].name : NULL, text->bytes,
					 text->length),
			      "%s lost %s: %.900s", format->name, event_fields[i].name, line);
	}
	parsed_clear(&parsed);
}

START_TEST(format_gives_hostile_bytes_back)
{
	CLEANUP_EVENT struct event event;

	event_init(&event);
	sample_hostile(&event);
	for (size_t i = 0; i < format_count; i++)
		check_round_trip(&formats[i], &event);
}
END_TEST

START_TEST(format_gives_every_kind_back)
{
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		sample_kind(&event, (enum event_kind)kind);
		for (size_t i = 0; i < format_count; i++)
			check_round_trip(&formats[i], &event);
	}
}
END_TEST

START_TEST(format_gives_every_byte_back)
{
	CLEANUP_EVENT struct event event;
	char bytes[256];

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	event_init(&event);
	sample_denied(&event);
	event.path = event.exe = event.comm = event.detail = (struct event_text){bytes, sizeof(bytes)};
	for (size_t i = 0; i < format_count; i++)
		check_round_trip(&formats[i], &event);
}
END_TEST

/* In OCSF a digest stands in a list of objects, in another place for what is run than for what is mapped. */
START_TEST(format_gives_a_digest_back)
{
	static const struct {
		const char *operation;
		const char *place;
	} digests[] = {
		{"run", "process.file.hashes.value"},
		{"load", "module.file.hashes.value"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(digests); i++) {
		CLEANUP_EVENT struct event event;
		size_t length = 0;

		event_init(&event);
		sample_execution(&event);
		event.operation = event_text(digests[i].operation);
		for (size_t j = 0; j < format_count; j++)
			check_round_trip(&formats[j], &event);

		ck_assert_int_eq(format_ocsf(&event, &options, line, sizeof(line), &length), 0);
		ck_assert(parse_line("ocsf", line, length, &parsed));
		ck_assert(parsed_has(&parsed, digests[i].place, event.sha256.bytes, event.sha256.length));
		parsed_clear(&parsed);
	}
}
END_TEST

START_TEST(format_names_protocols_as_iana_does)
{
	static const char *const places[][2] = {
		{"ecs", "network.transport"},
		{"ocsf", "connection_info.protocol_name"},
	};
	CLEANUP_EVENT struct event event;

	event_init(&event);
	sample_connect(&event);
	event.protocol = event_text("icmp6");
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		size_t length = 0;

		ck_assert_int_eq(format_event(format_from_name(places[i][0]), &event, &options, line,
					      sizeof(line), &length),
				 0);
		ck_assert(parse_line(places[i][0], line, length, &parsed));
		ck_assert(parsed_has(&parsed, places[i][1], "ipv6-icmp", 9));
		parsed_clear(&parsed);
	}
}
END_TEST

START_TEST(format_writes_an_event_with_nothing)
{
	CLEANUP_EVENT struct event event;

	event_init(&event);
	event_set_kind(&event, EVENT_HEALTH);
	for (size_t i = 0; i < format_count; i++)
		check_round_trip(&formats[i], &event);
}
END_TEST

START_TEST(format_shortens_the_longest)
{
	static char longer[20000], shorter[3000];
	CLEANUP_EVENT struct event event;

	memset(longer, '\n', sizeof(longer));
	memset(shorter, 's', sizeof(shorter));
	event_init(&event);
	sample_denied(&event);
	event.path = (struct event_text){longer, sizeof(longer)};
	event.argv = (struct event_text){shorter, sizeof(shorter)};

	for (size_t i = 0; i < format_count; i++) {
		for (size_t size = 2500; size <= 20000; size += 3777) {
			size_t length = 0;

			ck_assert_int_eq(format_event(&formats[i], &event, &options, line, size, &length), 0);
			ck_assert_uint_lt(length, size);
			ck_assert(parse_line(formats[i].name, line, length, &parsed));
			if (is_own(&formats[i])) {
				ck_assert(parsed_has(&parsed, "exe", "/usr/sbin/nginx", 15));
				ck_assert(parsed_has(&parsed, "truncated", "path", 4) ||
					  parsed_has(&parsed, "truncated", "argv,path", 9));
				/* Little room stays unused. */
				ck_assert_uint_gt(length, size - size / 16);
			}
			parsed_clear(&parsed);
		}
	}
}
END_TEST

START_TEST(format_gives_up_when_nothing_helps)
{
	CLEANUP_EVENT struct event event;
	size_t length = 7;

	event_init(&event);
	sample_hostile(&event);
	for (size_t i = 0; i < format_count; i++)
		for (size_t size = 0; size < 40; size++)
			ck_assert_int_eq(format_event(&formats[i], &event, &options, line, size, &length),
					 -ENOBUFS);
	ck_assert_uint_eq(length, 7);
}
END_TEST

START_TEST(format_names)
{
	unsigned int facility = 0;

	for (size_t i = 0; i < format_count; i++)
		ck_assert_ptr_eq(format_from_name(formats[i].name), &formats[i]);
	ck_assert_ptr_null(format_from_name("xml"));
	ck_assert_int_eq(format_facility_from_name("local7", &facility), 0);
	ck_assert_uint_eq(facility, 23);
	ck_assert_int_eq(format_facility_from_name("authpriv", &facility), 0);
	ck_assert_uint_eq(facility, 10);
	ck_assert_int_eq(format_facility_from_name("x", &facility), -ENOENT);
	ck_assert_uint_eq(format_options_default().facility, 10);
}
END_TEST

START_TEST(format_puts_an_envelope_around_json)
{
	struct format_options enveloped = options;
	CLEANUP_EVENT struct event event;
	size_t length = 0;

	enveloped.envelope = true;
	event_init(&event);
	sample_denied(&event);
	ck_assert_int_eq(
		format_event(format_from_name("json"), &event, &enveloped, line, sizeof(line), &length), 0);
	ck_assert_int_eq(strncmp(line,
				 "<84>1 2024-05-01T14:02:11.123456Z web1.example.net policyd 4242 denied - {",
				 73),
			 0);
	ck_assert_int_eq(
		format_event(format_from_name("rfc3164"), &event, &enveloped, line, sizeof(line), &length),
		0);
	ck_assert_int_eq(strncmp(line, "<84>May  1 14:02:11 web1.example.net policyd[4242]: time=\"", 57), 0);
}
END_TEST

START_TEST(format_header_takes_a_hostile_host)
{
	CLEANUP_EVENT struct event event;
	size_t length = 0;

	event_init(&event);
	sample_hostile(&event);
	ck_assert_int_eq(
		format_event(format_from_name("rfc5424"), &event, &options, line, sizeof(line), &length), 0);
	ck_assert(parse_line("rfc5424", line, length, &parsed));
	ck_assert(parsed_has(&parsed, "MSGID", "denied", 6));
	ck_assert(parsed_has(&parsed, "APP-NAME", "policyd", 7));
	parsed_clear(&parsed);
}
END_TEST

START_TEST(format_text_is_as_documented)
{
	CLEANUP_EVENT struct event event;
	struct format_options coloured = options;
	size_t length = 0;

	event_init(&event);
	sample_denied(&event);
	event.message = (struct event_text){};
	ck_assert_int_eq(format_text(&event, &options, line, sizeof(line), &length), 0);
	ck_assert_str_eq(line, "14:02:11 DENIED  nginx[812] www-data  file write /etc/passwd        "
			       "web-server/file[2]  web.yaml:31");

	event.path = event_text("/srv/with space\" x  web-server");
	ck_assert_int_eq(format_text(&event, &options, line, sizeof(line), &length), 0);
	ck_assert_ptr_nonnull(strstr(line, "file write \"/srv/with space\\\" x  web-server\""));

	coloured.colour = true;
	ck_assert_int_eq(format_text(&event, &coloured, line, sizeof(line), &length), 0);
	ck_assert_ptr_nonnull(strstr(line, "\x1b[1;31mDENIED \x1b[0m nginx"));
}
END_TEST

/* Compares the event's line with the next one of a golden file, or writes it there. */
static void check_golden_line(const struct format *format, const struct event *event, FILE *file, bool update)
{
	static char expected[FORMAT_LINE_MAX];
	size_t length = 0;

	ck_assert_int_eq(format_event(format, event, &options, line, sizeof(line), &length), 0);
	if (update) {
		ck_assert_int_gt(fprintf(file, "%s\n", line), 0);
		return;
	}
	ck_assert_ptr_nonnull(fgets(expected, sizeof(expected), file));
	expected[strcspn(expected, "\n")] = '\0';
	ck_assert_str_eq(line, expected);
}

/* The file is data/events/NAME; UPDATE_GOLDEN=1 in the environment writes it. */
static void check_golden(const struct format *format)
{
	static void (*const samples[])(struct event *) = {
		sample_connect, sample_hostile, sample_execution, sample_signal, sample_accept,
	};
	CLEANUP_FCLOSE FILE *file = NULL;
	bool update = getenv("UPDATE_GOLDEN");
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/events/%s", TEST_DATA, format->name);
	file = fopen(path, update ? "we" : "re");
	ck_assert_msg(file, "%s", path);
	for (int i = 0; i < EVENT_KIND_COUNT + (int)ARRAY_SIZE(samples); i++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		if (i < EVENT_KIND_COUNT)
			sample_kind(&event, (enum event_kind)i);
		else
			samples[i - EVENT_KIND_COUNT](&event);
		check_golden_line(format, &event, file, update);
	}
}

START_TEST(format_writes_golden_lines)
{
	for (size_t i = 0; i < format_count; i++)
		check_golden(&formats[i]);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		format_gives_hostile_bytes_back,
		format_gives_every_kind_back,
		format_gives_every_byte_back,
		format_gives_a_digest_back,
		format_names_protocols_as_iana_does,
		format_writes_an_event_with_nothing,
		format_shortens_the_longest,
		format_gives_up_when_nothing_helps,
		format_names,
		format_puts_an_envelope_around_json,
		format_header_takes_a_hostile_host,
		format_text_is_as_documented,
		format_writes_golden_lines,
	};

	(void)setenv("TZ", "UTC", 1);
	tzset();
	return suite_run("format", tests, ARRAY_SIZE(tests));
}
