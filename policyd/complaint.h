/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libbpf says when the kernel refuses a program: which one, and the verifier's last words.
 */
#ifndef POLICYD_COMPLAINT_H
#define POLICYD_COMPLAINT_H

#include <bpf/libbpf.h>

/* Forgets what was said before. */
void complaint_clear(void);

/*
 * Takes what libbpf prints (libbpf_set_print()) and prints nothing: whoever gives up says why, once. Only the
 * first refusal is kept.
 */
int complaint_print(enum libbpf_print_level level, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* "program 'file_open': combined stack size of 6 calls is 544. Too large", or NULL where no program was
 * refused. */
const char *complaint_text(void);

#endif
