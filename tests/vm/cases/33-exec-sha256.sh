# programs: kept
# timeout: 300
#
# Programs, scripts and libraries by what is in them: what is listed runs, under any name; one byte more and it is
# refused, also when the same file was allowed a moment before. Neither time stamps nor size make a difference.

digest_of() {
	sha256sum "$1" | cut -d ' ' -f 1
}

# One byte, in place; the stamps stay as they were.
flip() {
	setup touch -r "$1" /srv/stamp
	printf '%b' "$2" | setup dd "of=$1" bs=1 seek=9 conv=notrunc 2>/dev/null
	setup touch -r /srv/stamp "$1"
}

setup mkdir -p /srv/run /srv/app /srv/lib /srv/t /srv/o /srv/lower /srv/upper /srv/work /srv/else
for who in limited watched any free; do
	setup cp /usr/bin/probe "/srv/run/$who"
done
for file in app/tool app/linked app/other lib/good lib/bad lower/tool; do
	setup cp /usr/bin/probe "/srv/$file"
done
printf 'x' >>/srv/app/other
printf 'x' >>/srv/lib/bad
printf '#!/bin/busybox sh\nexit 0\n' >/srv/app/script
printf '#!/bin/busybox sh\nexit  0\n' >/srv/app/script-other
setup chmod 755 /srv/app/script /srv/app/script-other
setup mount -t tmpfs -o mode=755 none /srv/t
setup cp /usr/bin/probe /srv/t/tool
setup mount -t overlay none /srv/o -o lowerdir=/srv/lower,upperdir=/srv/upper,workdir=/srv/work
tool=$(digest_of /usr/bin/probe)
script=$(digest_of /srv/app/script)
other=$(digest_of /srv/app/other)

policy contents <<END
version: 1
policy: listed
mode: enforce
subject: {exe: /srv/run/limited}
default: {exec: deny}
exec:
  - {allow: [run, load], sha256: ["$tool", "$script"], path: "/srv/**"}
  - {allow: [run, load, anonymous], except: "/srv/**"}
---
version: 1
policy: anywhere
mode: enforce
subject: {exe: /srv/run/any}
default: {exec: deny}
exec:
  - {allow: [run, load], sha256: "$tool"}
  - {allow: [run, load, anonymous], path: ["/usr/**", "/lib/**", "/lib64/**"]}
---
version: 1
policy: forbidden
mode: enforce
subject: {exe: /srv/run/watched}
exec:
  - {deny: run, sha256: "$script", name: script}
  - {deny: run, sha256: "$other", path: "/srv/app/**", name: other}
END
start_policyd
limited=/srv/run/limited
any=/srv/run/any
watched=/srv/run/watched

for program in exec exec-fd mmap-exec; do
	allowed $limited $program /srv/app/tool
	allowed $limited $program /srv/t/tool
	denied $limited $program /srv/app/other
	allowed /srv/run/free $program /srv/app/other
done
allowed $limited exec /srv/app/script
denied $limited exec /srv/app/script-other
denied $watched exec /srv/app/script
allowed $watched exec /srv/app/script-other
event_has 'policy="listed"' 'kind="denied"' 'operation="run"' 'path="/srv/app/other"' "sha256=\"$other\""
event_has 'policy="listed"' 'kind="denied"' 'operation="load"' 'path="/srv/app/other"' "sha256=\"$other\""
event_has 'policy="forbidden"' 'rule="script"' 'operation="run"' 'path="/srv/app/script"' "sha256=\"$script\""
no_event 'path="/srv/app/tool"'

# What was allowed, and changes. On a file system that keeps versions, on one in memory, and below an overlay.
for file in /srv/app/tool /srv/t/tool /srv/o/tool; do
	under=$file
	[ $file = /srv/o/tool ] && under=/srv/lower/tool
	allowed $limited exec $file
	flip $under 'x'
	denied $limited exec $file
	denied $limited mmap-exec $file
	flip $under '\0000'
	allowed $limited exec $file
done

# A library that somebody may still write to is not what was read; nothing reads what is turned executable.
allowed $limited mmap-exec /srv/lib/good
exec 9>>/srv/lib/good
denied $limited mmap-exec /srv/lib/good
event_has 'kind="denied"' 'reason="content-unknown"' 'path="/srv/lib/good"'
exec 9>&-
allowed $limited mmap-exec /srv/lib/good
denied $limited mmap-exec /srv/lib/bad
denied $limited mprotect-exec /srv/lib/good
allowed /srv/run/free mprotect-exec /srv/lib/good

# Other names.
setup ln /srv/app/linked /srv/else/linked
setup mv /srv/app/linked /srv/else/renamed
allowed $any exec /srv/else/linked
allowed $any exec /srv/else/renamed
denied $any exec /srv/app/other
denied $watched exec /srv/app/other
allowed $watched link /srv/app/other /srv/app/more
denied $watched link /srv/app/other /srv/else/more
denied $watched rename /srv/app/other /srv/else/more
allowed /srv/run/free rename /srv/app/more /srv/else/more

# Memory files, and file systems where somebody else answers: what is read there need not be what runs.
denied $watched exec-memfd /usr/bin/probe memory
allowed /srv/run/free exec-memfd /usr/bin/probe memory
denied $watched mmap-exec /proc/self/status
check_not 'procfs cannot be mapped by others either' /srv/run/free mmap-exec /proc/self/status
event_has 'reason="content-unknown"' 'path="memfd:memory"'
no_event 'reason="content-unknown"' 'sha256='
check 'what could not be established is counted' sh -c 'policyctl status --json | grep -q unresolved_content'
check 'explained' sh -c "policyctl explain $limited exec run sha256=$tool /srv/app/x | grep -q allowed"
check_not 'explained' policyctl explain $limited exec run "sha256=$other" /srv/app/x
