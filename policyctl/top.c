// SPDX-License-Identifier: Apache-2.0
/*
 * The busiest subjects, objects and rules of the events of each interval. One thread reads and counts, the
 * other takes the counts away and prints them, so that neither waits for the other.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "command.h"
#include "event.h"
#include "json.h"
#include "util.h"

#define KEY_SIZE   512
#define LINES_MAX  1000
#define PERIOD_MAX 86400

static const char help[] =
	"policyctl top - what is refused and audited most\n"
	"\n"
	"Usage: policyctl top [OPTION]...\n"
	"\n"
	"Counts events by subject, object and rule, and prints the busiest of each interval until\n"
	"interrupted. Events that the daemon merged count as often as they happened.\n"
	"\n"
	"  --interval N     seconds (default: 1)\n"
	"  --lines N        lines of each table (default: 5)\n"
	"  --count N        end after N intervals\n"
	"  --socket PATH    control socket (default: " CLIENT_SOCKET ")\n"
	"  --json           JSON, an object an interval\n"
	"  --help           this text\n"
	"\n"
	"Exit status: 0 after --count intervals, 1 when the daemon went away, 2 could not be asked.\n"
	"\n"
	"Example: policyctl top --interval 10 --lines 10\n";

enum table { TABLE_SUBJECTS, TABLE_OBJECTS, TABLE_RULES, TABLE_COUNT };

static const char *const table_names[] = {"subjects", "objects", "rules"};
_Static_assert(ARRAY_SIZE(table_names) == TABLE_COUNT, "every table has its name");

/* What was counted since it was last taken. */
struct board {
	json_t *tables[TABLE_COUNT]; /* text to count */
	json_int_t kinds[EVENT_KIND_COUNT];
};

struct top {
	FILE *stream;
	pthread_mutex_t lock; /* of the members below */
	struct board board;
	bool closed;
};

struct arguments {
	const char *socket;
	unsigned long interval, lines, count;
	bool json;
};

static void board_free(struct board *board)
{
	for (unsigned int i = 0; i < TABLE_COUNT; i++)
		json_decref(board->tables[i]);
}

static int board_make(struct board *board)
{
	*board = (struct board){};
	for (unsigned int i = 0; i < TABLE_COUNT; i++) {
		board->tables[i] = json_object();
		if (!board->tables[i])
			return -ENOMEM;
	}
	return 0;
}

static const char *field(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));

	return text ? text : "";
}

static void table_add(json_t *table, const char *key, json_int_t count)
{
	json_int_t before = json_integer_value(json_object_get(table, key));

	(void)json_object_set_new(table, key, json_integer(before + count));
}

static void object_key(const json_t *event, char *key)
{
	static const char *const names[] = {"path",	     "unix_name", "remote_address",
					    "local_address", "syscall",	  "target_exe"};
	const json_t *port = json_object_get(event, "remote_port");
	const char *object = "";

	for (size_t i = 0; i < ARRAY_SIZE(names) && !*object; i++)
		object = field(event, names[i]);
	if (port && json_integer_value(port) > 0)
		(void)snprintf(key, KEY_SIZE, "%s %s %s:%lld", field(event, "section"),
			       field(event, "operation"), object, json_integer_value(port));
	else
		(void)snprintf(key, KEY_SIZE, "%s %s %s", field(event, "section"), field(event, "operation"),
			       object);
}

static void event_count(struct board *board, const json_t *event)
{
	json_int_t count = json_integer_value(json_object_get(event, "suppressed"));
	enum event_kind kind;
	char key[KEY_SIZE];

	count = count > 0 ? count : 1;
	if (event_kind_from_name(field(event, "kind"), &kind) < 0)
		return;
	if (kind == EVENT_LOST)
		count = json_integer_value(json_object_get(event, "lost"));
	board->kinds[kind] += count;
	if (!*field(event, "policy"))
		return;
	(void)snprintf(key, sizeof(key), "%s %s", field(event, "exe"), field(event, "user"));
	table_add(board->tables[TABLE_SUBJECTS], key, count);
	object_key(event, key);
	table_add(board->tables[TABLE_OBJECTS], key, count);
	(void)snprintf(key, sizeof(key), "%s/%s", field(event, "policy"), field(event, "rule"));
	table_add(board->tables[TABLE_RULES], key, count);
}

static void *reader_main(void *data)
{
	struct top *top = data;
	CLEANUP_FREE char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, top->stream) > 0) {
		CLEANUP_JSON json_t *event = json_loads(line, 0, NULL);

		(void)pthread_mutex_lock(&top->lock);
		event_count(&top->board, event);
		(void)pthread_mutex_unlock(&top->lock);
	}
	(void)pthread_mutex_lock(&top->lock);
	top->closed = true;
	(void)pthread_mutex_unlock(&top->lock);
	return NULL;
}

struct line {
	const char *key;
	json_int_t count;
};

static int by_count(const void *one, const void *other)
{
	const struct line *a = one, *b = other;

	return a->count != b->count ? (a->count < b->count ? 1 : -1) : strcmp(a->key, b->key);
}

/* The lines of a table, busiest first, malloc'ed; NULL where there is no memory. */
static struct line *table_sort(json_t *table)
{
	struct line *lines = calloc(json_object_size(table) + 1, sizeof(*lines));
	size_t count = 0;
	const char *key;
	json_t *value;

	if (!lines)
		return NULL;
	json_object_foreach(table, key, value)
	{
		lines[count] = (struct line){.key = key, .count = json_integer_value(value)};
		count++;
	}
	qsort(lines, count, sizeof(*lines), by_count);
	return lines;
}

static size_t shown(json_t *table, const struct arguments *arguments)
{
	return json_object_size(table) < arguments->lines ? json_object_size(table) : arguments->lines;
}

static void table_print(json_t *table, const char *name, const struct arguments *arguments)
{
	CLEANUP_FREE struct line *lines = table_sort(table);

	printf("\n%10s  %s\n", "events", name);
	for (size_t i = 0; lines && i < shown(table, arguments); i++)
		printf("%10lld  %.200s\n", (long long)lines[i].count, command_clean(lines[i].key));
}

static enum status board_print_json(const struct board *board, const struct arguments *arguments)
{
	json_t *kinds = json_object();
	json_t *json = json_pack("{s:o}", "kinds", kinds);

	for (unsigned int kind = 0; kind < EVENT_KIND_COUNT; kind++)
		(void)json_object_set_new(kinds, event_kind_name(kind), json_integer(board->kinds[kind]));
	for (unsigned int i = 0; i < TABLE_COUNT; i++) {
		CLEANUP_FREE struct line *lines = table_sort(board->tables[i]);
		json_t *list = json_array();

		for (size_t k = 0; lines && k < shown(board->tables[i], arguments); k++)
			(void)json_array_append_new(
				list, json_pack("{s:s,s:I}", "name", lines[k].key, "events", lines[k].count));
		(void)json_object_set_new(json, table_names[i], list);
	}
	return command_print_json(json, STATUS_GOOD);
}

static enum status board_print(const struct board *board, const struct arguments *arguments)
{
	time_t now = time(NULL);
	struct tm broken;
	char clock[16];

	if (arguments->json)
		return board_print_json(board, arguments);
	if (command_colour(stdout))
		(void)fputs("\033[H\033[2J", stdout);
	(void)strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &broken));
	printf("%s, %lu s:", clock, arguments->interval);
	for (unsigned int kind = 0; kind < EVENT_KIND_COUNT; kind++)
		if (board->kinds[kind] > 0 || kind == EVENT_DENIED || kind == EVENT_LOST)
			printf(" %lld %s", (long long)board->kinds[kind], event_kind_name(kind));
	putchar('\n');
	for (unsigned int i = 0; i < TABLE_COUNT; i++)
		table_print(board->tables[i], table_names[i], arguments);
	putchar('\n');
	return command_finish(STATUS_GOOD);
}

/* One interval: waits, takes what was counted, prints it. */
static enum status interval_run(struct top *top, const struct arguments *arguments, bool *ret_closed)
{
	const struct timespec wait = {.tv_sec = (time_t)arguments->interval};
	struct board taken, fresh;
	enum status status;

	(void)nanosleep(&wait, NULL);
	if (board_make(&fresh) < 0) {
		board_free(&fresh);
		return command_fail("top", "out of memory");
	}
	(void)pthread_mutex_lock(&top->lock);
	taken = top->board;
	top->board = fresh;
	*ret_closed = top->closed;
	(void)pthread_mutex_unlock(&top->lock);
	status = board_print(&taken, arguments);
	board_free(&taken);
	return status;
}

static enum status run(struct top *top, const struct arguments *arguments)
{
	bool closed = false;

	for (unsigned long i = 0; arguments->count == 0 || i < arguments->count; i++) {
		if (interval_run(top, arguments, &closed) != STATUS_GOOD)
			return STATUS_ERROR;
		if (closed) {
			(void)command_fail("top", "policyd closed the connection");
			return STATUS_NO;
		}
	}
	return STATUS_GOOD;
}

static enum status subscribe(const struct arguments *arguments)
{
	struct top top = {.lock = PTHREAD_MUTEX_INITIALIZER};
	CLEANUP_FREE char *error = NULL;
	CLEANUP_JSON json_t *reply = NULL;
	pthread_t reader;
	int r = client_open(arguments->socket, &top.stream);

	if (r == 0)
		r = client_ask(top.stream, json_pack("{s:s,s:s}", "request", "events", "format", "json"),
			       &reply, &error);
	if (r == -EREMOTEIO)
		return command_fail("top", "%s", command_clean(error));
	if (r < 0) {
		client_explain("top", arguments->socket, r);
		return STATUS_ERROR;
	}
	if (board_make(&top.board) < 0 || pthread_create(&reader, NULL, reader_main, &top) != 0)
		return command_fail("top", "cannot start reading");
	/* The reader ends with the process: it may wait for an event that never comes. */
	(void)pthread_detach(reader);
	exit(run(&top, arguments));
}

/* 0, or -EINVAL for a bad value. */
static int argument_take(struct arguments *arguments, int option, const char *value)
{
	unsigned long number = 0, limit = option == 'i' ? PERIOD_MAX : option == 'l' ? LINES_MAX : UINT32_MAX;
	char *end = NULL;

	number = strtoul(value, &end, 10);
	if (*end || number == 0 || number > limit)
		return -EINVAL;
	if (option == 'i')
		arguments->interval = number;
	else if (option == 'l')
		arguments->lines = number;
	else
		arguments->count = number;
	return 0;
}

enum status command_top(int argc, char **argv)
{
	static const struct option options[] = {
		{"interval", required_argument, NULL, 'i'},
		{"lines", required_argument, NULL, 'l'},
		{"count", required_argument, NULL, 'n'},
		COMMAND_CLIENT_OPTIONS,
		COMMAND_HELP_OPTION,
		{0},
	};
	struct arguments arguments = {.interval = 1, .lines = 5};
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		if (command_client_option(option, &arguments.socket, &arguments.json))
			continue;
		if (argument_take(&arguments, option, optarg) < 0)
			return command_fail("top", "bad value '%s'; see policyctl top --help", optarg);
	}
	if (optind < argc)
		return command_fail("top", "unexpected argument '%s'", argv[optind]);
	return subscribe(&arguments);
}
