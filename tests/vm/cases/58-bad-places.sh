# timeout: 900
#
# Places that others can write, and places that policyd cannot: a refusal that says why, or enforcement with a word about
# what is missing.

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
deny_read one /srv/a | policy one
echo 'canary_interval: 2s' >/etc/policyd/policyd.yaml

# refused STATUS SENTENCE: policyd ends, says why and leaves nothing.
refused() {
	timeout 100 policyd >/tmp/said 2>&1
	check "$2: an error" test "$?" = "$1"
	cat /tmp/said
	check "$2: the reason" grep -qE "$2" /tmp/said
	check_not "$2: no pins" test -e /sys/fs/bpf/policyd
	allowed probe open-read /srv/a
}

enforces() {
	denied probe open-read /srv/a
	allowed probe open-read /srv/b
}

unload() {
	check 'unload' policyctl stop --unload
	wait "$POLICYD_PID"
}

setup chmod 0777 /etc/policyd
refused 2 "policyd.yaml: error: not trusted: '/etc/policyd' above it can be written by"
setup chmod 0755 /etc/policyd
setup chmod 0666 /etc/policyd/policyd.yaml
refused 2 "policyd.yaml: error: not trusted: it can be written by"
setup chmod 0644 /etc/policyd/policyd.yaml

setup mkdir -p /run/policyd /var/lib/policyd
setup mount -t tmpfs -o ro,mode=0755 none /run/policyd
refused 1 "cannot lock '/run/policyd/lock': Read-only file system"
setup umount /run/policyd

# A symbolic link is as good as what it leads to.
setup mv /etc/policyd /srv/policyd
setup ln -s /srv/policyd /etc/policyd
setup chown alice /srv/policyd
refused 2 "policyd.yaml: error: not trusted: '/srv/policyd' above it does not belong to root"
setup chown root /srv/policyd
start_policyd
enforces
unload
setup rm /etc/policyd

# Nothing to read: it waits for policies, and claims nothing.
policyd --seccomp kill >>/run/vm/policyd.out 2>&1 &
POLICYD_PID=$!
check_not 'not all is well' policyctl status --wait 60s
check 'status says why' sh -c "policyctl status | grep -q '/etc/policyd/policy.d.*No such file'"
allowed probe open-read /srv/a
setup mv /srv/policyd /etc/policyd
wait_live
enforces
unload

# The state directory full: protection goes before recovery. What numbers events has its place since the first start.
setup mount -t tmpfs -o size=64k,mode=0700 full /var/lib/policyd
start_policyd
unload
dd if=/dev/zero of=/var/lib/policyd/filler bs=4k 2>/dev/null
start_policyd
enforces
event_has 'kind="health"' 'action="degraded"'
check_not 'no trial without a way back' policyctl apply --confirm 60s /etc/policyd/policy.d
unload

# Read-only: events could not be told apart, and what is not in force yet does not come into force.
setup mount -o remount,ro /var/lib/policyd
refused 1 "sequence', which numbers events, cannot be opened: Read-only file system"
setup mount -o remount,rw /var/lib/policyd
setup rm /var/lib/policyd/filler
start_policyd
enforces
stop_policyd
setup mount -o remount,ro /var/lib/policyd
timeout 100 policyd >/tmp/said 2>&1
check 'nor does a daemon take over' test "$?" = 1
enforces
setup mount -o remount,rw /var/lib/policyd
start_policyd
unload
