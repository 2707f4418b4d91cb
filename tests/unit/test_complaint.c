/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "complaint.h"
#include "event_suite.h"

__attribute__((format(printf, 2, 3))) static void say(enum libbpf_print_level level, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	ck_assert_int_eq(complaint_print(level, format, arguments), 0);
	va_end(arguments);
}

START_TEST(the_last_words_of_the_first_refusal)
{
	complaint_clear();
	ck_assert_ptr_null(complaint_text());
	say(LIBBPF_WARN, "libbpf: prog '%s': BPF program load failed: Permission denied\n", "file_open");
	ck_assert_ptr_null(complaint_text());
	say(LIBBPF_WARN, "libbpf: prog '%s': -- BEGIN PROG LOAD LOG --\n%s-- END PROG LOAD LOG --\n",
	    "file_open",
	    "0: R1=ctx(off=0,imm=0)\ncombined stack size of 6 calls is 544. Too large\nverification time 12 "
	    "usec\n"
	    "stack depth 64+32\nprocessed 10 insns (limit 1000000)\n");
	ck_assert_str_eq(complaint_text(),
			 "program 'file_open': combined stack size of 6 calls is 544. Too large");
	say(LIBBPF_WARN,
	    "libbpf: prog 'other': -- BEGIN PROG LOAD LOG --\nnothing\n-- END PROG LOAD LOG --\n");
	ck_assert_ptr_nonnull(strstr(complaint_text(), "'file_open'"));
}
END_TEST

START_TEST(what_is_no_refusal)
{
	complaint_clear();
	say(LIBBPF_DEBUG, "libbpf: prog 'a': -- BEGIN PROG LOAD LOG --\nx\n-- END PROG LOAD LOG --\n");
	say(LIBBPF_WARN, "libbpf: failed to load object 'policyd_bpf'\n");
	say(LIBBPF_WARN, "libbpf: -- BEGIN PROG LOAD LOG --\nof whom?\n-- END PROG LOAD LOG --\n");
	ck_assert_ptr_null(complaint_text());
}
END_TEST

START_TEST(logs_that_are_odd)
{
	static char name[500], log[3000];

	complaint_clear();
	say(LIBBPF_WARN, "prog 'a': -- BEGIN PROG LOAD LOG --\n-- END PROG LOAD LOG --\n");
	ck_assert_str_eq(complaint_text(), "program 'a': the verifier says nothing");
	complaint_clear();
	say(LIBBPF_WARN, "prog 'b': -- BEGIN PROG LOAD LOG --\nno end of it");
	ck_assert_str_eq(complaint_text(), "program 'b': no end of it");
	complaint_clear();
	memset(name, 'n', sizeof(name) - 1);
	memset(log, 'l', sizeof(log) - 1);
	say(LIBBPF_WARN, "prog '%s': -- BEGIN PROG LOAD LOG --\n%s\n-- END PROG LOAD LOG --\n", name, log);
	ck_assert_uint_eq(strlen(complaint_text()), strlen("program '': ") + 63 + 255);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {the_last_words_of_the_first_refusal, what_is_no_refusal,
				      logs_that_are_odd};

	return suite_run("complaint", tests, ARRAY_SIZE(tests));
}
