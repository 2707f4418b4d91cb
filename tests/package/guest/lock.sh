# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# Fourth boot: removals while policyd protects itself, and while policies are locked; with the daemon and without.

# gone: nothing of the package is in force.
gone() {
	[ ! -e /sys/fs/bpf/policyd ] && within 20 no_programs && ! pidof policyd
}

# What dpkg was asked for comes first.
stays() {
	case $(dpkg-query -W -f '${Status}' policyd) in
	*' ok installed') ;;
	*) return 1 ;;
	esac
}

# refused_to OPTION WHAT: dpkg does not, and says why; what was in force is.
refused_to() {
	check_not "$2" dpkg "$1" policyd 2>/run/vm/dpkg
	cat /run/vm/dpkg
	check 'it says that the package stays' grep -q 'so the package stays' /run/vm/dpkg
	check 'and what to do' grep -q 'restart the machine and remove the package then' /run/vm/dpkg
	check 'the package is complete' stays
	check 'its settings too' test -s /etc/policyd/policyd.yaml
	check 'the pins are there' test -e /sys/fs/bpf/policyd
	check 'the daemon runs' within 20 systemctl --quiet is-active "$UNIT"
	denied probe open-read /srv/secret
	allowed probe open-read /srv/public
}

wait_in_force
setup cp /etc/policyd/policyd.yaml /run/vm/settings
echo 'self_protection: true' >>/etc/policyd/policyd.yaml
setup systemctl restart "$UNIT"
wait_in_force
check_not 'pins are protected' rm -r /sys/fs/bpf/policyd 2>/dev/null
check 'it can be removed while it protects itself' dpkg -r policyd
check 'nothing is left' gone
allowed probe open-read /srv/secret

setup dpkg -i /run/test/policyd_1.deb
wait_in_force
setup systemctl restart "$UNIT"
wait_in_force
check 'the unit takes over what protects itself' journal_has 'adopted'
setup systemctl stop "$UNIT"
denied probe open-read /srv/secret
check_not 'pins are protected without the daemon' rm -r /sys/fs/bpf/policyd 2>/dev/null
check 'it can be removed then' dpkg -r policyd
check 'nothing is left' gone
allowed probe open-read /srv/secret

setup dpkg -i /run/test/policyd_1.deb
wait_in_force
denied probe open-read /srv/secret
check 'policies are locked' sh -c 'policyctl confirm; policyctl lock'
refused_to -r 'a removal under the lock'
refused_to -P 'a purge under the lock'
setup systemctl stop "$UNIT"
refused_to -r 'a removal under the lock, without the daemon'
setup systemctl kill --signal KILL "$UNIT"
refused_to -P 'a purge under the lock, with a daemon that was killed'
check_not 'the lock is still on' policyctl stop --unload
setup cp /run/vm/settings /etc/policyd/policyd.yaml
setup sync /etc/policyd/policyd.yaml
