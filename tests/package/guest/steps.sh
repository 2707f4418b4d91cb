# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# What the boots share, beside the checks of the virtual-machine lane.

UNIT=policyd.service

# within SECONDS COMMAND…: succeeds before that.
within() {
	_tries=$(($1 * 5))
	shift
	until "$@"; do
		_tries=$((_tries - 1))
		[ "$_tries" -gt 0 ] || return 1
		sleep 0.2
	done
}

# property NAME: of the unit.
property() {
	systemctl show --property "$1" --value "$UNIT"
}

wait_in_force() {
	policyctl status --wait 120s >/run/vm/status 2>&1 || {
		cat /run/vm/status
		journalctl --no-pager -u "$UNIT" | tail -n 20
		fail 'the policies are not in force'
	}
}

journal_has() {
	journalctl --no-pager -q -b | grep -Eq -e "$1"
}

# Programs of policyd in the kernel; those of systemd's units are called sd_….
programs_loaded() {
	grep '\[bpf\]$' /proc/kallsyms | grep -c 'bpf_prog_[0-9a-f]*_[^s]'
}

no_programs() {
	[ "$(programs_loaded)" = 0 ]
}

# replaced PID: another process is up.
replaced() {
	[ "$(property ActiveState)" = active ] && [ "$(property MainPID)" != "$1" ]
}

net_of_host() {
	[ "$(readlink "/proc/$(property MainPID)/ns/net")" = "$(readlink /proc/1/ns/net)" ]
}

# Prints every datagram that arrives on port 6514.
collector() {
	perl -MSocket -e '$| = 1;
		socket(S, PF_INET, SOCK_DGRAM, 0) && bind(S, sockaddr_in(6514, INADDR_LOOPBACK)) or die;
		while (defined recv(S, $line, 65535, 0)) { print "$line\n" }'
}

# exposes_at_most TENTHS: what systemd says about the unit.
exposes_at_most() {
	systemd-analyze security --threshold="$1" "$UNIT" >/run/vm/exposure
}
