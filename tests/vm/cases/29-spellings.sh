# timeout: 300
#
# Where a name has several spellings, what is refused under some name of a directory is refused under each.

setup mkdir -p /casefold/dir /casefold/other /casefold/plain /srv/run /srv/fat /srv/bare
for who in limited keys listed; do setup cp /usr/bin/probe "/srv/run/$who"; done
setup chattr +F /casefold/dir
setup chattr +F /casefold/other
for file in dir/secret dir/public other/f plain/secret plain/other; do setup cp /etc/hostname "/casefold/$file"; done
setup mkdir /casefold/dir/sub /casefold/plain/sub
setup cp /etc/hostname /casefold/dir/sub/f
setup cp /usr/bin/probe /casefold/other/app
setup dd if=/dev/zero of=/srv/fat.image bs=1k count=2048
setup busybox mkdosfs /srv/fat.image
setup mount -o loop -t vfat /srv/fat.image /srv/fat
setup cp /etc/hostname /srv/fat/kept
setup cp /etc/hostname /srv/fat/other

policy spellings <<'END'
version: 1
policy: spellings
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: read, path: [/casefold/dir/secret, /casefold/plain/secret]}
  - {deny: write, path: /srv/fat/kept}
---
version: 1
policy: keys
mode: enforce
subject: {exe: /srv/run/keys}
file:
  - {deny: write, path: "/**/*.key"}
---
version: 1
policy: listed
mode: enforce
subject: {exe: /srv/run/listed}
default: {file: deny}
file:
  - {allow: all, path: "/casefold/dir/**"}
  - {allow: all, path: /casefold/other/f}
---
version: 1
policy: program
mode: enforce
subject: {exe: /casefold/other/app}
file:
  - {deny: read, path: /casefold/plain/other}
---
version: 1
policy: audited
mode: audit
file:
  - {deny: read, path: "/casefold/other/f"}
END
start_policyd
limited=/srv/run/limited

# Each spelling, also the one that the kernel has just learnt the file by.
for name in secret SECRET sEcret Secret secret; do
	denied $limited open-read "/casefold/dir/$name"
	setup sh -c 'echo 2 >/proc/sys/vm/drop_caches'
done
denied $limited open-read /casefold/dir/SUB/f
denied $limited open-read /casefold/dir/public
allowed $limited open-write /casefold/dir/SECRET
denied $limited rename /casefold/dir/Secret /casefold/plain/x
denied $limited link /casefold/dir/Secret /casefold/plain/x
allowed $limited rename /casefold/dir/public /casefold/dir/Published
allowed probe open-read /casefold/dir/seCret

# Directories beside it have one spelling each.
denied $limited open-read /casefold/plain/secret
allowed $limited open-read /casefold/plain/other
allowed $limited open-read /casefold/plain/other
allowed $limited open-read /casefold/other/F

# A file system that has no other directories.
denied $limited open-write /srv/fat/kept
denied $limited open-write /srv/fat/KEPT
denied $limited open-write /srv/fat/other
allowed $limited open-read /srv/fat/KEPT
allowed /srv/run/listed open-read /casefold/dir/Published
denied /srv/run/listed open-read /casefold/other/f
denied /srv/run/keys open-write /srv/fat/other
allowed /srv/run/keys open-read /srv/fat/other
allowed /srv/run/keys open-write /casefold/plain/sub/../other

# A program that is known by such a name: whose policies are about it cannot be said.
denied /casefold/other/App open-read /casefold/plain/other
allowed probe open-read /casefold/other/F

event_has 'kind="denied"' 'reason="case-folded"' 'operation="read"' 'path="/casefold/dir/SECRET"'
event_has 'kind="denied"' 'reason="case-folded"' 'operation="write"' 'path="/srv/fat/other"'
event_has 'kind="denied"' 'policy="spellings"' 'path="/casefold/plain/secret"'
check 'counted' sh -c 'policyctl status --json | grep -q unresolved_spelling'
