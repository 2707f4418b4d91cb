# kernels: one
# programs: kept
# timeout: 300
#
# Where a history has no room: policies that ask for it refuse, it is counted and told. Names that no process holds any
# more make room again.

# Names below 250 and 1,450 bytes of directories, and below 70 of them.
part=$(printf '%0240d' 0)
short=/srv/$part
long=/srv/$part/$part/$part/$part/$part/$part
deep=/srv$(printf '/d%.0s' $(seq 70))
setup mkdir -p /srv/bin "$long" "$deep"
setup cp /bin/busybox /srv/bin/busybox
for name in secret script free; do setup cp /etc/hostname "/srv/$name"; done
for where in "$short" "$long" "$deep"; do
	setup ln /srv/bin/busybox "$where/busybox"
	setup sh -c 'printf "#!/srv/bin/busybox sh\ntrue <\"\$1\"\n" >"$0/job" && chmod 755 "$0/job"' "$where"
done
for i in $(seq 60); do
	setup mkdir "/srv/p$i"
	setup ln /srv/bin/busybox "/srv/p$i/busybox"
done

# line COUNT COMMAND…: so many different programs, one after the other, then the command.
step='i=$1; shift; [ "$i" -gt 0 ] || exec "$@"; exec "/srv/p$i/busybox" sh -c "$STEP" step $((i - 1)) "$@"'
line() {
	STEP=$step sh -c "$step" step "$@"
}
# names: how many are kept.
names() {
	bpftool -j map dump pinned /sys/fs/bpf/policyd/map_programs | tr '{' '\n' | grep -c '"ready":1'
}
# fewer COUNT: fewer are kept, after another look at all tasks.
fewer() {
	policyctl status >/dev/null && [ "$(names)" -lt "$1" ]
}
lost() {
	policyctl status --json | sed -n 's/.*"lost_lineages": *\([0-9]*\).*/\1/p'
}

policy limits <<'END'
version: 1
policy: ancestor
mode: enforce
subject: {ancestor: /srv/nobody}
file:
  - {deny: read, path: /srv/secret}
---
version: 1
policy: script
mode: enforce
subject: {script: /srv/nobody}
file:
  - {deny: read, path: /srv/script}
END
start_policyd
before=$(lost)

allowed line 40 probe open-read /srv/secret
allowed "$short/busybox" sh -c 'probe open-read /srv/secret; exit $?'
check 'nothing is lost yet' test "$(lost)" = "$before"
kept=$(names)
check 'names are kept' test "$kept" -ge 40
denied line 60 probe open-read /srv/secret
denied line 60 probe open-read /srv/script
allowed line 60 probe open-read /srv/free
for where in "$long" "$deep"; do
	denied "$where/busybox" sh -c 'probe open-read /srv/secret; exit $?'
	allowed "$where/busybox" sh -c 'probe open-read /srv/free; exit $?'
	check_not 'a script whose name has no room' "$where/job" /srv/script
	check 'is refused where policies ask' "$where/job" /srv/free
done
check 'a script whose name has room' "$short/job" /srv/script
check 'counted' test "$(lost)" -ge "$((before + 5))"
event_has 'kind="lost"' 'cause="lineage"'
event_has 'path="/srv/secret"' 'reason="no-subject-class"'
check 'names that nobody holds make room' within 400 fewer "$((kept - 30))"
allowed line 10 probe open-read /srv/secret
