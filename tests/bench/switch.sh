# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Runs in the virtual machine: switch.sh COUNT [load], "switch<tab>WHAT<tab>MEDIAN<tab>MOST" for each row. With `load`
# all processors open files meanwhile, whose verdicts have to be those of one set or of the other:
# "load<tab>ATTEMPTS<tab>WRONG" for each of them.

# shellcheck source=tests/vm/guest/lib.sh
. /vm/lib.sh
COUNT=$1
LOAD=${2:-}

setup mkdir -p /srv/sets/one /srv/sets/two
for name in always one two free; do
	setup cp /etc/hostname /srv/$name
done
deny_read life '[/srv/always, /srv/one]' >/srv/sets/one/life.yaml
deny_read life '[/srv/always, /srv/two]' >/srv/sets/two/life.yaml
setup mkfifo /tmp/go
/opt/bench_switch /srv/sets/one /srv/sets/two "$COUNT" /srv/free </tmp/go >/tmp/rows &
switcher=$!
exec 7>/tmp/go
until grep -q live /tmp/rows; do
	kill -0 "$switcher" 2>/dev/null || fail 'the programs are not loaded'
	usleep 200000
done
racers=
if [ "$LOAD" ]; then
	processors all
	for name in one two; do
		probe race-always /srv/$name /srv/always /srv/free /tmp/end >"/tmp/race-$name" &
		racers="$racers $!"
	done
fi
echo go >&7
until grep -q 'done' /tmp/rows; do
	kill -0 "$switcher" 2>/dev/null || fail 'switching has ended'
	usleep 200000
done
[ -z "$LOAD" ] || processors one
touch /tmp/end
for racer in $racers; do
	wait "$racer"
	check 'no wrong verdict' test "$?" = 0
done
exec 7>&-
wait "$switcher"
check 'it ends well' test "$?" = 0
sed -n '/\t/s/^/switch\t/p' /tmp/rows
[ -z "$LOAD" ] || sed -n 's/^\([0-9]*\) attempts, \([0-9]*\) wrong$/load\t\1\t\2/p' /tmp/race-one /tmp/race-two
