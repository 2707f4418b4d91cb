# programs: kept
# timeout: 300
#
# Programs by what they are and not by their name: set-user-id, without a name, writable by others. The same file
# changes back and forth, so that no answer can be an old one.

setup mkdir -p /srv/run /srv/ok /srv/su /srv/w /srv/t
for who in limited watched free; do
	setup cp /usr/bin/probe "/srv/run/$who"
done
for file in ok/tool ok/gone ok/two ok/kept su/tool w/tool; do
	setup cp /usr/bin/probe "/srv/$file"
done
setup chmod -R go-w /srv
setup ln /srv/ok/two /srv/ok/two-more
setup mount -t tmpfs -o mode=755 none /srv/t
setup cp /usr/bin/probe /srv/t/tool

policy conditions <<'END'
version: 1
policy: conditions
mode: enforce
subject: {exe: /srv/run/limited}
exec:
  - {deny: run, setuid: true, path: /srv/**, name: setuid}
  - {deny: run, deleted: true, name: deleted}
  - {deny: run, writable: true, except: "/srv/t/**", name: writable}
  - {deny: run, fstype: tmpfs, path: "/srv/**", name: fstype}
---
version: 1
policy: watch
mode: audit
subject: {exe: /srv/run/watched}
exec:
  - {deny: run, setuid: true, name: watched}
END
start_policyd
limited=/srv/run/limited

allowed $limited exec /srv/ok/tool
for round in 1 2; do
	for mode in 4755 2755 6755; do
		setup chmod $mode /srv/su/tool
		denied $limited exec /srv/su/tool
		denied $limited mmap-exec /srv/su/tool
	done
	allowed /srv/run/free exec /srv/su/tool
	allowed /srv/run/watched exec /srv/su/tool
	for mode in 755 2745; do
		setup chmod $mode /srv/su/tool
		allowed $limited exec /srv/su/tool
		allowed $limited mmap-exec /srv/su/tool
	done

	allowed $limited exec /srv/w/tool
	for mode in 775 757; do
		setup chmod $mode /srv/w/tool
		denied $limited exec /srv/w/tool
		setup chmod 755 /srv/w/tool
		setup chmod $mode /srv/w
		denied $limited exec /srv/w/tool
		setup chmod 755 /srv/w
	done
	setup chown 1000 /srv/w/tool
	denied $limited exec-fd /srv/w/tool
	setup chown 0 /srv/w/tool
	allowed $limited exec-fd /srv/w/tool
	check "round $round is over" true
done

denied $limited exec-unlinked /srv/ok/gone
allowed /srv/run/free exec-unlinked /srv/ok/kept
allowed $limited exec-unlinked /srv/ok/two
denied $limited exec-memfd /usr/bin/probe memory
allowed /srv/run/free exec-memfd /usr/bin/probe memory
denied $limited exec /srv/t/tool
allowed /srv/run/free exec /srv/t/tool

event_has 'policy="conditions"' 'rule="setuid"' 'operation="run"' 'path="/srv/su/tool"'
event_has 'rule="writable"' 'path="/srv/w/tool"'
event_has 'rule="deleted"' 'path="/srv/ok/gone'
event_has 'rule="fstype"' 'path="/srv/t/tool"'
event_has 'policy="watch"' 'kind="would-deny"' 'rule="watched"' 'path="/srv/su/tool"'
no_event 'path="/srv/ok/tool"'
no_event 'exe="/srv/run/free"'
