# programs: kept
# timeout: 300
#
# Overlays that somebody mounts in a mount namespace of his own: the files of their layers keep their names.

setup mkdir -p /srv/s/sub /srv/o /srv/run /tmp/up /tmp/low
setup cp /usr/bin/probe /srv/run/limited
for file in secret open mode owner gone moved linked size plain sub/f; do setup cp /etc/hostname "/srv/s/$file"; done
setup cp /usr/bin/probe /srv/s/tool
setup cp /usr/bin/probe /srv/s/free
printf '#!/bin/sh\n:\n' >/srv/s/script
cp /srv/s/script /srv/s/free-script
chmod 755 /srv/s/script /srv/s/free-script
limited=/srv/run/limited

policy private <<'XX'
version: 1
policy: private
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: [read, write], path: [/srv/s/secret, /srv/s/sub/**]}
  - {deny: write, path: /srv/s/size}
  - {deny: chmod, path: /srv/s/mode}
  - {deny: chown, path: /srv/s/owner}
  - {deny: delete, path: /srv/s/gone}
  - {deny: [rename, read], path: /srv/s/moved}
  - {deny: link, path: /srv/s/linked}
  - {deny: create, path: [/srv/s/new, /srv/s/plain2, "/srv/s/from-*"]}
exec:
  - {deny: run, path: [/srv/s/tool, /srv/s/script]}
  - {deny: load, path: /srv/s/sub/**}
XX
start_policyd

# over LOWER UPPER PROBE…: the probe, in a namespace of its own where /srv/o is an overlay.
cat >/tmp/over <<'XX'
#!/bin/sh
upper=$2
[ "$upper" = - ] && upper=/tmp/up
work=$(dirname "$upper")/work
options=lowerdir=$1,upperdir=$upper,workdir=$work
[ "$2" = none ] && options=lowerdir=$1:/tmp/low
[ "$2" = none ] || mkdir -p "$work"
mount -t overlay none /srv/o -o "$options" || exit 2
shift 2
exec "$@"
XX
chmod 755 /tmp/over

over() { unshare -m /tmp/over "$@"; }

# Only below.
for lower in /srv/s /srv; do
	at=/srv/o
	[ $lower = /srv/s ] || at=/srv/o/s
	denied over $lower none $limited open-read $at/secret
	denied over $lower none $limited reopen $at/secret
	denied over $lower none $limited open-read $at/sub/f
	allowed over $lower none $limited open-read $at/open
	denied over $lower none $limited exec $at/tool
	denied over $lower none $limited exec $at/script
	denied over $lower none $limited mmap-exec $at/tool
	denied over $lower none $limited mprotect-exec $at/tool
	allowed over $lower none $limited exec $at/free
	allowed over $lower none $limited exec $at/free-script
	allowed over $lower none $limited mmap-exec $at/free
	allowed over $lower none $limited mprotect-exec $at/free
	allowed over $lower none probe open-read $at/secret
done
denied over /srv/s/sub none $limited open-read /srv/o/f

# A descriptor that somebody else opened there.
for file in secret open; do
	over /srv/s none probe give-fd /srv/o/$file "/tmp/give-$file" >"/tmp/giver-$file" &
	until grep -q listening "/tmp/giver-$file"; do usleep 50000; done
done
denied $limited take-fd /tmp/give-secret
allowed $limited take-fd /tmp/give-open

# Copied up, it would be another file.
denied over /srv/s - $limited open-write /srv/o/secret
allowed over /srv/s - $limited open-write /srv/o/open

# Above: what is changed is changed in the layer.
denied over /tmp/low /srv/s $limited open-write /srv/o/secret
denied over /tmp/low /srv/s $limited open-trunc /srv/o/size
denied over /tmp/low /srv/s $limited truncate /srv/o/size
allowed over /tmp/low /srv/s $limited open-write /srv/o/plain
denied over /tmp/low /srv/s $limited chmod /srv/o/mode
allowed over /tmp/low /srv/s $limited chmod /srv/o/owner
denied over /tmp/low /srv/s $limited chown /srv/o/owner
allowed over /tmp/low /srv/s $limited chown /srv/o/mode
denied over /tmp/low /srv/s $limited unlink /srv/o/gone
denied over /tmp/low /srv/s $limited rename /srv/o/moved /srv/o/moved2
denied over /tmp/low /srv/s $limited rename /srv/o/plain /srv/o/plain2
denied over /tmp/low /srv/s $limited link /srv/o/linked /srv/o/linked2
denied over /tmp/low /srv/s $limited create /srv/o/new
denied over /tmp/low /srv/s $limited mkdir /srv/o/new
denied over /tmp/low /srv/s $limited symlink x /srv/o/new
denied over /tmp/low /srv/s $limited mkfifo /srv/o/new
allowed over /tmp/low /srv/s $limited create /srv/o/other
allowed over /tmp/low /srv/s $limited mkdir /srv/o/others
allowed over /tmp/low /srv/s $limited link /srv/o/other /srv/o/other2
allowed over /tmp/low /srv/s $limited rename /srv/o/other /srv/o/other3
allowed over /tmp/low /srv/s $limited unlink /srv/o/other3
allowed over /tmp/low /srv/s $limited rmdir /srv/o/others

# Whiteouts.
setup mkdir /tmp/low/below /tmp/low/both /srv/s/both
setup cp /etc/hostname /tmp/low/gone
setup cp /etc/hostname /tmp/low/file
for what in below both; do allowed over /tmp/low /srv/s $limited rmdir /srv/o/$what; done
allowed over /tmp/low /srv/s $limited unlink /srv/o/file
denied over /tmp/low /srv/s $limited unlink /srv/o/gone

# No way out by names that look like those of the overlay's own files.
setup mkdir /srv/s/work
denied over /tmp/low /srv/s $limited link /srv/o/secret '/srv/o/work/#1'
denied over /tmp/low /srv/s $limited rename /srv/o/secret '/srv/o/work/#1'
allowed over /tmp/low /srv/s $limited link /srv/o/plain '/srv/o/work/#2'
allowed over /tmp/low /srv/s $limited rename /srv/o/plain '/srv/o/work/#3'
setup cp /etc/hostname /tmp/low/from-below
setup cp /etc/hostname /tmp/low/harmless
denied over /tmp/low /srv/s $limited open-write /srv/o/from-below
allowed over /tmp/low /srv/s $limited open-write /srv/o/harmless
denied over /tmp/low /srv/s $limited exec /srv/o/tool
allowed over /tmp/low /srv/s $limited exec /srv/o/free
check 'what is refused did not happen' test -e /srv/s/gone -a -e /srv/s/moved -a ! -e /srv/s/new

# In a user namespace of his own.
denied unshare -Urm /tmp/over /srv/s none $limited open-read /srv/o/secret
denied unshare -Urm /tmp/over /srv/s none $limited exec /srv/o/tool
allowed unshare -Urm /tmp/over /srv/s none $limited exec /srv/o/free

event_has 'policy="private"' 'operation="read"' 'path="/srv/s/secret"'
event_has 'policy="private"' 'operation="run"' 'path="/srv/s/tool"'
event_has 'policy="private"' 'operation="create"' 'path="/srv/s/new"'
event_has 'policy="private"' 'operation="chmod"' 'path="/srv/s/mode"'
no_event 'path="/srv/s/(open|free)"'
