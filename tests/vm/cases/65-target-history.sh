# timeout: 300
#
# What the process came from that something is done to: its script, and its ancestors, whether these are still there or
# not. The policy that asks comes after the targets, which do nothing any more: who acts has to find it out.

setup mkdir -p /srv/bin /srv/first /srv/other
for name in first other; do setup cp /bin/busybox "/srv/$name/busybox"; done
for name in archer watcher; do setup cp /usr/bin/probe "/srv/$name"; done
for name in job other; do
	setup sh -c 'printf "#!/usr/bin/probe stay-deaf\n" >"$0" && chmod 755 "$0"' "/srv/bin/$name"
done
for i in $(seq 55); do
	setup mkdir "/srv/p$i"
	setup ln /srv/first/busybox "/srv/p$i/busybox"
done

# born NAME BUSYBOX COMMAND…: a child of a program that stays. Its number is in the variable NAME, when it is deaf.
born() {
	"$2" sh -c 'file=$0; "$@" & echo $! >"$file"; wait' "/tmp/pid-$1" "$3" "$4" &
	came "$1"
}
# orphan NAME BUSYBOX COMMAND…: a grandchild of a program that has ended.
orphan() {
	"$2" sh -c 'file=$0; ("$@" & echo $! >"$file") & wait $!' "/tmp/pid-$1" "$3" "$4"
	came "$1"
}
came() {
	until [ -s "/tmp/pid-$1" ]; do usleep 50000; done
	read -r number <"/tmp/pid-$1"
	eval "$1=\$number"
	# SigIgn has SIGUSR1 (10).
	until grep -q '^SigIgn:.*[2367abef]..$' "/proc/$number/status"; do usleep 50000; done
}
# script NAME FILE
script() {
	"$2" &
	echo $! >"/tmp/pid-$1"
	came "$1"
}
# hit PROGRAM TARGET, miss PROGRAM TARGET: refused, permitted.
hit() {
	denied "$1" signal 10 "$2"
	denied "$1" trace "$2"
}
miss() {
	allowed "$1" signal 10 "$2"
	allowed "$1" trace "$2"
}

# Older than policyd.
born old_first /srv/first/busybox probe stay-deaf
born old_other /srv/other/busybox probe stay-deaf
orphan old_gone /srv/first/busybox probe stay-deaf
script old_job /srv/bin/job
start_policyd

born first /srv/first/busybox probe stay-deaf
born other /srv/other/busybox probe stay-deaf
orphan gone /srv/first/busybox probe stay-deaf
orphan far /srv/other/busybox probe stay-deaf
script job /srv/bin/job
script job_other /srv/bin/other
probe stay-deaf /srv/bin/job &
echo $! >/tmp/pid-named
came named
# One program after the other: more than a history has room for.
step='i=$1; [ "$i" -gt 0 ] || exec probe stay-deaf; exec "/srv/p$i/busybox" sh -c "$STEP" step $((i - 1))'
STEP=$step sh -c "$step" step 55 &
echo $! >/tmp/pid-lost
came lost

policy history <<'END'
version: 1
policy: history
mode: enforce
subject: {exe: /srv/archer}
process:
  - {deny: [signal, ptrace], target: {ancestor: /srv/first/busybox}, name: born}
  - {deny: [signal, ptrace], target: {script: /srv/bin/job}, name: job}
---
version: 1
policy: watch
subject: {exe: /srv/watcher}
process:
  - {deny: [signal, ptrace], target: {ancestor: /srv/first/busybox}, name: would}
END
wait_live

hit /srv/archer "$first"
hit /srv/archer "$gone"
miss /srv/archer "$other"
miss /srv/archer "$far"
hit /srv/archer "$job"
miss /srv/archer "$job_other"
miss /srv/archer "$named"
event_has 'kind="denied"' 'policy="history"' 'rule="born"' 'operation="signal"' 'exe="/srv/archer"' "target_pid=\"$gone\""
event_has 'kind="denied"' 'rule="job"' 'operation="ptrace"' "target_pid=\"$job\"" 'target_exe="/usr/bin/probe"'

# Older ones have the ancestors that are alive; nobody saw their script.
hit /srv/archer "$old_first"
miss /srv/archer "$old_other"
miss /srv/archer "$old_gone"
miss /srv/archer "$old_job"

# A part that had no room: refused where somebody is, in a policy that enforces, and to nobody else.
hit /srv/archer "$lost"
event_has 'kind="denied"' 'reason="no-subject-class"' 'exe="/srv/archer"' "target_pid=\"$lost\""
for target in "$lost" "$first" "$gone" "$job" "$old_first"; do
	miss probe "$target"
	miss /srv/watcher "$target"
done
event_has 'kind="would-deny"' 'policy="watch"' 'rule="would"' "target_pid=\"$old_first\""

# A rule for everybody: the first process and the shells can still end what is older and no target.
policy everybody <<'END'
version: 1
policy: everybody
mode: enforce
process:
  - {deny: signal, target: {ancestor: /srv/other/busybox, except: {script: /srv/bin/other}}}
END
wait_live
denied probe signal 10 "$old_other"
denied probe signal 10 "$far"
for target in "$old_first" "$old_gone" "$old_job" "$first" "$job"; do
	allowed probe signal 10 "$target"
done
check 'the shell ends what is older' kill -9 "$old_gone"
check_not 'but for what the rule names' kill -9 "$old_other"
remove_policy everybody

# Who traces a child that asks for it has ancestors, too.
policy tracer <<'END'
version: 1
policy: tracer
mode: enforce
subject: {exe: /srv/watcher, ancestor: /srv/first/busybox}
process:
  - {deny: ptrace, target: {exe: /usr/bin/probe}, name: asked}
END
wait_live
denied /srv/first/busybox sh -c '/srv/watcher child /usr/bin/probe trace-me; exit $?'
allowed /srv/other/busybox sh -c '/srv/watcher child /usr/bin/probe trace-me; exit $?'
