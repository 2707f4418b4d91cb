# kernels: one
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

# The state directory full, where policyd never ran: protection goes before recovery. It is told in an event and in the
# status, for as long as it lasts.
unkept() {
	event_has 'kind="health"' 'action="degraded"' "'/var/lib/policyd' cannot be written: $1"
	check "$1: the status" sh -c "policyctl status | grep -A1 '^storage */var/lib/policyd' | grep -q '$1'"
	check_not "$1: no trial without a way back" policyctl apply --confirm 60s /etc/policyd/policy.d
}
setup mount -t tmpfs -o size=64k,mode=0700 full /var/lib/policyd
dd if=/dev/zero of=/var/lib/policyd/filler bs=4k 2>/dev/null
start_policyd
enforces
unkept 'No space left'
stop_policyd
sequence=$(sd_field "$(event_line 'action="stopped"' | tail -n 1)" sequence)

# Read-only: a daemon takes over and numbers on; a change comes into force; a new one begins to enforce.
setup mount -o remount,ro /var/lib/policyd
start_policyd
enforces
unkept 'Read-only file system'
event_has 'action="degraded"' 'Read-only file system' "sequence=\"$((sequence + 1))\""
deny_read one /srv/b | policy one
wait_live
denied probe open-read /srv/b
allowed probe open-read /srv/a
deny_read one /srv/a | policy one
wait_live
unload
allowed probe open-read /srv/a
start_policyd
enforces
setup mount -o remount,rw /var/lib/policyd
setup rm /var/lib/policyd/filler
check 'reload' policyctl reload
event_has 'action="recovered"' "'/var/lib/policyd' can be written again"
check_not 'the status is silent again' sh -c 'policyctl status | grep -q "^storage"'
check 'the set is kept again' sh -c 'policyctl confirm && test -d /var/lib/policyd/good'
unload
