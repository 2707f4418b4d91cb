# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Runs in the virtual machine: the kernel's tests without policyd, then with it auditing everything. A program whose
# results differ is run again both ways: some tests depend on time.

# shellcheck source=tests/vm/guest/lib.sh
. /vm/lib.sh

# results NAME: what a test of the kernel's says, without numbers that change from run to run.
results() {
	timeout 120 "./$1" >/tmp/output 2>&1 </dev/null
	_status=$?
	grep -E '^(not )?ok |^# (PASSED|FAILED|Totals)|\[(OK|FAIL|SKIP|INFO)\]' /tmp/output |
		sed 's/0x[0-9a-f]*/X/g; s/[0-9.]* ns//g; s/pid [0-9]*/pid N/g; s|/proc/[0-9]*|/proc/N|g' | sort
	echo "exit status $_status"
}

# run_all DIRECTORY
run_all() {
	mkdir -p "$1"
	for _test in $tests; do
		results "$_test" >"$1/$_test"
	done
}

differ() {
	! cmp -s "/tmp/without/$1" "/tmp/with/$1"
}

setup mkdir -p /srv/selftests
setup cp /selftests/* /srv/selftests/
cd /srv/selftests || exit 1
setup rm all.yaml
tests=$(printf '%s\n' * | grep -v '^true$')
# What the tests of execveat find beside them.
setup cp exec_execveat execveat
setup cp execveat execveat.denatured
setup chmod 644 execveat.denatured
setup ln -s execveat execveat.symlink
printf '#!/bin/sh\nexit $*\n' >script
setup chmod 755 script
setup mkdir subdir
ip link set lo up
run_all /tmp/without
policy all </selftests/all.yaml
# shellcheck disable=SC2119 # without options
start_policyd
run_all /tmp/with
for test in $tests; do
	if differ "$test"; then
		results "$test" >"/tmp/with/$test"
	fi
	if differ "$test"; then
		echo "BAD: $test differs with policyd"
		diff "/tmp/without/$test" "/tmp/with/$test"
	else
		echo "good: $test: $(grep -cE '^ok |\[OK\]' "/tmp/with/$test") passed, $(tail -n 1 "/tmp/with/$test")"
	fi
done
event_has 'kind="would-deny"' 'policy="all"'
policyctl show counters
