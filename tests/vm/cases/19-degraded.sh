# lsm: capability,landlock
# timeout: 600
#
# Without bpf in the lsm= line, for policies that accept that: the internet is enforced, opened files and executed
# programs are seen, and nothing more is claimed. A policy that does not accept it keeps being refused.

# start_degraded: like start_policyd, which wants a good status; it is in STATUS, and its text in /tmp/status.
start_degraded() {
	policyd --seccomp kill >>/run/vm/policyd.out 2>&1 &
	POLICYD_PID=$!
	within 600 answers || fail 'policyd has not started'
	policyctl status --wait "${START_WAIT}s" >/tmp/status
	STATUS=$?
}

# answers: or policyd has ended.
answers() {
	kill -0 "$POLICYD_PID" || fail 'policyd has ended'
	policyctl status >/run/vm/status 2>&1
	test $? != 2
}

deny_read one /srv/a | policy one
setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
setup mkdir /srv/d
setup cp /usr/bin/probe /srv/tool
setup cp /usr/bin/probe /srv/other
setup cp /usr/bin/probe /srv/client
setup cp /usr/bin/probe /srv/creator
check_not 'bpf is no active LSM' grep -qw bpf /sys/kernel/security/lsm

timeout 200 policyd >/tmp/said 2>&1
check 'a policy that does not accept it: an error' test "$?" = 1
cat /tmp/said
check 'with its place' grep -q "one.yaml:2:9: error: .*does not say 'degraded: audit'" /tmp/said
check 'and the remedy' grep -q 'lsm=.*bpf.* kernel command line' /tmp/said
check_not 'no claim' grep -qE 'started|published' /tmp/said "$EVENT_LOG"
check_not 'no pins' test -e /sys/fs/bpf/policyd

policy one <<'END'
version: 1
policy: one
mode: enforce
degraded: audit
file:
  - deny: [read, create]
    path: [/srv/a, /srv/d/**]
  - deny: delete
    path: /srv/b
exec:
  - deny: run
    path: /srv/tool
network:
  - deny: connect
    to: [127.0.0.0/24, "::1"]
    port: 1000
  - deny: bind
    port: 3000
---
version: 1
policy: creator
mode: enforce
degraded: audit
subject: {exe: /srv/creator}
network:
  - deny: create
    family: inet
    protocol: tcp
---
version: 1
policy: client
mode: enforce
degraded: audit
subject: {exe: /srv/client}
network:
  - deny: connect
    port: 1100
exec:
  - deny: run
    path: /srv/other
END
start_degraded
check 'the status is not good' test "$STATUS" = 1
cat /tmp/status
check 'it is degraded' grep -q '^state  *degraded' /tmp/status
check 'no file is said to be enforced' grep -q '^  file  *only audited: read write append create  nothing is done: delete' /tmp/status
check 'the network is' grep -q '^  network  *enforced: create bind connect  nothing is done: listen accept' /tmp/status
check 'rules without effect are named' grep -q 'one.yaml:8:5: warning: .*no effect on: delete' /tmp/status
event_has 'health' 'action="degraded"'

for call in connect-tcp connect-udp sendto-udp sendmsg-udp; do
	denied probe "$call" 127.0.0.1 1000
	allowed probe "$call" 127.0.0.1 999
	denied probe "$call" ::1 1000
	allowed probe "$call" ::1 1001
	denied probe "$call" ::ffff:127.0.0.1 1000
	allowed probe "$call" ::ffff:127.0.1.1 1000
done
denied probe fastopen-tcp 127.0.0.1 1000
allowed probe fastopen-tcp 127.0.0.1 999
denied probe sendto-v6 127.0.0.1 1000
allowed probe sendto-v6 127.0.0.1 999
denied probe uring-connect 127.0.0.1 1000
allowed probe uring-connect 127.0.0.1 999
denied probe bind-tcp 127.0.0.1 3000
allowed probe bind-tcp 127.0.0.1 3001
denied probe bind-tcp ::1 3000
allowed probe bind-tcp ::1 3001
denied /srv/creator socket 2 1 6
allowed /srv/creator socket 2 2 17
allowed probe socket 2 1 6
# Whom a policy is about.
denied /srv/client connect-tcp 127.0.0.1 1100
allowed /srv/other connect-tcp 127.0.0.1 1100
event_has ' denied ' 'operation="connect"' 'remote_port="1000"' 'degraded="cgroup"' 'policy="one"' 'mode="enforce"'
event_has ' denied ' 'operation="connect"' 'remote_port="1100"' 'exe="/srv/client"' 'policy="client"'
no_event 'remote_port="999"'

# Seen, and not refused; names are the kernel's, however they were typed.
allowed probe open-read /srv/../srv/./a
allowed probe open-read /srv/b
allowed probe create /srv/d/new
allowed probe exec /srv/tool
allowed probe exec /srv/other
allowed /srv/client exec /srv/other
event_has ' would-deny ' 'operation="read"' 'path="/srv/a"' 'degraded="tracepoint"'
event_has ' would-deny ' 'operation="create"' 'path="/srv/d/new"' 'degraded="tracepoint"'
event_has ' would-deny ' 'operation="run"' 'path="/srv/tool"' 'degraded="tracepoint"'
event_has ' would-deny ' 'operation="run"' 'path="/srv/other"' 'policy="client"'
no_event 'path="/srv/b"'
check 'the other was seen once: of the client' test "$(grep -c 'path="/srv/other"' "$EVENT_LOG")" = 1

# What is pinned goes on without the daemon; the next one takes it over.
stop_policyd
denied probe connect-tcp 127.0.0.1 1000
allowed probe connect-tcp 127.0.0.1 999
start_degraded
event_has 'health' 'action="adopted"'
check 'the next one is degraded, too' grep -q '^state  *degraded' /tmp/status
denied probe connect-tcp 127.0.0.1 1000
setup policyctl stop --unload
wait "$POLICYD_PID"
POLICYD_PID=
check_not 'unloaded: no pins' test -e /sys/fs/bpf/policyd
allowed probe connect-tcp 127.0.0.1 1000
