/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an event may say: one list of fields, from which the struct (event.h), the table that formats walk,
 * and the numbers of fields and of texts that can be cut are made.
 */
#ifndef POLICYD_EVENT_FIELD_H
#define POLICYD_EVENT_FIELD_H

/* How a field is stored and written. All but TEXT, NAME, TAGS and ARGV are numbers. */
enum event_type {
	EVENT_TYPE_NUMBER,   /* decimal */
	EVENT_TYPE_ID,	     /* decimal, a string in JSON: may pass 2^53 */
	EVENT_TYPE_TIME,     /* ns since 1970, written as RFC 3339 in UTC with nine decimals */
	EVENT_TYPE_DURATION, /* ns, written as seconds with nine decimals */
	EVENT_TYPE_KIND,     /* enum event_kind */
	EVENT_TYPE_SEVERITY, /* enum event_severity */
	EVENT_TYPE_ERRNO,    /* positive errno, written as EPERM */
	EVENT_TYPE_DEVICE,   /* kernel encoding, written as MAJOR:MINOR */
	EVENT_TYPE_MODE,     /* st_mode, written in octal */
	EVENT_TYPE_CUT,	     /* bits by enum event_cut, written as names joined by ',' */
	/* From here on texts. */
	EVENT_TYPE_TEXT, /* may come from a process */
	EVENT_TYPE_NAME, /* from a policy's author, who names rules file[2]: `]` needs no escape */
	EVENT_TYPE_TAGS, /* texts joined by ',' */
	EVENT_TYPE_ARGV, /* texts joined by NUL */
};

/* X(member, "name", TYPE); at most 64 texts. */
#define EVENT_FIELDS(X)                                                                                      \
	X(time, "time", TIME) /* CLOCK_REALTIME */                                                           \
	X(boottime, "boottime", DURATION)                                                                    \
	X(host, "host", TEXT)                                                                                \
	X(boot_id, "boot_id", TEXT)                                                                          \
	X(sequence, "sequence", NUMBER)                                                                      \
	X(kind, "kind", KIND)                                                                                \
	X(severity, "severity", SEVERITY)                                                                    \
	X(generation, "generation", NUMBER)                                                                  \
	X(policy, "policy", NAME)                                                                            \
	X(rule, "rule", NAME)                                                                                \
	X(file, "file", NAME)                                                                                \
	X(line, "line", NUMBER)                                                                              \
	X(message, "message", NAME)                                                                          \
	X(tags, "tags", TAGS)                                                                                \
	X(mode, "mode", TEXT)	      /* of the policy: enforce, audit */                                    \
	X(degraded, "degraded", TEXT) /* without BPF LSM: "cgroup" or "tracepoint" told, see decode.h */     \
	X(section, "section", TEXT)                                                                          \
	X(operation, "operation", TEXT)                                                                      \
	X(error, "errno", ERRNO)                                                                             \
	X(pid, "pid", NUMBER)                                                                                \
	X(tid, "tid", NUMBER)                                                                                \
	X(start_time, "start_time", DURATION) /* of the process, since boot */                               \
	X(ppid, "ppid", NUMBER)                                                                              \
	X(uid, "uid", NUMBER)                                                                                \
	X(gid, "gid", NUMBER)                                                                                \
	X(euid, "euid", NUMBER)                                                                              \
	X(login_uid, "login_uid", NUMBER)                                                                    \
	X(session, "session", NUMBER)                                                                        \
	X(user, "user", TEXT) /* name of uid, where the caller knows it */                                   \
	X(exe, "exe", TEXT)                                                                                  \
	X(script, "script", TEXT)                                                                            \
	X(comm, "comm", TEXT)                                                                                \
	X(cgroup, "cgroup", TEXT)                                                                            \
	X(cgroup_id, "cgroup_id", ID)                                                                        \
	X(pid_namespace, "pid_namespace", NUMBER)                                                            \
	X(mount_namespace, "mount_namespace", NUMBER)                                                        \
	X(parent_exe, "parent_exe", TEXT)                                                                    \
	X(argv, "argv", ARGV)                                                                                \
	X(path, "path", TEXT)                                                                                \
	X(path2, "path2", TEXT)	      /* of rename and link */                                               \
	X(sha256, "sha256", TEXT)     /* of what is executed, where a rule asked for it */                   \
	X(new_argv, "new_argv", ARGV) /* of exec run: what execve() was called with */                       \
	X(dev, "dev", DEVICE)                                                                                \
	X(inode, "inode", ID)                                                                                \
	X(file_mode, "file_mode", MODE)                                                                      \
	X(unlinked, "unlinked", NUMBER) /* 1: `path` was the last name of a file without one */              \
	X(family, "family", TEXT)                                                                            \
	X(socket_type, "socket_type", TEXT)                                                                  \
	X(protocol, "protocol", TEXT)                                                                        \
	X(local_address, "local_address", TEXT)                                                              \
	X(local_port, "local_port", NUMBER)                                                                  \
	X(remote_address, "remote_address", TEXT)                                                            \
	X(remote_port, "remote_port", NUMBER)                                                                \
	X(unix_name, "unix_name", TEXT) /* path, or @NAME of an abstract socket */                           \
	X(syscall, "syscall", TEXT)                                                                          \
	X(syscall_number, "syscall_number", NUMBER)                                                          \
	X(architecture, "architecture", TEXT)                                                                \
	X(target_pid, "target_pid", NUMBER)                                                                  \
	X(target_exe, "target_exe", TEXT)                                                                    \
	X(reason, "reason", TEXT) /* why a name could not be established */                                  \
	X(action, "action", TEXT) /* of policy, health, tamper: published, started, ... */                   \
	X(detail, "detail", TEXT)                                                                            \
	X(lost, "lost", NUMBER)		    /* of kind lost: how many, */                                    \
	X(lost_kind, "lost_kind", TEXT)	    /* of which kind, */                                             \
	X(cause, "cause", TEXT)		    /* and where: "CAUSE" or "CAUSE:OUTPUT" */                       \
	X(suppressed, "suppressed", NUMBER) /* stands for that many equal events, not for one */             \
	X(cut, "truncated", CUT)

enum event_field {
#define X(member, name, type) EVENT_FIELD_##member,
	EVENT_FIELDS(X)
#undef X
		EVENT_FIELD_COUNT
};

/* Only texts can be cut: EVENT_CUT_path and so on, the bit numbers of `cut`. */
#define EVENT_CUT_OF_NUMBER(member)
#define EVENT_CUT_OF_ID(member)
#define EVENT_CUT_OF_TIME(member)
#define EVENT_CUT_OF_DURATION(member)
#define EVENT_CUT_OF_KIND(member)
#define EVENT_CUT_OF_SEVERITY(member)
#define EVENT_CUT_OF_ERRNO(member)
#define EVENT_CUT_OF_DEVICE(member)
#define EVENT_CUT_OF_MODE(member)
#define EVENT_CUT_OF_CUT(member)
#define EVENT_CUT_OF_TEXT(member) EVENT_CUT_##member,
#define EVENT_CUT_OF_NAME(member) EVENT_CUT_##member,
#define EVENT_CUT_OF_TAGS(member) EVENT_CUT_##member,
#define EVENT_CUT_OF_ARGV(member) EVENT_CUT_##member,

enum event_cut {
#define X(member, name, type) EVENT_CUT_OF_##type(member)
	EVENT_FIELDS(X)
#undef X
		EVENT_CUT_COUNT
};

/* Whether a text of an event was cut, by its enum event_cut. */
#define EVENT_IS_CUT(event, field) ((event)->cut != EVENT_NONE && (event)->cut >> (field)&1)

#endif
