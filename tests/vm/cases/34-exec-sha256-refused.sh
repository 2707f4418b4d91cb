# boot: own
# append: ima_hash=sha1
# timeout: 120
#
# A kernel whose integrity subsystem uses another hash: such policies are refused, and what was in force stays.

deny_read good /srv/secret | policy good
setup cp /etc/hostname /srv/secret
setup cp /etc/hostname /srv/public
start_policyd
denied probe open-read /srv/secret

policy contents <<'END'
version: 1
policy: contents
mode: enforce
subject: {exe: /usr/bin/probe}
exec:
  - {deny: run, sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}
END
check 'refused' within 300 sh -c "policyctl status | grep -q \"'sha256' cannot be enforced\""
denied probe open-read /srv/secret
allowed probe open-read /srv/public
check 'doctor says so' sh -c 'policyctl doctor | grep -A1 -i sha256 | grep -q ima_hash'
remove_policy contents
wait_live
denied probe open-read /srv/secret
