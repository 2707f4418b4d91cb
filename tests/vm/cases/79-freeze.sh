# programs: kept
# timeout: 300
#
# Rates and detectors that act: a cgroup is frozen with what rewrites files, and can be thawed; a process is killed;
# neighbours go on, and what must not be frozen is not.

root=/sys/fs/cgroup
for name in box other own trial; do setup mkdir "$root/$name"; done
for name in rewriter plain killed trial starter; do setup cp /usr/bin/bash "/srv/$name"; done
for name in many gone; do setup mkdir "/srv/$name"; done
setup cp /usr/bin/probe /srv/gone/tool
setup mkfifo /srv/never
export LC_ALL=C

policy acts <<'XX'
version: 1
policy: acts
mode: enforce
subject: {exe: /srv/rewriter}
anomaly:
  rate:
    - {count: write, distinct: true, over: 5s, limit: 20, per: process, action: freeze, name: ransom, severity: alert}
---
version: 1
policy: kills
mode: enforce
subject: {exe: /srv/killed}
anomaly:
  rate:
    - {count: write, distinct: true, over: 5s, limit: 20, per: process, action: kill}
---
version: 1
policy: starts
mode: enforce
subject: {exe: /srv/starter}
anomaly:
  detect:
    - {what: memory-exec, action: freeze}
---
version: 1
policy: trial
mode: audit
subject: {exe: /srv/trial}
anomaly:
  rate:
    - {count: write, distinct: true, over: 5s, limit: 20, action: freeze}
XX
# As under the shipped unit, whose policyd sees all of /sys read-only.
unshare -m sh -c 'mount -o remount,bind,ro /sys/fs/cgroup && exec policyd --seccomp kill' >>/run/vm/policyd.out 2>&1 &
POLICYD_PID=$!
wait_live
check 'read-only' grep -q ' /sys/fs/cgroup ro,.* cgroup2 ' "/proc/$POLICYD_PID/mountinfo"
check 'explained' sh -c 'policyctl explain /srv/rewriter anomaly write | grep -q "^freezes by ransom of policy acts"'

# rewrites CGROUP SHELL HOW-MANY: rewrites that many files, a hundred in a second.
rewrites() {
	/usr/bin/bash -c "echo \$\$ >$root/$1/cgroup.procs; exec /srv/$2 -c 'exec 9<>/srv/never
		for ((i = 1; i <= $3; i++)); do echo >>/srv/many/$2-$1-\$i; read -t 0.01 -u 9; done; echo >/srv/done-$2-$1'"
}
frozen() { # CGROUP
	grep -q 'frozen 1' "$root/$1/cgroup.events"
}
becomes_frozen() { # CGROUP
	within 100 frozen "$1" && return
	_bad "$1: $(cat "$root/$1/cgroup.freeze" "$root/$1/cgroup.events" "$root/$1/cgroup.procs" | tr '\n' ' ')"
	return 1
}
count() { # PREFIX
	find /srv/many -name "$1-*" | wc -l
}

rewrites other rewriter 19
check 'as many as the limit says' test -e /srv/done-rewriter-other
no_event 'kind="anomaly"'
rewrites box rewriter 2000 &
rewriter=$!
check 'the cgroup is frozen' becomes_frozen box
event_has 'kind="anomaly"' 'severity="alert"' 'operation="write"' 'policy="acts"' 'rule="ransom"' 'line="7"' \
	'exe="/srv/rewriter"' 'cgroup="/box"' 'detail="21 different in 5s, limit 20; [^"]*; the cgroup is frozen"'
files=$(count rewriter-box)
rewrites other plain 40
check 'the neighbour goes on' test -e /srv/done-plain-other
check 'nothing more was rewritten' test "$(count rewriter-box)" = "$files"
check 'early' test "$files" -lt 1000
check_not 'the neighbour is not frozen' frozen other
echo 0 >"$root/box/cgroup.freeze"
goes_on() {
	test "$(count rewriter-box)" -gt "$files"
}
check 'thawed it goes on' within 100 goes_on
echo 1 >"$root/box/cgroup.kill"
wait "$rewriter"

# Killed, beside one that stays within the limit.
check_not 'killed' rewrites other killed 40
event_has 'policy="kills"' 'rule="rate\[0' 'exe="/srv/killed"' 'detail="21 different in 5s, limit 20; [^"]*; killed"'
check 'the 21st was the last' test "$(count killed-other)" -le 21
check 'a few are good' rewrites other killed 19

# A detector refuses, too.
/usr/bin/bash -c "echo \$\$ >$root/box/cgroup.procs; exec /srv/starter -c 'exec 9</srv/gone/tool; rm /srv/gone/tool
	/proc/self/fd/9 open-read /etc/hostname; echo \$? >/srv/status; read -u 9'" &
starter=$!
check 'the cgroup is frozen' becomes_frozen box
event_has 'operation="memory-exec"' 'policy="starts"' 'errno="EPERM"' \
	'detail="the file has no name; refused; the cgroup is frozen"'
echo 0 >"$root/box/cgroup.freeze"
status() {
	test "$(cat /srv/status)" = 126
}
check 'it was refused' within 50 status
echo 1 >"$root/box/cgroup.kill"
wait "$starter"

# Never the root, nor where policyd is; and nothing in audit mode.
sleep 5
rewrites . rewriter 21
event_has 'policy="acts"' 'cgroup="/"' 'detail="[^"]*; the cgroup was not frozen: it is the root of all cgroups"'
setup mkdir "$root/own/daemon"
echo "$POLICYD_PID" >"$root/own/daemon/cgroup.procs"
rewrites own rewriter 21
event_has 'policy="acts"' 'cgroup="/own"' 'detail="[^"]*; the cgroup was not frozen: init or policyd is in it"'
check_not 'not frozen' frozen own
echo "$POLICYD_PID" >"$root/cgroup.procs"
rewrites trial trial 40
check 'audited only' test -e /srv/done-trial-trial
event_has 'policy="trial"' 'mode="audit"' 'detail="21 different in 5s, limit 20; first [^;"]*"'
check_not 'not frozen' frozen trial
