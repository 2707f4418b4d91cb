// SPDX-License-Identifier: Apache-2.0
#include "decode_call.h"

#include <assert.h>
#include <string.h>

#include "decode_internal.h"
#include "syscalls.h"
#include "util.h"

int decode_syscall(struct decoder *decoder, const char *record, size_t size, struct event *event)
{
	struct policyd_event_syscall call;
	CLEANUP_FREE char *name = NULL;
	int r;

	if (size < sizeof(call))
		return decode_fail(decoder, DECODE_SIZE);

	memcpy(&call, record, sizeof(call));
	r = decode_head(decoder, &call.head, event);
	if (r < 0)
		return r;

	event->section = event_text("syscall");
	event->operation = event_text("call");
	event->syscall_number = call.number;
	event->architecture = event_text(syscall_arch_name((enum policyd_arch)call.arch));
	event->origin.arch = call.arch;
	event->origin.number = call.number;
	name = syscall_name((enum policyd_arch)call.arch, call.number);
	if (name)
		r = event_set(event, &event->syscall, name, strlen(name));
	if (r < 0)
		return r;

	return decode_program(decoder, record, sizeof(call), size, &call.head, &call.exe, event);
}

static const char *const unhooked[] = {
	[POLICYD_UNHOOKED_MOUNT_SETATTR] = "mount_setattr",
	[POLICYD_UNHOOKED_OPEN_TREE] = "open_tree",
	[POLICYD_UNHOOKED_OPEN_TREE_ATTR] = "open_tree_attr",
	[POLICYD_UNHOOKED_FSMOUNT] = "fsmount",
	[POLICYD_UNHOOKED_ADJTIMEX] = "adjtimex",
};
_Static_assert(ARRAY_SIZE(unhooked) == POLICYD_UNHOOKED_COUNT, "everything without a hook has its name");

void decode_unhooked(uint32_t call, struct event *event)
{
	event->reason = event_text("no-hook");
	if (call < POLICYD_UNHOOKED_COUNT)
		event->syscall = event_text(unhooked[call]);
}
