# programs: kept
# timeout: 300
#
# wx-memory: writable memory that becomes executable, by every way to come by it, once in each program; beside what is
# none, and who does it all the time.

setup mkdir /srv/run
for who in watched strict trial plain killed once next; do
	setup cp /usr/bin/probe "/srv/run/$who"
done
for file in copy twice shared library; do
	setup cp /usr/bin/probe "/srv/$file"
done

policy wx <<'XX'
version: 1
policy: watch
mode: enforce
subject: {exe: [/srv/run/watched, /srv/run/once, /srv/run/next]}
anomaly:
  detect:
    - {what: wx-memory, tags: [T1055], severity: crit}
---
version: 1
policy: strict
mode: enforce
subject: {exe: /srv/run/strict}
anomaly:
  detect:
    - {what: wx-memory, action: deny}
---
version: 1
policy: killed
mode: enforce
subject: {exe: /srv/run/killed}
anomaly:
  detect:
    - {what: wx-memory, action: kill}
---
version: 1
policy: trial
mode: audit
subject: {exe: /srv/run/trial}
anomaly:
  detect:
    - {what: wx-memory, action: deny}
XX
start_policyd
check 'explained' sh -c 'policyctl explain /srv/run/strict anomaly wx-memory | grep -q "^refuses by wx-memory of policy strict"'
check 'and the neighbour' sh -c 'policyctl explain /srv/run/plain anomaly wx-memory | grep -q ^nothing'

# What is none: reading and writing, code that nobody wrote, libraries, programs; a file without a name that is executed.
for who in strict watched; do
	allowed "/srv/run/$who" memory
	allowed "/srv/run/$who" mmap-exec /srv/library
	allowed "/srv/run/$who" mprotect-exec /srv/library
	allowed "/srv/run/$who" memory-file-unwritten /srv/library
	allowed "/srv/run/$who" exec /usr/bin/cat /etc/hostname
	allowed "/srv/run/$who" exec-memfd /srv/library code
	allowed "/srv/run/$who" thread -- open-read /etc/hostname
done
check 'dynamically linked programs start' cat /etc/hostname
no_event 'kind="anomaly"'

ways='memory-all memory-exec memory-shared memory-turn memory-turn-shared memory-turn-key memory-stack memory-heap
memory-segment memory-implied memory-file-unnamed memory-file-all:/srv/copy memory-file-written:/srv/copy
memory-file-writable:/srv/copy memory-file-twice:/srv/twice memory-file-shared:/srv/shared'
if /srv/run/plain memory-turn-32; then
	ways="$ways memory-turn-32"
fi
for way in $ways; do
	# shellcheck disable=SC2086,SC2046
	set -- $(echo "$way" | tr : ' ')
	denied /srv/run/strict "$@"
	allowed /srv/run/watched "$@"
	allowed /srv/run/trial "$@"
	allowed /srv/run/plain "$@"
done
denied /srv/run/strict fork -- memory-turn
denied /srv/run/strict thread -- memory-all
denied /srv/run/strict memory-turn-then -- memory-turn

for what in 'anonymous memory, mapped' 'anonymous memory, turned' 'a private copy of the file, mapped' \
	'a private copy of the file, turned' 'a file that is mapped writable, mapped' 'a file without a name, mapped'; do
	event_has 'kind="anomaly"' 'severity="critical"' 'operation="wx-memory"' 'policy="watch"' 'rule="wx-memory"' \
		'line="7"' 'tags="T1055"' 'exe="/srv/run/watched"' "detail=\"$what executable; went on\""
	event_has 'operation="wx-memory"' 'policy="strict"' 'errno="EPERM"' "detail=\"$what executable; refused\""
	event_has 'operation="wx-memory"' 'policy="trial"' 'mode="audit"' "detail=\"$what executable; went on\""
done
event_has 'exe="/srv/run/watched"' 'path="/srv/copy"' 'detail="a private copy of the file, [^"]*"'
event_has 'exe="/srv/run/watched"' 'path="/srv/twice"' 'detail="a file that is mapped writable, [^"]*"'
event_has 'exe="/srv/run/watched"' 'path="memfd:code"' 'detail="a file without a name, [^"]*"'
no_event 'kind="anomaly"' 'exe="/srv/run/plain"'

/srv/run/killed memory-turn
check 'killed' test "$?" = 137
event_has 'policy="killed"' 'detail="anonymous memory, turned executable; killed"'
allowed /srv/run/killed memory

# Who does it all the time is told once, its threads and what it forks too; another program is told again.
allowed /srv/run/once memory-turn-then -- memory-turn
allowed /srv/run/once memory-turn-then -- fork -- memory-all
allowed /srv/run/once memory-turn-then -- thread -- memory-all
allowed /srv/run/once thread -- memory-turn-then -- memory-all
allowed /srv/run/plain memory-turn-then -- exec /srv/run/next memory-exec
event_has 'exe="/srv/run/next"' 'detail="anonymous memory, mapped [^"]*"'
sleep 2
check 'told once each' test "$(event_line 'kind="anomaly"' 'exe="/srv/run/once"' | wc -l)" = 4
no_event 'exe="/srv/run/once"' 'detail="[^"]*mapped'
no_event 'exe="/srv/run/once"' 'suppressed='
