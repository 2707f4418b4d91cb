# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What a rule about system calls costs each call, beside auditd. Sourced by scripts/bench, after tests/bench/machine.sh.

CALLS_KERNELS='6.1 6.12 7.3'

# auditd_files: sets AUDITD_FILES to what the virtual machine needs for auditd, whose log has room for everything.
auditd_files() {
	sed -e 's/^max_log_file = .*/max_log_file = 1000/' -e 's/^\(admin_\)\{0,1\}space_left = .*/\1space_left = 1/' \
		/etc/audit/auditd.conf | sed 's/^space_left = 1/space_left = 2/' >"$WORK/auditd.conf"
	AUDITD_FILES=(--file "$WORK/auditd.conf:/etc/audit/auditd.conf" --file /usr/sbin/auditd:/usr/sbin/auditd
		--file /usr/sbin/auditctl:/usr/sbin/auditctl)
}

# calls_measure BUILD KERNEL: "CONFIGURATION getpid INSTRUCTIONS" for each, tabs between.
calls_measure() {
	local log=$WORK/calls-$2.log
	auditd_files
	"$ROOT/tests/vm/run" --build "$1" --kernel "$2" --count-instructions --memory 4G \
		--file "$ROOT/tests/bench/guest_calls.sh:/opt/guest_calls.sh" \
		--file "$1/tests/bench/bench_measure:/opt/bench_measure" --file "$1/tests/bench/bench_empty:/opt/bench_empty" \
		"${AUDITD_FILES[@]}" --shell-command '. /opt/guest_calls.sh' >"$log" || true
	grep -q '^ok.*shell-command' "$log" || {
		tail -n 40 "$log" >&2
		return 1
	}
	sed -n 's/^row	//p' "$log"
}

# calls_all BUILD: measures what calls_section shows.
calls_all() {
	local kernel
	for kernel in $CALLS_KERNELS; do
		calls_measure "$1" "$kernel" >"$WORK/new-calls"
		mv "$WORK/new-calls" "$WORK/calls-$kernel"
	done
}

# calls_row TEXT CONFIGURATION…: what they add, on each kernel.
calls_row() {
	local text=$1 configuration kernel
	shift
	printf '| %s |' "$text"
	for configuration in "$@"; do
		for kernel in $CALLS_KERNELS; do
			printf ' %+d |' "$(added "$configuration" getpid "$WORK/calls-$kernel")"
		done
	done
	printf '\n'
}

# calls_over CONFIGURATION: what it adds to the bare tracepoint, on 6.12.
calls_over() {
	local file=$WORK/calls-6.12
	echo $(($(added "$1" getpid "$file") - $(added calls getpid "$file")))
}

# calls_each CONFIGURATION: "NUMBER (KERNEL), …" of what it adds on each kernel; of none what the call costs.
calls_each() {
	local kernel value
	for kernel in $CALLS_KERNELS; do
		value=$(added "$1" getpid "$WORK/calls-$kernel")
		[ "$1" != none ] || value=$(awk -F '\t' '$1 == "none" { print $3 }' "$WORK/calls-$kernel")
		printf '%s (%s), ' "$value" "$kernel"
	done | sed 's/, $//'
}

calls_targets() {
	target 'a system call of a program that a syscall section names: instructions over a bare tracepoint (150)' \
		"$(calls_over policyd-program)" 150
	target 'a call that the section names, of another program (0)' "$(calls_over policyd-call)" 0
	target 'another call of another program (0)' "$(calls_over policyd-nothing)" 0
}

calls_section() {
	cat <<END
## Rules about system calls

What a rule about system calls adds to each \`getpid\`, in instructions, beside auditd with the equivalent rule
(\`-a always,exit -F arch=b64 -S CALL -F exe=PROGRAM\`) in the same machine. The call costs
$(calls_each none) without any; a program that does nothing at the tracepoint where system calls begin adds
$(calls_each calls), on the tracepoint's event $(calls_each event). policyd's program is on the event on 7.3, since there
the tracepoint's are preempted, and skipped for others meanwhile. Without a syscall section policyd has no program there.
Where each is told the row is the call's part: writing events to a log comes after it, and all $((256 * 13)) arrived in
either's. Once auditd was enabled, every process pays for it, with any rule or none.

| the rule names | policyd ${CALLS_KERNELS// / | policyd } | auditd ${CALLS_KERNELS// / | auditd } |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
$(calls_row 'another program and call' policyd-nothing auditd-nothing)
$(calls_row 'this program, another call' policyd-program auditd-program)
$(calls_row 'another program, this call' policyd-call auditd-call)
$(calls_row 'both: each is told' policyd-both auditd-both)
END
}
