# timeout: 900
# boot: own
#
# Self-protection: what root, who is not policyd, may not do to policyd, and what he may do to others.

START_WAIT=800
PINS=/sys/fs/bpf/policyd

id_of() {
	bpftool "$1" show pinned "$2" -j | sed -n 's/^.*"id":\([0-9]*\).*/\1/p'
}

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
setup mkdir -p /sys/fs/bpf/other /srv/mount
deny_read one /srv/a | policy one

# Without it: everything is open to root, and the numbers of the objects are known.
start_policyd
live=$(id_of map $PINS/map_live)
program=$(id_of prog $PINS/prog_file_open)
link=$(id_of link $PINS/link_file_open)
check 'there are numbers' test "$live" -gt 0 -a "$program" -gt 0 -a "$link" -gt 0
allowed probe bpf-map "$live"
allowed probe bpf-program "$program"
allowed probe bpf-link "$link"
allowed probe pin-get $PINS/map_live
allowed probe limit "$POLICYD_PID"
allowed probe open-read $PINS/map_constants
stop_policyd

echo 'self_protection: true' >/etc/policyd/policyd.yaml
GROUPS_OF=/sys/fs/cgroup
setup mkdir -p $GROUPS_OF/outer/inner $GROUPS_OF/outer/other $GROUPS_OF/aside
setup sh -c "echo $$ >$GROUPS_OF/outer/inner/cgroup.procs"
for folder in . outer; do
	setup sh -c "echo +memory +cpu +pids >$GROUPS_OF/$folder/cgroup.subtree_control"
done
start_policyd
setup sh -c "echo $$ >$GROUPS_OF/cgroup.procs"
denied probe open-read /srv/a
allowed probe open-read /srv/b

# The process.
probe stay-deaf &
other=$!
usleep 200000
for what in "signal 9" "signal 19" "signal 15" "signal-pidfd 9" "signal-queue 9" "signal-thread 9"; do
	# shellcheck disable=SC2086 # words
	denied probe $what "$POLICYD_PID"
done
allowed probe signal 0 "$POLICYD_PID"
allowed probe signal 18 "$POLICYD_PID"
denied probe --errno EACCES memory-open "$POLICYD_PID"
allowed probe memory-open "$other"
for what in trace memory-read memory-write pidfd-getfd kcmp limit processors nice; do
	denied probe "$what" "$POLICYD_PID"
	allowed probe "$what" "$other"
done
# What reads policies for it: a helper, whose children are protected like it.
read -r helper <"/proc/$POLICYD_PID/task/$POLICYD_PID/children"
check 'there is one helper' kill -0 "$helper"
denied probe signal 9 "$helper"
denied probe trace "$helper"
denied probe memory-write "$helper"
allowed probe signal 9 "$other"
allowed probe stat-open "$POLICYD_PID"
event_has 'kind="tamper"' 'action="refused"' 'operation="signal"' 'detail="KILL"' 'exe="/usr/bin/probe"'
event_has 'kind="tamper"' 'operation="trace"' 'path="/usr/sbin/policyd"'
event_has 'kind="tamper"' 'operation="limit"'

# Its cgroup and those above: what stops, ends or starves all that is in one.
for folder in outer outer/inner; do
	denied probe open-write $GROUPS_OF/$folder/cgroup.freeze
	denied probe open-write $GROUPS_OF/$folder/cgroup.kill
	allowed probe open-read $GROUPS_OF/$folder/cgroup.freeze
	allowed probe open-write $GROUPS_OF/$folder/cgroup.max.depth
	for limit in memory.max memory.high cpu.max pids.max; do
		denied probe open-write $GROUPS_OF/$folder/$limit
		allowed probe open-read $GROUPS_OF/$folder/$limit
		allowed probe open-write $GROUPS_OF/aside/$limit
	done
	allowed probe open-write $GROUPS_OF/$folder/memory.low
	allowed probe open-write $GROUPS_OF/$folder/cpu.weight
done
event_has 'kind="tamper"' 'action="refused"' 'operation="cgroup"' 'path="[^"]*/outer/cgroup.freeze"'
event_has 'kind="tamper"' 'operation="cgroup"' 'path="[^"]*/outer/inner/cgroup.kill"'
event_has 'kind="tamper"' 'operation="cgroup"' 'path="[^"]*/outer/memory.max"'
event_has 'kind="tamper"' 'operation="cgroup"' 'path="[^"]*/outer/inner/pids.max"'
: >$EVENT_LOG
sleep 600 &
other=$!
for folder in outer/other aside; do
	setup sh -c "echo $other >$GROUPS_OF/$folder/cgroup.procs"
	setup sh -c "echo 1 >$GROUPS_OF/$folder/cgroup.freeze"
	check "$folder is frozen" within 50 grep -q 'frozen 1' $GROUPS_OF/$folder/cgroup.events
	setup sh -c "echo 0 >$GROUPS_OF/$folder/cgroup.freeze"
done
setup sh -c "echo 1 >$GROUPS_OF/aside/cgroup.kill"
wait "$other"
check 'what was there was killed' test "$?" = 137
no_event 'operation="cgroup"'
# Moved to another one: told, and that one is kept. The same in the hierarchy of version 1.
setup mkdir /srv/freezer
setup mount -t cgroup -o freezer freezer /srv/freezer
setup mkdir /srv/freezer/aside /srv/freezer/other
allowed probe open-write /srv/freezer/aside/freezer.state
setup sh -c "echo $POLICYD_PID >/srv/freezer/aside/cgroup.procs"
event_has 'kind="tamper"' 'action="seen"' 'operation="cgroup"' 'path="/usr/sbin/policyd"'
denied probe open-write /srv/freezer/aside/freezer.state
allowed probe open-read /srv/freezer/aside/freezer.state
allowed probe open-write /srv/freezer/other/freezer.state
setup sh -c "echo $POLICYD_PID >$GROUPS_OF/aside/cgroup.procs"
denied probe open-write $GROUPS_OF/aside/cgroup.freeze
denied probe open-write $GROUPS_OF/aside/memory.max
allowed probe open-write $GROUPS_OF/outer/inner/memory.max
allowed probe open-write $GROUPS_OF/outer/inner/cgroup.freeze
event_has 'kind="tamper"' 'action="refused"' 'operation="cgroup"' 'path="[^"]*/aside/freezer.state"'
setup sh -c "echo $POLICYD_PID >/srv/freezer/cgroup.procs"

# Its objects.
setup bpftool map create /sys/fs/bpf/other/map type array key 4 value 4 entries 1 name mine
mine=$(id_of map /sys/fs/bpf/other/map)
denied probe bpf-map "$live"
denied probe bpf-program "$program"
denied probe bpf-link "$link"
denied probe pin-get $PINS/map_live
denied probe pin-get $PINS/prog_file_open
allowed probe bpf-map "$mine"
allowed probe pin-get /sys/fs/bpf/other/map
# Reading the pin shows the map, with the key of the name hash.
denied probe open-read $PINS/map_constants
allowed probe open-read $PINS
allowed probe open-read /sys/fs/bpf/other
# A link can be opened, and no more.
allowed probe pin-get $PINS/link_file_open
denied probe --errno EOPNOTSUPP link-detach $PINS/link_file_open
denied probe load-lsm
denied probe load-modify
allowed probe load-trace
for id in $(seq 1 120); do
	bpftool map show id "$id" 2>/dev/null
done >/tmp/maps
check 'other maps can be opened' grep -q 'name mine ' /tmp/maps
check_not 'no image and no table of policyd can' grep -E 'name (policyd|live|events|guard)' /tmp/maps
event_has 'kind="tamper"' 'operation="map"' "detail=\"$live\""
event_has 'kind="tamper"' 'operation="program"' "detail=\"$program\""
event_has 'kind="tamper"' 'operation="link"' "detail=\"$link\""
event_has 'kind="tamper"' 'operation="load-program"'

# Its pins.
denied probe unlink $PINS/link_file_open
denied probe rename $PINS/link_file_open /sys/fs/bpf/other/x
denied probe rename $PINS /sys/fs/bpf/elsewhere
denied probe rename /sys/fs/bpf/other/map $PINS/prog_capable
denied probe link /sys/fs/bpf/other/map $PINS/prog_capable
denied probe symlink /sys/fs/bpf/other/map $PINS/prog_capable
denied probe mkdir $PINS/prog_capable
denied probe pin-make $PINS/prog_capable
allowed probe pin-make /sys/fs/bpf/other/made
allowed probe rename /sys/fs/bpf/other/made /sys/fs/bpf/other/moved
allowed probe unlink /sys/fs/bpf/other/moved
event_has 'kind="tamper"' 'operation="pin"' 'path="/sys/fs/bpf/policyd/link_file_open"'

# The way to them.
for place in $PINS /sys/fs/bpf /sys/fs /sys; do
	denied probe kmount "$place"
	denied probe kmount-new "$place"
	denied probe shared kmount "$place"
	allowed probe private kmount "$place"
done
for place in /sys/fs/bpf /sys; do
	denied probe kumount "$place"
	denied probe shared kumount "$place"
	allowed probe private kumount "$place"
	denied probe tree-move "$place" /srv/mount
	denied probe remount "$place"
done
denied probe mount-move /sys/fs/bpf /srv/mount
allowed probe kmount /srv/mount
allowed probe remount /srv/mount
allowed probe kumount /srv/mount
event_has 'kind="tamper"' 'operation="mount"' 'path="/sys/fs/bpf"'

# Its code, and the switch of the kernel.
library=$(grep -o '/[^ ]*libbpf[^ ]*$' "/proc/$POLICYD_PID/maps" | head -n 1)
for what in open-write open-append open-trunc truncate; do
	denied probe "$what" "$library"
done
denied probe open-trunc /usr/sbin/policyd
allowed probe open-read /usr/sbin/policyd
allowed probe open-read "$library"
allowed probe open-write /usr/bin/policyctl
denied probe open-write /proc/sys/kernel/ftrace_enabled
allowed probe open-read /proc/sys/kernel/ftrace_enabled
allowed probe open-write /proc/sys/kernel/printk
event_has 'kind="tamper"' 'operation="code"' 'path="/usr/sbin/policyd"'
event_has 'kind="tamper"' 'operation="ftrace-switch"'

check 'it still enforces' policyctl status
denied probe open-read /srv/a
check 'and ends when it is asked to' policyctl stop --unload
wait "$POLICYD_PID"
check 'in order' test "$?" = 0
check_not 'no pins' test -e $PINS
allowed probe open-read /srv/a
allowed probe open-write /usr/sbin/policyd
