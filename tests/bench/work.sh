# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What whole programs pay: the rows of tests/bench/guest_work.sh. Sourced by scripts/bench, after tests/bench/machine.sh.

WORK_ROWS='untar find grep build nginx redis'
WORK_COLUMNS='empty literal-1 literal-100000 shipped-0 network-1 landlock-1 seccomp auditd-1 apparmor-1'

# work_all BUILD: measures what work_section shows.
work_all() {
	# shellcheck disable=SC2034 # read by machine_measure
	MACHINE_FILES=(--timeout 7200 --case-timeout 7000 --file "$(work_tar):/opt/work.tar"
		--file "$ROOT/tests/bench/guest_work.sh:/opt/guest_work.sh")
	machine_measure "$1" 6.12 capability,landlock,bpf none literal-1 literal-100000 shipped-0 network-1 empty seccomp \
		landlock-1 auditd-1 >"$WORK/new-work"
	machine_measure "$1" 6.12 capability,apparmor none apparmor-1 >"$WORK/new-work-apparmor"
	mv "$WORK/new-work" "$WORK/work"
	mv "$WORK/new-work-apparmor" "$WORK/work-apparmor"
	# shellcheck disable=SC2034
	MACHINE_FILES=()
}

work_section() {
	cat <<END
## Whole programs

The same machine, at work: thousands of instructions of the whole (of one request or command for nginx and redis), and
what each adds to it. \`untar\`, \`find\` and \`grep\` have the headers of Debian's C library and
kernel before them, \`build\` is make and gcc with five small files, nginx is asked by wrk and redis by
redis-benchmark, eight connections each, on the same processor. \`shipped-0\` has the policies of \`policies/\`, as they are.

$(machine_share "$WORK_ROWS" "$WORK_COLUMNS" "$WORK"/work{,-apparmor})
END
}
