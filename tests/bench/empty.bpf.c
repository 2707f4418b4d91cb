/* SPDX-License-Identifier: Apache-2.0 */
/* The program that does nothing, which bench_empty attaches to any hook: what the kernel asks for at least.
 */
#define SEC(name) __attribute__((section(name), used))

SEC("lsm/file_open") int empty(void *ctx)
{
	return 0;
}

SEC("license") char LICENSE[] = "Dual BSD/GPL";
