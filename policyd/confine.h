/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon gives up once it has started: privileges that it does not need, and all system calls but
 * those that running takes.
 */
#ifndef POLICYD_CONFINE_H
#define POLICYD_CONFINE_H

/* What a system call meets that the daemon has no use for. */
enum confine_action {
	CONFINE_ERRNO, /* EPERM, and a line in the kernel's log */
	CONFINE_KILL,  /* the end of the process; for tests */
	CONFINE_OFF,   /* the kernel */
	CONFINE_ACTION_COUNT,
};

/* "errno" and the like; and back: 0 or -EINVAL. */
const char *confine_action_name(enum confine_action action);
int confine_action_from_name(const char *name, enum confine_action *ret_action);

/*
 * Gives up, for good, all capabilities but those that the daemon uses after its start. Returns 0 or -errno.
 */
int confine_capabilities(void);

/*
 * From now on this thread, and what it starts, makes no system call but those of the list, and gets no
 * privileges by executing a file. Returns 0 or -errno.
 */
int confine_system_calls(enum confine_action action);

#endif
