# programs: kept
# timeout: 400
#
# No policy is about policyd's own process, which no name tells: it reads what is dropped and writes what it has to. Who
# has its name only is refused.

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
setup mkdir /srv/events
printf '%s\n' 'outputs:' '  - {name: syslog, url: /dev/log}' '  - {name: file, url: "file:/srv/events/log", format: json}' \
	>/etc/policyd/policyd.yaml
deny_read one /srv/a | policy one
start_policyd
setup cp /usr/bin/probe /srv/probe

policy itself <<'END'
version: 1
policy: itself
mode: enforce
subject: {exe: [/usr/sbin/policyd, /srv/probe]}
default: {file: deny, network: deny}
file:
  - {deny: [read, write, append, create, delete, rename, setattr, chmod], path: "/**"}
network:
  - {deny: connect, unix: "/**"}
  - {deny: create, family: unix}
capability:
  - deny: [sys_admin, bpf, perfmon, dac_read_search, kill]
syscall:
  - {kill: [rename, renameat2]}
END
wait_live
# What the policy does to others.
denied /srv/probe open-read /srv/b
allowed probe open-read /srv/b
/usr/sbin/policyd --version >/tmp/said 2>&1
check 'another process of the same program does not start' test "$?" != 0

deny_read two /srv/b | policy two
wait_live
denied probe open-read /srv/b
denied probe open-read /srv/a
told() { grep '"kind":"denied"' /srv/events/log | grep -q '"path":"/srv/b".*"policy":"two"\|"policy":"two".*"path":"/srv/b"'; }
check 'its file has the event' within 50 told
event_has 'kind="denied"' 'path="/srv/b"' 'policy="two"'
no_event 'kind="denied"' "pid=\"$POLICYD_PID\""
no_event 'health' 'action="degraded"'
check 'it reads again when it is asked' policyctl reload
check 'it is itself in the list' sh -c 'policyctl show subjects | grep "policyd itself: no policy applies"'
check 'all is well' policyctl status
remove_policy itself
remove_policy two
wait_live
denied probe open-read /srv/a
allowed probe open-read /srv/b

# Without that set the next one starts as well.
stop_policyd
start_policyd
denied probe open-read /srv/a
