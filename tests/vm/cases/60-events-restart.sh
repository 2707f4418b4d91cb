# kernels: one
# What happens while no policyd runs is told by the next one as it was decided: with policy, rule and line of the set that
# decided, whatever the files say by then, and with the sequence going on.

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
setup cp /etc/hostname /srv/c

# set NAME FILE LINES: a policy whose rule about FILE stands so many lines further down.
set_of() {
	printf 'version: 1\npolicy: %s\nmode: enforce\n' "$1"
	yes '# a line' | head -n "$3"
	printf 'file:\n  - {name: %s-rule, deny: read, path: %s}\n' "$1" "$2"
}
begin() {
	policyd --seccomp kill >>/run/vm/policyd.out 2>&1 &
	POLICYD_PID=$!
}
killed() {
	setup kill -KILL "$POLICYD_PID"
	wait "$POLICYD_PID"
	POLICYD_PID=
}
# told_of FILE: how many denials about it are in the log, and no more than that.
told_of() {
	grep 'kind="denied"' "$EVENT_LOG" | grep -c "path=\"/srv/$1\""
}

set_of one /srv/a 0 | policy set
start_policyd
stop_policyd
denied probe open-read /srv/a
allowed probe open-read /srv/b
start_policyd
event_has 'kind="denied"' 'path="/srv/a"' 'generation="1"' 'policy="one"' 'rule="one-rule"' \
	'file="/etc/policyd/policy.d/set.yaml"' 'line="5"'

# Killed, and the same rule elsewhere when it comes back: the line is the old one. After that, the new one.
killed
denied probe open-read /srv/a
set_of one /srv/a 3 | policy set
start_policyd
event_has 'kind="denied"' 'path="/srv/a"' 'generation="2"' 'policy="one"' 'rule="one-rule"' 'line="5"'
denied probe open-read /srv/a
event_has 'kind="denied"' 'path="/srv/a"' 'generation="3"' 'policy="one"' 'rule="one-rule"' 'line="8"'

# Killed, and the set is another one: what it would have decided is not what did.
killed
denied probe open-read /srv/a
allowed probe open-read /srv/b
set_of two /srv/b 0 | policy set
start_policyd
event_has 'kind="denied"' 'path="/srv/a"' 'generation="3"' 'policy="one"' 'rule="one-rule"' 'line="8"'
denied probe open-read /srv/b
allowed probe open-read /srv/a
event_has 'kind="denied"' 'path="/srv/b"' 'generation="4"' 'policy="two"' 'rule="two-rule"' 'line="5"'

# The files cannot be used: what is in force is the old set, and its events are explained.
stop_policyd
printf 'version: 1\npolicy: two\nfile:\n  - {deny: raed, path: /srv/c}\n' | policy set
begin
wait_rejected
denied probe open-read /srv/b
allowed probe open-read /srv/c
event_has 'kind="denied"' 'path="/srv/b"' 'generation="4"' 'policy="two"' 'rule="two-rule"' 'line="5"' 'boottime='
check 'both are' within 50 sh -c "[ \$(grep 'generation=\"4\"' $EVENT_LOG | grep -c 'kind=\"denied\".*rule=\"two-rule\"') = 2 ]"

# Modes that were changed by hand are not in the files: such events have no policy, and say so.
set_of three /srv/c 0 | policy set
wait_live
check 'another mode' policyctl mode three audit
killed
allowed probe open-read /srv/c
start_policyd
denied probe open-read /srv/c
check 'nothing else is told of it' within 50 sh -c "grep 'path=\"/srv/c\"' $EVENT_LOG |
	grep -v 'rule=\"three-rule\"' | grep -q 'the policies of this generation are not known any more'"

check 'each denial is told once' test "$(told_of a)" = 4
check_not 'every denial has its rule' sh -c "grep 'kind=\"denied\"' $EVENT_LOG | grep -v ' rule=' | grep -v 'name=\"policyd'"
# Five daemons, one sequence.
gaps() {
	sed -n 's/.* sequence="\([0-9]*\)".*/\1/p' "$EVENT_LOG" | sort -n |
		awk 'NR > 1 && $1 != last + 1 { print last, $1 } { last = $1 }'
}
check "no gaps, but: $(gaps)" test -z "$(gaps)"
check 'many events' test "$(grep -c ' sequence=' "$EVENT_LOG")" -gt 15

# Nobody takes what waits, and the daemon ends: the next one tells how many events that were, of each kind.
syslog_stop
denied probe open-read /srv/c
denied probe open-read /srv/c
allowed probe open-read /srv/a
stop_policyd
syslog_start
start_policyd
event_has 'kind="lost"' 'lost_kind="denied"' 'lost="2"' 'cause="close:syslog"'
event_has 'kind="lost"' 'lost_kind="health"' 'cause="close:syslog"'
