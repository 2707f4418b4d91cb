# kernels: 6.12
# programs: kept
# timeout: 900
# boot: own
#
# A new build of the same layout brings its own programs at once, beside the old ones until those are gone, on the same
# maps: nothing is decided by neither, nothing that was known is forgotten.

START_WAIT=800
pins=/sys/fs/bpf/policyd

build_of() {
	policyctl status --json | sed -n 's/.*"build": *"\([0-9a-f]*\)".*/\1/p'
}
id_of() {
	bpftool -j "$1" show pinned "$2" | sed -n 's/^.*"id":\([0-9]*\).*/\1/p'
}
programs_count() {
	bpftool prog show | grep -c '^[0-9]'
}
# try_often WORD…: how often that succeeded, and how often not, until /tmp/enough is there.
try_often() {
	_good=0
	_bad=0
	while [ ! -e /tmp/enough ]; do
		if "$@" >/dev/null 2>&1; then _good=$((_good + 1)); else _bad=$((_bad + 1)); fi
		usleep 10000
	done
	echo "$_good $_bad"
}
# install FILE: as a package does.
install_policyd() {
	setup cp "$1" /usr/sbin/policyd.new
	setup mv /usr/sbin/policyd.new /usr/sbin/policyd
}

for name in a b secret tool-file; do setup cp /etc/hostname "/srv/$name"; done
setup mkdir /srv/first
setup cp /bin/busybox /srv/first/busybox
setup cp /usr/bin/bash /srv/watched
setup cp /usr/bin/probe /srv/tool
policy set <<'END'
version: 1
policy: one
mode: enforce
file:
  - {deny: read, path: /srv/a}
---
version: 1
policy: history
mode: enforce
subject: {ancestor: /srv/first/busybox}
file:
  - {deny: read, path: /srv/secret}
---
version: 1
policy: itself
mode: enforce
subject: {ancestor: /srv/tool}
file:
  - {deny: read, path: /srv/tool-file}
---
version: 1
policy: rates
subject: {exe: /srv/watched}
anomaly:
  rate:
    - {count: open-failed, over: 20m, limit: 60}
END
start_policyd
build=$(build_of)
check 'there is a number' test ${#build} = 16
install=/srv/policyd
setup cp /usr/sbin/policyd $install.one
setup cp /usr/sbin/policyd $install.two
setup probe number-replace $install.two "$build" 0102030405060708
check_not 'its own programs are no other build' sh -c 'policyctl status | grep "another build"'

# What only the maps know: who started a process, once he is gone, and a count.
setup mkfifo /tmp/go
/srv/first/busybox sh -c '(sh -c "probe wait -- open-read /srv/secret; echo \$?" </tmp/go >/tmp/orphan 2>&1 &) &'
sleep 800 >/tmp/go &
until grep -q waiting /tmp/orphan; do usleep 50000; done
export LC_ALL=C # no locales are looked for
fail_often() { # HOW-MANY
	/srv/watched -c "for ((i = 1; i <= $1; i++)); do : </srv/none\$i; done" 2>/dev/null
	:
}
fail_often 20
no_event 'kind="anomaly"'

# same_maps: whether the programs are others than before upgrade(), as many, and the maps the same ones.
same_maps() {
	check "there are $count programs still, not $(programs_count)" test "$(programs_count)" = "$count"
	check 'they are others' test "$(id_of link $pins/link_file_open)" != "$link"
	check 'the maps are the same' test "$(id_of map $pins/map_tasks)" = "$tasks"
}
# upgrade HOW FILE: policyd ends in a way, another one is installed and started, while things are tried all the time.
upgrade() {
	rm -f /tmp/enough
	: >/run/vm/policyd.out
	for what in 'probe open-read /srv/a' 'probe open-read /srv/b' '/srv/tool open-read /srv/tool-file'; do
		# shellcheck disable=SC2086 # words
		try_often $what >"/tmp/tried-$(basename "${what##* }")" &
		tried="$tried $!"
	done
	"$1" "$2"
	start_policyd
	: >/tmp/enough
	# shellcheck disable=SC2086 # words
	wait $tried
	tried=
	read -r good bad </tmp/tried-a
	check "it was refused $bad times, never permitted" test "$good" = 0 -a "$bad" -gt 0
	read -r good bad </tmp/tried-b
	check "the neighbour was permitted $good times, never refused" test "$good" -gt 0 -a "$bad" = 0
	read -r good bad </tmp/tried-tool-file
	check "nothing was its own ancestor, $good times" test "$good" -gt 0 -a "$bad" = 0
	check 'it is said' grep -q 'adopted: the place of programs of another version, which are gone' /run/vm/policyd.out
	check_not 'status has nothing to say' sh -c 'policyctl status | grep "another build"'
	check_not 'the old pins are gone' test -e $pins-old
	denied probe open-read /srv/a
	allowed probe open-read /srv/b
}
replace() {
	install_policyd "$1"
	setup policyctl stop
	wait "$POLICYD_PID"
}
crash() {
	install_policyd "$1"
	kill -9 "$POLICYD_PID"
	wait "$POLICYD_PID"
}

count=$(programs_count)
link=$(id_of link $pins/link_file_open)
tasks=$(id_of map $pins/map_tasks)
check 'there are numbers' test "$count" -gt 0 -a "$link" -gt 0 -a "$tasks" -gt 0
upgrade replace $install.two
same_maps
check 'it is the other one' test "$(build_of)" = 0102030405060708
no_event 'kind="lost"'
echo go >/tmp/go
check 'a history is kept' within 100 grep -qx 1 /tmp/orphan
event_has 'path="/srv/secret"' 'policy="history"'
# Who counts changed, and the count went on: no operation is counted twice, none is forgotten.
fail_often 20
no_event 'kind="anomaly"'
fail_often 60
event_has 'kind="anomaly"' 'operation="open-failed"' 'detail="6[0-9] in 20m'
upgrade crash $install.one
same_maps
check 'it is the first one again' test "$(build_of)" = "$build"

# An upgrade that was cut off, before its pins were complete: what was put aside is taken over.
stop_policyd
setup mv $pins $pins-old
setup mkdir -m 700 $pins
setup bpftool map create $pins/map_live type array key 4 value 4 entries 1 name half
denied probe open-read /srv/a
start_policyd
check_not 'what was put aside is in its place' test -e $pins-old
check 'it was adopted' sh -c 'policyctl status --json | grep -q "\"adopted\": *true"'
denied probe open-read /srv/a
allowed probe open-read /srv/b

# Where there is no room for both, the old ones stay, and that is said.
replace $install.two
: >/run/vm/policyd.out
(
	ulimit -n "$(($(find $pins -name 'prog_*' -o -name 'link_*' -o -name 'map_*' | wc -l) + 40))"
	exec policyd --seccomp kill >>/run/vm/policyd.out 2>&1
) &
POLICYD_PID=$!
wait_live
check 'the log says it' grep -q 'adopted: .* programs of another build, which stay' /run/vm/policyd.out
check 'and why' grep -q 'degraded: cannot .*: Too many open files' /run/vm/policyd.out
check 'status says it' sh -c 'policyctl status | grep "^daemon .*programs of another build"'
check_not 'nothing is aside' test -e $pins-old
denied probe open-read /srv/a
allowed probe open-read /srv/b

# Self-protection goes over as well.
printf '%s\n' 'self_protection: true' 'canary_interval: 2s' >/etc/policyd/policyd.yaml
upgrade replace $install.two
check 'it is in force' sh -c 'policyctl status | grep -q "^protection *on$"'
upgrade replace $install.one
denied probe unlink $pins/link_file_open
denied probe pin-get $pins/map_live
denied probe signal 9 "$POLICYD_PID"
