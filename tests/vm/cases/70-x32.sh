# append: syscall.x32=y
#
# The x32 way into the kernel, which Debian's kernels may have been built without: who tries is seen either way, as what
# it is, and what a rule kills it dies of.

setup cp /usr/bin/probe /srv/watched
setup cp /usr/bin/probe /srv/plain
setup cp /usr/bin/probe /srv/killed
setup cp /etc/hostname /srv/file
setup cp /etc/hostname /srv/secret
policy calls <<'XX'
version: 1
policy: watched
mode: enforce
subject: {exe: /srv/watched}
syscall:
  - audit: openat
    name: seen
---
version: 1
policy: killed
mode: enforce
subject: {exe: /srv/killed}
syscall:
  - kill: openat
    name: by-any-way
---
version: 1
policy: secret
mode: enforce
file:
  - {deny: read, path: /srv/secret}
XX
start_policyd

/srv/watched open-x32 /srv/file
event_has 'kind="audited"' 'exe="/srv/watched"' 'rule="seen"' 'syscall="openat"' 'architecture="x32"'
/srv/plain open-x32 /srv/file
no_event 'exe="/srv/plain"'

# A static program, which has opened nothing before.
/srv/killed open-x32 /srv/file
check 'it is killed' test "$?" = 137
event_has 'exe="/srv/killed"' 'rule="by-any-way"' 'syscall="openat"' 'architecture="x32"'

# Where the kernel has it, it opens, and a rule about a file holds; where not, nothing is opened.
/srv/plain open-x32 /srv/file
has=$?
/srv/plain open-x32 /srv/secret
refused=$?
echo "open by x32: $has, of what is refused: $refused"
if [ "$has" = 0 ]; then
	check 'refused by this way, too' test "$refused" = 1
else
	check 'this kernel has no x32' test "$has" = 2 -a "$refused" = 2
fi
denied /srv/plain open-read /srv/secret
allowed /srv/plain open-read /srv/file
