# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the native tests share: TAP, a folder and a cgroup of their own, probes in that cgroup. Sourced, never run.

passed=0 failed=0

ok() {
	passed=$((passed + 1))
	printf 'ok %s - %s\n' $((passed + failed)) "$1"
}

not_ok() {
	failed=$((failed + 1))
	printf 'not ok %s - %s\n' $((passed + failed)) "$1"
}

check() {
	local what=$1
	shift
	if "$@"; then ok "$what"; else not_ok "$what"; fi
}

check_not() {
	local what=$1
	shift
	if "$@"; then not_ok "$what"; else ok "$what"; fi
}

# within SECONDS COMMAND…: succeeds before that.
within() {
	local tries=$(($1 * 10))
	shift
	until "$@"; do
		((tries-- > 0)) || return 1
		sleep 0.1
	done
}

# skip_all REASON: there is nothing to test here.
skip_all() {
	printf 'ok 1 - # SKIP %s\n0 passed, 0 failed, 1 skipped\n' "$1"
	exit 0
}

# cgroup_root: where version 2 is mounted.
cgroup_root() {
	findmnt -n -t cgroup2 -o TARGET | head -n 1
}

# inside COMMAND…: in the test's cgroup.
inside() {
	(
		echo "$BASHPID" >"$CGROUP/cgroup.procs" || exit 99
		exec "$@"
	)
}

# expect STATUS COMMAND…: in the cgroup; the status is a probe's: 0 allowed, 1 refused as policies refuse.
expect() {
	local wanted=$1 status=0
	shift
	inside "$@" >"$WORK/probe.out" 2>&1 || status=$?
	if ((status == wanted)); then
		ok "$( ((wanted)) && echo denied || echo allowed): ${*/#"$WORK"\//}"
	else
		not_ok "status $status instead of $wanted: ${*/#"$WORK"\//}: $(tail -n 1 "$WORK/probe.out")"
	fi
}

allowed() { expect 0 "$@"; }
denied() { expect 1 "$@"; }

# logged REGEX…: one line of the events matches every expression.
logged() {
	local pattern lines
	lines=$(cat "$WORK/events")
	for pattern in "$@"; do
		lines=$(grep -E -e "$pattern" <<<"$lines") || return 1
	done
}

event_has() { check "logged: $*" within 8 logged "$@"; }

no_event() {
	sleep 1.5
	check_not "not logged: $*" logged "$@"
}

# finish: the last line.
finish() {
	printf '%s passed, %s failed\n' "$passed" "$failed"
	((failed == 0))
}
