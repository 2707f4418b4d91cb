# kernels: one
# timeout: 600
#
# Hosts that cannot enforce: a sentence with the remedy, an exit status, no claim.

policy one <<END
version: 1
policy: one
mode: enforce
file:
  - deny: read
    path: /srv/a
END
setup cp /etc/hostname /srv/a

# refuses WHAT SENTENCE COMMAND…: ends with an error and the sentence, and leaves nothing.
refuses() {
	_host=$1
	_sentence=$2
	shift 2
	timeout 100 "$@" >/tmp/said 2>&1
	_ended=$?
	cat /tmp/said
	check "$_host: an error" test "$_ended" = 1
	check "$_host: the reason" grep -qE "$_sentence" /tmp/said
	check_not "$_host: no claim" grep -qE 'started|published' /tmp/said $EVENT_LOG
	check_not "$_host: no pins" test -e /sys/fs/bpf/policyd
	allowed probe open-read /srv/a
}

refuses 'not root' 'root' su alice -s /bin/sh -c policyd

setup umount /sys/fs/bpf
refuses 'no bpffs' 'no bpffs is mounted .*; remedy: mount -t bpf' policyd
setup mount -t bpf -o mode=0700 bpf /sys/fs/bpf

setup mount -t tmpfs empty /sys/kernel/btf
refuses 'no BTF' 'btf: .* cannot be read: .*; remedy: .*CONFIG_DEBUG_INFO_BTF' policyd
setup umount /sys/kernel/btf

start_policyd
denied probe open-read /srv/a
timeout 100 policyd >/tmp/said 2>&1
check 'a second instance ends' test "$?" = 1
check 'and says why' grep -q 'another policyd is running' /tmp/said
denied probe open-read /srv/a
check 'the first one answers' policyctl status
