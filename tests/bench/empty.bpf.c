/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that do nothing, which bench_empty attaches to any hook, or where system calls begin: what the
 * kernel asks for at least. */
#define SEC(name) __attribute__((section(name), used))

SEC("lsm/file_open") int empty(void *ctx)
{
	return 0;
}

SEC("tp_btf/sys_enter") int empty_call(void *ctx)
{
	return 0;
}

SEC("tp/raw_syscalls/sys_enter") int empty_event(void *ctx)
{
	return 0;
}

SEC("license") char LICENSE[] = "Dual BSD/GPL";
