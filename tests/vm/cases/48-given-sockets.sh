# programs: kept
#
# Sockets that another process made: received by who may not make such ones, connect there, listen or be bound there.

policy given <<'END'
version: 1
policy: given
mode: enforce
subject: {exe: /srv/limited}
network:
  - deny: connect
    to: 127.0.0.2
    name: there
  - deny: [listen, bind]
    port: 5001
    name: here
  - deny: create
    family: packet
    name: made
END
policy watched <<'END'
version: 1
policy: watched
mode: audit
subject: {exe: /srv/watched}
network:
  - deny: connect
    to: 127.0.0.2
END
setup ip link set lo up
for name in limited watched other; do setup cp /usr/bin/probe "/srv/$name"; done
start_policyd

probe listen-tcp 0.0.0.0 5000 >/tmp/server.out 2>&1 &
within 50 grep -q listening /tmp/server.out

# taken VERDICT BY GIVER…: what the giver gives, BY takes.
taken() {
	local verdict=$1 by=$2 giver
	shift 2
	rm -f /tmp/give /tmp/giver.out
	probe "$@" /tmp/give >/tmp/giver.out 2>&1 &
	giver=$!
	within 50 grep -q listening /tmp/giver.out
	"$verdict" "$by" take-fd /tmp/give
	kill "$giver" 2>/dev/null
	wait "$giver" 2>/dev/null
}

taken denied /srv/limited give-tcp 127.0.0.2 5000
taken allowed /srv/limited give-tcp 127.0.0.1 5000
taken allowed /srv/other give-tcp 127.0.0.2 5000
taken allowed /srv/watched give-tcp 127.0.0.2 5000
taken denied /srv/limited give-tcp ::ffff:127.0.0.2 5000
taken denied /srv/limited give-udp 127.0.0.2 53
taken allowed /srv/limited give-udp 127.0.0.3 53
taken denied /srv/limited give-listener 127.0.0.1 5001
taken allowed /srv/limited give-listener 127.0.0.1 5002
taken denied /srv/limited give-bound 127.0.0.1 5001
taken allowed /srv/limited give-bound 127.0.0.1 5002
taken denied /srv/limited give-packet
taken allowed /srv/other give-packet

# A connection that came from there was accepted by who listens.
within 50 probe reach-tcp 127.0.0.2 127.0.0.1 5003 >/dev/null 2>&1 &
taken allowed /srv/limited give-accepted 127.0.0.1 5003

event_has 'kind="denied"' 'operation="connect"' 'rule="there"' 'reason="received"' 'remote_address="127.0.0.2"' 'remote_port="5000"' 'protocol="tcp"' 'exe="/srv/limited"'
event_has 'kind="denied"' 'operation="connect"' 'rule="there"' 'reason="received"' 'remote_port="53"' 'protocol="udp"'
event_has 'kind="denied"' 'operation="listen"' 'rule="here"' 'reason="received"' 'local_port="5001"'
event_has 'kind="denied"' 'operation="bind"' 'rule="here"' 'reason="received"' 'local_port="5001"' 'protocol="udp"'
event_has 'kind="denied"' 'operation="create"' 'rule="made"' 'reason="received"' 'family="packet"'
event_has 'kind="would-deny"' 'policy="watched"' 'reason="received"' 'remote_address="127.0.0.2"'
no_event 'exe="/srv/other"'
