# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# Last boot: policyd is there before what it protects from, is replaced without a gap, and goes.

wait_in_force
check 'it is started before sysinit.target' test "$(property ActiveEnterTimestampMonotonic)" -lt \
	"$(systemctl show --property ActiveEnterTimestampMonotonic --value sysinit.target)"
denied probe open-read /srv/secret
allowed probe open-read /srv/public

# try_all_along: what an open of the secret says, again and again, until there is a file /run/vm/enough.
try_all_along() {
	while [ ! -e /run/vm/enough ]; do
		probe open-read /srv/secret >/dev/null 2>&1
		echo "$?"
	done >/run/vm/tries
}

echo 'confirm_after: 4m' >>/etc/policyd/policyd.yaml
before=$(property MainPID)
try_all_along &
trying=$!
check 'the next version installs' dpkg -i --force-confold /run/test/policyd_2.deb
wait_in_force
touch /run/vm/enough
wait "$trying"
check 'it is the next version' test "$(dpkg-query -W -f '${Version}' policyd)" = "$(cat /run/test/version_2)"
check 'another process runs' test "$(property MainPID)" != "$before"
check 'many opens were tried' test "$(wc -l </run/vm/tries)" -gt 50
check 'none was permitted' test "$(sort -u /run/vm/tries)" = 1
echo "opens tried during the upgrade: $(wc -l </run/vm/tries)"
check 'changed settings stay' grep -qx 'confirm_after: 4m' /etc/policyd/policyd.yaml
denied probe open-read /srv/secret
allowed probe open-read /srv/public

check 'the package can be removed' dpkg -r policyd
allowed probe open-read /srv/secret
check_not 'no pins are left' test -e /sys/fs/bpf/policyd
check 'no program is left' within 10 no_programs
check_not 'no process is left' pidof policyd
check 'settings stay' test -e /etc/policyd/policyd.yaml

check 'it can come back' dpkg -i /run/test/policyd_2.deb
wait_in_force
denied probe open-read /srv/secret
setup systemctl stop "$UNIT"
denied probe open-read /srv/secret
check 'it can be purged while only the kernel enforces' dpkg -P policyd
allowed probe open-read /srv/secret
check_not 'no pins are left' test -e /sys/fs/bpf/policyd
check 'no program is left' within 10 no_programs
rm -r "/etc/systemd/system/$UNIT.d"
check 'policies of the administrator stay' test "$(cd / && find etc/policyd -type f)" = etc/policyd/policy.d/secret.yaml
check 'nothing else stays' test "$(find / -xdev -name '*policyd*' ! -path '/run/*' ! -path '/etc/policyd' |
	tee /dev/stderr)" = ''
