// SPDX-License-Identifier: Apache-2.0
/* Errors in what rules are about. */
#include "parse_case.h"

static const struct parse_case cases[] = {
	{"type",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    type: [regular, dir, chr]\n"),
	 -EINVAL,
	 "t.yaml:5:21: error: unknown file type 'dir' (one of regular, directory, symlink, block, "
	 "char, fifo, socket)\n"
	 "t.yaml:5:26: error: unknown file type 'chr' (did you mean 'char'?)\n"},
	{"device",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    device: [\"8\", 8:0, 8:x, 4096:0, 08:1, sda, \"*:1\"]\n"),
	 -EINVAL,
	 "t.yaml:5:14: error: 'device': '8' is not a device: MAJOR:MINOR or MAJOR:* in decimal "
	 "numbers (up to 4095:1048575)\n"
	 "t.yaml:5:24: error: 'device': '8:x' is not a device: MAJOR:MINOR or MAJOR:* in decimal "
	 "numbers (up to 4095:1048575)\n"
	 "t.yaml:5:29: error: 'device': '4096:0' is not a device: MAJOR:MINOR or MAJOR:* in "
	 "decimal numbers (up to 4095:1048575)\n"
	 "t.yaml:5:37: error: 'device': '08:1' is not a device: MAJOR:MINOR or MAJOR:* in decimal "
	 "numbers (up to 4095:1048575)\n"
	 "t.yaml:5:43: error: 'device': 'sda' is not a device: MAJOR:MINOR or MAJOR:* in decimal "
	 "numbers (up to 4095:1048575)\n"
	 "t.yaml:5:48: error: 'device': '*:1' is not a device: MAJOR:MINOR or MAJOR:* in decimal "
	 "numbers (up to 4095:1048575)\n"},
	{"device with type",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    device: 8:0\n"
	      "    type: regular\n"),
	 -EINVAL, "t.yaml:5:13: error: 'device' needs type block or char: the rule can match nothing\n"},
	{"fstype",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "file:\n"
	      "  - deny: read\n"
	      "    fstype: 9\n"),
	 -EINVAL, "t.yaml:5:13: error: 'fstype' must be text, not a number: write \"9\" in quotes\n"},
	{"sha256",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "exec:\n"
	      "  - deny: run\n"
	      "    sha256: [abc, gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg, "
	      "1111111111111111111111111111111111111111111111111111111111111111, "
	      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n"),
	 -EINVAL,
	 "t.yaml:5:14: error: 'sha256' must be 64 hexadecimal digits, not 'abc'\n"
	 "t.yaml:5:19: error: 'sha256' must be 64 hexadecimal digits, not "
	 "'gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg...'\n"
	 "t.yaml:5:151: error: 'sha256' must be 64 hexadecimal digits, not "
	 "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'\n"},
	{"deleted false",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "exec:\n"
	      "  - deny: run\n"
	      "    deleted: false\n"),
	 -EINVAL, "t.yaml:5:14: error: 'deleted' can only be true: leave the key out otherwise\n"},
	{"anonymous with a path",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "exec:\n"
	      "  - deny: [load, anonymous]\n"
	      "    path: /x\n"),
	 -EINVAL,
	 "t.yaml:4:5: error: 'anonymous' memory has no file: give it a rule without path and "
	 "other keys of files\n"},
	{"anonymous with a digest",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "exec:\n"
	      "  - deny: anonymous\n"
	      "    deleted: true\n"),
	 -EINVAL,
	 "t.yaml:4:5: error: 'anonymous' memory has no file: give it a rule without path and "
	 "other keys of files\n"},
	{"family",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: create\n"
	      "    family: [ipv4, inet6, netlnk]\n"),
	 -EINVAL,
	 "t.yaml:5:20: error: unknown family 'inet6' (did you mean 'inet'?)\n"
	 "t.yaml:5:27: error: unknown family 'netlnk' (did you mean 'netlink'?)\n"},
	{"family number",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: create\n"
	      "    family: [256, \"2\"]\n"),
	 -EINVAL,
	 "t.yaml:5:14: error: 'family': 256 is out of range (1 to 255)\n"
	 "t.yaml:5:19: error: 'family' must be a number: write 2 without quotes\n"},
	{"protocol",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: create\n"
	      "    protocol: [tpc, 263, \"6\"]\n"),
	 -EINVAL,
	 "t.yaml:5:16: error: unknown protocol 'tpc' (did you mean 'tcp'?)\n"
	 "t.yaml:5:21: error: 'protocol': 263 is out of range (0 to 262)\n"
	 "t.yaml:5:26: error: 'protocol' must be a number: write 6 without quotes\n"},
	{"network",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    to: [10.0.0.1/8, 10.0.0.0/33, 10.0.0.0/, 10.0.0, example.org, \"fe80::1%eth0\", "
	      "\"fd00::1/8\", \"::/129\", 10.0, \"10.0.0.1:80\", ~]\n"),
	 -EINVAL,
	 "t.yaml:5:10: error: 'to': 10.0.0.1/8 has bits set beyond its prefix: the network is "
	 "10.0.0.0/8\n"
	 "t.yaml:5:22: error: 'to': the prefix length in '10.0.0.0/33' must be 0 to 32\n"
	 "t.yaml:5:35: error: 'to': the prefix length in '10.0.0.0/' must be 0 to 32\n"
	 "t.yaml:5:46: error: 'to': '10.0.0' is not an address or a network like 10.0.0.0/8\n"
	 "t.yaml:5:54: error: 'to': 'example.org' is not an address or a network like 10.0.0.0/8\n"
	 "t.yaml:5:67: error: 'to': 'fe80::1%eth0' has a scope, which is not part of an address: "
	 "leave out '%' and what follows\n"
	 "t.yaml:5:83: error: 'to': fd00::1/8 has bits set beyond its prefix: the network is "
	 "fd00::/8\n"
	 "t.yaml:5:96: error: 'to': the prefix length in '::/129' must be 0 to 128\n"
	 "t.yaml:5:106: error: 'to': '10.0' is not an address or a network like 10.0.0.0/8\n"
	 "t.yaml:5:112: error: 'to': '10.0.0.1:80' is not an address or a network like "
	 "10.0.0.0/8\n"
	 "t.yaml:5:127: error: 'to' has no value\n"},
	{"network mapped",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    to: \"::ffff:10.0.0.1/104\"\n"),
	 -EINVAL,
	 "t.yaml:5:9: error: 'to': ::ffff:10.0.0.1/104 has bits set beyond its prefix: the "
	 "network is ::ffff:10.0.0.0/104\n"},
	{"port",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    port: [0, 65536, 99999999999999999999, 20-10, 0-5, 1-65536, \"80\", 0755, 080, 1e3, "
	      "80.5, ~, no, http, -1, 0x50, 1-2-3, [1]]\n"),
	 -EINVAL,
	 "t.yaml:5:12: error: 'port': 0 is out of range (1 to 65535)\n"
	 "t.yaml:5:15: error: 'port': 65536 is out of range (1 to 65535)\n"
	 "t.yaml:5:22: error: 'port': 99999999999999999999 is out of range (1 to 65535)\n"
	 "t.yaml:5:44: error: 'port': the range 20-10 is reversed: write 10-20\n"
	 "t.yaml:5:51: error: 'port': 0-5 is out of range (1 to 65535)\n"
	 "t.yaml:5:56: error: 'port': 1-65536 is out of range (1 to 65535)\n"
	 "t.yaml:5:65: error: 'port' must be a number: write 80 without quotes\n"
	 "t.yaml:5:71: error: 'port': '0755' begins with 0, which some read as octal: write a "
	 "decimal number\n"
	 "t.yaml:5:77: error: 'port': '080' begins with 0, which some read as octal: write a "
	 "decimal number\n"
	 "t.yaml:5:82: error: 'port' must be a decimal number, not '1e3'\n"
	 "t.yaml:5:87: error: 'port' must be a decimal number, not '80.5'\n"
	 "t.yaml:5:93: error: 'port' has no value\n"
	 "t.yaml:5:96: error: 'port' must be a decimal number, not 'no'\n"
	 "t.yaml:5:100: error: 'port' must be a decimal number, not 'http'\n"
	 "t.yaml:5:106: error: 'port' must be a decimal number, not '-1'\n"
	 "t.yaml:5:110: error: 'port' must be a decimal number, not '0x50'\n"
	 "t.yaml:5:116: error: 'port' must be a decimal number, not '1-2-3'\n"
	 "t.yaml:5:123: error: 'port' must be a single value here, not a list\n"},
	{"ports empty",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    port: []\n"),
	 -EINVAL, "t.yaml:5:11: error: 'port' is an empty list: leave the key out or name something\n"},
	{"unix relative",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    unix: run/x\n"),
	 -EINVAL, "t.yaml:5:11: error: pattern 'run/x': the pattern must begin with '/' or '@'\n"},
	{"to without connect",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: bind\n"
	      "    to: 10.0.0.0/8\n"),
	 -EINVAL, "t.yaml:5:9: error: 'to' does not go with this rule's operations (only with connect)\n"},
	{"from without accept",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: [bind, connect]\n"
	      "    from: 10.0.0.0/8\n"),
	 -EINVAL, "t.yaml:5:11: error: 'from' does not go with this rule's operations (only with accept)\n"},
	{"at for create",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: create\n"
	      "    at: 10.0.0.0/8\n"),
	 -EINVAL,
	 "t.yaml:5:9: error: 'at' does not go with this rule's operations (only with bind, "
	 "listen, accept, connect)\n"},
	{"port for create",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: create\n"
	      "    port: 80\n"),
	 -EINVAL,
	 "t.yaml:5:11: error: 'port' does not go with this rule's operations (only with bind, "
	 "listen, accept, connect)\n"},
	{"unix with a port",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    unix: /x\n"
	      "    port: 80\n"),
	 -EINVAL, "t.yaml:5:11: error: 'unix' sockets have no address, port or protocol\n"},
	{"unix with inet",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    unix: /x\n"
	      "    family: inet\n"),
	 -EINVAL, "t.yaml:5:11: error: 'unix' is not of the rule's 'family'\n"},
	{"port with netlink",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    family: netlink\n"
	      "    port: 80\n"),
	 -EINVAL, "t.yaml:5:13: error: this 'family' has no inet addresses or ports\n"},
	{"port of two families, of which one has none",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    family: [inet, vsock]\n"
	      "    port: 80\n"),
	 -EINVAL, "t.yaml:5:20: error: this 'family' has no inet addresses or ports\n"},
	{"ipv4 with an IPv6 network",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    family: ipv4\n"
	      "    to: \"fd00::/8\"\n"),
	 -EINVAL, "t.yaml:5:13: error: no address of the rule is of this 'family'\n"},
	{"port of icmp",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "network:\n"
	      "  - deny: connect\n"
	      "    protocol: icmp\n"
	      "    port: 80\n"),
	 -EINVAL, "t.yaml:6:11: error: this rule's 'protocol' has no ports\n"},
	{"target empty",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "process:\n"
	      "  - deny: ptrace\n"
	      "    target: {}\n"),
	 -EINVAL, "t.yaml:5:13: error: subject is empty: leave it out\n"},
	{"target unknown key",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "process:\n"
	      "  - deny: ptrace\n"
	      "    target: {ex: /x}\n"),
	 -EINVAL, "t.yaml:5:14: error: unknown key 'ex' in subject\n"},
	{"signal",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "process:\n"
	      "  - deny: signal\n"
	      "    signal: [TERM, SIGKILL, 65, 0, KIL]\n"),
	 -EINVAL,
	 "t.yaml:5:20: error: unknown signal 'SIGKILL' (did you mean 'KILL'?)\n"
	 "t.yaml:5:29: error: 'signal': 65 is out of range (1 to 64)\n"
	 "t.yaml:5:33: error: 'signal': 0 is out of range (1 to 64)\n"
	 "t.yaml:5:36: error: unknown signal 'KIL' (did you mean 'KILL'?)\n"},
	{"signal with ptrace",
	 TEXT("version: 1\n"
	      "policy: p\n"
	      "process:\n"
	      "  - deny: ptrace\n"
	      "    signal: TERM\n"),
	 -EINVAL, "t.yaml:5:13: error: 'signal' needs the operation signal\n"},
};

START_TEST(messages_are_exact)
{
	cases_check(cases, ARRAY_SIZE(cases));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {messages_are_exact};

	return tests_run("parse object", tests, ARRAY_SIZE(tests));
}
