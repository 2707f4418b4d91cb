# boot: own
# timeout: 600
#
# Programs that are attached and not called: found by an operation that must be refused.

policy one <<END
version: 1
policy: one
mode: enforce
file:
  - deny: read
    path: /srv/a
END
setup cp /etc/hostname /srv/a
echo 'canary_interval: 2s' >/etc/policyd/policyd.yaml

start_policyd
denied probe open-read /srv/a
if echo 0 >/proc/sys/kernel/ftrace_enabled; then
	allowed probe open-read /srv/a
	event_has 'health' 'action="canary-failed"' 'severity="critical"'
	check_not 'status no longer claims anything' policyctl status
	setup sh -c 'echo 1 >/proc/sys/kernel/ftrace_enabled'
	event_has 'health' 'action="recovered"'
	check 'and does again' policyctl status
else
	echo 'this kernel does not let ftrace be switched off under programs'
fi
denied probe open-read /srv/a

# At the start. Newer kernels warn about programs that go while ftrace is off, whoever they belong to.
case $(uname -r) in
6.1.*) ;;
*) exit 0 ;;
esac
setup policyctl stop --unload
while pidof policyd >/dev/null; do
	usleep 100000
done
setup sh -c 'echo 0 >/proc/sys/kernel/ftrace_enabled'
: >$EVENT_LOG
timeout 100 policyd >/tmp/said 2>&1
status=$?
cat /tmp/said
check 'policyd ends with an error' test "$status" = 1
check 'and says that nothing is enforced' grep -q 'canary-failed: nothing is enforced' /tmp/said
check 'and the remedy' grep -q 'remedy: sysctl -w kernel.ftrace_enabled=1' /tmp/said
check_not 'it never says that it started' grep -q 'started' /tmp/said
check_not 'it leaves no pins' test -e /sys/fs/bpf/policyd
allowed probe open-read /srv/a
