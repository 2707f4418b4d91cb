# Files that are opened by their handle, also when the kernel has their names no longer in memory.

setup mkdir -p /srv/d /srv/run
for file in secret public; do setup cp /etc/hostname "/srv/d/$file"; done
setup cp /usr/bin/probe /srv/run/limited
allowed probe handle-cold /srv /srv/d/secret

policy handles <<'XX'
version: 1
policy: handles
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: read, path: /srv/d/secret}
XX
start_policyd
limited=/srv/run/limited
denied $limited handle /srv /srv/d/secret
allowed $limited handle /srv /srv/d/public
denied $limited handle-cold /srv /srv/d/secret
allowed probe handle-cold /srv /srv/d/secret

# What has no name is still no file of an unknown one.
allowed $limited memfd plain
allowed $limited open-read /srv/d/public

event_has 'kind="denied"' 'operation="read"' 'path="/srv/d/secret"' 'rule="file\[0'
event_has 'kind="denied"' 'operation="read"' 'reason="detached"'

# On a host that says so names that cannot be established pass, and that is told. Known ones do not.
check_not 'the status is silent' sh -c 'policyctl status | grep -q ^unresolved'
stop_policyd
echo 'unresolved: audit' >/etc/policyd/policyd.yaml
start_policyd
allowed $limited handle-cold /srv /srv/d/secret
denied $limited open-read /srv/d/secret
event_has 'kind="would-deny"' 'operation="read"' 'reason="detached"' 'policy="handles"'
check 'the status says so' sh -c 'policyctl status | grep -q ^unresolved'
stop_policyd
allowed $limited handle-cold /srv /srv/d/secret
echo 'unresolved: deny' >/etc/policyd/policyd.yaml
start_policyd
denied $limited handle-cold /srv /srv/d/secret
