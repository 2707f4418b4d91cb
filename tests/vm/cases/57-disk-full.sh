# kernels: one
# programs: kept
# timeout: 600
#
# The file that events go to is on a disk that is full: what finds no room is counted, other outputs and policyd go on,
# and when there is room again the rest is written, no line torn.

AUDITED=800
REFUSED=20
DISK=/srv/small

policy full <<YAML
version: 1
policy: full
mode: enforce
file:
  - {audit: read, path: /srv/audited}
  - {deny: read, path: /srv/refused}
YAML
setup mkdir -p $DISK
setup mount -t tmpfs -o size=512k small $DISK
setup dd if=/dev/zero of=$DISK/filler bs=1024 count=500
printf '%s\n' 'merge_window: 0' 'outputs:' '  - {name: syslog, url: /dev/log}' \
	"  - {name: small, url: \"file:$DISK/events\", format: json, queue: 128KiB}" >/etc/policyd/policyd.yaml
setup cp /etc/hostname /srv/audited
setup cp /etc/hostname /srv/refused
# shellcheck disable=SC2119 # without options
start_policyd

# written KIND FILE: events in the file on that disk.
written() {
	grep "\"kind\":\"$1\"" $DISK/events | grep -c "\"path\":\"/srv/$2\""
}

# lost KIND: what the file says was lost of it.
lost() {
	grep '"kind":"lost"' $DISK/events | grep "\"lost_kind\":\"$1\"" |
		sed -n 's/.*"lost":\([0-9]*\).*/\1/p' | awk '{ sum += $1 } END { print sum + 0 }'
}

in_syslog() {
	[ "$(grep -c 'kind="audited".*path="/srv/audited"' "$EVENT_LOG")" -ge "$AUDITED" ]
}

all_told() {
	[ $(($(written audited audited) + $(lost audited))) -ge "$AUDITED" ] &&
		[ "$(written denied refused)" -ge "$REFUSED" ]
}

flood /srv/audited $AUDITED
flood /srv/refused $REFUSED
check 'another output has all of it meanwhile' within 80 in_syslog
check 'status says why' sh -c 'policyctl status --json | grep -q "No space left on device"'
denied probe open-read /srv/refused
allowed probe open-read /srv/audited
check_not 'not all of it is there' all_told
AUDITED=$((AUDITED + 1)) REFUSED=$((REFUSED + 1))

setup rm $DISK/filler
check 'there is room again, and all is told' within 80 all_told
echo "audited $AUDITED written $(written audited audited) lost $(lost audited);" \
	"denied $REFUSED written $(written denied refused) lost $(lost denied)"
check 'written and lost are what was audited' \
	test $(($(written audited audited) + $(lost audited))) = $AUDITED
check 'some were lost' test "$(lost audited)" -gt 0
check 'every denial was written' test "$(written denied refused)" = $REFUSED
check 'no denial was lost' test "$(lost denied)" = 0
check_not 'no line is torn' grep -qv '^{"time":.*}$' $DISK/events
check 'and status says nothing any more' sh -c '! policyctl status --json | grep -q "No space left on device"'
stop_policyd
