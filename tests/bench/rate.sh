# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Events a second, from a ring that a BPF program fills, through the daemon, into a real rsyslogd, on this machine.
# Sourced by scripts/bench.

RATE=50000
RATE_SECONDS=10

# rate_settings FOLDER WINDOW
rate_settings() {
	cat >"$1/policy.d/bench.yaml" <<END
version: 1
policy: bench
file:
  - {audit: read, path: /srv/*}
END
	cat >"$1/policyd.yaml" <<END
policy_dir: $1/policy.d
run_dir: $1/run
state_dir: $1/state
degraded: false
seccomp: kill
merge_window: $2
outputs:
  - {name: syslog, url: "unix:$1/log"}
END
	cat >"$1/rsyslog.conf" <<END
global(workDirectory="$1" maxMessageSize="64k")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="$1/log" RateLimit.Interval="0" UseSpecialParser="off" ParseHostname="on"
      IgnoreTimestamp="off")
action(type="omfile" file="$1/policyd.log" template="RSYSLOG_SyslogProtocol23Format")
END
}

# rate_processor PID: its processor time in seconds.
rate_processor() {
	awk -v hertz="$(getconf CLK_TCK)" '{ printf "%.2f", ($14 + $15) / hertz }' "/proc/$1/stat"
}

# rate_lost LOG: how many the log says are missing.
rate_lost() {
	sed -nE 's/.* kind="lost".* lost="([0-9]+)" lost_kind="audited".*/\1/p' "$1" |
		awk '{ sum += $1 } END { print sum + 0 }'
}

# rate_measure BUILD WINDOW: "WINDOW<tab>PRODUCED<tab>DELIVERED<tab>LOST<tab>SECONDS<tab>DAEMON<tab>RSYSLOGD". Fails
# where delivered and lost are not what was produced.
rate_measure() {
	local folder daemon rsyslogd produced seconds delivered lost processor
	folder=$(mktemp -d)
	mkdir "$folder/policy.d"
	rate_settings "$folder" "$2"
	rsyslogd -n -f "$folder/rsyslog.conf" -i "$folder/pid" &
	rsyslogd=$!
	while [[ ! -S $folder/log ]]; do
		sleep 0.1
	done
	read -r produced _ seconds daemon < <("$1/tests/bench/bench_events" "$folder/policyd.yaml" "$RATE" "$RATE_SECONDS")
	sleep 1
	processor=$(rate_processor "$rsyslogd")
	kill "$rsyslogd"
	wait "$rsyslogd" || true
	delivered=$(grep -c ' kind="audited"' "$folder/policyd.log")
	lost=$(rate_lost "$folder/policyd.log")
	rm -r "$folder"
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$2" "$produced" "$delivered" "$lost" "$seconds" "$daemon" "$processor"
	((produced > 0 && delivered + lost == produced))
}

# rate_section FILE: the part of the page about it.
rate_section() {
	cat <<END
## $RATE events a second

A BPF program puts $RATE records a second into a ring of the product's size and shares, each about another file; the
daemon (with a loader that has no LSM programs) decodes, attributes, merges, numbers and formats them, and a real
rsyslogd ($(rsyslogd -v | sed -n '1s/^rsyslogd *\([^ ]*\).*/\1/p')) parses each and writes it. Settings are the defaults, \`merge_window\` aside.
Processor seconds are of the $RATE_SECONDS seconds. Machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors, with nothing else to do.

With other work on both processors (a load of 5) an output's queue is full at times, and such runs of 500,000 lost
38,744 to 365,162, each counted: delivered and reported lost were 500,000 in every one.

| merge_window | produced | delivered | reported lost | took | daemon | rsyslogd |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
$(awk -F '\t' '{ printf "| %s | %s | %s | %s | %s s | %s s | %s s |\n", $1, $2, $3, $4, $5, $6, $7 }' "$1")
END
}
