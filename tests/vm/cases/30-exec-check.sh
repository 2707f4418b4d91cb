# programs: kept
#
# Asking whether a file may be executed (AT_EXECVE_CHECK) is answered as executing it is.

setup mkdir -p /srv/bad /srv/good
for where in bad good; do
	setup cp /usr/bin/probe "/srv/$where/tool"
	printf '#!/bin/sh\n:\n' >"/srv/$where/script"
	setup chmod 755 "/srv/$where/script"
	printf '#!/bin/sh\n# %s\n' $where >"/srv/$where.sh"
	setup chmod 755 "/srv/$where.sh"
done
digest=$(sha256sum /srv/bad.sh | cut -d ' ' -f 1)
probe exec-check /srv/good/tool >/dev/null || skip 'the kernel has no AT_EXECVE_CHECK'
allowed probe exec-check /srv/bad/tool

policy check <<XX
version: 1
policy: check
mode: enforce
exec:
  - {deny: run, path: /srv/bad/**}
  - {deny: run, path: /srv/*.sh, sha256: $digest, name: content}
XX
start_policyd
for what in tool script; do
	denied probe exec-check /srv/bad/$what
	denied probe exec /srv/bad/$what
	allowed probe exec-check /srv/good/$what
	allowed probe exec /srv/good/$what
done
denied probe exec-check /srv/bad.sh
denied probe exec /srv/bad.sh
allowed probe exec-check /srv/good.sh
allowed probe exec /srv/good.sh

setup mkdir /srv/o /srv/none
denied unshare -m sh -c 'mount -t overlay none /srv/o -o lowerdir=/srv/bad:/srv/none && exec probe exec-check /srv/o/tool'
allowed unshare -m sh -c 'mount -t overlay none /srv/o -o lowerdir=/srv/good:/srv/none && exec probe exec-check /srv/o/tool'

event_has 'operation="run"' 'path="/srv/bad/tool"'
event_has 'operation="run"' 'path="/srv/bad.sh"' 'rule="content"'
no_event 'path="/srv/good'
