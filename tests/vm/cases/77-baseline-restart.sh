# kernels: one
# timeout: 600
#
# Baselines outlive the daemon, however it ends: learning goes on where it was, what was reported is not reported
# again, and a file that cannot be read is kept and said.

setup cp /usr/bin/probe /srv/watched
setup ip link set lo up
export LC_ALL=C
state=/var/lib/policyd

policy usual <<'XX'
version: 1
policy: usual
subject: {exe: /srv/watched}
anomaly: {learn: 60s, report: [connect, listen]}
XX
age() { policyctl baseline list | sed -n 's/.*connect .*learnt for //p'; }
start_policyd
allowed /srv/watched connect-tcp 127.0.0.1 9
sleep 3
stop_policyd
check 'the file is there' grep -q '"tcp loopback 9"' $state/baselines.json
start_policyd
check 'restored' sh -c 'policyctl baseline show /srv/watched | grep -q "tcp loopback 9"'
allowed /srv/watched connect-tcp 127.0.0.1 10
kill -9 "$POLICYD_PID"
# Learnt while there was no daemon; what the kernel told waits in the ring.
allowed /srv/watched connect-tcp 127.0.0.1 11
start_policyd
check 'told while nobody listened' within 50 sh -c 'policyctl baseline show /srv/watched | grep -q "tcp loopback 11"'
no_event 'kind="anomaly"'
over() {
	policyctl baseline list --json | busybox grep -q '"connect": *{"age": *[6-9][0-9]'
}
check 'the time is over' within 600 over
date -s '2031-01-01 00:00:00' >/dev/null
allowed /srv/watched connect-tcp 127.0.0.1 9
no_event 'kind="anomaly"'
allowed /srv/watched connect-tcp 127.0.0.1 12
event_has 'operation="new-connect"' 'remote_port="12"' 'policy="usual"'
stop_policyd
start_policyd
allowed /srv/watched connect-tcp 127.0.0.1 12
check 'counted on' within 50 sh -c 'policyctl baseline show /srv/watched | grep -q "12  (reported; counted 2)"'
check 'not reported again' test "$(event_line 'operation="new-connect"' | wc -l)" = 1

# Forgotten, exported, imported.
policyctl baseline export >/tmp/all.json
check 'exported' grep -q '"tcp loopback 12"' /tmp/all.json
check_not 'none of the name' policyctl baseline reset /srv/other
check 'forgotten' policyctl baseline reset /srv/watched
event_has 'action="baseline-changed"' 'detail="1 baseline forgotten"'
allowed /srv/watched connect-tcp 127.0.0.1 13
check 'learnt anew' within 50 sh -c 'policyctl baseline show /srv/watched | grep -q "tcp loopback 13$"'
check 'no event' test "$(event_line 'operation="new-connect"' | wc -l)" = 1
sed 's/tcp loopback 9/tcp loopbak 9/' /tmp/all.json >/tmp/bad.json
check 'a bad file is refused' sh -c \
	'! policyctl baseline import /tmp/bad.json 2>&1 | tee /tmp/said; grep -q "/tmp/bad.json: error: executable ./srv/watched., connect .tcp loopbak 9.: expected" /tmp/said'
check_not 'and nothing of it is there' sh -c 'policyctl baseline show /srv/watched | grep -q "tcp loopback 10"'
check 'imported' policyctl baseline import /tmp/all.json
check 'added' sh -c 'policyctl baseline show /srv/watched | grep -c "tcp loopback \(11\|13\)$" | grep -q 2'
event_has 'action="baseline-changed"' 'detail="1 baseline after an import"'
allowed /srv/watched connect-tcp 127.0.0.1 14
event_has 'operation="new-connect"' 'remote_port="14"'

# A file that is none.
stop_policyd
setup sh -c "echo '{\"policyd_baselines\":1,' >$state/baselines.json"
start_policyd
event_has 'action="degraded"' 'baselines.json:2:0: error' 'the file is kept as'
check 'kept' grep -q policyd_baselines $state/baselines.json.bad
allowed /srv/watched connect-tcp 127.0.0.1 14
check 'learning begins anew' within 50 sh -c 'policyctl baseline show /srv/watched | grep -q "tcp loopback 14$"'
