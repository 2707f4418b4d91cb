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
