// SPDX-License-Identifier: Apache-2.0
/* The set of policies, its memory and the names of operations. */
#include "arena.h"
#include "parse_case.h"

START_TEST(memory_is_zeroed_and_aligned)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};

	for (size_t size = 0; size < 200000; size = size * 3 + 1) {
		unsigned char *memory = policy_set_alloc(&set, size);
		unsigned int set_bits = 0;

		ck_assert_ptr_nonnull(memory);
		ck_assert_uint_eq((uintptr_t)memory % 16, 0);
		for (size_t i = 0; i < size; i++)
			set_bits |= memory[i];
		ck_assert_uint_eq(set_bits, 0);
		memset(memory, 0xff, size);
	}
	ck_assert_ptr_null(policy_set_alloc(&set, SIZE_MAX));
	ck_assert_ptr_null(arena_array(&set.allocations, SIZE_MAX / 2, 16));
}
END_TEST

START_TEST(large_blocks_leave_room_in_small_ones)
{
	struct allocation *arena = NULL;
	char *first = arena_alloc(&arena, 16);
	char *large = arena_alloc(&arena, 10000000);
	char *second = arena_alloc(&arena, 16);

	ck_assert_ptr_nonnull(large);
	ck_assert_ptr_eq(second, first + 16);
	arena_free(&arena);
	ck_assert_ptr_null(arena);
}
END_TEST

START_TEST(strings_are_copied)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};

	ck_assert_str_eq(policy_set_strndup(&set, "abcdef", 3), "abc");
	ck_assert_str_eq(policy_set_strndup(&set, NULL, 0), "");
}
END_TEST

START_TEST(policies_are_found_by_name)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	char name[32];

	ck_assert_ptr_null(policy_set_find(&set, "p0"));
	for (unsigned int i = 0; i < 1000; i++) {
		struct policy policy = {.rule_count = i};

		(void)snprintf(name, sizeof(name), "p%u", i);
		policy.name = policy_set_strndup(&set, name, strlen(name));
		ck_assert_int_eq(policy_set_add(&set, &policy), 0);
		ck_assert_int_eq(policy_set_add(&set, &policy), -EEXIST);
	}
	ck_assert_uint_eq(set.count, 1000);
	for (unsigned int i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof(name), "p%u", i);
		ck_assert_uint_eq(policy_set_find(&set, name)->rule_count, i);
		ck_assert_str_eq(set.policies[i].name, name);
	}
	ck_assert_ptr_null(policy_set_find(&set, "p1000"));
}
END_TEST

START_TEST(freeing_empties)
{
	struct policy_set set = {0};
	struct policy policy = {.name = "p"};

	ck_assert_int_eq(policy_set_add(&set, &policy), 0);
	policy_set_free(&set);
	ck_assert_uint_eq(set.count, 0);
	ck_assert_ptr_null(set.policies);
	policy_set_free(&set);
	policy_set_free(NULL);
}
END_TEST

START_TEST(operations_have_names)
{
	ck_assert_str_eq(op_name(POLICYD_SECTION_FILE, POLICYD_BIT_FILE_WRITE), "write");
	ck_assert_str_eq(op_name(POLICYD_SECTION_NETWORK, POLICYD_BIT_NETWORK_CONNECT), "connect");
	ck_assert_str_eq(op_name(POLICYD_SECTION_FILE, 31), "?");
	ck_assert_uint_eq(op_from_name(POLICYD_SECTION_FILE, "create"), POLICYD_OP_FILE_CREATE);
	ck_assert_uint_eq(op_from_name(POLICYD_SECTION_NETWORK, "create"), POLICYD_OP_NETWORK_CREATE);
	ck_assert_uint_eq(op_from_name(POLICYD_SECTION_NETWORK, "write"), 0);
	ck_assert_uint_eq(op_all(POLICYD_SECTION_PROCESS),
			  POLICYD_OP_PROCESS_PTRACE | POLICYD_OP_PROCESS_SIGNAL);
	ck_assert_uint_eq(op_all(POLICYD_SECTION_SYSCALL), 0);
	ck_assert_str_eq(section_name(POLICYD_SECTION_ANOMALY), "anomaly");
	for (enum policyd_section section = 0; section < POLICYD_SECTION_COUNT; section++)
		for (unsigned int bit = 0; bit < 32; bit++)
			if (op_all(section) & (1U << bit))
				ck_assert_uint_eq(op_from_name(section, op_name(section, bit)), 1U << bit);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		memory_is_zeroed_and_aligned,
		large_blocks_leave_room_in_small_ones,
		strings_are_copied,
		policies_are_found_by_name,
		freeing_empties,
		operations_have_names,
	};

	return tests_run("policy", tests, ARRAY_SIZE(tests));
}
