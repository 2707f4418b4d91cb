// SPDX-License-Identifier: Apache-2.0
/* Errors of kernel, capability and syscall rules, anomaly sections and tests. */
#include "parse_case.h"

static const struct parse_case cases[] = {
	{"allow in kernel",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "kernel:\n"
	      "  - allow: bpf\n"),
	 0,
	 "t.yaml:4:5: warning: this rule has no effect: a kernel section allows what no rule "
	 "denies\n"},
	{"kernel operation",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "kernel:\n"
	      "  - deny: [module_load, bfp]\n"),
	 -EINVAL,
	 "t.yaml:4:12: error: unknown operation 'module_load' in kernel rule (did you mean "
	 "'module-load'?)\n"
	 "t.yaml:4:25: error: unknown operation 'bfp' in kernel rule (did you mean 'bpf'?)\n"},
	{"capability",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "capability:\n"
	      "  - deny: [CAP_SYS_ADMIN, sys_adminn, foo]\n"),
	 -EINVAL,
	 "t.yaml:4:12: error: unknown capability 'CAP_SYS_ADMIN' (did you mean 'sys_admin'?)\n"
	 "t.yaml:4:27: error: unknown capability 'sys_adminn' (did you mean 'sys_admin'?)\n"
	 "t.yaml:4:39: error: unknown capability 'foo'\n"},
	{"syscall unknown",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "syscall:\n"
	      "  - audit: [ptrcae, \"@modul\", zzz]\n"),
	 -EINVAL,
	 "t.yaml:4:13: error: unknown system call 'ptrcae' (did you mean 'ptrace'?)\n"
	 "t.yaml:4:21: error: unknown group of system calls '@modul' (did you mean '@module'?)\n"
	 "t.yaml:4:31: error: unknown system call 'zzz'\n"},
	{"syscall number",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "syscall:\n"
	      "  - audit: [1, 4294967296, \"5\"]\n"),
	 -EINVAL,
	 "t.yaml:4:16: error: 'audit': 4294967296 is out of range (0 to 2147483647)\n"
	 "t.yaml:4:28: error: 'audit' must be a number: write 5 without quotes\n"},
	{"syscall deny",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "syscall:\n"
	      "  - deny: [open, connect, execve, ptrace, init_module, bpf, kill, mount, settimeofday, "
	      "uname, \"@network-io\"]\n"),
	 -EINVAL,
	 "t.yaml:4:12: error: a syscall rule cannot deny: 'open' is denied by a file rule (read, "
	 "write, create)\n"
	 "t.yaml:4:18: error: a syscall rule cannot deny: 'connect' is denied by a network rule "
	 "(connect)\n"
	 "t.yaml:4:27: error: a syscall rule cannot deny: 'execve' is denied by an exec rule "
	 "(run)\n"
	 "t.yaml:4:35: error: a syscall rule cannot deny: 'ptrace' is denied by a process rule "
	 "(ptrace) or a kernel rule (ptrace-any)\n"
	 "t.yaml:4:43: error: a syscall rule cannot deny: 'init_module' is denied by a kernel "
	 "rule (module-load)\n"
	 "t.yaml:4:56: error: a syscall rule cannot deny: 'bpf' is denied by a kernel rule (bpf)\n"
	 "t.yaml:4:61: error: a syscall rule cannot deny: 'kill' is denied by a process rule "
	 "(signal)\n"
	 "t.yaml:4:67: error: a syscall rule cannot deny: 'mount' is denied by a kernel rule "
	 "(mount) or a file rule (mount)\n"
	 "t.yaml:4:74: error: a syscall rule cannot deny: 'settimeofday' is denied by a kernel "
	 "rule (settime)\n"
	 "t.yaml:4:88: error: a syscall rule cannot deny 'uname': it can audit or kill\n"
	 "t.yaml:4:95: error: a syscall rule cannot deny: '@network-io' is denied by a network "
	 "rule\n"},
	{"syscall allow",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "syscall:\n"
	      "  - allow: ptrace\n"),
	 -EINVAL, "t.yaml:4:5: error: a syscall rule cannot allow: calls are only audited or killed\n"},
	{"syscall with errno",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "syscall:\n"
	      "  - kill: ptrace\n"
	      "    errno: EPERM\n"),
	 -EINVAL,
	 "t.yaml:5:5: error: key 'errno' does not go with a syscall rule (only with file, exec, "
	 "network, process, kernel, capability)\n"},
	{"anomaly empty",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly: {}\n"),
	 -EINVAL, "t.yaml:3:10: error: anomaly needs 'rate', 'detect' or 'report'\n"},
	{"anomaly nothing",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly:\n"),
	 -EINVAL, "t.yaml:3:9: error: anomaly must be a mapping, not nothing\n"},
	{"anomaly report without learn",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly: {report: exec}\n"),
	 -EINVAL, "t.yaml:3:10: error: 'report' needs 'learn': how long to observe first\n"},
	{"anomaly learn without report",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly: {learn: 7d}\n"),
	 -EINVAL, "t.yaml:3:10: error: anomaly needs 'rate', 'detect' or 'report'\n"},
	{"anomaly report",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly: {learn: 7d, report: [exec, conect]}\n"),
	 -EINVAL, "t.yaml:3:37: error: unknown report 'conect' (did you mean 'connect'?)\n"},
	{"anomaly learn",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly: {learn: 7, report: exec}\n"),
	 -EINVAL,
	 "t.yaml:3:18: error: 'learn' must be a duration like 10s (units ms, s, m, h, d, w), not "
	 "'7'\n"},
	{"anomaly rate",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly:\n"
	      "  rate:\n"
	      "    - {count: exce, over: 10, limit: 0}\n"
	      "    - {count: exec}\n"
	      "    - {count: exec, over: 0s, limit: \"5\"}\n"
	      "    - {count: exec, over: 4000d, limit: 1e3}\n"
	      "    - {count: exec, over: 1y, limit: 5, tag: x}\n"),
	 -EINVAL,
	 "t.yaml:5:15: error: unknown count 'exce' (did you mean 'exec'?)\n"
	 "t.yaml:5:27: error: 'over' must be a duration like 10s (units ms, s, m, h, d, w), not "
	 "'10'\n"
	 "t.yaml:5:38: error: 'limit': 0 is out of range (1 to 1000000000)\n"
	 "t.yaml:6:7: error: missing key 'over' in rate\n"
	 "t.yaml:6:7: error: missing key 'limit' in rate\n"
	 "t.yaml:7:27: error: 'over': 0s is out of range (1ms to 3650d)\n"
	 "t.yaml:7:38: error: 'limit' must be a number: write 5 without quotes\n"
	 "t.yaml:8:27: error: 'over': 4000d is out of range (1ms to 3650d)\n"
	 "t.yaml:8:41: error: 'limit' must be a decimal number, not '1e3'\n"
	 "t.yaml:9:27: error: 'over' must be a duration like 10s (units ms, s, m, h, d, w), not "
	 "'1y'\n"
	 "t.yaml:9:41: error: unknown key 'tag' in rate (did you mean 'tags'?)\n"},
	{"anomaly rate action",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly:\n"
	      "  rate:\n"
	      "    - {count: write, over: 1s, limit: 5, action: deny}\n"
	      "    - {count: write, over: 2s, limit: 5, action: kill}\n"
	      "    - {count: denied, over: 1s, limit: 5, per: process, action: kill}\n"
	      "    - {count: denied, over: 1s, limit: 5, action: freeze}\n"
	      "    - {count: write, over: 3s, limit: 5, per: process, action: kill}\n"),
	 -EINVAL,
	 "t.yaml:5:50: error: unknown action 'deny' (one of audit, kill, freeze)\n"
	 "t.yaml:6:7: error: 'kill' goes with 'per: process' only: which of all processes would it be?\n"
	 "t.yaml:7:7: error: refusals are counted by policyd, which ends no process: let the rules kill, or "
	 "freeze\n"},
	{"anomaly rate mapping",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly: {rate: {count: exec}}\n"),
	 -EINVAL, "t.yaml:3:17: error: 'rate' must be a list of mappings, not a mapping\n"},
	{"anomaly detect",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly:\n"
	      "  detect:\n"
	      "    - {what: memory-exek}\n"
	      "    - {what: memory-exec, within: 5m}\n"
	      "    - {what: fresh-exec, action: refuse}\n"
	      "    - {action: kill}\n"
	      "    - {what: wx-memory, within: 1m}\n"),
	 -EINVAL,
	 "t.yaml:5:14: error: unknown detector 'memory-exek' (did you mean 'memory-exec'?)\n"
	 "t.yaml:6:7: error: 'within' goes with fresh-exec only\n"
	 "t.yaml:7:34: error: unknown action 'refuse' (one of audit, deny, kill, freeze)\n"
	 "t.yaml:8:7: error: missing key 'what' in detector\n"
	 "t.yaml:9:7: error: 'within' goes with fresh-exec only\n"},
	{"anomaly detect mapping",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly: {detect: {what: memory-exec}}\n"),
	 -EINVAL, "t.yaml:3:19: error: 'detect' must be a list of mappings, not a mapping\n"},
	{"anomaly distinct",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly: {rate: [{count: fork, over: 1s, limit: 1, distinct: true}]}\n"),
	 -EINVAL, "t.yaml:3:18: error: 'distinct' goes with exec, connect, write, rename and delete only\n"},
	{"anomaly per",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "anomaly: {rate: [{count: exec, over: 1s, limit: 1, per: user}]}\n"),
	 -EINVAL, "t.yaml:3:57: error: unknown per 'user' (one of subject, process)\n"},
	{"tests a mapping",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: {file: deny}\n"
	      "tests: {a: b}\n"),
	 -EINVAL, "t.yaml:4:8: error: 'tests' must be a list of mappings, not a mapping\n"},
	{"test without expect",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: {file: deny}\n"
	      "tests: [{subject: {user: root}}]\n"),
	 -EINVAL, "t.yaml:4:9: error: missing key 'expect' in test\n"},
	{"test expect empty",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: {file: deny}\n"
	      "tests: [{expect: {}}]\n"),
	 -EINVAL, "t.yaml:4:18: error: expect needs 'allow' or 'deny'\n"},
	{"test expect key",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: {file: deny}\n"
	      "tests: [{expect: {alow: [file read /x]}}]\n"),
	 -EINVAL, "t.yaml:4:19: error: unknown key 'alow' in expect (did you mean 'allow'?)\n"},
	{"test subject",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: {file: deny}\n"
	      "tests:\n"
	      "  - {subject: {exe: /usr/*}, expect: {deny: file read /x}}\n"
	      "  - {subject: {exe: [/a, /b]}, expect: {deny: file read /x}}\n"
	      "  - {subject: {user: [1, 2]}, expect: {deny: file read /x}}\n"
	      "  - {subject: {user: 1-2}, expect: {deny: file read /x}}\n"
	      "  - {subject: {except: {user: 1}}, expect: {deny: file read /x}}\n"),
	 -EINVAL,
	 "t.yaml:5:21: error: a test's subject is one process: '/usr/*' is a pattern\n"
	 "t.yaml:6:26: error: a test's subject has one value for a key\n"
	 "t.yaml:7:15: error: a test's subject has one value for a key\n"
	 "t.yaml:8:22: error: a test's subject is one process: no ranges\n"
	 "t.yaml:9:16: error: unknown key 'except' in test subject\n"},
	{"test operation",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "default: {file: deny}\n"
	      "tests:\n"
	      "  - expect:\n"
	      "      deny: [file raed /x, fle read /x, file, file read, file read x, file connect /x, "
	      "exec anonymous /x, network connect foo 1, network connect, kernel bpf x, capability "
	      "foo, syscall ptrac, capability sys_admin x]\n"),
	 -EINVAL,
	 "t.yaml:6:14: error: unknown operation 'raed' in test (did you mean 'read'?)\n"
	 "t.yaml:6:28: error: 'fle read /x' must begin with a section whose rules can refuse or kill (did "
	 "you mean 'file'?)\n"
	 "t.yaml:6:41: error: 'file': an operation must follow\n"
	 "t.yaml:6:47: error: 'file read': an absolute path must follow 'read'\n"
	 "t.yaml:6:58: error: 'file read x': an absolute path must follow 'read'\n"
	 "t.yaml:6:71: error: unknown operation 'connect' in test (it is an operation of "
	 "network)\n"
	 "t.yaml:6:88: error: 'exec anonymous /x': anonymous memory has no path\n"
	 "t.yaml:6:107: error: 'network connect foo 1': a protocol or family must follow the "
	 "operation\n"
	 "t.yaml:6:130: error: 'network connect': a protocol or family must follow the operation\n"
	 "t.yaml:6:147: error: 'kernel bpf x': nothing may follow 'bpf'\n"
	 "t.yaml:6:161: error: unknown capability 'foo'\n"
	 "t.yaml:6:177: error: unknown system call 'ptrac' (did you mean 'ptrace'?)\n"
	 "t.yaml:6:192: error: 'capability sys_admin x': nothing may follow 'sys_admin'\n"},
};

START_TEST(messages_are_exact)
{
	cases_check(cases, ARRAY_SIZE(cases));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {messages_are_exact};

	return tests_run("parse section", tests, ARRAY_SIZE(tests));
}
