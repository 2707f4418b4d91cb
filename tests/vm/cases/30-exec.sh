# programs: kept
# timeout: 600
#
# Programs that may not run, by every way to run them; and who is asked: identity, not names.

setup mkdir -p /srv/bad /srv/good /srv/lib /srv/run
setup cp /usr/bin/probe /srv/bad/tool
setup cp /usr/bin/probe /srv/good/tool
setup cp /usr/bin/probe /srv/bad/gone
setup cp /usr/bin/probe /srv/good/gone
setup cp /usr/bin/probe /srv/lib/tool
setup cp /usr/bin/probe /srv/run/limited
setup cp /usr/bin/probe /srv/run/free
setup cp /usr/bin/cat /srv/bad/cat
setup cp /usr/bin/cat /srv/good/cat
setup cp /usr/bin/dash /srv/bad/sh
for where in bad good; do
	printf '#!/bin/sh\n:\n' >"/srv/$where/script"
	chmod 755 "/srv/$where/script"
done
printf '#!/srv/bad/sh\n:\n' >/srv/good/by-bad
chmod 755 /srv/good/by-bad
setup ln -s /srv/bad/tool /srv/good/link
setup cp /etc/hostname /srv/secret
setup cp /etc/hostname /srv/mine
setup cp /etc/hostname /srv/group
loader=$(ls /lib64/ld-linux*.so.* /lib/ld-linux*.so.* 2>/dev/null | head -n 1)

# A process that is older than the policies, and one that is older and of the wrong program.
mkfifo /tmp/old /tmp/go
{ /srv/run/limited wait -- open-read /srv/secret </tmp/go >/tmp/old; echo $? >/tmp/old.status; } &
old=$!
exec 8>/tmp/go
read -r _ </tmp/old

policy exec <<'END'
version: 1
policy: exec
mode: enforce
exec:
  - deny: run
    path: /srv/bad/**
  - deny: load
    path: /srv/lib/**
    name: load
  - deny: run
    path: memfd:bad*
    name: memfd
---
version: 1
policy: by-program
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: read, path: /srv/secret}
---
version: 1
policy: by-user
mode: enforce
subject: {user: alice}
file:
  - {deny: read, path: /srv/mine}
---
version: 1
policy: by-group
mode: enforce
subject: {group: [33, 2000-2010]}
file:
  - {deny: read, path: /srv/group}
END
start_policyd

# Ways to run a program.
for way in exec exec-fd spawn; do
	denied probe "$way" /srv/bad/tool
	allowed probe "$way" /srv/good/tool
done
denied probe exec /srv/good/link
denied probe exec-named /srv/bad/tool /srv/good/tool
allowed probe exec-named /srv/good/tool /srv/bad/tool
denied probe exec /srv/bad/script
allowed probe exec /srv/good/script
denied probe exec /srv/good/by-bad
denied probe fork -- exec /srv/bad/tool
denied probe thread -- exec /srv/bad/tool
denied probe exec-unlinked /srv/bad/gone
allowed probe exec-unlinked /srv/good/gone
denied probe exec-memfd /usr/bin/probe bad-one
allowed probe exec-memfd /usr/bin/probe good-one
denied probe exec /srv/bad/tool one 'two words'
denied probe exec-fd /srv/bad/tool by fd
denied probe exec-32 /srv/bad/tool by 'narrow pointers'
allowed probe exec-32 /srv/good/tool by 'narrow pointers'
denied probe exec /srv/bad/tool $(seq -w 100 180)
denied probe fork -- exec /srv/bad/tool $(seq -w 9001 9030)
setup cp /srv/bad/tool /tmp/copy
allowed probe exec /tmp/copy

# Ways to map it.
denied probe mmap-exec /srv/bad/tool
denied probe mprotect-exec /srv/bad/tool
allowed probe mmap-exec /srv/good/tool
allowed probe mprotect-exec /srv/good/tool
denied probe mmap-exec /srv/lib/tool
denied probe mprotect-exec /srv/lib/tool
check 'the loader starts a program' "$loader" /srv/good/cat /etc/hostname
check_not 'the loader does not start this one' "$loader" /srv/bad/cat /etc/hostname
allowed probe open-read /srv/bad/tool

# Who.
denied /srv/run/limited open-read /srv/secret
allowed /srv/run/free open-read /srv/secret
allowed /srv/run/limited open-read /srv/mine
denied /srv/run/limited fork -- open-read /srv/secret
denied /srv/run/limited thread -- open-read /srv/secret
denied probe as 1000 1000 -- open-read /srv/mine
allowed probe open-read /srv/mine
allowed probe as 33 1000 -- open-read /srv/mine
denied probe fork -- as 1000 1000 -- open-read /srv/mine
denied probe as 1000 1000 -- fork -- open-read /srv/mine
denied probe as 0 33 -- open-read /srv/group
denied probe as 0 2010 -- open-read /srv/group
allowed probe as 0 2011 -- open-read /srv/group
setup ln -s /srv/run/limited /srv/run/other
denied /srv/run/other open-read /srv/secret
allowed unshare -m sh -c 'mount --bind /srv/run/free /srv/run/limited && exec /srv/run/limited open-read /srv/secret'

# A descriptor that somebody else opened.
probe give-fd /srv/secret /tmp/give >/tmp/giver &
until grep -q listening /tmp/giver; do usleep 50000; done
denied /srv/run/limited take-fd /tmp/give
probe give-fd /srv/secret /tmp/give2 >/tmp/giver2 &
until grep -q listening /tmp/giver2; do usleep 50000; done
allowed /srv/run/free take-fd /tmp/give2

# The one that was there first.
echo go >&8
wait "$old"
check 'a process older than policyd is refused' test "$(cat /tmp/old.status)" = 1

event_has 'section="exec"' 'operation="run"' 'path="/srv/bad/tool"' 'exe="/usr/bin/probe"'
event_has 'section="exec"' 'operation="load"' 'rule="load"' 'path="/srv/lib/tool"'
event_has 'rule="memfd"' 'path="memfd:bad-one"'
event_has 'operation="run"' 'path="/srv/bad/tool"' 'new_argv="/srv/bad/tool[^" ]*00one[^" ]*00two words"'
event_has 'operation="run"' 'path="/srv/bad/tool"' 'new_argv="/srv/bad/tool[^" ]*00by[^" ]*00fd"'
event_has 'operation="run"' 'path="/srv/bad/tool"' 'new_argv="/srv/bad/tool[^" ]*00by[^" ]*00narrow pointers"'
event_has 'new_argv="/srv/bad/tool[^" ]*00100[^" ]*00150[^" ]*"' 'truncated="[^"]*new_argv'
event_has 'new_argv="/srv/bad/tool[^" ]*009001[^" ]*009030"'
no_event 'new_argv="[^"]*(fd|words|009030)"' 'truncated="[^"]*new_argv'
no_event 'operation="load"' 'new_argv='
event_has 'policy="by-program"' 'exe="/srv/run/limited"' 'path="/srv/secret"'
event_has 'policy="by-user"' 'uid="1000"' 'path="/srv/mine"'
no_event 'path="/srv/good/'
