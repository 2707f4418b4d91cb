# programs: kept
# timeout: 600
#
# Baselines: what an executable did not do while it was learnt is one event, for each of the five sets; what it did,
# and what its neighbour does, is none.

setup cp /usr/bin/probe /srv/watched
setup cp /usr/bin/probe /srv/plain
setup cp /usr/bin/bash /srv/shell
setup cp /usr/bin/bash /srv/adopting
setup mkdir -p /srv/one /srv/two
setup ip link set lo up
export LC_ALL=C

policy usual <<'XX'
version: 1
policy: usual
subject: {exe: [/srv/watched, /srv/shell]}
anomaly:
  learn: 30s
  report: [syscall, exec, connect, listen, write-dir]
---
version: 1
policy: adopts
subject: {exe: /srv/adopting}
anomaly: {learn: 30s, report: exec, adopt: true}
XX
check_not 'there is nobody to ask' policyctl baseline list
start_policyd
check 'explained from the files' sh -c 'policyctl explain /srv/watched anomaly new-exec | grep -q "^compares"'
check 'and the neighbour' sh -c 'policyctl explain /srv/plain anomaly new-exec | grep -q ^nothing'

usual() {
	allowed /srv/watched open-read /etc/hostname
	allowed /srv/watched connect-tcp 127.0.0.1 9
	allowed /srv/watched listen-once 127.0.0.1 7001
	/srv/shell -c '/srv/watched open-read /etc/hostname; echo >/srv/one/file; echo >/srv/one/other'
	/srv/adopting -c '/srv/plain open-read /etc/hostname; true'
}

usual
usual
no_event 'kind="anomaly"'
check 'the sets are there' sh -c 'policyctl baseline show /srv/watched | grep -q "^  tcp loopback 9$"'
learnt() {
	policyctl baseline list --json | busybox grep -q '/srv/shell[^}]*"age": *[3-9][0-9]'
}
check 'the time is over' within 500 learnt
sleep 1

# The same once more is nothing new.
usual
no_event 'kind="anomaly"'

# New, each once.
other() {
	allowed /srv/watched symlink /srv/one/file "/srv/one/link$1"
	allowed /srv/watched connect-tcp 127.0.0.1 10
	allowed /srv/watched listen-once 127.0.0.1 7002
	/srv/shell -c '/srv/plain open-read /etc/hostname; echo >/srv/two/file'
	allowed /srv/plain connect-tcp 127.0.0.1 11
	/srv/adopting -c '/srv/watched open-read /etc/hostname; true'
}
other 1
other 2
other 3
event_has 'kind="anomaly"' 'policy="usual"' 'rule="baseline"' 'line="5"' 'operation="new-syscall"' 'exe="/srv/watched"' \
	'syscall="symlink"' "detail=\"'symlink' is new after 30s of learning\""
event_has 'operation="new-connect"' 'exe="/srv/watched"' 'remote_address="127.0.0.1"' 'remote_port="10"' \
	"'tcp loopback 10' is new"
event_has 'operation="new-listen"' 'exe="/srv/watched"' "'tcp 7002' is new"
event_has 'operation="new-exec"' 'exe="/srv/shell"' 'path="/srv/plain"' "'/srv/plain' is new"
event_has 'operation="new-directory"' 'exe="/srv/shell"' "'/srv/two' is new"
event_has 'operation="new-exec"' 'policy="adopts"' 'exe="/srv/adopting"' 'path="/srv/watched"' 'adopted'
for operation in 'new-syscall" [^>]*syscall="symlink' new-connect new-listen new-directory; do
	check "one event of $operation" test "$(event_line "operation=\"$operation\"" 'exe="/srv/' | wc -l)" = 1
done
no_event 'kind="anomaly"' 'exe="/srv/plain"'
show() { policyctl baseline show "$1" | grep -q "^  $2"; }
check 'counted each time' show /srv/watched 'symlink  (reported; counted 3)'
check 'counted each time' show /srv/watched 'tcp loopback 10  (reported; counted 3)'
check 'counted each time' show /srv/shell '/srv/two  (reported; counted 3)'
check 'adopted' show /srv/adopting '/srv/watched$'

# An executable that is replaced by another version has the same baseline.
setup sh -c 'cp /usr/bin/probe /srv/new; echo >>/srv/new; mv /srv/new /srv/watched'
allowed /srv/watched connect-tcp 127.0.0.1 9
allowed /srv/watched connect-tcp 127.0.0.1 10
check 'nothing new' test "$(event_line 'operation="new-connect"' | wc -l)" = 1
allowed /srv/watched connect-tcp 127.0.0.1 12
event_has 'operation="new-connect"' 'remote_port="12"'
