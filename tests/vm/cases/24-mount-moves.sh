# programs: kept
# timeout: 300
#
# Mounts that move, below others too, and roots that change: who may not, and that names follow.

for name in secure other root root2 top; do
	setup mkdir "/srv/$name"
	setup mount -t tmpfs "$name" "/srv/$name"
	setup cp /etc/hostname "/srv/$name/f"
	setup cp /etc/hostname "/srv/$name/g"
done
setup mkdir /srv/to /srv/stage /srv/jail /srv/jail2 /srv/secret
for name in jail jail2 secret; do setup cp /etc/hostname "/srv/$name/f"; done
for name in tool elsewhere; do setup cp /usr/bin/probe "/srv/$name"; done

policy moves <<'END'
version: 1
policy: mounts
mode: enforce
subject: {exe: /srv/tool}
file:
  - {deny: mount, path: [/srv/secure, /srv/root, /srv/jail, /srv/top]}
---
version: 1
policy: elsewhere
mode: enforce
subject: {exe: /srv/elsewhere}
file:
  - {deny: mount, path: [/srv/secret, /srv/nothing]}
---
version: 1
policy: files
mode: enforce
file:
  - {deny: read, path: [/srv/to/f, /srv/root/f, /srv/secret/f, /srv/top/f]}
---
version: 1
policy: watched
mode: audit
subject: {exe: /srv/plain}
file:
  - {deny: mount, path: /srv/secure}
END
setup cp /usr/bin/probe /srv/plain
start_policyd

# move_mount(2) is asked about both places.
denied /srv/tool tree-move /srv/secure /srv/to
allowed /srv/tool tree-move /srv/other /srv/to
allowed probe tree-move /srv/to /srv/other
# mount(2) says only where it goes: who may not move some mount of the host, may move none.
denied /srv/tool mount-move /srv/secure /srv/to
event_has 'kind="denied"' 'reason="name-below"' 'operation="mount"' 'path="/srv/to"' 'exe="/srv/tool"'
denied /srv/tool mount-move /srv/other /srv/to
denied /srv/tool mount-move /srv/other /srv/top
allowed /srv/tool remount /srv/other
allowed /srv/elsewhere mount-move /srv/other /srv/to
allowed probe mount-move /srv/to /srv/other
allowed /srv/plain mount-move /srv/other /srv/to
allowed probe mount-move /srv/to /srv/other

# Names follow what moves.
passes() { probe open-read "$1" >/dev/null 2>&1; }
check 'where it is no rule is about it' within 100 passes /srv/other/f
allowed probe mount-move /srv/other /srv/to
refused() { [ "$(probe open-read "$1" 2>&1 >/dev/null)" = 'probe: Operation not permitted' ]; }
check 'the name is that of the new place' within 100 refused /srv/to/f
allowed probe open-read /srv/to/g
allowed probe mount-move /srv/to /srv/other
check 'and of the old one again' within 100 passes /srv/other/f

# A mount below another is there before it is seen.
probe tree-beneath /srv/other /srv/top
case $? in
0)
	denied /srv/tool tree-beneath /srv/other /srv/top
	denied probe open-read /srv/top/f
	usleep 2000000
	setup umount /srv/top
	denied probe open-read /srv/top/f
	allowed probe open-read /srv/top/g
	;;
2) check 'the kernel is older than 6.5' sh -c 'uname -r | grep -E "^6[.][1-4][.]"' ;;
*) check 'it may be put there' false ;;
esac

# Another root changes no name, and becomes one only where that is permitted.
denied probe pivot /srv/stage /srv/root open-read /f
allowed probe pivot /srv/stage /srv/root open-read /g
denied /srv/tool pivot /srv/stage /srv/root open-read /g
event_has 'kind="denied"' 'operation="mount"' 'path="/srv/root"' 'exe="/srv/tool"'
allowed /srv/tool pivot /srv/stage /srv/root2 open-read /g
denied probe root /srv/secret open-read /f
allowed probe root /srv/jail open-read /f
denied /srv/tool root /srv/jail open-read /f
allowed /srv/tool root /srv/jail2 open-read /f
