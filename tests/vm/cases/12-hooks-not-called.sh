# lsm: capability,landlock
# timeout: 600
#
# Without bpf in the lsm= line everything loads and attaches, and nothing is called: found by trying, where the
# settings do not let policies accept such a host (case 19).

policy one <<END
version: 1
policy: one
mode: enforce
file:
  - deny: read
    path: /srv/a
END
setup cp /etc/hostname /srv/a
setup mkdir -p /etc/policyd
echo 'degraded: false' >/etc/policyd/policyd.yaml
check_not 'bpf is no active LSM' grep -qw bpf /sys/kernel/security/lsm

timeout 200 policyd >/tmp/said 2>&1
status=$?
cat /tmp/said
check 'policyd ends with an error' test "$status" = 1
check 'and says what is missing' grep -q 'bpf is not among the active security modules' /tmp/said
check 'and the remedy' grep -q 'lsm=.*bpf.* kernel command line' /tmp/said
check 'and that nothing is enforced' grep -q 'nothing is enforced' /tmp/said
check_not 'it never says that it started' grep -q 'started' /tmp/said $EVENT_LOG
check_not 'it leaves no pins' test -e /sys/fs/bpf/policyd
check_not 'nobody answers' policyctl status
allowed probe open-read /srv/a

policyctl doctor >/tmp/said 2>&1
check 'the doctor says no' test "$?" = 1
check 'with the remedy' grep -q 'put lsm=.*bpf on the kernel command line' /tmp/said
