# timeout: 600
#
# What is on disk comes into force by itself; what does not parse changes nothing.

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
setup cp /etc/hostname /srv/c
deny_read one /srv/a | policy one
start_policyd
denied probe open-read /srv/a
allowed probe open-read /srv/b

deny_read one /srv/b | policy one
wait_live
denied probe open-read /srv/b
allowed probe open-read /srv/a

deny_read two /srv/c >/etc/policyd/policy.d/two.yaml
wait_live
denied probe open-read /srv/c
denied probe open-read /srv/b
allowed probe open-read /srv/a
remove_policy two
wait_live
allowed probe open-read /srv/c
denied probe open-read /srv/b

# What needs programs that were not loaded before the daemon confined itself, and types that some kernels lack.
policy modes <<END
version: 1
policy: modes
mode: enforce
file:
  - {deny: [chmod, chown, create, delete, rename], path: /srv/c}
exec:
  - {deny: [run, load], path: /srv/c}
END
wait_live
denied probe chmod /srv/c
allowed probe chmod /srv/a
remove_policy modes
wait_live
allowed probe chmod /srv/c

generation=$(policyctl status --json | sed -n 's/.*"generation": *\([0-9]*\).*/\1/p')
policy three <<END
version: 1
policy: three
mode: enforce
file:
  - deny: wirte
    path: /srv/a
END
wait_rejected
denied probe open-read /srv/b
allowed probe open-read /srv/c
check 'the generation stays' test "$(policyctl status --json | sed -n 's/.*"generation": *\([0-9]*\).*/\1/p')" = "$generation"
policyctl check /etc/policyd/policy.d/three.yaml >/tmp/said 2>&1
check 'check says no' test "$?" = 1
check 'with the position' grep -q '^/etc/policyd/policy.d/three.yaml:5:[0-9]*: error: .*wirte.*write' /tmp/said
check 'and one error' test "$(grep -c ': error: ' /tmp/said)" = 1
check 'status says it too' grep -q 'three.yaml:5:[0-9]*: error: ' /run/vm/status
check 'policyd says it once' test "$(grep -c 'three.yaml:5:' /run/vm/policyd.out)" = 1
event_has 'policyd [0-9]+ policy' 'action="rejected"' 'severity="error"' 'three.yaml:5:'

deny_read three /srv/a | policy three
wait_live
denied probe open-read /srv/a
denied probe open-read /srv/b
remove_policy one
remove_policy three
wait_live
allowed probe open-read /srv/a
allowed probe open-read /srv/b

# What `reload` has said is in force is so for the very next operation.
wrong=0
for _ in 1 2 3 4 5 6 7 8; do
	deny_read one /srv/a | policy one
	policyctl reload >/dev/null || wrong=$((wrong + 1))
	probe open-read /srv/a 2>/dev/null && wrong=$((wrong + 1))
	probe open-read /srv/b || wrong=$((wrong + 1))
	deny_read one /srv/b | policy one
	policyctl reload >/dev/null || wrong=$((wrong + 1))
	probe open-read /srv/b 2>/dev/null && wrong=$((wrong + 1))
	probe open-read /srv/a || wrong=$((wrong + 1))
done
check "no old verdict after a reload, $wrong wrong" test "$wrong" = 0

# What rules mean on this host: symbolic links on the way to a name, mounts, users. Nobody touches the policies.
for name in one two; do
	setup mkdir -p /srv/$name
	setup cp /etc/hostname /srv/$name/secret
	setup cp /etc/hostname /srv/$name/free
done
setup mkdir /srv/mounted
setup ln -s one /srv/link
refused() {
	probe "$@"
	[ "$?" = 1 ]
}
deny_read link /srv/link/secret | policy link
deny_read mounted /srv/mounted/free | policy mounted
policy user <<END
version: 1
policy: user
mode: enforce
subject: {user: carol}
file:
  - {deny: read, path: /srv/two/free}
END
wait_rejected
echo 'carol:x:1234:1234::/:/bin/sh' >>/etc/passwd
wait_live
denied probe open-read /srv/one/secret
allowed probe open-read /srv/two/secret
denied probe as 1234 1234 -- open-read /srv/two/free
allowed probe open-read /srv/two/free
setup ln -sfn two /srv/link
check 'where the link leads now is refused' within 150 refused open-read /srv/two/secret
allowed probe open-read /srv/one/secret
allowed probe open-read /srv/two/free
setup mount --bind /srv/one /srv/mounted
check 'the name of the new mount is refused' within 50 refused open-read /srv/one/free
denied probe open-read /srv/mounted/free
allowed probe open-read /srv/mounted/secret
setup umount /srv/mounted
check 'and not without it' within 50 probe open-read /srv/one/free
sed -i '/^carol:/d' /etc/passwd
