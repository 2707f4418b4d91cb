# programs: kept
# timeout: 120
#
# Sockets of other families than the internet's and unix: connect, sending to an address, bind, listen, accept, by the
# family alone.

policy families <<'END'
version: 1
policy: named
mode: enforce
subject: {exe: /srv/named}
network:
  - deny: [connect, listen]
    family: [vsock, netlink]
    name: out
  - deny: [bind, accept]
    family: alg
    name: crypto
---
version: 1
policy: all
mode: enforce
subject: {exe: /srv/none}
network:
  - deny: [connect, bind, listen, accept]
---
version: 1
policy: closed
mode: enforce
subject: {exe: /srv/closed}
default: {network: deny}
network:
  - allow: create
    family: [vsock, packet]
  - allow: [create, bind]
    family: alg
---
version: 1
policy: killer
mode: enforce
subject: {exe: /srv/killed}
network:
  - kill: accept
    family: vsock
    name: killed
END
for name in named none closed killed; do setup cp /usr/bin/probe "/srv/$name"; done
setup ip link set lo up
start_policyd

# What rules name.
for call in connect send; do
	denied /srv/named family-$call vsock
	denied /srv/named family-$call netlink
	for family in packet alg; do allowed /srv/named family-$call $family; done
	for family in vsock netlink packet alg; do allowed probe family-$call $family; done
done
denied /srv/named family-listen vsock
allowed /srv/named family-bind vsock
allowed /srv/named family-accept vsock
denied /srv/named family-bind alg
denied /srv/named family-accept alg
allowed /srv/named family-listen alg
allowed /srv/named connect-tcp 127.0.0.1 9

# A rule without a family: all of them but netlink, by which programs ask the kernel.
for call in connect bind listen accept; do
	for family in vsock alg; do
		denied /srv/none family-$call $family
		allowed probe family-$call $family
	done
	allowed /srv/none family-$call netlink
done

# The default: who may make such a socket may not use it yet.
for call in connect bind listen accept; do
	denied /srv/closed family-$call vsock
	denied /srv/closed family-$call packet
	allowed /srv/closed family-$call netlink
done
allowed /srv/closed family-bind alg
denied /srv/closed family-accept alg
denied /srv/closed socket 30 5 0

# Accepting is done by the process itself, which can be ended.
check_not 'the process is ended' /srv/killed family-accept vsock
allowed probe family-accept vsock

event_has 'kind="denied"' 'policy="named"' 'rule="out"' 'operation="connect"' 'family="vsock"' 'socket_type="stream"' 'exe="/srv/named"'
event_has 'rule="out"' 'operation="listen"' 'family="vsock"'
event_has 'rule="crypto"' 'operation="bind"' 'family="alg"'
event_has 'policy="all"' 'operation="accept"' 'family="alg"'
event_has 'policy="closed"' 'rule="default"' 'operation="bind"' 'family="packet"'
event_has 'kind="killed"' 'rule="killed"' 'operation="accept"' 'family="vsock"'
no_event 'exe="/usr/bin/probe"'
