/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Network interfaces as they come and go, told by the kernel (rtnetlink).
 */
#ifndef POLICYD_INTERFACES_H
#define POLICYD_INTERFACES_H

#include <stdbool.h>
#include <systemd/sd-event.h>

struct interfaces;

/* An interface that is there (also told again, and when it got another name), or that is gone. */
typedef void interfaces_fn(void *data, unsigned int number, const char *name, bool gone);

/*
 * Begins with all that are there; later ones, and those of which the kernel's message was lost, are told from
 * the event loop. Returns 0 or -errno.
 */
int interfaces_new(sd_event *loop, interfaces_fn *tell, void *data, struct interfaces **ret_interfaces);

/* Takes NULL. */
void interfaces_free(struct interfaces *interfaces);

#endif
