# kernels: 7.3
# append: preempt=full
# smp: 1
# timeout: 300
#
# Who is preempted where its calls enter the kernel hides no calls of others there, also on kernels that run programs on
# the tracepoint with preemption on (7.3). To attach what is not preempted policyd opens an event, which a policy may
# refuse to everybody else.

calls=2400
printf '%s\n' 'merge_window: 0' >/etc/policyd/policyd.yaml
setup cp /usr/bin/probe /srv/adjuster
policy events <<'END'
version: 1
policy: events
mode: enforce
kernel:
  - {deny: perf, name: no-events}
END
start_policyd
denied /srv/adjuster perf
policy told <<'END'
version: 1
policy: told
subject: {exe: /srv/adjuster}
syscall:
  - {audit: clock_adjtime, name: seen}
END
check 'rules about calls come later' policyctl reload

# told: the events of the calls.
told() {
	grep 'kind="audited"' "$EVENT_LOG" | grep -c 'rule="seen"'
}
# told_is COUNT
told_is() {
	[ "$(told)" = "$1" ]
}

# policyd stands still meanwhile: while it works with maps and is preempted there the kernel skips calls of others (it is
# counted, see docs/events.md), and this is about those who only call.
setup kill -STOP "$POLICYD_PID"
setup /srv/adjuster adjust-storm 6 $((calls / 6)) # and one call before them
setup kill -CONT "$POLICYD_PID"
setup sleep 5
check 'all are told' within 200 told_is $((calls + 1))
check "$calls calls and one: $(told) told" told_is $((calls + 1))
check 'status counts none as skipped' sh -c '! policyctl status | grep skipped'
no_event 'kind="lost"'

# The next daemon takes the programs over; what follows is told as well.
setup policyctl stop
wait "$POLICYD_PID"
allowed /srv/adjuster adjust-read
start_policyd
check 'one more is told' within 100 told_is $((calls + 2))

# Without the event they can be hidden, and doctor says so; they are told where nobody does that.
check 'doctor is content' sh -c 'policyctl doctor | grep -q "^ok    calls"'
setup policyctl stop --unload
wait "$POLICYD_PID"
setup umount /sys/kernel/tracing
check 'doctor is not' sh -c 'policyctl doctor | grep -A1 "^warn  calls" | grep -q tracefs'
start_policyd
allowed /srv/adjuster adjust-read
check 'one more is told' within 100 told_is $((calls + 3))
