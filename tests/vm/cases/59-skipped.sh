# kernels: one
# append: preempt=full
# smp: 1
# timeout: 300
#
# Where a tracing program is preempted and another process does the same, the kernel skips it: what was not looked at is
# counted and told, to the last call. Refusing never depends on such a program.

calls=2400
printf '%s\n' 'merge_window: 0' >/etc/policyd/policyd.yaml
setup cp /usr/bin/probe /srv/adjuster
policy skipped <<'END'
version: 1
policy: skipped
subject: {exe: /srv/adjuster}
kernel:
  - {audit: settime, name: seen}
END
start_policyd

# told: the events of the calls.
told() {
	grep 'kind="audited"' "$EVENT_LOG" | grep 'reason="no-hook"' | grep -c 'rule="seen"'
}
# lost CAUSE: how many are said not to have been told.
lost() {
	grep 'kind="lost"' "$EVENT_LOG" | grep 'lost_kind="audited"' | grep "cause=\"$1\"" |
		sed -n 's/.* lost="\([0-9]*\)".*/\1/p' | awk '{ sum += $1 } END { print sum + 0 }'
}
all_told() {
	[ $(($(told) + $(lost skipped) + $(lost ring))) -ge $calls ]
}

setup /srv/adjuster adjust-storm 6 $((calls / 6))
check 'all are told' within 200 all_told
check "$calls calls: $(told) told, $(lost skipped) skipped, $(lost ring) without room" \
	test $(($(told) + $(lost skipped) + $(lost ring))) = $calls
check 'some were skipped' test "$(lost skipped)" -gt 0
skipped() {
	policyctl status --json | sed -n 's/.*"skipped_audits": *\([0-9]*\).*/\1/p'
}
before=$(skipped)
check 'status counts them' test "$before" = "$(lost skipped)"

# The next daemon tells none of them again.
setup policyctl stop
wait "$POLICYD_PID"
start_policyd
setup /srv/adjuster adjust
check 'one more was told' within 100 sh -c "[ \$(grep -c 'syscall=\"adjtimex\"' $EVENT_LOG) -gt 0 ]"
check 'and nothing twice' test "$(lost skipped)" = "$before"
