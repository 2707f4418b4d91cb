# programs: kept
# timeout: 600
#
# Detectors: a triggering run and a benign neighbour for each; refused only where that is asked and enforced.

setup cp /usr/bin/bash /srv/watched
setup cp /usr/bin/bash /srv/plain
setup cp /usr/bin/bash /srv/strict
setup cp /usr/bin/bash /srv/trial
setup cp /usr/bin/probe /srv/old
for shell in watched strict plain; do setup cp /usr/bin/probe "/srv/gone-$shell"; done
setup ip link set lo up
export LC_ALL=C

policy detectors <<'XX'
version: 1
policy: detectors
mode: enforce
subject: {exe: [/srv/watched, /srv/server]}
anomaly:
  detect:
    - {what: memory-exec, tags: [T1620], severity: crit}
    - {what: fresh-exec, within: 10m, name: fresh, message: nothing is downloaded and run}
    - what: shell-from-service
---
version: 1
policy: strict
mode: enforce
subject: {exe: [/srv/strict, /srv/closed]}
anomaly:
  detect:
    - {what: memory-exec, action: deny}
    - {what: fresh-exec, action: deny, within: 6s}
    - {what: shell-from-service, action: kill}
---
version: 1
policy: trial
subject: {exe: /srv/trial}
anomaly:
  detect:
    - {what: fresh-exec, action: kill}
XX
start_policyd
check 'explained from the files' sh -c \
	'policyctl explain /srv/strict anomaly fresh-exec | grep -q "^refuses by fresh-exec of policy strict"'
check 'and the neighbour' sh -c 'policyctl explain /srv/plain anomaly fresh-exec | grep -q ^nothing'

# memory-exec: a file that was deleted while it is open. It was written by nobody since policyd started.
deleted() { # SHELL
	"/srv/$1" -c "exec 9</srv/gone-$1; rm /srv/gone-$1; exec /proc/self/fd/9 open-read /etc/hostname"
}
allowed /srv/watched -c '/srv/old open-read /etc/hostname'
no_event 'kind="anomaly"'
deleted watched
check 'only told' test "$?" = 0
event_has 'kind="anomaly"' 'severity="critical"' 'section="anomaly"' 'operation="memory-exec"' 'policy="detectors"' \
	'rule="memory-exec"' 'line="7"' 'tags="T1620"' 'exe="/srv/watched"' 'path="/srv/gone-watched' \
	'detail="the file has no name; went on"'
deleted strict
check 'refused' test "$?" = 126
event_has 'operation="memory-exec"' 'policy="strict"' 'exe="/srv/strict"' 'errno="EPERM"' 'detail="[^"]*refused"'
deleted plain
check 'the neighbour runs it' test "$?" = 0
no_event 'kind="anomaly"' 'exe="/srv/plain"'

# fresh-exec: copied by a child of the shell that runs it.
fresh() { # SHELL
	"/srv/$1" -c "cp /srv/old /srv/fresh-$1; /srv/fresh-$1 open-read /etc/hostname"
}
fresh watched
check 'only told' test "$?" = 0
event_has 'operation="fresh-exec"' 'rule="fresh"' 'line="8"' 'path="/srv/fresh-watched"' \
	'message="nothing is downloaded and run"' 'detail="opened for writing [0-9.]+s before by (cp|busybox|watched)'
fresh strict
check 'refused' test "$?" = 126
event_has 'operation="fresh-exec"' 'policy="strict"' 'errno="EPERM"' 'detail="opened for writing [^"]*refused"'
fresh trial
check 'a policy in audit refuses nothing' test "$?" = 0
event_has 'operation="fresh-exec"' 'policy="trial"' 'mode="audit"' 'detail="[^"]*went on"'
fresh plain
check 'the neighbour runs it' test "$?" = 0
no_event 'kind="anomaly"' 'exe="/srv/plain"'
sleep 8
check 'not moments ago any more' /srv/strict -c '/srv/fresh-strict open-read /etc/hostname; true'
check 'it ran' /srv/strict -c '/srv/fresh-strict open-read /etc/hostname'

# shell-from-service: what listens starts a shell, and what does not.
serve() { # NAME PORT HOW
	cp /usr/bin/busybox "/srv/$1"
	/srv/plain -c "exec -a nc /srv/$1 $3 -p $2 -e /usr/bin/bash -c 'echo shell >/srv/ran-$1'" </dev/null &
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		sleep 1
		if echo | busybox nc -w 2 127.0.0.1 "$2" >/dev/null 2>&1; then break; fi
	done
	sleep 1
}
serve server 7001 -ll # in a child
check 'the shell ran' test -e /srv/ran-server
event_has 'operation="shell-from-service"' 'policy="detectors"' 'line="9"' 'path="[^"]*/bash"' 'exe="/srv/server"' \
	'detail="serves connections, first [0-9.]+s before by server .pid [0-9]+, uid 0.; went on"'
serve closed 7002 -l # in its place
check 'the shell did not run' test ! -e /srv/ran-closed
event_has 'operation="shell-from-service"' 'policy="strict"' 'errno="EPERM"' 'detail="[^"]*killed"'
/srv/watched -c '/usr/bin/bash -c :; true'
check 'none of a shell that serves nobody' test "$(event_line 'operation="shell-from-service"' 'exe="/srv/watched"' | wc -l)" = 0
