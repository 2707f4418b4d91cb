# programs: kept
# timeout: 300
#
# A directory that moves takes the names below it along: no restriction on them ends with the move.

for directory in top/secret/sub top/open/sub other twin-a twin-b audit/d run keys/one plain/one plain/.git/hooks \
	mine/in box bind vault/in seal/in; do
	setup mkdir -p "/srv/$directory"
done
for name in top/secret/f top/open/f other/f twin-a/f audit/d/f keys/one/f.key mine/in/f vault/in/f; do
	setup cp /etc/hostname "/srv/$name"
done
setup cp /usr/bin/probe /srv/run/bound
setup mount --bind /srv/box /srv/bind

policy laundering <<'END'
version: 1
policy: laundering
mode: enforce
file:
  - {deny: read, path: /srv/top/secret/**}
  - {deny: read, path: /srv/twin-a/**}
  - {deny: read, path: /srv/twin-b/**}
  - {deny: read, path: /srv/vault/**}
  - {deny: [read, write], path: /srv/seal/**}
  - {deny: read, path: /srv/bind/held/**}
  - {deny: write, path: "/srv/keys/**/*.key"}
  - {deny: write, path: "/**/.git/hooks/**"}
---
version: 1
policy: bound
mode: enforce
subject: {exe: /srv/run/bound}
file:
  - {deny: read, path: /srv/mine/**}
---
version: 1
policy: tried
file:
  - {deny: read, path: /srv/audit/**}
END
start_policyd

# The directory itself, what is in it, and one above it.
denied probe open-read /srv/top/secret/f
denied probe rename /srv/top/secret /srv/top/x
denied probe rename /srv/top/secret /srv/x
denied probe rename /srv/top/secret/sub /srv/sub
denied probe rename /srv/top /srv/x
denied probe rename /srv/top /srv/other/x
denied probe whiteout /srv/top/secret /srv/x
event_has 'kind="denied"' 'operation="rename"' 'path="/srv/top/secret"' 'path2="/srv/x"'
event_has 'kind="denied"' 'operation="rename"' 'path="/srv/top"' 'path2="/srv/x"'

# An exchange moves both.
denied probe exchange /srv/top/secret /srv/other
denied probe exchange /srv/other /srv/top/secret
denied probe exchange /srv/top /srv/other
denied probe exchange /srv/other /srv/top
denied probe exchange /srv/other/f /srv/top/secret/f
denied probe exchange /srv/other/f /srv/top/secret
event_has 'kind="denied"' 'operation="rename"' 'path="/srv/top/secret"' 'path2="/srv/other"'
denied probe open-read /srv/top/secret/f
allowed probe exchange /srv/other /srv/top/open
allowed probe exchange /srv/other /srv/top/open

# Neighbours, and places that refuse the same or more.
allowed probe rename /srv/top/open /srv/top/free
allowed probe rename /srv/top/free /srv/other/free
allowed probe rename /srv/other/free /srv/top/open
allowed probe rename /srv/top/secret/sub /srv/top/secret/renamed
allowed probe rename /srv/other /srv/top/secret/other
denied probe rename /srv/top/secret/other /srv/other
denied probe open-read /srv/top/secret/other/f
allowed probe exchange /srv/twin-a /srv/twin-b
denied probe open-read /srv/twin-b/f
allowed probe rename /srv/twin-b /srv/top/secret/twin
allowed probe rename /srv/vault/in /srv/seal/moved
denied probe rename /srv/seal/moved /srv/vault/in
denied probe open-read /srv/seal/moved/f

# Wildcards: what may be below counts, and a rule about names anywhere stands in nobody's way.
denied probe open-write /srv/keys/one/f.key
denied probe rename /srv/keys/one /srv/one
denied probe rename /srv/keys /srv/k
allowed probe rename /srv/keys/one /srv/keys/three
allowed probe rename /srv/plain/one /srv/one
allowed probe rename /srv/one /srv/keys/one
denied probe rename /srv/plain/.git/hooks /srv/plain/hooks
denied probe rename /srv/plain/.git /srv/plain/git
allowed probe rename /srv/plain /srv/plainer

# A second name of the same directory, by a bind mount.
setup mkdir /srv/box/held /srv/box/free
setup cp /etc/hostname /srv/box/held/f
denied probe open-read /srv/box/held/f
denied probe rename /srv/box/held /srv/box/x
denied probe rename /srv/bind/held /srv/bind/x
denied probe rename /srv/box/held /srv/held
denied probe rename /srv/box /srv/crate
allowed probe rename /srv/bind/free /srv/bind/free2
allowed probe rename /srv/box/free2 /srv/free2

# By subject.
denied /srv/run/bound rename /srv/mine/in /srv/in
denied /srv/run/bound rename /srv/mine /srv/yours
allowed probe rename /srv/mine/in /srv/in
allowed /srv/run/bound open-read /srv/in/f
allowed probe rename /srv/in /srv/mine/in
denied /srv/run/bound open-read /srv/mine/in/f
allowed probe rename /srv/mine /srv/yours
no_event 'operation="rename"' 'path="/srv/mine' 'exe="/usr/bin/probe"'

# Audit mode refuses nothing.
allowed probe rename /srv/audit/d /srv/d
allowed probe rename /srv/audit /srv/tried
