# kernels: one
# timeout: 600
#
# Rates of refusals, and how many counts there can be at once: idle ones make room, more are told as lost.

setup cp /usr/bin/probe /srv/watched
setup cp /usr/bin/probe /srv/plain
setup cp /usr/bin/bash /srv/shell
setup mkdir /srv/neighbour
setup cp /usr/bin/busybox /srv/busybox
setup cp /usr/bin/busybox /srv/neighbour/busybox
setup cp /etc/hostname /srv/secret
setup cp /etc/hostname /srv/trial
setup cp /etc/hostname /srv/open

policy closed <<'XX'
version: 1
policy: closed
mode: enforce
file:
  - {deny: read, path: /srv/secret}
---
version: 1
policy: trial
file:
  - {deny: read, path: /srv/trial}
XX
policy rates <<'XX'
version: 1
policy: rates
subject: {exe: [/srv/watched, /srv/shell]}
anomaly:
  rate:
    - {count: denied, over: 10m, limit: 3, tags: [T1083], severity: crit}
    - {count: denied, over: 10m, limit: 1, per: process, name: own}
    - {count: fork, over: 3s, limit: 1000, per: process, name: forks}
XX
policy files <<'XX'
version: 1
policy: files
subject: {exe: /srv/busybox}
anomaly:
  rate:
    - {count: write, over: 10m, limit: 2}
    - {count: rename, over: 10m, limit: 2}
    - {count: delete, over: 10m, limit: 2}
XX
start_policyd

# The neighbour is refused as often as it likes; three refusals are within the limit.
for i in 1 2 3 4 5; do denied /srv/plain open-read /srv/secret; done
for i in 1 2 3; do denied /srv/watched open-read /srv/secret; done
for i in 1 2 3; do allowed /srv/watched open-read /srv/trial; done
for i in 1 2 3; do allowed /srv/watched open-read /srv/open; done
no_event 'kind="anomaly"'
denied /srv/watched open-read /srv/secret
event_has 'kind="anomaly"' 'severity="critical"' 'operation="denied"' 'policy="rates"' 'rule="rate\[0' 'line="6"' \
	'tags="T1083"' 'path="/srv/secret"' 'exe="/srv/watched"' 'errno="EPERM"' 'suppressed="4"' \
	'detail="4 in 10m, limit 3; first [0-9.]+s before by watched .pid'
for i in 1 2 3; do denied /srv/watched open-read /srv/secret; done
check 'one event in the time' test "$(event_line 'kind="anomaly"' 'policy="rates"' | wc -l)" = 1

# What one program does to files, and its neighbour as well.
files() { # BUSYBOX HOW-OFTEN
	i=0
	while [ "$i" -lt "$2" ]; do
		"$1" cp /srv/open "/srv/file-$i"
		"$1" mv "/srv/file-$i" "/srv/moved-$i"
		"$1" rm "/srv/moved-$i"
		i=$((i + 1))
	done
}
files /srv/neighbour/busybox 4
files /srv/busybox 2
no_event 'policy="files"'
files /srv/busybox 1
event_has 'policy="files"' 'operation="write"' 'path="/srv/file-0"' 'suppressed="3"'
event_has 'policy="files"' 'operation="rename"' 'path="/srv/file-0"' 'suppressed="3"'
event_has 'policy="files"' 'operation="delete"' 'path="/srv/moved-0"' 'suppressed="3"'

# Each process has its own count.
/srv/shell -c ': </srv/secret' 2>/dev/null
no_event 'rule="own"'
/srv/shell -c ': </srv/secret; : </srv/secret; : </srv/secret' 2>/dev/null
event_has 'rule="own"' 'suppressed="2"' 'exe="/srv/shell"'

# Counts of processes that are gone make room.
counts() {
	bpftool map dump pinned /sys/fs/bpf/policyd/map_counts | grep -c '"id"'
}
/srv/shell -c '(:); (:)'
check 'there are counts' test "$(counts)" -gt 1
before=$(counts)
sleep 16
check 'fewer after a while' test "$(counts)" -lt "$before"

# No more than there is room for: the rest is told. These hold the room, since they seem to be of the future.
awk 'BEGIN {
	for (i = 0; i < 344; i++) value = value (i >= 72 && i < 79 ? " ff" : " 00")
	for (i = 0; i < 16384; i++)
		printf "map update pinned /sys/fs/bpf/policyd/map_counts key hex %02x %02x 00 00 00 00 00 00 " \
			"01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 value hex%s\n", i % 256, int(i / 256), value
}' >/tmp/full
bpftool batch file /tmp/full >/dev/null 2>&1
/srv/shell -c '(:); (:); (:)'
sleep 13
event_has 'kind="lost"' 'lost="3"' 'lost_kind="anomaly"' 'cause="counts"'
check 'counted' sh -c 'policyctl status --json | grep -q "\"lost_counts\": *3"'
