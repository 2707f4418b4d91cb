# programs: kept
# timeout: 300
#
# The directories and files of a btrfs snapshot have the numbers of those that they were taken of, on the same device.
# What is known of the ones says nothing about the others.

grep -qw btrfs /proc/filesystems || modprobe btrfs || skip 'this kernel has no btrfs'
setup mkdir -p /srv/b /srv/part /srv/m /srv/run
for who in limited listed parted; do setup cp /usr/bin/probe "/srv/run/$who"; done
setup truncate -s 128M /srv/b.image
setup mkfs.btrfs -q /srv/b.image >/dev/null
setup modprobe loop
disk=$(losetup -f)
setup losetup "$disk" /srv/b.image
setup mount -t btrfs "$disk" /srv/b
setup btrfs subvolume create /srv/b/sub
setup mkdir -p /srv/b/sub/first /srv/b/sub/then /srv/b/sub/ops /srv/b/sub/o/one /srv/b/sub/work
for file in first/secret first/kept first/there then/secret then/kept ops/size ops/mode ops/owner ops/linked ops/moved \
	ops/gone o/one/f o/one/g; do
	setup cp /etc/hostname "/srv/b/sub/$file"
done
setup cp /usr/bin/probe /srv/b/sub/first/tool
setup cp /usr/bin/probe /srv/b/sub/then/tool
setup btrfs subvolume snapshot /srv/b/sub /srv/b/snap
setup mv /srv/b/snap/o/one /srv/b/snap/o/two
check 'the numbers are the same' test "$(stat -c %i /srv/b/sub/first)" = "$(stat -c %i /srv/b/snap/first)"
check 'also of what was renamed' test "$(stat -c %i /srv/b/sub/o/one)" = "$(stat -c %i /srv/b/snap/o/two)"
setup mount -t btrfs -o subvol=snap "$disk" /srv/part
setup mount -t overlay none /srv/m -o lowerdir=/srv/b/snap/o,upperdir=/srv/b/sub/o,workdir=/srv/b/sub/work

policy subvolumes <<'END'
version: 1
policy: subvolumes
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: read, path: ["/srv/b/sub/{first,then}/secret", "/srv/b/snap/{first,then}/kept"]}
  - {deny: read, path: [/srv/part/first/there, /srv/m/one/f, /srv/m/two/g]}
  - {deny: write, path: /srv/b/sub/ops/size}
  - {deny: chmod, path: /srv/b/sub/ops/mode}
  - {deny: chown, path: /srv/b/sub/ops/owner}
  - {deny: link, path: /srv/b/sub/ops/linked}
  - {deny: rename, path: /srv/b/sub/ops/moved}
  - {deny: delete, path: /srv/b/sub/ops/gone}
  - {deny: create, path: /srv/b/sub/ops/new}
exec:
  - {deny: run, path: ["/srv/b/sub/{first,then}/tool"]}
---
version: 1
policy: listed
mode: enforce
subject: {exe: /srv/run/listed}
default: {file: deny}
file:
  - {allow: all, path: /srv/b/sub/**}
---
version: 1
policy: parted
mode: enforce
subject: {exe: /srv/run/parted}
default: {file: deny}
file:
  - {allow: all, path: /srv/part/**}
END
start_policyd
limited=/srv/run/limited listed=/srv/run/listed parted=/srv/run/parted

# An overlay over both, before anything else of btrfs is seen: its directories repeat the numbers, too.
denied $limited open-read /srv/m/one/f
allowed $limited open-read /srv/m/two/f
denied $limited open-read /srv/m/one/f
allowed $limited open-read /srv/m/one/g
denied $limited open-read /srv/m/two/g
allowed $limited open-read /srv/m/one/g

# Each by each way: the original first, then the snapshot's, and the other way round.
for way in open-read reopen; do
	denied $limited $way /srv/b/sub/first/secret
	allowed $limited $way /srv/b/snap/first/secret
	denied $limited $way /srv/b/sub/first/secret
	allowed $limited $way /srv/b/sub/first/kept
	denied $limited $way /srv/b/snap/first/kept
	allowed $limited $way /srv/b/sub/first/kept

	allowed $limited $way /srv/b/snap/then/secret
	denied $limited $way /srv/b/sub/then/secret
	allowed $limited $way /srv/b/snap/then/secret
	denied $limited $way /srv/b/snap/then/kept
	allowed $limited $way /srv/b/sub/then/kept
	denied $limited $way /srv/b/snap/then/kept
done
denied $limited exec /srv/b/sub/first/tool
allowed $limited exec /srv/b/snap/first/tool
denied $limited exec /srv/b/sub/first/tool
allowed $limited exec /srv/b/snap/then/tool
denied $limited exec /srv/b/sub/then/tool
allowed $limited exec /srv/b/snap/then/tool

# What is done to names.
for way in truncate open-write open-trunc; do
	allowed $limited $way /srv/b/snap/ops/size
	denied $limited $way /srv/b/sub/ops/size
	allowed $limited $way /srv/b/snap/ops/size
done
denied $limited chmod /srv/b/sub/ops/mode
allowed $limited chmod /srv/b/snap/ops/mode
denied $limited chown /srv/b/sub/ops/owner
allowed $limited chown /srv/b/snap/ops/owner
allowed $limited link /srv/b/snap/ops/linked /srv/b/snap/ops/linked2
denied $limited link /srv/b/sub/ops/linked /srv/b/sub/ops/linked2
denied $limited rename /srv/b/sub/ops/moved /srv/b/sub/ops/moved2
allowed $limited rename /srv/b/snap/ops/moved /srv/b/snap/ops/moved2
denied $limited unlink /srv/b/sub/ops/gone
allowed $limited unlink /srv/b/snap/ops/gone
allowed $limited create /srv/b/snap/ops/new
denied $limited create /srv/b/sub/ops/new

# Access lists: of the original only, and of the snapshot by the name of its second mount.
allowed $listed open-read /srv/b/sub/first/kept
denied $listed open-read /srv/b/snap/first/kept
allowed $listed open-read /srv/b/sub/first/kept
denied $parted open-read /srv/b/sub/first/kept
allowed $parted open-read /srv/b/snap/first/kept
denied $parted open-read /srv/b/sub/first/kept
allowed $parted open-read /srv/part/then/kept
denied $listed open-read /srv/part/then/kept

# The second mount of the snapshot: the files in it have both names.
denied $limited open-read /srv/part/first/there
denied $limited open-read /srv/b/snap/first/there
allowed $limited open-read /srv/b/sub/first/there
denied $limited open-read /srv/part/first/kept
allowed $limited open-read /srv/part/first/secret

event_has 'policy="subvolumes"' 'operation="read"' 'path="/srv/m/one/f"'
event_has 'policy="subvolumes"' 'operation="read"' 'path="/srv/b/sub/first/secret"'
event_has 'policy="subvolumes"' 'operation="read"' 'path="/srv/b/snap/first/kept"'
event_has 'policy="subvolumes"' 'operation="rename"' 'path="/srv/b/sub/ops/moved"'
event_has 'policy="listed"' 'operation="read"' 'path="/srv/b/snap/first/kept"'
event_has 'policy="parted"' 'operation="read"' 'path="/srv/b/sub/first/kept"'
no_event 'path="/srv/b/snap/ops/'
no_event 'path="/srv/b/snap/first/secret"'

# The two change places: names stay where they are.
setup umount /srv/m
setup umount /srv/part
setup probe exchange /srv/b/sub /srv/b/snap
denied $limited open-read /srv/b/sub/first/secret
allowed $limited open-read /srv/b/snap/first/secret
denied $limited open-read /srv/b/snap/first/kept
allowed $limited open-read /srv/b/sub/first/kept

# Subvolumes alone, as most distributions mount them: what is above them has no name.
setup umount /srv/b
setup mount -t btrfs -o subvol=sub "$disk" /srv/part
setup mount -t btrfs -o subvol=snap "$disk" /srv/m
wait_named() { ! $limited open-read /srv/part/first/there >/dev/null; }
check 'the mount is known' within 100 wait_named
denied $limited open-read /srv/part/first/there
allowed $limited open-read /srv/m/first/there
denied $limited open-read /srv/part/first/there
allowed $limited open-read /srv/part/first/secret
allowed $parted open-read /srv/part/first/secret
denied $parted open-read /srv/m/first/secret
event_has 'policy="subvolumes"' 'operation="read"' 'path="/srv/part/first/there"'
event_has 'policy="parted"' 'operation="read"' 'path="/srv/m/first/secret"'
