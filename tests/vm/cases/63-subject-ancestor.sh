# programs: kept
# timeout: 300
#
# Subjects by the programs that started them, at any depth, whether these are still there or not.

setup mkdir /srv/bin
for name in secret free own; do setup cp /etc/hostname "/srv/$name"; done
for name in first late other old new; do setup mkdir "/srv/$name"; done
for name in first late other old; do setup cp /bin/busybox "/srv/$name/busybox"; done
setup cp /usr/bin/probe /srv/bin/tool

# by PROGRAM COMMAND…: a child of the program runs it.
by() {
	program=$1
	shift
	"$program" sh -c '"$@"; exit $?' by "$@"
}
# orphan NAME PROGRAM FILE: a grandchild of the program, which ends; waits for a line before it reads the file.
orphan() {
	setup mkfifo "/tmp/go-$1"
	"$2" sh -c '(sh -c "probe wait -- open-read $1; echo \$?" <"/tmp/go-$0" >"/tmp/$0" 2>&1 &) &' "$1" "$3"
	sleep 600 >"/tmp/go-$1" &
	until grep -q waiting "/tmp/$1"; do usleep 50000; done
}
# ended NAME STATUS: lets it read, which ends with the status.
ended() {
	echo go >"/tmp/go-$1"
	within 100 grep -qx "$2" "/tmp/$1"
}

policy ancestor <<'END'
version: 1
policy: ancestor
mode: enforce
subject: {ancestor: /srv/first/busybox}
file:
  - {deny: read, path: /srv/secret}
---
version: 1
policy: both
mode: enforce
subject: {ancestor: "/srv/f*/busybox", exe: /srv/bin/tool, except: {ancestor: /srv/other/busybox}}
file:
  - {deny: read, path: /srv/own}
END
start_policyd

denied by /srv/first/busybox probe open-read /srv/secret
allowed by /srv/first/busybox probe open-read /srv/free
allowed by /srv/other/busybox probe open-read /srv/secret
allowed probe open-read /srv/secret
check 'not its own ancestor' /srv/first/busybox sh -c 'true <"$0"' /srv/secret
check_not 'but its child' /srv/first/busybox sh -c '(true <"$0"); r=$?; exit $r' /srv/secret
denied by /srv/first/busybox probe thread -- open-read /srv/secret
denied by /srv/first/busybox probe fork -- fork -- open-read /srv/secret
denied by /srv/first/busybox /srv/other/busybox sh -c 'probe open-read /srv/secret; exit $?'
denied /srv/first/busybox sh -c 'exec probe open-read /srv/secret'
allowed /srv/other/busybox sh -c 'exec probe open-read /srv/secret'
event_has 'path="/srv/secret"' 'policy="ancestor"'

# With other keys, and out again.
denied by /srv/first/busybox /srv/bin/tool open-read /srv/own
allowed by /srv/first/busybox probe open-read /srv/own
allowed by /srv/other/busybox /srv/first/busybox sh -c '/srv/bin/tool open-read /srv/own; exit $?'

# The ancestor has ended; a policy comes later; its file has another name, and then none.
orphan gone /srv/first/busybox /srv/secret
orphan later /srv/late/busybox /srv/secret
orphan moved /srv/old/busybox /srv/secret
orphan kept /srv/first/busybox /srv/secret
orphan free /srv/other/busybox /srv/secret
check 'refused when the ancestor has ended' ended gone 1
setup mv /srv/old/busybox /srv/new/busybox
setup rm /srv/late/busybox
policy late <<'END'
version: 1
policy: late
mode: enforce
subject: {ancestor: [/srv/late/busybox, "/srv/old/**"]}
file:
  - {deny: read, path: /srv/secret}
END
wait_live
check 'refused by a policy that came later' ended later 1
check 'refused for what the program was called' ended moved 1
allowed by /srv/new/busybox probe open-read /srv/secret
event_has 'path="/srv/secret"' 'policy="late"'

# policyd is not needed for it.
stop_policyd
orphan gap /srv/first/busybox /srv/secret
start_policyd
check 'refused after another start' ended kept 1
check 'refused for who began without policyd' ended gap 1
check 'a neighbour reads' ended free 0
