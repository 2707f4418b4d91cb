# programs: kept
# timeout: 600
#
# uid-gain: a user id that no call and no execution gave, or that a capability alone gives; beside every way that
# the kernel has.

setup cp /usr/bin/probe /srv/watched
setup cp /usr/bin/probe /srv/strict
setup cp /usr/bin/probe /srv/plain
setup cp /usr/bin/probe /srv/killed
for name in watched strict; do
	setup cp /usr/bin/probe "/srv/setuid-$name"
	setup chmod u+s "/srv/setuid-$name"
done
setup chmod 711 /srv /srv/*
setup touch /srv/roots
setup chmod 600 /srv/roots
setup ip link set lo up

policy gains <<'XX'
version: 1
policy: gains
mode: enforce
subject: {exe: [/srv/watched, /srv/setuid-watched]}
anomaly:
  detect:
    - {what: uid-gain, tags: [T1068], severity: crit}
---
version: 1
policy: strict
mode: enforce
subject: {exe: [/srv/strict, /srv/setuid-strict]}
anomaly:
  detect:
    - {what: uid-gain, action: deny}
---
version: 1
policy: killed
mode: enforce
subject: {exe: /srv/killed}
anomaly:
  detect:
    - {what: uid-gain, action: kill}
---
version: 1
policy: trial
mode: audit
subject: {exe: /srv/plain}
anomaly:
  detect:
    - {what: uid-gain, action: kill}
XX
start_policyd
record=/sys/fs/bpf/policyd/map_identities

# Every way that there is: dropping, the saved id, a setuid program, a namespace's own ids.
for name in watched strict; do
	allowed "/srv/$name" as 1000 1000 -- open-read /etc/hostname
	allowed "/srv/$name" uid-saved 1000 -- open-read /srv/roots
	allowed "/srv/$name" as 1000 1000 -- exec "/srv/setuid-$name" open-read /srv/roots
	allowed "/srv/$name" uid-namespace 1000
	allowed "/srv/$name" thread -- as 1000 1000 -- open-read /etc/hostname
	allowed "/srv/$name" uid-record "$record" 0 -- open-read /srv/roots
	allowed "/srv/$name" uid-record "$record" 0 -- fork -- open-read /srv/roots
done
no_event 'kind="anomaly"'

# By the capability alone.
allowed /srv/watched uid-capability 1000 0 -- open-read /srv/roots
event_has 'kind="anomaly"' 'severity="critical"' 'operation="uid-gain"' 'policy="gains"' 'rule="uid-gain"' 'line="7"' \
	'tags="T1068"' 'uid="1000"' 'exe="/srv/watched"' \
	'detail="uid 1000 for [0-9.]+s, asks for 0 with nothing but the capability setuid; went on"'
denied /srv/strict uid-capability 1000 0 -- open-read /srv/roots
event_has 'operation="uid-gain"' 'policy="strict"' 'errno="EPERM"' 'detail="[^"]*asks for 0 [^"]*; refused"'
denied /srv/strict uid-capability 1000 1001
event_has 'policy="strict"' 'detail="[^"]*asks for 1001 [^"]*; refused"'
allowed /srv/strict uid-capability 1000 1000
allowed /srv/plain uid-capability 1000 0 -- open-read /srv/roots
event_has 'policy="trial"' 'mode="audit"' 'detail="[^"]*asks for 0 [^"]*; went on"'

# What the record does not know: whatever the process does next, its children too.
allowed /srv/watched uid-record "$record" 1000 -- open-read /srv/roots
event_has 'policy="gains"' 'detail="uid [0-9]+ for [0-9.]+s, then 0, which no call and no execution gave; went on"'
denied /srv/strict uid-record "$record" 1000 -- open-read /srv/roots
event_has 'policy="strict"' 'errno="EPERM"' 'detail="[^"]*then 0, [^"]*; refused"'
denied /srv/strict uid-record "$record" 1000 -- fork -- open-read /srv/roots
denied /srv/strict uid-record "$record" 1000 -- exec /srv/plain open-read /srv/roots
denied /srv/strict uid-record "$record" 1000 -- connect-tcp 127.0.0.1 9
denied /srv/strict uid-record "$record" 1000 -- uid-saved 1000
/srv/killed uid-record "$record" 1000 -- open-read /srv/roots
check 'killed' test "$?" = 137
event_has 'policy="killed"' 'detail="[^"]*then 0, [^"]*; killed"'
allowed /srv/killed open-read /srv/roots

# What changed while no policy looked is no gain later.
twice() {
	test "$(wc -l </srv/out)" = 2
}
mkfifo /srv/go
/srv/strict open-read /etc/hostname
/srv/strict wait -- as 1000 1000 -- wait -- open-read /etc/hostname </srv/go >/srv/out &
waiting=$!
exec 8>/srv/go
check 'it waits' within 50 grep -q waiting /srv/out
remove_policy gains
wait_live
echo >&8
check 'it waits again' within 50 twice
policy gains <<'XX'
version: 1
policy: gains
mode: enforce
subject: {exe: /srv/strict}
anomaly:
  detect:
    - {what: uid-gain, action: deny}
XX
wait_live
echo >&8
wait "$waiting"
check 'not refused' test "$?" = 0
denied /srv/strict uid-record "$record" 1000 -- open-read /srv/roots
