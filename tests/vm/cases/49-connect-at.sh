# programs: kept
# timeout: 240
#
# From which address a process may connect. A socket that is not bound to one may come to any: what refuses some address
# refuses it, and what allows some does not allow it.

policy at <<'END'
version: 1
policy: from-here-not
mode: enforce
subject: {exe: /srv/not}
network:
  - deny: connect
    at: [127.0.0.5, "fd00::5"]
    name: not-from-there
---
version: 1
policy: from-here-only
mode: enforce
subject: {exe: /srv/only}
default: {network: deny}
network:
  - allow: [create, bind]
  - allow: connect
    to: [127.0.0.0/8, "fd00::/8"]
    at: [127.0.0.5, "fd00::5"]
    name: from-there
---
version: 1
policy: watched
mode: audit
subject: {exe: /srv/watched}
network:
  - deny: connect
    at: 127.0.0.5
END
for name in not only watched; do setup cp /usr/bin/probe "/srv/$name"; done
setup ip link set lo up
setup ip addr add fd00::5/128 dev lo
setup ip addr add fd00::6/128 dev lo
start_policyd

for way in 'connect-from tcp' 'connect-from udp' sendto-from; do
	# shellcheck disable=SC2086 # words on purpose
	for to in '127.0.0.9 9' '::ffff:127.0.0.9 9'; do
		six=${to%%127*}
		denied /srv/not $way "${six}127.0.0.5" $to
		allowed /srv/not $way "${six}127.0.0.6" $to
		denied /srv/not $way - $to
		allowed /srv/only $way "${six}127.0.0.5" $to
		denied /srv/only $way "${six}127.0.0.6" $to
		denied /srv/only $way - $to
		allowed probe $way "${six}127.0.0.5" $to
	done
	# shellcheck disable=SC2086
	{
		denied /srv/not $way fd00::5 fd00::6 9
		allowed /srv/not $way fd00::6 fd00::6 9
		allowed /srv/only $way fd00::5 fd00::6 9
		denied /srv/only $way fd00::6 fd00::6 9
		allowed /srv/watched $way 127.0.0.5 127.0.0.9 9
	}
done

# Twice, to one place from two: what is remembered of the one is not the other's.
for _ in 1 2; do
	denied /srv/not sendto-from 127.0.0.5 127.0.0.9 10
	allowed /srv/not sendto-from 127.0.0.6 127.0.0.9 10
	denied /srv/not sendto-from - 127.0.0.9 10
done

# A datagram can say another source than its socket's, be it connected or not.
for how in connected named; do
	allowed probe send-as 127.0.0.6 127.0.0.5 127.0.0.9 4009 "$how"
	denied /srv/not send-as 127.0.0.6 127.0.0.5 127.0.0.9 4009 "$how"
	denied /srv/only send-as 127.0.0.5 127.0.0.6 127.0.0.9 4009 "$how"
	allowed probe send-as fd00::6 fd00::5 ::1 4009 "$how"
	denied /srv/not send-as fd00::6 fd00::5 ::1 4009 "$how"
done

# The option of the same name is about the interface: the peer hears what the socket is bound to, and the probe says so.
probe send-as fd00::6 fd00::5 ::1 4009 option
check 'an option sets no source' test "$?" = 2

event_has 'kind="denied"' 'operation="connect"' 'rule="not-from-there"' 'local_address="127.0.0.5"' 'remote_address="127.0.0.9"'
event_has 'kind="denied"' 'rule="not-from-there"' 'local_address="fd00::5"'
event_has 'kind="denied"' 'rule="not-from-there"' 'reason="not-bound"'
event_has 'kind="denied"' 'policy="from-here-only"' 'rule="default"' 'local_address="127.0.0.6"'
event_has 'kind="would-deny"' 'policy="watched"' 'local_address="127.0.0.5"'
check 'explain: from there' sh -c "policyctl explain /srv/not network connect tcp 127.0.0.9:9 at 127.0.0.5 | grep -q not-from-there"
check 'explain: not bound' sh -c "policyctl explain /srv/not network connect tcp 127.0.0.9:9 | grep -q 'not bound to an address'"

# Without such a rule nothing of this is asked any more.
policy at <<'END'
version: 1
policy: from-here-not
mode: enforce
subject: {exe: /srv/not}
network:
  - deny: connect
    to: 192.0.2.0/24
END
wait_live
allowed /srv/not sendto-from 127.0.0.5 127.0.0.9 10
allowed /srv/not send-as 127.0.0.6 127.0.0.5 127.0.0.9 4009 connected
