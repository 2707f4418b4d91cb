# programs: kept
# Requests for connections refused at the interface, on kernels that have the hooks behind, too: the answer to who
# refused is in the counter.

policy list <<'END'
version: 1
policy: list
mode: enforce
network:
  - deny: accept
    from: [10.9.0.2, "fd09::2"]
    port: 4001
    name: web
  - deny: accept
    from: 10.9.0.4
    name: net
END
setup sh -c 'echo "ingress: in0" >>/etc/policyd/policyd.yaml'
setup ip netns add peer
setup ip link add in0 type veth peer name out0 netns peer
setup ip addr add 10.9.0.1/24 dev in0
setup ip addr add fd09::1/64 dev in0 nodad
setup ip link set in0 up
for address in 10.9.0.2/24 10.9.0.3/24 10.9.0.4/24; do setup ip -n peer addr add $address dev out0; done
for address in fd09::2/64 fd09::3/64; do setup ip -n peer addr add $address dev out0 nodad; done
setup ip -n peer link set out0 up
probe listen-tcp :: 4001 >/tmp/serve.out 2>&1 &
probe listen-tcp :: 4002 >/tmp/serve2.out 2>&1 &
start_policyd
# rule NAME: how many requests it dropped.
rule() { policyctl status | sed -n "s,^  list/$1: .*dropped \\([0-9]*\\).*,\\1,p"; }
check 'the interface is taken' within 50 sh -c 'policyctl status | grep -q "in0: attached"'

# from there, a connection is made. A request that is dropped has no answer.
there() { ip netns exec peer probe reach-tcp "$@"; }
denied there 10.9.0.2 10.9.0.1 4001
allowed there 10.9.0.3 10.9.0.1 4001
allowed there 10.9.0.2 10.9.0.1 4002
denied there fd09::2 fd09::1 4001
allowed there fd09::3 fd09::1 4001
check 'web has counted' test "$(rule web)" -ge 2
check 'net has not' test "$(rule net)" = ''
denied there 10.9.0.4 10.9.0.1 4002
check 'net has counted' test "$(rule net)" -ge 1
# Nothing has come to the hook behind.
no_event 'operation="accept"'
