# kernels: one
# timeout: 600
#
# What a build of another layout left is not read: it refuses until this one does, and goes then. Locked, it stays.

pins=/sys/fs/bpf/policyd

# The constants of another build: as long as ours, with another number of the layout.
other_build() {
	size=$(bpftool map show pinned $pins/map_constants | sed -n 's/.*value \([0-9]*\)B.*/\1/p')
	check 'the constants have a size' test "$size" -gt 100
	setup rm $pins/map_constants
	setup bpftool map create $pins/map_constants type array key 4 value "$size" entries 1 name other
}

# try_often FILE: the number of times that it could be read, until /tmp/enough is there.
try_often() {
	_read=0
	while [ ! -e /tmp/enough ]; do
		cat "$1" >/dev/null 2>&1 && _read=$((_read + 1))
		usleep 20000
	done
	echo "$_read"
}

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
deny_read one /srv/a | policy one
start_policyd
denied probe open-read /srv/a
stop_policyd
other_build
denied probe open-read /srv/a
syslog_stop
denied probe open-read /srv/a

try_often /srv/a >/tmp/refused &
refused=$!
try_often /srv/b >/tmp/permitted &
permitted=$!
start_policyd
: >/tmp/enough
wait "$refused" "$permitted"
syslog_start
check 'it was never permitted meanwhile' test "$(cat /tmp/refused)" = 0
check 'the neighbour was' test "$(cat /tmp/permitted)" -gt 0
check_not 'the other one is gone' test -e $pins-old
check 'it is said' grep -q 'adopted: the place of programs of another version, which are gone' /run/vm/policyd.out
event_has 'kind="lost"' 'cause="record"'
denied probe open-read /srv/a
allowed probe open-read /srv/b
event_has 'kind="denied"' 'path="/srv/a"'
deny_read one /srv/b | policy one
wait_live
denied probe open-read /srv/b
allowed probe open-read /srv/a
stop_policyd

# A start that fails leaves what was there.
other_build
: >/run/vm/policyd.out
(
	ulimit -n 30
	exec policyd --seccomp kill >>/run/vm/policyd.out 2>&1
)
check 'it does not start' test "$?" != 0
denied probe open-read /srv/b
check 'the other one is back' test -e $pins/map_constants
start_policyd
check 'and makes place later' grep -q 'adopted: the place of programs of another version' /run/vm/policyd.out
denied probe open-read /srv/b
allowed probe open-read /srv/a
