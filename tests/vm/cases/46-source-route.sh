# programs: kept
# timeout: 120
#
# Source routes: packets that go by other addresses than the one that was asked about. Who may make raw sockets may
# set them.

policy route <<'END'
version: 1
policy: bounded
mode: enforce
subject: {exe: /srv/bounded}
network:
  - deny: connect
    to: 192.0.2.0/24
    name: far
---
version: 1
policy: pinger
mode: enforce
subject: {exe: /srv/pinger}
network:
  - deny: connect
    to: 192.0.2.0/24
  - allow: create
    family: ipv4
    protocol: raw
    name: raw
---
version: 1
policy: watched
mode: audit
subject: {exe: /srv/watched}
network:
  - deny: connect
    to: 192.0.2.0/24
END
for name in bounded pinger watched; do setup cp /usr/bin/probe "/srv/$name"; done
setup ip link set lo up
start_policyd

# Options of the socket; taking one away counts as well.
for option in ip-options ip-options-6 ip-options-none rthdr 2292pktoptions flow-label; do
	denied /srv/bounded route-option "$option"
	allowed probe route-option "$option"
done
for option in ttl hops 2292rthdr; do allowed /srv/bounded route-option "$option"; done

# In a message: alone, behind others, behind more than are looked at.
for before in 0 1 200; do
	denied /srv/bounded route-message retopts 127.0.0.1 9 "$before"
	denied /srv/bounded route-message rthdr ::1 9 "$before"
	allowed /srv/bounded route-message ttl 127.0.0.1 9 "$before"
	allowed /srv/bounded route-message hoplimit ::1 9 "$before"
	allowed probe route-message retopts 127.0.0.1 9 "$before"
	allowed probe route-message rthdr ::1 9 "$before"
done
denied /srv/bounded route-message 2292rthdr ::1 9 0
denied /srv/bounded route-message ttl 127.0.0.1 9 300
allowed probe route-message ttl 127.0.0.1 9 300

# Raw sockets of one version of IP are routes of that version.
allowed /srv/pinger route-option ip-options
allowed /srv/pinger route-message retopts 127.0.0.1 9 0
denied /srv/pinger route-option rthdr
denied /srv/pinger route-message rthdr ::1 9 0
# In audit mode nothing is refused.
allowed /srv/watched route-option ip-options

event_has 'kind="denied"' 'operation="create"' 'policy="bounded"' 'reason="source-route"' 'family="inet"' 'protocol="raw"' 'socket_type="dgram"'
event_has 'kind="denied"' 'policy="bounded"' 'reason="source-route"' 'family="inet6"'
event_has 'kind="denied"' 'policy="pinger"' 'reason="source-route"' 'family="inet6"'
event_has 'kind="would-deny"' 'policy="watched"' 'reason="source-route"'
no_event 'exe="/usr/bin/probe"'
