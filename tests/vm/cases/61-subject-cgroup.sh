# programs: kept
# timeout: 300
#
# Subjects by cgroup: in, out, moved both ways, older than the daemon.

root=/sys/fs/cgroup
for name in box box/inner box/free web-1.slice webx other; do setup mkdir "$root/$name"; done
for name in secret glob free; do setup cp /etc/hostname "/srv/$name"; done

# within CGROUP COMMAND…: runs it in that cgroup.
within() {
	local where=$root$1
	shift
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$where" "$@"
}

# Two that are older than the daemon.
setup mkfifo /tmp/go-in /tmp/go-out
within /box probe wait -- open-read /srv/secret </tmp/go-in >/tmp/old-in &
old_in=$!
within /other probe wait -- open-read /srv/secret </tmp/go-out >/tmp/old-out &
old_out=$!
exec 8>/tmp/go-in 9>/tmp/go-out
until grep -q waiting /tmp/old-in && grep -q waiting /tmp/old-out; do usleep 50000; done

policy cgroups <<'END'
version: 1
policy: box
mode: enforce
subject: {cgroup: [/box, "/box/**"], except: {cgroup: /box/free}}
file:
  - {deny: read, path: /srv/secret}
---
version: 1
policy: glob
mode: enforce
subject: {cgroup: "/web-*.slice"}
file:
  - {deny: read, path: /srv/glob}
---
version: 1
policy: aim
mode: enforce
subject: {exe: /srv/archer}
process:
  - {deny: [signal, ptrace], target: {cgroup: [/box, "/box/**"], except: {cgroup: /box/free}}, name: aimed}
END
start_policyd

denied within /box probe open-read /srv/secret
denied within /box/inner probe open-read /srv/secret
denied within /box/inner probe fork -- open-read /srv/secret
denied within /box probe thread -- open-read /srv/secret
denied within /box unshare -C probe open-read /srv/secret
allowed within /box probe open-read /srv/free
allowed within /box/free probe open-read /srv/secret
allowed within /other probe open-read /srv/secret
allowed within / probe open-read /srv/secret
allowed probe open-read /srv/secret
denied within /web-1.slice probe open-read /srv/glob
allowed within /webx probe open-read /srv/glob
allowed within /web-1.slice probe open-read /srv/secret
event_has 'path="/srv/secret"' 'policy="box"'

# One process, moved while it runs; `true` is built in, so that the shell itself opens the file.
cat >/tmp/mover <<'END'
go() { echo $$ >"/sys/fs/cgroup$1/cgroup.procs" || exit 2; }
may() { true </srv/secret; }
may || exit 10
go /box
may && exit 11
go /other
may || exit 12
go /box/inner
may && exit 13
go /box/free
may || exit 14
go /box
may && exit 15
go /
may || exit 16
exit 0
END
check 'a process that moves has the verdict of where it is' sh /tmp/mover

# Moved by somebody else, and older than the daemon.
echo go >&8
wait "$old_in"
check 'the one in the box is refused' test $? = 1
echo go >&9
wait "$old_out"
check 'the other one is not' test $? = 0
setup mkfifo /tmp/go
probe wait -- open-read /srv/secret </tmp/go >/tmp/moved &
moved=$!
exec 8>/tmp/go
until grep -q waiting /tmp/moved; do usleep 50000; done
setup sh -c "echo $moved >$root/box/cgroup.procs"
echo go >&8
wait "$moved"
check 'moved in by another process' test $? = 1

# The cgroup of a process that something is done to, wherever that moves.
setup cp /usr/bin/probe /srv/archer
probe stay-deaf &
mark=$!
for place in box box/inner box/free other box /; do
	setup sh -c "echo $mark >$root/$place/cgroup.procs"
	case $place in
	box | box/inner) denied /srv/archer signal 10 "$mark" ;;
	*) allowed /srv/archer signal 10 "$mark" ;;
	esac
	allowed probe signal 10 "$mark"
done
event_has 'rule="aimed"' 'operation="signal"' 'exe="/srv/archer"'
setup kill -9 "$mark"

# What a path stands for does not change.
check_not 'a cgroup cannot be renamed' mv "$root/box" "$root/crate"

# Deep, and too deep to be established.
deep() {
	local i path=$1
	for i in $(seq "$2"); do path=$path/d; done
	mkdir -p "$root$path"
	echo "$path"
}
in_box=$(deep /box/deep 60)
elsewhere=$(deep /other/deep 60)
denied within "$in_box" probe open-read /srv/secret
allowed within "$elsewhere" probe open-read /srv/secret
too_deep=$(deep /other/deep 260)
denied within "$too_deep" probe open-read /srv/secret
allowed within "$too_deep" probe open-read /srv/free
