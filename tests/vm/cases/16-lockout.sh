# kernels: 6.12
# timeout: 1200
#
# A set that lets no program start goes by itself; one that took the machine down is not applied at the next boot.
#
# While nothing can be executed the shell has only itself: what the case needs then was started before.

for name in a b c; do
	setup cp /etc/hostname "/srv/$name"
done
setup mkdir /srv/lockout /srv/mild
# Who has the name of policyd may not use its files either; policyd itself may.
cat >/srv/lockout/lockout.yaml <<END
version: 1
policy: lockout
mode: enforce
exec:
  - deny: run
    path: /**
file:
  - deny: [read, write, create, delete, rename]
    path: [/etc/**, /var/lib/policyd/**, /srv/**]
END
deny_read mild /srv/b >/srv/mild/mild.yaml
# With what the other sets need, so that no program has to be loaded while the time of a trial runs.
policy base <<END
version: 1
policy: base
mode: enforce
exec:
  - deny: run
    path: /srv/nothing
file:
  - deny: [read, write, create, delete, rename]
    path: /srv/a
END
start_policyd
denied probe open-read /srv/a
allowed probe exec /bin/true

# On trial: nothing starts, and nobody confirms.
sleep 5 &
early=$!
sleep 50 &
late=$!
policyctl apply --confirm 20 /srv/lockout >/run/vm/applied 2>&1
applied=$?
/bin/true 2>/dev/null
first=$?
wait "$early"
/bin/true 2>/dev/null
second=$?
wait "$late"
/bin/true
third=$?
cat /run/vm/applied
check 'the set was in force' test "$applied" = 0
check 'a program is refused' test "$first" = 126
check 'and is still, some time later' test "$second" = 126
check 'programs start again' test "$third" = 0
event_has 'kind="denied"' 'policy="lockout"' 'path="/usr/bin/busybox"'
event_has 'policy' 'action="on-trial"' 'from ./srv/lockout. goes in 20s'
no_event 'health' 'action="degraded"'
event_has 'policy' 'severity="warning"' 'action="rolled-back"' 'nobody confirmed the set in time'
check 'status says it' sh -c 'policyctl status --json | grep -q "\"state\": *\"confirmed\""'
denied probe open-read /srv/a
allowed probe exec /bin/true
check_not 'the policy directory is as it was' test -e /etc/policyd/policy.d/lockout.yaml

# What cannot be done is said.
policyctl confirm >/tmp/said 2>&1
check 'nothing to confirm' test "$?" = 2
check 'in words' grep -qx 'policyctl confirm: nothing waits for confirmation' /tmp/said
policyctl rollback >/tmp/said 2>&1
check 'nothing to roll back' test "$?" = 2
check 'in words' grep -qx 'policyctl rollback: nothing to roll back: the last good set is in force' /tmp/said

# The neighbour is confirmed and stays.
setup policyctl apply --confirm 25 /srv/mild
denied probe open-read /srv/b
allowed probe open-read /srv/a
check 'confirmed' policyctl confirm
sleep 30
denied probe open-read /srv/b
allowed probe open-read /srv/a
event_has 'policy' 'action="confirmed"' 'an administrator confirmed it'
check 'its files are installed' test -e /etc/policyd/policy.d/mild.yaml
check_not 'those of before are gone' test -e /etc/policyd/policy.d/base.yaml
wait_live

# Changed files that turn out bad.
deny_read other /srv/c | policy other
wait_live
denied probe open-read /srv/c
check 'rolled back' policyctl rollback
allowed probe open-read /srv/c
denied probe open-read /srv/b
setup mount -t tmpfs tmpfs /mnt
sleep 1
allowed probe open-read /srv/c
policyctl status >/tmp/said
check 'status is not well' test "$?" = 1
check_not 'a reload does not apply it' policyctl reload
check 'and says why' grep -q 'the policy directory is not applied: it was rolled back' /tmp/said
check 'applied again on demand' policyctl apply
denied probe open-read /srv/c

# One policy's mode, by hand and for good.
check 'audited for now' policyctl mode other audit
allowed probe open-read /srv/c
event_has 'kind="would-deny"' 'policy="other"' 'path="/srv/c"'
event_has 'policy' 'action="mode-changed"' "policy 'other': audit instead of enforce"
check 'until a reload' policyctl reload
denied probe open-read /srv/c
check 'audited for good' policyctl mode --persist other audit
allowed probe open-read /srv/c
check 'the file says it' grep -qx 'mode: audit' /etc/policyd/policy.d/other.yaml
check 'and back' policyctl mode --persist other enforce
denied probe open-read /srv/c
wait_live

# The machine goes down before that is confirmed. What the next boot finds is the marker of another boot.
setup kill -KILL "$POLICYD_PID"
wait "$POLICYD_PID" 2>/dev/null
check 'there is a marker' test -s /var/lib/policyd/unconfirmed
setup sed -i 's/^[^ ]*/00000000-0000-4000-8000-000000000000/' /var/lib/policyd/unconfirmed
setup rm -r /sys/fs/bpf/policyd
policyd --seccomp kill >>/run/vm/policyd.out 2>&1 &
POLICYD_PID=$!
policyctl status --wait "${START_WAIT}s" >/tmp/said
check 'the directory is not applied' test "$?" = 1
check 'status says why' grep -q 'not applied: the machine went down before it was confirmed' /tmp/said
event_has 'policy' 'severity="critical"' 'action="boot-guard"' 'the last good set is used instead'
denied probe open-read /srv/b
allowed probe open-read /srv/c

# Mended, it is applied.
deny_read other /srv/a | policy other
wait_live
denied probe open-read /srv/a
denied probe open-read /srv/b
allowed probe open-read /srv/c
