# programs: kept
# timeout: 300
#
# What the kernel opens for who asks, operations on names through io_uring, extended attributes: as root and as an
# ordinary user.

setup mkdir -p /srv/run /srv/a /srv/b /srv/new
for who in limited watched; do setup cp /usr/bin/probe "/srv/run/$who"; done
for where in a b; do
	for name in f g h i swap; do setup cp /etc/hostname "/srv/$where/$name"; done
	setup dd if=/dev/zero of="/srv/$where/swap" bs=4k count=32
	setup busybox mkswap "/srv/$where/swap"
	setup chmod 600 "/srv/$where/swap"
done
setup chown -R 1000:1000 /srv/a /srv/b /srv/new
setup sh -c 'echo core >/proc/sys/kernel/core_pattern; echo 0 >/proc/sys/kernel/core_uses_pid'

for mode in enforce audit; do
	who=limited
	[ $mode = enforce ] || who=watched
	cat <<END
---
version: 1
policy: routes-$mode
mode: $mode
subject: {exe: /srv/run/$who}
file:
  - {deny: [write, create, delete, rename, link, setattr], path: /srv/a/**}
END
done | policy routes
start_policyd
limited=/srv/run/limited
watched=/srv/run/watched

for way in swap account; do
	denied $limited $way /srv/a/swap
	allowed $limited $way /srv/b/swap
	allowed $watched $way /srv/a/swap
done

# The kernel writes the file of quotas for who turns them on; who is not refused learns that it is none.
disk=$(awk '$2 == "/srv" { print $1 }' /proc/mounts)
setup mount -o remount,usrquota /srv
denied $limited quota "$disk" /srv/a/f
quota_status() { $1 quota "$disk" "$2" >/dev/null 2>&1; echo $?; }
check_not 'quotas next to it' test "$(quota_status $limited /srv/b/f)" = 1
check_not 'quotas of the watched' test "$(quota_status $watched /srv/a/f)" = 1

# both PROBE ARGUMENT…: refused below /srv/a and not below /srv/b (written @), as root and as a user; watched is told.
both() {
	_a=$(echo "$*" | sed 's,@,/srv/a,g')
	_b=$(echo "$*" | sed 's,@,/srv/b,g')
	# shellcheck disable=SC2086
	{
		denied $limited $_a
		denied $limited as 1000 1000 -- $_a
		allowed $limited $_b
	}
}
both core @
both create @/new
both uring-unlink @/f
both uring-rename @/g @/g2
both uring-link @/h /srv/new/linked
both uring-symlink /x @/symbolic
both uring-mkdir @/dir
both uring-attribute @/i
both attribute @/i
both attribute-end @/i
for rest in 'core /srv/a' 'uring-unlink /srv/a/f' 'uring-rename /srv/a/g /srv/a/g2' 'uring-mkdir /srv/a/dir' 'attribute /srv/a/i'; do
	# shellcheck disable=SC2086
	allowed $watched as 1000 1000 -- $rest
done

event_has 'kind="denied"' 'operation="create"' 'path="/srv/a/core"' 'exe="/srv/run/limited"'
event_has 'kind="denied"' 'operation="(write|append)"' 'path="/srv/a/swap"'
event_has 'kind="denied"' 'operation="write"' 'path="/srv/a/f"' 'exe="/srv/run/limited"'
event_has 'kind="denied"' 'operation="delete"' 'path="/srv/a/f"' ' uid="1000"'
event_has 'kind="would-deny"' 'operation="rename"' 'path="/srv/a/g"' ' uid="1000"'
event_has 'kind="denied"' 'operation="setattr"' 'path="/srv/a/i"'
no_event 'path="/srv/b/'
