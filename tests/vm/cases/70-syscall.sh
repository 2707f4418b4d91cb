# programs: kept
# timeout: 600
#
# System calls: audited and killed for one program, unseen for its neighbour; told apart by the way into the kernel.

setup mkdir -p /srv/dir
setup cp /usr/bin/probe /srv/watched
setup cp /usr/bin/probe /srv/plain
setup cp /usr/bin/probe /srv/tried
setup cp /etc/hostname /srv/file

policy calls <<'XX'
version: 1
policy: calls
mode: enforce
subject: {exe: /srv/watched}
syscall:
  - audit: [symlink, open]
    name: seen
  - audit: "@chown"
    name: owner
  - audit: openat
    name: ring
  - kill: connect
    name: calls-nobody
  - kill: [rename, renameat, renameat2]
    name: moved
    message: this program moves nothing
---
version: 1
policy: trial
subject: {exe: /srv/tried}
syscall:
  - kill: rename
    name: would
XX
start_policyd

# Audited: it happens, and is told.
allowed /srv/watched symlink /srv/file /srv/dir/link
event_has 'kind="audited"' 'exe="/srv/watched"' 'section="syscall"' 'syscall="symlink"' 'architecture="x86_64"' \
	'rule="seen"' 'line="6"'
allowed /srv/watched chown /srv/file
event_has 'exe="/srv/watched"' 'rule="owner"' 'user="root"' 'cgroup="/"' 'syscall="(l|f)?chown(at)?"'

# By int 0x80 the number of open is that of fstat on x86_64.
allowed /srv/watched open-32 /srv/file
event_has 'exe="/srv/watched"' 'syscall="open"' 'architecture="i386"' 'syscall_number="5"'
no_event 'syscall="fstat"'

# Submitted to an io_uring: as what it is, whoever carries it out.
allowed /srv/watched uring-open /srv/file
event_has 'kind="audited"' 'exe="/srv/watched"' 'rule="ring"' 'syscall="openat"' 'architecture="io_uring"' 'syscall_number="18"'
allowed /srv/watched uring-open-async /srv/file
told_again() {
	test "$(event_line 'architecture="io_uring"' | wc -l)" = 2
}
check 'told again' within 50 told_again
allowed /srv/plain uring-open /srv/file
no_event 'exe="/srv/plain"'
/srv/watched uring-connect 127.0.0.1 9
check 'killed' test "$?" = 137
event_has 'kind="killed"' 'syscall="connect"' 'architecture="io_uring"' 'rule="calls-nobody"'

# What no rule names is not told; nor is what the neighbour does.
allowed /srv/watched mkdir /srv/dir/other
allowed /srv/plain symlink /srv/file /srv/dir/plain
allowed /srv/plain rename /srv/dir/plain /srv/dir/moved
no_event 'syscall="mkdir"'
no_event 'section="syscall"' 'exe="/srv/plain"'

# Killed.
/srv/watched rename /srv/dir/moved /srv/dir/again
check 'the program is killed' test "$?" = 137
event_has 'kind="killed"' 'exe="/srv/watched"' 'syscall="rename"' 'rule="moved"' 'this program moves nothing'

# In audit mode it is only told.
allowed /srv/tried rename /srv/dir/link /srv/dir/tried
event_has 'kind="would-deny"' 'exe="/srv/tried"' 'syscall="rename"' 'rule="would"'

check 'explained from the files' sh -c \
	'policyctl explain /srv/watched syscall rename | grep -q "killed by moved of policy calls"'

# A change takes effect as any other.
policy calls <<'XX'
version: 1
policy: calls
mode: enforce
subject: {exe: /srv/watched}
syscall:
  - audit: mkdir
    name: new
XX
wait_live
allowed /srv/watched rename /srv/dir/tried /srv/dir/watched
allowed /srv/watched mkdir /srv/dir/third
event_has 'syscall="mkdir"' 'rule="new"'
