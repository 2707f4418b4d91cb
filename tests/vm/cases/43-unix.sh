# programs: kept
# timeout: 240
#
# Unix sockets by path and by abstract name: streams, datagrams, sequenced packets.

policy unix <<'END'
version: 1
policy: named
mode: enforce
subject: {exe: /srv/client}
network:
  - deny: connect
    unix: [/srv/no.sock, "/srv/box/**", "@secret*", "@exact"]
    name: connect
  - deny: bind
    unix: [/srv/taken.sock, "@taken"]
    name: bind
  - deny: listen
    unix: [/srv/mute.sock, "@mute"]
    name: listen
  - deny: accept
    unix: ["@shut", /srv/shut.sock]
    name: accept
---
version: 1
policy: closed
mode: enforce
subject: {exe: /srv/closed}
default: {network: deny}
network:
  - allow: connect
    unix: [/srv/yes.sock, "@yes", /srv/yes.dgram, /run/systemd/journal/dev-log, /dev/log]
  - allow: [bind, listen]
    unix: /srv/own.sock
END
for name in client closed; do setup cp /usr/bin/probe "/srv/$name"; done
setup mkdir -p /srv/box /srv/other
serve() {
	rm -f "$1"
	probe serve-unix "$1" "$2" >"/tmp/serve.out" 2>&1 &
	for _ in $(seq 50); do grep -q listening /tmp/serve.out && return; sleep 0.1; done
	fail "no server at $1"
}
serve /srv/no.sock stream
serve /srv/yes.sock stream
serve /srv/box/in.sock seqpacket
serve /srv/no.dgram dgram
serve /srv/yes.dgram dgram
serve /srv/box/log dgram
serve @secret-1 stream
serve @exact dgram
serve @yes stream
serve @other dgram
setup ln -s /srv/no.sock /tmp/link.sock
setup mkdir -p /tmp/bound
setup mount --bind /srv/box /tmp/bound
start_policyd

# Connect, by whatever way to the node.
denied /srv/client connect-unix /srv/no.sock stream
denied /srv/client connect-unix /tmp/link.sock stream
denied /srv/client connect-unix /srv/other/../no.sock stream
denied /srv/client connect-unix /tmp/bound/in.sock seqpacket
allowed /srv/client connect-unix /srv/yes.sock stream
allowed probe connect-unix /srv/no.sock stream
allowed probe connect-unix /tmp/bound/in.sock seqpacket
denied /srv/client send-unix /srv/box/log dgram
denied /srv/client connect-unix /tmp/bound/log dgram
allowed /srv/client send-unix /srv/no.dgram dgram
allowed probe send-unix /srv/box/log dgram

# Abstract names.
denied /srv/client connect-unix @secret-1 stream
denied /srv/client send-unix @exact dgram
denied /srv/client connect-unix @exact dgram
allowed /srv/client connect-unix @yes stream
allowed /srv/client send-unix @other dgram
allowed probe connect-unix @secret-1 stream

# A socket that moves has its new name; a link is none of its names.
setup mv /srv/no.dgram /srv/box/moved
denied /srv/client send-unix /srv/box/moved dgram
setup mv /srv/box/moved /srv/no.dgram
allowed /srv/client send-unix /srv/no.dgram dgram
setup ln /srv/no.sock /srv/other/hard.sock
denied /srv/client connect-unix /srv/other/hard.sock stream

# Bind, to a path by every way that gives a socket a name.
denied /srv/client bind-unix /srv/taken.sock stream
check_not 'no node was left' test -e /srv/taken.sock
denied /srv/client bind-unix @taken dgram
allowed /srv/client bind-unix /srv/free.sock stream
allowed /srv/client bind-unix @free dgram
allowed /srv/client autobind-unix
denied /srv/client rename /srv/free.sock /srv/taken.sock
denied /srv/client link /srv/free.sock /srv/taken.sock
denied /srv/client mknod-socket /srv/taken.sock
allowed /srv/client rename /srv/free.sock /srv/free2.sock
allowed probe bind-unix /srv/taken.sock stream

# Listen, accept.
denied /srv/client listen-unix /srv/mute.sock stream
denied /srv/client listen-unix @mute seqpacket
allowed /srv/client listen-unix /srv/loud.sock stream
denied /srv/client accept-unix @shut stream
denied /srv/client accept-unix /srv/shut.sock stream
allowed /srv/client accept-unix @open stream

# What no rule names, under a default that denies.
denied /srv/closed connect-unix /srv/no.sock stream
denied /srv/closed connect-unix @secret-1 stream
denied /srv/closed send-unix /srv/box/log dgram
allowed /srv/closed connect-unix /srv/yes.sock stream
allowed /srv/closed connect-unix @yes stream
allowed /srv/closed send-unix /srv/yes.dgram dgram
denied /srv/closed bind-unix /srv/else.sock stream
denied /srv/closed bind-unix @else stream
allowed /srv/closed listen-unix /srv/own.sock stream
# Sockets without a name.
allowed /srv/closed socketpair stream
allowed /srv/closed socketpair dgram
allowed /srv/closed autobind-unix
allowed /srv/closed sendto-unix /dev/log </dev/null

event_has 'kind="denied"' 'rule="connect"' 'operation="connect"' 'family="unix"' 'unix_name="/srv/no.sock"' 'exe="/srv/client"'
event_has 'rule="connect"' 'unix_name="/srv/box/in.sock"'
event_has 'rule="connect"' 'unix_name="@secret-1"'
event_has 'rule="bind"' 'operation="bind"' 'unix_name="/srv/taken.sock"'
event_has 'rule="bind"' 'operation="bind"' 'unix_name="@taken"'
event_has 'rule="listen"' 'unix_name="@mute"'
event_has 'rule="accept"' 'operation="accept"' 'unix_name="/srv/shut.sock"'
event_has 'policy="closed"' 'rule="default"' 'unix_name="@secret-1"'
no_event 'exe="/usr/bin/probe"'
