// SPDX-License-Identifier: Apache-2.0
/*
 * Who may not move some mount of the host may not move one that is not named.
 */
#include <check.h>

#include "compile_case.h"
#include "decision.h"
#include "parse_case.h"

#define FACTS                                                                                                \
	"mount 8:1 / / ext4\n"                                                                               \
	"mount 8:2 / /secure ext4\n"                                                                         \
	"mount 8:1 /disk/part /part ext4\n"                                                                  \
	"mount 0:40 / /run tmpfs\n"

static const char policies[] = "version: 1\n"
			       "policy: moves\n"
			       "mode: enforce\n"
			       "subject: {exe: /bin/named}\n"
			       "file:\n"
			       "  - {deny: mount, path: /secure}\n"
			       "---\n"
			       "version: 1\n"
			       "policy: part\n"
			       "mode: enforce\n"
			       "subject: {exe: /bin/part}\n"
			       "file:\n"
			       "  - {deny: mount, path: /part}\n"
			       "---\n"
			       "version: 1\n"
			       "policy: elsewhere\n"
			       "mode: enforce\n"
			       "subject: {exe: /bin/elsewhere}\n"
			       "file:\n"
			       "  - {deny: mount, path: [/etc, /secure/below, \"/run/*\"]}\n"
			       "---\n"
			       "version: 1\n"
			       "policy: kind\n"
			       "mode: enforce\n"
			       "subject: {exe: /bin/kind}\n"
			       "file:\n"
			       "  - {deny: mount, path: \"/**\", fstype: tmpfs}\n"
			       "---\n"
			       "version: 1\n"
			       "policy: watched\n"
			       "mode: audit\n"
			       "subject: {exe: /bin/watched}\n"
			       "file:\n"
			       "  - {deny: mount, path: /secure}\n";

/* What the image says of a program that moves some mount. */
static uint32_t moved(const struct compiled *compiled, const char *exe)
{
	const struct policyd_header *header = (const struct policyd_header *)compiled->lines;
	const struct policyd_fixed *fixed = (const struct policyd_fixed *)&compiled->lines[header->fixed];
	uint32_t row = compiled->lines[fixed->pseudo].w[POLICYD_PSEUDO_MOVED], subject;
	const struct policyd_below *below =
		(const struct policyd_below *)&compiled->lines[header->rows + row * header->row_lines];

	ck_assert_int_eq(decision_subject(compiled, &(struct decision_subject){.exe = exe}, &subject), 0);
	return below[subject].any;
}

START_TEST(moving_some_mount_is_refused_where_moving_one_of_the_host_is)
{
	struct compile_case moves;

	compile_case_begin(&moves, policies, FACTS, false);
	ck_assert_ptr_nonnull(moves.compiled);
	ck_assert_uint_eq(moved(moves.compiled, "/bin/named"), POLICYD_OP_FILE_MOUNT);
	ck_assert_uint_eq(moved(moves.compiled, "/bin/part"), POLICYD_OP_FILE_MOUNT);
	ck_assert_uint_eq(moved(moves.compiled, "/bin/kind"), POLICYD_OP_FILE_MOUNT);
	ck_assert_uint_eq(moved(moves.compiled, "/bin/elsewhere"), 0);
	ck_assert_uint_eq(moved(moves.compiled, "/bin/watched"), 0);
	ck_assert_uint_eq(moved(moves.compiled, "/bin/other"), 0);
	compile_case_end(&moves);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {moving_some_mount_is_refused_where_moving_one_of_the_host_is};

	return tests_run("moved", tests, ARRAY_SIZE(tests));
}
