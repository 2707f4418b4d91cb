#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# demo-degraded.sh BUILD: what scripts/run shows on a host without BPF LSM, inside a cgroup that is made for it: a
# connection and a bind are refused, their neighbours are not; a file and a program are seen. Ends with 0 only if all of
# that happened, with 77 where the host does not take programs of a cgroup either.

set -uo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
BUILD=$1
bad=0
DAEMON=

ended() {
	[[ -z $DAEMON ]] || { kill "$DAEMON" && wait "$DAEMON"; } 2>/dev/null
	rmdir "$CGROUP" 2>/dev/null
	rm -rf "$WORK"
}

# try allowed|refused WHAT PROBE…: in the cgroup.
try() {
	local wanted=$1 what=$2 got
	shift 2
	(echo "$BASHPID" >"$CGROUP/cgroup.procs" && exec "$WORK/probe" "$@") >/dev/null 2>&1
	case $? in
	0) got=allowed ;;
	1) got=refused ;;
	*) got='could not be tried' ;;
	esac
	printf '  %-8s  %s\n' "$got" "$what"
	[[ $got = "$wanted" ]] || {
		printf '            expected: %s\n' "$wanted"
		bad=1
	}
}

prepare() {
	local root
	root=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
	[[ $root ]] || exit 77
	grep -qE '^fail +(lsm|program)' <("$BUILD/policyctl" doctor) || exit 77
	WORK=$(mktemp -d /tmp/policyd-demo.XXXXXX)
	CGROUP=$root/policyd-demo.$$
	trap ended EXIT
	mkdir "$CGROUP" 2>/dev/null || exit 77
	mkdir "$WORK/policy.d"
	"$ROOT/tests/probe/build" "$WORK/probe" || exit 1
	cp "$WORK/probe" "$WORK/tool"
	echo secret >"$WORK/secret"
	cat >"$WORK/policy.d/demo.yaml" <<END
version: 1
policy: demo
mode: enforce
degraded: audit
network:
  - deny: connect
    to: 127.0.0.0/8
    port: 4444
  - deny: bind
    port: 5555
file:
  - deny: read
    path: $WORK/secret
exec:
  - deny: run
    path: $WORK/tool
END
	cat >"$WORK/policyd.yaml" <<END
policy_dir: $WORK/policy.d
run_dir: $WORK/run
state_dir: $WORK/state
degraded_cgroup: $CGROUP
outputs:
  - name: file
    url: file:$WORK/events
    format: text
END
}

show() {
	local tries=0
	try refused 'connect to 127.0.0.1 port 4444' connect-tcp 127.0.0.1 4444
	try allowed 'connect to 127.0.0.1 port 4445' connect-tcp 127.0.0.1 4445
	try refused 'bind to port 5555' bind-tcp 127.0.0.1 5555
	try allowed 'bind to port 5556' bind-tcp 127.0.0.1 5556
	try allowed 'read a file that may not be read: only seen' open-read "$WORK/secret"
	try allowed 'run a program that may not be run: only seen' exec "$WORK/tool"
	printf '\nWhat the events say:\n'
	until (($(grep -ciE 'denied|would' "$WORK/events") >= 4)) || ((tries++ > 40)); do
		sleep 0.2
	done
	grep -iE 'denied|would' "$WORK/events" | cut -c 1-200 | sed 's/^/  /'
	(($(grep -ciE 'denied|would' "$WORK/events") == 4)) || bad=1
	printf '\nWhat policyctl status says:\n'
	"$BUILD/policyctl" status --socket "$WORK/run/control.sock" | grep -E '^(state|  (file|exec|network) )' | sed 's/^/  /'
}

main() {
	prepare
	"$BUILD/policyd" --config "$WORK/policyd.yaml" --no-pin >"$WORK/said" 2>&1 &
	DAEMON=$!
	if ! grep -q '^state  *degraded' <("$BUILD/policyctl" status --wait 30s --socket "$WORK/run/control.sock" 2>&1); then
		grep -q 'BPF programs' "$WORK/said" && return 77
		cat "$WORK/said"
		return 1
	fi
	show
	return "$bad"
}

main
