# timeout: 600
#
# The daemon says that nothing is enforced any more when that is so, not before; policyctl returns after that.
setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
setup cp /etc/hostname /srv/c
setup cp /bin/true /srv/tool
policy one <<END_POLICY
version: 1
policy: one
mode: enforce
file:
  - deny: [read, delete]
    path: /srv/a
exec:
  - deny: run
    path: /srv/tool
END_POLICY
start_policyd
denied probe open-read /srv/a
denied probe unlink /srv/a
denied probe exec /srv/tool
allowed probe open-read /srv/b
allowed probe unlink /srv/c

: >/run/vm/policyd.out
setup policyctl stop --unload
# The command waits for that.
allowed probe exec /srv/tool
allowed probe open-read /srv/a
allowed probe unlink /srv/a
check 'it says what that means' grep -q 'unloaded: nothing is enforced any more' /run/vm/policyd.out
check_not 'no pins are left' test -e /sys/fs/bpf/policyd
# A report after the end of the loader knows no generation.
event_has 'action="unloaded"'
no_event 'action="unloaded"' 'generation='
