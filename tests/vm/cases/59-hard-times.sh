# kernels: one
# boot: own
# timeout: 900
#
# What goes on around policyd: it is frozen, the clock jumps, process ids come back, no more processes can be started,
# its start is interrupted or finds no memory. Each refusal has a neighbour that stays allowed.

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
setup cp /etc/hostname '/srv/%n%s%x'
setup cp /usr/bin/probe /srv/marked
policy one <<'END'
version: 1
policy: one
mode: enforce
file:
  - {deny: read, path: "/srv/{a,%*}"}
---
version: 1
policy: marked
mode: enforce
subject: {exe: /srv/marked}
file:
  - {deny: read, path: /srv/b}
END

verdicts() {
	denied probe open-read /srv/a
	allowed probe open-read /srv/b
	denied /srv/marked open-read /srv/b
}

# Killed while it starts, later each time, until that is too late: all of it is in force afterwards, or none.
tenths=4
while :; do
	policyd >>/run/vm/policyd.out 2>&1 &
	pid=$!
	usleep $((tenths * 100000))
	kill -KILL $pid
	wait $pid
	allowed probe open-read /srv/b
	probe open-read /srv/a || break
	allowed /srv/marked open-read /srv/b
	tenths=$((tenths * 2))
	[ "$tenths" -lt 800 ] || fail 'policyd does not start'
done
echo "killed after $tenths tenths of a second: all is enforced"
check 'some came in time' test "$tenths" -gt 4
verdicts
start_policyd
verdicts
check 'unload' policyctl stop --unload
wait "$POLICYD_PID"
allowed probe open-read /srv/a

# Without memory for its programs.
setup sh -c 'echo +memory >/sys/fs/cgroup/cgroup.subtree_control'
setup mkdir /sys/fs/cgroup/small
setup sh -c 'echo 12M >/sys/fs/cgroup/small/memory.max'
sh -c 'echo $$ >/sys/fs/cgroup/small/cgroup.procs && exec timeout 100 policyd' >/tmp/said 2>&1
check_not 'it ends with an error' test "$?" = 0
cat /tmp/said
check_not 'and does not claim anything' grep -q 'started' /tmp/said
allowed probe open-read /srv/a
allowed /srv/marked open-read /srv/b
start_policyd
verdicts

# A name that would be a format.
denied probe open-read '/srv/%n%s%x'
event_has 'kind="denied"' 'path="/srv/%n%s%x"'

# Frozen: nobody answers, enforcement goes on, and what happened is told afterwards.
setup mkdir /sys/fs/cgroup/frozen
setup sh -c "echo $POLICYD_PID >/sys/fs/cgroup/frozen/cgroup.procs"
setup sh -c 'echo 1 >/sys/fs/cgroup/frozen/cgroup.freeze'
check 'it is frozen' within 50 grep -q 'frozen 1' /sys/fs/cgroup/frozen/cgroup.events
check_not 'nobody answers' timeout 2 policyctl status
: >$EVENT_LOG
verdicts
no_event 'path="/srv/a"'
setup sh -c 'echo 0 >/sys/fs/cgroup/frozen/cgroup.freeze'
event_has 'kind="denied"' 'path="/srv/a"'
event_has 'kind="denied"' 'path="/srv/b"' 'policy="marked"'
check 'it answers again' policyctl status

# The clock jumps: events carry both clocks, and nothing waits for the old time to come back.
now=$(date +%s)
before=$(sd_field "$(event_line 'path="/srv/a"' | tail -n 1)" boottime)
for year in 2001 2037; do
	setup date -s "$year-01-02 03:04:05"
	: >$EVENT_LOG
	denied probe open-read /srv/a
	event_has 'path="/srv/a"' "time=\"$year-"
	after=$(sd_field "$(event_line 'path="/srv/a"' | tail -n 1)" boottime)
	check "$year: the other clock goes on" awk "BEGIN { exit !($after > $before && $after < $before + 300) }"
	before=$after
done
setup date -s "@$now"
deny_read two /srv/b | policy two
wait_live
denied probe open-read /srv/b
remove_policy two
wait_live
allowed probe open-read /srv/b

# Process ids come back: nobody inherits what another one was.
most=$(cat /proc/sys/kernel/pid_max)
setup sh -c 'echo 400 >/proc/sys/kernel/pid_max'
wrong=0
plain() {
	probe open-read /srv/b >/dev/null &
	echo "$! probe" >>/tmp/pids
	wait $! || wrong=$((wrong + 1))
}
marked() {
	/srv/marked open-read /srv/b >/dev/null &
	echo "$! marked" >>/tmp/pids
	wait $!
	[ "$?" = 1 ] || wrong=$((wrong + 1))
}
# Where a lap over the free ids is a whole number of turns, only the other order in the second half gives an id to both.
for i in $(seq 300); do
	[ $((i % 7)) -ne 0 ] || (exit 0) # one more, or each would get the same ids again
	if [ "$i" -le 150 ]; then plain; marked; else marked; plain; fi
done
both=$(sort -u /tmp/pids | cut -d' ' -f1 | uniq -d | wc -l)
echo "$both process ids were both, $wrong wrong verdicts"
check 'ids were given to both programs' test "$both" -gt 20
check 'nobody had another one'"'"'s verdict' test "$wrong" = 0

# No more processes can be started: a shell makes them until it fails. Some end, for the probes.
setup sh -c 'echo 1500 >/proc/sys/kernel/pid_max'
(while :; do
	sleep 600 &
	echo $! >>/tmp/sleepers
done) 2>/dev/null
count=0
while read -r pid; do
	count=$((count + 1))
	[ "$count" -gt 30 ] || kill "$pid"
done </tmp/sleepers
check "$count processes were the last ones" test "$count" -gt 900
usleep 500000
verdicts
check 'policyd answers' policyctl status
setup sh -c "echo $most >/proc/sys/kernel/pid_max"
