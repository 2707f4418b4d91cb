# programs: kept
# timeout: 300
#
# A file of an overlay is a file of one of its layers, and has both names.

setup mkdir -p /srv/low /srv/low2 /srv/over/sub /srv/up /srv/work /srv/m /srv/part /srv/run /srv/plain
for who in limited listed; do setup cp /usr/bin/probe "/srv/run/$who"; done
for file in low/f low/g low/plain low2/second over/sub/f over/sub/g plain/f; do setup cp /etc/hostname "/srv/$file"; done
setup cp /usr/bin/probe /srv/low/tool
setup cp /usr/bin/probe /srv/low/free
setup ln -s /srv/low2 /srv/link
setup mount -t overlay none /srv/m -o lowerdir=/srv/low:/srv/link,upperdir=/srv/up,workdir=/srv/work
setup mount -t overlay none /srv/over -o lowerdir=/srv/over:/srv/plain
setup mount --bind /srv/over/sub /srv/part

policy layers <<'END'
version: 1
policy: layers
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: read, path: [/srv/m/f, /srv/m/second, /srv/part/f]}
  - {deny: write, path: /srv/m/g}
exec:
  - {deny: run, path: /srv/m/tool}
---
version: 1
policy: listed
mode: enforce
subject: {exe: /srv/run/listed}
default: {file: deny}
file:
  - {allow: all, path: /srv/m/**}
  - {allow: setattr, path: /srv/m}
END
start_policyd
limited=/srv/run/limited

# By the name in the overlay, in every way.
denied $limited open-read /srv/m/f
denied $limited open-read /srv/m/second
denied $limited open-write /srv/m/g
denied $limited open-trunc /srv/m/g
denied $limited truncate /srv/m/g
allowed $limited open-read /srv/m/g
allowed $limited open-write /srv/m/plain
for way in exec mmap-exec mprotect-exec; do
	denied $limited $way /srv/m/tool
	allowed $limited $way /srv/m/free
done

# By the name in the layer.
denied $limited open-read /srv/low/f
denied $limited open-read /srv/low2/second
denied $limited open-write /srv/low/g
denied $limited exec /srv/low/tool
denied $limited mprotect-exec /srv/low/tool
denied $limited link /srv/low/f /srv/public
denied $limited rename /srv/low/f /srv/public
allowed $limited open-read /srv/low/plain
allowed $limited open-read /srv/plain/f
allowed probe open-read /srv/low/f

# A layer under its own overlay, and a part of it at another place.
denied $limited open-read /srv/part/f
denied $limited open-read /srv/over/sub/f
allowed $limited open-read /srv/part/g

# Copied up, the file is another one of the same names.
allowed probe open-write /srv/m/f
denied $limited open-read /srv/m/f
denied $limited open-read /srv/up/f

# An access list that names the overlay only. Below, the kernel asks again, for the file of the layer.
allowed /srv/run/listed open-read /srv/m/f
allowed /srv/run/listed open-read /srv/m/second
allowed /srv/run/listed open-write /srv/m/second
denied /srv/run/listed open-read /srv/plain/f

# An overlay that comes later.
setup mkdir /srv/late
setup mount -t overlay none /srv/late -o lowerdir=/srv/plain:/srv/low2
allowed $limited open-read /srv/plain/f
policy late <<'END'
version: 1
policy: late
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: read, path: /srv/late/f}
END
wait_live
denied $limited open-read /srv/plain/f
setup umount /srv/late
freed() { $limited open-read /srv/plain/f >/dev/null; }
check 'and goes' within 100 freed

event_has 'policy="layers"' 'operation="read"' 'path="/srv/m/f"'
event_has 'policy="layers"' 'operation="read"' 'path="/srv/low/f"' 'rule="file\[0'
event_has 'policy="layers"' 'operation="write"' 'path="/srv/low/g"'
no_event 'path="/srv/low/plain"'
