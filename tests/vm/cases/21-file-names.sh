# programs: kept
# timeout: 600
#
# Names made, taken away and changed; each operation with its neighbour.

setup mkdir -p /srv/c /srv/d /srv/r /srv/l /srv/m /srv/o /srv/free
for name in d/f d/g r/f l/f m/f o/f free/f free/g free/h; do
	setup cp /etc/hostname "/srv/$name"
done
setup mkdir /srv/d/dir /srv/free/dir

# Names of lengths around those of the words and chunks that are hashed; the neighbours differ in the last byte.
setup mkdir /srv/n
names=
for length in 1 7 8 9 31 32 33 39 40 41 63 64 65 127 128 129 254 255; do
	name=$(printf "%${length}s" a | tr ' ' x)
	names="$names $name"
	: >"/srv/n/$name"
	: >"/srv/n/${name%a}b"
done
{
	printf '%s\n' 'version: 1' 'policy: lengths' 'mode: enforce' 'file:'
	for name in $names; do
		printf '  - {deny: [read, chmod], path: /srv/n/%s}\n' "$name"
	done
} | policy lengths
policy names <<'END'
version: 1
policy: names
mode: enforce
file:
  - {deny: create, path: /srv/c/**, name: create}
  - {deny: delete, path: /srv/d/**, name: delete}
  - {deny: rename, path: /srv/r/**, name: rename}
  - {deny: link, path: /srv/l/**, name: link}
  - {deny: chmod, path: /srv/m/**, name: chmod}
  - {deny: chown, path: /srv/o/**, name: chown, errno: EACCES}
END
start_policyd

for name in $names; do
	denied probe open-read "/srv/n/$name"
	allowed probe open-read "/srv/n/${name%a}b"
	denied probe chmod "/srv/n/$name"
	allowed probe chmod "/srv/n/${name%a}b"
done

denied probe create /srv/c/new
denied probe mkdir /srv/c/new
denied probe mkfifo /srv/c/new
denied probe symlink /etc/hostname /srv/c/new
denied probe link /srv/free/f /srv/c/new
denied probe rename /srv/free/f /srv/c/new
denied probe whiteout /srv/free/f /srv/c/new
denied probe link-tmpfile /srv/free /srv/c/new
allowed probe create /srv/free/new
allowed probe mkdir /srv/free/newdir
allowed probe mkfifo /srv/free/newfifo
allowed probe symlink /etc/hostname /srv/free/newlink
allowed probe link /srv/free/f /srv/free/newname

denied probe unlink /srv/d/f
denied probe rmdir /srv/d/dir
denied probe rename /srv/free/g /srv/d/f
allowed probe open-write /srv/d/f
allowed probe create /srv/d/new
allowed probe unlink /srv/free/new
allowed probe rmdir /srv/free/newdir

denied probe rename /srv/r/f /srv/r/other
denied probe rename /srv/r/f /srv/free/other
denied probe exchange /srv/free/f /srv/r/f
denied probe exchange /srv/r/f /srv/free/f
allowed probe unlink /srv/r/f
allowed probe rename /srv/free/f /srv/free/other
allowed probe exchange /srv/free/g /srv/free/h

denied probe link /srv/l/f /srv/l/other
denied probe link /srv/l/f /srv/free/linked
denied probe link-fd /srv/l/f /srv/free/linked
allowed probe open-read /srv/l/f

denied probe chmod /srv/m/f
denied probe fchmod /srv/m/f
allowed probe chown /srv/m/f
allowed probe chmod /srv/free/g
denied probe --errno EACCES chown /srv/o/f
allowed probe chmod /srv/o/f
allowed probe chown /srv/free/g

event_has 'rule="create"' 'operation="create"' 'path="/srv/c/new"'
event_has 'rule="delete"' 'operation="delete"' 'path="/srv/d/dir"'
event_has 'rule="rename"' 'operation="rename"' 'path="/srv/r/f"' 'path2="/srv/free/other"'
event_has 'rule="link"' 'operation="link"' 'path="/srv/l/f"' 'path2="/srv/free/linked"'
event_has 'rule="chmod"' 'operation="chmod"' 'path="/srv/m/f"'
event_has 'rule="chown"' 'operation="chown"' 'path="/srv/o/f"' 'errno="EACCES"'
no_event 'path="/srv/free/'
