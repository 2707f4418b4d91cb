# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# Third boot, after the crash: the last good set is in force, and the one that may have been the reason is not.

check_not 'not all is well' policyctl status --wait 120s
check 'status says why' sh -c "policyctl status | grep -q 'not applied: the machine went down before it was confirmed'"
check 'the journal has it' journal_has 'action="boot-guard"'
denied probe open-read /srv/secret
allowed probe open-read /srv/public
allowed probe exec /usr/bin/factor
check 'the administrator can insist' policyctl apply
wait_in_force
denied probe exec /usr/bin/factor
allowed probe exec /usr/bin/nproc
check 'and say that it is good' policyctl confirm
rm /etc/policyd/policy.d/tools.yaml
wait_in_force
allowed probe exec /usr/bin/factor
denied probe open-read /srv/secret

# A /var that cannot be written, with no directory for the state: policyd starts all the same and says what is not kept.
setup systemctl stop "$UNIT"
setup mv /var/lib/policyd /root/state
setup mount --bind /var /var
setup mount -o remount,bind,ro /var
check 'it starts where /var cannot be written' systemctl start "$UNIT"
wait_in_force
check 'status says that nothing is kept' sh -c "policyctl status | grep -A1 '^storage' | grep -q 'Read-only file system'"
denied probe open-read /srv/secret
allowed probe open-read /srv/public
setup systemctl stop "$UNIT"
setup umount -l /var
setup mv /root/state /var/lib/policyd
setup systemctl start "$UNIT"
wait_in_force
check_not 'now it is kept' sh -c "policyctl status | grep -q '^storage'"
