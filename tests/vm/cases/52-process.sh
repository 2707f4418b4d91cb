# programs: kept
# timeout: 900
#
# Capabilities, what processes do to each other, and bpf(): refused to one program of root, permitted to its
# neighbour, and the same done to a neighbour.

START_WAIT=600

setup mkdir -p /srv
for name in plain trusted watched strict target other; do
	setup cp /usr/bin/probe "/srv/$name"
done

policy capability <<'XX'
version: 1
policy: capability
mode: enforce
subject: {exe: /srv/plain}
capability:
  - deny: [sys_admin, syslog]
    name: admin
  - deny: sys_chroot
    name: chroot
  - deny: net_raw
    quiet: true
process:
  - deny: ptrace
    target: {exe: /srv/target}
    name: trace
  - deny: signal
    signal: [TERM, KILL, CONT, 34]
    target: {exe: /srv/target}
    name: signals
  - deny: signal
    signal: USR1
    target: {user: alice, except: {exe: /srv/other}}
    errno: EACCES
    name: of-alice
kernel:
  - deny: bpf
    name: programs
---
version: 1
policy: strict
mode: enforce
subject: {exe: /srv/strict}
kernel:
  - deny: ptrace-any
    name: any
---
version: 1
policy: watch
subject: {exe: /srv/watched}
capability:
  - deny: sys_nice
    name: would
  - audit: sys_chroot
    name: seen
process:
  - deny: [ptrace, signal]
    name: deeds
XX
start_policyd

# sys_admin is asked for in advance by every mmap: refused too, and no event.
allowed /srv/plain use-nice
event_has 'action="published"'
no_event 'operation="sys_admin"'

denied /srv/plain use-admin
denied /srv/plain use-syslog
denied /srv/plain use-chroot
denied /srv/plain use-raw
# A user namespace of one's own is no way round.
denied /srv/plain use-admin-inside

for what in use-admin use-syslog use-chroot use-raw use-nice use-admin-inside bpf; do
	allowed /srv/trusted "$what"
done

denied /srv/plain bpf

# A policy in audit mode refuses nothing.
allowed /srv/watched use-nice
allowed /srv/watched use-chroot

event_has 'kind="denied"' 'policy="capability"' 'rule="admin"' 'section="capability"' 'operation="sys_admin"' 'exe="/srv/plain"'
event_has 'kind="denied"' 'rule="admin"' 'operation="syslog"' 'exe="/srv/plain"'
event_has 'kind="denied"' 'rule="chroot"' 'operation="sys_chroot"' 'errno="EPERM"'
event_has 'kind="denied"' 'rule="programs"' 'section="kernel"' 'operation="bpf"'
event_has 'kind="would-deny"' 'policy="watch"' 'rule="would"' 'operation="sys_nice"' 'exe="/srv/watched"'
event_has 'kind="audited"' 'policy="watch"' 'rule="seen"' 'operation="sys_chroot"'
no_event 'operation="net_raw"'
no_event 'section="capability"' 'exe="/srv/trusted"'

# Processes.
/srv/target stay-deaf &
target=$!
/srv/other stay-deaf &
other=$!
/srv/target as-user 1000 stay-deaf &
alice=$!
usleep 500000

denied /srv/plain --errno EACCES memory-open "$target"
allowed /srv/plain memory-open "$other"
allowed /srv/trusted memory-open "$target"
for what in trace memory-read memory-write pidfd-getfd kcmp; do
	denied /srv/plain "$what" "$target"
	allowed /srv/plain "$what" "$other"
	allowed /srv/trusted "$what" "$target"
done
# What ps reads is not tracing.
allowed /srv/plain stat-open "$target"
allowed /srv/plain environ-open "$target"
allowed /srv/plain maps-open "$target"

# A child that asks to be traced: its parent is the one who traces.
denied /srv/plain child /srv/target trace-me
allowed /srv/plain child /srv/other trace-me
allowed /srv/trusted child /srv/target trace-me

for what in signal signal-thread signal-queue signal-pidfd; do
	denied /srv/plain "$what" 18 "$target"
	allowed /srv/plain "$what" 10 "$target"
	allowed /srv/plain "$what" 18 "$other"
	allowed /srv/trusted "$what" 18 "$target"
done
denied /srv/plain signal 34 "$target"
# Signal 0 asks, and a process may do to itself what it likes.
allowed /srv/plain signal 0 "$target"
allowed /srv/plain signal-self 18
denied /srv/plain --errno EACCES signal 10 "$alice"
allowed /srv/trusted signal 10 "$alice"

denied /srv/strict trace "$other"
denied /srv/strict child /srv/other trace-me
allowed /srv/strict signal 18 "$other"

allowed /srv/watched trace "$target"
allowed /srv/watched signal 10 "$target"

# The kernel's own signals and other programs: the process ends.
denied /srv/plain signal 9 "$target"
check 'the target lives' test -d "/proc/$target"
allowed /srv/trusted signal 9 "$target"
allowed /srv/plain signal 9 "$other"

event_has 'kind="denied"' 'policy="capability"' 'rule="trace"' 'section="process"' 'operation="ptrace"' 'exe="/srv/plain"' 'target_exe="/srv/target"' "target_pid=\"$target\""
event_has 'kind="denied"' 'rule="signals"' 'operation="signal"' 'target_exe="/srv/target"' 'detail="KILL"'
event_has 'kind="denied"' 'rule="signals"' 'detail="34"'
event_has 'kind="denied"' 'rule="of-alice"' 'errno="EACCES"'
event_has 'kind="denied"' 'policy="strict"' 'rule="any"' 'section="kernel"' 'operation="ptrace-any"' 'target_exe="/srv/other"'
event_has 'kind="would-deny"' 'policy="watch"' 'rule="deeds"' 'operation="ptrace"' 'exe="/srv/watched"'
no_event 'section="process"' 'exe="/srv/trusted"'

# Rules about every process leave policyd itself at work, and protect it: even root cannot end it.
policy everybody <<'XX'
version: 1
policy: everybody
mode: enforce
subject: {except: {exe: /srv/trusted}}
capability:
  - deny: [bpf, sys_boot]
process:
  - deny: [ptrace, signal]
    target: {exe: "/**/policyd"}
    name: policyd
kernel:
  - deny: bpf
XX
wait_live
denied /srv/other bpf
denied /srv/other signal 9 "$POLICYD_PID"
denied /srv/other trace "$POLICYD_PID"
allowed /srv/other signal 0 "$POLICYD_PID"
allowed /srv/trusted signal 18 "$POLICYD_PID"
allowed /srv/other signal 10 "$alice"
remove_policy everybody
wait_live
allowed /srv/other bpf
