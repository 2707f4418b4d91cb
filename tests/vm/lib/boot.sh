# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# One boot: starts the machine, takes its results apart. A machine that dies or hangs in the middle of its cases is
# started again with those that are left.

# What a healthy kernel never says. The last group is about programs, which have no
# business crashing or making system calls that they gave up (1326: seccomp).
KERNEL_TROUBLE='WARNING:|BUG:|Oops|Kernel panic|INFO: (task|rcu_|possible|lockdep)|soft lockup|hard LOCKUP'
KERNEL_TROUBLE+='|rcu.*(stall|self-detected)|general protection|refcount_t|UBSAN|KASAN|KCSAN|KFENCE|kmemleak'
KERNEL_TROUBLE+='|list_(add|del) corruption|unable to handle|scheduling while atomic|possible (circular|recursive)'
KERNEL_TROUBLE+='|segfault at|traps: |type=1326'

# qemu_machine LABEL INITRAMFS CONSOLE RESULTS COMMAND_LINE OPTION…: one start of a machine; both serial lines go to
# files. QEMU 7 may keep an instruction that another processor has just patched away, and the kernel then dies of a
# breakpoint that nobody set: one thread for all processors (ACCEL) has no such moment. The timer is not checked: on a
# busy host that fails. Copying a string, which a processor does at once, QEMU does byte by byte: a kernel that is not
# told of fast strings copies words, and verifies programs in two thirds of the time (CPU).
qemu_machine() {
	local kernel initramfs=$2 console=$3 results=$4 append=$5
	kernel=$(kernel_dir "$1")
	shift 5
	timeout --foreground --kill-after=5 "$TIMEOUT" qemu-system-x86_64 -accel "${ACCEL:-tcg,thread=single}" \
		-cpu "${CPU:-max,-erms,-fsrm}" -nodefaults -no-user-config -display none -no-reboot \
		-kernel "$kernel/vmlinuz" -initrd "$initramfs" "$@" \
		-serial "file:$console" -serial "file:$results" \
		-append "console=ttyS0,115200 panic=-1 oops=panic no_timer_check net.ifnames=0 $append" </dev/null
}

# run_machine LABEL OPTIONS DIR CASE…: one start of the machine; results and kernel log are left in DIR, and the
# reason in DIR/end.CASE (or DIR/end. before the first case) when the machine did not reach its end.
run_machine() {
	local label=$1 options=$2 dir=$3 token lsm append smp memory parallel accel=tcg,thread=single status=0
	shift 3
	IFS='|' read -r lsm append smp memory parallel _ <<<"$options"
	# A machine with a thread for each processor starts with one processor, and its cases ask for the others when no
	# code is being patched.
	[[ $parallel != yes ]] || accel=tcg,thread=multi append+=' maxcpus=1'
	token=$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
	mkdir -p "$dir/plan/vm"
	write_plan "$@" >"$dir/plan/vm/plan"
	if [[ $SHELL_COMMAND ]]; then
		mkdir -p "$dir/plan/vm/cases"
		printf '%s\n' "$SHELL_COMMAND" 'exit $?' >"$dir/plan/vm/cases/shell-command.sh"
	fi
	pack "$dir/plan" "$dir/plan.cpio" "2-plan-$token"
	cat "$OUT/system.cpio" "$OUT/$label.modules.cpio" "$dir/plan.cpio" >"$dir/initramfs"
	: >"$dir/results"
	: >"$dir/console"
	ACCEL=$accel qemu_machine "$label" "$dir/initramfs" "$dir/console" "$dir/results" \
		"loglevel=7 printk.devkmsg=on lsm=$lsm vm.token=$token $append" -m "$memory" -smp "$smp" "${QEMU_MORE[@]}" \
		-drive "file=$OUT/srv.ext4,format=raw,if=virtio,snapshot=on" \
		-drive "file=$OUT/casefold.ext4,format=raw,if=virtio,snapshot=on" >"$dir/qemu.log" 2>&1 || status=$?
	tr -d '\r' <"$dir/console" >"$dir/dmesg"
	split_results "$token" "$dir"
	[[ -e $dir/done ]] || machine_end "$dir" "$status" >"$dir/end.$(sed -n 's/ none -$//p' "$dir/outcomes")"
	rm -rf "$dir/initramfs" "$dir/plan" "$dir/plan.cpio"
}

write_plan() {
	local name
	for name in "$@"; do
		printf '%s %s %s\n' "$name" "${CASE_LIMIT:-$(case_header "$name" timeout "$CASE_TIMEOUT")}" \
			"$(case_header "$name" programs fresh)"
	done
}

# split_results TOKEN DIR: DIR/NAME.log for each case, DIR/outcomes with "NAME STATUS SECONDS" lines, where STATUS is
# "none" for a case that began and never ended; DIR/done when the machine reached its end.
split_results() {
	rm -f "$2/outcomes" "$2/done"
	: >"$2/outcomes"
	tr -d '\000' <"$2/results" | awk -v mark="@$1" -v dir="$2" '
		function close_case() { if (name != "") close(file); name = ""; blank = 0 }
		$1 == mark && $2 == "begin" {
			close_case(); name = $3; file = dir "/" name ".log"; printf "" >file; blank = 0; next
		}
		$1 == mark && $2 == "end" { print $3, $4, $5 >(dir "/outcomes"); close_case(); next }
		$1 == mark && $2 == "up" { print $3 >(dir "/up"); next }
		$1 == mark && $2 == "finished" { print >(dir "/done"); next }
		name == "" { print >(dir "/system.log"); next }
		# The empty line before a mark belongs to the mark.
		$0 == "" { blank++; next }
		{ while (blank > 0) { print "" >file; blank-- } print >file }
		END { if (name != "") print name, "none", "-" >(dir "/outcomes") }
	'
}

# boot_cases LABEL OPTIONS DIR CASE…: all the cases, with as many machines as it takes; DIR/outcomes.all and
# DIR/dmesg.all in the end.
boot_cases() {
	local label=$1 options=$2 dir=$3 ended
	local -a left
	shift 3
	left=("$@")
	mkdir -p "$dir"
	: >"$dir/outcomes.all"
	: >"$dir/dmesg.all"
	while ((${#left[@]})); do
		run_machine "$label" "$options" "$dir" "${left[@]}"
		cat "$dir/dmesg" >>"$dir/dmesg.all"
		cat "$dir/outcomes" >>"$dir/outcomes.all"
		# Without any case begun, another start would end the same way.
		[[ ! -e $dir/done && -s $dir/outcomes ]] || break
		ended=$(wc -l <"$dir/outcomes")
		left=("${left[@]:ended}")
	done
}

# machine_end DIR STATUS: why a machine did not reach its end, in words, and what the kernel said last.
machine_end() {
	local dir=$1 status=$2
	if ((status == 124 || status == 137)); then
		echo "the machine hung (limit of $TIMEOUT seconds)"
	elif ! grep -m 1 'Kernel panic' "$dir/dmesg"; then
		echo "the machine ended early; QEMU said: $(tail -n 1 "$dir/qemu.log")"
	fi
	tail -n 15 "$dir/dmesg"
}
