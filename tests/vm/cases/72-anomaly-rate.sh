# programs: kept
# timeout: 600
#
# Rates: what one program does beyond a limit is one event; its neighbour, and what stays within the limit, is none.

setup cp /usr/bin/bash /srv/watched
setup cp /usr/bin/bash /srv/plain
setup cp /usr/bin/probe /srv/tool
setup ip link set lo up

policy rates <<'XX'
version: 1
policy: rates
severity: err
tags: [storm]
subject: {exe: /srv/watched}
anomaly:
  rate:
    - {count: exec, over: 10m, limit: 5, name: programs, message: this service starts few programs}
    - {count: fork, over: 10m, limit: 20, tags: [fork]}
    - {count: connect, over: 10m, limit: 3}
    - {count: open-failed, over: 10m, limit: 60}
    - {count: exec, over: 10m, limit: 1000}
---
version: 1
policy: tool
subject: {exe: /srv/tool}
anomaly:
  rate:
    - {count: open-failed, over: 10m, limit: 2}
    - {count: connect, over: 9m, limit: 1}
XX
start_policyd

loop() { # PROGRAM HOW-MANY COMMAND
	"$1" -c "for ((i = 1; i <= $2; i++)); do $3; done" 2>/dev/null
	return 0
}

# The neighbour, and what is just within the limits.
export LC_ALL=C # no locales are looked for
loop /srv/plain 90 ': </srv/none$i; : >/dev/udp/127.0.0.1/9'
loop /srv/plain 9 '/bin/true; (:); (:)'
loop /srv/watched 5 /bin/true
loop /srv/watched 3 ': >/dev/udp/127.0.0.1/9'
loop /srv/watched 30 ': </srv/none$i'
loop /srv/watched 90 ': </etc/hostname'
no_event 'kind="anomaly"'

# One more each, and many more after that.
loop /srv/watched 1 '/bin/true; :'
event_has 'kind="anomaly"' 'severity="error"' 'section="anomaly"' 'operation="exec"' 'policy="rates"' 'rule="programs"' \
	'line="8"' 'exe="/srv/watched"' 'path="[^"]*bin/(true|busybox)"' 'suppressed="6"' 'tags="storm"' \
	'detail="6 in 10m, limit 5; first [0-9]+[.][0-9]{3}s before by watched .pid' 'message="this service starts few programs"'
loop /srv/watched 1 ': >/dev/udp/127.0.0.1/9'
event_has 'operation="connect"' 'rule="rate\[2' 'line="10"' 'remote_address="127.0.0.1"' 'remote_port="9"' \
	'suppressed="4"'
loop /srv/watched 60 ': </srv/again$i'
event_has 'operation="open-failed"' 'path="/srv/again[0-9]+"' 'errno="ENOENT"' 'suppressed="61"' 'line="11"'
loop /srv/watched 20 '(:)'
event_has 'operation="fork"' 'target_pid="[0-9]+"' 'suppressed="21"' 'tags="storm,fork"'

loop /srv/watched 90 ': </srv/none$i; : >/dev/udp/127.0.0.1/9'
loop /srv/watched 9 '/bin/true; (:)'
for what in exec fork connect open-failed; do
	check "one event of $what in the time" test "$(event_line 'kind="anomaly"' "operation=\"$what\"" | wc -l)" = 1
done
no_event 'kind="anomaly"' 'exe="/srv/plain"'

# Through io_uring, and messages with an address.
for i in 1 2 3 4 5 6; do /srv/tool uring-open "/srv/no-$i" >/dev/null; done
event_has 'policy="tool"' 'operation="open-failed"' 'path="/srv/no-[0-9]"'
for i in 1 2; do /srv/tool sendto-udp 127.0.0.1 7 >/dev/null; done
event_has 'policy="tool"' 'operation="connect"' 'suppressed="2"' 'remote_address="127.0.0.1"' 'remote_port="7"'

# A count goes on over a reload, and one per process begins anew with each.
policy rates <<'XX'
version: 1
policy: rates
subject: {exe: /srv/watched}
anomaly:
  rate:
    - {count: open-failed, over: 10m, limit: 60}
    - {count: open-failed, over: 9m, limit: 60, per: process, name: each}
    - {count: open-failed, over: 4s, limit: 60, name: short}
XX
wait_live
loop /srv/watched 30 ': </srv/none$i'
sleep 6
loop /srv/watched 30 ': </srv/none$i'
no_event 'rule="each"'
no_event 'rule="short"'
loop /srv/watched 61 ': </srv/none$i'
event_has 'rule="each"' 'suppressed="61"'
event_has 'rule="short"'
check 'the count was not begun anew by the reload' \
	test "$(event_line 'kind="anomaly"' 'operation="open-failed"' 'line="6"' | wc -l)" = 0
