# kernels: one
# timeout: 900
# boot: own
#
# Policies that nobody changes until the machine is started anew.

START_WAIT=800
PINS=/sys/fs/bpf/policyd

for name in a b c; do
	setup cp /etc/hostname /srv/$name
done
deny_read one /srv/a | policy one
start_policyd
check_not 'no lock without self-protection' policyctl lock
stop_policyd
printf '%s\n' 'self_protection: true' 'canary_interval: 2s' >/etc/policyd/policyd.yaml
start_policyd
check_not 'it is not locked by itself' sh -c 'policyctl status | grep locked'
check 'policies can be changed' policyctl mode one audit
allowed probe open-read /srv/a
check_not 'what was changed by hand is not locked' policyctl lock
check 'reload' policyctl reload
denied probe open-read /srv/a

check 'lock' policyctl lock
touch /run/vm/stays
check 'status says so' sh -c 'policyctl status | grep -q "policies are locked until the machine is started anew"'
event_has 'kind="policy"' 'action="locked"'
for what in lock reload rollback stop 'stop --unload' 'mode one audit' 'mode one disabled' 'apply /srv'; do
	# shellcheck disable=SC2086 # words
	policyctl $what >/tmp/said 2>&1
	check "$what is refused" test "$?" = 2
	check "$what: it says why" grep -q 'locked' /tmp/said
done
check 'confirm still answers' sh -c 'policyctl confirm; test $? -le 2'
denied probe open-read /srv/a

# Changed files change nothing, and that is told.
deny_read one /srv/b | policy one
event_has 'kind="tamper"' 'action="ignored"' 'severity="critical"'
denied probe open-read /srv/a
allowed probe open-read /srv/b
remove_policy one
sleep 3
denied probe open-read /srv/a

# Mounts are followed, with the locked policies.
setup mkdir -p /mnt/two
setup mount --bind /srv /mnt/two
sleep 2
denied probe open-read /mnt/two/a
allowed probe open-read /mnt/two/b
denied probe kmount $PINS
denied probe unlink $PINS/map_locked

# An upgrade waits for the restart of the machine.
setup ln /usr/sbin/policyd /usr/sbin/policyd.known
setup cp /usr/sbin/policyd /usr/sbin/policyd.new
setup mv /usr/sbin/policyd.new /usr/sbin/policyd
sleep 5

# A restart changes nothing, whatever the directory holds.
setup mkdir -p /sys/fs/cgroup/policyd
exec 7>/sys/fs/cgroup/policyd/cgroup.kill # before policyd is there: afterwards it is refused
setup sh -c "echo $POLICYD_PID >/sys/fs/cgroup/policyd/cgroup.procs"
setup sh -c 'echo 1 >&7'
exec 7>&-
wait "$POLICYD_PID"
deny_read one /srv/b | policy one
timeout 60 policyd >/tmp/said 2>&1
check 'a policyd that was put in its place does not take over' grep -q 'may not be opened' /tmp/said
setup mv /usr/sbin/policyd.known /usr/sbin/policyd
policyd >>/run/vm/policyd.out 2>&1 &
POLICYD_PID=$!
until policyctl status >/tmp/status 2>&1 || [ "$?" = 1 ]; do
	kill -0 $POLICYD_PID || fail 'policyd has ended'
	usleep 200000
done
check 'it is still locked' grep -q 'policies are locked' /tmp/status
denied probe open-read /srv/a
allowed probe open-read /srv/b
check_not 'and cannot be unloaded' policyctl stop --unload
check 'it lives' policyctl status --json
check_not 'nor the lock be written' bpftool map update pinned $PINS/map_locked key 0 0 0 0 value 0 0 0 0
denied probe unlink $PINS/link_file_open
denied probe open-read /srv/a
deny_read one /srv/a | policy one
wait_live
event_has 'kind="denied"' 'path="/srv/a"' 'policy="one"'
