# programs: kept
# timeout: 600
#
# Addresses that may not be reached or used, by every call that names one.

policy network <<'END'
version: 1
policy: network
mode: enforce
network:
  - deny: connect
    to: [127.0.0.0/24, "::1/128", "fd00::/8"]
    port: [7, 1000-1999, 65535]
    name: out
  - deny: connect
    to: 10.0.0.0/8
    name: ten
  - deny: bind
    port: 3000-3010
    name: bind
  - deny: listen
    port: 4000
    name: listen
---
version: 1
policy: no-server
mode: enforce
subject: {exe: /srv/client}
network:
  - deny: listen
END
setup cp /usr/bin/probe /srv/client
start_policyd

# Addresses and ports.
for call in connect-tcp connect-udp sendto-udp sendmsg-udp; do
	denied probe "$call" 127.0.0.1 1000
	allowed probe "$call" 127.0.0.1 999
	denied probe "$call" ::1 1999
	allowed probe "$call" ::1 2000
	denied probe "$call" ::ffff:127.0.0.1 1500
	allowed probe "$call" ::ffff:127.0.1.1 1500
done
denied probe connect-tcp 127.0.0.255 65535
allowed probe connect-tcp 127.0.1.0 65535
denied probe connect-tcp 127.0.0.1 7
allowed probe connect-udp 127.0.0.1 8
denied probe connect-tcp fdff::1 1000
allowed probe connect-tcp fe00::1 1000
denied probe connect-tcp 10.255.255.255 1
denied probe sendto-udp 10.0.0.0 53
allowed probe connect-tcp 11.0.0.0 1

# Calls.
denied probe fastopen-tcp 127.0.0.1 1000
allowed probe fastopen-tcp 127.0.0.1 999
denied probe sendto-v6 ::ffff:127.0.0.1 1000
denied probe sendto-v6 127.0.0.1 1000
allowed probe sendto-v6 127.0.0.1 999
denied probe uring-connect 127.0.0.1 1000
allowed probe uring-connect 127.0.0.1 999
denied probe connect-32 127.0.0.1 1000
allowed probe connect-32 127.0.0.1 999
allowed probe disconnect-udp 127.0.0.1 999
for size in 0 1 2 8 15; do denied probe --errno EINVAL connect-size 127.0.0.1 1000 "$size"; done
denied probe connect-size 127.0.0.1 1000 16
denied probe connect-size 127.0.0.1 1000 128
denied probe --errno EINVAL connect-size 127.0.0.1 1000 129
denied probe connect-mptcp 127.0.0.1 1000
allowed probe connect-mptcp 127.0.0.1 999

# The local side.
denied probe bind-tcp 127.0.0.1 3000
denied probe bind-tcp 0.0.0.0 3010
denied probe bind-tcp :: 3005
denied probe bind-unspec 3001
allowed probe bind-tcp 127.0.0.1 2999
allowed probe bind-tcp 0.0.0.0 3011
allowed probe bind-unspec 3012
denied probe listen-once 127.0.0.1 4000
denied probe listen-once :: 4000
allowed probe listen-once 127.0.0.1 4001
# A port that the kernel is to choose is none that a rule could name.
denied /srv/client listen-auto
allowed probe listen-auto
allowed probe bind-tcp 127.0.0.1 4000

# Of other families nothing is asked.
check 'unix sockets work' logger -t network 'still here'
check 'netlink works' ip link show dev lo

event_has 'rule="out"' 'operation="connect"' 'protocol="udp"' 'remote_address="127.0.0.1"' 'remote_port="1000"'
event_has 'rule="out"' 'remote_address="::1"' 'remote_port="1999"' 'family="inet6"'
event_has 'rule="bind"' 'operation="bind"' 'local_address="0.0.0.0"' 'local_port="3010"'
event_has 'rule="listen"' 'operation="listen"' 'local_port="4000"'
event_has 'rule="out"' 'protocol="mptcp"'
no_event 'remote_port="(0|999)"'
