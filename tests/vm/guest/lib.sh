# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# What a case can say. Sourced before each case. A failed check is remembered and the case goes on, so that one run
# tells as much as possible; a failed step (policy, start_policyd, setup) ends the case.

EVENT_LOG=/var/log/policyd.log
EVENT_WAIT=${EVENT_WAIT:-8}
START_WAIT=${START_WAIT:-250}

# --- Outcomes ---

# fail MESSAGE: the case fails here and now.
fail() {
	printf 'failed: %s\n' "$*"
	exit 1
}

# skip REASON: the case says nothing about this kernel.
skip() {
	printf 'skip: %s\n' "$*"
	exit 77
}

# setup COMMAND…: must work for the case to mean anything.
setup() {
	"$@" || fail "set-up: $* (exit status $?)"
}

_good() {
	printf 'good: %s\n' "$*" | tee -a /run/vm/checks
}

_bad() {
	printf 'BAD: %s\n' "$*" | tee -a /run/vm/failures /run/vm/checks
}

# check WHAT COMMAND…: the command succeeds.
check() {
	_what=$1
	shift
	if "$@"; then _good "$_what"; else _bad "$_what: $* (exit status $?)"; fi
}

# check_not WHAT COMMAND…: the command fails.
check_not() {
	_what=$1
	shift
	if "$@"; then _bad "$_what: $* succeeded"; else _good "$_what"; fi
}

_outcome() {
	case $1 in
	0) echo allowed ;;
	1) echo denied ;;
	2) echo 'could not try' ;;
	3) echo 'denied by something else' ;;
	*) echo "exit status $1" ;;
	esac
}

# For commands with the exit status of the probes only: cat and the like say 1 for any trouble.
_expect() {
	_expected=$1
	shift
	"$@"
	_status=$?
	if [ "$_status" = "$_expected" ]; then
		_good "$(_outcome "$_expected"): $*"
	else
		_bad "expected $(_outcome "$_expected"), got $(_outcome "$_status"): $*$(_last_refusal)"
	fi
}

# What was refused last, in one line, for who reads why a case failed.
_last_refusal() {
	sleep 2
	_refusal=$(grep 'kind="denied"' "$EVENT_LOG" 2>/dev/null | tail -n 1)
	[ -z "$_refusal" ] || printf '; refused last: %s' "$_refusal"
}

# allowed PROBE…, denied PROBE…: the probe could do it; the probe was refused with the errno it expects.
allowed() { _expect 0 "$@"; }
denied() { _expect 1 "$@"; }

# --- policyd ---

# policy NAME <<END: installs a policy file the way an administrator's tools do, by renaming it in.
policy() {
	mkdir -p /etc/policyd/policy.d
	cat >"/etc/policyd/.$1.new" || fail "policy $1 could not be written"
	mv "/etc/policyd/.$1.new" "/etc/policyd/policy.d/$1.yaml" || fail "policy $1 could not be put in place"
}

# flood FILE TIMES: one process that opens the file so often.
flood() {
	# shellcheck disable=SC2046 # words on purpose
	cat $(yes "$1" | head -n "$2") >/dev/null 2>&1
}

# deny_read NAME PATTERN: the text of a policy that lets nobody read what the pattern matches.
deny_read() {
	printf '%s\n' 'version: 1' "policy: $1" 'mode: enforce' 'file:' '  - deny: read' "    path: $2"
}

remove_policy() {
	rm "/etc/policyd/policy.d/$1.yaml" || fail "policy $1 could not be removed"
}

# start_policyd [ARGUMENT…]: returns when the policies on disk are in force.
start_policyd() {
	policyd --seccomp kill "$@" >>/run/vm/policyd.out 2>&1 &
	POLICYD_PID=$!
	wait_live
}

# processors all|one: how many work, in a machine that started with one ("parallel: yes").
processors() {
	for _processor in /sys/devices/system/cpu/cpu[1-9]*/online; do
		case $1 in
		all) setup sh -c "echo 1 >$_processor" ;;
		one) setup sh -c "echo 0 >$_processor" ;;
		esac
	done
}

# within TENTHS COMMAND…: tries until it succeeds, a tenth of a second apart.
within() {
	_left=$1
	shift
	until "$@"; do
		_left=$((_left - 1))
		[ "$_left" -gt 0 ] || return 1
		usleep 100000
	done
}

# wait_live: waits until what is on disk is what is enforced, as long as policyd lives.
wait_live() {
	policyctl status --wait "${START_WAIT}s" >/run/vm/status 2>&1 &
	_waiter=$!
	while kill -0 "$_waiter" 2>/dev/null; do
		kill -0 "$POLICYD_PID" 2>/dev/null || fail 'policyd has ended'
		usleep 100000
	done
	wait "$_waiter" && return
	cat /run/vm/status
	fail 'the policies are not in force'
}

# wait_rejected: waits until what is on disk has been refused.
wait_rejected() {
	policyctl status --wait "${START_WAIT}s" >/run/vm/status 2>&1
	check 'the set on disk is refused' test "$?" = 1
}

stop_policyd() {
	[ -n "$POLICYD_PID" ] || return 0
	kill -TERM "$POLICYD_PID" 2>/dev/null
	_tries=0
	while kill -0 "$POLICYD_PID" 2>/dev/null; do
		_tries=$((_tries + 1))
		[ "$_tries" -lt 200 ] || fail 'policyd did not stop within 10 seconds'
		usleep 50000
	done
	wait "$POLICYD_PID"
	POLICYD_STATUS=$?
	POLICYD_PID=
	return "$POLICYD_STATUS"
}

# --- Events ---

_matching() {
	_lines=$(cat "$EVENT_LOG")
	for _pattern in "$@"; do
		_lines=$(printf '%s\n' "$_lines" | grep -E -e "$_pattern")
	done
	[ -n "$_lines" ] && printf '%s\n' "$_lines"
}

# event_line REGEX…: prints the lines that match every expression, waiting for the first a while.
event_line() {
	_tries=0
	until _matching "$@"; do
		_tries=$((_tries + 1))
		[ "$_tries" -lt $((EVENT_WAIT * 5)) ] || return 1
		usleep 200000
	done
}

# event_has REGEX…: one line of the log matches every expression.
event_has() {
	if event_line "$@" >/dev/null; then
		_good "logged: $*"
	else
		_bad "not logged: $*; the log has:"
		sed 's/^/    /' "$EVENT_LOG"
	fi
}

# no_event REGEX…: no line matches, one second later.
no_event() {
	sleep 1
	if _matching "$@" >/run/vm/unwanted; then
		_bad "logged, but should not be: $*"
		sed 's/^/    /' /run/vm/unwanted
	else
		_good "not logged: $*"
	fi
}

# sd_field LINE FIELD: the value of FIELD in the structured data of an RFC 5424 line, escapes undone.
sd_field() {
	printf '%s\n' "$1" | awk -v field="$2" '{
		start = index($0, " " field "=\"")
		if (!start) exit 1
		rest = substr($0, start + length(field) + 3)
		for (i = 1; i <= length(rest); i++) {
			c = substr(rest, i, 1)
			if (c == "\\") { i++; value = value substr(rest, i, 1); continue }
			if (c == "\"") { print value; exit 0 }
			value = value c
		}
		exit 1
	}'
}

show_logs() {
	for _file in /run/vm/policyd.out "$EVENT_LOG"; do
		[ -s "$_file" ] || continue
		echo "--- $_file (end) ---"
		tail -n 40 "$_file"
	done
}
