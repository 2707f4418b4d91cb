# programs: kept
# timeout: 240
#
# Making sockets: by family and protocol, and what a policy about addresses says of sockets that go round it.

policy create <<'END'
version: 1
policy: make
mode: enforce
subject: {exe: /srv/made}
network:
  - deny: create
    family: [netlink, vsock]
    name: families
  - deny: create
    protocol: [udp, icmp]
    name: protocols
  - deny: create
    family: ipv6
    protocol: tcp
    errno: EACCES
    name: tcp6
---
version: 1
policy: addresses
mode: enforce
subject: {exe: /srv/bounded}
network:
  - deny: connect
    to: 192.0.2.0/24
---
version: 1
policy: raw
mode: enforce
subject: {exe: /srv/pinger}
network:
  - deny: connect
    to: [192.0.2.0/24, "::1"]
  - deny: bind
    at: 127.0.0.9
  - allow: create
    protocol: raw
    name: raw
---
version: 1
policy: sctp
mode: enforce
subject: {exe: /srv/signaller}
network:
  - deny: connect
    to: 127.0.0.9
  - allow: create
    protocol: sctp
---
version: 1
policy: default
mode: enforce
subject: {exe: /srv/closed}
default: {network: deny}
network:
  - allow: create
    family: vsock
---
version: 1
policy: alone
mode: enforce
subject: {exe: /srv/alone}
network:
  - deny: create
    family: unix
---
version: 1
policy: tcp
mode: enforce
subject: {exe: /srv/tcp}
network:
  - deny: connect
    protocol: tcp
    to: 127.0.0.1
END
for name in made bounded signaller pinger closed alone tcp; do setup cp /usr/bin/probe "/srv/$name"; done
start_policyd

# Families (netlink 16, vsock 40, unix 1, packet 17, alg 38) and protocols (icmp 1, udp 17, tcp 6, mptcp 262).
denied /srv/made socket 16 3 0
denied /srv/made socket 40 1 0
allowed /srv/made socket 1 1 0
allowed /srv/made socket 17 3 3
allowed probe socket 16 3 0
denied /srv/made socket 2 2 0
denied /srv/made socket 10 2 17
denied /srv/made socket 2 2 1
allowed /srv/made socket 2 1 0
denied /srv/made --errno EACCES socket 10 1 0
denied /srv/made --errno EACCES socket 10 1 262
allowed /srv/made socket 2 1 262

# Whoever may not reach an address gets no socket that reaches all of them.
denied /srv/bounded socket 2 3 1
denied /srv/bounded socket 2 3 255
denied /srv/bounded socket 10 3 58
denied /srv/bounded socket 17 3 0x300
denied /srv/bounded socket 17 2 0
denied /srv/bounded socket 2 10 0x300
denied /srv/bounded socket 44 3 0
# SCTP names peers in socket options (connectx), too.
denied /srv/bounded socket 2 1 132
denied /srv/bounded socket 10 5 132
denied /srv/bounded socket 10 5 0
allowed probe socket 2 1 132
allowed /srv/signaller socket 2 1 132
denied /srv/signaller socket 2 3 132
denied /srv/bounded socket 43 1 0
denied /srv/bounded socket 21 5 0
denied /srv/bounded socket 30 2 0
denied /srv/bounded socket 33 2 2
for family in 1 16 38 40; do allowed /srv/bounded socket $family 3 0; done
allowed /srv/bounded socket 2 1 0
allowed /srv/bounded socket 10 2 0
# The answer of the kernel itself to ping sockets (net.ipv4.ping_group_range).
denied /srv/bounded --errno EACCES socket 2 2 1
allowed probe socket 2 3 255
allowed probe socket 17 3 0x300
allowed /srv/pinger socket 2 3 1
denied /srv/pinger socket 17 3 0
# Raw sockets take addresses whose family is not theirs for their own.
denied /srv/pinger sendto-raw6 ::1
allowed /srv/pinger sendto-raw6 fd00::1
allowed probe sendto-raw6 ::1
for family in 0 1 2 10; do denied /srv/pinger bind-raw 127.0.0.9 $family; done
allowed /srv/pinger bind-raw 127.0.0.8 2
allowed probe bind-raw 127.0.0.9 2

# The default closes families whose addresses are not looked at.
denied /srv/closed socket 38 5 0
denied /srv/closed socket 17 3 0
denied /srv/closed socket 15 3 2
allowed /srv/closed socket 40 1 0
allowed /srv/closed socket 1 1 0
allowed /srv/closed socket 16 3 0
allowed /srv/closed socket 2 1 0

# Both ends of a pair are made, too; and the same by io_uring.
denied /srv/alone socketpair stream
denied /srv/alone socketpair dgram
allowed probe socketpair dgram
denied /srv/alone uring-socket 1 1 0
allowed /srv/alone uring-socket 2 1 0

# MPTCP is TCP on the wire.
denied /srv/tcp connect-mptcp 127.0.0.1 9
denied /srv/tcp connect-tcp 127.0.0.1 9
allowed /srv/tcp connect-udp 127.0.0.1 9

event_has 'kind="denied"' 'operation="create"' 'rule="families"' 'family="netlink"' 'exe="/srv/made"'
event_has 'operation="create"' 'rule="tcp6"' 'family="inet6"' 'protocol="mptcp"' 'errno="EACCES"'
event_has 'operation="create"' 'policy="addresses"' 'rule="default"' 'family="packet"'
event_has 'operation="create"' 'policy="addresses"' 'family="inet"' 'socket_type="raw"' 'protocol="icmp"'
event_has 'operation="create"' 'policy="default"' 'family="alg"'
no_event 'exe="/usr/bin/probe"'
