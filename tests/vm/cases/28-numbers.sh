# programs: kept
# timeout: 300
#
# The number of a directory that is gone comes again: in an overlay with no generation that tells the two apart, and on
# another disk of the same device. What was known of the one says nothing about the other.

setup modprobe loop
setup mkdir -p /srv/low /srv/m /srv/run /srv/disk
for what in mapped unmapped; do setup mkdir -p "/srv/$what/up" "/srv/$what/work"; done
setup cp /usr/bin/probe /srv/run/limited
setup mount -t overlay none /srv/m -o lowerdir=/srv/low,upperdir=/srv/mapped/up,workdir=/srv/mapped/work
limited=/srv/run/limited

policy numbers <<'END'
version: 1
policy: numbers
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: read, path: [/srv/m/secret/f, "unmapped:/secret/f"]}
END
start_policyd

# turn RUN…: one directory after the other with the same number, in the overlay at /srv/m.
turn() {
	last=
	for name in open secret open secret; do
		setup "$@" mkdir "/srv/m/$name"
		setup "$@" cp /etc/hostname "/srv/m/$name/f"
		number=$("$@" stat -c %i "/srv/m/$name")
		if [ "$name" = open ]; then
			allowed "$@" $limited open-read /srv/m/open/f
		else
			denied "$@" $limited open-read /srv/m/secret/f
		fi
		check 'the number came again' test "$number" = "${last:-$number}"
		last=$number
		setup "$@" rm -r "/srv/m/$name"
	done
}
turn command

# The same in a mount namespace of its own, where nothing else has that name.
options=lowerdir=/srv/low,upperdir=/srv/unmapped/up,workdir=/srv/unmapped/work
unshare -m sh -c "mount -t overlay none /srv/m -o $options && touch /tmp/held && exec sleep 200" &
holder=$!
setup within 100 test -e /tmp/held
turn nsenter -t $holder -m

# disk NAME DIRECTORY…: an ext4 with these directories, whose numbers begin anew on each.
disk() {
	file=/srv/$1
	shift
	setup rm -rf /tmp/tree
	for name in "$@"; do
		setup mkdir -p "/tmp/tree/$name"
		setup cp /etc/hostname "/tmp/tree/$name/f"
	done
	setup truncate -s 4M "$file"
	setup mke2fs -q -t ext4 -O ^has_journal -d /tmp/tree "$file"
}
disk one open secret
disk other another open

# on DISK PROBE…: in a mount namespace of its own, of which the host hears nothing.
cat >/tmp/on <<'END'
#!/bin/sh
losetup /dev/loop0 "/srv/$1" && mount -t ext4 /dev/loop0 /srv/disk || exit 2
shift
stat -c %i "$3" >/tmp/number
exec "$@"
END
chmod 755 /tmp/on
on() {
	unshare -m /tmp/on "$@"
	_result=$?
	within 50 losetup -d /dev/loop0
	return "$_result"
}
denied on one $limited open-read /srv/disk/secret/f
setup mv /tmp/number /tmp/before
allowed on other $limited open-read /srv/disk/open/f
check 'the number came again' cmp -s /tmp/before /tmp/number
denied on one $limited open-read /srv/disk/secret/f
