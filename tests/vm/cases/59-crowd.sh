# kernels: one
# boot: own
# memory: 8G
# timeout: 1200
#
# A hundred thousand threads: each has its verdicts, policyd stays what it is, and their memory comes back.

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
setup cp /etc/hostname /srv/c
setup cp /usr/bin/bash /srv/parent
setup sh -c 'echo 4194304 >/proc/sys/kernel/pid_max'
setup sh -c 'echo 300000 >/proc/sys/kernel/threads-max'
policy one <<'END'
version: 1
policy: one
mode: enforce
file:
  - {deny: read, path: /srv/a}
---
version: 1
policy: family
mode: enforce
subject: {ancestor: /srv/parent}
file:
  - {deny: read, path: /srv/b}
END
start_policyd

available() {
	awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo
}

resident() {
	awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$POLICYD_PID/status"
}

before=$(available)
check 'a hundred thousand threads, each with its verdicts' probe crowd 100000 /srv/a /srv/b
event_has 'kind="denied"' 'path="/srv/a"' 'policy="one"'
check 'ten thousand, of whom counts what they came from' /srv/parent -c 'probe crowd 10000 /srv/b /srv/c; exit $?'
denied probe open-read /srv/a
allowed probe open-read /srv/b
check 'policyd is well' policyctl status
echo "policyd has $(resident) MiB"
check 'and has not grown' test "$(resident)" -lt 64
came_back() {
	echo "available: $before MiB before, $(available) MiB now"
	test "$(available)" -gt $((before - 300))
}
check 'what they had is free again' within 600 came_back
