# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Runs in the virtual machine: guest.sh CONFIGURATION…, "row<tab>CONFIGURATION<tab>ROW<tab>INSTRUCTIONS" for each row.
# Where there is /opt/work.tar (the Debian of `scripts/setup --work`), the rows are those of guest_work.sh in it, otherwise those
# of bench_measure.
#
#   none              nothing beside what the machine was started with
#   KIND-COUNT        policyd with so many rules of that kind (/opt/rules/KIND-COUNT.yaml) and fixed.yaml
#   shipped-0         policyd with the policies that it comes with
#   empty             programs that do nothing on the hooks that policyd had in the KIND-COUNT before it
#   nftables-COUNT    the set /opt/nftables-COUNT
#   seccomp           a filter that allows
#   landlock-COUNT    a rule for everything, and so many for single files
#   apparmor-COUNT    the profile /opt/apparmor-COUNT
#   tomoyo            a domain that may open everything
#   auditd-COUNT      so many rules about openat of files that nobody opens

# shellcheck source=tests/vm/guest/lib.sh
. /vm/lib.sh
FILE_ROWS='open-3 open-10 open-30 open-subject open-new open-refused open-audited stat read write getpid create-unlink
	rename fork exec'
NETWORK_ROWS='tcp-connect tcp-refused udp-connect udp-sendto getpid'
WORK_ROWS='untar find grep build nginx redis'
OVERLAY_ROWS='open-3 open-10 open-30 open-new'
OVERLAY=/srv/over
DEBIAN=/opt/debian

# measure CONFIGURATION ROWS OPTION…
measure() {
	_name=$1 _rows=$2
	shift 2
	[ ! -d $DEBIAN ] || _rows="--run chroot $DEBIAN /bin/sh /root/guest_work.sh $WORK_ROWS"
	# shellcheck disable=SC2086 # words on purpose
	/opt/bench_measure "$@" /srv/bench $_rows >/tmp/rows || fail "bench_measure for $_name"
	sed "s/^/row	$_name	/" /tmp/rows
	# TOMOYO's names for an overlay's files begin with another word.
	case $_name/$_rows in
	tomoyo/*) ;;
	*open-3*) measure_overlay "$_name" "$@" ;;
	esac
}

# measure_overlay CONFIGURATION OPTION…: opens once more, in an overlay.
measure_overlay() {
	_name=$1
	shift
	rm -f /srv/bench/rule* # of landlock: the file system holds one set of so many
	# shellcheck disable=SC2086 # words
	/opt/bench_measure "$@" $OVERLAY $OVERLAY_ROWS >/tmp/rows || fail "bench_measure for $_name in an overlay"
	sed "s/^open/row	$_name	overlay/" /tmp/rows
}

prepare_overlay() {
	if ! modprobe overlay || ! mkdir -p /srv/low /srv/up /srv/work $OVERLAY ||
		! mount -t overlay none $OVERLAY -o lowerdir=/srv/low,upperdir=/srv/up,workdir=/srv/work; then
		fail 'no overlay'
	fi
}

prepare_work() {
	mkdir -p $DEBIAN
	tar -x -f /opt/work.tar -C $DEBIAN || fail 'no Debian to work in'
	rm /opt/work.tar
	mount -t proc proc $DEBIAN/proc
	mount --bind /dev $DEBIAN/dev
	cp /opt/guest_work.sh $DEBIAN/root/
}

rows_of() {
	case $1 in
	network-*) echo "$NETWORK_ROWS" ;;
	*) echo "$FILE_ROWS" ;;
	esac
}

measure_policyd() {
	policy bench <"/opt/rules/$1.yaml"
	if [ "${POLICYD_PID:-}" ]; then
		wait_live
	else
		policy fixed </opt/fixed.yaml
		# shellcheck disable=SC2119 # without options
		start_policyd
	fi
	measure "$1" "$(rows_of "$1")"
	/opt/bench_empty list >/tmp/hooks
	echo "hooks	$1	$(tr '\n' ' ' </tmp/hooks)"
	awk -v name="$1" '$1 == "VmRSS:" { print "resident\t" name "\t" $2 }' "/proc/$POLICYD_PID/status"
}

measure_empty() {
	policyctl stop --unload || fail 'policyd does not unload'
	POLICYD_PID=
	: >/tmp/empty
	# shellcheck disable=SC2046 # words on purpose
	/opt/bench_empty attach $(cat /tmp/hooks) >/tmp/empty &
	until grep -q attached /tmp/empty; do
		kill -0 "$!" 2>/dev/null || fail 'the empty programs do not attach'
		usleep 100000
	done
	measure "$1" "$FILE_ROWS $NETWORK_ROWS"
	kill "$!"
	# The kernel takes its time to detach them.
	while /opt/bench_empty list | grep -q .; do
		usleep 100000
	done
	sleep 1
}

measure_apparmor() {
	dd "if=/opt/$1" of=/sys/kernel/security/apparmor/.replace bs=64M 2>/dev/null || fail 'AppArmor refuses the profile'
	measure "$1" "$FILE_ROWS $NETWORK_ROWS"
}

# The kernel waits for the trigger that the command line names (tests/bench/machine.sh) before it enforces.
measure_tomoyo() {
	_policy=/sys/kernel/security/tomoyo
	printf '%s\n' PROFILE_VERSION=20150505 0-COMMENT=off '0-CONFIG={ mode=disabled }' 3-COMMENT=bench \
		'3-CONFIG::file::open={ mode=enforcing grant_log=no reject_log=no }' >$_policy/profile
	echo 'initialize_domain /opt/bench_measure from any' >$_policy/exception_policy
	for _acl in read write; do
		printf '%s\n' '<kernel> /opt/bench_measure' 'use_profile 3' "file $_acl /\\{\\*\\}/\\*" "file $_acl /\\*"
	done >$_policy/domain_policy
	/usr/bin/false
	measure "$1" "${FILE_ROWS% exec} $NETWORK_ROWS"
}

measure_nftables() {
	modprobe nf_tables
	nft -f "/opt/$1" || fail 'nftables refuses the set'
	measure "$1" "$NETWORK_ROWS"
	nft flush ruleset
}

measure_auditd() {
	auditctl -e 1 >/dev/null
	for _number in $(seq "${1#auditd-}"); do
		auditctl -a always,exit -F arch=b64 -S openat -F "path=/srv/other$_number" >/dev/null ||
			fail 'auditctl refuses a rule'
	done
	measure "$1" "$FILE_ROWS $NETWORK_ROWS"
	auditctl -D >/dev/null
	auditctl -e 0 >/dev/null
}

grep -q /sys/kernel/security /proc/mounts || mount -t securityfs securityfs /sys/kernel/security
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
ip link set lo up
if [ -f /opt/work.tar ]; then
	prepare_work
else
	prepare_overlay
fi
for configuration in "$@"; do
	case $configuration in
	none) measure "$configuration" "$FILE_ROWS $NETWORK_ROWS" ;;
	seccomp) measure "$configuration" "$FILE_ROWS $NETWORK_ROWS" --seccomp ;;
	landlock-*) measure "$configuration" "$FILE_ROWS $NETWORK_ROWS" --landlock "${configuration#landlock-}" ;;
	apparmor-*) measure_apparmor "$configuration" ;;
	nftables-*) measure_nftables "$configuration" ;;
	tomoyo) measure_tomoyo "$configuration" ;;
	auditd-*) measure_auditd "$configuration" ;;
	empty*) measure_empty "$configuration" ;;
	*) measure_policyd "$configuration" ;;
	esac
done
