# programs: kept
# timeout: 300
#
# Descriptors that were open before the policy, and those inherited by a process that it is about; and that other
# policies leave them alone.

setup mkdir -p /srv/run
for who in limited watched plain free; do
	setup cp /usr/bin/probe "/srv/run/$who"
done
setup cp /etc/hostname /srv/secret
setup cp /etc/hostname /srv/kept
setup cp /etc/hostname /srv/log
setup cp /etc/hostname /srv/public
setup cp /etc/hostname /srv/other

# Open before there is any policy.
exec 3<>/srv/secret 4<>/srv/kept 5<>/srv/public 6>>/srv/log 7</srv

policy revalidate <<'END'
version: 1
policy: revalidate
mode: enforce
revalidate: true
subject: {exe: /srv/run/limited}
file:
  - {deny: [read, write], path: /srv/secret, name: secret}
  - {deny: write, path: /srv/kept, name: kept, errno: EACCES}
  - {deny: append, path: /srv/log, name: log}
  - {deny: read, path: /srv, name: listing}
---
version: 1
policy: watch
mode: audit
revalidate: true
subject: {exe: /srv/run/watched}
file:
  - {deny: [read, write], path: /srv/secret, name: watched}
---
version: 1
policy: plain
mode: enforce
subject: {exe: /srv/run/plain}
file:
  - {deny: [read, write], path: /srv/secret, name: plain}
END
start_policyd
limited=/srv/run/limited

for way in fd-read fd-read-vector fd-write fd-allocate fd-send fd-splice fd-splice-into fd-map fd-map-write; do
	denied $limited $way 3
	allowed $limited $way 5
	allowed /srv/run/watched $way 3
	allowed /srv/run/plain $way 3
	allowed /srv/run/free $way 3
done
denied $limited fd-copy 3 5
denied $limited fd-copy 5 3
allowed $limited fd-copy 5 8 8<>/srv/other
allowed /srv/run/free fd-copy 3 5
denied $limited --errno EACCES fd-write 4
denied $limited --errno EACCES fd-map-write 4
denied $limited --errno EACCES fd-map-turn 4
allowed $limited fd-read 4
allowed $limited fd-map 4
allowed $limited fd-map-turn 5
denied $limited fd-write 6
allowed /srv/run/free fd-write 6

# Opened by another program after the policy, and inherited.
denied sh -c 'exec /srv/run/limited fd-read 8 8</srv/secret'
allowed sh -c 'exec /srv/run/limited fd-read 8 8</srv/public'
allowed sh -c 'exec /srv/run/plain fd-read 8 8</srv/secret'
denied $limited open-read /srv/secret
denied /srv/run/plain open-read /srv/secret
check 'programs start, and speak through pipes' sh -c '/srv/run/limited exec /bin/ls | cat'

event_has 'policy="revalidate"' 'rule="secret"' 'operation="read"' 'path="/srv/secret"' 'exe="/srv/run/limited"'
event_has 'rule="secret"' 'operation="write"' 'path="/srv/secret"'
event_has 'rule="kept"' 'operation="write"' 'path="/srv/kept"'
event_has 'rule="log"' 'operation="append"' 'path="/srv/log"'
event_has 'policy="watch"' 'kind="would-deny"' 'rule="watched"' 'operation="write"'
no_event 'path="/srv/public"'
no_event 'exe="/srv/run/free"'
