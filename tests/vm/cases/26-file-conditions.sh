# programs: kept
# timeout: 300
#
# What a rule asks of a file beyond its name: its type, its device number, its file system. By whatever name, and
# no link or rename ends it.

setup mkdir -p /srv/run /srv/a/dir /srv/free /srv/fs/t /srv/c/dir
for who in limited watched free; do
	setup cp /usr/bin/probe "/srv/run/$who"
done
for file in /srv/a/file /srv/free/file /srv/fs/file /srv/c/file /srv/c/other /srv/c/dir/file /srv/free/over; do
	setup cp /etc/hostname "$file"
done
setup mount -t tmpfs none /srv/fs/t
setup cp /etc/hostname /srv/fs/t/file
setup mknod /srv/free/random c 1 9
setup mknod /srv/free/zero c 1 5
setup mknod /srv/free/block b 1 9
setup mknod /srv/a/full c 1 7
setup mkfifo /srv/c/fifo

policy conditions <<'END'
version: 1
policy: conditions
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: read, device: "1:9", type: char, name: device}
  - {deny: [write, create], device: "1:11", name: made}
  - {deny: write, device: "1:*", path: /srv/a/**, name: major}
  - {deny: create, type: [block, char], path: /srv/**, name: nodes}
  - {deny: create, type: symlink, path: /srv/a/**, name: links}
  - {deny: create, type: directory, path: /srv/free/no*, name: directories}
  - {deny: read, type: directory, path: /srv/a/**, name: listing}
  - {deny: write, fstype: ext4, path: /srv/fs/**, name: fstype}
  - {deny: read, type: regular, path: /srv/c/**, name: regular}
---
version: 1
policy: watch
mode: audit
subject: {exe: /srv/run/watched}
file:
  - {deny: read, device: "1:9", name: watched}
END
start_policyd

limited=/srv/run/limited
for who in free watched; do
	allowed /srv/run/$who open-read /dev/urandom
	allowed /srv/run/$who open-read /srv/free/random
done

# A device under any name, on any file system.
denied $limited open-read /dev/urandom
denied $limited open-read /srv/free/random
denied unshare -m sh -c 'mount -t tmpfs none /mnt && mknod /mnt/r c 1 9 && exec /srv/run/limited open-read /mnt/r'
allowed $limited open-read /dev/zero
allowed $limited open-read /srv/free/zero
allowed $limited mknod /tmp/zero c 1 5
denied $limited mknod /tmp/kmsg c 1 11
denied $limited mknod /tmp/kmsg b 1 11
denied $limited open-write /srv/a/full
allowed $limited open-write /srv/a/file

# Types, of what is there and of what is made.
denied $limited mknod /srv/free/node c 1 5
denied $limited mknod /srv/free/node b 7 0
allowed $limited create /srv/free/node
allowed $limited mkfifo /srv/free/fifo
denied $limited symlink x /srv/a/link
allowed $limited symlink x /srv/free/link
allowed $limited create /srv/a/plain
denied $limited mkdir /srv/free/no-dir
allowed $limited create /srv/free/no-file
allowed $limited mkdir /srv/a/newdir
denied $limited open-read /srv/a/dir
allowed $limited open-read /srv/a/file
allowed $limited open-read /srv/free

# The file system.
denied $limited open-write /srv/fs/file
allowed $limited open-write /srv/fs/t/file
allowed $limited open-read /srv/fs/file

# Links and renames.
denied $limited open-read /srv/c/file
denied $limited rename /srv/c/file /srv/free/stolen
denied $limited link /srv/c/file /srv/free/stolen
denied $limited rename /srv/c/file /srv/free/over
denied $limited rename /srv/c/dir /srv/free/dir
allowed $limited rename /srv/c/fifo /srv/free/moved
allowed $limited rename /srv/c/file /srv/c/renamed
allowed /srv/run/free rename /srv/c/other /srv/free/other
denied $limited rename /srv/free/zero /srv/free/named
allowed $limited rename /srv/free/file /srv/free/named

event_has 'policy="conditions"' 'rule="device"' 'operation="read"' 'path="/dev/urandom"'
event_has 'rule="device"' 'path="/srv/free/random"'
event_has 'rule="made"' 'operation="create"' 'path="/tmp/kmsg"'
event_has 'rule="major"' 'path="/srv/a/full"'
event_has 'rule="nodes"' 'path="/srv/free/node"'
event_has 'rule="links"' 'path="/srv/a/link"'
event_has 'rule="directories"' 'path="/srv/free/no-dir"'
event_has 'rule="listing"' 'path="/srv/a/dir"'
event_has 'rule="fstype"' 'path="/srv/fs/file"'
event_has 'rule="regular"' 'operation="read"' 'path="/srv/c/file"'
event_has 'policy="watch"' 'kind="would-deny"' 'rule="watched"' 'path="/srv/free/random"'
no_event 'path="/srv/free/(zero|fifo|moved|no-file)"' 'operation="(read|create)"' 'rule="(regular|nodes)"'
no_event 'exe="/srv/run/free"'
