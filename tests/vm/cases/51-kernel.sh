# programs: kept
# timeout: 600
# boot: own
#
# No case before this one may have loaded the protocol that is to be asked for.
#
# What a process may ask of the kernel as a whole: refused to one program, permitted to its neighbour.

setup mkdir -p /srv /mnt/one /mnt/two
setup cp /usr/bin/probe /srv/plain
setup cp /usr/bin/probe /srv/trusted
setup cp /etc/hostname /srv/module.ko

# Before any policy: what these answers are worth.
for call in module-memory 'module-file /srv/module.ko' kexec-memory 'kexec-file /srv/module.ko' perf settime ports; do
	# shellcheck disable=SC2086
	allowed /srv/plain $call
done

policy kernel <<'XX'
version: 1
policy: kernel
mode: enforce
subject: {exe: /srv/plain}
kernel:
  - deny: [module-load, kexec]
    name: code
  - deny: [perf, settime]
    errno: EACCES
    name: quiet-errno
  - deny: modify-lockdown
    name: locked
  - deny: [userns, mount]
    name: spaces
---
version: 1
policy: watch
mode: enforce
subject: {exe: /srv/trusted}
kernel:
  - audit: [module-load, settime]
    name: seen
XX
start_policyd

denied /srv/plain module-memory
denied /srv/plain module-file /srv/module.ko
denied /srv/plain kexec-memory
denied /srv/plain kexec-file /srv/module.ko
denied /srv/plain --errno EACCES perf
denied /srv/plain --errno EACCES settime
denied /srv/plain --errno EACCES settimeofday
denied /srv/plain ports
denied /srv/plain userns-unshare
denied /srv/plain userns-clone
denied /srv/plain kmount /mnt/one
denied /srv/plain kmount-new /mnt/one
denied /srv/plain --errno EPROTONOSUPPORT module-request

# Other namespaces are not asked about.
allowed /srv/plain unshare-mounts

# Another program, the same operations.
allowed /srv/trusted module-request
allowed /srv/trusted module-memory
allowed /srv/trusted module-file /srv/module.ko
allowed /srv/trusted kexec-memory
allowed /srv/trusted kexec-file /srv/module.ko
allowed /srv/trusted perf
allowed /srv/trusted settime
allowed /srv/trusted settimeofday
allowed /srv/trusted ports
allowed /srv/trusted userns-unshare
allowed /srv/trusted userns-clone
allowed /srv/trusted kmount /mnt/one
allowed /srv/trusted kmount-new /mnt/two
denied /srv/plain kumount /mnt/one
allowed /srv/trusted kumount /mnt/one
allowed /srv/trusted kumount /mnt/two

# A file system that is mounted gets other options; by fsconfig, which asks no other hook.
setup mkdir /mnt/three
setup mount -t tmpfs none /mnt/three
denied /srv/plain kremount /mnt/three
allowed /srv/trusted kremount /mnt/three

# What comes by no hook is told and carried out; looking is not told.
allowed /srv/plain ktree-open /mnt/three
allowed /srv/plain adjust-read
allowed /srv/trusted adjust-read
allowed /srv/trusted kmount-attributes /mnt/three
allowed /srv/trusted ktree-copy /mnt/three
no_event 'syscall="(open_tree|adjtimex|mount_setattr)"' 'reason="no-hook"'
allowed /srv/plain kmount-attributes /mnt/three
allowed /srv/plain ktree-copy /mnt/three
allowed /srv/plain adjust
allowed /srv/trusted adjust
for call in mount_setattr open_tree fsmount; do
	event_has 'kind="would-deny"' 'rule="spaces"' 'operation="mount"' 'exe="/srv/plain"' "syscall=\"$call\"" 'reason="no-hook"'
done
event_has 'kind="would-deny"' 'rule="quiet-errno"' 'operation="settime"' 'syscall="adjtimex"' 'reason="no-hook"'
event_has 'kind="audited"' 'rule="seen"' 'operation="settime"' 'exe="/srv/trusted"' 'syscall="adjtimex"' 'reason="no-hook"'
event_has 'kind="denied"' 'rule="spaces"' 'operation="mount"' 'argv="/srv/plain.*kremount'

event_has 'policy="kernel"' 'rule="code"' 'section="kernel"' 'operation="module-load"' 'path="/srv/module.ko"'
event_has 'rule="code"' 'operation="kexec"' 'exe="/srv/plain"'
event_has 'rule="quiet-errno"' 'operation="perf"' 'EACCES|error="13"'
event_has 'rule="quiet-errno"' 'operation="settime"'
event_has 'rule="spaces"' 'operation="userns"'
event_has 'rule="locked"' 'operation="modify-lockdown"' 'exe="/srv/plain"'
event_has 'rule="spaces"' 'operation="mount"' 'path="/mnt/one"'
event_has 'policy="watch"' 'rule="seen"' 'operation="module-load"' 'exe="/srv/trusted"'
no_event 'exe="/srv/trusted"' 'operation="(perf|userns|mount|kexec|modify-lockdown)"'
