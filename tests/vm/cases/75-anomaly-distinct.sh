# kernels: one
# programs: kept
# timeout: 600
#
# Rates of different ones: many destinations and many files are an event, the same ones again and again are not.

setup cp /usr/bin/bash /srv/watched
setup cp /usr/bin/bash /srv/plain
setup mkdir /srv/many
setup ip link set lo up
export LC_ALL=C

policy distinct <<'XX'
version: 1
policy: distinct
subject: {exe: /srv/watched}
anomaly:
  rate:
    - {count: connect, distinct: true, over: 10m, limit: 5, name: scan}
    - {count: write, distinct: true, over: 10m, limit: 5, per: process, name: rewrite}
    - {count: connect, distinct: true, over: 3s, limit: 5, name: short}
XX
start_policyd

loop() { # PROGRAM HOW-MANY COMMAND
	"$1" -c "for ((i = 1; i <= $2; i++)); do $3; done" 2>/dev/null
	return 0
}

# The same again and again, and as many as the limit says.
loop /srv/watched 20 ': >/dev/udp/127.0.0.1/9; : >/dev/udp/127.0.0.2/9'
loop /srv/watched 20 ': >>/srv/many/one; : >>/srv/many/two; : >>/srv/many/$((i % 3))'
loop /srv/watched 3 ': >/dev/udp/127.0.0.1/$((i + 20))'
loop /srv/plain 20 ': >/dev/udp/127.0.0.$i/9; : >>/srv/many/$i'
no_event 'kind="anomaly"'

# One more destination: a port of the same host. One more file, by one process.
loop /srv/watched 1 ': >/dev/udp/127.0.0.1/30'
event_has 'kind="anomaly"' 'operation="connect"' 'rule="scan"' 'line="6"' 'suppressed="6"' 'remote_port="30"' \
	'detail="6 different in 10m, limit 5; first '
loop /srv/watched 6 ': >>/srv/many/$i; : >>/srv/many/$i'
event_has 'operation="write"' 'rule="rewrite"' 'suppressed="6"' 'path="/srv/many/6"'
check_not 'nobody else' grep -q 'exe="/srv/plain"' /var/log/policyd.log

# What was counted before the time counts again, and makes room.
sleep 5
loop /srv/watched 6 ': >/dev/udp/127.0.0.$i/9'
event_has 'rule="short"' 'suppressed="6"' 'remote_address="127.0.0.6"'
seen() {
	bpftool map dump pinned /sys/fs/bpf/policyd/map_seen | grep -c '"object"'
}
before=$(seen)
check 'objects are kept' test "$before" -gt 6
sleep 16
check 'fewer after a while' test "$(seen)" -lt "$before"

# The kernel counts while policyd does not run. The next one has the same policies, so it can say which rate.
stop_policyd
loop /srv/watched 6 ': >/dev/udp/127.0.0.$((i + 60))/9'
start_policyd
event_has 'kind="anomaly"' 'operation="connect"' 'policy="distinct"' 'rule="short"' 'remote_address="127.0.0.6[2-6]"' \
	'suppressed="[6-9]"'
