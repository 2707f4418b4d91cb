# kernels: 6.12
# timeout: 600
#
# What policyd gave up after its start, and that everything it is asked for works without: a call that it gave up and
# makes nevertheless ends it here (--seccomp kill), and is in the kernel's log.

# of_status FIELD [PID]: of the daemon's /proc/PID/status, or another's.
of_status() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/${2:-$POLICYD_PID}/status"
}

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
cat >/tmp/collector.conf <<'END'
global(workDirectory="/tmp")
module(load="imtcp")
module(load="imudp")
template(name="line" type="string" string="%rawmsg%\n")
ruleset(name="tcp") { action(type="omfile" file="/tmp/tcp" template="line") }
ruleset(name="udp") { action(type="omfile" file="/tmp/udp" template="line") }
input(type="imtcp" port="6514" address="127.0.0.1" ruleset="tcp")
input(type="imudp" port="6515" address="127.0.0.1" ruleset="udp")
END
setup rsyslogd -f /tmp/collector.conf -i /run/collector.pid
cat >/etc/policyd/policyd.yaml <<END
canary_interval: 1s
metrics_file: /run/policyd.prom
merge_window: 0
outputs:
  - {name: syslog, url: /dev/log}
  - {name: tcp, url: "tcp://127.0.0.1:6514"}
  - {name: udp, url: "udp://127.0.0.1:6515"}
  - {name: file, url: "file:/var/log/policyd.events"}
END
deny_read one /srv/a | policy one
start_policyd
check 'a filter is in force' test "$(of_status Seccomp)" = 2
check 'no privileges by executing files' test "$(of_status NoNewPrivs)" = 1
check 'few capabilities are left' test "$(of_status CapPrm)" = 000000c000280004
check 'the same are in effect' test "$(of_status CapEff)" = 000000c000280004
read -r helper <"/proc/$POLICYD_PID/task/$POLICYD_PID/children"
check 'a filter is in force for the helper that reads' test "$(of_status Seccomp "$helper")" = 2
check 'it has no capability' test "$(of_status CapPrm "$helper")" = 0000000000000000
check 'and four descriptors' test "$(find "/proc/$helper/fd" -type l | wc -l)" = 4

denied probe open-read /srv/a
allowed probe open-read /srv/b
event_has 'kind="denied"' 'path="/srv/a"'
check 'the file has it' within 100 grep -q /srv/a /var/log/policyd.events
check 'metrics are in their file' grep -qx 'policyd_enforcing 1' /run/policyd.prom
check 'and follow what happens' within 300 grep -qx 'policyd_kernel_total{what="refused"} [1-9][0-9]*' /run/policyd.prom
check 'by output' within 300 grep -qx 'policyd_sent_total{output="tcp"} [1-9][0-9]*' /run/policyd.prom
check 'the collector by TCP has it' within 100 grep -q /srv/a /tmp/tcp
check 'the collector by UDP has it' within 100 grep -q /srv/a /tmp/udp

syslog_stop
denied probe open-read /srv/a
syslog_start
setup mv /var/log/policyd.events /var/log/policyd.events.1
setup kill -HUP "$POLICYD_PID"
usleep 500000
denied probe open-read /srv/a
check 'the file is opened again' within 100 grep -q /srv/a /var/log/policyd.events

# Hooks that no set needed before are attached, and the tables of all sections made.
policy all <<END
version: 1
policy: all
mode: enforce
subject: {exe: /nonexistent}
file: [{deny: [rename, link, delete, chmod, ioctl], path: /srv/none}]
exec: [{deny: run, path: /srv/none}]
network: [{deny: [connect, bind, listen, accept], port: 9}]
process: [{deny: ptrace, target: {exe: /srv/none}}]
kernel: [{deny: module-load}]
capability: [{deny: sys_time}]
syscall: [{audit: acct}]
END
wait_live
remove_policy all
wait_live

setup mkdir /tmp/set
deny_read set /srv/b >/tmp/set/set.yaml
check 'a set goes on trial' policyctl apply --confirm 60s /tmp/set
denied probe open-read /srv/b
check 'and back' policyctl rollback
denied probe open-read /srv/a
allowed probe open-read /srv/b
check 'again' policyctl apply --confirm 60s /tmp/set
check 'and stays' policyctl confirm
wait_live
denied probe open-read /srv/b
check 'a mode is changed' policyctl mode set audit
allowed probe open-read /srv/b
check 'and the directory is read again' policyctl reload
denied probe open-read /srv/b
echo 'bob:x:1001:1001::/:/bin/sh' >>/etc/passwd
check 'status is told' policyctl status --wait 20s
check 'hooks are told' policyctl show hooks
check 'counters are told' policyctl show counters
sleep 3
check 'the canary was tried since' policyctl status --wait 10s

# Without the helper nothing can be read: the daemon ends, and enforcement stays.
setup kill -9 "$helper"
wait "$POLICYD_PID"
check 'the daemon ends with its helper' test "$?" = 1
POLICYD_PID=
event_has 'kind="health"' 'action="reader-failed"'
denied probe open-read /srv/b
start_policyd
denied probe open-read /srv/b

check 'it ends' stop_policyd
denied probe open-read /srv/b
start_policyd
denied probe open-read /srv/b
check 'the next one is confined too' test "$(of_status Seccomp)" = 2
setup policyctl stop --unload
wait "$POLICYD_PID"
check 'it ends with good status' test "$?" = 0
POLICYD_PID=
allowed probe open-read /srv/b
check_not 'no pins are left' test -e /sys/fs/bpf/policyd
sed -i '/^bob:/d' /etc/passwd
rm -f /var/log/policyd.events*
