# programs: kept
# kernels: one
# timeout: 600
#
# What is refused most: counted by subject, object and rule, merged events as often as they happened.

setup cp /etc/hostname /srv/secret
setup cp /etc/hostname /srv/public
policy busy <<'XX'
version: 1
policy: busy
mode: enforce
file:
  - {deny: read, path: /srv/secret, name: secret}
XX
start_policyd

policyctl top --json --interval 6 --count 1 >/tmp/top.json &
top=$!
sleep 1
for _ in 1 2 3 4; do
	denied probe open-read /srv/secret
	allowed probe open-read /srv/public
done
wait "$top"
check 'top ends well' test "$?" = 0
cat /tmp/top.json
tr -d ' \n' </tmp/top.json >/tmp/top.flat
check 'the kinds' grep -q '"denied":4' /tmp/top.flat
check 'the subject' grep -q '{"name":"/usr/bin/proberoot","events":4}' /tmp/top.flat
check 'the object' grep -q '{"name":"fileread/srv/secret","events":4}' /tmp/top.flat
check 'the rule' grep -q '{"name":"busy/secret","events":4}' /tmp/top.flat
check_not 'what is allowed' grep -q public /tmp/top.flat
