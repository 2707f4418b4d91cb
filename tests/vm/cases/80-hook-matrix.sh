# timeout: 1200
# shellcheck disable=SC2016
#
# Which hooks the kernel calls for which operation. The lines "hook" are the table of docs/hooks.md; what is checked
# here is that every operation comes by a hook of ours at all.
#
# All programs are attached, by rules about nobody, and the kernel counts their runs. An operation is tried RUNS
# times; programs that ran half as many times more than for a probe that does nothing are its hooks. The daemon
# stands still meanwhile, so that what it does does not count. Left out are the programs that keep state, those that
# only files of overlays concern, `capable`, which each root process that maps memory runs, and `revalidate`, which
# each read and write of bpftool's own runs.

START_WAIT=800
RUNS=4

policy everything <<'XX'
version: 1
policy: everything
mode: enforce
revalidate: true
subject: {exe: /srv/nobody}
file:
  - {deny: all, path: /srv/nothing}
exec:
  - {deny: [run, load], path: /srv/nothing}
  - {deny: anonymous}
network:
  - {deny: [connect, bind, listen], port: 1}
  - {deny: connect, at: 192.0.2.1}
process:
  - {deny: [ptrace, signal]}
kernel:
  - {deny: [module-load, kexec, bpf, perf, userns, mount, settime, ptrace-any, modify-lockdown]}
XX
start_policyd
setup sysctl -q -w kernel.bpf_stats_enabled=1

for directory in /srv/d /srv/m /srv/n; do setup mkdir -p "$directory"; done
for name in /srv/file /srv/module.ko; do setup cp /etc/hostname "$name"; done
setup mknod /srv/null c 1 3
setup probe family-connect vsock # its modules are loaded before anybody counts
probe stay >/tmp/stay &
stay=$!

setup kill -STOP "$POLICYD_PID"

# "ID NAME" of the programs that count.
bpftool prog show | sed -n 's/^\([0-9]*\): lsm  *name \([a-z_]*\) .*/\1 \2/p' |
	grep -v -E ' (inode_rename|task_free|sb_set_mnt_opts|d_instantiate|bprm_committed_creds|task_fix_[a-z]*|lineage_[a-z]*|layer_[a-z_]*|capable|revalidate)$' \
		>/tmp/names

# One after the other: what a process beside the counting does would count on one side or the other.
runs() {
	probe program-runs >/tmp/runs.ids
	awk 'NR == FNR { name[$1] = $2; next } $1 in name { print name[$1], $2 }' /tmp/names /tmp/runs.ids
}

# repeat COMMAND: does it RUNS times; it may ask for its turn, $i.
repeat() {
	# shellcheck disable=SC2034
	for i in $(seq $RUNS); do
		eval "$1" >/dev/null 2>&1
	done
}

# runs_of COMMAND: runs of each program during RUNS times the command, in /tmp/runs.
runs_of() {
	runs >/tmp/runs.before
	repeat "$1"
	runs >/tmp/runs.after
	awk 'NR == FNR { before[$1] = $2; next } { print $1, $2 - before[$1] }' /tmp/runs.before /tmp/runs.after >/tmp/runs
}

# Nobody has that descriptor open. Four times, the second fewest: what else the machine does adds to them, and one of
# them may have missed some.
for _ in 1 2 3 4; do
	runs_of 'probe fd-read 99'
	cat /tmp/runs
done | awk '{
		times[$1]++
		if (times[$1] == 1) { least[$1] = $2; second[$1] = -1 }
		else if ($2 < least[$1]) { second[$1] = least[$1]; least[$1] = $2 }
		else if (second[$1] < 0 || $2 < second[$1]) second[$1] = $2
	}
	END { for (name in least) print name, second[name] < 0 ? least[name] : second[name] }' >/tmp/runs.nothing

# hooks_of COMMAND PREPARATION: those that ran. Both may use names that begin with /srv/new.
hooks_of() {
	[ -z "$2" ] || repeat "$2"
	runs_of "$1"
	rm -rf /srv/new*
	awk -v least=$((RUNS / 2)) 'NR == FNR { nothing[$1] = $2; next } $2 - nothing[$1] >= least { print $1 }' \
		/tmp/runs.nothing /tmp/runs | sort
}

# row OPERATION COMMAND [PREPARATION]: one line of the table. Twice, since another process may come between once.
row() {
	local hooks
	hooks_of "$2" "${3-}" >/tmp/hooks
	hooks=$(hooks_of "$2" "${3-}" | grep -Fx -f /tmp/hooks | tr '\n' ' ')
	printf 'hook\t%s\t%s\n' "$1" "${hooks% }"
	check "$1 comes by a hook" test -n "$hooks"
}

row 'open for reading' 'probe open-read /srv/file'
row 'open for writing' 'probe open-write /srv/file'
row 'open for appending' 'probe open-append /srv/file'
row 'open, truncating' 'probe open-trunc /srv/file'
row 'open through io_uring' 'probe uring-open /srv/file'
row 'open again through /proc' 'probe reopen /srv/file'
row 'map for reading' 'probe fd-map 5 5</srv/file'
row 'truncate' 'probe truncate /srv/file'
row 'create a file' 'probe create /srv/new.$i'
row 'create a directory' 'probe mkdir /srv/new.$i'
row 'create a FIFO' 'probe mkfifo /srv/new.$i'
row 'create a symbolic link' 'probe symlink /srv/file /srv/new.$i'
row 'delete a file' 'probe unlink /srv/new.$i' ': >/srv/new.$i'
row 'delete a directory' 'probe rmdir /srv/new.$i' 'mkdir /srv/new.$i'
row 'link' 'probe link /srv/file /srv/new.$i'
row 'rename' 'probe rename /srv/new.$i /srv/new-$i' ': >/srv/new.$i'
row 'exchange' 'probe exchange /srv/d /srv/n'
row 'chmod' 'probe chmod /srv/file'
row 'fchmod' 'probe fchmod /srv/file'
row 'chown' 'probe chown /srv/file'
row 'ioctl' 'stty </srv/null'
row 'execute a program' 'probe exec /usr/bin/true'
row 'load a library' 'probe mmap-exec /srv/file'
row 'load, by mprotect' 'probe mprotect-exec /srv/file'
row 'execute anonymous memory' 'probe memory-exec'
row 'anonymous, by mprotect' 'probe memory-turn'
row 'execute a memory file' 'probe exec-memfd /usr/bin/true x'
row 'mount' 'probe kmount /srv/m'
row 'mount, new interface' 'probe kmount-new /srv/m'
row 'unmount' 'probe kumount /srv/m' 'mount -t tmpfs none /srv/m'
row 'remount, new interface' 'probe kremount /srv/m' 'mount -t tmpfs none /srv/m'
row 'chroot' 'probe chroot /srv/d -- open-read /srv/file'
row 'connect, TCP' 'probe connect-tcp 127.0.0.1 9'
row 'connect, UDP' 'probe connect-udp 127.0.0.1 9'
row 'sendto, UDP' 'probe sendto-udp 127.0.0.1 9'
row 'sendmsg with control data' 'probe route-message ttl 127.0.0.1 9 0'
row 'sendmsg that says its source' 'probe send-as 127.0.0.1 127.0.0.1 127.0.0.1 4009 named'
row 'source route of a socket' 'probe route-option ip-options'
row 'connect, MPTCP' 'probe connect-mptcp 127.0.0.1 9'
row 'TCP fast open' 'probe fastopen-tcp 127.0.0.1 9'
row 'connect, vsock' 'probe family-connect vsock'
row 'bind, netlink' 'probe family-bind netlink'
row 'connect through io_uring' 'probe uring-connect 127.0.0.1 9'
row 'bind' 'probe bind-tcp 127.0.0.1 4711'
row 'listen' 'probe listen-auto'
row 'ptrace, attach' "probe trace $stay"
row 'ptrace, traceme' 'probe trace-me'
row 'open /proc/PID/mem' "probe memory-open $stay"
row 'process_vm_readv' "probe memory-read $stay"
row 'pidfd_getfd' "probe pidfd-getfd $stay"
row 'signal' "probe signal 0 $stay"
row 'signal through a pidfd' "probe signal-pidfd 0 $stay"
row 'load a module from a file' 'probe module-file /srv/module.ko'
row 'load a module from memory' 'probe module-memory'
row 'kexec_load' 'probe kexec-memory'
row 'kexec_file_load' 'probe kexec-file /srv/module.ko'
row 'bpf' 'probe bpf'
row 'perf_event_open' 'probe perf'
row 'user namespace' 'probe userns-unshare'
row 'input and output ports' 'probe ports'
row 'set the clock' 'probe settime'

kill "$stay"
kill -CONT "$POLICYD_PID"
