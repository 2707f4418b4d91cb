# programs: kept
# timeout: 600
#
# A name means the file, whatever way a process takes to it.

setup mkdir -p /etc/secret/sub /srv/prot /srv/log /srv/plain /etc/secretx
setup cp /usr/bin/probe /srv/plain/logger
for file in /etc/secret/key /etc/secret/sub/key /etc/secretx/key /etc/sec /srv/prot/f /srv/log/l /srv/plain/f; do
	setup cp /etc/hostname "$file"
done
setup ln /srv/plain/f /srv/plain/second
odd=$(printf '/etc/secret/a\nb\033[31m"]\\\377')
long=/etc/secret/$(printf '%0255d' 0)
setup cp /etc/hostname "$odd"
setup cp /etc/hostname "$long"
setup cp /etc/hostname '/etc/secretx/key (deleted)'

policy routes <<'END'
version: 1
policy: routes
mode: enforce
file:
  - deny: read
    path: /etc/secret/**
  - deny: write
    path: /srv/prot/**
    name: prot
  - deny: read
    path: ["/srv/g/one?", "/srv/g/[a-c]x", "/srv/g/{red,blue}", "/srv/g/*.key", "/srv/g/**/deep", "/srv/g/later/"]
---
version: 1
policy: append-only
mode: enforce
subject: {exe: /srv/plain/logger}
default: {file: deny}
file:
  - {allow: read, path: /**}
  - {allow: append, path: /srv/log/*}
END
start_policyd

# Links, dots, relative names.
denied probe open-read /etc/secret/key
allowed probe open-read /etc/secretx/key
allowed probe open-read /etc/sec
allowed probe open-write /etc/secret/key
setup ln -s /etc/secret/key /tmp/link
denied probe open-read /tmp/link
setup ln -s /etc/secret/sub /tmp/sibling
denied probe open-read /tmp/sibling/../key
allowed probe open-read /tmp/sibling/../../sec
denied probe open-read /etc/../etc/./secret//key
denied probe chdir /etc/secret -- open-read key
allowed probe chdir /etc/secretx -- open-read key
denied probe chdir /etc/secret/sub -- open-read ../key

# Other mounts and roots.
setup mkdir /tmp/bind /tmp/over
setup mount --bind /etc /tmp/bind
denied probe open-read /tmp/bind/secret/key
allowed probe open-read /tmp/bind/secretx/key
denied probe chroot /etc -- open-read /secret/key
allowed probe chroot /etc -- open-read /secretx/key
denied probe chroot /etc/secret -- open-read /key
denied unshare -m probe open-read /etc/secret/key
denied unshare -m sh -c 'mount --bind /etc/secret /tmp/over && exec probe open-read /tmp/over/key'
allowed unshare -m sh -c 'mount --bind /etc/secretx /tmp/over && exec probe open-read /tmp/over/key'
denied unshare -rm probe open-read /etc/secret/key
denied probe open-read /proc/self/root/etc/secret/key
denied probe open-read /proc/1/root/etc/secret/key
allowed probe open-read /proc/1/root/etc/secretx/key
denied probe detached /etc secret/key
allowed probe detached /etc secretx/key
denied probe detached /etc/secret key
allowed probe unmounted tmpfs key

# Descriptors and other calls.
denied probe reopen /etc/secret/key
allowed probe reopen /etc/secretx/key
allowed probe open-path /etc/secret/key
denied probe openat2 /etc secret/key
allowed probe openat2 /etc secretx/key
denied probe uring-open /etc/secret/key
allowed probe uring-open /etc/secretx/key
denied probe uring-open-async /etc/secret/key
denied probe open-32 /etc/secret/key
allowed probe open-32 /etc/secretx/key
allowed probe open-read /etc/secret

# Names.
denied probe open-read "$odd"
denied probe open-read "$long"
allowed probe open-read '/etc/secretx/key (deleted)'
denied probe deep /etc/secret 25
allowed probe deep /etc/secretx 25
allowed probe memfd /etc/secret/key
allowed probe memfd ../../etc/secret/key

# Files that come later; patterns.
setup mkdir -p /srv/g/x/y /srv/g/later
for name in one1 one12 ax dx red blue redblue a.key .key akey deep x/y/deep x/a.key later/f; do
	setup cp /etc/hostname "/srv/g/$name"
done
for name in one1 ax red blue a.key .key deep x/y/deep later/f; do denied probe open-read "/srv/g/$name"; done
for name in one12 dx redblue akey x/a.key; do allowed probe open-read "/srv/g/$name"; done
setup cp /etc/hostname /etc/secret/new
denied probe open-read /etc/secret/new
denied probe open-read /srv/g/later

# Other names for the same file.
denied probe link /etc/secret/key /etc/public
denied probe link-fd /etc/secret/key /etc/public
denied probe link-empty /etc/secret/key /etc/public
denied probe rename /etc/secret/key /etc/public
denied probe exchange /etc/secret/key /etc/sec
allowed probe link /etc/secretx/key /etc/public
allowed probe rename /etc/public /etc/public2
allowed probe link-tmpfile /srv/plain /srv/plain/third
denied probe open-read /etc/secret/key

# Writing in all forms.
denied probe open-write /srv/prot/f
denied probe open-append /srv/prot/f
denied probe open-trunc /srv/prot/f
denied probe truncate /srv/prot/f
allowed probe open-read /srv/prot/f
allowed probe truncate /srv/plain/f
allowed probe open-trunc /srv/plain/f
allowed /srv/plain/logger open-append /srv/log/l
denied /srv/plain/logger open-write /srv/log/l
denied /srv/plain/logger open-trunc /srv/log/l
denied /srv/plain/logger truncate /srv/log/l
allowed probe open-write /srv/log/l
for way in append-drop append-map append-turn; do
	denied /srv/plain/logger $way /srv/log/l
	allowed probe $way /srv/log/l
done
event_has 'policy="append-only"' 'operation="write"' 'path="/srv/log/l"'

line=$(event_line 'operation="read"' 'path="/etc/secret/a') || fail 'the odd name was not logged'
check 'the odd name is on one line' test "$(grep -c 'path="/etc/secret/a' $EVENT_LOG)" = 1
check 'its bytes are escaped' test "$(sd_field "$line" path)" = '/etc/secret/a\x0ab\x1b[31m\"\]\\\xff'
line=$(event_line 'operation="read"' 'path="/etc/secret/ddd') || fail 'the deep name was not logged'
check 'a name too long for a line is flagged' test "$(sd_field "$line" truncated)" = path
