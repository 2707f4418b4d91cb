# kernels: one
# timeout: 900
# boot: own
#
# Self-protection outlives policyd; only a process that runs its code takes over.

START_WAIT=800
PINS=/sys/fs/bpf/policyd

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
deny_read one /srv/a | policy one
printf '%s\n' 'self_protection: true' 'canary_interval: 2s' >/etc/policyd/policyd.yaml
start_policyd
check 'status says so' sh -c 'policyctl status | grep -q "^protection *on$"'
check 'doctor does not disturb it' policyctl doctor
entries() {
	policyctl status --json | grep -A1 '"guard":' | sed -n 's/.*"entries": *\([0-9]*\).*/\1/p'
}
entries=$(entries)
check 'the table of what is protected has entries' test "$entries" -gt 20

# Signals of the kernel have no hook. A file that was opened before policyd was moved there is what is left to end it
# with, and it is in vain.
setup mkdir /sys/fs/cgroup/policyd
exec 7>/sys/fs/cgroup/policyd/cgroup.kill
setup sh -c "echo $POLICYD_PID >/sys/fs/cgroup/policyd/cgroup.procs"
denied probe open-write /sys/fs/cgroup/policyd/cgroup.kill
event_has 'kind="tamper"' 'action="seen"' 'operation="cgroup"'
setup sh -c 'echo 1 >&7'
exec 7>&-
wait "$POLICYD_PID"
check 'it was killed' test "$?" = 137
denied probe open-read /srv/a
allowed probe open-read /srv/b
denied probe unlink $PINS/link_file_open
denied probe pin-get $PINS/map_live
denied probe kumount /sys/fs/bpf
denied probe open-write /usr/sbin/policyd

# refused WHAT COMMAND…: a policyd that is not the known one says so and leaves everything as it is.
refused() {
	what=$1
	shift
	"$@" >/tmp/said 2>&1
	check "$what ends with an error" test "$?" = 1
	check "$what says why" grep -q 'may not be opened; where self-protection' /tmp/said
	denied probe open-read /srv/a
}
setup cp /usr/sbin/policyd /srv/policyd
refused 'a copy' /srv/policyd
refused 'a traced one' probe traced /usr/sbin/policyd
refused 'a supervised one' probe supervised /usr/sbin/policyd
# Other code under the name of a library.
library=$(echo /usr/lib/*/libbpf.so.1)
setup cp "$library" /srv/library
setup mount --bind /srv/library "$library"
refused 'one with another library' /usr/sbin/policyd
setup umount "$library"

# Each start adds what is its own and removes what was that of the one before: the table stays as it is.
for _ in 1 2 3; do
	unshare -m policyd >>/run/vm/policyd.out 2>&1 &
	POLICYD_PID=$!
	wait_live
	check 'it ends when it is asked to' policyctl stop
	wait "$POLICYD_PID"
done
start_policyd
check "there are $entries entries still, not $(entries)" test "$(entries)" -eq "$entries"
denied probe open-read /srv/a
denied probe pin-get $PINS/map_live
denied probe kumount /sys/fs/bpf
check 'it ends when it is asked to' policyctl stop
wait "$POLICYD_PID"

# The known one; the environment brings no code in.
setup cp /usr/lib/*/libjansson.so.4 /srv/preload.so
export LD_PRELOAD=/srv/preload.so
policyd >>/run/vm/policyd.out 2>&1 &
POLICYD_PID=$!
unset LD_PRELOAD
wait_live
check 'it has taken over' sh -c 'policyctl status --json | grep -q "\"adopted\": *true"'
check_not 'without other code' grep -q /srv/preload.so "/proc/$POLICYD_PID/maps"
event_has 'kind="tamper"' 'operation="foreign-code"' 'path="/srv/library"'
event_has 'kind="tamper"' 'operation="map"' 'exe="/srv/policyd"'
denied probe open-read /srv/a
denied probe signal 9 "$POLICYD_PID"
denied probe pin-get $PINS/map_live

# An upgrade while it runs: the new file is known after a while, the daemon of it takes over.
setup cp /usr/sbin/policyd /usr/sbin/policyd.new
setup mv /usr/sbin/policyd.new /usr/sbin/policyd
sleep 5
denied probe open-write /usr/sbin/policyd
check 'it ends when it is asked to' policyctl stop
wait "$POLICYD_PID"
check 'in order' test "$?" = 0
start_policyd
check 'the new one has taken over' sh -c 'policyctl status --json | grep -q "\"adopted\": *true"'
denied probe open-read /srv/a
allowed probe open-read /srv/b
denied probe trace "$POLICYD_PID"

# A unit of systemd's has a mount namespace of its own, and makes the next one's before that runs policyd. What is
# protected is this one, and not the next that the kernel gives its number.
check 'it ends when it is asked to' policyctl stop
wait "$POLICYD_PID"
unshare -m policyd >>/run/vm/policyd.out 2>&1 &
POLICYD_PID=$!
wait_live
number=$(readlink "/proc/$POLICYD_PID/ns/mnt")
check_not 'it has a namespace of its own' test "$number" = "$(readlink /proc/1/ns/mnt)"
check_not 'nothing covers the pins there' nsenter -t "$POLICYD_PID" -m mount -t tmpfs cover /sys/fs/bpf
check_not 'nor here' mount -t tmpfs cover /sys/fs/bpf
check 'in another namespace it may' unshare -m mount -t tmpfs cover /sys/fs/bpf
check 'it ends when it is asked to' policyctl stop
wait "$POLICYD_PID"
check 'the number is given again' test "$(unshare -m readlink /proc/self/ns/mnt)" = "$number"
check 'and is another namespace' unshare -m mount -t tmpfs cover /sys/fs/bpf
check_not 'nothing covers the pins here' mount -t tmpfs cover /sys/fs/bpf
start_policyd
denied probe open-read /srv/a
check 'unload' policyctl stop --unload
wait "$POLICYD_PID"
check_not 'no pins' test -e $PINS
