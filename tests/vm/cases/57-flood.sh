# kernels: one
# timeout: 600
#
# More than can be delivered: audited operations are lost and counted, to the last one; denials are not lost. Once
# because the daemon stands still and the ring is full, once because rsyslogd does.

AUDITED=3000
REFUSED=40

policy flood <<YAML
version: 1
policy: flood
mode: enforce
file:
  - {audit: read, path: /srv/audited}
  - {deny: read, path: /srv/refused}
YAML
printf '%s\n' 'merge_window: 0' 'ring_size: 256KiB' 'outputs:' \
	'  - {name: syslog, url: /dev/log, queue: 1MiB}' >/etc/policyd/policyd.yaml
setup cp /etc/hostname /srv/audited
setup cp /etc/hostname /srv/refused
# shellcheck disable=SC2119 # without options
start_policyd

delivered() {
	grep -c "kind=\"$1\".*path=\"/srv/$2\"" "$EVENT_LOG"
}

# lost KIND: what events of kind lost say.
lost() {
	grep 'kind="lost"' "$EVENT_LOG" | grep "lost_kind=\"$1\"" | sed -n 's/.* lost="\([0-9]*\)".*/\1/p' |
		awk '{ sum += $1 } END { print sum + 0 }'
}

all_told() {
	[ $(($(delivered audited audited) + $(lost audited))) -ge "$1" ] && [ "$(delivered denied refused)" -ge "$2" ]
}

# told WHAT ROUND: everything that was done so far is in the log or in its losses.
told() {
	within 80 all_told $((AUDITED * $2)) $((REFUSED * $2))
	echo "$1: audited $((AUDITED * $2)) delivered $(delivered audited audited) lost $(lost audited);" \
		"denied $((REFUSED * $2)) delivered $(delivered denied refused) lost $(lost denied)"
	check "$1: delivered and lost are what was audited" \
		test $(($(delivered audited audited) + $(lost audited))) = $((AUDITED * $2))
	check "$1: some were lost" test "$(lost audited)" -gt "$3"
	check "$1: and some delivered" test "$(delivered audited audited)" -gt "$4"
	check "$1: every denial was delivered" test "$(delivered denied refused)" = $((REFUSED * $2))
	check "$1: no denial was lost" test "$(lost denied)" = 0
}

setup kill -STOP "$POLICYD_PID"
flood /srv/audited $AUDITED
flood /srv/refused $REFUSED
setup kill -CONT "$POLICYD_PID"
told 'the daemon stood still' 1 0 0
first_lost=$(lost audited)
first_delivered=$(delivered audited audited)

setup kill -STOP "$(cat /run/rsyslogd.pid)"
flood /srv/audited $AUDITED
flood /srv/refused $REFUSED
sleep 2
setup kill -CONT "$(cat /run/rsyslogd.pid)"
told 'rsyslogd stood still' 2 "$first_lost" "$first_delivered"

# Nothing to do: the canary and the look for idle counts are each due once in ten seconds, and nothing else is. A timer
# of a second would show as 12.
switches() {
	sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "/proc/$POLICYD_PID/status"
}

sleep 3
before=$(switches)
sleep 12
woken=$(($(switches) - before))
echo "idle: woken $woken times in 12 seconds"
check 'an idle daemon sleeps' test "$woken" -lt 10
check 'and its canary does not' test "$woken" -gt 0

# A rule about what a delivered event makes somebody else do: a loop, that merging holds to a few events a second.
policy loop <<'YAML'
version: 1
policy: loop
file:
  - {audit: [read, write], path: "/var/log/**"}
network:
  - {audit: connect, unix: [/dev/log, /run/systemd/journal/dev-log]}
YAML
rm /etc/policyd/policyd.yaml
stop_policyd
# shellcheck disable=SC2119 # without options
start_policyd
syslog_stop
syslog_start
sleep 2
before=$(grep -c 'policy="loop"' "$EVENT_LOG")
sleep 8
looped=$(($(grep -c 'policy="loop"' "$EVENT_LOG") - before))
echo "loop: $before events at first, then $looped in 8 seconds"
check 'no storm' test "$looped" -le 80
check 'the loop was seen' test $((before + looped)) -gt 0
check 'policyd answers' policyctl status
