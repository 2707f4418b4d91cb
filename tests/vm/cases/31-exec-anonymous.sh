# timeout: 300
# boot: own
#
# Executable memory that no file backs, by every way to come by it; and what is none.

setup mkdir -p /srv/run
for who in limited watched free listed jit; do
	setup cp /usr/bin/probe "/srv/run/$who"
done
setup cp /etc/hostname /srv/file
setup cp /usr/bin/probe /srv/library
echo 4 >/proc/sys/vm/nr_hugepages

policy memory <<'END'
version: 1
policy: memory
mode: enforce
subject: {exe: /srv/run/limited}
exec:
  - {deny: anonymous, name: memory}
---
version: 1
policy: watch
mode: audit
subject: {exe: /srv/run/watched}
exec:
  - {deny: anonymous, name: watched}
---
version: 1
policy: about-files
mode: enforce
subject: {exe: /srv/run/free}
exec:
  - {deny: all, path: /srv/library}
END
policy listed <<'END'
version: 1
policy: listed
mode: enforce
subject: {exe: [/srv/run/listed, /srv/run/jit]}
default: {exec: deny}
exec:
  - {allow: [run, load], path: /srv/**}
END
start_policyd

ways='memory-all memory-exec memory-shared memory-turn memory-turn-shared memory-stack memory-heap
memory-segment memory-zero memory-turn-zero memory-implied memory-file-all:/srv/file memory-file-written:/srv/file
memory-file-writable:/srv/file'
if [ "$(cat /proc/sys/vm/nr_hugepages)" -gt 0 ]; then
	ways="$ways memory-turn-huge"
fi
# 7.3 itself lets nobody execute them.
if probe memory-turn-ring >/dev/null; then
	ways="$ways memory-turn-ring"
fi

for way in $ways; do
	# shellcheck disable=SC2086
	set -- $(echo "$way" | tr : ' ')
	denied /srv/run/limited "$@"
	denied /srv/run/listed "$@"
	allowed /srv/run/watched "$@"
	allowed /srv/run/free "$@"
done
denied /srv/run/limited fork -- memory-all
denied /srv/run/limited thread -- memory-turn

# What is none.
allowed /srv/run/limited memory
allowed /srv/run/limited mmap-exec /srv/library
allowed /srv/run/limited mprotect-exec /srv/library
allowed /srv/run/limited exec /srv/library memory
denied /srv/run/free mmap-exec /srv/library
check 'dynamically linked programs start' cat /srv/file

event_has 'policy="memory"' 'rule="memory"' 'section="exec"' 'operation="anonymous"' 'exe="/srv/run/limited"'
event_has 'kind="denied"' 'operation="anonymous"' 'path="/srv/file"'
event_has 'policy="watch"' 'kind="would-deny"' 'operation="anonymous"' 'exe="/srv/run/watched"'
event_has 'policy="listed"' 'rule="default"' 'operation="anonymous"'
no_event 'exe="/srv/run/free"' 'operation="anonymous"'

# An access list that allows it.
policy listed <<'END'
version: 1
policy: listed
mode: enforce
subject: {exe: [/srv/run/listed, /srv/run/jit]}
default: {exec: deny}
exec:
  - {allow: [run, load], path: /srv/**}
  - {allow: anonymous}
END
wait_live
allowed /srv/run/jit memory-turn
allowed /srv/run/jit memory-all
