/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include <policyd/decide.h>

#include "edges.h"
#include "event_suite.h"

#define EDGES 20000

START_TEST(test_edges_find)
{
	struct edge_list list = {0};
	struct policyd_header header = {.edges = 0};
	struct policyd_line *lines;
	uint32_t next;

	for (uint32_t i = 0; i < EDGES; i++)
		ck_assert_int_eq(edges_add(&list, 1 + i % 7, i * 0x9e3779b97f4a7c15ULL >> 1, i), 0);
	header.edge_lines = edges_lines(&list);
	ck_assert_uint_lt(header.edge_lines, EDGES / 3);
	lines = calloc(edges_size(header.edge_lines), sizeof(*lines));
	ck_assert_int_eq(edges_place(&list, lines, header.edge_lines, &header.salt), 0);
	for (uint32_t i = 0; i < EDGES; i++) {
		struct policyd_view view = {.lines = lines, .count = edges_size(header.edge_lines)};

		ck_assert_int_eq(
			policyd_edge_find(&view, &header, 1 + i % 7, i * 0x9e3779b97f4a7c15ULL >> 1, &next),
			1);
		ck_assert_uint_eq(next, i);
		ck_assert_int_eq(policyd_edge_find(&view, &header, 9, i * 0x9e3779b97f4a7c15ULL >> 1, &next),
				 0);
	}
	free(lines);
	edges_clear(&list);
}
END_TEST

START_TEST(test_edges_twice)
{
	struct edge_list list = {0};
	struct policyd_line lines[3] = {0};
	uint32_t salt;

	ck_assert_int_eq(edges_add(&list, 1, 5, 1), 0);
	ck_assert_int_eq(edges_add(&list, 1, 5, 2), 0);
	ck_assert_int_eq(edges_place(&list, lines, 2, &salt), -EEXIST);
	edges_clear(&list);
}
END_TEST

START_TEST(test_edges_full)
{
	struct edge_list list = {0};
	struct policyd_line lines[2] = {0};
	uint32_t salt;

	for (uint32_t i = 0; i < 5; i++)
		ck_assert_int_eq(edges_add(&list, 1, i, i), 0);
	ck_assert_int_eq(edges_place(&list, lines, 1, &salt), -ENOSPC);
	edges_clear(&list);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_edges_find, test_edges_twice, test_edges_full};

	return suite_run("edges", tests, ARRAY_SIZE(tests));
}
