// SPDX-License-Identifier: Apache-2.0
/*
 * Items of baselines as text, the same in every generation and after every restart:
 *
 *   syscall     open; of another way into the kernel than the machine's own i386:open; without a name
 * sys_1000 exec        the program's canonical name connect     tcp public 443: protocol, class of the
 * address, port listen      tcp 8080 write-dir   the directory's canonical name
 */
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "baseline.h"
#include "json.h"
#include "json_text.h"
#include "syscalls.h"
#include "util.h"

static const char *const addresses[] = {
#define X(name, text) [POLICYD_ADDRESS_##name] = (text),
	POLICYD_ADDRESSES(X)
#undef X
};

static int syscall_text(uint64_t what, char **ret_text)
{
	enum policyd_arch arch = (enum policyd_arch)(what >> 32);
	uint32_t number = (uint32_t)what;
	bool own = arch == syscall_arch_native();
	CLEANUP_FREE char *name = syscall_name(arch, number);
	int r;

	if (arch >= POLICYD_ARCH_COUNT)
		return -EINVAL;
	if (name)
		r = asprintf(ret_text, "%s%s%s", own ? "" : syscall_arch_name(arch), own ? "" : ":", name);
	else
		r = asprintf(ret_text, "%s%ssys_%u", own ? "" : syscall_arch_name(arch), own ? "" : ":",
			     number);
	return r < 0 ? -ENOMEM : 0;
}

static int port_text(uint64_t what, char **ret_text)
{
	uint32_t port = what & 0xffff, protocol = what >> 16 & 0xffff, address = (uint32_t)(what >> 32) - 1;
	char number[16];
	const char *name = protocol == IPPROTO_TCP ? "tcp" : protocol == IPPROTO_UDP ? "udp" : number;
	const char *class = address < POLICYD_ADDRESS_COUNT ? addresses[address] : "";

	(void)snprintf(number, sizeof(number), "%u", protocol);
	return asprintf(ret_text, "%s%s%s %u", name, *class ? " " : "", class, port) < 0 ? -ENOMEM : 0;
}

/* A name, in the spelling that JSON can hold. */
static int name_text(const struct event_text *name, char **ret_text)
{
	CLEANUP_FREE char *copy = strndup(name->bytes, name->length);
	CLEANUP_JSON json_t *text = copy ? json_text(copy) : NULL;
	char *result = text ? strdup(json_string_value(text)) : NULL;

	if (!result)
		return -ENOMEM;
	*ret_text = result;
	return 0;
}

int baseline_event_text(const struct event *event, char **ret_text)
{
	uint64_t what = policyd_item_what(event->origin.item);

	switch (policyd_item_kind(event->origin.item)) {
	case POLICYD_ANOMALY_NEW_SYSCALL:
		return syscall_text(what, ret_text);
	case POLICYD_ANOMALY_NEW_CONNECT:
	case POLICYD_ANOMALY_NEW_LISTEN:
		return port_text(what, ret_text);
	case POLICYD_ANOMALY_NEW_EXEC:
	case POLICYD_ANOMALY_NEW_DIRECTORY:
		if (!event->path.length || EVENT_IS_CUT(event, EVENT_CUT_path))
			return -EINVAL;
		return name_text(&event->path, ret_text);
	}
	return -EINVAL;
}

/* Splits "i386:open"; the way is the machine's own where the text has none. */
static int syscall_split(const char *text, enum policyd_arch *ret_arch, const char **ret_name)
{
	const char *colon = strchr(text, ':');
	char arch[16];

	*ret_arch = syscall_arch_native();
	*ret_name = colon ? colon + 1 : text;
	if (!colon)
		return 0;
	if ((size_t)(colon - text) >= sizeof(arch))
		return -ENOENT;
	(void)snprintf(arch, sizeof(arch), "%.*s", (int)(colon - text), text);
	return syscall_arch_find(arch, ret_arch);
}

/* All of a text, as a decimal number of at most `max`. */
static bool number_read(const char *text, unsigned long max, unsigned long *ret_number)
{
	size_t length = strlen(text);

	if (length == 0 || length > 10 || strspn(text, "0123456789") != length)
		return false;
	*ret_number = strtoul(text, NULL, 10);
	return *ret_number <= max;
}

static int syscall_find(const char *text, enum policyd_arch *ret_arch)
{
	const char *name;
	unsigned long number;
	int r = syscall_split(text, ret_arch, &name);

	if (r < 0)
		return -ENOENT;
	if (strncmp(name, "sys_", 4) == 0 && number_read(name + 4, INT32_MAX, &number))
		return (int)number;
	r = syscall_number(*ret_arch, name);
	return r < 0 ? -ENOENT : r;
}

int baseline_text_syscall(const char *text)
{
	enum policyd_arch arch;
	int number = syscall_find(text, &arch);

	return arch == syscall_arch_native() ? number : -ENOENT;
}

static bool address_is(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		if (strcmp(addresses[i], text) == 0)
			return true;
	return false;
}

/* "tcp 80", or with a class of addresses "tcp public 80". */
static bool port_valid(const char *text, bool class)
{
	char copy[64], *at = copy;
	const char *protocol, *address = NULL, *port;
	unsigned long number;

	if (strlen(text) >= sizeof(copy))
		return false;
	memcpy(copy, text, strlen(text) + 1);
	protocol = strsep(&at, " ");
	if (class)
		address = strsep(&at, " ");
	port = at;
	return port && number_read(port, 65535, &number) && (!class || (address && address_is(address))) &&
	       (strcmp(protocol, "tcp") == 0 || strcmp(protocol, "udp") == 0 ||
		number_read(protocol, 65535, &number));
}

bool baseline_text_valid(uint32_t kind, const char *text, const char **ret_why)
{
	enum policyd_arch arch;

	*ret_why = "it is empty or too long";
	if (!*text || strlen(text) > BASELINE_TEXT_MAX)
		return false;
	switch (kind) {
	case POLICYD_ANOMALY_NEW_SEQUENCE:
		*ret_why = "sequences are no items";
		return false;
	case POLICYD_ANOMALY_NEW_SYSCALL:
		*ret_why = "there is no such system call";
		return syscall_find(text, &arch) >= 0;
	case POLICYD_ANOMALY_NEW_CONNECT:
		*ret_why = "expected a protocol, a class of addresses and a port, as in 'tcp public 443'";
		return port_valid(text, true);
	case POLICYD_ANOMALY_NEW_LISTEN:
		*ret_why = "expected a protocol and a port, as in 'tcp 8080'";
		return port_valid(text, false);
	}
	*ret_why = "expected a canonical name";
	return *text == '/' || strchr(text, ':');
}
