# timeout: 240
#
# Capabilities by name: refused to one program of root, permitted to its neighbour.

setup cp /usr/bin/probe /srv/plain
setup cp /usr/bin/probe /srv/trusted
setup cp /usr/bin/probe /srv/watched

policy capability <<'XX'
version: 1
policy: capability
mode: enforce
subject: {exe: /srv/plain}
capability:
  - deny: [sys_admin, syslog]
    name: admin
  - deny: sys_chroot
    name: chroot
  - deny: net_raw
    quiet: true
---
version: 1
policy: watch
subject: {exe: /srv/watched}
capability:
  - deny: sys_nice
    name: would
  - audit: sys_chroot
    name: seen
XX
start_policyd

# sys_admin is asked for in advance by every mmap: refused too, and no event.
allowed /srv/plain use-nice
event_has 'action="published"'
no_event 'operation="sys_admin"'

denied /srv/plain use-admin
denied /srv/plain use-syslog
denied /srv/plain use-chroot
denied /srv/plain use-raw
# A user namespace of one's own is no way round.
denied /srv/plain use-admin-inside

for what in use-admin use-syslog use-chroot use-raw use-nice use-admin-inside; do
	allowed /srv/trusted "$what"
done

# A policy in audit mode refuses nothing.
allowed /srv/watched use-nice
allowed /srv/watched use-chroot

event_has 'kind="denied"' 'policy="capability"' 'rule="admin"' 'section="capability"' 'operation="sys_admin"' 'exe="/srv/plain"'
event_has 'kind="denied"' 'rule="admin"' 'operation="syslog"' 'exe="/srv/plain"'
event_has 'kind="denied"' 'rule="chroot"' 'operation="sys_chroot"' 'errno="EPERM"'
event_has 'kind="would-deny"' 'policy="watch"' 'rule="would"' 'operation="sys_nice"' 'exe="/srv/watched"'
event_has 'kind="audited"' 'policy="watch"' 'rule="seen"' 'operation="sys_chroot"'
no_event 'operation="net_raw"'
no_event 'section="capability"' 'exe="/srv/trusted"'

# A rule about every process leaves policyd itself at work, and kernel threads.
policy everybody <<'XX'
version: 1
policy: everybody
mode: enforce
capability:
  - deny: [sys_admin, bpf]
    name: nobody
XX
wait_live
denied /srv/trusted use-admin
remove_policy everybody
wait_live
allowed /srv/trusted use-admin
