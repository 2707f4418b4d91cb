# timeout: 600
# parallel: yes
#
# Enforcement outlives the daemon; the next one takes over; unloading leaves nothing.

deny_these() {
	deny_read life "[/srv/always, /srv/$1]"
}

setup cp /etc/hostname /srv/always
setup cp /etc/hostname /srv/one
setup cp /etc/hostname /srv/two
setup cp /etc/hostname /srv/free
deny_these one | policy life
start_policyd
denied probe open-read /srv/one
allowed probe open-read /srv/free

# Killed: the kernel goes on, and what it saw is told later.
setup kill -KILL "$POLICYD_PID"
wait "$POLICYD_PID" 2>/dev/null
check_not 'nobody answers' policyctl status
denied probe open-read /srv/always
allowed probe open-read /srv/two
no_event 'path="/srv/always"'
start_policyd
check 'the pins were adopted' sh -c 'policyctl status --json | grep -q "\"adopted\": *true"'
event_has 'health' 'action="adopted"'
event_has 'path="/srv/always"' 'operation="read"' 'exe="/usr/bin/probe"'
denied probe open-read /srv/one
event_has 'path="/srv/one"' 'policy="life"' 'line="5"'

# Changed while nobody looked.
stop_policyd
check 'it ends well' test "$POLICYD_STATUS" = 0
denied probe open-read /srv/one
deny_these two | policy life
start_policyd
denied probe open-read /srv/two
allowed probe open-read /srv/one
allowed probe open-read /srv/free

# Policies that replace each other: what both deny is denied all the time, and what none denies allowed.
deny_these one >/tmp/one
deny_these two >/tmp/two
processors all
probe race-always /srv/one /srv/always /srv/free /tmp/end &
racer=$!
probe race-always /srv/two /srv/always /srv/free /tmp/end &
racer2=$!
generation() {
	policyctl status --json | sed -n 's/.*"generation": *\([0-9]*\).*/\1/p'
}

# Until enough came into force, however slow the machine is; the case has its time limit. scripts/soak publishes 10,000
# without the files (tests/bench/switch.sh).
before=$(generation)
after=$before
while [ $((after - before)) -lt 50 ]; do
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		policy life </tmp/one
		usleep 50000
		policy life </tmp/two
		usleep 50000
	done
	after=$(generation)
done
wait_live
processors one
touch /tmp/end
wait "$racer"
check 'no wrong verdict for one' test "$?" = 0
wait "$racer2"
check 'no wrong verdict for the other' test "$?" = 0
echo "generations $before to $after"
denied probe open-read /srv/two
allowed probe open-read /srv/one

# Unloaded.
check 'unload' policyctl stop --unload
wait "$POLICYD_PID"
check 'it ends well' test "$?" = 0
check_not 'no pins' test -e /sys/fs/bpf/policyd
check_not 'no programs' sh -c 'bpftool prog list | grep -w lsm'
allowed probe open-read /srv/always
allowed probe open-read /srv/two
