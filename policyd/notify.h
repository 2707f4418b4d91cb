/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What systemd is told about the daemon. Without systemd nothing happens.
 */
#ifndef POLICYD_NOTIFY_H
#define POLICYD_NOTIFY_H

/* Enforcement is in place; `status` is one line for `systemctl status`. Also ends a reload. */
void notify_ready(const char *status);

/* A reload begins; notify_ready ends it. The watchdog has its whole time for it. */
void notify_reloading(void);

/* What the watchdog waits for. */
void notify_alive(void);

void notify_stopping(void);

#endif
