# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# First boot: the package is installed, runs, enforces, and is started again when it is killed.

echo secret >/srv/secret
echo public >/srv/public
mkdir -p "/etc/systemd/system/$UNIT.d"
# A call that the unit does not allow ends policyd here; so does one that it gave up (see below).
printf '[Service]\nSystemCallErrorNumber=kill\n' >"/etc/systemd/system/$UNIT.d/test.conf"
check 'no program is loaded yet' no_programs
check 'the package installs' dpkg -i /run/test/policyd_1.deb
check 'it is started' systemctl --quiet is-active "$UNIT"
check 'it is enabled' systemctl --quiet is-enabled "$UNIT"
check 'the group is there' getent group policyd
for file in bash-completion/completions/policyctl zsh/vendor-completions/_policyctl \
	fish/vendor_completions.d/policyctl.fish policyd/policies/web-server.yaml man/man8/policyd.8; do
	check "it brings $file" test -s "/usr/share/$file"
done
check 'the shipped settings are valid' policyd --check
check 'the unit exposes little' exposes_at_most 20
check_not 'that can fail' exposes_at_most 10
check 'the socket belongs to the group' test "$(stat -c %U:%G:%a /run/policyd/control.sock)" = root:policyd:660
cat >/etc/policyd/policyd.yaml <<END_SETTINGS
seccomp: kill
outputs:
  - {name: syslog, url: /dev/log}
  - {name: file, url: "file:/var/log/policyd/events.json"}
  - {name: collector, url: "udp://127.0.0.1:6514"}
END_SETTINGS
setup systemctl restart "$UNIT"
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
check 'a filter is in force' grep -q '^Seccomp:.*2$' "/proc/$(property MainPID)/status"
check 'the file has the refusal' within 20 grep -q '"/srv/secret"' /var/log/policyd/events.json
check 'the journal has the refusal' within 20 journal_has 'policyd\[[0-9]+\]: .*DENIED probe.* read /srv/secret'

check 'as the manual says' sh -c "journalctl --no-pager _COMM=policyd -o cat | grep -q 'kind=\"denied\"'"

# Where calls are seen is opened by the daemon as the unit confines it.
policy calls <<END_POLICY
version: 1
policy: calls
subject: {exe: $(command -v probe)}
syscall:
  - {audit: clock_adjtime, name: clock}
END_POLICY
wait_in_force
allowed probe adjust-read
check 'a call is told' within 20 journal_has 'policyd\[[0-9]+\]: .*rule="clock"'
setup rm /etc/policyd/policy.d/calls.yaml
wait_in_force

before=$(property MainPID)
systemctl kill --signal KILL "$UNIT"
denied probe open-read /srv/secret
check 'it is started again' within 60 replaced "$before"
wait_in_force
check 'it takes over what is in force' journal_has 'adopted'
denied probe open-read /srv/secret
allowed probe open-read /srv/public

# The unit's watchdog: a daemon that does nothing any more is replaced.
before=$(property MainPID)
printf '[Service]\nWatchdogSec=2s\n' >"/etc/systemd/system/$UNIT.d/watchdog.conf"
setup systemctl daemon-reload
setup systemctl restart "$UNIT"
wait_in_force
before=$(property MainPID)
sleep 5
check 'a daemon that works is left alone' test "$(property MainPID)" = "$before"
kill -STOP "$before"
check 'one that hangs is replaced' within 60 replaced "$before"
check 'by the watchdog' journal_has 'policyd.service: Watchdog timeout'
denied probe open-read /srv/secret
wait_in_force
rm "/etc/systemd/system/$UNIT.d/watchdog.conf"
setup systemctl daemon-reload

# With what is shipped for collectors the network is there.
check_not 'no network by itself' net_of_host
mkdir -p "/etc/systemd/system/$UNIT.d"
setup cp /usr/share/policyd/policyd-network.conf "/etc/systemd/system/$UNIT.d/network.conf"
setup systemctl daemon-reload
collector >/run/vm/collected &
setup systemctl restart "$UNIT"
wait_in_force
check 'the network with a drop-in' net_of_host
denied probe open-read /srv/secret
check 'the collector has the refusal' within 20 grep -q 'DENIED probe.* read /srv/secret' /run/vm/collected
rm "/etc/systemd/system/$UNIT.d/network.conf"
