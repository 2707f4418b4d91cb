/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon gives up once it has started, and its helpers from their start (tokenizer.h): privileges
 * that they do not need, and all system calls but those that their work takes.
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

/* Who gives up. */
enum confine_role {
	CONFINE_DAEMON,
	CONFINE_HELPER, /* starts readers */
	CONFINE_READER, /* reads a text and writes tokens */
	CONFINE_ROLE_COUNT,
};

/*
 * Gives up, for good, all capabilities but those that the role uses: helpers use none. Returns 0 or -errno.
 */
int confine_capabilities(enum confine_role role);

/*
 * From now on this thread, and what it starts, makes no system call but those of the role's list, and gets no
 * privileges by executing a file. Returns 0 or -errno.
 */
int confine_system_calls(enum confine_role role, enum confine_action action);

#endif
