# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Runs in the virtual machine: switch.sh COUNT, "switch<tab>KIND<tab>WHAT<tab>MEDIAN<tab>MOST" for each row. Kinds of switches:
#
#   free     one rule has another path; what is opened is a file that no rule is about
#   rule     the same; what is opened is a file about which rules tell subjects apart
#   subject  besides, a policy comes and goes that is about another program
#   same     the same set again
#
# switch.sh COUNT load: only the first, and all processors open files meanwhile, whose verdicts have to be those of one
# set or of the other: "load<tab>ATTEMPTS<tab>WRONG" for each of them.

# shellcheck source=tests/vm/guest/lib.sh
. /vm/lib.sh
COUNT=$1
LOAD=${2:-}

# only_one NAME PROGRAM FILE: a policy by which that program may not read the file.
only_one() {
	deny_read "$1" "$3"
	printf 'subject: {exe: %s}\n' "$2"
}

# switching KIND ONE TWO FILE
switching() {
	rm -f /tmp/go /tmp/rows
	setup mkfifo /tmp/go
	/opt/bench_switch "/srv/sets/$2" "/srv/sets/$3" "$COUNT" "$4" </tmp/go >/tmp/rows &
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
	sed -n "/\t/s/^/switch\t$1\t/p" /tmp/rows
}

setup mkdir -p /srv/sets/one /srv/sets/two /srv/sets/three
for name in always one two free subject; do
	setup cp /etc/hostname /srv/$name
done
deny_read life '[/srv/always, /srv/one]' >/srv/sets/one/life.yaml
deny_read life '[/srv/always, /srv/two]' >/srv/sets/two/life.yaml
only_one subject /opt/other /srv/subject >/srv/sets/one/subject.yaml
setup cp /srv/sets/one/subject.yaml /srv/sets/two
setup cp /srv/sets/two/life.yaml /srv/sets/two/subject.yaml /srv/sets/three
only_one more /opt/more /srv/subject >/srv/sets/three/more.yaml

switching free one two /srv/free
if [ "$LOAD" ]; then
	sed -n 's/^\([0-9]*\) attempts, \([0-9]*\) wrong$/load\t\1\t\2/p' /tmp/race-one /tmp/race-two
else
	switching rule one two /srv/subject
	switching subject one three /srv/subject
	switching same one one /srv/subject
fi
