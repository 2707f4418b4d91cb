# lsm: lockdown,bpf,capability,landlock,apparmor
# boot: own
# timeout: 600
#
# The kernel's lockdown, which can only be raised, and other security modules behind ours: the same verdicts while
# programs can be loaded, a sentence with the remedy where they cannot, and what is in force stays.

raise() {
	setup sh -c "echo $1 >/sys/kernel/security/lockdown"
}

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
setup cp /usr/bin/probe /srv/tool
check 'ours is not the last one' grep -q 'bpf.*apparmor' /sys/kernel/security/lsm
policy one <<'END'
version: 1
policy: one
mode: enforce
file:
  - {deny: read, path: /srv/a}
exec:
  - {deny: run, path: /srv/tool}
END

verdicts() {
	denied probe open-read /srv/a
	denied probe exec /srv/tool
	allowed probe open-read /srv/b
	allowed probe exec /usr/bin/probe
}

raise integrity
start_policyd
verdicts
check 'unload' policyctl stop --unload
wait "$POLICYD_PID"
allowed probe open-read /srv/a

# Raised while it runs. What is loaded goes on, and is taken over.
start_policyd
raise confidentiality
verdicts
deny_read one /srv/b | policy one
wait_live
denied probe open-read /srv/b
allowed probe open-read /srv/a
stop_policyd
denied probe open-read /srv/b
allowed probe open-read /srv/a
start_policyd
check 'what was loaded before was taken over' sh -c 'policyctl status --json | grep -q "\"adopted\": *true"'
denied probe open-read /srv/b
check 'unload' policyctl stop --unload
wait "$POLICYD_PID"

# From the start: nothing can be loaded, and nothing is claimed.
timeout 100 policyd >/tmp/said 2>&1
check 'policyd ends with an error' test "$?" = 1
cat /tmp/said
check 'it says why' grep -q 'lockdown' /tmp/said
check 'and the remedy' grep -q 'remedy: .*lockdown=integrity' /tmp/said
check_not 'and does not claim anything' grep -q 'started' /tmp/said
check_not 'no pins' test -e /sys/fs/bpf/policyd
allowed probe open-read /srv/b
