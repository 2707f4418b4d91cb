# kernels: one
# timeout: 600
#
# A full baseline: nothing that is in it goes, what has no room is counted and told.

setup cp /usr/bin/bash /srv/watched
setup ip link set lo up
export LC_ALL=C

policy usual <<'XX'
version: 1
policy: usual
subject: {exe: /srv/watched}
anomaly: {learn: 1d, report: connect}
XX
start_policyd
send() { # FROM TO
	/srv/watched -c "for port in {$1..$2}; do echo >/dev/udp/127.0.0.1/\$port; done" 2>/dev/null
}
known() { policyctl baseline show /srv/watched | grep -c '^  udp loopback'; }
full() { [ "$(known)" = 150 ]; }
send 1000 1148
check 'nearly as many as there may be' within 50 sh -c "policyctl baseline show /srv/watched | grep -q 'loopback 1148'"
send 1149 1149
check 'as many' within 50 full
send 1000 1149
no_event 'kind="lost"'
send 2000 2001
event_has 'kind="lost"' 'cause="baselines"' 'lost_kind="anomaly"'
check 'none went' full
check_not 'none came' sh -c "policyctl baseline show /srv/watched | grep -q 'loopback 2000'"
check 'counted' sh -c "policyctl status --json | grep -q '\"lost_baselines\": *[2-9]'"
