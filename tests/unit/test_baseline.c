// SPDX-License-Identifier: Apache-2.0
/*
 * Baselines as policyd keeps them: learning time, limits, their file, and merging.
 */
#include <fcntl.h>
#include <string.h>

#include <policyd/syscall.h>

#include "baseline_json.h"
#include "decode.h"
#include "event_suite.h"
#include "folder.h"
#include "json.h"

#define SECOND 1000000000LL
#define BOOT   "11111111-2222-3333-4444-555555555555"
#define OTHER  "11111111-2222-3333-4444-666666666666"
#define HEAD   "{\"policyd_baselines\":1,\"executables\":"

static const char *top;
static struct baselines store;

static void begin(void)
{
	top = folder_new("baseline");
	store = (struct baselines){};
}

static void put(const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/" BASELINE_FILE, top);
	file = fopen(path, "we");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static struct baseline *make(const char *name)
{
	struct baseline *baseline = NULL;

	ck_assert_int_eq(baselines_get(&store, name, &baseline), 0);
	return baseline;
}

static struct baseline_item *add(struct baseline *baseline, uint32_t kind, const char *text)
{
	struct baseline_set *set = baseline_set_of(baseline, kind);
	struct baseline_item *item = NULL;

	if (!set->started) {
		set->started = true;
		set->since = store.clock;
	}
	ck_assert_int_eq(baseline_add(&store, baseline, kind, text, &item), 0);
	return item;
}

static int merge(const char *text, const char *error)
{
	CLEANUP_JSON json_t *document = json_loads(text, 0, NULL);
	CLEANUP_FREE char *why = NULL;
	int r = baselines_merge(&store, document, &why);

	if (error)
		ck_assert_msg(why && strstr(why, error), "expected '%s', found '%s'", error, why);
	else
		ck_assert_msg(r == 0, "%s", why);
	return r;
}

/* Only the time counts in which a baseline is in force; what the wall clock says does not. */
START_TEST(learning_time)
{
	struct baseline *who;
	struct policyd_known known;

	begin();
	baselines_tick(&store, 100 * SECOND, false);
	baselines_tick(&store, 150 * SECOND, true);
	ck_assert_int_eq(store.clock, 0);
	who = make("/bin/who");
	add(who, POLICYD_ANOMALY_NEW_SYSCALL, "read");
	add(who, POLICYD_ANOMALY_NEW_SYSCALL, "write")->outside = true;
	add(who, POLICYD_ANOMALY_NEW_SYSCALL, "i386:open");
	who->sets[0].learn = 60 * SECOND;
	baselines_tick(&store, 209 * SECOND, true);
	known = baseline_known(&store, who);
	ck_assert_uint_eq(known.learnt, 0);
	ck_assert_uint_eq(known.syscalls[0], 1ULL << baseline_text_syscall("read"));
	baselines_tick(&store, 210 * SECOND, false);
	ck_assert_uint_eq(baseline_known(&store, who).learnt, 1ULL << POLICYD_ANOMALY_NEW_SYSCALL);
	baselines_tick(&store, 900 * SECOND, true);
	baselines_tick(&store, 800 * SECOND, true); /* never, but nothing bad comes of it */
	ck_assert_int_eq(store.clock, 60 * SECOND);
	/* Who adopts is never told again by the kernel. */
	who->sets[0].learn = UINT64_MAX;
	ck_assert_uint_eq(baseline_known(&store, who).learnt, 0);
	baselines_clear(&store);
}
END_TEST

/* The file brings back what was saved; learning goes on in the same boot, and pauses while the machine is
 * off.
 */
START_TEST(file_comes_back)
{
	static const struct {
		const char *boot;
		uint64_t now;
		int64_t age;
	} returns[] = {{BOOT, 500, 410}, {OTHER, 500, 10}, {OTHER, 5, 10}, {BOOT, 100, 10}};
	CLEANUP_FREE char *error = NULL;
	struct baseline *who;

	begin();
	ck_assert_int_eq(baselines_load(&store, top, BOOT, 1, &error), -ENOENT);
	baselines_tick(&store, 90 * SECOND, true);
	who = make("/bin/who");
	add(who, POLICYD_ANOMALY_NEW_EXEC, "/bin/sh");
	baselines_tick(&store, 100 * SECOND, true);
	add(who, POLICYD_ANOMALY_NEW_CONNECT, "tcp public 443")->outside = true;
	baseline_find(&who->sets[2], "tcp public 443")->count = 7;
	ck_assert(store.changed);
	ck_assert_int_eq(baselines_save(&store, top, BOOT), 0);
	ck_assert(!store.changed);
	baselines_clear(&store);
	for (size_t i = 0; i < ARRAY_SIZE(returns); i++) {
		free(error);
		error = NULL;
		ck_assert_msg(baselines_load(&store, top, returns[i].boot, returns[i].now * SECOND, &error) ==
				      0,
			      "%s", error);
		who = baselines_find(&store, "/bin/who");
		ck_assert_ptr_nonnull(who);
		ck_assert_uint_eq(baseline_age(&store, &who->sets[1]), returns[i].age * SECOND);
		ck_assert(!baseline_find(&who->sets[1], "/bin/sh")->outside);
		ck_assert(baseline_find(&who->sets[2], "tcp public 443")->outside);
		ck_assert_uint_eq(baseline_find(&who->sets[2], "tcp public 443")->count, 7);
		ck_assert(!who->sets[0].started);
		baselines_clear(&store);
	}
}
END_TEST

/* A clear error, and nothing of the file. */
START_TEST(file_that_is_none)
{
	static const char *const texts[][2] = {
		{"", ":1:0: error: "},
		{"{\n \"a\": }", ":2:7: error: "},
		{"[]", "these are no baselines"},
		{"{\"policyd_baselines\":2,\"executables\":{}}", "these are no baselines"},
		{HEAD "[]}", "these are no baselines"},
		{HEAD "{\"/a\":{},\"/a\":{}}}", "duplicate object key"},
		{HEAD "{\"/a\":1}}", "executable '/a': expected an object"},
		{HEAD "{\"a\":{}}}", "executable 'a': expected a canonical name"},
		{HEAD "{\"/a\":{},\"/b\":{\"exce\":{\"age\":1,\"items\":{}}}}}",
		 "executable '/b', exce: there is no such set"},
		{HEAD "{\"/a\":{\"exec\":{\"age\":-1,\"items\":{}}}}}",
		 "executable '/a', exec: expected 'age'"},
		{HEAD "{\"/a\":{\"exec\":{\"age\":1,\"items\":{},\"more\":1}}}}", "expected 'age'"},
		{HEAD "{\"/a\":{\"exec\":{\"age\":1,\"items\":{\"/b\":\"x\"}}}}}",
		 "exec '/b': expected a number of seconds"},
		{HEAD "{\"/a\":{\"exec\":{\"age\":1,\"items\":{\"/b\":{\"at\":1}}}}}}",
		 "exec '/b': expected a number of seconds"},
		{HEAD "{\"/a\":{\"syscall\":{\"age\":1,\"items\":{\"read\":0,\"raed\":1}}}}}",
		 "syscall 'raed': there is no such system call"},
		{HEAD "{\"/a\":{\"syscall\":{\"age\":1,\"items\":{\"i387:open\":1}}}}}",
		 "no such system call"},
		{HEAD "{\"/a\":{\"connect\":{\"age\":1,\"items\":{\"tcp pubic 1\":1}}}}}",
		 "as in 'tcp public"},
		{HEAD "{\"/a\":{\"connect\":{\"age\":1,\"items\":{\"tcp public 65536\":1}}}}}", "as in"},
		{HEAD "{\"/a\":{\"listen\":{\"age\":1,\"items\":{\"tcp\":1}}}}}", "as in 'tcp 8080'"},
	};

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		CLEANUP_FREE char *error = NULL;

		put(texts[i][0]);
		ck_assert_int_eq(baselines_load(&store, top, BOOT, 1, &error), -EINVAL);
		ck_assert_msg(error && strstr(error, texts[i][1]), "%s: %s", texts[i][1], error);
		ck_assert_uint_eq(store.count, 0);
	}
	put(HEAD "{\"/a\":{\"connect\":{\"age\":1,\"items\":{\"tcp public 443\":1,\"132 loopback 0\":0}},"
		 "\"syscall\":{\"age\":1,\"items\":{\"sys_999\":1,\"i386:open\":1,\"read\":0}}}}}");
	{
		CLEANUP_FREE char *error = NULL;

		ck_assert_msg(baselines_load(&store, top, BOOT, 1, &error) == 0, "%s", error);
		ck_assert_uint_eq(store.count, 1);
		ck_assert_int_eq(baseline_text_syscall("sys_999"), 999);
		ck_assert_int_eq(baseline_text_syscall("i386:open"), -ENOENT);
	}
	baselines_clear(&store);
}
END_TEST

/* What is inside in either is inside; the longer learning counts; all or nothing. */
START_TEST(merging)
{
	struct baseline *who;

	begin();
	baselines_tick(&store, 10 * SECOND, true);
	who = make("/bin/who");
	add(who, POLICYD_ANOMALY_NEW_LISTEN, "tcp 80")->outside = true;
	add(who, POLICYD_ANOMALY_NEW_LISTEN, "tcp 81");
	baselines_tick(&store, 15 * SECOND, true);
	ck_assert_int_eq(merge(HEAD
			       "{\"/bin/who\":{\"listen\":{\"age\":1000,\"items\":{\"tcp 80\":3,"
			       "\"tcp 81\":{\"at\":1,\"outside\":2},\"tcp 82\":{\"at\":1,\"outside\":2}}}},"
			       "\"/bin/new\":{}}}",
			       NULL),
			 0);
	ck_assert_uint_eq(store.count, 2);
	ck_assert_uint_eq(who->sets[3].count, 3);
	ck_assert(!baseline_find(&who->sets[3], "tcp 80")->outside);
	ck_assert(!baseline_find(&who->sets[3], "tcp 81")->outside);
	ck_assert(baseline_find(&who->sets[3], "tcp 82")->outside);
	ck_assert_uint_eq(baseline_age(&store, &who->sets[3]), 1000 * SECOND);
	ck_assert_int_eq(merge(HEAD "{\"/bin/other\":{},\"/bin/who\":{\"listen\":{\"age\":0,\"items\":{"
				    "\"tcp 90\":0,\"tcp x\":0}}}}}",
			       "executable '/bin/who', listen 'tcp x'"),
			 -EINVAL);
	ck_assert_uint_eq(store.count, 2);
	ck_assert_ptr_null(baseline_find(&who->sets[3], "tcp 90"));
	baselines_clear(&store);
}
END_TEST

/* Beyond the limits nothing is added, and nothing that is there goes. */
START_TEST(limits)
{
	struct baseline_item *item = NULL;
	struct baseline *who, *other = NULL;
	char text[64];

	begin();
	who = make("/bin/who");
	for (int i = 0; i < POLICYD_ITEMS_MAX; i++) {
		(void)snprintf(text, sizeof(text), "%s %d", i % 2 ? "tcp" : "tcp public", i);
		add(who, i % 2 ? POLICYD_ANOMALY_NEW_LISTEN : POLICYD_ANOMALY_NEW_CONNECT, text);
	}
	ck_assert_int_eq(baseline_add(&store, who, POLICYD_ANOMALY_NEW_EXEC, "/bin/sh", &item), -ENOSPC);
	ck_assert_int_eq(baseline_add(&store, who, POLICYD_ANOMALY_NEW_SYSCALL, "read", &item), 0);
	ck_assert_ptr_nonnull(baseline_find(&who->sets[3], "tcp 1"));
	/* A document that would fill it counts with what is there. */
	ck_assert_int_eq(merge(HEAD "{\"/bin/who\":{\"exec\":{\"age\":1,\"items\":{\"/bin/a\":0}}}}}",
			       "executable '/bin/who' would have more than 150 items"),
			 -ENOSPC);
	for (int i = 1; i < POLICYD_EXECUTABLES_MAX; i++) {
		(void)snprintf(text, sizeof(text), "/bin/%d", i);
		make(text);
	}
	ck_assert_int_eq(baselines_get(&store, "/bin/more", &other), -ENOSPC);
	ck_assert_int_eq(merge(HEAD "{\"/bin/more\":{}}}", "more than 10000 executables"), -ENOSPC);
	ck_assert_int_eq(merge(HEAD "{\"/bin/17\":{}}}", NULL), 0);
	ck_assert_int_eq(baselines_remove(&store, "/bin/17"), 0);
	ck_assert_int_eq(baselines_remove(&store, "/bin/17"), -ENOENT);
	ck_assert_int_eq(baselines_get(&store, "/bin/more", &other), 0);
	baselines_clear(&store);
}
END_TEST

START_TEST(address_classes)
{
	static const struct {
		uint64_t high, low;
		uint32_t class;
	} addresses[] = {
		{0, 0xffff7f000001, POLICYD_ADDRESS_LOOPBACK},
		{0, 0xffff00000000, POLICYD_ADDRESS_LOOPBACK},
		{0, 0xffff0a000001, POLICYD_ADDRESS_PRIVATE},
		{0, 0xffff0b000001, POLICYD_ADDRESS_PUBLIC},
		{0, 0xffffac100001, POLICYD_ADDRESS_PRIVATE},
		{0, 0xffffac200001, POLICYD_ADDRESS_PUBLIC},
		{0, 0xffffc0a80001, POLICYD_ADDRESS_PRIVATE},
		{0, 0xffffc0a90001, POLICYD_ADDRESS_PUBLIC},
		{0, 0xffffa9fe0001, POLICYD_ADDRESS_LINK},
		{0, 0xffffe0000001, POLICYD_ADDRESS_MULTICAST},
		{0, 0xffffffffffff, POLICYD_ADDRESS_MULTICAST},
		{0, 0, POLICYD_ADDRESS_LOOPBACK},
		{0, 1, POLICYD_ADDRESS_LOOPBACK},
		{0, 2, POLICYD_ADDRESS_PUBLIC},
		{0xfe80000000000000, 1, POLICYD_ADDRESS_LINK},
		{0xfec0000000000000, 1, POLICYD_ADDRESS_PUBLIC},
		{0xfd00000000000000, 1, POLICYD_ADDRESS_PRIVATE},
		{0xff02000000000000, 1, POLICYD_ADDRESS_MULTICAST},
		{0x20010db800000000, 1, POLICYD_ADDRESS_PUBLIC},
	};

	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		ck_assert_uint_eq(policyd_address_class(addresses[i].high, addresses[i].low),
				  addresses[i].class);
	ck_assert_uint_ne(policyd_item(POLICYD_ANOMALY_NEW_LISTEN, policyd_port_what(5, 0, 0)), 0);
	ck_assert_uint_eq(policyd_item_kind(policyd_item(POLICYD_ANOMALY_NEW_DIRECTORY, ~0ULL)),
			  POLICYD_ANOMALY_NEW_DIRECTORY);
}
END_TEST

/* Items of baselines, as texts that stay the same. */
START_TEST(records)
{
	static const struct {
		uint32_t kind;
		uint64_t what;
		const char *text;
	} items[] = {
		{POLICYD_ANOMALY_NEW_SYSCALL, (uint64_t)POLICYD_ARCH_I386 << 32 | 5, "i386:open"},
		{POLICYD_ANOMALY_NEW_SYSCALL, (uint64_t)POLICYD_ARCH_I386 << 32 | 70000, "i386:sys_70000"},
		{POLICYD_ANOMALY_NEW_LISTEN, (POLICYD_ADDRESS_COUNT + 1ULL) << 32 | 6 << 16 | 80, "tcp 80"},
		{POLICYD_ANOMALY_NEW_CONNECT, (POLICYD_ADDRESS_PRIVATE + 1ULL) << 32 | 17 << 16 | 53,
		 "udp private 53"},
		{POLICYD_ANOMALY_NEW_CONNECT, (POLICYD_ADDRESS_PUBLIC + 1ULL) << 32 | 132 << 16,
		 "132 public 0"},
		{POLICYD_ANOMALY_NEW_EXEC, 1, NULL}, /* the record has no name */
		{POLICYD_ANOMALY_NEW_SYSCALL, 99ULL << 32 | 1, NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		struct policyd_event_anomaly record = {
			.head = {.version = POLICYD_EVENT_VERSION,
				 .kind = POLICYD_EVENT_ANOMALY,
				 .size = sizeof(record),
				 .op = items[i].kind},
			.executable = 77,
			.item = policyd_item(items[i].kind, items[i].what),
		};
		struct decoder decoder = {0};
		CLEANUP_EVENT struct event event;
		CLEANUP_FREE char *text = NULL;
		int r;

		event_init(&event);
		ck_assert_int_eq(decode(&decoder, &record, sizeof(record), &event), 0);
		ck_assert_uint_eq(event.origin.executable, 77);
		r = baseline_event_text(&event, &text);
		if (items[i].text) {
			ck_assert_int_eq(r, 0);
			ck_assert_str_eq(text, items[i].text);
		} else {
			ck_assert_int_eq(r, -EINVAL);
		}
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {learning_time, file_comes_back, file_that_is_none, merging,
				      records,	     limits,	      address_classes};

	return suite_run("baseline", tests, ARRAY_SIZE(tests));
}
