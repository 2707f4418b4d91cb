# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Runs in the virtual machine: "row<tab>CONFIGURATION<tab>getpid<tab>INSTRUCTIONS" for each of
#
#   none              nothing
#   calls             a program that does nothing where system calls begin, on the tracepoint
#   event             the same on its event
#   policyd-WHAT      a syscall section
#   auditd-WHAT       auditd, which runs, with the equivalent rule
#
# by what the rule names: `nothing` that happens here, the `program`, the `call`, or `both`, so that each is told.
# auditd comes last: once it was enabled, each process pays for it.

# shellcheck source=tests/vm/guest/system.sh
. /vm/system.sh
# shellcheck source=tests/vm/guest/lib.sh
. /vm/lib.sh
AUDIT_LOG=/var/log/audit/audit.log
CALLS=3328 # bench_measure: 256 in each of 13 repetitions

# measure CONFIGURATION
measure() {
	/opt/bench_measure --times 12 /srv/bench getpid >/tmp/rows || fail "bench_measure for $1"
	sed "s/^/row	$1	/" /tmp/rows
}

# rule WHAT: sets _exe and _call.
rule() {
	_exe=/opt/bench_empty _call=ptrace
	case $1 in program | both) _exe=/opt/bench_measure ;; esac
	case $1 in call | both) _call=getpid ;; esac
}

# What the logs have of the calls; equal ones are merged in policyd's.
policyd_told() {
	awk '/kind="audited".*syscall="getpid"/ {
		n += match($0, /suppressed="[0-9]+/) ? substr($0, RSTART + 12, RLENGTH - 12) : 1
	} END { print n + 0 }' "$EVENT_LOG"
}

auditd_told() {
	grep -c 'type=SYSCALL.*key="bench"' $AUDIT_LOG
}

all_told() { # WHOSE
	test "$("$1")" -eq "$CALLS"
}

# measure_empty calls|event
measure_empty() {
	: >/tmp/empty
	/opt/bench_empty "attach-$1" >/tmp/empty &
	within 100 grep -q attached /tmp/empty || fail 'the empty program does not attach'
	measure "$1"
	kill "$!"
	wait "$!" 2>/dev/null || true
	sleep 1
}

measure_policyd() {
	rule "$1"
	printf '%s\n' 'version: 1' 'policy: calls' "subject: {exe: $_exe}" 'syscall:' "  - {audit: $_call}" | policy calls
	wait_live
	measure "policyd-$1"
	if [ "$1" = both ]; then
		within 600 all_told policyd_told || fail "policyd told $(policyd_told) of $CALLS"
	fi
}

measure_auditd() {
	rule "$1"
	auditctl -a always,exit -F arch=b64 -S "$_call" -F "exe=$_exe" -F key=bench >/dev/null ||
		fail 'auditctl refuses the rule'
	measure "auditd-$1"
	if [ "$1" = both ]; then
		within 600 all_told auditd_told || fail "auditd told $(auditd_told) of $CALLS"
	fi
	auditctl -D >/dev/null
}

echo -1 >/proc/sys/kernel/sched_rt_runtime_us
echo 0 >/proc/sys/kernel/hung_task_timeout_secs
measure none
measure_empty calls
measure_empty event
# shellcheck disable=SC2119 # without options
start_policyd
for what in nothing program call both; do
	measure_policyd "$what"
done
policyctl stop --unload >/dev/null || fail 'policyd does not unload'
mkdir -p /var/log/audit
auditd -n >/dev/null 2>&1 &
within 100 test -e $AUDIT_LOG || fail 'auditd does not start'
auditctl -D >/dev/null
auditctl -e 1 -b 65536 >/dev/null
for what in nothing program call both; do
	measure_auditd "$what"
done
