/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include "decode_case.h"

/* Decodes a path record whose object is these components and checks the name. */
static void check_name(uint32_t root, uint32_t dev, const char *bytes, uint32_t length, uint32_t flags,
		       const char *expected, size_t expected_length)
{
	CLEANUP_EVENT struct event event;

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	sample_name(&record, &record.path.object, root, dev, bytes, length);
	record.path.object.flags = flags;
	record_decode(&event);
	ck_assert_uint_eq(event.path.length, expected_length);
	ck_assert_mem_eq(event.path.bytes, expected, expected_length);
	if (flags & POLICYD_NAME_CUT)
		ck_assert_uint_eq(event.cut, 1ULL << EVENT_CUT_path);
	else
		ck_assert_uint_eq(event.cut, EVENT_NONE);
}

#define CHECK_NAME(root, dev, bytes, flags, expected)                                                        \
	check_name(root, dev, bytes, sizeof(bytes) - 1, flags, expected, sizeof(expected) - 1)

START_TEST(decode_names_files)
{
	CHECK_NAME(POLICYD_ROOT_DEV, ROOT_DEV, "passwd\0etc\0", 0, "/etc/passwd");
	CHECK_NAME(POLICYD_ROOT_DEV, ROOT_DEV, "", 0, "/");
	CHECK_NAME(POLICYD_ROOT_DEV, ROOT_DEV, "a\nb\xff\0", 0, "/a\nb\xff");
	CHECK_NAME(POLICYD_ROOT_DEV, SRV_DEV, "", 0, "/srv");
	CHECK_NAME(POLICYD_ROOT_DEV, SRV_DEV, "/\0", 0, "/srv");
	CHECK_NAME(POLICYD_ROOT_DEV, ROOT_DEV, "/\0", 0, "/");
	CHECK_NAME(POLICYD_ROOT_DEV, SRV_DEV, "x\0", 0, "/srv/x");
	CHECK_NAME(POLICYD_ROOT_DEV, SRV_DEV, "index\0www\0", 0, "/w/index");
	CHECK_NAME(POLICYD_ROOT_DEV, SRV_DEV, "www\0", 0, "/w");
	CHECK_NAME(POLICYD_ROOT_DEV, SRV_DEV, "wwwx\0", 0, "/srv/wwwx");
	CHECK_NAME(POLICYD_ROOT_DEV, SUB_DEV, "f\0part\0", 0, "/data/f");
	CHECK_NAME(POLICYD_ROOT_DEV, SUB_DEV, "f\0other\0", 0, "unmapped:/other/f");
	CHECK_NAME(POLICYD_ROOT_DEV, 77, "f\0", 0, "unmapped:/f");
	CHECK_NAME(POLICYD_ROOT_UNMAPPED, 0, "f\0d\0", 0, "unmapped:/d/f");
	CHECK_NAME(POLICYD_ROOT_UNMAPPED, 0, "", 0, "unmapped:/");
	CHECK_NAME(POLICYD_ROOT_DEV, ROOT_DEV, "f\0d\0", POLICYD_NAME_CUT, "\xe2\x80\xa6/d/f");
}
END_TEST

START_TEST(decode_names_pseudo_files)
{
	CHECK_NAME(POLICYD_ROOT_MEMFD, 0, "jit\0", 0, "memfd:jit");
	CHECK_NAME(POLICYD_ROOT_MEMFD, 0, "a/b\0", 0, "memfd:a/b");
	CHECK_NAME(POLICYD_ROOT_MEMFD, 0, "\0", 0, "memfd:");
	CHECK_NAME(POLICYD_ROOT_PIPE, 0, "", 0, "pipe:");
	CHECK_NAME(POLICYD_ROOT_SOCKET, 0, "", 0, "socket:");
	CHECK_NAME(POLICYD_ROOT_CGROUP, 0, "b\0a\0", 0, "/a/b");
}
END_TEST

START_TEST(decode_fills_the_subject)
{
	CLEANUP_EVENT struct event event;

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	sample_name(&record, &record.path.object, POLICYD_ROOT_DEV, ROOT_DEV, "b\0", 2);
	sample_name(&record, &record.path.target, POLICYD_ROOT_DEV, ROOT_DEV, "c\0", 2);
	sample_name(&record, &record.path.exe, POLICYD_ROOT_DEV, ROOT_DEV, "nginx\0sbin\0usr\0", 15);
	record.path.object.object = 41;
	record.path.target.object = 42;
	record.path.object.mode = S_IFREG | 0644;
	record.path.object.inode = 99;
	record.path.object.flags = POLICYD_NAME_UNLINKED;
	record.head.op = POLICYD_BIT_FILE_RENAME;
	record_decode(&event);
	memset(&record, 0xff, sizeof(record)); /* nothing refers to the record */

	ck_assert_uint_eq(event.kind, EVENT_DENIED);
	ck_assert_uint_eq(event.error, 1);
	ck_assert_uint_eq(event.time, 1000000001000000001U);
	ck_assert_uint_eq(event.boottime, 1000000001);
	ck_assert_uint_eq(event.pid, 812);
	ck_assert_uint_eq(event.euid, 0);
	ck_assert_uint_eq(event.login_uid, EVENT_NONE);
	ck_assert_uint_eq(event.session, EVENT_NONE);
	ck_assert_uint_eq(event.file_mode, 0100644);
	ck_assert_uint_eq(event.unlinked, 1);
	assert_text(event.comm, "nginx");
	assert_text(event.exe, "/usr/sbin/nginx");
	assert_text(event.path, "/b");
	assert_text(event.path2, "/c");
	assert_text(event.section, "file");
	assert_text(event.operation, "rename");
	ck_assert(event.origin.valid);
	ck_assert_uint_eq(event.origin.subject, 5);
	ck_assert_uint_eq(event.origin.object, 41);
	ck_assert_uint_eq(event.origin.target, 42);
	ck_assert_uint_eq(event.origin.bit, POLICYD_BIT_FILE_RENAME);
}
END_TEST

START_TEST(decode_says_what_is_degraded)
{
	CLEANUP_EVENT struct event event;

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	record_decode(&event);
	ck_assert_uint_eq(event.degraded.length, 0);
	event_free(&event);

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	record.head.flags = POLICYD_EVENT_DEGRADED;
	record.head.error = 0;
	record_decode(&event);
	ck_assert_uint_eq(event.kind, EVENT_AUDITED);
	assert_text(event.degraded, "tracepoint");
	event_free(&event);

	sample_head(&record, POLICYD_EVENT_INET, sizeof(record.inet));
	record.head.op = POLICYD_BIT_NETWORK_CONNECT;
	record.head.flags = POLICYD_EVENT_DEGRADED;
	record_decode(&event);
	ck_assert_uint_eq(event.kind, EVENT_DENIED);
	assert_text(event.degraded, "cgroup");
}
END_TEST

START_TEST(decode_tells_kinds_apart)
{
	static const struct {
		int32_t error;
		uint32_t flags;
		enum event_kind kind;
		uint64_t printed;
	} cases[] = {
		{0, 0, EVENT_AUDITED, EVENT_NONE},
		{13, 0, EVENT_DENIED, 13},
		{-1, 0, EVENT_DENIED, 1},
		{INT32_MIN, 0, EVENT_DENIED, 0x80000000U},
		{1, POLICYD_EVENT_KILLED, EVENT_KILLED, 1},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP_EVENT struct event event;

		sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
		record.head.error = cases[i].error;
		record.head.flags = cases[i].flags | POLICYD_EVENT_CANARY;
		record_decode(&event);
		ck_assert_uint_eq(event.kind, cases[i].kind);
		ck_assert_uint_eq(event.error, cases[i].printed);
		ck_assert(event.origin.canary);
	}
}
END_TEST

START_TEST(decode_says_why_a_name_is_missing)
{
	for (uint32_t reason = 0; reason < POLICYD_REASON_COUNT + 2; reason++) {
		CLEANUP_EVENT struct event event;

		sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
		record.head.flags = POLICYD_EVENT_UNRESOLVED;
		record.path.reason = reason;
		record_decode(&event);
		ck_assert_uint_gt(event.reason.length, 0);
		ck_assert_uint_eq(event.path.length, 0);
	}
}
END_TEST

START_TEST(decode_names_unix_sockets)
{
	CLEANUP_EVENT struct event event;
	CLEANUP_EVENT struct event cut;

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	record.head.op = POLICYD_BIT_NETWORK_CONNECT;
	sample_name(&record, &record.path.object, POLICYD_ROOT_ABSTRACT, 0, "a\0b\0", 4);
	record_decode(&event);
	assert_text(event.unix_name, "@a\0b");
	assert_text(event.family, "unix");
	ck_assert_uint_eq(event.cut, EVENT_NONE);

	record.path.object.flags |= POLICYD_NAME_CUT;
	record_decode(&cut);
	ck_assert_uint_eq(cut.cut, 1ULL << EVENT_CUT_unix_name);
	assert_text(event.section, "network");
	assert_text(event.operation, "connect");
	ck_assert_uint_eq(event.path.length, 0);
}
END_TEST

START_TEST(decode_tells_the_kernel_from_files)
{
	struct decoder decoder = decoder_make();
	CLEANUP_EVENT struct event event;

	event_init(&event);
	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	record.head.op = POLICYD_BIT_KERNEL_SETTIME;
	record.head.flags = POLICYD_EVENT_OF_KERNEL;
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	assert_text(event.section, "kernel");
	assert_text(event.operation, "settime");
	ck_assert_uint_eq(event.path.length, 0);

	event_clear(&event);
	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	record.head.op = 40;
	record.head.flags = POLICYD_EVENT_OF_CAPABILITY;
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	assert_text(event.section, "capability");
	assert_text(event.operation, "checkpoint_restore");

	/* A bit that no operation of the kernel has. */
	event_clear(&event);
	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	record.head.op = POLICYD_BIT_NETWORK_CONNECT;
	record.head.flags = POLICYD_EVENT_OF_KERNEL;
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	ck_assert_uint_eq(event.section.length, 0);
}
END_TEST

START_TEST(decode_names_addresses)
{
	static const uint8_t ipv4[16] = {[10] = 0xff, 0xff, 192, 0, 2, 1};
	static const uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
	struct decoder decoder = decoder_make();
	CLEANUP_EVENT struct event event;

	event_init(&event);
	sample_head(&record, POLICYD_EVENT_INET, sizeof(record.inet));
	record.head.op = POLICYD_BIT_NETWORK_CONNECT;
	memcpy(record.inet.remote, ipv6, sizeof(ipv6));
	memcpy(record.inet.local, ipv4, sizeof(ipv4));
	record.inet.family = 10;
	record.inet.protocol = 6;
	record.inet.remote_port = 443;
	record.inet.socket_type = 1;
	record.inet.row = 9;
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	assert_text(event.family, "inet6");
	assert_text(event.protocol, "tcp");
	assert_text(event.socket_type, "stream");
	assert_text(event.remote_address, "2001:db8::1");
	assert_text(event.local_address, "192.0.2.1");
	ck_assert_uint_eq(event.remote_port, 443);
	ck_assert_uint_eq(event.local_port, 0);
	ck_assert_uint_eq(event.origin.row, 9);
	ck_assert_mem_eq(event.origin.address, ipv6, sizeof(ipv6));

	event_clear(&event);
	record.head.op = POLICYD_BIT_NETWORK_CREATE;
	memset(record.inet.remote, 0, 16);
	record.inet.remote_port = 0;
	record.inet.family = 250;
	record.inet.protocol = 500;
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	ck_assert_uint_eq(event.reason.length, 0);
	assert_text(event.family, "250");
	assert_text(event.protocol, "500");
	ck_assert_uint_eq(event.remote_address.length, 0);
	ck_assert_uint_eq(event.remote_port, EVENT_NONE);

	event_clear(&event);
	record.head.flags = POLICYD_EVENT_SOURCE_ROUTE;
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	assert_text(event.reason, "source-route");
	event_clear(&event);
	record.head.flags = POLICYD_EVENT_RECEIVED;
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	assert_text(event.reason, "received");
}
END_TEST

START_TEST(decode_refuses_wrong_heads)
{
	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	check_fault(0, DECODE_SIZE);
	check_fault(sizeof(record.head) - 1, DECODE_SIZE);
	check_fault(sizeof(record.path) - 1, DECODE_SIZE);

	record.head.size = sizeof(record.path) - 1;
	check_fault(sizeof(record), DECODE_SIZE);
	record.head.size = 3;
	check_fault(sizeof(record), DECODE_SIZE);

	sample_head(&record, POLICYD_EVENT_INET, sizeof(record.inet) - 1);
	check_fault(sizeof(record), DECODE_SIZE);

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	record.head.version++;
	check_fault(sizeof(record), DECODE_VERSION);

	sample_head(&record, POLICYD_EVENT_COUNT, sizeof(record.path));
	check_fault(sizeof(record), DECODE_KIND);
	sample_head(&record, 0, sizeof(record.path));
	check_fault(sizeof(record), DECODE_KIND);
}
END_TEST

START_TEST(decode_refuses_wrong_names)
{
	static const struct policyd_event_name names[] = {
		{.root = POLICYD_ROOT_DEV, .offset = 0, .length = 4},
		{.root = POLICYD_ROOT_DEV, .offset = sizeof(struct policyd_event_path) - 1, .length = 4},
		{.root = POLICYD_ROOT_DEV, .offset = sizeof(struct policyd_event_path), .length = 5},
		{.root = POLICYD_ROOT_DEV, .offset = UINT32_MAX, .length = 2},
		{.root = POLICYD_ROOT_DEV, .offset = sizeof(struct policyd_event_path), .length = UINT32_MAX},
		{.root = POLICYD_ROOT_DEV, .offset = sizeof(struct policyd_event_path), .length = 3},
		{.root = POLICYD_ROOT_MEMFD, .offset = sizeof(struct policyd_event_path), .length = 3},
		{.root = POLICYD_ROOT_COUNT, .offset = sizeof(struct policyd_event_path), .length = 4},
		{.root = UINT32_MAX},
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
		sample_name(&record, &record.path.object, POLICYD_ROOT_DEV, ROOT_DEV, "abc\0", 4);
		record.path.object = names[i];
		check_fault(record.head.size, DECODE_NAME);
	}

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	sample_name(&record, &record.path.object, POLICYD_ROOT_DEV, ROOT_DEV, "a\0\0b\0", 5);
	check_fault(record.head.size, DECODE_NAME);
	sample_head(&record, POLICYD_EVENT_INET, sizeof(record.inet));
	sample_name(&record, &record.inet.exe, POLICYD_ROOT_DEV, ROOT_DEV, "a", 1);
	check_fault(record.head.size, DECODE_NAME);
}
END_TEST

START_TEST(decode_names_both_processes)
{
	struct decoder decoder = decoder_make();
	CLEANUP_EVENT struct event event;

	event_init(&event);
	sample_head(&record, POLICYD_EVENT_PROCESS, sizeof(record.process));
	record.head.op = POLICYD_BIT_PROCESS_SIGNAL;
	record.head.cgroup = 0;
	record.process.target_pid = 99;
	record.process.target_subject = 7;
	record.process.signal = 9;
	sample_name(&record, &record.process.exe, POLICYD_ROOT_DEV, ROOT_DEV, "sh\0bin\0", 7);
	sample_name(&record, &record.process.target_exe, POLICYD_ROOT_DEV, ROOT_DEV, "policyd\0", 8);
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	assert_text(event.section, "process");
	assert_text(event.operation, "signal");
	assert_text(event.detail, "KILL");
	assert_text(event.exe, "/bin/sh");
	assert_text(event.target_exe, "/policyd");
	ck_assert_uint_eq(event.target_pid, 99);
	ck_assert_uint_eq(event.origin.object, 7);
	ck_assert_uint_eq(event.origin.signal, 9);
	ck_assert_uint_eq(event.cgroup_id, EVENT_NONE);

	sample_head(&record, POLICYD_EVENT_PROCESS, sizeof(record.process));
	record.head.op = POLICYD_BIT_KERNEL_PTRACE_ANY;
	record.head.flags = POLICYD_EVENT_OF_KERNEL;
	event_clear(&event);
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	assert_text(event.section, "kernel");
	assert_text(event.operation, "ptrace-any");

	sample_head(&record, POLICYD_EVENT_PROCESS, sizeof(record.process) - 1);
	check_fault(record.head.size, DECODE_SIZE);
}
END_TEST

START_TEST(decode_knows_the_clock)
{
	ck_assert_uint_gt(decode_clock_offset(), 1000000000000000000U);
	for (int i = 0; i < DECODE_FAULT_COUNT; i++)
		ck_assert_uint_gt(strlen(decode_fault_name((enum decode_fault)i)), 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		decode_names_files,	      decode_names_pseudo_files, decode_fills_the_subject,
		decode_says_what_is_degraded, decode_tells_kinds_apart,	 decode_says_why_a_name_is_missing,
		decode_names_unix_sockets,    decode_names_addresses,	 decode_refuses_wrong_heads,
		decode_refuses_wrong_names,   decode_knows_the_clock,	 decode_tells_the_kernel_from_files,
		decode_names_both_processes,
	};

	return suite_run("decode", tests, ARRAY_SIZE(tests));
}
