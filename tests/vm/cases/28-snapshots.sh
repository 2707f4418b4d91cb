# programs: kept
# timeout: 300
#
# The requests by which btrfs makes, snapshots and removes subvolumes: creating and deleting some name below the
# directory that is asked. What is refused under some name there is refused under each.

grep -qw btrfs /proc/filesystems || modprobe btrfs || skip 'this kernel has no btrfs'
setup mkdir -p /srv/b /srv/run
setup cp "$(command -v btrfs)" /srv/run/limited
setup cp "$(command -v btrfs)" /srv/run/free
setup truncate -s 128M /srv/b.image
setup mkfs.btrfs -q /srv/b.image >/dev/null
setup modprobe loop
disk=$(losetup -f)
setup losetup "$disk" /srv/b.image
setup mount -t btrfs "$disk" /srv/b
setup mkdir /srv/b/closed /srv/b/open
for name in sub closed/gone; do setup btrfs subvolume create "/srv/b/$name"; done

policy snapshots <<'END'
version: 1
policy: snapshots
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: [create, delete], path: /srv/b/closed/**}
  - {deny: setattr, path: /srv/b/sub}
END
start_policyd
# Since 6.8 requests of 32-bit programs come by a hook of their own.
if grep -q ' bpf_lsm_file_ioctl_compat$' /proc/kallsyms; then
	check 'the 32-bit requests have a program, too' test -e /sys/fs/bpf/policyd/link_subvolume_compat
fi

limited=/srv/run/limited free=/srv/run/free
check_not 'a snapshot' $limited subvolume snapshot /srv/b/sub /srv/b/closed/snap
check_not 'of which nothing is there' test -e /srv/b/closed/snap
check_not 'a snapshot that cannot be written' $limited subvolume snapshot -r /srv/b/sub /srv/b/closed/snap
check_not 'a subvolume' $limited subvolume create /srv/b/closed/made
check_not 'of which nothing is there' test -e /srv/b/closed/made
check_not 'its removal' $limited subvolume delete /srv/b/closed/gone
check 'it is there' test -d /srv/b/closed/gone
check_not 'its removal by number' $limited subvolume delete --subvolid "$(btrfs inspect-internal rootid /srv/b/closed/gone)" /srv/b
check 'it is still there' test -d /srv/b/closed/gone
check_not 'its flags' $limited property set -ts /srv/b/sub ro true

check 'a snapshot elsewhere' $limited subvolume snapshot /srv/b/sub /srv/b/open/snap
check 'a subvolume elsewhere' $limited subvolume create /srv/b/open/made
check 'its removal' $limited subvolume delete /srv/b/open/made
check 'flags of another' $limited property set -ts /srv/b/open/snap ro true
check 'a snapshot by somebody else' $free subvolume snapshot /srv/b/sub /srv/b/closed/snap
check 'a subvolume by somebody else' $free subvolume create /srv/b/closed/made
check 'its removal by somebody else' $free subvolume delete /srv/b/closed/gone

event_has 'kind="denied"' 'operation="create"' 'path="/srv/b/closed"' 'reason="name-below"' 'exe="/srv/run/limited"'
event_has 'kind="denied"' 'operation="delete"' 'path="/srv/b/closed"' 'reason="name-below"'
event_has 'kind="denied"' 'operation="delete"' 'path="/srv/b"' 'reason="name-below"'
event_has 'kind="denied"' 'operation="setattr"' 'path="/srv/b/sub"'
no_event 'exe="/srv/run/free"'
no_event 'path="/srv/b/open'
setup umount /srv/b
