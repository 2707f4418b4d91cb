# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# First boot: the package is installed, runs, enforces, and is started again when it is killed.

echo secret >/srv/secret
echo public >/srv/public
check 'no program is loaded yet' no_programs
check 'the package installs' dpkg -i /run/test/policyd_1.deb
check 'it is started' systemctl --quiet is-active "$UNIT"
check 'it is enabled' systemctl --quiet is-enabled "$UNIT"
check 'the group is there' getent group policyd
check 'the shipped settings are valid' policyd --check
check 'the policy directory is empty' test "$(ls -A /etc/policyd/policy.d)" = ''
wait_in_force
check 'programs are loaded' test "$(programs_loaded)" -gt 5
allowed probe open-read /srv/secret

policy secret <<END_POLICY
version: 1
policy: secret
mode: enforce
file:
  - deny: [read, write]
    path: /srv/secret
END_POLICY
wait_in_force
denied probe open-read /srv/secret
allowed probe open-read /srv/public
check 'the journal has the refusal' within 20 journal_has 'policyd\[[0-9]+\]: .*DENIED probe.* read /srv/secret'

before=$(property MainPID)
systemctl kill --signal KILL "$UNIT"
denied probe open-read /srv/secret
check 'it is started again' within 60 sh -c "[ \"\$(systemctl show -P ActiveState $UNIT)\" = active ] &&
	[ \"\$(systemctl show -P MainPID $UNIT)\" != $before ]"
wait_in_force
check 'it takes over what is in force' journal_has 'adopted'
denied probe open-read /srv/secret
allowed probe open-read /srv/public
