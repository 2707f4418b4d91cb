# programs: kept
# timeout: 240
#
# Accepting by the address of the peer: refused before the connection is established, attributed to who listens.

policy accept <<'END'
version: 1
policy: accept
mode: enforce
subject: {exe: /srv/server}
network:
  - deny: accept
    from: [127.0.0.66, "fd00::66", 127.1.0.0/16]
    name: peers
  - deny: accept
    from: 127.0.0.77
    port: 4001
    name: port
END
policy box <<'END'
version: 1
policy: box
mode: enforce
subject: {cgroup: /accepting}
network:
  - deny: accept
    from: 127.0.0.88
    name: box
END
setup mkdir -p /sys/fs/cgroup/accepting
setup cp /usr/bin/probe /srv/server
setup cp /usr/bin/probe /srv/other
setup ip link set lo up
setup ip addr add fd00::66/128 dev lo
setup ip addr add fd00::67/128 dev lo
# One that listens before there are policies.
/srv/server listen-tcp 127.0.0.1 4003 >/tmp/before.out 2>&1 &
serve() {
	"$1" "listen-${4-tcp}" "$2" "$3" >"/tmp/serve.$3.out" 2>&1 &
	SERVER=$!
	for _ in $(seq 50); do grep -q listening "/tmp/serve.$3.out" && return; sleep 0.1; done
	fail "no server at $2 $3"
}
start_policyd
serve /srv/server :: 4001
server=$SERVER
serve /srv/other :: 4002

# IPv4 to an IPv6 socket, and IPv6.
denied probe reach-tcp 127.0.0.66 127.0.0.1 4001
allowed probe reach-tcp 127.0.0.67 127.0.0.1 4001
denied probe reach-tcp 127.1.2.3 127.0.0.1 4001
denied probe reach-tcp 127.0.0.77 127.0.0.1 4001
denied probe reach-tcp fd00::66 ::1 4001
allowed probe reach-tcp fd00::67 ::1 4001
allowed probe reach-tcp 127.0.0.66 127.0.0.1 4002
allowed probe reach-tcp fd00::66 ::1 4002

# The first accept says who listens on a socket that was there before the policies.
allowed probe reach-tcp 127.0.0.67 127.0.0.1 4003
denied probe reach-tcp 127.0.0.66 127.0.0.1 4003
allowed probe reach-tcp 127.0.0.77 127.0.0.1 4003

# A listener of MPTCP; one that has ended and left the socket to its parent; one whose first thread has ended.
serve /srv/server 127.0.0.1 4004 mptcp
denied probe reach-tcp 127.0.0.66 127.0.0.1 4004
allowed probe reach-tcp 127.0.0.67 127.0.0.1 4004
serve /srv/server 127.0.0.1 4005 orphan
denied probe reach-tcp 127.0.0.66 127.0.0.1 4005
allowed probe reach-tcp 127.0.0.67 127.0.0.1 4005
serve /srv/server 127.0.0.1 4006 headless
denied probe reach-tcp 127.0.0.66 127.0.0.1 4006
allowed probe reach-tcp 127.0.0.67 127.0.0.1 4006

# The cgroup of who listens is the one that it is in when the request arrives.
allowed probe reach-tcp 127.0.0.88 127.0.0.1 4001
setup sh -c "echo $server >/sys/fs/cgroup/accepting/cgroup.procs"
denied probe reach-tcp 127.0.0.88 127.0.0.1 4001
setup sh -c "echo $server >/sys/fs/cgroup/cgroup.procs"
allowed probe reach-tcp 127.0.0.88 127.0.0.1 4001

# New policies hold for sockets that listen, with no accept between.
policy accept <<'END'
version: 1
policy: accept
mode: enforce
subject: {exe: /srv/server}
network:
  - deny: accept
    from: 127.0.0.67
    name: reloaded
END
wait_live
denied probe reach-tcp 127.0.0.67 127.0.0.1 4001
allowed probe reach-tcp 127.0.0.66 127.0.0.1 4001
allowed probe reach-tcp 127.0.0.67 127.0.0.1 4002

# Where a connection comes to, beside where it comes from.
policy accept <<'END'
version: 1
policy: accept
mode: enforce
subject: {exe: /srv/server}
network:
  - deny: accept
    at: [127.0.0.2, "fd00::67"]
    name: local
  - deny: accept
    from: 127.0.0.66
    at: 127.0.0.3
    name: both
END
wait_live
denied probe reach-tcp 127.0.0.67 127.0.0.2 4001
allowed probe reach-tcp 127.0.0.67 127.0.0.1 4001
allowed probe reach-tcp 127.0.0.2 127.0.0.1 4001
denied probe reach-tcp 127.0.0.66 127.0.0.3 4001
allowed probe reach-tcp 127.0.0.67 127.0.0.3 4001
allowed probe reach-tcp 127.0.0.66 127.0.0.1 4001
denied probe reach-tcp fd00::66 fd00::67 4001
allowed probe reach-tcp fd00::67 ::1 4001
allowed probe reach-tcp 127.0.0.67 127.0.0.2 4002

# A default denies, too.
policy accept <<'END'
version: 1
policy: accept
mode: enforce
subject: {exe: /srv/server}
default: {network: deny}
network:
  - allow: accept
    from: 127.0.0.0/24
END
wait_live
denied probe reach-tcp fd00::67 ::1 4001
allowed probe reach-tcp 127.0.0.66 127.0.0.1 4001

event_has 'kind="denied"' 'operation="accept"' 'rule="peers"' 'exe="/srv/server"' "pid=\"$server\"" 'remote_address="127.0.0.66"' 'local_address="127.0.0.1"' 'local_port="4001"' 'protocol="tcp"'
event_has 'rule="peers"' 'remote_address="fd00::66"' 'local_address="::1"' 'family="inet6"'
event_has 'rule="port"' 'remote_address="127.0.0.77"'
event_has 'rule="local"' 'remote_address="127.0.0.67"' 'local_address="127.0.0.2"'
event_has 'rule="local"' 'remote_address="fd00::66"' 'local_address="fd00::67"'
event_has 'rule="both"' 'remote_address="127.0.0.66"' 'local_address="127.0.0.3"'
event_has 'rule="reloaded"' 'remote_address="127.0.0.67"'
event_has 'rule="default"' 'remote_address="fd00::67"'
no_event 'exe="/srv/other"'
no_event 'operation="accept"' 'exe="/usr/bin/probe"'
