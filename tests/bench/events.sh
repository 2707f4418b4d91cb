# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Runs in the virtual machine: events.sh COUNT. One process opens a file COUNT times, which is audited in one way after
# the other: "events<tab>WAY<tab>DONE<tab>DELIVERED<tab>LOST<tab>SECONDS<tab>SECONDS": until the process ended, and
# until the last event was written. The clock counts instructions, a thousand
# millions a second.

# shellcheck source=tests/vm/guest/system.sh
. /vm/system.sh
# shellcheck source=tests/vm/guest/lib.sh
. /vm/lib.sh
COUNT=$1
FILE=/srv/audited
AUDIT_LOG=/var/log/audit/audit.log

now() {
	cut -d ' ' -f 1 /proc/uptime
}

# settled LOG: when it grew last; it has to stand still for two seconds.
settled() {
	_size=-1 _still=0 _at=$(now)
	while [ "$_still" -lt 10 ]; do
		usleep 200000
		_new=$(stat -c %s "$1" 2>/dev/null || echo 0)
		_still=$((_still + 1))
		[ "$_new" = "$_size" ] || _still=0 _size=$_new _at=$(now)
	done
	echo "$_at"
}

# measure WAY LOG: runs the workload. Sets _took, both times with a tab between.
measure() {
	_from=$(now)
	# shellcheck disable=SC2046 # words on purpose
	cat $(yes "$FILE" | head -n "$COUNT") >/dev/null
	_end=$(now)
	_last=$(settled "$1")
	_took=$(awk -v from="$_from" -v end="$_end" -v last="$_last" \
		'BEGIN { printf "%.2f\t%.2f", end - from, last < end ? end - from : last - from }')
}

# row WAY DELIVERED LOST
row() {
	printf 'events\t%s\t%s\t%s\t%s\t%s\n' "$1" "$COUNT" "$2" "$3" "$_took"
}

# told LOG: how many audited operations stand in it, "x5" for five.
told() {
	awk '/AUDITED.*\/srv\/audited/ { n += match($0, /  x[0-9]+/) ? substr($0, RSTART + 3, RLENGTH - 3) : 1 }
		END { print n + 0 }' "$1"
}

# lost LOG: how many it says are missing.
lost() {
	sed -nE 's/.*LOST ([0-9]+) audited.*/\1/p' "$1" | awk '{ sum += $1 } END { print sum + 0 }'
}

# policyd_row WAY: with the settings on standard input, through rsyslogd as the distribution configures it.
policyd_row() {
	cat >/etc/policyd/policyd.yaml
	syslog_stop
	rm -f /var/log/auth.log
	syslog_start debian.conf
	# shellcheck disable=SC2119 # without options
	start_policyd
	measure /var/log/auth.log
	within 600 all_told || fail "$1: $COUNT done, $(told /var/log/auth.log) told, $(lost /var/log/auth.log) told as lost"
	row "$1" "$(told /var/log/auth.log)" "$(lost /var/log/auth.log)"
	stop_policyd
}

# all_told: whether delivered and lost are what was done, to the last one.
all_told() {
	[ $(($(told /var/log/auth.log) + $(lost /var/log/auth.log))) -eq "$COUNT" ]
}

# auditd_row WAY MICROSECONDS: how long a process waits for room in the backlog.
auditd_row() {
	rm -rf /var/log/audit
	mkdir -p /var/log/audit
	auditd -n >/dev/null 2>&1 &
	_auditd=$!
	within 100 test -e "$AUDIT_LOG" || fail 'auditd does not start'
	auditctl -D >/dev/null
	auditctl -e 1 -b 8192 >/dev/null
	auditctl --reset-lost >/dev/null
	auditctl --backlog_wait_time "$2" >/dev/null
	auditctl -a always,exit -F arch=b64 -S openat -F "path=$FILE" -F key=bench >/dev/null || fail 'auditctl refuses the rule'
	measure "$AUDIT_LOG"
	row "$1" "$(grep -c 'type=SYSCALL.*key="bench"' "$AUDIT_LOG")" "$(auditctl -s | awk '$1 == "lost" { print $2 }')"
	auditctl -D >/dev/null
	auditctl -e 0 >/dev/null
	kill "$_auditd"
	wait "$_auditd" 2>/dev/null || true
}

# The machine's clock runs ahead of its disk.
echo 0 >/proc/sys/kernel/hung_task_timeout_secs
cp /etc/hostname "$FILE"
measure /etc/hostname
row none 0 0
printf '%s\n' 'version: 1' 'policy: bench' 'file:' "  - {audit: read, path: $FILE}" | policy bench
echo 'merge_window: 0' | policyd_row 'policyd, each event'
policyd_row 'policyd, equal ones merged' </dev/null
policyctl stop --unload >/dev/null 2>&1
# shellcheck disable=SC2119 # without options
start_policyd
policyctl stop --unload >/dev/null || fail 'policyd does not unload'
auditd_row 'auditd, as the distribution configures it' 60000
auditd_row 'auditd, without waiting' 0
