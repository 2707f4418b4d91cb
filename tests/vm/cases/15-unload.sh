# timeout: 600
#
# The daemon says that nothing is enforced any more when that is so, not before. What a build of another layout left is
# not read: it goes on enforcing until somebody ends it.

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
setup cp /etc/hostname /srv/c
setup cp /bin/true /srv/tool
policy one <<END_POLICY
version: 1
policy: one
mode: enforce
file:
  - deny: [read, delete]
    path: /srv/a
exec:
  - deny: run
    path: /srv/tool
END_POLICY
start_policyd
denied probe open-read /srv/a
denied probe unlink /srv/a
denied probe exec /srv/tool
allowed probe open-read /srv/b
allowed probe unlink /srv/c

: >/run/vm/policyd.out
setup policyctl stop --unload
tries=0
until grep -q 'unloaded' /run/vm/policyd.out; do
	tries=$((tries + 1))
	[ "$tries" -lt 1000 ] || fail 'policyd does not say that it has unloaded'
	usleep 10000
done
allowed probe exec /srv/tool
allowed probe open-read /srv/a
allowed probe unlink /srv/a
check 'it says what that means' grep -q 'unloaded: nothing is enforced any more' /run/vm/policyd.out
check_not 'no pins are left' test -e /sys/fs/bpf/policyd
# A report after the end of the loader knows no generation.
event_has 'action="unloaded"'
no_event 'action="unloaded"' 'generation='

# The constants of another build: as long as ours, with another number of the layout.
start_policyd
denied probe open-read /srv/a
stop_policyd
pins=/sys/fs/bpf/policyd
size=$(bpftool map show pinned $pins/map_constants | sed -n 's/.*value \([0-9]*\)B.*/\1/p')
check 'the constants have a size' test "$size" -gt 100
setup mv $pins/map_constants $pins/ours
setup bpftool map create $pins/map_constants type array key 4 value "$size" entries 1 name other
: >/run/vm/policyd.out
policyd --seccomp kill >>/run/vm/policyd.out 2>&1
check 'it does not start' test "$?" = 1
check 'and says why' grep -q 'the pinned programs are of another version (ABI 0, this is [0-9]*) and go on enforcing' /run/vm/policyd.out
denied probe open-read /srv/a
allowed probe open-read /srv/b
setup rm $pins/map_constants
setup mv $pins/ours $pins/map_constants
start_policyd
denied probe open-read /srv/a
allowed probe open-read /srv/b
