# timeout: 900
# boot: own
#
# An attempt on policyd that no hook can refuse is told although a flood of audited operations has taken all that it
# may of the ring.

START_WAIT=800
policy flood <<'YAML'
version: 1
policy: flood
file:
  - {audit: read, path: /srv/audited}
YAML
printf '%s\n' 'self_protection: true' 'merge_window: 0' 'ring_size: 256KiB' >/etc/policyd/policyd.yaml
setup cp /etc/hostname /srv/audited
setup mkdir /sys/fs/cgroup/aside /sys/fs/cgroup/other
# shellcheck disable=SC2119 # without options
start_policyd

# Opened before policyd is there: this is how it can be made to stand still.
exec 9>/sys/fs/cgroup/aside/cgroup.freeze
setup sh -c "echo $POLICYD_PID >/sys/fs/cgroup/aside/cgroup.procs"
echo 1 >&9
check 'it stands still' within 50 grep -q 'frozen 1' /sys/fs/cgroup/aside/cgroup.events
# shellcheck disable=SC2046 # words on purpose
cat $(yes /srv/audited | head -n 3000) >/dev/null
setup sh -c "echo $POLICYD_PID >/sys/fs/cgroup/other/cgroup.procs"
exec 9>&-
moved() {
	[ "$(grep 'kind="tamper"' "$EVENT_LOG" | grep -c 'operation="cgroup"')" = 2 ]
}
check 'both times it was moved are told' within 100 moved
event_has 'kind="lost"' 'lost_kind="audited"'
check_not 'nothing but audited ones was lost' sh -c "grep 'kind=\"lost\"' $EVENT_LOG | grep -v 'lost_kind=\"audited\"'"
check 'unload' policyctl stop --unload
wait "$POLICYD_PID"
